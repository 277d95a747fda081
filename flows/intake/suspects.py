"""Where the rows of a staged file identify persons: columns and rows, never what stands there.

Contacts and numbers of documents are found by their shape while the file is staged. Names, addresses, dates of birth
and national numbers need more than a pattern: staging keeps the few cells that may be one, and their distinct values
are looked at here.
"""

from __future__ import annotations

import duckdb

from flows.intake.problems import shown_header, spans_by
from flows.intake.staging import Staged, count
from flows.readers.identified import identifiers_found
from transforms.acceptance import Suspect
from transforms.personal.birth_dates import are_births
from transforms.personal.folding import folded_sql
from transforms.personal.numbers import national_numbers
from transforms.personal.texts import WORDS, Kind, kinds_in, worth_a_look_sql
from transforms.sources.compiler import STAGED, Compiled
from transforms.sources.identifiers import MOST_SUSPECTS
from transforms.sources.watched import ANY_CELL, CELLS, birth_counts
from transforms.sql import quoted

_FOUND = "personal_values"
_FEW = 3000
"""Different cells that are looked at without choosing among them first: making the patterns ready takes longer."""


def refuse_suspects(con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged) -> None:
    """Raise IdentifierFound, with columns and rows, where staged cells identify persons."""
    found = [*_contacts(con, compiled, staged), *_texts(con, compiled, staged), *_births(con, compiled, staged)]
    if found:
        raise identifiers_found(max(place.rows for place in found), found)


def _contacts(con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged) -> list[Suspect]:
    """What staging has found by its shape, a bit of `suspects` per free column."""
    if not count(con, f"SELECT count(*) FROM {STAGED} WHERE suspects <> 0"):
        return []
    found: list[Suspect] = []
    for number, header in [*enumerate(compiled.free_headers[:MOST_SUSPECTS]), (MOST_SUSPECTS, "")]:
        found += _suspects(con, compiled, staged, header, "contact", f"suspects & {1 << number} <> 0")
    return found


def _texts(con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged) -> list[Suspect]:
    """What only a closer look finds, by column and kind."""
    found: list[Suspect] = []
    names = _staged(con)
    for name, header in compiled.watched(beyond=ANY_CELL).texts:
        if name not in names:
            continue
        kinds = _kinds(con, name)
        for kind in WORDS:
            values = [value for value, told in kinds.items() if kind in told]
            if values:
                con.execute(f"CREATE TEMP TABLE {_FOUND} AS SELECT ?::VARCHAR[] AS cells", [values])
                cells = f"string_split({name}, chr({ord(CELLS)}))"
                found += _suspects(
                    con, compiled, staged, header, kind, f"list_has_any({cells}, (SELECT cells FROM {_FOUND}))"
                )
                con.execute(f"DROP TABLE {_FOUND}")
    return found


def _staged(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    return frozenset(name for name, *_ in con.execute(f"DESCRIBE {STAGED}").fetchall())


def _kinds(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, frozenset[Kind]]:
    """What the distinct cells of a watched column say of persons; cells that say nothing are left out."""
    cells = (
        f"SELECT DISTINCT unnest(string_split({name}, chr({ord(CELLS)}))) AS cell "
        f"FROM (SELECT DISTINCT {name} FROM {STAGED} WHERE {name} IS NOT NULL)"
    )
    found = con.execute(f"{cells} LIMIT {_FEW + 1}").fetchall()
    if len(found) > _FEW:
        found = con.execute(
            f"SELECT cell FROM (SELECT cell, {folded_sql('cell')} AS plain FROM ({cells})) "
            f"WHERE {worth_a_look_sql('cell', 'plain')}"
        ).fetchall()
    texts = sorted(text for (text,) in found)
    kinds = {text: told for text in texts if (told := kinds_in(text))}
    numbers: frozenset[Kind] = frozenset({"number"})
    for text in national_numbers(texts):
        kinds[text] = kinds.get(text, frozenset()) | numbers
    return kinds


def _births(con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged) -> list[Suspect]:
    """Columns unknown to the contract whose days lie before those of registration as births do."""
    found: list[Suspect] = []
    if "registered_date" not in _staged(con):
        return found
    for name, header in compiled.watched().days:
        days, born, different = con.execute(birth_counts(name, "registered_date", STAGED)).fetchall()[0]
        if are_births(days, born, different):
            found += _suspects(con, compiled, staged, header, "birth_dates", f"{name} IS NOT NULL")
    return found


def _suspects(
    con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged, header: str, kind: Kind, condition: str
) -> list[Suspect]:
    """The rows of `staged` in which a column looks like a kind of identifier; none or one."""
    query = f"SELECT {quoted(kind)} AS kind, {staged.record_no} AS record_no FROM {STAGED} WHERE {condition}"
    rows = count(con, f"SELECT count(DISTINCT record_no) FROM ({query})")
    return [
        Suspect(
            letter=staged.letter(header, compiled.headers) if header else "",
            header=shown_header(header),
            spans=spans,
            more_spans=more,
            what=WORDS[kind],
            rows=rows,
        )
        for spans, more in spans_by(con, "kind", query).values()
    ]
