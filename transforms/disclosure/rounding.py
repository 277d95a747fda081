"""Controlled rounding: every count to a multiple of a base beside it, so that all sums of the linked tables still hold.

Zero-restricted, as Cox (Journal of the American Statistical Association 82, 1987) has it: a multiple of the base stays
as it is and any other count goes to one of the two multiples around it; of all such tables the one that changes least,
found by integer programming (HiGHS through scipy.optimize.milp). In three and more dimensions there may be none.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, diags_array, hstack

from transforms.disclosure.linked import LinkedCells
from transforms.disclosure.policy import LOWEST_ROUNDING_BASE, Policy
from transforms.errors import ProfileInvalid, ReleaseRefused

NODES = 2000
"""Branches of the program; an amount of work and not of time, so that an edition can be rebuilt."""


def refuse_rounding(rules: Policy) -> None:
    """Refuse to publish under a policy that asks for rounded counts: shares, tests and texts take counts as they are.

    Raises ReleaseRefused in words.
    """
    if rules.rounding_base is not None:
        raise ReleaseRefused(
            f"The policy of audience '{rules.audience}' asks for counts rounded to {rules.rounding_base}. Editions "
            "withhold counts instead: shares, intervals and findings would be made from figures that are not true.",
            advice="Take rounding_base out of the policy. Small counts are protected without it.",
        )


def rounded(linked: LinkedCells, base: int, *, nodes: int = NODES) -> np.ndarray:
    """Rounded values of all cells, in their order; what no table shows only has to be a multiple of zero or more.

    Raises ProfileInvalid for a base below 3, ReleaseRefused where no rounding keeps all sums or none was found within
    so many branches.
    """
    if type(base) is not int or base < LOWEST_ROUNDING_BASE:
        raise ProfileInvalid(
            "A rounding base is below the lowest safe value.",
            advice=f"Set rounding_base to a whole number of {LOWEST_ROUNDING_BASE} or more.",
        )
    down = linked.values // base
    rest = linked.values % base
    tabled = np.flatnonzero(linked.is_tabled)
    hidden = np.flatnonzero(~linked.is_tabled)
    ups = diags_array((rest[tabled] > 0).astype(float))
    sums = hstack([csr_array(linked.sums[:, tabled]) @ ups, csr_array(linked.sums[:, hidden])])
    right = -(linked.sums[:, tabled] @ down[tabled])
    found = milp(
        np.concatenate([np.where(rest > 0, base - 2 * rest, 0)[tabled], np.zeros(hidden.size)]),
        constraints=LinearConstraint(csr_array(sums), right, right) if linked.sums.shape[0] else (),
        bounds=Bounds(0, np.concatenate([np.ones(tabled.size), np.full(hidden.size, np.inf)])),
        integrality=np.ones(linked.values.size),
        options={"node_limit": nodes},
    )
    if found.x is None or found.status != 0:
        raise ReleaseRefused(
            "No rounding of all counts at once keeps every sum of the linked tables"
            + ("." if found.status == 2 else f", or none was found within {nodes} branches."),
            advice="Nothing was published. Publish fewer breakdowns together, or withhold counts instead of rounding.",
        )
    whole = np.rint(found.x).astype(np.int64)
    values = np.empty_like(linked.values)
    values[tabled] = base * (down[tabled] + np.where(rest[tabled] > 0, whole[: tabled.size], 0))
    values[hidden] = base * whole[tabled.size :]
    if (linked.sums @ values).any():
        raise ReleaseRefused(
            "The rounded counts do not add up.", advice="Report this as a fault of disclosure control."
        )
    return values
