"""Fixtures that every folder of tests shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make mutations` asks for all of them, which takes longer than `make test` may."""
    parser.addoption("--mutations", type=int, default=100, help="mutated files per family of forms (all: 2000)")


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
