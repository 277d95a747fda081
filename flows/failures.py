"""What is written down about a failure of machine or program: where it happened, and nothing of the data."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from importlib.metadata import version

from flows.faults import fault_of, told
from flows.home import Home


def write_failure(problem: BaseException, home: Home) -> str:
    """Write a log file and return the line that a user gets; a fault of the machine is named in it.

    The message of the exception is left out of both, because libraries quote cells in theirs.
    """
    fault = fault_of(problem)
    now = datetime.now(UTC)
    frames = "".join(traceback.format_list(traceback.extract_tb(problem.__traceback__)))
    text = f"{now.isoformat()} tip-trends {version('tip-trends')}\n{type(problem).__name__}\n{frames}"
    message = told(fault, home.folder) if fault else f"Unexpected failure ({type(problem).__name__})."
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        log = home.logs / f"failure-{now:%Y%m%dT%H%M%S%f}.log"
        log.write_text(text, encoding="utf-8")
    except OSError:
        return message if fault else f"{message} No log could be written to {home.logs}."
    if fault:
        return message
    return f"{message} Where it happened is in {log} (it holds no data); send it with your question."
