"""`sdmx.csv` and `sdg_16_2_2.csv` held against the cells of the manifest.

Which code of SDMX stands for which of ours the manifest does not say. It is learned from the file: in one column one
code stands for one of ours and for no other, and those that SDMX prescribes are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reports.agreement.csv_tables import NO_CSV, header_fault, rows_of
from reports.agreement.shown import Lexicon, codes, state
from transforms.codes import TOTAL
from transforms.errors import WrongArguments
from transforms.periods import Period, Stretch, period

_LEADING = ("FREQ", "REF_AREA", "INDICATOR", "MEASURE")
_FIGURES = {"OBS_VALUE": "value", "LOWER_BOUND": "lower", "UPPER_BOUND": "upper", "BASE": "base"}
_FREQUENCIES = {"year": "A", "quarter": "Q", "month": "M"}
_PHASE = "phase:"
_PRESCRIBED = {TOTAL: "_T", "female": "F", "male": "M"}
Observation = tuple[dict[str, str], dict[str, str]]
"""Our codes by column, and what the columns must hold."""


def faults(document: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Places where the data set says something else than the manifest, which has its figures in the same order."""
    read = rows_of(content)
    if read is None:
        yield NO_CSV
        return
    header, *rows = read
    notice = ["NOTICE"] if document.get("notice") else []
    wanted = [*_LEADING, "TIME_PERIOD", *_FIGURES, "OBS_STATUS", "CONF_STATUS", "COMMENT_OBS", *notice]
    if fault := header_fault(header, wanted):
        yield fault
        return
    breakdowns = header[header.index("MEASURE") + 1 : header.index("TIME_PERIOD")]
    told = list(_observations(document, [name.lower() for name in breakdowns]))
    if len(rows) != len(told):
        yield f"has {len(rows)} rows in place of {len(told)}"
        return
    theirs, ours_of = Lexicon(), Lexicon()
    for line, (row, (ours, plain)) in enumerate(zip(rows, told, strict=True), start=2):
        if len(row) != len(header):
            yield f"row {line} has another number of columns"
            continue
        shown = dict(zip(header, row, strict=True))
        wrong = [name for name in wanted if name in plain and shown[name] != plain[name]]
        for name, code in ours.items():
            column = name.upper()
            if _PRESCRIBED.get(code, shown[column]) != shown[column]:
                wrong.append(column)
            else:
                theirs.read(column, code, shown[column], f"row {line}, column {column}")
                ours_of.read(column, shown[column], code, f"row {line}, column {column}")
        yield from (f"row {line}, column {name}" for name in wrong)
    yield from dict.fromkeys((*theirs.strays(), *ours_of.strays()))


def _observations(document: Mapping[str, Any], breakdowns: list[str]) -> Iterator[Observation]:
    """Every figure of the data set once: that of a total stands in several tables."""
    seen = set()
    for table in document["tables"]:
        names = set(table["dimensions"])
        if "period" not in names or not names <= {"period", *breakdowns}:
            continue
        counted, _, rest = table["key"].partition(".")
        series, measure = counted.partition("_by_")[0].upper(), (rest or table["kind"]).upper()
        for cell in table["cells"]:
            at = dict(zip(table["dimensions"], codes(table, cell), strict=True))
            when, frequency = _time(document, at.pop("period"))
            ours = {name: at.get(name, TOTAL) for name in breakdowns}
            key = (series, measure, frequency, when, *ours.values())
            if not when or key in seen:
                continue
            seen.add(key)
            leading = (frequency, document["scope"].upper(), series, measure)
            yield ours, dict(zip(_LEADING, leading, strict=True)) | {"TIME_PERIOD": when} | _plain(document, cell)


def _plain(document: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, str]:
    found = state(cell)
    status = {"suppressed": "Q", "not_reported": "O"}.get(found, cell["obs_status"])
    return {
        **{name: "" if cell[ours] is None else str(cell[ours]) for name, ours in _FIGURES.items()},
        "OBS_STATUS": status,
        "CONF_STATUS": cell["conf_status"],
        "COMMENT_OBS": cell.get("note", ""),
        "NOTICE": document.get("notice", ""),
    }


def _time(document: Mapping[str, Any], code: str) -> tuple[str, str]:
    """Period and frequency as SDMX writes them, a phase as the months that it lasts; empty for what is neither."""
    if (plain := _plain_period(code)) is not None:
        return plain.code, _FREQUENCIES[plain.frequency]
    context = document["context"]
    for phase in context.get("phases") or ():
        if f"{_PHASE}{phase['key']}" == code:
            last = phase["end"] or context["edition_period"]
            months = Stretch(first=period(str(phase["start"])), last=period(str(last)))
            return f"{months.first.start.isoformat()}/P{months.months}M", "_O"
    return "", ""


def _plain_period(code: str) -> Period | None:
    try:
        return period(code)
    except WrongArguments:
        return None


_SDG_SEXES = {"_T": "", "F": "female", "M": "male"}
_SDG_AGES = {"_T": "", "Y0T17": "child", "Y_GE18": "adult"}
_SDG_SERIES = {"VC_HTF_DETV": "", "VC_HTF_DETVR": ".rate"}
"""Counts of persons, and their rate. What persons were exploited for is added up of several of our forms."""


def submission_faults(document: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Places where the submission of SDG 16.2.2 shows another count or rate than the manifest has of the same cell."""
    read = rows_of(content)
    if read is None:
        yield NO_CSV
        return
    header, *rows = read
    wanted = ["SERIES", "TIME_PERIOD", "SEX", "AGE", "OBS_VALUE", "CONF_STATUS"]
    if fault := header_fault(header, wanted):
        yield fault
        return
    cells = {
        (table["key"], codes(table, cell)): cell
        for table in document["tables"]
        for cell in table["cells"]
        if table["key"].startswith("victims_identified_by_period")
    }
    for line, row in enumerate(rows, start=2):
        if len(row) != len(header):
            yield f"row {line} has another number of columns"
            continue
        shown = dict(zip(header, row, strict=True))
        cell = cells.get(_cell_of(shown))
        if cell is None:
            continue
        if shown["OBS_VALUE"] != ("" if cell["value"] is None else str(cell["value"])):
            yield f"row {line}, column OBS_VALUE"
        if (shown["CONF_STATUS"] == "F") != (cell["conf_status"] == "F"):  # a rate is withheld as its count is
            yield f"row {line}, column CONF_STATUS"


def _cell_of(shown: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Table and codes of the figure that a row of the submission repeats; a key of no cell where it repeats none."""
    ending = _SDG_SERIES.get(shown["SERIES"])
    sex, age = _SDG_SEXES.get(shown["SEX"]), _SDG_AGES.get(shown["AGE"])
    if ending is None or sex is None or age is None or (sex and age):
        return "", ()
    breakdown = "_sex" if sex else "_age_class" if age else ""
    at = tuple(filter(None, (shown["TIME_PERIOD"], sex, age)))
    return f"victims_identified_by_period{breakdown}{ending}", at
