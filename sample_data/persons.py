"""The fictional persons: who they are and when they came to notice."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import date, timedelta

from sample_data import mixes
from sample_data.chance import Chance

FIRST_YEAR, LAST_YEAR = 2016, 2023
MEAN_PER_MONTH = 13.0
FEWEST, MOST = 5, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One fictional person; `noticed` is the day the first body met them, `event` the first day of exploitation."""

    key: str
    event: date
    noticed: date
    phase: mixes.Phase
    kind: str
    sex: str
    age: int
    citizenship: str
    country_of_exploitation: str
    region: str
    forms: tuple[str, ...]
    sectors: tuple[str, ...]
    means: tuple[str, ...]
    relations: tuple[str, ...]
    recruited: tuple[str, ...]
    channel: str


def phase_of(day: date) -> mixes.Phase:
    """The last phase that has begun by that day; the first phase for earlier days."""
    return next((phase for phase in reversed(mixes.PHASES) if phase.start <= day), mixes.PHASES[0])


def persons(chance: Chance) -> tuple[Person, ...]:
    """Everyone noticed, 5 to 30 a month, in order of notice; from a year early, for cases that register late."""
    found: list[Person] = []
    for year in range(FIRST_YEAR - 1, LAST_YEAR + 1):
        for month in range(1, 13):
            first = date(year, month, 1)
            mean = _expected(first)
            count = min(max(chance.poisson(mean * (0.85 + 0.3 * chance.uniform())), FEWEST), MOST)
            days = sorted(chance.whole(0, 27) for _ in range(count))
            found += [_person(chance, len(found) + n, first + timedelta(days=day)) for n, day in enumerate(days)]
    return tuple(found)


def _expected(first: date) -> float:
    """Mean number of persons in a month: slow growth, a summer season, and the phase."""
    years = first.year - FIRST_YEAR + (first.month - 1) / 12
    season = 1 + 0.12 * math.cos(2 * math.pi * (first.month - 7) / 12)
    return MEAN_PER_MONTH * (1 + 0.025 * years) * season * phase_of(first).level


def _person(chance: Chance, number: int, noticed: date) -> Person:
    phase = phase_of(noticed)
    is_fraud = noticed >= mixes.FIRST_ONLINE_FRAUD and chance.happens(phase.online_fraud)
    kind = "fraud" if is_fraud else chance.one_of(mixes.KINDS)
    citizenship, exploited_in = _corridor(chance, kind, phase)
    weights = {key: w for key, w in phase.channels.items() if key != "online" or noticed >= mixes.FIRST_ONLINE_CHANNEL}
    forms = (mixes.FORMS[kind], *_second_form(chance, kind))
    return Person(
        key=hashlib.sha256(f"SYNTHETIC XX {number}".encode()).hexdigest()[:16],
        event=max(noticed - timedelta(days=chance.long_tail_days(95, 1.15, 2200)), date(2011, 1, 1)),
        noticed=noticed,
        phase=phase,
        kind=kind,
        sex=_sex(chance, kind),
        age=_age(chance, kind),
        citizenship=citizenship,
        country_of_exploitation=exploited_in,
        region=chance.one_of(mixes.REGIONS),
        forms=forms,
        sectors=chance.several_of(mixes.SECTORS[kind], 0.06) if kind in mixes.SECTORS else (),
        means=chance.several_of(mixes.MEANS[kind], 1.3),
        relations=chance.several_of(mixes.RELATIONS[kind], 0.08),
        recruited=chance.several_of(_recruited(kind, noticed), 0.12),
        channel=chance.one_of(weights),
    )


def _corridor(chance: Chance, kind: str, phase: mixes.Phase) -> tuple[str, str]:
    """Citizenship and country of exploitation."""
    if kind == "fraud":
        return "XX", chance.one_of(mixes.FRAUD_ABROAD)
    is_domestic = chance.happens(0.85 if kind in ("begging", "marriage") else phase.domestic)
    if is_domestic:
        return "XX", "XX"
    if chance.happens(0.14):
        return chance.one_of(mixes.FOREIGNERS), "XX"
    return "XX", chance.one_of(mixes.ABROAD)


def _sex(chance: Chance, kind: str) -> str:
    if chance.happens(0.004):
        return "other"
    return "Feminine" if chance.happens(mixes.FEMALE[kind]) else "Masculine"


def _age(chance: Chance, kind: str) -> int:
    if chance.happens(mixes.CHILD[kind]):
        return chance.whole(5, 17) if kind == "begging" else chance.whole(13, 17)
    return 18 + min(chance.long_tail_days(11, 0.75, 48), 48)


def _second_form(chance: Chance, kind: str) -> tuple[str, ...]:
    weights = mixes.SECOND_FORM[kind]
    return (chance.one_of(weights),) if chance.happens(sum(weights.values()) / 100) else ()


def _recruited(kind: str, noticed: date) -> mixes.Weights:
    shift = mixes.ONLINE_SHIFT if noticed >= mixes.PHASES[1].start else 1.0
    return {key: weight * (shift if "Online" in key else 1.0) for key, weight in mixes.RECRUITED[kind].items()}
