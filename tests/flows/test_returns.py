"""`return-pack`: made from the public edition and the warehouse, with no trace of another body."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sample_data
from flows.editions.publish import MANIFEST, publish_edition
from flows.editions.returns import MadeReturn, make_return, place_return
from flows.folders import files_in
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from transforms.errors import NoData, ReleaseRefused, WrongArguments

EDITION = "annual-2019"
LISTS = ("MIA_2020-01-12", "NGO_2020-01-20", "IOM_2020-01-24")
Rows = Callable[[Path, str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of three bodies' lists, one with two rows that break rules, and the public edition of the later."""
    folder = tmp_path_factory.mktemp("returns") / "home"
    write_settings(Home(folder=folder).create(), Settings(country="XX", self_approval=True))
    for path in sample_data.files():
        if path.stem.removeprefix("case_register_") in LISTS:
            ingest_file(folder, short(path, folder.parent, wrong=2 if "NGO" in path.name else 0))
    publish_edition(folder, EDITION, scope="XX", audience="public", as_of=None, languages=("en",))
    return folder


def short(path: Path, folder: Path, *, wrong: int) -> Path:
    """The latest two years of a list, the first rows with a sex that is on no list of codes."""
    header, *rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    when, sex = header.index("registered_date"), header.index("sex")
    kept = [row for row in rows if row[when] >= "2018"]
    for row in kept[:wrong]:
        row[sex] = "neither"
    copy = folder / path.name
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *kept])
    return copy


@pytest.fixture(scope="module")
def made(home: Path) -> MadeReturn:
    return make_return(home, "NGO", EDITION, scope="XX", languages=("en", "ru", "tk"))


@pytest.fixture(scope="module")
def told(made: MadeReturn) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.files["return.json"])
    return found


def cells(told: dict[str, Any], key: str) -> dict[tuple[str, ...], tuple[Any, Any]]:
    table = next(table for table in told["tables"] if table["key"] == key)
    return {tuple(c["at"].values()): (c["own"]["value"], c["national"]["value"]) for c in table["cells"]}


def test_own_figures_are_those_of_the_bodys_list(home: Path, told: dict[str, Any], rows_of: Rows) -> None:
    found = cells(told, "victims_identified_by_period_sex")
    counted = rows_of(
        home,
        "SELECT year(identified_date)::VARCHAR, sex::VARCHAR, count(*) FROM core.cases WHERE body = 'NGO' "
        "AND status = 'identified' AND identified_date >= DATE '2018-01-01' GROUP BY ALL",
    )
    own = {at: mine for at, (mine, _) in found.items() if "total" not in at and ":" not in at[0]}
    assert {at: n for at, n in own.items() if n} == {(when, sex): n for when, sex, n in counted}
    totals = cells(told, "victims_identified_by_period")
    years = {when for when, _, _ in counted}
    assert {when: totals[(when,)][0] for when in years} == {
        when: sum(n for w, _, n in counted if w == when) for when in years
    }


def test_national_figures_are_those_of_the_public_edition_or_left_out(home: Path, told: dict[str, Any]) -> None:
    published = json.loads((Home(folder=home).editions / "XX" / EDITION / "public" / MANIFEST).read_text("utf-8"))
    public = {
        table["key"]: {tuple(cell["at"].values()): cell["value"] for cell in table["cells"]}
        for table in published["tables"]
    }
    seen = 0
    for table in told["tables"]:
        for at, (_, national) in cells(told, table["key"]).items():
            assert national is None or national == public[table["key"]][at]
            seen += national is not None
    assert seen > 50
    assert told["public_edition"]["run_id"] == published["run_id"] and told["as_of"] == published["as_of"]


def test_no_few_persons_of_others_can_be_taken_from_it(home: Path, told: dict[str, Any], rows_of: Rows) -> None:
    """Persons who are in other lists alone, counted anew from the warehouse, at the earliest date of any list."""
    others = dict(
        rows_of(
            home,
            "SELECT strftime(day, '%Y-%m'), count(*) FROM (SELECT person_key, min(identified_date) AS day, "
            "bool_or(body = 'NGO') AS own, bool_or(status = 'identified') AS is_one FROM core.cases "
            "GROUP BY person_key) WHERE NOT own AND is_one AND day IS NOT NULL GROUP BY 1",
        )
    )
    totals = cells(told, "victims_identified_by_period")
    few = [when for when, count in others.items() if 0 < count < 4]
    assert few
    assert [when for when in few if totals.get((when,), (None, None))[1] is not None] == []


def test_no_other_body_is_named_in_any_file(home: Path, made: MadeReturn, rows_of: Rows) -> None:
    whole = "\n".join(content.decode() for content in made.files.values())
    assert "case_register_NGO" in whole
    names = rows_of(home, "SELECT file_name, sha256 FROM raw.vintages WHERE file_name NOT LIKE '%NGO%'")
    assert len(names) == 2
    from transforms.countries import country

    bodies = [name for body in country("XX").bodies if body.code in ("MIA", "IOM") for name in body.names.values()]
    for text in (*(part for row in names for part in row), *bodies, "MIA", "IOM"):
        assert text not in whole


def test_what_the_house_knows_of_the_public_edition_is_in_no_file(made: MadeReturn) -> None:
    assert made.given_away > 0
    assert not any(b"given_away" in content for content in made.files.values())


def test_the_rows_set_aside_are_told_by_rule(told: dict[str, Any]) -> None:
    (delivery,) = told["deliveries"]
    assert delivery["rows_read"] - delivery["rows_accepted"] == delivery["rows_quarantined"] == 2
    assert delivery["rules"] == [{"rule": "unknown_code:sex", "column": "sex", "rows": 2}]


def test_a_table_is_also_a_csv_that_says_it_is_synthetic(made: MadeReturn, told: dict[str, Any]) -> None:
    key = "victims_identified_by_period_form"
    rows = list(csv.DictReader(io.StringIO(made.files[f"tables/{key}.csv"].decode())))
    found = {(row["period"], row["form"]): (row["own"], row["national"]) for row in rows}
    assert found == {
        at: tuple("" if value is None else str(value) for value in pair) for at, pair in cells(told, key).items()
    }
    assert {row["notice"] for row in rows} == {"SYNTHETIC"} and told["notice"] == "SYNTHETIC"


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Your figures beside the national ones"),
        ("ru", "Ваши показатели рядом с общегосударственными"),
        ("tk", "Siziň görkezijileriňiz milli görkezijiler bilen ýanaşyk"),
    ],
)
def test_the_page_is_whole_in_each_language(made: MadeReturn, language: str, says: str) -> None:
    html = made.files[f"report.{language}.html"].decode()
    assert says in html and f'<html lang="{language}"' in html
    assert "stand in English" not in html and "не переведен" not in html and "iňlis dilinde" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_the_same_public_edition_gives_the_same_bytes_whatever_came_later(
    home: Path, made: MadeReturn, tmp_path: Path
) -> None:
    late = next(path for path in sample_data.files() if path.name == "case_register_NGO_2020-04-20.csv")
    ingest_file(home, short(late, tmp_path, wrong=0))
    again = make_return(home, "NGO", EDITION, scope="XX", languages=("en", "ru", "tk"))
    assert (again.files, again.run_id, again.audience) == (made.files, made.run_id, "supplier-return:NGO")
    assert made.folder == home / "returns" / "XX" / EDITION / "NGO"
    assert place_return(home, made) and not place_return(home, again)
    assert files_in(made.folder) == made.files


def test_the_command_prints_the_folder_and_that_it_is_a_draft(tip_trends: Callable[..., Any], home: Path) -> None:
    ran = tip_trends("--home", home, "return-pack", "MIA", EDITION, "--lang", "ru")
    assert (ran.code, ran.out) == (0, f"{home / 'returns' / 'XX' / EDITION / 'MIA'}\n")
    assert "A draft" in ran.err and "small counts of others" in ran.err
    assert set(files_in(Path(ran.out.strip()))) >= {"report.ru.html", "return.json"}


def test_an_edition_that_was_changed_after_publishing_is_refused(home: Path) -> None:
    file = Home(folder=home).editions / "XX" / EDITION / "public" / MANIFEST
    was = file.read_bytes()
    try:
        file.write_bytes(was.replace(b'"as_of"', b' "as_of"', 1))
        with pytest.raises(ReleaseRefused, match=r"is not the one that was published|does not know what lies in"):
            make_return(home, "NGO", EDITION, scope="XX", languages=("en",))
    finally:
        file.write_bytes(was)


def test_what_cannot_be_compared_is_said(home: Path) -> None:
    for body, edition, scope, kind, says in (
        ("GPO", EDITION, "XX", WrongArguments, "'GPO' is no body of the register of XX"),
        ("NGO", EDITION, "world", WrongArguments, "The world has no bodies"),
        ("NGO", "annual-2018", "XX", NoData, "was not published yet"),
        ("SSC", EDITION, "XX", NoData, "SSC has delivered no records"),
    ):
        with pytest.raises(kind, match=says):
            make_return(home, body, edition, scope=scope, languages=("en",))
