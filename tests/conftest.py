"""Fixtures that every folder of tests shares, and which files of tests run in one process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[1]
TOGETHER = {
    "editions whose pages are drawn once": (
        "tests/browser/test_page.py",
        "tests/reports/test_answers.py",
        "tests/reports/test_covid_section.py",
        "tests/reports/test_golden.py",
        "tests/reports/test_manifest.py",
        "tests/reports/test_render.py",
    ),
    "UNODC's workbook, which is taken in once": (
        "tests/flows/test_estimate_published.py",
        "tests/flows/test_reconciliation.py",
        "tests/flows/test_unodc.py",
    ),
}
"""What several files of tests make once if one process runs them. Of every other file its tests stay together."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make mutations` and `make attacks` ask for all of them, which takes longer than `make test` may."""
    parser.addoption("--mutations", type=int, default=100, help="mutated files per family of forms (all: 2000)")
    parser.addoption("--editions", type=int, default=30, help="random editions that are attacked (all: 1000)")
    parser.addoption("--bundle", type=Path, help="a bundle to install from where there is no network (make bundle)")
    parser.addoption("--kills", type=int, default=8, help="moments at which a run is killed (all: 200)")
    parser.addoption("--soak-months", type=int, default=1, help="simulated months in one home (all: 24)")
    parser.addoption("--thorough", action="store_true", help="also tests of minutes that repeat others on more data")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `thorough` or `bundle`, unless it is asked for."""
    asked = {name for name in ("thorough", "bundle") if config.getoption(name)}
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in {"thorough", "bundle"} - asked)]
    if left_out:
        items[:] = [item for item in items if item not in set(left_out)]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`, files of `TOGETHER` as one. Marks of `xdist_group` do nothing from pytest 9.2 on."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    missing = [path for paths in TOGETHER.values() for path in paths if not (PROJECT / path).is_file()]
    if missing:
        raise pytest.UsageError(f"tests/conftest.py names files that are not there: {', '.join(missing)}")
    names = {path: name for name, paths in TOGETHER.items() for path in paths}

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = str(super()._split_scope(nodeid))
            return names.get(path, path)

    return ByFile(config, log)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the real files other people published; CI always has it, a lone clone may not."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("CI must have the shared data beside the checkout")
        pytest.skip("the shared data are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def shared_fixtures(shared_data: Path) -> Path:
    """Folder with reference numbers of the methods."""
    return shared_data.parent / "fixtures"
