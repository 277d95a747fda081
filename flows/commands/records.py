"""`records`: how well records of persons hide one another, in the warehouse or in any table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession, Session
from flows.commands.views import INTERNAL
from transforms.errors import WrongArguments

if TYPE_CHECKING:
    from transforms.anonymity.measures import Band, RecordRisk


def records(
    source: Annotated[
        str | None, Parameter(help="Key of a source of cases; by default the one that is counted.")
    ] = None,
    /,
    *,
    file: Annotated[Path | None, Parameter(help="Instead of the warehouse a CSV file or a workbook.")] = None,
    quasi: Annotated[str, Parameter(help="Of the file: columns that others may know, with commas between.")] = "",
    sensitive: Annotated[str, Parameter(help="Of the file: columns that nobody should learn from it.")] = "",
    as_of: Annotated[date | None, Parameter(help="Use what was known on that day, as 2021-03-31.")] = None,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print the result.")] = "table",
    session: InSession,
) -> None:
    """Print how few records of persons are alike, and what can be read off them; sizes of groups, never which.

    Of the warehouse the columns are declared; of a file they are named. Several codes of a cell stand with ; between.
    Example: tip-trends records --file records.csv --quasi sex,age,citizenship --sensitive form
    """
    found = (
        _of_file(file, source, quasi, sensitive) if file else _of_warehouse(session, source, quasi, sensitive, as_of)
    )
    console.notice(INTERNAL)
    if format == "json":
        console.result(json.dumps(found.to_json(), ensure_ascii=False, indent=1, allow_nan=False))
        return
    console.print_rows(("", "records"), list(_lines(found)))
    console.result("")
    console.print_rows(("groups of", "groups", "records"), [(_size(b), b.groups, b.records) for b in found.bands])
    if found.diversity:
        console.result("")
        console.print_rows(
            ("of records alike in the other columns", "k", "l", "entropy l", "t", "alpha", "records told"),
            [
                (d.column, d.k, d.distinct, d.entropy_l, round(d.t, 4), round(d.alpha, 4), d.records_told)
                for d in found.diversity
            ],
        )


def _of_file(file: Path, source: str | None, quasi: str, sensitive: str) -> RecordRisk:
    from flows.counts.records import file_at_risk

    if source is not None:
        raise WrongArguments(
            "Name a source of the warehouse or a file, not both.", advice="Leave out one: records --file FILE.csv."
        )
    return file_at_risk(file, _names(quasi), _names(sensitive))


def _of_warehouse(session: Session, source: str | None, quasi: str, sensitive: str, as_of: date | None) -> RecordRisk:
    from flows.counts.records import records_at_risk
    from flows.warehouse import read_warehouse
    from transforms.sources.registry import named
    from transforms.tables import CASES

    if quasi or sensitive:
        raise WrongArguments(
            "The columns of the warehouse are declared; only those of a file are named.",
            advice="Add --file FILE.csv, or leave out --quasi and --sensitive.",
        )
    if source is not None and all(profile.table is not CASES for profile in named(source, session.home.profiles)):
        raise WrongArguments(
            f"Source {source} holds figures and no records of persons.", advice="Choose a source of cases."
        )
    with read_warehouse(session.folder) as con:
        return records_at_risk(con, source, scope=session.scope, as_of=as_of)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _lines(found: RecordRisk) -> Iterator[tuple[str, int | str]]:
    yield "all", found.records
    yield f"alike in {', '.join(found.by)}: the smallest group (k)", found.k
    yield "alone in their group", f"{found.records_alone} ({100 * found.share_alone:.1f} %)"
    for size, count in found.alone_by.items():
        yield f"alone by {size} of these columns already" if size == 1 else f"alone by {size}, and by no fewer", count
    yield "alone by more only", found.alone_by_more


def _size(band: Band) -> str:
    if band.most is None:
        return f"{band.least} and more"
    return str(band.least) if band.least == band.most else f"{band.least}–{band.most}"


COMMANDS: tuple[Callable[..., int | None], ...] = (records,)
