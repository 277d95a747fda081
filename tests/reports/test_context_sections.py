"""Parts on hotline contacts and on what is around the figures: what they say, in every language, and what they hide."""

from __future__ import annotations

import pytest

from reports.blocks import Chart, Heading, Note, Section, Table, plain_text
from reports.edition import View
from reports.locale import CLDR_IDS, locale
from reports.sections import identification, where
from tests.reports.followed import ASSISTED, context, followed, followed_up
from tests.reports.people import national
from transforms.disclosure.cells import CountTable
from transforms.disclosure.released import ReleasedEdition

LANGUAGES = tuple(CLDR_IDS)


def view(edition: ReleasedEdition, language: str = "en") -> View:
    return View(edition=edition, locale=locale(language))


def only(*keys: str) -> View:
    """The edition with those of its tables of context whose keys begin so."""
    return view(followed(tables=(ASSISTED, *(table for table in context() if table.key.startswith(keys)))))


def after(section: Section, heading: str) -> list[object]:
    """The blocks under a heading of a section; none where it is not there."""
    ids = [block.id if isinstance(block, Heading) else "" for block in section.blocks]
    return list(section.blocks[ids.index(heading) + 1 :]) if heading in ids else []


def grid(table: Table) -> dict[str, list[str]]:
    return {row.header: [cell.text for cell in row.cells] for row in table.rows}


def tables(blocks: list[object]) -> dict[str, Table]:
    inside = [block.table for block in blocks if isinstance(block, Chart)]
    return {block.id: block for block in (*blocks, *inside) if isinstance(block, Table)}


def test_it_is_said_first_that_a_contact_is_never_a_victim() -> None:
    first, *rest = after(identification.section(view(followed_up())), "contacts")
    assert isinstance(first, Note) and plain_text(first.text).startswith("A contact is never a victim")
    assert any(isinstance(block, Chart) for block in rest)


def test_contacts_stand_beside_the_phases_they_lie_in_and_the_title_names_the_most() -> None:
    blocks = after(identification.section(view(followed_up())), "contacts")
    chart = next(block for block in blocks if isinstance(block, Chart))
    assert chart.title == "Hotline contacts: most in Q3\u00a02020, 669"
    found = grid(tables(blocks)["table-contacts"])
    assert list(found)[:2] == ["2019", "Q1\u00a02019"]
    assert found["Q3\u00a02020"] == ["669", "Acute phase / Prolonged restrictions"]
    assert "lowest 531" in chart.description and "Periods without a value" in chart.description


def test_a_quarter_or_topic_of_few_contacts_is_withheld() -> None:
    found = tables(after(identification.section(view(followed_up())), "contacts"))
    assert grid(found["table-contacts"])["Q4\u00a02020"][0] == "[c]"
    topics = grid(found["table-contacts-topic"])
    assert topics["Trafficking in persons"] == ["192", "[c]"]
    assert topics["Total"][0] == "2,186"


def test_moves_and_a_rate_with_its_decimal_stand_by_year() -> None:
    found = tables(after(where.section(view(followed_up())), "around"))["table-around"]
    assert found.caption == "Immigrants, emigrants and unemployment rate"
    assert grid(found) == {
        "2019": ["5,201", "7,322", "4.9\u00a0%"], "2020": ["1,833", "2,640", "5.3\u00a0%"],
        "2021": ["2,291", "3,309", "[x]"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "heading"),
    [
        (("immigrants", "emigrants"), "Around the figures: migration"),
        (("unemployment_rate",), "Around the figures: unemployment"),
        (("immigrants", "unemployment_rate"), "Around the figures: migration and unemployment"),
    ],
)
def test_the_heading_names_what_was_delivered(keys: tuple[str, ...], heading: str) -> None:
    found = [block.text for block in where.section(only(*keys)).blocks if isinstance(block, Heading)]
    assert found == [heading]


def test_without_data_there_is_neither_heading_nor_word() -> None:
    for edition in (national(), followed(tables=(ASSISTED,))):
        for section in (identification.section(view(edition)), where.section(view(edition))):
            assert not any(isinstance(block, Heading) for block in section.blocks)


def test_where_most_is_withheld_the_table_stands_alone() -> None:
    few = [_small(table) for table in context() if table.key == "hotline_contacts_by_period"]
    blocks = after(identification.section(view(followed(tables=(ASSISTED, *few)))), "contacts")
    assert [block.id for block in blocks if isinstance(block, Table)] == ["table-contacts"]
    assert not any(isinstance(block, Chart) for block in blocks)


def _small(table: CountTable) -> CountTable:
    from dataclasses import replace

    quarters = [cell for cell in table.cells if "Q" in cell.at[0]]
    return replace(table, cells=tuple(replace(cell, value=2) for cell in quarters))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_carry_the_same_figures_in_every_language(language: str) -> None:
    seen = view(followed_up(), language)
    for section, heading in ((identification.section, "contacts"), (where.section, "around")):
        own = tables(after(section(seen), heading))
        english = tables(after(section(view(followed_up())), heading))
        assert {name: [[c.address for c in row.cells] for row in t.rows] for name, t in own.items()} == {
            name: [[c.address for c in row.cells] for row in t.rows] for name, t in english.items()
        }
    assert not seen.locale.untranslated
