"""Two sets of files held against each other: which is missing, came in addition or differs, and where first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

Change = Literal["missing", "added", "altered"]
_NOTHING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference:
    """One file that is not as it should be; `where` is the first place that differs, without what stands there."""

    name: str
    change: Change
    where: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.change}{f', first at {self.where}' if self.where else ''}"


def file_differences(present: Mapping[str, bytes], should: Mapping[str, bytes]) -> tuple[FileDifference, ...]:
    """What differs between the files that are there and those that should be, by name."""
    found = []
    for name in sorted(present.keys() | should.keys()):
        if name not in present:
            found.append(FileDifference(name=name, change="missing"))
        elif name not in should:
            found.append(FileDifference(name=name, change="added"))
        elif present[name] != should[name]:
            where = _first_place(name, present[name], should[name])
            found.append(FileDifference(name=name, change="altered", where=where))
    return tuple(found)


def _first_place(name: str, one: bytes, other: bytes) -> str:
    """The key of a JSON file, else the line of a text or the byte of anything else, where two contents part."""
    if name.endswith(".json"):
        try:
            if key := _first_key(json.loads(one), json.loads(other), ""):
                return key
        except (ValueError, RecursionError):
            pass
    try:
        one.decode("utf-8"), other.decode("utf-8")
    except UnicodeDecodeError:
        return f"byte {next(n for n, (a, b) in enumerate(zip_longest(one, other), start=1) if a != b)}"
    lines = zip_longest(one.split(b"\n"), other.split(b"\n"))
    return f"line {next(n for n, (a, b) in enumerate(lines, start=1) if a != b)}"


def _first_key(one: Any, other: Any, key: str) -> str:
    """The innermost key of two JSON values under which they first differ; empty where they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            if found := _first_key(one.get(name, _NOTHING), other.get(name, _NOTHING), f"{key}.{name}".lstrip(".")):
                return found
        return "" if list(one) == list(other) else f"{key} (order)".strip()
    if isinstance(one, list) and isinstance(other, list):
        for place, (a, b) in enumerate(zip_longest(one, other, fillvalue=_NOTHING)):
            if found := _first_key(a, b, f"{key}[{place}]"):
                return found
        return ""
    return "" if type(one) is type(other) and one == other else key
