"""What the tests of effects share: the command line in this process, a small home, and the state of a home."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

import sample_data
from flows.cli import run
from flows.clock import Clock, now
from flows.home import ENVIRONMENT, Home, Settings, write_settings
from flows.intake.desk import Desk
from flows.intake.ingest import Acceptance, ingest_file
from flows.running.prefect_setup import QUIET
from flows.upkeep.keys import FILE_IN_ENVIRONMENT, IN_ENVIRONMENT
from flows.warehouse import FILE_NAME, create_schema, read_warehouse, warehouse_path
from transforms.tables import SCHEMA_VERSIONS

FIRST_AND_LAST = ("MIA_2020-01-12", "MIA_2024-01-12", "NGO_2020-01-20", "NGO_2024-01-20", "IOM_2020-01-24")
FLAWED = "case_register_NGO_2023-07-20.csv"
CTDC = "yearOfRegistration,Datasource,gender,ageBroad,citizenship,CountryOfExploitation,isForcedLabour,isSexualExploit"
CHAIN = ("acted_at", "previous", "hash")
RUN_CHAIN = ("made_at", "previous", "hash")
OF_THE_CLOCK = {
    "raw.vintages": ("loaded_at",),
    "pub.editions": ("published_at",),
    "ledger.entries": CHAIN,
    "ledger.runs": RUN_CHAIN,
}
STATUS_PAGES = ("status.html", "status.en.html", "status.ru.html", "status.tk.html")
BESIDE_THE_STATE = ("acceptance", "logs", "inbox", ".prefect", "archive", *STATUS_PAGES)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line did: its exit code and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _no_home_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ENVIRONMENT, IN_ENVIRONMENT, FILE_IN_ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tip_trends(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command line in this process; whatever it is, no stack trace may come out of it."""

    def call(*words: object, clock: Clock = now) -> Ran:
        capsys.readouterr()
        code = run([str(word) for word in words], clock=clock)
        said = capsys.readouterr()
        for stream in (said.out, said.err):
            assert "Traceback" not in stream and 'File "' not in stream
        return Ran(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of country XX with lists of each body, every workbook and the index; for reading only.

    Filled once for all workers of pytest; each reads a copy of its own, since a warehouse has one writer or readers.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    filled = shared / "small-home"
    with FileLock(f"{filled}.lock"):
        if not filled.exists():
            unfinished = tmp_path_factory.mktemp("small") / "home"
            _fill(unfinished)
            unfinished.rename(filled)
    return Path(shutil.copytree(filled, tmp_path_factory.mktemp("small") / "home"))


def _fill(home: Path) -> None:
    write_settings(Home(folder=home).create(), Settings(country="XX", self_approval=True))
    names = {*(f"case_register_{name}.csv" for name in FIRST_AND_LAST), FLAWED}
    for path in sample_data.files():
        if path.name in names or not path.name.startswith("case_register_"):
            ingest_file(home, path)


@pytest.fixture(scope="session")
def unodc(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Acceptance, Path]:
    """What taking in UNODC's workbook of 30 May 2023 said, and the home that holds it; for reading only."""
    home = tmp_path_factory.mktemp("unodc") / "home"
    workbook = shared_data / "glotip" / "data_glotip_2023-05-30.xlsx"
    return ingest_file(home, workbook, received_on=date(2023, 6, 1)), home


@pytest.fixture(scope="module")
def _one_warehouse() -> Iterator[None]:
    """Every trial of a module in one database: making a schema takes longer than taking in a small file.

    A cursor is a connection of its own, so that temporary tables end with it; a trial rolls back the others.
    """
    with duckdb.connect() as con, pytest.MonkeyPatch.context() as patch:
        con.execute("SET threads = 1")  # the other cores have trials of their own
        create_schema(con)

        @contextmanager
        def warehouse(_: Desk) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
            with con.cursor() as cursor:
                yield cursor, ""

        patch.setattr("flows.intake.ingest.warehouse_of", warehouse)
        yield
        assert con.execute("SELECT count(*) FROM raw.vintages").fetchall() == [(0,)]


@pytest.fixture(scope="session")
def world_list() -> Callable[..., Path]:
    """Write a CTDC file: so many persons in each of the years, with sexes and countries that vary."""

    def write(path: Path, years: Sequence[int], persons: int = 30) -> Path:
        sexes, citizenships, places = ("Female", "Male", "Female"), ("UA", "PH"), ("PH", "PH", "RU", "RU", "RU")
        rows = [
            f"{year},Case Management,{sexes[n % 3]},,{citizenships[n % 2]},{places[n % 5]},1,0"
            for year in years
            for n in range(persons)
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([CTDC, *rows]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Path, str], list[tuple[Any, ...]]]:
    """Rows of a query to the warehouse of a home."""

    def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
        with read_warehouse(home) as con:
            return con.execute(query).fetchall()

    return rows


@pytest.fixture(scope="session")
def state_of() -> Callable[[Path], dict[str, object]]:
    """All that a home keeps: rows of every table (their number and a digest), and every file with its digest.

    Reports and logs are not state, nor is the archive, which is made of the rest, nor the time at which something was
    done. A table without rows is no table.
    A warehouse whose bytes were read before is not read again, so this does not tell whether it can be opened now.
    """
    known: dict[tuple[str, ...], dict[str, object]] = {}

    def state(home: Path) -> dict[str, object]:
        parts = (warehouse_path(home), home / f"{FILE_NAME}.wal", home / ".folded" / FILE_NAME)
        digests = tuple(hashlib.sha256(part.read_bytes()).hexdigest() if part.exists() else "" for part in parts)
        if digests not in known:
            known[digests] = tables_of(home)
        return known[digests] | files_of(home)

    return state


def tables_of(home: Path) -> dict[str, object]:
    if not warehouse_path(home).exists():
        return {}
    found: dict[str, object] = {}
    with read_warehouse(home) as con:
        listed = con.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
        for (name,) in sorted(listed):
            if name == SCHEMA_VERSIONS.name:  # what a warehouse says of itself from its making on
                continue
            left_out = f" EXCLUDE ({', '.join(OF_THE_CLOCK[name])})" if name in OF_THE_CLOCK else ""
            query = f"SELECT count(*), sum(hash(r)::HUGEINT) FROM (SELECT *{left_out} FROM {name}) AS r"
            count, digest = con.execute(query).fetchall()[0]
            if count:
                found[name] = (count, digest)
    return found


def files_of(home: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted(home.rglob("*")):
        place = path.relative_to(home)
        if path.is_dir() or place.parts[0] in BESIDE_THE_STATE or place.name.startswith("warehouse."):
            continue
        content = path.read_bytes()
        if place.name == "receipt.json":
            content = json.dumps(json.loads(content) | {"received_at": ""}).encode()
        if place.name == "ledger.jsonl":
            lines = [json.loads(line) for line in content.splitlines()]
            content = json.dumps([line | dict.fromkeys(CHAIN, "") for line in lines]).encode()
        found[place.as_posix()] = hashlib.sha256(content).hexdigest()
    return found


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Prefect on a temporary server with a database of its own: the folder in which that lies."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUIET.items():
            patch.setenv(name, value)
        patch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("prefect")))
        from prefect.settings import get_current_settings
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=120):
            url = get_current_settings().server.database.connection_url
            assert url is not None
            yield Path(url.get_secret_value().removeprefix("sqlite+aiosqlite:///")).parent


@pytest.fixture(scope="session")
def processes() -> BaseContext:
    """Where other processes come from: forks of a clean one that has imported what they need."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system cannot fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.intake.ingest", "flows.editions.publish", "flows.cli", "tests.flows.warmed"])
    return context
