"""What a supplier writes into a flat file of a source: its columns one by one, and a row that is right.

A source whose files are printed tables (a crosstab) has no such columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from transforms.areas import FICTIONAL, alpha2_by_code, country_codes
from transforms.codes import CodeList
from transforms.errors import ProfileInvalid
from transforms.sources.cells import JOINER
from transforms.sources.layouts import layout_of
from transforms.sources.profile import Field, Profile
from transforms.tables import Column

EXAMPLE_DAY = date(2024, 1, 15)
SYNTHETIC = "SYNTHETIC"
EXTRACT_DAY = "extract_day"
REMARK = "remark"
_NUMBERS = {"country_alpha3": "XXX", "country_numeric": "795", "age": "25", "year": "2023", "period": "2023"}
_LATER = ("area_type", "year_of_date", "year_of_period", "age_class", "projection")
"""Kinds that read what another field reads as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryColumn:
    """One column: the core column it feeds (or EXTRACT_DAY, REMARK), how it is written, and an example.

    `choices` is what a cell may hold, with the code it stands for; empty where there is no list. `kind` is that of the
    field; `figure` is the observed value. `needs` is true where an empty cell breaks a rule.
    """

    header: str
    core: str
    kind: str
    example: str
    needs: bool
    choices: Mapping[str, str]
    codelist: CodeList | None = None
    separator: str = ";"
    format: str = "%Y-%m-%d"
    signs: tuple[str, ...] = ()
    doc: str = ""


def written_codes(codelist: CodeList) -> dict[str, str]:
    """How a file writes each code -> code: its name in the standard, or ours where that is not one name of its own."""
    names = [code.standard for code in codelist.by_value.values()]
    return {
        code.standard if names.count(code.standard) == 1 and ";" not in code.standard else code.value: code.value
        for code in codelist.by_value.values()
    }


def is_flat(profile: Profile) -> bool:
    """Whether files of the profile have one record per row under one header."""
    return profile.layout.get("kind", "table") == "table"


def entry_columns(profile: Profile) -> tuple[EntryColumn, ...]:
    """The columns of a flat file in the order of the profile. Raises ProfileInvalid where no example can be made."""
    examples = _examples(profile)
    found: dict[str, EntryColumn] = {}
    for item in profile.fields:
        for column in _columns_of(item, profile.table.column(item.column), examples):
            found.setdefault(column.header, column)
    if profile.value is not None:
        signs = tuple(sign for sign in profile.value.signs if sign)
        found[profile.value.header] = EntryColumn(
            header=profile.value.header, core="value", kind="figure", example="12", needs=False, choices={}, signs=signs
        )
    if profile.vintage.source == "column":
        form = profile.vintage.format
        found[profile.vintage.column] = EntryColumn(
            header=profile.vintage.column, core=EXTRACT_DAY, kind="date", example=EXAMPLE_DAY.strftime(form),
            needs=True, choices={}, format=form,
        )  # fmt: skip
    for header in dict.fromkeys((*profile.recognition.headers, *layout_of(profile).header)):
        found.setdefault(header, EntryColumn(header=header, core="", kind="text", example="", needs=False, choices={}))
    for header in profile.remarks:
        found[header] = EntryColumn(header=header, core=REMARK, kind="text", example=SYNTHETIC, needs=False, choices={})
    return tuple(found.values())


def _columns_of(item: Field, column: Column, examples: Mapping[str, str]) -> Iterator[EntryColumn]:
    for place, header in enumerate(item.all_headers):
        kind = "flag" if item.kind == "flags" else item.kind
        yield EntryColumn(
            header=header,
            core=item.column,
            kind=kind,
            example=examples.get(header, ""),
            needs=_needs(item, column),
            choices=_choices(item, column, header, place),
            codelist=column.codes,
            separator=item.separator,
            format=item.format,
            doc=item.doc or column.doc,
        )


def _needs(item: Field, column: Column) -> bool:
    if item.empty is not None or column.nullable or item.kind in ("flags", "codes", "breakdown"):
        return False
    is_open = column.codes is not None and column.codes.open_to_unknown
    return not is_open and not item.kind.startswith("country_")


def _choices(item: Field, column: Column, header: str, place: int) -> dict[str, str]:
    """What one column may hold; of a field that joins several columns the parts that stand in this one."""
    if header in item.lists:
        return {code: code for code in item.lists[header]}
    match item.kind:
        case "country_alpha2" | "country_name":
            return {code: code for code in sorted(country_codes() - {FICTIONAL})} | {FICTIONAL: FICTIONAL}
        case "country_alpha3":
            known = alpha2_by_code("country_alpha3")
            return {code: known[code] for code in sorted(known)}
        case "code" | "codes" if not item.codes and column.codes is not None:
            return written_codes(column.codes)
        case "code" | "codes":
            if len(item.headers) == 1:
                return dict(item.codes)
            parts = dict.fromkeys(text.split(JOINER)[place].strip() for text in item.codes if JOINER in text)
            return {part: part for part in parts if part}
    return {}


def _examples(profile: Profile) -> dict[str, str]:
    """Header -> cell of a row that breaks no rule: declared examples first, then codes, then whatever is left."""
    row: dict[str, str] = {}
    declared = [item for item in profile.fields if item.example]
    coded = [item for item in profile.fields if item.codes or item.kind in ("code", "codes")]
    typed = [item for item in profile.fields if item.kind not in ("text", *_LATER)]
    for item in (*declared, *coded, *typed, *profile.fields):
        if item.all_headers and not set(item.all_headers) <= set(row):
            row |= _cells(item, profile, row)
    return row


def _cells(item: Field, profile: Profile, row: Mapping[str, str]) -> dict[str, str]:
    """Cells of one field that agree with those that are there already."""
    if item.example:
        return dict(zip(item.headers, item.example.split(JOINER), strict=False))
    column = profile.table.column(item.column)
    if item.kind == "flags":
        return {item.all_headers[0]: "1"} | dict.fromkeys(item.all_headers[1:], "")
    if item.kind == "breakdown":
        return {
            header: "" if header in item.may_lack else next(iter(item.lists.get(header, ("",))))
            for header in item.dimensions
        }
    if item.codes or item.kind in ("code", "codes"):
        known = item.codes or (written_codes(column.codes) if column.codes else {})
        for text in (*known, ""):
            parts = _parted(text, item.headers)
            if all(row.get(header, part) == part for header, part in parts.items()):
                return parts
    return {item.headers[0]: _typed(item, profile)}


def _parted(text: str, headers: Sequence[str]) -> dict[str, str]:
    parts = text.split(JOINER) if len(headers) > 1 else [text]
    return {header: part.strip() for header, part in zip(headers, [*parts, *[""] * len(headers)], strict=False)}


def _typed(item: Field, profile: Profile) -> str:
    match item.kind:
        case "date" | "year_of_date":
            return EXAMPLE_DAY.strftime(item.format)
        case "country_alpha2" | "country_name" | "area" | "area_type":
            return FICTIONAL
        case "integer" | "number":
            return f"{max(item.min or 0, 12):g}"
        case "year_of_period" | "projection":
            return _NUMBERS["year"]
        case "text" if item.pattern:
            raise ProfileInvalid(
                f"{profile.origin}: [fields.{item.column}] example: is missing.",
                advice='A text with a pattern needs an example to be shown: example = "…".',
            )
        case "text":
            return "example"
        case _:
            return _NUMBERS.get(item.kind, "")
