"""Which country codes exist (ISO 3166-1) and how alpha-3 and numeric codes turn into the stored alpha-2.

Source: Unicode CLDR territory data as shipped with Babel (`territoryAlias`, `territories`).
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from babel import Locale
from babel.core import get_global

CodeSystem = Literal["country_alpha2", "country_alpha3", "country_numeric"]
CODE_SYSTEMS: tuple[CodeSystem, ...] = ("country_alpha2", "country_alpha3", "country_numeric")

FICTIONAL = "XX"
"""User-assigned in ISO 3166: the country of the sample data."""

_NOT_ISO = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
"""In CLDR's list of territories and not in ISO 3166-1. Kosovo (XK) is kept: sources report it apart."""


@cache
def country_codes() -> frozenset[str]:
    """All alpha-2 codes a country column may hold: ISO 3166-1, Kosovo (XK) and the fictional XX."""
    territories = [str(code) for code in Locale("en").territories]
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha()) - _NOT_ISO | {FICTIONAL}


@cache
def alpha2_by_code(system: CodeSystem) -> dict[str, str]:
    """Code of `system` -> alpha-2. Numeric codes stand with and without leading zeros.

    Codes of countries that no longer exist are left out: one that fell into several has no successor to name,
    and a profile that meets one says in its `codes` what to do.
    """
    if system == "country_alpha2":
        return {code: code for code in sorted(country_codes())}
    found: dict[str, str] = {}
    for code, successors in get_global("territory_aliases").items():
        is_of_system = len(code) == 3 and (code.isdigit() if system == "country_numeric" else code.isalpha())
        if is_of_system and len(successors) == 1 and successors[0] in country_codes():
            found[code] = successors[0]
    if system == "country_numeric":
        found |= {code.lstrip("0"): alpha2 for code, alpha2 in found.items()}
    else:
        found["XXX"] = FICTIONAL
    return found
