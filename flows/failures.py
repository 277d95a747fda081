"""What is written down about an unexpected failure: where it happened, and nothing of the data."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from importlib.metadata import version

from flows.home import Home


def write_failure(problem: BaseException, home: Home) -> str:
    """Write a log file and return the line that a user gets.

    The message of the exception is left out of both, because libraries quote cells in theirs.
    """
    now = datetime.now(UTC)
    frames = "".join(traceback.format_list(traceback.extract_tb(problem.__traceback__)))
    text = f"{now.isoformat()} tip-trends {version('tip-trends')}\n{type(problem).__name__}\n{frames}"
    message = f"Unexpected failure ({type(problem).__name__})."
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        log = home.logs / f"failure-{now:%Y%m%dT%H%M%S%f}.log"
        log.write_text(text, encoding="utf-8")
    except OSError:
        return f"{message} No log could be written to {home.logs}."
    return f"{message} Where it happened is in {log} (it holds no data); send it with your question."
