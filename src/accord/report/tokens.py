"""The design tokens that a report needs, by the names of the site's own sheet, and the classes of its pictures.

Pictures carry classes only. On a page the classes follow the page's tokens, light or dark; for print `picture_rules`
gives the same classes with the light values written out.
"""

from __future__ import annotations

LIGHT: dict[str, str] = {
    "ground": "#faf9f7",
    "surface": "#ffffff",
    "sunken": "#f3f1ed",
    "line": "#e7e3dc",
    "line-2": "#d2ccc3",
    "ink": "#1f1d1a",
    "ink-2": "#55514a",
    "ink-3": "#6d6861",
    "mark": "#948e85",
    "accent": "#0d645f",
    "accent-soft": "#e3efed",
    "accent-line": "#a9cdc8",
    "on-accent": "#ffffff",
    "harm": "#b02a1c",
    "harm-soft": "#faeae6",
    "attention": "#85560a",
    "attention-soft": "#f7eedd",
    "state-received": "#c9c3b9",
    "state-vetted": "#93aeaa",
    "state-used": "#5b938e",
    "state-action": "#26756f",
    "state-outcome": "#0a4f4b",
    "c1": "#3d3194",
    "c2": "#1f78aa",
    "c3": "#1b7837",
    "c4": "#8c680c",
    "c5": "#a8459a",
    "c0": "#8d877e",
    "canvas": "#fcfbfa",
    "edge": "#cfc9bf",
    "label-halo": "#fcfbfa",
    "tlp-edge": "transparent",
}

DARK: dict[str, str] = {
    "ground": "#151412",
    "surface": "#1b1a18",
    "sunken": "#11100f",
    "line": "#2d2b28",
    "line-2": "#44413b",
    "ink": "#ece9e4",
    "ink-2": "#b9b4ac",
    "ink-3": "#9b958c",
    "mark": "#77726a",
    "accent": "#62c2b7",
    "accent-soft": "#17302d",
    "accent-line": "#2f5b56",
    "on-accent": "#06211e",
    "harm": "#f08a7d",
    "harm-soft": "#391e1a",
    "attention": "#dfb266",
    "attention-soft": "#31281a",
    "state-received": "#4b4842",
    "state-vetted": "#3c6661",
    "state-used": "#45857e",
    "state-action": "#57aca2",
    "state-outcome": "#8fded4",
    "c1": "#958cf0",
    "c2": "#5db5e0",
    "c3": "#6dbb7c",
    "c4": "#d6ac4c",
    "c5": "#dd85cf",
    "c0": "#8a857c",
    "canvas": "#171614",
    "edge": "#3d3a35",
    "label-halo": "#171614",
    "tlp-edge": "#55514a",
}

TLP: dict[str, str] = {
    "RED": "#ff2b2b",
    "AMBER": "#ffc000",
    "AMBER+STRICT": "#ffc000",
    "GREEN": "#33ff00",
    "CLEAR": "#ffffff",
}
"""FIRST, TLP 2.0, section "TLP in documents": label colours, on black, always with the words."""

TEXT_FONTS = '"Inter Variable", "Inter", system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif'
MONO_FONTS = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'

_FILLS = (
    "surface", "sunken", "line", "line-2", "ink", "ink-2", "ink-3", "mark", "accent", "accent-soft", "accent-line",
    "on-accent", "harm", "attention", "canvas", "edge", "state-received", "state-vetted", "state-used",
    "state-action", "state-outcome", "c0", "c1", "c2", "c3", "c4", "c5",
)  # fmt: skip
_STROKES = (*_FILLS, "label-halo")


def token_rules() -> str:
    """CSS that gives the tokens their values: light, dark as the system asks or as the page says, light on paper."""
    light, dark = _declared(LIGHT), _declared(DARK)
    return (
        f":root{{color-scheme:light dark;{light}--font-text:{TEXT_FONTS};--font-mono:{MONO_FONTS}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"@media screen{{[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
    )


def _declared(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


def picture_rules(*, page: bool) -> str:
    """CSS for the classes of pictures. `page`: by custom properties, below `.accord-report`; else written out."""
    prefix = ".accord-report " if page else ""
    rules = [f"{prefix}.f-{name}{{fill:{_value(name, page)}}}" for name in _FILLS]
    rules += [f"{prefix}.s-{name}{{stroke:{_value(name, page)}}}" for name in _STROKES]
    text = "var(--font-text)" if page else "Inter"
    mono = "var(--font-mono)" if page else "JetBrains Mono"
    rules.append(f"{prefix}.t{{font-family:{text}}}")
    rules.append(f"{prefix}.m{{font-family:{mono}}}")
    return "\n".join(rules)


def _value(name: str, page: bool) -> str:
    return f"var(--{name})" if page else LIGHT[name]
