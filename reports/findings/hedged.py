"""Sentences of an edition that was made while deliveries were missing."""

from __future__ import annotations

from reports.blocks import Inline, Plain
from reports.edition import View
from reports.findings.sentence import Finding
from reports.provisional import awaited, is_touched


def hedged(view: View, finding: Finding) -> Inline:
    """The sentence, with the word that it is provisional where it rests on a source that is awaited."""
    if not awaited(view):
        return finding.text
    tables = (view.table(key) for key, _ in finding.cells)
    answers = view.edition.estimates.get(finding.answer)
    sources = [source for table in tables if table is not None for source in table.sources]
    sources += answers.sources if answers is not None else ()
    return (*finding.text, Plain(" " + view.text("Provisional."))) if is_touched(view, sources) else finding.text
