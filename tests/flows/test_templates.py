"""The workbook a supplier fills in, and the check of a declaration: what comes out is what intake takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from flows.intake.ingest import ingest_file
from flows.intake.template_words import _LABELS, _WORDS, LANGUAGES, Language
from flows.intake.templates import template_of, write_template
from transforms.errors import WrongArguments
from transforms.sources.entry import is_flat
from transforms.sources.registry import named, profiles

FLAT = tuple(dict.fromkeys(known.name for known in profiles() if is_flat(known) and known.origin != "kz"))
SOURCES = tuple(name for name in FLAT if any(is_flat(known) and "xlsx" in known.formats for known in named(name)))
TipTrends = Callable[..., Any]


def written(folder: Path, name: str, language: Language = "en") -> Path:
    path = folder / f"{name}_2024-02-01.xlsx"
    write_template(path, template_of(named(name)), language)
    return path


def test_every_source_that_can_come_as_a_flat_table_has_a_template() -> None:
    assert set(FLAT) - set(SOURCES) == {"sdg_victims"}  # files of platforms, which nobody fills in by hand
    assert {"case_register", "htcds", "ctdc_synthetic", "hotline_contacts", "action_plan", "labour_market"} <= {
        *SOURCES
    }


@pytest.mark.parametrize("name", SOURCES)
def test_a_template_is_accepted_as_it_is_filled_in(tmp_path: Path, name: str) -> None:
    for language in LANGUAGES:
        path = written(tmp_path / "", name, language)
        acceptance = ingest_file(tmp_path / "home", path, dry_run=True)
        assert (acceptance.source, acceptance.verdict) == (name, "accepted"), language
        assert (acceptance.rows_read, acceptance.rows_accepted) == (1, 1)
        path.unlink()


def test_the_example_row_marks_the_file_as_synthetic_and_its_removal_leaves_no_row(tmp_path: Path) -> None:
    path = written(tmp_path, "case_register")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    remark = [cell.value for cell in sheet[1]].index("remark") + 1
    assert sheet.cell(2, remark).value == "SYNTHETIC"
    assert ingest_file(tmp_path / "home", path, dry_run=True).is_synthetic
    sheet.cell(2, remark).value = None
    book.save(path)
    assert not ingest_file(tmp_path / "home", path, dry_run=True).is_synthetic


def test_coded_columns_offer_their_codes_in_a_list(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path, "case_register", "ru"))
    sheet, codes = book.worksheets[0], book["Коды"]
    at = {str(cell.value): cell.column_letter for cell in sheet[1]}
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    status, form, day = (rules[f"{at[name]}2"] for name in ("status", "form", "registered_date"))
    assert (status.type, status.showErrorMessage) == ("list", True)
    first, last = status.formula1.split("!")[1].replace("$", "").split(":")
    offered = [row[0].value for row in codes[first:last]]
    assert offered[:2] == ["PossibleVictimOfTrafficking", "ActualVictimOfTrafficking"]
    meanings = [codes.cell(row[0].row, row[0].column + 1).value for row in codes[first:last]]
    assert meanings[0] == "Предполагаемая жертва"
    assert form.type == "list" and not form.showErrorMessage  # several codes may stand in a cell
    assert day.type == "date"
    assert sheet[f"{at['registered_date']}2"].number_format == "yyyy-mm-dd"
    assert sheet[f"{at['age']}2"].number_format == "General"
    assert sheet[f"{at['person_key']}2"].number_format == "@"


@pytest.mark.parametrize(("language", "says"), [("en", "must be filled"), ("ru", "обязательна"), ("tk", "hökmanmy")])
def test_the_notes_are_in_the_language_asked_for(tmp_path: Path, language: Language, says: str) -> None:
    notes = load_workbook(written(tmp_path, "hotline_contacts", language)).worksheets[1]
    text = " ".join(str(cell.value) for row in notes.iter_rows() for cell in row if cell.value).casefold()
    assert says in text and "contacts" in text and "2024-01-15" in text
    assert ("barlanmady" in text) == (language == "tk")  # Turkmen awaits a native reader, and says so


def test_every_word_has_its_three_languages() -> None:
    for key, texts in (_WORDS | _LABELS).items():
        assert len(texts) == len(LANGUAGES)
        assert all(texts) or key == "draft"


def test_the_template_of_the_case_standard_hides_the_names_that_programs_read(tmp_path: Path) -> None:
    sheet = load_workbook(written(tmp_path, "htcds", "tk")).worksheets[0]
    assert sheet.row_dimensions[1].hidden and sheet["A1"].value == "org_ShippingCountry"
    assert sheet["A2"].value == "Hasaba alýan ýurt"
    assert not {"prs_FirstName", "prs_Birthdate", "prs_Email"} & {cell.value for cell in sheet[1]}


def test_a_source_that_comes_as_a_printed_table_has_no_template() -> None:
    with pytest.raises(WrongArguments, match="crime_justice comes as the table"):
        template_of(named("crime_justice"))


def test_the_command_writes_a_workbook_and_replaces_none(tip_trends: TipTrends, tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    home = ("--home", tmp_path / "home")
    ran = tip_trends(*home, "template", "migration_flows", "-o", path, "--lang", "ru")
    assert (ran.code, ran.out.strip()) == (0, str(path))
    assert load_workbook(path).sheetnames[1:] == ["Пояснения", "Коды"]
    again = tip_trends(*home, "template", "migration_flows", "-o", path)
    assert again.code == 2 and "exists already" in again.err and "--force" in again.err
    assert tip_trends(*home, "template", "migration_flows", "-o", path, "--force").code == 0
    checked = tip_trends(*home, "ingest", path, "--dry-run")
    assert checked.code == 0 and "accepted 1" in checked.out
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("template", "nonsense", "-o", "a.xlsx"), "no source"),
        (("template", "crime_justice", "-o", "a.xlsx"), "printed|prints"),
        (("template", "population", "-o", "a.csv"), ".xlsx"),
        (("template", "population", "-o", "a.xlsx", "--lang", "fr"), "lang"),
        (("template", "population"), "output"),
        (("sources", "--crosswalk"), "needs a source"),
        (("sources", "population", "--check", "a.toml"), "stands alone"),
    ],
)
def test_wrong_arguments_end_with_two(
    tip_trends: TipTrends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = tip_trends("--home", tmp_path / "home", *words)
    said = " ".join((ran.err + ran.out).split()).lower()
    assert ran.code == 2 and any(part.lower() in said for part in says.split("|"))
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written_is_named(tip_trends: TipTrends, tmp_path: Path) -> None:
    ran = tip_trends("template", "population", "-o", tmp_path / "none" / "a.xlsx")
    assert ran.code == 3 and "cannot be written" in ran.err


def test_a_profile_is_checked_before_it_is_used(tip_trends: TipTrends, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    text = Path(__file__).parents[2].joinpath("transforms/sources/profiles/stringency.toml").read_text("utf-8")
    path.write_text(text, encoding="utf-8")
    ran = tip_trends("sources", "--check", path)
    assert ran.code == 0 and ran.err == ""
    assert ran.out.startswith("own.toml is a valid profile. What it reads:") and "CountryCode" in ran.out


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ('as = "date"', 'as = "day"', "[fields.time_period] as: `day` is not known"),
        ('[value]\nfrom = "si"', '[value]\nfrom = "si"\nmnimum = 1', "[value] mnimum: is not a key"),
        ("stream =", "stream", "not valid TOML"),
        ('as = "country_alpha3"', 'as = "area"\npattern = "(?=x)y"', "does not work in the database"),
    ],
)
def test_an_invalid_profile_ends_with_two_and_names_file_key_and_remedy(
    tip_trends: TipTrends, tmp_path: Path, change: str, place: str, says: str
) -> None:
    path = tmp_path / "own.toml"
    text = Path(__file__).parents[2].joinpath("transforms/sources/profiles/stringency.toml").read_text("utf-8")
    assert change in text
    path.write_text(text.replace(change, place, 1), encoding="utf-8")
    ran = tip_trends("sources", "--check", path)
    assert (ran.code, ran.out) == (2, "")
    assert "own.toml" in ran.err and says in ran.err and len(ran.err.strip().splitlines()) == 2


def test_a_profile_that_is_not_there_is_said_so(tip_trends: TipTrends, tmp_path: Path) -> None:
    assert tip_trends("sources", "--check", tmp_path / "none.toml").code == 3
    (tmp_path / "old.toml").write_bytes("name = 'Страна'".encode("cp1251"))
    ran = tip_trends("sources", "--check", tmp_path / "old.toml")
    assert ran.code == 2 and "not UTF-8" in ran.err


@pytest.mark.parametrize("name", sorted({known.name for known in profiles()}))
def test_the_crosswalk_says_what_maps_and_what_is_lost(tip_trends: TipTrends, tmp_path: Path, name: str) -> None:
    ran = tip_trends("--home", tmp_path, "sources", name, "--crosswalk")
    assert (ran.code, ran.err) == (0, "")
    assert "Human Trafficking Case Data Standard" in ran.out and "UNODC series" in ran.out
    assert any(fit in ran.out for fit in ("exact", "partly", "loss", "none"))
