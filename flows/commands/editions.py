"""`demo`, `run` and `publish`: from extracts to editions."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows import console, progress
from flows.commands.intake import REJECTED, report
from flows.commands.session import InSession
from flows.home import AUDIENCES, LANGUAGES, Home, Settings, allow_self_approval, write_settings
from flows.intake.inbox import waiting
from transforms.errors import WrongArguments

if TYPE_CHECKING:
    from flows.editions.publish import Published
    from flows.pipeline import RunReport

SAMPLE_COUNTRY = "XX"
SAMPLE_EDITION = "annual-2023"
SAMPLE_AUDIENCE = "working-group"

Edition = Annotated[str, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03.")]
AsOf = Annotated[date | None, Parameter(help="Use what was known on that day; without it, all there is.")]
Audience = Annotated[str | None, Parameter(help="working-group or public; without it those of home.toml.")]
Languages = Annotated[str | None, Parameter(help="Languages with commas between: en,ru,tk.")]


def demo(*, session: InSession) -> int:
    """Sample data (synthetic) through the whole pipeline into one annual edition; its folder is the last line.

    Example: tip-trends --home demo-home demo
    """
    import sample_data

    home = session.home.create()
    if home.settings_file.exists() and home.settings().country != SAMPLE_COUNTRY:
        raise WrongArguments(
            f"The home {home.folder} belongs to {home.settings().country or 'the world'}; sample data do not go there.",
            advice="Give the demo a home of its own: tip-trends --home demo-home demo",
        )
    write_settings(home, Settings(country=SAMPLE_COUNTRY, self_approval=True))
    allow_self_approval(home)
    done = _run(home, SAMPLE_EDITION, SAMPLE_COUNTRY, (SAMPLE_AUDIENCE,), ("en",), sample_data.path(), None)
    return _finish(done)


def run(
    edition: Edition,
    /,
    *,
    inbox: Annotated[Path | None, Parameter(help="Folder of extracts; without it the home's own inbox.")] = None,
    as_of: AsOf = None,
    lang: Languages = None,
    audience: Audience = None,
    session: InSession,
) -> int:
    """Ingest what is in the inbox and make an edition; prints the folder of its draft, one line per audience.

    Readers get it once two persons have released it: tip-trends release propose, then tip-trends release approve.

    The home's own inbox is emptied of what was loaded (originals stay in received/); another folder is only read.
    A rejected file does not hold up the others nor the edition, but the command then ends with 3. Where home.toml holds
    the edition for a delivery that is missing, it is not made, and the command ends with 4. Earlier editions that were
    made without deliveries that have come since are made anew, as drafts.

    Example: tip-trends --home my-home run annual-2016 --scope world --inbox extracts
    """
    scope = _checked(edition, session.scope)
    home = session.home.create()
    if inbox is not None:
        waiting(inbox)  # a missing folder is said at once, not after Prefect has started
    done = _run(home, edition, scope, _audiences(home, audience), chosen_languages(home, lang), inbox, as_of)
    return _finish(done)


def publish(
    edition: Edition,
    /,
    *,
    as_of: AsOf = None,
    lang: Languages = None,
    audience: Audience = None,
    session: InSession,
) -> None:
    """Make the draft of an edition from what the warehouse holds; prints its folder, one line per audience.

    Readers get it once two persons have released it: tip-trends release propose, then tip-trends release approve.
    The same as-of gives the same bytes. What was released already is put in its place again, as it was.

    Example: tip-trends --home my-home publish quarterly-2021-Q2 --as-of 2021-08-01 --audience public --lang en,ru
    """
    from flows.editions.publish import publish_edition

    home, scope = session.home, _checked(edition, session.scope)
    languages = chosen_languages(home, lang)
    for name in _audiences(home, audience):
        with console.working(f"{edition} for {name}: counting, protecting, rendering"):
            done = publish_edition(
                home.folder, edition, scope=scope, audience=name, as_of=as_of, languages=languages, clock=session.clock
            )
        _show(done)


def _checked(edition: str, scope: str) -> str:
    """The scope, when both are such; raises WrongArguments before anything slow begins."""
    from transforms.countries import country
    from transforms.indicators.windows import edition_period

    edition_period(edition)
    country(scope)
    return scope


def _run(
    home: Home,
    edition: str,
    scope: str,
    audiences: tuple[str, ...],
    languages: tuple[str, ...],
    inbox: Path | None,
    as_of: date | None,
) -> RunReport:
    """Run the pipeline under Prefect, in this process and without a server of one's own."""
    from flows.running.prefect_setup import prepare

    prepare(home.folder)
    begun = time.perf_counter()
    with console.working("Starting Prefect (up to half a minute the first time)") as hear, progress.heard_by(hear):
        from flows.pipeline import run_edition
        from flows.running.guarded import result_of

        state = run_edition(
            home.folder, edition, scope, list(audiences), list(languages), inbox, as_of, return_state=True
        )
    done: RunReport = result_of(state)
    steps = {"Prefect start-up": done.started - begun, **done.seconds}
    console.notice(f"Seconds: {', '.join(f'{name} {seconds:.1f}' for name, seconds in steps.items())}.")
    return done


def _finish(done: RunReport) -> int:
    for outcome in done.outcomes:
        if outcome.refusal is not None:
            report(outcome)
    for published in done.published:
        _show(published)
    for one in done.anew:
        came = f"{', '.join(one.anew.arrived)} has come since it was made or held"
        if one.published is not None:
            console.notice(f"{one.key} was made anew: {came}. What that changed stands in its section 2.")
            _show(one.published)
        elif one.refusal is not None:
            console.notice(f"{one.key} could not be made anew ({came}): {one.refusal.message} {one.refusal.advice}")
    if done.held is not None:
        console.notice(f"tip-trends: {done.held.message}")
        console.notice(done.held.advice)
    if done.refusals:
        return REJECTED
    return done.held.exit_code if done.held is not None else 0


def _show(done: Published) -> None:
    steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in done.seconds.items())
    if done.is_released:
        what = "Published" if done.is_new else "Unchanged"
    else:
        what = "Draft, not released" if done.is_new else "Draft unchanged, not released"
    console.notice(f"{what} (seconds: {steps}):")
    console.result(str(done.folder))
    if done.archive_fault:
        console.notice(done.archive_fault)
    if not done.is_released:
        key = done.key
        named = f"{key.edition} --scope {key.scope} --audience {key.audience}"
        console.notice(f'Next: tip-trends release propose {named} --by "NAME" --context "..." --controls "..."')
        console.notice(f'Then another person: tip-trends release approve {named} --by "OTHER NAME"')


def _audiences(home: Home, asked: str | None) -> tuple[str, ...]:
    return home.settings().audiences if asked is None else _listed(asked, AUDIENCES, "an audience")


def chosen_languages(home: Home, asked: str | None) -> tuple[str, ...]:
    """The languages asked for, or else those of the home; raises WrongArguments for another."""
    return home.settings().languages if asked is None else _listed(asked, LANGUAGES, "a language")


def _listed(text: str, allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for part in parts or (text,):
        if part not in allowed:
            raise WrongArguments(f"'{part}' is not {what}.", advice=f"Choose from: {', '.join(allowed)}.")
    return parts


COMMANDS: tuple[Callable[..., int | None], ...] = (demo, run, publish)
