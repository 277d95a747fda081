"""The state of every edition of a home: what readers have, what waits, what was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.clock import day_of
from flows.editions.ledger import settled_ledger
from flows.editions.manifests import manifests_under
from flows.home import Home
from transforms.errors import NoData
from transforms.ledger.entries import Entry, Key
from transforms.ledger.states import EditionState, keys_of, state_of

COLUMNS = ("edition", "scope", "audience", "state", "as of", "run", "on", "by", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list; `entry` None for a draft that nobody has proposed."""

    key: Key
    state: str
    entry: Entry | None

    def row(self) -> tuple[str, ...]:
        """As `COLUMNS` names it."""
        e = self.entry
        said = ("", "", "", "", "") if e is None else (e.as_of, e.run_id, str(day_of(e)), e.person, e.reason)
        return (self.key.edition, self.key.scope, self.key.audience, self.state, *said)


def lines(home: Path) -> tuple[Line, ...]:
    """Every edition that was ever released, proposed or drafted, by scope, edition and audience.

    Raises ReleaseRefused for a damaged ledger; an empty home has no lines.
    """
    try:
        entries = settled_ledger(home).entries
    except NoData:
        return ()
    drafts = {key for key, _ in manifests_under(Home(folder=home).drafts)}
    keys = sorted({*keys_of(entries), *drafts}, key=str)
    return tuple(line for key in keys for line in _lines(state_of(entries, key), has_draft=key in drafts))


def _lines(state: EditionState, *, has_draft: bool) -> list[Line]:
    found = []
    released = state.released
    if state.withdrawal is not None:
        found.append(("withdrawn", state.withdrawal))
    elif released is not None:
        how = "self-approved" if released.is_self_approved else "released"
        found.append((how if released.act == "approved" else "released before the ledger", released))
    if state.proposal is not None:
        found.append(("proposed: waits for approval", state.proposal))
    elif state.refusal is not None:
        found.append(("refused", state.refusal))
    made = [Line(key=state.key, state=what, entry=entry) for what, entry in found]
    if has_draft and state.proposal is None:
        made.append(Line(key=state.key, state="draft: not proposed", entry=None))
    return made
