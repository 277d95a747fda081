"""The process of a home's Prefect server: it holds the server's place while it answers, however it ends.

Started by `flows.running.server` as `python -m flows.running.server_process HOME PORT`, in its environment.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from flows.home import Home
from flows.running.prefect_setup import HOST, api_url
from flows.running.server_access import as_the_server
from transforms.errors import TipTrendsError


def main(home: Path, port: int) -> int:
    """Answer until told to end; returns the exit code."""
    try:
        with as_the_server(Home(folder=home), api_url(port)):
            _take_away_second_pages()
            sys.argv = ["prefect", "server", "start", "--host", HOST, "--port", str(port)]
            runpy.run_module("prefect", run_name="__main__", alter_sys=True)
    except TipTrendsError as expected:
        sys.stderr.write(f"{expected.message}\n")
        return expected.exit_code
    return 0


def _take_away_second_pages() -> None:
    """Keep Prefect from offering its newer pages beside the chosen ones: those ask an analytics host at every click."""
    import prefect

    prefect.__ui_v2_static_path__ = prefect.__ui_v2_static_path__ / "none"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
