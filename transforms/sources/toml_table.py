"""One table of a declaration in TOML, read value by value; every mistake names file, key and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from transforms.errors import ProfileInvalid


class TomlTable:
    """One table of a TOML file: hands out typed values and refuses what nobody asked for."""

    def __init__(self, content: object, origin: str, place: str) -> None:
        self.origin = origin
        self.place = place
        if not isinstance(content, Mapping):
            raise self.fail("", "is not a table", f"Write it as [{place}] with lines below it.")
        self.rest: dict[str, Any] = dict(content)

    def fail(self, key: str, problem: str, remedy: str) -> ProfileInvalid:
        where = " ".join(part for part in (f"[{self.place}]" if self.place else "", key) if part)
        return ProfileInvalid(f"{self.origin}: {where}: {problem}.", advice=remedy)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.rest.pop(key, default)
        if not isinstance(value, str):
            raise self.fail(key, "is missing" if value is None else "is not text", f'Write {key} = "…".')
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if key in self.rest else None

    def number(self, key: str) -> float | None:
        value = self.rest.pop(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, "is not a number", f"Write {key} = 1.")
        return float(value)

    def whole(self, key: str, most: int) -> int | None:
        """A whole number from 1 to the given one; None where the key is missing."""
        value = self.rest.pop(key, None)
        if value is None or (type(value) is int and 1 <= value <= most):
            return value
        raise self.fail(key, f"is not a whole number from 1 to {most}", f"Write {key} = 12.")

    def flag(self, key: str) -> bool:
        value = self.rest.pop(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, "is not true or false", f"Write {key} = true.")
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.rest.pop(key, list(default))
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self.fail(key, "is not a list of texts", f'Write {key} = ["…", "…"].')
        return tuple(items)

    def table(self, key: str) -> dict[str, Any]:
        value = self.rest.pop(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "is not a table", f"Write it as [{key}] with lines below it.")
        return value

    def words(self, key: str) -> dict[str, str]:
        """A table of texts."""
        value = self.table(key)
        for name, text in value.items():
            if not isinstance(text, str):
                raise self.fail(f"{key}.{name}", "is not text", f'Write "{name}" = "…".')
        return value

    def lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """A table of texts or lists of texts."""
        inner = TomlTable(self.table(key), self.origin, f"{self.place}.{key}")
        return {name: inner.texts(name) for name in tuple(inner.rest)}

    def tables(self, key: str) -> list[TomlTable]:
        """Tables written as `[[key]]`, one after the other."""
        value = self.rest.pop(key, [])
        if not isinstance(value, list):
            raise self.fail(key, "is one table where several may stand", f"Write [[{key}]] with lines below it.")
        return [TomlTable(body, self.origin, key) for body in value]

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> Any:
        value = self.text(key, default)
        if value not in allowed:
            raise self.fail(key, f"`{value}` is not known", f"Use one of: {', '.join(allowed)}.")
        return value

    def regex(self, key: str, default: str) -> str:
        pattern = self.text(key, default)
        try:
            re.compile(pattern)
        except re.error as problem:
            raise self.fail(key, f"is not a regular expression ({problem})", "Test the pattern first.") from problem
        return pattern

    def finish(self, known: str) -> None:
        """Refuse keys that were not read, so that a misspelt one is never silently without effect."""
        for key in self.rest:
            raise self.fail(key, "is not a key of this table", f"Known keys: {known}.")
