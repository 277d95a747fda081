"""`init`, `doctor`, `serve`, `server` and `prefect`: a home of one's own, its health, and its schedule."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.contracts import Language
from flows.commands.session import InSession, first_language
from flows.home import WORLD, Home, Settings, write_settings
from flows.running.prefect_setup import HOST, PORT
from flows.running.server_access import CLIENTS_KEY, SERVERS_KEY, key_file, running_server

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

    asked = None if country is None or country.lower() == WORLD else profile_of(country.upper())
    home = session.home.create()
    if country is not None or not home.settings_file.exists():
        chosen = Settings() if asked is None else Settings(country=asked.code, languages=tuple(asked.languages))
        write_settings(home, chosen)
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

    def told(parts: Iterable[Message], between: str = " ") -> str:
        return between.join(here.message(part) for part in parts)

    well, unwell = here.message(said("well")), here.message(said("NOT WELL"))
    rows = [(well if one.is_well else unwell, here.message(one.label), told(one.told, "; ")) for one in done]
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
    """Do everything when it is due, until stopped with Ctrl-C; for one PC, which may be off at night.

    Takes in what lies complete in the home's inbox every five minutes, makes the monthly, quarterly and annual edition,
    and every night a backup and the housekeeping. Of what was missed while the PC was off one run of each kind makes
    up for all. Set PREFECT_API_URL to use a Prefect server of others.

    Example: tip-trends --home my-home serve
    """
    from flows.deployments import serve as serve_deployments

    home = session.home.create()
    running = running_server(home)
    where = os.environ.get("PREFECT_API_URL", "").removesuffix("/api") or (running.page if running else _page(port))
    console.notice(f"Everything of scope {session.scope} on schedule, from {home.inbox}. Stop with Ctrl-C.")
    console.notice(f"Runs can be watched at {where} once the server has started. {_entrance(home)}")
    serve_deployments(home, scope=session.scope, port=port)


def server(
    *,
    port: Port = PORT,
    session: InSession,
) -> None:
    """Run a Prefect server for the deployments of prefect.yaml, without telemetry, until stopped; for a server room.

    It answers on this computer only, asks for a key, and keeps its records in the home. Deployments and worker:
    tip-trends prefect.

    Example: tip-trends --home my-home server
    """
    from flows.deployments import WORK_POOL, serve_api

    home = session.home.create()
    call, entrance = f"tip-trends --home {home.folder} prefect", _entrance(home)

    def tell() -> None:
        console.notice(f"The Prefect server answers at {_page(port)}. Stop with Ctrl-C. {entrance}")
        console.notice("In other terminals:")
        console.notice(f"  {call} deploy --all    (once, and after each change of prefect.yaml, beside that file)")
        console.notice(f"  {call} worker start --pool {WORK_POOL} --limit 1")

    console.notice("Starting the Prefect server (up to half a minute the first time) ...")
    serve_api(home, port=port, is_ready=tell)


def _page(port: int) -> str:
    return f"http://{HOST}:{port}"


def _entrance(home: Home) -> str:
    """Where the key lies that the pages of the server ask for; never the key itself, which would get into logs."""
    if os.environ.get(SERVERS_KEY) or os.environ.get(CLIENTS_KEY):
        return f"Its pages ask for the key in {SERVERS_KEY}."
    return f"Its pages ask for the line in {key_file(home)}."


def prefect(
    *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    session: InSession,
) -> None:
    """Prefect's own command line, without telemetry and for this home; what follows is handed to it.

    Talks to the server that runs for the home, or to the one that PREFECT_API_URL names.

    Example: tip-trends --home my-home prefect worker start --pool tip-trends --limit 1
    """
    from flows.deployments import run_prefect

    run_prefect(session.home.create(), words)


COMMANDS: tuple[Callable[..., int | None], ...] = (init, doctor, serve, server, prefect)
