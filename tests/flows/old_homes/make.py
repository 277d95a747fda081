"""Make the homes of earlier versions again, each by the code of its commit: `python -m tests.flows.old_homes.make`.

Run it in a checkout with its history and in the environment of the present version, whose libraries the old code runs
with. What is kept of a home: its files; of its warehouse the statements that made it, the rows as CSV and digests of
them. The file of the warehouse itself is not kept, since it would be of one version of DuckDB.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
HOMES = {"first-0.1.0": "1118600", "0.1.0": "4b59610", "next-before-versions": "5fbcde6"}
"""By name of the kept home, the commit whose code made it."""
SCHEMAS = {
    1: "1118600", 2: "dacc023", 3: "8837ad2", 4: "b261cde", 5: "33348ed", 6: "d89196b", 7: "dc793d5", 8: "ad67a6e",
    9: "766d78b", 10: "5fbcde6",
}  # fmt: skip
"""By version of the schema, the first commit whose code makes it (10: the last before versions were written down)."""
EDITION = "monthly-2019-12"
LISTS = ("case_register_MIA_2020-01-12.csv", "case_register_NGO_2020-01-20.csv", "case_register_IOM_2020-01-24.csv")
_KEPT = ("editions", "received", "home.toml", "ledger.jsonl")
_DDL = "from transforms.contracts import warehouse_ddl as d; import json; print(json.dumps(list(d())))"
CSV = "(FORMAT csv, HEADER, NULLSTR '\\N')"


def main() -> None:
    """All of them, into this folder."""
    with tempfile.TemporaryDirectory() as name:
        passing = Path(name)
        statements = {}
        for version, commit in SCHEMAS.items():
            code = _code_of(commit, passing)
            statements[version] = json.loads(_run(code, "-c", _DDL))
        _pack(HERE / "schemas.tar.xz", {f"{n:02}.sql": ";\n".join(s).encode() for n, s in statements.items()})
        for name, commit in HOMES.items():
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue  # only those that are named
            home = _made(_code_of(commit, passing), passing / name)
            files = {
                path.relative_to(home).as_posix(): path.read_bytes()
                for top in _KEPT
                for path in sorted([home / top, *(home / top).rglob("*")])
                if path.is_file()
            }
            ddl = ";\n".join(json.loads(_run(_code_of(commit, passing), "-c", _DDL)))
            files |= {"warehouse/schema.sql": ddl.encode(), **_tables(home / "warehouse.duckdb", passing)}
            _pack(HERE / f"{name}.tar.xz", files)


def _code_of(commit: str, under: Path) -> Path:
    code = under / f"code-{commit}"
    if not code.exists():
        code.mkdir()
        archive = subprocess.run(
            ["git", "archive", commit], check=True, capture_output=True, cwd=HERE.parents[2]
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(code, filter="data")
    return code


def _run(code: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *words], check=True, capture_output=True, text=True, cwd=code, env=environment
    )
    return done.stdout


def _made(code: Path, home: Path) -> Path:
    def call(*words: str) -> None:
        _run(code, "-m", "flows.cli", "--home", str(home), *words)

    call("init", "--country", "XX")
    settings = home / "home.toml"
    text = settings.read_text(encoding="utf-8").replace('["working-group", "public"]', '["public"]')
    settings.write_text(text, encoding="utf-8")
    for name in (*LISTS, "crime_justice_2019.xlsx"):
        call("ingest", f"sample_data/files/{name}")
    call("publish", EDITION, "--as-of", "2020-06-30")
    if (home / "drafts").exists():
        said = ("--context", "Monthly report for the group", "--controls", "Read, sums checked")
        call("release", "propose", EDITION, "--by", "A. Orazowa", *said)
        call("release", "approve", EDITION, "--by", "B. Nurow")
    return home


def _tables(warehouse: Path, passing: Path) -> dict[str, bytes]:
    found, digests = {}, {}
    with duckdb.connect(str(warehouse), read_only=True) as con:
        listed = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        for (table,) in listed:
            con.execute(f"COPY (SELECT * FROM {table} ORDER BY ALL) TO '{passing / 'table.csv'}' {CSV}")
            found[f"warehouse/{table}.csv"] = (passing / "table.csv").read_bytes()
            digests[table] = digest(con, table)
    return {**found, "warehouse/digests.json": json.dumps(digests, indent=1).encode()}


def digest(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Number and digest of the rows of a table, whatever their order."""
    rows = con.execute(f"SELECT count(*), sum(hash(columns::VARCHAR)::HUGEINT) FROM {table} AS columns").fetchall()
    return [str(value) for value in rows[0]]


def _pack(target: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(target, "w:xz", preset=9) as packed:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    main()
