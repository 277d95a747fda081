"""What the ledger says of each edition: what readers have, what waits for the second key, what was taken back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transforms.disclosure.policy import PUBLIC
from transforms.ledger.entries import Entry, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionState:
    """The last word on one edition for one audience; each part is None where there is none.

    `released` is what readers were given last, `withdrawal` the entry that took it back, `proposal` what waits for
    approval, `refusal` the answer to the last proposal where that was no.
    """

    key: Key
    released: Entry | None = None
    withdrawal: Entry | None = None
    proposal: Entry | None = None
    refusal: Entry | None = None


def state_of(entries: Iterable[Entry], key: Key) -> EditionState:
    """The state of one edition after all entries."""
    released = withdrawal = proposal = refusal = None
    for entry in entries:
        if entry.key != key:
            continue
        if entry.act == "proposed":
            proposal, refusal = entry, None
        elif entry.act == "refused":
            proposal, refusal = None, entry
        elif entry.act == "withdrawn":
            if released is not None and entry.run_id == released.run_id:  # else an older one that was put back
                withdrawal = entry
        else:
            released, withdrawal, proposal, refusal = entry, None, None, None
    return EditionState(key=key, released=released, withdrawal=withdrawal, proposal=proposal, refusal=refusal)


def keys_of(entries: Iterable[Entry]) -> tuple[Key, ...]:
    """Every edition that the ledger names, in the order of their first entries."""
    return tuple(dict.fromkeys(entry.key for entry in entries if entry.is_about_an_edition))


def standing(entries: Sequence[Entry], key: Key, run_id: str) -> tuple[Entry, ...]:
    """Entries that gave readers this very run, oldest first; none where it was withdrawn since."""
    found: list[Entry] = []
    for entry in entries:
        if entry.key == key and entry.run_id == run_id:
            if entry.act == "withdrawn":
                found.clear()
            elif entry.is_publishing:
                found.append(entry)
    return tuple(found)


def read_by(entries: Iterable[Entry], scope: str, audience: str) -> tuple[Entry, ...]:
    """Entries that gave the readers of an audience their figures, oldest first, each run once.

    Whoever may read what is for a working group has also read what is for everybody. What was withdrawn stays: nobody
    forgets a figure.
    """
    return tuple(entry for entry in released_in(entries, scope) if entry.audience in (audience, PUBLIC))


def released_in(entries: Iterable[Entry], scope: str) -> tuple[Entry, ...]:
    """Entries that gave any readers figures of a scope, oldest first, each run once."""
    found: dict[tuple[Key, str], Entry] = {}
    for entry in entries:
        if entry.is_publishing and entry.scope == scope:
            found.setdefault((entry.key, entry.run_id), entry)
    return tuple(found.values())


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one but for case, spaces, points and hyphens."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())
