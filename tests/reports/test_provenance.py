"""Cells are named, derived figures lead to their counts, and every figure of a page leads to a card that is there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.definitions import DEFINED
from reports.edition import View
from reports.locale import locale
from reports.manifest import edition_json
from reports.provenance.answers import answer_card
from reports.provenance.card import card
from reports.provenance.definitions import ANSWER_RULES, QUESTIONS, RULES, STATES, counted_for
from reports.provenance.formulas import formula
from reports.provenance.naming import found_cell
from reports.provenance.tables import TracedTable, traced_tables
from reports.render import report
from tests.reports.drawn import EDITIONS, files_of, page_of
from tests.reports.editions import APPROVED, DEFINITIONS, SOURCES, edition, sealed
from transforms.disclosure.released import ReleasedCell, ReleasedEdition
from transforms.errors import WrongArguments
from transforms.indicators.registry import INDICATORS
from transforms.studies import answers as studies

SHARES = "victims_identified_by_period_sex.share"
COUNTS = "victims_identified_by_period_sex"


def small() -> ReleasedEdition:
    """Counts by sex with their shares, by phase, and against the year before; one count withheld."""
    cells = {
        ("2022", "female"): 30.0,
        ("2022", "male"): None,
        ("2022", "unknown"): 2.0,
        ("2022", "total"): 50.0,
        ("2023", "female"): 40.0,
        ("2023", "male"): 20.0,
        ("2023", "unknown"): 0.0,
        ("2023", "total"): 60.0,
    }
    counts = [ReleasedCell(at=at, value=n, conf_status="F" if n is not None else "C") for at, n in cells.items()]
    shares = [
        ReleasedCell(at=("2022", "female"), value=62.5, base=48.0, lower=48.4, upper=74.8, note="unknown=2"),
        ReleasedCell(at=("2022", "male"), value=None, conf_status="D"),
        ReleasedCell(at=("2023", "female"), value=66.7, base=60.0),
    ]
    plain = {"2022": 50.0, "2023": 60.0, "2019": 80.0, "phase:acute": 12.0, "phase:pre_pandemic": 500.0}
    key = "victims_identified_by_period"
    return edition(
        [
            sealed(COUNTS, ("period", "sex"), counts),
            sealed(SHARES, ("period", "sex"), shares, kind="share", unit="pct"),
            sealed(key, ("period",), [ReleasedCell(at=(when,), value=n) for when, n in plain.items()]),
            sealed(f"{key}.change", ("period",), [ReleasedCell(at=("2023",), value=20.0)], kind="change", unit="pct"),
            sealed(
                f"{key}.same_period", ("period",), [ReleasedCell(at=("2023",), value=0.75)], kind="ratio", unit="ratio"
            ),
            sealed(
                f"{key}.phase_ratio",
                ("period",),
                [ReleasedCell(at=("phase:acute",), value=0.2)],
                kind="ratio",
                unit="ratio",
            ),
            sealed(
                f"{key}.rate",
                ("period",),
                [ReleasedCell(at=("2023",), value=1.0, base=6e6)],
                kind="rate",
                unit="per_100k",
            ),
        ],
        created_from=(*SOURCES, replace(SOURCES[0], source="population", number=3, sha256="0d0d" * 16)),
        context={"denominators": [{"key": "population", "source": "population", "vintage_date": "2024-01-15"}]},
    )


def document(released: ReleasedEdition | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(edition_json(released or small(), [], APPROVED))
    found["rollups"] = [
        {"dimension": "period", "parent": "phase:acute", "parts": ["2020-03", "2020-04"]},
        {"dimension": "period", "parent": "phase:pre_pandemic", "parts": ["2019", "2020-01"]},
    ]
    return found


def tables() -> tuple[TracedTable, ...]:
    return traced_tables(document())


@pytest.mark.parametrize(
    "words",
    [
        ["T2:2022,female"], ["t2:2022,female"], ["T002_sex_share:2022,female"], [f"{SHARES}:2022,female"],
        [SHARES, "period=2022", "sex=female"], ["T2", "sex=female", "period=2022"],
    ],
)  # fmt: skip
def test_a_cell_is_named_by_address_by_sheet_by_key_or_by_its_codes(words: list[str]) -> None:
    found = found_cell(words, tables())
    assert (found.table.key, found.at, found.address) == (SHARES, ("2022", "female"), "T2:2022,female")


def test_a_dimension_that_is_left_out_stands_at_its_total() -> None:
    assert found_cell(["T1:2022"], tables()).at == ("2022", "total")
    assert found_cell(["T1", "period=2022"], tables()).at == ("2022", "total")
    assert found_cell(["T6:phase:acute"], tables()).at == ("phase:acute",)


WRONG = {
    "no cell at all": ([], "No cell is named", "T25:2023,female"),
    "no such table": (["victims_identifed_by_period_sex:2022"], "no table", COUNTS),
    "parts of a name": (["period_sex"], "no table", f"{COUNTS}, {SHARES}"),
    "a number beyond the last": (["T8:2022"], "no table 'T8'", "T1 to T7"),
    "no such code": (["T1:2022,femal"], "sex of table", "Did you mean female"),
    "no such period": (["T1:2021,female"], "has no code '2021'", "It has: 2022, 2023"),
    "no such dimension": (["T1", "perod=2022"], "no dimension 'perod'", "Did you mean period"),
    "a code too many": (["T1:2022,female,child"], "has 2 dimensions, not 3", "PERIOD,SEX"),
    "a period left out": (["T1", "sex=female"], "has no total", "2022, 2023"),
    "no total": (["T2:2023"], "has no total", "female, male"),
    "codes in two ways": (["T1:2022", "sex=female"], "in two ways", "Write"),
    "a word without a sign": (["T1", "2022"], "not of the form", "Write"),
    "one dimension twice": (["T1", "sex=female", "sex=male"], "given twice", "once"),
    "a pair that the table lacks": (["T2:2023,male"], "no cell at 2023, male", "2022,male"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_name_gets_the_near_ones(what: str) -> None:
    words, said, advised = WRONG[what]
    with pytest.raises(WrongArguments) as caught:
        found_cell(words, tables())
    assert said in caught.value.message
    assert advised in caught.value.advice


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="T12:,=sexperiod2023female ", max_size=24), max_size=4))
def test_whatever_is_typed_names_a_cell_or_is_refused(words: list[str]) -> None:
    try:
        found = found_cell(words, tables())
    except WrongArguments as refused:
        assert refused.message and refused.advice
    else:
        assert found.at in found.table.cells


@pytest.mark.parametrize("name", ["national", "world"])
def test_every_address_names_its_own_cell(name: str) -> None:
    every = traced_tables(json.loads(files_of(name)["edition.json"]))
    for table in every:
        for at in table.cells:
            named = f"T{table.number}:{','.join(at)}"
            found = found_cell([named], every)
            assert (found.table.number, found.at, found.address) == (table.number, at, named)


def made(address: str) -> tuple[list[tuple[str, str]], Any]:
    told = document()
    found = formula(told, traced_tables(told), found_cell([address], traced_tables(told)))
    return [(one.role, one.found.address) for one in found.inputs] if found else [], found


def test_a_derived_figure_names_the_counts_it_takes() -> None:
    assert made("T2:2022,female")[0] == [
        ("count", "T1:2022,female"), ("total", "T1:2022,total"), ("less", "T1:2022,unknown"),
    ]  # fmt: skip
    assert made("T4:2023")[0] == [("count", "T3:2023"), ("compared with", "T3:2022")]
    assert made("T5:2023")[0] == [("count", "T3:2023"), ("compared with", "T3:2019")]
    taken, found = made("T6:phase:acute")
    assert taken == [("count", "T3:phase:acute"), ("compared with", "T3:phase:pre_pandemic")]
    assert (found.months, found.base_months) == (2, 13)
    taken, found = made("T7:2023")
    assert (taken, found.persons) == ([("count", "T3:2023")], 6e6)
    assert made("T1:2022,female") == ([], None)


def told_of(address: str, told: Mapping[str, Any] | None = None, declared: Any = DEFINITIONS) -> dict[str, Any]:
    told = told or document()
    every = traced_tables(told)
    return card(told, every, found_cell([address], every), declared=declared).to_json()


def test_the_card_of_a_rate_names_the_file_of_the_population_too() -> None:
    used = {extract["source"] for extract in told_of("T7:2023")["extracts"]}
    assert used == {"case_register", "population"}
    assert {extract["source"] for extract in told_of("T3:2023")["extracts"]} == {"case_register"}
    assert all(re.fullmatch("[0-9a-f]{64}", extract["sha256"]) for extract in told_of("T7:2023")["extracts"])


def test_a_withheld_cell_says_the_same_whether_it_is_small_or_protects_another() -> None:
    small_one, derived = told_of("T1:2022,male"), told_of("T2:2022,male")
    assert small_one["value"] is derived["value"] is None
    assert small_one["state"] == derived["state"] == "suppressed"
    assert small_one["reason"] == derived["reason"] == STATES["suppressed"]
    assert [one["value"] for one in derived["made_from"]] == [None, 50, 2]


def test_an_old_manifest_is_explained_by_todays_declarations_and_says_so() -> None:
    old = document()
    del old["context"]["indicators"], old["rollups"]
    for table in old["tables"]:
        for name in ("population", "additive", "within", "caveats"):
            table.pop(name, None)
    found = told_of("T2:2022,female", old)
    assert (found["is_definition_of_edition"], found["indicator"]["unit"]) == (False, "person")
    assert [one["address"] for one in found["made_from"]] == ["T1:2022,female", "T1:2022,total", "T1:2022,unknown"]
    assert told_of("T6:phase:acute", old)["months"] is None
    assert told_of("T2:2022,female", old, declared={})["indicator"] == {"key": "victims_identified"}
    assert told_of("T2:2022,female")["is_definition_of_edition"] is True


def test_an_answer_is_named_by_its_place_or_its_key() -> None:
    told = json.loads(files_of("answered")["edition.json"])
    every = traced_tables(told)
    for place, answer in enumerate(told["estimates"], start=1):
        by_place, by_key = (answer_card(told, every, [name]) for name in (f"E{place}", answer["key"]))
        assert by_place == by_key and by_place is not None
        assert by_place.to_json()["answer"]["key"] == answer["key"]
        assert by_place.extracts and all(used["source"] for used in by_place.extracts)
    assert answer_card(told, every, ["E999"]) is answer_card(told, every, ["T1:2022"]) is None


def test_the_texts_of_definitions_are_those_of_the_declarations() -> None:
    declared = {text for one in INDICATORS for text in (one.where.sentence, one.date_basis, one.deduplication)}
    assert declared - DEFINED == set()
    from flows.counts.provenance import PLAN, RECORDS

    assert DEFINED - declared == {
        one[part] for one in (RECORDS, PLAN) for part in ("counts", "date_basis", "deduplication")
    }


def test_every_measure_state_and_question_has_its_words() -> None:
    measures = {t.measure for name in ("national", "world") for t in
                traced_tables(json.loads(files_of(name)["edition.json"]))}  # fmt: skip
    assert measures <= RULES.keys()
    listed = set(re.findall(r"(\w+)(?::<|\s*$|:<\w+>:)", studies.__doc__ or "", re.MULTILINE))
    assert QUESTIONS.keys() >= ANSWER_RULES.keys()
    assert QUESTIONS.keys() & listed
    answered = {key.partition(":")[0] for key in EDITIONS["answered"]().estimates}
    assert answered <= QUESTIONS.keys()
    assert counted_for("covid:victims_identified", "x") == "victims_identified_by_period"


IDS = re.compile(r'\sid="([^"]+)"')
CELLS = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)


@pytest.mark.parametrize("name", ["answered", "answered quarterly", "answered small", "world", "empty"])
def test_every_figure_of_a_table_leads_to_a_card_that_is_there(name: str) -> None:
    page = page_of(name)
    ids = {unescape(found) for found in IDS.findall(page)}
    unled = {}
    for table in re.finditer(r'<table id="([^"]+)".*?</table>', page, re.DOTALL):
        cells = re.findall(r'<td class="num">(.*?)</td>', table[0], re.DOTALL)
        leads = [unescape(lead) for cell in cells for lead in re.findall(r'href="#([^"]+)"', cell)]
        assert set(leads) <= ids
        plain = [cell for cell in cells if "<a " not in cell and re.search(r"\d", re.sub("<[^>]*>", "", cell))]
        if plain:
            unled[table[1]] = [re.sub("<[^>]*>", "", cell) for cell in plain]
    published = {"table-annex", "table-provenance"}  # what others published, and the files themselves
    assert all(set(cells) <= {"0", "1"} or key in published or key == "table-phase-ratio"
               for key, cells in unled.items()), unled  # fmt: skip


def test_a_page_has_exactly_the_cards_that_something_leads_to() -> None:
    page = page_of("answered")
    cards = re.findall(r'<article class="card" id="(\w+)"', page)
    led = {unescape(lead).partition(":")[0] for lead in re.findall(r'href="#([TE]\d[^"]*)"', page)}
    assert set(cards) == led and len(cards) == len(set(cards)) > 50
    lines = [unescape(line) for line in re.findall(r'<div class="at" id="([^"]+)"', page)]
    cells = {unescape(lead) for lead in re.findall(r'href="#(T\d+:[^"]*)"', page)}
    assert set(lines) == cells


def test_the_keyboard_stops_at_tables_and_not_at_each_of_their_figures() -> None:
    page = page_of("answered")
    inside = [cell for cell in CELLS.findall(page) if "<a " in cell]
    assert len(inside) > 1000 and all('tabindex="-1"' in cell for cell in inside)
    outside = re.sub(r"<td[^>]*>.*?</td>", "", page, flags=re.DOTALL)
    notes = re.findall(r'<p class="table-note provenance">.*?</p>', outside)
    assert len(notes) > 40
    assert all(note.count("<a ") - note.count('tabindex="-1"') == 1 for note in notes)
    assert 'tabindex="-1"' not in re.sub(r'<p class="table-note provenance">.*?</p>|<main[^>]*>', "", outside)


def test_a_card_shows_the_figure_as_released_and_of_a_withheld_one_the_reason() -> None:
    page = unescape(report(View(small(), locale("en"), APPROVED)).decode()).replace("\u00a0", " ")
    lines = dict(re.findall(r'<div class="at" id="([^"]+)"><strong>(.*?)</strong> <code>\1</code></div>', page))
    assert lines["T1:2023,female"] == "2023, Female: 40"
    assert lines["T2:2023,female"] == "2023, Female: 66.7 %"
    assert lines["T5:2023"] == "2023: 0.75"
    assert lines["T1:2022,male"] == f"2022, Male: [c] {STATES['suppressed']}"


def test_a_hostile_code_stays_text_in_the_card() -> None:
    code = '"><script>alert(1)</script>'
    cells = [ReleasedCell(at=("2023", c), value=30.0) for c in (code, "UZ")] + [
        ReleasedCell(at=("2023", "total"), value=60.0)
    ]
    page = report(View(edition([sealed("victims_identified_by_period_citizenship", ("period", "citizenship"), cells)]),
                       locale("en"), APPROVED)).decode()  # fmt: skip
    assert "<script" not in page
    assert 'class="card"' in page


def test_the_pages_stay_far_below_three_megabytes() -> None:
    for language in ("en", "ru", "tk"):
        assert len(page_of("answered", language).encode()) < 2_000_000


def test_a_page_for_a_supplier_has_no_addresses() -> None:
    view = View(small(), locale("en"), has_cards=False)
    assert view.address(view.cell(COUNTS, "2023", "female")) == view.answer_address("trend:x") == ""
    assert View(small(), locale("en")).address(ReleasedCell(at=("2023", "female"), value=40.0)) == ""
