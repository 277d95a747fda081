"""Which code a figure was made by, and with which libraries: versions, and digests that tell two states apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.resources.abc import Traversable

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


@cache
def libraries() -> tuple[str, ...]:
    """`name==version` of every library that the product needs here, directly or through others, by name."""
    found: dict[str, str] = {}
    asked: set[tuple[str, str]] = set()
    wanted = [(PRODUCT, "")]
    while wanted:
        one = wanted.pop()
        if one in asked:
            continue
        asked.add(one)
        name, extra = one
        try:
            held = distribution(name)
        except PackageNotFoundError:
            continue  # doctor says so
        found[name] = held.version
        for line in held.requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                wanted += [(canonicalize_name(needed.name), asked_for) for asked_for in ("", *needed.extras)]
    return tuple(sorted(f"{name}=={number}" for name, number in found.items() if name != PRODUCT))


def libraries_digest(listed: tuple[str, ...]) -> str:
    """sha256 of a list of libraries."""
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()
