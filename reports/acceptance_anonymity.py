"""Whether somebody could be recognised in a list of cases, and what follows for the file; sizes of groups only."""

from __future__ import annotations

from reports.blocks import Block, Definitions, Note, Paragraph, Term, plain
from reports.edition import DIMENSION_LABELS
from reports.locale import N_, Locale
from transforms.acceptance import Acceptance, Anonymity

COLUMNS = DIMENSION_LABELS | {"registered_month": N_("Month of registration")}


def anonymity(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """What the smallest groups of like records mean; nothing for figures and for a file that was refused."""
    found = report.anonymity
    if found is None:
        return ()
    return (
        _meaning(found, here),
        Paragraph(text=plain(_told(found, here))),
        Definitions(terms=_terms(report, found, here)),
    )


def _meaning(found: Anonymity, here: Locale) -> Block:
    if not found.records_below:
        said = here.plural(
            "No record stands out: each is one of at least {n} alike. The records are about single persons all "
            "the same: before you pass the file on, ask whoever answers for data protection.",
            "No record stands out: each is one of at least {n} that are alike. The records are about single persons "
            "all the same: before you pass the file on, ask whoever answers for data protection.",
            found.k,
        )
        return Paragraph(text=plain(said))
    said = here.plural(
        "{n} record stands out, because fewer than {least} are alike. Somebody who knows the person could find the "
        "record in the file and read the rest of it.",
        "{n} records stand out, because fewer than {least} are alike. Somebody who knows the persons could find their "
        "records in the file and read the rest of them.",
        found.records_below,
        least=here.number(found.least),
    )
    stays = here.text(
        "The file therefore stays inside the office: before you pass it on, ask whoever answers for data protection."
    )
    return Note(title=here.text("The file can single persons out"), text=plain(f"{said} {stays}"), tone="caution")


def _told(found: Anonymity, here: Locale) -> str:
    """What can be learned of a person without finding the record: what l of the sensitive column means."""
    column = _inside(here.text(COLUMNS[found.told]))
    others = here.listing([_inside(here.text(COLUMNS[name])) for name in found.by if name != found.told])
    if found.records_told:
        return here.plural(
            "In {n} record the {column} can be read off by whoever knows {others} of the person, even without knowing "
            "which record it is: all records alike in these say the same.",
            "In {n} records the {column} can be read off by whoever knows {others} of the person, even without knowing "
            "which record it is: all records alike in these say the same.",
            found.records_told,
            column=column,
            others=others,
        )
    return here.text(
        "The {column} cannot be read off by knowing {others} of a person: wherever it is recorded, records alike in "
        "these differ in it.",
        column=column,
        others=others,
    )


def _inside(name: str) -> str:
    return name[:1].lower() + name[1:]


def _terms(report: Acceptance, found: Anonymity, here: Locale) -> tuple[Term, ...]:
    names = [here.text(COLUMNS[column]) for column in found.by]
    alike = here.listing([names[0], *(_inside(name) for name in names[1:])])
    below = here.text("{n} of {all}", n=here.number(found.records_below), all=here.number(report.rows_accepted))
    return (
        Term(word=here.text("Records are alike if they agree in"), meaning=plain(alike)),
        Term(word=here.text("Smallest group of like records (k)"), meaning=plain(here.number(found.k))),
        Term(
            word=here.text("Records in groups of fewer than {least}", least=here.number(found.least)),
            meaning=plain(below),
        ),
        Term(word=here.text("Records that no other is like"), meaning=plain(here.number(found.records_alone))),
        Term(
            word=here.text(
                "Least number of different values in a group alike in the others (l): {column}",
                column=_inside(here.text(COLUMNS[found.told])),
            ),
            meaning=plain(here.number(found.different)),
        ),
    )
