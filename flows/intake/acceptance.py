"""Acceptance reports as files: a page per language for people and JSON for programs, each whole or not there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from flows.holdings.received import write_atomically
from reports.acceptance import acceptance_page
from reports.acceptance_texts import acceptance_texts
from transforms.acceptance import Acceptance, Problem

__all__ = ["Acceptance", "Problem", "as_json", "keep_acceptance", "page_path", "report_of"]

FOLDER = "acceptance"
_NAMED_BY = 12
"""Characters of the digest that name a report."""
UNREAD = "unread-"
"""Begins the name of the report of a file that cannot be read: it has no digest, that of its name stands for it."""


def _named(folder: Path, acceptance: Acceptance) -> Acceptance:
    """The report with what its pages are called, without language and ending.

    The first characters of the file's digest; a file that is loaded already has its report under that name, which
    stays as it is, and the new one bears the day besides.
    """
    if not acceptance.sha256:
        stand_in = hashlib.sha256(acceptance.file_name.encode("utf-8", "replace")).hexdigest()
        return replace(acceptance, report=UNREAD + stand_in[:_NAMED_BY])
    name = acceptance.sha256[:_NAMED_BY]
    if acceptance.verdict == "already loaded" and _tells_of_loading(folder / f"{name}.json"):
        return replace(acceptance, report=f"{name}.{acceptance.received_on.isoformat()}", first_report=name)
    return replace(acceptance, report=name)


def _tells_of_loading(path: Path) -> bool:
    """Whether a report says that its file was taken; written last, it is there only if its pages are."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return told["verdict"] != "rejected" and not told["is_trial"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def keep_acceptance(folder: Path, acceptance: Acceptance, languages: Sequence[str]) -> Acceptance:
    """Write `<name>.<language>.html` for each language, then `<name>.json`; returns the report with its name."""
    acceptance = _named(folder, acceptance)
    name = acceptance.report
    for left_over in folder.glob(f".{name}.*.part"):  # of a process that died while it wrote
        left_over.unlink(missing_ok=True)
    for language in languages:
        page = acceptance_page(acceptance, language)
        write_atomically(page_path(folder, name, language), _writable(page))
    write_atomically(folder / f"{name}.json", _writable(as_json(acceptance)))
    return acceptance


def _writable(text: str) -> str:
    """The text with a question mark for what is no character: the name of a file may be any bytes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def page_path(folder: Path, name: str, language: str) -> Path:
    """Where the page of a report in one language lies."""
    return folder / f"{name}.{language}.html"


def report_of(home: Path, sha256: str) -> Path:
    """Where the report of a file lies for programs, by the digest of the file; of its loading or its refusal."""
    return home / FOLDER / f"{sha256[:_NAMED_BY]}.json"


def as_json(acceptance: Acceptance) -> str:
    """The report for programs: every field, and every text in each language as an object `{en, ru, tk}`."""
    content = asdict(acceptance)
    texts = acceptance_texts(acceptance)
    for name in ("problems", "suspects"):
        content[name] = [fields | words for fields, words in zip(content[name], texts.pop(name), strict=True)]
    return json.dumps(content | texts, ensure_ascii=False, indent=2, default=str) + "\n"
