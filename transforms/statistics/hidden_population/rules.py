"""What a table must carry before an estimate of those on no list is given."""

from __future__ import annotations

from transforms.messages import counted, said
from transforms.statistics.estimate import Check, Refusal
from transforms.statistics.hidden_population.existence import Finding
from transforms.statistics.hidden_population.table import CaptureTable

FEWEST_LISTS = 3
"""Two lists say nothing of whether being on one makes it likelier to be on the other, and bodies that assist victims
refer them to each other: Lincoln and Petersen's or Chapman's estimate would rest on a belief that nothing can check."""

FEWEST_ON_TWO_LISTS = 10
"""All that is known of those on no list comes from those on several; below ten a rate is called unreliable, too."""

NOTABLE_SPREAD = 2.0
"""Ratio of the largest to the smallest of the models' estimates from which a reader is warned."""

WIDEST_SPREAD = 3.0
"""Ratio from which nothing is given. Published intervals that allow for the choice of a model are about that wide
(Western 1293–3670, NewOrl 717–1657): models further apart disagree beyond what the interval tells."""

FEWEST_WITH_ESTIMATE_PCT = 95.0
"""Share of resamples that must have an estimate; where more lack one the interval describes the others only."""


def of_the_table(table: CaptureTable) -> Refusal | None:
    """Why the table carries no estimate before any model is fitted, or None."""
    if table.persons == 0:
        return Refusal(code="no_persons", reason=said("Nobody is on any list."))
    filled = sum(n > 0 for n in table.list_totals().values())
    if filled < FEWEST_LISTS:
        return Refusal(
            code="too_few_lists",
            reason=counted(
                "Only {n} list has anybody on it; at least three lists are needed, as fewer cannot show whether being"
                " on one list makes it likelier to be on another.",
                "Only {n} lists have anybody on them; at least three lists are needed, as fewer cannot show whether"
                " being on one list makes it likelier to be on another.",
                filled,
            ),
        )
    several = on_several(table)
    if several < FEWEST_ON_TWO_LISTS:
        return Refusal(
            code="overlaps_too_thin",
            reason=counted(
                "Only {n} person is on more than one list; at least {fewest} are needed.",
                "Only {n} persons are on more than one list; at least {fewest} are needed.",
                several,
                fewest=FEWEST_ON_TWO_LISTS,
            ),
        )
    return None


def on_several(table: CaptureTable) -> int:
    """Persons on two lists or more."""
    return sum(table.times_listed()[1:])


def of_the_model(found: Finding) -> Refusal | None:
    """Why a model gives no estimate, or None."""
    if found is Finding.SOUND:
        return None
    if found is Finding.NOT_IDENTIFIABLE:
        reason = said("The lists do not tell the parameters of this model apart: many populations fit equally well.")
        return Refusal(code="not_identifiable", reason=reason)
    return Refusal(
        code="does_not_exist",
        reason=said("This model has no estimate for these lists: too many combinations of lists have nobody on them."),
    )


def of_the_spread(smallest: float, largest: float) -> Refusal | None:
    """Why models that disagree give no estimate, or None."""
    if largest <= WIDEST_SPREAD * smallest:
        return None
    return Refusal(
        code="models_disagree",
        reason=said(
            "Models that may all be right give between {smallest} and {largest} persons, more than {times} times as"
            " many: the lists do not say which.",
            smallest=round(smallest),
            largest=round(largest),
            times=round(WIDEST_SPREAD),
        ),
    )


def of_the_resamples(replicates: int, without_estimate: int) -> Refusal | None:
    """Why an interval that too many resamples are missing from is not given, or None."""
    if 100 * (replicates - without_estimate) >= FEWEST_WITH_ESTIMATE_PCT * replicates:
        return None
    return unbounded()


def unbounded() -> Refusal:
    """Why an estimate without a bound is not given."""
    return Refusal(
        code="no_interval", reason=said("The lists set no bound to how many there may be: no interval can be given.")
    )


def checks(table: CaptureTable, spread: float, all_pairs: Finding, bound_holds: bool) -> tuple[Check, ...]:
    """What a reader is told beside an estimate that is given."""
    alone = [
        name for name in table.lists if not any(n for pair, n in table.overlaps().items() if name in pair.split(":"))
    ]
    return (
        Check(key="three_lists", is_met=True),
        Check(key="enough_overlap", is_met=True),
        Check(
            key="every_list_overlaps",
            is_met=not alone,
            said=said("A list shares nobody with any other; nothing shows how it goes together with them."),
        ),
        Check(
            key="models_agree",
            is_met=spread <= NOTABLE_SPREAD,
            said=said("The models differ by a factor of more than two; read the figures of all of them."),
        ),
        Check(
            key="all_pairs_sound",
            is_met=all_pairs is Finding.SOUND,
            said=said("The model with every pair of lists cannot be estimated; simpler ones were chosen from."),
        ),
        Check(
            key="above_lower_bound",
            is_met=bound_holds,
            said=said("The estimate lies below Chao's lower bound: people differ more in how easily they are found."),
        ),
    )
