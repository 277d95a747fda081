"""A declaration of a source that cannot work is answered with file, key and remedy before a file comes."""

from __future__ import annotations

import pytest

from transforms.errors import ProfileInvalid
from transforms.sources.checks import check_profile
from transforms.sources.crosswalk import STANDARDS, lines_of
from transforms.sources.entry import entry_columns, is_flat, written_codes
from transforms.sources.load import profile_from_toml
from transforms.sources.profile import Profile
from transforms.sources.registry import profiles
from transforms.tables import CASES

WHOLE = """
name = "own"
title = "Own table"
table = "core.population"
formats = ["csv", "xlsx"]
remarks = ["remark"]
[vintage]
from = "file_name"
[layout]
kind = "table"
[fields.ref_area]
from = "country"
as = "country_name"
[fields.year]
from = "year"
as = "year"
[fields.sex]
from = "sex"
codes = { "f" = "female", "m" = "male" }
as = "code"
[fields.age_group]
constant = "total"
[fields.persons]
from = "persons"
as = "number"
[fields.obs_status]
constant = "A"
[[rules]]
key = "twice"
kind = "unique"
columns = ["ref_area", "year"]
[crosswalk.unodc]
"*" = ["none", "", "a denominator"]
"""


def checked(text: str) -> Profile:
    profile = profile_from_toml(text, "own.toml")
    check_profile(profile)
    return profile


def test_a_whole_profile_passes() -> None:
    assert checked(WHOLE).name == "own"


@pytest.mark.parametrize("known", profiles(), ids=lambda known: known.origin)
def test_every_built_in_profile_passes(known: Profile) -> None:
    check_profile(known)


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ('from = "file_name"', 'from = "title"', "has no title"),
        ('kind = "table"', 'kind = "pivot"', "pivot"),
        ('kind = "table"', 'kind = "table"\nis_numbered = 1', "is_numbered"),
        ('columns = ["ref_area", "year"]', 'columns = ["ref_area", "persons", "obs_status", "sexes"]', "sexes"),
        ('kind = "unique"\ncolumns = ["ref_area", "year"]', 'kind = "order"\ncolumns = ["year"]', "two columns"),
        ('[[rules]]\nkey = "twice"', '[rules]\nkey = "twice"', r"\[\[rules\]\]|several may stand"),
        ('from = "persons"', 'from = "Фамилия"', "identify persons"),
        ('[crosswalk.unodc]\n"*" = ["none", "", "a denominator"]', '[ignored]\n"year" = "x"', "a field reads"),
        ('["none", "", "a denominator"]', '["nearly", "", "x"]', "nearly"),
        ('["none", "", "a denominator"]', '["exact", ""]', "if, and only if"),
        ('["none", "", "a denominator"]', '["none", ""]', "what does not fit"),
        ('["none", "", "a denominator"]', '["exact", "Sexes"]', "no field of"),
        ('"*" = ["none", "", "a denominator"]', '"year" = ["exact", "Year"]', "lacks country, sex, persons"),
        (
            '"*" = ["none", "", "a denominator"]',
            '"*" = ["none", "", "x"]\n"yeer" = ["exact", "Year"]',
            "no such column",
        ),
        ("[crosswalk.unodc]", "[crosswalk.unicef]", "unicef"),
        ('codes = { "f" = "female", "m" = "male" }', 'codes = { "1" = 1 }', "is not text"),
        ('codes = { "f" = "female", "m" = "male" }', 'codes = "female"', "is not a table"),
        ('[fields.year]\nfrom = "year"\nas = "year"', '[fields]\nyear = "year"', "TOML|is not a table"),
        ('as = "country_name"', 'as = "country_alpha2"\nfirst_of_several = true', "first_of_several"),
        ('as = "country_name"', 'as = "country_name"\nlists = { x = ["a"] }', "dimensions"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_named_with_file_key_and_remedy(change: str, place: str, says: str) -> None:
    assert change in WHOLE
    text = WHOLE.replace(change, place)
    if 'formats = ["csv", "xlsx"]' in WHOLE and "title" in says:
        text = text.replace('"csv", "xlsx"', '"csv"')
    with pytest.raises(ProfileInvalid, match=says) as caught:
        checked(text)
    assert caught.value.message.startswith("own.toml:") and caught.value.advice


def test_a_profile_that_any_file_would_fit_is_refused() -> None:
    text = "\n".join(line + ("\noptional = true" if line.startswith("from = ") else "") for line in WHOLE.splitlines())
    with pytest.raises(ProfileInvalid, match="any file would be of this source"):
        checked(text.replace('from = "file_name"\noptional = true', 'from = "file_name"'))


def test_every_built_in_profile_says_how_each_column_maps_to_both_standards() -> None:
    for known in profiles():
        for standard in STANDARDS:
            assert [header for header, found in lines_of(known, standard) if found is None] == []


def test_a_flat_profile_has_an_example_for_every_column_that_must_be_filled() -> None:
    for known in profiles():
        if is_flat(known):
            assert [c.header for c in entry_columns(known) if c.needs and not c.example] == []


def test_a_text_with_a_pattern_and_no_example_has_no_template() -> None:
    pattern = 'as = "text"\npattern = "[0-9]+-[0-9]+"\n[fields.persons]'
    own = profile_from_toml(
        WHOLE.replace('constant = "total"\n[fields.persons]', f'from = "age"\n{pattern}'), "own.toml"
    )
    with pytest.raises(ProfileInvalid, match=r"age_group\] example"):
        entry_columns(own)


def test_codes_are_written_by_one_name_each() -> None:
    sex = CASES.column("sex").codes
    assert sex is not None
    assert list(written_codes(sex)) == ["Feminine", "Masculine", "other", "unknown", "not_reported"]
