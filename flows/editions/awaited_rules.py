"""`[awaited]` of home.toml: what becomes of an edition while a delivery that it needs is missing, source by source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from transforms.errors import ProfileInvalid

Rule = Literal["provisional", "held"]
"""`provisional`: it is made and says so on every page; `held`: it is not made until the delivery is there."""
KINDS = ("monthly", "quarterly", "annual")
_SOURCE = re.compile(r"[a-z][a-z0-9_]*")
_EXAMPLE = (
    'It looks like this: [awaited] crime_justice = "held", and under [awaited.monthly] crime_justice = "provisional"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedRules:
    """What is declared, by kind of edition and source; a kind of "" holds for those that name none of their own."""

    declared: Mapping[tuple[str, str], Rule]

    def rule(self, kind: str, source: str) -> Rule:
        """What becomes of an edition of a kind while a source is awaited; what is not declared is provisional."""
        return self.declared.get((kind, source)) or self.declared.get(("", source)) or "provisional"

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that a rule names."""
        return tuple(dict.fromkeys(source for _, source in self.declared))

    def refuse_unknown(self, known: Iterable[str], scope: str) -> None:
        """Raise ProfileInvalid for a source from which nothing is ever due: the rule would never do anything."""
        due = sorted(set(known))
        if strange := [source for source in self.sources if source not in due]:
            raise ProfileInvalid(
                f"home.toml names '{strange[0]}' under [awaited]; nothing is due from it in {scope}.",
                advice=f"Name one of: {', '.join(due) or 'none, since the profile has no deadlines'}.",
            )


NO_RULES = AwaitedRules(declared={})


def awaited_rules(given: object, file: Path) -> AwaitedRules:
    """What the section says; raises ProfileInvalid naming the key."""
    if not isinstance(given, dict):
        raise ProfileInvalid(f"{file}: 'awaited' must be a section.", advice=_EXAMPLE)
    declared: dict[tuple[str, str], Rule] = {}
    for name, said in given.items():
        if name in KINDS:
            if not isinstance(said, dict):
                raise ProfileInvalid(f"{file}: [awaited.{name}] must be a section.", advice=_EXAMPLE)
            declared |= {(name, source): _rule(f"awaited.{name}", source, rule, file) for source, rule in said.items()}
        else:
            declared["", name] = _rule("awaited", name, said, file)
    return AwaitedRules(declared=declared)


def _rule(section: str, source: str, given: Any, file: Path) -> Rule:
    if not _SOURCE.fullmatch(source):
        raise ProfileInvalid(f"{file}: [{section}] '{source}' is not the key of a source.", advice=_EXAMPLE)
    for rule in get_args(Rule):
        if given == rule:
            return rule  # type: ignore[no-any-return]  # get_args knows no types
    raise ProfileInvalid(f"{file}: [{section}] {source} is 'provisional' or 'held'.", advice=_EXAMPLE)
