"""Several files one after another: what one refused file may not stop, and what stays in the inbox."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.clock import Clock, now
from flows.home import Home
from transforms.errors import FileRejected
from transforms.messages import said

if TYPE_CHECKING:
    from transforms.acceptance import Acceptance

NOTE = ".rejected.txt"
"""Ending of the note that is put beside a file of the home's inbox that was rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file: its acceptance, or the refusal that names the reason and the remedy.

    `report` is where the page lies that says so in words; empty where none was written.
    """

    path: Path
    acceptance: Acceptance | None = None
    refusal: FileRejected | None = None
    report: str = ""


def waiting(folder: Path) -> tuple[Path, ...]:
    """Files of an inbox in the order of their names, without hidden files, lock files and our own notes.

    Raises FileRejected when the folder is missing or is not one.
    """
    if not folder.is_dir():
        place = str(folder)
        raise FileRejected(
            said("The inbox {folder} is not a folder.", folder=place)
            if folder.exists()
            else said("The inbox {folder} is missing.", folder=place),
            advice=said("Name the folder that holds the extracts with --inbox DIR."),
        )
    return tuple(
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith(NOTE)
    )


def ingest_each(
    home: Path,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    dry_run: bool = False,
    may_shrink: bool = False,
    may_break: bool = False,
    may_return: bool = False,
    reports: Path | None = None,
    clock: Clock = now,
) -> Iterator[Outcome]:
    """Ingest one file after another; a rejected one is an outcome, a warehouse in use ends it all.

    Raises WrongArguments for an unknown source, WarehouseInUse.
    """
    from flows.intake.desk import desk_of
    from flows.intake.ingest import ingest_file

    desk = desk_of(home, None, is_trial=dry_run, reports=reports, clock=clock)
    for path in paths:
        try:
            taken = ingest_file(
                home,
                path,
                source=source,
                dry_run=dry_run,
                may_shrink=may_shrink,
                may_break=may_break,
                may_return=may_return,
                reports=desk.reports,
                clock=clock,
            )
            yield Outcome(path=path, acceptance=taken, report=desk.page_of(taken))
        except FileRejected as refusal:
            yield Outcome(path=path, refusal=refusal.bare(), report=refusal.report)


def empty_inbox(
    home: Path, folder: Path, settle: Callable[[Path], Outcome], paths: Iterable[Path] | None = None
) -> Iterator[Outcome]:
    """Settle every waiting file, or these, then tidy the home's own inbox; a folder elsewhere is only read.

    A file leaves the inbox after its load is committed: the unchanged original lies in `received/`. A rejected
    file stays, with a note beside it that says why.
    """
    is_ours = folder.resolve() == Home(folder=home).inbox.resolve()
    for path in waiting(folder) if paths is None else paths:
        outcome = settle(path)
        if is_ours:
            _tidy(outcome)
        yield outcome


def _tidy(outcome: Outcome) -> None:
    note = note_beside(outcome.path)
    if outcome.refusal is None:
        outcome.path.unlink()
        note.unlink(missing_ok=True)
    else:
        note.write_text(f"{outcome.refusal.message}\n{outcome.refusal.advice}\n", encoding="utf-8")


def note_beside(path: Path) -> Path:
    """Where the note of a rejected file lies; of one with a very long name it has the beginning of the name only."""
    name = path.name
    while len(os.fsencode(name + NOTE)) > _LONGEST_NAME:
        name = name[:-1]
    return path.with_name(name + NOTE)


_LONGEST_NAME = 255
"""Bytes of a name that disks commonly take."""
