"""Kept homes of earlier versions become homes again: their files as they were, the warehouse built from its text."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import duckdb

from flows.warehouse import warehouse_path
from tests.flows.old_homes.make import CSV, HERE, HOMES, SCHEMAS, digest

__all__ = ["HOMES", "SCHEMAS", "digest", "home_of", "home_of_schema", "kept_digests"]


def home_of(name: str, home: Path) -> Path:
    """The kept home of that name, in a folder that is not there yet."""
    content = _unpacked(name)
    for place, text in content.items():
        if not place.startswith("warehouse/"):
            path = home / place
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(text)
    _build(home, content["warehouse/schema.sql"].decode(), content)
    return home


def home_of_schema(version: int, home: Path) -> Path:
    """A home whose warehouse the code of that version of the schema made, with the rows of the first release."""
    home.mkdir()
    _build(home, _unpacked("schemas")[f"{version:02}.sql"].decode(), _unpacked("first-0.1.0"))
    return home


def kept_digests(name: str) -> dict[str, list[str]]:
    """Number and digest of the rows of each table, as the earlier version held them."""
    found: dict[str, list[str]] = json.loads(_unpacked(name)["warehouse/digests.json"])
    return found


def _unpacked(name: str) -> dict[str, bytes]:
    with tarfile.open(HERE / f"{name}.tar.xz") as packed:
        return {entry.name: file.read() for entry in packed if (file := packed.extractfile(entry)) is not None}


def _build(home: Path, ddl: str, content: dict[str, bytes]) -> None:
    with duckdb.connect(str(warehouse_path(home))) as con:
        con.execute(ddl)
        for place, rows in content.items():
            if place.endswith(".csv") and place.startswith("warehouse/"):
                passing = home / "rows.csv"
                passing.write_bytes(rows)
                table = place.removeprefix("warehouse/").removesuffix(".csv")
                con.execute(f"COPY {table} FROM '{passing}' {CSV}")
                passing.unlink()
    warehouse_path(home).chmod(0o600)
