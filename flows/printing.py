"""A page of an edition as PDF, by a Chromium that is installed here: Chromium, Chrome or Edge.

Nothing is fetched: the page carries all it shows, names cannot be resolved, and the browser's profile is a passing one.
A PDF bears the time at which it was made, so no two are byte for byte the same; `verify` asks for none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flows.folders import replace_file
from transforms.errors import NoData, TipTrendsError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_SECONDS = 180


def browser() -> str | None:
    """The program that prints; None where none is installed."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in (*found, *filter(os.path.exists, _PLACES)) if path), None)


def print_pdf(page: Path, target: Path) -> None:
    """Write `target`, whole or not at all. Raises NoData without a browser, TipTrendsError where it does not print."""
    program = browser()
    if program is None:
        raise NoData(
            "No Chromium, Chrome or Edge was found on this computer, which print the PDF.",
            advice="Install one of them, or open the page in any browser and print it to a PDF there.",
        )
    with tempfile.TemporaryDirectory(prefix="tip-trends-") as passing:
        made = Path(passing) / "page.pdf"
        as_root = ("--no-sandbox",) if sys.platform == "linux" and os.geteuid() == 0 else ()  # it refuses root else
        words = (*_QUIET, *as_root, f"--user-data-dir={Path(passing) / 'profile'}", f"--print-to-pdf={made}")
        _run([program, *words, page.resolve().as_uri()])
        if not made.is_file() or not made.read_bytes().startswith(b"%PDF-"):
            raise TipTrendsError(
                f"{Path(program).name} did not print {page.name}.",
                advice="Open the page in a browser and print it to a PDF there.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, made.read_bytes())


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 our own words
    except subprocess.TimeoutExpired:
        raise TipTrendsError(
            f"{Path(command[0]).name} did not finish within {_SECONDS // 60} minutes.",
            advice="Try again when the computer has less to do.",
        ) from None
