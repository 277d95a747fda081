"""Up to which day a register is complete enough, as its own deliveries show."""

from __future__ import annotations

from datetime import date

import numpy as np

from transforms.statistics.nowcast.delays import delay_distribution
from transforms.statistics.nowcast.steps import last_day
from transforms.statistics.nowcast.triangle import ReportingTriangle

ENOUGH = 0.98
"""Share of the registrations after which those still to come are left out of account."""


def complete_until(triangle: ReportingTriangle) -> date:
    """Last day of the last event period of which at least 98 % of the registrations have come, by the delays so far."""
    shares = delay_distribution(triangle)
    enough = np.flatnonzero(shares >= ENOUGH)
    delay = int(enough[0]) if len(enough) else triangle.maximum_delay
    return last_day(triangle.as_of - delay, triangle.step)
