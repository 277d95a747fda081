"""Editions for tests: fictional people counted by a small stand-in for the gate, sealed as the gate would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import sqrt
from typing import Any

from reports.approval import Approval
from transforms.disclosure import released
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedTable, SourceUsed
from transforms.indicators.registry import INDICATORS

SEAL = released._SEAL
DEFINITIONS = {one.key: one.defined() for one in INDICATORS}
PHASES = (
    {"key": "pre_pandemic", "start": "2016-01", "end": "2020-02"},
    {"key": "acute", "start": "2020-03", "end": "2020-08"},
    {"key": "prolonged_restrictions", "start": "2020-09", "end": "2022-03"},
    {"key": "recovery", "start": "2022-04", "end": None},
)
COUNTRY = {
    "code": "XX",
    "names": {"en": "Sample Country (fictional)", "ru": "Страна-образец (вымышленная)"},
    "regions": [
        {"code": f"XX-{i}", "names": {"en": name}, "tile": tile}
        for i, (name, tile) in enumerate(
            (
                ("Northern Region", [2, 1]),
                ("Lake Region", [1, 2]),
                ("Mountain Region", [3, 1]),
                ("River Region", [3, 2]),
                ("Southern Region", [2, 3]),
                ("Capital City", [2, 2]),
            ),
            1,
        )
    ],
    "bodies": [
        {"code": "MIA", "names": {"en": "Ministry of Internal Affairs"}},
        {"code": "NGO", "names": {"en": "NGO hotline and shelter"}},
        {"code": "IOM", "names": {"en": "International Organization for Migration"}},
    ],
    "time_zone": "Asia/Ashgabat",
}
SOURCES = (
    SourceUsed(
        source="case_register",
        number=2,
        vintage_date=date(2024, 3, 31),
        sha256="4f1c" * 16,
        file_name="case_register_MIA_2024-03-31.csv",
        contract_version="1",
        rows_read=1412,
        title="National case register",
        is_synthetic=True,
    ),
    SourceUsed(
        source="crime_justice",
        number=1,
        vintage_date=date(2024, 2, 12),
        sha256="9ab0" * 16,
        file_name="crime_justice_2023.xlsx",
        contract_version="1",
        rows_read=560,
        is_synthetic=True,
    ),
)


def table(
    text: str,
    *,
    key: str = "victims_identified_by_period",
    dimensions: tuple[str, ...] = ("period",),
    kind: str = "count",
    unit: str = "person",
    sources: tuple[str, ...] = ("case_register",),
    caveats: tuple[str, ...] = (),
) -> ReleasedTable:
    """A table drawn as text: a column per dimension, then value and the letter of its status."""
    cells = []
    for line in text.strip().splitlines()[1:]:
        *at, value, status = (part.strip() for part in line.split("|"))
        is_confidential = status in {"C", "D"}
        cells.append(
            ReleasedCell(
                at=tuple(at),
                value=float(value) if value else None,
                obs_status="A" if is_confidential or not status else status,
                conf_status=status if is_confidential else "F",
            )
        )
    return sealed(key, dimensions, cells, kind=kind, unit=unit, sources=sources, caveats=caveats)


def sealed(
    key: str,
    dimensions: tuple[str, ...],
    cells: Iterable[ReleasedCell],
    *,
    kind: str = "count",
    unit: str = "person",
    sources: tuple[str, ...] = ("case_register",),
    caveats: tuple[str, ...] = (),
) -> ReleasedTable:
    """A released table without the gate."""
    return ReleasedTable(
        key=key,
        indicator=key.split("_by_")[0],
        kind=kind,  # type: ignore[arg-type]
        dimensions=dimensions,
        cells=tuple(cells),
        unit=unit,  # type: ignore[arg-type]
        sources=sources,
        caveats=caveats,
        seal=SEAL,
    )


APPROVED = Approval(
    proposed_by="A. Orazowa", approved_by="B. Nurow", approved_on=date(2024, 5, 1), is_self_approved=False
)
"""Who let out the editions of these tests, where that matters; without it they are drafts."""


def edition(tables: Iterable[ReleasedTable], **changes: Any) -> ReleasedEdition:
    """An edition of these tables; keywords replace its other fields, `context` is merged."""
    context = {
        "headline": "victims_identified",
        "finest": "month",
        "edition_period": "2023",
        "window": ["2016", "2023"],
        "country": COUNTRY,
        "phases": list(PHASES),
        "phases_source": "Fictional dates made for the sample data (SYNTHETIC).",
        "breaks": [],
        "reporting_status": [],
        "deliveries": [],
        "denominators": [],
        "refused": [],
        "indicators": DEFINITIONS,
        **changes.pop("context", {}),
    }
    fields: dict[str, Any] = {
        "edition": "annual-2023",
        "scope": "XX",
        "audience": "working-group",
        "as_of": date(2024, 4, 30),
        "run_id": "run-0001",
        "code_version": "0.1.0",
        "created_from": SOURCES,
        "policy": {
            "audience": "working-group",
            "threshold": 4,
            "protection_width": 4,
            "minimum_share_base": 20,
            "minimum_rate_events": 10,
            "zeros": "shown",
        },
        "audit": {
            "verdict": "passed",
            "checks": ["margins"],
            "cells": 900,
            "primary": 40,
            "secondary": 25,
            "scope_of_audit": "this edition only",
            "solver": "HiGHS",
            "attack": {"verdict": "passed", "checked": 65, "width": 4, "earlier_editions": 2},
        },
        "languages": ("en",),
        **changes,
    }
    return ReleasedEdition(tables={t.key: t for t in tables}, context=context, seal=SEAL, **fields)


def protected(counts: Mapping[tuple[str, ...], float], threshold: int = 4) -> list[ReleasedCell]:
    """Cells with small counts taken out."""
    return [
        ReleasedCell(
            at=at, value=None if 0 < n < threshold else float(n), conf_status="C" if 0 < n < threshold else "F"
        )
        for at, n in counts.items()
    ]


def wilson(count: float, base: float) -> tuple[float, float]:
    """95 % interval of a share, in per cent."""
    share, z = count / base, 1.959964
    middle = (share + z * z / (2 * base)) / (1 + z * z / base)
    half = z * sqrt(share * (1 - share) / base + z * z / (4 * base * base)) / (1 + z * z / base)
    return 100 * (middle - half), 100 * (middle + half)


def shares(source: ReleasedTable, counts: Mapping[tuple[str, ...], int]) -> ReleasedTable:
    """Shares of the known, recomputed from the released cells."""
    cells = []
    for cell in source.cells:
        part, code = cell.at
        if code in {"total", "unknown", "not_reported"}:
            continue
        base = counts[part, "total"] - counts.get((part, "unknown"), 0) - counts.get((part, "not_reported"), 0)
        if cell.value is None:
            cells.append(ReleasedCell(at=cell.at, value=None, conf_status="D", base=base))
        elif base < 20:
            cells.append(ReleasedCell(at=cell.at, value=None, obs_status="U", base=base))
        else:
            lower, upper = wilson(cell.value, base)
            cells.append(ReleasedCell(at=cell.at, value=100 * cell.value / base, lower=lower, upper=upper, base=base))
    return sealed(source.key + ".share", source.dimensions, cells, kind="share", unit="pct")


CTDC = {
    2002: 1026,
    2003: 357,
    2004: 223,
    2005: 1455,
    2006: 1423,
    2007: 1417,
    2008: 802,
    2009: 587,
    2010: 943,
    2011: 1340,
    2012: 1367,
    2013: 1832,
    2014: 3000,
    2015: 4276,
    2016: 16399,
}


OF_CTDC = (
    "detection_is_not_prevalence",
    "registration_is_not_exploitation",
    "records_are_persons",
    "coverage_differs_between_years",
    "small_groups_removed",
)


def world(**changes: Any) -> ReleasedEdition:
    """A world edition: years only, thousands of cases, a coverage break, and what UNODC sums over countries."""
    key = "victims_registered_by_period"
    tables = [
        sealed(
            key,
            ("period",),
            [ReleasedCell(at=(str(y),), value=float(n)) for y, n in CTDC.items()],
            sources=("ctdc_kanon",),
            caveats=OF_CTDC,
        ),
        *_summed_by_unodc(),
    ]
    mix = {
        "sex": (("female", 0.62), ("male", 0.37), ("unknown", 0.01)),
        "form": (
            ("sexual_exploitation", 0.45),
            ("forced_labour", 0.41),
            ("slavery_and_practices", 0.02),
            ("unknown", 0.12),
        ),
        "citizenship": (
            ("AF", 0.0),
            ("PH", 0.5),
            ("UA", 0.16),
            ("MD", 0.1),
            ("KH", 0.05),
            ("ID", 0.05),
            ("unknown", 0.14),
        ),
        "corridor": (("UA>RU", 0.1), ("PH>AE", 0.2), ("MD>RU", 0.06)),
        "age_class": (("child", 0.2), ("adult", 0.6), ("not_reported", 0.2)),
    }
    for dimension, parts in mix.items():
        counts = {(str(y), code): round(n * share) for y, n in CTDC.items() for code, share in (*parts, ("total", 1.0))}
        counts_table = sealed(
            f"{key}_{dimension}", ("period", dimension), protected(counts), sources=("ctdc_kanon",), caveats=OF_CTDC
        )
        tables += [counts_table, shares(counts_table, counts)]
    change = [
        ReleasedCell(at=(str(y),), value=100 * (CTDC[y] / CTDC[y - 1] - 1), base=float(CTDC[y - 1]))
        if y < 2016
        else ReleasedCell(at=(str(y),), value=None, obs_status="M")
        for y in CTDC
        if y > 2002
    ]
    tables.append(sealed(key + ".change", ("period",), change, kind="change", unit="pct", sources=("ctdc_kanon",)))
    tables.append(
        sealed(
            "victims_detected_matched",
            ("period",),
            [
                ReleasedCell(at=("2019",), value=48968.0, note="112 countries"),
                ReleasedCell(at=("2020",), value=44198.0),
            ],
            sources=("unodc_tip",),
        )
    )
    tables.append(
        sealed(
            "victims_detected_matched.change",
            ("period",),
            [ReleasedCell(at=("2020",), value=-9.741, base=48968.0)],
            kind="change",
            unit="pct",
            sources=("unodc_tip",),
        )
    )
    context = {
        "headline": "victims_registered",
        "finest": "year",
        "edition_period": "2016",
        "window": ["2002", "2016"],
        "country": None,
        "breaks": [
            {
                "source": "ctdc_kanon",
                "period": "2016",
                "key": "ctdc_2016",
                "texts": {
                    "en": "Coverage changed in 2016: 11,262 records of one partner in the Philippines entered in "
                    "that year."
                },
            }
        ],
        "matched": {"countries": 112, "years": ["2019", "2020"]},
        "countries_reporting": {
            "victims_detected_by_period": {"2015": 97, "2016": 1},
            "persons_convicted_by_period": {"2015": 85, "2016": 75},
        },
        "phases": [],
        "phases_source": "WHO: public health emergency, 30 January 2020 to 5 May 2023.",
    }
    used = SourceUsed(
        source="ctdc_kanon",
        number=1,
        vintage_date=date(2020, 4, 14),
        sha256="c0de" * 16,
        file_name="ctdc_kanon_2020-04-14_2002-2016.csv",
        contract_version="1",
        rows_read=36447,
    )
    return edition(
        tables,
        **{
            "edition": "annual-2016",
            "scope": "world",
            "as_of": date(2024, 4, 30),
            "created_from": (used,),
            **changes,
            "context": {**context, **changes.get("context", {})},
        },
    )


def _summed_by_unodc() -> list[ReleasedTable]:
    """Detected, prosecuted, prosecuted by sex: other countries each year, sex told from 2015 on."""
    caveats = ("small_counts_published_as_bands", "countries_differ_between_years")
    kinds: dict[str, Any] = {"kind": "observation", "sources": ("unodc_tip",), "caveats": caveats}
    by_sex = {
        "female": {2015: 2000.0, 2016: 2330.0},
        "male": {2015: 3100.0, 2016: 3351.0},
        "total": {2014: 9767.0, 2015: 8010.0, 2016: 7306.0},
    }
    return [
        sealed("victims_detected_by_period", ("period",), _estimated({2015: 23977.0, 2016: 24918.0}), **kinds),
        sealed("persons_prosecuted_by_period", ("period",), _estimated(by_sex["total"]), **kinds),
        sealed("persons_convicted_by_period", ("period",), _estimated({2015: 4196.0, 2016: 2582.0}), **kinds),
        sealed(
            "persons_prosecuted_by_period_sex",
            ("period", "sex"),
            [
                ReleasedCell(at=(str(y), sex), value=found.get(y), obs_status="E" if y in found else "O")
                for y in (2014, 2015, 2016)
                for sex, found in by_sex.items()
            ],
            **kinds,
        ),
    ]  # fmt: skip


def _estimated(values: Mapping[int, float]) -> list[ReleasedCell]:
    return [ReleasedCell(at=(str(y),), value=n, obs_status="E", lower=n - 50, upper=n + 50) for y, n in values.items()]


def empty(**changes: Any) -> ReleasedEdition:
    """An edition in which nothing at all is known."""
    return edition((), created_from=(), **changes)
