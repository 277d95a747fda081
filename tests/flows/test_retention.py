"""What was kept longer than a profile says is gone to the last byte, with proof; what remains still verifies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.editions.deleted import deleted
from flows.editions.ledger import chain_of, settled_ledger
from flows.editions.let_out import sound_ledger
from flows.editions.verify import verify_edition
from flows.folders import files_in
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.upkeep.backup import make_backup
from flows.upkeep.checking import check_backups, listed_backups
from flows.upkeep.pruning import prune_backups
from flows.upkeep.retention import keep_to_retention, unfinished, what_is_due
from flows.warehouse import look_into_warehouse, open_warehouse, read_warehouse
from tests.flows.conftest import Ran
from tests.flows.drafted import quickly, release
from tests.flows.test_publish import deaths
from tests.flows.test_verify import with_tables
from transforms.countries import country, read_country
from transforms.errors import ProfileInvalid, ReleaseRefused
from transforms.ledger.entries import Key
from transforms.ledger.states import keys_of
from transforms.retention import Held, Retention, due, months_after
from transforms.sources.registry import _built_in

State = Callable[[Path], dict[str, object]]
YEARS = (2014, 2015, 2016)
EDITION = Key(scope="world", edition="annual-2016", audience="working-group")
LATER = datetime(2036, 1, 1, tzinfo=UTC)
RULE = """
[retention]
extracts_months = 60
person_keys_months = 60
backups_days = 90
basis = "Agreement of the Working Group"
"""


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    monkeypatch.setattr("flows.editions.publish.edition_files", with_tables)


def at(moment: datetime = LATER) -> Callable[[], datetime]:
    return lambda: moment


def with_rule(home: Path, source: str, rule: str = RULE) -> None:
    """The source's own profile with a rule of retention, among those of the home."""
    (home / "profiles").mkdir(exist_ok=True)
    origins = [one.origin for one in _built_in() if one.name == source]
    import transforms.sources

    for origin in origins:
        text = (Path(transforms.sources.__file__).parent / "profiles" / origin).read_text(encoding="utf-8")
        (home / "profiles" / origin).write_text(f"{text}\n{rule}", encoding="utf-8")


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    """A list of cases with keys that no compression hides, and the keys."""
    import random

    import sample_data

    path = next(path for path in sample_data.files() if path.name == "case_register_MIA_2020-01-12.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("person_key")
    keys = tuple(f"{random.Random(n).getrandbits(64):016x}" for n in range(len(lines) - 1))
    made = [lines[0]]
    for line, key in zip(lines[1:], keys, strict=True):
        cells = line.split(",")
        cells[place] = key
        made.append(",".join(cells))
    target = tmp_path_factory.mktemp("register") / path.name
    target.write_text("\n".join(made) + "\n", encoding="utf-8")
    return target, keys


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, register: tuple[Path, tuple[str, ...]]) -> Path:
    """A home with a list of cases that has keys, and a rule for it; for copying."""
    home = tmp_path_factory.mktemp("base") / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX"))
    ingest_file(home, register[0])
    with_rule(home, "case_register")
    return home


@pytest.fixture
def home(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base, tmp_path / "home"))


def bytes_of(home: Path) -> bytes:
    """Every byte that lies anywhere in a home."""
    return b"\n".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def found_keys(home: Path, keys: tuple[str, ...]) -> int:
    content = bytes_of(home)
    return sum(1 for key in keys if key.encode() in content)


def test_keys_and_extracts_are_gone_to_the_last_byte_and_everything_else_stays(
    home: Path, register: tuple[Path, tuple[str, ...]], state_of: State
) -> None:
    keys = register[1]
    (warehouse,) = home.glob("warehouse.duckdb")
    in_file = sum(1 for key in keys if key.encode() in warehouse.read_bytes())
    assert in_file > len(keys) * 0.9 and found_keys(home, keys) == len(keys)  # the search does find
    before = state_of(home)
    rows = "SELECT * EXCLUDE (person_key) FROM core.cases ORDER BY record_no"
    with read_warehouse(home) as con:
        cases = con.execute(rows).fetchall()
    done = keep_to_retention(home, clock=at())
    assert found_keys(home, keys) == 0
    with read_warehouse(home) as con:
        assert con.execute(rows).fetchall() == cases
        assert con.execute("SELECT count(person_key) FROM core.cases").fetchall() == [(0,)]
    after = state_of(home)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    raw = {name for name in before if name.startswith("received/") and not name.endswith("receipt.json")}
    assert changed == {"core.cases", "ledger.entries", "ledger.publications", "ledger.jsonl", *raw}
    assert [name for name in after if name.startswith("received/")] == [
        name for name in before if name.endswith("receipt.json")
    ]
    assert done.entry is not None and done.entry.act == "deleted"


def test_the_ledger_says_what_was_deleted_of_which_extract_when_and_by_which_rule(home: Path) -> None:
    done = keep_to_retention(home, clock=at())
    ledger = settled_ledger(home)
    (entry,) = ledger.entries
    assert done.entry is not None and (entry.hash, entry.acted_at) == (done.entry.hash, "2036-01-01T00:00:00+00:00")
    assert entry.context == "case_register: 60 months (Agreement of the Working Group)"
    assert entry.controls.startswith("1 extracts (1 files); ") and entry.controls.endswith("of 1 extracts")
    assert keys_of(ledger.entries) == ()
    with look_into_warehouse(home) as con:
        listed = deleted(con, ledger.entries)
        ((sha256, rows),) = con.execute("SELECT sha256, rows_accepted FROM raw.vintages").fetchall()
    assert [(one.kind, one.sha256, one.number, one.months) for one in listed] == [
        ("extract", sha256, 1, 60),
        ("person_keys", sha256, rows, 60),
    ]
    assert json.loads(Home(folder=home).ledger.read_text("utf-8"))["manifest_sha256"] == entry.manifest_sha256


def test_nothing_is_deleted_before_its_time_without_a_rule_or_in_a_trial(
    home: Path, state_of: State, register: tuple[Path, tuple[str, ...]]
) -> None:
    before, content = state_of(home), bytes_of(home)
    soon = datetime.now(UTC) + timedelta(days=59 * 30)
    assert keep_to_retention(home, clock=at(soon)).due == ()
    assert state_of(home) == before
    trial = what_is_due(home, clock=at())
    assert {one.held.kind for one in trial.due} == {"extract", "person_keys"} and trial.entry is None
    assert state_of(home) == before
    shutil.rmtree(home / "profiles")
    assert keep_to_retention(home, clock=at()).rules == {}
    assert found_keys(home, register[1]) == len(register[1]) and len(bytes_of(home)) > 0.9 * len(content)


def test_a_second_run_finds_nothing_and_changes_nothing(home: Path, state_of: State) -> None:
    keep_to_retention(home, clock=at())
    before = state_of(home)
    again = keep_to_retention(home, clock=at(LATER + timedelta(days=400)))
    assert (again.due, again.finished, again.entry) == ((), (), None)
    assert state_of(home) == before


def _keep(home: Path, _: Path) -> None:
    keep_to_retention(home, clock=at())


def test_a_death_at_any_step_is_ended_by_the_next_run_and_the_ledger_is_never_behind(
    processes: BaseContext, base: Path, tmp_path: Path, state_of: State, register: tuple[Path, tuple[str, ...]]
) -> None:
    done = Path(shutil.copytree(base, tmp_path / "done"))
    _keep(done, done)
    before, after, keys = state_of(base), state_of(done), register[1]
    raw = {name for name in before if name not in after}
    stages = []
    for step, home in deaths(processes, base, tmp_path / "crashed", _keep, base):
        left = state_of(home)
        is_told = "ledger.entries" in left
        is_there = raw <= left.keys()
        assert is_told or is_there, step  # nothing goes without an entry that says so
        assert is_told == (left["core.cases"] == after["core.cases"]), step
        if is_told and is_there:
            assert unfinished(home) or not Home(folder=home).ledger.exists(), step
        stages.append((is_told, is_there))
        _keep(home, home)
        healed = state_of(home)
        assert healed == after, step
        assert found_keys(home, keys) == 0, step
    assert {(False, True), (True, True)} <= set(stages)
    assert len(stages) > 8


def test_an_edition_is_still_verified_from_what_remains_and_it_is_said_how(
    tmp_path: Path, world_list: Callable[..., Path]
) -> None:
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings())
    ingest_file(home, world_list(tmp_path / "list_2017-03-31.csv", YEARS, persons=30))
    release(home, EDITION)
    with_rule(home, "ctdc_kanon", RULE.replace("person_keys_months = 60\n", ""))
    keep_to_retention(home, clock=at())
    found = verify_edition(Home(folder=home), sound_ledger(Home(folder=home)), EDITION)
    checks = {check.name: check for check in found.checks}
    assert found.verdict == "identical" and not found.is_rebuilt
    told = checks["extracts"].found
    assert "deleted on 2036-01-01 after 60 months by the rule of ctdc_kanon, entry 3 of the ledger" in told
    assert checks["rebuild"].verdict == "not possible" and checks["hashes"].verdict == "identical"
    report = home / "editions" / "world" / "annual-2016" / "working-group" / "report.en.html"
    report.write_bytes(report.read_bytes() + b" ")
    assert verify_edition(Home(folder=home), sound_ledger(Home(folder=home)), EDITION).verdict == "differs"


def test_an_edition_of_extracts_without_their_keys_is_not_called_different(
    tmp_path: Path, world_list: Callable[..., Path]
) -> None:
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings())
    ingest_file(home, world_list(tmp_path / "list_2017-03-31.csv", YEARS, persons=30))
    with open_warehouse(home) as con:
        con.execute("UPDATE core.cases SET person_key = md5(record_no::VARCHAR)")  # as a source that has keys
    release(home, EDITION)
    with_rule(home, "ctdc_kanon", RULE.replace("extracts_months = 60\n", ""))
    keep_to_retention(home, clock=at())
    assert [path.name for path in (home / "received").rglob("list*.csv")] == ["list_2017-03-31.csv"]
    found = verify_edition(Home(folder=home), sound_ledger(Home(folder=home)), EDITION)
    assert found.verdict == "identical" and not found.is_rebuilt
    assert "without person keys on 2036-01-01" in next(one.found for one in found.checks if one.name == "extracts")


def test_an_extract_that_comes_again_after_its_deletion_has_its_own_time(
    home: Path, register: tuple[Path, tuple[str, ...]]
) -> None:
    keep_to_retention(home, clock=at(LATER))
    again = ingest_file(home, register[0])
    assert again.verdict == "already loaded"
    assert [path.name for path in (home / "received").rglob("*") if path.is_file()] == ["receipt.json"]
    assert unfinished(home) == ()


def test_a_ledger_that_is_not_sound_stops_it(home: Path, state_of: State) -> None:
    Home(folder=home).ledger.write_text("{}\n", encoding="utf-8")
    before = state_of(home)
    for act in (keep_to_retention, what_is_due):
        with pytest.raises(ReleaseRefused):
            act(home, clock=at())
    assert state_of(home) == before


def test_backups_from_before_a_deletion_go_after_their_days_and_the_newest_stays(home: Path) -> None:
    start = datetime.now(UTC)

    def backed_up(moment: datetime) -> None:
        make_backup(home, may_be_open=True, clock=at(moment))

    backed_up(start)
    keep_to_retention(home, clock=at())
    assert prune_backups(home, clock=at(LATER + timedelta(days=89))).removed == ()
    overdue = prune_backups(home, clock=at(LATER + timedelta(days=91)))
    assert overdue.removed == () and overdue.is_newest_overdue
    backed_up(LATER + timedelta(days=1))
    done = prune_backups(home, clock=at(LATER + timedelta(days=90)))
    assert [name[:6] for name in done.after_retention] == ["000001"] and not done.is_newest_overdue
    assert [one.is_whole for one in check_backups(home)] == [True]
    assert [one.name[:6] for one in listed_backups(home)] == ["000002"]
    content = b"".join(path.read_bytes() for path in (home.parent / "home-backups").rglob("*") if path.is_file())
    assert len(content) > 0 and done.pieces > 0


def test_what_the_country_says_stands_in_place_of_what_the_source_says(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transforms.countries

    text = (Path(transforms.countries.__file__).parent / "XX.toml").read_text(encoding="utf-8")
    rule = '[[retention]]\nsource = "case_register"\nperson_keys_months = 12\nbackups_days = 30\nbasis = "Law 7"\n'
    of_country = read_country(f"{text}\n{rule}", file_name="XX.toml")
    monkeypatch.setattr("flows.upkeep.retention.country", lambda _: of_country)
    found = what_is_due(home, clock=at())
    assert [(one.held.kind, one.rule.basis, one.rule.origin) for one in found.due] == [
        ("person_keys", "Law 7", "XX.toml")
    ]
    assert country("XX").retention_rules == {}
    for right, wrong in (
        ("backups_days = 30", "backups_days = 0"),
        ("backups_days = 30", ""),
        ('basis = "Law 7"', 'basis = ""'),
        ("person_keys_months = 12", ""),
        ("person_keys_months = 12", "person_keys_years = 1"),
    ):
        with pytest.raises(ProfileInvalid, match="retention"):
            read_country(f"{text}\n{rule.replace(right, wrong)}", file_name="XX.toml")
    with pytest.raises(ProfileInvalid, match="sources under retention must be unique"):
        read_country(f"{text}\n{rule}\n{rule}", file_name="XX.toml")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('backups_days = 9\nbasis = "x"', "says nothing to delete"),
        ('extracts_months = 9\nbasis = "x"', "backups_days: is missing"),
        ('extracts_months = 0\nbackups_days = 9\nbasis = "x"', "whole number from 1"),
        ("extracts_months = 9\nbackups_days = 9", "basis: is missing"),
        ('extracts_months = 9\nbackups_days = 9\nbasis = "x"\nyears = 2', "years"),
    ],
)
def test_a_wrong_rule_names_its_key(home: Path, rule: str, said: str) -> None:
    with_rule(home, "case_register", f"[retention]\n{rule}\n")
    with pytest.raises(ProfileInvalid) as caught:
        what_is_due(home)
    assert said in f"{caught.value.message} {caught.value.advice}"


@given(
    day=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    months=st.integers(1, 1200),
)
def test_a_period_ends_on_the_same_day_of_a_month_or_its_last(day: date, months: int) -> None:
    end = months_after(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(
    held=st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.booleans()),
        max_size=12,
    ),
    day=st.dates(date(2020, 1, 1), date(2032, 1, 1)),
)
def test_exactly_what_has_a_rule_and_whose_time_is_over_is_due(held: list[tuple[str, date, bool]], day: date) -> None:
    rules = {
        "a": Retention(extracts_months=24, backups_days=1, basis="x"),
        "b": Retention(person_keys_months=36, backups_days=1, basis="x"),
    }
    things = [
        Held(kind="extract" if is_file else "person_keys", source=source, sha256=f"{n}", received_on=on, number=1)
        for n, (source, on, is_file) in enumerate(held)
    ]
    wanted = {
        one.sha256
        for one in things
        if (one.source == "a" and one.kind == "extract" and months_after(one.received_on, 24) <= day)
        or (one.source == "b" and one.kind == "person_keys" and months_after(one.received_on, 36) <= day)
    }
    found = due(things, rules, day)
    assert {one.held.sha256 for one in found} == wanted
    assert [one.since for one in found] == sorted(one.since for one in found)


def test_views_and_types_of_the_warehouse_are_there_after_it_was_written_anew(home: Path) -> None:
    def catalog(con: Any) -> list[Any]:
        return [
            con.execute(f"SELECT {what} WHERE NOT internal ORDER BY ALL").fetchall()
            for what in ("view_name FROM duckdb_views()", "type_name FROM duckdb_types()",
                         "function_name FROM duckdb_functions()", "table_name, sql FROM duckdb_tables()")
        ]  # fmt: skip

    with open_warehouse(home) as con:
        con.execute("CREATE VIEW core.own AS SELECT count(*) AS n FROM core.cases")
        con.execute('CREATE TABLE core."Own table" AS SELECT 1 AS a')
        before = catalog(con)
    keep_to_retention(home, clock=at())
    with read_warehouse(home) as con:
        assert catalog(con) == before
        assert con.execute('SELECT n > 0, a FROM core.own, core."Own table"').fetchall() == [(True, 1)]
        chain_of(con, Home(folder=home))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Months for which a file is kept as it came, from the day of receipt: 60 (Agreement"),
        ("ru", "Срок хранения person_key в его записях, в месяцах со дня получения: 60 (Agreement"),
        ("tk", "Faýlyň gelen görnüşinde saklanýan möhleti, alnan gününden aýlarda: 60 (Agreement"),
    ],
)
def test_a_supplier_is_told_how_long_what_is_sent_is_kept(
    tip_trends: Callable[..., Ran], home: Path, language: str, told: str
) -> None:
    assert told in tip_trends("--home", home, "sources", "case_register", "--lang", language).out


def test_the_command_line_lists_deletes_and_says_when_there_is_no_rule(
    tip_trends: Callable[..., Ran], home: Path
) -> None:
    nothing = tip_trends("--home", home, "retention", "--dry-run")
    assert nothing.code == 0 and "Nothing is due" in nothing.err
    listed = tip_trends("--home", home, "retention", "--dry-run", "--format", "json", clock=at())
    assert [row["what"] for row in json.loads(listed.out)] == ["raw extract", "person keys"]
    done = tip_trends("--home", home, "retention", clock=at())
    assert done.code == 0 and "entry 1 of the ledger" in done.err
    shutil.rmtree(home / "profiles")
    assert "No profile states" in tip_trends("--home", home, "retention").err
    assert tip_trends("--home", home.parent / "none", "retention").code == 1
    assert files_in(home / "inbox") == {}


def test_the_received_files_confirm_a_warehouse_without_keys_and_still_find_a_changed_row(
    home: Path, tip_trends: Callable[..., Any]
) -> None:
    """The list has its keys still; of the warehouse they are gone, and nothing else is."""
    key = Key(scope="XX", edition="annual-2019", audience="working-group")
    release(home, key)
    with_rule(home, "case_register", RULE.replace("extracts_months = 60\n", ""))
    keep_to_retention(home, clock=at())
    words = ("--home", home, "verify", key.edition, "--audience", key.audience, "--from-received")
    ran = tip_trends(*words)
    assert ran.code == 0 and "the rows that they give; of 1 the person keys were deleted after their time" in ran.out
    with open_warehouse(home) as con:
        con.execute("UPDATE core.cases SET sex = 'female' WHERE sex = 'male'")
    changed = tip_trends(*words)
    assert changed.code == 1 and "it holds other rows than they give" in changed.out
