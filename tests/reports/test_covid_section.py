"""The COVID section: what it says of the answers, what it says of refusals, and what its chart draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reports.blocks import Chart, Definitions, Note, Section, Table, plain_text
from reports.charts.expected import Expected, ExpectedSpec, Names, expected
from reports.charts.frame import NARROW, WIDE
from reports.conclusions import conclusion
from reports.edition import Point, View
from reports.estimated import bounds, counted, p_value, ratio, signed, signed_bounds, span
from reports.findings.covid import covid as covid_findings
from reports.locale import locale
from reports.sections.covid import section
from reports.sections.covid_beside import stringency
from tests.reports.answered import answered, changed
from tests.reports.people import national
from transforms.disclosure.released import ReleasedCell, ReleasedEdition
from transforms.messages import said
from transforms.periods import period
from transforms.statistics.estimate import Estimate, refused


def view(edition: ReleasedEdition | None = None, language: str = "en") -> View:
    return View(edition or answered(), locale(language))


def blocks(made: Section, kind: type) -> dict[str, Any]:
    return {block.id: block for block in made.blocks if isinstance(block, kind)}


@pytest.fixture(scope="module")
def shown() -> Section:
    return section(view())


def cells(table: Table, header: str) -> list[str]:
    return next([cell.text for cell in row.cells] for row in table.rows if row.header == header)


def test_the_title_of_the_chart_is_the_clearest_phase_where_the_whole_period_evens_out(shown: Section) -> None:
    details = answered().estimates["covid:victims_identified"].estimate.details
    clearest = min(details["phases"], key=lambda phase: phase["p"])
    assert not details["is_effect"]
    assert clearest["is_effect"]
    title = blocks(shown, Chart)["covid-expected"].title
    assert title.startswith("Identified victims, acute phase: ")
    assert f"{clearest['observed']:.0f}, clearly fewer than the {clearest['expected']:.0f} expected" in title


def test_the_table_of_the_chart_holds_every_period_compared(shown: Section) -> None:
    rows = answered().estimates["covid:victims_identified"].estimate.details["by_period"]
    table = blocks(shown, Chart)["covid-expected"].table
    assert [row.header for row in table.rows] == [locale("en").period(row["period"]) for row in rows]
    assert [row.cells[0].text for row in table.rows] == [f"{row['observed']:.0f}" for row in rows]


def test_phases_and_all_together_stand_in_one_table(shown: Section) -> None:
    table = blocks(shown, Table)["table-covid-phases"]
    assert [row.header for row in table.rows] == [
        "Acute phase",
        "Prolonged restrictions",
        "Recovery",
        "All together",
    ]
    assert cells(table, "Acute phase")[-1] == "clearly fewer than expected"


def test_every_series_has_a_row_or_stands_below_with_its_reason() -> None:
    edition = changed(covid__persons_convicted=refused("covid_effect", "events", "x", said("Nothing to compare with.")))
    table = blocks(section(view(edition)), Table)["table-covid-series"]
    assert len(table.rows) == sum(key.startswith("covid:") for key in edition.estimates) - 1
    assert "Persons convicted" not in {row.header for row in table.rows}
    assert plain_text(table.notes[-1]).startswith("Not estimated: persons convicted. Nothing to compare with.")


def test_a_refused_headline_is_shown_with_its_reason_and_the_plain_view_stays() -> None:
    refusal = refused("covid_effect", "events", "x", said("The series breaks in {period}.", period="2021-Q2"))
    made = section(view(changed(covid__victims_identified=refusal, calendars__victims_identified=None)))
    notes = [plain_text(block.text) for block in made.blocks if isinstance(block, Note)]
    assert any("is not estimated. The series breaks in Q2\u00a02021." in text for text in notes)
    assert "phase-ratio" in blocks(made, Chart)
    assert "covid-expected" not in blocks(made, Chart)


def test_the_finding_rests_on_the_model_where_there_is_one_and_on_the_phase_ratio_else() -> None:
    (modelled,), (plainly,) = covid_findings(view()), covid_findings(view(national()))
    assert "were to be expected had the years before gone on" in plain_text(modelled.text)
    assert "clearly fewer than expected" in plain_text(modelled.text)
    acute = tuple(("victims_identified_by_period", (f"2020-{month:02d}",)) for month in range(3, 9))
    assert modelled.cells[: len(acute)] == acute
    assert "than before the pandemic, ratio" in plain_text(plainly.text)


def test_a_phase_that_is_unclear_after_correction_is_not_called_fewer() -> None:
    effect = answered().estimates["covid:victims_identified"].estimate
    phases = [{**phase, "p": 0.03, "p_holm": 0.09, "is_effect": False} for phase in effect.details["phases"]]
    edition = changed(covid__victims_identified=replace(effect, details={**effect.details, "phases": phases}))
    (finding,) = covid_findings(view(edition))
    assert plain_text(finding.text).startswith("In no phase of the COVID period does detection differ clearly")


@pytest.mark.parametrize(
    ("excess", "p", "is_effect", "said_of_it"),
    [
        (-5, 0.001, True, "fewer"),
        (5, 0.001, True, "more"),
        (-5, 0.03, False, "by_chance"),
        (-5, 0.4, False, "unclear"),
    ],
)
def test_a_conclusion_follows_the_corrected_test(excess: float, p: float, is_effect: bool, said_of_it: str) -> None:
    assert conclusion({"excess": excess, "p": p, "is_effect": is_effect}, 0.95) == said_of_it


def test_the_parts_of_a_change_add_up_to_its_total(shown: Section) -> None:
    table = blocks(shown, Table)["table-detection-identification-channel"]
    for column in range(0, len(table.columns), 2):
        *parts, total = (
            float(row.cells[column].text.replace("\u2212", "-")) if row.cells[column].text[0] != "[" else 0.0
            for row in table.rows
        )
        assert sum(parts) == pytest.approx(total, abs=0.05 * len(parts))


def test_a_withheld_part_keeps_its_mark_and_stands_in_the_rest(shown: Section) -> None:
    table = blocks(shown, Table)["table-detection-identification-channel"]
    marks = {cell.text for row in table.rows for cell in row.cells}
    assert "[c]" in marks
    assert "The rest" in [row.header for row in table.rows]


def test_signs_are_counted_by_what_they_say(shown: Section) -> None:
    verdicts: dict[str, int] = {"for": 0, "against": 0, "silent": 0, "cannot": 0}
    for key, found in answered().estimates.items():
        if key.startswith("evidence:capacity:"):
            verdicts[found.estimate.details.get("verdict", "cannot")] += 1
    told = next(block for block in shown.blocks if isinstance(block, Definitions))
    assert plain_text(told.terms[0].meaning).endswith(
        f"Signs here: {verdicts['for']} for, {verdicts['against']} against, {verdicts['silent']} silent, "
        f"{verdicts['cannot']} cannot be read."
    )


def test_a_sign_that_cannot_be_read_says_why(shown: Section) -> None:
    table = blocks(shown, Table)["table-signs-capacity"]
    told = cells(table, "Police and labour inspections, persons a month")
    assert told[-1] == "cannot be said: too many of its counts are withheld or not reported."


def test_an_association_is_never_called_a_cause() -> None:
    clear = Estimate(
        method="m",
        estimate=-0.6,
        lower=None,
        upper=None,
        unit="correlation",
        basis={"periods": 30},
        details={"p": 0.01},
    )
    text = stringency(view(changed(stringency__victims_identified=clear)))
    assert text.endswith("An association, which shows no cause.")


@pytest.mark.parametrize("language", ["ru", "tk"])
def test_the_section_is_said_in_every_language(language: str) -> None:
    here = view(language=language)
    section(here)
    own = {text for text in here.locale.untranslated if "{" in text and "phase" in text}
    assert own == set()


def test_figures_are_written_as_the_page_needs_them() -> None:
    here = view()
    assert ratio(here, 0.5, None, None) == "0.50 (0.00–∞)"
    assert bounds(here, 1.0, float("inf"), 0) == "1–∞"
    assert [p_value(here, p) for p in (0.0001, 0.0527, 0.35)] == ["<\u00a00.001", "0.053", "0.35"]
    assert [signed(here, value) for value in (3, -3, -0.2)] == ["+3", "\u22123", "0"]
    assert signed_bounds(here, -7.4, None) == "\u22127 to ∞"
    assert (counted(here, 7.0).flags, counted(here, 7.4).flags, counted(here, 7.4).text) == ("", "e", "7")
    assert span(here, "2021:2021") == "2021"


def point(code: str, value: float | None) -> Point:
    state = "C" if value is None else "F"
    return Point(period=period(code), cell=ReleasedCell(at=(code,), value=value, conf_status=state))


def row(code: str, observed: float, *, is_corrected: bool = False) -> Expected:
    return Expected(period=period(code), expected=20, lower=12, upper=29, observed=observed, is_corrected=is_corrected)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_chart_draws_what_was_counted_what_was_expected_and_gaps(size: Any) -> None:
    spec = ExpectedSpec(
        points=(point("2018", 21), point("2019", None), point("2020", 8), point("2021", 15), point("2023", 33)),
        rows=(row("2020", 8), row("2021", 15), row("2023", 34.4, is_corrected=True)),
        number=lambda value: f"{value:.0f}",
        names=Names(observed="o", outside="x", corrected="c", expected="e", band="b"),
    )
    figure = expected(spec, size)
    axes = figure.axes[0]
    before, inside, inside_corrected, outside, outside_corrected, *steps = axes.lines
    assert before.get_ydata().tolist() == [21]  # type: ignore[union-attr]
    assert (inside.get_ydata().tolist(), inside_corrected.get_ydata().tolist()) == ([15], [])  # type: ignore[union-attr]
    assert (outside.get_ydata().tolist(), outside_corrected.get_ydata().tolist()) == ([8], [34.4])  # type: ignore[union-attr]
    assert outside.get_marker() != inside.get_marker()
    assert outside_corrected.get_markerfacecolor() != outside.get_markerfacecolor()
    assert len(steps) == 6  # two stretches, as 2022 is missing
    assert len(axes.collections) == 2
    assert "[c]" in [text.get_text() for text in axes.texts]
