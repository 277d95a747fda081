"""The manifest of an edition as a document: whether it can be read, is of a known form, and keeps to its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator

from reports.manifest import SCHEMA_VERSION
from transforms.disclosure.older_manifests import read_as_today

_MOST_FAULTS = 5


def parsed_manifest(content: bytes) -> dict[str, Any] | None:
    """The document of a manifest; None for what is no JSON object in UTF-8."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read_as_today(document) if isinstance(document, dict) else None


def is_of_this_form(document: Mapping[str, Any]) -> bool:
    """Whether a manifest is of the version whose schema this product has, and keeps to it."""
    return document.get("schema_version") == SCHEMA_VERSION and not schema_faults(document)


def schema_faults(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The first places of a manifest that break its schema, each with the rule; none where it keeps to it."""
    found = islice(_validator().iter_errors(document), _MOST_FAULTS)
    return tuple(f"{fault.json_path.removeprefix('$.')} ({fault.validator})" for fault in found)


def cells_of(document: Mapping[str, Any]) -> int:
    """Number of released cells in a manifest."""
    return sum(len(table["cells"]) for table in document["tables"])


@cache
def _validator() -> Any:
    schema = json.loads((resources.files("reports") / "edition.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)
