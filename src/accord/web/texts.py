"""The translation layer: every text that people read passes through `_` or `_n`. English alone for now."""

from __future__ import annotations

from gettext import NullTranslations

translations = NullTranslations()


def _(text: str) -> str:
    """The text in the reader's language."""
    return translations.gettext(text)


def _n(one: str, many: str, count: int) -> str:
    """The form of a text that fits a number; `{n}` in it is left for the caller to fill."""
    return translations.ngettext(one, many, count)
