"""The state of a home with something of everything, for tests of its page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from transforms.messages import Message
from transforms.status import (
    Arrived,
    BackTest,
    DueDelivery,
    EditionLine,
    Health,
    HomeStatus,
    NextRun,
    NoticeState,
    PastRun,
)

NAMES = {
    "XX": {"en": "Sample Country", "ru": "Страна-образец", "tk": "Nusga ýurt"},
    "MIA": {"en": "Ministry of Internal Affairs", "ru": "Министерство внутренних дел", "tk": "Içeri işler ministrligi"},
    "NGO": {"en": "NGO hotline and shelter", "ru": "НПО: горячая линия", "tk": "Jemgyýetçilik guramasy"},
}
AT = datetime(2024, 5, 26, 5, 30, tzinfo=UTC)


def health(name: str, *, is_well: bool = True) -> Health:
    if is_well:
        return Health(name=name, label=Message(id="Disk"), is_well=True, told=(Message(id="none"),), mend=())
    told = Message(id="none yet")
    mend = Message(id="Make one: tip-trends backup. The schedule makes one every night.")
    return Health(name=name, label=Message(id="Backups"), is_well=False, told=(told,), mend=(mend,))


def stated(**changes: Any) -> HomeStatus:
    """A home in which something of everything is to be said; keywords replace fields."""
    fields: dict[str, Any] = {
        "scope": "XX",
        "at": AT,
        "time_zone": "Asia/Ashgabat",
        "names": NAMES,
        "is_fictional": True,
        "has_deadlines": True,
        "arrived": (
            Arrived(
                source="case_register", extracts=50, withdrawn=1, latest=date(2024, 1, 24), loaded_on=date(2024, 1, 25)
            ),
            Arrived(source="own_source", extracts=0, withdrawn=2, latest=None, loaded_on=None),
        ),
        "due": (
            DueDelivery(
                source="case_register",
                body="MIA",
                period="2024-Q1",
                due=date(2024, 4, 25),
                received=None,
                state="overdue",
            ),
            DueDelivery(
                source="case_register",
                body="NGO",
                period="2024-Q1",
                due=date(2024, 4, 25),
                received=date(2024, 4, 20),
                state="in time",
            ),
            DueDelivery(
                source="population", body="", period="2023", due=date(2024, 12, 30), received=None, state="not yet due"
            ),
        ),
        "notices": (
            NoticeState(
                to="MIA", source="case_register", period="2024-Q1", stage="escalation", is_written=True, unsent=2
            ),
            NoticeState(
                to="population", source="population", period="2023", stage="reminder", is_written=False, unsent=0
            ),
        ),
        "editions": (
            EditionLine(
                edition="quarterly-2023-Q4",
                scope="XX",
                audience="public",
                state="to be made anew",
                awaited=("case_register NGO 2023-Q4",),
            ),
            EditionLine(
                edition="quarterly-2024-Q1",
                scope="XX",
                audience="",
                state="held",
                on=date(2024, 5, 10),
                awaited=("case_register MIA 2024-Q1",),
            ),
            EditionLine(
                edition="annual-2023",
                scope="XX",
                audience="working-group",
                state="proposed: waits for approval",
                on=date(2024, 5, 2),
                by="A. Orazowa",
            ),
            EditionLine(
                edition="annual-2022",
                scope="XX",
                audience="public",
                state="released",
                on=date(2023, 4, 2),
                by="B. Nurow",
            ),
        ),
        "last_runs": (
            PastRun(what="quarterly", edition="quarterly-2024-Q1", ended_at=AT, outcome="failed", reason="OSError"),
            PastRun(what="own_run", ended_at=AT, outcome="done"),
        ),
        "next_runs": (
            NextRun(what="monthly", at=datetime(2024, 6, 10, 1, tzinfo=UTC), edition="monthly-2024-05"),
            NextRun(what="backup", at=datetime(2024, 5, 27, 21, 30, tzinfo=UTC)),
        ),
        "health": (health("disk"), health("backup", is_well=False)),
        "backtests": (
            BackTest(
                series="victims_identified",
                periods=40,
                level_pct=90.0,
                covered_pct=92.5,
                error_pct=1.25,
                uncorrected_error_pct=None,
            ),
        ),
        **changes,
    }
    return HomeStatus(**fields)


def calm() -> HomeStatus:
    """A home in which all is well."""
    full = stated()
    return stated(
        due=full.due[1:],
        notices=(),
        editions=full.editions[3:],
        last_runs=full.last_runs[1:],
        health=full.health[:1],
        backtests=(),
    )
