"""What changed since the last edition: known answers, and no number that readers do not have."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.frame import NARROW, WIDE
from reports.charts.revisions import Course, FanSpec, Told, revision_fan
from reports.edition import View
from reports.locale import locale
from reports.revised import headline_changes
from reports.sections.changed_revisions import under_axis
from tests.reports.before import HEADLINE, REGISTER, before, document, followed, headline, said
from tests.reports.editions import SEAL, SOURCES, edition, sealed, table
from transforms.disclosure.history import EditionBefore, TakenBackEdition, edition_before
from transforms.disclosure.released import ReleasedCell, ReleasedTable

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
BY_SEX = f"{HEADLINE}_sex"
FIRST = headline(
    """
    period | value | status
    2019   | 45    |
    2020   | 28    | P
    2021   |       | O
    """
)
SECOND = headline(
    """
    period | value | status
    2019   | 43    |
    2020   | 33    |
    2021   | 30    |
    2022   | 41    | P
    """
)
NOW = headline(
    """
    period | value | status
    2018   | 50    |
    2019   | 42    |
    2020   |       | C
    2021   | 36    |
    2022   | 52    |
    2023   | 61    |
    """
)


def by_sex(text: str) -> ReleasedTable:
    return table(text, key=BY_SEX, dimensions=("period", "sex"), caveats=REGISTER)


SEX_THEN = by_sex(
    """
    period | sex    | value | status
    2021   | female | 17    |
    2021   | male   | 13    |
    2021   | total  | 30    |
    """
)
SEX_NOW = by_sex(
    """
    period | sex    | value | status
    2021   | female | 22    |
    2021   | male   |       | C
    2021   | total  | 36    |
    2023   | female | 40    |
    2023   | male   | 21    |
    2023   | total  | 61    |
    """
)
CONVICTED = "period | value | status\n2021 | 25 |\n2022 | 36 |"
THEN = before([SECOND, SEX_THEN, table(CONVICTED, key="persons_convicted_by_period")], 2022)
MADE = followed(
    [NOW, SEX_NOW, table(CONVICTED.replace("36", "35"), key="persons_convicted_by_period")], before([FIRST], 2020), THEN
)


def test_the_changes_of_the_headline_are_told_by_kind() -> None:
    lines = said(MADE).splitlines()
    assert lines[0] == (
        "The last edition that the same readers have is the annual edition of 2022 (state of knowledge: 30 April 2023)."
    )
    assert [line for line in lines if line.startswith("- ")] == [
        "- New in this edition: 2018 (50 identified victims); 2023 (61 identified victims).",
        "- Provisional in the last edition, because some lists did not reach to the end of the period: 2022: 41 then, "
        "52 now (+11).",
        "- Higher than in the last edition: 1 period. 2021: 30 then, 36 now (+6).",
        "- Lower than in the last edition: 1 period. 2019: 43 then, 42 now (−1).",
        "- Not comparable, because the figure is suppressed in one edition or in both: 1 period.",
    ]
    assert "was registered late or is counted there since a correction" in said(MADE)


def test_the_table_of_revisions_shows_what_each_edition_said() -> None:
    lines = said(MADE).splitlines()
    start = lines.index("Identified victims by period, as each edition showed them")
    assert lines[start + 1 : start + 8] == [
        "Period | 2020, as of 30/04/2021 | 2022, as of 30/04/2023 | This edition | Change since the last edition",
        "2018 |  |  | 50 | new",
        "2019 | 45 | 43 | 42 | −1",
        "2020 | 28 p | 33 | [c] | not comparable (suppressed)",
        "2021 | [x] | 30 | 36 | +6",
        "2022 |  | 41 p | 52 | +11",
        "2023 |  |  | 61 | new",
    ]


def test_the_fan_is_titled_with_the_greatest_revision_and_tells_each_line() -> None:
    lines = said(MADE).splitlines()
    assert "## 2022: 41 when first shown, 52 now (+11)" in lines
    assert (
        "[2019: 45 when first shown, 42 now (−3). 2020: 28 when first shown, 33 when last shown (+5). "
        "2021: 30 when first shown, 36 now (+6). 2022: 41 when first shown, 52 now (+11).]"
    ) in lines


def test_corrected_figures_are_listed_once_with_their_difference() -> None:
    lines = said(MADE).splitlines()
    assert (
        "5 figures that both editions show have changed, out of 6 (months, quarters and years of all tables)." in lines
    )
    start = lines.index("Figure | Group | Period | Last edition | This edition | Change")
    assert lines[start + 1 : start + 6] == [
        "Identified victims | Total | 2019 | 43 | 42 | −1",
        "Identified victims | Total | 2021 | 30 | 36 | +6",
        "Identified victims | Total | 2022 | 41 p | 52 | +11",
        "Identified victims | Sex: Female | 2021 | 17 | 22 | +5",
        "Persons convicted | Total | 2022 | 36 | 35 | −1",
    ]
    assert "Identified victims: number (Period × Sex) | 2 | 2 | 0 | 1 | 0 | 3" in lines


def test_groups_in_which_few_came_or_went_are_counted_and_not_listed() -> None:
    then, now = (
        by_sex(f"period | sex | value | status\n2022 | female | {n} |\n2022 | male | 20 |\n2022 | total | {n + 20} |")
        for n in (17, 20)
    )
    text = said(followed([NOW, now], before([SECOND, then], 2022)))
    assert "Sex: Female" not in text and "The greatest changes; 1 smaller one is left out here." in text
    assert "Identified victims: number (Period × Sex) | 3 | 2 | 0 | 0 | 0 | 0" in text


def test_nothing_is_said_to_have_changed_where_nothing_did() -> None:
    same = followed([SECOND], before([SECOND], 2022), context={"edition_period": "2022"})
    text = said(same)
    assert "No period has a figure that the last edition did not have." in text
    assert "As in the last edition: 4 periods." in text and "No figure that both editions show has changed." in text
    assert "How to read these changes" not in text and "when first shown" not in text
    assert "Definitions, rules of disclosure control, the COVID calendar and the sources are the same." in text


@pytest.mark.parametrize("kind", ["annual-2023", "quarterly-2023-Q2", "monthly-2023-04"])
def test_the_first_edition_of_a_kind_says_that_it_is(kind: str) -> None:
    word, _, code = kind.partition("-")
    assert said(edition([NOW], edition=kind, context={"edition_period": code})) == (
        f"This is the first {word} edition for these readers: there is no earlier one to compare it with."
    )


def taken_back(name: str = "annual-2021", **more: object) -> TakenBackEdition:
    fields = {
        "edition": name, "audience": "working-group", "as_of": date(2022, 4, 30), "run_id": "r",
        "withdrawn_on": date(2023, 6, 1), "reason": "The register of 2021 was counted twice.", **more,
    }  # fmt: skip
    return TakenBackEdition(**fields)  # type: ignore[arg-type]


def test_withdrawn_editions_are_listed_with_the_reason_that_was_given() -> None:
    gone = (taken_back(), taken_back("annual-2023"), taken_back("monthly-2021-03", replaced_as_of=date(2023, 7, 1)))
    text = said(followed([NOW], THEN, withdrawn=gone))
    told = "was withdrawn on 1 June 2023. Reason given: The register of 2021 was counted twice. Do not use or quote"
    assert f"- The annual edition of 2021 (state of knowledge: 30 April 2022) {told} its figures.\n" in text + "\n"
    assert f"2023 (state of knowledge: 30 April 2022) {told} its figures. This edition takes its place." in text
    assert "In its place stands the one with the state of knowledge of 1 July 2023." in text


def test_where_all_before_were_withdrawn_that_is_said() -> None:
    text = said(followed([NOW], withdrawn=(taken_back(),)))
    assert "The earlier editions of this kind were withdrawn: there is none to compare this one with." in text


def defined(**changed: str) -> dict[str, object]:
    parts = {"counts": "A body confirmed it.", "unit": "person", "date": "the day of the decision", **changed}
    return {
        "indicators": {"victims_identified": parts},
        "calendar": [
            {"key": "acute", "start": "2020-03", "end": "2020-08"},
            {"key": "recovery", "start": "2022-04", "end": None},
        ],
    }


def test_an_edition_that_kept_dates_of_deliveries_as_its_calendar_is_not_told_by_it() -> None:
    due = {"source": "case_register", "body": "MIA", "period": "2022-Q4", "due": "2023-01-25", "is_overdue": False}
    text = said(followed([SECOND], before([SECOND], 2022, context={**defined(), "calendar": [due]}), context=defined()))
    assert "Definitions, rules of disclosure control, the COVID calendar and the sources are the same." in text


def test_changed_definitions_rules_calendars_contracts_and_sources_are_named() -> None:
    then = before(
        [SECOND], 2022, context=defined(),
        created_from=(replace(SOURCES[0], number=1), replace(SOURCES[0], number=2, source="unodc_tip")),
        policy={"audience": "working-group", "threshold": 5, "protection_width": 4, "minimum_share_base": 20,
                "minimum_rate_events": 10}, code_version="0.0.9",
    )  # fmt: skip
    now = defined(date="the day of registration", unit="case")
    now["calendar"] = [{"key": "acute", "start": "2020-04", "end": "2020-08"}]
    newer = (replace(SOURCES[0], contract_version="2"), SOURCES[1])
    gap = {
        "source": "case_register",
        "period": "2023",
        "key": "b",
        "texts": {"en": "A new form is used."},
        "dimensions": [],
    }
    remarked = table("period | value | status\n2022 | 41 |", caveats=(*REGISTER, "registration_is_not_exploitation"))
    lines = said(followed([remarked], then, context={**now, "breaks": [gap]}, created_from=newer)).splitlines()
    told = lines[lines.index("# Definitions, rules and sources") + 1 :]
    assert [line for line in told if line.startswith("- ")] == [
        "- Sources of this edition that the last one did not have: Crime and justice form of the statistics committee.",
        "- Sources of the last edition that this one does not have: UNODC trafficking-in-persons data.",
        "- Version of the contract of the source “National case register”: 1 in the last edition, 2 in this one.",
        "- The definition of “Identified victims” was changed: the unit and the date that places it in a period. Its "
        "figures cannot be compared across the two editions without regard to that.",
        "- A remark was added to some figures: The year is the one in which the case entered the register, not the "
        "year of the exploitation.",
        "- COVID phase “Acute phase”: March 2020 – August 2020 in the last edition, "
        "April 2020 – August 2020 in this one.",
        "- COVID phase “Recovery”: April 2022 – … in the last edition, – in this one.",
        "- A break of the series is declared now: National case register, 2023. A new form is used.",
        "- Counts below this are not shown: 5 in the last edition, 4 in this one.",
        "- Version of the program: 0.0.9 in the last edition, 0.1.0 in this one.",
    ]


def test_changes_under_another_definition_are_not_called_late_registrations() -> None:
    then = before([SECOND], 2022, context=defined())
    text = said(followed([NOW], then, context=defined(unit="case")))
    assert "The definition of this indicator was changed, as is said below." in text
    assert "What rose was registered late" not in text


def test_an_edition_that_did_not_declare_its_definitions_is_not_said_to_have_had_others() -> None:
    text = said(followed([SECOND], before([SECOND], 2022, context={"indicators": {}}), context=defined()))
    assert "The last edition does not say how its indicators were defined, so they are not compared." in text
    assert "was changed" not in text and "COVID phase" not in text


RATED = "sdg_16_2_2_by_period_sex"


def rates(**found: tuple[float | None, float | None, float]) -> list[ReleasedTable]:
    """Counts and rates by year: count (None: suppressed), rate (None: too unreliable), population."""
    counts, made = [], []
    for year, (count, rate, persons) in found.items():
        at = (year[1:], "total")
        if count is None:
            counts.append(ReleasedCell(at=at, value=None, conf_status="C"))
            made.append(ReleasedCell(at=at, value=None, conf_status="D"))
        else:
            counts.append(ReleasedCell(at=at, value=count))
            made.append(ReleasedCell(at=at, value=rate, base=persons, obs_status="U" if rate is None else "A"))
    of_sex = ("period", "sex")
    return [sealed(RATED, of_sex, counts), sealed(f"{RATED}.rate", of_sex, made, kind="rate", unit="per_100k")]


def population(day: str) -> dict[str, object]:
    return {"denominators": [{"key": "population", "source": "population", "vintage_date": day}]}


def test_what_a_new_population_alone_did_to_a_rate_is_told_where_the_count_is_the_same() -> None:
    then = rates(y2019=(60, 1.0, 6e6), y2020=(60, 1.0, 6e6), y2021=(None, None, 6e6), y2022=(8, None, 6e6))
    now = rates(y2019=(60, 1.2, 5e6), y2020=(66, 1.32, 5e6), y2021=(60, 1.2, 5e6), y2022=(8, None, 5e6))
    made = followed([SECOND, *now], before([SECOND, *then], 2022, context=population("2023-02-15")),
                    context=population("2023-11-15"))  # fmt: skip
    lines = said(made).splitlines()
    start = lines.index("# Denominators")
    assert lines[start + 1] == (
        "Rates are divided by the population as known on 15 November 2023; in the last edition, as known on "
        "15 February 2023."
    )
    assert lines[start + 4 : start + 7] == [
        "2019 | 6,000,000 | 5,000,000 | −1,000,000 | 1.00 | 1.20 | +0.20",
        "2020 | 6,000,000 | 5,000,000 | −1,000,000 | 1.00 | 1.32 | –",
        "2022 | 6,000,000 | 5,000,000 | −1,000,000 | [u] | [u] | –",
    ]


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ("2023-02-15", "2023-02-15", "Rates are divided by the same population as in the last edition"),
        ("2023-02-15", "", "this one has none"),
        ("", "2023-02-15", "the last edition had none"),
        ("2022-02-15", "2023-02-15", "No population figure that both editions divide by has changed."),
    ],
)
def test_the_population_then_and_now_is_named(then: str, now: str, told: str) -> None:
    of_then, of_now = ({} if not day else population(day) for day in (then, now))
    same = rates(y2019=(60, 1.0, 6e6))
    assert told in said(followed([SECOND, *same], before([SECOND, *same], 2022, context=of_then), context=of_now))


def test_a_source_that_is_no_register_has_no_late_registrations() -> None:
    then, now = (table(f"period | value | status\n2021 | {n} |\n2022 | 50 |") for n in (30, 36))
    text = said(followed([now], before([then], 2022)))
    assert "was added, corrected or taken out by the source" in text and "late" not in text


def test_tables_of_other_dimensions_are_not_compared() -> None:
    other = sealed(HEADLINE, ("period", "sex"), [ReleasedCell(at=("2021", "total"), value=9.0)])
    text = said(followed([SECOND], before([other], 2022)))
    assert "9" not in re.findall(r"\b\d+\b", text)


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_section_says_what_it_said(language: str) -> None:
    """A golden file as in `test_golden`: it fails and leaves what it got beside it."""
    then = rates(y2021=(30, 0.5, 6e6), y2022=(41, 0.68, 6e6))
    now = rates(y2021=(36, 0.72, 5e6), y2022=(41, 0.82, 5e6))
    context = {**population("2023-02-15"), **defined()}
    of_now = {**population("2023-11-15"), **defined(unit="case")}
    last = before([SECOND, SEX_THEN, *then], 2022, context=context)
    gone = (taken_back(), taken_back("annual-2023"))
    made = followed([NOW, SEX_NOW, *now], before([FIRST], 2020), last, withdrawn=gone, context=of_now)
    got = said(made, language) + "\n"
    path = GOLDEN / f"changed.{language}.txt"
    new = path.with_suffix(".txt.new")
    if not path.exists() or path.read_text("utf-8") != got:
        new.write_text(got, "utf-8")
        pytest.fail(f"{path.name} differs from what the section says now; see {new.name}")
    new.unlink(missing_ok=True)


YEARS = [str(year) for year in range(2015, 2024)]
CELLS = st.one_of(
    st.none(), st.just("C"), st.integers(1_000, 900_000), st.tuples(st.integers(1_000, 900_000), st.sampled_from("PBE"))
)


@st.composite
def shown_tables(draw: st.DrawFn) -> tuple[ReleasedTable, ...]:
    """The headline and its breakdown as one edition may show them: figures of four digits or more, gaps, states."""
    cells = {at: draw(CELLS) for at in [(y,) for y in YEARS] + [(y, s) for y in YEARS[-3:] for s in ("female", "male")]}
    made = {at: _cell(at, told) for at, told in cells.items() if told is not None}
    totals = [cell for at, cell in made.items() if len(at) == 1]
    groups = [cell for at, cell in made.items() if len(at) == 2]
    groups += [replace(cell, at=(*cell.at, "total")) for cell in totals if cell.at[0] in YEARS[-3:]]
    return (
        sealed(HEADLINE, ("period",), totals, caveats=REGISTER),
        sealed(BY_SEX, ("period", "sex"), sorted(groups, key=lambda cell: cell.at), caveats=REGISTER),
    )


def _cell(at: tuple[str, ...], told: object) -> ReleasedCell:
    if told == "C":
        return ReleasedCell(at=at, value=None, conf_status="C")
    value, status = told if isinstance(told, tuple) else (told, "A")
    return ReleasedCell(at=at, value=float(value), obs_status=status)


@given(st.lists(shown_tables(), min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_number_is_a_released_cell_or_the_difference_of_two_that_both_editions_show(
    editions: list[tuple[ReleasedTable, ...]],
) -> None:
    *earlier, now = editions
    pasts = [before(tables, 2019 + place) for place, tables in enumerate(earlier)]
    text = said(followed(now, *pasts))
    known = {
        (table.key, cell.at): [
            found.value
            for tables in editions
            for shown in tables
            if shown.key == table.key and (found := shown.cell(*cell.at)) is not None and found.value is not None
        ]
        for tables in editions
        for table in tables
        for cell in table.cells
    }
    values = {f"{value:,.0f}" for found in known.values() for value in found}
    moved = {later - first for found in known.values() for first, later in combinations(found, 2)}
    differences = {f"{value:+,.0f}".replace("-", "−") for value in moved} | {"0"}
    signed = set(re.findall(r"(?<![\w,.])[+−][\d,]+", text))
    assert signed <= differences
    grouped = set(re.findall(r"(?<![\d,+−])\d{1,3}(?:,\d{3})+(?![\d,])", text))
    assert grouped <= values


@given(st.lists(shown_tables(), min_size=2, max_size=2))
@settings(max_examples=60, deadline=None)
def test_there_is_no_difference_where_one_of_the_two_is_suppressed(editions: list[tuple[ReleasedTable, ...]]) -> None:
    then, now = editions
    made = followed(now, past := before(then, 2022))
    for change in (one.cell for one in headline_changes(made, past)):
        cells = [found for tables in editions if (found := tables[0].cell(*change.at)) is not None]
        is_known = len(cells) == 2 and all(cell.value is not None for cell in cells)
        assert (change.difference is not None) == is_known
        assert (change.change == "withheld") == (len(cells) == 2 and any(cell.conf_status != "F" for cell in cells))


def test_a_manifest_of_other_readers_or_one_without_the_seal_is_refused() -> None:
    from transforms.errors import ReleaseRefused

    other = edition_before(document([SECOND], audience="public"))
    with pytest.raises(ReleaseRefused, match="released to other readers"):
        followed([NOW], other).history.refuse_others("XX", "working-group")  # type: ignore[union-attr]
    fields = {name: getattr(other, name) for name in EditionBefore.__dataclass_fields__ if name != "seal"}
    assert EditionBefore(**fields, seal=SEAL) == other
    with pytest.raises(ReleaseRefused, match="not read from what readers were given"):
        EditionBefore(**fields, seal=object())


def told(*differences: float | str | None) -> tuple[Told, ...]:
    """What editions told: a difference, None for a period they do not have, or the state that hides it."""
    return tuple(
        Told(difference=None, state=one or "")
        if one is None or isinstance(one, str)
        else Told(difference=one, state="value")
        for one in differences
    )


FAN = FanSpec(
    editions=("2020", "2021", "2022", "2023"),
    courses=(
        Course(label="2020", told=told(0, 5, "suppressed", "suppressed")),
        Course(label="2021", told=told(None, 0, -2, 7)),
    ),
    signed=lambda value: f"{value:+.0f}",
)


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_fan_draws_differences_with_gaps_and_marks_where_a_figure_is_suppressed(size: object) -> None:
    (axes,) = revision_fan(FAN, size).axes  # type: ignore[arg-type]
    lines = [list(line.get_ydata()) for line in axes.lines[1:3]]
    assert [[None if y != y else y for y in line] for line in lines] == [[0, 5, None, None], [None, 0, -2, 7]]
    texts = [text.get_text() for text in axes.texts]
    assert texts.count("[c]") == 2 and {"2020 +5", "2021 +7"} <= set(texts)
    low, high = axes.get_ylim()
    assert low < -2 and high > 7
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2020", "2021", "2022", "2023"]


QUARTERS = ["2021-Q4", "2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2"]


def quarters(*counts: int) -> ReleasedTable:
    """The first quarters with these counts, and their years, which a quarterly edition has besides."""
    cells = [ReleasedCell(at=(code,), value=float(n)) for code, n in zip(QUARTERS, counts, strict=False)]
    return sealed(HEADLINE, ("period",), [*cells, ReleasedCell(at=("2022",), value=50.0)], caveats=REGISTER)


def quarterly(*counts: int) -> EditionBefore:
    code = QUARTERS[len(counts) - 1]
    return before(
        [quarters(*counts)], 2023, edition=f"quarterly-{code}", as_of=date(2023, len(counts) - 4, 20),
        context={"edition_period": code},
    )  # fmt: skip


def test_a_quarterly_edition_is_compared_by_its_quarters_and_names_the_greatest_of_many_changes() -> None:
    made = followed(
        [quarters(11, 13, 15, 17, 19, 26, 12)], quarterly(10, 10, 10, 10, 10), quarterly(11, 11, 11, 11, 11, 12),
        edition="quarterly-2023-Q2", context={"edition_period": "2023-Q2"},
    )  # fmt: skip
    lines = said(made).replace("\u00a0", " ").splitlines()
    assert (
        "- Higher than in the last edition: 5 periods. The greatest: Q3 2022: 11 then, 17 now (+6); "
        "Q4 2022: 11 then, 19 now (+8); Q1 2023: 12 then, 26 now (+14)."
    ) in lines
    assert "- As in the last edition: 1 period." in lines
    assert "- New in this edition: Q2 2023 (12 identified victims)." in lines
    head = (
        "Period | Q4 2022, as of 20/01/2023 | Q1 2023, as of 20/02/2023 | This edition | Change since the last edition"
    )
    start = lines.index(head)
    assert lines[start + 1].startswith("Q4 2021 | 10 | 11 | 11 | 0") and lines[start + 7] == "Q2 2023 |  |  | 12 | new"
    assert not any(line.startswith("2022 |") for line in lines)


def test_of_many_new_periods_the_first_and_the_last_are_named() -> None:
    years = "\n".join(f"{year} | 20 |" for year in range(2012, 2024))
    now = headline("period | value | status\n" + years)
    text = said(followed([now], before([SECOND], 2022)))
    assert "New in this edition: 8 periods, from 2012 to 2023; the table holds their figures." in text


def test_a_long_table_of_revisions_in_which_nothing_was_revised_is_folded() -> None:
    years = "\n".join(f"{year} | 20 |" for year in range(2000, 2024))
    table_of = headline("period | value | status\n" + years)
    lines = said(followed([table_of], before([table_of], 2023))).splitlines()
    assert "## Table of revisions" in lines


def test_names_under_the_axis_that_have_no_room_are_left_out_from_the_left() -> None:
    names = tuple(f"September\n{year}" for year in range(2016, 2023))
    course = Course(label="May 2021", told=told(0, 1, 2, 3, 4, 5, 6))
    spec = FanSpec(editions=names, courses=(course,), signed=lambda value: f"{value:+.0f}")
    wide, narrow = (
        [label.get_text() for label in revision_fan(spec, size).axes[0].get_xticklabels()] for size in (WIDE, NARROW)
    )
    assert wide == list(names) and 1 < len(narrow) < len(names) and narrow[-1] == names[-1]


@pytest.mark.parametrize(
    ("language", "code", "written"),
    [
        ("en", "2023", "2023"), ("en", "2023-Q2", "Q2\n2023"), ("en", "2021-03", "March\n2021"),
        ("ru", "2023-Q2", "2‑й кв.\n2023 г."), ("tk", "2023-Q2", "2023,\n2‑nji çärýek"),
    ],
)  # fmt: skip
def test_the_name_of_an_edition_under_the_axis_is_broken_where_it_reads_well(
    language: str, code: str, written: str
) -> None:
    made = edition([NOW])
    assert under_axis(View(made, locale(language)), code) == written
