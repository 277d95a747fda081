"""What looks after a home stands back where a newer run does it, and says how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed

from flows.home import Home
from flows.running.nightly import looked_after
from flows.running.run_log import last_runs
from transforms.errors import NoData


def test_a_missed_run_does_nothing_and_is_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    skipped: State[None] = Cancelled(name="Skipped", message="A newer run does it.")
    monkeypatch.setattr("flows.running.nightly.stand_back", lambda: skipped)

    def work(_: Home) -> State[None]:
        raise AssertionError("it should have stood back")

    assert looked_after(tmp_path, "backup", work) is skipped
    assert last_runs(Home(folder=tmp_path), 5) == ()


def test_a_run_works_on_its_home_and_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.running.nightly.stand_back", lambda: None)
    done = looked_after(tmp_path, "backup", lambda home: Completed(message=str(home.folder)))
    assert (done.name, done.message) == ("Completed", str(tmp_path))

    def refused(_: Home) -> State[None]:
        raise NoData("There is nothing yet.")

    assert looked_after(tmp_path, "notices", refused).is_failed()
    assert [(one.what, one.outcome) for one in last_runs(Home(folder=tmp_path), 5)] == [
        ("notices", "failed"),
        ("backup", "done"),
    ]
