"""A small writer of SVG: shapes with classes, and text whose boxes are known so that labels can be kept apart.

No styles, and no ids but those of title and description, so that a picture may stand in any page under a strict
content security policy. Coordinates are CSS pixels with one decimal: the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from accord.report.text import plain

# Advance widths of Inter Regular at 1/1000 em for U+0020…U+007E; other characters count as 650. System fonts run up
# to a tenth wider (`_SAFETY`), and so do bold weights.
_ADVANCES = (
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
    566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
    753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
    583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
    333, 426, 662,
)  # fmt: skip
_SAFETY = 1.1
_MONO_ADVANCE = 0.605  # em; JetBrains Mono 0.6, DejaVu Sans Mono 0.602


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """True when the two overlap or come nearer than `gap`."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


class Drawing(NamedTuple):
    """A finished picture; `labels` are the boxes of its texts."""

    svg: str
    width: float
    height: float
    labels: tuple[Box, ...]


def text_width(text: str, size: float, *, mono: bool = False) -> float:
    """An upper estimate of a text's width in pixels, for the fonts of the tokens and their usual stand-ins."""
    if mono:
        return len(text) * size * _MONO_ADVANCE
    units = sum(_ADVANCES[ord(c) - 32] if " " <= c <= "~" else 650 for c in text)
    return units * size / 1000 * _SAFETY


def fitted(text: str, room: float, size: float, *, mono: bool = False) -> str:
    """The text, cut with an ellipsis where `room` pixels do not hold it."""
    if text_width(text, size, mono=mono) <= room:
        return text
    while text and text_width(text + "…", size, mono=mono) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def text_box(x: float, y: float, text: str, size: float, anchor: str = "start", *, mono: bool = False) -> Box:
    """The box of a text whose baseline starts, centres or ends at x, y."""
    width = text_width(text, size, mono=mono)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - 0.8 * size, left + width, y + 0.25 * size)


@dataclass(slots=True)
class Canvas:
    """Collects shapes, then gives the drawing. `key` makes the ids of title and description unique in a page."""

    key: str
    width: float
    height: float
    title: str
    description: str
    _parts: list[str] = field(default_factory=list)
    labels: list[Box] = field(default_factory=list)

    def rect(self, box: Box, classes: str, *, radius: float = 0.0, more: str = "") -> None:
        corner = f' rx="{_n(radius)}"' if radius else ""
        self._parts.append(
            f'<rect x="{_n(box.left)}" y="{_n(box.top)}" width="{_n(box.right - box.left)}" '
            f'height="{_n(box.bottom - box.top)}"{corner} class="{classes}"{more}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, classes: str, *, width: float = 1.0, dash: str = ""
    ) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" class="{classes}" '
            f'stroke-width="{_n(width)}"{dashes}/>'
        )

    def path(self, d: str, classes: str, *, width: float = 0.0, dash: str = "", opacity: float = 1.0) -> None:
        """A path; without a width it is not stroked, with one it is not filled unless a class fills it."""
        stroke = f' stroke-width="{_n(width)}"' if width else ""
        fill = "" if "f-" in classes else ' fill="none"'
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
        self._parts.append(f'<path d="{d}" class="{classes}"{fill}{stroke}{dashes}{faint} stroke-linejoin="round"/>')

    def circle(self, x: float, y: float, r: float, classes: str, *, width: float = 0.0) -> None:
        stroke = f' stroke-width="{_n(width)}"' if width else ""
        fill = "" if "f-" in classes else ' fill="none"'
        self._parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" class="{classes}"{fill}{stroke}/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        ink: str = "ink-2",
        anchor: str = "start",
        weight: int = 400,
        mono: bool = False,
        halo: bool = False,
    ) -> Box:
        """One line of text; gives the box that it takes. With a halo it stays readable on lines."""
        shown = plain(text, 400)
        box = text_box(x, y, shown, size, anchor, mono=mono)
        end = "" if anchor == "start" else f' text-anchor="{anchor}"'
        bold = "" if weight == 400 else f' font-weight="{weight}"'
        place = f'x="{_n(x)}" y="{_n(y)}"{end} font-size="{_n(size)}"{bold}'
        face, content = ("m" if mono else "t"), escape(shown)
        if halo:  # a copy beneath: not every renderer knows paint-order
            self._parts.append(
                f'<text {place} class="{face} f-canvas s-label-halo" stroke-width="3" stroke-linejoin="round" '
                f'aria-hidden="true">{content}</text>'
            )
        self._parts.append(f'<text {place} class="{face} f-{ink}">{content}</text>')
        self.labels.append(box)
        return box

    def drawing(self) -> Drawing:
        """The finished picture, with title and description for who cannot see it."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'width="{_n(self.width)}" height="{_n(self.height)}" role="img" '
            f'aria-labelledby="{self.key}-t {self.key}-d">'
            f'<title id="{self.key}-t">{escape(plain(self.title))}</title>'
            f'<desc id="{self.key}-d">{escape(plain(self.description))}</desc>'
        )
        return Drawing(f"{head}{''.join(self._parts)}</svg>", self.width, self.height, tuple(self.labels))


def points(pairs: Sequence[tuple[float, float]]) -> str:
    """A path's data through points, from the first by straight lines."""
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in pairs)


def _n(value: float) -> str:
    return (
        f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")
    )
