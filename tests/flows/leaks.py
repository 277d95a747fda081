"""What must not be found, and the search for it: true values of withheld cells, in whatever way a file writes numbers.

A small count cannot be searched for, since `3` stands everywhere. A count that is withheld to protect a small one can
be large, and then its digits betray it; so can every further digit of a share or a rate. Such a number is a canary.
"""

from __future__ import annotations

import html
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.counts.counting import Counter
from flows.counts.provenance import population
from flows.editions.manifests import MANIFEST
from flows.warehouse import read_warehouse
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.periods import period

Manifest = dict[str, Any]
Truth = Mapping[tuple[str, tuple[str, ...]], float]
"""Unprotected count by table and coordinates."""
INTERNAL = ("warehouse.duckdb", ".folded", ".folding", "received")
"""Of a home: the warehouse, which holds everything, and the suppliers' own files."""
SHORTEST = 4
"""Digits of a whole number that is not met by chance."""
SIGNIFICANT = 8
"""Digits by which a broken number is known; files carry nine."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Also where it touches the next value, as in the raw bytes of a database."""
_DRAWN = re.compile(
    r'\s(?:d|points|transform|viewBox|style|x|y|r|cx|cy|dx|dy|[xy][12]|width|height|id|clip-path)="[^"]*"'
)
_BETWEEN_THOUSANDS = ",.' \u00a0\u2009\u202f\u2019"
_WHOLE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9]\.)[0-9]{4,15}(?:\.0+)?(?![0-9A-Za-z]|\.[0-9])")
_GROUPED = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][{_BETWEEN_THOUSANDS}])[0-9]{{1,3}}(?:[{_BETWEEN_THOUSANDS}][0-9]{{3}})+(?![0-9A-Za-z])"
)
_BROKEN = re.compile(r"(?<![0-9A-Za-z.])[0-9]+[.,][0-9]{5,}(?:[eE]-?[0-9]+)?(?![0-9A-Za-z])")
_KEY = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{16}(?![0-9A-Fa-f])")


def text_of(content: bytes) -> str:
    """The words of a file: entities and escapes resolved, without identifiers and without places in drawings."""
    text = html.unescape(content.decode("utf-8", errors="replace"))
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    if "<svg" in text:
        text = _DRAWN.sub(" ", text)
    return _UUID.sub(" ", text)


def numbers_in(content: bytes) -> set[str]:
    """Whole numbers of four digits or more, grouped or not, and broken ones, each in the form of `canary`."""
    text = text_of(content)
    found = {token.split(".")[0] for token in _WHOLE.findall(text)}
    found |= {re.sub(r"\D", "", token) for token in _GROUPED.findall(text)}
    return found | {canary(float(token.replace(",", "."))) for token in _BROKEN.findall(text)}


def canary(number: float) -> str:
    """A number as it is searched for: the digits of a whole one, eight significant digits of another."""
    return f"{number:.0f}" if number == int(number) else f"{number:.{SIGNIFICANT - 1}e}"


def keys_in(content: bytes, keys: Iterable[str]) -> set[str]:
    """Which of these keys of sixteen hexadecimal digits stand in a file."""
    return {found.decode().lower() for found in _KEY.findall(content)} & set(keys)


def outputs(home: Path) -> dict[str, bytes]:
    """Every file of a home that is not internal, by its path in it."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.relative_to(home).parts[0].startswith(INTERNAL)
    }


def records_of_prefect(folder: Path) -> dict[str, bytes]:
    """Every value of every column of Prefect's database as text, and every other file beside it."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    found = {name: path.read_bytes() for name, path in files.items()}
    with sqlite3.connect(folder / "prefect.db") as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = database.execute(f'SELECT * FROM "{table}"')
            for number, (column, *_) in enumerate(rows.description):
                values = [row[number] for row in database.execute(f'SELECT * FROM "{table}"')]
                found[f"prefect.db: {table}.{column}"] = b"\n".join(_as_text(value) for value in values)
    return found


def _as_text(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def manifests(home: Path) -> dict[str, Manifest]:
    """Every manifest that readers were given, by its path."""
    return {
        path.as_posix(): json.loads(path.read_text("utf-8")) for path in sorted((home / "editions").rglob(MANIFEST))
    }


def cells(manifest: Manifest) -> Iterator[tuple[str, str, tuple[str, ...], dict[str, Any]]]:
    """Key and kind of the table, coordinates and cell, of every cell of an edition."""
    for table in manifest["tables"]:
        for cell in table["cells"]:
            yield table["key"], table["kind"], tuple(cell["at"].values()), cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Canaries with the cells they are the true values of."""

    of: Mapping[str, tuple[str, ...]]

    def found_in(self, files: Mapping[str, bytes]) -> dict[str, list[str]]:
        """Files in which some of them stand, with the cells that are given away."""
        hits = {name: sorted(numbers_in(content) & self.of.keys()) for name, content in files.items()}
        return {name: [f"{one}: {self.of[one][0]}" for one in found] for name, found in hits.items() if found}


def secrets(home: Path, told: Iterable[Manifest]) -> Secrets:
    """True values of all cells that these editions withhold, without those that one of them shows elsewhere."""
    known, shown = list(told), set[str]()
    found: dict[str, list[str]] = {}
    for manifest in known:
        true = true_values(home, manifest)
        for key, _, at, cell in cells(manifest):
            if cell["conf_status"] == "F":
                shown |= {canary(cell[name]) for name in ("value", "lower", "upper", "base") if cell[name] is not None}
            elif (value := true.get((key, at))) is not None and is_telling(value):
                found.setdefault(canary(value), []).append(f"{key} {' '.join(at)}")
        shown |= {f"{number:.0f}" for number in _numbers(manifest["estimates"]) if number != int(number)}
    return Secrets(of={number: tuple(where) for number, where in found.items() if number not in shown})


def is_telling(value: float) -> bool:
    """Whether a number is long enough not to be met by chance."""
    return len(f"{value:.0f}") >= SHORTEST if value == int(value) else len(f"{value:.9g}") > SIGNIFICANT


def _numbers(told: Any) -> Iterator[float]:
    if isinstance(told, float):
        yield told
    for part in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from _numbers(part)


def true_values(home: Path, manifest: Manifest) -> dict[tuple[str, tuple[str, ...]], float]:
    """Counts of an edition before the gate, and the shares, rates, ratios, changes and means that follow from them."""
    with read_warehouse(home) as con:
        query = (
            "SELECT table_key, coordinates, value FROM mart.counts WHERE value IS NOT NULL AND run_id = "
            "(SELECT any_value(counts_id) FROM pub.editions WHERE run_id = ?)"
        )
        rows = con.execute(query, [manifest["run_id"]]).fetchall()
        known = population(Counter(con, manifest["scope"], None))
    true = {(key, tuple(at)): float(value) for key, at, value in rows}
    persons = known[0] if known else {}
    months = {one["parent"]: len(one["parts"]) for one in manifest["rollups"] if one["parent"].startswith("phase:")}
    return true | {(f"{key}.{what}", at): value for key, at, what, value in _derived(true, persons, months)}


def _derived(
    true: Truth, persons: Mapping[tuple[int, str], float], months: Mapping[str, int]
) -> Iterator[tuple[str, tuple[str, ...], str, float]]:
    for (key, at), count in true.items():
        when, *codes = at
        last = codes[-1] if codes else TOTAL
        if last != TOTAL:
            unknown = sum(true.get((key, (*at[:-1], code)), 0.0) for code in UNSPECIFIC)
            base = true.get((key, (*at[:-1], TOTAL)), 0.0) - unknown
            if base > 0:
                yield key, at, "share", 100 * count / base
        if when.isdigit() and (people := persons.get((int(when), last))):
            yield key, at, "rate", 100_000 * count / people
        if when in months:
            yield key, at, "phase_mean", count / months[when]
        if codes or when.startswith("phase:") or not re.match("[0-9]{4}", when):
            continue
        now = period(when)
        before = true.get((key, (now.shifted(-1).code,)))
        if before:
            yield key, at, "change", 100 * (count / before - 1)
        if then := true.get((key, (now.shifted((2019 - now.year) * 12 // now.months).code,))):
            yield key, at, "same_period", count / then
