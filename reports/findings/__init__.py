"""Key findings: sentences computed from the released numbers, each with the cells it rests on.

A sentence that needs a suppressed or unreliable cell is not written, or says that nothing can be shown.
Words for victims are always detected, identified or registered; no sentence speaks of how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from reports.blocks import plain_text
from reports.edition import View
from reports.findings.counts import convictions, detected, level, matched
from reports.findings.covid import covid, who_detected
from reports.findings.groups import largest_groups, women_and_children
from reports.findings.hedged import hedged
from reports.findings.plan import plan
from reports.findings.sentence import Finding
from reports.findings.trend import direction
from reports.locale import locale
from transforms.disclosure.released import ReleasedEdition

MAKERS: tuple[Callable[[View], Iterator[Finding]], ...] = (
    level,
    direction,
    detected,
    women_and_children,
    largest_groups,
    covid,
    who_detected,
    convictions,
    matched,
    plan,
)


def findings(view: View) -> tuple[Finding, ...]:
    """All findings of the edition in this language, in reading order; of a provisional one they say so."""
    return tuple(replace(finding, text=hedged(view, finding)) for make in MAKERS for finding in make(view))


def in_languages(edition: ReleasedEdition, languages: Sequence[str]) -> list[dict[str, Any]]:
    """The findings for the manifest: key, text by language, cells."""
    by_language = {language: findings(View(edition, locale(language))) for language in languages}
    first = next(iter(by_language.values()), ())
    return [
        {
            "key": finding.key,
            "text": {language: plain_text(found[place].text) for language, found in by_language.items()},
            "cells": [{"table": table, "at": list(at)} for table, at in finding.cells],
        }
        for place, finding in enumerate(first)
    ]
