"""SDG 16.2.2 for submission, and rates of the periods of a series."""

from __future__ import annotations

import pytest

from transforms.codes import AGE_CLASS, CONF_STATUS, FORM, OBS_STATUS
from transforms.errors import WrongArguments
from transforms.periods import period
from transforms.statistics.period_rates import last_change, period_rates
from transforms.statistics.rates import rate
from transforms.statistics.sdg import AGES, FORMS, Detected, SdgRow, parts_within_totals, sdg_rows
from transforms.statistics.series import series_of


def by_key(rows: tuple[SdgRow, ...]) -> dict[tuple[str, str, str], SdgRow]:
    found = {(row.series, row.sex, row.age): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_counts_and_rates_have_the_codes_of_the_global_database() -> None:
    rows = by_key(
        sdg_rows(
            [
                Detected(year=2021, count=40, persons=6_000_000),
                Detected(year=2021, count=25, persons=3_000_000, sex="female"),
                Detected(year=2021, count=4, persons=2_000_000, age="child"),
                Detected(year=2021, count=12, persons=6_000_000, form="forced_labour"),
                Detected(year=2021, count=3, persons=6_000_000, form="servitude"),
                Detected(year=2021, count=25, persons=6_000_000, form="sexual_exploitation"),
            ],
            "795",
        )
    )
    whole, share = rows["VC_HTF_DETV", "_T", "_T"], rows["VC_HTF_DETVR", "_T", "_T"]
    assert (whole.obs_value, whole.unit_measure, whole.ref_area, whole.time_period) == (40, "NUMBER", "795", "2021")
    exact = rate(40, 6_000_000)
    assert (share.obs_value, share.lower, share.upper) == (exact.estimate, exact.lower, exact.upper)
    assert share.unit_measure == "PER_100000_POP"
    assert rows["VC_HTF_DETV", "F", "_T"].obs_value == 25
    assert rows["VC_HTF_DETVFL", "_T", "_T"].obs_value == 15
    assert rows["VC_HTF_DETVFLR", "_T", "_T"].obs_value == pytest.approx(0.25)
    assert rows["VC_HTF_DETVSX", "_T", "_T"].obs_value == 25
    record = share.to_record()
    assert (record["NATURE"], record["FREQ"], record["REPORTING_TYPE"], record["OBS_STATUS"]) == ("C", "A", "N", "A")


def test_a_rate_from_few_victims_is_flagged_and_its_count_is_not() -> None:
    rows = by_key(sdg_rows([Detected(year=2021, count=4, persons=2_000_000, age="child")], "795"))
    assert rows["VC_HTF_DETV", "_T", "Y0T17"].obs_status == "A"
    flagged = rows["VC_HTF_DETVR", "_T", "Y0T17"]
    assert (flagged.obs_status, flagged.to_record()["COMMENT_OBS"]) == (
        "U",
        "Rate from fewer than 10 victims: unreliable.",
    )


@pytest.mark.parametrize(
    ("cell", "status", "confidential"),
    [
        (Detected(year=2020, count=None, persons=1e6), "O", "F"),
        (Detected(year=2020, count=None, persons=1e6, conf_status="C"), "A", "C"),
        (Detected(year=2020, count=3, persons=1e6, conf_status="D"), "A", "D"),
        (Detected(year=2020, count=None, persons=1e6, obs_status="M"), "M", "F"),
    ],
)
def test_what_is_unknown_or_suppressed_is_neither_zero_nor_a_rate(
    cell: Detected, status: str, confidential: str
) -> None:
    for row in sdg_rows([cell], "398"):
        assert (row.obs_value, row.lower, row.upper) == (None, None, None)
        assert (row.obs_status, row.conf_status) == (status, confidential)


def test_a_sum_of_forms_with_a_suppressed_part_is_suppressed() -> None:
    rows = sdg_rows(
        [
            Detected(year=2021, count=12, persons=None, form="forced_labour"),
            Detected(year=2021, count=None, persons=None, form="servitude", conf_status="C"),
        ],
        "795",
    )
    assert [(row.series, row.obs_value, row.conf_status) for row in rows] == [("VC_HTF_DETVFL", None, "C")]


def test_zero_victims_have_a_rate_of_zero_with_an_upper_bound() -> None:
    _, share = sdg_rows([Detected(year=2021, count=0, persons=1_000_000)], "795")
    assert (share.obs_value, share.lower) == (0, 0)
    assert share.upper == pytest.approx(0.36888794541)


def test_a_code_without_a_place_and_a_cell_given_twice_are_errors() -> None:
    with pytest.raises(WrongArguments):
        sdg_rows([Detected(year=2021, count=1, persons=None, sex="other")], "795")
    with pytest.raises(WrongArguments):
        sdg_rows([Detected(year=2021, count=1, persons=None)] * 2, "795")
    with pytest.raises(WrongArguments):
        sdg_rows([Detected(year=2021, count=1, persons=None)], "TM")


def test_categories_beyond_the_total_are_told() -> None:
    whole = Detected(year=2021, count=40, persons=None)
    forms = [Detected(year=2021, count=30, persons=None, form=form) for form in ("forced_labour", "other")]
    checks = {check.key: check.is_met for check in parts_within_totals([whole, *forms])}
    assert checks == {"parts_of_sex": True, "parts_of_age": True, "parts_of_form": False}


def test_every_code_of_ours_has_its_place() -> None:
    assert set(FORM.values) - set(FORMS) <= {"unknown", "not_reported", "not_applicable"}
    assert set(AGE_CLASS.values) - set(AGES) <= {"unknown", "not_reported", "not_applicable"}
    assert {"A", "U", "M", "O"} <= set(OBS_STATUS.values)
    assert "F" in CONF_STATUS.values


def test_each_period_has_its_rate_a_year_or_its_count() -> None:
    months = [period("2021-01"), period("2021-02"), period("2021-03")]
    counts = dict(zip(months, (12.0, None, 3.0), strict=True))
    found = period_rates(series_of(counts, dict.fromkeys(months, 1_200_000.0)))
    assert found[months[0]].estimate == pytest.approx(12)
    assert found[months[1]].refusal is not None
    assert not found[months[2]].checks[0].is_met
    bare = period_rates(series_of(counts))
    assert (bare[months[0]].estimate, bare[months[0]].unit) == (12, "count")


def test_the_last_change_is_against_the_same_period_a_year_before() -> None:
    quarters = [period("2020-Q1").shifted(n) for n in range(5)]
    found = last_change(series_of(dict(zip(quarters, (40.0, 1.0, 2.0, 3.0, 20.0), strict=True))))
    assert found.estimate == pytest.approx(-50)
    assert (found.details["period"], found.details["base_period"]) == ("2021-Q1", "2020-Q1")
    assert last_change(series_of(dict(zip(quarters[:4], (1.0,) * 4, strict=True)))).refusal is not None
    assert last_change(series_of(dict(zip(quarters, (0.0, 1.0, 2.0, 3.0, 9.0), strict=True)))).refusal is not None
    assert last_change(series_of(dict(zip(quarters, (None, 1.0, 2.0, 3.0, 9.0), strict=True)))).refusal is not None
