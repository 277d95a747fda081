"""Where the columns of a source stand in the international standards: exactly, partly, with loss, or not at all.

The `[crosswalk]` of a profile has a table per standard; a line gives a header (with wildcards) its fit, the field of
the standard, and what does not fit:

    [crosswalk.htcds]
    "gender" = ["loss", "prs_Gender", "transgender and non-conforming persons are one code"]
    "ageBroad" = ["none", "", "the standard has the age when trafficked"]
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import get_args

from transforms.errors import ProfileInvalid
from transforms.sources.profile import Correspondence, Fit, Profile, Standard
from transforms.sources.toml_table import TomlTable

STANDARDS: dict[Standard, str] = {
    "htcds": "Human Trafficking Case Data Standard 2.0 (IOM)",
    "unodc": "UNODC series of detected victims and criminal justice (GLOTIP, SDG 16.2.2)",
}
TARGETS: dict[Standard, tuple[str, ...]] = {
    "htcds": (
        "org_Name", "org_ShippingCountry", "org_ShippingState", "org_Type",
        "prs_Gender", "prs_Citizenship", "prs_MailingCountry", "prs_MailingState", "prs_Birthdate",
        "vic_TraffickingStatus", "vic_TraffickingStatusDecisionMakingOrg", "vic_RelationshipToTrafficker",
        "vic_AgeWhenTrafficked", "vic_MethodOfRecruitment", "vic_MethodsOfControl", "vic_TypeOfExploitation",
        "vic_ForcedLabourIndustry", "vic_TypeOfSexExploitation", "vic_Vulnerabilities",
        "hte_Country", "hte_Date", "hte_State", "hte_Type",
        "cas_Status", "cas_ReferringOrganisation", "cas_IncomingReferralDate", "cas_OutgoingReferralDate",
        "cas_ReasonForIncomingReferral", "cas_ReasonForOutgoingReferral", "spl_Type", "spl_ActualEndDate",
    ),
    "unodc": (
        "Indicator", "Country", "Year", "Sex", "Age", "form of exploitation", "citizenship",
        "country of repatriation", "Unit of measurement", "Value",
    ),
}  # fmt: skip
"""Fields of the standards that a source can map to (HTCDS Field Standards 2.0; columns of the GLOTIP data portal)."""
_EXAMPLE = '"header" = ["partly", "field of the standard", "what does not fit"]'


def crosswalk(reader: TomlTable) -> tuple[Correspondence, ...]:
    """The lines of a `[crosswalk]`. Raises ProfileInvalid."""
    found: list[Correspondence] = []
    for standard in get_args(Standard):
        lines = reader.lists(standard)
        found.extend(_line(reader, standard, header, parts) for header, parts in lines.items())
    reader.finish(" ".join(get_args(Standard)))
    return tuple(found)


def _line(reader: TomlTable, standard: Standard, header: str, parts: tuple[str, ...]) -> Correspondence:
    place = f"{standard}.{header}"
    if len(parts) not in (2, 3):
        raise reader.fail(place, "is not a list of fit, field and note", f"Write {_EXAMPLE}.")
    fit, target, *note = parts
    if fit not in get_args(Fit):
        raise reader.fail(place, f"`{fit}` is no fit", f"Use one of: {', '.join(get_args(Fit))}.")
    if (fit == "none") != (target == ""):
        raise reader.fail(place, "names a field of the standard if, and only if, something fits", f"Write {_EXAMPLE}.")
    if target and target not in TARGETS[standard]:
        known = ", ".join(TARGETS[standard])
        raise reader.fail(place, f"`{target}` is no field of {STANDARDS[standard]}", f"Fields: {known}.")
    if fit != "exact" and not any(note):
        raise reader.fail(place, "does not say what does not fit", f"Write {_EXAMPLE}.")
    return Correspondence(header=header, standard=standard, fit=fit, target=target, note="".join(note))  # type: ignore[arg-type]  # checked above


def lines_of(profile: Profile, standard: Standard) -> Iterator[tuple[str, Correspondence | None]]:
    """(header, its correspondence or None) for every column the profile reads, in their order."""
    own = [item for item in profile.crosswalk if item.standard == standard]
    for header in crossed_headers(profile):
        yield header, next((item for item in own if fnmatchcase(header, item.header)), None)


def crossed_headers(profile: Profile) -> tuple[str, ...]:
    """Headers of which a crosswalk says something: those that are read, but for remarks and the day of the extract."""
    left_out = {*profile.remarks, profile.vintage.column}
    return tuple(header for header in profile.headers if header not in left_out)


def check_crosswalk(profile: Profile) -> None:
    """Raise ProfileInvalid where a crosswalk is given and leaves out a column, or names one that is not read."""
    for standard in {item.standard for item in profile.crosswalk}:
        missing = [header for header, found in lines_of(profile, standard) if found is None]
        if missing:
            raise ProfileInvalid(
                f"{profile.origin}: [crosswalk.{standard}] lacks {', '.join(missing)}.", advice=f"Write {_EXAMPLE}."
            )
        for item in profile.crosswalk:
            if item.standard == standard and not any(fnmatchcase(h, item.header) for h in crossed_headers(profile)):
                raise ProfileInvalid(
                    f"{profile.origin}: [crosswalk.{standard}] {item.header}: the profile reads no such column.",
                    advice="Name headers as the fields do, or leave the line out.",
                )
