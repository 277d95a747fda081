"""The sections of an edition: one module each, in reading order. A new section is a module and a line here.

One that an edition has no ground for gives None and is left out.
"""

from __future__ import annotations

from collections.abc import Callable

from reports.blocks import Section
from reports.edition import View
from reports.sections import (
    action_plan,
    changed,
    covid,
    forms,
    identification,
    justice,
    key_findings,
    methods,
    quality,
    stranded,
    trend,
    undetected,
    where,
    who,
)

SECTIONS: tuple[Callable[[View], Section | None], ...] = (
    key_findings.section,
    changed.section,
    trend.section,
    who.section,
    forms.section,
    where.section,
    identification.section,
    justice.section,
    covid.section,
    stranded.section,
    undetected.section,
    action_plan.section,
    quality.section,
    methods.section,
)
