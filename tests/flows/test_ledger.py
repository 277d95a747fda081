"""Both copies of the ledger agree, or nothing is published; only what a crash can leave is repaired."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.check import Check
from flows.clock import now
from flows.editions.ledger import RESTORE, append, read_ledger, settled_ledger
from flows.editions.published import earlier_documents
from flows.editions.release import propose
from flows.home import Home
from flows.running.home_checks import ledger as ledger_of
from flows.warehouse import open_warehouse, read_warehouse, warehouse_path
from tests.flows.drafted import (
    EDITION,
    FIRST,
    PUBLIC,
    STATED,
    WORKING_GROUP,
    Clock,
    acts,
    entries,
    more_data,
    new_home,
    publish,
    quickly,
    release,
)
from transforms.errors import NoData, ReleaseRefused, TipTrendsError, WarehouseInUse
from transforms.ledger.entries import Entry, chained

State = Callable[[Path], dict[str, object]]
PLACED = Path("editions") / "world" / EDITION / "working-group"


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        yield


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    """A home that released one edition to the working group and drafted it for the public; for copying."""
    home = new_home(tmp_path_factory.mktemp("ledger") / "home", world_list)
    release(home)
    publish(home, PUBLIC)
    propose(home, PUBLIC, by="A. Orazowa", **STATED, clock=Clock())
    assert acts(home) == ["proposed", "approved", "proposed"]
    return home


@pytest.fixture
def home(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "home"))


def sql(home: Path, *statements: str) -> None:
    with duckdb.connect(str(warehouse_path(home))) as con:
        for statement in statements:
            con.execute(statement)


def ledger_check(home: Path) -> Check:
    """What doctor says of the ledger."""
    return ledger_of(Home(folder=home), now)


def lines(home: Path) -> list[str]:
    return (home / "ledger.jsonl").read_text(encoding="utf-8").splitlines()


def write(home: Path, *kept: str) -> None:
    (home / "ledger.jsonl").write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def reworded(home: Path, place: int) -> None:
    """Another person in one line, the chain after it made good: a fork."""
    made: tuple[Entry, ...] = ()
    for number, entry in enumerate(entries(home)):
        person = "C. Other" if number == place else entry.person
        made = (*made, chained(made, Entry(**{**json.loads(entry.line()), "person": person, "hash": ""})))
    write(home, *(entry.line() for entry in made))


def alter_manifest(home: Path) -> None:
    path = home / PLACED / "edition.json"
    path.write_bytes(path.read_bytes().replace(b'"value": 90', b'"value": 91'))


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "the copy is gone": (lambda home: (home / "ledger.jsonl").unlink(), "ledger.jsonl is missing"),
    "the copy is empty": (lambda home: write(home), "3 entries in warehouse.duckdb, 0 in ledger.jsonl"),
    "the copy lacks two": (lambda home: write(home, *lines(home)[:1]), "do not agree: 3 entries"),
    "the copy lacks one within": (lambda home: write(home, lines(home)[0], lines(home)[2]), "entry 2 on"),
    "a name in the copy was changed": (
        lambda home: write(home, lines(home)[0].replace("Orazowa", "Orazow"), *lines(home)[1:]),
        "entry 1 on",
    ),
    "the copy was forked": (lambda home: reworded(home, 1), "entry 2 on"),
    "the copy ends in half a line": (lambda home: write(home, *lines(home)[:2], lines(home)[2][:40]), "Line 3 "),
    "the copy has a line too many": (
        lambda home: write(home, *lines(home), chained(entries(home), entries(home)[0]).line()),
        "3 entries in warehouse.duckdb, 4 in",
    ),
    "the copy is no text": (lambda home: (home / "ledger.jsonl").write_bytes(b"\xff\xfe\xff"), "not UTF-8"),
    "the table is empty": (
        lambda home: sql(home, "DELETE FROM ledger.entries", "DELETE FROM ledger.publications"),
        "ledger in warehouse.duckdb is missing",
    ),
    "the table lacks its last": (lambda home: sql(home, "DELETE FROM ledger.entries WHERE seq = 3"), "2 entries in"),
    "the table lacks one within": (lambda home: sql(home, "DELETE FROM ledger.entries WHERE seq = 2"), "entry 2"),
    "a name in the table was changed": (
        lambda home: sql(home, "UPDATE ledger.entries SET person = 'C. Other' WHERE seq = 2"),
        "see its entry 2",
    ),
    "an approval was added": (
        lambda home: sql(home, "INSERT INTO ledger.entries SELECT * REPLACE (4 AS seq) FROM ledger.entries LIMIT 1"),
        "see its entry 4",
    ),
    "a document is gone": (lambda home: sql(home, "DELETE FROM ledger.publications"), "has lost what it kept"),
    "a document was altered": (
        lambda home: sql(home, "UPDATE ledger.publications SET document = replace(document, '90', '91')"),
        "What the ledger kept of world/annual-2016/working-group was altered",
    ),
    "a document was added": (
        lambda home: sql(home, "INSERT INTO ledger.publications VALUES (sha256('{}'), '{}')"),
        "none of its entries names",
    ),
    "both copies were cut": (
        lambda home: (
            sql(home, "DELETE FROM ledger.entries WHERE seq > 1", "DELETE FROM ledger.publications"),
            write(home, lines(home)[0]),
        ),
        "it was lost",
    ),
    "both copies are gone": (
        lambda home: (
            sql(home, "DELETE FROM ledger.entries", "DELETE FROM ledger.publications"),
            (home / "ledger.jsonl").unlink(),
        ),
        "it was lost",
    ),
    "both copies and the register are gone": (
        lambda home: (
            sql(home, "DELETE FROM ledger.entries", "DELETE FROM ledger.publications", "DELETE FROM pub.editions"),
            (home / "ledger.jsonl").unlink(),
        ),
        "does not know what lies in the folder editions/world/annual-2016/working-group",
    ),
    "both copies and the folder are gone": (
        lambda home: (
            sql(home, "DELETE FROM ledger.entries", "DELETE FROM ledger.publications"),
            (home / "ledger.jsonl").unlink(),
            shutil.rmtree(home / "editions"),
        ),
        "no folder holds its edition.json",
    ),
    "the warehouse is gone": (lambda home: warehouse_path(home).unlink(), "warehouse.duckdb is missing"),
    "a manifest in a folder was altered": (alter_manifest, "does not know what lies in the folder"),
    "a folder was put there by hand": (
        lambda home: shutil.copytree(home / PLACED, home / "editions" / "world" / "annual-2015" / "working-group"),
        "editions/world/annual-2015/working-group",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "says"), DAMAGE.values(), ids=DAMAGE)
def test_a_ledger_that_is_damaged_or_lost_is_refused_and_never_begun_anew(
    home: Path, damage: Callable[[Path], object], says: str
) -> None:
    damage(home)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".duckdb"}
    for work in (lambda: publish(home), lambda: propose(home, PUBLIC, by="C. Other", **STATED)):
        with pytest.raises(ReleaseRefused) as refused:
            work()
        assert refused.value.exit_code == 4
        assert says.lower() in refused.value.message.lower()
        assert "Restore" in refused.value.advice and "backup" in refused.value.advice
    after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".duckdb"}
    assert after == before
    check = ledger_check(home)
    assert not check.is_well and check.remedy


def test_a_ledger_that_is_sound_is_well_and_known_by_its_number_of_entries(home: Path) -> None:
    check = ledger_check(home)
    assert (check.is_well, check.found) == (True, "3 entries in two copies that agree")


def test_a_home_that_never_published_has_no_ledger_and_may_begin_one(tmp_path: Path) -> None:
    check = ledger_check(tmp_path / "none")
    assert (check.is_well, check.found) == (True, "nothing was published yet")
    with pytest.raises(NoData):
        settled_ledger(tmp_path / "none")


def test_a_copy_that_a_crash_left_one_entry_behind_is_made_good(home: Path, state_of: State) -> None:
    before, whole = state_of(home), lines(home)
    write(home, *whole[:-1])
    with read_warehouse(home) as con:
        assert not read_ledger(con, Home(folder=home)).is_copied
    assert lines(home) == whole[:-1]  # looking changes nothing
    publish(home)
    assert lines(home) == whole and state_of(home) == before


def test_the_first_entry_of_all_is_made_good_too(tmp_path: Path, world_list: Callable[..., Path]) -> None:
    home = new_home(tmp_path / "home", world_list)
    publish(home)
    propose(home, WORKING_GROUP, by="A. Orazowa", **STATED)
    whole = lines(home)
    (home / "ledger.jsonl").unlink()
    assert acts(home) == ["proposed"] and lines(home) == whole


def test_an_entry_is_in_the_warehouse_before_it_is_in_the_copy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as broken:
        broken.setattr("flows.editions.ledger.replace_file", fail)
        with pytest.raises(OSError, match="no space"):
            propose(home, PUBLIC, by="C. Other", **STATED)
    with read_warehouse(home) as con:
        found = read_ledger(con, Home(folder=home))
    assert (len(found.entries), found.is_copied, len(lines(home))) == (4, False, 3)
    entry, is_new = propose(home, PUBLIC, by="C. Other", **STATED)
    assert (entry.seq, is_new, len(lines(home))) == (4, False, 4)


def test_what_another_process_published_meanwhile_is_taken_into_account(
    home: Path, world_list: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import flows.editions.publish as module

    more_data(home, world_list)
    real = module.pass_gate

    def meanwhile(folder: Path, planned: Any) -> Any:
        with open_warehouse(folder) as con:
            ledger = read_ledger(con, Home(folder=folder))
            append(con, Home(folder=folder), ledger, planned.entry(acted_at="x", act="refused", person="C. Other"))
        return real(folder, planned)

    with monkeypatch.context() as busy:
        busy.setattr(module, "pass_gate", meanwhile)
        with pytest.raises(WarehouseInUse) as told:
            publish(home)
    assert "again" in told.value.advice
    assert publish(home).is_new


def test_the_copy_of_the_ledger_holds_no_figure(home: Path) -> None:
    allowed = {
        "seq", "acted_at", "act", "person", "edition", "scope", "audience", "run_id", "as_of", "manifest_sha256",
        "files_sha256", "context", "controls", "reason", "is_self_approved", "version", "previous", "hash",
    }  # fmt: skip
    assert all(set(json.loads(line)) == allowed for line in lines(home))


def test_what_was_published_stays_known_when_its_folder_is_deleted(home: Path) -> None:
    known = list(earlier_documents(home, "world", "working-group"))
    shutil.rmtree(home / "editions")
    found = earlier_documents(home, "world", "working-group")
    assert list(found) == known and list(found[:1]) == known and len(found) == 1
    assert [(one["edition"], one["status"]) for one in known] == [(EDITION, "released")]
    assert any(cell["value"] for table in known[0]["tables"] for cell in table["cells"])


def test_readers_of_the_public_know_less_than_the_working_group(home: Path) -> None:
    assert len(earlier_documents(home, "world", "public")) == 0
    assert len(earlier_documents(home, "XX", "working-group")) == 0


def test_the_gate_is_given_what_readers_have_but_not_the_very_same_run(
    home: Path, world_list: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import flows.editions.publish as module

    real, given = module.release, []

    def listening(*arguments: Any, **options: Any) -> Any:
        given.append([one.name for one in options["earlier"]])
        return real(*arguments, **options)

    monkeypatch.setattr(module, "release", listening)
    shutil.rmtree(home / PLACED)
    publish(home)  # the same run: made again as it was
    more_data(home, world_list)
    publish(home)
    publish(home, PUBLIC)
    first = "annual-2016/working-group"
    assert given == [[], [first], [first]], "a public edition is read by the working group too"


def make_old(home: Path) -> None:
    """The home as the version before the ledger left it: no ledger, manifests without status, a register of them."""
    import hashlib

    from flows.folders import digest_of, files_in

    path = home / PLACED / "edition.json"
    document = json.loads(path.read_bytes())
    del document["status"], document["release"]
    path.write_text(json.dumps({**document, "schema_version": "1"}), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    files = digest_of(files_in(home / PLACED))
    sql(
        home,
        "DROP TABLE ledger.entries",
        "DROP TABLE ledger.publications",
        f"UPDATE pub.editions SET manifest_sha256 = '{digest}', files_sha256 = '{files}'",
    )
    (home / "ledger.jsonl").unlink()
    shutil.rmtree(home / "drafts")


def test_editions_from_before_the_ledger_are_taken_over_at_its_first_use(
    home: Path, world_list: Callable[..., Path]
) -> None:
    make_old(home)
    check = ledger_check(home)
    assert check.is_well and "1 older edition is taken over" in check.found
    more_data(home, world_list)
    publish(home)
    (recorded,) = entries(home)
    assert (recorded.act, recorded.person, recorded.version) == ("recorded", "tip-trends", 1)
    assert (recorded.key, recorded.as_of) == (WORKING_GROUP, f"{FIRST}")
    (document,) = earlier_documents(home, "world", "working-group")
    assert document["schema_version"] == "1" and document["tables"]
    publish(home)
    assert len(entries(home)) == 1


def test_older_editions_that_were_replaced_are_taken_over_too(tmp_path: Path, world_list: Callable[..., Path]) -> None:
    home = new_home(tmp_path / "home", world_list)
    release(home)
    make_old(home)
    older = home / PLACED.parent / ".superseded" / "working-group-0123456789ab"
    older.parent.mkdir()
    shutil.copytree(home / PLACED, older)
    older.joinpath("edition.json").write_text('{"schema_version": "1"}', encoding="utf-8")
    sql(
        home,
        "INSERT INTO pub.editions SELECT * REPLACE ('old' AS run_id, '2020' AS published_at,"
        ' sha256(\'{"schema_version": "1"}\') AS manifest_sha256) FROM pub.editions',
    )
    assert [(entry.act, entry.acted_at == "2020") for entry in entries(home)] == [
        ("recorded", True),
        ("recorded", False),
    ]


def test_an_older_edition_of_which_nothing_is_left_stops_everything(home: Path) -> None:
    make_old(home)
    shutil.rmtree(home / "editions")
    with pytest.raises(ReleaseRefused, match="no folder holds its") as told:
        publish(home)
    assert ".superseded" in told.value.advice


def test_a_crash_while_older_editions_are_taken_over_is_made_good(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_old(home)
    with monkeypatch.context() as broken:
        broken.setattr("flows.editions.ledger.replace_file", lambda *_: (_ for _ in ()).throw(OSError("no space")))
        with pytest.raises(OSError, match="no space"):
            settled_ledger(home)
    assert acts(home) == ["recorded"] and len(lines(home)) == 1


def test_the_advice_names_what_to_restore() -> None:
    assert all(name in RESTORE for name in ("warehouse.duckdb", "ledger.jsonl", "editions/"))
    assert issubclass(ReleaseRefused, TipTrendsError)
