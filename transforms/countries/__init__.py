"""Country profiles: regions, bodies, languages, the COVID calendar, due dates and breaks, one TOML file per country.

`world` is the profile of the global data sets. A profile is data: a new country is one file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import ValidationError

from transforms.countries.profile import (
    Body,
    Break,
    Country,
    Deadline,
    Milestone,
    Names,
    Region,
)
from transforms.errors import ProfileInvalid, WrongArguments

__all__ = [
    "WORLD",
    "Body",
    "Break",
    "Country",
    "Deadline",
    "Milestone",
    "Names",
    "Region",
    "countries",
    "country",
    "read_country",
]

WORLD = "world"
_ADVICE = "Correct the key in the country profile; transforms/countries/XX.toml shows every key in use."


@cache
def country(code: str) -> Country:
    """The profile that ships for an ISO 3166 alpha-2 code, or for `world`.

    Raises WrongArguments for a code without a profile, ProfileInvalid for a wrong file.
    """
    if code not in countries():
        raise WrongArguments(
            f"There is no country profile '{code}'.",
            advice=f"Choose one of {', '.join(countries())}, or add a profile file for this country.",
        )
    name = f"{code}.toml"
    return read_country(resources.files(__name__).joinpath(name).read_text("utf-8"), file_name=name)


@cache
def countries() -> tuple[str, ...]:
    """Codes of the profiles that ship, in alphabetical order, `world` last."""
    names = (entry.name for entry in resources.files(__name__).iterdir())
    codes = (name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return tuple(sorted(codes, key=lambda code: (code == WORLD, code)))


def read_country(text: str, *, file_name: str) -> Country:
    """Read a profile from the text of a TOML file.

    Raises ProfileInvalid naming the file, the key and the remedy.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileInvalid(f"{file_name} is not TOML: {error}.", advice=_ADVICE) from None
    try:
        return Country.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(_fault(problem["loc"], problem["msg"]) for problem in error.errors())
        raise ProfileInvalid(f"{file_name}: {faults}.", advice=_ADVICE) from None


def _fault(where: tuple[int | str, ...], message: str) -> str:
    """`regions[2].names: …`, counting list entries from 1 as a reader of the file does."""
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
    sentence = message.removeprefix("Value error, ").rstrip(".")
    return f"{parts}: {sentence}" if parts else sentence
