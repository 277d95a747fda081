"""What a source profile declares: the columns of its files, how cells become core values, which rules rows obey.

A profile is one TOML file, `transforms/sources/profiles/<name>.toml` or one in a user's `profiles` folder:

    name = "unodc_tip"                  # key of the source
    title = "Detected victims (UNODC)"  # English message id
    version = "1"                       # contract version, kept with each vintage
    table = "core.observations"         # the core table its rows become
    formats = ["xlsx"]                  # csv (also SDMX-CSV), xlsx (also .xls .ods), px, json, sdmx (ML), parquet
    publisher = "…"  licence = "…"  doc = "…"
    caveats = ["detection_is_not_prevalence"]
    stream = ["ref_area", "year"]       # core columns whose values are the streams; [] = one stream, `all`
    missing = ["", "-99"]               # cells that are empty in every column (compared after trimming)
    remarks = ["remark"]                # headers of free text; a row that says SYNTHETIC there marks the extract

    [vintage]                           # the day from which the extract is known; default: day of receipt
    from = "file_name"                  # file_name | column | title
    pattern = '(20\\d\\d-\\d\\d-\\d\\d)'      # file_name, title: regex with one group
    column = "extract_date"             # column: a header; the latest date counts
    format = "%Y-%m-%d"

    [recognise]                         # how a file is known as this source; a file must satisfy all that is given
    headers = ["Iso3_code"]             # default: headers of all fields that are not optional
    sheets = ["data_glotip"]            # workbooks: one of these sheets exists
    title = "regex"                     # workbooks: found in one of the first title cells
    file_name = "regex"                 # where the columns alone could be of another series; --source stands for it too

    [layout]                            # passed untouched to the workbook reader (transforms/sources/layouts.py)
    kind = "table"

    [fields.citizenship]                # one table per core column, see `Field`
    from = "citizenship"                # header, or a list of headers whose cells are joined with " | "
    as = "country_alpha2"
    codes = { "0" = "unknown" }         # cell -> stored value, before anything else is tried
    optional = true                     # the file may lack the header
    example = "TM"                      # what the example row of a template holds

    [value]                             # core.observations only: one cell becomes value, lower, upper and both statuses
    from = "txtVALUE"  decimal = "."  thousands = ","  scale = 1.0
    obs_status = ["OBS_STATUS"]         # columns of SDMX codes that are read where the file has them; these are the
    conf_status = ["CONF_STATUS", "OBS_CONF"]   # defaults, [] reads none; see status_sql.py
    action = ["ACTION"]                 # default where the figure stands in OBS_VALUE, else none
    [value.signs]
    "<5" = { value = 2, lower = 0, upper = 4, obs_status = "E" }
    "…" = { obs_status = "O" }

    [[rules]]                           # rules over several columns, see `Rule`
    key = "event_before_registration"  kind = "order"  columns = ["event_date", "registered_date"]
                                        # `vintage_date` is the date of the extract

    [ignored]                           # headers that are known and not taken (wildcard *), with the reason
    "x_*" = "recodes by a third party"

    [must_be_empty]                     # headers of the layout under which nothing may stand, with the reason
    "prs_Email" = "identifies a person"

    [retention]                         # after which time raw files and person keys are deleted; without it never
    extracts_months = 60                # the file in received/ and its marked copies, counted from its receipt
    person_keys_months = 60             # what links its records to those of other extracts
    backups_days = 90                   # how long a backup from before the deletion may stay
    basis = "Law …, article …"          # who says so

    [crosswalk.htcds]                   # header (wildcard *) -> [fit, field of the standard, note]; see crosswalk.py
    "gender" = ["loss", "prs_Gender", "transgender persons are one code"]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from transforms.retention import Retention
from transforms.tables import Table

Kind = Literal[
    "text",  # kept as it is, trimmed; `pattern` limits it
    "code",  # `codes`, or without them the values and standard names of the column's code list
    "codes",  # several of them in a cell, separated by `separator`
    "flags",  # one column per code, 1 = yes: `flags` = {code = [headers]}, `unspecified` = [headers]
    "country_alpha2",  # ISO 3166 code as stored
    "country_alpha3",
    "country_numeric",  # with or without leading zeros
    "country_name",  # a name in one of the languages of the region, or a code (transforms/country_names.py)
    "area",  # any ISO 3166 country code, else a code that fits `pattern` (regions, aggregates)
    "area_type",  # country where the cell is an ISO 3166 code, else region
    "date",  # `format`, by default %Y-%m-%d; stored as DATE
    "year",  # four digits; stored as a number, or as 1 January in a DATE column
    "integer",  # `min`, `max`
    "number",  # `decimal`, `thousands`, `scale`, `min`, `max`
    "age",  # completed years -> CTDC age band
    "age_class",  # `codes` of its own column if there is one, else derived from age_group; no `from` needed
    "crossing",  # from citizenship and country_of_exploitation; no `from`
    "year_of_date",  # the year of an ISO date, stored as a number
    "period",  # 2021, 2021-Q2, 2021-03, 2021-03-15 and what offices write for them: 2021Q2, 2021-M03
    "year_of_period",  # the year with which a period begins, stored as a number
    "breakdown",  # several columns into one: `dimensions` = {header = name}, `totals` = texts that mean all together
    # `lists` = {header = [codes]}, `countries` = [headers], `may_lack` = [headers] that a file may be without
    "projection",  # E for a year not before `min`, else A
    "constant",  # `constant`
]
RuleKind = Literal[
    "order",  # columns[0] <= columns[1] <= …, where both are known
    "unique",  # a combination of core columns occurs once; `keep` says which rows stay. `category.need` stands for
    # one part of a breakdown
]
VintageFrom = Literal["receipt", "file_name", "column", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How one core column is made from cells.

    `empty` is the stored value of an empty cell; without it an empty cell becomes `not_reported` in a
    coded or country column, null in a nullable one, and else breaks the rule `empty:<column>`. `present` (text only)
    is the stored value of any other cell that `codes` does not name and `pattern` allows. `lists` (breakdown only) are
    the codes that the cells under a header may hold, `countries` the headers whose cells name a country. With
    `first_of_several` (country_name only) a cell may name several countries, of which the first is stored.
    `example` is what the example row of a template holds. `may_lack` (breakdown only) are headers that a file may be
    without.
    """

    column: str
    kind: Kind
    headers: tuple[str, ...] = ()
    optional: bool = False
    constant: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unspecified: tuple[str, ...] = ()
    dimensions: Mapping[str, str] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    separator: str = ";"
    empty: str | None = None
    present: str | None = None
    pattern: str | None = None
    format: str = "%Y-%m-%d"
    decimal: str = "."
    thousands: str = ""
    scale: float = 1.0
    min: float | None = None
    max: float | None = None
    doc: str = ""
    example: str = ""
    countries: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_of_several: bool = False
    may_lack: tuple[str, ...] = ()

    @property
    def all_headers(self) -> tuple[str, ...]:
        """Every header the field reads."""
        flagged = tuple(header for headers in self.flags.values() for header in headers)
        return tuple(dict.fromkeys((*self.headers, *self.dimensions, *flagged, *self.unspecified)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What a sign such as `…` or `<5` in a figure's cell stands for."""

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    obs_status: str = "A"
    conf_status: str = "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueField:
    """The cell that becomes value, lower, upper, obs_status and conf_status of an observation.

    A number stands for itself with lower and upper null and the status A/F; an empty cell without a sign of
    its own is `O`, not reported. `obs_status`, `conf_status` and `action` are the columns where SDMX says more of it.
    """

    header: str
    signs: Mapping[str, Sign]
    obs_status: tuple[str, ...] = ()
    conf_status: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ""
    scale: float = 1.0
    min: float | None = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule over several core columns; `key` is what quarantine and acceptance report name.

    `unique`: with keep = "first" later rows go to quarantine under `key`; with keep = "none" exact repeats of
    the whole mapped row go under `duplicate_row`, and rows that contradict each other all go under `key`.
    """

    key: str
    kind: RuleKind
    columns: tuple[str, ...]
    keep: Literal["first", "none"] = "first"
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VintageRule:
    """Where the day from which an extract is known is found; `receipt` = the day it came."""

    source: VintageFrom = "receipt"
    pattern: str = r"(20\d\d-\d\d-\d\d)"
    column: str = ""
    format: str = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What makes a file this source."""

    headers: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    title: str = ""
    file_name: str = ""


Standard = Literal["htcds", "unodc"]
Fit = Literal[
    "exact",  # the same question with the same answers
    "partly",  # some of the answers, or a narrower or wider question
    "loss",  # several answers of the source become one, or detail is left behind
    "none",  # the standard does not ask it
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """How columns of a source (`header`, with wildcards) map to a field of a standard; `target` is empty for none."""

    header: str
    standard: Standard
    fit: Fit
    target: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One source: see the module's docstring for its TOML form. `origin` names the file for messages."""

    name: str
    title: str
    version: str
    table: Table
    formats: tuple[str, ...]
    fields: tuple[Field, ...]
    origin: str
    publisher: str = ""
    licence: str = ""
    doc: str = ""
    caveats: tuple[str, ...] = ()
    stream: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("",)
    remarks: tuple[str, ...] = ()
    vintage: VintageRule = field(default_factory=VintageRule)
    recognition: Recognition = field(default_factory=Recognition)
    layout: Mapping[str, object] = field(default_factory=dict)
    value: ValueField | None = None
    rules: tuple[Rule, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)
    must_be_empty: Mapping[str, str] = field(default_factory=dict)
    crosswalk: tuple[Correspondence, ...] = ()
    retention: Retention | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header the profile reads, in the order of its fields."""
        read = [header for item in self.fields for header in item.all_headers]
        if self.value is not None:
            read.append(self.value.header)
        read.extend(self.remarks)
        if self.vintage.source == "column":
            read.append(self.vintage.column)
        return tuple(dict.fromkeys(read))

    @property
    def status_headers(self) -> tuple[str, ...]:
        """Columns that say more of the figure, in files that have them."""
        return () if self.value is None else (*self.value.obs_status, *self.value.conf_status, *self.value.action)

    @property
    def required_headers(self) -> tuple[str, ...]:
        """Headers without which a file is not of this source."""
        fields = (item for item in self.fields if not item.optional)
        needed = [header for item in fields for header in item.all_headers if header not in item.may_lack]
        if self.vintage.source == "column":
            needed.append(self.vintage.column)
        if self.value is not None:
            needed.append(self.value.header)
        return tuple(dict.fromkeys(needed))

    def is_ignored(self, header: str) -> bool:
        """True for a header that the profile knows and does not take."""
        return any(fnmatchcase(header, pattern) for pattern in (*self.ignored, *self.must_be_empty))
