"""The page of one edition: what it says, its files, how to cite it, how to check it, what became of it."""

from __future__ import annotations

from reports.archive import cite
from reports.archive.here import Here, digests_file, edition_folder
from reports.archive.model import ArchivedEdition, Contents, Release, StoredFile
from reports.archive.parts import Found, PageSection, Verbatim
from reports.archive.start import released, reports
from reports.blocks import (
    Block,
    Bullets,
    Column,
    Details,
    Inline,
    Literally,
    Note,
    Paragraph,
    Reference,
    Row,
    Table,
    TableCell,
    Term,
    plain,
)

_TABLES = "tables/"


def edition_parts(here: Here, edition: ArchivedEdition) -> tuple[PageSection, ...]:
    """The sections of the page; of an edition without contents no figure, no file and no citation."""
    contents = edition.contents
    if contents is None:
        return (_gone(here, edition), _history(here, edition))
    return (
        _read(here, edition, contents),
        _files(here, edition, contents),
        _cite(here, edition),
        _verify(here, edition),
        _history(here, edition),
    )


def facts(here: Here, edition: ArchivedEdition) -> tuple[Term, ...]:
    """What stands at the head of the page."""
    last = edition.release
    return (
        Term(word=here.text("Edition"), meaning=(Literally(edition.edition),)),
        Term(word=here.text("For"), meaning=plain(here.audience)),
        Term(word=here.text("State of knowledge"), meaning=plain(here.locale.date(last.as_of))),
        Term(word=here.text("Released"), meaning=plain(here.locale.date(last.released_on))),
        Term(word=here.text("State"), meaning=plain(here.state(edition))),
    )


def taken_back(here: Here, release: Release) -> str:
    """What readers are told of an edition that was taken back; empty for one that was not."""
    if release.withdrawal is None:
        return ""
    return here.text(
        "This edition was taken back on {date}: {reason} Do not use or quote its figures.",
        date=here.locale.date(release.withdrawal.withdrawn_on),
        reason=release.withdrawal.reason.rstrip(". ") + ".",
    )


def _gone(here: Here, edition: ArchivedEdition) -> PageSection:
    if told := taken_back(here, edition.release):
        more = here.say("Its files and figures are left out of the archive. Whoever released it keeps them.")
        blocks: tuple[Block, ...] = (Note(title=here.text("WITHDRAWN"), text=plain(told), tone="caution"),)
        return PageSection(id="notice", title=here.text("Notice"), blocks=(*blocks, Paragraph(text=more)))
    told_of = here.say(
        "This edition was released, but its files are missing or are not those that were released. Nothing of it is "
        "shown until they are in their place again."
    )
    note = Note(title=here.text("Not at hand"), text=told_of, tone="missing")
    return PageSection(id="notice", title=here.text("Notice"), blocks=(note,))


def _read(here: Here, edition: ArchivedEdition, contents: Contents) -> PageSection:
    findings = tuple(plain(found) for one in contents.findings if (found := one.get(here.language)))
    shown = [(one.name, part.edition) for one in here.archive.series for part in one.shown]
    names = dict.fromkeys(name for name, shown_in in shown if shown_in == edition.edition)
    leading = tuple(Reference(here.indicator(name), here.indicator_page(name)) for name in names)
    return PageSection(
        id="read",
        title=here.text("The report"),
        blocks=(
            reports(here, edition),
            *((Bullets(items=findings, is_findings=True),) if findings else ()),
            *(
                (Found(summary=here.text("Indicators of this edition"), items=tuple((one,) for one in leading)),)
                if leading
                else ()
            ),
        ),
    )


def _files(here: Here, edition: ArchivedEdition, contents: Contents) -> PageSection:
    whole = tuple(one for one in contents.files if not one.name.startswith(_TABLES))
    tables = tuple(one for one in contents.files if one.name.startswith(_TABLES))
    return PageSection(
        id="files",
        title=here.text("Files"),
        blocks=(
            _file_table(here, edition, whole, id="table-files", caption=here.text("Files of the edition")),
            *(
                (
                    Details(
                        summary=here.text("The tables one by one, as CSV ({n})", n=str(len(tables))),
                        blocks=(
                            _file_table(here, edition, tables, id="table-csv", caption=here.text("Tables as CSV")),
                        ),
                    ),
                )
                if tables
                else ()
            ),
        ),
    )


def _file_table(here: Here, edition: ArchivedEdition, files: tuple[StoredFile, ...], *, id: str, caption: str) -> Table:
    tables = edition.contents.tables if edition.contents else ()
    names = {f"{_TABLES}{table.key}.csv": here.table(table) for table in tables}
    rows = tuple(
        Row(
            header=one.name.removeprefix(_TABLES),
            path=here.file(edition.edition, one.name),
            cells=(
                TableCell(text=names.get(one.name) or _what(here, one.name)),
                TableCell(text=here.size(one.size)),
                TableCell(text=one.sha256, is_code=True),
            ),
        )
        for one in files
    )
    return Table(
        id=id,
        caption=caption,
        stub=here.text("File"),
        columns=(
            Column(text=here.text("What it is"), is_numeric=False),
            Column(text=here.text("Size")),
            Column(text="SHA-256", is_numeric=False),
        ),
        rows=rows,
    )


def _what(here: Here, name: str) -> str:
    """What a file of an edition is, by its name."""
    kind, _, rest = name.partition(".")
    if kind == "report" and rest.endswith(".html"):
        return here.text("report")
    if kind == "tables" and rest.endswith(".xlsx"):
        return here.text("workbook of all tables")
    told = {
        "edition.json": here.text("manifest: every released cell, its status and its source"),
        "edition.schema.json": here.text("schema of the manifest"),
        "sdmx.csv": here.text("all tables as SDMX-CSV"),
        "sdmx-structure.xml": here.text("structure of the SDMX data"),
        "sdg_16_2_2.csv": here.text("series of SDG 16.2.2 for submission"),
        "revisions.csv": here.text("figures of the last edition and of this one side by side"),
    }
    return told.get(name, "")


def _cite(here: Here, edition: ArchivedEdition) -> PageSection:
    source = cite.cited(here, edition)
    return PageSection(
        id="cite",
        title=here.text("Cite this edition"),
        blocks=(
            Verbatim(label=here.text("As text"), text=cite.as_text(here, source)),
            Verbatim(label="BibTeX", text=cite.as_bibtex(source)),
            Verbatim(label="RIS", text=cite.as_ris(source)),
            Verbatim(label="CSL-JSON", text=cite.as_csl(source)),
        ),
    )


def _verify(here: Here, edition: ArchivedEdition) -> PageSection:
    name, archive = edition.edition, here.archive
    digests = Reference(f"{name}.sha256", here.to(digests_file(name)))
    with_program = f"tip-trends verify {name} --scope {archive.scope} --audience {archive.audience}"
    return PageSection(
        id="verify",
        title=here.text("Check that it is what was released"),
        blocks=(
            Paragraph(
                text=here.say(
                    "{file} lists the SHA-256 of every file of the edition. In the folder {folder} of this archive, "
                    "the first line below compares them.",
                    file=digests,
                    folder=Literally("editions"),
                )
            ),
            Paragraph(
                text=here.say(
                    "Whoever released the edition makes it again from the extracts and compares byte for byte, with "
                    "the second line; to check a copy that somebody was given, its folder is named, as in the third."
                )
            ),
            Verbatim(
                label=here.text("Commands"),
                text="\n".join(
                    (
                        f"sha256sum --check {name}.sha256",
                        with_program,
                        f"{with_program} --folder {edition_folder(name)}",
                    )
                ),
            ),
        ),
    )


def _history(here: Here, edition: ArchivedEdition) -> PageSection:
    """Every release of the edition, and what became of each."""
    return PageSection(
        id="releases",
        title=here.text("Releases of this edition"),
        blocks=(Bullets(items=tuple(_told(here, edition, one) for one in reversed(edition.releases))),),
    )


def _told(here: Here, edition: ArchivedEdition, release: Release) -> Inline:
    said = released(here, release)
    if back := taken_back(here, release):
        return plain(f"{said} {back}")
    replaced = here.text("A later release took its place.")
    return plain(said if release == edition.release else f"{said} {replaced}")
