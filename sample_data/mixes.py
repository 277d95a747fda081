"""How the fictional cases are composed: weights by kind of exploitation and by COVID phase.

Cell values are those of the HTCDS 2.0 lists where they have one, and the product's own codes elsewhere.
All figures are invented; none is taken from a real register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Weights = Mapping[str, float]

REGIONS: Weights = {"XX-1": 17, "XX-2": 11, "XX-3": 9, "XX-4": 16, "XX-5": 21, "XX-6": 26}
FIRST_ONLINE_FRAUD = date(2021, 1, 1)
"""From here on people are recruited online into forced labour in fraud centres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """What a COVID phase does: `level` multiplies the number of cases."""

    start: date
    level: float
    channels: Weights
    online_fraud: float
    domestic: float


PHASES = (
    Phase(
        start=date(2016, 1, 1),
        level=1.0,
        channels={
            "tip": 14, "hotline": 24, "self_report": 10, "ngo": 13, "police": 17, "border": 12,
            "labour_inspection": 6, "case_management": 4,
        },
        online_fraud=0.0,
        domestic=0.22,
    ),
    Phase(
        start=date(2020, 3, 1),
        level=0.5,
        channels={
            "tip": 6, "hotline": 14, "self_report": 34, "ngo": 11, "police": 22, "border": 3,
            "labour_inspection": 3, "case_management": 7,
        },
        online_fraud=0.0,
        domestic=0.48,
    ),
    Phase(
        start=date(2020, 9, 1),
        level=0.76,
        channels={
            "tip": 9, "hotline": 18, "self_report": 27, "ngo": 12, "police": 17, "border": 5,
            "labour_inspection": 4, "case_management": 5, "online": 3,
        },
        online_fraud=0.10,
        domestic=0.40,
    ),
    Phase(
        start=date(2022, 4, 1),
        level=1.04,
        channels={
            "tip": 12, "hotline": 22, "self_report": 15, "ngo": 13, "police": 15, "border": 9,
            "labour_inspection": 5, "case_management": 4, "online": 5,
        },
        online_fraud=0.22,
        domestic=0.29,
    ),
)  # fmt: skip
FIRST_ONLINE_CHANNEL = date(2021, 1, 1)
"""Online monitoring becomes an identification channel here, as the country profile's break says."""

FIRST_LIST = {
    "tip": {"MIA": 50, "NGO": 50},
    "hotline": {"NGO": 85, "IOM": 15},
    "self_report": {"NGO": 55, "MIA": 35, "IOM": 10},
    "ngo": {"NGO": 90, "IOM": 10},
    "police": {"MIA": 100},
    "border": {"MIA": 85, "IOM": 15},
    "labour_inspection": {"MIA": 100},
    "case_management": {"IOM": 80, "NGO": 20},
    "online": {"MIA": 60, "NGO": 40},
}
"""Which body meets the person first, by channel."""

REFERRALS = {"MIA": {"NGO": 0.34, "IOM": 0.14}, "NGO": {"MIA": 0.30, "IOM": 0.16}, "IOM": {"NGO": 0.30, "MIA": 0.16}}
"""Probability that the first body's case also enters another list."""

DECIDERS = {
    "MIA": {"Police": 86, "CourtOrProsecution": 14},
    "NGO": {"Police": 45, "NGO": 42, "CourtOrProsecution": 8, "NonPoliceGovernmentalOrganization": 5},
    "IOM": {"NGO": 40, "Police": 40, "NonPoliceGovernmentalOrganization": 20},
}
DECIDED = {"MIA": 0.78, "NGO": 0.55, "IOM": 0.60}
"""Probability that an entitled body confirms the status of the case."""

ABROAD = {"TR": 41, "RU": 25, "AE": 18, "KZ": 16}
FRAUD_ABROAD = {"AE": 50, "KH": 30, "TR": 20}
FOREIGNERS = {"UZ": 34, "TJ": 26, "AF": 22, "KG": 18}

KINDS: Weights = {"labour": 52, "sexual": 27, "begging": 9, "marriage": 6, "domestic": 6}
FEMALE = {"labour": 0.28, "sexual": 0.93, "begging": 0.48, "marriage": 0.97, "domestic": 0.86, "fraud": 0.34}
CHILD = {"labour": 0.06, "sexual": 0.17, "begging": 0.62, "marriage": 0.38, "domestic": 0.13, "fraud": 0.02}
FORMS = {
    "labour": "ForcedLabour", "sexual": "SexualExploitation", "begging": "ForcedBegging",
    "marriage": "ForcedMarriage", "domestic": "Servitude", "fraud": "ForcedLabour",
}  # fmt: skip
SECOND_FORM = {
    "labour": {"Servitude": 6, "SexualExploitation": 2, "ChildLabour": 2},
    "sexual": {"ForcedLabour": 8, "Servitude": 3},
    "begging": {"ForcedLabour": 8, "ChildLabour": 6},
    "marriage": {"Servitude": 18, "SexualExploitation": 6},
    "domestic": {"ForcedLabour": 12, "SexualExploitation": 5},
    "fraud": {"Other": 2},
}
"""A second form, in per cent of the cases of a kind."""
SECTORS: Mapping[str, Weights] = {
    "labour": {
        "A_AgricultureForestryAndFishing": 24, "C_Manufacturing": 16, "F_Construction": 33,
        "G_WholesaleAndRetailTradeRepairOfMotorVehicles": 10, "I_AccommodationAndFoodServiceActivities": 13,
        "H_TransportationAndStorage": 4,
    },
    "domestic": {"T_ActivitiesOfHouseholdsAsEmployers": 100},
    "begging": {"begging": 85, "peddling": 15},
    "fraud": {"J_InformationAndCommunication": 100},
}  # fmt: skip
MEANS: Mapping[str, Weights] = {
    "labour": {
        "FalsePromises": 24, "WithholdsDocuments": 22, "TakesEarnings": 16, "ExcessiveWorkingHours": 16,
        "DebtBondage": 13, "restricts_movement": 9,
    },
    "sexual": {
        "PsychologicalAbuse": 18, "PhysicalThreats": 17, "DebtBondage": 15, "SexualAbuse": 14, "FalsePromises": 14,
        "restricts_movement": 12, "PhysicalAbuse": 10,
    },
    "begging": {"PhysicalThreats": 30, "TakesEarnings": 30, "PhysicalAbuse": 20, "ThreatensChildrenFamily": 20},
    "marriage": {"PsychologicalAbuse": 35, "restricts_movement": 30, "PhysicalThreats": 20, "SexualAbuse": 15},
    "domestic": {"restricts_movement": 30, "WithholdsDocuments": 25, "ExcessiveWorkingHours": 25, "TakesEarnings": 20},
    "fraud": {
        "FalsePromises": 28, "DebtBondage": 24, "WithholdsDocuments": 20, "PhysicalThreats": 16,
        "restricts_movement": 12,
    },
}  # fmt: skip
RELATIONS: Mapping[str, Weights] = {
    "labour": {"Unaquainted": 52, "Acquainted": 33, "family": 8, "other": 7},
    "sexual": {"Unaquainted": 34, "Acquainted": 32, "intimate_partner": 22, "family": 12},
    "begging": {"family": 62, "Acquainted": 23, "Unaquainted": 15},
    "marriage": {"family": 70, "intimate_partner": 18, "Acquainted": 12},
    "domestic": {"Acquainted": 48, "family": 27, "Unaquainted": 25},
    "fraud": {"Unaquainted": 82, "Acquainted": 18},
}
RECRUITED: Mapping[str, Weights] = {
    "labour": {"ThroughFriendsOrSocialEvents": 38, "ThroughAnOnlineAdvertisement": 16, "ThroughANewspaperAdvert": 14,
               "AtAPlaceOfBusiness": 17, "AtWork": 9, "ThroughOnlineSocialNetworks": 6},
    "sexual": {"ThroughFriendsOrSocialEvents": 36, "ThroughOnlineSocialNetworks": 24, "AtAPlaceOfBusiness": 16,
               "ThroughAnOnlineAdvertisement": 14, "ThroughFamilyOrFamilyEvents": 10},
    "begging": {"ThroughFamilyOrFamilyEvents": 78, "ThroughFriendsOrSocialEvents": 22},
    "marriage": {"ThroughFamilyOrFamilyEvents": 76, "ThroughOnlineSocialNetworks": 12,
                 "ThroughFriendsOrSocialEvents": 12},
    "domestic": {"ThroughFriendsOrSocialEvents": 48, "ThroughFamilyOrFamilyEvents": 30,
                 "ThroughAnOnlineAdvertisement": 22},
    "fraud": {"ThroughOnlineSocialNetworks": 58, "ThroughAnOnlineAdvertisement": 42},
}  # fmt: skip
ONLINE_SHIFT = 2.2
"""Online recruitment weighs this much more from the acute phase on, for every kind."""
