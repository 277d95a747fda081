"""The key of backups: 256 random bits that lie in a file of their own or in the environment, never in an argument.

Its text can be printed and typed in again: a checksum tells a typing error from a wrong key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from flows.private import FOR_OTHERS, HAS_MODES
from transforms.errors import WrongArguments

IN_ENVIRONMENT = "TIP_TRENDS_BACKUP_KEY"
FILE_IN_ENVIRONMENT = "TIP_TRENDS_BACKUP_KEY_FILE"
_BEGINS = "TTK1"
_BYTES = 32
_CHECK_BYTES = 3
_GROUP = 8
_LARGEST_FILE = 4096
_MAKE_ONE = "Make one with: tip-trends backup --new-key FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key and where it came from; `repr` shows no key, so that none gets into a log."""

    secret: bytes = field(repr=False)
    origin: str


def given_key(file: Path | None, *, apart_from: tuple[Path, ...] = ()) -> Key | None:
    """The key that the environment holds or names, else that of a file; None where nothing names one.

    The file must lie outside the folders `apart_from`. Raises WrongArguments for a file that is missing, can be read
    by others or lies in one of them, and for a text that is no key.
    """
    if text := os.environ.get(IN_ENVIRONMENT):
        return Key(secret=_secret(text, IN_ENVIRONMENT), origin=IN_ENVIRONMENT)
    if named := os.environ.get(FILE_IN_ENVIRONMENT):
        file = Path(named)
    return None if file is None else _key_in(file, apart_from)


def write_new_key(file: Path) -> None:
    """Make a key and write it into a new file for the user alone. Raises WrongArguments for a file that is there."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WrongArguments(
            f"{file} is there already; a key is never overwritten, because what it locks would be lost.",
            advice="Name another file.",
        ) from None
    except OSError as problem:
        raise WrongArguments(
            f"{file} cannot be written ({problem.strerror}).", advice="Name a file in a folder of your own."
        ) from problem
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(f"{_text(secrets.token_bytes(_BYTES))}\n")
        stream.flush()
        os.fsync(stream.fileno())


def _key_in(file: Path, apart_from: tuple[Path, ...]) -> Key:
    place = file.expanduser()
    for folder in apart_from:
        if place.resolve().is_relative_to(folder.resolve()):
            raise WrongArguments(
                f"The key file {file} lies in {folder}, with what it is to protect.",
                advice="Keep it elsewhere, such as on a stick in a safe; who takes the folder must not get the key.",
            )
    try:
        if HAS_MODES and (mode := place.stat().st_mode) & FOR_OTHERS:
            raise WrongArguments(
                f"The key file {file} can be read or changed by others (mode {mode & 0o777:04o}).",
                advice=f"Close it with: chmod 600 {file}",
            )
        with place.open("rb") as stream:
            text = stream.read(_LARGEST_FILE).decode("ascii", "replace")
    except OSError as problem:
        raise WrongArguments(
            f"The key file {file} cannot be read ({problem.strerror}).",
            advice=f"Name it in {FILE_IN_ENVIRONMENT} or as key_file under [backup] in home.toml. {_MAKE_ONE}",
        ) from None
    return Key(secret=_secret(text, str(file)), origin=str(file))


def _text(secret: bytes) -> str:
    whole = base64.b32encode(secret + _check(secret)).decode().rstrip("=")
    return "-".join([_BEGINS, *(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))])


def _secret(text: str, origin: str) -> bytes:
    begins, _, rest = text.strip().upper().partition("-")
    bare = "".join(rest.replace("-", "").split())
    try:
        found = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except (binascii.Error, ValueError):
        found = b""
    secret, check = found[:_BYTES], found[_BYTES:]
    if begins != _BEGINS or len(secret) != _BYTES or check != _check(secret):
        raise WrongArguments(
            f"What {origin} holds is not a key of tip-trends, or it has a typing error.",
            advice=f"A key begins with {_BEGINS}- and has seven groups of eight letters and digits. {_MAKE_ONE}",
        )
    return secret


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"tip-trends key " + secret).digest()[:_CHECK_BYTES]
