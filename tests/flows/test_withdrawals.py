"""An extract that was withdrawn: what counts from that day on, what does before it, and how it may come back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import sample_data
from flows.counts.estimate import EditionInputs, edition_inputs
from flows.holdings.revisions import history, revisions
from flows.holdings.status import delivered, expected
from flows.holdings.withdrawals import Withdrawal, latest_vintage, withdraw
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.warehouse import open_warehouse, read_warehouse
from tests.flows.test_breaks import OWN
from tests.flows.test_confirmed_breaks import yearly
from transforms.countries import country
from transforms.errors import NoData, TipTrendsError, WrongArguments
from transforms.tables import OBSERVATIONS

TODAY = date(2024, 2, 1)
REASON = "The office sent thousands in place of persons"
MARCH, JUNE, SEPTEMBER = "2023-03-31", "2023-06-30", "2023-09-30"


def made(folder: Path) -> Path:
    """A home with a source of yearly figures of which a file replaces all."""
    write_settings(Home(folder=folder).create(), Settings(country="XX", languages=("en", "ru", "tk")))
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "uk_nrm.toml").write_text(OWN, encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return made(tmp_path / "home")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of three extracts, and the files beside it; the figure of 2020 rises with each."""
    folder = tmp_path_factory.mktemp("three")
    home = made(folder / "home")
    for day, figure in ((MARCH, 5300), (JUNE, 5310), (SEPTEMBER, 5320)):
        ingest_file(home, yearly(folder, day, (2019, 5200), (2020, figure)), received_on=date.fromisoformat(day))
    return folder


@pytest.fixture
def three(filled: Path, tmp_path: Path) -> Path:
    """A copy of that home, the files in the folder of the test."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return tmp_path / "home"


def withdrawn(home: Path, which: str, on: str, reason: str = REASON, source: str = "uk_nrm") -> Withdrawal:
    with open_warehouse(home) as con:
        return withdraw(con, source, which, reason=reason, on=date.fromisoformat(on), today=TODAY)


def known(home: Path, day: str) -> float | None:
    """The figure of 2020 as it was known on a day."""
    with read_warehouse(home) as con:
        rows = con.execute(
            f"SELECT value FROM core.observations_as_of(DATE '{day}') WHERE time_period = '2020'"
        ).fetchall()
    return float(rows[0][0]) if rows else None


def test_from_its_withdrawal_on_the_extract_before_is_current_again_and_before_it_nothing_changes(three: Path) -> None:
    done = withdrawn(three, SEPTEMBER, "2023-11-15")
    assert [day for _, day in done.instead] == [date(2023, 6, 30)]
    assert (known(three, "2023-11-14"), known(three, "2023-11-15")) == (5320, 5310)
    withdrawn(three, JUNE, "2023-12-01")
    assert (known(three, "2023-11-20"), known(three, "2023-12-01")) == (5310, 5300)
    assert known(three, "2023-07-01") == 5310
    last = withdrawn(three, MARCH, "2023-12-24")
    assert [day for _, day in last.instead] == [None]
    assert (known(three, "2023-12-23"), known(three, "2023-12-24")) == (5300, None)


def test_an_extract_that_was_replaced_long_ago_can_be_withdrawn_and_changes_nothing(three: Path) -> None:
    done = withdrawn(three, MARCH, "2023-12-01")
    assert done.instead == ()
    assert known(three, "2024-01-01") == 5320


def test_a_corrected_file_is_held_against_the_last_one_that_stands(home: Path, tmp_path: Path) -> None:
    ingest_file(home, yearly(tmp_path, MARCH, (2018, 5000), (2019, 5200), (2020, 5300)))
    wrong = yearly(tmp_path, JUNE, (2018, 5.0), (2019, 5.2), (2020, 5.3), (2021, 5.4))
    ingest_file(home, wrong, may_break=True)
    withdrawn(home, JUNE, "2023-08-01")
    right = ingest_file(home, yearly(tmp_path, SEPTEMBER, (2018, 5000), (2019, 5200), (2020, 5300), (2021, 5400)))
    assert right.comparison is not None
    assert (right.comparison.earlier, right.comparison.added, right.comparison.changed) == (date(2023, 3, 31), 1, 0)
    with read_warehouse(home) as con:
        marks = con.execute("SELECT DISTINCT obs_status FROM core.observations WHERE vintage_id = 3").fetchall()
    assert marks == [("A",)]


def test_the_same_file_again_says_that_it_was_withdrawn_and_how_it_is_taken_in_anew(
    three: Path, tmp_path: Path, state_of: Callable[[Path], dict[str, object]]
) -> None:
    withdrawn(three, JUNE, "2023-08-01")
    before = state_of(three)
    path = tmp_path / f"{JUNE}.csv"
    told = ingest_file(three, path, received_on=TODAY)
    assert told.verdict == "already loaded"
    said = " ".join(told.notes)
    assert "from 2023-08-01 on it does not count" in said and REASON in said and "--again" in said
    assert state_of(three) == before


def test_a_file_taken_in_again_counts_from_that_day_and_in_the_order_of_its_own(three: Path, tmp_path: Path) -> None:
    withdrawn(three, JUNE, "2023-08-01")
    again = ingest_file(three, tmp_path / f"{JUNE}.csv", received_on=date(2023, 8, 20), may_return=True)
    assert (again.verdict, again.vintage_id, again.vintage_date) == ("accepted with remarks", 4, date(2023, 6, 30))
    assert "counts again from 2023-08-20" in " ".join(again.notes)
    days = ("2023-07-31", "2023-08-01", "2023-08-19", "2023-08-20", "2023-09-29", "2023-09-30")
    assert [known(three, day) for day in days] == [5310, 5300, 5300, 5310, 5310, 5320]
    once_more = ingest_file(three, tmp_path / f"{JUNE}.csv", received_on=TODAY, may_return=True)
    assert (once_more.verdict, once_more.vintage_id) == ("already loaded", 4)
    withdrawn(three, JUNE, "2023-09-01")
    assert [known(three, day) for day in ("2023-08-31", "2023-09-01")] == [5310, 5300]


def test_a_trial_sees_what_was_withdrawn_and_keeps_nothing(
    three: Path, tmp_path: Path, state_of: Callable[[Path], dict[str, object]]
) -> None:
    withdrawn(three, SEPTEMBER, "2023-10-01")
    before = state_of(three)
    told = ingest_file(three, tmp_path / f"{SEPTEMBER}.csv", dry_run=True, received_on=TODAY)
    assert "withdrawn" in " ".join(told.notes)
    trial = ingest_file(three, tmp_path / f"{SEPTEMBER}.csv", dry_run=True, received_on=TODAY, may_return=True)
    assert trial.comparison is not None and trial.comparison.earlier == date(2023, 6, 30)
    assert state_of(three) == before


@pytest.mark.parametrize(
    ("which", "reason", "on", "kind", "says"),
    [
        ("2023-04-01", REASON, "2024-01-01", WrongArguments, "No extract of uk_nrm is meant by 2023-04-01"),
        ("July", REASON, "2024-01-01", WrongArguments, "No extract"),
        (MARCH, REASON, "2023-03-30", WrongArguments, "known from 2023-03-31"),
        (MARCH, REASON, "2024-02-02", WrongArguments, "has not come yet"),
        (MARCH, "  ", "2024-01-01", WrongArguments, "empty"),
        (MARCH, "x" * 201, "2024-01-01", WrongArguments, "longer than 200"),
        (MARCH, "Aman Berdiyev asked for it", "2024-01-01", WrongArguments, "name of a person"),
        (MARCH, "call +99365123456", "2024-01-01", WrongArguments, "telephone"),
    ],
)
def test_what_cannot_be_withdrawn_is_refused_in_words_and_nothing_is_written(
    three: Path, which: str, reason: str, on: str, kind: type[TipTrendsError], says: str
) -> None:
    with pytest.raises(kind, match=re.escape(says)) as refusal:
        withdrawn(three, which, on, reason)
    assert refusal.value.advice
    with read_warehouse(three) as con:
        assert con.execute("SELECT count(*) FROM raw.withdrawals").fetchall() == [(0,)]


def test_exactly_one_extract_must_be_meant(home: Path, tmp_path: Path) -> None:
    paths = [yearly(tmp_path, MARCH, (2020, figure)).rename(tmp_path / f"{figure}.csv") for figure in (5300, 5301)]
    digests = [ingest_file(home, path).sha256 for path in paths]
    with pytest.raises(WrongArguments, match="2 extracts of uk_nrm are meant") as refusal:
        withdrawn(home, MARCH, "2024-01-01")
    assert all(digest[:12] in refusal.value.message for digest in digests)
    assert withdrawn(home, digests[1][:12].upper(), "2024-01-01").extract.sha256 == digests[1]
    assert withdrawn(home, MARCH, "2024-01-01").extract.sha256 == digests[0]  # only one stands
    with pytest.raises(WrongArguments, match="was withdrawn from 2024-01-01 on"):
        withdrawn(home, digests[0], "2024-01-02")
    with pytest.raises(NoData, match="holds no extract of case_register"):
        withdrawn(home, MARCH, "2024-01-01", source="case_register")


def test_a_withdrawal_that_is_cut_off_leaves_the_warehouse_as_it_was(
    three: Path, state_of: Callable[[Path], dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class CutOff:
        def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
            self.con = con

        def execute(self, sql: str, *more: Any) -> Any:
            if sql == "COMMIT":
                raise KeyboardInterrupt
            return self.con.execute(sql, *more)

    before = state_of(three)
    with open_warehouse(three) as con, pytest.raises(KeyboardInterrupt):
        withdraw(CutOff(con), "uk_nrm", MARCH, reason=REASON, on=TODAY, today=TODAY)  # type: ignore[arg-type]
    assert state_of(three) == before
    assert withdrawn(three, MARCH, "2024-02-01").on == TODAY


def test_revisions_compare_the_days_on_both_sides_of_a_withdrawal(three: Path) -> None:
    withdrawn(three, SEPTEMBER, "2023-11-15")
    with read_warehouse(three) as con:
        found = revisions(con, "uk_nrm", OBSERVATIONS, None, None)
        columns, told = history(con, "uk_nrm", OBSERVATIONS)
    assert (found.earlier, found.later) == (date(2023, 9, 30), date(2023, 11, 15))
    assert [(row[0], *row[-2:]) for row in found.rows] == [("revised", 5320.0, 5310.0)]
    assert columns[-1] == "withdrawn_from"
    year = columns.index("time_period")
    assert [row[-3:] for row in told if row[year] == "2020"] == [
        (MARCH, 5300.0, None),
        (JUNE, 5310.0, None),
        (SEPTEMBER, 5320.0, "2023-11-15"),
    ]


def test_a_new_edition_is_as_of_the_day_of_the_withdrawal(three: Path) -> None:
    withdrawn(three, SEPTEMBER, "2023-11-15")
    with read_warehouse(three) as con:
        assert latest_vintage(con) == date(2023, 11, 15)


LISTS = sorted(path for path in sample_data.files() if path.name.startswith("case_register_MIA"))[-9:]
DAYS = [date.fromisoformat(path.stem[-10:]) for path in LISTS]


def test_an_edition_of_an_earlier_day_counts_the_same_and_one_of_a_later_day_does_without_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX"))
    for path in LISTS:
        ingest_file(home, path)

    def counted(day: date) -> EditionInputs:
        with read_warehouse(home) as con:
            return edition_inputs(con, "annual-2022", scope="XX", as_of=day)

    def awaited(day: date) -> dict[str, date | None]:
        with read_warehouse(home) as con:
            found = expected(con, country("XX"), as_of=day)
        return {one.period.code: one.received for one in found if one.body == "MIA"}

    before = counted(DAYS[-1])
    assert awaited(TODAY) == {"2023-Q4": DAYS[-1]}
    done = withdrawn(home, DAYS[-1].isoformat(), "2024-01-25", source="case_register")
    assert [day for _, day in done.instead] == [DAYS[-2]]
    again, after = counted(DAYS[-1]), counted(TODAY)
    assert (again.table_set, again.created_from) == (before.table_set, before.created_from)
    assert [one.vintage_date for one in before.created_from if one.source == "case_register"] == [DAYS[-1]]
    assert [one.vintage_date for one in after.created_from if one.source == "case_register"] == [DAYS[-2]]
    assert [one["withdrawn_from"] for one in before.context["deliveries"]] == [None] * len(LISTS)
    assert [one["withdrawn_from"] for one in after.context["deliveries"]][-1] == "2024-01-25"
    assert awaited(TODAY) == {"2023-Q4": None}
    grown, shorter = before.question.triangle, after.question.triangle
    assert grown is not None and shorter is not None
    assert shorter.as_of == grown.as_of - 1
    with read_warehouse(home) as con:
        held = {one.source: one for one in delivered(con)}["case_register"]
    assert (held.vintages, held.withdrawn, held.file_name) == (len(LISTS) - 1, 1, LISTS[-2].name)


def test_the_command_says_what_is_current_instead_and_status_and_revisions_show_it(
    three: Path, tip_trends: Callable[..., Any]
) -> None:
    ran = tip_trends("--home", three, "withdraw", "uk_nrm", SEPTEMBER, "--reason", REASON, "--on", "2023-11-15")
    assert ran.code == 0
    assert "Withdrawn from 2023-11-15 on" in ran.out and "the extract of 2023-06-30 is current again" in ran.out
    assert "publish anew" in ran.err
    status = tip_trends("--home", three, "status").out.splitlines()
    assert status[0].split()[:4] == ["source", "vintages", "withdrawn", "latest"]
    assert status[1].split()[:4] == ["uk_nrm", "2", "1", JUNE]
    shown = tip_trends("--home", three, "revisions", "uk_nrm")
    assert f"Withdrawn from 2023-11-15 on: the extract of {SEPTEMBER}" in shown.err and REASON in shown.err
    twice = tip_trends("--home", three, "withdraw", "uk_nrm", SEPTEMBER, "--reason", REASON)
    assert (twice.code, twice.out) == (2, "") and "--again" in twice.err


def test_a_home_without_a_warehouse_gets_none_from_a_withdrawal(tip_trends: Callable[..., Any], tmp_path: Path) -> None:
    ran = tip_trends("--home", tmp_path / "home", "withdraw", "uk_nrm", MARCH, "--reason", REASON)
    assert ran.code == 1 and "no data" in ran.err
    assert not (tmp_path / "home").exists()


def test_a_warehouse_that_knew_no_withdrawals_is_read_and_learns_them(three: Path) -> None:
    with open_warehouse(three) as con:
        con.execute("DROP TABLE meta.schema_versions")  # none of that time had it
        con.execute("DROP TABLE raw.withdrawals")
        con.execute("DROP MACRO TABLE core.observations_as_of")
        con.execute("CREATE MACRO core.observations_as_of(day) AS TABLE SELECT * FROM core.observations WHERE false")
    assert known(three, "2024-01-01") == 5320
    withdrawn(three, SEPTEMBER, "2023-11-15")
    assert known(three, "2024-01-01") == 5310
