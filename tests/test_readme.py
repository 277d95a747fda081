"""The README against the product: its command lines, its links, its tables."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.cli import WRONG_ARGUMENTS, app, run
from flows.commands.intake import REJECTED
from flows.home import LANGUAGES, Home
from transforms import errors
from transforms.contracts import warehouse_ddl
from transforms.tables import (
    CORE_TABLES,
    COUNTS,
    EDITIONS,
    ENTRIES,
    PUBLICATIONS,
    QUARANTINE,
    VINTAGE_STREAMS,
    VINTAGES,
)

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
COMMANDS = tuple(name for name in app if not name.startswith("-"))
CALL = re.compile(r"(?:^|[\s`])(?:tip-trends|\S*python\S* -m flows\.cli)(?= |`|$)")
OURS = ("flows", "transforms", "reports", "sample_data", "tests")
CHEAP = ("init", "ingest", "sources", "template", "status", "indicators", "doctor")


def command_lines() -> Iterator[str]:
    """Every call of tip-trends: lines of code blocks and texts in backticks, without comments."""
    fence = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
    texts = [line for block in fence.findall(README) for line in block.splitlines()]
    texts += re.findall(r"`([^`\n]+)`", fence.sub("", README))
    for text in texts:
        line = text.partition("  #")[0].strip().removesuffix("&").strip()
        if CALL.match(line):
            yield "tip-trends" + line[CALL.match(line).end() :]  # type: ignore[union-attr]


LINES = tuple(dict.fromkeys(command_lines()))


def parsed(line: str) -> tuple[str, dict[str, Any]]:
    """(command, arguments) of a command line; raises what Cyclopts raises when it does not parse."""
    _, outer, *_ = app.meta.parse_args(shlex.split(line)[1:], exit_on_error=False, print_error=False)
    command, bound, *_ = app.parse_args(outer.args, exit_on_error=False, print_error=False)
    named = next((word for word in outer.args if word in COMMANDS), command.__name__)
    return named, dict(bound.arguments)


def test_the_readme_shows_command_lines() -> None:
    assert len(LINES) > 8


@pytest.mark.parametrize("line", LINES)
def test_a_command_line_of_the_readme_parses(line: str) -> None:
    words = shlex.split(line)
    assert parsed(line)[0] in (*COMMANDS, "help_print")
    assert words[1:] == [] or any(word in COMMANDS for word in words[1:])


@cache
def named_commands() -> frozenset[str]:
    return frozenset(parsed(line)[0] for line in LINES)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert command in named_commands()


def test_the_cheap_command_lines_of_the_readme_run_one_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in OURS:
        (tmp_path / name).symlink_to(PROJECT / name)
    monkeypatch.chdir(tmp_path)  # some of them write files
    monkeypatch.setenv("TIP_TRENDS_HOME", str(tmp_path / "server"))  # of the lines that name no home
    lines = [line for line in LINES if parsed(line)[0] in CHEAP and "NAME" not in line]
    lines.sort(key=lambda line: CHEAP.index(parsed(line)[0]))
    assert {parsed(line)[0] for line in lines} == set(CHEAP)
    for line in lines:
        if parsed(line)[0] == "status":  # by now the home stands; it needs a list of cases
            assert run(["--home", ".home", "ingest", "sample_data/files/case_register_MIA_2020-01-12.csv"]) == 0
        assert (line, run(shlex.split(line)[1:])) == (line, 0), capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} - set(OURS) == {
        ".home",
        ".tour",
        "case_register.xlsx",
        "answers",
    }


def test_every_target_of_make_in_the_readme_exists() -> None:
    made = set(re.findall(r"^([\w-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named - made == set()


LINKS = tuple(dict.fromkeys(re.findall(r"\]\(([^)\s]+)\)", README)))
PATHS = tuple(
    dict.fromkeys(
        text
        for text in re.findall(r"`([\w./-]+)`", README)
        if (text.split("/")[0] in OURS and "/" in text) or re.fullmatch(r"[\w-]+\.(toml|yaml|md|lock)", text)
    )
)


@pytest.mark.parametrize("link", [link for link in LINKS if "://" not in link])
def test_a_link_of_the_readme_leads_to_a_file(link: str) -> None:
    assert (PROJECT / link.partition("#")[0]).exists()


@pytest.mark.parametrize("path", [path for path in PATHS if path != Home(folder=Path()).settings_file.name])
def test_a_path_that_the_readme_names_exists(path: str) -> None:
    assert (PROJECT / path).exists()


def test_the_folders_of_a_home_are_those_that_the_readme_names(tmp_path: Path) -> None:
    listed = README.partition("### A home")[2].partition("###")[0]
    for name in ("inbox", "warehouse", "drafts", "editions", "ledger", "settings_file"):
        path: Path = getattr(Home(folder=tmp_path), name)
        assert f"`{path.name}" in listed


def documented_codes() -> dict[int, str]:
    said = " ".join(README.partition("## Exit codes")[2].partition("## ")[0].split())
    return {int(code): meaning for code, meaning in re.findall(r"(\d) ([^·]+)", said)}


def test_the_exit_codes_of_the_readme_are_those_of_the_errors() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert {kind.exit_code for kind in kinds} | {0, WRONG_ARGUMENTS} == documented_codes().keys()


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (errors.WrongArguments, "arguments"),
        (errors.FileRejected, "rejected"),
        (errors.ReleaseRefused, "release"),
        (errors.WarehouseInUse, "in use"),
        (errors.TipTrendsError, "anything else"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_exit_code_means_what_the_readme_says(kind: type[errors.TipTrendsError], says: str) -> None:
    assert says in documented_codes()[kind.exit_code]


def test_one_number_per_kind_of_failure_in_all_of_the_product() -> None:
    assert errors.FileRejected.exit_code == errors.IdentifierFound.exit_code == REJECTED == 3
    assert errors.WrongArguments.exit_code == errors.ProfileInvalid.exit_code == WRONG_ARGUMENTS == 2
    assert (errors.ReleaseRefused.exit_code, errors.WarehouseInUse.exit_code) == (4, 5)


def test_the_layers_of_the_warehouse_are_those_of_the_readme() -> None:
    listed = README.partition("### The warehouse")[2].partition("###")[0]
    made = {statement.split()[-1] for statement in warehouse_ddl() if statement.startswith("CREATE SCHEMA")}
    assert {"raw", "core"} <= made
    assert [name for name in made if f"`{name}`" not in listed] == []
    tables = (*CORE_TABLES, VINTAGES, VINTAGE_STREAMS, QUARANTINE)
    assert [table.name for table in tables if f"`{table.name.split('.')[1]}`" not in listed] == []
    assert {COUNTS.name, EDITIONS.name} == {"mart.counts", "pub.editions"}
    assert [table.name for table in (ENTRIES, PUBLICATIONS) if f"`{table.name.split('.')[1]}`" not in listed] == []


def test_the_marks_of_the_readme_are_those_of_the_reports() -> None:
    from reports import words

    shown = set(re.findall(r"^\| (\[\w\]) \|", README, re.MULTILINE))
    source = Path(words.__file__).read_text(encoding="utf-8")
    assert len(shown) == 4
    assert [mark for mark in shown if mark not in source] == []


def test_every_language_has_a_place_in_the_readme_or_its_catalogue() -> None:
    catalogues = {path.name for path in (PROJECT / "reports" / "locales").iterdir() if (path / "LC_MESSAGES").is_dir()}
    assert set(LANGUAGES) - {"en"} == catalogues
