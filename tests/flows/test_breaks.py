"""A count that became a rate, or persons that became thousands, is stopped; corrections of single figures are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

import sample_data
from flows.holdings.received import digest
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from tests.flows.test_revisions import PROFILE
from transforms.errors import FileRejected

SAMPLES = {path.name: path for path in sample_data.files()}
FORM = SAMPLES["crime_justice_2023.xlsx"]
LATER = date(2024, 3, 1)
OWN = PROFILE.replace('[fields.unit]\nconstant = "person"', '[fields.unit]\nfrom = "unit"\nas = "text"').replace(
    'stream = ["time_period"]', "stream = []"
)

Delivery = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a profile of figures by year in any unit, in all languages."""
    folder = tmp_path / "home"
    write_settings(Home(folder=folder).create(), Settings(country="XX", languages=("en", "ru", "tk")))
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "uk_nrm.toml").write_text(OWN, encoding="utf-8")
    return folder


@pytest.fixture
def delivery(tmp_path: Path) -> Delivery:
    """A file with figures of years from 2001 on, in one unit or in a unit each."""

    def write(day: str, *figures: object, units: tuple[str, ...] = ()) -> Path:
        units = units or ("person",) * len(figures)
        lines = [
            f"{day},{2001 + place},{figure},{unit}"
            for place, (figure, unit) in enumerate(zip(figures, units, strict=True))
        ]
        path = tmp_path / f"{day}.csv"
        path.write_text("\n".join(["release_date,period,value,unit", *lines]) + "\n", encoding="utf-8")
        return path

    return write


def scaled(path: Path, by: float) -> Path:
    """The crime and justice form with every number multiplied."""
    book = load_workbook(FORM)
    for row in book.worksheets[0].iter_rows(min_row=7, min_col=3):
        for cell in row:
            if isinstance(cell.value, int | float) and cell.value < 1900:
                cell.value = cell.value * by
    book.save(path)
    return path


def vintages(home: Path) -> int:
    with read_warehouse(home) as con:
        return int(con.execute("SELECT count(*) FROM raw.vintages").fetchall()[0][0])


def refusal(home: Path, path: Path) -> str:
    """What a stopped file is told; nothing of it may be in the warehouse."""
    before = vintages(home)
    with pytest.raises(FileRejected) as caught:
        ingest_file(home, path)
    assert caught.value.exit_code == 3 and "--may-break" in caught.value.advice
    assert vintages(home) == before
    return caught.value.message


def test_counts_that_become_rates_are_stopped_and_named_with_factor_and_example(home: Path, tmp_path: Path) -> None:
    ingest_file(home, FORM, received_on=date(2024, 2, 1))
    told = refusal(home, scaled(tmp_path / "form.xlsx", 1 / 60))
    assert "Offences recorded (cases): the figures are about 60 times smaller than in the file of" in told
    assert "Example, XX, 2023: 64 then, 1.06667 now." in told
    assert "Persons convicted (persons)" in told


def test_persons_that_become_thousands_are_stopped_and_back_again(home: Path, delivery: Delivery) -> None:
    persons, thousands = (5_654_000, 5_720_000, 5_790_000, 5_860_000, 5_930_000), (5654, 5720, 5790, 5860, 5930)
    ingest_file(home, delivery("2021-01-01", *persons))
    assert "about 1000 times smaller" in refusal(home, delivery("2022-01-01", *thousands))
    ingest_file(home, delivery("2022-02-01", *thousands), may_break=True)
    told = refusal(home, delivery("2023-01-01", *persons))
    assert "Referrals (persons): the figures are about 1000 times as large as in the file of 2022-02-01." in told
    assert "GB, 2005: 5930 then, 5930000 now." in told


def test_the_page_of_a_stopped_file_says_so_in_every_language(home: Path, delivery: Delivery) -> None:
    ingest_file(home, delivery("2021-01-01", 100, 100, 100, 100, 100))
    path = delivery("2022-01-01", 2200, 2200, 2200, 2200, 2210.5)
    refusal(home, path)
    name = digest(path)[:12]
    written = {language: home / "acceptance" / f"{name}.{language}.html" for language in ("en", "ru", "tk")}
    pages = {language: page.read_text(encoding="utf-8").replace("\u00a0", " ") for language, page in written.items()}
    assert "about 22 times as large" in pages["en"]
    assert "примерно в 22 раза больше" in pages["ru"] and "(человек)" in pages["ru"] and "2 210,5" in pages["ru"]
    assert "not translated" not in pages["tk"]
    told = json.loads((home / "acceptance" / f"{name}.json").read_text(encoding="utf-8"))
    assert (told["verdict"], told["reason"][1]["params"]["n"]) == ("rejected", 22)


def test_another_unit_of_a_single_figure_is_stopped(home: Path, delivery: Delivery) -> None:
    ingest_file(home, delivery("2021-01-01", 12, 7))
    told = refusal(home, delivery("2022-01-01", 12, 7, units=("person", "per_100k")))
    assert "the unit was “persons” in the file of 2021-01-01 and is “per 100,000 population” now" in told
    assert "GB, 2002: 7 then, 7 now." in told


def test_a_unit_that_only_comes_besides_or_goes_is_no_change_of_unit(home: Path, tmp_path: Path) -> None:
    both = "release_date,period,value,unit\n{0},2001,12,person\n{0},2001,3,per_100k\n"
    one = "release_date,period,value,unit\n{0},2001,12,person\n"
    for day, text in (("2021-01-01", one), ("2022-01-01", both), ("2023-01-01", one)):
        (tmp_path / f"{day}.csv").write_text(text.format(day), encoding="utf-8")
        assert ingest_file(home, tmp_path / f"{day}.csv").rows_accepted


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ((1,), (12,)),
        ((1, 8), (12, 9)),
        ((1, 2, 30, 40, 50), (12, 24, 31, 40, 50)),
        ((0, 0, 0, 0, 0), (40, 50, 60, 70, 80)),
        ((100, 100, 100, 100, 100), (990, 990, 990, 990, 990)),
    ],
    ids=["one figure", "one of two", "two of five", "from nothing", "less than tenfold"],
)
def test_corrections_are_loaded(home: Path, delivery: Delivery, before: tuple[int, ...], now: tuple[int, ...]) -> None:
    ingest_file(home, delivery("2021-01-01", *before))
    assert ingest_file(home, delivery("2022-01-01", *now)).rows_accepted == len(now)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ((40, 50), (400, 500)),
        ((100, 200, 300, 400, 500), (1000, 2000, 3000, 400, 500)),
    ],
    ids=["two of two", "three of five"],
)
def test_shifts_of_scale_are_stopped(
    home: Path, delivery: Delivery, before: tuple[int, ...], now: tuple[int, ...]
) -> None:
    ingest_file(home, delivery("2021-01-01", *before))
    assert "the figures are about" in refusal(home, delivery("2022-01-01", *now))


def test_the_example_goes_the_way_of_the_shift(home: Path, delivery: Delivery) -> None:
    ingest_file(home, delivery("2021-01-01", 90_000, 10, 20, 30, 40))
    told = refusal(home, delivery("2022-01-01", 9, 1000, 2000, 3000, 4000))
    assert "about 100 times as large" in told and "GB, 2005: 40 then, 4000 now." in told


def test_a_sign_for_a_range_has_no_scale(home: Path, delivery: Delivery) -> None:
    profile = home / "profiles" / "uk_nrm.toml"
    profile.write_text(
        OWN + '[value.signs]\n"<5" = { value = 2, lower = 0, upper = 4, obs_status = "E" }\n', encoding="utf-8"
    )
    ingest_file(home, delivery("2021-01-01", "<5", "<5", "<5", "<5", "<5", 30, 40))
    assert ingest_file(home, delivery("2021-06-01", 20, 30, 40, 50, 60, 30, 40)).rows_accepted == 7
    ingest_file(home, delivery("2021-07-01", "<5", "<5", "<5", "<5", "<5", 30, 40))
    assert "about 1000 times as large" in refusal(
        home, delivery("2022-01-01", "<5", "<5", "<5", "<5", "<5", 30_000, 40_000)
    )


def test_a_confirmed_break_is_loaded_and_remarked(home: Path, delivery: Delivery) -> None:
    ingest_file(home, delivery("2021-01-01", 1, 2, 3, 4, 5))
    path = delivery("2022-01-01", 1000, 2000, 3000, 4000, 5000)
    taken = ingest_file(home, path, may_break=True)
    assert taken.verdict == "accepted with remarks"
    assert "about 1000 times as large" in taken.notes[-1]


def test_an_older_file_that_comes_late_is_held_against_what_was_known_then(home: Path, delivery: Delivery) -> None:
    ingest_file(home, delivery("2022-01-01", 1000, 2000, 3000))
    assert ingest_file(home, delivery("2021-01-01", 1, 2, 3)).rows_accepted == 3


def test_a_dry_run_sees_the_break_as_well(home: Path, delivery: Delivery) -> None:
    ingest_file(home, delivery("2021-01-01", 1, 2, 3, 4, 5))
    with pytest.raises(FileRejected, match="another unit or scale"):
        ingest_file(home, delivery("2022-01-01", 1000, 2000, 3000, 4000, 5000), dry_run=True)


def test_a_population_in_thousands_is_stopped(home: Path, tmp_path: Path) -> None:
    ingest_file(home, SAMPLES["population_2023-02-15.xlsx"], received_on=date(2023, 3, 1))
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("UPDATE core.population SET persons = persons / 1000")
    told = refusal(home, SAMPLES["population_2023-11-15.xlsx"])
    assert "Population (persons): the figures are about 960 times as large" in told  # the census took 6 in 100 away


def test_the_command_line_stops_with_3_and_takes_the_confirmation(
    tip_trends: Callable[..., Any], home: Path, delivery: Delivery
) -> None:
    ingest_file(home, delivery("2021-01-01", 1, 2, 3, 4, 5))
    path = delivery("2022-01-01", 1000, 2000, 3000, 4000, 5000)
    stopped = tip_trends("--home", home, "ingest", path)
    assert stopped.code == 3 and "Referrals (persons): the figures are about 1000 times" in stopped.err
    confirmed = tip_trends("--home", home, "ingest", path, "--may-break")
    assert confirmed.code == 0
