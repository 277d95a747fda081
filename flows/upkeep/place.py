"""Where the backups of a home lie and which key closes them: as asked, as `home.toml` says, else beside the home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.home import Home
from flows.private import make_private
from flows.upkeep.keys import Key, given_key
from flows.upkeep.store import Store, has_store, make_store, open_store, refuse_strangers
from transforms.errors import WrongArguments

BESIDE = "-backups"
"""Ending of the folder beside a home in which its backups lie where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder of backups, the home they are of, and the key; None where none is given."""

    home: Path
    folder: Path
    key: Key | None

    def made(self, *, may_be_open: bool) -> Path:
        """The folder of a backup that is to be made, itself made if need be.

        Raises WrongArguments where it cannot be or holds something else, or neither a key nor leave to go without one
        is given for the first backup in it.
        """
        if not has_store(self.folder) and self.key is None and not may_be_open:
            raise WrongArguments(
                "No key is given, and whoever finds an open backup can read every record in it.",
                advice="Make a key with `tip-trends backup --new-key FILE` and name FILE as key_file under [backup] in "
                "home.toml; or, onto a disk that is encrypted itself: --unencrypted.",
            )
        try:
            make_private(self.folder)
            if not has_store(self.folder):
                refuse_strangers(self.folder)
        except OSError as problem:
            raise WrongArguments(
                f"The folder {self.folder} cannot be made or written to ({problem.strerror}).",
                advice="Name a folder for backups with --to DIR, on a disk of its own.",
            ) from problem
        return self.folder

    @property
    def is_on_the_disk_of_the_home(self) -> bool:
        """Whether one failing disk takes both."""
        return self.home.exists() and self.folder.stat().st_dev == self.home.stat().st_dev


def place_of(home: Path, asked: Path | None) -> Place:
    """The place of backups of a home. Raises WrongArguments for a key that cannot be used, ProfileInvalid.

    Also WrongArguments for backups inside the home or a home inside its backups: one would hold the other.
    """
    said = Home(folder=home).settings().backup
    folder = (
        asked or (said.folder and _from(home, said.folder)) or home.resolve().with_name(home.resolve().name + BESIDE)
    )
    one, other = folder.resolve(), home.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise WrongArguments(
            f"Backups in {folder} and the home {home} would lie in each other.",
            advice="Name a folder outside the home, on another disk if there is one.",
        )
    key_file = _from(home, said.key_file) if said.key_file else None
    return Place(home=home, folder=folder, key=given_key(key_file, apart_from=(home, folder)))


def store_to_read(place: Place) -> Store:
    """The store in the place. Raises NoData, WrongArguments for a wrong or missing key."""
    return open_store(place.folder, place.key)


def store_to_write(place: Place) -> Store:
    """The store in a place that is `made`, itself made if need be; hold its lock.

    Raises WrongArguments where a key is given and the store has none, and what `open_store` does.
    """
    if not has_store(place.folder):
        return make_store(place.folder, place.key)
    store = open_store(place.folder, place.key)
    if place.key is not None and not store.is_encrypted:
        raise WrongArguments(
            f"A key is given, and the backups in {place.folder} are not encrypted.",
            advice="Name another folder for encrypted ones, and delete the open ones once those are made.",
        )
    return store


def _from(home: Path, said: str) -> Path:
    """A path of `home.toml`: from the home where it is not a full one."""
    return home / Path(said).expanduser()
