"""The dimensions indicators can be broken down by, each declared once."""

from __future__ import annotations

from transforms import codes
from transforms.indicators.declare import Breakdown
from transforms.tables import CASES

TIMES = ("year", "quarter", "month")
"""Breakdowns by time, coarse to fine."""

_ALWAYS = {
    "sex": ("female", "male"),
    "age_class": codes.AGE_CLASS.values[:2],
    "crossing": codes.CROSSING.values[:2],
}
_CODED = tuple(
    Breakdown(
        key=column.name,
        label=column.codes.label,
        columns=(column.name,),
        codes=column.codes,
        is_several=column.type == "VARCHAR[]",
        always=_ALWAYS.get(column.name, ()),
    )
    for column in CASES.columns
    if column.codes is not None
)

CASE_BREAKDOWNS: tuple[Breakdown, ...] = (
    *_CODED,
    Breakdown(key="citizenship", label="Citizenship", columns=("citizenship",)),
    Breakdown(key="country_of_exploitation", label="Country of exploitation", columns=("country_of_exploitation",)),
    Breakdown(key="corridor", label="Corridor", columns=("citizenship", "country_of_exploitation")),
    Breakdown(key="region", label="Region", columns=("region",)),
    Breakdown(key="body", label="Case-holding body", columns=("body",)),
)
OBSERVATION_BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(key="sex", label=codes.SEX.label, columns=("sex",), codes=codes.SEX, always=_ALWAYS["sex"]),
    Breakdown(key="age_class", label=codes.AGE_CLASS.label, columns=("age_class",), codes=codes.AGE_CLASS),
    Breakdown(key="form", label=codes.FORM.label, columns=("form",), codes=codes.FORM),
    Breakdown(key="category", label="Further breakdown", columns=("category",)),
    Breakdown(key="citizenship", label="Citizenship", columns=("category",), part="citizenship"),
    Breakdown(key="stranded_in", label="Where they were stranded", columns=("category",), part="stranded_in"),
    Breakdown(key="need", label="Need", columns=("category",), part="need"),
    Breakdown(key="body", label="Body", columns=("category",), part="body"),
    Breakdown(key="channel", label="Way of contact", columns=("category",), part="channel"),
    Breakdown(key="topic", label="Topic", columns=("category",), part="topic"),
    Breakdown(key="outcome", label="Outcome", columns=("category",), part="outcome"),
    Breakdown(key="other_country", label="Other country", columns=("category",), part="other_country"),
    Breakdown(key="purpose", label="Purpose", columns=("category",), part="purpose"),
    Breakdown(key="country", label="Country", columns=("ref_area",)),
    Breakdown(key="region", label="Region", columns=("ref_area",)),
)
OBSERVED_DIMENSIONS = ("sex", "age_class", "form", "category")
"""Columns of core.observations that hold `total` where a figure is not broken down by them."""

CASE_DIMENSIONS = tuple(breakdown.key for breakdown in CASE_BREAKDOWNS)
