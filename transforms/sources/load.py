"""TOML text -> `Profile`; every mistake is a `ProfileInvalid` that names file, key and remedy."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import get_args

from transforms.codes import CONF_STATUS, OBS_STATUS
from transforms.errors import ProfileInvalid
from transforms.retention import LONGEST_DAYS, LONGEST_MONTHS, Retention
from transforms.sources.crosswalk import crosswalk
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
from transforms.sources.toml_table import TomlTable
from transforms.tables import CORE_TABLES, Column, Table

FORMATS = ("csv", "xlsx", "px", "json", "sdmx", "parquet")
FILLED_BY_LOADING = ("vintage_id", "record_no", "source", "stream")
VALUE_COLUMNS = ("value", "lower", "upper", "obs_status", "conf_status")
SDMX_FIGURE = "OBS_VALUE"
OBS_STATUS_COLUMNS, CONF_STATUS_COLUMNS, ACTION_COLUMNS = ("OBS_STATUS",), ("CONF_STATUS", "OBS_CONF"), ("ACTION",)
_PLAIN_KEYS = (
    "optional", "constant", "codes", "flags", "unspecified", "dimensions",
    "totals", "separator", "empty", "present", "pattern", "format",
    "decimal", "thousands", "scale", "min", "max", "doc", "example", "lists", "countries",
    "first_of_several", "may_lack",
)  # fmt: skip
_FIELD_KEYS = {
    "from": "headers",
    "as": "kind",
    **{key: key for key in _PLAIN_KEYS},
}


def profile_from_toml(text: str, origin: str) -> Profile:
    """Read one profile; `origin` is the file name used in messages. Raises ProfileInvalid."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ProfileInvalid(f"{origin}: not valid TOML: {problem}.", advice="Correct the line it names.") from problem
    top = TomlTable(content, origin, "")
    table = _table(top)
    fields = tuple(
        _field(TomlTable(body, origin, f"fields.{name}"), name, table) for name, body in top.table("fields").items()
    )
    vintage = TomlTable(top.table("vintage"), origin, "vintage")
    recognise = TomlTable(top.table("recognise"), origin, "recognise")
    profile = Profile(
        name=top.text("name"),
        title=top.text("title"),
        version=top.text("version", "1"),
        table=table,
        formats=_formats(top),
        fields=fields,
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
        value=_value(TomlTable(top.table("value"), origin, "value")) if "value" in top.rest else None,
        rules=tuple(_rule(body, table, fields) for body in top.tables("rules")),
        ignored=top.words("ignored"),
        must_be_empty=top.words("must_be_empty"),
        crosswalk=crosswalk(TomlTable(top.table("crosswalk"), origin, "crosswalk")),
        retention=_retention(TomlTable(top.table("retention"), origin, "retention"))
        if "retention" in top.rest
        else None,
    )
    profile = _without_twice(profile)
    top.finish("name title version table formats fields vintage recognise layout value rules ignored crosswalk …")
    _check_complete(profile)
    return profile


def _table(top: TomlTable) -> Table:
    tables = {table.name: table for table in CORE_TABLES}
    return tables[top.choice("table", tuple(tables))]


def _formats(top: TomlTable) -> tuple[str, ...]:
    formats = top.texts("formats", ("csv",))
    for name in formats:
        if name not in FORMATS:
            raise top.fail("formats", f"`{name}` is not known", f"Use some of: {', '.join(FORMATS)}.")
    return formats


def _field(reader: TomlTable, column: str, table: Table) -> Field:
    if column not in table.names or column in FILLED_BY_LOADING:
        names = ", ".join(name for name in table.names if name not in FILLED_BY_LOADING)
        raise reader.fail("", f"is not a column of {table.name}", f"Columns: {names}.")
    kind: Kind = reader.choice("as", get_args(Kind), "constant" if "constant" in reader.rest else "text")
    scale = reader.number("scale")
    result = Field(
        column=column,
        kind=kind,
        headers=reader.texts("from"),
        optional=reader.flag("optional"),
        constant=reader.optional_text("constant"),
        codes=reader.words("codes"),
        flags=reader.lists("flags"),
        unspecified=reader.texts("unspecified"),
        dimensions=reader.words("dimensions"),
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
        example=reader.text("example", ""),
        countries=reader.texts("countries"),
        lists=reader.lists("lists"),
        first_of_several=reader.flag("first_of_several"),
        may_lack=reader.texts("may_lack"),
    )
    reader.finish(" ".join(_FIELD_KEYS))
    _check_field(reader, result, table.column(column))
    return result


def _check_field(reader: TomlTable, item: Field, column: Column) -> None:
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
    for key, headers in (("lists", (*item.lists, *item.countries)), ("may_lack", item.may_lack)):
        for header in headers:
            if header not in item.dimensions:
                raise reader.fail(key, f"`{header}` is not one of the dimensions", "Name headers that stand there.")
    if item.first_of_several and item.kind != "country_name":
        raise reader.fail("first_of_several", 'belongs to as = "country_name"', "Leave it out.")
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


def _value(reader: TomlTable) -> ValueField:
    signs = {
        text: _sign(TomlTable(body, reader.origin, f"value.signs.{text}"))
        for text, body in reader.table("signs").items()
    }
    header, scale = reader.text("from"), reader.number("scale")
    result = ValueField(
        header=header,
        signs=signs,
        decimal=reader.text("decimal", "."),
        thousands=reader.text("thousands", ""),
        scale=1.0 if scale is None else scale,
        min=reader.number("min") if "min" in reader.rest else 0.0,
        obs_status=reader.texts("obs_status", OBS_STATUS_COLUMNS),
        conf_status=reader.texts("conf_status", CONF_STATUS_COLUMNS),
        action=reader.texts("action", ACTION_COLUMNS if header == SDMX_FIGURE else ()),
    )
    reader.finish("from decimal thousands scale min obs_status conf_status action signs")
    return result


def _without_twice(profile: Profile) -> Profile:
    """The profile without the status columns that a field of its own reads, or that it says it does not take."""
    if profile.value is None:
        return profile
    read = set(profile.headers)

    def left(headers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(header for header in headers if header not in read and not profile.is_ignored(header))

    value = profile.value
    value = replace(
        value, obs_status=left(value.obs_status), conf_status=left(value.conf_status), action=left(value.action)
    )
    return replace(profile, value=value)


def _sign(reader: TomlTable) -> Sign:
    result = Sign(
        value=reader.number("value"),
        lower=reader.number("lower"),
        upper=reader.number("upper"),
        obs_status=reader.choice("obs_status", OBS_STATUS.values, "A"),
        conf_status=reader.choice("conf_status", CONF_STATUS.values, "F"),
    )
    reader.finish("value lower upper obs_status conf_status")
    return result


def _rule(reader: TomlTable, table: Table, fields: tuple[Field, ...]) -> Rule:
    result = Rule(
        key=reader.text("key"),
        kind=reader.choice("kind", get_args(RuleKind)),
        columns=reader.texts("columns"),
        keep=reader.choice("keep", ("first", "none"), "first"),
        advice=reader.text("advice", ""),
    )
    reader.finish("key kind columns keep advice")
    parts = [f"{item.column}.{part}" for item in fields for part in item.dimensions.values()]
    for column in result.columns:
        if column not in (*table.names, "vintage_date", *(parts if result.kind == "unique" else ())):
            raise reader.fail("columns", f"`{column}` is not a column of {table.name}", "Use names of core columns.")
    return result


def _vintage(reader: TomlTable) -> VintageRule:
    source: VintageFrom = reader.choice("from", get_args(VintageFrom), "receipt")
    result = VintageRule(
        source=source,
        pattern=reader.regex("pattern", r"(20\d\d-\d\d-\d\d)"),
        column=reader.text("column") if source == "column" else reader.text("column", ""),
        format=reader.text("format", "%Y-%m-%d"),
    )
    reader.finish("from pattern column format")
    return result


def _retention(reader: TomlTable) -> Retention:
    extracts = reader.whole("extracts_months", LONGEST_MONTHS)
    keys = reader.whole("person_keys_months", LONGEST_MONTHS)
    backups = reader.whole("backups_days", LONGEST_DAYS)
    if extracts is None and keys is None:
        raise reader.fail("", "says nothing to delete", "Write extracts_months, person_keys_months or both.")
    if backups is None:
        raise reader.fail("backups_days", "is missing", "Write for how long older backups may stay: backups_days = 90.")
    result = Retention(
        extracts_months=extracts,
        person_keys_months=keys,
        backups_days=backups,
        basis=reader.text("basis"),
        origin=reader.origin,
    )
    reader.finish("extracts_months person_keys_months backups_days basis")
    return result


def _recognition(reader: TomlTable) -> Recognition:
    result = Recognition(
        headers=reader.texts("headers"),
        sheets=reader.texts("sheets"),
        title=reader.regex("title", ""),
        file_name=reader.regex("file_name", ""),
    )
    reader.finish("headers sheets title file_name")
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
