"""`sources` and `template`: what may come in, in words, as a check of a declaration, and as a workbook to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from transforms.errors import WrongArguments

if TYPE_CHECKING:
    from reports.locale import Locale
    from transforms.sources.profile import Profile

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
    lang: Annotated[Language | None, Parameter(help="Language of the words: en, ru or tk.")] = None,
    session: InSession,
) -> None:
    """List the sources that can be ingested, say in words what one of them must look like, or check a declaration.

    Example: tip-trends sources case_register --lang ru
    """
    from flows.intake.profile_trial import checked_profile
    from reports.locale import locale
    from transforms.messages import Message
    from transforms.sources.registry import named, profiles

    here = locale(lang or _language(session.home.settings().languages[0]))
    if check is not None:
        if name is not None or crosswalk:
            raise WrongArguments("--check stands alone.", advice="Write: tip-trends sources --check FILE.toml")
        known = checked_profile(check)
        console.result(f"{check.name} is a valid profile. What it reads:\n")
        _print_contract(known, here)
        _print_notices(here)
        return
    folder = session.home.profiles
    if name is None:
        if crosswalk:
            raise WrongArguments(
                "--crosswalk needs a source.", advice="Write: tip-trends sources case_register --crosswalk"
            )
        rows = [
            (
                known.name,
                here.message(Message(id=known.title)),
                " ".join(known.formats),
                known.table.name,
                known.licence,
            )
            for known in profiles(folder)
        ]
        console.print_rows(("source", "title", "formats", "becomes", "licence"), rows)
        return
    for known in named(name, folder):
        if crosswalk:
            _print_crosswalk(known)
        else:
            _print_contract(known, here)
    _print_notices(here)


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
    from flows.intake.templates import template_of, write_template
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


def _print_contract(known: Profile, here: Locale) -> None:
    from flows.intake.contract_said import contract

    for line in contract(known):
        console.result("  " * line.steps + (here.message(line.text) if line.text else line.names))


def _print_notices(here: Locale) -> None:
    """Say what of the contract is in English, and of a language that no native speaker has read."""
    from flows.intake.template_words import word
    from reports.locale import DRAFTS

    if here.language in DRAFTS:
        console.notice(word("tk", "draft"))
    if here.untranslated:
        many = len(here.untranslated)
        console.notice(f"{many} text{' of this profile is' if many == 1 else 's of this profile are'} in English only.")


COMMANDS = (sources, template)
