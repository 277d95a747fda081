"""Three explanations of a fall in detection, each with the signs that would speak for it and against it.

Less capacity to detect, fewer opportunities for traffickers, displacement to hidden settings: every one lets expect
other moves of who detected and of who was detected. A sign is read off released counts and speaks for its explanation,
against it, not at all, or cannot be read. None of them proves anything: the three can hold at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from transforms.messages import said
from transforms.statistics.estimate import Estimate, refused
from transforms.statistics.multiplicity import holm_among
from transforms.studies.phases import BASE
from transforms.studies.question import Counts, Question
from transforms.studies.signs import (
    METHOD,
    RECOVERY,
    RESTRICTIONS,
    Direction,
    level_in_phases,
    ratio_in_phases,
    share_in_years,
)

Explanation = Literal["capacity", "opportunity", "displacement"]
Verdict = Literal["for", "against", "silent"]
INSPECTIONS = ("police", "labour_inspection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing to look at: which way it moves if the explanation holds, in the breakdown of which dimension."""

    key: str
    explanation: Explanation
    dimension: str
    expected: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSign(Sign):
    """Persons a month of these codes under restrictions, against before."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioSign(Sign):
    """The same, against the persons of other codes: how the two moved apart."""

    codes: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareSign(Sign):
    """Persons of one code against everybody else, in whole years: from one time to a later one."""

    code: str
    then: str
    now: str


SIGNS: tuple[LevelSign | RatioSign | ShareSign, ...] = (
    LevelSign(key="tips", explanation="capacity", dimension="identification_channel", expected="fall", codes=("tip",)),
    LevelSign(
        key="inspections",
        explanation="capacity",
        dimension="identification_channel",
        expected="fall",
        codes=INSPECTIONS,
    ),
    LevelSign(
        key="border", explanation="capacity", dimension="identification_channel", expected="fall", codes=("border",)
    ),
    RatioSign(
        key="self_reports",
        explanation="capacity",
        dimension="identification_channel",
        expected="rise",
        codes=("self_report",),
        against=("tip", *INSPECTIONS, "border"),
    ),
    ShareSign(
        key="domestic",
        explanation="opportunity",
        dimension="crossing",
        expected="rise",
        code="domestic",
        then=BASE,
        now=RESTRICTIONS,
    ),
    ShareSign(
        key="reopening",
        explanation="opportunity",
        dimension="crossing",
        expected="fall",
        code="domestic",
        then=RESTRICTIONS,
        now=RECOVERY,
    ),
    ShareSign(
        key="online_network",
        explanation="displacement",
        dimension="recruitment_channel",
        expected="rise",
        code="online_social_network",
        then=BASE,
        now=RESTRICTIONS,
    ),
    ShareSign(
        key="online_advertisement",
        explanation="displacement",
        dimension="recruitment_channel",
        expected="rise",
        code="online_advertisement",
        then=BASE,
        now=RESTRICTIONS,
    ),
    ShareSign(
        key="homes",
        explanation="displacement",
        dimension="sector",
        expected="rise",
        code="domestic_work",
        then=BASE,
        now=RESTRICTIONS,
    ),
)


def evidence(tables: Sequence[Counts], question: Question) -> dict[str, Estimate]:
    """Every sign as `evidence:<explanation>:<sign>`: a ratio with its interval, its verdict, and the cells behind it.

    Empty where the counts do not reach from before the pandemic into the restrictions. Details: `verdict`, `expected`,
    `p`, `p_holm` over all signs that can be read, `then`, `now` (periods or phases), `cells` (key of the table, codes).
    """
    if BASE not in question.phase_months or len(question.phase_months) < 2:
        return {}
    by_dimension = {t.dimension: t for t in tables if t.indicator == question.headline and len(t.dimensions) == 2}
    found = {f"evidence:{s.explanation}:{s.key}": _read(s, by_dimension.get(s.dimension), question) for s in SIGNS}
    return judged(found, {f"evidence:{s.explanation}:{s.key}": s.expected for s in SIGNS})


def _read(sign: LevelSign | RatioSign | ShareSign, table: Counts | None, question: Question) -> Estimate:
    if table is None:
        return refused(METHOD, "ratio", "no_such_table", said("The edition has no counts by this characteristic."))
    match sign:
        case LevelSign():
            return level_in_phases(table, sign.codes, question)
        case RatioSign():
            return ratio_in_phases(table, sign.codes, sign.against, question)
        case ShareSign():
            return share_in_years(table, sign.code, (sign.then, sign.now), question)


def judged(signs: Mapping[str, Estimate], expected: Mapping[str, Direction]) -> dict[str, Estimate]:
    """The signs with their verdict: for or against only where the move is clear among all that were looked at (Holm).

    A sign that cannot be read stays refused, and is no test.
    """
    adjusted = holm_among(signs)
    return {
        key: sign
        if key not in adjusted
        else replace(
            sign,
            details={
                **sign.details,
                "p_holm": adjusted[key],
                "expected": expected[key],
                "verdict": verdict(sign.estimate or 0.0, adjusted[key], expected[key], 1 - sign.level),
            },
        )
        for key, sign in signs.items()
    }


def verdict(ratio: float, p: float, expected: Direction, allowed: float) -> Verdict:
    """What a ratio says of an explanation that lets expect a fall (under 1) or a rise (over 1)."""
    if p >= allowed:
        return "silent"
    return "for" if (ratio < 1) == (expected == "fall") else "against"
