"""What makes a profile usable beyond being well written: its parts fit each other, and files can be told by it."""

from __future__ import annotations

from transforms.errors import ProfileInvalid
from transforms.sources.crosswalk import check_crosswalk
from transforms.sources.identifiers import identifying_headers
from transforms.sources.layouts import Layout, layout_of
from transforms.sources.profile import Profile
from transforms.sources.registry import asked

UNTITLED = frozenset({"csv", "parquet"})
"""Formats of files that have no title in which a day could stand."""


def check_profile(profile: Profile) -> None:
    """Raise ProfileInvalid, which names file, key and remedy, for the first thing that cannot work."""
    layout = layout_of(profile)
    _check_vintage(profile)
    _check_rules(profile)
    _check_headers(profile)
    _check_layout(profile, layout)
    check_crosswalk(profile)


def _invalid(profile: Profile, key: str, problem: str, remedy: str) -> ProfileInvalid:
    return ProfileInvalid(f"{profile.origin}: {key}: {problem}.", advice=remedy)


def _check_vintage(profile: Profile) -> None:
    if profile.vintage.source == "title" and set(profile.formats) <= UNTITLED:
        raise _invalid(
            profile,
            "[vintage] from",
            f"a file that comes as {' or '.join(profile.formats)} has no title",
            "Take the day from file_name, from a column, or leave [vintage] out: then the day of receipt counts.",
        )


def _check_rules(profile: Profile) -> None:
    filled = {item.column for item in profile.fields} | {"vintage_date"}
    if profile.value is not None:
        filled |= {"value", "lower", "upper"}
    for rule in profile.rules:
        for column in rule.columns:
            if column.partition(".")[0] not in filled:
                remedy = f"Add [fields.{column}], or leave the column out of the rule."
                raise _invalid(profile, f"[rules] {rule.key}", f"no field fills `{column}`", remedy)
        if rule.kind == "order" and len(rule.columns) < 2:
            raise _invalid(profile, f"[rules] {rule.key}", "an order needs two columns", 'Write columns = ["…", "…"].')


def _check_headers(profile: Profile) -> None:
    if not asked(profile) and not profile.recognition.sheets and not profile.recognition.title:
        remedy = "Leave `optional` out where the column is always there, or write [recognise] headers = […]."
        raise _invalid(profile, "[fields]", "no column is required, so that any file would be of this source", remedy)
    personal = identifying_headers(profile.headers)
    if personal:
        remedy = "Take a keyed hash or a code instead; a file with such a column is refused as a whole."
        raise _invalid(profile, "[fields]", f"reads columns that identify persons: {', '.join(personal)}", remedy)
    for header in profile.headers:
        if header in profile.ignored or header in profile.must_be_empty:
            raise _invalid(
                profile, f"[ignored] {header}", "is a column that a field reads", "Leave one of the two out."
            )


def _check_layout(profile: Profile, layout: Layout) -> None:
    """A crosstab makes its columns itself: those that fields read must be among them."""
    if "xlsx" not in profile.formats or layout.kind != "crosstab":
        return
    made = {*layout.labels.values(), *layout.levels, layout.value, *layout.titles}
    for header in profile.required_headers:
        if header not in made:
            remedy = f"The layout makes {', '.join(sorted(made))}: read one of these, or add it to [layout]."
            raise _invalid(profile, "[fields]", f"reads `{header}`, which the layout does not make", remedy)
