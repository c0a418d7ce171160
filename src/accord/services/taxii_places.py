"""Places in TAXII answers as opaque text (`next`): sealed, so that nothing is learnt from one, and none can be made.

AES-SIV (RFC 5297) under a key of the node's: the same place gives the same text, and any change is found. Member,
collection and filters are bound to it, so that a place is of use only for what it was given for.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import struct
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from accord.model.errors import InputError
from accord.services.node import Node
from accord.store import taxii_objects
from accord.store.engine import Engine, node_transaction
from accord.store.taxii_pages import Place

_FORM = struct.Struct(">q16sI")  # microseconds from 1970, contribution, number
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_CHARS = 200
_KEY_BYTES = 64
_keys: WeakKeyDictionary[Engine, AESSIV] = WeakKeyDictionary()
_keys_lock = threading.Lock()


def seal(node: Node, place: Place, bound: Sequence[bytes]) -> str:
    """The place as text for an address. `bound`: what must be the same when it comes back, none of it empty."""
    micros = (place.added_at - _EPOCH) // timedelta(microseconds=1)
    plain = _FORM.pack(micros, place.contribution_id.bytes, place.number)
    return _text_of(_cipher(node).encrypt(plain, list(bound)))


def unseal(node: Node, text: str, bound: Sequence[bytes]) -> Place:
    """The place back. Raises `InputError` for one that this node did not give for this."""
    try:
        if len(text) > _MAX_CHARS:
            raise ValueError  # noqa: TRY301  the same answer as for any other
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if _text_of(sealed) != text:
            raise ValueError  # noqa: TRY301  other texts of the same bytes are changes too
        micros, contribution, number = _FORM.unpack(_cipher(node).decrypt(sealed, list(bound)))
    except (ValueError, binascii.Error, InvalidTag, struct.error):
        raise InputError(
            "This `next` is not one that was given for this request.",
            action="Use it with the same filters, or begin again without it.",
        ) from None
    return Place(_EPOCH + timedelta(microseconds=micros), UUID(bytes=contribution), number)


def _text_of(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _cipher(node: Node) -> AESSIV:
    with _keys_lock:
        known = _keys.get(node.engine)
    if known is None:
        with node_transaction(node.engine) as connection:
            known = AESSIV(taxii_objects.key(connection, secrets.token_bytes(_KEY_BYTES)))
        with _keys_lock:
            _keys[node.engine] = known
    return known
