"""The provenance card of an answer of a statistical method, made of the manifest alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.provenance.definitions import QUESTIONS, answer_rule, counted_for
from reports.provenance.tables import TracedTable

_NUMBERED = re.compile(r"[Ee](\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCard:
    """An answer with its place among those of the edition; `counted` is the table of counts it rests on, if one."""

    number: int
    answer: Mapping[str, Any]
    counted: TracedTable | None
    extracts: tuple[Mapping[str, Any], ...]
    document: Mapping[str, Any]

    @property
    def address(self) -> str:
        """`E9`."""
        return f"E{self.number}"

    @property
    def question(self) -> str:
        """What was asked, in words."""
        question = str(self.answer["key"]).partition(":")[0]
        return QUESTIONS.get(question, question)

    @property
    def rule(self) -> str:
        """What the answer is calculated from."""
        return answer_rule(str(self.answer["key"]).partition(":")[0])

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs."""
        document = self.document
        return {
            "edition": document["edition"],
            "scope": document["scope"],
            "audience": document["audience"],
            "address": self.address,
            "answer": dict(self.answer),
            "question": self.question,
            "rule": {"text": self.rule, "counts": self.counted.key if self.counted else None},
            "extracts": [dict(extract) for extract in self.extracts],
            "as_of": document["as_of"],
            "run_id": document["run_id"],
            "code_version": document["code_version"],
        }


def answer_card(document: Mapping[str, Any], tables: Sequence[TracedTable], words: Sequence[str]) -> AnswerCard | None:
    """The card of the answer that the words name by `E9` or by its key; None where they name none."""
    if len(words) != 1:
        return None
    number = _NUMBERED.fullmatch(words[0])
    for place, answer in enumerate(document.get("estimates") or (), start=1):
        if words[0] == answer["key"] or (number and int(number[1]) == place):
            return _card(document, tables, place, answer)
    return None


def _card(
    document: Mapping[str, Any], tables: Sequence[TracedTable], place: int, answer: Mapping[str, Any]
) -> AnswerCard:
    headline = str((document.get("context") or {}).get("headline", ""))
    wanted = counted_for(str(answer["key"]), headline)
    counted = next((table for table in tables if table.key == wanted), None)
    among = document["created_from"]
    vintages = [str(number) for number in answer["provenance"]["vintages"]]
    if counted is not None:
        vintages = [number for number, used in among.items() if used["source"] in counted.sources]
    extracts = tuple({"number": int(number), **among[number]} for number in vintages)
    return AnswerCard(number=place, answer=answer, counted=counted, extracts=extracts, document=document)
