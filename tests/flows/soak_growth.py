"""How large a home and the process that looks after it are, month by month, and what may grow how much, and why."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from flows.home import Home
from flows.running.run_log import MOST_BYTES
from flows.warehouse import read_warehouse
from tests.flows.soak_expected import Expected

PARTS = ("received", "acceptance", "editions", "drafts", "archive", "notices", "logs", "ledger.jsonl")
TABLES = (
    "raw.vintages", "core.cases", "core.observations", "core.population", "quarantine.rows", "mart.counts",
    "mart.estimates", "pub.editions", "ledger.entries", "ledger.publications", "ledger.runs", "ledger.libraries",
)  # fmt: skip
_MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The end of a month: bytes of each part, rows of each table, and the process."""

    month: str
    bytes_of: Mapping[str, int]
    rows: Mapping[str, int]
    counts: int
    extracts: int
    snapshots: int
    memory: int
    peak: int
    descriptors: int
    threads: int
    releases: int
    seconds: float


def measured(home: Home, backups: Path, month: str, releases: int, seconds: float) -> Measured:
    """Measure now; what Python itself can give back is given back before."""
    gc.collect()
    process = psutil.Process()
    with read_warehouse(home.folder) as con:
        rows = {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in TABLES}
        counts = con.execute("SELECT count(DISTINCT run_id) FROM mart.counts").fetchall()[0][0]
    files = {"warehouse": size(home.warehouse), "backups": size(backups)}
    return Measured(
        month=month,
        bytes_of=files | {name: size(home.folder / name) for name in PARTS},
        rows=rows,
        counts=counts,
        extracts=sum(1 for path in (home.folder / "received").rglob("*.csv")),
        snapshots=sum(1 for _ in (backups / "snapshots").iterdir()) if (backups / "snapshots").is_dir() else 0,
        memory=process.memory_info().rss,
        peak=_peak(),
        descriptors=process.num_fds() if hasattr(process, "num_fds") else 0,
        threads=process.num_threads(),
        releases=releases,
        seconds=seconds,
    )


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def _peak() -> int:
    """The most memory that the process ever held, where the system tells."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def table(months: Sequence[Measured]) -> str:
    """All months as text: KiB of the parts, MiB of memory, rows."""
    columns: tuple[tuple[str, Callable[[Measured], object]], ...] = (
        ("month", lambda one: one.month),
        ("seconds", lambda one: f"{one.seconds:.0f}"),
        *((name, _kib(name)) for name in ("warehouse", *PARTS, "backups")),
        ("snapshots", lambda one: one.snapshots),
        ("extracts", lambda one: one.extracts),
        ("MiB", lambda one: one.memory // _MIB),
        ("peak", lambda one: one.peak // _MIB),
        ("open files", lambda one: one.descriptors),
        ("threads", lambda one: one.threads),
        ("released", lambda one: one.releases),
        ("counts runs", lambda one: one.counts),
        *((name, _rows(name)) for name in TABLES),
    )
    return "\n".join(
        "\t".join(line)
        for line in ([name for name, _ in columns], *([str(of(one)) for _, of in columns] for one in months))
    )


def _kib(name: str) -> Callable[[Measured], object]:
    return lambda one: one.bytes_of[name] // 1024


def _rows(name: str) -> Callable[[Measured], object]:
    return lambda one: one.rows[name]


SETTLED = 1
"""Months after which the process has loaded all that it needs."""
MEMORY_PER_MONTH = 8 * _MIB
"""What the process may take more each month: its caches hold tables that grow with the periods."""
BYTES_PER_ROW = 2_500
"""Above the empty warehouse; the answers and manifests that it keeps are long texts, and a block is 256 KiB."""
EMPTY_WAREHOUSE = 5 * _MIB
RELEASE = {"editions": 3 * _MIB, "archive": 4 * _MIB}
"""Bytes of one edition, its drafts taken back included, and of what the archive adds for it."""


def refuse_growth(months: Sequence[Measured], expected: Expected, ledger: Path, runs_made: int) -> None:
    """Raise AssertionError where something grew that nothing explains."""
    last = months[-1]
    sent = {name: [one for one in expected.taken if one.source == name] for name in ("case_register", "crime_justice")}
    assert last.rows["raw.vintages"] == len(expected.taken)
    assert last.rows["core.cases"] == sum(one.rows for one in sent["case_register"]), "a row is kept once per list"
    assert last.rows["core.observations"] == sum(one.rows for one in sent["crime_justice"])
    assert last.rows["quarantine.rows"] == sum(one.bad_rows for one in expected.taken)
    assert last.rows["ledger.entries"] == expected.ledger == len(ledger.read_text("utf-8").splitlines())
    assert last.rows["pub.editions"] == last.releases == expected.approvals
    assert last.counts <= runs_made, "counts are kept once for each making of an edition"
    kept = len([one for one in expected.taken if one.source == "case_register" and one.name not in _gone(expected)])
    assert last.extracts == kept, "an extract whose time is over is gone, every other one is there"
    assert last.bytes_of["logs"] <= 2 * MOST_BYTES
    assert last.snapshots <= MOST_SNAPSHOTS
    rows = sum(last.rows.values())
    assert last.bytes_of["warehouse"] <= EMPTY_WAREHOUSE + BYTES_PER_ROW * rows
    for part, most in RELEASE.items():
        assert last.bytes_of[part] <= most * last.releases, f"{part} grew more than by its editions"
    if len(months) > SETTLED:
        settled = months[SETTLED]
        assert last.descriptors <= settled.descriptors + 4, "files stay open"
        assert last.threads <= settled.threads + 4
        assert last.memory <= settled.memory + MEMORY_PER_MONTH * (len(months) - SETTLED), "memory is not given back"


MOST_SNAPSHOTS = 4 + 4 + 12
"""What the rule of the home keeps: so many days, weeks and months."""


def _gone(expected: Expected) -> set[str]:
    return {name for kind, name in expected.deleted if kind == "extract"}
