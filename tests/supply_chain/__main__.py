"""The parts that the lock pins, as a CycloneDX list, and their known faults.

Run by `make check`. A fault that is known ends it with 1. Where the advisory service cannot be reached (a computer
without internet, a package index that serves files only) nothing was audited, and the last line says so; `--must-audit`
makes that an error, for whoever publishes a version.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.bundle.locked import Locked, entries

PROJECT = Path(__file__).resolve().parents[2]
LOCK = PROJECT / "requirements.lock"
PARTS = PROJECT / "build" / "sbom.cdx.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """How many packages were asked for, how many the service knew, and the faults that it knows of them."""

    asked: int
    known: int
    faults: tuple[str, ...]


def write_parts() -> int:
    """Write the list of parts and return their number; raises ValueError where it is not the lock."""
    PARTS.parent.mkdir(exist_ok=True)
    _run("cyclonedx_py", "requirements", str(LOCK), "--pyproject", str(PROJECT / "pyproject.toml"),
         "--output-reproducible", "--output-format", "JSON", "--output-file", str(PARTS))  # fmt: skip
    listed = json.loads(PARTS.read_text(encoding="utf-8"))["components"]
    if wrong := differences(entries(LOCK.read_text(encoding="utf-8")), listed):
        raise ValueError(f"{PARTS.name} is not requirements.lock: {', '.join(wrong)}")
    return len(listed)


def differences(locked: Iterable[Locked], listed: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Packages of a lock that a list of parts lacks, holds in another version or without digests; and the reverse."""
    pinned = {f"{one.name}=={next(iter(one.requirement.specifier)).version}" for one in locked}
    digests = {
        f"{one['name'].lower()}=={one['version']}": [
            digest for place in one.get("externalReferences", ()) for digest in place.get("hashes", ())
        ]
        for one in listed
    }
    return tuple(sorted((pinned ^ digests.keys()) | {name for name, found in digests.items() if not found}))


def audit(lock: Path = LOCK) -> Audit:
    """Ask the package index's advisory service for known faults; none is known where it does not answer."""
    ran = _run("pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip", "--format", "json",
               "--progress-spinner", "off", "--timeout", "15", may_fail=True)  # fmt: skip
    try:
        return read(json.loads(ran.stdout)["dependencies"])
    except (ValueError, KeyError):
        return Audit(asked=len(entries(lock.read_text(encoding="utf-8"))), known=0, faults=())


def read(found: Iterable[Mapping[str, Any]]) -> Audit:
    """The answer of pip-audit: packages with their faults, or with the reason why they were passed over."""
    packages = list(found)
    known = [one for one in packages if "vulns" in one]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version'}"
        for one in known
        for fault in one["vulns"]
    ]
    return Audit(asked=len(packages), known=len(known), faults=tuple(faults))


def _run(module: str, *words: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, check=False)
    if ran.returncode and not may_fail:
        sys.stderr.write(ran.stderr)
        raise subprocess.CalledProcessError(ran.returncode, module)
    return ran


def main(must_audit: bool) -> int:
    """Write the parts, audit them and say what came of it."""
    number = write_parts()
    _say(f"{PARTS.relative_to(PROJECT)}: {number} packages with their digests")
    found = audit()
    for fault in found.faults:
        _say(f"known fault: {fault}")
    if found.known < found.asked:
        _say(f"NOT AUDITED for known faults: {found.asked - found.known} of {found.asked} packages.")
        _say("The advisory service did not answer for them; run `make check` where there is internet.")
        return 1 if found.faults or must_audit else 0
    _say(f"{found.known} packages audited, {len(found.faults)} known faults")
    return 1 if found.faults else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.supply_chain", description=__doc__)
    parser.add_argument("--must-audit", action="store_true", help="an audit that was not possible is an error")
    sys.exit(main(parser.parse_args().must_audit))
