"""Whether an edition is what was released: made again from its extracts where they are kept, else by its hashes.

Nothing is written and no network is asked. What is told names files and places in them, never figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flows.clock import day_of
from flows.editions.contents import FileDifference, file_differences
from flows.editions.ledger import Ledger
from flows.editions.let_out import LetOut, candidates, in_home, received, true_files
from flows.editions.manifests import MANIFEST, folder_of, manifest_sha256
from flows.editions.rebuild import Rebuilt, extracts_behind, rebuild
from flows.folders import digest_of, files_in
from flows.home import Home
from reports.agreement import cells_of, disagreements, is_of_this_form, is_table, parsed_manifest, schema_faults
from reports.manifest import SCHEMA_VERSION
from transforms.errors import TipTrendsError, WarehouseInUse
from transforms.ledger.entries import Key

Verdict = Literal["identical", "differs", "not possible"]
Files = Mapping[str, bytes]
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question about an edition: its answer, what was found in words, and the files that are not as they should."""

    name: str
    verdict: Verdict
    found: str
    files: tuple[FileDifference, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs."""
        files = [{"name": one.name, "change": one.change, "where": one.where} for one in self.files]
        return {"check": self.name, "verdict": self.verdict, "found": self.found, "files": files}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All answers about what lies in one folder, held against what the ledger says was let out."""

    let_out: LetOut
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Identical where no check found a difference."""
        return "differs" if any(check.verdict == "differs" for check in self.checks) else "identical"

    @property
    def is_rebuilt(self) -> bool:
        """Whether the edition was made again, byte for byte."""
        return any(check.name == "rebuild" and check.verdict == "identical" for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs."""
        entry = self.let_out.entry
        return {
            "edition": entry.edition,
            "scope": entry.scope,
            "audience": entry.audience,
            "as_of": entry.as_of,
            "state": "withdrawn" if self.let_out.withdrawal else "released",
            "verdict": self.verdict,
            "is_rebuilt": self.is_rebuilt,
            "program": self.let_out.program.to_json(),
            "checks": [check.to_json() for check in self.checks],
            "notes": list(self.notes),
        }


def verify_edition(home: Home, ledger: Ledger, key: Key) -> Verification:
    """Verify what lies in the folder of an edition. Raises NoData for one that was never released, WarehouseInUse."""
    folder = folder_of(home.editions, key)
    files = files_in(folder)
    let_out = in_home(home, ledger, key, files)
    behind = _extracts(home, ledger, let_out)
    made, again = _made_again(home, ledger, let_out, files, behind)
    should = true_files(let_out, candidates(let_out, files, made.files if made else {}, folder))
    checks = [_chain(ledger), behind, again, _files(let_out, files, should), _kept_copy(let_out, folder)]
    checks += _contents(let_out, files)
    return Verification(let_out=let_out, checks=tuple(one for one in checks if one), notes=let_out.notes(ledger))


def verify_folder(home: Home, ledger: Ledger, key: Key, folder: Path) -> Verification:
    """Verify a folder that came from elsewhere by what the ledger keeps, without making the edition again."""
    files = files_in(folder)
    let_out = received(home, ledger, key, files)
    should = true_files(let_out, candidates(let_out, files, {}, folder_of(home.editions, key)))
    checks = (_chain(ledger), _files(let_out, files, should), *_contents(let_out, files))
    return Verification(let_out=let_out, checks=checks, notes=let_out.notes(ledger))


def _chain(ledger: Ledger) -> Check:
    copies = "both copies agree" if ledger.is_copied else "the copy lacks the last, as a crash leaves it"
    return Check(name="ledger", verdict="identical", found=f"{len(ledger.entries)} entries in one chain, {copies}")


def _extracts(home: Home, ledger: Ledger, let_out: LetOut) -> Check:
    behind = extracts_behind(home, ledger, let_out.document)
    lost = [one for one in behind if one.state != "kept"]
    if not lost:
        found = f"{len(behind)} of {len(behind)} are kept in received/ as they came"
        return Check(name="extracts", verdict="identical", found=found)
    named = _listed([str(one) for one in lost])
    is_altered = any(one.state == "altered" for one in lost)
    found = f"{len(lost)} of {len(behind)} are not in received/ and in the warehouse as they came: {named}"
    return Check(name="extracts", verdict="differs" if is_altered else "not possible", found=found)


def _made_again(
    home: Home, ledger: Ledger, let_out: LetOut, files: Files, behind: Check
) -> tuple[Rebuilt | None, Check]:
    if behind.verdict != "identical":
        found = "its extracts are not all there (above); only its hashes, manifest and cells are checked"
        return None, Check(name="rebuild", verdict="not possible", found=found)
    try:
        made = rebuild(home, ledger, let_out.entry, let_out.document)
    except WarehouseInUse:
        raise
    except TipTrendsError as problem:
        return None, Check(name="rebuild", verdict="differs", found=f"it cannot be made again: {problem.message}")
    if made.others:
        found = f"as of {let_out.entry.as_of} the warehouse counts other extracts now: {_listed(made.others)}"
        return None, Check(name="rebuild", verdict="differs", found=found)
    late = f", without {made.left_out} that came in or were withdrawn after its approval" if made.left_out else ""
    what = f"made again from its extracts as of {let_out.entry.as_of}{late}"
    if digest_of(made.files) == let_out.entry.files_sha256:
        return made, Check(name="rebuild", verdict="identical", found=f"{what}: byte for byte what was released")
    found = f"{what}: other files than were released{let_out.program.reason}; held against the folder"
    different = file_differences(let_out.marked(made.files), files)
    return made, Check(name="rebuild", verdict="differs", found=found, files=different)


def _files(let_out: LetOut, files: Files, should: Files | None) -> Check:
    if not files:
        return Check(name="hashes", verdict="differs", found="the folder of the edition is missing or empty")
    if should is None:
        return Check(name="hashes", verdict="differs", found=_undecided(files), files=_certain(let_out, files))
    if different := file_differences(files, should):
        found = f"{len(different)} of {len(files.keys() | should.keys())} files are not as they were released"
        return Check(name="hashes", verdict="differs", found=found, files=different)
    found = f"the {len(files)} files have the digest in entry {let_out.shown.seq} of the ledger"
    return Check(name="hashes", verdict="identical", found=found)


def _undecided(files: Files) -> str:
    """What is said where the digest of all files is wrong and nothing tells what each of them was."""
    others = [name for name in sorted(files) if not is_table(name) and name != MANIFEST]
    return (
        "the files do not have the digest in the ledger, which is one for all of them; altered may be, and without "
        f"the extracts nobody can tell: {_listed(others)}; certainly not as it was released is what is named below"
    )


def _certain(let_out: LetOut, files: Files) -> tuple[FileDifference, ...]:
    """What is certainly wrong of files where nothing tells what all of them were."""
    text = {MANIFEST: let_out.text}
    manifest = file_differences({name: files[name] for name in text if name in files}, text)
    missing = (FileDifference(name=name, change="missing") for name in let_out.expected - files.keys() - text.keys())
    return (*manifest, *sorted(missing, key=lambda one: one.name), *_disagreeing(let_out, files))


def _disagreeing(let_out: LetOut, files: Files) -> Iterator[FileDifference]:
    """Tables that are there and do not show the cells of the manifest in the ledger."""
    if is_of_this_form(let_out.document):
        for one in disagreements(let_out.document, files):
            if one.name in files:
                yield FileDifference(name=one.name, change="altered", where=one.where)


def _kept_copy(let_out: LetOut, folder: Path) -> Check | None:
    """Of a withdrawn edition, the files as they were before, which lie beside it."""
    if let_out.withdrawal is None:
        return None
    kept = let_out.kept_copy(folder)
    day = day_of(let_out.withdrawal)
    found = f"taken back on {day} by {let_out.withdrawal.person} (entry {let_out.withdrawal.seq} of the ledger); "
    if kept is None:
        found += "the files as they were before do not lie beside it any more"
        return Check(name="withdrawn", verdict="not possible", found=found)
    return Check(name="withdrawn", verdict="identical", found=found + "the files as they were before lie beside it")


def _contents(let_out: LetOut, files: Files) -> tuple[Check, Check]:
    """The manifest by its digest and its schema, and the tables by its cells."""
    return _manifest(let_out, files), _cells(let_out, files)


def _manifest(let_out: LetOut, files: Files) -> Check:
    name = "manifest"
    if MANIFEST not in files:
        return Check(name=name, verdict="differs", found=f"{MANIFEST} is missing")
    if manifest_sha256(files) != let_out.shown.manifest_sha256:
        different = file_differences({MANIFEST: files[MANIFEST]}, {MANIFEST: let_out.text})
        return Check(name=name, verdict="differs", found="not the one that the ledger keeps", files=different)
    document = parsed_manifest(files[MANIFEST]) or {}
    if (form := document.get("schema_version")) != SCHEMA_VERSION:
        found = f"the one that the ledger keeps; its form is {form}, of which this version has no schema"
        return Check(name=name, verdict="identical", found=found)
    if faults := schema_faults(document):
        found = f"the one that the ledger keeps, but it breaks its schema at {_listed(faults)}"
        return Check(name=name, verdict="differs", found=found)
    return Check(name=name, verdict="identical", found="the one that the ledger keeps, and it keeps to its schema")


def _cells(let_out: LetOut, files: Files) -> Check:
    if not is_of_this_form(let_out.document):
        return Check(name="cells", verdict="not possible", found="the manifest is of another form")
    wrong = tuple(
        FileDifference(name=one.name, change="altered" if one.name in files else "missing", where=one.where)
        for one in disagreements(let_out.document, files)
    )
    if wrong:
        found = f"{len(wrong)} tables do not show what was released"
        return Check(name="cells", verdict="differs", found=found, files=wrong)
    tables = len(let_out.document["tables"])
    found = f"{cells_of(let_out.document)} released cells in {tables} tables are those of {MANIFEST}"
    return Check(name="cells", verdict="identical", found=found)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
