"""Which source a file is of, with the reasons where it is of none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.readers.personal import headers_left_empty, refuse_listed
from transforms.acceptance import Suspect
from transforms.errors import FileRejected, IdentifierFound
from transforms.messages import Message, said
from transforms.sources.identifiers import announced, identifying_headers, repeatable
from transforms.sources.layouts import Grid, column_letter, layout_of
from transforms.sources.profile import Profile
from transforms.sources.registry import asked, named, profiles, recognise
from transforms.sources.sheets import fits

_NAMED_HEADERS = 8


_WORDS = {
    "csv": "CSV",
    "px": "PC-Axis",
    "json": "JSON",
    "sdmx": "SDMX-ML",
    "parquet": "Parquet",
}


def choose_by_headers(
    path: Path, headers: Sequence[str], form: str, source: str | None, folder: Path | None
) -> Profile:
    """The profile that a file with these columns follows; `form` is one of a profile's formats.

    Raises IdentifierFound, FileRejected, WrongArguments.
    """
    refuse_identifiers(dict(enumerate(headers)))
    candidates = profiles(folder) if source is None else named(source, folder)
    found = recognise(headers, candidates, form)
    fitting = found.profile
    if source is None and fitting is not None and not _bears_name(path, fitting):
        found = recognise(headers, [item for item in candidates if _bears_name(path, item)], form)
        if found.profile is None:
            raise _of_unsaid_source(path, fitting)
    if found.profile is not None:
        refuse_listed(headers, found.profile)
        _refuse_twins(path, headers, found.profile)
        return found.profile
    if source is not None and not any(form in item.formats for item in candidates):
        comes_as = " or ".join(dict.fromkeys(name for item in candidates for name in item.formats))
        raise FileRejected(
            said(
                "{file} has the form {form}, but {source} comes as {forms}.",
                file=path.name,
                form=_WORDS[form],
                source=source,
                forms=comes_as,
            ),
            advice=_looks_like(source),
        )
    raise _of_no_source(path, headers, form, source, folder, found.closest, found.missing)


def choose_for_workbook(path: Path, grids: Sequence[Grid], source: str | None, folder: Path | None) -> Profile:
    """The profile that a workbook follows. Raises IdentifierFound, FileRejected, WrongArguments."""
    candidates = [item for item in profiles(folder) if "xlsx" in item.formats]
    empty = headers_left_empty(grids, candidates)
    for grid in grids:
        for number, row in enumerate(grid.frame.head(30).rows()):
            cells = {
                grid.first_column + place: text
                for place, text in enumerate(row)
                if text and (grid.sheet, number, place) not in empty and not _is_content(text)
            }
            if len(cells) > 2:  # a title may name an address; a header row has several cells
                refuse_identifiers(cells)
    fitting = [item for item in candidates if fits(grids, item)]
    if source is None and fitting:
        saying_so = [item for item in fitting if _bears_name(path, item)]
        if not saying_so:
            raise _of_unsaid_source(path, fitting[0])
        return max(saying_so, key=lambda item: len(layout_of(item).header))
    if source is not None:
        asked_for = [item for item in named(source, folder) if "xlsx" in item.formats]
        for item in asked_for:
            if item in fitting:
                return item
        if not asked_for:
            raise FileRejected(
                said("{file} is a workbook, but {source} comes as CSV.", file=path.name, source=source),
                advice=_looks_like(source),
            )
        header = ", ".join(layout_of(asked_for[0]).header[:_NAMED_HEADERS])
        likely = (said("It looks like {source}.", source=fitting[0].name),) if fitting else ()
        reason = said(
            "{file} is not a {source} workbook: no sheet has its header row ({header}, …) and title.",
            file=path.name,
            source=source,
            header=header,
        )
        raise FileRejected((reason, *likely), advice=_looks_like(source))
    names = ", ".join(sorted({item.name for item in candidates}))
    raise FileRejected(
        said("{file}: no sheet has the header row of a known source ({names}).", file=path.name, names=names),
        advice=said("`tip-trends sources NAME` says what a file of a source must look like."),
    )


def _bears_name(path: Path, profile: Profile) -> bool:
    return not profile.recognition.file_name or bool(re.search(profile.recognition.file_name, path.name))


def _of_unsaid_source(path: Path, profile: Profile) -> FileRejected:
    """Many tables of one platform have the same columns: which series a file holds must be said, never guessed."""
    return FileRejected(
        said(
            "{file} has the columns of {source}, but nothing in it says that it is that series.",
            file=path.name,
            source=profile.name,
        ),
        advice=said(
            "If it is: `tip-trends ingest FILE --source {source}`, or send it under the name that its publisher gave "
            "it.",
            source=profile.name,
        ),
    )


def _looks_like(source: str) -> Message:
    return said("`tip-trends sources {source}` says what the file must look like.", source=source)


def _is_content(text: str) -> bool:
    """Whether a cell is no header: one with a number in it is looked at as what it says, not as what it announces."""
    return sum(letter.isdigit() for letter in text) > 3


def refuse_identifiers(headers: Mapping[int, str]) -> None:
    """Raise IdentifierFound when a column, by its place from 0, announces names, documents or contacts of persons."""
    found = identifying_headers(tuple(headers.values()))
    if found:
        refusal = IdentifierFound(
            said(
                "The file has columns that identify persons: {columns}. Nothing of it was kept.",
                columns=", ".join(dict.fromkeys(repeatable(text) for text in found)),
            ),
            advice=said(
                "Delete these columns, replace the person by a keyed hash (person_key), and send it again. "
                "Delete the copy that lies here."
            ),
        )
        refusal.suspects = tuple(
            Suspect(letter=column_letter(place), header=word)
            for place, text in headers.items()
            if (word := announced(text))
        )
        raise refusal


def _refuse_twins(path: Path, headers: Sequence[str], profile: Profile) -> None:
    counted = Counter(headers)
    twins = [header for header in (*profile.headers, *profile.status_headers) if counted[header] > 1]
    if twins:
        raise FileRejected(
            said("{file}: these columns stand twice: {columns}.", file=path.name, columns=", ".join(twins)),
            advice=said("Keep one column of each name."),
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
        likely = (
            (said("It looks like {source}: leave --source out, or name that.", source=other.name),) if other else ()
        )
        return FileRejected(
            said(
                "{file} is not a {source} file: it lacks the columns {columns}.",
                file=path.name,
                source=source,
                columns=lacks,
            ),
            advice=(said("`tip-trends sources {source}` lists the columns.", source=source), *likely),
        )
    if closest is None:
        names = ", ".join(sorted({item.name for item in profiles(folder) if form in item.formats}))
        advice = (said("`tip-trends sources NAME` lists the columns of a source."),)
        if not names:
            reason = said("{file}: no source comes in the form {form}.", file=path.name, form=_WORDS[form])
            return FileRejected(reason, advice=advice)
        if form == "csv":
            reason = said(
                "{file}: its first line has no column of a known source ({names}).", file=path.name, names=names
            )
            return FileRejected(reason, advice=(said("The first line must hold the column names."), *advice))
        reason = said("{file}: it has no column of a known source ({names}).", file=path.name, names=names)
        return FileRejected(reason, advice=advice)
    return FileRejected(
        said(
            "{file} is of no known source. It is closest to {source} but lacks the columns {columns}.",
            file=path.name,
            source=closest.name,
            columns=lacks,
        ),
        advice=said(
            "`tip-trends sources {source}` lists the columns it needs; add what is missing.", source=closest.name
        ),
    )
