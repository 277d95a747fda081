"""Figures of a released edition, picked at random, are found again in the warehouse by SQL that counts nothing else.

The SQL below is written from the definitions in words and shares nothing with the counting code: current lists by the
latest delivery of each body, persons by windows over their records.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from flows.counts.provenance import _told_sheets
from flows.editions.publish import publish_edition
from flows.editions.traced_rows import Part, Traced, behind, calculated
from flows.warehouse import read_warehouse
from reports.provenance.card import card
from reports.provenance.formulas import Formula
from reports.provenance.tables import FoundCell, traced_tables
from tests.flows.conftest import Ran
from tests.flows.drafted import quickly
from transforms.action_plan import INDICATOR as PLAN
from transforms.errors import WrongArguments
from transforms.periods import period
from transforms.sources.registry import profile

EDITION = "annual-2023"
Cell = tuple[str, str, dict[str, str], float]
"""Table, measure, codes and value of a released figure."""
Run = Callable[..., Ran]
SEVERAL = ("form", "sector", "means_of_control", "recruiter_relation", "recruitment_channel")
DATES = {"victims_identified": "identified", "sdg_16_2_2": "identified", "victims_registered": "registered",
         "victims_presumed": "registered", "victims_assisted": "assisted"}  # fmt: skip
MEANT = {"victims_identified": "is_identified", "sdg_16_2_2": "is_identified", "victims_registered": "is_victim",
         "victims_presumed": "is_presumed", "victims_assisted": "is_victim"}  # fmt: skip
CONTEXT = {"hotline_contacts": "hotline_contacts", "immigrants": "migration_flows", "emigrants": "migration_flows"}
"""Indicators of figures delivered by parts without a total, with their sources."""
LISTS = """
    CREATE TEMP TABLE listed AS
    SELECT c.*, coalesce(c.person_key, 'none ' || c.vintage_id || '/' || c.record_no) AS person
    FROM core.cases AS c JOIN raw.vintages AS v USING (vintage_id)
    WHERE c.source = 'case_register' AND c.reporting_country = 'XX' AND v.vintage_date = (
      SELECT max(w.vintage_date) FROM core.cases AS d JOIN raw.vintages AS w USING (vintage_id)
      WHERE d.source = 'case_register' AND d.body = c.body)
"""
PERSONS = """
    CREATE TEMP TABLE persons AS
    SELECT person, min(identified_date) AS identified, min(registered_date) AS registered,
      min(assisted_date) AS assisted, bool_or(status = 'identified') AS is_identified,
      bool_or(status = 'presumed') AND NOT bool_or(status = 'identified') AS is_presumed,
      NOT bool_and(status = 'not_victim') AS is_victim
    FROM listed GROUP BY person
"""


@pytest.fixture(scope="module")
def home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an annual edition for each audience; the public one withholds much that the other shows."""
    copy = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("traced") / "home"))
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        for audience in ("working-group", "public"):
            publish_edition(copy, EDITION, scope="XX", audience=audience, as_of=None, languages=("en",))
    return copy


@pytest.fixture(scope="module")
def manifest(home: Path) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(
        (home / "editions/XX" / EDITION / "working-group/edition.json").read_text("utf-8")
    )
    return found


@pytest.fixture(scope="module")
def warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with read_warehouse(home) as con:
        con.execute(LISTS)
        con.execute(PERSONS)
        yield con


def shown(manifest: Mapping[str, Any], measure: str) -> list[Cell]:
    """Figures of a measure that were released with a number, of persons and of what others counted."""
    return [
        (table["key"], measure, cell["at"], cell["value"])
        for table in manifest["tables"]
        if (table["key"].partition(".")[2] or table["kind"]) == measure and table["unit"] not in ("record", "index")
        for cell in table["cells"]
        if cell["value"] is not None
    ]


def picked(manifest: Mapping[str, Any], seed: int) -> list[Cell]:
    """Twenty figures: eight counts, six shares, six rates."""
    random = Random(seed)
    return [
        one
        for measure, n in (("count", 8), ("share", 6), ("rate", 6))
        for one in random.sample(shown(manifest, measure), n)
    ]


def days(code: str, manifest: Mapping[str, Any]) -> tuple[str, str]:
    for phase in manifest["context"]["phases"]:
        if code == f"phase:{phase['key']}":
            return f"{phase['start']}-01", period(phase["end"]).end.isoformat()
    return period(code).start.isoformat(), period(code).end.isoformat()


def one_of(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> float:
    return float(con.execute(sql, list(values)).fetchall()[0][0] or 0)


def counted(con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], key: str, at: Mapping[str, str]) -> float:
    """The count at these codes, by hand."""
    indicator = key.partition("_by_")[0]
    codes = {name: code for name, code in at.items() if name != "period" and code != "total"}
    if indicator.startswith("stranded_migrants"):
        first, last = days(at["period"], manifest)
        part = next((f"{name}={code}" for name, code in codes.items() if name not in ("sex", "age_class")), "total")
        return one_of(
            con,
            "SELECT sum(value) FROM (SELECT time_period, arg_max(value, vintage_date) AS value"
            " FROM core.observations AS o JOIN raw.vintages USING (vintage_id) WHERE o.source = 'migrant_registrations'"
            " AND series = ? AND ref_area = 'XX' AND category = ? AND sex = ? AND age_class = ? AND form = 'total'"
            " AND time_period BETWEEN ? AND ? GROUP BY time_period)",
            indicator, part, codes.get("sex", "total"), codes.get("age_class", "total"), first[:7], last[:7],
        )  # fmt: skip
    if indicator in CONTEXT:
        return added(con, indicator, codes, days(at["period"], manifest))
    if indicator not in DATES:
        area = codes.get("region", "XX")
        return one_of(
            con,
            "SELECT arg_max(value, vintage_date) FROM core.observations AS o JOIN raw.vintages USING (vintage_id)"
            " WHERE o.source = 'crime_justice' AND series = ? AND ref_area = ? AND time_period = ? AND sex = ?"
            " AND age_class = 'total' AND form = 'total' AND category = 'total'",
            indicator, area, at["period"], codes.get("sex", "total"),
        )  # fmt: skip
    first, last = days(at["period"], manifest)
    persons = (
        f"SELECT person FROM persons WHERE {MEANT[indicator]} AND {DATES[indicator]} BETWEEN '{first}' AND '{last}'"
    )
    for name, code in codes.items():
        persons = f"SELECT person FROM ({having(name)}) WHERE code = '{code}' AND person IN ({persons})"
    return one_of(con, f"SELECT count(DISTINCT person) FROM ({persons})")


def added(con: duckdb.DuckDBPyConnection, series: str, codes: Mapping[str, str], between: tuple[str, str]) -> float:
    """The sample has one group of figures a series: all of it, or what of it names the codes, adds up."""
    named = "".join(f" AND list_contains(string_split(category, ';'), '{name}={code}')" for name, code in codes.items())
    return one_of(
        con,
        "SELECT sum(value) FROM (SELECT time_period, category, arg_max(value, vintage_date) AS value"
        " FROM core.observations AS o JOIN raw.vintages USING (vintage_id) WHERE o.source = ? AND series = ?"
        f" AND ref_area = 'XX' AND left(time_period, 4) BETWEEN ? AND ?{named} GROUP BY ALL)"
        " WHERE length(time_period) = 4 OR time_period BETWEEN ? AND ?",
        CONTEXT[series], series, between[0][:4], between[1][:4],
        f"{between[0][:4]}-Q{(int(between[0][5:7]) + 2) // 3}", f"{between[1][:4]}-Q{(int(between[1][5:7]) + 2) // 3}",
    )  # fmt: skip


def having(name: str) -> str:
    """Person and code: each of the known ones where several are possible, else what the first that knows says."""
    if name in SEVERAL:
        codes = f"SELECT DISTINCT person, unnest({name}) AS code FROM listed"
        return (
            f"SELECT person, code FROM (SELECT person, code, bool_or(code NOT IN ('unknown', 'not_reported')) OVER"
            f" (PARTITION BY person) AS is_known, bool_or(code = 'unknown') OVER (PARTITION BY person) AS is_asked"
            f" FROM ({codes})) WHERE CASE WHEN is_known THEN code NOT IN ('unknown', 'not_reported')"
            " WHEN is_asked THEN code = 'unknown' ELSE true END"
        )
    if name == "corridor":
        start, end = having("citizenship"), having("country_of_exploitation")
        vague = "('unknown', 'not_reported')"
        return (
            f"SELECT person, CASE WHEN 'not_reported' IN (a.code, b.code) THEN 'not_reported'"
            f" WHEN a.code IN {vague} OR b.code IN {vague} THEN 'unknown' ELSE a.code || '>' || b.code END AS code"
            f" FROM ({start}) AS a JOIN ({end}) AS b USING (person)"
        )
    if name == "crossing":
        return (
            f"SELECT person, CASE WHEN c.code LIKE '%>%' AND split_part(c.code, '>', 1) = split_part(c.code, '>', 2)"
            f" THEN 'domestic' WHEN c.code LIKE '%>%' THEN 'cross_border' ELSE o.code END AS code"
            f" FROM ({having('corridor')}) AS c JOIN ({first_known('crossing')}) AS o USING (person)"
        )
    return first_known(name)


def first_known(name: str) -> str:
    return (
        f"SELECT person, {name} AS code FROM listed QUALIFY row_number() OVER (PARTITION BY person ORDER BY"
        f" {name} = 'not_reported', {name} = 'unknown', registered_date, body, record_no) = 1"
    )


def by_hand(con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], cell: Cell) -> float:
    """A count, a share or a rate as the definitions have it."""
    key, measure, at, _ = cell
    base = key.partition(".")[0]
    count = counted(con, manifest, base, at)
    if measure == "count":
        return count
    if measure == "share":
        last = list(at)[-1]
        whole, *left_out = (
            counted(con, manifest, base, {**at, last: code}) for code in ("total", "unknown", "not_reported")
        )
        return 100 * count / (whole - sum(left_out))
    persons = one_of(
        con,
        "SELECT sum(persons) FROM core.population JOIN raw.vintages USING (vintage_id)"
        " WHERE ref_area = 'XX' AND year = ? AND sex = ANY(?) AND age_group = 'total'"
        " AND vintage_date = (SELECT max(vintage_date) FROM raw.vintages"
        " WHERE source = 'population')",
        int(at["period"]), [at["sex"]] if at.get("sex", "total") != "total" else ["female", "male"],
    )  # fmt: skip
    return 1e5 * count / persons


@pytest.mark.parametrize("seed", [16, 2, 2016])
def test_twenty_figures_picked_at_random_are_confirmed_by_independent_sql_and_by_the_query_that_trace_prints(
    warehouse: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], home: Path, tip_trends: Run, seed: int
) -> None:
    for cell in picked(manifest, seed):
        key, _, at, value = cell
        assert by_hand(warehouse, manifest, cell) == pytest.approx(value, rel=1e-8), cell
        named = [f"{name}={code}" for name, code in at.items()]
        ran = tip_trends(
            "--home", home, "trace", EDITION, key, *named, "--audience", "working-group", "--rows", "--format", "json"
        )
        assert ran.code == 0, (cell, ran.err)
        (told,) = json.loads(ran.out)
        assert told["value"] == value and told["internal"]["agrees"] is True
        assert one_of(warehouse, told["internal"]["sql"]) == pytest.approx(value, rel=1e-8), cell


def test_the_printed_query_of_every_kind_of_figure_gives_it(
    warehouse: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]
) -> None:
    """Three figures of every table, of each measure and indicator that the edition has.

    Those of the action plan are as its report has them: their card names the file, and no rows were counted.
    """
    random, tables = Random(7), traced_tables(manifest)
    traced = Traced(con=warehouse, document=manifest, as_of=date.fromisoformat(manifest["as_of"]), loaded_by=None)
    measures = set()
    plan = [table for table in tables if table.indicator.startswith(PLAN)]
    assert len(plan) > 1
    for table in plan:
        place = FoundCell(table=table, at=next(iter(table.cells)))
        told = card(manifest, tables, place, declared={})
        with pytest.raises(WrongArguments, match="National Action Plan as its report has it"):
            behind(traced, told)
    for table in tables:
        if table in plan:
            continue
        known = [at for at, cell in table.cells.items() if cell["value"] is not None]
        for at in random.sample(known, min(3, len(known))):
            found = behind(traced, card(manifest, tables, FoundCell(table=table, at=at), declared={}))
            assert found.agrees is True, (table.key, at, found.sql)
            measures.add(table.measure)
    assert measures == {"count", "observation", "share", "rate", "phase_mean", "same_period", "change"}


def test_a_ratio_of_phases_divides_by_their_months() -> None:
    made = Formula(measure="phase_ratio", inputs=(), months=2, base_months=13)
    parts = tuple(
        Part(role=role, name="", sql=f"SELECT {n} AS value", value=n)
        for role, n in (("count", 12), ("compared with", 500))
    )
    with duckdb.connect() as con:
        assert one_of(con, calculated(made, parts)) == pytest.approx(12 / 2 / (500 / 13))


def test_a_sheet_of_a_list_of_cases_is_named_only_where_the_contract_names_it() -> None:
    """A supplier may have named it after a person; tables of an office have no persons to name."""
    named = profile("case_register").recognition.sheets
    assert _told_sheets("case_register", ("A. Orazowa", *named)) == named
    assert _told_sheets("crime_justice", ("Form 1",)) == ("Form 1",)
    assert _told_sheets("no_such_source", ("Form 1",)) == ()


def test_a_sheet_that_a_figure_was_read_from_is_on_its_card(home: Path, tip_trends: Run) -> None:
    ran = tip_trends("--home", home, "trace", EDITION, "offences_recorded_by_period:2021", "--audience", "public")
    assert ran.code == 0 and ", sheet " in ran.out
