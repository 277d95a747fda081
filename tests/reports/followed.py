"""A small edition of what is followed up: the action plan, stranded migrants, contacts of hotlines, what is around, who
delivers; through the real gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from tests.reports.editions import COUNTRY, PHASES, SOURCES
from transforms.action_plan import Row, measures, plan_tables
from transforms.disclosure.cells import CountCell, CountTable, TableSet, Unit
from transforms.disclosure.release import release
from transforms.disclosure.released import ReleasedEdition
from transforms.indicators.registry import indicator

TITLES = {
    "1.1": ("Regions with a coordination group", "Области с координационной группой", "Topary bolan sebitler"),
    "1.2": ("A procedure is in force", "Порядок действует", "Tertip güýje girdi"),
    "2.1": ("Staff trained", "Обученные сотрудники", "Okadylan işgärler"),
    "2.2": ("Contacts answered", "Принятые обращения", "Jogap berlen ýüztutmalar"),
    "3.1": ("Victims assisted", "Жертвы, получившие помощь", "Kömek alan pida çekenler"),
    "3.2": ("Children in families", "Дети в семьях", "Maşgaladaky çagalar"),
    "3.3": ("Places in shelters", "Места в приютах", "Sygynaklardaky orunlar"),
    "4.1": ("Inspections", "Проверки", "Barlaglar"),
}
GOALS = {
    "1": ("Coordination", "Координация", "Utgaşdyrma"),
    "2": ("Prevention", "Предупреждение", "Öňüni alyş"),
    "3": ("Protection", "Защита", "Gorag"),
    "4": ("Data", "Данные", "Maglumatlar"),
}
PLAN = """
    number | unit     | body | grade | baseline | target        | latest          | more
    1.1    | body     | MIA  | B     | 2019: 1  | 2025: 6       | 2023: 4         |
    1.2    | yes_no   | MIA  | A     | 2019: 0  | 2023-06-30: 1 | 2023-12: 1      |
    2.1    | person   | MIA  | B     | 2019: 0  | 2025: 400     | 2023-Q4: 261    |
    2.2    | pct      | NGO  | C     | 2019: 71 | 2023-12-31: 95| 2023-Q4: 74.5   | percentage_of=contact
    3.1    | person   | NGO  | A     | 2019:    | 2025: 130     | 2023:           | measured_by=victims_assisted
    3.2    | person   | NGO  | B     | 2019: 2  | 2024: 12      | 2023: 3         |
    3.3    | place    | NGO  | A     | 2019:    | 2025: 30      | 2023: 18        | why_missing=not_measured
    4.1    | event    | MIA  | D     | 2019: 4  | 2025: 60      | 2023:           | why_missing=not_delivered
    """
ASSISTED = CountTable(
    key="victims_assisted_by_period",
    indicator="victims_assisted",
    population="victims_assisted",
    dimensions=("period",),
    additive=("period",),
    cells=tuple(CountCell(at=(str(year),), value=value) for year, value in ((2019, 100), (2022, 92), (2023, 117))),
    unit="person",
    sources=("case_register",),
)
PUNCTUALITY = [
    {"source": "case_register", "body": "MIA", "first": "2019-Q4", "last": "2023-Q4", "due": 17, "received": 17,
     "late": 0, "complete": 17, "in_time": 17},
    {"source": "case_register", "body": "NGO", "first": "2019-Q4", "last": "2023-Q4", "due": 17, "received": 16,
     "late": 1, "complete": 15, "in_time": 15},
]  # fmt: skip
CALENDAR = [
    {"source": "case_register", "body": "NGO", "period": "2023-Q4", "due": "2024-01-25", "is_overdue": True},
    {"source": "case_register", "body": "MIA", "period": "2024-Q1", "due": "2024-04-25", "is_overdue": False},
    {"source": "case_register", "body": "NGO", "period": "2024-Q1", "due": "2024-04-25", "is_overdue": False},
    {"source": "population", "body": "", "period": "2023", "due": "2024-12-30", "is_overdue": False},
]


def rows_of(text: str) -> list[Row]:
    """Rows of a status table drawn as text: each figure is `period: value`, empty where it is not reported."""
    header, *lines = ([part.strip() for part in line.split("|")] for line in text.strip().splitlines() if line.strip())
    found = []
    for line in lines:
        cells = dict(zip(header, line, strict=True))
        goal = cells["number"].partition(".")[0]
        about = {"indicator": cells["number"], "body": cells["body"], "evidence": cells["grade"], "goal": goal}
        for name, texts in (("title", TITLES.get(cells["number"])), ("goal_title", GOALS.get(goal))):
            if texts:
                about |= {name: texts[0], f"{name}_ru": texts[1], f"{name}_tk": texts[2]}
        about |= dict(pair.split("=") for pair in cells["more"].split())
        for point in ("baseline", "target", "latest"):
            held, _, value = (part.strip() for part in cells[point].partition(":"))
            if held:
                status = "A" if value else "O"
                found.append(
                    Row(point=point, held=held, about=about, unit=cells["unit"],  # type: ignore[arg-type]
                        value=float(value) if value else None, obs_status=status)
                )  # fmt: skip
    return found


def stranded() -> Sequence[CountTable]:
    """Registrations and returns by month of 2020, wishes and needs."""

    def table(key: str, cells: Iterable[tuple[tuple[str, ...], float | None, str]], *by: str) -> CountTable:
        name = f"stranded_migrants_{key}"
        return CountTable(
            key="_".join((name, "by_period", *by)), indicator=name, population=name, dimensions=("period", *by),
            additive=("period",), cells=tuple(CountCell(at=at, value=n, obs_status=s) for at, n, s in cells),
            unit="person", sources=("migrant_registrations",), caveats=("a_stranded_migrant_is_not_a_victim",),
        )  # fmt: skip

    months = [136, 110, 105, 89, 73, 86]
    back = [0, 0, 0, 2, 88, 76]

    def periods(counts: list[int]) -> list[tuple[tuple[str, ...], float | None, str]]:
        quarters = [(("2020-Q1",), sum(counts[:1]), "P"), (("2020-Q2",), sum(counts[1:4]), "A"),
                    (("2020-Q3",), sum(counts[4:]), "P")]  # fmt: skip
        return [
            (("2020",), sum(counts), "P"),
            *quarters,
            *(((f"2020-{month:02}",), count, "A") for month, count in enumerate(counts, start=3)),
        ]

    needs = [(("2020", "food"), 521.0, "P"), (("2020", "work"), 2.0, "P"), (("2020", "shelter"), 326.0, "P")]
    return (table("registered", periods(months)), table("in_need", needs, "need"), table("returned", periods(back)))


def context() -> Sequence[CountTable]:
    """Contacts of hotlines by quarter, topic and way; moves and the unemployment rate by year."""

    def table(
        key: str, unit: Unit, source: str, cells: Iterable[tuple[tuple[str, ...], float | None, str]], *by: str
    ) -> CountTable:
        declared = indicator(key)
        return CountTable(
            key="_".join((key, "by_period", *by)), indicator=key, population=key, dimensions=("period", *by),
            additive=("period", *by), cells=tuple(CountCell(at=at, value=n, obs_status=s) for at, n, s in cells),
            unit=unit, sources=(source,), caveats=declared.caveats, is_published=source != key,
        )  # fmt: skip

    quarters = {2019: [536, 552, 567, 531], 2020: [551, 314, 669, 3]}
    by_quarter = [((f"{y}-Q{q}",), float(n), "A") for y, ns in quarters.items() for q, n in enumerate(ns, start=1)]
    years = [((str(year),), float(sum(counts)), "A") for year, counts in quarters.items()]
    topics = {"2019": {"trafficking": 192, "migration_advice": 1401, "other": 593},
              "2020": {"trafficking": 3, "migration_advice": 1008, "other": 526}}  # fmt: skip
    ways = {"2019": {"call": 1551, "message": 635}, "2020": {"call": 801, "message": 736}}

    def with_totals(found: dict[str, dict[str, int]]) -> list[tuple[tuple[str, ...], float | None, str]]:
        codes = [((year, code), float(n), "A") for year, counts in found.items() for code, n in counts.items()]
        return [*codes, *(((year, "total"), float(sum(counts.values())), "A") for year, counts in found.items())]

    def of_years(*values: float | None) -> list[tuple[tuple[str, ...], float | None, str]]:
        listed = zip((2019, 2020, 2021), values, strict=True)
        return [((str(year),), value, "A" if value is not None else "O") for year, value in listed]

    return (
        table("hotline_contacts", "contact", "hotline_contacts", [*years, *by_quarter]),
        table("hotline_contacts", "contact", "hotline_contacts", with_totals(topics), "topic"),
        table("hotline_contacts", "contact", "hotline_contacts", with_totals(ways), "channel"),
        table("immigrants", "person", "migration_flows", of_years(5201, 1833, 2291)),
        table("emigrants", "person", "migration_flows", of_years(7322, 2640, 3309)),
        table("unemployment_rate", "pct", "labour_market", of_years(4.9, 5.3, None)),
    )


def followed(
    plan: str = PLAN,
    *,
    tables: Iterable[CountTable] = (ASSISTED, *stranded(), *context()),
    audience: str = "working-group",
    as_of: date = date(2024, 1, 25),
    **context: Any,
) -> ReleasedEdition:
    """The edition as the gate lets it out."""
    counted = tuple(tables)
    made = plan_tables(measures(rows_of(plan)), counted, date(2023, 12, 31))
    return release(
        TableSet(tables=(*counted, *made.tables), rollups=made.rollups),
        audience=audience,
        edition="annual-2023",
        scope="XX",
        as_of=as_of,
        run_id="run-0002",
        code_version="0.1.0",
        created_from=SOURCES,
        context={
            "headline": "victims_identified", "finest": "month", "edition_period": "2023", "window": ["2019", "2023"],
            "country": COUNTRY, "phases": list(PHASES), "phases_source": "Fictional (SYNTHETIC).", "breaks": [],
            "reporting_status": [], "deliveries": [], "denominators": [], "refused": [], "punctuality": PUNCTUALITY,
            "due_dates": CALENDAR, "action_plan": made.context, **context,
        },
        languages=("en", "ru", "tk"),
    )  # fmt: skip


@cache
def followed_up() -> ReleasedEdition:
    """The edition of the golden pages; made once."""
    return followed()
