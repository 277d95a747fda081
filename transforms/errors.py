"""Every failure that this product expects, with the exit code and the advice that go with it.

A message says what is wrong and where; `advice` says what to do next. Neither repeats a value
from a case record: rows may be personal, names of rules, columns and cells are not.
"""

from __future__ import annotations

from typing import Self

from transforms.acceptance import Marks, Problem, Suspect
from transforms.messages import Message, Text, english, messages_of


class TipTrendsError(Exception):
    """Base of all expected failures; the command line prints it without a stack trace."""

    exit_code: int = 1

    def __init__(self, message: Text, *, advice: Text = "") -> None:
        self.reason = messages_of(message)
        self.remedy = messages_of(advice)
        self.message = english(message)
        self.advice = english(advice)
        super().__init__(self.message)

    def bare(self) -> Self:
        """The error without the frames it went through: they hold connections and rows, and whoever keeps it would."""
        self.__cause__ = self.__context__ = None
        return self.with_traceback(None)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep `advice` when Prefect or a worker process pickles the error."""
        return (_rebuild, (type(self), self.reason, self.remedy))


def _rebuild(kind: type[TipTrendsError], reason: tuple[Message, ...], remedy: tuple[Message, ...]) -> TipTrendsError:
    return kind(reason, advice=remedy)


class WrongArguments(TipTrendsError):
    """The command line or a flow parameter asks for something that does not exist."""

    exit_code = 2


class FileRejected(TipTrendsError):
    """A file is missing, unreadable, not a file, or breaks the contract of its source as a whole.

    What its acceptance report says besides is set by whoever refuses it: `problems` of its rows, `marks` of its cells,
    whether it `is_synthetic`, and `report`, where the report lies.
    """

    exit_code = 3
    problems: tuple[Problem, ...] = ()
    marks: Marks = Marks()
    rows_read: int = 0
    is_synthetic: bool = False
    report: str = ""


class IdentifierFound(FileRejected):
    """A file holds direct identifiers; nothing of its content may be kept. `suspects` says where they stand."""

    suspects: tuple[Suspect, ...] = ()


class TableRejected(TipTrendsError):
    """A table or manifest handed to an estimate or audit cannot be used; told on the command line alone, in English."""

    exit_code = 3


class ReleaseRefused(TipTrendsError):
    """The disclosure gate or its audit does not let an edition pass."""

    exit_code = 4


class EditionHeld(ReleaseRefused):
    """An edition is not made while a delivery is missing for which home.toml holds it."""


class WarehouseInUse(TipTrendsError):
    """Another process is writing to the warehouse."""

    exit_code = 5


class ProfileInvalid(TipTrendsError):
    """A source, country or edition declaration is wrong; the message names file, key and remedy."""

    exit_code = 2


class NoData(TipTrendsError):
    """What was asked for needs data that the warehouse does not hold."""
