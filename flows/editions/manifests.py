"""The manifest of an edition, `edition.json`: its digest, by which the ledger knows the edition, and where some lie."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from flows.home import Home
from transforms.ledger.entries import Key

MANIFEST = "edition.json"


def manifest_sha256(files: Mapping[str, bytes]) -> str:
    """Digest of the manifest among the files of an edition."""
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def folder_of(under: Path, key: Key) -> Path:
    """Where an edition lies below `editions/` or `drafts/`."""
    return under / key.scope / key.edition / key.audience


def manifests_under(folder: Path) -> Iterator[tuple[Key, Path]]:
    """Key and path of each manifest below `editions/` or `drafts/`, what is being written left out."""
    for path in sorted(folder.glob(f"*/*/*/{MANIFEST}")):
        scope, edition, audience, _ = path.relative_to(folder).parts
        if not audience.startswith("."):
            yield Key(scope=scope, edition=edition, audience=audience), path


def placed_manifests(home: Home) -> tuple[tuple[Key, str], ...]:
    """Key and digest of the manifest of every edition that readers find in `editions/`."""
    found = manifests_under(home.editions)
    return tuple((key, hashlib.sha256(path.read_bytes()).hexdigest()) for key, path in found)
