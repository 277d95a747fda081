"""Who detected: the change of the total as a sum of the changes of channels or bodies.

Fewer tips and fewer self-reports mean different things, so groups of channels are set against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.statistics.covid.comparators import BeforeAfter, ratio_of_ratios
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.multiplicity import holm
from transforms.statistics.rates import SMALLEST_BASE, rate_ratio

METHOD = "detection_decomposition"


def detection_change(
    channels: Mapping[str, BeforeAfter],
    *,
    total: BeforeAfter,
    months_before: int,
    months_during: int,
    groups: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Change of the total, counts before scaled to the months during, with each channel's part (details `parts`).

    Parts add up to the change; each has the exact rate ratio with p and its p after Holm. `groups` names a group for
    channels (self-report, tip): details `groups` adds theirs, `group_members` names them, and `group_ratios` the ratio
    of ratios of each pair. The estimate carries the interval of the total's exact rate ratio. Refused where the
    channels are not the total: persons of several channels, or an unnamed rest. Raises WrongArguments for a group of
    an unknown channel.
    """
    if unknown := set(groups or ()) - set(channels):
        raise WrongArguments(f"There is no channel {', '.join(sorted(unknown))} to put in a group.")
    sums = BeforeAfter(
        before=sum(pair.before for pair in channels.values()), during=sum(pair.during for pair in channels.values())
    )
    basis = {"before": total.before, "during": total.during, "channels": float(len(channels))}
    if sums != total:
        text = said("The channels do not add up to the total, so its change cannot be split among them.")
        return refused(METHOD, "events", "not_a_partition", text, **basis)
    if total.before + total.during == 0:
        return refused(METHOD, "events", "no_events", said("Neither period has any events."), **basis)
    scale = months_during / months_before
    parts = {key: _part(pair, months_before, months_during, level) for key, pair in channels.items()}
    whole = _part(total, months_before, months_during, level)
    tested = [key for key, part in parts.items() if part["p"] is not None]
    for key, adjusted in zip(tested, holm([parts[key]["p"] for key in tested]), strict=True):
        parts[key]["p_holm"] = adjusted
    joined = _grouped(channels, groups or {})
    expected = total.before * scale
    bounds = [None if ratio is None else expected * (ratio - 1) for ratio in (whole["lower"], whole["upper"])]
    return Estimate(
        method=METHOD,
        estimate=whole["change"],
        lower=bounds[0],
        upper=bounds[1],
        level=level,
        unit="events",
        basis={**basis, "months_before": float(months_before), "months_during": float(months_during)},
        checks=(
            Check(
                key="large_base",
                is_met=total.before >= SMALLEST_BASE,
                said=said("A percentage on a base under 20 is unreliable."),
            ),
        ),
        caveats=("detection_is_not_prevalence",),
        details={
            "parts": parts,
            "total": whole,
            "groups": {key: _part(pair, months_before, months_during, level) for key, pair in joined.items()},
            "group_members": {key: [code for code, group in (groups or {}).items() if group == key] for key in joined},
            "group_ratios": _group_ratios(joined, level),
        },
    )


def _part(pair: BeforeAfter, months_before: int, months_during: int, level: float) -> dict[str, Any]:
    """One channel as plain JSON: counts, its change in events, its exact rate ratio (None where none exists)."""
    part: dict[str, Any] = {
        "before": pair.before,
        "during": pair.during,
        "change": pair.during - pair.before * months_during / months_before,
        "rate_ratio": None,
        "lower": None,
        "upper": None,
        "p": None,
        "p_holm": None,
    }
    found = rate_ratio(pair.during, months_during, pair.before, months_before, level=level)
    if found.refusal is not None:
        return part
    part["p"] = found.details["p"]
    if pair.before > 0:
        part |= {"rate_ratio": found.estimate, "lower": found.lower, "upper": found.upper}
    return part


def _grouped(channels: Mapping[str, BeforeAfter], groups: Mapping[str, str]) -> dict[str, BeforeAfter]:
    joined: dict[str, BeforeAfter] = {}
    for channel, group in groups.items():
        so_far, pair = joined.get(group, BeforeAfter(before=0.0, during=0.0)), channels[channel]
        joined[group] = BeforeAfter(before=so_far.before + pair.before, during=so_far.during + pair.during)
    return joined


def _group_ratios(joined: Mapping[str, BeforeAfter], level: float) -> list[dict[str, Any]]:
    keys = sorted(joined)
    ratios = []
    for place, first in enumerate(keys):
        for second in keys[place + 1 :]:
            found = ratio_of_ratios(joined[first], joined[second], level=level)
            ratios.append(
                {
                    "group": first,
                    "against": second,
                    "ratio": found.estimate,
                    "lower": found.lower,
                    "upper": found.upper,
                    "p": found.details.get("p"),
                }
            )
    return ratios
