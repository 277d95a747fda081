"""Which source a file is of, with the reasons where it is of none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from transforms.errors import FileRejected, IdentifierFound
from transforms.sources.identifiers import identifying_headers
from transforms.sources.layouts import Grid, fits, layout_of
from transforms.sources.profile import Profile
from transforms.sources.registry import asked, named, profiles, recognise

_NAMED_HEADERS = 8


_WORDS = {
    "csv": "text",
    "px": "a PC-Axis file",
    "json": "JSON",
    "sdmx": "an SDMX-ML message",
    "parquet": "a Parquet file",
}


def choose_by_headers(
    path: Path, headers: Sequence[str], form: str, source: str | None, folder: Path | None
) -> Profile:
    """The profile that a file with these columns follows; `form` is one of a profile's formats.

    Raises IdentifierFound, FileRejected, WrongArguments.
    """
    refuse_identifiers(headers)
    candidates = profiles(folder) if source is None else named(source, folder)
    found = recognise(headers, candidates, form)
    if found.profile is not None:
        _refuse_twins(path, headers, found.profile)
        return found.profile
    if source is not None and not any(form in item.formats for item in candidates):
        comes_as = " or ".join(dict.fromkeys(name for item in candidates for name in item.formats))
        raise FileRejected(
            f"{path.name} is {_WORDS[form]}, but {source} comes as {comes_as}.",
            advice=f"`tip-trends sources {source}` says what the file must look like.",
        )
    raise _of_no_source(path, headers, form, source, folder, found.closest, found.missing)


def choose_for_workbook(path: Path, grids: Sequence[Grid], source: str | None, folder: Path | None) -> Profile:
    """The profile that a workbook follows. Raises IdentifierFound, FileRejected, WrongArguments."""
    for grid in grids:
        for row in grid.frame.head(30).rows():
            cells = [text for text in row if text]
            if len(cells) > 2:  # a title may name an address; a header row has several cells
                refuse_identifiers(cells)
    candidates = [item for item in profiles(folder) if "xlsx" in item.formats]
    fitting = [item for item in candidates if fits(grids, item)]
    if source is None and fitting:
        return max(fitting, key=lambda item: len(layout_of(item).header))
    if source is not None:
        asked_for = [item for item in named(source, folder) if "xlsx" in item.formats]
        for item in asked_for:
            if item in fitting:
                return item
        if not asked_for:
            raise FileRejected(
                f"{path.name} is a workbook, but {source} comes as CSV.",
                advice=f"`tip-trends sources {source}` says what the file must look like.",
            )
        header = ", ".join(layout_of(asked_for[0]).header[:_NAMED_HEADERS])
        likely = f" It looks like {fitting[0].name}." if fitting else ""
        raise FileRejected(
            f"{path.name} is not a {source} workbook: no sheet has its header row ({header}, …) and title.{likely}",
            advice=f"`tip-trends sources {source}` says what the file must look like.",
        )
    names = ", ".join(sorted({item.name for item in candidates}))
    raise FileRejected(
        f"{path.name}: no sheet has the header row of a known source ({names}).",
        advice="`tip-trends sources NAME` says what a file of a source must look like.",
    )


def refuse_identifiers(headers: Sequence[str]) -> None:
    """Raise IdentifierFound when a column announces names, documents or contacts of persons."""
    found = identifying_headers(headers)
    if found:
        raise IdentifierFound(
            f"The file has columns that identify persons: {', '.join(found)}. Nothing of it was kept.",
            advice="Delete these columns, replace the person by a keyed hash (person_key), and send it again. "
            "Delete the copy that lies here.",
        )


def _refuse_twins(path: Path, headers: Sequence[str], profile: Profile) -> None:
    counted = Counter(headers)
    twins = [header for header in profile.headers if counted[header] > 1]
    if twins:
        raise FileRejected(
            f"{path.name}: these columns stand twice: {', '.join(twins)}.", advice="Keep one column of each name."
        )


def _of_no_source(
    path: Path,
    headers: Sequence[str],
    form: str,
    source: str | None,
    folder: Path | None,
    closest: Profile | None,
    missing: Sequence[str],
) -> FileRejected:
    lacks = ", ".join(missing[:_NAMED_HEADERS]) + (", …" if len(missing) > _NAMED_HEADERS else "")
    if source is not None:
        needed = asked(closest) if closest else asked(named(source, folder)[0])
        lacks = lacks or ", ".join(needed[:_NAMED_HEADERS])
        other = recognise(headers, profiles(folder), form).profile
        likely = f" It looks like {other.name}: leave --source out, or name that." if other else ""
        return FileRejected(
            f"{path.name} is not a {source} file: it lacks the columns {lacks}.",
            advice=f"`tip-trends sources {source}` lists the columns.{likely}",
        )
    if closest is None:
        names = ", ".join(sorted({item.name for item in profiles(folder) if form in item.formats}))
        place = "its first line has" if form == "csv" else "it has"
        first = "The first line must hold the column names; " if form == "csv" else ""
        return FileRejected(
            f"{path.name}: {place} no column of a known source ({names or f'none comes as {_WORDS[form]}'}).",
            advice=f"{first}`tip-trends sources NAME` lists the columns of a source.",
        )
    return FileRejected(
        f"{path.name} is of no known source. It is closest to {closest.name} but lacks the columns {lacks}.",
        advice=f"`tip-trends sources {closest.name}` lists the columns it needs; add what is missing.",
    )
