"""How often nowcast intervals hold the final count, in simulated registers: `python -m tests.simulation.nowcast`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.statistics.nowcast.prediction import central_interval, predict
from transforms.statistics.nowcast.triangle import Floats

LEVEL = 0.90
SERIES = 2000
REPLICATES = 400
PERIODS = 48
SEED = 20240
MEANS = (2.0, 5.0, 20.0, 50.0)

DELAYS = {
    "quick": (0.55, 0.25, 0.10, 0.06, 0.03, 0.01),
    "late peak": (0.08, 0.17, 0.30, 0.22, 0.13, 0.07, 0.03),
    "long tail": (0.30, 0.18, 0.12, 0.09, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01),
}
"""Share of the registrations at each delay, in periods."""

NOISES = ("Poisson", "level φ 2", "registration φ 2")
"""Cases vary as Poisson; periods differ in level beyond that; registrations come in batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One kind of register; `recent` multiplies the mean of the periods that are still incomplete."""

    mean: float
    delay: str
    noise: str
    recent: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Coverage of the total of the incomplete periods and of single ones, bias and error of the total in percent."""

    total: float
    single: float
    bias_pct: float
    error_pct: float
    naive_pct: float


def increments(scenario: Scenario, series: int, random: np.random.Generator) -> Floats:
    """Registrations by series, event period and delay; periods at the end are incomplete for the delay's length."""
    shares = np.array(DELAYS[scenario.delay])
    mean = np.full(PERIODS, float(scenario.mean))
    mean[-(len(shares) - 1) :] *= scenario.recent
    rate = np.broadcast_to(mean, (series, PERIODS))
    if scenario.noise == "level φ 2":
        rate = random.standard_gamma(rate)
    cells = rate[..., None] * shares
    return random.poisson(random.standard_gamma(cells) if scenario.noise == "registration φ 2" else cells).astype(float)


def outcome(scenario: Scenario, *, series: int, replicates: int, random: np.random.Generator) -> Outcome:
    """Nowcast of many series of one kind against what came in the end."""
    final = increments(scenario, series, random).cumsum(axis=-1)
    last = final.shape[-1] - 1
    ages = np.arange(PERIODS - 1, -1, -1)
    seen = np.where(np.arange(last + 1) > ages[:, None], np.nan, final)
    truth, recent = final[:, -last:, -1], ages[-last:]
    observed = np.take_along_axis(final[:, -last:], recent[None, :, None], axis=2)[..., 0]
    found = predict(seen, observed, recent, final[:, :-last, -1], replicates, random)
    low, high = central_interval(found.draws, LEVEL)
    low_total, high_total = central_interval(found.draws.sum(axis=-1), LEVEL)
    total = truth.sum(axis=-1)
    size = total.mean()
    return Outcome(
        total=_share((low_total <= total) & (total <= high_total)),
        single=_share((low <= truth) & (truth <= high)),
        bias_pct=float(100 * (found.expected.sum(axis=-1) - total).mean() / size),
        error_pct=float(100 * np.abs(found.expected.sum(axis=-1) - total).mean() / size),
        naive_pct=float(100 * np.abs(observed.sum(axis=-1) - total).mean() / size),
    )


def _share(held: NDArray[np.bool_]) -> float:
    return float(held.mean())


def scenarios() -> Iterator[Scenario]:
    """Every mean, delay and noise with a steady level, then a level that halves in the incomplete periods."""
    for noise in NOISES:
        for delay in DELAYS:
            for mean in MEANS:
                yield Scenario(mean=mean, delay=delay, noise=noise)
    for delay in DELAYS:
        for mean in MEANS:
            yield Scenario(mean=mean, delay=delay, noise="Poisson", recent=0.5)


def table(*, series: int = SERIES, replicates: int = REPLICATES) -> Iterator[str]:
    """The lines of a markdown table, one for each scenario."""
    yield "| level | variation | delay | mean | total covered % | single covered % | bias % | error % | uncorrected % |"
    yield "|---|---|---|---:|---:|---:|---:|---:|---:|"
    for place, one in enumerate(scenarios()):
        found = outcome(one, series=series, replicates=replicates, random=np.random.default_rng([SEED, place]))
        level = "steady" if one.recent == 1 else "halved"
        yield (
            f"| {level} | {one.noise} | {one.delay} | {one.mean:.0f} | {100 * found.total:.1f} | "
            f"{100 * found.single:.1f} | {found.bias_pct:+.1f} | {found.error_pct:.1f} | {found.naive_pct:.1f} |"
        )


if __name__ == "__main__":
    for line in table():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
