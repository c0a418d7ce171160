"""How figures, dates and foreign text are written, the same in every form of a report.

Everything shown may come from a hostile file. `plain` makes it safe to show: no control characters, no characters
that turn the direction of writing (they can make a file name read backwards), no unbounded length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

THIN = "\u202f"  # narrow no-break space: figures are grouped by it (ISO 80000-1, 7.3.1)
MOST_CHARACTERS = 4_000  # of one run of text; longer ones are a sign of a broken file, and no reader wants them
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
NO_YEAR = 1970
"""Of the instant that stands for none: files need a date, readers none that is made up."""
_SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def plain(text: str, most: int = MOST_CHARACTERS) -> str:
    r"""Text that is safe to show: controls become `\\u…` escapes, white space one space, at most `most` characters."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    cut = _SURROGATES.sub("\ufffd", cut).replace("\u202f", "\u2009\u2009")
    cut = re.sub(r"[\t\n\v\r ]+", " ", cut)
    return _CONTROLS.sub(lambda m: f"\\u{ord(m.group()):04x}", cut).replace("\u2009\u2009", THIN)


def number(value: float, decimals: int = 0) -> str:
    """12345.6 as `12 346`, with narrow no-break spaces; a true minus sign."""
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace(",", THIN).replace("-", "−")


def percent(share: float) -> str:
    """A share 0..1 as `8 %`; what is above nothing but rounds to it as `under 1 %`, likewise `over 99 %`."""
    if 0 < share < 0.005:
        return f"under{THIN}1{THIN}%"
    if 0.995 <= share < 1:
        return f"over{THIN}99{THIN}%"
    return f"{number(share * 100)}{THIN}%"


def count(value: int, one: str, many: str = "") -> str:
    """`1 lead`, `12 leads`; `many` when adding an s is not enough."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def spelt(value: int, one: str, many: str = "") -> str:
    """As `count`, with numbers up to twelve in words: for the middle of sentences."""
    word = _SMALL[value] if 0 <= value < len(_SMALL) else number(value)
    return f"{word} {one if value == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def day(value: date) -> str:
    """`23 Nov 2026`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def instant(value: datetime) -> str:
    """`23 Nov 2026, 14:05 UTC`."""
    moment = value.astimezone(UTC)
    return f"{day(moment)}, {moment:%H:%M} UTC"


def made(value: datetime) -> str:
    """When a document was made; that the records it is made from give no date, when none does."""
    return f"Made {instant(value)}" if value.year > NO_YEAR else "Made from records without a date"


def window(start: date | None, end: date | None) -> str:
    """`2 Sep 2026 to 14 Nov 2026`, or what is known of it."""
    if start is None or end is None:
        known = start or end
        return "dates unknown" if known is None else f"around {day(known)}"
    return day(start) if start == end else f"{day(start)} to {day(end)}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def shortened(words: Iterable[str], most: int) -> str:
    """`a, b and 3 more`."""
    every = list(words)
    if len(every) <= most:
        return listed(every)
    return f"{', '.join(every[:most])} and {number(len(every) - most)} more"


def ranges(numbers: Iterable[int]) -> str:
    """`1 to 4, 7 and 9`: whole numbers in order, runs of three and more drawn together."""
    runs: list[list[int]] = []
    for value in sorted(set(numbers)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    words = [word for run in runs for word in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    return listed(words)


def first_sentence(text: str) -> str:
    """Up to the first full stop before a blank and a capital; all of it when there is none."""
    found = re.search(r"\.(?= [A-Z])", text)
    return text[: found.end()] if found else text


def middle(text: str, most: int) -> str:
    """Shortened in the middle, where identifiers differ least: `bc1qj9…7xm`."""
    if len(text) <= most:
        return text
    tail = max(3, (most - 1) // 3)
    return f"{text[: most - 1 - tail]}…{text[-tail:]}"


def rarity(chance: float) -> str:
    """How often two contributions would share a thing by chance: `1 in 19 000`. Two significant figures."""
    if chance < 2:
        return "nearly always"
    digits = max(0, len(str(int(chance))) - 2)
    rounded = round(chance / 10**digits) * 10**digits
    if rounded >= 1e9:
        return "under 1 in 1 billion"
    if rounded >= 1e6:
        return f"1 in {number(rounded / 1e6, 0 if rounded >= 1e7 else 1).removesuffix('.0')} million"
    return f"1 in {number(rounded)}"
