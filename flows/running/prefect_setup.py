"""Prefect's environment: quiet, offline, in the home. Set it before anything imports Prefect."""

from __future__ import annotations

import os
from pathlib import Path

from flows.home import ENVIRONMENT, Home

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # its pages ask an analytics host even with analytics off
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

LASTING = {
    "PREFECT_LOGGING_LEVEL": "INFO",  # what runs say can be watched in the server's interface
    # in memory a run's place is lost with a power cut, and its deployment would wait for that place for ever
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}
"""Set for a server that stays, unless the user has set them."""

HOST = "127.0.0.1"
PORT = 4200
_LOCAL = (HOST, "localhost")


def environment(home: Home, current: dict[str, str]) -> dict[str, str]:
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


def lasting_environment(home: Home, current: dict[str, str], *, port: int = PORT) -> dict[str, str]:
    """The same for a server that stays, its worker and its command line.

    A worker starts each run in another folder, so the home is named by its full path.
    """
    here = api_url(port)
    return {
        **environment(home, current),
        **{name: value for name, value in LASTING.items() if name not in current},
        "PREFECT_API_URL": current.get("PREFECT_API_URL") or here,
        "PREFECT_SERVER_UI_API_URL": current.get("PREFECT_SERVER_UI_API_URL") or here,
        ENVIRONMENT: str(home.folder.resolve()),
    }


def api_url(port: int) -> str:
    """Address of the interface for programs of a server on this machine."""
    return f"http://{HOST}:{port}/api"


def prepare(home: Path) -> None:
    """Set the environment of a run without a server of one's own, for this process and its children."""
    os.environ.update(environment(Home(folder=home), dict(os.environ)))


def prepare_lasting(home: Path, *, port: int = PORT) -> None:
    """Set the environment of a server that stays, for this process and its children."""
    os.environ.update(lasting_environment(Home(folder=home), dict(os.environ), port=port))
