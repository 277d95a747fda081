"""SYNTHETIC sample data of a fictional country (XX): the files a demo takes in, and what they must give."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def path() -> Path:
    """Folder that holds the sample extracts and nothing else."""
    return _HERE / "files"


def files() -> tuple[Path, ...]:
    """The sample extracts in alphabetical order, which is the order of delivery within a source and body."""
    return tuple(sorted(entry for entry in path().iterdir() if entry.suffix in {".csv", ".xlsx"}))


def truth() -> Path:
    """JSON file with the totals that the generator counted itself, without the pipeline."""
    return _HERE / "truth.json"
