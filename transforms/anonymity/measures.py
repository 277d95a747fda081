"""What is measured of records that lie side by side, whichever way it was computed; sizes of groups, never which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, floor
from typing import Any

BANDS = ((1, 1), (2, 2), (3, 4), (5, 9), (10, None))
"""Sizes of groups that are counted together; None: and more."""
LARGEST_KEY = 3
"""Characteristics up to which a record is looked for that is alone by so few of them (Elliot et al., 2002)."""
NEAR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How many groups have from `least` to `most` records (None: or more), and how many records those are."""

    least: int
    most: int | None
    groups: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversity:
    """What whoever knows the columns `by` of a person still does not know of the column.

    `k`: the smallest group that is alike in them. `distinct`: least number of different values in a group
    (l-diversity; Machanavajjhala et al., ACM TKDD 1, 2007).
    `effective`: least exponential of the entropy of a group's values, of which `entropy_l` is the whole part.
    `t`: largest distance between the values of a group and those of all records, every two values equally far apart
    (t-closeness; Li, Li and Venkatasubramanian, ICDE 2007). `alpha`: largest share of a group that one known code has
    (Wong et al., KDD 2006). `records_told` stand in groups in which every record has one known code: it can be read
    off without knowing which record is the person's.
    """

    column: str
    by: tuple[str, ...]
    k: int
    distinct: int
    effective: float
    t: float
    alpha: float
    records_told: int

    @property
    def entropy_l(self) -> int:
        """The largest whole l for which the records are entropy l-diverse."""
        return floor(self.effective + NEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRisk:
    """How few records are alike in the columns `by`.

    `k` is the size of the smallest group, `records_alone` are in a group of their own; `alone_by` counts those that
    are alone already by one, two, … `LARGEST_KEY` of the columns and by no fewer.
    """

    by: tuple[str, ...]
    records: int
    k: int
    bands: tuple[Band, ...]
    alone_by: Mapping[int, int]
    diversity: tuple[Diversity, ...]

    @property
    def records_alone(self) -> int:
        """Records that no other is like."""
        return self.bands[0].records

    @property
    def share_alone(self) -> float:
        """Their share of all records, from 0 to 1."""
        return self.records_alone / self.records

    @property
    def alone_by_more(self) -> int:
        """Those that only more than `LARGEST_KEY` columns single out."""
        return self.records_alone - sum(self.alone_by.values())

    def below(self, least: int) -> int:
        """Records in groups of fewer than `least`, which must be where a band begins."""
        if least not in {band.least for band in self.bands}:
            raise ValueError(f"no band begins at {least}")
        return sum(band.records for band in self.bands if band.least < least)

    def to_json(self) -> dict[str, Any]:
        """Everything as plain JSON; `alpha` and `k` of a column are its (alpha, k)-anonymity."""
        return {
            "by": list(self.by),
            "records": self.records,
            "k": self.k,
            "groups": [
                {"from": band.least, "to": band.most, "groups": band.groups, "records": band.records}
                for band in self.bands
            ],
            "records_alone": self.records_alone,
            "share_alone": self.share_alone,
            "alone_by": {str(size): count for size, count in self.alone_by.items()},
            "alone_by_more": self.alone_by_more,
            "diversity": [
                {
                    "column": one.column,
                    "by": list(one.by),
                    "k": one.k,
                    "l": one.distinct,
                    "entropy_l": one.entropy_l,
                    "effective": one.effective,
                    "t": one.t,
                    "alpha": one.alpha,
                    "records_told": one.records_told,
                }
                for one in self.diversity
            ],
        }


def bands_of(groups_by_size: Mapping[int, int]) -> tuple[Band, ...]:
    """Every band, from how many groups there are of each size."""
    return tuple(
        Band(
            least=least,
            most=most,
            groups=sum(groups for size, groups in groups_by_size.items() if _within(size, least, most)),
            records=sum(size * groups for size, groups in groups_by_size.items() if _within(size, least, most)),
        )
        for least, most in BANDS
    )


def _within(size: int, least: int, most: int | None) -> bool:
    return least <= size and (most is None or size <= most)


def effective_of(entropy: float) -> float:
    """How many values of one frequency have this entropy (in nats)."""
    return exp(entropy)
