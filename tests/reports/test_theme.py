"""The palette by calculation: contrast on its grounds, and distance for readers who see fewer colours."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from reports.theme import (
    BLUE,
    CAUTION,
    GREEN,
    OCHRE,
    PANEL,
    PAPER,
    PURPLE,
    SERIES,
    TEXT_TOKENS,
    TOKENS,
    VERMILION,
    contrast,
)

HUES = (BLUE, VERMILION, GREEN, PURPLE, OCHRE)
# Viénot, Brettel and Mollon 1999, in linear RGB
DEUTERANOPIA = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])
PROTANOPIA = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("token", TEXT_TOKENS, ids=lambda t: t.name)
@pytest.mark.parametrize("ground", [PAPER, PANEL], ids=lambda t: t.name)
def test_text_and_lines_reach_four_and_a_half_to_one(token, ground) -> None:  # type: ignore[no-untyped-def]
    assert contrast(token.light, ground.light) >= 4.5
    assert contrast(token.dark, ground.dark) >= 4.5


def test_the_banner_is_readable_in_both_modes() -> None:
    assert contrast(CAUTION.light, PAPER.light) >= 4.5
    assert contrast(CAUTION.dark, PAPER.dark) >= 4.5


@pytest.mark.parametrize("seen", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["all", "no green", "no red"])
def test_the_first_three_series_differ_for_every_reader(seen: np.ndarray) -> None:
    for one, other in combinations(HUES[:3], 2):
        assert np.abs(seen @ linear(one.light) - seen @ linear(other.light)).sum() > 0.08


def test_every_series_has_its_own_marker_and_dash_so_that_grey_is_enough() -> None:
    assert len({style.marker for style in SERIES}) == len({style.dash for style in SERIES}) == len(SERIES)


def test_every_light_colour_is_used_by_one_token_only() -> None:
    assert len({token.light for token in TOKENS}) == len(TOKENS)
