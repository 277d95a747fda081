"""Which policy holds in a country: the built-in one of the audience, or the stricter one that its profile declares."""

from __future__ import annotations

from transforms.countries import countries, country
from transforms.countries.disclosure import stricter
from transforms.disclosure.policy import RETURN, RETURN_POLICY, Policy, policy, return_policy


def policy_in(scope: str, audience: str) -> Policy:
    """The policy of an audience in a scope; raises WrongArguments for an audience that is none."""
    base = policy(audience)
    return stricter(base, country(scope).disclosure.get(audience)) if scope in countries() else base


def return_policy_in(scope: str, body: str) -> Policy:
    """The policy of the return of one body of the country."""
    return return_policy(body, stricter(RETURN_POLICY, country(scope).disclosure.get(RETURN)))
