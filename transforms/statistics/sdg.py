"""SDG 16.2.2 in the shape of the United Nations' submission: detected victims and their rate by sex, age and form.

Series of the SDG Global Database (custodian UNODC): `VC_HTF_DETV` counts detected victims, `VC_HTF_DETVSX`, `…FL`,
`…OG` and `…OP` those exploited sexually, in forced labour, servitude or slavery, for organs, and otherwise; a final R
makes the rate per 100,000 population. Dimensions and codes are those of the data structure IAEG-SDGs:SDG.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.errors import WrongArguments
from transforms.messages import Message, said
from transforms.statistics.estimate import Check
from transforms.statistics.rates import FEWEST_EVENTS, PER_100K, rate

INDICATOR = "16.2.2"
SERIES = "VC_HTF_DETV"
FORMS: dict[str, str] = {
    "": "",
    "sexual_exploitation": "SX",
    "forced_labour": "FL",
    "servitude": "FL",
    "slavery_and_practices": "FL",
    "child_labour": "FL",
    "organ_removal": "OG",
    "forced_begging": "OP",
    "forced_marriage": "OP",
    "forced_military": "OP",
    "forced_adoption": "OP",
    "surrogacy": "OP",
    "other": "OP",
    "several": "OP",
}
"""UNODC's form of each of ours; people with several forms are its mixed ones, among the other purposes."""
SEXES: dict[str, str] = {"": "_T", "female": "F", "male": "M"}
AGES: dict[str, str] = {"": "_T", "child": "Y0T17", "adult": "Y_GE18"}
NATURE = "C"
"""Country data: produced and disseminated by the country."""
FREE = "F"
_NOT_GIVEN = ("U", "M", "O")
_NOTHING = Message(id="")
_FEW = said("Rate from fewer than 10 victims: unreliable.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Victims detected in a year, each person once; an empty sex, age class or form stands for all of them.

    `count` is None where it was not reported or is suppressed, which `obs_status` and `conf_status` say. `persons` is
    the population of the same sex and age, None where it is not known.
    """

    year: int
    count: int | None
    persons: float | None
    sex: str = ""
    age: str = ""
    form: str = ""
    obs_status: str = "A"
    conf_status: str = FREE


@dataclass(frozen=True, slots=True, kw_only=True)
class SdgRow:
    """One observation; `lower` and `upper` are the exact 95 % interval of a rate."""

    series: str
    ref_area: str
    time_period: str
    sex: str
    age: str
    unit_measure: str
    obs_value: float | None
    obs_status: str
    conf_status: str
    lower: float | None = None
    upper: float | None = None
    comment: Message = _NOTHING

    def to_record(self) -> dict[str, str | float | None]:
        """The row by the names of the concepts, totals written out."""
        return {
            "FREQ": "A",
            "REPORTING_TYPE": "N",
            "INDICATOR": INDICATOR,
            "SERIES": self.series,
            "REF_AREA": self.ref_area,
            "TIME_PERIOD": self.time_period,
            "SEX": self.sex,
            "AGE": self.age,
            "UNIT_MEASURE": self.unit_measure,
            "UNIT_MULT": "0",
            "OBS_VALUE": self.obs_value,
            "OBS_STATUS": self.obs_status,
            "CONF_STATUS": self.conf_status,
            "NATURE": NATURE,
            "LOWER_BOUND": self.lower,
            "UPPER_BOUND": self.upper,
            "COMMENT_OBS": str(self.comment),
        }


def sdg_rows(detected: Sequence[Detected], ref_area: str) -> tuple[SdgRow, ...]:
    """A count, and a rate where the population is known, of each cell; forms that share a series are added up.

    `ref_area` is the numeric code of the country (UN M49), or the private code of a made-up one such as XX. A rate of
    fewer than ten events has the status U and says why; a sum with an unknown part is unknown. Raises WrongArguments
    for a code that the series have no place for, or a cell given twice.
    """
    if not re.fullmatch(r"[0-9]{3}|X[A-Z]", ref_area):
        raise WrongArguments(f"'{ref_area}' is not a numeric country code of three digits.")
    cells: dict[tuple[int, str, str, str], list[Detected]] = {}
    seen: set[tuple[int, str, str, str]] = set()
    for cell in detected:
        own = (cell.year, cell.sex, cell.age, cell.form)
        if own in seen:
            raise WrongArguments(f"The cell {own} is given twice.")
        seen.add(own)
        cells.setdefault((cell.year, *_codes(cell)), []).append(cell)
    return tuple(row for at in sorted(cells) for row in _rows(_added(cells[at]), at, ref_area))


def parts_within_totals(detected: Sequence[Detected]) -> tuple[Check, ...]:
    """Whether, in each year, the sexes, the ages and the forms add up to no more than all victims.

    More means that people were counted in several categories, or that categories and total come from different files.
    """
    totals = {cell.year: cell.count for cell in detected if (cell.sex, cell.age, cell.form) == ("", "", "")}
    found = []
    for name in ("sex", "age", "form"):
        others = [other for other in ("sex", "age", "form") if other != name]
        sums: dict[int, int] = {}
        for cell in detected:
            if getattr(cell, name) and not any(getattr(cell, other) for other in others):
                sums[cell.year] = sums.get(cell.year, 0) + (cell.count or 0)
        over = [
            year for year, total in sorted(sums.items()) if (whole := totals.get(year)) is not None and total > whole
        ]
        found.append(
            Check(
                key=f"parts_of_{name}",
                is_met=not over,
                said=said(
                    "Categories add up to more than all victims in {years}: people are counted more than once.",
                    years=", ".join(map(str, over)),
                ),
            )
        )
    return tuple(found)


def _codes(cell: Detected) -> tuple[str, str, str]:
    """(series, sex, age) of a cell."""
    if cell.form not in FORMS or cell.sex not in SEXES or cell.age not in AGES:
        raise WrongArguments(
            f"SDG {INDICATOR} has no place for sex '{cell.sex}', age '{cell.age}', form '{cell.form}'.",
            advice="Leave people of unknown or other category to the totals.",
        )
    return SERIES + FORMS[cell.form], SEXES[cell.sex], AGES[cell.age]


def _added(cells: Sequence[Detected]) -> Detected:
    """One cell for those that share a series; the worst status of its parts is that of the sum."""
    counts = [cell.count for cell in cells if cell.count is not None]
    status = next((cell.obs_status for cell in cells if cell.obs_status != "A"), "A")
    confidential = next((cell.conf_status for cell in cells if cell.conf_status != FREE), FREE)
    return Detected(
        year=cells[0].year,
        count=sum(counts) if len(counts) == len(cells) else None,
        persons=cells[0].persons,
        obs_status=status,
        conf_status=confidential,
    )


def _rows(cell: Detected, at: tuple[int, str, str, str], ref_area: str) -> Iterator[SdgRow]:
    year, series, sex, age = at
    is_given = cell.count is not None and cell.conf_status == FREE and cell.obs_status not in _NOT_GIVEN
    count = cell.count if is_given else None
    status = "O" if count is None and cell.conf_status == FREE and cell.obs_status == "A" else cell.obs_status

    def row(
        series: str, unit: str, value: float | None, status: str, *more: float | None, comment: Message = _NOTHING
    ) -> SdgRow:
        lower, upper = more or (None, None)
        return SdgRow(
            series=series,
            ref_area=ref_area,
            time_period=str(year),
            sex=sex,
            age=age,
            unit_measure=unit,
            obs_value=value,
            obs_status=status,
            conf_status=cell.conf_status,
            lower=lower,
            upper=upper,
            comment=comment,
        )

    yield row(series, "NUMBER", None if count is None else float(count), status)
    if cell.persons is None:
        return
    if count is None:
        yield row(series + "R", "PER_100000_POP", None, status)
        return
    found = rate(count, cell.persons, per=PER_100K)
    is_few = count < FEWEST_EVENTS
    comment = _FEW if is_few else _NOTHING
    bounds = (found.lower, found.upper)
    yield row(series + "R", "PER_100000_POP", found.estimate, "U" if is_few else status, *bounds, comment=comment)
