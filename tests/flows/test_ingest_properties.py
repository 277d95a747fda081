"""Whatever arrives: rows read are accepted or quarantined, none vanishes, and nothing but a plain refusal is raised."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.intake.acceptance import Acceptance
from flows.intake.ingest import ingest_file
from transforms.errors import TipTrendsError

pytestmark = pytest.mark.usefixtures("_one_warehouse")

DAY = date(2024, 2, 1)
HEADER = (
    "yearOfRegistration,Datasource,gender,ageBroad,citizenship,CountryOfExploitation,isForcedLabour,isSexualExploit"
)
SOUND = ["2016", "Hotline", "Female", "9--17", "NA", "0", "1", "0"]

cells = st.one_of(
    st.sampled_from(
        [
            *SOUND,
            "",
            "-99",
            "00",
            " Male ",
            "2024",
            "1899",
            "9-17",
            "Türkmenistan",
            "жен",
            "\ufeff",
            "N/A",
            "null",
            "NaN",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\x01\x02"), max_size=12),
)
sound_or_not = st.one_of(
    st.just(SOUND),
    st.lists(cells, min_size=8, max_size=8),
    st.lists(cells, min_size=0, max_size=11),
)
few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def taken(content: bytes) -> Acceptance | None:
    """The report of a file with this content; None where it was refused as a whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "extract.csv"
        path.write_bytes(content)
        try:
            return ingest_file(Path(folder) / "home", path, source="ctdc_kanon", received_on=DAY, dry_run=True)
        except TipTrendsError:
            return None


@few
@given(rows=st.lists(sound_or_not, min_size=1, max_size=12), newline=st.sampled_from(["\n", "\r\n"]))
def test_every_row_that_was_written_is_read_once(rows: list[list[str]], newline: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    rows = [row for row in rows if row]
    outcome = taken((HEADER + newline + text.getvalue()).encode("utf-8"))
    if outcome is not None:
        assert outcome.rows_read == outcome.rows_accepted + outcome.rows_quarantined
        assert outcome.rows_read == len(rows)
        assert outcome.rows_accepted >= rows.count(SOUND)


@few
@given(content=st.binary(max_size=400))
def test_any_bytes_at_all_are_a_refusal_or_a_report(content: bytes) -> None:
    outcome = taken(content)
    assert outcome is None or outcome.rows_read == outcome.rows_accepted + outcome.rows_quarantined


@few
@given(places=st.sets(st.integers(0, 59), max_size=12), extra=st.integers(1, 5))
def test_every_ragged_line_is_named_by_its_number(places: set[int], extra: int) -> None:
    lines = [",".join(SOUND + ["x"] * extra) if place in places else ",".join(SOUND) for place in range(60)]
    outcome = taken("\n".join([HEADER, *lines]).encode())
    assert outcome is not None
    assert outcome.rows_read == 60
    named = [cell for problem in outcome.problems for cell in problem.cells]
    assert sorted(named) == sorted(f"line {place + 2}" for place in places)
