"""Colours, type and lines: one set of tokens for page and charts, light, dark and on paper.

The hues follow Okabe and Ito's colour-blind-safe set, darkened so that each reaches 4.5:1 on its ground;
charts also tell series apart by marker, dash and direct label. A chart is drawn in the light colours and
`charts.svg` turns each of them into its CSS variable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A colour by its role, as CSS variable `--<name>`."""

    name: str
    light: str
    dark: str


INK = Token(name="ink", light="#17212b", dark="#e8edf2")
MUTED = Token(name="muted", light="#51606e", dark="#a7b4c0")
PAPER = Token(name="paper", light="#ffffff", dark="#10161c")
PANEL = Token(name="panel", light="#f4f6f8", dark="#19222b")
RULE = Token(name="rule", light="#d5dce3", dark="#33404c")
PHASE = Token(name="phase", light="#eaeff4", dark="#1d2833")
PHASE_STRONG = Token(name="phase-strong", light="#d9e2ea", dark="#283644")
BLUE = Token(name="blue", light="#0b5a9d", dark="#74b4ee")
VERMILION = Token(name="vermilion", light="#b5450a", dark="#f2a06c")
GREEN = Token(name="green", light="#00705a", dark="#56c8a6")
PURPLE = Token(name="purple", light="#8b3f7c", dark="#dc9fce")
OCHRE = Token(name="ochre", light="#866100", dark="#e2c05f")
FAINT_BLUE = Token(name="faint-blue", light="#a9c6e0", dark="#2f5170")
CAUTION = Token(name="caution", light="#8a3b06", dark="#f4b183")
SHADE_LOW = Token(name="shade-low", light="#dfeaf4", dark="#1b2c3c")
SHADE_MIDDLE = Token(name="shade-middle", light="#b4cfe7", dark="#2a4a68")
SHADE_HIGH = Token(name="shade-high", light="#7aa9d3", dark="#3a6891")

TOKENS = (
    INK,
    MUTED,
    PAPER,
    PANEL,
    RULE,
    PHASE,
    PHASE_STRONG,
    BLUE,
    VERMILION,
    GREEN,
    PURPLE,
    OCHRE,
    FAINT_BLUE,
    CAUTION,
    SHADE_LOW,
    SHADE_MIDDLE,
    SHADE_HIGH,
)
TEXT_TOKENS = (INK, MUTED, BLUE, VERMILION, GREEN, PURPLE, OCHRE, CAUTION)
"""Tokens that write text or thin lines: 4.5:1 on paper and on panel."""

SHADES = ((SHADE_LOW, INK), (SHADE_MIDDLE, INK), (SHADE_HIGH, INK), (BLUE, PAPER))
"""Faces of the classes of a count, few to many, each with the colour that writes on it; their grey rises as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStyle:
    """How one series of several is told apart, in colour and in grey."""

    colour: str
    marker: str
    dash: tuple[float, ...]


SERIES = (
    SeriesStyle(colour=BLUE.light, marker="o", dash=()),
    SeriesStyle(colour=VERMILION.light, marker="s", dash=(5, 2)),
    SeriesStyle(colour=GREEN.light, marker="^", dash=(1.5, 1.5)),
    SeriesStyle(colour=PURPLE.light, marker="D", dash=(6, 2, 1.5, 2)),
    SeriesStyle(colour=OCHRE.light, marker="v", dash=(9, 3)),
)

FONT_PX = 13.0
SMALL_PX = 12.0

RC: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": FONT_PX,
    "text.color": INK.light,
    "axes.edgecolor": MUTED.light,
    "axes.labelcolor": MUTED.light,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "grid.color": RULE.light,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED.light,
    "ytick.color": MUTED.light,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.labelsize": SMALL_PX,
    "ytick.labelsize": SMALL_PX,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.0,
    "svg.fonttype": "none",
    "path.simplify": False,
    "text.parse_math": False,  # a label from a supplier may hold a dollar sign
}


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def css_variables() -> str:
    """The tokens as custom properties: light by default and on paper, dark on screens that ask for it."""
    light = ";".join(f"--{token.name}:{token.light}" for token in TOKENS)
    dark = ";".join(f"--{token.name}:{token.dark}" for token in TOKENS)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
    )
