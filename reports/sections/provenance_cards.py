"""The cards behind the figures of a page: for each table, and each answer of a method, where its figures come from.

Made after all sections, from the addresses that stand in them, so that a card exists exactly where something leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reports import measures, words
from reports.blocks import (
    Block,
    Bullets,
    CardLine,
    Cards,
    Chart,
    Details,
    Fact,
    Heading,
    Inline,
    KeyFigures,
    Link,
    Literally,
    Paragraph,
    Plain,
    ProvenanceCard,
    Section,
    Table,
    Traced,
    card_of,
    plain,
)
from reports.definitions import DEFINED
from reports.edition import View
from reports.locale import N_
from reports.provenance.definitions import QUESTIONS, RULES, STATES, against_double_counting, answer_rule, counted_for
from reports.provenance.tables import address
from reports.sections.covid_explanations import SIGNS
from reports.wording import is_as_published
from transforms.disclosure.released import ReleasedCell, ReleasedEstimate, ReleasedTable, SourceUsed

HOME = "cards"
COUNTS = N_("Counts: {card}.")
MOST_EXTRACTS = 12
"""More are not listed on each card: the table of all extracts has them."""


def with_cards(view: View, sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections, the last of them with the cards of all figures that stand in any; as they are where none does."""
    wanted = tuple(dict.fromkeys(address for section in sections for address in _addresses(section.blocks)))
    cards = _cards(view, wanted)
    if not cards:
        return tuple(sections)
    *others, last = sections
    return (*others, _extended(last, _annex(view, cards)))


def _extended(section: Section, blocks: tuple[Block, ...]) -> Section:
    return Section(id=section.id, title=section.title, summary=section.summary, blocks=(*section.blocks, *blocks))


def _annex(view: View, cards: tuple[ProvenanceCard, ...]) -> tuple[Block, ...]:
    listed = Bullets(items=tuple((Link(text=card.id, target=card.id), Plain(f" {card.title}")) for card in cards))
    intro = view.say(
        "Every figure of this page leads to a card that says what was counted, by which rule and from which files; "
        "the sign beside a sentence, such as {sign}, does the same. On the card stands the address of the figure. "
        "With it the command {command} prints the card too and, where the edition was made, the rows behind it.",
        sign=Literally(cards[0].id),
        command=Literally(_command(view, cards[0].lines[0].id if cards[0].lines else cards[0].id)),
    )
    summary = view.plural("{n} card", "{n} cards", len(cards))
    return (
        Heading(id=HOME, text=view.text("Provenance cards")),
        Paragraph(text=intro),
        Details(summary=summary, blocks=(listed,)),
        Cards(cards=cards, close=view.text("Put the card away"), home=HOME),
    )


def _command(view: View, at: str) -> str:
    edition = view.edition
    quoted = f"'{at}'" if set(at) & set("<>+") else at
    return f"tip-trends trace {edition.edition} {quoted} --scope {edition.scope} --audience {edition.audience}"


def _addresses(blocks: Iterable[Block]) -> Iterator[str]:
    """Addresses in the order in which a reader meets them."""
    for block in blocks:
        if isinstance(block, Table):
            yield from block.addresses
            yield from (part.target for line in block.notes for part in line if isinstance(part, Traced))
        elif isinstance(block, Chart):
            yield from block.table.addresses
        elif isinstance(block, Details):
            yield from _addresses(block.blocks)
        elif isinstance(block, KeyFigures):
            yield from (tile.address for tile in block.tiles if tile.address)
        elif isinstance(block, Bullets):
            yield from (part.target for item in block.items for part in item if isinstance(part, Traced))
        elif isinstance(block, Paragraph):
            yield from (part.target for part in block.text if isinstance(part, Traced))


def _cards(view: View, wanted: Sequence[str]) -> tuple[ProvenanceCard, ...]:
    """Cards of the tables and answers that are led to, and of the counts that they are made from, in their order."""
    named = {card_of(one) for one in wanted}
    tables = {f"T{number}": table for number, table in enumerate(view.edition, start=1)}
    answers = {f"E{number}": found for number, found in enumerate(view.edition.estimates.values(), start=1)}
    by_key = {table.key: name for name, table in tables.items()}
    bases = (tables[name].key.partition(".")[0] for name in named if name in tables)
    led = {name: found for name, found in answers.items() if name in named}
    rested = (counted_for(found.key, view.headline) for found in led.values())
    counted = {by_key[base] for base in (*bases, *rested) if base in by_key}
    chosen = set(wanted)
    made = [
        _of_table(view, number, table, by_key, chosen)
        for number, table in enumerate(view.edition, start=1)
        if f"T{number}" in named | counted
    ]
    return (*made, *(_of_answer(view, name, found, by_key) for name, found in led.items()))


def _of_table(
    view: View, number: int, table: ReleasedTable, by_key: dict[str, str], chosen: set[str]
) -> ProvenanceCard:
    lines = [
        CardLine(id=at, text=_line(view, table, cell))
        for cell in table.cells
        if (at := address(number, cell.at)) in chosen
    ]
    form = ",".join(name.upper() for name in table.dimensions)
    named = " ".join((table.key, *(f"{name}={name.upper()}" for name in table.dimensions)))
    facts = (
        *_definition(view, table),
        Fact(word=view.text("Rule"), said=(_rule(view, table, by_key),)),
        *_extracts(view, (*table.sources, *_denominators(view, table))),
        Fact(word=view.text("Protection"), said=(_policy(view, table),)),
        *_run(view),
        Fact(word=view.text("Address of a figure"), said=((Literally(f"T{number}:{form}"),), (Literally(named),))),
    )
    return ProvenanceCard(id=f"T{number}", title=measures.title(view, table), lines=tuple(lines), facts=facts)


def _line(view: View, table: ReleasedTable, cell: ReleasedCell) -> str:
    """`2023, Female: 59.2 % (50.4–67.4)`, or what stands in place of a figure and why."""
    codes = ", ".join(view.label(name, code) for name, code in zip(table.dimensions, cell.at, strict=True))
    if cell.value is None:
        mark, _ = words.MARKS.get(cell.state, words.MARKS["not_reported"])
        return f"{codes}: {mark} {view.text(STATES[cell.state])}"
    decimals, ending = measures.decimals(table), "\u00a0%" if table.unit == "pct" else ""
    written = view.locale.signed if table.kind == "change" else view.locale.number
    said = f"{codes}: {written(cell.value, decimals)}{ending}"
    if cell.lower is not None and cell.upper is not None:
        said += f" ({view.locale.range(cell.lower, cell.upper, decimals)}{ending})"
    if cell.at and (countries := view.countries_reporting(table.key, cell.at[0])) is not None:
        said += "; " + view.plural("{n} country", "{n} countries", countries)
    flag = words.FLAGS.get(cell.obs_status)
    return f"{said}, {view.text(flag[1])}" if flag else said


def _definition(view: View, table: ReleasedTable) -> Iterator[Fact]:
    """What the indicator counts, by its declaration; nothing where the edition does not carry it."""
    told = (view.context.get("indicators") or {}).get(table.indicator)
    if not told:
        return
    unit = str(told["unit"] or table.unit)
    counted = "person" if told["numerator"] else unit  # a rate counts what stands in its numerator
    unit = view.text(words.UNITS.get(counted, counted))
    yield Fact(
        word=view.text("What is counted"),
        said=(view.say("{unit}: {what}", unit=unit[:1].upper() + unit[1:], what=_defined(view, told["counts"])),),
    )
    yield Fact(word=view.text("Counted in the period of"), said=(plain(_defined(view, told["date_basis"])),))
    once = against_double_counting(told["deduplication"], table.caveats)
    said = _defined(view, once) if once == told["deduplication"] else view.text(once)
    yield Fact(word=view.text("Against double counting"), said=(plain(said),))


def _defined(view: View, said: object) -> str:
    return view.text(str(said)) if said in DEFINED else str(said)


def _rule(view: View, table: ReleasedTable, by_key: dict[str, str]) -> Inline:
    measure, counted = measures.measure(table), table.key.partition(".")[0]
    said = plain(view.text(RULES[measure])) if measure in RULES else plain(measures.measure_name(view, table))
    if counted == table.key or counted not in by_key:
        return said
    return (*said, Plain(" "), *view.say(COUNTS, card=Link(text=by_key[counted], target=by_key[counted])))


def _denominators(view: View, table: ReleasedTable) -> tuple[str, ...]:
    """Sources of the population that a rate divides by."""
    if measures.measure(table) != "rate":
        return ()
    return tuple(str(entry["source"]) for entry in view.context.get("denominators") or ())


def _extracts(view: View, sources: Iterable[str]) -> Iterator[Fact]:
    """The files as received, with sheet, state and digest."""
    named = set(sources)
    used = [one for one in view.edition.created_from if one.source in named]
    if not used:
        return
    many: Inline = view.say(
        "{n} extracts, listed in the table {table}.",
        n=view.locale.number(len(used)),
        table=Link(text=view.text("Extracts used"), target="table-provenance"),
    )
    said = (many,) if len(used) > MOST_EXTRACTS else tuple(_extract(view, one) for one in used)
    yield Fact(word=view.text("Files"), said=said)


def _extract(view: View, used: SourceUsed) -> Inline:
    sheet = view.text(", sheet {sheet}", sheet=", ".join(used.sheets)) if used.sheets else ""
    return view.say(
        "{file}: {source}, state of {date}, contract {contract}, sha256 {digest}",
        file=used.file_name + sheet,
        source=view.source(used.source),
        date=view.locale.date(used.vintage_date),
        contract=Literally(f"{used.source} {used.contract_version}"),
        digest=Literally(used.sha256),
    )


def _policy(view: View, table: ReleasedTable) -> Inline:
    counted = view.table(table.key.partition(".")[0]) or table
    if is_as_published(counted):
        return view.say("None: its owner has published it, and it stands as published.")
    policy = view.edition.policy
    return view.say(
        "Counts from 1 to {most} are suppressed, and others from which they could be worked out; which of the two a "
        "suppressed figure is, is not told. What is published leaves for each of them a range of {width} at least.",
        most=str(int(policy.get("threshold", 1)) - 1),
        width=str(policy.get("protection_width", policy.get("threshold", 1))),
    )


def _run(view: View) -> Iterator[Fact]:
    edition = view.edition
    yield Fact(
        word=view.text("Made by"),
        said=(
            view.say(
                "run {run}, program {version}, as of {date}",
                run=Literally(edition.run_id),
                version=Literally(edition.code_version),
                date=view.locale.date(edition.as_of),
            ),
        ),
    )


def _of_answer(view: View, name: str, found: ReleasedEstimate, by_key: dict[str, str]) -> ProvenanceCard:
    """The card of an answer: its method and what it is calculated from."""
    question = found.key.partition(":")[0]
    counted = view.table(counted_for(found.key, view.headline))
    rule = plain(view.text(answer_rule(question)))
    if counted is not None:
        card = by_key[counted.key]
        rule = (*rule, Plain(" "), *view.say(COUNTS, card=Link(text=card, target=card)))
    facts = (
        Fact(word=view.text("Rule"), said=(rule,)),
        Fact(word=view.text("Method"), said=((Literally(found.estimate.method),),)),
        *_extracts(view, found.sources if counted is None else counted.sources),
        *_run(view),
        Fact(
            word=view.text("Address of the answer"),
            said=(
                (Literally(name),),
                view.say(
                    "In {manifest} it stands whole, with its basis, checks and caveats, under {key}.",
                    manifest=Literally("edition.json"),
                    key=Literally(found.key),
                ),
            ),
        ),
    )
    return ProvenanceCard(id=name, title=_answer_title(view, found.key), lines=(), facts=facts)


def _answer_title(view: View, key: str) -> str:
    question, _, about = key.partition(":")
    first, _, rest = about.partition(":")
    named = QUESTIONS.get(question, words.readable(question))
    if question in ("detection", "composition"):
        return f"{view.text(named)}: {view.dimension(first)}, {view.inside(view.period_label(f'phase:{rest}'))}"
    if question == "evidence" and rest in SIGNS:
        return f"{view.text(named)}: {view.text(SIGNS[rest][0])}"
    if first in words.INDICATORS:
        return f"{view.text(named)}: {view.indicator(first)}{f', {rest}' if rest else ''}"
    return view.text(named) + (f": {words.readable(rest or first)}" if about else "")
