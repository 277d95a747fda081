"""The measures of a plain table of labels, written for reading; `in_sql.py` computes the same where millions lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import log

from transforms.anonymity.measures import LARGEST_KEY, Diversity, RecordRisk, bands_of, effective_of
from transforms.codes import UNSPECIFIC
from transforms.errors import WrongArguments

Label = str
Codes = frozenset[Label]
"""The value of a sensitive column: a person can have several codes, in no order."""
NOTHING_KNOWN = frozenset({"", *UNSPECIFIC})
"""Labels that say that a thing is not known: values like others, but nobody learns anything from them."""


def risk_of(quasi: Mapping[str, Sequence[Label]], sensitive: Mapping[str, Sequence[Codes]]) -> RecordRisk:
    """All measures of records given by column; one that is sensitive and a quasi-identifier is not known to itself.

    Raises WrongArguments for no records, no quasi-identifier and columns of unequal length.
    """
    lengths = {len(column) for column in (*quasi.values(), *sensitive.values())}
    if not quasi or len(lengths) != 1 or not (records := lengths.pop()):
        raise WrongArguments(
            "There are no records to measure, or their columns have different lengths.",
            advice="Give at least one record and one column that others may know.",
        )
    groups = Counter(Counter(_keys(quasi)).values())
    return RecordRisk(
        by=tuple(quasi),
        records=records,
        k=min(groups),
        bands=bands_of(groups),
        alone_by=alone_by(quasi),
        diversity=tuple(
            diversity(column, {name: known for name, known in quasi.items() if name != column}, values)
            for column, values in sensitive.items()
        ),
    )


def alone_by(quasi: Mapping[str, Sequence[Label]]) -> dict[int, int]:
    """Records by the least number of columns, up to `LARGEST_KEY`, by which no other record is like them."""
    found: dict[int, int] = {}
    known: set[int] = set()
    for size in range(1, min(LARGEST_KEY, len(quasi)) + 1):
        alone: set[int] = set()
        for names in combinations(quasi, size):
            keys = _keys({name: quasi[name] for name in names})
            often = Counter(keys)
            alone |= {place for place, key in enumerate(keys) if often[key] == 1}
        found[size] = len(alone - known)
        known |= alone
    return found


def diversity(column: str, quasi: Mapping[str, Sequence[Label]], values: Sequence[Codes]) -> Diversity:
    """How far the values of a column are known to whoever knows the others; without any, all records are one group."""
    groups: dict[tuple[Label, ...], list[Codes]] = {}
    for key, value in zip(_keys(quasi) or [()] * len(values), values, strict=True):
        groups.setdefault(key, []).append(value)
    everybody = Counter(values)
    shares = {key: _largest_share(of) for key, of in groups.items()}
    return Diversity(
        column=column,
        by=tuple(quasi),
        k=min(len(of) for of in groups.values()),
        distinct=min(len(set(of)) for of in groups.values()),
        effective=effective_of(min(_entropy(Counter(of)) for of in groups.values())),
        t=max(_distance(Counter(of), everybody) for of in groups.values()),
        alpha=max(shares.values()),
        records_told=sum(len(groups[key]) for key, share in shares.items() if share == 1),
    )


def _keys(columns: Mapping[str, Sequence[Label]]) -> list[tuple[Label, ...]]:
    return list(zip(*columns.values(), strict=True))


def _largest_share(values: Sequence[Codes]) -> float:
    """Of a group, the share of its commonest known code; 0 where nothing is known of anybody."""
    often = Counter(code for value in values for code in value if code not in NOTHING_KNOWN)
    return max(often.values(), default=0) / len(values)


def _entropy(often: Mapping[Codes, int]) -> float:
    size = sum(often.values())
    return log(size) - sum(count * log(count) for count in often.values()) / size


def _distance(often: Mapping[Codes, int], everybody: Mapping[Codes, int]) -> float:
    """Half the sum of absolute differences of shares, which is the earth mover's distance at equal ground distances."""
    size, all_ = sum(often.values()), sum(everybody.values())
    return sum(max(count / size - everybody[value] / all_, 0.0) for value, count in often.items())


def codes_of(cells: Iterable[Label], separator: str = ";") -> tuple[Codes, ...]:
    """Cells of a sensitive column as sets of codes; several stand in one cell with `;` between."""
    return tuple(
        frozenset(part.strip() for part in cell.split(separator) if part.strip()) or frozenset({""}) for cell in cells
    )
