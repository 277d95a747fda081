"""Up to two thousand mutations of sound extracts in every form: rows accounted for, or a refusal in plain words.

Each test is one kind of mutation of one family of forms, always the same ones; what failed is shown as it was drawn,
since shrinking would take minutes. All of a process share one database in memory, and each trial rolls back.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flows.intake.acceptance import Acceptance
from flows.intake.ingest import ingest_file
from tests.flows.extracts import FAMILIES, Cell, Extract, as_ods, as_xlsx, write_profiles, zipped
from transforms.errors import TipTrendsError

DAY = date(2024, 2, 1)
ROW_BY_ROW = ("delimited text", "json", "sdmx", "parquet")
"""Families in which a row is a row whatever stands in it; a sheet has footnotes, a PC-Axis file has places."""
ALL, CELLS, TABLES, BYTES = 2000, 100, 500, 1400
"""Files of each kind per family, 2,000 together; one with other cells has several and is nearly always loaded."""

ODD = (
    "", " ", "0", "-0", "1e5", "1,5", "1 234", "١٢", "１２", "²", "NaN", "nan", "inf", "-inf", "1e999", "9" * 40, "-1",
    "0x1F", "null", "NULL", "None", "true", "N/A", "#REF!", "=1+1", "…", "<5", "-", "..", "2024", "1899", "2024-02-30",
    "30.02.2023", "2024-01-15", "31.12.2099", "9999-12-31", "0000-00-00", "294247-01-10", "М", "ж", "Türkmenistan",
    "Aşgabat\u0301", "\ufeff", "\u200b", "\u00a0F\u00a0", "\u202eF", "𝔽", "🙂", "\x00", "\x01", "\x02", "\x0b", "\x1f",
    "\x7f", "\x85", "\u2028", "\ud800", "F\nM", "F\r\nM", "\r", '"', '""', '"F', "'", ";", ",", "\t", "|", "{file}",
    "%s", "F" * 300, "жен" * 60, "../x", "<b>", "&amp;", "]]>",
)  # fmt: skip
"""Cells that offices, programs and accidents put where a code, a day or a figure is asked for."""
cells: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(ODD), st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.floats(), st.text(max_size=8)
)
places = st.integers(0, 99)


def mutated_cells(sound: Extract) -> st.SearchStrategy[Extract]:
    """Some cells hold something else."""

    def put(changes: list[tuple[int, int, Cell]]) -> Extract:
        extract = sound
        for row, place, cell in changes:
            extract = extract.with_cell(row, place, cell)
        return extract

    return st.lists(st.tuples(places, places, cells), min_size=1, max_size=9).map(put)


def mutated_tables(sound: Extract) -> st.SearchStrategy[Extract]:
    """Columns and rows are dropped, repeated and shuffled, headers are renamed, emptied and doubled."""
    names = st.one_of(
        st.sampled_from((*ODD, *sound.header, "record_no", "sheet", "cell", "column A", "name", "note")),
        st.sampled_from(sound.header).map(str.lower),
        st.sampled_from(sound.header).map(lambda name: f" {name}\u00a0"),
    )
    width, height = len(sound.header), len(sound.rows)
    columns = st.one_of(
        st.just(list(range(width))),
        st.permutations(range(width)),
        st.lists(st.integers(0, width - 1), min_size=1, max_size=width + 3),
    )
    rows = st.one_of(
        st.just(list(range(height))),
        st.permutations(range(height)),
        st.lists(st.integers(0, height - 1), max_size=height + 3),
    )

    def put(renamed: list[tuple[int, str]], columns: list[int], rows: list[int], cut: list[int]) -> Extract:
        extract = sound.with_rows(rows).with_columns(columns)
        for place, name in renamed:
            extract = extract.with_header(place, name)
        kept = [row[: cut[number]] if number < len(cut) else row for number, row in enumerate(extract.rows)]
        return Extract(extract.header, tuple(kept))

    renamed = st.lists(st.tuples(places, names), max_size=2)
    return st.builds(put, renamed, columns, rows, st.lists(st.integers(0, 9), max_size=2))


def damaged_inside(content: bytes) -> st.SearchStrategy[bytes]:
    """A sound archive with a damaged table: damage to the archive itself seldom gets past its checksums."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    table = max(parts, key=lambda name: len(parts[name]))
    return damaged(parts[table]).map(lambda changed: zipped(parts | {table: changed}))


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """The file is cut off, bytes are flipped, taken out and put in, the text gets another encoding."""
    spots = st.integers(0, len(content) - 1)
    flip = st.tuples(spots, st.integers(1, 255)).map(
        lambda at: content[: at[0]] + bytes([content[at[0]] ^ at[1]]) + content[at[0] + 1 :]
    )
    gap = st.tuples(spots, st.integers(1, 60)).map(lambda at: content[: at[0]] + content[at[0] + at[1] :])
    extra = st.tuples(spots, st.binary(min_size=1, max_size=6)).map(
        lambda at: content[: at[0]] + at[1] + content[at[0] :]
    )
    twice = spots.map(lambda at: content + content[at:])
    text = content.decode("utf-8", "replace")
    encodings = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "cp1252", "cp866", "utf-7")
    encoded = st.tuples(st.sampled_from(encodings), spots).map(
        lambda so: text.encode(so[0], "replace")[: -so[1] if so[1] % 3 == 0 else None]
    )
    newlines = st.sampled_from((b"\r\n", b"\r", b"\n\n", b"\n\r", b"\x0b")).map(lambda end: content.replace(b"\n", end))
    digits = [place for place, byte in enumerate(content) if byte in b"0123456789"]
    number = st.tuples(
        st.sampled_from(digits), st.sampled_from((b"9", b"99999", b"10485770", b"4294967296", b"-1"))
    ).map(lambda at: content[: at[0]] + at[1] + content[at[0] + 1 :])
    cut = spots.map(lambda at: content[:at])
    return st.one_of(cut, flip, flip, gap, extra, twice, number, encoded, newlines)


@dataclass(frozen=True, slots=True)
class Mutated:
    """A mutated file: how its name ends, what is in it, and, where that is sure, how many rows."""

    suffix: str
    content: bytes
    rows: int | None = None


def files_with_other_cells(family: str) -> st.SearchStrategy[Mutated]:
    is_sure = family in ROW_BY_ROW
    return st.one_of(
        mutated_cells(sound).map(
            lambda extract, write=write, suffix=suffix: Mutated(
                suffix, write(extract), len(extract.rows) if is_sure else None
            )
        )
        for write, suffix in FAMILIES[family].suffixes.items()
        for sound in FAMILIES[family].sound
    )


def files_with_other_tables(family: str) -> st.SearchStrategy[Mutated]:
    return st.one_of(
        mutated_tables(sound).map(lambda extract, write=write, suffix=suffix: Mutated(suffix, write(extract)))
        for write, suffix in FAMILIES[family].suffixes.items()
        for sound in FAMILIES[family].sound
    )


def damaged_files(family: str) -> st.SearchStrategy[Mutated]:
    return st.one_of(
        damage(write(sound)).map(lambda content, suffix=suffix: Mutated(suffix, content))
        for write, suffix in FAMILIES[family].suffixes.items()
        for sound in FAMILIES[family].sound
        for damage in ((damaged, damaged_inside) if write in (as_xlsx, as_ods) else (damaged,))
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_profiles(tmp_path_factory.mktemp("mutations") / "home")


def check(home: Path, mutated: Mutated) -> None:
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as printed:
        path = Path(folder) / f"extract{mutated.suffix}"
        path.write_bytes(mutated.content)
        try:
            outcome = ingest_file(home, path, received_on=DAY, dry_run=True)
        except TipTrendsError as refusal:
            said = f"{refusal.message} {refusal.advice}"
            assert refusal.message and refusal.advice
        else:
            _check_accounts(outcome)
            assert mutated.rows in (None, outcome.rows_read)
            said = " ".join(outcome.notes)
        assert "Traceback" not in said and 'File "' not in said and ".py" not in said
    assert not printed.getvalue()


def _check_accounts(outcome: Acceptance) -> None:
    assert outcome.rows_read == outcome.rows_accepted + outcome.rows_quarantined
    assert outcome.rows_accepted > 0
    assert (outcome.rows_quarantined > 0) == bool(outcome.problems)
    assert sum(problem.count for problem in outcome.problems) >= outcome.rows_quarantined
    for problem in outcome.problems:
        assert problem.rule and problem.family and problem.cells and problem.spans and problem.advice


def trials(number: int, config: pytest.Config) -> settings:
    """Of so many files per family the share that was asked for; always the same ones."""
    return settings(
        max_examples=max(1, number * config.getoption("--mutations") // ALL),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.usefixtures("_one_warehouse")
@pytest.mark.parametrize("family", FAMILIES)
def test_mutated_cells_are_taken_or_named(family: str, home: Path, pytestconfig: pytest.Config) -> None:
    @trials(CELLS, pytestconfig)
    @given(files_with_other_cells(family))
    def each(mutated: Mutated) -> None:
        check(home, mutated)

    each()


@pytest.mark.usefixtures("_one_warehouse")
@pytest.mark.parametrize("family", FAMILIES)
def test_mutated_columns_and_rows_are_taken_or_named(family: str, home: Path, pytestconfig: pytest.Config) -> None:
    @trials(TABLES, pytestconfig)
    @given(files_with_other_tables(family))
    def each(mutated: Mutated) -> None:
        check(home, mutated)

    each()


@pytest.mark.usefixtures("_one_warehouse")
@pytest.mark.parametrize("family", FAMILIES)
def test_damaged_bytes_are_a_report_or_a_refusal(family: str, home: Path, pytestconfig: pytest.Config) -> None:
    @trials(BYTES, pytestconfig)
    @given(damaged_files(family))
    def each(mutated: Mutated) -> None:
        check(home, mutated)

    each()
