"""Which source profiles exist, and which of them a file belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from transforms.errors import ProfileInvalid, WrongArguments
from transforms.sources.load import profile_from_toml
from transforms.sources.profile import Profile


@cache
def _built_in() -> tuple[Profile, ...]:
    folder = resources.files("transforms.sources") / "profiles"
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(profile_from_toml(item.read_text(encoding="utf-8"), item.name) for item in files)


_read = cache(profile_from_toml)
"""A folder of a user's profiles is read for every file; one that did not change since is not parsed again."""


def profiles(folder: Path | None = None) -> tuple[Profile, ...]:
    """All profiles, those of a user's `folder` first: a profile there replaces built-in ones of its name.

    Several profiles may share a name when a source comes in several forms (a CSV and a workbook).
    Raises ProfileInvalid for a file of the folder that is none.
    """
    own: list[Profile] = []
    for path in sorted(folder.glob("*.toml")) if folder and folder.is_dir() else ():
        try:
            own.append(_read(path.read_text(encoding="utf-8-sig"), path.name))
        except (OSError, UnicodeDecodeError) as problem:
            raise ProfileInvalid(f"{path.name} cannot be read.", advice="Save it as UTF-8 text.") from problem
    taken = {item.name for item in own}
    return (*own, *(item for item in _built_in() if item.name not in taken))


def named(name: str, folder: Path | None = None) -> tuple[Profile, ...]:
    """Every profile of a source; raises WrongArguments when there is none."""
    known = profiles(folder)
    found = tuple(item for item in known if item.name == name)
    if not found:
        names = ", ".join(sorted({item.name for item in known}))
        raise WrongArguments(f"There is no source `{name}`.", advice=f"Known sources: {names}.")
    return found


def profile(name: str, folder: Path | None = None) -> Profile:
    """The profile of a source (the first, where a source comes in several forms); raises WrongArguments."""
    return named(name, folder)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The source whose columns a file has, or the one it comes closest to with what it lacks."""

    profile: Profile | None
    closest: Profile | None = None
    missing: tuple[str, ...] = ()


def recognise(headers: Sequence[str], candidates: Sequence[Profile], form: str = "csv") -> Recognised:
    """Find the source of a form that has these headers: all it asks for, and of several the one that reads most."""
    present = set(headers)
    texts = [item for item in candidates if form in item.formats]
    fitting = [item for item in texts if set(asked(item)) <= present]
    if fitting:
        return Recognised(profile=max(fitting, key=lambda item: (len(present & set(item.headers)), item.name)))
    shares = [(len(present & set(asked(item))) / max(1, len(asked(item))), item) for item in texts]
    share, closest = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    if closest is None or share == 0.0:
        return Recognised(profile=None)
    missing = tuple(header for header in asked(closest) if header not in present)
    return Recognised(profile=None, closest=closest, missing=missing)


def asked(item: Profile) -> tuple[str, ...]:
    """Headers a file must have to be of this source."""
    return tuple(dict.fromkeys((*item.recognition.headers, *item.required_headers)))
