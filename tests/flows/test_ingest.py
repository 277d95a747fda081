"""Intake of text files: what is taken, what is not, where, and that nothing vanishes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.holdings.received import digest
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from transforms.errors import FileRejected, IdentifierFound, WrongArguments
from transforms.sources.registry import profile

DAY = date(2024, 2, 1)
CTDC = "yearOfRegistration,Datasource,gender,ageBroad,citizenship,CountryOfExploitation,isForcedLabour,isSexualExploit"
REGISTER = ",".join(("record_no", *profile("case_register").headers))
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def save(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return save


def ctdc(*rows: str) -> str:
    """A CTDC file of rows drawn with spaces between their cells; `.` is a blank cell."""
    lines = [",".join("" if cell == "." else cell.replace("_", " ") for cell in row.split()) for row in rows]
    return "\n".join([CTDC, *lines]) + "\n"


def register(*changes: dict[str, str]) -> str:
    """A case register file of one sound row per change, with that change made to it."""
    lines = [REGISTER]
    for number, change in enumerate(changes):
        row = dict.fromkeys(REGISTER.split(","), "") | {
            "reporting_country": "XX",
            "body": "NGO",
            "person_key": f"{number:016x}",
            "status": "ActualVictimOfTrafficking",
            "event_date": "2022-01-05",
            "registered_date": "2022-03-01",
            "sex": "Feminine",
            "age": "17",
            "extract_date": "2023-03-31",
        }
        lines.append(",".join((row | change)[header] for header in REGISTER.split(",")))
    return "\n".join(lines) + "\n"


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with read_warehouse(home) as con:
        return con.execute(query).fetchall()


def problems(home: Path, path: Path, source: str | None = None) -> dict[str, tuple[str, ...]]:
    """Rule -> cells of the acceptance report."""
    return {found.rule: found.cells for found in ingest_file(home, path, source, DAY).problems}


def test_the_real_k_anonymised_file_gives_its_published_yearly_counts(home: Path, shared_data: Path) -> None:
    path = shared_data / "ctdc" / "ctdc_kanon_2020-04-14_2002-2016.csv"
    taken = ingest_file(home, path)
    assert (taken.source, taken.verdict, taken.rows_read, taken.rows_quarantined) == (
        "ctdc_kanon",
        "accepted",
        36447,
        0,
    )
    assert taken.vintage_date == date(2020, 4, 14)
    counts = rows(home, "SELECT year(registered_date), count(*) FROM core.cases GROUP BY 1 ORDER BY 1")
    assert [count for _, count in counts] == [
        1026, 357, 223, 1455, 1423, 1417, 802, 587, 943, 1340, 1367, 1832, 3000, 4276, 16399,
    ]  # fmt: skip
    assert rows(home, "SELECT count(*) FROM core.cases WHERE citizenship = 'unknown'") == [(2764,)]
    assert rows(home, "SELECT count(*) FROM core.cases WHERE 'sexual_exploitation' IN form") == [(7613,)]
    assert rows(home, "SELECT count(*) FROM core.cases WHERE 'forced_labour' IN form") == [(9164,)]


def test_every_column_of_the_2021_layout_is_read_or_set_aside_for_a_reason(home: Path, shared_data: Path) -> None:
    taken = ingest_file(home, shared_data / "ctdc" / "the_global_k_anon_dataset__excerpt.csv", received_on=DAY)
    assert (taken.rows_read, taken.rows_accepted) == (10, 10)
    assert not [note for note in taken.notes if "does not know" in note]
    means = rows(home, "SELECT means_of_control FROM core.cases WHERE record_no IN (7, 11) ORDER BY record_no")
    assert means == [
        (["debt_bondage", "psychoactive_substances"],),
        (["threats", "physical_abuse", "sexual_abuse"],),
    ]
    assert rows(home, "SELECT age_class FROM core.cases WHERE record_no = 8") == [("child",)]


def test_zero_is_the_unknown_country_blank_is_not_reported_and_na_is_namibia(home: Path, write: Write) -> None:
    path = write(
        "c.csv",
        ctdc("2016 Hotline Female 9--17 0 NA 1 0", "2016 Hotline Male . 00 . . .", "2016 Hotline Male . . -99 . ."),
    )
    assert ingest_file(home, path, received_on=DAY).verdict == "accepted with remarks"
    found = rows(home, "SELECT citizenship, country_of_exploitation, crossing FROM core.cases ORDER BY record_no")
    assert found == [
        ("unknown", "NA", "unknown"),
        ("unknown", "not_reported", "unknown"),
        ("not_reported", "not_reported", "not_reported"),
    ]


def test_flags_become_lists_and_zeros_say_nothing_of_what_there_was(home: Path, write: Write) -> None:
    path = write(
        "c.csv", ctdc("2016 Hotline Male . PH PH 1 1", "2016 Hotline Male . PH PH 0 0", "2016 Hotline Male . PH PH . .")
    )
    ingest_file(home, path, received_on=DAY)
    assert rows(home, "SELECT form FROM core.cases ORDER BY record_no") == [
        (["sexual_exploitation", "forced_labour"],),
        (["not_reported"],),
        (["not_reported"],),
    ]


def test_unknown_codes_are_quarantined_with_their_cell_and_never_with_their_value(home: Path, write: Write) -> None:
    path = write(
        "c.csv",
        ctdc(
            "2016 Hotline Female 9--17 PH PH 1 0",
            "2016 Hotline Femme 9--17 PH PH 1 0",
            "2016 Hotline Female 9-17 PH UK 1 0",
            "201X Letter Female 9--17 PH PH yes 0",
        ),
    )
    taken = ingest_file(home, path, received_on=DAY)
    assert (taken.verdict, taken.rows_read, taken.rows_accepted, taken.rows_quarantined) == ("partly accepted", 4, 1, 3)
    assert {(p.rule, p.cells) for p in taken.problems} == {
        ("unknown_code:gender", ("C3",)),
        ("unknown_code:ageBroad", ("D4",)),
        ("unknown_code:CountryOfExploitation", ("F4",)),
        ("not_a_year:yearOfRegistration", ("A5",)),
        ("unknown_code:Datasource", ("B5",)),
        ("unknown_code:isForcedLabour", ("G5",)),
    }
    assert all(problem.advice for problem in taken.problems)
    report = (home / "acceptance" / f"{taken.sha256[:12]}.json").read_text(encoding="utf-8")
    assert not [value for value in ("Femme", "UK", "201X", "Letter", "yes") if f'"{value}"' in report]


def test_ragged_rows_are_refused_with_the_number_of_their_line(home: Path, write: Write) -> None:
    sound = "2016,Hotline,Female,9--17,PH,PH,1,0"
    lines = [
        CTDC,
        sound,
        "2016,Hotline",
        sound,
        sound + ",x",
        sound + ",x,y,z",
        sound,
        '2016,"Hot"line,Female,,PH,PH,1,0',
        sound + ",",
    ]
    taken = ingest_file(home, write("c.csv", "\n".join(lines)), received_on=DAY)
    assert (taken.rows_read, taken.rows_accepted, taken.rows_quarantined) == (8, 4, 4)
    assert {p.rule: p.cells for p in taken.problems} == {
        "ragged_row": ("line 3", "line 5", "line 6"),
        "broken_quotes": ("line 8",),
    }
    assert rows(home, "SELECT record_no FROM core.cases ORDER BY 1") == [(2,), (4,), (7,), (9,)]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: text.replace(",", "|").encode(),
        lambda text: text.replace("\n", "\r\n", 2).encode(),
        lambda text: ("\n\n" + text).encode(),
        lambda text: (text + "\n\n").encode(),
        lambda text: text.replace("Hotline", '"Hotline"').encode(),
        lambda text: text.encode("utf-16-le"),
    ],
)
def test_any_common_dialect_gives_the_same_rows(home: Path, write: Write, encode: Callable[[str], bytes]) -> None:
    path = write("c.csv", encode(ctdc("2016 Hotline Female 9--17 0 NA 1 0", "2015 Case_Management Male . UA RU . 1")))
    taken = ingest_file(home, path, received_on=DAY)
    assert (taken.source, taken.rows_read, taken.rows_accepted) == ("ctdc_kanon", 2, 2)
    assert rows(home, "SELECT sex, citizenship FROM core.cases ORDER BY record_no") == [
        ("female", "unknown"),
        ("male", "UA"),
    ]


def test_empty_lines_between_rows_keep_the_numbers_of_lines_true(home: Path, write: Write) -> None:
    content = ctdc("2016 Hotline Female . PH PH 1 0", "2016 Hotline F . PH PH 1 0").replace("\n", "\n\n")
    taken = ingest_file(home, write("c.csv", content), received_on=DAY)
    assert taken.rows_read == 2
    assert [p.cells for p in taken.problems] == [("C5",)]


def test_a_text_cell_with_a_line_end_in_it_is_one_row(home: Path, write: Write) -> None:
    content = register({"remark": '"first\nsecond"'}, {"sex": "F"})
    taken = ingest_file(home, write("r.csv", content), received_on=DAY)
    assert (taken.rows_read, taken.rows_accepted) == (2, 1)
    assert [p.cells for p in taken.problems] == [("J3",)]


def test_a_windows_1251_file_is_read_and_the_report_says_so(home: Path, write: Write) -> None:
    content = register({"remark": "сообщение поступило на горячую линию"}, {"remark": "вымышленные данные"}).encode(
        "cp1251"
    )
    taken = ingest_file(home, write("r.csv", content), received_on=DAY)
    assert (taken.rows_read, taken.rows_accepted) == (2, 2)
    assert any("not UTF-8" in note for note in taken.notes)


@pytest.mark.parametrize("page", ["utf-16-le", "utf-16-be"])
def test_cyrillic_in_utf_16_without_a_mark_is_read(home: Path, write: Write, page: str) -> None:
    table = "Год;Регион;Пол;Уровень безработицы, в процентах\r\n2020;Абай;мужчины;4,5\r\n2020;Абай;женщины;…\r\n"
    taken = ingest_file(home, write("r.csv", table.encode(page)), received_on=DAY)
    assert (taken.source, taken.verdict, taken.rows_accepted) == ("labour_market", "accepted", 2)


def test_rows_of_a_register_obey_the_order_of_dates_and_stand_once(home: Path, write: Write) -> None:
    path = write(
        "r.csv",
        register(
            {},
            {"event_date": "2022-03-02"},
            {"event_date": "2022-02-30"},
            {"registered_date": "2023-04-01"},
            {"registered_date": ""},
            {"assisted_date": "2033-01-01"},
            {"person_key": f"{0:016x}"},
            {"person_key": "no key at all"},
            {"age": "300"},
            {"form": "ForcedLabour;Fraud"},
            {"form": "ForcedLabour;SexualExploitation"},
        ),
    )
    assert problems(home, path) == {
        "event_after_registration": ("F3",),
        "not_a_date:event_date": ("F4",),
        "registered_after_extract": ("H5",),
        "empty:registered_date": ("H6",),
        "future_date:assisted_date": ("I7",),
        "duplicate_person": ("line 8",),
        "pattern:person_key": ("D9",),
        "not_an_age:age": ("K10",),
        "unknown_code:form": ("O11",),
    }
    assert rows(home, "SELECT form, age_group, age_class FROM core.cases ORDER BY record_no") == [
        (["not_reported"], "9-17", "child"),
        (["sexual_exploitation", "forced_labour"], "9-17", "child"),
    ]


def test_a_refused_row_is_not_the_first_of_its_person(home: Path, write: Write) -> None:
    path = write("r.csv", register({"person_key": "a" * 16, "sex": "F"}, {"person_key": "a" * 16}))
    assert set(problems(home, path)) == {"unknown_code:sex"}
    assert rows(home, "SELECT record_no FROM core.cases") == [(3,)]


def test_population_is_turned_from_thousands_into_persons(home: Path, shared_data: Path) -> None:
    for path in (shared_data / "population").glob("*country-795-*.csv"):
        ingest_file(home, path, received_on=DAY)
    assert rows(home, "SELECT round(sum(persons)) FROM core.population WHERE ref_area = 'TM' AND year = 2020") == [
        (6031187.0,)
    ]
    assert rows(home, "SELECT DISTINCT obs_status FROM core.population WHERE year >= 2020") == [("E",)]


def test_a_day_without_a_stringency_index_is_not_reported_and_not_zero(home: Path, shared_data: Path) -> None:
    ingest_file(home, shared_data / "oxcgrt" / "central_asia_stringency_long.csv", received_on=DAY)
    means = rows(
        home, "SELECT round(avg(value), 1) FROM core.observations WHERE ref_area = 'TM' GROUP BY year ORDER BY year"
    )
    assert [mean for (mean,) in means][:3] == [40.8, 61.1, 44.6]
    assert rows(home, "SELECT count(value), count(*) > 0 FROM core.observations WHERE obs_status = 'O'") == [(0, True)]


def test_the_same_file_twice_is_one_vintage_and_a_later_one_is_another(home: Path, write: Write) -> None:
    first = write("list_2022-03-31.csv", ctdc("2016 Hotline Female . PH PH 1 0"))
    later = write("list_2022-06-30.csv", ctdc("2016 Hotline Female . PH PH 1 0", "2016 Hotline Male . PH PH 1 0"))
    assert ingest_file(home, first, received_on=DAY).vintage_id == 1
    again = ingest_file(home, first, received_on=DAY)
    assert (again.verdict, again.vintage_id, again.rows_read) == ("already loaded", 1, 1)
    assert ingest_file(home, later, received_on=DAY).vintage_id == 2
    vintages = rows(home, "SELECT vintage_id, vintage_date, rows_read FROM raw.vintages ORDER BY 1")
    assert vintages == [(1, date(2022, 3, 31), 1), (2, date(2022, 6, 30), 2)]


def test_the_extract_is_kept_unchanged_with_its_receipt(home: Path, write: Write) -> None:
    path = write("c.csv", ctdc("2016 Hotline Female . PH PH 1 0"))
    taken = ingest_file(home, path, received_on=DAY)
    folder = home / "received" / taken.sha256[:2] / taken.sha256
    assert (folder / "c.csv").read_bytes() == path.read_bytes()
    assert digest(folder / "c.csv") == taken.sha256
    receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
    assert (receipt["sha256"], receipt["size_bytes"], receipt["source"]) == (
        taken.sha256,
        path.stat().st_size,
        "ctdc_kanon",
    )
    report = json.loads((home / "acceptance" / f"{taken.sha256[:12]}.json").read_text(encoding="utf-8"))
    assert report["rows_read"] == report["rows_accepted"] + report["rows_quarantined"]


def test_a_file_that_says_synthetic_is_marked_so(home: Path, write: Write) -> None:
    ingest_file(home, write("r.csv", register({"remark": "SYNTHETIC"})), received_on=DAY)
    ingest_file(home, write("c.csv", ctdc("2016 Hotline Female . PH PH 1 0")), received_on=DAY)
    assert rows(home, "SELECT is_synthetic FROM raw.vintages ORDER BY vintage_id") == [("yes",), ("no",)]


SYNTHESISED = (
    "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation,traffickMonths,meansDebtBondageEarnings,"
    "isForcedLabour,isSexualExploit,isOtherExploit\n2019,Woman,18--20,PHL,USA,,1,1,,\n"
)


@pytest.mark.parametrize(
    ("name", "is_invented"),
    [("CTDC_global_synthetic_data_v2025.csv", "no"), ("CTDC_SYNTHETIC_rows_for_tests.csv", "yes")],
)
def test_a_data_set_that_its_publisher_calls_synthetic_is_no_invention(
    home: Path, write: Write, name: str, is_invented: str
) -> None:
    """Otherwise its editions would be let out by one person alone."""
    ingest_file(home, write(name, SYNTHESISED), received_on=DAY)
    assert rows(home, "SELECT source, is_synthetic FROM raw.vintages") == [("ctdc_synthetic", is_invented)]


@pytest.mark.parametrize(
    "header", ["Фамилия", "passport_no", "E-mail", "dateOfBirth", "Doglan senesi", "victim surname"]
)
def test_a_file_with_identifying_columns_leaves_digest_size_and_rule_only(
    home: Path, write: Write, header: str
) -> None:
    path = write("Aman_Amanow.csv", f"{CTDC},{header}\n2016,Hotline,Female,,PH,PH,1,0,Amanow\n")
    with pytest.raises(IdentifierFound):
        ingest_file(home, path, received_on=DAY)
    sha256 = digest(path)
    assert [kept.name for kept in (home / "received" / sha256[:2] / sha256).iterdir()] == ["receipt.json"]
    kept = "".join(file.read_text(encoding="utf-8") for file in home.rglob("*.json"))
    assert "Aman" not in kept and "direct_identifiers" in kept
    assert rows(home, "SELECT count(*) FROM raw.vintages") == [(0,)]


@pytest.mark.parametrize(
    "remark", ["call +993 65 12-34-56", "aman@example.tm", "passport I-AŞ 123456", "док. А1234567"]
)
def test_contacts_and_documents_in_free_text_are_found(home: Path, write: Write, remark: str) -> None:
    with pytest.raises(IdentifierFound) as caught:
        ingest_file(home, write("r.csv", register({"remark": remark}, {})), received_on=DAY)
    assert remark not in caught.value.message
    assert not list((home / "received").rglob("r.csv"))


def test_dates_and_running_numbers_are_no_identifiers(home: Path, write: Write) -> None:
    path = write(
        "r.csv",
        register({"remark": "2023-01-05 SYNTHETIC"}, {"remark": "case 12345 of 2022"}, {"remark": "MIA-000123"}),
    )
    assert ingest_file(home, path, received_on=DAY).verdict == "accepted"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n  \n", "empty"),
        ("header.csv", CTDC.encode() + b"\n", "no rows"),
        ("junk.csv", bytes(range(256)) * 40, "binary"),
        ("x.xlsx", b"PK\x03\x04" + b"cut off" * 50, "incomplete"),
        ("renamed.xlsx", b"not a workbook at all", "not a workbook"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "picture"),
        ("other.csv", b"a,b\n1,2\n", "no column of a known source"),
        (
            "close.csv",
            CTDC.replace("citizenship", "nationality").encode() + b"\n1,2,3,4,5,6,7,8\n",
            "lacks the columns citizenship",
        ),
        ("none.csv", ctdc("never Hotline Female . PH PH 1 0").encode(), "none of its 1 rows"),
        ("twins.csv", CTDC.encode() + b",gender\n2016,Hotline,Male,,PH,PH,1,0,Male\n", "stand twice"),
    ],
)
def test_what_is_no_extract_is_refused_in_plain_words(
    home: Path, write: Write, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(FileRejected, match=says) as caught:
        ingest_file(home, write(name, content), received_on=DAY)
    assert caught.value.exit_code == 3 and caught.value.advice
    if (home / "warehouse.duckdb").exists():
        assert rows(home, "SELECT (SELECT count(*) FROM raw.vintages), (SELECT count(*) FROM core.cases)") == [(0, 0)]
    assert not list(home.glob("received/*/*/*"))


def test_a_file_of_another_source_is_told_which_it_looks_like(home: Path, write: Write) -> None:
    path = write("c.csv", ctdc("2016 Hotline Female . PH PH 1 0"))
    with pytest.raises(FileRejected, match="not a stringency file") as caught:
        ingest_file(home, path, source="stringency")
    assert "ctdc_kanon" in caught.value.advice
    with pytest.raises(WrongArguments, match="no source"):
        ingest_file(home, path, source="nonsense")


def test_a_folder_and_a_missing_file_are_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(FileRejected, match="folder"):
        ingest_file(home, tmp_path)
    with pytest.raises(FileRejected, match="does not exist"):
        ingest_file(home, tmp_path / "nowhere.csv")


def test_an_endless_line_is_refused_before_it_is_read(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as stream:
        for _ in range(25):
            stream.write(b"a,b;c" * 800_000)
    with pytest.raises(FileRejected, match="line 1 is longer"):
        ingest_file(home, path)


def test_an_endless_line_below_the_header_is_one_refused_row(home: Path, write: Write) -> None:
    sound = b"2016,Hotline,Female,,PH,PH,1,0\n"
    path = write("c.csv", CTDC.encode() + b"\n" + sound + b"x" * 20_000_000 + b"\n" + sound)
    taken = ingest_file(home, path, received_on=DAY)
    assert (taken.rows_read, taken.rows_accepted) == (3, 2)
    assert {p.rule: p.cells for p in taken.problems} == {"row_too_long": ("line 3",)}
    assert rows(home, "SELECT record_no FROM core.cases ORDER BY 1") == [(2,), (4,)]


def test_a_dry_run_reports_and_keeps_nothing(home: Path, write: Write) -> None:
    taken = ingest_file(
        home, write("c.csv", ctdc("2016 Hotline F . PH PH 1 0", "2016 Hotline Male . PH PH 1 0")), dry_run=True
    )
    assert (taken.rows_read, taken.rows_accepted) == (2, 1)
    assert not home.exists()


@pytest.mark.parametrize("step", ["copy_in", "settle"])
def test_a_failure_at_any_step_leaves_the_state_before(
    home: Path, write: Write, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError("power cut")

    path = write("c.csv", ctdc("2016 Hotline Female . PH PH 1 0"))
    with monkeypatch.context() as broken:
        broken.setattr(f"flows.intake.ingest.{step}", fail)
        with pytest.raises(OSError, match="power cut"):
            ingest_file(home, path, received_on=DAY)
    assert rows(home, "SELECT (SELECT count(*) FROM raw.vintages), (SELECT count(*) FROM core.cases)") == [(0, 0)]
    assert ingest_file(home, path, received_on=DAY).verdict == "accepted with remarks"


def test_a_failed_commit_is_no_vintage_and_the_next_attempt_succeeds(
    home: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("c.csv", ctdc("2016 Hotline Female . PH PH 1 0"))
    with monkeypatch.context() as broken:
        broken.setattr(
            "flows.intake.loading.Loaded.record", lambda *_, **__: (_ for _ in ()).throw(duckdb.IOException("disk"))
        )
        with pytest.raises(duckdb.IOException):
            ingest_file(home, path, received_on=DAY)
    assert rows(home, "SELECT count(*) FROM core.cases") == [(0,)]
    assert ingest_file(home, path, received_on=DAY).vintage_id == 1


def test_a_file_that_would_replace_a_much_longer_extract_is_stopped_until_confirmed(home: Path, write: Write) -> None:
    whole = write("whole.csv", ctdc(*["2019 Case_Management Female 9--17 PH . 1 0"] * 200))
    part = write("part.csv", ctdc(*["2020 Case_Management Female 9--17 PH . 1 0"] * 99))
    ingest_file(home, whole, received_on=DAY)
    with pytest.raises(FileRejected, match=r"99 sound rows .* has 200"):
        ingest_file(home, part, received_on=DAY)
    with read_warehouse(home) as con:
        assert con.execute("SELECT count(*) FROM core.cases").fetchall() == [(200,)]
    assert ingest_file(home, part, received_on=DAY, may_shrink=True).rows_accepted == 99


def test_a_shorter_file_that_replaces_nothing_or_only_a_little_is_taken(home: Path, write: Write) -> None:
    ingest_file(home, write("few.csv", ctdc(*["2019 Case_Management Female 9--17 PH . 1 0"] * 99)), received_on=DAY)
    one = write("one.csv", ctdc("2020 Case_Management Female 9--17 PH . 1 0"))
    assert ingest_file(home, one, received_on=DAY).rows_accepted == 1
    older = write("older.csv", ctdc(*["2018 Case_Management Female 9--17 PH . 1 0"] * 200))
    ingest_file(home, older, received_on=date(2020, 1, 1))
    assert ingest_file(home, one, received_on=DAY).verdict == "already loaded"


def test_the_rows_that_were_current_on_a_day_can_be_asked_for_by_name(home: Path, write: Write) -> None:
    ingest_file(home, write("a.csv", ctdc("2019 Case_Management Female 9--17 PH . 1 0")), received_on=date(2020, 1, 1))
    ingest_file(home, write("b.csv", ctdc("2020 Hotline Male 9--17 UA . 1 0")), received_on=date(2021, 1, 1))
    with read_warehouse(home) as con:
        asked = "SELECT citizenship FROM core.cases_as_of(DATE '{}')"
        assert con.execute(asked.format("2020-12-31")).fetchall() == [("PH",)]
        assert con.execute(asked.format("2021-01-01")).fetchall() == [("UA",)]
        assert con.execute(asked.format("2019-12-31")).fetchall() == []
