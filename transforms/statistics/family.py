"""Several tests in one section: how many effects would be called by chance, and what keeps them at one in twenty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from transforms.errors import WrongArguments
from transforms.messages import Message, said
from transforms.statistics.multiplicity import holm


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """One test of a family: its p as it was and after adjustment, and whether it counts as an effect at `level`."""

    key: str
    p: float
    adjusted_p: float
    is_effect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """All tests that were adjusted together, in the order given, and those that had no p and so are not among them."""

    section: str
    level: float
    tests: tuple[Adjusted, ...]
    not_tested: tuple[str, ...] = ()

    @property
    def statement(self) -> Message:
        """What a reader is told about the family: how many tests it has and what the adjustment holds."""
        if not self.tests:
            return said("No series of this section could be tested.")
        if len(self.tests) == 1:
            return said("One series of this section was tested, so no adjustment was needed.")
        return said(  # not `counted`: where a language has one form for 1 and 21, it would say of 21 what holds for one
            "{n} series of this section were tested together; their p values are adjusted (Holm), so that the chance "
            "to call even one of them an effect when there is none stays under {level} %.",
            n=len(self.tests),
            level=f"{100 * self.level:g}",
        )

    def test_of(self, key: str) -> Adjusted | None:
        """The test of that series; None where it had no p."""
        return next((one for one in self.tests if one.key == key), None)


def holm_family(section: str, p_values: Mapping[str, float | None], *, level: float = 0.05) -> Family:
    """Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979) of all tests of one section.

    It holds the chance of any false effect in the family under `level`, however the tests depend on one another. A
    series without p (None: it was refused) is not a test and does not make the others harder to pass. Raises
    WrongArguments for a p or a level outside 0–1.
    """
    if not 0 < level < 1:
        raise WrongArguments("The level of a family of tests lies between 0 and 1.")
    tested = {key: p for key, p in p_values.items() if p is not None}
    if not all(isfinite(p) and 0 <= p <= 1 for p in tested.values()):
        raise WrongArguments("A p value lies between 0 and 1.")
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    return Family(
        section=section,
        level=level,
        tests=tuple(
            Adjusted(key=key, p=p, adjusted_p=adjusted[key], is_effect=adjusted[key] <= level)
            for key, p in tested.items()
        ),
        not_tested=tuple(key for key, p in p_values.items() if p is None),
    )
