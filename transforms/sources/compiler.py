"""From a profile and the headers of one file to the SQL that stages, checks and maps its rows.

A file is parsed, trimmed, mapped and checked in one statement that fills the temporary table `staged`: the value of
every core column that a field gives, one bit mask per group of flags (`mask_<column>`), the faults that cells have as
bits of `tests_<n>`, and what is known of the row as a whole (`is_ragged`, `is_synthetic`, `suspects`, `extract_day`).
Later statements read those typed columns and no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from transforms.messages import said
from transforms.sources.cells import Cells, Fault, FieldSql, default_sql
from transforms.sources.date_sql import extract_date_faults, extract_date_sql
from transforms.sources.field_sql import field_sql
from transforms.sources.figure_sql import observed_sql
from transforms.sources.flag_sql import FOREIGN, flag_lists, flag_mask, mask_name
from transforms.sources.identifiers import MOST_SUSPECTS, email_sql, suspect_sql, suspects_sql, together
from transforms.sources.noted import NotedCell, noted_cells
from transforms.sources.profile import Field, Profile, Rule
from transforms.sources.rule_faults import order_fault, unique_faults
from transforms.sources.status_sql import noted_statuses
from transforms.sources.watched import Places, Watched, watched
from transforms.sql import quoted
from transforms.tables import CASES

STAGED = "staged"
FLAWED = "flawed"
RAGGED = Fault(
    rule="ragged_row",
    header="",
    expected=said("a row with as many cells as the header; a text that holds the delimiter stands in double quotes"),
)
_WHOLE = frozenset({"code", "country_alpha2", "country_alpha3", "country_numeric", "year", "date"})
"""Kinds of fields whose value is null unless the whole cell is empty, one of the codes, a year or a day."""
_BITS = 60
"""Tests per staged mask; a BIGINT holds 63."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A fault and how a staged row shows it: SQL over `staged`; `test` is what staging evaluates for it."""

    fault: Fault
    condition: str
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """SQL for one file of one source; faults are numbered by their place in `flaws`."""

    profile: Profile
    headers: tuple[str, ...]
    cells: Cells
    fields: dict[str, FieldSql]
    checks: tuple[Check, ...]
    noted: tuple[NotedCell, ...] = ()

    def staging(self, source: str, extra: Sequence[str], beyond: str = "") -> str:
        """`CREATE TEMP TABLE staged` from a relation with columns c0, c1, …; `extra` are ready-made select items.

        `beyond` names the raw cell that takes what stands beyond the last header, where the relation has one.
        """
        missing = ", ".join(quoted(text) for text in self.profile.missing)
        trimmed = [
            f"CASE WHEN trim(c{place}) IN ({missing}) THEN NULL ELSE trim(c{place}) END AS h{place}"
            for place in self._trimmed_places()
        ]
        values = [f"{sql.value} AS {name}" for name, sql in self.fields.items() if sql.value]
        masks = [f"{mask} AS {mask_name(item)}" for item, mask in self._masks()]
        marks = [f"{self._synthetic()} AS is_synthetic", f"{self._suspects(beyond)} AS suspects"]
        if self.profile.vintage.source == "column":
            marks.append(f"{extract_date_sql(self.profile.vintage, self.cells)} AS extract_day")
        marks += [f"{cell.sql} AS {cell.name}" for cell in self.noted]
        # Three layers, so that no cell is trimmed twice and no value calculated again by the test of its rule.
        cells = f"SELECT {', '.join(['*', *trimmed])} FROM {source}"
        valued = f"SELECT {', '.join(['*', *values])} FROM ({cells})"
        named = [name for name, sql in self.fields.items() if sql.value]
        items = ", ".join([*named, *masks, *self._tests(), *marks, *extra, *self.watched(beyond).items])
        return f"CREATE TEMP TABLE {STAGED} AS SELECT {items} FROM ({valued})"

    def lookups(self) -> tuple[str, ...]:
        """Small temporary tables: the list of codes for each mask that occurs."""
        return tuple(
            f"CREATE TEMP TABLE flags_{item.column} AS SELECT mask, "
            f"{flag_lists(item, self.profile.table.column(item.column), 'mask')} AS codes "
            f"FROM (SELECT DISTINCT {mask_name(item)} AS mask FROM {STAGED})"
            for item, _ in self._masks()
        )

    def flaws(self, vintage_date: date) -> tuple[str, tuple[Fault, ...]]:
        """(`CREATE TEMP TABLE flawed(row_id, fault)`, what its numbers mean); a ragged row breaks no other rule."""
        ordered = [self._order_check(rule, vintage_date) for rule in self.profile.rules if rule.kind == "order"]
        checks = (Check(fault=RAGGED, condition="is_ragged"), *self.checks, *ordered)
        each = ", ".join(f"CASE WHEN {check.condition} THEN {number} END" for number, check in enumerate(checks))
        numbers = f"CASE WHEN is_ragged THEN [0] ELSE list_filter([{each}], lambda x: x IS NOT NULL) END"
        screens = ["is_ragged", *(f"{name} <> 0" for name in self._test_names())]
        screens += [f"{mask_name(item)} >= {FOREIGN}" for item, _ in self._masks()]
        screens += [check.condition for check in checks if not check.test and not check.fault.mask]
        return (
            f"CREATE TEMP TABLE {FLAWED} AS SELECT row_id, unnest(numbers)::INTEGER AS fault FROM ("
            f"SELECT {STAGED}.rowid AS row_id, {numbers} AS numbers FROM {STAGED} "
            f"WHERE {' OR '.join(dict.fromkeys(screens))})"
        ), tuple(check.fault for check in checks)

    def repeats(self, rule: Rule, number: int, source: str) -> str:
        """Insert into `flawed` the rows that a `unique` rule refuses; fault `number` is the rule, number + 1 a repeat.

        Rows that are flawed already do not count as the first of their kind.
        """
        columns = [_part_of(column) for column in rule.columns]
        key = ", ".join(columns)
        known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        content = ", ".join(name for name in self.profile.table.names if name not in ("record_no", "vintage_id"))
        mapped = self.mapped(vintage_id=0, record_no=f"{STAGED}.rowid", source=source)
        rows = f"SELECT *, hash({content}) AS content FROM ({mapped}) WHERE {known}"
        seen = (
            f"SELECT record_no AS row_id, row_number() OVER (PARTITION BY {key} ORDER BY record_no) AS place, "
            f"row_number() OVER (PARTITION BY {key}, content ORDER BY record_no) AS repeat, "
            f"min(content) OVER (PARTITION BY {key}) <> max(content) OVER (PARTITION BY {key}) AS differs FROM ({rows})"
        )
        if rule.keep == "first":
            return f"INSERT INTO {FLAWED} SELECT row_id, {number} FROM ({seen}) WHERE place > 1"
        return (
            f"INSERT INTO {FLAWED} SELECT row_id, CASE WHEN repeat > 1 THEN {number + 1} ELSE {number} END "
            f"FROM ({seen}) WHERE differs OR repeat > 1"
        )

    def mapped(self, *, vintage_id: int, record_no: str, source: str) -> str:
        """SELECT of all sound rows of `staged` with the columns of the core table, in order."""
        table = self.profile.table
        masked = {item.column for item, _ in self._masks()}
        first = [f"{record_no} AS record_no", f"{STAGED}.rowid AS row_id"]
        first += [f"{STAGED}.{name}" for name, sql in self.fields.items() if sql.value]
        first += [f"{sql.constant} AS {name}" for name, sql in self.fields.items() if sql.constant]
        first += [f"flags_{name}.codes AS {name}" for name in masked]
        joins = " ".join(
            f"LEFT JOIN flags_{item.column} ON flags_{item.column}.mask = {STAGED}.{mask_name(item)}"
            for item, _ in self._masks()
        )
        values = {
            "vintage_id": f"{vintage_id}::INTEGER",
            "record_no": "record_no",
            "source": quoted(source),
            "stream": _stream(self.profile),
        }
        values |= {name: sql.derived or name for name, sql in self.fields.items()}
        chosen = ", ".join(f"{values[name]} AS {name}" for name in table.names)
        return (
            f"SELECT {chosen} FROM (SELECT {', '.join(first)} FROM {STAGED} {joins}) "
            f"WHERE row_id NOT IN (SELECT row_id FROM {FLAWED})"
        )

    def extract_date(self) -> str:
        """Query for the latest day of the column that says when the extract was made."""
        return f"SELECT max(extract_day) FROM {STAGED} WHERE NOT is_ragged"

    def _trimmed_places(self) -> list[int]:
        """Cells that a field reads as text; those of flags are read as they stand."""
        read = {header for item in self.profile.fields if item.kind != "flags" for header in item.all_headers}
        if self.profile.value is not None:
            read |= {self.profile.value.header, *self.profile.status_headers}
        if self.profile.vintage.source == "column":
            read.add(self.profile.vintage.column)
        return sorted(place for header, place in self.cells.places.items() if header in read)

    def _masks(self) -> list[tuple[Field, str]]:
        """Groups of flags of which the file has a column, with the SQL of their mask."""
        groups = [item for item in self.profile.fields if item.kind == "flags"]
        return [(item, mask) for item in groups if (mask := flag_mask(item, self.cells))]

    def _test_names(self) -> list[str]:
        tested = sum(1 for check in self.checks if check.test)
        return [f"tests_{number}" for number in range((tested + _BITS - 1) // _BITS)]

    def _tests(self) -> list[str]:
        tests = [check.test for check in self.checks if check.test]
        bits = [f"CASE WHEN {test} THEN {1 << number % _BITS} ELSE 0 END" for number, test in enumerate(tests)]
        return [
            f"({' | '.join(bits[number * _BITS : (number + 1) * _BITS])})::BIGINT AS {name}"
            for number, name in enumerate(self._test_names())
        ]

    def _synthetic(self) -> str:
        said = [self.cells.raw(header) for header in self.profile.remarks]
        tests = [f"coalesce(contains(upper({raw}), 'SYNTHETIC'), false)" for raw in said if raw]
        return " OR ".join(tests) or "false"

    @property
    def free_headers(self) -> tuple[str, ...]:
        """Columns of a case list with free text, in the order of the bits of `suspects`: coded cells have rules."""
        if self.profile.table is not CASES:
            return ()
        checked = {header for item in self.profile.fields if item.kind not in ("text",) for header in item.all_headers}
        checked |= {self.profile.vintage.column}
        return tuple(header for header in self.headers if header not in checked)

    def suspect(self, raw: str) -> str:
        """SQL that is true where a raw cell or line must not be kept: anything personal, in figures an address."""
        return suspect_sql(raw) if self.profile.table is CASES else email_sql(raw)

    def _suspects(self, beyond: str) -> str:
        """The mask of suspect cells; `beyond` is the raw cell that a row has beyond its header, if it can have one."""
        if self.profile.table is not CASES:
            read = set(self.profile.headers) - set(self.profile.remarks)
            free = [f"c{place}" for place, header in enumerate(self.headers) if header not in read]
            looked_at = [*free, *([beyond] if beyond else [])]
            found = email_sql(together(looked_at)) if looked_at else "false"
            return f"(CASE WHEN {found} THEN {1 << MOST_SUSPECTS} ELSE 0 END)::BIGINT"
        free_headers, flags = (
            set(self.free_headers),
            {header for item, _ in self._masks() for header in item.all_headers},
        )
        cells = {f"c{place}": header for place, header in enumerate(self.headers) if header not in flags}
        free = [cell for cell, header in cells.items() if header in free_headers]
        other = [self._if_no_code(cell, header) for cell, header in cells.items() if header not in free_headers]
        return suspects_sql(free, [*other, *([beyond] if beyond else [])])

    def _if_no_code(self, cell: str, header: str) -> str:
        """A raw cell that need not be looked at where it was read as a code: then it holds nothing else."""
        read = [item for item in self.profile.fields if header in item.all_headers]
        whole = [item.column for item in read if item.kind in _WHOLE and item.headers == (header,)]
        known = [column for column in whole if self.fields[column].value]
        return f"CASE WHEN {known[0]} IS NULL THEN {cell} END" if known else cell

    def watched(self, beyond: str = "") -> Watched:
        """Cells of a case list that are staged for a closer look because they may identify a person."""
        if self.profile.table is not CASES:
            return Watched()
        cells = [(f"c{place}", header) for place, header in enumerate(self.headers)]
        free, known = set(self.free_headers), set(self.profile.headers)
        places = Places(
            free=tuple(pair for pair in cells if pair[1] in free),
            unknown=tuple(pair for pair in cells if pair[1] not in known),
            coded=tuple(cell for cell, header in cells if header not in free),
        )
        unsound = ["is_ragged", *(f"{name} <> 0" for name in self._test_names())]
        unsound += [f"{mask_name(item)} >= {FOREIGN}" for item, _ in self._masks()]
        unsound += [check.condition for check in self.checks if not check.test and not check.fault.mask]
        return watched(places, beyond, list(dict.fromkeys(unsound)))

    def _order_check(self, rule: Rule, vintage_date: date) -> Check:
        def value(column: str) -> str:
            if column == "vintage_date":
                return f"DATE {quoted(vintage_date.isoformat())}"
            return self.fields[column].constant or column

        pairs = zip(rule.columns, rule.columns[1:], strict=False)
        condition = " OR ".join(f"{value(earlier)} > {value(later)}" for earlier, later in pairs)
        fault = order_fault(self.profile, rule)
        return Check(fault=fault, condition=f"({condition})")


def _part_of(column: str) -> str:
    """SQL of a column, or of one part of a breakdown such as `category.need`."""
    name, _, part = column.partition(".")
    return f"nullif(regexp_extract({name}, '(?:^|;){part}=([^;]*)', 1), '')" if part else name


def compile_profile(profile: Profile, headers: Sequence[str], received_on: date) -> Compiled:
    """SQL of a profile for a file with these headers; no date in a row may lie after `received_on`."""
    read = (*profile.headers, *profile.status_headers)
    places = {header: list(headers).index(header) for header in read if header in headers}
    cells = Cells(places=places, missing=profile.missing, latest=received_on.isoformat())
    fields = {
        column.name: FieldSql(constant=default_sql(column)) for column in profile.table.columns if _is_open(column.name)
    }
    for item in profile.fields:
        fields[item.column] = field_sql(item, profile.table.column(item.column), cells)
    if profile.value is not None:
        declared = {column.name: column for column in profile.table.columns}
        fields |= observed_sql(profile.value, cells, declared)
    noted = noted_cells(profile, fields, cells)
    return Compiled(
        profile=profile,
        headers=tuple(headers),
        cells=cells,
        fields=fields,
        checks=_numbered(_drafts(profile, fields, cells)),
        noted=(*noted, *noted_statuses(profile, cells, len(noted))),
    )


def _drafts(profile: Profile, fields: dict[str, FieldSql], cells: Cells) -> list[Check]:
    """The faults of every field, those with a test of their own still without the bit that shows it."""
    items = {item.column: item for item in profile.fields}
    drafts: list[Check] = []
    for name, sql in fields.items():
        for fault in sql.faults:
            if fault.mask:
                drafts.append(Check(fault=fault, condition=f"({fault.mask} & {1 << fault.bit}) <> 0"))
            elif fault.test:
                drafts.append(Check(fault=fault, condition="", test=fault.test))
            elif profile.table.column(name).nullable:
                test = f"{cells.of(items[name])} IS NOT NULL AND {name} IS NULL"
                drafts.append(Check(fault=fault, condition="", test=test))
            else:
                # An empty cell breaks a rule of its own and is not an unknown code besides.
                others = "".join(f" AND NOT coalesce({other.test}, false)" for other in sql.faults if other.test)
                test = f"{name} IS NULL{others}" if others else ""
                drafts.append(Check(fault=fault, condition=f"{name} IS NULL", test=test))
    if profile.vintage.source == "column":
        drafts += [
            Check(fault=fault, condition="", test=fault.test) for fault in extract_date_faults(profile.vintage, cells)
        ]
    return drafts


def _numbered(drafts: list[Check]) -> tuple[Check, ...]:
    checks, tested = [], 0
    for draft in drafts:
        if not draft.test:
            checks.append(draft)
            continue
        condition = f"(tests_{tested // _BITS} & {1 << tested % _BITS}) <> 0"
        checks.append(Check(fault=draft.fault, condition=condition, test=draft.test))
        tested += 1
    return tuple(checks)


def _is_open(name: str) -> bool:
    return name not in ("vintage_id", "record_no", "source", "stream")


def _stream(profile: Profile) -> str:
    if not profile.stream:
        return "'all'"
    return f"concat_ws('/', {', '.join(profile.stream)})"


def declared_faults(profile: Profile) -> dict[tuple[str, str], Fault]:
    """Every fault that a profile knows, by rule and header; for a file of which only the rules are kept."""
    compiled = compile_profile(profile, (*profile.headers, *profile.status_headers), date.max)
    _, faults = compiled.flaws(date.max)
    repeats = [fault for rule in profile.rules if rule.kind == "unique" for fault in unique_faults(rule)]
    return {(fault.rule, fault.header): fault for fault in (*faults, *repeats)}
