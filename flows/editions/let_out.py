"""What the ledger says was let out, for holding a folder against it: entry, manifest, digests, and the program then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from typing import Any

from flows.clock import day_of
from flows.editions.ledger import Ledger, chain_of, published_texts
from flows.editions.manifests import MANIFEST, manifest_sha256
from flows.editions.planned import counts_id_of
from flows.folders import SUPERSEDED, digest_of, files_in
from flows.home import Home
from flows.version import code_version
from flows.warehouse import look_into_warehouse
from reports.agreement.document import parsed_manifest
from reports.approval import Withdrawal
from reports.withdrawn import KEPT_IN, withdrawn_files
from transforms.errors import NoData
from transforms.ledger.entries import Entry, Key
from transforms.tables import EDITIONS

LIBRARIES = ("duckdb", "polars", "numpy", "scipy", "statsmodels", "matplotlib", "jinja2", "babel")
"""Those whose versions the bytes of an edition may depend on."""
_MOST_ADDED = 8
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Version of the program that made an edition and of this one.

    `is_same` tells states of one version apart; None where nothing tells which state it was.
    """

    then: str
    now: str
    is_same: bool | None

    @property
    def told(self) -> str:
        """In words."""
        here = f"here with {', '.join(f'{name} {version(name)}' for name in LIBRARIES)}"
        if self.is_same:
            return f"tip-trends {self.now}, the very one that made the edition; {here}"
        if self.then != self.now:
            return f"the edition was made by tip-trends {self.then}, this is {self.now}; {here}"
        if self.is_same is None:
            return f"tip-trends {self.now}, as when the edition was made, of whatever state that was; {here}"
        return f"the edition was made by another state of tip-trends {self.now}; {here}"

    @property
    def reason(self) -> str:
        """What may explain that the program makes other files now."""
        if self.is_same:
            return ", by the same program, so data or libraries changed"
        if self.is_same is None and self.then == self.now:
            return ", by the same version of the program"
        return ", by another program than made it (above)"

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs; of libraries an edition does not say which it was made with."""
        libraries = {name: version(name) for name in LIBRARIES}
        return {"edition": self.then, "present": self.now, "is_same": self.is_same, "libraries": libraries}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetOut:
    """An approval in the ledger and, where it was taken back, the withdrawal.

    `shown` is the one of the two whose files are expected; `text` is the manifest among them, `document` that of the
    approval.
    """

    entry: Entry
    withdrawal: Entry | None
    shown: Entry
    text: bytes
    document: Mapping[str, Any]
    program: Program

    @property
    def expected(self) -> frozenset[str]:
        """Names of files that every such edition has."""
        pages = (f"report.{language}.html" for language in self.document["languages"])
        return frozenset([MANIFEST, *pages, *(f"tables/{table['key']}.csv" for table in self.document["tables"])])

    def marked(self, files: Files) -> Files:
        """Files as they were approved, with the marks of the withdrawal where those are expected."""
        if self.shown.act != "withdrawn" or MANIFEST not in files:
            return files
        by, reason = self.shown.person, self.shown.reason
        told = Withdrawal(withdrawn_by=by, withdrawn_on=day_of(self.shown), reason=reason)
        try:
            return withdrawn_files(files, told)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return files  # somebody made something else of them: no JSON object, no text

    def kept_copy(self, folder: Path) -> Files | None:
        """The files as they were approved, from beside the folder; None where they are not there or were altered."""
        found = (files for files in _beside(folder) if digest_of(files) == self.entry.files_sha256)
        return next(found, None)

    def notes(self, ledger: Ledger) -> tuple[str, ...]:
        """What a person who has these files should know besides."""
        told = []
        if self.withdrawal is not None and self.shown == self.entry:
            told.append(
                f"These are the files as they were before {day_of(self.withdrawal)}, when they were taken back."
            )
        later = [one for one in ledger.entries[self.entry.seq :] if one.key == self.entry.key and one.is_publishing]
        if later and later[-1].run_id != self.entry.run_id:
            told.append(f"A later state, as of {later[-1].as_of}, was released on {day_of(later[-1])}.")
        return tuple(told)


def sound_ledger(home: Home) -> Ledger:
    """The ledger of a home, verified, whatever lies in its folders; raises ReleaseRefused for a damaged one, NoData."""
    with look_into_warehouse(home.folder) as con:
        return chain_of(con, home)


def released_keys(ledger: Ledger, edition: str, scope: str, audience: str | None) -> tuple[Key, ...]:
    """The released editions of a name, by audience; raises NoData where there is none."""
    keys = dict.fromkeys(entry.key for entry in ledger.entries if entry.is_publishing)
    named = [key for key in keys if (key.edition, key.scope) == (edition, scope)]
    found = tuple(key for key in named if audience in (None, key.audience))
    if found:
        return found
    there = ", ".join(sorted(f"{key.edition} ({key.scope}, {key.audience})" for key in keys)) or "none yet"
    raise NoData(
        f"{edition} of {scope}{f' for {audience}' if audience else ''} was never released from this home.",
        advice=f"Released were: {there}. Older ones, from before the ledger, `tip-trends release list` takes over.",
    )


def in_home(home: Home, ledger: Ledger, key: Key, files: Files) -> LetOut:
    """What should lie in the folder of an edition: the state whose manifest it has, else the last that was let out.

    Where that was taken back since, the files with the marks of the withdrawal are expected.
    """
    shown = _told_by(ledger, key, files)
    entry = _approval(ledger, shown)
    withdrawal = _withdrawal(ledger, entry)
    return _let_out(home, entry, withdrawal, withdrawal or entry)


def approval_shown(ledger: Ledger, key: Key, files: Files) -> Entry:
    """The entry that let out what `in_home` expects in the folder of an edition."""
    return _approval(ledger, _told_by(ledger, key, files))


def received(home: Home, ledger: Ledger, key: Key, files: Files) -> LetOut:
    """What a folder that somebody got should hold: the state whose files or manifest it has, else the last."""
    digest = digest_of(files)
    same = [one for one in _acts(ledger, key) if one.files_sha256 == digest]
    shown = same[-1] if same else _told_by(ledger, key, files)
    entry = _approval(ledger, shown)
    return _let_out(home, entry, _withdrawal(ledger, entry), shown)


def candidates(let_out: LetOut, files: Files, made: Files, folder: Path) -> Iterator[Files]:
    """Sets of files that may be those that were let out, the cheapest first; `folder` is that of the home."""
    with_manifest = {**files, MANIFEST: let_out.text}
    yield from (files, let_out.marked(made), let_out.marked(files), with_manifest, files_in(folder))
    for kept in _beside(folder):
        yield kept
        yield let_out.marked(kept)
    added = sorted(files.keys() - let_out.expected)
    for number in range(1, len(added) + 1) if len(added) <= _MOST_ADDED else ():
        for left_out in combinations(added, number):
            yield {name: content for name, content in with_manifest.items() if name not in left_out}


def true_files(let_out: LetOut, among: Iterable[Files]) -> Files | None:
    """The set of files that has the digest in the ledger; None where none of them has."""
    return next((files for files in among if digest_of(files) == let_out.shown.files_sha256), None)


def _beside(folder: Path) -> Iterator[Files]:
    """Older contents of an edition's folder, which were kept when others took their place."""
    for name in (KEPT_IN, SUPERSEDED):
        for path in sorted((folder.parent / name).glob(f"{folder.name}-*")):
            yield files_in(path)


def _acts(ledger: Ledger, key: Key) -> list[Entry]:
    """Entries after which the folder of an edition held other files."""
    return [one for one in ledger.entries if one.key == key and (one.is_publishing or one.act == "withdrawn")]


def _told_by(ledger: Ledger, key: Key, files: Files) -> Entry:
    acts = _acts(ledger, key)
    digest = manifest_sha256(files) if MANIFEST in files else ""
    return next((one for one in reversed(acts) if one.manifest_sha256 == digest), acts[-1])


def _approval(ledger: Ledger, shown: Entry) -> Entry:
    """The entry that let out what an act is about."""
    acts = (one for one in reversed(ledger.entries[: shown.seq]) if one.key == shown.key and one.is_publishing)
    return next(one for one in acts if one.run_id == shown.run_id)


def _withdrawal(ledger: Ledger, entry: Entry) -> Entry | None:
    """The entry that took an approved state back, unless it was approved again since."""
    same = [one for one in _acts(ledger, entry.key) if one.run_id == entry.run_id and one.seq > entry.seq]
    return same[-1] if same and same[-1].act == "withdrawn" else None


def _let_out(home: Home, entry: Entry, withdrawal: Entry | None, shown: Entry) -> LetOut:
    wanted = {entry.manifest_sha256, shown.manifest_sha256}
    with look_into_warehouse(home.folder) as con:
        texts = dict(published_texts(con, wanted))
        rows = con.execute(
            f"SELECT counts_id FROM {EDITIONS.name} WHERE manifest_sha256 = ?", [entry.manifest_sha256]
        ).fetchall()
    document = parsed_manifest(texts[entry.manifest_sha256]) or {}
    extracts = [str(used["sha256"]) for used in document["created_from"].values()]
    counts_id = counts_id_of(entry.edition, entry.scope, entry.as_of, extracts)
    is_same = (counts_id,) in rows if rows else None
    program = Program(then=document["code_version"], now=code_version(), is_same=is_same)
    return LetOut(
        entry=entry,
        withdrawal=withdrawal,
        shown=shown,
        text=texts[shown.manifest_sha256],
        document=document,
        program=program,
    )
