"""What a long run says while it works; whoever started it decides where that goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def say(text: str) -> None:
    """Tell the listener, if there is one. Names, rules and counts only, never a row."""
    if (listener := _LISTENER.get()) is not None:
        listener(text)


def announce(text: str) -> None:
    """Tell the listener or, where nobody listens, standard error: what must not happen without a word."""
    if (listener := _LISTENER.get()) is not None:
        listener(text)
    else:
        print(text, file=sys.stderr)  # noqa: T201  no command and no flow need do anything for it


@contextmanager
def heard_by(listener: Callable[[str], None]) -> Iterator[None]:
    """Within this context `listener` gets every line."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
