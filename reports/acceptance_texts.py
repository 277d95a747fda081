"""The texts of an acceptance report for programs: each in every language that there is, as on its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reports.acceptance import source_name, verdict
from reports.acceptance_steps import next_steps
from reports.blocks import Block, Bullets, Note, Paragraph, plain_text
from reports.locale import CLDR_IDS, DRAFTS, Locale, locale
from reports.rules import rule_words
from transforms.acceptance import Acceptance, Problem
from transforms.messages import Message

Texts = dict[str, str]
"""Language -> text."""


def acceptance_texts(report: Acceptance) -> dict[str, Any]:
    """Everything that a page says in words, by the name of the field of the report that it belongs to.

    A message has its id and parameters besides, under which programs know it. `awaiting_native_reader` names the
    languages that no native speaker has read yet.
    """
    said = _Languages()

    def messages(given: Iterable[Message]) -> list[dict[str, Any]]:
        return [said.message(message) for message in given]

    def described(problem: Problem) -> dict[str, Any]:
        words = rule_words(problem.family)
        return {
            "title": said.each(lambda here: here.text(words.title)),
            "rule_text": said.each(lambda here: here.text(words.rule)),
            "likely_cause": said.each(lambda here: here.text(words.cause)),
            "expected": said.message(problem.expected) if problem.expected else None,
        }

    return {
        "verdict_word": said.each(lambda here: verdict(report, here)[0]),
        "verdict_text": said.each(lambda here: verdict(report, here)[1]),
        "source_title": said.each(lambda here: source_name(report, here)),
        "next_steps": said.lists(lambda here: _sentences(next_steps(report, here))),
        "remarks": messages(report.remarks),
        "reason": messages(report.reason),
        "remedy": messages(report.remedy),
        "marked_copy": messages(report.marked_copy),
        "problems": [described(problem) for problem in report.problems],
        "suspects": [{"what": said.message(one.what) if one.what else None} for one in report.suspects],
        "awaiting_native_reader": sorted(DRAFTS),
    }


class _Languages:
    """Every language, each opened once."""

    def __init__(self) -> None:
        self._all = {language: locale(language) for language in CLDR_IDS}

    def each(self, text: Callable[[Locale], str]) -> Texts:
        return {language: text(here) for language, here in self._all.items()}

    def lists(self, texts: Callable[[Locale], list[str]]) -> list[Texts]:
        """The same of several texts, of which every language has as many."""
        by_language = {language: texts(here) for language, here in self._all.items()}
        rows = zip(*by_language.values(), strict=True)
        return [dict(zip(by_language, row, strict=True)) for row in rows]

    def message(self, message: Message) -> dict[str, Any]:
        text = self.each(lambda here: here.message(message))
        return {"id": message.id, "params": dict(message.params), "text": text}


def _sentences(blocks: Iterable[Block]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        match block:
            case Paragraph():
                found.append(plain_text(block.text))
            case Bullets():
                found += [plain_text(item) for item in block.items]
            case Note():
                found.append(f"{block.title}: {plain_text(block.text)}")
    return found
