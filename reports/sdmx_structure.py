"""`sdmx-structure.xml`: what the columns and codes of `sdmx.csv` mean, as an SDMX-ML 3.0 structure message.

The dimensions are the same in every edition, so that the files of several editions can be laid together. The code
lists are those parts of the lists that the edition uses, with names in all of its languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from reports import measures, words
from reports.edition import View
from reports.locale import N_
from reports.spreadsheet import xml_text
from transforms.codes import CONF_STATUS, OBS_STATUS

STRUCTURE_FILE = "sdmx-structure.xml"
AGENCY, VERSION = "TIP_TRENDS", "1.0.0"
DATAFLOW = f"{AGENCY}:DF_TRAFFICKING({VERSION})"
_DATA_STRUCTURE = f"{AGENCY}:DSD_TRAFFICKING({VERSION})"
_CONCEPTS = f"{AGENCY}:CS_TRAFFICKING({VERSION})"
BREAKDOWNS = (
    "sex", "age_class", "age_group", "citizenship", "form", "sector", "means_of_control", "recruiter_relation",
    "recruitment_channel", "identification_channel", "identified_by", "country_of_exploitation", "crossing",
    "corridor", "region", "stranded_in", "need", "topic", "channel", "other_country",
)  # fmt: skip
"""Breakdowns that have a dimension; `_T` in all that a figure is not broken down by."""
DIMENSIONS = ("FREQ", "REF_AREA", "INDICATOR", "MEASURE", *(name.upper() for name in BREAKDOWNS))
ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "LOWER_BOUND", "UPPER_BOUND", "BASE", "COMMENT_OBS")
"""Attributes of an observation, in the order of the columns."""
Codes = dict[str, dict[str, tuple[str, str]]]
"""By concept: code -> the dimension it is of and our own code."""
_NUMERIC = ("LOWER_BOUND", "UPPER_BOUND", "BASE")
_NAMES = {
    "FREQ": N_("Frequency"),
    "REF_AREA": N_("Area"),
    "INDICATOR": N_("Indicator"),
    "MEASURE": N_("Measure"),
    "TIME_PERIOD": N_("Period"),
    "OBS_VALUE": N_("Value"),
    "OBS_STATUS": OBS_STATUS.label,
    "CONF_STATUS": CONF_STATUS.label,
    "UNIT_MEASURE": N_("Unit"),
    "LOWER_BOUND": N_("Lower bound"),
    "UPPER_BOUND": N_("Upper bound"),
    "BASE": N_("Base"),
    "COMMENT_OBS": N_("Note"),
    "NOTICE": N_("Notice"),
}
_FREQUENCIES = {"A": N_("Annual"), "Q": N_("Quarterly"), "M": N_("Monthly"), "_O": N_("COVID phase")}
_SUPPRESSED = ("Q", N_("Missing: suppressed"))
"""CL_OBS_STATUS has a code of its own for what is suppressed; our own list tells it by the confidentiality alone."""
_SDMX = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
_URN = "urn:sdmx:org.sdmx.infomodel"


def structure(views: Sequence[View], used: Codes) -> bytes:
    """Code lists, concepts, data structure and data flow; the same edition gives the same bytes."""
    edition = views[0].edition
    notice = ("NOTICE",) if edition.is_synthetic else ()
    lists = {concept: _names(views, concept, codes) for concept, codes in used.items()}
    lists["OBS_STATUS"] = {code.value: _in_languages(views, code.label) for code in OBS_STATUS.by_value.values()}
    lists["OBS_STATUS"][_SUPPRESSED[0]] = _in_languages(views, _SUPPRESSED[1])
    lists["CONF_STATUS"] = {code.value: _in_languages(views, code.label) for code in CONF_STATUS.by_value.values()}
    concepts = (*DIMENSIONS, "TIME_PERIOD", "OBS_VALUE", *ATTRIBUTES, *notice)
    names = {concept: _concept_name(views, concept) for concept in concepts}
    title = _in_languages(views, N_("Trafficking in persons: trends and indicators"))
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mes:Structure xmlns:mes="{_SDMX}/message" xmlns:str="{_SDMX}/structure" xmlns:com="{_SDMX}/common">\n'
        f"<mes:Header><mes:ID>{escape(edition.run_id)}</mes:ID><mes:Test>{str(edition.is_synthetic).lower()}</mes:Test>"
        f"<mes:Prepared>{edition.as_of.isoformat()}T00:00:00Z</mes:Prepared>"
        f'<mes:Sender id="{AGENCY}"/><mes:Receiver id="not_supplied"/></mes:Header>\n<mes:Structures>\n'
        f"<str:Codelists>\n{''.join(_code_list(concept, names, lists) for concept in concepts if concept in lists)}"
        f"</str:Codelists>\n<str:ConceptSchemes>\n{_concept_scheme(title, names)}</str:ConceptSchemes>\n"
        f"<str:Dataflows><str:Dataflow {_identity('DF_TRAFFICKING')}>{title}<str:Structure>{_URN}.datastructure."
        f"DataStructure={_DATA_STRUCTURE}</str:Structure></str:Dataflow></str:Dataflows>\n"
        f"<str:DataStructures>\n{_data_structure(title, lists, notice)}</str:DataStructures>\n"
        "</mes:Structures>\n</mes:Structure>\n"
    )
    return content.encode()


def _in_languages(views: Sequence[View], message: str) -> str:
    return "".join(_name(view, view.text(message)) for view in views)


def _name(view: View, text: str) -> str:
    return f'<com:Name xml:lang="{view.locale.language}">{escape(xml_text(text))}</com:Name>'


def _concept_name(views: Sequence[View], concept: str) -> str:
    if concept in _NAMES:
        return _in_languages(views, _NAMES[concept])
    return "".join(_name(view, view.dimension(concept.lower())) for view in views)


def _names(views: Sequence[View], concept: str, codes: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Name of each code of a list, in the order in which the figures use them."""

    def said(view: View, dimension: str, ours: str) -> str:
        match concept:
            case "FREQ":
                return view.text(_FREQUENCIES[ours])
            case "REF_AREA":
                return view.text("World") if ours == "world" else view.country(ours)
            case "INDICATOR":
                return view.indicator(ours)
            case "MEASURE":
                return view.text(measures.MEASURES.get(ours, words.readable(ours)))
            case "UNIT_MEASURE":
                return view.text(words.UNITS.get(ours, ours))
        return view.label(dimension, ours) or ours

    return {
        code: "".join(_name(view, said(view, dimension, ours)) for view in views)
        for code, (dimension, ours) in codes.items()
    }


def _identity(id: str) -> str:
    return f'agencyID="{AGENCY}" id="{id}" version="{VERSION}" isExternalReference="false"'


def _code_list(concept: str, names: Mapping[str, str], lists: Mapping[str, Mapping[str, str]]) -> str:
    codes = "".join(f'<str:Code id="{code}">{name}</str:Code>\n' for code, name in lists[concept].items())
    is_partial = "false" if concept in ("OBS_STATUS", "CONF_STATUS") else "true"
    head = f'{_identity(f"CL_{concept}")} isPartial="{is_partial}"'
    return f"<str:Codelist {head}>{names[concept]}\n{codes}</str:Codelist>\n"


def _concept_scheme(title: str, names: Mapping[str, str]) -> str:
    concepts = "".join(f'<str:Concept id="{concept}">{name}</str:Concept>\n' for concept, name in names.items())
    return f"<str:ConceptScheme {_identity('CS_TRAFFICKING')}>{title}\n{concepts}</str:ConceptScheme>\n"


def _data_structure(title: str, lists: Mapping[str, object], notice: Sequence[str]) -> str:
    dimensions = "".join(
        f'<str:Dimension id="{id}" position="{place}">{_concept(id)}{_representation(id, lists)}</str:Dimension>\n'
        for place, id in enumerate(DIMENSIONS, start=1)
    )
    attributes = "".join(
        f'<str:Attribute id="{id}" usage="{"mandatory" if id in _MANDATORY else "optional"}">{_concept(id)}'
        f"{_representation(id, lists)}<str:AttributeRelationship><str:Observation/></str:AttributeRelationship>"
        "</str:Attribute>\n"
        for id in (*ATTRIBUTES, *notice)
    )
    return (
        f"<str:DataStructure {_identity('DSD_TRAFFICKING')}>{title}<str:DataStructureComponents>\n"
        f'<str:DimensionList id="DimensionDescriptor">\n{dimensions}'
        f'<str:TimeDimension id="TIME_PERIOD">{_concept("TIME_PERIOD")}<str:LocalRepresentation>'
        '<str:TextFormat textType="ObservationalTimePeriod"/></str:LocalRepresentation></str:TimeDimension>\n'
        f'</str:DimensionList>\n<str:AttributeList id="AttributeDescriptor">\n{attributes}</str:AttributeList>\n'
        f'<str:MeasureList id="MeasureDescriptor"><str:Measure id="OBS_VALUE" usage="optional">'
        f"{_concept('OBS_VALUE')}{_representation('OBS_VALUE', lists)}</str:Measure></str:MeasureList>\n"
        "</str:DataStructureComponents></str:DataStructure>\n"
    )


_MANDATORY = ("OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE")


def _concept(id: str) -> str:
    return f"<str:ConceptIdentity>{_URN}.conceptscheme.Concept={_CONCEPTS}.{id}</str:ConceptIdentity>"


def _representation(id: str, lists: Mapping[str, object]) -> str:
    if id in lists:
        held = f"<str:Enumeration>{_URN}.codelist.Codelist={AGENCY}:CL_{id}({VERSION})</str:Enumeration>"
    else:
        kind = "Decimal" if id in (*_NUMERIC, "OBS_VALUE") else "String"
        held = f'<str:TextFormat textType="{kind}"/>'
    return f"<str:LocalRepresentation>{held}</str:LocalRepresentation>"
