"""Editions one after the other through the real gate, each knowing what was published before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reports.manifest import edition_json
from tests.transforms.count_tables import released
from transforms.disclosure.cells import CountTable, Rollup
from transforms.disclosure.earlier import Earlier, earlier_edition
from transforms.disclosure.released import ReleasedEdition

FIRST_DAY = date(2021, 1, 10)


@dataclass
class Shelf:
    """Everything that was published, as manifests, and the true counts behind it."""

    rollups: Sequence[Rollup] = ()
    documents: list[dict[str, Any]] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)

    def publish(
        self, *tables: CountTable, audience: str = "working-group", extract: int | None = None, forgets: bool = False
    ) -> ReleasedEdition:
        """The next edition; `extract` numbers what it counts (a new one by default), `forgets` hides the others."""
        number = len(self.documents) if extract is None else extract
        made = released(
            *tables,
            audience=audience,
            rollups=self.rollups,
            earlier=() if forgets else self.earlier,
            edition=f"edition-{len(self.documents)}",
            extract=(FIRST_DAY + timedelta(days=30 * number), f"{number:064x}"),
        )
        document = json.loads(edition_json(made, []))
        counted = {table.key: {cell.at: cell.value for cell in table.cells} for table in tables}
        self.documents.append(document)
        self.earlier.append(earlier_edition(document, counted))
        return made
