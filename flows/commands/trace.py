"""`trace`: where one figure of a released edition comes from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.home import AUDIENCES
from transforms.errors import WrongArguments

if TYPE_CHECKING:
    from flows.editions.trace import Trace
    from flows.editions.traced_rows import Behind
    from reports.provenance.answers import AnswerCard
    from reports.provenance.card import Card

DIFFERS = 1
INTERNAL = "Internal, unprotected: rows and queries behind a released figure, small counts too. Not for publication."


def trace(
    edition: Annotated[str, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03.")],
    /,
    *cell: Annotated[str, Parameter(help="T25:2023,female as its card has it, or TABLE period=2023 sex=female.")],
    audience: Annotated[
        str | None, Parameter(help="working-group or public; without it all it was released for.")
    ] = None,
    folder: Annotated[
        Path | None, Parameter(help="A folder that somebody was given, in place of the home's; its manifest is used.")
    ] = None,
    rows: Annotated[
        bool, Parameter(negative="", help="Internal: also the rows counted and SQL that gives the figure again.")
    ] = False,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print what was found.")] = "table",
    session: InSession,
) -> int:
    """Print the provenance card of one cell of a released edition.

    It is made of the edition's manifest. With --rows the warehouse is asked as well: 1 where it gives another number.

    Example: tip-trends --home my-home trace annual-2023 victims_identified_by_period_sex period=2023 sex=female
    """
    from flows.editions.let_out import released_keys, sound_ledger
    from flows.editions.trace import trace_in_folder, trace_in_home
    from transforms.countries import country
    from transforms.indicators.windows import edition_period

    edition_period(edition)
    scope = country(session.scope).code
    if audience is not None and audience not in AUDIENCES:
        raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
    if folder is not None:
        if rows:
            raise WrongArguments(
                "--rows asks the warehouse, and --folder goes by a manifest alone.", advice="Take one."
            )
        found = [trace_in_folder(folder, cell)]
        _refuse_another(found[0].card, edition, scope, audience)
    else:
        ledger = sound_ledger(session.home)
        keys = released_keys(ledger, edition, scope, audience)
        found = [trace_in_home(session.home, ledger, key, cell, with_rows=rows) for key in keys]
    if rows:
        console.notice(INTERNAL)
    if format == "json":
        console.result(json.dumps([one.to_json() for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            for line in _lines(one):
                console.result(line)
    return DIFFERS if any(one.behind and one.behind.agrees is False for one in found) else 0


def _refuse_another(card: Card | AnswerCard, edition: str, scope: str, audience: str | None) -> None:
    told = card.document
    if (told["edition"], told["scope"]) != (edition, scope) or audience not in (None, told["audience"]):
        raise WrongArguments(
            f"The folder holds {told['edition']} of {told['scope']} for {told['audience']}.",
            advice="Name the edition, --scope and --audience that stand in its edition.json.",
        )


def _lines(one: Trace) -> Iterator[str]:
    from reports.provenance.card import Card

    card, document = one.card, one.card.document
    yield f"{document['edition']} ({document['scope']}, {document['audience']}), as of {document['as_of']}"
    yield from _of_cell(card) if isinstance(card, Card) else _of_answer(card)
    yield "  extracts:"
    for used in card.extracts:
        sheet = f", sheet {', '.join(used['sheets'])}" if used.get("sheets") else ""
        title = used.get("title") or used["source"]
        yield f"    {used['number']}. {used['file_name']}{sheet}: {title}, state of {used['vintage_date']}"
        yield f"       contract {used['source']} {used['contract_version']}, sha256 {used['sha256']}"
    policy = document["policy"]
    yield (
        f"  disclosure: counts from 1 to {policy['threshold'] - 1} are withheld, and what gives them away: whoever "
        f"combines all that is published finds for each a range of {policy['protection_width']} at least"
    )
    yield f"  run: {document['run_id']}, tip-trends {document['code_version']}"
    for note in one.notes:
        yield f"  note: {note}"
    if one.behind is not None:
        yield from _behind(one.behind)


def _of_cell(card: Card) -> Iterator[str]:
    table = card.found.table
    yield f"  cell: {card.found.address}"
    codes = " ".join(f"{name}={code}" for name, code in zip(table.dimensions, card.found.at, strict=True))
    yield f"  table: {table.key} (T{table.number}), {codes}"
    yield f"  figure: {_figure(card)}"
    yield f"  state: {card.reason}"
    yield from _definition(card)
    yield f"  rule: {card.rule}"
    yield from _made_from(card)


def _of_answer(card: AnswerCard) -> Iterator[str]:
    answer = card.answer
    yield f"  answer: {card.address} ({answer['key']})"
    yield f"  question: {card.question}"
    if answer["refusal"] is not None:
        yield f"  not estimated: {answer['refusal']['reason']}"
    elif answer["estimate"] is not None:
        bounds = [_shown(answer[name]) if answer[name] is not None else "open" for name in ("lower", "upper")]
        yield f"  figure: {_shown(answer['estimate'])} {answer['unit']} ({' to '.join(bounds)})"
    counts = f" Counts: {card.counted.key} (T{card.counted.number})." if card.counted else ""
    yield f"  rule: {card.rule}{counts}"
    yield f"  method: {answer['method']}; basis: {', '.join(f'{k} {_shown(v)}' for k, v in answer['basis'].items())}"


def _figure(card: Card) -> str:
    cell = card.found.cell
    if cell["value"] is None:
        return f"none ({card.state.replace('_', ' ')})"
    bounds = f" ({cell['lower']} to {cell['upper']})" if None not in (cell["lower"], cell["upper"]) else ""
    flag = f", {card.flag}" if card.flag else ""
    return f"{cell['value']} {card.found.table.unit}{bounds}{flag}"


def _definition(card: Card) -> Iterator[str]:
    told = card.definition
    yield f"  indicator: {card.found.table.indicator}, {card.measure}"
    if not told:
        yield "    neither its edition nor this version of tip-trends says how it is defined"
        return
    yield f"    counts: {told['counts']}"
    yield f"    unit {told['unit']}; in the period of: {told['date_basis']}"
    yield f"    each once: {told['deduplication']}"
    if told.get("denominator"):
        yield f"    a rate: {told['numerator']} per 100,000 of {told['denominator']}"
    if not card.is_definition_of_edition:
        yield "    as this version of tip-trends declares it; the manifest is of before it kept definitions"


def _made_from(card: Card) -> Iterator[str]:
    made = card.formula
    if made is None:
        return
    yield "  made from:"
    for one in made.inputs:
        value = one.found.cell["value"]
        yield f"    {one.role}: {one.found.address} of {one.found.table.key}, {_shown(value)}"
    for name, value in (("months", made.months), ("months compared with", made.base_months), ("persons", made.persons)):
        if value is not None:
            yield f"    {name}: {_shown(value)}"


def _shown(value: Any) -> str:
    if value is None:
        return "not shown"
    return f"{value:.0f}" if float(value).is_integer() else str(value)


def _behind(found: Behind) -> Iterator[str]:
    yield "  INTERNAL, from the warehouse:"
    agreement = {None: "nothing was released to compare it with", True: "as released", False: "NOT as released"}
    yield f"    figure: {'none' if found.value is None else _shown(found.value)} ({agreement[found.agrees]})"
    for part in found.parts:
        yield f"    {part.role} ({part.name}): {_shown(part.value) if part.value is not None else 'none'}"
        for name, number in (part.rows or {}).items():
            yield f"      {number} rows of {name}"
    yield "    SQL that gives the figure:"
    yield from (f"      {line}" for line in f"{found.sql};".splitlines())
    if len(found.parts) > 1:
        yield "    For the rows of each part trace it by itself, or take --format json."
    elif found.parts[0].rows_sql:
        yield "    SQL that lists its rows by file and row:"
        yield from (f"      {line}" for line in f"{found.parts[0].rows_sql};".splitlines())


COMMANDS: tuple[Callable[..., int | None], ...] = (trace,)
