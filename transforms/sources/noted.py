"""What an acceptance report says of cells beyond the rules they break: codes that an aggregate's contract lacks.

Of lists of cases no text is told: a cell that breaks a rule may hold whatever was typed into it, names included. Only
which country a name comes closest to is, for that is one of a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from transforms.areas import CodeSystem, alpha2_by_code
from transforms.country_names import country_names, country_of
from transforms.sources.cells import JOINER, Cells, FieldSql, accepted_codes
from transforms.sources.profile import Field, Profile
from transforms.tables import CASES

LONGEST = 80
"""Letters of an unknown code that are noted."""
_LIKE = 0.7
"""Likeness (difflib) below which no code counts as close."""
_COUNTRIES: tuple[CodeSystem, ...] = ("country_alpha2", "country_alpha3", "country_numeric")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedCell:
    """A staged column that holds the text of a cell where its code is unknown, else null; and the known codes.

    `is_told`: a report may repeat the text. `names_country`: the known codes are names of countries.
    """

    name: str
    rule: str
    header: str
    sql: str
    known: tuple[str, ...]
    is_told: bool
    names_country: bool

    def suggestion(self, value: str) -> str:
        """The known code that is most like a value; of a country its code and its name. Empty where none is like it."""
        found = closest(value, self.known)
        code = country_of(found) if found and self.names_country else None
        return f"{code} ({found})" if code and code != found else found


def noted_cells(profile: Profile, fields: Mapping[str, FieldSql], cells: Cells) -> tuple[NotedCell, ...]:
    """Columns to stage for the unknown codes of an aggregate source; of a list of cases those of names of countries."""
    is_told = profile.table is not CASES
    found: list[NotedCell] = []
    for item in profile.fields:
        if not is_told and item.kind != "country_name":
            continue
        sql = fields[item.column]
        for fault in sql.faults:
            if not fault.rule.startswith("unknown_code:") or fault.mask:
                continue
            cell = cells.of(item) if item.headers else cells.trimmed(fault.header)
            test = fault.test or f"{cell} IS NOT NULL AND ({sql.value}) IS NULL"
            found.append(
                NotedCell(
                    name=f"noted_{len(found)}",
                    rule=fault.rule,
                    header=fault.header,
                    sql=f"CASE WHEN {test} THEN left({cell}, {LONGEST}) END",
                    known=_known(item, fault.header, profile),
                    is_told=is_told,
                    names_country=item.kind == "country_name" or fault.header in item.countries,
                )
            )
    return tuple(found)


def _known(item: Field, header: str, profile: Profile) -> tuple[str, ...]:
    if item.kind == "country_name" or header in item.countries:
        return (*item.codes, *country_names())
    if header in item.lists:
        return item.lists[header]
    for system in _COUNTRIES:
        if item.kind == system:
            return (*item.codes, *alpha2_by_code(system))
    return tuple(accepted_codes(item, profile.table.column(item.column)))


def closest(value: str, known: Sequence[str]) -> str:
    """The known code that is most like a value, whatever its case; empty where none is.

    Of a value that was joined from several cells the first is compared, among codes that share the others: what
    they share would make any two alike.
    """
    start, *rest = value.casefold().split(JOINER)
    by_case = {code.casefold().split(JOINER)[0]: code for code in known if code.casefold().split(JOINER)[1:] == rest}
    found = get_close_matches(start, by_case, n=1, cutoff=_LIKE) if start.strip() else []
    return by_case[found[0]] if found else ""
