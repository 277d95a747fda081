"""What a supplier does next, and by when."""

from __future__ import annotations

from reports.blocks import Block, Bullets, Inline, Literally, Note, Paragraph, Plain, plain
from reports.locale import Locale
from transforms.acceptance import Acceptance


def next_steps(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """What to do, then the deadline that the file belongs to."""
    blocks: tuple[Block, ...]
    match report.verdict:
        case "accepted":
            blocks = (_one(here.text("Nothing. The file is complete and can be used as it is.")),)
        case "accepted with remarks":
            blocks = (
                _one(
                    here.text(
                        "Nothing, unless one of the remarks names a mistake. Then correct it and send the file again."
                    )
                ),
            )
        case "already loaded":
            blocks = (
                _one(here.text("Nothing. If a newer file was meant, check that the right one was sent.")),
                *_first_report(report, here),
            )
        case "rejected":
            blocks = _rejected(report, here)
        case "partly accepted":
            blocks = (Bullets(items=_corrections(report, here)),)
    return (*blocks, *_marked_copy(report, here), *_deadline(report, here))


def _one(text: str) -> Block:
    return Paragraph(text=plain(text), is_lead=True)


def _marked(text: str) -> Inline:
    """The text with what stands between backticks set as a command."""
    parts = [Literally(part) if place % 2 else Plain(part) for place, part in enumerate(text.split("`")) if part]
    return tuple(parts)


def _rejected(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    reason = " ".join(here.message(message) for message in report.reason)
    steps = [_marked(here.message(message)) for message in report.remedy]
    if report.problems:
        steps.append(plain(here.text("Correct the cells that are listed under “All problems”.")))
    if report.timeliness:
        steps.append(plain(_by_when(report, here)))
    why = Note(title=here.text("Why the file was rejected"), text=_marked(reason), tone="caution")
    return (why, Bullets(items=tuple(steps))) if steps else (why,)


def _corrections(report: Acceptance, here: Locale) -> tuple[Inline, ...]:
    if {found.family for found in report.problems} == {"duplicate_row"}:
        return (
            plain(here.text("Nothing has to be sent again: what was set aside only repeats other rows word for word.")),
        )
    return (
        plain(here.text("Correct the cells listed below in your own file.")),
        plain(here.text("Send the whole file again, not only the corrected rows: the new file replaces this one.")),
        plain(_by_when(report, here)),
        plain(here.text("Until then what was set aside is missing from every figure that is made from this file.")),
    )


def _by_when(report: Acceptance, here: Locale) -> str:
    """The deadline of the file while it lies ahead; then at once, for the next one may be a year off."""
    found = report.timeliness
    if found and found.due >= report.received_on:
        return here.text("Send it by {day}.", day=here.date(found.due))
    if found and found.next_due >= report.received_on:
        return here.text(
            "Send it as soon as possible, at the latest before the next deadline, {day}.", day=here.date(found.next_due)
        )
    return here.text("Send it as soon as you can.")


def _first_report(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """Where the report of the day on which the file was loaded lies."""
    if not report.first_report:
        return ()
    place = f"`{report.first_report}.{here.language}.html`"
    return (
        Paragraph(
            text=_marked(
                here.text("The report of the day on which it was loaded lies beside this page: {place}.", place=place)
            )
        ),
    )


def _marked_copy(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """Where the workbook with its problem cells marked lies."""
    if not report.marked_copy:
        return ()
    return (Paragraph(text=_marked(" ".join(here.message(message) for message in report.marked_copy))),)


def _deadline(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    found = report.timeliness
    if found is None or report.vintage_date is None:
        return ()
    covered = {"period": here.period(found.period), "due": here.date(found.due)}
    late = (report.vintage_date - found.due).days
    if late > 0:
        said = here.plural(
            "The file answers for {period}, which was due by {due}: it came {n} day late.",
            "The file answers for {period}, which was due by {due}: it came {n} days late.",
            late,
            **covered,
        )
    else:
        said = here.text("The file answers for {period}, due by {due}: it came in time.", **covered)
    following = {"period": here.period(found.next_period), "due": here.date(found.next_due)}
    if found.next_due >= report.received_on:
        then = here.text("The next delivery, for {period}, is due by {due}.", **following)
    else:
        then = here.text("The delivery after it, for {period}, was due by {due}.", **following)
    return (Paragraph(text=plain(f"{said} {then}")),)
