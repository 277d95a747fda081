"""Key findings: hedged, counted on their base, silent where the gate is silent."""

from __future__ import annotations

import pytest

from reports.blocks import plain_text
from reports.edition import View
from reports.findings import findings, in_languages
from reports.locale import locale
from tests.reports.editions import edition, empty, sealed, table, world
from tests.reports.people import national
from transforms.disclosure.released import ReleasedCell, ReleasedEdition


def said(released: ReleasedEdition, language: str = "en") -> dict[str, str]:
    """The sentences of an edition by key, no-break spaces as plain ones."""
    view = View(released, locale(language))
    return {f.key: plain_text(f.text).replace("\u00a0", " ") for f in findings(view)}


def test_the_matched_change_of_unodc_names_its_countries() -> None:
    assert said(world())["matched"] == (
        "UNODC, 2019 → 2020: 48,968 → 44,198 (−9.7 %) across the 112 countries that reported both years."
    )


def test_a_coverage_break_is_named_and_takes_the_percentage_away() -> None:
    sentence = said(world())["level"]
    assert sentence.startswith("16,399 registered victims in 2016, against 4,276 in 2015. The two are not comparable:")
    assert "%" not in sentence


def test_a_suppressed_count_is_not_said() -> None:
    released = edition(
        [
            table("""
            period | value | status
            2022   | 12    |
            2023   |       | C
            """)
        ]
    )
    assert said(released) == {"level": "For 2023 the number of victims is withheld to protect persons."}


def test_no_change_is_given_in_per_cent_where_the_gate_found_it_unreliable() -> None:
    count = table("""
        period | value | status
        2022   | 12    |
        2023   | 18    |
        """)
    change = sealed(
        count.key + ".change",
        ("period",),
        [ReleasedCell(at=("2023",), value=None, obs_status="U")],
        kind="change",
        unit="pct",
    )
    assert said(edition([count, change]))["level"] == (
        "18 identified victims in 2023, against 12 in 2022 (too few for a percentage)."
    )


def test_a_share_on_a_small_base_is_left_out() -> None:
    key = "victims_identified_by_period_sex.share"
    share = sealed(
        key,
        ("period", "sex"),
        [ReleasedCell(at=("2023", "female"), value=None, obs_status="U", base=12)],
        kind="share",
        unit="pct",
    )
    assert said(edition([share])) == {}


def test_a_share_bears_its_base_and_interval() -> None:
    key = "victims_identified_by_period_sex.share"
    cell = ReleasedCell(at=("2023", "female"), value=56.1, lower=49.2, upper=62.7, base=205)
    share = sealed(key, ("period", "sex"), [cell], kind="share", unit="pct")
    assert said(edition([share]))["sex_female"] == (
        "Of the 205 persons whose sex is recorded, 56 % were women or girls (95 % interval 49–63 %)."
    )


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (0.3, 0.6, "fewer victims were detected"),
        (0.8, 1.2, "no clear difference in detection"),
        (1.1, 1.9, "more victims were detected"),
    ],
)
def test_the_interval_decides_what_may_be_said_of_the_pandemic(lower: float, upper: float, words: str) -> None:
    cell = ReleasedCell(at=("phase:acute",), value=(lower + upper) / 2, lower=lower, upper=upper, base=900)
    key = "victims_identified_by_period.phase_ratio"
    sentence = said(edition([sealed(key, ("period",), [cell], kind="ratio", unit="ratio")]))["covid_acute"]
    assert words in sentence
    assert "trafficking fell" not in sentence


def test_an_edition_without_data_has_no_findings() -> None:
    assert said(empty()) == {}


def test_each_finding_names_released_cells_and_speaks_every_language() -> None:
    released = national()
    for finding in in_languages(released, ["en", "ru", "tk"]):
        assert set(finding["text"]) == {"en", "ru", "tk"}
        for cell in finding["cells"]:
            found = released.table(cell["table"])
            assert found is not None and found.cell(*cell["at"]) is not None


def test_numbers_are_the_same_in_english_and_russian() -> None:
    released = world()
    english, russian = said(released), said(released, "ru")
    assert english["matched"].count("48,968") == russian["matched"].count("48 968") == 1
    assert "−9,7 %" in russian["matched"]
