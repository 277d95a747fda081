"""The sections of an edition: one module each, in reading order. A new section is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable

from reports.blocks import Section
from reports.edition import View
from reports.sections import (
    covid,
    forms,
    identification,
    justice,
    key_findings,
    methods,
    quality,
    trend,
    where,
    who,
)

SECTIONS: tuple[Callable[[View], Section], ...] = (
    key_findings.section,
    trend.section,
    who.section,
    forms.section,
    where.section,
    identification.section,
    justice.section,
    covid.section,
    quality.section,
    methods.section,
)
