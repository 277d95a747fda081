"""The checks of `verify`: what each asks of an edition, and what it found in words.

What is told names files and places in them, never figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flows.clock import day_of
from flows.editions.contents import FileDifference, file_differences
from flows.editions.ledger import Ledger
from flows.editions.let_out import LetOut
from flows.editions.manifests import MANIFEST, manifest_sha256
from flows.editions.rebuild import Behind, Rebuilt, rebuild
from flows.folders import digest_of
from flows.home import Home
from reports.agreement.csv_tables import is_table
from reports.agreement.document import cells_of, is_of_this_form, parsed_manifest, schema_faults
from reports.agreement.files import disagreements, files_with_cells
from reports.manifest import SCHEMA_VERSION
from transforms.errors import TipTrendsError, WarehouseInUse

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
    """All answers about what lies in one folder, held against what the ledger says was let out.

    `ground` is what it was made again from, where it could be.
    """

    let_out: LetOut
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()
    ground: Literal["warehouse", "received"] = "warehouse"

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
            "rebuilt_from": self.ground if self.is_rebuilt else None,
            "program": self.let_out.program.to_json(),
            "checks": [check.to_json() for check in self.checks],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What an edition is made again from: the home with the data, and how that is called.

    `lacks` names deliveries that are missing there; what is made without them proves nothing where it differs.
    """

    home: Home
    material: str = "its extracts"
    counted_by: str = "the warehouse"
    lacks: str = ""


def chain_checked(ledger: Ledger, unread: str = "") -> Check:
    """The chain of the ledger; `unread` says why its copy in the warehouse could not be asked."""
    copies = "both copies agree" if ledger.is_copied else "the copy lacks the last, as a crash leaves it"
    if unread:
        copies = f"by ledger.jsonl alone; of the other copy: {unread}"
    return Check(name="ledger", verdict="identical", found=f"{len(ledger.entries)} entries in one chain, {copies}")


def extracts_checked(behind: Sequence[Behind], place: str = "in received/ and in the warehouse") -> Check:
    """The extracts that an edition names."""
    lost = [one for one in behind if one.state != "kept"]
    if not lost:
        found = f"{len(behind)} of {len(behind)} are kept in received/ as they came"
        return Check(name="extracts", verdict="identical", found=found)
    named = listed([str(one) for one in lost])
    is_altered = any(one.state == "altered" for one in lost)
    found = f"{len(lost)} of {len(behind)} are not {place} as they came: {named}"
    return Check(name="extracts", verdict="differs" if is_altered else "not possible", found=found)


def rebuilt_checked(
    ground: Ground, ledger: Ledger, let_out: LetOut, files: Files, behind: Check
) -> tuple[Rebuilt | None, Check]:
    """The edition made again, held against the digest in the ledger; None where it was not made."""
    if behind.verdict != "identical":
        found = "its extracts are not all there (above); only its hashes, manifest and cells are checked"
        return None, Check(name="rebuild", verdict="not possible", found=found)
    try:
        made = rebuild(ground.home, ledger, let_out.entry, let_out.document)
    except WarehouseInUse:
        raise
    except TipTrendsError as problem:
        return None, _otherwise(ground, f"it cannot be made again: {problem.message}")
    if made.others:
        others = f"as of {let_out.entry.as_of} {ground.counted_by} counts other extracts now: {listed(made.others)}"
        return None, _otherwise(ground, others)
    late = f", without {made.left_out} that came in or were withdrawn after its approval" if made.left_out else ""
    what = f"made again from {ground.material} as of {let_out.entry.as_of}{late}"
    if digest_of(made.files) == let_out.entry.files_sha256:
        return made, Check(name="rebuild", verdict="identical", found=f"{what}: byte for byte what was released")
    found = f"{what}: other files than were released{let_out.program.reason}; held against the folder"
    different = file_differences(let_out.marked(made.files), files)
    return made, _otherwise(ground, found, different)


def _otherwise(ground: Ground, found: str, files: tuple[FileDifference, ...] = ()) -> Check:
    """The answer where an edition could not be made as it was."""
    if ground.lacks:
        found += f"; but that was without {ground.lacks}, and so proves nothing"
        return Check(name="rebuild", verdict="not possible", found=found)
    return Check(name="rebuild", verdict="differs", found=found, files=files)


def files_checked(let_out: LetOut, files: Files, should: Files | None) -> Check:
    """The files of the folder; `should` are those that have the digest in the ledger, None where none have it."""
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
        f"the extracts nobody can tell: {listed(others)}; certainly not as it was released is what is named below"
    )


def _certain(let_out: LetOut, files: Files) -> tuple[FileDifference, ...]:
    """What is certainly wrong of files where nothing tells what all of them were."""
    text = {MANIFEST: let_out.text}
    manifest = file_differences({name: files[name] for name in text if name in files}, text)
    missing = (FileDifference(name=name, change="missing") for name in let_out.expected - files.keys() - text.keys())
    return (*manifest, *sorted(missing, key=lambda one: one.name), *_disagreeing(let_out, files))


def _disagreeing(let_out: LetOut, files: Files) -> Iterator[FileDifference]:
    """Files that are there and do not show the cells of the manifest in the ledger."""
    if is_of_this_form(let_out.document):
        for one in disagreements(let_out.document, files, is_withdrawn=let_out.shown.act == "withdrawn"):
            if one.name in files:
                yield FileDifference(name=one.name, change="altered", where=one.where)


def kept_copy_checked(let_out: LetOut, folder: Path) -> Iterator[Check]:
    """Of a withdrawn edition, the files as they were before, which lie beside it."""
    if let_out.withdrawal is None:
        return
    kept = let_out.kept_copy(folder)
    day = day_of(let_out.withdrawal)
    found = f"taken back on {day} by {let_out.withdrawal.person} (entry {let_out.withdrawal.seq} of the ledger); "
    if kept is None:
        found += "the files as they were before do not lie beside it any more"
        yield Check(name="withdrawn", verdict="not possible", found=found)
    else:
        yield Check(name="withdrawn", verdict="identical", found=found + "the files as they were before lie beside it")


def contents_checked(let_out: LetOut, files: Files) -> tuple[Check, Check]:
    """The manifest by its digest and its schema, and all files that show its cells by these."""
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
        found = f"the one that the ledger keeps, but it breaks its schema at {listed(faults)}"
        return Check(name=name, verdict="differs", found=found)
    return Check(name=name, verdict="identical", found="the one that the ledger keeps, and it keeps to its schema")


def _cells(let_out: LetOut, files: Files) -> Check:
    if not is_of_this_form(let_out.document):
        return Check(name="cells", verdict="not possible", found="the manifest is of another form")
    is_withdrawn = let_out.shown.act == "withdrawn"
    wrong = tuple(
        FileDifference(name=one.name, change="altered" if one.name in files else "missing", where=one.where)
        for one in disagreements(let_out.document, files, is_withdrawn=is_withdrawn)
    )
    if wrong:
        found = f"{len(wrong)} files do not show what was released"
        return Check(name="cells", verdict="differs", found=found, files=wrong)
    tables = len(let_out.document["tables"])
    shown = ", ".join(f"{number} {kind}" for kind, number in files_with_cells(files).items())
    found = f"{cells_of(let_out.document)} released cells of {tables} tables stand as in {MANIFEST} in {shown}"
    return Check(name="cells", verdict="identical", found=found)


def listed(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
