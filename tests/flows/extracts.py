"""Small extracts in every form that intake takes, from one table of cells; each is written within a millisecond."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import polars as pl
import xlwt

from transforms.sources.layouts import column_letter

Cell = str | int | float | bool | None

FIGURES = """
name = "{name}"
title = "Figures by area, year and sex"
version = "1"
table = "core.observations"
formats = ["csv", "xlsx", "px", "json", "sdmx", "parquet"]
stream = ["ref_area"]
remarks = ["NOTE"]

[fields]
series = {{ constant = "unemployment_rate" }}
ref_area = {{ from = "AREA", as = "text", pattern = '[A-Z]{{2}}(-[A-Z0-9]{{1,3}})?' }}
ref_area_type = {{ constant = "region" }}
time_period = {{ from = "TIME_PERIOD", as = "text", pattern = '20[0-9]{{2}}' }}
year = {{ from = "TIME_PERIOD", as = "year" }}
sex = {{ from = "SEX", as = "code", empty = "total", codes = {{ T = "total", F = "female", M = "male" }} }}
age_class = {{ constant = "total" }}
form = {{ constant = "total" }}
category = {{ constant = "total" }}
unit = {{ constant = "pct" }}

[value]
from = "{value}"

[value.signs]
"-" = {{ value = 0, obs_status = "A" }}
"…" = {{ obs_status = "O" }}
"<5" = {{ lower = 0, upper = 4, obs_status = "A" }}

[ignored]
"DATAFLOW" = "names the flow"
"UNITS" = "the unit is one"
"""
PERSONS = """
name = "persons"
title = "A list of persons"
version = "1"
table = "core.cases"
formats = ["csv", "xlsx", "json", "parquet"]
stream = ["body"]
remarks = ["remark"]

[vintage]
from = "column"
column = "extract_date"

[fields]
reporting_country = { constant = "XX" }
body = { from = "body", as = "text", pattern = '[A-Z]{2,5}' }
person_key = { from = "person_key", as = "text", pattern = '[0-9a-f]{16}' }
status = { from = "status", as = "code" }
event_date = { from = "event_date", as = "date", format = "%d.%m.%Y" }
registered_date = { from = "registered_date", as = "date" }
sex = { from = "sex", as = "code" }
age_group = { from = "age", as = "age" }
age_class = { as = "age_class" }
citizenship = { constant = "not_reported" }
country_of_exploitation = { constant = "not_reported" }
region = { constant = "not_reported" }
form = { from = "form", as = "codes" }

[[rules]]
key = "event_after_registration"
kind = "order"
columns = ["event_date", "registered_date"]
advice = "event_date not after registered_date"

[[rules]]
key = "duplicate_person"
kind = "unique"
columns = ["body", "person_key"]
keep = "first"
advice = "one row per person"
"""


def write_profiles(home: Path) -> Path:
    """A home whose own sources are small: a source of many columns is slower to plan than its rows to load."""
    folder = home / "profiles"
    folder.mkdir(parents=True)
    written = {
        "figures": FIGURES.format(name="figures", value="VALUE"),
        "sdmx_figures": FIGURES.format(name="sdmx_figures", value="OBS_VALUE"),
        "persons": PERSONS,
    }
    for name, text in written.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return home


@dataclass(frozen=True, slots=True)
class Extract:
    """A header and its rows; a row may be shorter or longer than the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def with_header(self, place: int, name: str) -> Extract:
        """The same with another name over one column."""
        place %= len(self.header)
        return replace(self, header=(*self.header[:place], name, *self.header[place + 1 :]))

    def with_cell(self, row: int, place: int, cell: Cell) -> Extract:
        """The same with another cell."""
        row, place = row % len(self.rows), place % len(self.header)
        cells = list(self.rows[row])
        cells[place] = cell
        return replace(self, rows=(*self.rows[:row], tuple(cells), *self.rows[row + 1 :]))

    def with_columns(self, places: Sequence[int]) -> Extract:
        """These columns, in this order; a column may be taken twice or not at all."""
        header = tuple(self.header[place] for place in places)
        return Extract(header, tuple(tuple(row[place] for place in places) for row in self.rows))

    def with_rows(self, places: Sequence[int]) -> Extract:
        """These rows, in this order; a row may be taken twice or not at all."""
        return replace(self, rows=tuple(self.rows[place] for place in places))


def figures(value: str) -> Extract:
    """Twelve sound figures under a header whose last column is `value`."""
    areas, years, sexes = ("XX", "XX-1", "XX-2"), ("2022", "2023"), ("F", "M")
    places = [(area, year, sex) for area in areas for year in years for sex in sexes]
    rows = tuple((*place, f"{number}.5" if number % 5 else "…") for number, place in enumerate(places))
    return Extract(("AREA", "TIME_PERIOD", "SEX", value), rows)


PEOPLE = Extract(
    ("person_key", "body", "status", "event_date", "registered_date", "sex", "age", "form", "remark", "extract_date"),
    tuple(
        (
            f"{number:016x}", "NGO", "ActualVictimOfTrafficking", "05.01.2023", f"2023-03-0{number}", "Feminine",
            str(14 + number), "SexualExploitation", "жилище; жатак", "2024-01-20",
        )
        for number in range(1, 6)
    ),
)  # fmt: skip


def as_csv(extract: Extract, delimiter: str = ",", newline: str = "\n") -> bytes:
    """Delimited text in UTF-8."""
    stream = io.StringIO()
    texts = [["" if cell is None else str(cell) for cell in row] for row in (extract.header, *extract.rows)]
    has_return = any("\r" in text for row in texts for text in row)  # Python before 3.13 leaves it without quotes
    quoting = csv.QUOTE_ALL if has_return else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows(texts)
    return stream.getvalue().encode("utf-8", "surrogatepass")


def as_json(extract: Extract) -> bytes:
    """A list of records; of two columns of one name the later stands, as JSON has it."""
    records = [dict(zip(extract.header, row, strict=False)) for row in extract.rows]
    return json.dumps(records).encode()


def as_json_lines(extract: Extract) -> bytes:
    """A record a line, letters as they are."""
    records = [dict(zip(extract.header, row, strict=False)) for row in extract.rows]
    text = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return text.encode("utf-8", "surrogatepass")


def as_sdmx_csv(extract: Extract) -> bytes:
    """SDMX-CSV 1.0: a first column that names the flow."""
    rows = tuple(("SSC:RATES(1.0)", *row) for row in extract.rows)
    return as_csv(Extract(("DATAFLOW", *extract.header), rows))


_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"


def _message(kind: str, series: Sequence[str], *, more: str = "", of_set: str = "") -> bytes:
    urn = "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=SSC:RATES(1.0):ObsLevelDim:TIME_PERIOD"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><message:{kind} xmlns:ns1="{urn}" xmlns:message="{_SCHEMAS}/message" '
        f'xmlns:ss="{_SCHEMAS}/data/structurespecific" xmlns:generic="{_SCHEMAS}/data/generic" '
        f'xmlns:common="{_SCHEMAS}/common" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><message:Header>'
        "<message:ID>T1</message:ID><message:Test>false</message:Test><message:Prepared>2024-01-20T00:00:00Z"
        '</message:Prepared><message:Sender id="SSC"/><message:Structure structureID="L" '
        f'{more.format(urn=urn)} dimensionAtObservation="TIME_PERIOD"><common:Structure><Ref agencyID="SSC" '
        f'id="RATES" version="1.0"/></common:Structure></message:Structure></message:Header><message:DataSet {of_set}>'
        f"{''.join(series)}</message:DataSet></message:{kind}>"
    ).encode("utf-8", "surrogatepass")


def _split(extract: Extract, row: Sequence[Cell]) -> tuple[dict[str, str], str, str | None]:
    """Keys of the series, the period and the figure of a row."""
    cells = {name: "" if cell is None else str(cell) for name, cell in zip(extract.header, row, strict=False)}
    return cells, cells.pop("TIME_PERIOD", ""), cells.pop("OBS_VALUE", None)


def as_sdmx_specific(extract: Extract) -> bytes:
    """SDMX-ML 2.1, structure-specific: a series per row."""
    series = []
    for row in extract.rows:
        keys, period, value = _split(extract, row)
        named = "".join(f" {name}={quoteattr(cell)}" for name, cell in keys.items())
        figure = "" if value is None else f" OBS_VALUE={quoteattr(value)}"
        series.append(f"<Series{named}><Obs TIME_PERIOD={quoteattr(period)}{figure}/></Series>")
    of_set = 'ss:structureRef="L" xsi:type="ns1:DataSetType"'
    return _message("StructureSpecificData", series, more='namespace="{urn}"', of_set=of_set)


def as_sdmx_generic(extract: Extract) -> bytes:
    """SDMX-ML 2.1, generic: a series per row."""
    series = []
    for row in extract.rows:
        keys, period, value = _split(extract, row)
        named = "".join(f"<generic:Value id={quoteattr(name)} value={quoteattr(cell)}/>" for name, cell in keys.items())
        figure = "" if value is None else f"<generic:ObsValue value={quoteattr(value)}/>"
        series.append(
            f"<generic:Series><generic:SeriesKey>{named}</generic:SeriesKey><generic:Obs>"
            f"<generic:ObsDimension value={quoteattr(period)}/>{figure}</generic:Obs></generic:Series>"
        )
    return _message("GenericData", series, of_set='structureRef="L"')


def as_px(extract: Extract) -> bytes:
    """A PC-Axis file whose dimensions are the columns but the last; of a repeated place the last figure stands.

    What a short row lacks is filled from the header.
    """
    names = [name.replace('"', "") for name in extract.header[:-1]]
    rows = [[_word(cell) for cell in (*row, *extract.header)[: len(extract.header)]] for row in extract.rows]
    values = [list(dict.fromkeys(row[place] for row in rows)) for place in range(len(names))]
    placed = {tuple(row[:-1]): row[-1] for row in rows}
    figures = [placed.get(place, "..") for place in _places(values)]
    head = [
        'CHARSET="ANSI"', 'AXIS-VERSION="2013"', 'TITLE="Unemployment"', 'UNITS="per cent"',
        "STUB=" + ",".join(f'"{name}"' for name in names[:1]), "HEADING=" + ",".join(f'"{name}"' for name in names[1:]),
        *(f'VALUES("{name}")=' + ",".join(f'"{word}"' for word in words)
          for name, words in zip(names, values, strict=True)),
        "DATA=" + " ".join(text if text.replace(".", "", 1).isdigit() else f'"{text}"' for text in figures),
    ]  # fmt: skip
    return "".join(f"{line};\n" for line in head).encode("utf-8", "surrogatepass")


def _word(cell: Cell) -> str:
    return "" if cell is None else str(cell).replace('"', "")


def _places(values: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    places: list[tuple[str, ...]] = [()]
    for words in values:
        places = [(*place, word) for place in places for word in words]
    return places


def as_parquet(extract: Extract) -> bytes:
    """Parquet, each column of the type of its cells, or of text where they differ; names must differ there."""
    columns = {}
    for place, name in enumerate(extract.header):
        cells = [_whole(row[place]) if place < len(row) else None for row in extract.rows]
        kinds = {type(cell) for cell in cells if cell is not None}
        if len(kinds) != 1 or kinds == {int}:
            cells = [None if cell is None else str(cell) for cell in cells]
        told = str(_whole(name))
        columns[told if told not in columns else f"{told}_{place}"] = pl.Series(cells)
    stream = io.BytesIO()
    pl.DataFrame(columns).write_parquet(stream)
    return stream.getvalue()


def _whole(cell: Cell) -> Cell:
    """Parquet holds whole characters only."""
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts; lone surrogates of a text stay, which makes it damaged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part)
    return stream.getvalue()


_OFFICE = "http://schemas.openxmlformats.org"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def as_xlsx(extract: Extract) -> bytes:
    """A workbook of one sheet with texts, numbers and truth values, as small as the format allows."""

    def cell(content: Cell, place: str) -> str:
        match content:
            case None:
                return f'<c r="{place}"/>'
            case bool():
                return f'<c r="{place}" t="b"><v>{content:d}</v></c>'
            case int() | float():
                return f'<c r="{place}"><v>{content}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'

    lines = []
    for number, row in enumerate((extract.header, *extract.rows), start=1):
        cells = "".join(cell(content, f"{column_letter(place)}{number}") for place, content in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    main = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
    relations = f'{_XML}<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" Type='
    documents = f"{_OFFICE}/officeDocument/2006/relationships"
    return zipped({
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_KIND}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{_KIND}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{relations}"{documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook {main} xmlns:r="{documents}"><sheets><sheet name="list" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{relations}"{documents}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f"{_XML}<worksheet {main}><sheetData>{''.join(lines)}</sheetData></worksheet>",
    })  # fmt: skip


def as_xls(extract: Extract) -> bytes:
    """A workbook of Excel 97; what it cannot hold is cut to what it can."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("list")
    for number, row in enumerate((extract.header, *extract.rows)):
        for place, cell in enumerate(row):
            sheet.write(
                number, place, cell.encode("utf-16", "replace").decode("utf-16") if isinstance(cell, str) else cell
            )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_ods(extract: Extract) -> bytes:
    """An OpenDocument sheet."""

    def cell(content: Cell) -> str:
        match content:
            case None:
                return "<table:table-cell/>"
            case bool():
                kind = f'office:value-type="boolean" office:boolean-value="{str(content).lower()}"'
            case int() | float():
                kind = f'office:value-type="float" office:value="{content}"'
            case _:
                kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{escape(str(content))}</text:p></table:table-cell>"

    lines = [f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in (extract.header, *extract.rows)]
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'{_XML}<office:document-content{spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="list">{"".join(lines)}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>",
        "META-INF/manifest.xml": "<manifest/>",
    })  # fmt: skip


Writer = Callable[[Extract], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Forms of file that are read the same way, with a sound extract of each source that comes so."""

    suffixes: Mapping[Writer, str]
    sound: tuple[Extract, ...]


FAMILIES: dict[str, Family] = {
    "delimited text": Family(suffixes={as_csv: ".csv"}, sound=(figures("VALUE"), PEOPLE)),
    "xlsx": Family(suffixes={as_xlsx: ".xlsx"}, sound=(figures("VALUE"), PEOPLE)),
    "xls and ods": Family(suffixes={as_xls: ".xls", as_ods: ".ods"}, sound=(figures("VALUE"), PEOPLE)),
    "pc-axis": Family(suffixes={as_px: ".px"}, sound=(figures("VALUE"),)),
    "json": Family(suffixes={as_json: ".json", as_json_lines: ".jsonl"}, sound=(figures("VALUE"), PEOPLE)),
    "sdmx": Family(
        suffixes={as_sdmx_generic: ".xml", as_sdmx_specific: ".xml", as_sdmx_csv: ".csv"},
        sound=(figures("OBS_VALUE"),),
    ),
    "parquet": Family(suffixes={as_parquet: ".parquet"}, sound=(figures("VALUE"), PEOPLE)),
}
