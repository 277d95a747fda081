"""Manifests of the first editions, read as those of later ones: what readers were given is never written anew."""

from __future__ import annotations

from typing import Any


def read_as_today(document: dict[str, Any]) -> dict[str, Any]:
    """A manifest in the form of today, as far as its extracts go; one that has it already is given back as it is.

    The very first ones listed their extracts; a cell named them by their numbers in the warehouse. Later ones give each
    a key, by which cells name them.
    """
    used = document.get("created_from")
    if not isinstance(used, list):
        return document
    try:
        return {**document, "created_from": {str(one["vintage_id"]): one for one in used}}
    except (KeyError, TypeError):
        return document  # somebody made something else of it
