"""The contract of a source in words: what a file of it must hold, sentence by sentence, for the three languages.

What a profile says for itself is a message under its English text: of those that ship the catalogues have it, of a
user's own the English stands in every language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from transforms.codes import OBS_STATUS
from transforms.messages import Message, said
from transforms.retention import Retention
from transforms.sources.entry import is_flat, written_codes
from transforms.sources.profile import Field, Profile, Rule, Sign

HEADER, MEANING = 1, 3
"""Steps to the right at which a column and what it means are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: a sentence, or the names of columns (`names`), which are the same in every language."""

    text: Message | None = None
    names: str = ""
    steps: int = 0


def contract(known: Profile) -> Iterator[Line]:
    """The lines of a contract, an empty one between its parts."""
    for message in _about(known):
        yield Line(text=message)
    yield Line()
    yield Line(text=said("Columns of the file:"))
    yield from _columns(known)
    for message in _rules(known):
        yield Line(text=message)


def _about(known: Profile) -> Iterator[Message]:
    yield said(
        "{name}: {title} (contract version {version})",
        name=known.name,
        title=_own(known.title),
        version=known.version,
    )
    if known.publisher:
        yield said("Publisher: {publisher}", publisher=_own(known.publisher))
    if known.licence:
        yield said("Licence: {licence}", licence=_own(known.licence))
    if known.doc:
        yield said("About: {about}", about=_own(known.doc))
    yield said(
        "Formats: {formats}. Each row becomes {row} ({table}).",
        formats=", ".join(known.formats),
        row=_own(known.table.row_is),
        table=known.table.name,
    )
    yield said("Day from which a file counts as known: {day}.", day=_vintage(known))
    yield said(
        "A later file replaces what an earlier one said about: {parts}.",
        parts=", ".join(known.stream) or said("the whole source"),
    )
    if known.retention is not None:
        yield from _kept(known.retention)
    if known.recognition.file_name:
        yield said(
            "Known by its name, which holds {pattern}, or by --source {name}.",
            pattern=known.recognition.file_name,
            name=known.name,
        )
    signs = ", ".join(f"`{sign}`" for sign in known.missing if sign)
    yield (
        said("Means not reported: an empty cell, {signs}.", signs=signs)
        if signs
        else said("Means not reported: an empty cell.")
    )


def _kept(rule: Retention) -> Iterator[Message]:
    if rule.extracts_months is not None:
        yield said(
            "Months for which a file is kept as it came, from the day of receipt: {months} ({basis}).",
            months=rule.extracts_months,
            basis=rule.basis,
        )
    if rule.person_keys_months is not None:
        yield said(
            "Months for which person_key is kept in its records, from the day of receipt: {months} ({basis}).",
            months=rule.person_keys_months,
            basis=rule.basis,
        )


def _columns(known: Profile) -> Iterator[Line]:
    told: set[tuple[str, ...]] = set()
    for field in known.fields:
        if not field.all_headers:
            continue
        if field.all_headers not in told:  # several columns of the warehouse can come from one of the file
            needed = tuple(header for header in field.all_headers if header not in field.may_lack)
            yield _named(needed, may_be_absent=field.optional)
            if field.may_lack:
                yield _named(field.may_lack, may_be_absent=True)
        told.add(field.all_headers)
        for message in _meaning(known, field):
            yield Line(text=message, steps=MEANING)
    if known.value is None:
        return
    yield _named((known.value.header,), may_be_absent=False)
    yield Line(text=said("The figure."), steps=MEANING)
    for text, sign in known.value.signs.items():
        written = f"`{text}`" if text else said("An empty cell")
        yield Line(text=said("{sign}: {meaning}.", sign=written, meaning=_meant(sign)), steps=MEANING)
    if known.status_headers and is_flat(known):
        yield _named(known.status_headers, may_be_absent=True)
        yield Line(text=_STATUSES, steps=MEANING)


_STATUSES = said(
    "SDMX codes of the status of a figure, of its confidentiality and of what is to be done with the row. A figure "
    "that is not free for publication is kept as suppressed, without its value."
)


def _named(headers: tuple[str, ...], *, may_be_absent: bool) -> Line:
    names = ", ".join(headers)
    if may_be_absent:
        return Line(text=said("{columns} (may be absent)", columns=names), steps=HEADER)
    return Line(names=names, steps=HEADER)


def _meaning(known: Profile, field: Field) -> Iterator[Message]:
    """What a column holds: its documentation and the values it may have."""
    declared = known.table.column(field.column)
    values = list(field.codes)
    if field.kind in ("code", "codes") and not values and declared.codes:
        values = list(written_codes(declared.codes))
    yield _own(field.doc or declared.doc)
    if not values:
        return
    listed = ", ".join(values)
    match field.kind:
        case "code":
            yield said("One of: {codes}.", codes=listed)
        case "codes":
            yield said(
                "One or several, separated by `{separator}`, of: {codes}.", separator=field.separator, codes=listed
            )
        case _:
            yield said("Also: {codes}.", codes=listed)


def _rules(known: Profile) -> Iterator[Message]:
    for rule in known.rules:
        yield said("Rule {key}: {rule}.", key=rule.key, rule=_asked(rule))
    for header, reason in known.ignored.items():
        yield said("Not taken: {column} ({reason}).", column=header, reason=_own(reason))
    for header, reason in known.must_be_empty.items():
        yield said("Nothing may stand under {column} ({reason}).", column=header, reason=_own(reason))


def _asked(rule: Rule) -> Message:
    if rule.advice:
        return _own(rule.advice)
    columns = ", ".join(rule.columns)
    if rule.kind == "order":
        return said("dates in this order: {columns}", columns=columns)
    return said("each {key} once", key=columns)


def _vintage(known: Profile) -> Message:
    match known.vintage.source:
        case "column":
            return said("the latest date in column {column}", column=known.vintage.column)
        case "file_name":
            return said("the date in the name of the file")
        case "title":
            return said("the date in the title of the sheet")
        case "receipt":
            return said("the day it is ingested")


_NO_FIGURE = {"O": said("not reported"), "U": said("too unreliable to show"), "M": said("not applicable")}


def _meant(sign: Sign) -> Message | float:
    """What a sign in a figure's cell stands for."""
    if sign.conf_status != "F":
        return said("confidential: there is a figure, and it is not told")
    if sign.value is None and sign.upper is None:
        return _NO_FIGURE.get(sign.obs_status, _own(OBS_STATUS.by_value[sign.obs_status].label))
    lower, upper = sign.lower or 0, sign.upper or 0
    if sign.value is None:
        return said("between {lower} and {upper}", lower=lower, upper=upper)
    exact = said("zero") if sign.value == 0 else sign.value
    if sign.upper is not None:
        return said("between {lower} and {upper}, counted as {exact}", lower=lower, upper=upper, exact=exact)
    return exact


def _own(text: str) -> Message:
    """What a profile or a table says, under its own English text."""
    return Message(id=text)
