"""`tip-trends methods`: published against obtained on the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

from flows.cli import run
from transforms.messages import said
from transforms.statistics.published import annex
from transforms.statistics.published.case import PublishedCase, by_program, compared


def test_every_figure_is_printed_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["methods"]) == 0
    out, err = capsys.readouterr()
    figures = len(annex.quick_annex())
    assert out.count(" yes") == figures
    assert "Karlinsky and Kobak" in out
    assert f"Figures: {figures}; of these agree: {figures}." in err


def test_csv_and_json_hold_the_same_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["methods", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert run(["methods", "--format", "csv"]) == 0
    printed = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["case"], row["figure"], float(row["obtained"])) for row in printed] == [
        (row["case"], row["figure"], row["obtained"]) for row in rows
    ]
    assert {row["agrees"] for row in rows} == {"yes"}


def test_a_figure_that_differs_is_named_and_ends_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = PublishedCase(
        key="made_up",
        title=said("Estimate"),
        source="made up for a test",
        figures=(by_program(said("Estimate"), 2.0, 1),),
        obtained=lambda: (2.2,),
    )
    monkeypatch.setattr(annex, "quick_annex", lambda: compared(wrong))
    assert run(["methods"]) == 1
    out, err = capsys.readouterr()
    assert "NO" in out
    assert "Figures: 1; of these agree: 0." in err
    assert "Differs: made_up, Estimate." in err
