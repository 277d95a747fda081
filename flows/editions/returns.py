"""The return of a supplier: made from the warehouse and the public edition, and placed where it waits for its release.

Two steps on purpose: whoever lets returns out with two keys makes the files, has them approved, and then places them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.counts.counting import WORLD, Counter
from flows.counts.provenance import country_context, phases_context, sources_used
from flows.editions.ledger import Ledger, reading
from flows.editions.manifests import MANIFEST
from flows.editions.return_tables import ReturnCounts, deliveries_of, return_counts
from flows.folders import place_folder
from flows.home import Home
from flows.version import code_fingerprint, code_version
from flows.warehouse import open_warehouse
from reports.return_files import files_of_return
from transforms.countries import Country, country
from transforms.disclosure.policies import return_policy_in
from transforms.disclosure.policy import PUBLIC, Policy
from transforms.disclosure.returned import ReleasedReturn
from transforms.disclosure.returns import Compared, release_return
from transforms.errors import NoData, ReleaseRefused, WrongArguments
from transforms.indicators.windows import EditionPeriod, edition_period
from transforms.ledger.entries import Key
from transforms.ledger.states import state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReturn:
    """The files of one return and where they belong; `given_away` is for the house: see `ReleasedReturn`."""

    folder: Path
    files: Mapping[str, bytes]
    audience: str
    run_id: str
    given_away: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Public:
    """The public edition as it was published."""

    sha256: str
    run_id: str
    as_of: date
    values: Mapping[str, Mapping[tuple[str, ...], float | None]]


def make_return(home: Path, body: str, edition: str, *, scope: str, languages: Sequence[str]) -> MadeReturn:
    """Everything that the return of one body holds; nothing is written. The same public edition gives the same bytes.

    Raises WrongArguments for a body that the country's register does not have, NoData where it delivered nothing or the
    public edition was not published, ReleaseRefused where a count of others could be worked out.
    """
    wanted, profile = edition_period(edition), _country_of(body, scope)
    rules = return_policy_in(scope, body)
    with reading(home) as (con, ledger):
        public = _public(con, ledger, home, scope, edition)
        counter = Counter(con, scope, public.as_of)
        try:
            released = _released(counter, wanted, profile, body, edition, public, rules, languages)
        finally:
            counter.close()
    return MadeReturn(
        folder=Home(folder=home).returns / scope / edition / body,
        files=files_of_return(released, languages),
        audience=rules.audience,
        run_id=released.national.run_id,
        given_away=released.given_away,
    )


def place_return(home: Path, made: MadeReturn) -> bool:
    """Put a return into its folder; False when it lies there already. What lay there before is kept beside it."""
    with open_warehouse(home):  # its lock keeps two writers of one folder apart
        return place_folder(made.folder, made.files)


def _country_of(body: str, scope: str) -> Country:
    if scope == WORLD:
        raise WrongArguments("The world has no bodies.", advice="Narrow it to one country with --scope CODE.")
    profile = country(scope)
    known = [declared.code for declared in profile.bodies]
    if body not in known:
        raise WrongArguments(
            f"'{body}' is no body of the register of {scope}.", advice=f"Choose from: {', '.join(known)}."
        )
    return profile


def _public(con: duckdb.DuckDBPyConnection, ledger: Ledger, home: Path, scope: str, edition: str) -> _Public:
    """The public edition in its folder, when it is the one that the register of editions knows and still stands."""
    file = Home(folder=home).editions / scope / edition / PUBLIC / MANIFEST
    if not file.exists():
        raise NoData(
            f"The public edition {edition} of {scope} was not published yet.",
            advice=f"Publish it first: tip-trends publish {edition} --audience public",
        )
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    known = con.execute(
        "SELECT 1 FROM pub.editions WHERE (edition, scope, audience, manifest_sha256) = (?, ?, ?, ?) LIMIT 1",
        [edition, scope, PUBLIC, digest],
    ).fetchall()
    if not known:
        raise ReleaseRefused(
            f"The public edition {edition} of {scope} is not the one that was published.",
            advice="Its files were changed after publishing. Publish it again, then make the return.",
        )
    if state_of(ledger.entries, Key(scope=scope, edition=edition, audience=PUBLIC)).withdrawal is not None:
        raise ReleaseRefused(
            f"The public edition {edition} of {scope} was withdrawn.",
            advice="Release a corrected one first, then make the return.",
        )
    told = json.loads(content)
    return _Public(
        sha256=digest, run_id=told["run_id"], as_of=date.fromisoformat(told["as_of"]), values=_values(told["tables"])
    )


def _values(tables: Sequence[Mapping[str, Any]]) -> dict[str, dict[tuple[str, ...], float | None]]:
    return {
        table["key"]: {
            tuple(cell["at"][dimension] for dimension in table["dimensions"]): cell["value"]
            if cell["conf_status"] == "F"
            else None
            for cell in table["cells"]
        }
        for table in tables
        if table["kind"] == "count"
    }


def _released(
    counter: Counter,
    wanted: EditionPeriod,
    profile: Country,
    body: str,
    edition: str,
    public: _Public,
    rules: Policy,
    languages: Sequence[str],
) -> ReleasedReturn:
    counted = return_counts(counter, wanted, profile, body)
    used = sources_used(counter, counter.vintages(counted.own))
    extracts = sorted(source.sha256 for source in used)
    depends_on = [body, edition, counter.scope, public.sha256, extracts, rules.declared(), code_fingerprint()]
    return release_return(
        Compared(
            national=counted.national,
            within=counted.within,
            delivered=counted.delivered,
            public=public.values,
        ),
        rules,
        body=body,
        edition=edition,
        scope=counter.scope,
        as_of=public.as_of,
        run_id=hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:12],
        code_version=code_version(),
        created_from=used,
        context=_context(counted, wanted, profile, body, public),
        languages=languages,
        deliveries=deliveries_of(counter, counted.own, body),
    )


def _context(
    counted: ReturnCounts, wanted: EditionPeriod, profile: Country, body: str, public: _Public
) -> dict[str, Any]:
    """What the page may say besides: the country and this body by name, no other body."""
    said = country_context(profile)
    return {
        "headline": counted.cases.headline,
        "edition_period": wanted.period.code,
        "country": {**said, "bodies": [one for one in said["bodies"] if one["code"] == body]},
        "phases": phases_context(profile, counted.cases.spans),
        "public_edition": {"run_id": public.run_id, "manifest_sha256": public.sha256},
    }
