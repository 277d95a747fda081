"""The arrows of the architecture, held against the imports of every module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
FOLDERS = ("flows", "transforms", "reports", "sample_data")
MODULES = sorted(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.py"))

ARROWS = {
    "flows": {"flows", "reports", "transforms", "sample_data"},
    "reports": {"reports", "transforms"},
    "transforms": {"transforms"},
    "sample_data": {"sample_data"},
}
"""Which of our folders a folder may import."""

SEEN_BY_REPORTS = (
    "transforms.disclosure",
    "transforms.errors",
    "transforms.codes",
    "transforms.periods",
    "transforms.acceptance",  # goes back to who sent the file: counts, places and rules, no cell of a case
    "transforms.messages",
    "transforms.status",  # how a home stands: names, days and states
    "transforms.notices",  # what is due from whom and when: no figure
    "transforms.archives",  # parts of a container in, its bytes out: knows nothing of what they hold
)

HOMES = {
    "duckdb": {"flows"},
    "prefect": {"flows"},
    "cyclopts": {"flows"},
    "rich": {"flows"},
    "fastexcel": {"flows"},
    "filelock": {"flows"},
    "cryptography": {"flows"},
    "openpyxl": {"flows", "sample_data", "reports"},  # reports reads back with it what xlsxwriter wrote
    "xlsxwriter": {"reports"},  # writes released tables only; what suppliers sent is read and marked with openpyxl
    "matplotlib": {"reports"},
    "jinja2": {"reports"},
    "polars": {"flows", "transforms"},
    "scipy": {"transforms"},
    "statsmodels": {"transforms"},
}
"""Where a library may be imported; one that is not listed may be imported anywhere."""

PURE = {"subprocess", "socket", "sqlite3", "tempfile", "shutil", "time", "requests", "httpx"}
"""What neither `transforms` nor `reports` may touch."""

LONGEST_MODULE = 350


def imports_of(path: Path) -> set[str]:
    """Dotted names a module imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def place(path: Path) -> str:
    return path.relative_to(PROJECT).parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_imports_only_along_the_arrows(path: Path) -> None:
    ours = {name.split(".")[0] for name in imports_of(path)} & set(FOLDERS)
    assert ours <= ARROWS[place(path)]


@pytest.mark.parametrize("path", [p for p in MODULES if place(p) == "reports"], ids=lambda path: path.name)
def test_reports_see_released_tables_and_words_only(path: Path) -> None:
    seen = {name for name in imports_of(path) if name.startswith("transforms")}
    assert {name for name in seen if not name.startswith(SEEN_BY_REPORTS)} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_library_stays_in_its_home(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports_of(path)}
    strays = {name for name in libraries if name in HOMES and place(path) not in HOMES[name]}
    if place(path) in ("transforms", "reports"):
        strays |= libraries & PURE
    assert strays == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_fits_in_a_readers_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


STOREYS = ("readers", "holdings", "counts", "editions")
"""Folders of `flows`, each of which may use those before it; `intake` stands on `holdings`, beside the others."""

STANDS_ON = {
    **{storey: set(STOREYS[: at + 1]) for at, storey in enumerate(STOREYS)},
    "intake": {"readers", "holdings", "intake"},
    "upkeep": {"holdings", "editions", "upkeep"},
    "notices": {"notices", "holdings", "intake", "readers"},
    "running": {"running", "editions", "holdings", "intake", "notices", "upkeep"},  # it looks after all of them
}


@pytest.mark.parametrize("folder", STANDS_ON)
def test_a_folder_of_flows_uses_only_what_it_stands_on(folder: str) -> None:
    modules = sorted((PROJECT / "flows" / folder).rglob("*.py"))
    used = {name.split(".")[1] for path in modules for name in imports_of(path) if name.startswith("flows.")}
    folders = {path.name for path in (PROJECT / "flows").iterdir() if path.is_dir()}
    assert len(modules) > 3
    assert (used & folders) <= STANDS_ON[folder]


def test_only_the_gate_breaks_the_seal() -> None:
    inside = {"transforms/disclosure"}
    users = {
        str(path.relative_to(PROJECT).parent)
        for path in MODULES
        if any(name.endswith("released._SEAL") for name in imports_of(path))
    }
    assert users <= inside


def test_the_attacker_shares_nothing_with_the_gate_but_words() -> None:
    known = tuple(f"transforms.{name}" for name in ("attacker", "codes", "errors", "messages", "periods"))
    modules = [path for path in MODULES if path.parent == PROJECT / "transforms" / "attacker"]
    seen = {name for path in modules for name in imports_of(path) if name.split(".")[0] in FOLDERS}
    assert len(modules) > 5
    assert {name for name in seen if not name.startswith(known)} == set()
    gate = [path for path in MODULES if path.parent == PROJECT / "transforms" / "disclosure"]
    assert not any(name.startswith("transforms.attacker") for path in gate for name in imports_of(path))


def test_the_top_level_stays_as_it_was_agreed() -> None:
    allowed = {
        *FOLDERS, "tests", "pyproject.toml", "README.md", "Makefile", "requirements.lock", "prefect.yaml", "LICENSE",
    }  # fmt: skip
    found = {path.name for path in PROJECT.iterdir() if not path.name.startswith((".", "build", "dist"))}
    assert {name for name in found if not name.endswith(".egg-info")} <= allowed
