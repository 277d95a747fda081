"""`sources` and `template`: what may come in, in words, as a check of a declaration, and as a workbook to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from transforms.errors import WrongArguments

if TYPE_CHECKING:
    from transforms.sources.profile import Field, Profile, Sign

Language = Literal["en", "ru", "tk"]
LANGUAGES: tuple[Language, ...] = ("en", "ru", "tk")


def sources(
    name: Annotated[str | None, Parameter(help="Key of a source; without it all are listed.")] = None,
    /,
    *,
    check: Annotated[
        Path | None, Parameter(help="A profile (TOML) to be checked; ends with 2 when it is not valid.")
    ] = None,
    crosswalk: Annotated[
        bool, Parameter(negative="", help="How the columns map to HTCDS and to the UNODC series.")
    ] = False,
    session: InSession,
) -> None:
    """List the sources that can be ingested, say in words what one of them must look like, or check a declaration.

    Example: tip-trends sources case_register
    """
    from flows.profile_trial import checked_profile
    from transforms.sources.registry import named, profiles

    if check is not None:
        if name is not None or crosswalk:
            raise WrongArguments("--check stands alone.", advice="Write: tip-trends sources --check FILE.toml")
        known = checked_profile(check)
        console.result(f"{check.name} is a valid profile. What it reads:\n")
        _print_contract(known)
        return
    folder = session.home.profiles
    if name is None:
        if crosswalk:
            raise WrongArguments(
                "--crosswalk needs a source.", advice="Write: tip-trends sources case_register --crosswalk"
            )
        rows = [
            (known.name, known.title, " ".join(known.formats), known.table.name, known.licence)
            for known in profiles(folder)
        ]
        console.print_rows(("source", "title", "formats", "becomes", "licence"), rows)
        return
    for known in named(name, folder):
        (_print_crosswalk if crosswalk else _print_contract)(known)


def template(
    name: Annotated[str, Parameter(help="Key of a source.")],
    /,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="Workbook to be written (.xlsx).")],
    lang: Annotated[Language | None, Parameter(help="Language of the notes: en, ru or tk.")] = None,
    force: Annotated[bool, Parameter(negative="", help="Replace a file of that name.")] = False,
    session: InSession,
) -> None:
    """Write a workbook to be filled in for a source: columns, drop-down lists, notes, and an example row.

    Example: tip-trends template case_register -o case_register.xlsx --lang ru
    """
    from flows.templates import template_of, write_template
    from transforms.sources.registry import named

    known = template_of(named(name, session.home.profiles))
    language = lang or _language(session.home.settings().languages[0])
    write_template(output, known, language, may_replace=force)
    console.result(str(output))
    console.notice("Fill in the first sheet, delete the example row, then: tip-trends ingest FILE --dry-run")


def _language(preferred: str) -> Language:
    return next((language for language in LANGUAGES if language == preferred), "en")


def _print_crosswalk(known: Profile) -> None:
    from transforms.sources.crosswalk import STANDARDS, lines_of

    for standard, title in STANDARDS.items():
        lines = list(lines_of(known, standard))
        if not any(found for _, found in lines):
            console.notice(f"{known.origin} does not say how it maps to: {title}.")
            continue
        console.result(f"{known.name}: {known.title} -> {title}")
        rows = [(h, found.fit, found.target, found.note) if found else (h, "", "", "") for h, found in lines]
        rows += [(header, "none", "", f"not taken: {reason}") for header, reason in known.ignored.items()]
        rows += [(header, "none", "", f"must be empty: {reason}") for header, reason in known.must_be_empty.items()]
        console.print_rows(("column", "fit", "field", "note"), rows)
        console.result("")


def _print_contract(known: Profile) -> None:
    console.result(f"{known.name}: {known.title} (contract version {known.version})")
    for label, text in (("Publisher", known.publisher), ("Licence", known.licence), ("About", known.doc)):
        if text:
            console.result(f"{label}: {text}")
    console.result(f"Formats: {', '.join(known.formats)}. Each row becomes {known.table.row_is} ({known.table.name}).")
    console.result(f"Day from which a file counts as known: {_vintage(known)}.")
    parts = ", ".join(known.stream) or "the whole source"
    console.result(f"A later file replaces what an earlier one said about: {parts}.")
    if known.recognition.file_name:
        console.result(f"Known by its name, which holds {known.recognition.file_name}, or by --source {known.name}.")
    missing = ", ".join(f"`{sign}`" if sign else "an empty cell" for sign in known.missing)
    console.result(f"Means not reported: {missing}.\n\nColumns of the file:")
    told: set[tuple[str, ...]] = set()
    for field in known.fields:
        if not field.all_headers:
            continue
        if field.all_headers not in told:  # several columns of the warehouse can come from one of the file
            console.result(f"  {', '.join(field.all_headers)}{' (may be absent)' if field.optional else ''}")
        told.add(field.all_headers)
        console.result(f"      {_said(known, field)}")
    if known.value is not None:
        console.result(f"  {known.value.header}\n      The figure.")
        for text, sign in known.value.signs.items():
            console.result(f"      {f'`{text}`' if text else 'An empty cell'}: {_meant(sign)}.")
    for rule in known.rules:
        console.result(f"Rule {rule.key}: {rule.advice or f'{rule.kind} of ' + ', '.join(rule.columns)}.")
    for header, reason in known.ignored.items():
        console.result(f"Not taken: {header} ({reason}).")
    for header, reason in known.must_be_empty.items():
        console.result(f"Nothing may stand under {header} ({reason}).")


def _vintage(known: Profile) -> str:
    match known.vintage.source:
        case "column":
            return f"the latest date in column {known.vintage.column}"
        case "file_name":
            return "the date in the name of the file"
        case "title":
            return "the date in the title of the sheet"
        case "receipt":
            return "the day it is ingested"


def _meant(sign: Sign) -> str:
    """What a sign in a figure's cell stands for."""
    from transforms.codes import OBS_STATUS

    if sign.conf_status != "F":
        return "confidential: there is a figure, and it is not told"
    if sign.value is None and sign.upper is None:
        return "not reported" if sign.obs_status == "O" else OBS_STATUS.by_value[sign.obs_status].label.lower()
    span = "" if sign.upper is None else f"between {sign.lower or 0:g} and {sign.upper:g}"
    if sign.value is None:
        return span
    exact = "zero" if sign.value == 0 else f"{sign.value:g}"
    return f"{span}, counted as {exact}" if span else exact


def _said(known: Profile, field: Field) -> str:
    """What a column holds: its documentation and the values it may have."""
    from transforms.sources.entry import written_codes

    declared = known.table.column(field.column)
    values = list(field.codes)
    if field.kind in ("code", "codes") and not values and declared.codes:
        values = list(written_codes(declared.codes))
    about = field.doc or declared.doc
    if not values:
        return about
    lead = {"code": "One of", "codes": f"One or several, separated by `{field.separator}`, of"}.get(field.kind, "Also")
    return f"{about} {lead}: {', '.join(values)}."


COMMANDS = (sources, template)
