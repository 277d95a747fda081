"""The return of a supplier as it comes out of its gate (`returns.py`): its own figures beside national ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import date

from transforms.disclosure.released import _SEAL, ReleasedEdition, ReleasedTable
from transforms.errors import ReleaseRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A rule that rows of a delivery broke, the family whose words say it, and how many rows."""

    rule: str
    family: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One delivery of the body: rows that were read and taken, and the rules that those set aside broke.

    `rows_read` is None, and `rules` empty, where the file held lists of other bodies as well: it cannot be told whose
    the rows were that were set aside. `withdrawn_from` is None for one that stands.
    """

    file_name: str
    vintage_date: date
    rows_read: int | None
    rows_accepted: int
    rules: tuple[BrokenRule, ...] = ()
    withdrawn_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedReturn:
    """The return of one body; raises ReleaseRefused when built by anybody else.

    `national` is an edition for this body alone, `own` holds the body's counts under the same keys. `given_away` is for
    the house and no part of the files: how many small counts of others the public edition tells this body already.
    """

    body: str
    national: ReleasedEdition
    own: Mapping[str, ReleasedTable]
    deliveries: tuple[Delivered, ...]
    given_away: int
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ReleaseRefused(f"The return of {self.body} did not pass the disclosure gate.")
