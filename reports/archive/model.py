"""What an archive is made of: editions as the ledger and their folders tell them, and the history of indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports.archive.history import Series, TableListed
from transforms.errors import WrongArguments
from transforms.periods import Period, period

EditionState = Literal["released", "withdrawn", "absent"]
KINDS = ("annual", "quarterly", "monthly")
"""The kinds of editions, as their names begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of an edition: its name in the edition's folder, its size in bytes, its sha256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One act by which readers got an edition; `moment` is an ISO 8601 instant in UTC, the day that of its readers.

    `id` tells it from all other acts of the ledger.
    """

    id: str
    run_id: str
    as_of: date
    released_on: date
    moment: str
    manifest_sha256: str
    withdrawal: Withdrawn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The act by which a release was taken back."""

    withdrawn_on: date
    moment: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the manifest of an edition in its folder says; only of editions that stand.

    `is_provisional`: it was made while deliveries were missing.
    """

    release_id: str
    languages: tuple[str, ...]
    findings: tuple[Mapping[str, str], ...]
    tables: tuple[TableListed, ...]
    files: tuple[StoredFile, ...]
    is_provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedEdition:
    """One edition: every release of it, oldest first, and its contents while it stands and lies in its folder.

    Without contents it was taken back (then its last release says so) or is not in its folder as it was released.
    """

    edition: str
    releases: tuple[Release, ...]
    contents: Contents | None = None
    is_synthetic: bool = False

    @property
    def kind(self) -> str:
        """annual, quarterly or monthly."""
        return self.edition.partition("-")[0]

    @property
    def period(self) -> Period:
        """The period it reports on."""
        return period(self.edition.partition("-")[2])

    @property
    def release(self) -> Release:
        """The release whose files lie in the folder; without contents the last one."""
        wanted = self.contents.release_id if self.contents else ""
        return next((one for one in self.releases if one.id == wanted), self.releases[-1])

    @property
    def state(self) -> EditionState:
        """Whether readers find it, or why they do not."""
        if self.contents is not None:
            return "released"
        return "withdrawn" if self.release.withdrawal else "absent"

    @property
    def order(self) -> tuple[int, int, date, str]:
        """Along time: by the end of the period, then from short to long, then by knowledge."""
        end = self.period.first_month + self.period.months
        return end, self.period.months, self.release.as_of, self.edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The next edition of a kind, and the day on which the schedule makes its draft."""

    edition: str
    period: Period
    drafted_on: date

    @property
    def kind(self) -> str:
        """annual, quarterly or monthly."""
        return self.edition.partition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """All that the site of one scope and audience is made of.

    `names` are those of the country in several languages, empty for the world, and `publisher` who is cited as such.
    `editions` are newest first. `languages` begin with that of the first page. `site` is the address under which the
    site lies, with a slash at its end, empty where none is known. `authority` and `since` make the ids of its feeds,
    which stay when the address changes.
    """

    scope: str
    audience: str
    names: Mapping[str, str]
    editions: tuple[ArchivedEdition, ...]
    series: tuple[Series, ...]
    expected: tuple[Expected, ...]
    languages: tuple[str, ...]
    site: str
    publisher: Mapping[str, str]
    authority: str
    since: date
    version: str

    def __post_init__(self) -> None:
        if not self.editions:
            raise WrongArguments("An archive without editions has no pages.")

    @property
    def is_synthetic(self) -> bool:
        """Whether any of its editions is made from invented data."""
        return any(one.is_synthetic for one in self.editions)

    @property
    def standing(self) -> tuple[ArchivedEdition, ...]:
        """Editions with files, newest first."""
        return tuple(one for one in self.editions if one.state == "released")

    @property
    def last_moment(self) -> str:
        """The instant of the last act on any of its editions."""
        releases = [one for edition in self.editions for one in edition.releases]
        return max(one.withdrawal.moment if one.withdrawal else one.moment for one in releases)
