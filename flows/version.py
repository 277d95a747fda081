"""Which code a figure was made by: the version, and a digest that also tells two states of one version apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable

PRODUCT = "tip-trends"
_PACKAGES = ("flows", "reports", "transforms")
_KINDS = (".py", ".toml", ".po", ".j2", ".css", ".json")


def code_version() -> str:
    """Version of this product."""
    return version(PRODUCT)


@cache
def code_fingerprint() -> str:
    """Digest of every module, declaration, template and catalogue; line ends do not count."""
    whole = hashlib.sha256()
    for package in _PACKAGES:
        for name, content in sorted(_sources(resources.files(package), package)):
            whole.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _sources(folder: Traversable, place: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{place}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, name)
        elif entry.name.endswith(_KINDS):
            yield name, entry.read_bytes().replace(b"\r\n", b"\n")
