"""Three explanations of a fall, side by side, each with the signs that were looked at and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence

from reports import words
from reports.blocks import Block, Column, Definitions, Heading, Note, Paragraph, Table, TableCell, Term, plain
from reports.edition import View
from reports.estimated import nothing, of_answer, p_value, ratio, reason, time, unmet
from reports.locale import N_
from reports.tables import with_intervals, words_column
from transforms.disclosure.released import ReleasedEstimate

PREFIX = "evidence:"
EXPLANATIONS = {
    "capacity": (
        N_("Less capacity to detect"),
        N_(
            "Closed offices, stopped outreach, redeployed police. Speaks for it: tips, inspections and border finds "
            "fall, self-reports hold or rise."
        ),
    ),
    "opportunity": (
        N_("Fewer opportunities"),
        N_(
            "Closed borders and workplaces. Speaks for it: cross-border forms fall more than domestic ones, and "
            "recover when borders open."
        ),
    ),
    "displacement": (
        N_("Displacement to hidden settings"),
        N_(
            "Homes and the internet instead of streets and workplaces. Speaks for it: online recruitment and domestic "
            "settings gain in share."
        ),
    ),
}
SIGNS = {
    "tips": (N_("Tips from the public, a month"), N_("fall")),
    "inspections": (N_("Police and labour inspections, persons a month"), N_("fall")),
    "border": (N_("Border control, persons a month"), N_("fall")),
    "self_reports": (N_("Self-reports against tips and inspections"), N_("rise")),
    "domestic": (N_("Exploited within the country against across a border, restrictions"), N_("rise")),
    "reopening": (N_("Exploited within the country against across a border, after restrictions"), N_("fall")),
    "online_network": (N_("Recruited through online social networks, share"), N_("rise")),
    "online_advertisement": (N_("Recruited through online advertisements, share"), N_("rise")),
    "homes": (N_("Domestic work, share"), N_("rise")),
}
VERDICTS = {
    "for": N_("speaks for it"),
    "against": N_("speaks against it"),
    "silent": N_("silent: no clear move"),
}
BY_CHANCE = N_("silent: among so many signs it can be chance")
CANNOT = N_("cannot be said: {reason}")


READING = N_(
    "A sign speaks for or against only where its ratio is clear after correction for the number of signs (Holm). "
    "Levels are persons a month in phases; shares are odds in whole years, those of whom it is not known left out."
)


def explanations(view: View) -> tuple[Block, ...]:
    """What each explanation means, how its signs stand, and every sign with its figures or why it cannot be read."""
    tables = _tables(view)
    reading = (Paragraph(text=plain(view.text(READING))),) if tables else ()
    return (
        Heading(id="explanations", text=view.text("Three explanations to weigh")),
        Definitions(terms=tuple(_term(view, key) for key in EXPLANATIONS)),
        *reading,
        *tables,
        Note(
            title="",
            text=view.say("The three can hold at once. Counts of detections alone cannot separate them."),
            tone="caution",
        ),
    )


def _signs(view: View, explanation: str) -> list[tuple[str, ReleasedEstimate]]:
    start = f"{PREFIX}{explanation}:"
    return [(k.removeprefix(start), found) for k, found in view.edition.estimates.items() if k.startswith(start)]


def _verdict(found: ReleasedEstimate) -> str:
    return "cannot" if found.estimate.refusal is not None else str(found.estimate.details["verdict"])


def _term(view: View, key: str) -> Term:
    word, meaning = EXPLANATIONS[key]
    said = view.text(meaning)
    signs = [_verdict(found) for _, found in _signs(view, key)]
    if signs:
        said += " " + view.text(
            "Signs here: {pro} for, {con} against, {silent} silent, {cannot} cannot be read.",
            pro=view.locale.number(signs.count("for")),
            con=view.locale.number(signs.count("against")),
            silent=view.locale.number(signs.count("silent")),
            cannot=view.locale.number(signs.count("cannot")),
        )
    return Term(word=view.text(word), meaning=plain(said))


def _tables(view: View) -> tuple[Table, ...]:
    found = [(key, _signs(view, key)) for key in EXPLANATIONS]
    return tuple(_table(view, key, signs) for key, signs in found if signs)


def _table(view: View, explanation: str, signs: Sequence[tuple[str, ReleasedEstimate]]) -> Table:
    """The signs of one explanation; what is to be known of some of them beneath, once."""
    columns: list[str | Column] = [
        words_column(view.text("If it holds")),
        view.text("Ratio to before (95 % interval)"),
        view.text("p (Holm)"),
        words_column(view.text("What is compared")),
        words_column(view.text("Says")),
    ]
    remarks = dict.fromkeys(text for _, one in signs for text in unmet(view, one))
    return with_intervals(
        view,
        [
            (view.text(SIGNS[sign][0]) if sign in SIGNS else sign, of_answer(view, one.key, *_cells(view, sign, one)))
            for sign, one in signs
        ],
        columns,
        id=f"table-signs-{explanation}",
        caption=view.text("{explanation}: signs for and against", explanation=view.text(EXPLANATIONS[explanation][0])),
        stub=view.text("Sign"),
        source=tuple(plain(text) for text in remarks),
    )


def _cells(view: View, sign: str, found: ReleasedEstimate) -> tuple[TableCell, ...]:
    expected = TableCell(text=view.text(SIGNS[sign][1]) if sign in SIGNS else "")
    estimate = found.estimate
    if estimate.refusal is not None:
        said = view.text(CANNOT, reason=view.inside(reason(view, found)))
        return expected, *[nothing(view)] * 3, TableCell(text=said)
    details = estimate.details
    compared = f"{_times(view, details['then'])} → {_times(view, details['now'])}"
    said = ratio(view, estimate.estimate, estimate.lower, estimate.upper)
    flag, meaning = words.FLAGS["B"] if "break_looked_at" in _not_met(found) else ("", "")
    is_chance = details["verdict"] == "silent" and details["p"] < 1 - estimate.level
    verdict = BY_CHANCE if is_chance else VERDICTS[details["verdict"]]
    return (
        expected,
        TableCell(text=said, flags=flag, meaning=view.text(meaning) if meaning else ""),
        TableCell(text=p_value(view, details["p_holm"])),
        TableCell(text=compared),
        TableCell(text=view.text(verdict)),
    )


def _not_met(found: ReleasedEstimate) -> set[str]:
    return {check.key for check in found.estimate.checks if not check.is_met}


def _times(view: View, codes: Sequence[str]) -> str:
    """Phases by name, years as a listing or, in a row, as first and last."""
    years = [int(code) for code in codes if code.isdigit()]
    if len(years) == len(codes) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{codes[0]}–{codes[-1]}"
    return ", ".join(time(view, code) for code in codes)
