"""What made an edition: program, libraries, machine and extracts, chained like the entries of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from transforms.ledger.entries import Key, Link

RunAct = Literal["drafted", "released", "held"]
_OF_ITS_TIME = ("seq", "made_at", "previous", "hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRun(Link):
    """One row of `ledger.runs`, whose columns say what each field is."""

    made_at: str
    act: RunAct
    edition: str
    scope: str
    audience: str
    run_id: str
    counts_id: str
    as_of: str
    manifest_sha256: str
    extracts: tuple[str, ...]
    awaited: tuple[str, ...]
    code_version: str
    code_sha256: str
    libraries_sha256: str
    platform: str
    account: str

    @property
    def key(self) -> Key:
        """Edition, scope and audience."""
        return Key(scope=self.scope, edition=self.edition, audience=self.audience)

    def is_like(self, other: MadeRun) -> bool:
        """Whether the other says the same of another moment: the same program made the same of the same."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in MadeRun.__dataclass_fields__
            if name not in _OF_ITS_TIME
        )


def is_new(runs: Sequence[MadeRun], made: MadeRun) -> bool:
    """Whether a run is worth a row: not where the last one on its edition says the same."""
    last = next((one for one in reversed(runs) if one.key == made.key), None)
    return last is None or not made.is_like(last)
