"""Who let an edition out, as its pages and its manifest say it; an edition without approval is a draft everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who proposed an edition, who approved it and when; `is_self_approved` where no second person looked."""

    proposed_by: str
    approved_by: str
    approved_on: date
    is_self_approved: bool

    def to_json(self) -> dict[str, Any]:
        """As it stands in `edition.json` under `release`."""
        return {
            "proposed_by": self.proposed_by,
            "approved_by": self.approved_by,
            "approved_on": self.approved_on.isoformat(),
            "is_self_approved": self.is_self_approved,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Who took an edition back, when and why."""

    withdrawn_by: str
    withdrawn_on: date
    reason: str

    def to_json(self) -> dict[str, Any]:
        """As it stands in `edition.json` under `release`, beside the approval."""
        return {
            "withdrawn_by": self.withdrawn_by,
            "withdrawn_on": self.withdrawn_on.isoformat(),
            "reason": self.reason,
        }
