"""`init`, `doctor` and `serve`: a home of one's own, its health, and its schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.home import WORLD, Settings, write_settings


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


def doctor(*, session: InSession) -> int:
    """Check the installation and the home; ends with 1 when something is not well, and says what to do.

    Example: tip-trends --home my-home doctor
    """
    from flows.doctor import checks

    done = checks(session.home)
    rows = [("well" if check.is_well else "NOT WELL", check.name, check.found) for check in done]
    console.print_rows(("", "check", "found"), rows)
    for check in done:
        if not check.is_well:
            console.notice(f"{check.name}: {check.remedy}")
    return 0 if all(check.is_well for check in done) else 1


def serve(
    *,
    port: Annotated[int, Parameter(help="Port of the Prefect server that is started on this machine.")] = 4200,
    session: InSession,
) -> None:
    """Make the monthly, quarterly and annual edition when they are due, until stopped with Ctrl-C; for one PC.

    Each run ingests what lies in the home's inbox. Set PREFECT_API_URL to use a Prefect server that runs already.

    Example: tip-trends --home my-home serve
    """
    from flows.deployments import serve as serve_editions

    home = session.home.create()
    console.notice(f"Editions of scope {session.scope}, on schedule, from {home.inbox}. Stop with Ctrl-C.")
    console.notice(f"Runs can be watched at http://127.0.0.1:{port} once the server has started.")
    serve_editions(home, scope=session.scope, port=port)


COMMANDS: tuple[Callable[..., int | None], ...] = (init, doctor, serve)
