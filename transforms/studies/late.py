"""What late registrations do to the rate of the latest year: one chain from the deliveries to the figure."""

from __future__ import annotations

from transforms.errors import WrongArguments
from transforms.periods import Period
from transforms.statistics.estimate import Estimate
from transforms.statistics.nowcast.draws import final_count_draws
from transforms.statistics.nowcast.final_rates import rate_from_draws, total_draws
from transforms.studies.completeness import complete_until
from transforms.studies.question import Counts, Question


def corrected_rate(table: Counts, question: Question) -> tuple[Period, Estimate] | None:
    """The latest year whose registrations are still coming in, and its rate per 100,000 with those to come.

    None where the year is complete, is not counted, has no population, or is not the one that the deliveries show.
    """
    triangle = question.triangle
    if triangle is None or not table.is_delayed:
        return None
    years = [year for year, count in table.by_period("year").items() if count is not None]
    if not years or years[-1].end <= complete_until(triangle) or years[-1].year not in question.persons:
        return None
    year = years[-1]
    codes = [part.code for part in year.parts("quarter" if triangle.step == "quarter" else "month")]
    if not set(codes) <= set(triangle.codes):
        return None
    rows = [triangle.codes.index(code) for code in codes]
    if sum(triangle.observed[rows]) != table.by_period("year")[year]:
        return None
    try:
        draws = final_count_draws(triangle)
    except WrongArguments:
        return None
    return year, rate_from_draws(total_draws(draws, rows), question.persons[year.year], level=question.level)
