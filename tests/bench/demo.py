"""Where the time of the demo goes: Prefect's start, intake, estimates, release, rendering."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NO_OP = """
from pathlib import Path
import sys
from flows.running.prefect_setup import prepare
prepare(Path(sys.argv[1]))
from prefect import flow
@flow(persist_result=False)
def nothing() -> None: pass
nothing()
"""


def no_op_flow() -> float:
    """Seconds of a Python process whose Prefect flow does nothing, with a fresh Prefect database."""
    return _timed([sys.executable, "-c", NO_OP])


def whole_demo() -> float:
    """Seconds of `tip-trends demo` in a fresh home."""
    return _timed([sys.executable, "-m", "flows.cli", "--home"], ["demo"])


def _timed(before: list[str], after: list[str] | None = None) -> float:
    home = Path(tempfile.mkdtemp())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        start = time.perf_counter()
        subprocess.run([*before, str(home), *(after or [])], check=True, capture_output=True, env=environment)
        return time.perf_counter() - start
    finally:
        shutil.rmtree(home)


def steps(home: Path) -> dict[str, float]:
    """Seconds of the same work without Prefect, step by step: ingest, estimate, release, render, place."""
    import sample_data
    from flows.editions.publish import publish_edition
    from flows.intake.ingest import ingest_file

    start = time.perf_counter()
    for path in sample_data.files():
        ingest_file(home, path)
    ingested = time.perf_counter() - start
    published = publish_edition(
        home, "annual-2023", scope="XX", audience="working-group", as_of=None, languages=("en",)
    )
    return {"ingest": ingested, **published.seconds}
