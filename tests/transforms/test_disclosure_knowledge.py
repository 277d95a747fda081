"""What readers could work out without a new edition does not stop it; what only it tells them does."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.disclosure.across import Side
from transforms.disclosure.knowledge import Readers
from transforms.disclosure.linked import Builder, LinkedCell, Standing
from transforms.disclosure.policies import policy


def readers(whole: Standing) -> tuple[Readers, np.ndarray]:
    """Readers of a whole of two persons and its withheld parts of one and one; the whole is shown now, or known."""
    built = Builder()
    places = [
        built.add_cell(LinkedCell(quantity=("victims", codes), value=value, tables=("table",), standing=standing))
        for codes, value, standing in (
            (frozenset({("period", "2023")}), 2, whole),
            (frozenset({("period", "2023"), ("sex", "female")}), 1, "open"),
            (frozenset({("period", "2023"), ("sex", "male")}), 1, "open"),
        )
    ]
    built.add_sum(places[0], places[1:])
    side = Side(linked=built.finished(), known={}, rollups=())
    return Readers(sides=(side,), rules=policy("working-group"), exposed_before=0), np.array([False, True, True])


@pytest.mark.parametrize(("whole", "weak", "told"), [("open", 2, 0), ("known", 0, 2)])
def test_a_count_that_readers_could_work_out_before_stops_no_edition(whole: Standing, weak: int, told: int) -> None:
    """Two parts of a whole of two lie between none and two, which is closer than the width of three."""
    found, before = readers(whole)[0].exposed(readers(whole)[1])
    assert (len(found), before) == (weak, told)
