"""Nothing reaches readers by one person alone, nor differs from what was proposed; nothing is ever deleted."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from flows.editions.publish import Published
from flows.editions.published import SELF
from flows.editions.release import approve, candidate, propose, refuse
from flows.editions.release_list import lines
from flows.editions.review import review, told, told_as_counts
from flows.editions.taken_back import withdraw
from flows.folders import files_in
from flows.home import Home, Settings, allow_self_approval, write_settings
from flows.intake.ingest import ingest_file
from tests.flows.drafted import (
    EDITION,
    FIRST,
    PUBLIC,
    SECOND,
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
from transforms.errors import NoData, ReleaseRefused, WrongArguments
from transforms.ledger.entries import Key

State = Callable[[Path], dict[str, object]]
Write = Callable[..., Path]
PLACE = Path("world") / EDITION / "working-group"


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        yield


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory, world_list: Write) -> Path:
    """A home with a proposed draft for the working group; for copying."""
    home = new_home(tmp_path_factory.mktemp("proposed") / "home", world_list)
    done = publish(home)
    assert (done.is_released, done.is_new) == (False, True)
    propose(home, WORKING_GROUP, by="A. Orazowa", **STATED, clock=Clock())
    return home


@pytest.fixture(scope="module")
def let_out(tmp_path_factory: pytest.TempPathFactory, proposed: Path) -> Path:
    """The same home once another person approved; for copying."""
    home = Path(shutil.copytree(proposed, tmp_path_factory.mktemp("let-out") / "home"))
    second_key(home)
    return home


@pytest.fixture
def home(proposed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(proposed, tmp_path / "home"))


@pytest.fixture
def released(let_out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(let_out, tmp_path / "home"))


def second_key(home: Path, key: Key = WORKING_GROUP, by: str = "B. Nurow") -> Published:
    return approve(home, candidate(home, key), by=by, clock=Clock())


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "edition.json").read_bytes())
    return found


def test_publishing_makes_a_draft_and_nothing_for_readers(home: Path) -> None:
    assert list((home / "editions").iterdir()) == []
    draft = manifest(home / "drafts" / PLACE)
    assert draft["status"] == "draft" and "release" not in draft
    (entry,) = entries(home)
    assert (entry.act, entry.person, entry.context, entry.controls) == ("proposed", "A. Orazowa", *STATED.values())


def test_another_person_lets_it_out_and_both_are_named(home: Path) -> None:
    done = second_key(home)
    assert (done.folder, done.is_released, done.is_new) == (home / "editions" / PLACE, True, True)
    found = manifest(done.folder)
    assert found["status"] == "released"
    assert found["release"] == {
        "proposed_by": "A. Orazowa", "approved_by": "B. Nurow", "approved_on": "2024-05-01", "is_self_approved": False,
    }  # fmt: skip
    assert acts(home) == ["proposed", "approved"]
    assert not (home / "drafts" / PLACE).exists()


def test_a_released_edition_has_the_figures_that_were_proposed(home: Path) -> None:
    draft = manifest(home / "drafts" / PLACE)
    found = manifest(second_key(home).folder)
    assert {name for name in found if found[name] != draft.get(name)} == {"status", "release"}


@pytest.mark.parametrize("by", ["A. Orazowa", "a. orazowa", "A.Orazowa", "  A   ORAZOWA "])
def test_the_person_who_proposed_cannot_approve(home: Path, state_of: State, by: str) -> None:
    before = state_of(home)
    with pytest.raises(ReleaseRefused, match="proposed this edition and cannot approve it"):
        second_key(home, by=by)
    assert state_of(home) == before


@pytest.mark.parametrize("by", ["", " ", "7", "B\x00N", "x" * 101])
def test_somebody_must_have_a_name(home: Path, by: str) -> None:
    for work in (
        lambda: withdraw(home, WORKING_GROUP, by=by, reason="No"),
        lambda: propose(home, WORKING_GROUP, by=by, **STATED),
        lambda: refuse(home, WORKING_GROUP, by=by, reason="No"),
    ):
        with pytest.raises(WrongArguments, match="is not a name"):
            work()


@pytest.mark.parametrize(
    ("text", "says"), [("", "empty"), (" ", "empty"), ("x" * 1001, "longer"), ("Ask aman@example.org", "e-mail")]
)
def test_a_statement_is_a_text_that_names_no_person(home: Path, text: str, says: str) -> None:
    for stated in ({**STATED, "context": text}, {**STATED, "controls": text}):
        with pytest.raises(WrongArguments, match=says):
            propose(home, WORKING_GROUP, by="A. Orazowa", **stated)
    with pytest.raises(WrongArguments, match=says):
        refuse(home, WORKING_GROUP, by="B. Nurow", reason=text)


def test_without_a_draft_nothing_is_proposed_and_without_a_proposal_nothing_is_approved(home: Path) -> None:
    with pytest.raises(NoData, match="no draft"):
        propose(home, PUBLIC, by="A. Orazowa", **STATED)
    publish(home, PUBLIC)
    with pytest.raises(ReleaseRefused, match="No proposal"):
        candidate(home, PUBLIC)
    with pytest.raises(NoData, match="never released"):
        withdraw(home, PUBLIC, by="B. Nurow", reason="Wrong")


def test_data_that_changed_in_between_are_proposed_again(home: Path, world_list: Write, state_of: State) -> None:
    ingest_file(home, world_list(home.parent / f"again_{FIRST}.csv", (2014, 2015, 2016), persons=33))
    before = state_of(home)
    with pytest.raises(ReleaseRefused, match="its readers have changed") as told_so:
        second_key(home)
    assert "propose it again" in told_so.value.advice
    with pytest.raises(ReleaseRefused, match="out of date"):
        propose(home, WORKING_GROUP, by="A. Orazowa", **STATED)
    assert state_of(home) == before


def test_data_of_a_later_day_do_not_matter_to_what_was_proposed_as_of_an_earlier_one(
    home: Path, world_list: Write
) -> None:
    more_data(home, world_list)
    assert manifest(second_key(home).folder)["as_of"] == f"{FIRST}"


@pytest.mark.parametrize("name", ["edition.json", "report.en.html"])
def test_a_draft_that_was_altered_by_hand_is_neither_proposed_nor_approved(home: Path, name: str) -> None:
    path = home / "drafts" / PLACE / name
    path.write_bytes(path.read_bytes().replace(b"2016", b"2017").replace(b"DRAFT", b"FINAL"))
    with pytest.raises(ReleaseRefused, match="not the one that was proposed"):
        second_key(home)
    with pytest.raises(ReleaseRefused, match="altered"):
        propose(home, WORKING_GROUP, by="C. Other", **STATED)


def test_a_draft_made_anew_after_the_proposal_is_proposed_again(home: Path, world_list: Write) -> None:
    more_data(home, world_list)
    publish(home)
    with pytest.raises(ReleaseRefused, match="not the one that was proposed"):
        second_key(home)


def test_what_was_released_meanwhile_does_not_stop_an_approval_while_the_figures_stay(home: Path) -> None:
    release(home, PUBLIC)
    first = entries(home)[0]
    done = second_key(home)
    assert done.is_new and done.run_id != first.run_id  # a run knows what its readers had before
    assert not (home / "drafts" / PLACE).exists()


def test_a_gate_that_refuses_now_stops_the_second_key(
    home: Path, state_of: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(*_: object, **__: object) -> None:
        raise ReleaseRefused("Table t could be worked out.")

    before = state_of(home)
    monkeypatch.setattr("flows.editions.publish.release", no)
    with pytest.raises(ReleaseRefused, match="worked out"):
        second_key(home)
    assert state_of(home) == before


def test_every_act_done_again_changes_nothing(home: Path, state_of: State) -> None:
    assert propose(home, WORKING_GROUP, by="a orazowa", **STATED)[1] is False
    second_key(home)
    before = state_of(home)
    assert not publish(home).is_new
    assert acts(home) == ["proposed", "approved"]
    for is_first in (True, False):
        assert withdraw(home, WORKING_GROUP, by="B. Nurow", reason="Counted twice", clock=Clock())[1] is is_first
    assert state_of(home) != before
    assert acts(home) == ["proposed", "approved", "withdrawn"]


def test_a_proposal_with_other_words_is_another_proposal(home: Path) -> None:
    entry, is_new = propose(home, WORKING_GROUP, by="A. Orazowa", context="For the ministry", controls="All of it")
    assert (entry.seq, is_new) == (2, True)
    assert candidate(home, WORKING_GROUP).proposal == entry


def test_a_refusal_is_written_down_and_ends_the_proposal(home: Path) -> None:
    entry, is_new = refuse(home, WORKING_GROUP, by="B. Nurow", reason="Table 4 contradicts the letter")
    assert (entry.act, is_new) == ("refused", True)
    assert refuse(home, WORKING_GROUP, by="B. Nurow", reason="Table 4 contradicts the letter")[1] is False
    with pytest.raises(ReleaseRefused, match=r"refused by B\. Nurow: Table 4 contradicts the letter"):
        candidate(home, WORKING_GROUP)
    assert propose(home, WORKING_GROUP, by="A. Orazowa", **STATED)[1] is True
    assert second_key(home).is_new


STEPS = (
    "flows.editions.ledger.replace_file",
    "flows.editions.publish.place_folder",
    "flows.editions.publish.remove_folder",
)


@pytest.mark.parametrize("step", STEPS)
def test_an_approval_that_a_crash_cut_off_is_completed_when_it_is_asked_for_again(
    home: Path, let_out: Path, state_of: State, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from flows.editions.release import approved_before

    def crash(*_: object, **__: object) -> None:
        raise OSError("the light went out")

    with monkeypatch.context() as broken:
        broken.setattr(step, crash)
        with pytest.raises(OSError, match="the light went out"):
            second_key(home)
    done = approved_before(home, WORKING_GROUP)
    assert done is not None and done[1].folder == home / "editions" / PLACE
    assert state_of(home) == state_of(let_out)


def test_a_crash_before_the_entry_leaves_everything_as_it_was(
    home: Path, state_of: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise OSError("the light went out")

    before = {name: kept for name, kept in state_of(home).items() if name != "mart.counts"}
    with monkeypatch.context() as broken:
        broken.setattr("flows.editions.ledger.chained", crash)
        with pytest.raises(OSError, match="the light went out"):
            second_key(home)
    assert {name: kept for name, kept in state_of(home).items() if name != "mart.counts"} == before
    assert second_key(home).is_new


def test_a_released_folder_that_was_lost_comes_back_byte_for_byte(released: Path) -> None:
    folder = released / "editions" / PLACE
    before = files_in(folder)
    shutil.rmtree(folder)
    assert publish(released).is_new and files_in(folder) == before
    (folder / "report.en.html").write_text("altered", encoding="utf-8")
    assert publish(released).is_new and files_in(folder) == before
    assert acts(released) == ["proposed", "approved"]


def test_a_draft_of_newer_data_leaves_the_released_edition_and_both_are_listed(
    released: Path, world_list: Write
) -> None:
    before = files_in(released / "editions" / PLACE)
    more_data(released, world_list)
    assert not publish(released).is_released
    assert files_in(released / "editions" / PLACE) == before
    assert [(line.key, line.state) for line in lines(released)] == [
        (WORKING_GROUP, "released"),
        (WORKING_GROUP, "draft: not proposed"),
    ]
    publish(released, as_of=FIRST)  # what was released is not made again, and the draft of other data stays
    assert (released / "drafts" / PLACE).is_dir()


def test_a_withdrawn_edition_says_so_and_nothing_of_it_is_lost(released: Path) -> None:
    folder = released / "editions" / PLACE
    before = files_in(folder)
    withdraw(released, WORKING_GROUP, by="B. Nurow", reason="The register of 2015 was counted twice", clock=Clock())
    after = files_in(folder)
    assert b"WITHDRAWN" in after["report.en.html"] and b"counted twice" in after["report.en.html"]
    found = manifest(folder)
    assert found["status"] == "withdrawn"
    assert found["release"]["withdrawn_by"] == "B. Nurow" and found["release"]["approved_by"] == "B. Nurow"
    (kept,) = (folder.parent / "withdrawn").iterdir()
    assert files_in(kept) == before
    notice = load_workbook(io.BytesIO(after["tables.en.xlsx"])).worksheets[0]
    assert (notice["A1"].value, f"“{kept.parent.name}”" in notice["A4"].value) == ("WITHDRAWN", True)
    assert notice["A3"].value == f"Edition: {found['edition']}"
    from flows.editions.published import earlier_documents

    (known,) = earlier_documents(released, "world", "working-group")
    assert known["status"] == "released" and known["tables"] == found["tables"]


def test_a_withdrawal_without_a_folder_is_written_down_all_the_same(released: Path) -> None:
    shutil.rmtree(released / "editions")
    entry, is_new = withdraw(released, WORKING_GROUP, by="B. Nurow", reason="Counted twice")
    assert (entry.act, is_new) == ("withdrawn", True)
    assert [line.state for line in lines(released)] == ["withdrawn"]


def test_a_withdrawal_that_a_crash_cut_off_is_completed(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise OSError("the light went out")

    with monkeypatch.context() as broken:
        broken.setattr("flows.editions.taken_back.place_folder", crash)
        with pytest.raises(OSError, match="the light went out"):
            withdraw(released, WORKING_GROUP, by="B. Nurow", reason="Counted twice")
    assert manifest(released / "editions" / PLACE)["status"] == "released"
    entry, is_new = withdraw(released, WORKING_GROUP, by="C. Other", reason="Once more")
    assert (entry.person, is_new) == ("B. Nurow", False)
    assert manifest(released / "editions" / PLACE)["release"]["reason"] == "Counted twice"


def test_what_was_withdrawn_comes_back_by_two_keys_only(released: Path) -> None:
    withdraw(released, WORKING_GROUP, by="B. Nurow", reason="Counted twice")
    assert not publish(released).is_released
    assert manifest(released / "editions" / PLACE)["status"] == "withdrawn"
    propose(released, WORKING_GROUP, by="A. Orazowa", **STATED)
    second_key(released)
    assert manifest(released / "editions" / PLACE)["status"] == "released"
    assert acts(released) == ["proposed", "approved", "withdrawn", "proposed", "approved"]


def synthetic(folder: Path, write: Write) -> Path:
    return new_home(folder, write, name="list_SYNTHETIC", self_approval=True)


def test_a_home_of_synthetic_data_may_approve_itself_and_says_so(tmp_path: Path, world_list: Write) -> None:
    home = synthetic(tmp_path / "home", world_list)
    done = publish(home)
    assert done.is_released and done.folder == home / "editions" / PLACE
    found = manifest(done.folder)["release"]
    assert (found["is_self_approved"], found["approved_by"]) == (True, SELF)
    (entry,) = entries(home)
    assert (entry.act, entry.person, entry.is_self_approved) == ("approved", SELF, True)
    assert [line.state for line in lines(home)] == ["self-approved"]
    assert not publish(home).is_new and len(entries(home)) == 1


def test_self_approval_is_refused_while_one_source_is_not_synthetic(tmp_path: Path, world_list: Write) -> None:
    home = new_home(tmp_path / "home", world_list, self_approval=True)
    with pytest.raises(ReleaseRefused, match="SYNTHETIC data only; these sources are not: ctdc_kanon") as refused:
        publish(home)
    assert refused.value.exit_code == 4 and "home.toml" in refused.value.advice
    assert acts(home) == [] and list((home / "editions").iterdir()) == []


def test_a_real_home_does_not_approve_itself_even_with_synthetic_data(tmp_path: Path, world_list: Write) -> None:
    home = new_home(tmp_path / "home", world_list, name="list_SYNTHETIC")
    assert not publish(home).is_released


def test_a_withdrawn_run_is_not_approved_by_itself_again(tmp_path: Path, world_list: Write) -> None:
    home = synthetic(tmp_path / "home", world_list)
    publish(home)
    withdraw(home, WORKING_GROUP, by="B. Nurow", reason="Counted twice")
    assert not publish(home).is_released
    assert manifest(home / "editions" / PLACE)["status"] == "withdrawn"
    more_data(home, world_list, name="list_SYNTHETIC")
    assert publish(home).is_released  # other figures


def test_the_setting_of_self_approval_is_written_and_read(tmp_path: Path) -> None:
    home = Home(folder=tmp_path).create()
    write_settings(home, Settings(country="XX"))
    assert not home.settings().self_approval
    allow_self_approval(home)
    text = home.settings_file.read_text(encoding="utf-8")
    allow_self_approval(home)
    assert home.settings() == Settings(country="XX", self_approval=True)
    assert home.settings_file.read_text(encoding="utf-8") == text


def test_a_setting_that_says_no_is_left_alone(tmp_path: Path) -> None:
    home = Home(folder=tmp_path).create()
    home.settings_file.write_text("[release]\nself_approval = false\n", encoding="utf-8")
    allow_self_approval(home)
    assert not home.settings().self_approval


def test_the_review_shows_audit_small_bases_and_where_to_read(home: Path) -> None:
    found = review(home, candidate(home, WORKING_GROUP))
    said = "\n".join(told(found))
    assert "Proposed by A. Orazowa on 2024-05-01" in said and "Controls: Read in full, sums checked" in said
    assert "Audit: passed. Cells" in said and "too unreliable to show" in said
    assert "there is nothing to compare with" in said
    assert f"{home / 'drafts' / PLACE / 'report.en.html'}" in said
    assert "Emptied" not in said
    emptied = replace(found, audit={**found.audit, "emptied": ["victims_registered_by_period_sex"]})
    line = "Emptied, because an attacker had worked something out before: victims_registered_by_period_sex."
    assert line in told(emptied) and line in told_as_counts(emptied)


def test_the_review_compares_with_the_last_edition_and_names_small_revisions(released: Path, world_list: Write) -> None:
    ingest_file(released, world_list(released.parent / f"later_{SECOND}.csv", (2014, 2015, 2016), persons=32))
    publish(released)
    propose(released, WORKING_GROUP, by="A. Orazowa", **STATED)
    found = review(released, candidate(released, WORKING_GROUP))
    assert found.compared_with is not None and found.differences is not None
    small = [one for table in found.differences.tables for one in table.small_revisions if table.key == TOTALS]
    assert {one.now - one.before for one in small} == {2}
    said = told(found)
    assert f"Against annual-2016 as of {FIRST}, approved on 2024-05-01:" in said
    assert any("small revisions" in line and "2014 +2" in line for line in said)
    counts = "\n".join(told_as_counts(found))
    assert "small revisions" in counts and "+2" not in counts


TOTALS = "victims_registered_by_period"


def test_the_list_tells_the_state_of_every_edition(released: Path) -> None:
    publish(released, PUBLIC)
    other = Key(scope="world", edition="annual-2015", audience="public")
    publish(released, other)
    propose(released, other, by="A. Orazowa", **STATED)
    assert [(f"{line.key}", line.state) for line in lines(released)] == [
        ("world/annual-2015/public", "proposed: waits for approval"),
        ("world/annual-2016/public", "draft: not proposed"),
        ("world/annual-2016/working-group", "released"),
    ]
    run = entries(released)[1].run_id
    assert lines(released)[-1].row()[3:] == ("released", f"{FIRST}", run, "2024-05-01", "B. Nurow", "")
    refuse(released, other, by="B. Nurow", reason="Not yet")
    assert [line.state for line in lines(released)[:2]] == ["refused", "draft: not proposed"]


def test_an_empty_home_lists_nothing(tmp_path: Path) -> None:
    assert lines(tmp_path / "none") == ()
    assert not (tmp_path / "none").exists()


def test_a_run_is_named_by_what_readers_had_before_and_not_by_who_approved(
    proposed: Path, tmp_path: Path, world_list: Write
) -> None:
    names = []
    for name, by in (("one", "B. Nurow"), ("two", "D. Fourth"), ("three", "")):
        home = Path(shutil.copytree(proposed, tmp_path / name))
        if by:
            second_key(home, by=by)
        more_data(home, world_list)
        names.append(publish(home).run_id)
    assert names[0] == names[1] != names[2]
