"""The order of handlings: `narrower` when nobody, at no time and for no purpose, gains sight of a thing.

Sound, not complete: `narrower(a, b)` is never true when somebody whom `a` allows is refused by `b`, but may be false
when that follows only from several conditions together. So a change that it calls wide may need an originator too
many, never one too few. Checked against `decide` by properties (tests/properties/test_policy.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from accord.model.handling import Handling, HandlingCode, Pap, Tlp
from accord.policy.decide import is_weak
from accord.policy.lattice import parts

_LIFTED_BY_PERMISSION = (HandlingCode.H1, HandlingCode.H2, HandlingCode.H3)


def narrower(a: Handling, b: Handling) -> bool:
    """Whether `b` allows everybody whom `a` allows, always; so is every handling narrower than itself."""
    return not would_widen(b, a)


def would_widen(before: Handling, after: Handling) -> tuple[str, ...]:
    """Why somebody may see under `after` what `before` refuses them; empty when nobody may. Sentences, sorted.

    A change with reasons needs the originator's consent and is recorded; one without any is everybody's to make.
    """
    reasons: set[str] = set()
    kept = parts(after)
    for old in parts(before):
        ways = sorted((tuple(_wider(old, new)) for new in kept), key=_length)
        if all(ways):
            reasons.update(ways[0])
    return tuple(sorted(reasons))


def _wider(old: Handling, new: Handling) -> Iterator[str]:
    """Why the simple handling `new` may allow what the simple handling `old` refuses; nothing: it never does."""
    if new.unknown:
        return  # nobody at all
    if old.unknown:
        yield "A rule that this version does not know would be dropped."
    if _later(new.retain_until, old.retain_until):
        yield "It would be kept longer."
    if not new.originators <= old.originators and not _bears_anything(old):
        yield "Members would become its originators."
    yield from _wider_time(old, new)
    yield from _wider_circle(old, new)
    yield from _wider_use(old, new)


def _wider_time(old: Handling, new: Handling) -> Iterator[str]:
    if old.embargo_until is not None and (new.embargo_until is None or new.embargo_until < old.embargo_until):
        yield "The embargo would end sooner."
    if _later(new.expires_at, old.expires_at):
        yield "It would be shared for longer."


def _wider_circle(old: Handling, new: Handling) -> Iterator[str]:
    if new.tlp < old.tlp:
        yield f"{old.tlp.label} would become {new.tlp.label}."
    if not _within(_reach(new), _reach(old)):
        yield "Circles would be added."
    if not _within(new.jurisdictions, old.jurisdictions):
        yield "Jurisdictions would be added."
    if not old.excluded_members <= new.excluded_members:
        yield "Members who are excluded would be let in."
    if old.originator_control and not new.originator_control:
        yield "Its originator would lose control of it."
    lifted = old.originator_control or any(code in old.codes for code in _LIFTED_BY_PERMISSION)
    if lifted and not new.permitted <= old.permitted:
        yield "Members would be permitted what they are not."


def _wider_use(old: Handling, new: Handling) -> Iterator[str]:
    if not _within(new.purposes, old.purposes):
        yield "Purposes would be added."
    if new.pap < old.pap:
        yield f"{old.pap.label} would become {new.pap.label}."
    gone = old.codes - new.codes
    if gone:
        yield f"{' and '.join(sorted(gone))} would be dropped."
    if is_weak(old) and not is_weak(new):
        yield "It would count as better evaluated than it is."


def _reach(handling: Handling) -> frozenset[object] | None:
    """The circles it goes to: None everybody. TLP:RED without a circle goes to nobody."""
    return frozenset() if handling.circles is None and handling.tlp is Tlp.RED else handling.circles


def _within(new: frozenset[object] | frozenset[str] | None, old: frozenset[object] | frozenset[str] | None) -> bool:
    return old is None or (new is not None and new <= old)


def _later(new: datetime | None, old: datetime | None) -> bool:
    """Whether an end moved later; None is never."""
    return old is not None and (new is None or new > old)


def _bears_anything(handling: Handling) -> bool:
    """Whether it refuses nothing to any member, so that an originator's privilege adds nothing."""
    nothing = Handling(
        tlp=Tlp.CLEAR, pap=Pap.CLEAR, originators=handling.originators, retain_until=handling.retain_until
    )
    return handling == nothing


def _length(way: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """Fewest reasons first, then by their words, so that the same change gets the same answer."""
    return len(way), way
