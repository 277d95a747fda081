"""SQL by which an analyst finds a figure again that groups of delivered figures make up (`indicators.groups`).

Written as the rule is told, by the best group of each period and body, and held against the compiler by tests.
"""

from __future__ import annotations

from collections.abc import Mapping

from transforms.codes import NOT_REPORTED
from transforms.indicators.declare import Indicator
from transforms.indicators.groups import apart_of, names_of, part_of
from transforms.indicators.registry import breakdown
from transforms.sql import quoted


def groups_chosen(declared: Indicator, figures: str, inside: str, codes: Mapping[str, str]) -> tuple[str, str]:
    """The SELECT of a sum and that of the places of its figures, at these codes by breakdown.

    `figures` is what stands after FROM, `inside` the condition on the periods. Not reported by a breakdown is what the
    total holds more than the codes of it together.
    """
    if (rest := next((key for key, code in codes.items() if _is_rest(declared, key, code)), None)) is None:
        chosen = _chosen(declared, figures, inside, codes)
        return _sum_of(chosen), _places_of(chosen)
    others = {key: code for key, code in codes.items() if key != rest}
    total, told = _chosen(declared, figures, inside, others), _chosen(declared, figures, inside, {**others, rest: ""})
    value = f"SELECT ({_sum_of(total)}) - coalesce(({_sum_of(told)}), 0) AS value"
    return value, _places_of(total)


def _is_rest(declared: Indicator, key: str, code: str) -> bool:
    return code == NOT_REPORTED and bool(breakdown(declared, key).part)


def _sum_of(chosen: tuple[str, str]) -> str:
    return f"{chosen[0]}\nSELECT sum(value) AS value {chosen[1]}"


def _places_of(chosen: tuple[str, str]) -> str:
    return f"{chosen[0]}\nSELECT vintage_id, record_no {chosen[1]}"


def _chosen(declared: Indicator, figures: str, inside: str, codes: Mapping[str, str]) -> tuple[str, str]:
    """WITH that names the parts of each figure; FROM and WHERE of what counts, all of a breakdown for an empty code."""
    keys = [key for key in codes if key != declared.apart]
    listed = f"[{', '.join(quoted(key) for key in keys)}]::VARCHAR[]"
    apart, names = apart_of(declared.apart), names_of(declared.apart)
    named = f"WITH figures AS (SELECT *, {apart} AS apart,\n    {names} AS names\n  FROM {figures}\n  AND {inside})"
    ranked = (
        "arg_min({'names': names, 'whole': whole, 'exact': told > 0 AND len(names) = " + str(len(keys)) + "},\n"
        f"    {{'a': told = 0, 'b': len(names) <> {len(keys)}, 'c': -coalesce(whole, 0), 'd': held - told,"
        " 'e': len(names), 'f': names})"
    )
    best = (
        f"SELECT time_period, apart, {ranked} AS best FROM (\n"
        "    SELECT time_period, apart, names, sum(value) AS whole, count(value) AS told, count(*) AS held\n"
        f"    FROM figures WHERE list_has_all(names, {listed}) GROUP BY ALL) AS g GROUP BY ALL"
    )
    conditions = ["f.names = b.best.names"]
    if declared.apart in codes:
        conditions.append(f"f.apart = {quoted(codes[declared.apart])}")
    elif declared.apart:
        best = (
            "SELECT time_period, apart, best,\n"
            "    bool_or(apart = '' AND best.exact) OVER p\n"
            "      OR coalesce(max(best.whole) FILTER (apart = '') OVER p, -1)\n"
            "      >= coalesce(sum(best.whole) FILTER (apart <> '') OVER p, -1) AS prefers,\n"
            "    bool_or(apart = '') OVER p AS has_all\n"
            f"  FROM ({best}) AS b WINDOW p AS (PARTITION BY time_period)"
        )
        conditions.append("(f.apart = '') = (b.has_all AND b.prefers)")
    conditions += [f"{part_of(breakdown(declared, key))} = {quoted(codes[key])}" for key in keys if codes[key]]
    where = " AND ".join(conditions)
    return named, f"FROM figures AS f JOIN (\n  {best}\n) AS b USING (time_period, apart)\nWHERE {where}"
