"""`sdmx.csv`: the tables of an edition as one data set in SDMX-CSV 2.0, and `sdmx-structure.xml`, which describes it.

One observation per figure: the total of a breakdown is the figure of the table without the breakdown and stands once.
Codes are those of `edition.json` but for what SDMX has codes of its own for: `_T` total, `_U` unknown, sexes, ages.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from reports import measures
from reports.edition import PHASE_PREFIX, View, plain_period
from reports.numbers import number
from reports.sdmx_structure import ATTRIBUTES, BREAKDOWNS, DATAFLOW, STRUCTURE_FILE, Codes, structure
from transforms.codes import NOT_APPLICABLE, NOT_REPORTED, TOTAL, UNKNOWN
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedTable
from transforms.periods import Stretch, period

DATA_FILE = "sdmx.csv"
INFORMATION = "I"
SUPPRESSED = "Q"
"""CL_OBS_STATUS: missing, because it is suppressed."""
_FREQUENCIES = {"year": "A", "quarter": "Q", "month": "M"}
_OTHER = "_O"
_SHARED = {TOTAL: "_T", UNKNOWN: "_U", NOT_REPORTED: "_X", NOT_APPLICABLE: "_Z"}
_OWN = {
    "sex": {"female": "F", "male": "M", "other": "_O"},
    "age_class": {"child": "Y0T17", "adult": "Y_GE18"},
}
_UNITS = {"per_100k": "PER_100000_POP", "pct": "PERCENT"}
_AGES = re.compile(r"(\d+)-(\d+)")
_AGES_FROM = re.compile(r"(\d+)\+")
_NOT_IN_A_CODE = re.compile(r"[^A-Za-z0-9_@$-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One figure by the codes of the dimensions, without the time."""

    key: tuple[str, ...]
    time: str
    table: ReleasedTable
    cell: ReleasedCell


def files(views: Sequence[View]) -> dict[str, bytes]:
    """Data and structure, the latter with the names in every language of the edition; nothing without a language."""
    if not views:
        return {}
    edition = views[0].edition
    used: Codes = {}
    found = tuple(_observations(edition, used))
    return {DATA_FILE: _data(edition, found), STRUCTURE_FILE: structure(views, used)}


def _observations(edition: ReleasedEdition, used: Codes) -> Iterator[Observation]:
    """Every figure once, in the order of the tables; `used` takes up the codes: concept, code, what it is of ours."""
    area = edition.scope.upper()
    used.setdefault("REF_AREA", {})[area] = ("ref_area", edition.scope)
    seen: set[tuple[tuple[str, ...], str]] = set()
    for table in edition:
        if "period" not in table.dimensions or not set(table.dimensions) <= {"period", *BREAKDOWNS}:
            continue
        for cell in table.cells:
            at = dict(zip(table.dimensions, cell.at, strict=True))
            when, frequency = _time(edition, at.pop("period"))
            if not when:
                continue
            fixed = {
                "FREQ": (frequency, frequency),
                "INDICATOR": (measures.series(table).upper(), measures.series(table)),
                "MEASURE": (measures.measure(table).upper(), measures.measure(table)),
                "UNIT_MEASURE": (_unit(table), table.unit),
            }
            breakdown = {name: at.get(name, TOTAL) for name in BREAKDOWNS}
            codes = {name: _code(used, name, code) for name, code in breakdown.items()}
            key = (frequency, area, fixed["INDICATOR"][0], fixed["MEASURE"][0], *codes.values())
            if (key, when) in seen:
                continue
            seen.add((key, when))
            for concept, (code, ours) in fixed.items():
                used.setdefault(concept, {})[code] = (concept.lower(), ours)
            yield Observation(key=key, time=when, table=table, cell=cell)


def _time(edition: ReleasedEdition, code: str) -> tuple[str, str]:
    """Period and frequency as SDMX writes them; a phase is a time range. Empty for what is neither."""
    if (plain := plain_period(code)) is not None:
        return plain.code, _FREQUENCIES[plain.frequency]
    for phase in edition.context.get("phases") or ():
        if PHASE_PREFIX + str(phase["key"]) == code:
            last = phase["end"] or edition.context["edition_period"]  # one that is open ends where the edition does
            months = Stretch(first=period(str(phase["start"])), last=period(str(last)))
            return f"{months.first.start.isoformat()}/P{months.months}M", _OTHER
    return "", ""


def _unit(table: ReleasedTable) -> str:
    return _UNITS.get(table.unit, table.unit.upper())


def _code(used: Codes, dimension: str, ours: str) -> str:
    """Our code as SDMX can hold it; two of ours never share one."""
    known = used.setdefault(dimension.upper(), {})
    code = _plain_code(dimension, ours)
    while known.setdefault(code, (dimension, ours)) != (dimension, ours):
        code += "_"
    return code


def _plain_code(dimension: str, ours: str) -> str:
    if found := _SHARED.get(ours) or _OWN.get(dimension, {}).get(ours):
        return found
    if dimension == "age_group":
        if ages := _AGES.fullmatch(ours):
            return f"Y{ages[1]}T{ages[2]}"
        if ages := _AGES_FROM.fullmatch(ours):
            return f"Y_GE{ages[1]}"
    code = _NOT_IN_A_CODE.sub("_", ours)
    return code if code and code[0] not in "-@" else f"_{code}"  # as a formula begins


def _data(edition: ReleasedEdition, observations: Sequence[Observation]) -> bytes:
    """In UTF-8 with CRLF; a made-up country's rows say so."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    notice = ["SYNTHETIC"] if edition.is_synthetic else []
    dimensions = ("FREQ", "REF_AREA", "INDICATOR", "MEASURE", *(name.upper() for name in BREAKDOWNS))
    head = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, "TIME_PERIOD", "OBS_VALUE", *ATTRIBUTES)
    writer.writerow([*head, *(["NOTICE"] if notice else [])])
    for one in observations:
        cell = one.cell
        is_hidden = cell.state == "suppressed"
        numbers = ["" if (n := number(x)) is None else n for x in (cell.value, cell.lower, cell.upper, cell.base)]
        if is_hidden:
            numbers[:3] = ["", "", ""]
        status = SUPPRESSED if is_hidden else "O" if cell.state == "not_reported" else cell.obs_status
        value, *others = numbers
        row = [
            "dataflow", DATAFLOW, INFORMATION, *one.key, one.time, value,
            status, cell.conf_status, _unit(one.table), *others, cell.note,
        ]  # fmt: skip
        writer.writerow([*row, *notice])
    return text.getvalue().encode()
