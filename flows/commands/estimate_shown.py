"""How the command line shows an estimate: as a table for people, as CSV of keys and values, or as the public JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows import console

if TYPE_CHECKING:
    from transforms.statistics.estimate import Estimate

_DIGITS = 5
_WORDS = {True: "yes", False: "no"}


def print_estimate(found: Estimate, how: console.Format) -> None:
    """Print one estimate; a refusal is a result like any other and is printed with its reason."""
    if how == "json":
        console.result(json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False))
        return
    if how == "csv":
        console.print_rows(("key", "value"), list(_flat(found.to_json())), "csv")
        return
    console.print_rows(("", found.method), list(_lines(found)))
    for name, rows in _tables(found.details):
        console.result(f"\n{_spoken(name)}")
        columns = tuple(dict.fromkeys(key for row in rows for key in row))
        console.print_rows(columns, [[_shown(row.get(column)) for column in columns] for row in rows])


def _lines(found: Estimate) -> Iterator[tuple[str, str]]:
    if found.refusal is not None:
        yield "no estimate", f"{found.refusal.reason} ({found.refusal.code})"
    else:
        yield "estimate", f"{_shown(found.estimate)} {_spoken(found.unit)}"
        if found.lower is not None or found.upper is not None:
            yield f"{found.level * 100:g} % interval", f"{_shown(found.lower)} to {_shown(found.upper)}"
    if found.basis:
        yield "rests on", ", ".join(f"{_spoken(key)} {_shown(value)}" for key, value in found.basis.items())
    for check in found.checks:
        if not check.is_met:
            yield "mind", str(check.said) or _spoken(check.key)
    met = [_spoken(check.key) for check in found.checks if check.is_met]
    if met:
        yield "checked", ", ".join(met)
    for caveat in found.caveats:
        yield "caveat", _spoken(caveat)
    for key, value in found.details.items():
        if not _is_table(value):
            yield _spoken(key), _told(value)


def _tables(details: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    for key, value in details.items():
        if _is_table(value):
            yield key, value


def _is_table(value: object) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{_spoken(str(key))} {_told(part)}" for key, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_told(part) for part in value) or "none"
    return _shown(value)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int | float):
        whole = round(value)
        return f"{whole}" if abs(value - whole) < 1e-9 and abs(value) < 1e15 else f"{value:.{_DIGITS}g}"
    return _told(value) if isinstance(value, Mapping | list | tuple) else str(value)


def _spoken(key: str) -> str:
    return key.replace("_", " ")


def _flat(value: object, key: str = "") -> Iterator[tuple[str, console.Value]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _flat(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _flat(part, f"{key}.{number}")
    elif isinstance(value, bool):
        yield key, _WORDS[value]
    else:
        yield key, value if isinstance(value, str | int | float) else None
