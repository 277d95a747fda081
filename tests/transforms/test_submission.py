"""SDG 16.2.2 as a country submits it: made of released cells, in the concepts of the SDG data structure."""

from __future__ import annotations

from datetime import date

from transforms.disclosure.cells import CountCell, CountTable, Denominator, TableSet
from transforms.disclosure.release import release

YEARS = ("2019", "2020")


def table(by: str, counts: dict[tuple[str, ...], int], additive: tuple[str, ...]) -> CountTable:
    key = "_".join(("victims_identified_by_period", *((by,) if by else ())))
    return CountTable(
        key=key,
        indicator="victims_identified",
        population="victims_identified",
        dimensions=("period", *((by,) if by else ())),
        additive=additive,
        cells=tuple(CountCell(at=at, value=count) for at, count in counts.items()),
        unit="person",
        sources=("case_register",),
    )


def submitted(scope: str = "TM", few: int = 40) -> list[dict[str, object]]:
    totals = {("2019",): 100, ("2020",): 60 + few}
    sexes = {("2019", "female"): 70, ("2019", "male"): 30, ("2020", "female"): 60, ("2020", "male"): few}
    sexes |= {(year, "total"): count for (year,), count in totals.items()}
    forms = {(year, form): 50 for year in YEARS for form in ("sexual_exploitation", "forced_labour", "servitude")}
    forms |= {(year, "total"): count for (year,), count in totals.items()}
    persons = {
        frozenset({("period", year), *((("sex", sex),) if sex else ())}): 6e6 if not sex else 3e6
        for year in YEARS
        for sex in ("", "female", "male")
    }
    tables = (
        table("", totals, ("period",)),
        table("sex", sexes, ("period", "sex")),
        table("form", forms, ("period",)),
    )
    found = release(
        TableSet(
            tables=tables, rollups=(), denominators=(Denominator(key="population", persons=persons, vintage="2020"),)
        ),
        audience="working-group",
        edition="annual-2020",
        scope=scope,
        as_of=date(2021, 1, 1),
        run_id="run",
        code_version="0",
        created_from=(),
        context={},
        languages=("en",),
    )
    return [dict(record) for record in found.submission]


def observed(rows: list[dict[str, object]], **at: str) -> list[object]:
    return [row["OBS_VALUE"] for row in rows if all(row[key] == value for key, value in at.items())]


def test_counts_and_rates_by_sex_stand_under_the_codes_of_the_series() -> None:
    rows = submitted()
    assert observed(rows, SERIES="VC_HTF_DETV", TIME_PERIOD="2019", SEX="_T", AGE="_T") == [100]
    assert observed(rows, SERIES="VC_HTF_DETV", TIME_PERIOD="2019", SEX="F") == [70]
    assert observed(rows, SERIES="VC_HTF_DETVR", TIME_PERIOD="2019", SEX="F") == [70 / 3e6 * 1e5]
    assert {row["REF_AREA"] for row in rows} == {"795"}
    assert {row["INDICATOR"] for row in rows} == {"16.2.2"}


def test_forms_of_persons_with_several_are_left_out() -> None:
    assert {row["SERIES"] for row in submitted()} == {"VC_HTF_DETV", "VC_HTF_DETVR"}


def test_what_is_withheld_is_confidential_and_a_rate_of_few_is_not_shown() -> None:
    rows = submitted(few=3)
    small = [row for row in rows if row["TIME_PERIOD"] == "2020" and row["SEX"] == "M"]
    assert {(row["OBS_VALUE"], row["CONF_STATUS"]) for row in small} == {(None, "C")}
    few = [row for row in submitted(few=8) if row["TIME_PERIOD"] == "2020" and row["SEX"] == "M"]
    assert [(row["SERIES"], row["OBS_VALUE"], row["OBS_STATUS"]) for row in few] == [
        ("VC_HTF_DETV", 8, "A"),
        ("VC_HTF_DETVR", None, "U"),
    ]


def test_the_world_submits_nothing() -> None:
    assert submitted(scope="world") == []
