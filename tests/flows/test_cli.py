"""The command line: exit codes, what goes to which stream, and every wrong word answered in plain words."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest

import sample_data
from flows.cli import app
from flows.home import LANGUAGES, Home, Settings, write_settings
from flows.warehouse import open_warehouse, warehouse_path
from transforms.errors import ReleaseRefused
from transforms.indicators.registry import INDICATORS

COMMANDS = tuple(name for name in app if not name.startswith("-"))
GROUPS = ("estimate", "release")
PARTS = tuple(f"{group} {name}" for group in GROUPS for name in app[group] if not name.startswith("-"))
"""Commands of a command, each with help and example of its own."""
WITH_EXAMPLE = (*(name for name in COMMANDS if name not in GROUPS), *PARTS)
SAMPLE = sample_data.path()
FLAWED = SAMPLE / "case_register_NGO_2023-07-20.csv"
INDEX = SAMPLE / "stringency_SYNTHETIC_XX_2023-03-01.csv"
TipTrends = Callable[..., Any]


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    """A copy of the small home that a test may change."""
    return Path(shutil.copytree(small_home, tmp_path / "home"))


@pytest.fixture(scope="module")
def world_home(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    """A home of the world with a small CTDC list; what is published in it stays."""
    from flows.intake.ingest import ingest_file

    folder = tmp_path_factory.mktemp("world")
    home = folder / "home"
    write_settings(Home(folder=home).create(), Settings(self_approval=True))
    ingest_file(home, world_list(folder / "list_SYNTHETIC_2017-03-31.csv", (2014, 2015, 2016)))
    return home


def example_of(command: str) -> str:
    """The command line that the documentation of a command ends with."""
    found = app
    for name in command.split():
        found = found[name]
    documentation = " ".join((found.default_command.__doc__ or "").split())
    return documentation.partition("Example: ")[2]


def parsed(line: str) -> tuple[str, dict[str, Any]]:
    """(command, arguments) of a command line; raises what Cyclopts raises when it does not parse."""
    words = shlex.split(line)
    assert words[0] == "tip-trends"
    _, outer, *_ = app.meta.parse_args(words[1:], exit_on_error=False, print_error=False)
    command, bound, *_ = app.parse_args(outer.args, exit_on_error=False, print_error=False)
    return command.__name__, dict(bound.arguments)


@pytest.mark.parametrize("command", WITH_EXAMPLE)
def test_the_help_of_a_command_says_what_it_does_and_gives_an_example(tip_trends: TipTrends, command: str) -> None:
    ran = tip_trends(*command.split(), "--help")
    assert (ran.code, ran.err) == (0, "")
    told = " ".join(ran.out.split())
    assert told.startswith(f"Usage: tip-trends {command}")
    assert example_of(command).startswith("tip-trends ")
    assert f"Example: {example_of(command)}" in told


@pytest.mark.parametrize("command", WITH_EXAMPLE)
def test_the_example_of_a_command_is_a_command_line_of_it(command: str) -> None:
    assert parsed(example_of(command))[0].rstrip("_") == command.split()[-1].replace("-", "_")


def test_without_a_command_all_commands_are_listed(tip_trends: TipTrends) -> None:
    ran = tip_trends()
    assert (ran.code, ran.err) == (0, "")
    assert [command for command in COMMANDS if f"│ {command} " not in ran.out] == []


def test_the_version_is_that_of_the_package(tip_trends: TipTrends) -> None:
    from importlib.metadata import version

    assert tip_trends("--version").out.strip() == version("tip-trends")


WRONG = {
    "a command that does not exist": ("publsh annual-2021", "publsh"),
    "an option that does not exist": ("status --everything", "--everything"),
    "a missing argument": ("publish", "EDITION"),
    "no file at all": ("ingest", "FILE"),
    "a word too many": ("status now", "now"),
    "a format": ("indicators --format xml", "xml"),
    "a year of two figures": ("publish annual-21", "annual-21"),
    "a kind of edition": ("publish yearly-2021", "yearly-2021"),
    "a quarter that is none": ("publish quarterly-2021-Q5", "quarterly-2021-Q5"),
    "a month that is none": ("publish monthly-2021-13", "monthly-2021-13"),
    "a quarter in an annual edition": ("publish annual-2021-Q1", "annual-2021-Q1"),
    "a path as an edition": ("publish ../annual-2021", "../annual-2021"),
    "an edition to run": ("run annual-21", "annual-21"),
    "an audience": ("publish annual-2021 --audience press", "press"),
    "one audience of two": ("publish annual-2021 --audience public,press", "press"),
    "a language": ("publish annual-2021 --lang de", "de"),
    "one language of two": ("publish annual-2021 --lang en,de", "de"),
    "no language": ("publish annual-2021 --lang ,", ","),
    "a language of a run": ("run annual-2021 --lang de", "de"),
    "a day that is none": ("publish annual-2021 --as-of 2021-02-30", "2021-02-30"),
    "a day of an indicator": ("indicators victims_registered --as-of yesterday", "yesterday"),
    "a scope": ("status --scope Turkmenistan", "Turkmenistan"),
    "a scope before the command": ("--scope T1 status", "T1"),
    "a country without a profile": ("publish annual-2021 --scope QQ", "QQ"),
    "a country to begin with": ("init --country QQ", "QQ"),
    "an indicator": ("indicators victims_registerd", "victims_registerd"),
    "a breakdown": ("indicators victims_registered --by year,colour", "colour"),
    "a breakdown twice": ("indicators victims_registered --by sex,sex", "sex"),
    "years that are none": ("indicators victims_registered --years 19,20", "19,20"),
    "a source": ("sources nonsense", "nonsense"),
    "a source of a file": (f"ingest --dry-run {INDEX} --source nonsense", "nonsense"),
    "a source of a known file": (f"ingest {INDEX} --source nonsense", "nonsense"),
}


@pytest.mark.parametrize(("line", "named"), WRONG.values(), ids=WRONG)
def test_wrong_arguments_end_with_2_and_are_named(
    tip_trends: TipTrends, small_home: Path, line: str, named: str
) -> None:
    ran = tip_trends("--home", small_home, *shlex.split(line))
    assert (ran.code, ran.out) == (2, "")
    assert named in ran.err


ADVISED = {
    "edition": ("publish annual-21", "annual-2023"),
    "audience": ("publish annual-2021 --audience press", "working-group"),
    "language": ("publish annual-2021 --lang de", "ru"),
    "scope": ("status --scope Turkmenistan", "--scope TM"),
    "country": ("init --country QQ", "TM"),
    "indicator": ("indicators victims_registerd", "victims_registered"),
    "breakdown": ("indicators victims_registered --by sexx", "sex"),
    "source": ("sources case_registr", "case_register"),
    "years": ("indicators victims_registered --years x", "2019,2020"),
}


@pytest.mark.parametrize(("line", "right"), ADVISED.values(), ids=ADVISED)
def test_what_is_wrong_is_answered_with_what_would_be_right(
    tip_trends: TipTrends, small_home: Path, line: str, right: str
) -> None:
    ran = tip_trends("--home", small_home, *line.split())
    assert right in ran.err.partition("\n")[2] or right in ran.err.rsplit(":", 1)[-1]


@pytest.mark.parametrize(
    "line",
    [
        "indicators nonsense",
        "indicators victims_registered --by colour",
        "indicators victims_registered --by sex,sex",
        "publish annual-2021 --scope QQ",
    ],
)
def test_wrong_arguments_are_wrong_in_an_empty_home_too(tip_trends: TipTrends, tmp_path: Path, line: str) -> None:
    ran = tip_trends("--home", tmp_path, *line.split())
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize("line", ["run annual-2021 --scope QQ", "run annual-2021 --inbox nowhere"])
def test_wrong_arguments_of_a_run_are_refused_before_prefect_starts(
    tip_trends: TipTrends, small_home: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    started: list[Path] = []

    def start(home: Path) -> None:
        started.append(home)
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.running.prefect_setup.prepare", start)
    ran = tip_trends("--home", small_home, *line.split())
    assert (ran.code, started) == (3 if "nowhere" in line else 2, [])


@pytest.mark.parametrize(
    "line", ["status", "indicators victims_registered", "publish annual-2021", "publish annual-2021 --audience public"]
)
def test_a_home_without_data_is_said_to_be_empty(tip_trends: TipTrends, tmp_path: Path, line: str) -> None:
    ran = tip_trends("--home", tmp_path / "none", *line.split())
    assert (ran.code, ran.out) == (1, "")
    assert "no data" in ran.err and "ingest" in ran.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "line",
    [
        "publish annual-2035",
        "publish annual-2021 --as-of 1999-12-31",
        "indicators victims_registered --scope TM",
        "indicators victims_registered --as-of 1999-12-31 --scope XX",
    ],
)
def test_what_was_never_delivered_cannot_be_shown(tip_trends: TipTrends, home: Path, line: str) -> None:
    ran = tip_trends("--home", home, *line.split())
    assert (ran.code, ran.out) == (1, "")
    assert "holds nothing" in ran.err
    assert not list((home / "editions").iterdir())


def by_year_and_sex(tip_trends: TipTrends, home: Path, how: str) -> Any:
    ran = tip_trends("--home", home, "indicators", "victims_registered", "--by", "year,sex", "--format", how)
    assert ran.code == 0
    return ran


def test_indicators_as_csv_have_the_columns_asked_for_and_the_value(tip_trends: TipTrends, small_home: Path) -> None:
    ran = by_year_and_sex(tip_trends, small_home, "csv")
    rows = list(csv.reader(io.StringIO(ran.out)))
    assert rows[0] == ["year", "sex", "value"]
    assert {row[1] for row in rows[1:]} >= {"female", "male"}
    assert all(row[0].isdigit() and row[2].isdigit() for row in rows[1:])
    assert "\r" not in ran.out


def test_the_three_formats_tell_the_same_rows(tip_trends: TipTrends, small_home: Path) -> None:
    as_csv, as_json, as_table = (by_year_and_sex(tip_trends, small_home, how).out for how in ("csv", "json", "table"))
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    assert len(rows) > 16
    assert [{key: str(value) for key, value in row.items()} for row in json.loads(as_json)] == rows
    assert [line.split() for line in as_table.splitlines()] == [["year", "sex", "value"]] + [
        list(row.values()) for row in rows
    ]


def test_sexes_add_up_to_the_year(tip_trends: TipTrends, small_home: Path) -> None:
    parts = json.loads(by_year_and_sex(tip_trends, small_home, "json").out)
    whole = json.loads(tip_trends("--home", small_home, "indicators", "victims_registered", "--format", "json").out)
    assert {row["year"] for row in whole} == set(range(2016, 2024))
    for row in whole:
        assert sum(part["value"] for part in parts if part["year"] == row["year"]) == row["value"]


@pytest.mark.parametrize("by", ["quarter", "month", "year,form", "body,year"])
def test_columns_stand_in_the_order_in_which_they_were_asked_for(
    tip_trends: TipTrends, small_home: Path, by: str
) -> None:
    ran = tip_trends("--home", small_home, "indicators", "victims_registered", "--by", by, "--format", "csv")
    assert ran.out.splitlines()[0] == f"{by},value"


def test_the_internal_view_says_so_and_says_it_beside_the_table(tip_trends: TipTrends, small_home: Path) -> None:
    ran = by_year_and_sex(tip_trends, small_home, "table")
    assert "internal, unprotected" in ran.err.lower()
    assert "internal" not in ran.out.lower()


def test_years_narrow_an_indicator(tip_trends: TipTrends, small_home: Path) -> None:
    ran = tip_trends(
        "--home", small_home, "indicators", "victims_registered", "--years", "2019,2021", "--format", "csv"
    )
    assert [line.split(",")[0] for line in ran.out.splitlines()] == ["year", "2019", "2021"]


def test_an_old_as_of_knows_fewer_persons(tip_trends: TipTrends, small_home: Path) -> None:
    line = ("--home", small_home, "indicators", "victims_identified", "--years", "2019", "--format", "json")
    now, then = (json.loads(tip_trends(*line, *more).out) for more in ((), ("--as-of", "2020-01-31")))
    assert 0 < then[0]["value"] < now[0]["value"]


def test_another_scope_that_answers_is_named_on_standard_error(tip_trends: TipTrends, world_home: Path) -> None:
    before = (world_home / "home.toml").read_bytes()
    (world_home / "home.toml").write_text('country = "TM"\n', encoding="utf-8")
    try:
        ran = tip_trends("--home", world_home, "indicators", "victims_registered", "--format", "csv")
        asked = tip_trends("--home", world_home, "--scope", "TM", "indicators", "victims_registered")
    finally:
        (world_home / "home.toml").write_bytes(before)
    assert (ran.code, ran.out) == (0, "year,value\n2014,30\n2015,30\n2016,30\n")
    assert "scope world" in ran.err
    assert (asked.code, asked.out) == (1, "")


@pytest.mark.parametrize("how", ["table", "csv", "json"])
def test_every_indicator_is_listed_in_every_format(tip_trends: TipTrends, tmp_path: Path, how: str) -> None:
    ran = tip_trends("--home", tmp_path, "indicators", "--format", how)
    assert (ran.code, ran.err) == (0, "")
    assert [one.key for one in INDICATORS if one.key not in ran.out] == []
    if how == "json":
        assert [row["indicator"] for row in json.loads(ran.out)] == [one.key for one in INDICATORS]


def test_the_home_may_stand_before_or_after_the_command(tip_trends: TipTrends, small_home: Path) -> None:
    before = tip_trends("--home", small_home, "indicators", "stringency")
    after = tip_trends("indicators", "stringency", "--home", small_home)
    joined = tip_trends("indicators", f"--home={small_home}", "stringency")
    assert before.code == 0 and "2020" in before.out
    assert before == after == joined


def test_the_environment_names_the_home_and_the_command_line_another(
    tip_trends: TipTrends, small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIP_TRENDS_HOME", str(small_home))
    assert tip_trends("indicators", "stringency").code == 0
    assert tip_trends("--home", tmp_path / "other", "indicators", "stringency").code == 1


def test_without_a_home_it_lies_where_the_command_runs(
    tip_trends: TipTrends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tip_trends("init", "--country", "XX").code == 0
    assert (tmp_path / "tip-trends-home" / "home.toml").is_file()


@pytest.mark.parametrize(("scope", "code"), [("XX", 0), ("xx", 0), ("world", 1), ("TM", 1)])
def test_the_scope_narrows_whatever_the_home_is_for(
    tip_trends: TipTrends, small_home: Path, scope: str, code: int
) -> None:
    assert tip_trends("--home", small_home, "--scope", scope, "indicators", "victims_identified").code == code


def test_sources_are_listed_and_told_in_words(tip_trends: TipTrends, tmp_path: Path) -> None:
    listed = tip_trends("--home", tmp_path, "sources")
    assert (listed.code, listed.err) == (0, "")
    names = {line.split()[0] for line in listed.out.splitlines()[1:]}
    assert {"case_register", "ctdc_kanon", "unodc_tip", "population", "crime_justice", "stringency"} <= names
    for name in names:
        told = tip_trends("--home", tmp_path, "sources", name)
        assert (told.code, told.err) == (0, "")
        assert told.out.startswith(f"{name}: ") and "Columns of the file" in told.out


def test_the_signs_of_a_source_are_told_with_their_meaning(tip_trends: TipTrends, tmp_path: Path) -> None:
    yearbook = tip_trends("--home", tmp_path, "sources", "crime_justice").out
    assert "`-`: zero." in yearbook and "`…`: not reported." in yearbook and "An empty cell: not reported." in yearbook
    assert "`0,0`: between 0 and 0.5, counted as zero." in yearbook and "`х`: confidential" in yearbook
    assert "`<5`: between 0 and 4, counted as 2." in tip_trends("--home", tmp_path, "sources", "unodc_tip").out


def test_an_accepted_file_is_reported_on_standard_output(tip_trends: TipTrends, tmp_path: Path) -> None:
    ran = tip_trends("--home", tmp_path / "home", "ingest", INDEX)
    assert ran.code == 0
    assert "accepted" in ran.out and "rows read 1155, accepted 1155, quarantined 0" in ran.out
    assert INDEX.name in ran.out and "rejected" not in ran.err


def test_a_partly_accepted_file_is_no_failure_and_every_refused_cell_is_named(
    tip_trends: TipTrends, tmp_path: Path
) -> None:
    ran = tip_trends("--home", tmp_path / "home", "ingest", FLAWED)
    assert ran.code == 0
    assert "partly accepted" in ran.out and "rows read 697, accepted 689, quarantined 8" in ran.out
    told = json.loads(sample_data.truth().read_text("utf-8"))["flawed_file"]["faults"]
    assert [fault for fault in told if str(fault["line"]) not in ran.out] == []
    assert ran.out.count("Expected:") == ran.out.count(" × ")


def test_a_rejected_file_ends_with_3_and_the_others_are_taken(
    tip_trends: TipTrends, tmp_path: Path, rows_of: Callable[..., list[Any]]
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    ran = tip_trends("--home", tmp_path / "home", "ingest", other, INDEX, tmp_path / "nowhere.csv")
    assert ran.code == 3
    assert INDEX.name in ran.out and "other.csv" not in ran.out and "nowhere.csv" not in ran.out
    assert "other.csv: rejected" in ran.err and "nowhere.csv: rejected" in ran.err
    assert rows_of(tmp_path / "home", "SELECT source FROM raw.vintages") == [("stringency",)]


def test_a_dry_run_says_so_and_makes_no_home(tip_trends: TipTrends, tmp_path: Path) -> None:
    ran = tip_trends("ingest", INDEX, "--dry-run", "--home", tmp_path / "home")
    assert ran.code == 0 and "nothing kept" in ran.out
    assert not (tmp_path / "home").exists()


def test_status_tells_deliveries_and_deadlines(tip_trends: TipTrends, small_home: Path) -> None:
    ran = tip_trends("--home", small_home, "status")
    assert (ran.code, ran.err) == (0, "")
    held, awaited = ran.out.split("\n\n")[:2]
    assert {line.split()[0] for line in held.splitlines()[1:]} == {
        "action_plan", "case_register", "crime_justice", "hotline_contacts", "migrant_registrations",
        "migration_flows", "population", "stringency",
    }  # fmt: skip
    assert awaited.splitlines()[0].split()[:2] == ["due", "from"]
    assert any("overdue" in line for line in awaited.splitlines())


def test_a_scope_without_deadlines_is_a_notice_beside_the_table(tip_trends: TipTrends, small_home: Path) -> None:
    ran = tip_trends("--home", small_home, "--scope", "world", "status")
    assert ran.code == 0
    assert "no deadlines" in ran.err and "no deadlines" not in ran.out and "case_register" in ran.out


def test_init_makes_a_home_once_and_never_for_two_countries(tip_trends: TipTrends, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = tip_trends("--home", home, "init", "--country", "tm")
    assert (first.code, first.out.strip()) == (0, str(home / "home.toml"))
    made = (home / "home.toml").read_text(encoding="utf-8")
    assert 'country = "TM"' in made and (home / "inbox").is_dir()
    assert tip_trends("--home", home, "init").code == 0
    other = tip_trends("--home", home, "init", "--country", "XX")
    assert other.code == 2 and "TM" in other.err
    assert (home / "home.toml").read_text(encoding="utf-8") == made


def test_the_demo_keeps_out_of_the_home_of_a_country(tip_trends: TipTrends, tmp_path: Path) -> None:
    tip_trends("--home", tmp_path / "home", "init", "--country", "TM")
    ran = tip_trends("--home", tmp_path / "home", "demo")
    assert (ran.code, ran.out) == (2, "")
    assert "--home" in ran.err


def test_doctor_finds_a_sound_home_well(tip_trends: TipTrends, small_home: Path) -> None:
    ran = tip_trends("--home", small_home, "doctor")
    assert (ran.code, ran.err) == (0, "")
    assert "NOT WELL" not in ran.out and "Python" in ran.out


def test_doctor_says_what_to_do_about_a_warehouse_that_is_none(tip_trends: TipTrends, tmp_path: Path) -> None:
    warehouse_path(tmp_path).write_text("no database", encoding="utf-8")
    ran = tip_trends("--home", tmp_path, "doctor")
    assert ran.code == 1
    assert "NOT WELL" in ran.out and "backup" in ran.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'country = "Turkmenistan"\n', "country"),
        (b"country = \n", "TOML"),
        (b'languages = ["de"]\n', "languages"),
        (b'colour = "blue"\n', "colour"),
        ('# страна\ncountry = "TM"\n'.encode("cp1251"), "UTF-8"),
    ],
    ids=["country", "syntax", "language", "unknown key", "encoding"],
)
def test_a_wrong_home_toml_is_a_wrong_argument_that_is_named(
    tip_trends: TipTrends, tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "home.toml").write_bytes(content)
    ran = tip_trends("--home", tmp_path, "init")
    ran = tip_trends("--home", tmp_path, "status")
    assert (ran.code, ran.out) == (2, "")
    assert "home.toml" in ran.err and says in ran.err


def test_a_home_that_is_a_file_is_a_wrong_argument(tip_trends: TipTrends, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ran = tip_trends("--home", tmp_path / "file", "ingest", INDEX)
    assert (ran.code, ran.out) == (2, "")
    assert "--home" in ran.err


def test_publish_prints_the_folder_and_nothing_else_on_standard_output(tip_trends: TipTrends, world_home: Path) -> None:
    line = ("--home", world_home, "publish", "annual-2016", "--audience", "public", "--lang", "en,ru")
    first, again = tip_trends(*line), tip_trends(*line)
    folder = world_home / "editions" / "world" / "annual-2016" / "public"
    assert (first.code, first.out) == (0, f"{folder}\n") == (again.code, again.out)
    assert "Published" in first.err and "Unchanged" in again.err
    assert {path.name for path in folder.iterdir()} >= {"report.en.html", "report.ru.html", "edition.json"}


def test_a_refused_release_ends_with_4_and_changes_nothing(
    tip_trends: TipTrends,
    world_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    state_of: Callable[[Path], dict[str, object]],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ReleaseRefused("Table t could be worked out.", advice="Publish fewer breakdowns.")

    before = state_of(world_home)
    monkeypatch.setattr("flows.editions.publish.release", refuse)
    ran = tip_trends("--home", world_home, "publish", "annual-2015")
    assert (ran.code, ran.out) == (4, "")
    assert "could be worked out" in ran.err and "fewer breakdowns" in ran.err
    assert state_of(world_home) == before


def _hold(home: Path, line: Connection) -> None:
    with open_warehouse(home):
        line.send("open")
        line.poll(120)


@pytest.fixture
def in_use(home: Path, processes: BaseContext) -> Iterator[Any]:
    """Another process that writes to the warehouse of the home."""
    ours, theirs = processes.Pipe()
    writer = processes.Process(target=_hold, args=(home, theirs))  # type: ignore[attr-defined]
    writer.start()
    assert ours.poll(60) and ours.recv() == "open"
    yield writer
    ours.close()
    writer.join(60)


def test_a_warehouse_in_use_ends_every_command_with_5(tip_trends: TipTrends, home: Path, in_use: Any) -> None:
    for line in (f"ingest {INDEX}", "publish annual-2016", "status", "indicators stringency"):
        ran = tip_trends("--home", home, *line.split())
        assert (line, ran.code, ran.out) == (line, 5, "")
        assert f"process {in_use.pid}" in ran.err and "try again" in ran.err


def test_a_file_that_does_not_exist_is_missing_even_while_another_writes(
    tip_trends: TipTrends, home: Path, in_use: Any
) -> None:
    assert tip_trends("--home", home, "ingest", home / "nowhere.csv").code == 3


PERSON = "Aman Amanow, passport I-AS 123456"


def test_an_unexpected_failure_keeps_the_data_to_itself(
    tip_trends: TipTrends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"cannot convert '{PERSON}'") from RuntimeError(PERSON)

    monkeypatch.setattr("flows.intake.ingest._stage", fail)
    ran = tip_trends("--home", tmp_path, "ingest", INDEX)
    assert (ran.code, ran.out) == (1, "")
    assert "Unexpected failure (ValueError)" in ran.err
    logs = list((tmp_path / "logs").glob("failure-*"))
    assert len(logs) == 1 and str(logs[0]) in ran.err
    kept = [path.read_text(encoding="utf-8") for path in (tmp_path / "logs").iterdir()]
    told = "\n".join((ran.err, *kept))
    assert "Aman" not in told and "123456" not in told and "in _take_in" in told


def test_ctrl_c_ends_with_130_and_a_sentence(
    tip_trends: TipTrends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.intake.ingest._stage", stop)
    ran = tip_trends("--home", tmp_path, "ingest", INDEX)
    assert (ran.code, ran.out) == (130, "")
    assert "Stopped" in ran.err


@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "ascii"])
@pytest.mark.parametrize(
    "line", [f"ingest --dry-run {FLAWED}", "sources crime_justice"], ids=["a report", "a contract in Russian"]
)
def test_a_console_that_lacks_a_letter_gets_the_rest(
    small_home: Path, encoding: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.cli import run

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    code = run(["--home", str(small_home), *shlex.split(line)])
    told = [stream.buffer.getvalue().decode(encoding) for stream in (out, err)]
    assert (code, [text for text in told if "Unexpected" in text]) == (0, [])
    assert "accepted 689" in told[0] or "Columns of the file" in told[0]


def outside(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """The command line as its own process."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    words = [sys.executable, "-m", "flows.cli", *(str(word) for word in arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, **options)


def test_a_pipe_that_closes_early_is_no_failure(small_home: Path) -> None:
    process = outside("--home", small_home, "indicators", "stringency", "--by", "year")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    told = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 0
    assert "Traceback" not in told and "BrokenPipe" not in told and "Exception" not in told


def test_every_language_of_a_home_can_be_asked_for() -> None:
    for language in LANGUAGES:
        assert parsed(f"tip-trends publish annual-2021 --lang {language}")[1]["lang"] == language
