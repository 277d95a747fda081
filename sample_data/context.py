"""Invented figures around the cases: contacts of a hotline, stranded migrants, migration, the action plan's status."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sample_data.chance import Chance
from sample_data.plan import MEASURES, plan_rows

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
    return Context(hotline=_hotline(chance), stranded=_stranded(chance), migration=_migration(chance), plan=plan_rows())


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

    def add(month: str, measure: str, count: int, place: str = "", need: str = "") -> None:
        rows.append(("XX", month, measure, "total", "", place, need, str(count) if count else "-", REMARK))

    waiting = 0
    for number, month in enumerate(STRANDED):
        places, needs, wishes = dict.fromkeys(_PLACES, 0), dict.fromkeys(_NEEDS, 0), 0
        for place, share in _PLACES.items():
            places[place] = chance.poisson(130.0 * share * 0.9**number)
            for need, part in _NEEDS.items():
                needs[need] += sum(chance.happens(part) for _ in range(places[place]))
            wishes += sum(chance.happens(0.8) for _ in range(places[place]))
        waiting += sum(places.values())
        add(month, "registered", sum(places.values()))
        for place, count in places.items():
            add(month, "registered", count, place=place)
        for need, count in needs.items():
            add(month, "in_need", count, need=need)
        add(month, "wishes_to_return", wishes)
        returned = min(waiting, chance.poisson(70.0)) if number > 3 else 0  # flights home began in July 2020
        waiting -= returned
        add(month, "returned", returned)
    return tuple(rows)


def _migration(chance: Chance) -> Rows:
    rows = [("country", "period", "direction", "sex", "other_country", "purpose", "persons", "remark")]
    for year in YEARS:
        for direction, usual in _DIRECTIONS.items():
            for partner, share in _PARTNERS.items():
                count = round(usual * share * _DROP.get(year, 1.0) * (0.95 + 0.1 * chance.uniform()))
                rows.append(("XX", str(year), direction, "total", partner, "", str(count), REMARK))
    return tuple(rows)


def context_truth(tables: Context) -> dict[str, object]:
    """Sums that the files must give, counted from the rows as written."""
    return {
        "hotline_contacts_by_year": _sums(tables.hotline, lambda row: row["period"][:4], "contacts"),
        "hotline_contacts_about_trafficking": _sums(
            tables.hotline, lambda row: row["period"][:4] if row["topic"] == "trafficking" else "", "contacts"
        ),
        "stranded_migrants": _sums(
            tables.stranded, lambda row: row["measure"] if not row["need"] and not row["stranded_in"] else "", "persons"
        ),
        "migration": _sums(tables.migration, lambda row: f"{row['direction']} {row['period']}", "persons"),
        "action_plan": {
            measure.number: {"baseline": measure.baseline[1], "target": measure.target[1], "latest": measure.latest[1]}
            for measure in MEASURES
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
