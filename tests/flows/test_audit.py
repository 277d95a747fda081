"""`tip-trends audit`: editions of a home and folders of tables, what is printed and how it ends."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from flows.editions.audit import folder_of_tables, published
from flows.home import Home, Settings, write_settings
from reports.manifest import csv_files, edition_json
from tests.reports.editions import SEAL, edition, table
from tests.transforms.attacker import Attacker, Ends
from transforms.attacker.audit import audit
from transforms.disclosure.released import ReleasedEdition
from transforms.errors import FileRejected, NoData, TableRejected, WrongArguments

TOTAL = "Total"
Cross = Mapping[tuple[str, ...], int]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def cross_table(path: Path, *columns: str) -> Cross:
    """Counts of a published file by some of its columns, margins included."""
    found: Counter[tuple[str, ...]] = Counter()
    for record in csv.DictReader(path.open(encoding="utf-8")):
        for at in product(*((record[column], TOTAL) for column in columns)):
            found[at] += int(record["freq"])
    return found


def write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(columns), *rows])
    return path


def withheld(path: Path, columns: Iterable[str], cross: Cross, marks: Mapping[tuple[str, ...], str]) -> Path:
    """A table of these counts with a mark in place of some of them."""
    return write(path, [*columns, "freq"], [[*at, marks.get(at, value)] for at, value in cross.items()])


def intervals(folder: Path) -> dict[str, Ends]:
    return Attacker(folder_of_tables(folder, threshold=4, width=4)).intervals()


@pytest.fixture(scope="module")
def reference(shared_fixtures: Path) -> dict[str, Any]:
    """Intervals of the table of the United Nations' working paper 22 as R packages compute them."""
    text = (shared_fixtures / "disclosure" / "reference_wp22_audit.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def wp22(shared_fixtures: Path) -> Cross:
    return cross_table(shared_fixtures / "disclosure" / "wp22_delinquent.csv", "county", "edu")


@pytest.mark.parametrize("mark", ["C", "", "x", "х", ":", "*"])
@pytest.mark.parametrize("pattern", ["primary_only", "wp22_flawed", "gausssuppression_maxN3"])
def test_a_folder_gives_the_published_intervals(
    pattern: str, mark: str, wp22: Cross, reference: dict[str, Any], tmp_path: Path
) -> None:
    names = reference[pattern]
    withheld(tmp_path / "wp22.csv", ("county", "edu"), wp22, {tuple(name.split("/")): mark for name in names})
    expected = {name.replace("/", " "): tuple(map(round, ends)) for name, ends in names.items()}
    assert intervals(tmp_path) == expected


def test_with_primary_suppression_only_all_six_are_recovered_and_the_flawed_pattern_gives_one_away(
    wp22: Cross, reference: dict[str, Any], tmp_path: Path
) -> None:
    for pattern in ("primary_only", "wp22_flawed"):
        marks = {tuple(name.split("/")): "C" for name in reference[pattern]}
        withheld(tmp_path / pattern / "wp22.csv", ("county", "edu"), wp22, marks)
    (primary,) = audit([folder_of_tables(tmp_path / "primary_only", threshold=4, width=4)]).publications
    assert {cell.at: (cell.low, cell.high) for cell in primary.narrow} == {
        tuple(name.split("/")): (wp22[tuple(name.split("/"))],) * 2 for name in reference["primary_only"]
    }
    assert len(primary.narrow) == 6
    (flawed,) = audit([folder_of_tables(tmp_path / "wp22_flawed", threshold=4, width=4)]).publications
    assert [(cell.at, cell.low, cell.high) for cell in flawed.narrow] == [(("Alpha", "VeryHigh"), 1, 1)]


def test_tables_of_other_programs_are_read_as_they_write_them(
    shared_fixtures: Path, reference: dict[str, Any], tmp_path: Path
) -> None:
    """GaussSuppression marks its cells in a column of their own and prints the counts beside it."""
    for name in ("wp22_gausssuppression_maxN3", "wp22_gausssuppression_maxN4"):
        copied = tmp_path / name / "table.csv"
        copied.parent.mkdir()
        copied.write_bytes((shared_fixtures / "disclosure" / f"{name}.csv").read_bytes())
    expected = {
        name.replace("/", " "): tuple(map(round, ends)) for name, ends in reference["gausssuppression_maxN3"].items()
    }
    assert intervals(tmp_path / "wp22_gausssuppression_maxN3") == expected
    for name in ("wp22_gausssuppression_maxN3", "wp22_gausssuppression_maxN4"):
        assert audit([folder_of_tables(tmp_path / name, threshold=4, width=5)]).is_safe
    assert not audit([folder_of_tables(tmp_path / "wp22_gausssuppression_maxN3", threshold=4, width=6)]).is_safe


def test_regions_in_counties_and_groups_are_sums_where_a_table_of_parts_says_so(
    shared_fixtures: Path, tmp_path: Path
) -> None:
    fixtures = shared_fixtures / "disclosure"
    (tmp_path / "d2.csv").write_bytes((fixtures / "ssb_d2_maxN3_expected.csv").read_bytes())
    records = list(csv.DictReader((fixtures / "ssb_d2.csv").open(encoding="utf-8")))
    parts = {("region", r[wider], r["region"]) for r in records for wider in ("county", "k_group")}
    write(tmp_path / "parts.csv", ("dimension", "parent", "part"), sorted(parts))
    verdict = audit([folder_of_tables(tmp_path, threshold=4, width=1)])
    assert verdict.is_safe
    assert verdict.publications[0].withheld > 9
    primary = csv.DictReader((fixtures / "ssb_d2_maxN3_expected.csv").open(encoding="utf-8"))
    rows = [[r["region"], r["main_income"], "C" if r["primary"] == "TRUE" else r["freq"]] for r in primary]
    write(tmp_path / "d2.csv", ("region", "main_income", "freq"), rows)
    assert not audit([folder_of_tables(tmp_path, threshold=4, width=1)]).is_safe


def test_ages_by_country_of_the_example_are_safe_as_published(shared_fixtures: Path, tmp_path: Path) -> None:
    name = "ssb_example1_maxN1_age_geo_expected.csv"
    (tmp_path / name).write_bytes((shared_fixtures / "disclosure" / name).read_bytes())
    verdict = audit([folder_of_tables(tmp_path, threshold=2, width=1)])
    assert verdict.is_safe


def test_a_mark_says_between_what_its_count_lies(tmp_path: Path) -> None:
    rows = [("2019", "f", "<5"), ("2019", "m", "1-4"), ("2019", "o", "C"), ("2019", "all", 40)]
    write(tmp_path / "t.csv", ("year", "sex", "OBS_VALUE"), rows)
    assert intervals(tmp_path) == {"2019 f": (0, 4), "2019 m": (1, 4), "2019 o": (32, 39)}


def test_tables_of_one_folder_count_the_same_people_unless_they_say_otherwise(tmp_path: Path) -> None:
    write(tmp_path / "sexes.csv", ("year", "sex", "count"), [("2019", "f", "x"), ("2019", "m", 7)])
    write(tmp_path / "years.csv", ("TIME_PERIOD", "value", "population"), [("2019", 20, "others")])
    write(tmp_path / "again.csv", ("year", "sex", "count"), [("2019", "m", 7), ("2019", "f", ":"), ("2019", "_T", "x")])
    assert intervals(tmp_path) == {"2019 f": (0, None), "2019": (7, None)}
    write(tmp_path / "years.csv", ("TIME_PERIOD", "value"), [("2019", 20)])
    assert intervals(tmp_path) == {"2019 f": (13, 13), "2019": (20, 20)}


def test_codes_that_exceed_their_total_are_several_answers_a_person(tmp_path: Path) -> None:
    rows = [("2019", "a", 9), ("2019", "b", 8), ("2019", "total", 12), ("2020", "a", "C"), ("2020", "b", 3)]
    write(tmp_path / "t.csv", ("year", "form", "value"), [*rows, ("2020", "total", 10)])
    assert intervals(tmp_path) == {"2020 a": (7, 10)}


REFUSED = {
    "no column of counts": (("sex", "persons"), [("f", 3)], "column of counts"),
    "two columns of counts": (("sex", "value", "freq"), [("f", 3, 3)], "column of counts"),
    "a share": (("sex", "value"), [("f", "33.3")], "neither a count nor a mark"),
    "a word": (("sex", "value"), [("f", "many")], "neither a count nor a mark"),
    "a count below zero": (("sex", "value"), [("f", "-3")], "neither a count nor a mark"),
    "a row that stands twice": (("sex", "value"), [("f", "3"), ("f", "4")], "twice"),
    "rounded counts": (("sex", "value"), [("f", "5"), ("m", "5"), ("total", "15")], "do not add up"),
    "no counts at all": (("sex", "value", "unit"), [("f", "5.5", "pct")], "no table of counts"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_table_that_cannot_be_audited_is_refused_with_the_reason(
    fault: str, tmp_path: Path, tip_trends: Callable[..., Ran]
) -> None:
    columns, rows, reason = REFUSED[fault]
    write(tmp_path / "t.csv", columns, rows)
    done = tip_trends("audit", "--folder", tmp_path, "--threshold", 4, "--width", 4)
    assert done.code == 3
    assert reason in done.err
    assert done.out == ""


def test_the_command_prints_intervals_of_a_folder_when_asked(
    wp22: Cross, tmp_path: Path, tip_trends: Callable[..., Ran]
) -> None:
    withheld(tmp_path / "wp22.csv", ("county", "edu"), wp22, {("Alpha", "Medium"): "C"})
    asked = ("audit", "--folder", tmp_path, "--threshold", 4, "--width", 4)
    done = tip_trends(*asked)
    assert done.code == 4
    assert "wp22" in done.out
    assert "Alpha" not in done.out + done.err
    assert "Alpha Medium" in tip_trends(*asked, "--show-intervals").out
    found = json.loads(tip_trends(*asked, "--show-intervals", "--format", "json").out)
    (cell,) = found["publications"][0]["narrow"]
    assert (cell["at"], cell["low"], cell["high"]) == (["Alpha", "Medium"], 1, 1)
    assert "narrow" not in tip_trends(*asked, "--format", "json").out


YEARS = "period | value | status\n2022 | 60 |\n2023 | 55 |"
SEXES = """
    period | sex    | value | status
    2023   | female | {}
    2023   | male   | {}
    2023   | other  | {}
    2023   | total  | 55    |
    """


def by_sex(*cells: str, audience: str) -> ReleasedEdition:
    """An edition with one table by sex whose cells are written `20 |` or `| C`."""
    text = SEXES.format(*cells)
    counted = table(text, key="victims_identified_by_period_sex", dimensions=("period", "sex"))
    policy = {"threshold": 4, "protection_width": 4}
    return edition([as_counts(counted)], audience=audience, policy=policy, estimates={})


def as_counts(counted: Any) -> Any:
    return replace(counted, population="victims_identified", additive=("period", "sex"), seal=SEAL)


def put(home: Home, name: str, released: ReleasedEdition) -> None:
    folder = home.editions / "XX" / name / released.audience
    folder.mkdir(parents=True)
    document = json.loads(edition_json(released, [])) | {"edition": name}
    (folder / "edition.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one edition for two audiences, each safe and both together not."""
    made = Home(folder=tmp_path / "home").create()
    write_settings(made, Settings(country="XX"))
    put(made, "annual-2023", by_sex("20 |", "| C", "| C", audience="working-group"))
    put(made, "annual-2022", by_sex("| C", "| C", "12 |", audience="public"))
    return made


def test_editions_of_both_audiences_are_attacked_together(home: Home, tip_trends: Callable[..., Ran]) -> None:
    call = ("--home", home.folder, "audit")
    alone = tip_trends(*call, "annual-2023")
    assert (alone.code, "No withheld count" in alone.err) == (0, True)
    both = tip_trends(*call, "annual-2023", "annual-2022")
    assert both.code == 4
    assert "annual-2023 (working-group): readers can work out withheld counts in victims_identified_by_period_sex" in (
        both.err
    )
    assert "together with annual-2022 (public)" in both.err
    assert "23" not in both.out.replace("annual-2023", "")
    verdict = json.loads(tip_trends(*call, "annual-2023", "annual-2022", "--format", "json").out)
    assert {one["edition"]: one["is_safe"] for one in verdict["publications"]} == {
        "annual-2022": True,
        "annual-2023": False,
    }
    assert tip_trends(*call, "annual-2022", "--audience", "public").code == 0
    assert tip_trends(*call, "annual-2023", "annual-2022", "--audience", "public").code == 1


def test_what_does_not_exist_is_said(home: Home, tip_trends: Callable[..., Ran]) -> None:
    call = ("--home", home.folder, "audit")
    assert tip_trends(*call).code == 2
    assert tip_trends(*call, "annual-2023", "--folder", home.folder).code == 2
    assert tip_trends(*call, "--folder", home.folder).code == 2
    assert tip_trends(*call, "annual-2023", "--show-intervals").code == 2
    assert tip_trends(*call, "annual-2023", "--audience", "press").code == 2
    assert tip_trends(*call, "../annual-2023").code == 2
    assert tip_trends(*call, "annual-1999").code == 1
    assert tip_trends(*call, "--folder", home.folder / "nowhere", "--threshold", 4, "--width", 4).code == 3
    assert tip_trends(*call, "--folder", home.inbox, "--threshold", 4, "--width", 4).code == 3
    with pytest.raises(NoData):
        published(home, ["annual-1999"], scope="XX", audience=None)
    with pytest.raises(WrongArguments):
        published(home, ["yearly"], scope="XX", audience=None)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema_version": "1"}', "\x00", "[" * 5000])
def test_a_manifest_that_is_none_ends_with_three(content: str, home: Home, tip_trends: Callable[..., Ran]) -> None:
    file = home.editions / "XX" / "annual-2023" / "working-group" / "edition.json"
    file.write_text(content, encoding="utf-8")
    assert tip_trends("--home", home.folder, "audit", "annual-2023").code == 3
    with pytest.raises((FileRejected, TableRejected)):
        published(home, ["annual-2023"], scope="XX", audience=None)


def test_the_products_own_folder_of_tables_is_read_as_its_manifest_is(tmp_path: Path) -> None:
    released = by_sex("20 |", "| C", "| C", audience="working-group")
    for name, content in csv_files(released).items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    assert intervals(tmp_path / "tables") == {"2023 male": (0, 35), "2023 other": (0, 35)}
