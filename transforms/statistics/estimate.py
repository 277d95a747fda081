"""What every statistical method gives back: the figure, its uncertainty, what it rests on, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from transforms.errors import WrongArguments
from transforms.messages import Message

_NOTHING_SAID = Message(id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of a method and whether the data meet it; `said` is what a reader is told where they do not."""

    key: str
    is_met: bool
    said: Message = _NOTHING_SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why no figure is given: a stable code and a plain reason."""

    code: str
    reason: Message

    def to_json(self) -> dict[str, str]:
        """The public JSON form; the reason in English."""
        return {"code": self.code, "reason": str(self.reason)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimate with its interval at `level`; `estimate` is None exactly when there is a `refusal`.

    `basis` holds the counts and exposures that went in, `details` figures beside the estimate.
    An infinite bound means that the data set none. Raises WrongArguments for an estimate outside its interval.
    """

    method: str
    estimate: float | None
    lower: float | None
    upper: float | None
    unit: str
    level: float = 0.95
    basis: Mapping[str, float] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    caveats: tuple[str, ...] = ()
    refusal: Refusal | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.estimate is None) != (self.refusal is not None):
            raise WrongArguments(f"{self.method}: an estimate needs a value or a refusal, and not both.")
        if None not in (self.estimate, self.lower, self.upper) and not self.lower <= self.estimate <= self.upper:  # type: ignore[operator]  # None is excluded in this line
            raise WrongArguments(f"{self.method}: the estimate lies outside its interval.")

    def to_json(self) -> dict[str, Any]:
        """The public JSON form; infinite values become null, as JSON has none."""
        return {
            "method": self.method,
            "estimate": _finite(self.estimate),
            "lower": _finite(self.lower),
            "upper": _finite(self.upper),
            "level": self.level,
            "unit": self.unit,
            "basis": dict(self.basis),
            "checks": [{"key": c.key, "is_met": c.is_met, "said": str(c.said)} for c in self.checks],
            "caveats": list(self.caveats),
            "refusal": None
            if self.refusal is None
            else {"code": self.refusal.code, "reason": str(self.refusal.reason)},
            "details": dict(self.details),
        }


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def refused(method: str, unit: str, code: str, reason: Message, **basis: float) -> Estimate:
    """An estimate that is not given, with its reason."""
    return Estimate(
        method=method,
        estimate=None,
        lower=None,
        upper=None,
        unit=unit,
        basis=basis,
        refusal=Refusal(code=code, reason=reason),
    )
