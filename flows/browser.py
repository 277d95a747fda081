"""The reader's own browser and language, as far as this computer tells."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
_LANGUAGE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that name the reader's language, in the order in which gettext asks them."""


def show(page: Path) -> bool:
    """Open a page in the browser; False where there is none, or none with a window.

    A browser inside the terminal would take it away from whoever typed the command.
    """
    has_screen = sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in _SCREENS)
    if not has_screen and not os.environ.get("BROWSER"):
        return False
    try:
        return webbrowser.open(page.resolve().as_uri())
    except (webbrowser.Error, OSError):
        return False


def readers_language(available: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """The first of the reader's languages that is available; None where none of them is, or none is known."""
    named = next((environment[name] for name in _LANGUAGE if environment.get(name)), "")
    wanted = (one.partition(".")[0].partition("_")[0].partition("-")[0].lower() for one in named.split(":"))
    return next((one for one in wanted if one in available), None)
