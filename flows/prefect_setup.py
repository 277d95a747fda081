"""Prefect's environment: quiet, offline, in the home. Call `prepare` before anything imports Prefect."""

from __future__ import annotations

import os
from pathlib import Path

from flows.home import Home

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # its pages ask an analytics host even with analytics off
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}
"""Set whatever the user has set: case data stays in the house."""

CALM = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # a fresh database took up to 28 s of its 20
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_WRAP_LINES": "false",
}
"""Set unless the user has set them."""

_LOCAL = ("127.0.0.1", "localhost")


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


def prepare(home: Path) -> None:
    """Set Prefect's environment for this process and its children."""
    os.environ.update(environment(Home(folder=home), dict(os.environ)))
