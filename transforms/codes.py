"""Code lists: what a coded column may hold, where the codes come from, and how they are said in English.

Labels are message ids: `reports` translates them. Two codes close every list and are different things:
`unknown` (the supplier recorded that it is not known) and `not_reported` (the cell was empty).
`total` is never data of a case; it marks a margin in tables and observations.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNKNOWN = "unknown"
NOT_REPORTED = "not_reported"
NOT_APPLICABLE = "not_applicable"
TOTAL = "total"
UNSPECIFIC = (UNKNOWN, NOT_REPORTED)
"""Codes that are left out of the denominator of a share."""

HTCDS = "Human Trafficking Case Data Standard 2.0, IOM, CC BY 4.0"
CTDC = "Counter-Trafficking Data Collaborative, k-anonymised dataset codebook"
ISIC = "ISIC Rev. 4 sections, as used by HTCDS 2.0"
SDMX = "SDMX cross-domain code lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code: `value` as stored, `label` as said in English, `standard` as the source writes it."""

    value: str
    label: str
    standard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """An ordered list of codes with its source; `open_to_unknown` lists also take `unknown` and `not_reported`."""

    key: str
    label: str
    source: str
    codes: tuple[Code, ...]
    open_to_unknown: bool = True
    by_value: dict[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        closing = (Code(value=UNKNOWN, label="Unknown"), Code(value=NOT_REPORTED, label="Not reported"))
        everything = (*self.codes, *(closing if self.open_to_unknown else ()))
        object.__setattr__(self, "by_value", {code.value: code for code in everything})

    @property
    def values(self) -> tuple[str, ...]:
        """Every value the column may hold, in display order."""
        return tuple(self.by_value)


def _codes(*rows: tuple[str, str] | tuple[str, str, str]) -> tuple[Code, ...]:
    return tuple(Code(value=row[0], label=row[1], standard=row[2] if len(row) == 3 else "") for row in rows)


STATUS = CodeList(
    key="status",
    label="Status",
    source=HTCDS + ", vic_TraffickingStatus; `registered` for registers that do not say",
    codes=_codes(
        ("presumed", "Presumed victim", "PossibleVictimOfTrafficking"),
        ("identified", "Identified victim", "ActualVictimOfTrafficking"),
        ("not_victim", "Not a victim", "NotAVictimOfTrafficking"),
        ("registered", "Registered", ""),
    ),
    open_to_unknown=False,
)
SEX = CodeList(
    key="sex",
    label="Sex",
    source=HTCDS + ", prs_Gender, reduced to what all sources carry",
    codes=_codes(
        ("female", "Female", "Feminine"),
        ("male", "Male", "Masculine"),
        ("other", "Other", "TransgenderFeminine; TransgenderMasculine; NonConforming"),
    ),
)
AGE_GROUP = CodeList(
    key="age_group",
    label="Age group",
    source=CTDC + ", ageBroad (completed years)",
    codes=_codes(
        ("0-8", "0–8 years", "0--8"),
        ("9-17", "9–17 years", "9--17"),
        ("18-20", "18–20 years", "18--20"),
        ("21-23", "21–23 years", "21--23"),
        ("24-26", "24–26 years", "24--26"),
        ("27-29", "27–29 years", "27--29"),
        ("30-38", "30–38 years", "30--38"),
        ("39-47", "39–47 years", "39--47"),
        ("48+", "48 years and over", "48+"),
    ),
)
AGE_CLASS = CodeList(
    key="age_class",
    label="Children and adults",
    source="Palermo Protocol, article 3(d): a child is a person under eighteen",
    codes=_codes(("child", "Children (under 18)"), ("adult", "Adults (18 and over)")),
)
CHILD_AGE_GROUPS = ("0-8", "9-17")
FORM = CodeList(
    key="form",
    label="Form of exploitation",
    source=HTCDS + ", vic_TypeOfExploitation",
    codes=_codes(
        ("sexual_exploitation", "Sexual exploitation", "SexualExploitation"),
        ("forced_labour", "Forced labour", "ForcedLabour"),
        ("servitude", "Servitude", "Servitude"),
        ("child_labour", "Child labour", "ChildLabour"),
        ("forced_begging", "Forced begging", "ForcedBegging"),
        ("forced_marriage", "Forced marriage", "ForcedMarriage"),
        ("forced_military", "Forced recruitment by non-state armed groups", "ForcedMilitaryByNonStateActors"),
        ("organ_removal", "Removal of organs", "OrganRemoval"),
        ("forced_adoption", "Forced adoption", "ForcedAdoption"),
        ("surrogacy", "Forced surrogacy", "Surrogacy"),
        ("slavery_and_practices", "Slavery and similar practices", ""),
        ("other", "Other forms", "Other"),
    ),
)
SECTOR = CodeList(
    key="sector",
    label="Sector of forced labour",
    source=ISIC,
    codes=_codes(
        ("agriculture", "Agriculture, forestry and fishing", "A_AgricultureForestryAndFishing"),
        ("mining", "Mining and quarrying", "B_MiningAndQuarrying"),
        ("manufacturing", "Manufacturing", "C_Manufacturing"),
        ("utilities", "Electricity and gas supply", "D_ElectricityGasSteamAndAirConditioningSupply"),
        ("water_and_waste", "Water supply and waste management", "E_WaterSupplySewerageWasteManagement"),
        ("construction", "Construction", "F_Construction"),
        ("trade", "Wholesale and retail trade", "G_WholesaleAndRetailTradeRepairOfMotorVehicles"),
        ("transport", "Transportation and storage", "H_TransportationAndStorage"),
        ("hospitality", "Accommodation and food service", "I_AccommodationAndFoodServiceActivities"),
        ("information", "Information and communication", "J_InformationAndCommunication"),
        ("finance", "Financial and insurance activities", "K_FinancialAndInsuranceActivities"),
        ("real_estate", "Real estate activities", "L_RealEstateActivities"),
        ("professional", "Professional and technical activities", "M_ProfessionalScientificAndTechnicalActivities"),
        ("administrative", "Administrative and support services", "N_AdministrativeAndSupportServiceActivities"),
        ("public_administration", "Public administration and defence", "O_PublicAdministrationAndDefence"),
        ("education", "Education", "P_Education"),
        ("health", "Human health and social work", "Q_HumanHealthAndSocialWorkActivities"),
        ("arts", "Arts, entertainment and recreation", "R_ArtsEntertainmentAndRecreation"),
        ("other_services", "Other service activities", "S_OtherServiceActivities"),
        ("domestic_work", "Domestic work", "T_ActivitiesOfHouseholdsAsEmployers"),
        ("extraterritorial", "Extraterritorial organisations", "U_ActivitiesOfExtraterritorialOrganizations"),
        ("begging", "Begging", ""),
        ("peddling", "Peddling", ""),
        ("illicit_activities", "Illicit activities", ""),
        ("other", "Other sectors", ""),
    ),
)
MEANS_OF_CONTROL = CodeList(
    key="means_of_control",
    label="Means of control",
    source=HTCDS + ", vic_MethodsOfControl; CTDC meansOfControl*; the means that CTDC's synthetic set joins",
    codes=_codes(
        ("debt_bondage", "Debt bondage", "DebtBondage"),
        ("takes_earnings", "Earnings taken", "TakesEarnings"),
        ("restricts_financial_access", "Access to money restricted", "RestrictsFinancialAccess"),
        ("threats", "Threats", "PhysicalThreats"),
        ("psychological_abuse", "Psychological abuse", "PsychologicalAbuse"),
        ("physical_abuse", "Physical abuse", "PhysicalAbuse"),
        ("sexual_abuse", "Sexual abuse", "SexualAbuse"),
        ("false_promises", "False promises", "FalsePromises"),
        ("psychoactive_substances", "Psychoactive substances", "PsychoactiveSubstance"),
        ("restricts_movement", "Movement restricted", ""),
        ("restricts_medical_care", "Medical care restricted", "RestrictsMedicalCare"),
        ("excessive_working_hours", "Excessive working hours", "ExcessiveWorkingHours"),
        ("threatens_children_or_family", "Threats against children or family", "ThreatensChildrenFamily"),
        ("threat_of_law_enforcement", "Threat of law enforcement", "ThreatsLawEnforcement"),
        ("withholds_necessities", "Necessities withheld", "WithholdsNecessities"),
        ("withholds_documents", "Documents withheld", "WithholdsDocuments"),
        ("debt_bondage_or_earnings", "Debt bondage or earnings taken"),
        ("any_abuse", "Abuse: psychological, physical or sexual"),
        ("denies_basic_needs", "Basic needs denied: money, movement, medical care or necessities"),
        ("other", "Other means", "Other"),
    ),
)
RECRUITER_RELATION = CodeList(
    key="recruiter_relation",
    label="Relation to the recruiter",
    source=HTCDS + ", vic_RelationshipToTrafficker; CTDC recruiterRelation*",
    codes=_codes(
        ("intimate_partner", "Intimate partner", "Familial"),
        ("family", "Family member", "Familial"),
        ("friend", "Friend or acquaintance", "Acquainted"),
        ("stranger", "Stranger", "Unaquainted"),
        ("other", "Other relation", ""),
    ),
)
RECRUITMENT_CHANNEL = CodeList(
    key="recruitment_channel",
    label="Recruitment channel",
    source=HTCDS + ", vic_MethodOfRecruitment",
    codes=_codes(
        ("online_social_network", "Online social network", "ThroughOnlineSocialNetworks"),
        ("online_advertisement", "Online advertisement", "ThroughAnOnlineAdvertisement"),
        ("place_of_business", "Place of business", "AtAPlaceOfBusiness"),
        ("educational_institution", "Educational institution", "AtAnEducationalInstitution"),
        ("at_work", "At work", "AtWork"),
        ("television", "Television advertisement", "ThroughATelevisionAdvert"),
        ("newspaper", "Newspaper advertisement", "ThroughANewspaperAdvert"),
        ("family", "Through family", "ThroughFamilyOrFamilyEvents"),
        ("friends", "Through friends", "ThroughFriendsOrSocialEvents"),
        ("other", "Other channel", "Other"),
    ),
)
IDENTIFICATION_CHANNEL = CodeList(
    key="identification_channel",
    label="How the victim came to notice",
    source="this project; CTDC `Datasource` maps to hotline and case_management",
    codes=_codes(
        ("tip", "Tip from the public"),
        ("hotline", "Hotline"),
        ("self_report", "Self-report"),
        ("ngo", "NGO outreach"),
        ("police", "Police operation"),
        ("border", "Border control"),
        ("labour_inspection", "Labour inspection"),
        ("online", "Online monitoring"),
        ("case_management", "Assistance programme (case management)"),
        ("other", "Other channel"),
    ),
)
IDENTIFIED_BY = CodeList(
    key="identified_by",
    label="Body that identified",
    source=HTCDS + ", vic_TraffickingStatusDecisionMakingOrg",
    codes=_codes(
        ("police", "Police", "Police"),
        ("ngo", "NGO", "NGO"),
        ("prosecution_or_court", "Prosecution or court", "CourtOrProsecution"),
        ("other_government", "Other government body", "NonPoliceGovernmentalOrganization"),
        ("other", "Other body", "Other"),
    ),
)
CROSSING = CodeList(
    key="crossing",
    label="Domestic or cross-border",
    source="derived: exploited in the country of citizenship, or not",
    codes=_codes(("domestic", "Domestic"), ("cross_border", "Cross-border")),
)
OBS_STATUS = CodeList(
    key="obs_status",
    label="Observation status",
    source=SDMX + ", CL_OBS_STATUS 2.2",
    codes=_codes(
        ("A", "Normal"),
        ("B", "Break in series"),
        ("E", "Estimated"),
        ("P", "Provisional"),
        ("R", "Revised"),
        ("U", "Too unreliable to show"),
        ("M", "Not applicable"),
        ("O", "Not reported"),
    ),
    open_to_unknown=False,
)
CONF_STATUS = CodeList(
    key="conf_status",
    label="Confidentiality status",
    source=SDMX + ", CL_CONF_STATUS 1.2",
    codes=_codes(
        ("F", "Free for publication"),
        ("C", "Suppressed: small count", "primary"),
        ("D", "Suppressed: protects a small count", "secondary"),
    ),
    open_to_unknown=False,
)
SDMX_OBS_STATUS: dict[str, str] = {
    **{code: code for code in OBS_STATUS.values},
    "D": "B",  # definition differs: not comparable with its neighbours
    "F": "E",  # forecast
    "I": "E",  # imputed
    "G": "P",  # experimental
    "V": "P",  # not validated yet
    "H": "O",  # missing: holiday
    "K": "O",  # contained in another category
    "L": "O",  # exists, was not collected
    "Q": "A",  # missing because it is suppressed: see SUPPRESSED_OBS_STATUS
    "J": "A",  # derogation
    "N": "A",  # rounds to zero
    "S": "A",  # strike, special event
    "W": "A",  # holds data of another category
}
"""Code of CL_OBS_STATUS 2.2 as files have it -> the nearest that is kept here."""
SUPPRESSED_OBS_STATUS = ("Q",)
SDMX_CONF_STATUS: dict[str, str] = {
    "F": "F",
    **dict.fromkeys(("A", "C", "G", "M", "N", "O", "P", "T"), "C"),
    **dict.fromkeys(("D", "S"), "D"),
}
"""Code of CL_CONF_STATUS 1.2 -> free, primary or secondary suppression; all but `F` are not for publication."""

CODE_LISTS: tuple[CodeList, ...] = (
    STATUS,
    SEX,
    AGE_GROUP,
    AGE_CLASS,
    FORM,
    SECTOR,
    MEANS_OF_CONTROL,
    RECRUITER_RELATION,
    RECRUITMENT_CHANNEL,
    IDENTIFICATION_CHANNEL,
    IDENTIFIED_BY,
    CROSSING,
    OBS_STATUS,
    CONF_STATUS,
)
