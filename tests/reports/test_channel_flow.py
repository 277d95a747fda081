"""From channel to body as a matrix: what is drawn, what the title may say, and when a note stands instead."""

from __future__ import annotations

import pytest

from reports.blocks import Chart, Note
from reports.edition import View
from reports.locale import locale
from reports.sections.channel_flow import MOST_BODIES, channel_flow
from reports.sections.identification import section as identification
from tests.reports.editions import edition, table
from transforms.disclosure.released import ReleasedTable

KEY = "victims_identified_by_period_identification_channel_identified_by"
SHOWN = """
    year | channel | body    | value | status
    2023 | hotline | police  | 12    |
    2023 | hotline | ngo     | 21    |
    2023 | hotline | total   | 40    |
    2023 | tip     | police  | 17    |
    2023 | tip     | ngo     |       | C
    2023 | tip     | total   | 20    |
    2023 | border  | police  | 0     |
    2023 | border  | total   | 0     |
    2023 | unknown | police  | 50    |
    2023 | total   | police  | 79    |
    2023 | total   | ngo     | 23    |
    2023 | total   | unknown | 8     |
    """


def crossed(text: str) -> ReleasedTable:
    return table(text, key=KEY, dimensions=("period", "identification_channel", "identified_by"))


def made_of(text: str, language: str = "en") -> Chart | Note | None:
    return channel_flow(View(edition([crossed(text)]), locale(language)))


def test_the_most_frequent_way_is_told_of_those_drawn_only() -> None:
    made = made_of(SHOWN)
    assert isinstance(made, Chart)
    assert made.title.startswith("From channel to body, most often of those shown: ")
    assert made.title.endswith(" (21 persons)")
    assert "Hatched" in made.subtitle
    assert "[c]" in made.wide.markup and "[c]" in made.narrow.markup
    assert "50" not in made.description


def test_where_all_is_shown_nothing_is_hatched_and_ties_are_all_named() -> None:
    made = made_of(SHOWN.replace("2023 | tip     | ngo     |       | C", "2023 | tip     | ngo     | 21    |"))
    assert isinstance(made, Chart)
    assert made.title.endswith(" (21 persons each)") and made.title.count("→") == 2
    assert "Hatched" not in made.subtitle


def test_the_table_holds_all_channels_and_bodies_and_the_margins() -> None:
    made = made_of(SHOWN)
    assert isinstance(made, Chart)
    assert len(made.table.rows) == 5 and made.table.rows[-1].is_total
    assert len(made.table.columns) == 4


def test_where_most_is_withheld_a_note_says_so() -> None:
    made = made_of(SHOWN.replace("| 12    |", "|       | C").replace("| 17    |", "|       | C"))
    assert isinstance(made, Note)
    assert made.title == "From channel to body: most counts cannot be shown for 2023"


@pytest.mark.parametrize(
    "rows",
    [
        "2022 | tip | police | 12 |",
        "2023 | tip | police | 12 |\n2023 | tip | total | 12 |\n2023 | total | police | 12 |",
    ],
    ids=["another year", "one way only"],
)
def test_without_two_ends_each_there_is_no_matrix(rows: str) -> None:
    assert made_of("year | channel | body | value | status\n" + rows) is None


def test_more_bodies_than_a_phone_has_room_for_stand_in_the_table() -> None:
    bodies = (
        "police",
        "border",
        "prosecution_or_court",
        "social_service",
        "ngo",
        "embassy",
        "other_government",
        "other",
    )
    lines = [f"2023 | {c} | {b} | {20 + n} |" for c in ("tip", "hotline", "total") for n, b in enumerate(bodies)]
    lines += [f"2023 | {c} | total | 200 |" for c in ("tip", "hotline")]
    made = made_of("year | channel | body | value | status\n" + "\n".join(lines))
    assert isinstance(made, Chart)
    assert len(made.table.columns) == len(bodies) + 1
    assert made.description.count("→") == 2 * MOST_BODIES + 2


def test_the_matrix_stands_after_the_bodies() -> None:
    bodies = table(
        "year | body | value | status\n2023 | police | 12 |\n2023 | ngo | 34 |",
        key="victims_identified_by_period_identified_by",
        dimensions=("period", "identified_by"),
    )
    made = identification(View(edition([bodies, crossed(SHOWN)]), locale("en")))
    assert [block.id for block in made.blocks if isinstance(block, Chart)] == ["by-identified-by", "channel-flow"]


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_matrix_speaks_every_language(language: str) -> None:
    spoken = locale(language)
    assert isinstance(channel_flow(View(edition([crossed(SHOWN)]), spoken)), Chart)
    assert not spoken.untranslated
