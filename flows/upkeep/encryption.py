"""How a store of backups closes what it keeps: with AES-256-GCM under a key, or, without one, with a digest alone.

Of what is closed a wrong byte is found when it is opened, in both ways. A piece has a name that follows from what it
holds, so that the same is kept once: its SHA-256 in a store without a key, else a keyed one (HMAC), from which nobody
without the key can tell whether the store holds a file that he knows.

Keys are derived (HKDF-SHA-256) from the key of the store, one for each name, and each closing has a random nonce of 96
bits. Under one key the same bytes are closed a few times at most, so nonces cannot meet. Kind and name are
authenticated with the content: no piece can be put in the place of another.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Kind = Literal["piece", "snapshot", "key"]
_NONCE_BYTES = 12
_KEY_BYTES = 32


class Damaged(Exception):
    """What was read is not what was closed under this name: bytes changed, or another key closed it."""


class Closing(Protocol):
    """A way to close and open bytes under a name."""

    def name_of(self, content: bytes) -> str:
        """The name under which a piece is kept: 64 hexadecimal digits, the same for the same content."""

    def close(self, kind: Kind, name: str, content: bytes) -> bytes:
        """The bytes to be kept."""

    def open(self, kind: Kind, name: str, kept: bytes) -> bytes:
        """What was closed; raises Damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDigest:
    """No key: whoever can read the store can read what it holds."""

    def name_of(self, content: bytes) -> str:
        """SHA-256."""
        return hashlib.sha256(content).hexdigest()

    def close(self, kind: Kind, name: str, content: bytes) -> bytes:
        """The content with the digest of it and its name before it."""
        return _digest(kind, name, content) + content

    def open(self, kind: Kind, name: str, kept: bytes) -> bytes:
        """The content without its digest; raises Damaged."""
        length = hashlib.sha256().digest_size
        if not hmac.compare_digest(kept[:length], _digest(kind, name, kept[length:])):
            raise Damaged(name)
        return kept[length:]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByKey:
    """Under the key of a store, which no other store has."""

    secret: bytes = field(repr=False)
    store: str

    def name_of(self, content: bytes) -> str:
        """HMAC-SHA-256 under a key that is used for names alone."""
        return hmac.digest(_derived(self.secret, self.store, "names"), content, "sha256").hex()

    def close(self, kind: Kind, name: str, content: bytes) -> bytes:
        """Nonce, ciphertext and tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher(kind, name).encrypt(nonce, content, self._about(kind, name))

    def open(self, kind: Kind, name: str, kept: bytes) -> bytes:
        """The content; raises Damaged."""
        try:
            return self._cipher(kind, name).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], self._about(kind, name))
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise Damaged(name) from None

    def _cipher(self, kind: Kind, name: str) -> AESGCM:
        return AESGCM(_derived(self.secret, self.store, f"{kind} {name}"))

    def _about(self, kind: Kind, name: str) -> bytes:
        return f"tip-trends 1 {self.store} {kind} {name}".encode()


def new_secret() -> bytes:
    """A key for a new store: random, so that two stores under one key of a user share nothing."""
    return secrets.token_bytes(_KEY_BYTES)


def wrapped(secret: bytes, *, by: bytes, store: str) -> bytes:
    """The key of a store, closed under that of its user."""
    return ByKey(secret=by, store=store).close("key", "store", secret)


def unwrapped(kept: bytes, *, by: bytes, store: str) -> bytes:
    """The key of a store; raises Damaged where the key of the user is another one."""
    return ByKey(secret=by, store=store).open("key", "store", kept)


def _derived(secret: bytes, store: str, purpose: str) -> bytes:
    about = f"tip-trends 1 {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=store.encode(), info=about).derive(secret)


def _digest(kind: Kind, name: str, content: bytes) -> bytes:
    return hashlib.sha256(f"tip-trends 1 {kind} {name}\n".encode() + content).digest()
