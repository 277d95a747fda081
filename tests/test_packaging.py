"""The wheel: built without a network from what git tracks, complete, and usable from any folder."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from email.parser import Parser
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from flows.home import LANGUAGES

PROJECT = Path(__file__).resolve().parents[1]
DECLARED = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = tuple(DECLARED["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
RUNTIME = ("fastapi", "sqlalchemy", "tzdata")
"""Declared for the sake of others: limits that Prefect needs, data that Windows lacks."""


def tracked() -> tuple[str, ...]:
    """Files that git tracks or would track, as paths from the top."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("this is not a checkout")
    return tuple(sorted(name for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in tracked():
        (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, folder / "source" / name)
    subprocess.run(
        [
            sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps",
            "--no-build-isolation", "--no-cache-dir", "--wheel-dir", folder, ".",
        ],
        cwd=folder / "source", check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> frozenset[str]:
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.fixture(scope="module")
def unpacked(wheel: Path) -> Path:
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_every_tracked_file_of_the_packages_is_in_the_wheel(names: frozenset[str]) -> None:
    ours = {name for name in tracked() if name.split("/")[0] in PACKAGES}
    assert len(ours) > 100
    assert ours - names == set()


def test_nothing_else_is_in_the_wheel(names: frozenset[str]) -> None:
    ours = {name for name in tracked() if name.split("/")[0] in PACKAGES}
    rest = {name for name in names - ours if ".dist-info/" not in name}
    assert {name for name in rest if not name.endswith(".mo")} == set()


@pytest.mark.parametrize(
    ("kind", "pattern", "least"),
    [
        ("templates", r"reports/templates/.+\.html\.j2", 2),
        ("style", r"reports/templates/.+\.css", 1),
        ("script of the archive", r"reports/templates/.+\.js", 1),
        ("feed of the archive", r"reports/templates/.+\.xml\.j2", 1),
        ("schema of the manifest", r"reports/edition\.schema\.json", 1),
        ("source profiles", r"transforms/sources/profiles/.+\.toml", 7),
        ("country profiles", r"transforms/countries/(TM|XX|world)\.toml", 3),
        ("sample lists", r"sample_data/files/case_register_.+\.csv", 40),
        ("sample workbooks", r"sample_data/files/.+\.xlsx", 10),
        ("what the sample must give", r"sample_data/truth\.json", 1),
        ("licence", r".+\.dist-info/licenses/LICENSE", 1),
    ],
)
def test_the_wheel_holds_what_is_not_code(names: frozenset[str], kind: str, pattern: str, least: int) -> None:
    assert (kind, sum(1 for name in names if re.fullmatch(pattern, name)) >= least) == (kind, True)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_wheel_holds_the_catalogue_of_a_language(names: frozenset[str], language: str) -> None:
    folder = f"reports/locales/{language}/LC_MESSAGES/messages"
    assert {f"{folder}.po", f"{folder}.mo"} & names


def test_the_wheel_says_what_it_is_and_what_it_needs(unpacked: Path) -> None:
    (info,) = unpacked.glob("*.dist-info")
    told = Parser().parsestr((info / "METADATA").read_text(encoding="utf-8"))
    assert (told["Name"], told["Version"]) == (DECLARED["project"]["name"], DECLARED["project"]["version"])
    assert told["Requires-Python"] == ">=3.11" and told["License-Expression"] == "Apache-2.0"
    needed = [line for line in told.get_all("Requires-Dist") or [] if "extra ==" not in line]
    assert len(needed) == len(DECLARED["project"]["dependencies"])
    assert "tip-trends = flows.cli:main" in (info / "entry_points.txt").read_text(encoding="utf-8")


@cache
def libraries_imported() -> dict[str, str]:
    """Top-level name of every library that the packages import -> a module that does."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules = [node.module]
                for module in modules:
                    found.setdefault(module.split(".")[0], path.relative_to(PROJECT).as_posix())
    return {name: where for name, where in found.items() if name not in (*PACKAGES, *sys.stdlib_module_names)}


def declared_libraries() -> set[str]:
    lines = DECLARED["project"]["dependencies"]
    return {re.split(r"[<>=!~\[; ]", line)[0].lower().replace("_", "-") for line in lines}


@cache
def providers() -> dict[str, list[str]]:
    return dict(packages_distributions())


def distributions_of(name: str) -> set[str]:
    return {found.lower().replace("_", "-") for found in providers().get(name, [name])}


def test_every_library_that_is_imported_is_declared() -> None:
    imported = libraries_imported()
    assert {"duckdb", "polars", "prefect"} <= imported.keys()
    strays = {name: where for name, where in imported.items() if not distributions_of(name) & declared_libraries()}
    assert strays == {}


def test_every_library_that_is_declared_is_needed() -> None:
    used = set().union(*(distributions_of(name) for name in libraries_imported()))
    assert declared_libraries() - used - set(RUNTIME) == set()


def test_every_library_that_is_declared_is_locked() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    assert declared_libraries() - locked == set()
    assert "--hash=sha256:" in lock and "://" not in lock


ELSEWHERE = """
    import json, sys
    from contextlib import redirect_stderr, redirect_stdout
    from importlib.metadata import distribution
    from io import StringIO
    from pathlib import Path

    (entry,) = distribution("tip-trends").entry_points.select(group="console_scripts", name="tip-trends")
    main = entry.load()
    import flows.cli, reports, sample_data, transforms

    told = {
        "files": [module.__file__ for module in (flows.cli, reports, sample_data, transforms)],
        "is_entry": main is flows.cli.main,
        "ran": [],
    }
    for line in json.loads(sys.argv[1]):
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = flows.cli.run([word.replace("SAMPLE", str(sample_data.path())) for word in line])
        told["ran"].append([line[0], code, out.getvalue(), err.getvalue()])
    print(json.dumps(told))
    """
LINES = [
    ["sources"],
    ["sources", "crime_justice"],
    ["indicators"],
    ["init", "--country", "XX"],
    ["ingest", "SAMPLE/stringency_SYNTHETIC_XX_2023-03-01.csv", "SAMPLE/crime_justice_2016.xlsx"],
    ["indicators", "persons_convicted", "--by", "year,sex", "--format", "csv"],
    ["publish", "annual-2016", "--lang", "en,ru,tk", "--audience", "public"],
    ["doctor"],
]


@pytest.fixture(scope="module")
def told(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the unpacked wheel says to command lines in a folder of its own."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ELSEWHERE), json.dumps(LINES)],
        cwd=elsewhere, env={**os.environ, "PYTHONPATH": str(unpacked), "TIP_TRENDS_HOME": str(elsewhere / "home")},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_unpacked_wheel_is_what_runs_and_its_command_is_the_entry_point(
    told: dict[str, Any], unpacked: Path
) -> None:
    assert [name for name in told["files"] if not Path(name).is_relative_to(unpacked)] == []
    assert told["is_entry"]


@pytest.mark.parametrize("number", range(len(LINES)), ids=lambda number: " ".join(LINES[number][:2]))
def test_a_command_of_the_unpacked_wheel_runs_elsewhere(told: dict[str, Any], number: int) -> None:
    name, code, out, err = told["ran"][number]
    assert (name, code) == (LINES[number][0], 0), err
    assert out.strip() and "Traceback" not in out + err


def test_the_unpacked_wheel_knows_sources_and_indicators(told: dict[str, Any]) -> None:
    sources, _, indicators, *_ = (ran[2] for ran in told["ran"])
    assert all(f"\n{name} " in sources for name in ("case_register", "ctdc_kanon", "unodc_tip", "crime_justice"))
    assert all(f"\n{name} " in indicators for name in ("victims_registered", "persons_convicted", "stringency"))


def test_the_unpacked_wheel_publishes_in_every_language(told: dict[str, Any]) -> None:
    folder = Path(told["ran"][6][2].strip())
    pages = {language: (folder / f"report.{language}.html").read_text(encoding="utf-8") for language in LANGUAGES}
    assert len({page[:20_000] for page in pages.values()}) == len(LANGUAGES)
    assert all(f'lang="{language}"' in page and "<style" in page for language, page in pages.items())


def test_two_builds_give_the_same_wheel(wheel: Path) -> None:
    again = wheel.parent / "again"
    again.mkdir()
    script = f"from hatchling.build import build_wheel; build_wheel({str(again)!r})"
    subprocess.run(
        [sys.executable, "-c", script], cwd=wheel.parent / "source", check=True, capture_output=True, timeout=60
    )
    assert (again / wheel.name).read_bytes() == wheel.read_bytes()
