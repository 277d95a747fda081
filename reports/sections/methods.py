"""Section 10: signs, words, methods, disclosure control and provenance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports import measures, words
from reports.blocks import (
    Block,
    Column,
    Definitions,
    Heading,
    Inline,
    Literally,
    Paragraph,
    Row,
    Section,
    Table,
    TableCell,
    Term,
    plain,
)
from reports.edition import View
from reports.sections.annex import annex
from reports.wording import declared, is_as_published


def section(view: View) -> Section:
    """Everything a reader needs to check a figure."""
    blocks: tuple[Block, ...] = (
        Heading(id="signs", text=view.text("Signs")),
        signs(view),
        Heading(id="glossary", text=view.text("Words")),
        glossary(view),
        Heading(id="calculation", text=view.text("How figures are calculated")),
        *(Paragraph(text=text) for text in calculation(view)),
        *annex(view),
        Heading(id="disclosure", text=view.text("Protection of persons")),
        *(Paragraph(text=text) for text in disclosure(view)),
        *_refused(view),
        Heading(id="provenance", text=view.text("Where the figures come from")),
        *_provenance(view),
    )
    return Section(id="methods", title=view.text("Methods, definitions and provenance"), blocks=blocks)


def signs(view: View) -> Definitions:
    """What stands in the place of a figure or beside it."""
    marks = [Term(word="0", meaning=view.say("zero: none was recorded"))]
    marks += [Term(word=mark, meaning=plain(view.text(meaning))) for mark, meaning in words.MARKS.values()]
    marks += [Term(word=flag, meaning=plain(view.text(meaning))) for flag, meaning in words.FLAGS.values()]
    return Definitions(terms=tuple(marks), is_short=True)


def glossary(view: View) -> Definitions:
    """The words of the edition."""
    phases_source = declared(view, view.context.get("phases_source") or "–")
    terms = (
        (view.text("Presumed victim"), view.say("may be a victim, not yet verified")),
        (
            view.text("Identified victim"),
            view.say(
                "confirmed by a body entitled to decide; “detected” in SDG 16.2.2 means: came to the "
                "attention of the authorities"
            ),
        ),
        (view.text("Assisted"), view.say("received at least one service in the period, identified or not")),
        (view.text("Registered"), view.say("entered the register in the period; the exploitation may lie years back")),
        (
            view.text("Prevalence"),
            view.say("how many victims there are, detected or not; an estimate with assumptions, never a count"),
        ),
        (
            view.text("Extract and vintage"),
            view.say(
                "a file as received, and the state of its source that it gives; a later one supersedes, "
                "nothing is overwritten"
            ),
        ),
        (
            view.text("State of knowledge"),
            view.say("the date whose knowledge a figure uses; an old edition can be rebuilt by it"),
        ),
        (
            view.text("95 % interval"),
            view.say(
                "the values that agree with the data; chance alone puts the true one outside it about once in twenty "
                "times"
            ),
        ),
        (
            view.text("Prediction interval"),
            view.say("where a count was to be expected to lie, chance included, had the years before gone on"),
        ),
        (view.text("Base"), view.say("the persons that a share is a share of")),
        (view.text("Ratio"), view.say("one figure divided by another: 0.5 is half as many, 2 is twice as many")),
        (
            view.text("p (Holm)"),
            view.say(
                "how often chance alone would make such a difference, raised because several were tested (Holm); below "
                "0.05 it is called clear"
            ),
        ),
        (
            view.text("COVID phases"),
            view.say("stretches of whole years: {source}", source=phases_source)
            if view.edition.scope == "world"
            else view.say("stretches of months from the country's own calendar: {source}", source=phases_source),
        ),
    )
    return Definitions(terms=tuple(Term(word=word, meaning=meaning) for word, meaning in terms))


def calculation(view: View) -> tuple[Inline, ...]:
    """How counts, shares, rates and ratios are made."""
    policy = view.edition.policy
    base, events = str(policy.get("minimum_share_base", 20)), str(policy.get("minimum_rate_events", 10))
    headline = view.table(f"{view.headline}_by_period")
    has_rates = any(measures.measure(table) == "rate" for table in view.edition)
    rates = view.say(
        "Rates are per 100,000 of the population named below, with Garwood's exact Poisson "
        "interval. None is given on fewer than {events} events.",
        events=events,
    )
    return (
        _what_counts_are(view, () if headline is None else headline.caveats),
        view.say(
            "Shares use as denominator the persons for whom the characteristic is known, and carry "
            "Wilson's 95 % interval. None is given on fewer than {base} persons.",
            base=base,
        ),
        *((rates,) if has_rates else ()),
        view.say(
            "Ratios of periods compare counts a month, with the exact conditional interval for two "
            "Poisson counts. An interval that holds 1 shows no clear difference."
        ),
    )


def _what_counts_are(view: View, caveats: Sequence[str]) -> Inline:
    if "records_are_synthetic" in caveats:
        return view.say(
            "Counts are records of a synthetic data set, whatever number of forms or means stands in each. A record is "
            "counted in the period its date falls in."
        )
    if "records_are_persons" in caveats:
        return view.say(
            "Counts are persons as the data set lists them: each record is one person, whatever number of forms or "
            "means stands in it. A record is counted in the period its date falls in."
        )
    return view.say(
        "Counts are persons, each once, whatever number of lists, forms or means stands beside "
        "them. A record is counted in the period its date falls in."
    )


def disclosure(view: View) -> tuple[Inline, ...]:
    """What is not shown, why, and how that was checked."""
    policy, audit = view.edition.policy, view.edition.audit
    said = [
        view.say(
            "Counts from 1 to {most} are not shown, nor are counts from which they could be worked "
            "out: all tables of the edition are protected together. Shares, rates, ratios, charts "
            "and sentences are made from protected counts only.",
            most=str(int(policy.get("threshold", 1)) - 1),
        ),
    ]
    if public := dict.fromkeys(source for t in view.edition if is_as_published(t) for source in t.sources):
        names = view.locale.listing([view.source(source) for source in public])
        said.append(view.say("Figures that their owners have published stand as published: {sources}.", sources=names))
    if audit:
        said.append(
            view.say(
                "Audit: {verdict}. Cells {cells}; suppressed as small {primary}, to protect others "
                "{secondary}. Scope: {scope}.",
                verdict=_verdict(view, str(audit.get("verdict", "–"))),
                cells=_audit_number(view, audit.get("cells")),
                primary=_audit_number(view, audit.get("primary")),
                secondary=_audit_number(view, audit.get("secondary")),
                scope=declared(view, audit.get("scope_of_audit", "–")).rstrip("."),
            )
        )
    if attack := audit.get("attack"):
        said.append(
            view.say(
                "A second check, made by another program from this edition and the earlier ones that its readers have "
                "({n}), worked out none of the suppressed counts.",
                n=view.locale.number(attack["earlier_editions"]),
            )
        )
    if emptied := audit.get("emptied"):
        said.append(
            view.say(
                "All counts that stand in these tables alone are suppressed, because that check had worked some out "
                "before: {tables}.",
                tables="; ".join(measures.title(view, view.edition.tables[key]) for key in emptied),
            )
        )
    return tuple(said)


def _verdict(view: View, verdict: str) -> str:
    return view.text(words.VERDICTS[verdict]) if verdict in words.VERDICTS else verdict


def _audit_number(view: View, value: object) -> str:
    return view.locale.number(value) if isinstance(value, int | float) else "–"


def _refused(view: View) -> tuple[Block, ...]:
    refused = view.context.get("refused") or ()
    if not refused:
        return ()
    terms = tuple(
        Term(word=declared(view, entry["what"]), meaning=plain(declared(view, entry["reason"]))) for entry in refused
    )
    return (Heading(id="refused", text=view.text("Not estimated")), Definitions(terms=terms))


def _provenance(view: View) -> tuple[Block, ...]:
    edition = view.edition
    intro = Paragraph(
        text=view.say(
            "Run {run}, program {version}. Every released cell with its status and sources is in "
            "{manifest}, every table in {tables} and in the workbook {workbook}.",
            run=Literally(edition.run_id),
            version=Literally(edition.code_version),
            manifest=Literally("edition.json"),
            tables=Literally("tables/*.csv"),
            workbook=Literally(f"tables.{view.locale.language}.xlsx"),
        )
    )
    release = Paragraph(text=released_by(view))
    if not edition.created_from:
        return (intro, release)
    rows = tuple(
        Row(
            header=view.source(used.source),
            cells=(
                TableCell(text=used.file_name),
                TableCell(text=view.locale.date(used.vintage_date)),
                TableCell(text=view.locale.number(used.rows_read)),
                TableCell(text=used.sha256, is_code=True),
            ),
        )
        for used in edition.created_from
    )
    columns = (
        Column(text=view.text("File"), is_numeric=False),
        Column(text=view.text("Vintage"), is_numeric=False),
        Column(text=view.text("Rows read")),
        Column(text="sha256", is_numeric=False),
    )
    denominators = [
        view.say(
            "Denominator: {source}, state of {date}.",
            source=view.source(str(entry["source"])),
            date=_date(view, entry.get("vintage_date")),
        )
        for entry in view.context.get("denominators") or ()
    ]
    table = Table(
        id="table-provenance",
        caption=view.text("Extracts used"),
        stub=view.text("Source"),
        columns=columns,
        rows=rows,
        notes=(*denominators, *(plain(line) for line in licences(view))),
    )
    return (intro, release, table)


def licences(view: View) -> tuple[str, ...]:
    """Under what terms each source may be used, where its profile says so."""
    said = [
        view.text("{source}: {licence}.", source=view.source(used.source), licence=declared(view, used.licence))
        for used in view.edition.created_from
        if used.licence
    ]
    return tuple(dict.fromkeys(said))


def released_by(view: View) -> Inline:
    """Who let the edition out, or that nobody did."""
    approval = view.approval
    if approval is None:
        return view.say("This is a draft. An edition is released when a second person has approved it.")
    day = view.locale.date(approval.approved_on)
    if approval.is_self_approved:
        return view.say(
            "Released on {date} by self-approval: no second person looked at it. Only synthetic data can be "
            "released like this.",
            date=day,
        )
    return view.say(
        "Proposed for release by {proposer}; approved by {approver}, another person, on {date}.",
        proposer=approval.proposed_by,
        approver=approval.approved_by,
        date=day,
    )


def _date(view: View, value: object) -> str:
    return view.locale.date(date.fromisoformat(str(value))) if value else "–"
