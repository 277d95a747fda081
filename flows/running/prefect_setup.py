"""Prefect's environment: quiet, offline, in the home. Set it before anything imports Prefect."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flows.home import ENVIRONMENT, Home
from flows.running.server_access import CLIENTS_KEY, SERVERS_KEY, key_of, running_server

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # its pages ask an analytics host even with analytics off
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",  # links that lead out of the house
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_RUNNER_AUTO_INSTALL_DEPENDENCIES": "false",  # would fetch packages before a run
}
"""Set whatever the user has set: case data stays in the house."""

CALM = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # a fresh database took up to 28 s of its 20
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_WRAP_LINES": "false",
}
"""Set unless the user has set them."""

RECORDS_KEPT = timedelta(days=400)
"""How long Prefect keeps an ended run with its log and artifacts: until the next annual edition stands beside it."""

LASTING = {
    "PREFECT_LOGGING_LEVEL": "INFO",  # what runs say can be watched in the server's interface
    # in memory a run's place is lost with a power cut, and its deployment would wait for that place for ever
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # by itself Prefect deletes old events only, and its database grows by every run for ever
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": f"{RECORDS_KEPT.total_seconds():.0f}",
}
"""Set for a server that stays, unless the user has set them."""

HEARD = {
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",  # the command line says the same in its own words
}
"""Set for a run of the command line that a server that stays keeps the log of."""

HOST = "127.0.0.1"
PORT = 4200
_LOCAL = (HOST, "localhost")


def environment(home: Home, current: Mapping[str, str]) -> dict[str, str]:
    """The variables that Prefect needs, on top of the current ones.

    A proxy of the office must not be asked for the temporary server on this machine, so that
    server's addresses are added to `NO_PROXY`.
    """
    kept = current.get("NO_PROXY") or current.get("no_proxy") or ""
    names = [name.strip() for name in kept.split(",") if name.strip()]
    no_proxy = ",".join(dict.fromkeys([*names, *_LOCAL]))
    calm = {name: value for name, value in CALM.items() if name not in current}
    folder = {} if "PREFECT_HOME" in current else {"PREFECT_HOME": str(home.prefect.resolve())}
    return {**QUIET, **calm, **folder, "NO_PROXY": no_proxy, "no_proxy": no_proxy}


def lasting_environment(home: Home, current: Mapping[str, str], *, port: int = PORT, key: str = "") -> dict[str, str]:
    """The same for a server that stays, its worker and its command line.

    A worker starts each run in another folder, so the home is named by its full path. The key of the home's server
    goes to nobody else: a server of another address has one of its own, which the user sets.
    """
    here = api_url(port)
    url = current.get("PREFECT_API_URL") or here
    entrance = {SERVERS_KEY: key, CLIENTS_KEY: key} if key and url == here else {}
    page = here.removesuffix("/api")
    own = {
        # by itself Prefect copies its pages into the installed package, which a service may not write to
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str((home.prefect / "ui").resolve()),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{page},{page.replace(HOST, 'localhost')}",  # by itself: everybody
    }
    return {
        **environment(home, current),
        **{name: value for name, value in {**LASTING, **own}.items() if name not in current},
        **entrance,
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_UI_API_URL": current.get("PREFECT_SERVER_UI_API_URL") or here,
        ENVIRONMENT: str(home.folder.resolve()),
    }


def api_url(port: int) -> str:
    """Address of the interface for programs of a server on this machine."""
    return f"http://{HOST}:{port}/api"


def prepare(home: Path) -> None:
    """Set the environment of a run of the command line, for this process and its children.

    The run is one of the server that `PREFECT_API_URL` names or that runs for the home, so that analysts see it there;
    two servers on one database would lock each other out. Without one Prefect starts its own for as long as it takes.
    """
    place, current = Home(folder=home), dict(os.environ)
    running = None if current.get("PREFECT_API_URL") else running_server(place)
    if running is not None:
        heard = {name: value for name, value in HEARD.items() if name not in current}
        access = {"PREFECT_API_URL": running.url, CLIENTS_KEY: key_of(place, current)}
        os.environ.update({**environment(place, current), **heard, **access})
        return
    os.environ.update(environment(place, current))


def prepare_lasting(home: Path, *, port: int = PORT) -> None:
    """Set the environment of a server that stays, its worker and command line, for this process and its children."""
    place, current = Home(folder=home), dict(os.environ)
    os.environ.update(lasting_environment(place, current, port=port, key=key_of(place, current)))
