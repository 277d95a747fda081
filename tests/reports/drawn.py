"""Files of the editions that several modules look at, each drawn once: drawing a page takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from reports.render import edition_files
from tests.reports.answered import answered
from tests.reports.editions import APPROVED, empty, world
from tests.reports.followed import followed_up
from tests.reports.people import national
from transforms.disclosure.released import ReleasedEdition

EDITIONS: dict[str, Callable[[], ReleasedEdition]] = {
    "national": national,
    "small": lambda: national(0.12),
    "world": world,
    "empty": empty,
    "answered": answered,
    "followed": followed_up,
    "answered quarterly": lambda: answered(quarterly=True),
    "answered small": lambda: answered(0.12),
}


@cache
def files_of(name: str, language: str = "en") -> Mapping[str, bytes]:
    """Every file of an edition of `EDITIONS` that is published in one language."""
    return MappingProxyType(edition_files(EDITIONS[name](), [language], APPROVED))


def page_of(name: str, language: str = "en") -> str:
    """The report of such an edition."""
    return files_of(name, language)[f"report.{language}.html"].decode()
