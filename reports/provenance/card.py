"""The provenance card of one cell, made of the manifest of its edition alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.measures import MEASURES
from reports.provenance.definitions import RULES, STATES, against_double_counting
from reports.provenance.formulas import Formula, formula
from reports.provenance.tables import FoundCell, TracedTable
from reports.words import FLAGS
from transforms.disclosure.released import ReleasedCell

Definitions = Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that an edition says of one of its cells; texts are English message ids.

    `definition` is empty where neither the manifest nor today's declarations know the indicator; `is_definition_old`
    tells that the manifest has it, so that it is the one the figure was counted by. `denominators` are sources of
    populations that a rate divides by.
    """

    found: FoundCell
    state: str
    definition: Mapping[str, str | None]
    is_definition_of_edition: bool
    formula: Formula | None
    extracts: tuple[Mapping[str, Any], ...]
    document: Mapping[str, Any]

    @property
    def measure(self) -> str:
        """What kind of figure it is, in words."""
        measure = self.found.table.measure
        return MEASURES.get(measure, measure)

    @property
    def rule(self) -> str:
        """How the figure comes about."""
        return RULES.get(self.found.table.measure, "")

    @property
    def reason(self) -> str:
        """Why the cell shows what it shows."""
        return STATES[self.state]

    @property
    def flag(self) -> str:
        """What stands beside the value: provisional, revised, estimated, break in series; else empty."""
        return FLAGS.get(self.found.cell["obs_status"], ("", ""))[1]

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs."""
        table, cell, document = self.found.table, self.found.cell, self.document
        return {
            "edition": document["edition"],
            "scope": document["scope"],
            "audience": document["audience"],
            "address": self.found.address,
            "table": table.key,
            "at": dict(zip(table.dimensions, self.found.at, strict=True)),
            **{name: cell[name] for name in ("value", "lower", "upper", "base", "obs_status", "conf_status")},
            "unit": table.unit,
            "state": self.state,
            "reason": self.reason,
            "indicator": {"key": table.indicator, **self.definition},
            "is_definition_of_edition": self.is_definition_of_edition,
            "rule": {"measure": table.measure, "text": self.rule},
            "made_from": [
                {"as": one.role, "address": one.found.address, "table": one.found.table.key,
                 "at": dict(zip(one.found.table.dimensions, one.found.at, strict=True)),
                 "value": one.found.cell["value"]}
                for one in (self.formula.inputs if self.formula else ())
            ],
            **({name: getattr(self.formula, name) for name in ("months", "base_months", "persons")}
               if self.formula else {}),
            "extracts": [dict(extract) for extract in self.extracts],
            "caveats": list(table.caveats),
            "policy": dict(document["policy"]),
            "as_of": document["as_of"],
            "run_id": document["run_id"],
            "code_version": document["code_version"],
        }  # fmt: skip


def card(
    document: Mapping[str, Any], tables: Sequence[TracedTable], found: FoundCell, *, declared: Definitions
) -> Card:
    """The card of a cell of a manifest; `declared` are today's definitions, for manifests that hold none."""
    own = (document.get("context") or {}).get("indicators") or {}
    made = formula(document, tables, found)
    key = found.table.indicator
    definition = dict(own.get(key) or declared.get(key) or {})
    if definition:
        once = against_double_counting(definition.get("deduplication"), found.table.caveats)
        definition["deduplication"] = once or definition.get("deduplication")
    return Card(
        found=found,
        state=state_of(found),
        definition=definition,
        is_definition_of_edition=key in own,
        formula=made,
        extracts=tuple(_extracts(document, found, made)),
        document=document,
    )


def state_of(found: FoundCell) -> str:
    """Which of the states of a cell it is in."""
    cell = found.cell
    return ReleasedCell(
        at=found.at, value=cell["value"], obs_status=cell["obs_status"], conf_status=cell["conf_status"]
    ).state


def _extracts(document: Mapping[str, Any], found: FoundCell, made: Formula | None) -> list[Mapping[str, Any]]:
    """The extracts behind a cell, and of a rate those of the population it divides by."""
    numbers = [str(number) for number in found.cell["provenance"]["vintages"]]
    among = document["created_from"]
    if made is not None and made.measure == "rate":
        divided_by = {entry["source"] for entry in (document.get("context") or {}).get("denominators") or ()}
        numbers += [number for number, used in among.items() if used["source"] in divided_by and number not in numbers]
    return [{"number": int(number), **among[number]} for number in numbers]
