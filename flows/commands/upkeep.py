"""`init`, `doctor`, `serve`, `server` and `prefect`: a home of one's own, its health, and its schedule."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.contracts import Language
from flows.commands.session import InSession, first_language
from flows.home import WORLD, Settings, write_settings
from flows.running.prefect_setup import HOST, PORT, api_url

if TYPE_CHECKING:
    from transforms.messages import Message

Port = Annotated[int, Parameter(help="Port of the Prefect server that is started on this machine.")]


def init(
    *,
    country: Annotated[
        str | None, Parameter(help="Code of a country profile, such as TM; without it, the world.")
    ] = None,
    session: InSession,
) -> None:
    """Make a home: its folders, and home.toml with country, audiences and languages.

    Example: tip-trends --home my-home init --country TM
    """
    from transforms.countries import country as profile_of

    asked = None if country is None or country.lower() == WORLD else profile_of(country.upper()).code
    home = session.home.create()
    if country is not None or not home.settings_file.exists():
        write_settings(home, Settings(country=asked))
    console.result(f"{home.settings_file}")
    console.notice(f"Put extracts into {home.inbox} and run: tip-trends --home {home.folder} run annual-YYYY")


def doctor(
    *,
    lang: Annotated[Language | None, Parameter(help="Language of the words: en, ru or tk.")] = None,
    session: InSession,
) -> int:
    """Check the installation and the home; ends with 1 when something is not well, and says what to do.

    Example: tip-trends --home my-home doctor --lang ru
    """
    from flows.running.doctor import checks
    from reports.locale import locale
    from transforms.messages import said

    here = locale(lang or first_language(session.home))
    done = checks(session.home, session.clock)

    def told(parts: Iterable[Message]) -> str:
        return " ".join(here.message(part) for part in parts)

    well, unwell = here.message(said("well")), here.message(said("NOT WELL"))
    rows = [(well if one.is_well else unwell, here.message(one.label), told(one.told)) for one in done]
    console.print_rows(("", here.message(said("check")), here.message(said("found"))), rows)
    for one in done:
        if not one.is_well:
            console.notice(f"{here.message(one.label)}: {told(one.mend)}")
    return 0 if all(one.is_well for one in done) else 1


def serve(
    *,
    port: Port = PORT,
    session: InSession,
) -> None:
    """Make the monthly, quarterly and annual edition when they are due, until stopped with Ctrl-C; for one PC.

    Each run ingests what lies in the home's inbox. What was due while the PC was off is made when serve starts again.
    Set PREFECT_API_URL to use a Prefect server that runs already.

    Example: tip-trends --home my-home serve
    """
    from flows.deployments import serve as serve_editions

    home = session.home.create()
    console.notice(f"Editions of scope {session.scope}, on schedule, from {home.inbox}. Stop with Ctrl-C.")
    where = os.environ.get("PREFECT_API_URL", "").removesuffix("/api") or f"http://{HOST}:{port}"
    console.notice(f"Runs can be watched at {where} once the server has started.")
    serve_editions(home, scope=session.scope, port=port)


def server(
    *,
    port: Port = PORT,
    session: InSession,
) -> None:
    """Run a Prefect server for the deployments of prefect.yaml, without telemetry, until stopped; for a server room.

    It answers on this computer only and keeps its records in the home. Deployments and worker: tip-trends prefect.

    Example: tip-trends --home my-home server
    """
    from flows.deployments import WORK_POOL, serve_api

    home = session.home.create()
    where = "" if port == PORT else f"PREFECT_API_URL={api_url(port)} "
    call = f"{where}tip-trends --home {home.folder} prefect"

    def tell() -> None:
        console.notice(f"The Prefect server answers at http://{HOST}:{port}. Stop with Ctrl-C. In other terminals:")
        console.notice(f"  {call} deploy --all    (once, and after each change of prefect.yaml, beside that file)")
        console.notice(f"  {call} worker start --pool {WORK_POOL} --limit 1")

    console.notice("Starting the Prefect server (up to half a minute the first time) ...")
    serve_api(home, port=port, is_ready=tell)


def prefect(
    *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    session: InSession,
) -> None:
    """Prefect's own command line, without telemetry and for this home; what follows is handed to it.

    Talks to the server of `tip-trends server`, or to the one that PREFECT_API_URL names.

    Example: tip-trends --home my-home prefect worker start --pool tip-trends --limit 1
    """
    from flows.deployments import run_prefect

    run_prefect(session.home.create(), words)


COMMANDS: tuple[Callable[..., int | None], ...] = (init, doctor, serve, server, prefect)
