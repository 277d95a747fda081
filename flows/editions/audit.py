"""Published editions of a home, and folders of tables from elsewhere, read for the attacker's audit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from flows.editions.manifests import MANIFEST
from flows.home import Home
from flows.readers.plain_table import read_plain_table
from transforms.attacker.manifest import publication_of
from transforms.attacker.plain_tables import Rows, publication_from
from transforms.attacker.publication import Publication
from transforms.disclosure.older_manifests import read_as_today
from transforms.errors import NoData, TableRejected
from transforms.indicators.windows import edition_period

TABLES = ("*.csv", "*.tsv", "*.txt")
LARGEST_MANIFEST = 200_000_000
"""Bytes; a manifest of 40 tables has about one million."""


def published(home: Home, names: Iterable[str], *, scope: str, audience: str | None) -> list[Publication]:
    """The named editions as they were published, each for every audience it was published for or for one alone.

    In the order of the days whose knowledge they use. Raises WrongArguments for what is no name of an edition, NoData
    for one that is not there, and TableRejected for a manifest that is damaged.
    """
    found: list[Publication] = []
    for name in dict.fromkeys(names):
        edition_period(name)
        folder = home.editions / scope / name
        files = sorted(folder.glob(f"{audience or '*'}/{MANIFEST}"))
        if not files:
            raise NoData(
                f"There is no edition {name} of {scope}{f' for {audience}' if audience else ''} in {home.editions}.",
                advice=f"Publish it first: tip-trends publish {name}",
            )
        found += [read_publication(file) for file in files]
    return sorted(found, key=lambda one: one.as_of)


def read_publication(file: Path) -> Publication:
    """One manifest; raises TableRejected for a file that is missing, too large, or no manifest."""
    return publication_of(_parsed(file))


def _parsed(file: Path) -> Any:
    try:
        if file.stat().st_size > LARGEST_MANIFEST:
            raise TableRejected(f"{file} is too large for the manifest of an edition.")
        found = json.loads(file.read_text(encoding="utf-8"))
        return read_as_today(found) if isinstance(found, dict) else found
    except OSError as problem:
        raise TableRejected(f"{file} cannot be read ({problem.strerror}).") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise TableRejected(
            f"{file} is not valid JSON in UTF-8.", advice="Give the edition.json as it was published."
        ) from None


def folder_of_tables(folder: Path, *, threshold: int, width: int) -> Publication:
    """Every table of a folder as one publication; raises TableRejected where there is none."""
    if not folder.is_dir():
        raise TableRejected(f"{folder} is not a folder.", advice="Name a folder with CSV tables in it.")
    files = _files(folder)
    if not files:
        raise TableRejected(f"{folder} holds no CSV file.", advice="Name a folder with CSV tables in it.")
    read = [read_plain_table(file) for file in files]
    rows = [
        Rows(name=file.stem, headers=table.headers, rows=tuple(cells for _, cells in table.rows))
        for file, table in zip(files, read, strict=True)
    ]
    return publication_from(rows, name=folder.name, threshold=threshold, width=width)


def _files(folder: Path) -> Sequence[Path]:
    return sorted(file for pattern in TABLES for file in folder.glob(pattern) if file.is_file())
