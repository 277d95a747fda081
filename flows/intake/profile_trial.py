"""A profile tried on a row without content, so that what only the database can judge comes out before a file does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.readers import reason_of
from flows.warehouse import create_schema
from transforms.errors import FileRejected, ProfileInvalid
from transforms.messages import said
from transforms.sources.checks import check_profile
from transforms.sources.compiler import compile_profile
from transforms.sources.load import profile_from_toml
from transforms.sources.profile import Profile


def checked_profile(path: Path) -> Profile:
    """The profile in a file; raises FileRejected where there is no file and ProfileInvalid for all that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProfileInvalid(f"{path.name} is not UTF-8 text.", advice="Save it as UTF-8.") from None
    except OSError as problem:
        raise FileRejected(
            said("{file} cannot be read ({reason}).", file=str(path), reason=reason_of(problem)),
            advice=said("Name the TOML file of a profile."),
        ) from problem
    profile = profile_from_toml(text, path.name)
    check_profile(profile)
    try_on_an_empty_row(profile)
    return profile


def try_on_an_empty_row(profile: Profile) -> None:
    """Run everything that a file would be put through. Raises ProfileInvalid with what the database says of it."""
    day = datetime.now(UTC).date()
    compiled = compile_profile(profile, profile.headers, day)
    cells = ", ".join(f"''::VARCHAR AS c{place}" for place in range(len(profile.headers)))
    with duckdb.connect() as con:
        create_schema(con)
        try:
            con.execute(compiled.staging(f"(SELECT {cells or 'NULL AS c0'})", ["false AS is_ragged"]))
            for statement in (*compiled.lookups(), compiled.flaws(day)[0]):
                con.execute(statement)
            con.execute(compiled.mapped(vintage_id=1, record_no="1::BIGINT", source=profile.name))
        except duckdb.Error as problem:
            told = str(problem).splitlines()[0]
            raise ProfileInvalid(
                f"{profile.origin}: a pattern, format or constant does not work in the database: {told}",
                advice="Patterns follow RE2 (no look-ahead), date formats strftime; a constant must fit its column.",
            ) from None
