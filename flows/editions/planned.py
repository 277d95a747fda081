"""An edition before the gate: what is counted, as of which day, and which run that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.counts.estimate import EditionInputs, edition_inputs
from flows.editions.ledger import Ledger, reading
from flows.editions.needed import as_context, deliveries_asked, missing
from flows.editions.published import Run, digest, run_of
from flows.holdings.punctuality import calendar, punctuality
from flows.holdings.status import coverage_of
from flows.holdings.withdrawals import latest_vintage
from flows.version import code_fingerprint
from transforms.countries import country
from transforms.indicators.windows import edition_period
from transforms.ledger.entries import Entry, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The unprotected counts of an edition as of a day; `counts_id` is their run in `mart.counts`."""

    inputs: EditionInputs
    as_of: date
    counts_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An edition before the gate: its counts, its run, the languages asked for, and the ledger it was planned by."""

    key: Key
    counted: Counted
    run: Run
    languages: tuple[str, ...]
    ledger: Ledger

    def register(self) -> dict[str, str]:
        """What the register of editions tells this run by."""
        return {
            "edition": self.key.edition,
            "scope": self.key.scope,
            "audience": self.key.audience,
            "run_id": self.run.run_id,
            "languages": ",".join(self.languages),
        }

    def entry(self, **more: Any) -> Entry:
        """An entry about this run; `more` holds act, person and moment, what was said, and the digests of the files."""
        return Entry(
            **{
                "seq": 0,
                "edition": self.key.edition,
                "scope": self.key.scope,
                "audience": self.key.audience,
                "run_id": self.run.run_id,
                "as_of": self.counted.as_of.isoformat(),
                "manifest_sha256": "",
                "files_sha256": "",
                **more,
            }
        )


def plan(home: Path, key: Key, *, as_of: date | None, languages: Sequence[str]) -> Planned:
    """Count an edition and find out which run that is; raises what `publish_edition` does."""
    with reading(home) as (con, ledger):
        counted = count_edition(con, key.edition, key.scope, as_of)
    run = run_of(ledger, key, counted.counts_id)
    return Planned(key=key, counted=counted, run=run, languages=tuple(languages), ledger=ledger)


def count_edition(con: duckdb.DuckDBPyConnection, edition: str, scope: str, as_of: date | None) -> Counted:
    """Count an edition as of a day, None for the latest vintage; raises WrongArguments and NoData."""
    wanted = edition_period(edition)
    known = as_of or latest_vintage(con)
    inputs = edition_inputs(con, edition, scope=scope, as_of=known)
    profile, held = country(scope), coverage_of(con, scope, known)
    asked = deliveries_asked(con, profile, wanted, known)
    inputs.context["reporting_status"] = [one.context(known) for one in asked]
    inputs.context["awaited"] = [as_context(one) for one in missing(asked, wanted)]
    inputs.context["punctuality"] = punctuality(profile, held, known)
    inputs.context["due_dates"] = calendar(profile, held, known)
    counts_id = counts_id_of(edition, scope, known.isoformat(), [source.sha256 for source in inputs.created_from])
    return Counted(inputs=inputs, as_of=known, counts_id=counts_id)


def counts_id_of(edition: str, scope: str, as_of: str, extracts: Iterable[str]) -> str:
    """Name of the counts that this very program makes of extracts, given by their sha256, as of a day."""
    return digest(edition, scope, as_of, sorted(extracts), code_fingerprint())
