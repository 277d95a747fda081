"""What stands at the head of everything made of an edition: title, state, what it is of and for whom."""

from __future__ import annotations

from reports.blocks import Literally, Term, plain
from reports.edition import View


def title(view: View) -> str:
    """What the edition is about."""
    area = view.country(view.edition.scope) if view.edition.scope != "world" else view.text("World")
    return view.text(
        "Trafficking in persons in figures: {area}, {period}", area=area, period=view.locale.period(view.focus.code)
    )


def facts(view: View) -> tuple[Term, ...]:
    """Edition, state of knowledge, readers and the least count that is shown."""
    edition = view.edition
    audience = {"working-group": view.text("Working Group"), "public": view.text("Public")}
    return (
        Term(word=view.text("Edition"), meaning=(Literally(edition.edition),)),
        Term(word=view.text("State of knowledge"), meaning=plain(view.locale.date(edition.as_of))),
        Term(word=view.text("For"), meaning=plain(audience.get(edition.audience, edition.audience))),
        Term(
            word=view.text("Counts below this are not shown"),
            meaning=plain(str(edition.policy.get("threshold", ""))),
        ),
    )


def kicker(view: View) -> str:
    """The line over the title."""
    return view.text("Trafficking in persons: trends and indicators")


def standfirst(view: View) -> str:
    """What the figures are, and what they are not."""
    return view.text(
        "What authorities and organisations detected, recorded and did. Detection is not "
        "prevalence: these figures do not say how many victims there are."
    )


def synthetic_meaning(view: View) -> str:
    """What the word SYNTHETIC says."""
    return view.text("Made from invented data. No figure on this page describes a real person or a real country.")


def draft(view: View) -> str:
    """The word over an edition that nobody has approved."""
    return view.text("DRAFT: not released")


def draft_meaning(view: View) -> str:
    """What must not be done with a draft."""
    return view.text(
        "Nobody has approved this edition yet and its figures may still change. Do not quote it or pass it on."
    )


def colophon(view: View) -> str:
    """Program and run."""
    edition = view.edition
    return view.text("Made with tip-trends {version}, run {run}.", version=edition.code_version, run=edition.run_id)
