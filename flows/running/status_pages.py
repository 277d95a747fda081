"""The status page in the home: `status.html` in its first language, and one in every other."""

from __future__ import annotations

from contextlib import suppress

from flows.clock import Clock, now
from flows.failures import write_failure
from flows.folders import replace_file
from flows.home import LANGUAGES, Home
from flows.running.home_status import home_status
from transforms.errors import TipTrendsError
from transforms.status import HomeStatus

PAGE = "status.html"


def write_pages(home: Home, status: HomeStatus) -> None:
    """Write the pages; raises OSError where the disk does not take them."""
    from reports.status import page_name, status_page

    first = home.settings().languages[0]
    for language in LANGUAGES:
        page = status_page(status, language).encode()
        replace_file(home.folder / page_name(language), page)
        if language == first:
            replace_file(home.folder / PAGE, page)


def refresh(home: Home, scope: str | None, clock: Clock = now) -> None:
    """Make the pages anew after a run, for the home's own scope unless one is given.

    Never raises: the run has done what it did.
    """
    try:
        with suppress(OSError, TipTrendsError):  # a disk that is full or read-only, an empty home, one in use
            write_pages(home, home_status(home, home.scope(scope), clock))
    except Exception as unexpected:  # a page is not worth a run
        write_failure(unexpected, home)
