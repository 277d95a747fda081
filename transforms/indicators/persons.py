"""Records of several lists become one row per person, as SQL text.

Rule: one row per pseudonymous key (a record without one is a person). Dates are the earliest any list gives;
a person is identified if any list says so, else presumed, else registered, else not a victim. A single-valued
attribute comes from the earliest registered record that knows it (ties: by body, then row); `unknown` is
preferred to `not_reported`. Codes of multi-valued attributes are united.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from transforms.codes import NOT_REPORTED, UNKNOWN
from transforms.sql import quoted
from transforms.tables import CASES

STATUS_ORDER = ("identified", "presumed", "registered", "not_victim")
"""Which status a person has when lists differ: the first of these that any list gives."""

_DATES = ("event_date", "identified_date", "registered_date", "assisted_date")
_LISTS = tuple(column.name for column in CASES.columns if column.type == "VARCHAR[]")
_SINGLE = (
    "sex",
    "age_group",
    "age_class",
    "citizenship",
    "country_of_exploitation",
    "crossing",
    "region",
    "identification_channel",
    "identified_by",
)
_LINES = ",\n    "
_UNSPECIFIC = f"({quoted(UNKNOWN)}, {quoted(NOT_REPORTED)})"


def unspecific_last(column: str) -> str:
    """0 for a known code, 1 for `unknown`, 2 for `not_reported`."""
    return f"CASE {column} WHEN {quoted(UNKNOWN)} THEN 1 WHEN {quoted(NOT_REPORTED)} THEN 2 ELSE 0 END"


def codes_of_person(several: str) -> str:
    """A list of codes with each once; `unknown` or `not_reported` only where nothing else is known; never empty."""
    known = f"list_filter({several}, lambda code: code NOT IN {_UNSPECIFIC})"
    return (
        f"CASE WHEN len({known}) > 0 THEN list_sort(list_distinct({known}))"
        f" WHEN list_contains({several}, {quoted(UNKNOWN)}) THEN [{quoted(UNKNOWN)}]"
        f" ELSE [{quoted(NOT_REPORTED)}] END"
    )


def corridor(citizenship: str, exploitation: str) -> str:
    """`TM>TR`; not reported, or else unknown, where one of its ends is."""
    ends = f"({citizenship}, {exploitation})"
    return (
        f"CASE WHEN {quoted(NOT_REPORTED)} IN {ends} THEN {quoted(NOT_REPORTED)}"
        f" WHEN {quoted(UNKNOWN)} IN {ends} THEN {quoted(UNKNOWN)}"
        f" ELSE {citizenship} || '>' || {exploitation} END"
    )


def _crossing() -> str:
    ends = "(citizenship, country_of_exploitation)"
    return (
        f"CASE WHEN {quoted(UNKNOWN)} IN {ends} OR {quoted(NOT_REPORTED)} IN {ends} THEN crossing"
        " WHEN citizenship = country_of_exploitation THEN 'domestic' ELSE 'cross_border' END AS crossing"
    )


def consolidated(where: str, rows: str = CASES.name, *, only: Collection[str] = (), besides: Sequence[str] = ()) -> str:
    """SELECT of one row per person over the rows of core.cases (or a choice of them) that satisfy `where`.

    `only` these of its columns, where any are named; `besides` are further ones, aggregates over a person's records.
    """
    first = "registered_date, body, record_no"
    status_order = "[" + ", ".join(quoted(status) for status in STATUS_ORDER) + "]"
    columns = {
        "reporting_country": "min(reporting_country)",
        "status": f"{status_order}[min(list_position({status_order}, status))]",
        **{name: f"min({name})" for name in _DATES},
        **{name: f"arg_min({name}, ({unspecific_last(name)}, {first}))" for name in _SINGLE},
        "body": "list_sort(list_distinct(list(body)))",
        **{name: f"flatten(list({name}))" for name in _LISTS},
    }
    chosen = [f"{sql} AS {name}" for name, sql in columns.items() if not only or name in only]
    person = "coalesce(person_key, 'record ' || vintage_id || ' ' || record_no)"
    grouped = f"SELECT {_LINES.join((*chosen, *besides))}\n  FROM {rows} WHERE {where}\n  GROUP BY {person}"
    replaced = [f"{codes_of_person(name)} AS {name}" for name in _LISTS if not only or name in only]
    replaced += [_crossing()] if not only or "crossing" in only else []
    return f"SELECT * REPLACE ({_LINES.join(replaced)}) FROM ({grouped})" if replaced else grouped
