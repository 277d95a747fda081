"""Standardised rates against the numbers of Public Health England and of Fay and Feuer."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import WrongArguments
from transforms.statistics.rates import rate
from transforms.statistics.standardised import (
    ReferenceStratum,
    Stratum,
    indirect_rate,
    indirect_ratio,
    standardised_rate,
    standardised_rate_fay_feuer,
    standardised_rate_of_repeated,
)

LEVELS = ((0.95, "95_0"), (0.998, "99_8"))
NAME = "phe_DSR_ISR__"


def near(*numbers: float) -> Any:
    return pytest.approx(numbers, rel=1e-6, abs=1e-9)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8")))


def number(text: str) -> float:
    """Their empty count is none observed."""
    return float(text or 0)


@pytest.fixture(scope="module")
def folder(shared_fixtures: Path) -> Path:
    return shared_fixtures / "rates"


@pytest.fixture(scope="module")
def standard(folder: Path) -> list[float]:
    """The European standard population of 2013, which stands in their files with a faulty count."""
    return [float(row["stdpop"]) for row in rows(folder / f"{NAME}testdata_err1.csv")]


def by_area(path: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for area, of_area in groupby(rows(path), key=lambda row: row["area"]):
        yield area, list(of_area)


def strata_of(of_area: list[dict[str, str]], standard: list[float]) -> list[Stratum]:
    return [
        Stratum(count=number(row["count"]), persons=float(row["pop"]), standard=weight)
        for row, weight in zip(of_area, standard, strict=True)
    ]


def test_directly_standardised_rates_are_those_of_public_health_england(folder: Path, standard: list[float]) -> None:
    areas = dict(by_area(folder / f"{NAME}testdata_multiarea.csv"))
    seen = 0
    for published in rows(folder / f"{NAME}testresults_DSR.csv"):
        if published["area"] not in areas:
            continue
        strata = strata_of(areas[published["area"]], standard)
        per = float(published["statistic"].split()[-1]) if published["value"] else 100_000
        for level, name in LEVELS:
            found = standardised_rate(strata, per=per, level=level)
            if not published["value"]:
                assert found.refusal is not None
                assert found.refusal.code == "few_events"
                continue
            expected = [float(published[column]) for column in ("value", f"lower{name}cl", f"upper{name}cl")]
            assert (found.estimate, found.lower, found.upper) == near(*expected)
            assert (found.basis["count"], found.basis["persons"]) == near(
                float(published["total_count"]), float(published["total_pop"])
            )
            seen += 1
    assert seen == 8


def test_rates_of_repeated_events_are_those_of_public_health_england(folder: Path, standard: list[float]) -> None:
    published = {row["area"]: row for row in rows(folder / f"{NAME}testresults_DSR.csv")}
    seen = 0
    for area, of_area in by_area(folder / f"{NAME}testdata_nonindepe.csv"):
        persons_with = [[number(row[f"f{k}"]) for k in (1, 2, 3, 4)] for row in of_area]
        for level, name in LEVELS:
            found = standardised_rate_of_repeated(strata_of(of_area, standard), persons_with, level=level)
            if not published[area]["value"]:
                assert found.refusal is not None
                continue
            expected = [float(published[area][column]) for column in ("value", f"lower{name}cl", f"upper{name}cl")]
            assert (found.estimate, found.lower, found.upper) == pytest.approx(expected, rel=1e-6)
            seen += 1
    assert seen == 6


@pytest.mark.parametrize(("file", "figures_compared"), [("testdata_multiarea", 24), ("testdata_err2", 4)])
def test_indirectly_standardised_figures_are_those_of_public_health_england(
    folder: Path, file: str, figures_compared: int
) -> None:
    reference = rows(folder / f"{NAME}refdata.csv")
    given_areas = dict(by_area(folder / f"{NAME}{file}.csv"))
    seen = 0
    for published in rows(folder / f"{NAME}testresults_ISR.csv"):
        area = published["area"]
        if area not in given_areas:
            continue
        strata = [
            ReferenceStratum(
                count=number(row["count"]),
                persons=float(row["pop"]),
                reference_count=float(other["refcount"]),
                reference_persons=float(other["refpop"]),
            )
            for row, other in zip(given_areas[area], reference, strict=True)
        ]
        per = float(published["statistic"].split()[-1])
        for level, name in LEVELS:
            if not published[f"lower{name}cl"]:
                continue
            is_ratio = "ratio" in published["statistic"]
            found = indirect_ratio(strata, level=level) if is_ratio else indirect_rate(strata, per=per, level=level)
            scale = per if is_ratio else 1.0
            expected = [float(published[column]) for column in ("value", f"lower{name}cl", f"upper{name}cl")]
            figures = [scale * float(x or 0.0) for x in (found.estimate, found.lower, found.upper)]
            assert figures == pytest.approx(expected, rel=1e-6)
            assert found.basis["expected"] == pytest.approx(float(published["expected"]), rel=1e-6)
            if not is_ratio:
                assert found.basis["reference_rate"] == pytest.approx(float(published["ref_rate"]), rel=1e-6)
            seen += 1
    assert seen == figures_compared


def test_the_interval_of_fay_and_feuer_is_the_published_one(folder: Path) -> None:
    expected = {row["order"]: row for row in rows(folder / "fay_feuer1997_expected_per100k.csv")}
    seen = 0
    for order, of_order in groupby(rows(folder / "fay_feuer1997_down.csv"), key=lambda row: row["order"]):
        strata = [
            Stratum(count=float(row["count"]), persons=float(row["pop"]), standard=float(row["stdpop"]))
            for row in of_order
        ]
        found = standardised_rate_fay_feuer(strata)
        published = [float(expected[order][name]) for name in ("adj.rate", "lci", "uci", "crude.rate")]
        assert (found.estimate, found.lower, found.upper, found.details["crude_rate"]) == near(*published)
        seen += 1
    assert seen == 5


def test_the_interval_of_fay_and_feuer_is_that_of_r_for_another_standard(folder: Path) -> None:
    case = json.loads((folder / "reference_rates.json").read_text("utf-8"))["fay_feuer_down"]
    strata = [
        Stratum(count=count, persons=persons, standard=weight)
        for count, persons, weight in zip(case["count"], case["pop"], case["stdpop"], strict=True)
    ]
    found = standardised_rate_fay_feuer(strata, per=1)
    assert (found.estimate, found.lower, found.upper) == near(case["adj.rate"], case["lci"], case["uci"])


@pytest.mark.parametrize(
    ("file", "code"),
    [("err1", "negative"), ("err3", "negative"), ("err4", "negative"), ("err2", "no_denominator")],
)
def test_faulty_files_of_public_health_england_are_refused_in_words(
    folder: Path, standard: list[float], file: str, code: str
) -> None:
    given_rows = rows(folder / f"{NAME}testdata_{file}.csv")[:19]
    strata = [
        Stratum(count=float(row["count"]), persons=float(row["pop"]), standard=float(row.get("stdpop") or standard[n]))
        for n, row in enumerate(given_rows)
    ]
    for method in (standardised_rate, standardised_rate_fay_feuer):
        found = method(strata)
        assert found.refusal is not None
        assert found.refusal.code == code
        assert str(found.refusal.reason).endswith(".")


def test_a_negative_count_or_an_empty_reference_is_refused_for_the_indirect_ratio_too() -> None:
    def ratio(**changed: float) -> str:
        whole = {"count": 12.0, "persons": 100.0, "reference_count": 9.0, "reference_persons": 80.0, **changed}
        found = indirect_ratio([ReferenceStratum(**whole)])
        return found.refusal.code if found.refusal else ""

    assert ratio() == ""
    assert ratio(count=-1.0) == "negative"
    assert ratio(reference_persons=0.0) == "no_reference"
    assert ratio(reference_count=0.0) == "nothing_expected"


def test_persons_that_do_not_add_up_to_the_events_are_an_error() -> None:
    with pytest.raises(WrongArguments):
        standardised_rate_of_repeated([Stratum(count=12, persons=100, standard=1)], [[10, 2]])


STRATA = st.lists(
    st.builds(
        Stratum,
        count=st.integers(0, 60).map(float),
        persons=st.floats(100, 1e6),
        standard=st.floats(1, 1e5),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(strata=STRATA)
def test_an_interval_holds_its_rate_and_the_gamma_interval_is_never_below_zero(strata: list[Stratum]) -> None:
    found = standardised_rate_fay_feuer(strata)
    assert found.lower is not None
    assert found.upper is not None
    assert 0 <= found.lower <= (found.estimate or 0.0) <= found.upper


@settings(max_examples=40, deadline=None)
@given(count=st.integers(0, 200), persons=st.floats(100, 1e6))
def test_one_age_group_is_the_exact_crude_interval(count: int, persons: float) -> None:
    found = standardised_rate_fay_feuer([Stratum(count=count, persons=persons, standard=5)])
    exact = rate(count, persons)
    assert (found.estimate, found.lower, found.upper) == pytest.approx(
        (exact.estimate, exact.lower, exact.upper), rel=1e-9
    )
