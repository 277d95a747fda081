"""Sections on the action plan, stranded migrants and reporting: what they say in every language, and what they hide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest

from reports.blocks import Bullets, Chart, Note, Section, Table, plain_text
from reports.charts.bullets import Bullet, bullets
from reports.charts.frame import NARROW, WIDE
from reports.edition import View
from reports.locale import CLDR_IDS, locale
from reports.sections import action_plan, quality, reporting, stranded
from tests.reports.drawn import page_of
from tests.reports.followed import ASSISTED, CALENDAR, PLAN, PUNCTUALITY, followed, followed_up
from tests.reports.followed import stranded as stranded_tables
from tests.reports.people import national
from transforms.disclosure.cells import CountCell
from transforms.disclosure.released import ReleasedEdition

LANGUAGES = tuple(CLDR_IDS)
HEAD = "number | unit | body | grade | baseline | target | latest | more\n"


def view(edition: ReleasedEdition, language: str = "en") -> View:
    return View(edition=edition, locale=locale(language))


def made(found: Section | None) -> Section:
    assert found is not None
    return found


def tables(section: Section) -> dict[str, Table]:
    inside = [block.table for block in section.blocks if isinstance(block, Chart)]
    return {block.id: block for block in (*section.blocks, *inside) if isinstance(block, Table)}


def grid(table: Table) -> dict[str, list[str]]:
    return {row.header: [cell.text for cell in row.cells] for row in table.rows}


def test_a_measure_shows_its_figures_its_deadline_and_its_state() -> None:
    found = tables(made(action_plan.section(view(followed_up()))))
    assert grid(found["table-plan-1"]) == {
        "1.1 Regions with a coordination group":
            ["Ministry of Internal Affairs", "1 (2019)", "6", "2025", "4 (2023)", "On track: 60\u00a0%", "B"],
        "1.2 A procedure is in force":
            ["Ministry of Internal Affairs", "no (2019)", "yes", "30 June 2023", "yes (December 2023)",
             "Reached: 100\u00a0%", "A"],
    }  # fmt: skip
    measured = found["table-plan-3"].rows[0]
    assert [cell.text for cell in measured.cells][1:5] == ["100 (2019)", "130", "2025", "117 (2023)"]
    assert [cell.flags for cell in measured.cells][1:5] == ["i", "", "", "i"]


def test_what_is_withheld_has_its_mark_and_its_state_and_no_progress() -> None:
    section = made(action_plan.section(view(followed_up())))
    assert grid(tables(section)["table-plan-3"])["3.2 Children in families"][1:] == [
        "[c]", "12", "2024", "[c]", "Suppressed", "B",
    ]  # fmt: skip
    assert "3.2 Children in families" not in grid(tables(section)["table-plan-progress"])
    chart = next(block for block in section.blocks if isinstance(block, Chart))
    assert "Children" not in chart.description and "Children" not in str(chart.wide.markup)


def test_a_passed_deadline_is_named_also_where_nothing_else_can_be_said() -> None:
    line = "1.1 | person | MIA | A | 2019: 1 | 2023-06: 9 | 2023: 2 |"
    section = made(action_plan.section(view(followed(HEAD + line, tables=()))))
    assert grid(tables(section)["table-plan-1"])["1.1 Regions with a coordination group"][5] == (
        "Suppressed; deadline passed"
    )


def test_the_reasons_say_what_is_missing_and_who_would_supply_it() -> None:
    section = made(action_plan.section(view(followed_up())))
    told = [plain_text(item) for block in section.blocks if isinstance(block, Bullets) for item in block.items]
    assert told == [
        "3.3 Places in shelters: baseline missing, because it was not measured. It would be supplied by: "
        "NGO hotline and shelter.",
        "4.1 Inspections: latest value missing, because the responsible body did not deliver it. It would be supplied "
        "by: Ministry of Internal Affairs.",
    ]


@pytest.mark.parametrize(
    ("count", "said"), [(1, "В плане 1 мера;"), (3, "В плане 3 меры;"), (5, "В плане 5 мер;")]
)  # fmt: skip
def test_measures_are_counted_in_the_right_form(count: int, said: str) -> None:
    lines = "\n".join(f"1.{n} | event | MIA | A | 2019: 0 | 2025: 9 | 2023: 5 |" for n in range(count))
    section = made(action_plan.section(view(followed(HEAD + lines, tables=()), "ru")))
    assert plain_text(section.summary).startswith(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_plan_the_section_says_who_would_supply_it(language: str) -> None:
    seen = view(national(0.12), language)
    for section in (made(action_plan.section(seen)), made(stranded.section(seen))):
        assert [type(block) for block in section.blocks] == [Note]
    assert seen.locale.untranslated == set()


def test_the_world_has_neither_plan_nor_stranded_migrants() -> None:
    seen = view(followed_up())
    world = view(_of_scope(seen.edition, "world"))
    assert action_plan.section(world) is None and stranded.section(world) is None


def _of_scope(edition: ReleasedEdition, scope: str) -> ReleasedEdition:
    from tests.reports.editions import SEAL

    fields: dict[str, Any] = {n: getattr(edition, n) for n in edition.__dataclass_fields__ if n != "seal"}
    return ReleasedEdition(**{**fields, "scope": scope}, seal=SEAL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    seen = view(followed_up(), language)
    for section in (action_plan.section, stranded.section, quality.section):
        made(section(seen))
    assert seen.locale.untranslated == set()


def test_a_goal_without_a_title_or_a_body_is_still_a_table() -> None:
    section = made(action_plan.section(view(followed(HEAD + "9.1 | event |  |  | 2019: 0 | 2025: 9 | 2023: 5 |"))))
    table = tables(section)["table-plan-9"]
    assert (table.caption, table.rows[0].header, table.rows[0].cells[0].text) == ("Goal 9", "9.1", "–")
    assert table.rows[0].cells[-1].text == "–"


def test_bars_end_where_the_chart_ends_and_a_fall_has_none() -> None:
    rows = [Bullet(label=str(value), value=value, expected=50.0, text="") for value in (-20.0, 0.0, 60.0, 5000.0)]
    for size in (WIDE, NARROW):
        figure = bullets(rows, size, target="target", time="time gone")
        widths = sorted(patch.get_width() for patch in figure.artists if hasattr(patch, "get_width"))
        assert widths[:2] == [0, 0] and max(widths) < size.width


def test_supplied_texts_are_escaped() -> None:
    bad = '<script>alert("1")</script>'
    edition = followed(HEAD + "1.1 | event | MIA | A | 2019: 0 | 2025: 9 | 2023: 5 |", tables=())
    plan = [{**edition.context["action_plan"][0], "titles": {"en": bad}}]
    seen = view(_with_context(edition, action_plan=plan))
    from reports.render import edition_files

    page = edition_files(seen.edition, ["en"])["report.en.html"].decode()
    assert "<script>alert" not in page and bad in unescape(page)


def _with_context(edition: ReleasedEdition, **context: Any) -> ReleasedEdition:
    from tests.reports.editions import SEAL

    fields: dict[str, Any] = {n: getattr(edition, n) for n in edition.__dataclass_fields__ if n != "seal"}
    return ReleasedEdition(**{**fields, "context": {**edition.context, **context}}, seal=SEAL)


def test_registrations_stand_beside_the_phases_they_lie_in() -> None:
    found = grid(tables(made(stranded.section(view(followed_up()))))["table-stranded"])
    assert found["2020"] == ["599", "166", "Before the pandemic / Acute phase / Prolonged restrictions"]
    assert list(found) == ["2020", "Q1\u00a02020", "Q2\u00a02020", "Q3\u00a02020"]
    assert found["Q2\u00a02020"][-1] == "Acute phase"


def test_small_returns_are_gaps_and_a_need_of_two_is_withheld() -> None:
    found = tables(made(stranded.section(view(followed_up()))))
    assert grid(found["table-stranded-need"])["Work"] == ["[c]"]
    returned = [cells[1] for cells in grid(found["table-stranded-points"]).values()]
    assert returned.count("[c]") >= 2 and "2" not in returned


def test_where_nothing_can_be_drawn_there_is_no_chart() -> None:
    few = [replace(t, cells=tuple(CountCell(at=c.at, value=1) for c in t.cells[:1])) for t in stranded_tables()[:1]]
    section = made(stranded.section(view(followed(HEAD, tables=(ASSISTED, *few)))))
    assert not any(isinstance(block, Chart) for block in section.blocks)
    assert any(isinstance(block, Note) for block in section.blocks), "what else is missing is named"


def test_a_percentage_stands_only_on_a_base_that_carries_it() -> None:
    table = reporting.punctuality_table(view(followed_up()))
    assert table is not None
    assert [row.cells[-1].text for row in table.rows] == ["17 out of 17", "15 out of 17", "32 out of 34 (94\u00a0%)"]
    few = reporting.punctuality_table(view(followed(punctuality=PUNCTUALITY[:1])))
    assert few is not None and [row.cells[-1].text for row in few.rows] == ["17 out of 17"]


def test_the_calendar_names_the_bodies_of_a_day_together_and_what_is_overdue_first() -> None:
    table = reporting.calendar_table(view(followed_up()))
    assert table is not None
    assert [(row.header, row.cells[2].text, row.cells[3].text) for row in table.rows] == [
        ("25 January 2024", "NGO hotline and shelter", "Overdue"),
        ("25 April 2024", "Ministry of Internal Affairs and NGO hotline and shelter", "Not due yet"),
        ("30 December 2024", "the State Statistics Committee", "Not due yet"),
    ]


def test_without_deadlines_nothing_is_said_of_deliveries() -> None:
    seen = view(followed(punctuality=[], due_dates=[]))
    assert (reporting.said(seen), reporting.punctuality_table(seen), reporting.calendar_table(seen)) == ("", None, None)


def test_the_next_day_in_the_summary_is_the_first_that_is_not_overdue() -> None:
    assert "Next due: 25 April 2024 (Ministry of Internal Affairs and NGO hotline and shelter)." in reporting.said(
        view(followed_up())
    )
    assert "Next due" not in reporting.said(view(followed(due_dates=CALENDAR[:1])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_carry_the_same_figures_in_every_language(language: str) -> None:
    seen, english = view(followed_up(), language), view(followed_up())
    for section in (action_plan.section, stranded.section):
        ours, theirs = tables(made(section(seen))), tables(made(section(english)))
        assert list(ours) == list(theirs)
        for key in ours:
            assert [len(row.cells) for row in ours[key].rows] == [len(row.cells) for row in theirs[key].rows]
            marks = [[cell.text for cell in row.cells if cell.text.startswith("[")] for row in ours[key].rows]
            assert marks == [[c.text for c in row.cells if c.text.startswith("[")] for row in theirs[key].rows]


def test_rows_of_wide_tables_are_blocks_on_a_phone() -> None:
    page = page_of("followed")
    assert 'class="stacked several" role="table"' in page
    assert 'data-label="Latest value"' in page


def test_the_day_of_the_edition_is_named() -> None:
    section = made(action_plan.section(view(followed(PLAN, as_of=date(2024, 3, 1)))))
    assert "as known on 1 March 2024" in plain_text(section.summary)
