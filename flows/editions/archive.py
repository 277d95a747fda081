"""The sites of the archive: made anew from the ledger and `editions/`, put into their place whole.

`archive/<audience>/<scope>/`: `archive/public` can be published as it is and holds nothing of other audiences. Sites
are copies; the record is `editions/`, and deleting a site loses nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from flows import progress
from flows.editions.archived import gather, site_keys
from flows.editions.ledger import settled_ledger
from flows.editions.manifests import MANIFEST, folder_of
from flows.failures import write_failure
from flows.folders import put_staged, settle_folder, staging_of
from flows.home import Home
from reports.archive.site import site_files
from transforms.errors import TipTrendsError, WarehouseInUse
from transforms.ledger.entries import Key

LOCK = ".lock"
PATIENCE_SECONDS = 120.0
"""How long one process waits for another that makes the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site that was made: where it lies, how many editions and pages it has, whether anything changed.

    `absent` are editions that were released and whose files are missing or altered: they are listed, nothing more.
    """

    folder: Path
    editions: int
    pages: int
    is_new: bool
    absent: tuple[str, ...]


def site_folder(home: Home, scope: str, audience: str) -> Path:
    """Where the site of a scope and audience lies."""
    return home.archive / audience / scope


def build(home: Path, scope: str, audience: str) -> Site:
    """Make one site anew from what lies in the home; the same editions give the same bytes.

    Raises NoData where nothing was released for it, ReleaseRefused for a damaged ledger, WarehouseInUse while others
    write, TipTrendsError where the disk does not let it be written. Then the site is as it was.
    """
    place = Home(folder=home)
    try:
        with _alone(place):
            found = gather(place, settled_ledger(home), scope, audience)
            progress.say(f"Archive of {scope} for {audience}: making the pages")
            pages = dict(site_files(found.archive))
            folder = site_folder(place, scope, audience)
            is_new = place_site(folder, pages, found.files)
    except OSError as problem:
        raise TipTrendsError(
            f"The archive could not be written to {place.archive} ({problem.strerror}).",
            advice="Free space or rights there, then: tip-trends archive. Released editions are not touched by this.",
        ) from problem
    absent = tuple(one.edition for one in found.archive.editions if one.state == "absent")
    editions = len(found.archive.editions)
    return Site(folder=folder, editions=editions, pages=len(pages), is_new=is_new, absent=absent)


def sites_of(home: Path) -> tuple[tuple[str, str], ...]:
    """(scope, audience) of every site that the home has editions for; raises what reading the ledger raises."""
    return site_keys(settled_ledger(home))


def shows(home: Path, key: Key) -> bool:
    """Whether the archive has the manifest that lies in the folder of an edition: a crash can have kept it out."""
    place = Home(folder=home)
    original = folder_of(place.editions, key) / MANIFEST
    return _is_copy(site_folder(place, key.scope, key.audience) / "editions" / key.edition / MANIFEST, original)


def refresh(home: Path, key: Key) -> str:
    """Make the site anew that an edition belongs to, after it was let out or taken back.

    Returns what went wrong, empty where nothing did. Never raises: the act on the edition is done and stays done.
    """
    try:
        build(home, key.scope, key.audience)
    except TipTrendsError as expected:
        said = f"{expected.message} {expected.advice}".strip()
    except Exception as unexpected:  # whatever it is, the edition was released
        said = write_failure(unexpected, Home(folder=home))
    else:
        return ""
    return f"{key} is done, but the archive was not made anew: {said} Then: tip-trends archive"


def place_site(target: Path, pages: Mapping[str, bytes], copied: Mapping[str, Path]) -> bool:
    """Make a folder hold these pages and copies of these files, all at once; False when it did already.

    A copy that the folder has already is taken over without reading it: a link to the same file on the disk. It counts
    as the same while its size and its hour are those of the original, whose hour every copy gets.
    """
    settle_folder(target)
    if _holds(target, pages, copied):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = staging_of(target)
    for folder in {(staged / name).parent for name in (*pages, *copied)}:
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in pages.items():
        (staged / name).write_bytes(content)
    for name, original in copied.items():
        _copy(original, staged / name, target / name)
    _flush(staged)
    put_staged(target, staged)
    return True


def _flush(folder: Path) -> None:
    """Flush a folder to disk. All that waits at once, where the system can: thousands of files one by one take long."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in _below(folder):
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _holds(target: Path, pages: Mapping[str, bytes], copied: Mapping[str, Path]) -> bool:
    there = {path.relative_to(target).as_posix() for path in _below(target)}
    return (
        there == {*pages, *copied}
        and all((target / name).read_bytes() == content for name, content in pages.items())
        and all(_is_copy(target / name, original) for name, original in copied.items())
    )


def _below(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _copy(original: Path, wanted: Path, present: Path) -> None:
    if _is_copy(present, original):
        with suppress(OSError):  # a disk without links
            os.link(present, wanted)
            return
    shutil.copy2(original, wanted)


def _is_copy(present: Path, original: Path) -> bool:
    try:
        one, other = present.stat(), original.stat()
    except FileNotFoundError:
        return False
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One process at a time makes the archive of a home; raises WarehouseInUse after waiting in vain."""
    home.archive.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.archive / LOCK)
    try:
        lock.acquire(timeout=PATIENCE_SECONDS)
    except Timeout:
        raise WarehouseInUse(
            "Another process is making the archive of this home.", advice="Wait until it has finished; try again."
        ) from None
    try:
        yield
    finally:
        lock.release()
