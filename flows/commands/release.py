"""`release`: the two keys of an edition, from draft to released or withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from flows import console
from flows.commands.session import InSession, Session
from flows.home import AUDIENCES
from transforms.errors import WrongArguments

if TYPE_CHECKING:
    from transforms.ledger.entries import Key
    from transforms.ledger.states import EditionState

release = App(
    name="release",
    help="Two keys before readers get an edition: one person proposes its draft, another approves it. "
    "Example: tip-trends release list",
    help_format="plaintext",
)

Edition = Annotated[str, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03.")]
Audience = Annotated[str | None, Parameter(help="working-group or public; without it each of home.toml that fits.")]


@release.command
def propose(
    edition: Edition,
    /,
    *,
    by: Annotated[str, Parameter(help="Your name; it stands in the ledger, in the manifest and on the page.")],
    context: Annotated[str, Parameter(help="What the edition is for and who will read it.")],
    controls: Annotated[str, Parameter(help="What you checked, and how.")],
    audience: Audience = None,
    session: InSession,
) -> None:
    """Propose the draft that `publish` made for release; another person must approve it.

    Example: tip-trends release propose annual-2023 --by "A. Orazowa" --context "Yearly report" --controls "Read it"
    """
    from flows.editions.manifests import manifests_under
    from flows.editions.release import propose as write_down

    drafts = {key for key, _ in manifests_under(session.home.drafts)}
    for key in _keys(session, edition, audience, lambda state: state.key in drafts):
        with console.working(f"{key}: making the draft again, to compare"):
            entry, is_new = write_down(
                session.folder, key, by=by, context=context, controls=controls, clock=session.clock
            )
        console.result(f"{key}: {'proposed' if is_new else 'was proposed already'} (entry {entry.seq} of the ledger).")
    console.notice(f'Next, another person: tip-trends release approve {edition} --by "NAME"')


@release.command
def approve(
    edition: Edition,
    /,
    *,
    by: Annotated[str, Parameter(help="Your name; you are not the person who proposed it.")] = "",
    review: Annotated[bool, Parameter(negative="", help="Only show what is to be approved.")] = False,
    audience: Audience = None,
    session: InSession,
) -> None:
    """Show what a proposed edition says and how it differs from the last, then release it; ends with its folder.

    It is made again and passes the disclosure gate again: nothing is released that differs from what was proposed.

    Example: tip-trends release approve annual-2023 --review
    """
    from flows.editions.release import approve as let_out
    from flows.editions.release import approved_before, candidate
    from flows.editions.review import review as reviewed
    from flows.editions.review import told

    if not by and not review:
        raise WrongArguments("Who approves?", advice='Add --by "NAME", or --review to look only.')
    for key in _keys(session, edition, audience, _is_answerable):
        if (before := approved_before(session.folder, key)) is not None:
            entry, done = before
            console.notice(
                f"{key} was approved by {entry.person} on {entry.acted_at[:10]}; nothing is left to be done."
            )
            console.result(str(done.folder))
            continue
        with console.working(f"{key}: making it again, comparing"):
            found = candidate(session.folder, key)
            lines = told(reviewed(session.folder, found))
        for line in lines:
            console.result(line)
        if not review:
            with console.working(f"{key}: releasing it, making the archive anew"):
                done = let_out(session.folder, found, by=by, clock=session.clock)
            if done.archive_fault:
                console.notice(done.archive_fault)
            console.result(str(done.folder))


@release.command
def refuse(
    edition: Edition,
    /,
    *,
    by: Annotated[str, Parameter(help="Your name.")],
    reason: Annotated[str, Parameter(help="Why, in one sentence; it is kept, so it names no person.")],
    audience: Audience = None,
    session: InSession,
) -> None:
    """Answer a proposal with no; the draft stays, to be made better and proposed again.

    Example: tip-trends release refuse annual-2023 --by "B. Nurow" --reason "Table 4 contradicts the ministry's letter"
    """
    from flows.editions.release import refuse as write_down

    for key in _keys(session, edition, audience, _is_answerable):
        entry, is_new = write_down(session.folder, key, by=by, reason=reason, clock=session.clock)
        console.result(f"{key}: {'refused' if is_new else 'was refused already'} (entry {entry.seq} of the ledger).")


@release.command
def withdraw(
    edition: Edition,
    /,
    *,
    by: Annotated[str, Parameter(help="Your name.")],
    reason: Annotated[str, Parameter(help="Why, in one sentence; it stands on the pages, so it names no person.")],
    audience: Audience = None,
    session: InSession,
) -> None:
    """Take a released edition back: its pages say so; nothing is deleted, and what readers saw stays in the ledger.

    Example: tip-trends release withdraw annual-2023 --by "B. Nurow" --reason "The register of 2022 was counted twice"
    """
    from flows.editions.archive import refresh
    from flows.editions.taken_back import withdraw as take_back

    for key in _keys(session, edition, audience, _is_released):
        entry, is_new = take_back(session.folder, key, by=by, reason=reason, clock=session.clock)
        console.result(
            f"{key}: {'withdrawn' if is_new else 'was withdrawn already'} (entry {entry.seq} of the ledger)."
        )
        with console.working(f"{key}: making the archive anew"):
            fault = refresh(session.folder, key)
        if fault:
            console.notice(fault)


@release.command
def list_(
    *,
    format: Annotated[console.Format, Parameter(help="How to print the result.")] = "table",
    session: InSession,
) -> None:
    """List every edition with its state: draft, proposed, refused, released, self-approved or withdrawn.

    Example: tip-trends release list --format csv
    """
    from flows.editions.release_list import COLUMNS, lines

    console.print_rows(COLUMNS, [line.row() for line in lines(session.folder)], format)


def _keys(
    session: Session, edition: str, audience: str | None, fits: Callable[[EditionState], bool]
) -> tuple[Key, ...]:
    """The edition for the audience named, else for those of the home that fit; where none does, for all of them."""
    from flows.editions.ledger import settled_ledger
    from transforms.countries import country
    from transforms.indicators.windows import edition_period
    from transforms.ledger.entries import Key
    from transforms.ledger.states import state_of

    edition_period(edition)
    scope = country(session.scope).code
    if audience is not None and audience not in AUDIENCES:
        raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
    names = session.home.settings().audiences if audience is None else (audience,)
    keys = tuple(Key(scope=scope, edition=edition, audience=name) for name in names)
    entries = settled_ledger(session.folder).entries
    return tuple(key for key in keys if fits(state_of(entries, key))) or keys


def _is_released(state: EditionState) -> bool:
    return state.released is not None


def _is_answerable(state: EditionState) -> bool:
    return state.proposal is not None or (state.released is not None and state.withdrawal is None)
