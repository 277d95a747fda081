"""A bundle: what a computer needs of the lock and nothing else, and an installation from it without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.bundle.__main__ import LOCK, target_environment
from flows.bundle.install import main as install
from flows.bundle.locked import Locked, entries, needed

TOOLS = {"pytest", "ruff", "mypy", "selenium", "pandas", "hatchling"}


@pytest.fixture(scope="module")
def locked() -> tuple[Locked, ...]:
    return entries(LOCK.read_text(encoding="utf-8"))


def test_every_package_of_the_lock_is_read_with_its_digests(locked: tuple[Locked, ...]) -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert len(locked) == sum(1 for line in text.splitlines() if line[0] != " ") > 100
    assert sum(len(one.hashes) for one in locked) == text.count("--hash=")


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", ["Linux", "Windows", "Darwin"])
def test_a_computer_gets_each_package_once_and_no_tools(locked: tuple[Locked, ...], system: str, python: str) -> None:
    packages = needed(locked, target_environment(system, python))
    names = [one.name for one in packages]
    assert len(names) == len(set(names)) > 90
    assert {"prefect", "duckdb", "polars", "matplotlib", "jinja2"} < set(names)
    assert not TOOLS & set(names) - {"pandas"}
    assert ("pywin32" in names) == (system == "Windows")
    numpy = next(one for one in packages if one.name == "numpy")
    assert numpy.requirement.marker is None or numpy.requirement.marker.evaluate({"python_full_version": f"{python}.9"})
    assert all(";" not in one.line() and "--hash=sha256:" in one.line() for one in packages)


def test_a_lock_that_lacks_a_package_is_named(locked: tuple[Locked, ...]) -> None:
    without = [one for one in locked if one.name != "duckdb"]
    with pytest.raises(LookupError, match="lacks duckdb"):
        needed(without, target_environment("Linux", "3.12"))


def test_a_bundle_for_another_computer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bundle.json").write_text(json.dumps({"system": "Windows", "python": "3.9"}), encoding="utf-8")
    monkeypatch.setattr("flows.bundle.install.__file__", str(tmp_path / "install.py"))
    assert install() == 1
    said = capsys.readouterr().err
    assert "This bundle is for Python 3.9 on Windows" in said and "ask for a bundle" in said


@pytest.mark.bundle
def test_a_bundle_installs_and_runs_where_there_is_no_network(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    bundle = request.config.getoption("bundle")
    steps = f"""
        set -eu
        ip link set lo up
        {sys.executable} {bundle.resolve() / "install.py"} {tmp_path / "installed"}
        {tmp_path / "installed" / "bin" / "tip-trends"} --home {tmp_path / "home"} demo
        """
    apart = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    ran = subprocess.run(
        [*apart, "sh", "-c", steps], cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert (Path(ran.stdout.splitlines()[-1]) / "edition.json").is_file()
