"""Whether a handling makes sense: combinations that contradict themselves, said in sentences.

`decide` is total and fails closed on all of them; a person who writes one meant something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from accord.model.handling import Handling, HandlingCode, Tlp
from accord.policy.purposes import PURPOSES

MAX_LIMITS = 1_000
"""Characters of the words of H3."""
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_LIFTED = frozenset({HandlingCode.H1, HandlingCode.H2, HandlingCode.H3})


def contradictions(handling: Handling, now: datetime) -> tuple[str, ...]:
    """Why this simple handling, written at `now`, cannot be meant; empty when it can. Parts (`also`) are not looked at.

    Each sentence says what to change.
    """
    return (
        *_of_times(handling, now),
        *_of_reach(handling),
        *_of_permission(handling),
        *_of_words(handling),
    )


def _of_times(handling: Handling, now: datetime) -> Iterator[str]:
    embargo, expiry, kept = handling.embargo_until, handling.expires_at, handling.retain_until
    if expiry is not None and expiry <= now:
        yield "The sharing would end in the past: choose a later end, or TLP:RED to share with nobody."
    if kept is not None and kept <= now:
        yield "It would be due for erasure at once: choose a later day, or withdraw it."
    if embargo is not None and expiry is not None and embargo >= expiry:
        yield "The embargo ends after the sharing does, so nobody would ever see it: move one of the two."
    if embargo is not None and kept is not None and embargo >= kept:
        yield "The embargo ends when it is due to be erased: move one of the two."
    if expiry is not None and kept is not None and expiry > kept:
        yield "It would be shared longer than it is kept: end the sharing with the retention, or before."


def _of_reach(handling: Handling) -> Iterator[str]:
    if handling.tlp is Tlp.CLEAR:
        # FIRST TLP 2.0: "TLP:CLEAR = Disclosure is not limited."
        limits = {
            "a circle": handling.circles is not None,
            "excluded members": bool(handling.excluded_members),
            "jurisdictions": handling.jurisdictions is not None,
            "its originator's control": handling.originator_control,
            "H2": HandlingCode.H2 in handling.codes,
        }
        named = [name for name, given in limits.items() if given]
        if named:
            yield f"TLP:CLEAR limits no disclosure, and {', '.join(named)} would: choose TLP:GREEN or stricter."
    if handling.circles is not None and not handling.circles:
        yield "No circle is chosen, so nobody would see it: choose one, or share with the whole alliance."
    if handling.jurisdictions is not None and not handling.jurisdictions:
        yield "No country is named, so nobody could read it: name one, or leave the limit out."
    if handling.purposes is not None and not handling.purposes:
        yield "No purpose is chosen, so it would be of no use: choose one, or allow any."
    own = handling.originators & handling.excluded_members
    if own:
        yield "Its originator cannot be excluded from it: take that member off the list."


def _of_permission(handling: Handling) -> Iterator[str]:
    if handling.permitted and not handling.originator_control and not handling.codes & _LIFTED:
        yield "Members are permitted what nothing forbids: choose originator control, H1, H2 or H3, or permit none."
    if handling.permitted & handling.excluded_members:
        yield "A member is both permitted and excluded: take it off one of the lists."


def _of_words(handling: Handling) -> Iterator[str]:
    has_limits = bool(handling.limits.strip())
    if HandlingCode.H3 in handling.codes and not has_limits:
        yield "H3 stands for limits in words: write them."
    if has_limits and HandlingCode.H3 not in handling.codes:
        yield "Limits in words need H3, which makes them binding: choose it, or drop the words."
    if len(handling.limits) > MAX_LIMITS:
        yield f"The limits are longer than {MAX_LIMITS} characters: shorten them."
    wrong = sorted(code for code in handling.jurisdictions or () if not _COUNTRY.fullmatch(code))
    if wrong:
        yield f"{wrong[0][:20]!r} is no country: use its two letters, as in ISO 3166-1."
    unknown = sorted((handling.purposes or frozenset()) - PURPOSES.keys())
    if unknown:
        yield f"Nobody defined the purpose {unknown[0][:40]!r}: choose one of the list."
