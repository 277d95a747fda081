"""Every form a figure can come in gives the same figures: text, workbook, SDMX, PC-Axis, JSON, Parquet."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import polars as pl
import pytest
import xlwt

from flows.intake.ingest import Acceptance, ingest_file
from flows.readers import form_of
from flows.readers.px import read_px
from flows.readers.sdmx_ml import read_sdmx
from flows.readers.workbook import read_grids
from flows.warehouse import read_warehouse
from transforms.errors import FileRejected

DAY = date(2024, 3, 1)
HEADERS = ("SERIES", "REF_AREA", "TIME_PERIOD", "SEX", "AGE", "UNIT_MEASURE", "OBS_VALUE")
ROWS = (
    ("unemployment_rate", "TM", "2023-Q1", "_T", "_T", "PT", "4.1"),
    ("unemployment_rate", "TM", "2023-Q1", "F", "_T", "PT", "3.8"),
    ("unemployment_rate", "TM-A", "2023", "M", "Y15T24", "PT", "7.25"),
    ("unemployment_rate", "TKM", "2023-M03", "M", "_T", "PT", "…"),
)
FIGURES = [
    ("TM", "country", "2023-03", 2023, "male", "total", "pct", None, "O"),
    ("TM", "country", "2023-Q1", 2023, "female", "total", "pct", 3.8, "A"),
    ("TM", "country", "2023-Q1", 2023, "total", "total", "pct", 4.1, "A"),
    ("TM-A", "region", "2023", 2023, "male", "age=Y15T24", "pct", 7.25, "A"),
]
Taken = tuple[Acceptance, list[tuple[object, ...]]]


def taken(folder: Path, path: Path) -> Taken:
    acceptance = ingest_file(folder / "home", path, received_on=DAY)
    with read_warehouse(folder / "home") as con:
        rows = con.execute(
            "SELECT ref_area, ref_area_type, time_period, year, sex, category, unit, value, obs_status::VARCHAR "
            "FROM core.observations ORDER BY ref_area, time_period, sex"
        ).fetchall()
    return acceptance, rows


def as_csv(path: Path) -> Path:
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADERS, *ROWS])
    return path.with_suffix(".csv")


def as_sdmx_csv(path: Path) -> Path:
    lines = [",".join(("DATAFLOW", *HEADERS)), *(",".join(("SSC:LABOUR(1.0)", *row)) for row in ROWS)]
    path.with_suffix(".csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.with_suffix(".csv")


def as_labelled_sdmx_csv(path: Path) -> Path:
    """SDMX-CSV with labels=both: code and name in every header and in every cell of a dimension."""
    header = ",".join(["DATAFLOW", *(f"{name}: {name.title()}" for name in HEADERS[:-1]), "OBS_VALUE: Figure"])
    lines = [
        ",".join(["SSC:LABOUR(1.0): Labour", *(f"{cell}: a word" for cell in row[:2]), row[2]]
                 + [f"{cell}: a word" for cell in row[3:6]] + [row[6]])
        for row in ROWS
    ]  # fmt: skip
    path.with_suffix(".csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path.with_suffix(".csv")


def as_sdmx_ml(path: Path) -> Path:
    def series(row: tuple[str, ...]) -> str:
        keys = [f'{name}="{cell}"' for name, cell in zip(HEADERS[:6], row, strict=False) if name != "TIME_PERIOD"]
        value = "NaN" if row[6] == "…" else row[6]
        return f'<Series {" ".join(keys)}><Obs TIME_PERIOD="{row[2]}" OBS_VALUE="{value}"/></Series>'

    urn = "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=SSC:LABOUR(1.0):ObsLevelDim:TIME_PERIOD"
    schemas = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><message:StructureSpecificData xmlns:ns1="{urn}" '
        f'xmlns:ss="{schemas}/data/structurespecific" xmlns:message="{schemas}/message" '
        f'xmlns:common="{schemas}/common" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><message:Header>'
        "<message:ID>T1</message:ID><message:Test>false</message:Test><message:Prepared>2024-02-01T00:00:00Z"
        '</message:Prepared><message:Sender id="SSC"/><message:Structure structureID="L" '
        f'namespace="{urn}" dimensionAtObservation="TIME_PERIOD"><common:Structure><Ref agencyID="SSC" id="LABOUR" '
        'version="1.0"/></common:Structure></message:Structure></message:Header><message:DataSet '
        f'ss:structureRef="L" xsi:type="ns1:DataSetType">{"".join(map(series, ROWS))}'
        "</message:DataSet></message:StructureSpecificData>"
    )
    path.with_suffix(".xml").write_text(text, encoding="utf-8")
    return path.with_suffix(".xml")


def as_json(path: Path) -> Path:
    records = [dict(zip(HEADERS, row, strict=True)) for row in ROWS]
    records[0]["OBS_VALUE"] = 4.1  # type: ignore[assignment]  # numbers and texts may stand beside each other
    records[3]["TIME_PERIOD"] = "2023-М03"  # the М is Cyrillic
    content = {"title": "SYNTHETIC", "data": records}
    path.with_suffix(".json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path.with_suffix(".json")


def as_json_by_period(path: Path) -> Path:
    """A record per series, its figures under the names of their periods, as platforms of the region deliver them."""
    records = [
        {key: cell for key, cell in zip(HEADERS, row, strict=True) if key not in ("TIME_PERIOD", "OBS_VALUE")}
        | {row[2].replace("M", "М"): row[6]}  # the second М is Cyrillic
        for row in ROWS
    ]
    content = [{"metadata": [{"name": "title", "value": "SYNTHETIC"}], "data": records}]
    path.with_suffix(".json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path.with_suffix(".json")


def as_json_lines(path: Path) -> Path:
    lines = [json.dumps(dict(zip(HEADERS, row, strict=True)), ensure_ascii=False) for row in ROWS]
    path.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.with_suffix(".jsonl")


def as_parquet(path: Path) -> Path:
    pl.DataFrame(ROWS, schema=list(HEADERS), orient="row").write_parquet(path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


WRITERS = (as_csv, as_sdmx_csv, as_labelled_sdmx_csv, as_sdmx_ml, as_json, as_json_by_period, as_json_lines, as_parquet)


@pytest.mark.parametrize("write", WRITERS, ids=lambda writer: writer.__name__)
def test_every_form_gives_the_same_figures(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    acceptance, rows = taken(tmp_path, write(tmp_path / "labour_2024-02-01"))
    assert (acceptance.rows_read, acceptance.rows_accepted) == (4, 4)
    assert rows == FIGURES


def test_a_figure_in_another_unit_is_set_aside(tmp_path: Path) -> None:
    rows = [dict(zip(HEADERS, row, strict=True)) for row in ROWS]
    rows[1]["UNIT_MEASURE"] = "PERSONS"
    path = tmp_path / "labour.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    acceptance, _ = taken(tmp_path, path)
    assert [(item.rule, item.cells) for item in acceptance.problems] == [("unknown_code:UNIT_MEASURE", ("record 2",))]


def test_a_figure_under_the_name_of_a_period_is_named_by_its_record_and_its_period(tmp_path: Path) -> None:
    about = {key: cell for key, cell in zip(HEADERS, ROWS[0], strict=True) if key not in ("TIME_PERIOD", "OBS_VALUE")}
    records = [about | {"2023-Q1": 4.1, "2023-Q2": "many", "2023": None, "note": "x"}, about | {"2022": 0}, about]
    path = tmp_path / "labour.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    acceptance, rows = taken(tmp_path, path)
    assert (acceptance.rows_read, acceptance.rows_accepted) == (5, 3)
    assert [(item.rule, item.cells) for item in acceptance.problems] == [
        ("empty:TIME_PERIOD", ("record 3",)),
        ("not_a_number:OBS_VALUE", ("record 1, 2023-Q2",)),
    ]
    assert [(row[2], row[7], row[8]) for row in rows] == [("2022", 0, "A"), ("2023", None, "O"), ("2023-Q1", 4.1, "A")]


def test_names_that_differ_by_case_or_are_none_are_columns_of_their_own(tmp_path: Path) -> None:
    records = [dict(zip(HEADERS, row, strict=True)) for row in ROWS]
    more = {"obs_value": "7", "Sheet": "x", "Record_No": "900", "": "nobody's"}
    path = tmp_path / "labour.json"
    path.write_text(json.dumps([more | record for record in records]), encoding="utf-8")
    acceptance, rows = taken(tmp_path, path)
    assert (acceptance.rows_accepted, acceptance.sheet) == (4, "")
    assert rows == FIGURES


def test_half_a_character_in_json_is_a_damaged_cell_and_not_the_end(tmp_path: Path) -> None:
    records = [dict(zip(HEADERS, row, strict=True)) | {"\ud83d": "x"} for row in ROWS]
    records[0]["SEX"] = "F\ud83d"
    path = tmp_path / "labour.json"
    path.write_text(json.dumps({"title": "half \ud83d", "data": records}), encoding="utf-8")
    acceptance, _ = taken(tmp_path, path)
    assert (acceptance.rows_read, acceptance.rows_accepted) == (4, 3)
    assert [problem.rule for problem in acceptance.problems] == ["unknown_code:SEX"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("n.json", b'[{"a": 1, " a": 2}]', "these columns stand twice: a"),
        ("a.json", b'{"a": 1}', "0 lists of records"),
        ("b.json", b'[{"a": [1]}]', "record 1: `a` holds a list"),
        ("c.json", b"[[1, 2]]", "no list of records"),
        ("d.json", b"[]", "empty list"),
        ("e.json", b"[" * 100_000, "not complete JSON"),
        ("f.json", b'[{"a": NaN}]', "not complete JSON"),
        ("g.xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type"),
        ("h.xml", b"<?xml version='1.0'?><a/>", "not an SDMX message"),
        ("i.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        ("j.px", b'CHARSET="ANSI";\nTITLE="t";\nDATA=1 2;', "lacks STUB, HEADING"),
        ("k.px", b'CHARSET="ANSI";\nSTUB="a";\nVALUES("a")="x","y";\nDATA=1 2', "cut off"),
        ("l.px", b'CHARSET="ANSI";\nSTUB="a";\nVALUES("a")="x","y";\nDATA=1 2 3;', "announces 2 figures and 3"),
        ("m.parquet", b"PAR1" + b"\x00" * 40, "not a complete Parquet"),
    ],
)  # fmt: skip
def test_what_is_damaged_or_hostile_is_refused_in_plain_words(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileRejected, match=said) as caught:
        ingest_file(tmp_path / "home", path, received_on=DAY)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("name", "shape", "first", "signs"),
    [
        ("1001.px", 504, {"Sexo": "Ambos sexos", "Periodo": "2013T4", "VALUE": "0.86"}, 0),
        ("14001.px", 8064, {"sexo": "Esposos", "VALUE": "162743"}, None),
        ("27067.px", 812, {"Comunidades y Ciudades Autónomas.code": "CA06", "VALUE": ".."}, None),
        ("px-x-0602000000_107.px", 60_800, {"Wirtschaftsabteilung.code": "5-96", "UNITS": "Prozent"}, None),
    ],
)
def test_real_pc_axis_files_give_a_row_per_figure(
    shared_data: Path, name: str, shape: int, first: dict[str, str], signs: int | None
) -> None:
    path = shared_data / "px" / name
    assert form_of(path) == "px"
    frame = read_px(path).frame
    assert frame.height == shape
    row = frame.row(0, named=True)
    assert {key: row[key] for key in first} == first


def test_a_pc_axis_file_in_utf_8_is_read_so_whatever_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "a.px"
    head = 'CHARSET="ANSI";\nCODEPAGE="iso-8859-15";\nSTUB="Welaýat";\nVALUES("Welaýat")="Daşoguz","Мары";\n'
    path.write_bytes(f"{head}DATA=1 2;\n".encode())
    assert read_px(path).frame["Welaýat"].to_list() == ["Daşoguz", "Мары"]
    path.write_bytes(f"{head.replace('ý', 'y').replace('ş', 's')}DATA=1 2;\n".encode("cp1251"))
    assert read_px(path).frame["Welayat"].to_list()[0] == "Dasoguz"


HEAD = (
    'CHARSET="ANSI";\n{declared}AXIS-VERSION="2010";\nTITLE="Число потерпевших по велаятам и полу";\nUNITS="человек";\n'
    'STUB="Велаят";\nHEADING="Пол";\nVALUES("Велаят")="Ахалский велаят","Балканский велаят";\n'
    'VALUES("Пол")="Мужчины","Женщины";\nDATA=1 2\n3 "..";\n'
)


@pytest.mark.parametrize("declared", ["", "iso-8859-15", "Windows-1252", "windows-1251", "cp866", "utf-8", "ansi"])
@pytest.mark.parametrize("page", ["utf-8", "cp1251", "cp866", "koi8-r", "iso-8859-5"])
def test_a_pc_axis_file_in_cyrillic_is_read_whatever_code_page_it_declares(
    tmp_path: Path, page: str, declared: str
) -> None:
    path = tmp_path / "a.px"
    path.write_bytes(HEAD.format(declared=f'CODEPAGE="{declared}";\n' if declared else "").encode(page))
    row = read_px(path).frame.row(0, named=True)
    assert (row["Велаят"], row["Пол"], row["UNITS"]) == ("Ахалский велаят", "Мужчины", "человек")


def test_a_western_pc_axis_file_keeps_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "a.px"
    words = '"Región de Ávila","Cataluña","Übrige Länder","Öffentlicher Verkehr"'
    head = f'CODEPAGE="iso-8859-15";\nSTUB="Área";\nVALUES("Área")={words};\nDATA=1 2 3 4;\n'
    path.write_bytes(head.encode("iso-8859-15"))
    assert read_px(path).frame["Área"].to_list() == [word.strip('"') for word in words.split(",")]


@pytest.mark.parametrize("name", ["opensdg_1-1-1--structure.xml", "opensdg_1-1-1--structure-specific.xml"])
def test_real_sdmx_messages_give_a_row_per_observation(shared_data: Path, name: str) -> None:
    read = read_sdmx(shared_data / "sdmx" / name)
    rows = read.frame.select("REF_AREA", "SEX", "TIME_PERIOD", "UNIT_MEASURE", "OBS_VALUE").rows()
    assert rows[0] == ("826", "_T", "2020", "PT", "100")
    assert len(rows) == 6
    assert read.titles[0] == "prepared 2022-05-28"


def test_an_sdmx_message_that_only_describes_is_refused(shared_data: Path) -> None:
    with pytest.raises(FileRejected, match="without data"):
        read_sdmx(shared_data / "sdmx" / "bis_der.xml")


def rates(home: Path) -> dict[tuple[str, int, str, str], tuple[float | None, str]]:
    with read_warehouse(home) as con:
        rows = con.execute(
            "SELECT ref_area, year, sex, category, value, obs_status::VARCHAR FROM core.observations"
        ).fetchall()
    return {row[:4]: row[4:] for row in rows}


def test_the_unemployment_table_gives_the_same_figures_in_all_three_of_its_forms(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "statcom"
    found = {}
    for name in (
        "kazakhstan/indicator_8-5-2.csv",
        "derived/bezrabotica_cp1251.csv",
        "derived/bezrabotica_merged_headers.xlsx",
    ):
        home = tmp_path / Path(name).stem
        acceptance = ingest_file(home, folder / name, received_on=DAY)
        assert acceptance.rows_quarantined == 0
        found[Path(name).name] = rates(home)
    original = found["indicator_8-5-2.csv"]
    assert len(original) == 2719
    whole = {key: cell for key, cell in original.items() if key[3] == "total"}
    assert len(whole) == 750
    assert found["bezrabotica_cp1251.csv"] == whole
    printed = found["bezrabotica_merged_headers.xlsx"]
    shown = {key: cell for key, cell in printed.items() if cell != (None, "O")}
    assert shown == {key: cell for key, cell in whole.items() if 2017 <= key[1] <= 2022}
    assert all(key not in whole for key in printed.keys() - shown.keys())


@pytest.mark.parametrize(
    ("name", "rows", "published"),
    [
        ("kazakhstan", 14, {2019: 1.7, 2020: 1.0, 2021: 1.1}),
        ("moldova", 325, {2019: 12.8, 2020: 5.3, 2021: 13.7}),
    ],
)
def test_victims_per_100_000_of_a_platform_are_the_published_ones(
    shared_data: Path, tmp_path: Path, name: str, rows: int, published: dict[int, float]
) -> None:
    acceptance = ingest_file(
        tmp_path / "home", shared_data / "statcom" / name / "indicator_16-2-2.csv", received_on=DAY
    )
    assert (acceptance.source, acceptance.rows_accepted, acceptance.rows_quarantined) == ("sdg_victims", rows, 0)
    with read_warehouse(tmp_path / "home") as con:
        found = con.execute(
            "SELECT year, value FROM core.observations WHERE unit = 'per_100k' AND sex = 'total' "
            "AND age_class = 'total' AND form = 'total' AND category = 'total'"
        ).fetchall()
    assert published.items() <= dict(found).items()


def test_a_table_with_the_columns_of_a_series_is_not_taken_for_it(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "statcom" / "kazakhstan" / "indicator_16-2-1.csv"  # columns and unit of unemployment
    with pytest.raises(FileRejected, match="nothing in it says that it is that series"):
        ingest_file(tmp_path / "home", path, received_on=DAY)


def test_a_table_that_does_not_say_its_series_is_taken_for_the_source_that_somebody_names(
    tmp_path: Path,
) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Year,UNIT_MEASURE,Value\n2020,PERSONS,1.5\n", encoding="utf-8")
    with pytest.raises(FileRejected) as refusal:
        ingest_file(tmp_path / "home", path, received_on=DAY)
    assert "--source sdg_victims" in refusal.value.advice
    assert ingest_file(tmp_path / "home", path, "sdg_victims", received_on=DAY).rows_accepted == 1


def as_xls(path: Path, rows: list[tuple[str | None, ...]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("8.5.2")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(row, column, float(cell) if cell.replace(".", "", 1).isdigit() else cell)
    book.save(path.with_suffix(".xls"))
    return path.with_suffix(".xls")


def as_ods(path: Path, rows: list[tuple[str | None, ...]], *, repeats: int = 1) -> Path:
    def cell(text: str | None) -> str:
        if text is None:
            return "<table:table-cell/>"
        if text.replace(".", "", 1).isdigit():
            kind = f'office:value-type="float" office:value="{text}"'
            return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"
        return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'

    lines = [f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows]
    lines[-1] = lines[-1].replace("table-row>", f'table-row table:number-rows-repeated="{repeats}">', 1)
    far = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{far}</table:table-row>'
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="8.5.2">{"".join(lines)}{empty}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path.with_suffix(".ods"), "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path.with_suffix(".ods")


@pytest.mark.parametrize("write", [as_xls, as_ods], ids=["xls", "ods"])
def test_the_yearbook_table_reads_the_same_from_other_spreadsheet_programs(
    shared_data: Path, tmp_path: Path, write: Callable[[Path, list[tuple[str | None, ...]]], Path]
) -> None:
    original = shared_data / "statcom" / "derived" / "bezrabotica_merged_headers.xlsx"
    ingest_file(tmp_path / "xlsx", original, received_on=DAY)
    path = write(tmp_path / "table", read_grids(original)[0].frame.rows())
    acceptance = ingest_file(tmp_path / "other", path, received_on=DAY)
    assert (acceptance.rows_accepted, acceptance.rows_quarantined) == (396, 0)
    assert rates(tmp_path / "other") == rates(tmp_path / "xlsx")


def test_a_row_that_is_said_to_stand_a_million_times_is_refused(tmp_path: Path) -> None:
    path = as_ods(tmp_path / "bomb", [("Регион", "2017 год"), ("XX", "4.5")], repeats=2_000_000)
    with pytest.raises(FileRejected, match="repeated 2000000 times"):
        read_grids(path)


def test_macros_and_links_to_other_files_are_named_and_left_alone(shared_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.xlsm"
    path.write_bytes((shared_data / "statcom" / "derived" / "bezrabotica_merged_headers.xlsx").read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    notes = ingest_file(tmp_path / "home", path, received_on=DAY).notes
    assert any("macros" in note for note in notes)
    assert any("other files" in note for note in notes)


def test_duckdb_reads_parquet_without_an_extension() -> None:
    with duckdb.connect() as con:
        con.execute("SET autoinstall_known_extensions = false")
        assert con.execute("SELECT loaded FROM duckdb_extensions() WHERE extension_name = 'parquet'").fetchall() == [
            (True,)
        ]
