"""What every command gets besides its own arguments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.clock import Clock, now
from flows.home import Home
from transforms.errors import TipTrendsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The home a command works in, the scope asked for on the command line (None: the home's own), and the clock."""

    home: Home
    asked_scope: str | None
    clock: Clock = now

    @property
    def folder(self) -> Path:
        """The home folder."""
        return self.home.folder

    @property
    def scope(self) -> str:
        """The scope to use; raises WrongArguments when what was asked is none."""
        return self.home.scope(self.asked_scope)


def first_language(home: Home) -> str:
    """The first language of a home, English where its settings cannot be read."""
    try:
        return home.settings().languages[0]
    except TipTrendsError:
        return "en"


InSession = Annotated[Session, Parameter(parse=False)]
