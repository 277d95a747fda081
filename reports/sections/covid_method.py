"""How the expectation was made: method, unit of time and its reason, season, dispersion, periods, unmet conditions."""

from __future__ import annotations

from reports.blocks import Bullets, Details, plain
from reports.edition import View
from reports.estimated import signed, signed_bounds, span, told, unmet
from reports.locale import N_
from transforms.disclosure.released import ReleasedEstimate

MUCH = 100
"""Dispersion from which on decimals say nothing."""
MODELS = {
    "quasi_poisson_frozen": N_("quasi-Poisson model of the years before, frozen"),
    "exact_conditional": N_("exact comparison with the years before"),
    "student_of_years": N_("comparison with the spread of the years before"),
    "negative_binomial": N_("negative binomial model"),
    "newey_west": N_("the same model with Newey–West standard errors"),
    "state_space_level": N_("state-space model with a wandering level"),
    "state_space_drift": N_("state-space model with a wandering level and a trend"),
}
SEASONS = {
    "factors": N_("a level of its own for each part of the year"),
    "two_harmonics": N_("two waves within the year"),
    "none": N_("none"),
}


def model(view: View, key: str) -> str:
    """Name of a model."""
    return view.text(MODELS[key]) if key in MODELS else key.replace("_", " ")


def how(view: View, found: ReleasedEstimate) -> Details:
    """Method, rung and its reason, season, dispersion, periods and counts, conditions that are not met."""
    estimate, details = found.estimate, found.estimate.details
    number = view.locale.number
    said = [
        view.text("Method: {method}.", method=model(view, details["model"])),
        view.text("Unit of time: {reason}", reason=view.inside(told(view, found, "rung"))),
    ]
    if details["passed_over"]:
        said.append(view.text("Passed over: {reasons}", reasons=" ".join(view.text(r) for r in details["passed_over"])))
    if str(details["rung"]).endswith("loglinear"):
        season = SEASONS[details["season"]]
        said.append(view.text("Season: {season}.", season=view.text(season)))
    said.append(
        view.text(
            "Dispersion φ of the counts before: {phi} (1 is what chance alone gives; a value under 1 is raised to 1).",
            phi=number(details["phi"], 2 if details["phi"] < MUCH else 0),
        )
    )
    said.append(
        view.text(
            "Rests on {before} counted in {before_periods} periods of {pre}, and on {after} in {after_periods} periods "
            "of {used}.",
            before=number(estimate.basis["pre_events"]),
            before_periods=number(estimate.basis["pre_periods"]),
            pre=span(view, details["pre"]),
            after=number(estimate.basis["post_events"]),
            after_periods=number(estimate.basis["post_periods"]),
            used=span(view, details["used"]),
        )
    )
    said.append(
        view.text(
            "Difference from the expected: {excess} (95 % prediction interval {bounds}).",
            excess=signed(view, details["excess"]),
            bounds=signed_bounds(view, estimate.lower, estimate.upper),
        )
    )
    if "draws" in details:
        said.append(
            view.text(
                "The latest periods are corrected for late registrations; the uncertainty of the correction is in the "
                "interval ({draws} draws).",
                draws=number(details["draws"]),
            )
        )
    items = tuple(plain(text) for text in (*said, *unmet(view, found)))
    return Details(summary=view.text("How this was estimated"), blocks=(Bullets(items=items),))
