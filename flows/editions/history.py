"""What readers of an edition were given before, from the ledger and its manifests, as the gate takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flows.clock import day_of
from flows.editions.planned import Planned
from transforms.disclosure.history import History, TakenBackEdition, edition_before
from transforms.ledger.before import TakenBack, last_before, shown_before, taken_back
from transforms.ledger.entries import Entry


def edition_compared_with(planned: Planned) -> Entry | None:
    """The edition that a planned one is the successor of, for its pages and for the person who approves it."""
    return last_before(planned.run.before, planned.key, planned.counted.as_of.isoformat())


def history_of(planned: Planned, known: Sequence[Mapping[str, Any]]) -> History:
    """The history of a planned edition; `known` are the manifests of all that was released before it, in their order.

    Only those that are needed are looked at: each is parsed when it is asked for.
    """
    key, as_of, entries = planned.key, planned.counted.as_of.isoformat(), planned.run.before
    last, shown = edition_compared_with(planned), shown_before(entries, key, as_of)
    documents = _Documents(planned.run.earlier, known)
    headline = (f"{planned.counted.inputs.context['headline']}_by_period",)
    return History(
        last=None if last is None else edition_before(documents.of(last)),
        shown=tuple(edition_before(documents.of(one), headline) for one in shown),
        withdrawn=tuple(_told(one) for one in taken_back(entries, key, last)),
    )


class _Documents:
    """Manifests by the entries that gave them to readers."""

    def __init__(self, entries: Sequence[Entry], known: Sequence[Mapping[str, Any]]) -> None:
        self.place = {entry.seq: place for place, entry in enumerate(entries)}
        self.known = known

    def of(self, entry: Entry) -> Mapping[str, Any]:
        return self.known[self.place[entry.seq]]


def _told(gone: TakenBack) -> TakenBackEdition:
    entry, instead = gone.withdrawal, gone.replaced_by
    return TakenBackEdition(
        edition=entry.edition,
        audience=entry.audience,
        as_of=date.fromisoformat(entry.as_of),
        run_id=entry.run_id,
        withdrawn_on=day_of(entry),
        reason=entry.reason,
        replaced_as_of=None if instead is None else date.fromisoformat(instead.as_of),
    )
