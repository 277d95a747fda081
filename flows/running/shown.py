"""What an analyst finds in Prefect beside the log: artifacts with keys that stay, so that each has a history there.

They hold names, rules, counts and released figures. What cannot be shown, because the server is away or refuses it, is
said in the log and stops nothing: the work was done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from prefect import runtime
from prefect.artifacts import (
    create_link_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client

from flows.running.guarded import say

Row = Mapping[str, str | int | float | None]


def key_of(*parts: str) -> str:
    """A key as Prefect takes them: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")


def show_table(key: str, rows: Sequence[Row], about: str) -> None:
    """Show rows under a key, with a description in Markdown."""
    table = [dict(row) for row in rows]
    _shown(key, partial(create_table_artifact, table=table, key=key, description=about))


def show_link(key: str, link: str, text: str, about: str) -> None:
    """Show a link under a key, with a description in Markdown."""
    _shown(key, partial(create_link_artifact, link=link, link_text=text, key=key, description=about))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    id: UUID
    key: str


_BAR: ContextVar[_Bar | None] = ContextVar("bar", default=None)


@contextmanager
def progress_bar(key: str, about: str) -> Iterator[None]:
    """Within this context `reached` moves a bar under this key; it stays where it was when the work fails."""
    found: list[UUID] = []
    _shown(key, lambda: found.append(UUID(str(create_progress_artifact(0.0, key=key, description=about)))))
    token = _BAR.set(_Bar(id=found[0], key=key) if found else None)
    try:
        yield
    finally:
        _BAR.reset(token)


def reached(pct: float) -> None:
    """Move the bar of the work in hand, if it has one; `pct` from 0 to 100."""
    if (bar := _BAR.get()) is not None:
        _shown(bar.key, lambda: update_progress_artifact(bar.id, round(pct, 1)))


def _shown(key: str, show: Callable[[], object]) -> None:
    try:
        show()
    except Exception as problem:  # whatever Prefect's client raises; its words may hold the whole request
        say(f"{key} is not shown in Prefect ({type(problem).__name__})")


def name_run(name: str) -> None:
    """Give the flow run in hand another name than the one it started with, now that it is known what it did."""

    def rename() -> None:
        with get_client(sync_client=True) as client:
            client.update_flow_run(UUID(str(runtime.flow_run.id)), name=name)

    _shown(f"the name '{name}'", rename)
