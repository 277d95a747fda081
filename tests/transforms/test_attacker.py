"""What the attacker works out of series of editions, of figures beside counts, and of every small table there is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.attacker import FIRST, Attacker, Ends, printed_as, publication, read
from tests.transforms.count_tables import counts, drawn, phase, population, released
from tests.transforms.person_groups import FAMILIES, PHASES, persons_in, persons_of
from transforms.attacker.audit import audit
from transforms.attacker.manifest import publication_of
from transforms.attacker.narrow import narrow_numbers
from transforms.attacker.publication import PrintedCell, PrintedTable, State
from transforms.attacker.ranges import Demand, interval
from transforms.attacker.verdict import NarrowCell, Verdict
from transforms.errors import FileRejected, ReleaseRefused

SECOND = State(key="second", youngest=date(2022, 4, 10))
THIRD = State(key="third", youngest=date(2022, 7, 10))
POPULATION = "victims_identified"


def table(text: str, *, by: str = "sex", state: State = FIRST, key: str = "", **more: Any) -> PrintedTable:
    """A table drawn as text: lines are periods, columns codes of `by`; `C` is withheld, `O` not reported."""
    (_, *codes), *lines = drawn(text)
    dimensions = ("period", by) if by else ("period",)
    cells = [
        PrintedCell(
            at=(when, code) if by else (when,), value=int(cell) if cell.isdigit() else None, is_withheld=cell == "C"
        )
        for when, *row in lines
        for code, cell in zip(codes, row, strict=True)
    ]
    fields: dict[str, Any] = {"key": key or f"by_{by or 'period'}", "population": POPULATION, "additive": dimensions}
    return PrintedTable(dimensions=dimensions, cells=tuple(cells), state=state, **{**fields, **more})


def narrow(verdict: Verdict) -> dict[tuple[str, str], list[str]]:
    """Narrow cells by edition and audience."""
    return {
        (one.edition, one.audience): sorted(" ".join(cell.at) for cell in one.narrow)
        for one in verdict.publications
        if one.narrow
    }


def only_cell(verdict: Verdict) -> NarrowCell:
    (found,) = [cell for one in verdict.publications for cell in one.narrow]
    return found


SAFE = """
    period | female | male | other | total
    2021   | C      | C    | 20    | 60
    """


def test_an_edition_that_shows_what_another_withheld_gives_it_away() -> None:
    first = publication(table(SAFE), edition="annual-2021")
    second = publication(
        table("""
            period | female | male | other | total
            2021   | C      | 12   | 20    | 60
            2022   | 31     | 12   | 9     | 52
            """),
        edition="annual-2022",
    )
    assert audit([first]).is_safe
    verdict = audit([first, second])
    assert narrow(verdict)["annual-2021", "working-group"] == ["2021 female", "2021 male"]
    assert not verdict.is_safe
    assert not verdict.adds_nothing
    assert verdict.publications[0].narrow[0].with_others == ("annual-2022 (working-group)",)


def test_what_was_known_before_the_newest_edition_is_told_apart() -> None:
    leak = publication(
        table("""
            period | female | male | total
            2021   | 38     | C    | 60
            """),
        edition="annual-2021",
    )
    harmless = publication(
        table(
            """
            period | persons
            2022   | 43
            """,
            by="",
            population="offences",
        ),
        edition="annual-2022",
    )
    verdict = audit([leak, harmless])
    assert only_cell(verdict).leaked_before
    assert verdict.adds_nothing
    assert not verdict.is_safe
    assert only_cell(verdict) == NarrowCell(
        table="by_sex", at=("2021", "male"), low=22, high=22, leaked_before=True, with_others=()
    )
    assert not audit([leak]).adds_nothing


SHOWN = """
    period | female | male | other | total
    2021   | {female} | 12 | 20    | {total}
    """


def test_where_nobody_was_added_the_older_counts_are_the_newer_ones() -> None:
    """Of 62 persons 60 were there before: each withheld count is at most the newer one and at least two less."""
    verdict = audit(
        [
            publication(table(SAFE)),
            publication(table(SHOWN.format(female=30, total=62), state=SECOND), edition="quarterly-2022-Q1"),
        ]
    )
    found = {" ".join(cell.at): (cell.low, cell.high) for cell in verdict.publications[0].narrow}
    assert found == {"2021 female": (28, 30), "2021 male": (10, 12)}
    assert not verdict.adds_nothing


def test_a_figure_that_fell_frees_its_own_year_and_no_other() -> None:
    before = """
        period | female | male | other | total
        2020   | C      | C    | 20    | 60
        2021   | C      | C    | 20    | 60
        """
    after = """
        period | female | male | other | total
        2020   | 30     | 11   | 19    | 60
        2021   | 30     | 10   | 20    | 60
        """
    verdict = audit([publication(table(before)), publication(table(after, state=SECOND), edition="annual-2022")])
    assert narrow(verdict) == {("annual-2021", "working-group"): ["2021 female", "2021 male"]}
    assert verdict.not_believed == ()


def test_growth_that_published_figures_rule_out_is_not_assumed() -> None:
    """No single figure fell, but the quarters add up to less than the year was."""
    quarters = """
        period  | female | male | total
        2021-Q1 | 4      | 5    | 9
        2021-Q2 | 6      | 5    | 11
        2021-Q3 | 8      | 9    | 17
        2021-Q4 | 7      | 8    | 15
        """
    verdict = audit([publication(table(SAFE)), publication(table(quarters, state=SECOND), edition="quarterly")])
    assert verdict.is_safe
    assert verdict.not_believed == (("registers grow", POPULATION, "0", "1"),)


def test_a_cumulative_count_binds_through_the_months_of_its_year() -> None:
    """Quarters of the newer state add up to a year that the older state printed: nobody came in between."""
    year = """
        period | female | male | other | total
        2021   | C      | C    | 20    | 60
        """
    quarters = """
        period  | female | male | other | total
        2021-Q1 | 8      | 4    | 5     | 17
        2021-Q2 | 8      | 4    | 5     | 17
        2021-Q3 | 6      | 4    | 5     | 15
        2021-Q4 | 4      | 2    | 5     | 11
        """
    verdict = audit([publication(table(year)), publication(table(quarters, state=SECOND), edition="quarterly")])
    found = {" ".join(cell.at): (cell.low, cell.high) for cell in verdict.publications[0].narrow}
    assert found == {"2021 female": (26, 26), "2021 male": (14, 14)}


def test_months_of_three_states_fill_one_another() -> None:
    """A gap that two states have is closed from the state before and the one after it."""
    lines = "period | persons\n2021-01 | {}\n2021-02 | {}"
    states = [(FIRST, ("17", "O")), (SECOND, ("C", "C")), (THIRD, ("18", "4"))]
    series = [
        publication(table(lines.format(*cells), by="", state=state), edition=f"monthly-{n}")
        for n, (state, cells) in enumerate(states)
    ]
    assert narrow(audit(series)) == {("monthly-1", "working-group"): ["2021-01"]}
    assert narrow(audit(series[1:])) == {}
    wide = Attacker(*series).intervals()
    assert wide == {"2021-01": (17, 18), "2021-02": (0, 4)}


def test_the_working_group_reads_the_public_edition_too_and_the_public_does_not_read_theirs() -> None:
    public = publication(
        table("""
            period | female | male | other | total
            2021   | C      | C    | 20    | 60
            """),
        audience="public",
        threshold=10,
        width=10,
    )
    group = publication(
        table("""
            period | female | male | other | total
            2021   | 36     | C    | C     | 60
            """)
    )
    verdict = audit([public, group])
    assert narrow(verdict) == {("annual-2021", "working-group"): ["2021 male", "2021 other"]}
    assert audit([group]).is_safe
    assert audit([public]).is_safe
    assert audit([group, public]).publications[0].narrow[0].with_others == ("annual-2021 (public)",)


def test_a_supplier_has_the_public_editions_and_its_own_return_only() -> None:
    public = publication(table(SAFE), audience="public")
    shown = table(SHOWN.format(female=28, total=60))
    others = publication(shown, audience="supplier-return:NGO")
    assert audit([public, others]).is_safe
    own = publication(table(SAFE, key="own"), audience="supplier-return:MIA")
    assert audit([public, others, own]).is_safe
    assert narrow(audit([others, own, publication(shown, audience="public", edition="annual-2022")])) == {
        ("annual-2021", "supplier-return:MIA"): ["2021 female", "2021 male"]
    }


def test_a_phase_against_years_gives_the_months_between_away() -> None:
    phases = (phase("pre_pandemic", "2019-01", "2020-02"), phase("acute", "2020-03", "2020-12"))
    printed = table(
        """
        period             | persons
        2019               | 30
        2020               | 40
        phase:pre_pandemic | C
        phase:acute        | 38
        """,
        by="",
    )
    attack = Attacker(publication(printed, rollups=phases))
    assert attack.intervals() == {"phase:pre_pandemic": (32, 32)}
    verdict = audit([publication(printed, rollups=phases)])
    cells = {cell.at: (cell.low, cell.high) for one in verdict.publications for cell in one.narrow}
    assert cells == {
        ("phase:pre_pandemic",): (32, 32),
        ("group that no table shows", "2020-01", "2020-02"): (2, 2),
    }


def test_the_months_that_a_year_was_counted_from_are_told_by_its_rollup() -> None:
    """A year of which October alone was delivered in the last quarter is no veil for October."""
    printed = table(
        """
        period  | persons
        2021-Q4 | 9
        2021-10 | C
        2021-11 | O
        2021-12 | O
        """,
        by="",
    )
    assert Attacker(publication(printed)).intervals() == {"2021-10": (0, 9)}
    rollup = phase("x", "2021-10", "2021-10")
    known = publication(printed, rollups=[type(rollup)(dimension="period", parent="2021-Q4", parts=("2021-10",))])
    assert Attacker(known).intervals() == {"2021-10": (9, 9)}


def document(lines: str, *, by: str = "", figure: dict[str, Any] | None = None, answer: Any = None) -> dict[str, Any]:
    """A manifest with one table of counts, at most one figure made of it, and at most one answer of a method."""
    counted = table(lines, by=by, key="victims")
    cells = [
        {"at": dict(zip(counted.dimensions, cell.at, strict=True)), "value": cell.value, "obs_status": "A",
         "conf_status": "C" if cell.is_withheld else "F", "base": None}
        for cell in counted.cells
    ]  # fmt: skip
    shared = {"dimensions": list(counted.dimensions), "sources": ["case_register"], "population": "", "within": ""}
    tables: list[dict[str, Any]] = [
        {**shared, "key": "victims", "kind": "count", "population": POPULATION, "additive": list(counted.dimensions),
         "cells": cells}
    ]  # fmt: skip
    if figure is not None:
        made, at, more = figure["made"], figure["at"], {k: v for k, v in figure.items() if k not in ("made", "at")}
        cell = {"value": None, "base": None, "obs_status": "A", "conf_status": "F", "note": "", **more}
        cell["at"] = dict(zip(counted.dimensions, at, strict=True))
        tables.append({**shared, "key": f"victims.{made}", "kind": "rate", "additive": [], "cells": [cell]})
    used = {"source": "case_register", "sha256": "0" * 64, "vintage_date": "2022-01-10"}
    return {
        "schema_version": "1", "edition": "annual-2021", "scope": "XX", "audience": "working-group",
        "as_of": "2022-04-30", "created_from": {"1": used}, "tables": tables,
        "policy": {"threshold": 4, "protection_width": 4, "minimum_share_base": 20, "minimum_rate_events": 10},
        "rollups": [
            {"dimension": "period", "parent": one.parent, "parts": list(one.parts)}
            for one in (phase("pre_pandemic", "2018-01", "2019-12"), phase("acute", "2020-03", "2020-12"))
        ],
        "estimates": [] if answer is None else [answer],
    }  # fmt: skip


def nine_digits(value: float) -> float:
    return float(f"{value:.9g}")


SEXES = "period | female | male | unknown | total\n2020 | C | C | C | C"
PRINTED_SEXES = "period | female | male | unknown | total\n2020 | C | C | 9 | 85"
ONE_YEAR = "period | persons\n2020 | C"
YEARS = "period | persons\n2019 | C\n2020 | C"
BOTH_PHASES = "period | persons\nphase:pre_pandemic | C\nphase:acute | C"
UNRELIABLE = {"obs_status": "U", "note": "fewer_than_10_events"}
FIGURES: dict[str, tuple[str, str, dict[str, Any], dict[str, Ends]]] = {
    "a share, its base and how many are unknown": (
        SEXES, "sex",
        {"made": "share", "at": ("2020", "male"), "value": nine_digits(3300 / 76), "base": 76, "note": "unknown=9"},
        {"2020 female": (43, 43), "2020 male": (33, 33), "2020 unknown": (9, 9), "2020": (85, 85)},
    ),
    "a share whose base is not told": (
        PRINTED_SEXES, "sex",
        {"made": "share", "at": ("2020", "male"), "value": nine_digits(3300 / 76)},
        {"2020 female": (43, 43), "2020 male": (33, 33)},
    ),
    "a rate": (
        ONE_YEAR, "",
        {"made": "rate", "at": ("2020",), "value": nine_digits(44 / 31.23457), "base": 3_123_457},
        {"2020": (44, 44)},
    ),
    "that a rate has fewer than ten events": (
        ONE_YEAR, "", {"made": "rate", "at": ("2020",), "base": 3_123_457, **UNRELIABLE}, {"2020": (0, 9)}
    ),
    "the mean of a phase": (
        BOTH_PHASES, "",
        {"made": "phase_mean", "at": ("phase:acute",), "value": 7.9, "base": 10},
        {"phase:pre_pandemic": (0, None), "phase:acute": (79, 79)},
    ),
    "the ratio of two phases": (
        BOTH_PHASES, "",
        {"made": "phase_ratio", "at": ("phase:acute",), "value": nine_digits(79 / 10 / (150 / 24)), "base": 150},
        {"phase:pre_pandemic": (150, 150), "phase:acute": (79, 79)},
    ),
    "a year against 2019": (
        YEARS, "",
        {"made": "same_period", "at": ("2020",), "value": nine_digits(85 / 80), "base": 80},
        {"2019": (80, 80), "2020": (85, 85)},
    ),
    "a change in per cent": (
        YEARS, "",
        {"made": "change", "at": ("2020",), "value": -28.75, "base": 80},
        {"2019": (80, 80), "2020": (57, 57)},
    ),
    "that a change rests on fewer than twenty": (
        YEARS, "",
        {"made": "change", "at": ("2020",), "base": 30, "obs_status": "U", "note": "base_below_20"},
        {"2019": (30, 30), "2020": (0, 19)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("told", FIGURES)
def test_a_figure_that_is_printed_tells_the_counts_it_was_made_of(told: str) -> None:
    lines, by, figure, intervals = FIGURES[told]
    assert Attacker(publication_of(document(lines, by=by, figure=figure))).intervals() == intervals
    without = Attacker(publication_of(document(lines, by=by))).intervals()
    assert all(without[name] != ends for name, ends in intervals.items() if ends != (0, None))


ANSWERS: dict[str, tuple[str, str, dict[str, Any], dict[str, Ends]]] = {
    "covid:victims": (
        YEARS, "", {"by_period": [{"period": "2020", "observed": 57}]}, {"2019": (0, None), "2020": (57, 57)}
    ),
    "nowcast:victims": (
        YEARS, "", {"periods": [{"period": "2020", "observed": 57}]}, {"2019": (0, None), "2020": (57, 57)}
    ),
    "detection:sex:acute": (
        "period | male | other | total\nphase:pre_pandemic | C | C | 90\nphase:acute | C | C | 40", "sex",
        {"parts": {"male": {"before": 31, "during": 12}}},
        {"phase:pre_pandemic male": (31, 31), "phase:pre_pandemic other": (59, 59),
         "phase:acute male": (12, 12), "phase:acute other": (28, 28)},
    ),
    "composition:sex:acute": (
        "period | female | male | total\nphase:pre_pandemic | C | C | 90\nphase:acute | C | C | 40", "sex",
        {"categories": [{"category": "male", "before": 31, "during": 12}]},
        {"phase:pre_pandemic female": (59, 59), "phase:pre_pandemic male": (31, 31),
         "phase:acute female": (28, 28), "phase:acute male": (12, 12)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", ANSWERS)
def test_an_answer_of_a_method_tells_the_counts_in_its_details(key: str) -> None:
    lines, by, details, intervals = ANSWERS[key]
    listed = document(lines, by=by, answer={"key": key, "details": details})
    listed["tables"][0]["key"] = "victims_by_period"
    assert Attacker(publication_of(listed)).intervals() == intervals


def test_an_answer_that_contradicts_the_counts_is_not_believed() -> None:
    """A count that was corrected for late reports is no count of the tables."""
    listed = document(YEARS.replace("2020 | C", "2020 | 60"), answer={
        "key": "covid:victims", "details": {"by_period": [{"period": "2020", "observed": 57}]}})  # fmt: skip
    listed["tables"][0]["key"] = "victims_by_period"
    verdict = audit([publication_of(listed)])
    assert verdict.is_safe
    assert verdict.not_believed == (("answers", "covid:victims"),)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda d: d.pop("tables"), "tables"),
        (lambda d: d.update(schema_version="9"), "format"),
        (lambda d: d["policy"].update(threshold="4"), "threshold"),
        (lambda d: d["policy"].update(threshold=0), "threshold"),
        (lambda d: d["tables"][0]["cells"][0].update(value=1.5), "value"),
        (lambda d: d["tables"][0]["cells"][0].update(value=True), "value"),
        (lambda d: d["tables"][0]["cells"][0].update(value=-1), "below zero"),
        (lambda d: d["tables"][0]["cells"][0].update(value=float("nan")), "value"),
        (lambda d: d["tables"][0]["cells"][0].update(at={}), "period"),
        (lambda d: d["tables"][0]["cells"].append(d["tables"][0]["cells"][0]), "twice"),
        (lambda d: d.update(as_of="yesterday"), "yesterday"),
        (lambda d: d["rollups"].append({"dimension": "period", "parent": "2020"}), "parts"),
        (lambda d: d.update(tables=["x"]), "tables"),
    ],
)
def test_a_damaged_manifest_is_refused_with_what_is_wrong(damage: Callable[[Any], Any], named: str) -> None:
    listed = document(YEARS)
    damage(listed)
    with pytest.raises(FileRejected, match=named):
        publication_of(listed)
    with pytest.raises(FileRejected):
        publication_of([listed])


def test_rollups_that_go_in_circles_end_somewhere() -> None:
    listed = document(YEARS)
    listed["rollups"] = [
        {"dimension": "period", "parent": "a", "parts": ["b", "2019"]},
        {"dimension": "period", "parent": "b", "parts": ["a", "2020"]},
    ]
    listed["tables"][0]["cells"].append({**listed["tables"][0]["cells"][0], "at": {"period": "a"}, "value": 9,
                                         "conf_status": "F"})  # fmt: skip
    assert Attacker(publication_of(listed)).intervals() == {"2019": (0, 9), "2020": (0, 9)}


def test_published_numbers_that_no_people_can_give_are_refused_by_the_names_of_their_tables() -> None:
    parts = table("period | female | male\n2021 | 40 | 30")
    whole = table("period | persons\n2021 | 60", by="", key="every")
    missing = publication(table("period | female | male | total\n2021 | 40 | 30 | 60"))
    with pytest.raises(ReleaseRefused, match="by_sex") as refused:
        audit([replace(missing, tables=(*missing.tables, table(SAFE, key="other")))])
    assert not any(number in refused.value.message for number in ("40", "30", "60"))
    assert audit([publication(parts, whole)]).is_safe  # nobody said that these are all sexes
    with pytest.raises(ReleaseRefused, match="every"):
        audit([publication(whole, table("period | persons\n2021 | 61", by="", key="again"))])


def test_one_state_counted_in_two_ways_is_two_states() -> None:
    """Another version of the product may count the same extracts differently; it is no contradiction."""
    sums = publication(table("period | persons\n2020 | C\n2021-Q1 | 60\n2021 | 60", by=""))
    other = publication(table("period | persons\n2021-Q2 | 7\n2020 | 8", by=""), edition="annual-2022")
    assert audit([sums, other]).not_believed == (("same extracts, same counts",),)
    one = publication(table("period | persons\n2020 | C\n2021 | 60", by=""))
    two = publication(table("period | persons\n2020 | 8\n2021 | 59", by=""), edition="annual-2022")
    assert audit([one, two]).is_safe
    assert narrow(audit([one, replace(two, tables=(table("period | persons\n2020 | 8\n2021 | 60", by=""),))])) == {
        ("annual-2021", "working-group"): ["2020"]
    }


def test_the_verdict_for_readers_names_tables_and_no_values() -> None:
    leak = publication(table("period | female | male | total\n2021 | 38 | C | 60"))
    verdict = audit([leak])
    (shown,) = verdict.to_json()["publications"]
    assert shown["tables"] == ["by_sex"]
    assert not shown["is_safe"]
    assert "22" not in json.dumps(verdict.to_json())
    (internal,) = verdict.to_json(intervals=True)["publications"]
    assert internal["narrow"] == [
        {"table": "by_sex", "at": ["2021", "male"], "low": 22, "high": 22, "leaked_before": False, "with_others": []}
    ]


def test_the_gate_lets_editions_out_that_the_attacker_of_their_files_finds_safe() -> None:
    edition = released(
        counts("period | female | male | unknown | total\n2019 | 40 | 31 | 2 | 73\n2020 | 44 | 33 | 8 | 85", by="sex"),
        counts("period | persons\n2019 | 73\n2020 | 85"),
        denominators=[population({"2020 female": 3_123_457.0})],
    )
    verdict = audit([read(edition)])
    assert verdict.is_safe
    assert verdict.publications[0].withheld > 0


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_examples_and_proofs_name_the_numbers_whose_intervals_are_narrow(data: st.DataObject) -> None:
    family = FAMILIES[data.draw(st.sampled_from(sorted(FAMILIES)))]
    before = data.draw(persons_of(family))
    after = [*before, *data.draw(persons_of(family))]
    width = data.draw(st.integers(1, 12))
    series = []
    for state, persons in ((FIRST, before), (SECOND, after)):
        hidden = [[c.at for c in t.cells if 0 < (c.value or 0) < 7] for t in family.tables(persons)]
        printed = [printed_as(t, at, state) for t, at in zip(family.tables(persons), hidden, strict=True)]
        series.append(publication(*printed, rollups=PHASES, edition=state.key))
    for (system, quick), (_, exact) in zip(Attacker(*series).attacked, Attacker(*series).attacked, strict=True):
        asked = np.zeros(system.knowledge.low.size)
        asked[list(system.gaps)] = width
        ends = {number: interval(exact, number) for number in system.gaps}
        narrow_ones = sorted(n for n, (low, high) in ends.items() if high is not None and high - low < width)
        assert narrow_numbers(quick, Demand(width=asked, small=np.zeros(asked.size))) == narrow_ones


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_interval_holds_the_truth(data: st.DataObject) -> None:
    """Two states of a register that grows, published with small counts left out and nothing else."""
    family = FAMILIES[data.draw(st.sampled_from(sorted(FAMILIES)))]
    before = data.draw(persons_of(family))
    after = [*before, *data.draw(persons_of(family))]
    states = [(FIRST, before), (SECOND, after)]
    series = []
    truth: list[dict[str, dict[Any, int]]] = []
    for state, persons in states:
        tables = family.tables(persons)
        truth.append({t.key: {cell.at: int(cell.value or 0) for cell in t.cells} for t in tables})
        printed = [printed_as(t, [c.at for c in t.cells if 0 < (c.value or 0) < 4], state) for t in tables]
        series.append(publication(*printed, rollups=PHASES, edition=state.key))
    attack = Attacker(*series)
    for system, ranges in attack.attacked:
        for number, gaps in system.gaps.items():
            low, high = interval(ranges, number)
            for gap in gaps:
                assert low <= truth[gap.publication][gap.table][gap.at] <= (float("inf") if high is None else high)
        for number, group in system.groups.items():
            low, high = interval(ranges, number)
            codes = [(dimension, code) for dimension, _, code in (code.partition("=") for code in group.codes)]
            counted = {persons_in(persons, group.stretch, codes) for _, persons in states}
            assert any(low <= count <= (float("inf") if high is None else high) for count in counted)


def every_way(total: int, cells: int) -> Iterable[tuple[int, ...]]:
    """All ways to share persons out among cells."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in every_way(total - first, cells - 1):
            yield (first, *rest)


def with_margins(inside: Sequence[int]) -> dict[tuple[str, str], int]:
    """A table of two regions by three sexes, from its six inner cells."""
    found: Counter[tuple[str, str]] = Counter()
    for count, (region, sex) in zip(inside, product("ab", "fmo"), strict=True):
        for at in product((region, "total"), (sex, "total")):
            found[at] += count
    return dict(found)


@settings(max_examples=60, deadline=None)
@given(
    inside=st.lists(st.integers(0, 2), min_size=6, max_size=6),
    hidden=st.sets(st.sampled_from(list(product(("a", "b", "total"), ("f", "m", "o", "total")))[:-1])),
)
def test_the_intervals_are_those_of_all_tables_there_are(inside: list[int], hidden: set[tuple[str, str]]) -> None:
    shown = with_margins(inside)
    cells = tuple(
        PrintedCell(at=at, value=None if at in hidden else value, is_withheld=at in hidden)
        for at, value in shown.items()
    )
    dimensions = ("region", "sex")
    printed = PrintedTable(
        key="t", population="p", dimensions=dimensions, additive=dimensions, cells=cells, state=FIRST
    )
    possible = [
        candidate
        for one in every_way(sum(inside), 6)
        if all((candidate := with_margins(one))[at] == value for at, value in shown.items() if at not in hidden)
    ]
    expected = {
        " ".join(code for code in at if code != "total"): (
            min(one[at] for one in possible), max(one[at] for one in possible)
        )
        for at in hidden
    }  # fmt: skip
    assert Attacker(publication(printed)).intervals() == expected


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(st.integers(0, 3), min_size=3, max_size=3),
    more=st.lists(st.integers(0, 2), min_size=3, max_size=3),
    hidden=st.sets(st.tuples(st.sampled_from([0, 1]), st.sampled_from("fmo"))),
)
def test_two_states_bind_each_other_as_all_pairs_of_tables_do(
    before: list[int], more: list[int], hidden: set[tuple[int, str]]
) -> None:
    after = [b + m for b, m in zip(before, more, strict=True)]
    states = [before, after]
    series = []
    for number, (state, counts_) in enumerate(zip((FIRST, SECOND), states, strict=True)):
        row = ["C" if (number, sex) in hidden else str(n) for sex, n in zip("fmo", counts_, strict=True)]
        lines = f"period | f | m | o | total\n2021 | {' | '.join(row)} | {sum(counts_)}"
        series.append(publication(table(lines, state=state), edition=str(number)))
    possible = [
        pair
        for pair in product(every_way(sum(before), 3), every_way(sum(after), 3))
        if all(a <= b for a, b in zip(*pair, strict=True))
        and all(
            pair[n][place] == states[n][place]
            for n in (0, 1)
            for place, sex in enumerate("fmo")
            if (n, sex) not in hidden
        )
    ]
    attack = Attacker(*series)
    found = {
        (gap.publication, gap.at[1]): interval(ranges, number)
        for system, ranges in attack.attacked
        for number, gaps in system.gaps.items()
        for gap in gaps
    }
    expected = {
        (n, sex): (min(p[n]["fmo".index(sex)] for p in possible), max(p[n]["fmo".index(sex)] for p in possible))
        for n, sex in hidden
    }
    assert found == expected


def test_a_count_that_an_earlier_edition_printed_was_known_before_the_edition_that_withholds_it() -> None:
    before = publication(table("period | female | male | total\n2021 | 38 | 22 | 60"), edition="annual-2021")
    after = publication(table("period | female | male | total\n2021 | C | C | 60"), edition="annual-2022")
    verdict = audit([before, after])
    assert narrow(verdict) == {("annual-2022", "working-group"): ["2021 female", "2021 male"]}
    assert verdict.adds_nothing
    assert {cell.with_others for cell in verdict.publications[1].narrow} == {("annual-2021 (working-group)",)}
