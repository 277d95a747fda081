"""An invented National Action Plan: four goals, thirteen measures, and where each stands. SYNTHETIC throughout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

REMARK = "SYNTHETIC"
Texts = tuple[str, str, str]
"""In English, Russian and Turkmen."""

GOALS: dict[str, Texts] = {
    "1": ("Coordination and law", "Координация и право", "Utgaşdyrma we hukuk"),
    "2": ("Prevention", "Предупреждение", "Öňüni alyş"),
    "3": ("Protection of victims", "Защита жертв торговли людьми", "Pida çekenleri goramak"),
    "4": ("Justice and data", "Правосудие и данные", "Adalat we maglumatlar"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of the plan: what it was, should become and is, each as period and cell."""

    number: str
    texts: Texts
    body: str
    unit: str
    baseline: tuple[str, str]
    target: tuple[str, str]
    latest: tuple[str, str]
    evidence: str
    measured_by: str = ""
    percentage_of: str = ""
    why_missing: str = ""


MEASURES = (
    Measure(
        number="1.1", unit="body", body="MIA", evidence="B",
        texts=("Regions with a local coordination group", "Области с местной координационной группой",
               "Ýerli utgaşdyryjy topary bolan sebitler"),
        baseline=("2019", "1"), target=("2025", "6"), latest=("2023", "4"),
    ),
    Measure(
        number="1.2", unit="yes_no", body="MIA", evidence="A",
        texts=("A procedure of referral is in force", "Действует порядок перенаправления",
               "Ugrukdyrmagyň tertibi güýje girdi"),
        baseline=("2019", "0"), target=("2023-06-30", "1"), latest=("2023-12", "1"),
    ),
    Measure(
        number="1.3", unit="document", body="IOM", evidence="B",
        texts=("Agreements with countries of destination", "Соглашения со странами назначения",
               "Barylýan ýurtlar bilen ylalaşyklar"),
        baseline=("2019", "1"), target=("2023-12-31", "4"), latest=("2023-Q4", "2"),
    ),
    Measure(
        number="2.1", unit="person", body="MIA", evidence="B",
        texts=("Staff trained to recognise victims", "Сотрудники, обученные распознавать жертв",
               "Pida çekenleri tanamagy öwrenen işgärler"),
        baseline=("2019", "0"), target=("2025", "400"), latest=("2023-Q4", "261"),
    ),
    Measure(
        number="2.2", unit="pct", body="NGO", evidence="C", percentage_of="contact",
        texts=("Contacts that the hotline answers", "Обращения, на которые отвечает горячая линия",
               "Gyzgyn liniýanyň jogap berýän ýüztutmalary"),
        baseline=("2019", "71"), target=("2025", "95"), latest=("2023-Q4", "74.5"),
    ),
    Measure(
        number="2.3", unit="event", body="NGO", evidence="A",
        texts=("Information days in schools of all regions", "Информационные дни в школах всех областей",
               "Ähli sebitleriň mekdeplerinde maglumat günleri"),
        baseline=("2019", "0"), target=("2024-12", "12"), latest=("2023-12", "14"),
    ),
    Measure(
        number="3.1", unit="place", body="NGO", evidence="A",
        texts=("Places in shelters", "Места в приютах", "Sygynaklardaky orunlar"),
        baseline=("2019", "12"), target=("2024-12", "30"), latest=("2023-12", "18"),
    ),
    Measure(
        number="3.2", unit="person", body="NGO", evidence="A", measured_by="victims_assisted",
        texts=("Victims assisted in a year", "Жертвы, получившие помощь за год",
               "Bir ýylda kömek alan pida çekenler"),
        baseline=("2019", ""), target=("2025", "130"), latest=("2023", ""),
    ),
    Measure(
        number="3.3", unit="person", body="IOM", evidence="C", why_missing="not_measured",
        texts=("Victims who received compensation", "Жертвы, получившие возмещение",
               "Öwez puly alan pida çekenler"),
        baseline=("2019", "…"), target=("2025", "20"), latest=("2023", "-"),
    ),
    Measure(
        number="3.4", unit="person", body="NGO", evidence="B",
        texts=("Children in foster families", "Дети в приёмных семьях", "Kabul ediji maşgaladaky çagalar"),
        baseline=("2019", "2"), target=("2024-12", "12"), latest=("2023", "3"),
    ),
    Measure(
        number="4.1", unit="person", body="SSC", evidence="A", measured_by="persons_convicted",
        texts=("Persons convicted in a year", "Осуждённые за год", "Bir ýylda iş kesilen adamlar"),
        baseline=("2019", ""), target=("2025", "55"), latest=("2023", ""),
    ),
    Measure(
        number="4.2", unit="body", body="SSC", evidence="A",
        texts=("Bodies that deliver their list every quarter", "Органы, ежеквартально передающие свои списки",
               "Her çärýekde sanawyny berýän edaralar"),
        baseline=("2019", "1"), target=("2023-06-30", "3"), latest=("2023-Q2", "2"),
    ),
    Measure(
        number="4.3", unit="event", body="MIA", evidence="D", why_missing="not_delivered",
        texts=("Labour inspections that look for signs of trafficking",
               "Проверки труда с поиском признаков торговли людьми",
               "Adam söwdasynyň alamatlaryny gözleýän zähmet barlaglary"),
        baseline=("2019", "4"), target=("2025", "60"), latest=("2023", "…"),
    ),
)  # fmt: skip

HEADER = (
    "country", "goal", "goal_title", "goal_title_ru", "goal_title_tk", "indicator", "title", "title_ru", "title_tk",
    "measure", "period", "responsible_body", "evidence", "measured_by", "percentage_of", "why_missing", "unit", "value",
    "remark",
)  # fmt: skip


def plan_rows() -> tuple[tuple[str, ...], ...]:
    """The status table, its header first: three rows a measure."""
    return (HEADER, *(row for measure in MEASURES for row in _rows(measure)))


def _rows(measure: Measure) -> Iterator[tuple[str, ...]]:
    goal = measure.number.partition(".")[0]
    for point, (held, value) in (
        ("baseline", measure.baseline), ("target", measure.target), ("latest", measure.latest),
    ):  # fmt: skip
        yield (
            "XX", goal, *GOALS[goal], measure.number, *measure.texts, point, held, measure.body, measure.evidence,
            measure.measured_by, measure.percentage_of, measure.why_missing, measure.unit, value, REMARK,
        )  # fmt: skip
