"""Months of deliveries and editions in one home, by a clock handed in; `make soak` lives through two years.

`status` is held against a small model after every act, and what grows has to be explained.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.flows.soak_growth import Measured, measured, refuse_growth, table
from tests.flows.soak_house import live_through, months, new_house


def test_months_of_deliveries_and_editions_leave_status_right_and_growth_explained(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = new_house(tmp_path)
    found: list[Measured] = []
    for year, month in months(request.config.getoption("soak_months")):
        begun = time.perf_counter()
        live_through(house, year, month)
        spent = time.perf_counter() - begun
        backups = tmp_path / "home-backups"
        found.append(measured(house.home, backups, f"{year}-{month:02d}", house.expected.approvals, spent))
        with capsys.disabled():
            if request.config.getoption("soak_months") > 2:
                print("\n" + table(found[-1:]), flush=True)  # noqa: T201  hours may pass: who waits sees each month
        refuse_growth(found, house.expected, house.home.ledger, house.made)
    assert not house.refused
    assert house.compared > 15 * len(found)
