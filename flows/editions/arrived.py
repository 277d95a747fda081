"""Editions that were made, or held, without deliveries that have come since: they are made anew.

A draft is made; the edition that readers have stays as it is until two persons release the new one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.clock import Clock, now
from flows.editions.lacking import Anew
from flows.editions.manifests import MANIFEST, folder_of
from flows.editions.publish import Published, publish_edition
from flows.home import Home
from transforms.errors import TipTrendsError
from transforms.ledger.entries import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAnew:
    """What became of one of them: where it lies, or why it could not be made."""

    anew: Anew
    key: Key
    published: Published | None = None
    refusal: TipTrendsError | None = None


def make_anew(home: Path, anew: Anew, languages: Sequence[str], clock: Clock = now) -> tuple[MadeAnew, ...]:
    """Make an edition again for the audience it was made for, or for those of the home where it was held.

    In the languages that it had, else in those given. What is refused is told and stops nothing else.
    """
    place = Home(folder=home)
    audiences = (anew.key.audience,) if anew.key.audience else place.settings().audiences
    return tuple(
        _made(home, anew, Key(scope=anew.key.scope, edition=anew.key.edition, audience=audience), languages, clock)
        for audience in audiences
    )


def _made(home: Path, anew: Anew, key: Key, languages: Sequence[str], clock: Clock) -> MadeAnew:
    try:
        published = publish_edition(
            home,
            key.edition,
            scope=key.scope,
            audience=key.audience,
            as_of=None,
            languages=_languages(Home(folder=home), key) or languages,
            clock=clock,
        )
    except TipTrendsError as refusal:
        return MadeAnew(anew=anew, key=key, refusal=refusal.bare())
    return MadeAnew(anew=anew, key=key, published=published)


def _languages(home: Home, key: Key) -> tuple[str, ...]:
    """The languages in which an edition was drafted or released last; empty where it never was."""
    for under in (home.drafts, home.editions):
        try:
            return tuple(json.loads((folder_of(under, key) / MANIFEST).read_bytes())["languages"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ()
