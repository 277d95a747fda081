"""What comes out of the gate. Only `transforms.disclosure.release` can build these; `reports` takes nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from transforms.disclosure.cells import Rollup, Unit
from transforms.errors import ReleaseRefused
from transforms.statistics.estimate import Estimate

if TYPE_CHECKING:
    from transforms.disclosure.history import History  # which is made of the tables declared here

Kind = Literal["count", "share", "rate", "ratio", "change", "observation"]
State = Literal["value", "zero", "not_reported", "not_applicable", "suppressed", "unreliable"]

_SEAL = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedCell:
    """One cell that may be shown; `value` is None where a status forbids one, `base` is a share's denominator."""

    at: tuple[str, ...]
    value: float | None
    obs_status: str = "A"
    conf_status: str = "F"
    lower: float | None = None
    upper: float | None = None
    base: float | None = None
    note: str = ""

    @property
    def state(self) -> State:
        """Which of the states of a cell this is."""
        if self.conf_status != "F":
            return "suppressed"
        if self.obs_status == "U":
            return "unreliable"
        if self.obs_status == "M":
            return "not_applicable"
        if self.value is None:
            return "not_reported"
        return "zero" if self.value == 0 else "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedTable:
    """A table that passed the gate; raises ReleaseRefused when built by anybody else.

    `population`, `additive` and `within` of count tables are those of `cells.CountTable`: whoever checks what an
    edition gives away must know which cells are one number and which add up.
    The seal is asked for at every construction and not kept, so `dataclasses.replace` cannot carry it over.
    """

    key: str
    indicator: str
    kind: Kind
    dimensions: tuple[str, ...]
    cells: tuple[ReleasedCell, ...]
    unit: Unit
    sources: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    method: str = ""
    population: str = ""
    additive: tuple[str, ...] = ()
    within: str = ""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ReleaseRefused(f"Table {self.key} did not pass the disclosure gate.")

    def cell(self, *at: str) -> ReleasedCell | None:
        """The cell at these codes, or None where the table has no such cell."""
        return next((cell for cell in self.cells if cell.at == at), None)

    def codes(self, dimension: str) -> tuple[str, ...]:
        """Codes of a dimension in the order of the table."""
        place = self.dimensions.index(dimension)
        return tuple(dict.fromkeys(cell.at[place] for cell in self.cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedEstimate:
    """An answer of a statistical method that may be shown; raises ReleaseRefused when built by anybody else.

    `key` names question and series (`transforms.studies.answers`); its sources are those of the counts it rests on.
    """

    key: str
    estimate: Estimate
    sources: tuple[str, ...]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ReleaseRefused(f"Estimate {self.key} did not pass the disclosure gate.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUsed:
    """Provenance of an edition: one vintage that its figures come from; `number` counts them within the edition."""

    source: str
    number: int
    vintage_date: date
    sha256: str
    file_name: str
    contract_version: str
    rows_read: int
    licence: str = ""
    title: str = ""
    is_synthetic: bool = False
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedEdition:
    """One edition for one audience: its tables and all that its pages may say besides.

    `context` holds public declarations only, ready for rendering and JSON: the country profile (names,
    regions, bodies), the COVID phases, breaks in series, delivery calendar, refused estimates. `submission` holds the
    rows of SDG 16.2.2 by SDMX concept, `rollups` what the codes of its tables consist of, `history` what its readers
    were given before (None: nobody asked, as for what is no edition).
    """

    edition: str
    scope: str
    audience: str
    as_of: date
    run_id: str
    code_version: str
    tables: Mapping[str, ReleasedTable]
    created_from: tuple[SourceUsed, ...]
    policy: Mapping[str, Any]
    audit: Mapping[str, Any]
    context: Mapping[str, Any]
    languages: tuple[str, ...]
    estimates: Mapping[str, ReleasedEstimate] = field(default_factory=dict)
    submission: tuple[Mapping[str, str | float | None], ...] = ()
    rollups: tuple[Rollup, ...] = ()
    history: History | None = None
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ReleaseRefused(f"Edition {self.edition} did not pass the disclosure gate.")

    @property
    def is_synthetic(self) -> bool:
        """Whether any source says it is SYNTHETIC; then every page, table and file must say so."""
        return any(source.is_synthetic for source in self.created_from)

    def table(self, key: str) -> ReleasedTable | None:
        """The table of that key, or None where the data of this edition do not give it."""
        return self.tables.get(key)

    def estimate(self, key: str) -> Estimate | None:
        """The answer of that key, or None where the data of this edition do not let it be asked."""
        found = self.estimates.get(key)
        return None if found is None else found.estimate

    def __iter__(self) -> Iterator[ReleasedTable]:
        return iter(self.tables.values())
