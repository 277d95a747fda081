"""Country profiles: what ships is right, and a wrong profile is refused with file, key and remedy."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.countries import WORLD, countries, country, read_country
from transforms.errors import ProfileInvalid, WrongArguments
from transforms.periods import Period, period

LANGUAGES = ("en", "ru", "tk")
SAMPLE = resources.files("transforms.countries").joinpath("XX.toml").read_text("utf-8")
MONTHS = st.integers(2016 * 12, 2030 * 12).map(lambda month: Period(month, 1))


def test_the_sample_country_turkmenistan_and_the_world_ship() -> None:
    assert countries() == ("TM", "XX", WORLD)


@pytest.mark.parametrize("code", countries())
def test_every_text_is_there_in_every_language(code: str) -> None:
    profile = country(code)
    texts = [
        profile.names,
        *(region.names for region in profile.regions),
        *(body.names for body in profile.bodies),
        *(gap.texts for gap in profile.breaks),
        *(milestone.texts for milestone in profile.milestones),
    ]
    assert [text for text in texts if set(text) != set(LANGUAGES) or not all(text.values())] == []


@given(month=MONTHS, code=st.sampled_from(("TM", "XX")))
def test_every_month_since_2016_lies_in_one_phase(month: Period, code: str) -> None:
    calendar = country(code).calendar
    assert sum(phase.holds(month) for phase in calendar.phases) == 1


@pytest.mark.parametrize(
    ("code", "month", "phase"),
    [
        ("XX", "2020-02", "pre_pandemic"),
        ("XX", "2020-03", "acute"),
        ("XX", "2020-09", "prolonged_restrictions"),
        ("XX", "2022-04", "recovery"),
        ("TM", "2022-05", "prolonged_restrictions"),
        ("TM", "2022-06", "recovery"),
        ("world", "2020", "acute"),
        ("world", "2019", "pre_pandemic"),
    ],
)
def test_a_period_lies_in_its_phase(code: str, month: str, phase: str) -> None:
    assert country(code).calendar.phase_of(period(month)) == phase


def test_the_world_knows_no_phase_before_the_coverage_break_of_2016() -> None:
    assert country(WORLD).calendar.phase_of(period("2016")) is None


def test_turkmenistan_has_five_velayats_and_ashgabat_and_since_2023_arkadag() -> None:
    profile = country("TM")
    before = [region.code for region in profile.regions_in(2022)]
    assert before == ["TM-A", "TM-B", "TM-D", "TM-L", "TM-M", "TM-S"]
    assert [region.code for region in profile.regions_in(2023)] == [*before, "TM-X-ARKADAG"]
    assert profile.time_zone == "Asia/Ashgabat"


def test_turkmen_closures_from_public_knowledge_wait_for_confirmation() -> None:
    closures = [m for m in country("TM").milestones if not m.source.startswith("WHO")]
    assert closures
    assert all(not m.is_confirmed and "to be confirmed by the working group" in m.source.lower() for m in closures)


def test_the_coverage_breaks_of_ctdc_are_named_by_year() -> None:
    breaks = country(WORLD).breaks_of("ctdc_kanon")
    assert [gap.period for gap in breaks] == ["2015", "2016"]
    assert "11,262" in breaks[1].texts["en"]
    assert "not of crime" in breaks[1].texts["en"]


def test_the_sample_country_says_that_it_is_fictional() -> None:
    profile = country("XX")
    assert profile.is_fictional
    assert profile.alpha_3 == "XXX"
    assert "fictional" in profile.names["en"]
    assert [body.code for body in profile.bodies][:3] == ["MIA", "NGO", "IOM"]


def test_a_delivery_is_due_some_days_after_the_period_ends() -> None:
    deadline = next(d for d in country("XX").deadlines if d.body == "NGO")
    assert deadline.due_on(period("2022-Q4")) == date(2023, 1, 25)


@pytest.mark.parametrize("code", countries())
def test_a_profile_describes_itself_in_plain_json(code: str) -> None:
    described = country(code).described()
    assert json.loads(json.dumps(described)) == described
    assert list(described) == ["country", "phases", "phases_source", "breaks"]


def test_a_region_may_take_the_tile_of_one_that_was_gone_before_it() -> None:
    def lasting(gone: int, came: int) -> str:
        first = SAMPLE.replace("tile = [2, 1]", f"tile = [2, 1]\nuntil_year = {gone}", 1)
        return first.replace("tile = [1, 2]", f"tile = [2, 1]\nfrom_year = {came}", 1)

    assert read_country(lasting(2021, 2022), file_name="XX.toml").regions[1].tile == (2, 1)
    with pytest.raises(ProfileInvalid, match="the same tile"):
        read_country(lasting(2022, 2022), file_name="XX.toml")


def test_a_profile_without_tiles_says_nothing_of_them() -> None:
    without = "\n".join(line for line in SAMPLE.splitlines() if not line.startswith("tile"))
    regions = read_country(without, file_name="XX.toml").described()["country"]["regions"]  # type: ignore[index]
    assert not any("tile" in region for region in regions)
    assert country("XX").regions[0].described()["tile"] == [2, 1]


def test_a_code_without_a_profile_is_answered_with_the_choice() -> None:
    with pytest.raises(WrongArguments) as refused:
        country("ZZ")
    assert "TM, XX, world" in refused.value.advice


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('time_zone = "Asia/Ashgabat"', 'time_zone = "Mars/Base"', "time_zone: 'Mars/Base' is not a time zone"),
        ('languages = ["en", "ru", "tk"]', 'languages = ["en", "de"]', "languages[2]"),
        ('start = "2020-03"', 'start = "2020-04"', "covid: phase acute must start in the month after"),
        ('start = "2020-03"', 'start = "March"', "covid.phases[2].start: 'March' is not a period"),
        ('start = "2020-03"', 'start = "2020"', "'2020' is not a month; write it as 2020-03"),
        ('key = "acute"', 'key = "first_wave"', "covid.phases[2].key"),
        ('code = "XX-2"', 'code = "XX-1"', "region codes must be unique; repeated: XX-1"),
        ('code = "XX-2"', 'code = "YY-2"', "region code YY-2 must start with XX-"),
        ('body = "NGO"', 'body = "NRC"', "deadlines name the body NRC"),
        (', tk = "Köl sebiti"', "", "region XX-2 lacks a text in tk"),
        ("days_after_end = 45", "days_after_end = -1", "deadlines[4].days_after_end"),
        ('period = "2021"', 'period = "last year"', "breaks[1].period"),
        ("tile = [1, 2]", "tile = [0, 2]", "regions[2].tile: [0, 2] is not a place; write [column, row]"),
        ("tile = [1, 2]", "tile = [1, 13]", "whole numbers from 1 to 12"),
        ("tile = [1, 2]", "tile = [1, 2, 3]", "regions[2].tile: [1, 2, 3] is not a place"),
        ("tile = [1, 2]", "tile = [1.5, 2]", "regions[2].tile: [1.5, 2] is not a place"),
        ("tile = [1, 2]", "tile = [true, 2]", "regions[2].tile: [True, 2] is not a place"),
        ("tile = [1, 2]", 'tile = "north"', "regions[2].tile: 'north' is not a place"),
        ("tile = [1, 2]", "tile = [2, 1]", "regions XX-1 and XX-2 have the same tile [2, 1]"),
        ("tile = [1, 2]\n", "", "regions without a tile: XX-2; give every region one, or none"),
        ("is_fictional = true", "is_fictional = true\nregime = 1", "regime: Extra inputs are not permitted"),
        ('code = "XX"\n', "", "code: Field required"),
        ("[names]", "[names", "XX.toml is not TOML"),
    ],
)
def test_a_wrong_profile_is_refused_with_file_key_and_remedy(old: str, new: str, says: str) -> None:
    assert old in SAMPLE
    with pytest.raises(ProfileInvalid) as refused:
        read_country(SAMPLE.replace(old, new, 1), file_name="XX.toml")
    assert refused.value.message.startswith("XX.toml")
    assert says in refused.value.message
    assert refused.value.advice
