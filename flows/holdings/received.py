"""Extracts as they came: their digest, the copy that is kept unchanged, and its receipt."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.folders import flush_folder
from flows.readers import reason_of
from transforms.errors import FileRejected, TipTrendsError
from transforms.messages import said

FOLDER = "received"
RECEIPT = "receipt.json"
_INCOMING = ".incoming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is kept of a file beside the file itself; of one rejected for identifiers `file_name` is empty.

    `received_on` is the day on which it came where it was taken in; receipts of earlier versions do not have it.
    """

    sha256: str
    size_bytes: int
    file_name: str
    received_at: str
    source: str
    contract_version: str
    rule: str = ""
    received_on: str = ""


def digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, streamed; raises FileRejected when it cannot be read to its end."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as problem:
        raise FileRejected(
            said("{file} cannot be read to its end ({reason}).", file=path.name, reason=reason_of(problem)),
            advice=said("Copy it to a sound disk first."),
        ) from problem


def size_of(path: Path) -> int:
    """Bytes of a file, 0 where even that cannot be asked."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def name_of(path: Path) -> str:
    """The name of a file as text that can be stored and shown, also where the disk has bytes that are no UTF-8."""
    return path.name.encode("utf-8", "backslashreplace").decode("utf-8")


def folder_of(home: Path, sha256: str) -> Path:
    """Where the extract with this digest is kept."""
    return home / FOLDER / sha256[:2] / sha256


def kept_file(home: Path, sha256: str) -> Path | None:
    """The extract with this digest as it came, whatever it is called; None where it is not there, or not as it came."""
    for path in _kept(folder_of(home, sha256)):
        try:
            if digest(path) == sha256:
                return path
        except FileRejected:
            continue  # it cannot be read to its end
    return None


def has_another(home: Path, sha256: str, file_name: str) -> bool:
    """Whether a file lies in the place of an extract, which is then not as it came."""
    return any(path.name in (file_name, _name_beside(file_name)) for path in _kept(folder_of(home, sha256)))


def _kept(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name != RECEIPT)


def receipts(home: Path) -> tuple[Receipt, ...]:
    """The receipts of all files that were taken in, in the order in which they came; what cannot be read is none."""
    found = []
    for path in sorted((home / FOLDER).glob(f"*/*/{RECEIPT}")):
        try:
            receipt = Receipt(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            continue
        if not receipt.rule and receipt.sha256 == path.parent.name:
            found.append(receipt)
    return tuple(sorted(found, key=lambda one: (one.received_at, one.file_name, one.sha256)))


def copy_in(home: Path, path: Path) -> Path:
    """Copy an extract into the home under a passing name, down to the disk; `settle` gives it its place."""
    incoming = home / FOLDER / _INCOMING
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        copy = incoming / "extract"
        shutil.copyfile(path, copy)
        with copy.open("rb") as stream:
            os.fsync(stream.fileno())
    except OSError as problem:
        raise TipTrendsError(
            said("{file} cannot be copied into the home ({reason}).", file=path.name, reason=reason_of(problem)),
            advice=said("Free some space and try again."),
        ) from problem
    return copy


def discard(home: Path) -> None:
    """Delete copies that never got their place."""
    incoming = home / FOLDER / _INCOMING
    if incoming.is_dir():
        for copy in incoming.iterdir():
            copy.unlink()
        incoming.rmdir()


def settle(home: Path, copy: Path, receipt: Receipt) -> Path:
    """Move a copied extract to its place and write its receipt; one that is there already stays as it is."""
    folder = folder_of(home, receipt.sha256)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / _name_beside(receipt.file_name)
    copy.chmod(0o400)  # nobody changes it by mistake, and nobody else reads it
    copy.replace(kept)
    write_receipt(home, receipt)
    return kept


def _name_beside(file_name: str) -> str:
    """The name that an extract has beside its receipt."""
    return f"extract-{file_name}" if file_name == RECEIPT else file_name


def write_receipt(home: Path, receipt: Receipt) -> None:
    """Write `receipt.json` beside the extract, or alone for a file of which nothing else may be kept."""
    content = json.dumps(asdict(receipt), ensure_ascii=False, indent=2) + "\n"
    write_atomically(folder_of(home, receipt.sha256) / RECEIPT, content)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a small file so that it is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    with draft.open("wb") as stream:
        stream.write(content.encode("utf-8") if isinstance(content, str) else content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    flush_folder(path.parent)
