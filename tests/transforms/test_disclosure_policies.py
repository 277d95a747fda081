"""Policies of a country: stricter ones hold everywhere, weaker ones are refused in the words of the policy."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import pytest

from tests.transforms.count_tables import counts, released, shown
from transforms.countries import Country, country, read_country
from transforms.disclosure import policies
from transforms.disclosure.policies import policy_in, return_policy_in
from transforms.disclosure.policy import POLICIES, RETURN_POLICY, policy, return_policy
from transforms.errors import ProfileInvalid, WrongArguments

SAMPLE = resources.files("transforms.countries").joinpath("XX.toml").read_text("utf-8").partition("[disclosure.")[0]


def declared(text: str) -> Country:
    return read_country(f"{SAMPLE}\n{text}", file_name="YY.toml")


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Country:
    made = declared("""
        [disclosure.public]
        threshold = 12
        minimum_share_base = 30
        dominance_percent = 20
        [disclosure.working-group]
        protection_width = 6
        [disclosure.supplier-return]
        threshold = 7
        """)
    monkeypatch.setattr(policies, "country", lambda code: made)
    return made


def test_what_ships_is_what_is_built_in() -> None:
    for code in ("XX", "TM", "world", "KZ"):
        assert [policy_in(code, one.audience) for one in POLICIES] == list(POLICIES)
    assert return_policy_in("XX", "MIA") == return_policy("MIA")


def test_stricter_values_are_taken_and_a_width_follows_its_threshold(strict: Country) -> None:
    assert policy_in("XX", "public") == replace(
        policy("public"), threshold=12, protection_width=12, minimum_share_base=30, dominance_percent=20
    )
    assert policy_in("XX", "working-group") == replace(policy("working-group"), protection_width=6)
    found = return_policy_in("XX", "MIA")
    assert found == replace(RETURN_POLICY, audience="supplier-return:MIA", threshold=7, protection_width=7)


def test_a_release_takes_the_policy_of_its_country(strict: Country) -> None:
    table = counts("period | persons\n2019 | 11\n2020 | 12\n2021 | 0")
    edition = released(table, audience="public")
    assert shown(edition, table.key)[1:] == [["2019", "C"], ["2020", "12"], ["2021", "0"]]
    assert (edition.policy["threshold"], edition.policy["protection_width"]) == (12, 12)


@pytest.mark.parametrize(
    ("audience", "value", "says"),
    [
        ("public", "threshold = 9", "threshold is below the lowest safe value. Set threshold to a whole number of 10"),
        ("public", "protection_width = 9", "protection_width is below the lowest safe value"),
        ("working-group", "threshold = 3", "Set threshold to a whole number of 4 or more"),
        ("supplier-return", "threshold = 3", "Set threshold to a whole number of 4 or more"),
        ("public", "minimum_share_base = 19", "minimum_share_base is below"),
        ("public", "minimum_rate_events = 1", "minimum_rate_events is below"),
        ("public", "dominance_percent = 5", "Set dominance_percent to a whole number of 10 or more"),
        ("public", "dominance_percent = 60", "dominance_percent is outside what is safe"),
        ("public", "rounding_base = 2", "rounding_base is below"),
        ("public", 'zeros = "hidden"', "zeros can only be shown"),
        ("public", "threshold = 12\nprotection_width = 11", "Set protection_width to a whole number of 12"),
        ("public", "threshold = 12.5", "threshold"),
        ("public", "is_off = true", "is_off"),
        ("press", "threshold = 20", "'press' is not an audience; choose from working-group, public, supplier-return"),
    ],
)
def test_what_would_protect_less_is_refused_with_file_and_key(audience: str, value: str, says: str) -> None:
    with pytest.raises(ProfileInvalid, match=r"YY\.toml: disclosure") as refused:
        declared(f"[disclosure.{audience}]\n{value}")
    assert says in refused.value.message


def test_an_audience_that_is_none_stays_refused() -> None:
    with pytest.raises(WrongArguments, match="'press' is not an audience"):
        policy_in("XX", "press")
    assert country("XX").disclosure["public"].threshold == policy("public").threshold
