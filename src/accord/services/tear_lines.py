"""Tear-lines: a releasable version beside the full one, a contribution of its own under a wider handling.

Whoever sees only the released version learns of no other: nothing in it, in its name or in its ids leads to the full
one, and the tie between the two is its originator's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from accord.formats import read
from accord.model.errors import ConflictError, InputError, LimitError
from accord.model.handling import Handling
from accord.model.ids import derived_id
from accord.model.ports import Progress
from accord.model.reading import Claim, Reading
from accord.policy.duties import Verb
from accord.policy.sound import contradictions
from accord.services.browse import Signed, handling_of, reading
from accord.services.contribute import SharedFile, submit
from accord.services.handling import absent, mine_or_refuse
from accord.services.node import Node
from accord.services.permit import permit
from accord.services.record import own, record
from accord.services.stated import as_stated, stated
from accord.stix.tear_line import Choice, bundle, release
from accord.store import audiences, browse_contributions, members, rulings
from accord.store.engine import Connection

MAX_CLAIMS = 2_000
"""Claims of a contribution that the editor takes; larger ones are cut down before they are handed in."""
MAX_TITLE = 120
SUGGESTED = 24
_UNFIT = "Without what you struck, or twice the same, it is no object that a receiver would take."


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim in the editor. `label`: what it names, for people; `why`: why it is out, empty when it is in."""

    number: int
    type: str
    stix_id: str
    label: str
    why: str
    changed: bool
    raw: str
    released: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be released. `handling`: with what the released claims themselves state; `narrowed`: they do."""

    contribution: Any
    lines: list[ClaimLine]
    types: dict[str, int]
    fields: list[str]
    """Properties that could be struck, the most frequent first."""
    selectors: dict[str, tuple[int, int]]
    """Kind → how many are in, how many are out."""
    handling: Handling
    narrowed: bool
    content: bytes


def draft(node: Node, signed: Signed, contribution_id: UUID, choice: Choice, wanted: Handling | None) -> Draft:
    """The releasable version that a choice makes, for looking at; nothing is kept.

    Raises `AbsentError`, `RefusedError` (another member's), `ConflictError` (withdrawn), `LimitError`, `InputError`.
    """
    permit(signed, Verb.NARROW)
    with reading(node, signed) as connection:
        return _draft(node, connection, signed, contribution_id, choice=choice, wanted=wanted)


def release_tear_line(
    node: Node, signed: Signed, contribution_id: UUID, choice: Choice, *, wanted: Handling, title: str
) -> UUID:
    """Hands the releasable version in, as a contribution of the same member; its id.

    Raises as `draft`, and `InputError` when nothing is left out, nothing is left, or the handling contradicts itself.
    """
    permit(signed, Verb.CONTRIBUTE)
    title = " ".join(title.split())
    if not 0 < len(title) <= MAX_TITLE:
        raise InputError(f"A title has 1 to {MAX_TITLE} characters.", action="Write one that gives nothing away.")
    wrong = contradictions(replace(wanted, originators=frozenset({signed.member_id})), node.clock.now())
    if wrong:
        raise InputError(" ".join(wrong), action="Nothing was released.")
    with reading(node, signed) as connection:
        made = _draft(node, connection, signed, contribution_id, choice=choice, wanted=wanted)
        member = members.get(connection, signed.member_id)
    if all(line.why for line in made.lines):
        raise InputError("Nothing is left to release.", action="Leave less out.")
    if not any(line.why or line.changed for line in made.lines):
        raise InputError("Nothing is left out.", action="Leave something out, or change the handling of the whole.")

    def tie(connection: Connection, number: UUID) -> None:
        alone = audiences.intern(connection, own(signed.member_id))
        left_out = {"numbers": sorted(choice.numbers), "types": sorted(choice.types), "fields": sorted(choice.fields)}
        given = {"released_id": number, "full_id": contribution_id, "left_out": left_out, "audience": alone}
        rulings.put_tear_line(connection, **given, person_id=signed.person_id, made_at=node.clock.now())
        record(
            node,
            connection,
            "tear-line released",
            str(number),
            person_id=signed.person_id,
            member_id=signed.member_id,
            detail={"title": title},
            audience=alone,
        )

    file = SharedFile(_path(title, node.ids.new()), made.content)
    handed = submit(
        node, member, [file], _Silent(), handling=made.handling, person_id=signed.person_id, along=tie, title=title
    )
    return next(iter(handed)).contribution


def _draft(
    node: Node,
    connection: Connection,
    signed: Signed,
    contribution_id: UUID,
    *,
    choice: Choice,
    wanted: Handling | None,
) -> Draft:
    row = browse_contributions.one(connection, contribution_id)
    if row is None:
        raise absent()
    mine_or_refuse(signed, row.member_id, row.member_name)
    if row.withdrawn_at is not None:
        raise ConflictError("It is withdrawn.", action="There is nothing to release.")
    if row.claims > MAX_CLAIMS:
        raise LimitError(
            f"It has more than {MAX_CLAIMS} claims, too many to look through.",
            action="Hand in a smaller file of what may be released.",
        )
    claims = [
        Claim(one.stix_id, one.type, one.raw.encode())
        for one in browse_contributions.claims(connection, contribution_id, 0, MAX_CLAIMS)
    ]
    secret = str(node.ids.new())
    made = release(claims, choice, lambda old: derived_id("tear-line", secret, old))
    number = derived_id("tear-line", secret, "bundle")
    shown = _read(bundle(list(made.objects.values()), number))
    content = bundle([one.raw for one in shown.claims], number)
    given = replace(wanted or handling_of(row.handling), originators=frozenset({signed.member_id}))
    held = as_stated(given, stated(shown, signed.member_id), signed.member_id)
    taken = {one.raw for one in shown.claims}
    unfit = {place: _UNFIT for place, one in made.objects.items() if one not in taken}
    out = made.out | unfit
    lines = [_line(place, claim, made.objects, out, made.renamed) for place, claim in enumerate(claims)]
    return Draft(
        contribution=row, lines=lines, types=_counted(claims), fields=_fields(claims), handling=held,
        selectors=_selectors(_read(bundle([one.raw for one in claims], derived_id("tear-line", secret))), shown),
        narrowed=held != given, content=content,
    )  # fmt: skip


def _read(content: bytes) -> Reading:
    return next(iter(read("released.json", content)))


def _line(
    place: int, claim: Claim, objects: Mapping[int, bytes], out: Mapping[int, str], renamed: frozenset[int]
) -> ClaimLine:
    after = objects.get(place, b"").decode()
    return ClaimLine(
        place, claim.type, claim.stix_id, _label(claim), out.get(place, ""), place in renamed, claim.raw.decode(), after
    )


def _label(claim: Claim) -> str:
    """What an object calls itself: the first of its telling properties, found without parsing it whole again."""
    for name in (b"name", b"value", b"pattern", b"relationship_type", b"content", b"number", b"account_login"):
        found = re.search(rb'"' + name + rb'"\s*:\s*("(?:[^"\\]|\\.){1,200}|\d+)', claim.raw)
        if found:
            return found.group(1).decode("utf-8", "replace").removeprefix('"')
    return claim.stix_id


def _counted(claims: list[Claim]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for claim in claims:
        counts[claim.type] = counts.get(claim.type, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _fields(claims: list[Claim]) -> list[str]:
    counts: dict[str, int] = {}
    for claim in claims:
        for name in set(re.findall(rb'"([a-z][a-z0-9_]{2,40})"\s*:', claim.raw)):
            counts[name.decode()] = counts.get(name.decode(), 0) + 1
    for never in ("type", "id", "spec_version", "created", "modified"):
        counts.pop(never, None)
    return [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:SUGGESTED]]


def _selectors(full: Reading, shown: Reading) -> dict[str, tuple[int, int]]:
    before = {(str(mention.kind), mention.value) for mention in full.mentions}
    after = {(str(mention.kind), mention.value) for mention in shown.mentions}
    kinds = sorted({kind for kind, _ in before})
    inside = {kind: sum(one[0] == kind for one in after) for kind in kinds}
    return {kind: (inside[kind], sum(one[0] == kind for one in before - after)) for kind in kinds}


def _path(title: str, number: UUID) -> str:
    """A name that says no more than the title does."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "release"
    return f"{words}-{number.hex[:8]}.json"


class _Silent(Progress):
    def report(self, stage: str, done: int, total: int | None, detail: str = "") -> None:
        """It is small, and done while the person waits."""
