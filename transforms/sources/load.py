"""TOML text -> `Profile`; every mistake is a `ProfileInvalid` that names file, key and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, get_args

from transforms.codes import CONF_STATUS, OBS_STATUS
from transforms.errors import ProfileInvalid
from transforms.sources.flag_sql import MOST_FLAGS
from transforms.sources.profile import (
    Field,
    Kind,
    Profile,
    Recognition,
    Rule,
    RuleKind,
    Sign,
    ValueField,
    VintageFrom,
    VintageRule,
)
from transforms.tables import CORE_TABLES, Column, Table

FORMATS = ("csv", "xlsx", "px", "json", "sdmx", "parquet")
FILLED_BY_LOADING = ("vintage_id", "record_no", "source", "stream")
VALUE_COLUMNS = ("value", "lower", "upper", "obs_status", "conf_status")
_PLAIN_KEYS = (
    "optional", "constant", "codes", "flags", "unspecified", "dimensions",
    "totals", "separator", "empty", "present", "pattern", "format",
    "decimal", "thousands", "scale", "min", "max", "doc",
)  # fmt: skip
_FIELD_KEYS = {
    "from": "headers",
    "as": "kind",
    **{key: key for key in _PLAIN_KEYS},
}


class _Reader:
    """One table of a TOML file: hands out typed values and refuses what nobody asked for."""

    def __init__(self, content: Mapping[str, Any], origin: str, place: str) -> None:
        self.rest = dict(content)
        self.origin = origin
        self.place = place

    def fail(self, key: str, problem: str, remedy: str) -> ProfileInvalid:
        where = f"[{self.place}] {key}" if self.place else key
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


def profile_from_toml(text: str, origin: str) -> Profile:
    """Read one profile; `origin` is the file name used in messages. Raises ProfileInvalid."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ProfileInvalid(f"{origin}: not valid TOML: {problem}.", advice="Correct the line it names.") from problem
    top = _Reader(content, origin, "")
    table = _table(top)
    fields = top.table("fields")
    vintage = _Reader(top.table("vintage"), origin, "vintage")
    recognise = _Reader(top.table("recognise"), origin, "recognise")
    profile = Profile(
        name=top.text("name"),
        title=top.text("title"),
        version=top.text("version", "1"),
        table=table,
        formats=_formats(top),
        fields=tuple(_field(_Reader(body, origin, f"fields.{name}"), name, table) for name, body in fields.items()),
        origin=origin,
        publisher=top.text("publisher", ""),
        licence=top.text("licence", ""),
        doc=top.text("doc", ""),
        caveats=top.texts("caveats"),
        stream=top.texts("stream"),
        remarks=top.texts("remarks"),
        missing=tuple(dict.fromkeys(("", *top.texts("missing")))),
        vintage=_vintage(vintage),
        recognition=_recognition(recognise),
        layout=top.table("layout"),
        value=_value(_Reader(top.table("value"), origin, "value")) if "value" in top.rest else None,
        rules=tuple(_rule(_Reader(body, origin, "rules"), table) for body in top.rest.pop("rules", [])),
        ignored=top.table("ignored"),
    )
    top.finish("name title version table formats fields vintage recognise layout value rules ignored stream missing …")
    _check_complete(profile)
    return profile


def _table(top: _Reader) -> Table:
    tables = {table.name: table for table in CORE_TABLES}
    return tables[top.choice("table", tuple(tables))]


def _formats(top: _Reader) -> tuple[str, ...]:
    formats = top.texts("formats", ("csv",))
    for name in formats:
        if name not in FORMATS:
            raise top.fail("formats", f"`{name}` is not known", f"Use some of: {', '.join(FORMATS)}.")
    return formats


def _field(reader: _Reader, column: str, table: Table) -> Field:
    if column not in table.names or column in FILLED_BY_LOADING:
        names = ", ".join(name for name in table.names if name not in FILLED_BY_LOADING)
        raise reader.fail("", f"is not a column of {table.name}", f"Columns: {names}.")
    kind: Kind = reader.choice("as", get_args(Kind), "constant" if "constant" in reader.rest else "text")
    flags = {
        code: tuple([headers] if isinstance(headers, str) else headers)
        for code, headers in reader.table("flags").items()
    }
    scale = reader.number("scale")
    result = Field(
        column=column,
        kind=kind,
        headers=reader.texts("from"),
        optional=reader.flag("optional"),
        constant=reader.optional_text("constant"),
        codes=reader.table("codes"),
        flags=flags,
        unspecified=reader.texts("unspecified"),
        dimensions=reader.table("dimensions"),
        totals=reader.texts("totals"),
        separator=reader.text("separator", ";"),
        empty=reader.optional_text("empty"),
        present=reader.optional_text("present"),
        pattern=reader.regex("pattern", "") or None,
        format=reader.text("format", "%Y-%m-%d"),
        decimal=reader.text("decimal", "."),
        thousands=reader.text("thousands", ""),
        scale=1.0 if scale is None else scale,
        min=reader.number("min"),
        max=reader.number("max"),
        doc=reader.text("doc", ""),
    )
    reader.finish(" ".join(_FIELD_KEYS))
    _check_field(reader, result, table.column(column))
    return result


def _check_field(reader: _Reader, item: Field, column: Column) -> None:
    needs_header = item.kind not in ("constant", "flags", "crossing", "age_class", "breakdown")
    if needs_header and not item.headers:
        raise reader.fail("from", "is missing", 'Name the column of the file: from = "…".')
    if (item.kind == "constant") != (item.constant is not None):
        raise reader.fail("constant", "belongs to, and only to, a constant field", 'Write constant = "…" alone.')
    if (item.kind == "flags") != bool(item.flags):
        raise reader.fail("flags", 'belongs to, and only to, as = "flags"', "Write flags = { code = [headers] }.")
    if (item.kind == "breakdown") != bool(item.dimensions):
        raise reader.fail(
            "dimensions", 'belongs to, and only to, as = "breakdown"', "Write dimensions = { header = name }."
        )
    if item.present is not None and item.kind != "text":
        raise reader.fail("present", 'belongs to, and only to, as = "text"', "Leave it out, or write codes.")
    if len(item.all_headers) > MOST_FLAGS and item.kind == "flags":
        raise reader.fail("flags", f"has more than {MOST_FLAGS} columns", "Split the field, or ignore some columns.")
    if (column.type == "VARCHAR[]") != (item.kind in ("codes", "flags")):
        raise reader.fail("as", f"does not fit {column.name}", "Use codes or flags for, and only for, lists of codes.")
    stored = (*item.flags, *item.codes.values(), item.constant, item.empty, item.present)
    for value in stored:
        if value is not None and column.codes is not None and value not in column.codes.by_value:
            allowed = ", ".join(column.codes.values)
            raise reader.fail("codes", f"`{value}` is not a code of {column.name}", f"Codes: {allowed}.")


def _value(reader: _Reader) -> ValueField:
    signs = {
        text: _sign(_Reader(body, reader.origin, f"value.signs.{text}")) for text, body in reader.table("signs").items()
    }
    scale = reader.number("scale")
    result = ValueField(
        header=reader.text("from"),
        signs=signs,
        decimal=reader.text("decimal", "."),
        thousands=reader.text("thousands", ""),
        scale=1.0 if scale is None else scale,
        min=reader.number("min") if "min" in reader.rest else 0.0,
    )
    reader.finish("from decimal thousands scale min signs")
    return result


def _sign(reader: _Reader) -> Sign:
    result = Sign(
        value=reader.number("value"),
        lower=reader.number("lower"),
        upper=reader.number("upper"),
        obs_status=reader.choice("obs_status", OBS_STATUS.values, "A"),
        conf_status=reader.choice("conf_status", CONF_STATUS.values, "F"),
    )
    reader.finish("value lower upper obs_status conf_status")
    return result


def _rule(reader: _Reader, table: Table) -> Rule:
    result = Rule(
        key=reader.text("key"),
        kind=reader.choice("kind", get_args(RuleKind)),
        columns=reader.texts("columns"),
        keep=reader.choice("keep", ("first", "none"), "first"),
        advice=reader.text("advice", ""),
    )
    reader.finish("key kind columns keep advice")
    for column in result.columns:
        if column not in (*table.names, "vintage_date"):
            raise reader.fail("columns", f"`{column}` is not a column of {table.name}", "Use names of core columns.")
    return result


def _vintage(reader: _Reader) -> VintageRule:
    source: VintageFrom = reader.choice("from", get_args(VintageFrom), "receipt")
    result = VintageRule(
        source=source,
        pattern=reader.regex("pattern", r"(20\d\d-\d\d-\d\d)"),
        column=reader.text("column") if source == "column" else reader.text("column", ""),
        format=reader.text("format", "%Y-%m-%d"),
    )
    reader.finish("from pattern column format")
    return result


def _recognition(reader: _Reader) -> Recognition:
    result = Recognition(
        headers=reader.texts("headers"), sheets=reader.texts("sheets"), title=reader.regex("title", "")
    )
    reader.finish("headers sheets title")
    return result


def _check_complete(profile: Profile) -> None:
    filled = {item.column for item in profile.fields} | set(FILLED_BY_LOADING)
    if profile.value is not None:
        filled |= set(VALUE_COLUMNS)
    for column in profile.table.columns:
        has_default = column.nullable or (column.codes is not None and column.codes.open_to_unknown)
        if column.name not in filled and not has_default:
            raise ProfileInvalid(
                f"{profile.origin}: [fields.{column.name}] is missing.",
                advice=f"{profile.table.name} needs it: {column.doc} Map a column of the file or give a constant.",
            )
    for name in profile.stream:
        if name not in profile.table.names:
            raise ProfileInvalid(
                f"{profile.origin}: stream: `{name}` is not a column of {profile.table.name}.",
                advice="Use names of core columns, or [] for one stream.",
            )
