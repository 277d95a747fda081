"""The lock file, and the part of it that a computer needs to run tip-trends: no tools of developers.

`pip` judges the conditions of a lock file by the computer it runs on, whatever computer it is told to fetch for; here
they are judged for the computer that will install.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires

from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from flows.version import PRODUCT

_ENTRY = re.compile(r"^(?=\S)(?P<requirement>[^\\\n]+?)(?P<hashes>(?:\s*\\\n\s+--hash=\S+)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One package of the lock: name, version, condition and the digests that any of its files may have."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as package indexes compare it."""
        return canonicalize_name(self.requirement.name)

    def line(self) -> str:
        """The entry of a lock file, without its condition."""
        pinned = f"{self.requirement.name}{self.requirement.specifier}"
        return " \\\n    ".join((pinned, *(f"--hash={digest}" for digest in self.hashes))) + "\n"


def entries(lock: str) -> tuple[Locked, ...]:
    """Every package of the text of a lock file."""
    return tuple(
        Locked(
            requirement=Requirement(found["requirement"].strip()),
            hashes=tuple(re.findall(r"--hash=(\S+)", found["hashes"])),
        )
        for found in _ENTRY.finditer(lock)
    )


def environment(**of_target: str) -> Environment:
    """What conditions are judged by: this computer's values, but for those that are given."""
    return default_environment() | of_target  # type: ignore[return-value]  # a TypedDict joined with some of its keys


def needed(locked: Iterable[Locked], target: Environment) -> tuple[Locked, ...]:
    """The packages that tip-trends needs on a computer, in the order of the lock.

    What needs what is read from the packages that are installed here; one that is not, because it is for another
    system, is taken to need nothing more. Raises LookupError for a package that the lock lacks.
    """
    here = {one.name: one for one in locked if _holds(one.requirement, target, "")}
    found: dict[str, set[str]] = {}
    waiting = [(canonicalize_name(PRODUCT), "")]
    while waiting:
        name, extra = waiting.pop()
        if extra in found.setdefault(name, set()):
            continue
        found[name].add(extra)
        for wanted in _requirements(name):
            if _holds(wanted, target, extra):
                waiting += [(canonicalize_name(wanted.name), one) for one in ("", *sorted(wanted.extras))]
    names = found.keys() - {canonicalize_name(PRODUCT)}
    if lacking := sorted(names - here.keys()):
        raise LookupError(f"requirements.lock lacks {', '.join(lacking)}; make lock")
    return tuple(one for name, one in here.items() if name in names)


def _requirements(name: str) -> tuple[Requirement, ...]:
    try:
        return tuple(map(Requirement, requires(name) or ()))
    except PackageNotFoundError:
        return ()


def _holds(requirement: Requirement, target: Environment, extra: str) -> bool:
    judged_by: dict[str, str | AbstractSet[str]] = {name: str(value) for name, value in target.items()}
    return requirement.marker is None or requirement.marker.evaluate(judged_by | {"extra": extra})
