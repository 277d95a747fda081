"""Invented figures around the cases: contacts of a hotline, stranded migrants, migration, the action plan's status."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sample_data.chance import Chance

REMARK = "SYNTHETIC"
ISSUED = "2024-01-16"
QUARTERS = tuple(f"{year}-Q{quarter}" for year in range(2019, 2024) for quarter in range(1, 5))
STRANDED = tuple(f"{year}-{month:02}" for year in (2020, 2021) for month in range(1, 13))[2:20]
"""March 2020 to August 2021: the months in which borders were closed."""
YEARS = tuple(range(2016, 2024))

_CHANNELS = {"call": 0.7, "message": 0.3}
_ONLINE_CHANNELS = {"call": 0.35, "message": 0.65}
_TOPICS = {"migration_advice": 0.45, "labour_rights": 0.25, "trafficking": 0.08, "other": 0.22}
_PLACES = {"Türkiye": 0.55, "Russian Federation": 0.45}
_NEEDS = {"food": 0.6, "shelter": 0.4, "documents": 0.5, "medical_care": 0.2}
_PARTNERS = {"Российская Федерация": 0.5, "Турция": 0.3, "Казахстан": 0.2}
_DIRECTIONS = {"immigration": 5200.0, "emigration": 7400.0}
_DROP = {2020: 0.35, 2021: 0.45, 2022: 0.8}
"""Part of the moves of a normal year that took place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One indicator of the invented plan: what it was, should become and is."""

    number: str
    title: str
    body: str
    unit: str
    baseline: tuple[str, str]
    target: tuple[str, str]
    latest: tuple[str, str]
    evidence: str


PLAN = (
    Goal(number="1.1", title="Regions with a local coordination group", body="MIA", unit="body",
         baseline=("2019", "1"), target=("2025", "6"), latest=("2023", "4"), evidence="B"),
    Goal(number="1.2", title="Staff trained to recognise victims", body="MIA", unit="person",
         baseline=("2019", "0"), target=("2025", "400"), latest=("2023-Q4", "261"), evidence="B"),
    Goal(number="2.1", title="Contacts that the hotline answers", body="NGO", unit="pct",
         baseline=("2019", "71"), target=("2025", "95"), latest=("2023-Q4", "88.5"), evidence="C"),
    Goal(number="2.2", title="Places in shelters", body="NGO", unit="person",
         baseline=("2019", "12"), target=("2024-12", "30"), latest=("2023-12", "18"), evidence="A"),
    Goal(number="3.1", title="A procedure of referral is in force", body="MIA", unit="yes_no",
         baseline=("2019", "0"), target=("2023-06", "1"), latest=("2023-12", "1"), evidence="A"),
    Goal(number="3.2", title="Victims who received compensation", body="IOM", unit="person",
         baseline=("2019", "…"), target=("2025", "20"), latest=("2023", "-"), evidence="C"),
)  # fmt: skip

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The four tables, each with its header first."""

    hotline: Rows
    stranded: Rows
    migration: Rows
    plan: Rows

    def files(self) -> dict[str, bytes]:
        """Bytes by file name: UTF-8, comma, LF."""
        tables = {
            "hotline_contacts": self.hotline,
            "migrant_registrations": self.stranded,
            "migration_flows": self.migration,
            "action_plan": self.plan,
        }
        return {f"{name}_{ISSUED}.csv": _csv(rows) for name, rows in tables.items()}


def context(chance: Chance) -> Context:
    """All four tables from one stream of draws."""
    return Context(hotline=_hotline(chance), stranded=_stranded(chance), migration=_migration(chance), plan=_plan())


def _hotline(chance: Chance) -> Rows:
    rows = [("area", "period", "sex", "hotline", "channel", "topic", "outcome", "contacts", "remark")]
    for quarter in QUARTERS:
        is_closed = "2020-Q2" <= quarter <= "2021-Q2"
        whole = 520.0 * (0.6 if quarter == "2020-Q2" else 1.25 if is_closed else 1.0)
        for channel, part in (_ONLINE_CHANNELS if quarter >= "2020-Q2" else _CHANNELS).items():
            for topic, share in _TOPICS.items():
                count = str(chance.poisson(whole * part * share))
                rows.append(("XX", quarter, "", "H1", channel, topic, "", count, REMARK))
    return tuple(rows)


def _stranded(chance: Chance) -> Rows:
    rows = [("reported_by", "period", "measure", "sex", "citizenship", "stranded_in", "need", "persons", "remark")]

    def add(month: str, measure: str, place: str, need: str, count: int) -> None:
        rows.append(("XX", month, measure, "total", "XX", place, need, str(count) if count else "-", REMARK))

    waiting = 0
    for number, month in enumerate(STRANDED):
        for place, share in _PLACES.items():
            registered = chance.poisson(130.0 * share * 0.9**number)
            waiting += registered
            add(month, "registered", place, "", registered)
            for need, part in _NEEDS.items():
                add(month, "in_need", place, need, sum(chance.happens(part) for _ in range(registered)))
            add(month, "wishes_to_return", place, "", sum(chance.happens(0.8) for _ in range(registered)))
        returned = min(waiting, chance.poisson(70.0)) if number > 3 else 0  # flights home began in July 2020
        waiting -= returned
        add(month, "returned", "", "", returned)
    return tuple(rows)


def _migration(chance: Chance) -> Rows:
    rows = [("country", "period", "direction", "sex", "other_country", "purpose", "persons", "remark")]
    for year in YEARS:
        for direction, usual in _DIRECTIONS.items():
            for partner, share in _PARTNERS.items():
                count = round(usual * share * _DROP.get(year, 1.0) * (0.95 + 0.1 * chance.uniform()))
                rows.append(("XX", str(year), direction, "total", partner, "", str(count), REMARK))
    return tuple(rows)


def _plan() -> Rows:
    rows = [
        (
            "country",
            "indicator",
            "title",
            "measure",
            "period",
            "responsible_body",
            "evidence",
            "unit",
            "value",
            "remark",
        )
    ]
    for goal in PLAN:
        for measure, (period, value) in (
            ("baseline", goal.baseline), ("target", goal.target), ("latest", goal.latest),
        ):  # fmt: skip
            rows.append(
                ("XX", goal.number, goal.title, measure, period, goal.body, goal.evidence, goal.unit, value, REMARK)
            )
    return tuple(rows)


def context_truth(tables: Context) -> dict[str, object]:
    """Sums that the files must give, counted from the rows as written."""
    return {
        "hotline_contacts_by_year": _sums(tables.hotline, lambda row: row["period"][:4], "contacts"),
        "hotline_contacts_about_trafficking": _sums(
            tables.hotline, lambda row: row["period"][:4] if row["topic"] == "trafficking" else "", "contacts"
        ),
        "stranded_migrants": _sums(
            tables.stranded, lambda row: row["measure"] if row["measure"] != "in_need" else "", "persons"
        ),
        "migration": _sums(tables.migration, lambda row: f"{row['direction']} {row['period']}", "persons"),
        "action_plan": {
            goal.number: {"baseline": goal.baseline[1], "target": goal.target[1], "latest": goal.latest[1]}
            for goal in PLAN
        },
    }


def _sums(rows: Rows, key: Callable[[Mapping[str, str]], str], figure: str) -> dict[str, int]:
    header, *body = rows
    found: dict[str, int] = {}
    for cells in body:
        row = dict(zip(header, cells, strict=True))
        if key(row):
            found[key(row)] = found.get(key(row), 0) + (int(row[figure]) if row[figure] != "-" else 0)
    return found


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")
