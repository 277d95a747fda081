"""The narrow waist: the tables every source is turned into, each column declared once with its documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from transforms import codes
from transforms.codes import CodeList

SqlType = Literal["INTEGER", "BIGINT", "SMALLINT", "DOUBLE", "VARCHAR", "DATE", "BOOLEAN", "VARCHAR[]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a core table; `codes` limits what it may hold, `VARCHAR[]` holds several codes per row."""

    name: str
    type: SqlType
    doc: str
    codes: CodeList | None = None
    nullable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One core table: `schema.name`, one row per `row_is`."""

    name: str
    row_is: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


_ORIGIN = (
    Column(name="vintage_id", type="INTEGER", doc="Vintage that brought the row (raw.vintages)."),
    Column(name="record_no", type="BIGINT", doc="Row of the file, counted as a spreadsheet shows it."),
    Column(name="source", type="VARCHAR", doc="Key of the source profile."),
    Column(name="stream", type="VARCHAR", doc="Part of the source that one delivery replaces as a whole."),
)


def _coded(name: str, codelist: CodeList, doc: str) -> Column:
    return Column(name=name, type="VARCHAR", codes=codelist, doc=doc)


def _several(name: str, codelist: CodeList, doc: str) -> Column:
    """Each code once, never empty, `unknown` and `not_reported` only alone: counting relies on it."""
    return Column(name=name, type="VARCHAR[]", codes=codelist, doc=doc)


CASES = Table(
    name="core.cases",
    row_is="one record of one person in one body's list",
    columns=(
        *_ORIGIN,
        Column(name="reporting_country", type="VARCHAR", doc="ISO 3166 alpha-2 of the register; `world` for CTDC."),
        Column(name="person_key", type="VARCHAR", nullable=True, doc="Pseudonymous key; null: a record is a person."),
        Column(name="body", type="VARCHAR", doc="Case-holding body that keeps the list."),
        _coded("status", codes.STATUS, "What the register says the person is."),
        Column(name="event_date", type="DATE", nullable=True, doc="First day of exploitation, where known."),
        Column(name="identified_date", type="DATE", nullable=True, doc="Day an entitled body decided."),
        Column(name="registered_date", type="DATE", doc="Day the case entered the register; 1 January if only a year."),
        Column(name="assisted_date", type="DATE", nullable=True, doc="Day of the first service received."),
        _coded("sex", codes.SEX, "Sex."),
        _coded("age_group", codes.AGE_GROUP, "Age in completed years at registration, in bands."),
        _coded("age_class", codes.AGE_CLASS, "Child or adult at registration."),
        Column(name="citizenship", type="VARCHAR", doc="ISO 3166 alpha-2, `unknown` or `not_reported`."),
        Column(name="country_of_exploitation", type="VARCHAR", doc="ISO 3166 alpha-2, `unknown` or `not_reported`."),
        _coded("crossing", codes.CROSSING, "Exploited in the country of citizenship, or abroad."),
        Column(name="region", type="VARCHAR", doc="Region of the reporting country, `unknown` or `not_reported`."),
        _several("form", codes.FORM, "Forms of exploitation."),
        _several("sector", codes.SECTOR, "Sectors of forced labour."),
        _several("means_of_control", codes.MEANS_OF_CONTROL, "Means of control."),
        _several("recruiter_relation", codes.RECRUITER_RELATION, "Relations of recruiters to the person."),
        _several("recruitment_channel", codes.RECRUITMENT_CHANNEL, "How the person was recruited."),
        _coded("identification_channel", codes.IDENTIFICATION_CHANNEL, "How the person came to notice."),
        _coded("identified_by", codes.IDENTIFIED_BY, "Kind of body that decided on the status."),
    ),
)
OBSERVATIONS = Table(
    name="core.observations",
    row_is="one published or delivered aggregate figure",
    columns=(
        *_ORIGIN,
        Column(name="series", type="VARCHAR", doc="Quantity, as a noun: victims_detected, persons_convicted, …"),
        Column(name="ref_area", type="VARCHAR", doc="ISO 3166 alpha-2, a region code, or an aggregate's own code."),
        Column(name="ref_area_type", type="VARCHAR", doc="country, region or aggregate."),
        Column(name="time_period", type="VARCHAR", doc="2021, 2021-Q2, 2021-03 or 2021-03-15."),
        Column(name="year", type="SMALLINT", doc="Calendar year of the period."),
        Column(name="sex", type="VARCHAR", doc="Sex code or total."),
        Column(name="age_class", type="VARCHAR", doc="child, adult, unknown or total."),
        Column(name="form", type="VARCHAR", doc="Form of exploitation or total."),
        Column(name="category", type="VARCHAR", doc="Further breakdown as `dimension=value`, or total."),
        Column(name="unit", type="VARCHAR", doc="person, case, offence, index, per_100k, …"),
        Column(name="value", type="DOUBLE", nullable=True, doc="Figure; null where the status says why."),
        Column(name="lower", type="DOUBLE", nullable=True, doc="Least value the sign allows (`<5`: 0)."),
        Column(name="upper", type="DOUBLE", nullable=True, doc="Greatest value the sign allows (`<5`: 4)."),
        _coded("obs_status", codes.OBS_STATUS, "SDMX observation status."),
        _coded("conf_status", codes.CONF_STATUS, "SDMX confidentiality status as received."),
    ),
)
POPULATION = Table(
    name="core.population",
    row_is="the population of an area in a year, by sex and age",
    columns=(
        *_ORIGIN,
        Column(name="ref_area", type="VARCHAR", doc="ISO 3166 alpha-2 or a region code."),
        Column(name="year", type="SMALLINT", doc="Year; mid-year or 1 January as the source's caveats say."),
        Column(name="sex", type="VARCHAR", doc="female, male or total."),
        Column(name="age_group", type="VARCHAR", doc="Five-year band such as 0-4, or total."),
        Column(name="persons", type="DOUBLE", doc="Persons (not thousands)."),
        _coded("obs_status", codes.OBS_STATUS, "A, or E for a projection."),
    ),
)
CORE_TABLES: tuple[Table, ...] = (CASES, OBSERVATIONS, POPULATION)

VINTAGES = Table(
    name="raw.vintages",
    row_is="the state of a source as one extract gave it",
    columns=(
        Column(name="vintage_id", type="INTEGER", doc="Running number of loading."),
        Column(name="source", type="VARCHAR", doc="Key of the source profile."),
        Column(name="sha256", type="VARCHAR", doc="Digest of the extract."),
        Column(name="file_name", type="VARCHAR", doc="Name of the file as received."),
        Column(name="size_bytes", type="BIGINT", doc="Size of the file."),
        Column(name="vintage_date", type="DATE", doc="Day from which the extract is known; as-of compares with it."),
        Column(name="loaded_at", type="VARCHAR", doc="ISO 8601 instant of loading, UTC."),
        Column(name="contract_version", type="VARCHAR", doc="Version of the profile that read it."),
        Column(name="rows_read", type="BIGINT", doc="Data rows in the file."),
        Column(name="rows_accepted", type="BIGINT", doc="Rows in the core table."),
        Column(name="rows_quarantined", type="BIGINT", doc="Rows refused; rows_read = accepted + quarantined."),
        Column(name="is_synthetic", type="VARCHAR", doc="`yes` if the file says it is SYNTHETIC, else `no`."),
    ),
)
VINTAGE_STREAMS = Table(
    name="raw.vintage_streams",
    row_is="a stream that a vintage delivers, with the rows it holds of it",
    columns=(
        Column(name="vintage_id", type="INTEGER", doc="Vintage."),
        Column(name="stream", type="VARCHAR", doc="Stream; a later vintage with the same stream supersedes."),
        Column(name="rows_accepted", type="BIGINT", doc="Accepted rows of the stream."),
    ),
)
VINTAGE_SHEETS = Table(
    name="raw.vintage_sheets",
    row_is="a sheet of a workbook that a vintage was read from",
    columns=(
        Column(name="vintage_id", type="INTEGER", doc="Vintage."),
        Column(name="sheet", type="VARCHAR", doc="Name of the sheet; its supplier chose it."),
        Column(name="rows_read", type="BIGINT", doc="Data rows, or figures, that the sheet holds."),
    ),
)
BREAKS = Table(
    name="raw.breaks",
    row_is="a line of figures that breaks with earlier ones, as was confirmed when a vintage was loaded; rows are only "
    "ever added",
    columns=(
        Column(name="vintage_id", type="INTEGER", doc="Vintage whose figures break with those held before."),
        Column(name="source", type="VARCHAR", doc="Key of the source profile."),
        Column(name="series", type="VARCHAR", doc="Quantity; `population` for the population."),
        Column(name="ref_area", type="VARCHAR", doc="Country, region or aggregate."),
        Column(name="time_period", type="VARCHAR", doc="First period of the new level; its figure is marked `B`."),
        Column(name="sex", type="VARCHAR", doc="Sex code or total."),
        Column(name="age", type="VARCHAR", doc="Age class, of the population age group, or total."),
        Column(name="form", type="VARCHAR", doc="Form of exploitation or total."),
        Column(name="category", type="VARCHAR", doc="Further breakdown as `dimension=value`, or total."),
        Column(name="kind", type="VARCHAR", doc="unit, scale, new unit, new level or fractions."),
        Column(name="unit_before", type="VARCHAR", doc="Unit of the figures held."),
        Column(name="unit", type="VARCHAR", doc="Unit of the new ones."),
        Column(name="ratio", type="DOUBLE", nullable=True, doc="Typical new figure over the earlier one, where known."),
    ),
)
WITHDRAWALS = Table(
    name="raw.withdrawals",
    row_is="a time in which a vintage does not count, because it was withdrawn; rows are only ever added",
    columns=(
        Column(name="vintage_id", type="INTEGER", doc="Vintage that was withdrawn."),
        Column(name="withdrawn_from", type="DATE", doc="First day on which it does not count; as-of compares with it."),
        Column(
            name="withdrawn_until",
            type="DATE",
            nullable=True,
            doc="Day from which it counts: of an extract taken in again after its withdrawal; null: for good.",
        ),
        Column(name="withdrawn_at", type="VARCHAR", doc="ISO 8601 instant of writing this down, UTC."),
        Column(name="reason", type="VARCHAR", doc="Why, in the words of who withdrew it; nothing personal."),
    ),
)
QUARANTINE = Table(
    name="quarantine.rows",
    row_is="one rule that one row of an extract broke",
    columns=(
        Column(name="vintage_id", type="INTEGER", doc="Vintage."),
        Column(name="sheet", type="VARCHAR", doc="Sheet name, or empty for text files."),
        Column(name="record_no", type="BIGINT", doc="Row of the file as a spreadsheet shows it."),
        Column(name="column_name", type="VARCHAR", doc="Header of the column at fault, or empty."),
        Column(name="cell", type="VARCHAR", doc="Cell address such as C17, or `line 17`."),
        Column(name="rule", type="VARCHAR", doc="Key of the rule; never the value."),
    ),
)
EDITIONS = Table(
    name="pub.editions",
    row_is="one edition that was published; rows are only ever added",
    columns=(
        Column(name="edition", type="VARCHAR", doc="annual-2023, quarterly-2021-Q2 or monthly-2021-03."),
        Column(name="scope", type="VARCHAR", doc="`world` or a country code."),
        Column(name="audience", type="VARCHAR", doc="For whom; its disclosure policy applied."),
        Column(name="as_of", type="DATE", doc="Day whose knowledge the figures use."),
        Column(name="run_id", type="VARCHAR", doc="Digest of all that the released figures depend on."),
        Column(name="counts_id", type="VARCHAR", doc="Run of mart.counts that went into the gate."),
        Column(name="manifest_sha256", type="VARCHAR", doc="Digest of edition.json."),
        Column(name="files_sha256", type="VARCHAR", doc="Digest of the names and contents of all files."),
        Column(name="languages", type="VARCHAR", doc="Languages of the reports, with commas between."),
        Column(name="code_version", type="VARCHAR", doc="Version of this product."),
        Column(name="published_at", type="VARCHAR", doc="ISO 8601 instant, UTC."),
    ),
)
ENTRIES = Table(
    name="ledger.entries",
    row_is="one act on an edition, or a deletion after its time, chained to the one before; rows are only ever added, "
    "`ledger.jsonl` is their copy",
    columns=(
        Column(name="seq", type="INTEGER", doc="Running number from 1 without gaps."),
        Column(name="acted_at", type="VARCHAR", doc="ISO 8601 instant, UTC."),
        Column(
            name="act", type="VARCHAR", doc="proposed, approved, refused, withdrawn, recorded (old ones) or deleted."
        ),
        Column(name="person", type="VARCHAR", doc="Who, by the name that was given."),
        Column(
            name="edition", type="VARCHAR", doc="annual-2023, quarterly-2021-Q2 or monthly-2021-03; empty: deleted."
        ),
        Column(name="scope", type="VARCHAR", doc="`world` or a country code."),
        Column(name="audience", type="VARCHAR", doc="For whom; empty where something was deleted."),
        Column(name="run_id", type="VARCHAR", doc="Digest of all that the figures depend on."),
        Column(name="as_of", type="DATE", doc="Day whose knowledge the figures use."),
        Column(
            name="manifest_sha256",
            type="VARCHAR",
            doc="Digest of edition.json, the draft's or as placed; of the list deleted.",
        ),
        Column(name="files_sha256", type="VARCHAR", doc="Digest of the names and contents of all files."),
        Column(name="context", type="VARCHAR", doc="What the edition is for, in the proposer's words."),
        Column(name="controls", type="VARCHAR", doc="What was checked, in the proposer's words."),
        Column(name="reason", type="VARCHAR", doc="Why it was refused, withdrawn or deleted."),
        Column(name="is_self_approved", type="BOOLEAN", doc="Whether no second person looked: synthetic data only."),
        Column(name="version", type="INTEGER", doc="Version of the form of this entry."),
        Column(name="previous", type="VARCHAR", doc="Hash of the entry before; zeros for the first."),
        Column(name="hash", type="VARCHAR", doc="sha256 of the canonical JSON of everything before."),
    ),
)
PUBLICATIONS = Table(
    name="ledger.publications",
    row_is="one manifest that readers were given, whatever became of its folder, or one list of what was deleted after "
    "its time; rows are only ever added",
    columns=(
        Column(name="manifest_sha256", type="VARCHAR", doc="Digest of the document."),
        Column(name="document", type="VARCHAR", doc="Text of edition.json: every released cell; or of the list."),
    ),
)
COUNTS = Table(
    name="mart.counts",
    row_is="one unprotected cell that a run counted; internal, never a source of pages",
    columns=(
        Column(name="run_id", type="VARCHAR", doc="Run that counted."),
        Column(name="table_key", type="VARCHAR", doc="Key of the edition's table."),
        Column(name="indicator", type="VARCHAR", doc="Key of the indicator."),
        Column(name="population", type="VARCHAR", doc="What is counted, across tables."),
        Column(name="dimensions", type="VARCHAR[]", doc="Dimensions of the table."),
        Column(name="coordinates", type="VARCHAR[]", doc="Code per dimension."),
        Column(name="value", type="DOUBLE", nullable=True, doc="Count; null where the status says why."),
        _coded("obs_status", codes.OBS_STATUS, "SDMX observation status."),
    ),
)
ESTIMATES = Table(
    name="mart.estimates",
    row_is="one answer of a statistical method on unprotected counts; internal, never a source of pages",
    columns=(
        Column(name="run_id", type="VARCHAR", doc="Run of mart.counts whose counts it rests on."),
        Column(name="estimate_key", type="VARCHAR", doc="Question and series, as covid:victims_identified."),
        Column(name="method", type="VARCHAR", doc="Key of the method."),
        Column(name="estimate", type="DOUBLE", nullable=True, doc="Figure; null where it was refused."),
        Column(name="lower", type="DOUBLE", nullable=True, doc="Lower bound; null where the data set none."),
        Column(name="upper", type="DOUBLE", nullable=True, doc="Upper bound; null where the data set none."),
        Column(name="level", type="DOUBLE", doc="Level of the interval."),
        Column(name="unit", type="VARCHAR", doc="What the figure counts."),
        Column(name="refusal", type="VARCHAR", doc="Code of the refusal, or empty."),
        Column(name="answer", type="VARCHAR", doc="The whole answer as JSON: basis, checks, caveats, details."),
    ),
)
SCHEMA_VERSIONS = Table(
    name="meta.schema_versions",
    row_is="one version that the schema of this warehouse had; rows are only ever added",
    columns=(
        Column(name="version", type="INTEGER", doc="Version of the schema (transforms/migrations.py)."),
        Column(name="does", type="VARCHAR", doc="What it brought, or how the warehouse came to be of it."),
        Column(name="made_by", type="VARCHAR", doc="Version of this product that made it so."),
        Column(name="made_at", type="VARCHAR", doc="ISO 8601 instant, UTC."),
    ),
)
