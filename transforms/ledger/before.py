"""Which editions came before one for the same readers: the last of its kind, those shown with it, those withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.disclosure.policy import PUBLIC
from transforms.errors import WrongArguments
from transforms.ledger.entries import Entry, Key
from transforms.ledger.states import released_in, standing, state_of
from transforms.periods import Period, period

MOST_SHOWN = 6
"""Earlier editions beside a new one: what a page, and a phone, has room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """An edition that does not stand any more; `replaced_by` is the one of the same name that readers have instead."""

    withdrawal: Entry
    replaced_by: Entry | None


def last_before(entries: Sequence[Entry], like: Key, as_of: str) -> Entry | None:
    """The edition that a new one is the successor of; None where it is the first of its kind for these readers.

    Of the same scope, audience and frequency, not taken back, of no later period and no later state of the data than
    the new one: of these the one of the latest period, and of one period the latest state. `entries` are those of the
    ledger before the new edition was first released.
    """
    found = [one for one in _standing(entries, like, as_of) if one.key.kind == like.kind]
    return found[-1] if found else None


def shown_before(entries: Sequence[Entry], like: Key, as_of: str) -> tuple[Entry, ...]:
    """Editions whose figures a new one shows beside its own, from the oldest state of the data to the youngest.

    The latest of the same frequency; where there are fewer than `MOST_SHOWN`, others that were of another state of
    the data, the latest states first.
    """
    known = _standing(entries, like, as_of)
    chosen = [one for one in known if one.key.kind == like.kind][-MOST_SHOWN:]
    for other in sorted(known, key=lambda one: (one.as_of, one.seq), reverse=True):
        if len(chosen) < MOST_SHOWN and other.as_of not in {as_of, *(one.as_of for one in chosen)}:
            chosen.append(other)
    return tuple(sorted(chosen, key=lambda one: (one.as_of, _period(one.key).end, one.seq)))


def taken_back(entries: Sequence[Entry], like: Key, since: Entry | None) -> tuple[TakenBack, ...]:
    """What readers of an audience had and what was taken back after an entry (of any time: None), and stayed so.

    The working group has read the public editions too.
    """
    found: dict[tuple[Key, str], Entry] = {}
    for entry in entries:
        if entry.act == "withdrawn" and entry.scope == like.scope and entry.audience in (like.audience, PUBLIC):
            found[entry.key, entry.run_id] = entry
    gone = [
        one
        for (key, run_id), one in found.items()
        if not standing(entries, key, run_id) and (since is None or one.seq > since.seq)
    ]
    return tuple(TakenBack(withdrawal=one, replaced_by=_stands_instead(entries, one)) for one in gone)


def _stands_instead(entries: Sequence[Entry], gone: Entry) -> Entry | None:
    released = state_of(entries, gone.key).released
    if released is None or not standing(entries, gone.key, released.run_id):
        return None
    return released


def _standing(entries: Sequence[Entry], like: Key, as_of: str) -> list[Entry]:
    """Released editions of the audience and scope that stand, of no later period or state, by period and state."""
    ends = _period(like).end
    found = [
        one
        for one in released_in(entries, like.scope)
        if one.audience == like.audience
        and one.as_of <= as_of
        and standing(entries, one.key, one.run_id)
        and _is_edition(one.key)
        and _period(one.key).end <= ends
    ]
    return sorted(found, key=lambda one: (_period(one.key).end, one.as_of, one.seq))


def _period(key: Key) -> Period:
    return period(key.edition.partition("-")[2])


def _is_edition(key: Key) -> bool:
    try:
        _period(key)
    except WrongArguments:
        return False
    return True
