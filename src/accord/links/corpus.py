"""What is compared: contributions and the selectors they hold, in columns, so that millions of rows stay cheap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from accord.model.errors import InputError
from accord.model.selectors import NAME_KINDS, SelectorKind

Int = npt.NDArray[np.int32]
Wide = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]


class Ref(NamedTuple):
    """A contribution. `member`: any number that tells members apart. `label` is for sentences, never scored."""

    id: UUID
    member: int
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Who holds what: row `i` says that contribution `rows_contribution[i]` holds selector `rows_selector[i]`.

    Both row columns are indices, of equal length; a pair named twice counts once. `kinds`, `values` and `common` have
    one item a selector; `common` says why the selector proves nothing, "" when it may. Names of malware and actors are
    selectors of `NAME_KINDS`. `seen`, shape (contributions, 2): first and last day as days since 1970, NaN if unknown;
    it is told in sentences and never scored. `together`, one number a contribution: what one member handed in side by
    side, in one folder, has the same number; −1 stands alone.
    """

    contributions: list[Ref]
    rows_contribution: Int
    rows_selector: Int
    kinds: list[SelectorKind]
    values: list[str]
    common: list[str]
    seen: Real | None = None
    together: Int | None = None

    def __post_init__(self) -> None:
        """Raises `InputError` when the columns do not fit together."""
        if len(self.rows_contribution) != len(self.rows_selector):
            raise InputError("The two row columns of a corpus differ in length.", action="Build them together.")
        if not len(self.kinds) == len(self.values) == len(self.common):
            raise InputError("A corpus needs a kind, a value and a reason for every selector.")
        for rows, count, noun in (
            (self.rows_contribution, len(self.contributions), "contribution"),
            (self.rows_selector, len(self.values), "selector"),
        ):
            if len(rows) and (int(rows.min()) < 0 or int(rows.max()) >= count):
                raise InputError(f"A row of the corpus names a {noun} that is not there.")
        if len({ref.id for ref in self.contributions}) != len(self.contributions):
            raise InputError("Two contributions of the corpus have the same id.", action="Hand each in once.")
        if self.seen is not None and self.seen.shape != (len(self.contributions), 2):
            raise InputError("The days of a corpus need two numbers for every contribution.")
        if self.together is not None and self.together.shape != (len(self.contributions),):
            raise InputError("A corpus needs one number for what was handed in together, or none, a contribution.")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A corpus made ready: contributions in order of id, distinct rows in order, common selectors set aside.

    Whatever is computed from it is the same for every order in which the corpus was handed in.
    `order[i]` is the place in the corpus of contribution `i`; its rows are `start[i]` to `start[i + 1]`.
    `together`: of one member and handed in side by side where equal; −1 for what stands alone.
    """

    corpus: Corpus
    order: Wide
    member: Wide
    row: Wide
    selector: Wide
    start: Wide
    holders: Wide
    is_name: Flag
    is_common: Flag
    together: Wide

    @property
    def size(self) -> int:
        return len(self.order)

    def ref(self, contribution: int) -> Ref:
        return self.corpus.contributions[int(self.order[contribution])]


def tabulate(corpus: Corpus) -> Table:
    """The corpus in canonical order. Linear but for one sort of the rows."""
    count = len(corpus.contributions)
    keys = [ref.id.int for ref in corpus.contributions]
    order = np.array(sorted(range(count), key=keys.__getitem__), dtype=np.int64)
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    width = max(1, len(corpus.values))
    packed = np.unique(place[corpus.rows_contribution] * width + corpus.rows_selector.astype(np.int64))
    row, selector = packed // width, packed % width
    _, member = np.unique(
        np.array([corpus.contributions[i].member for i in order], dtype=np.int64), return_inverse=True
    )
    member = member.astype(np.int64).reshape(-1)
    names = {kind: kind in NAME_KINDS for kind in SelectorKind}
    start = np.searchsorted(row, np.arange(count + 1)).astype(np.int64)
    return Table(
        corpus=corpus,
        order=order,
        member=member,
        row=row,
        selector=selector,
        start=start,
        holders=np.bincount(selector, minlength=len(corpus.values)).astype(np.int64),
        is_name=np.fromiter((names[kind] for kind in corpus.kinds), dtype=np.bool_, count=len(corpus.kinds)),
        is_common=np.fromiter((bool(why) for why in corpus.common), dtype=np.bool_, count=len(corpus.common)),
        together=np.where(np.diff(start) > 0, _together(corpus, order, member), -1),  # of nothing, nothing follows
    )


def _together(corpus: Corpus, order: Wide, member: Wide) -> Wide:
    if corpus.together is None:
        return np.full(len(order), -1, dtype=np.int64)
    given = corpus.together.astype(np.int64)[order]
    width = max(1, int(given.max(initial=-1)) + 1)
    return np.where(given >= 0, member * width + given, -1)
