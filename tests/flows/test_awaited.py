"""An edition with a missing delivery is provisional and says so, or held; what arrives later makes it anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.editions.arrived import make_anew
from flows.editions.lacking import Anew, to_make_anew
from flows.editions.publish import Published, publish_edition
from flows.editions.release import approve, candidate, propose
from flows.editions.review import review, told
from flows.editions.runs import runs_in
from flows.folders import files_in
from flows.home import Home
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from tests.flows.drafted import STATED, Clock, quickly
from tests.flows.registers import home_without_the_ngo, write_register
from transforms.errors import EditionHeld, ProfileInvalid
from transforms.ledger.entries import Key
from transforms.ledger.runs import MadeRun

KEY = Key(scope="XX", edition="annual-2022", audience="working-group")
LATE = ("NGO", "2023-02-28")
MISSING = {"source": "case_register", "body": "NGO", "period": "2022-Q4", "due": "2023-01-25"}
HELD = '\n[awaited]\ncase_register = "held"\n'


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        yield


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For copying."""
    return home_without_the_ngo(tmp_path_factory.mktemp("awaited"))


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "home"))


def publish(home: Path, clock: Clock | None = None, edition: str = KEY.edition) -> Published:
    return publish_edition(
        home, edition, scope="XX", audience=KEY.audience, as_of=None, languages=("en",), clock=clock or Clock()
    )


def hold(home: Path, text: str = HELD) -> None:
    file = home / "home.toml"
    file.write_text(file.read_text("utf-8") + text, encoding="utf-8")


def arrive(home: Path) -> None:
    ingest_file(home, write_register(home.parent, *LATE))


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "edition.json").read_bytes())
    return found


def runs(home: Path) -> tuple[MadeRun, ...]:
    with read_warehouse(home) as con:
        return runs_in(con)


def release(home: Path) -> Path:
    propose(home, KEY, by="A. Orazowa", **STATED, clock=Clock())
    return approve(home, candidate(home, KEY), by="B. Nurow", clock=Clock()).folder


def test_an_edition_without_a_delivery_is_made_and_its_manifest_says_what_is_awaited(home: Path) -> None:
    done = publish(home)
    assert manifest(done.folder)["provisional"] == {"awaited": [MISSING]}
    assert [one.awaited for one in runs(home)] == [("case_register NGO 2022-Q4",)]


def test_an_edition_that_has_all_it_needs_is_not_provisional(home: Path) -> None:
    arrive(home)
    found = manifest(publish(home).folder)
    assert "provisional" not in found and found["context"]["awaited"] == []
    late = [one["source"] for one in found["context"]["reporting_status"] if one["received"] is None]
    assert late == ["population"], "it is due in December, long after the edition, and nobody waits for it"


def test_whoever_approves_is_told_that_it_is_provisional(home: Path) -> None:
    publish(home)
    propose(home, KEY, by="A. Orazowa", **STATED, clock=Clock())
    said = "\n".join(told(review(home, candidate(home, KEY))))
    assert "PROVISIONAL: made without 1 deliveries that were due: case_register NGO 2022-Q4." in said


def test_a_held_edition_is_not_made_and_the_refusal_says_who_owes_what_since_when(home: Path) -> None:
    hold(home)
    for _ in range(2):
        with pytest.raises(EditionHeld) as refused:
            publish(home)
    assert refused.value.message == (
        "annual-2022 of XX is held: not made, because deliveries are awaited. "
        "case_register from NGO for 2022-Q4: awaited since 2023-01-25."
    )
    assert 'case_register = "provisional" under [awaited]' in refused.value.advice
    assert refused.value.exit_code == 4
    assert not (home / "drafts").exists() and files_in(home / "editions") == {}
    (held,) = runs(home)
    assert (held.act, held.audience, held.awaited) == ("held", "", ("case_register NGO 2022-Q4",))


def test_a_delivery_that_is_not_due_yet_is_said_to_be_due(home: Path) -> None:
    hold(home)
    with pytest.raises(EditionHeld, match="for 2022-Q4: due by 2023-01-25"):
        publish_edition(
            home, KEY.edition, scope="XX", audience=KEY.audience, as_of=None, languages=("en",),
            clock=lambda: datetime(2023, 1, 25, 18, tzinfo=UTC),  # 23 o'clock in Ashgabat
        )  # fmt: skip
    with pytest.raises(EditionHeld, match="for 2022-Q4: awaited since 2023-01-25"):
        publish_edition(
            home, KEY.edition, scope="XX", audience=KEY.audience, as_of=None, languages=("en",),
            clock=lambda: datetime(2023, 1, 25, 19, tzinfo=UTC),  # midnight there
        )  # fmt: skip


def test_a_rule_holds_for_its_source_and_for_its_kind_of_edition_alone(home: Path) -> None:
    hold(home, '\n[awaited]\ncrime_justice = "held"\n[awaited.quarterly]\ncase_register = "held"\n')
    assert "provisional" in manifest(publish(home).folder)
    with pytest.raises(EditionHeld, match="quarterly-2022-Q4 of XX is held"):
        publish(home, edition="quarterly-2022-Q4")


def test_a_rule_of_a_kind_goes_before_the_one_for_all(home: Path) -> None:
    hold(home, HELD + '[awaited.annual]\ncase_register = "provisional"\n')
    assert "provisional" in manifest(publish(home).folder)


def test_a_held_edition_that_is_asked_for_as_of_a_day_on_which_all_was_there_is_made(home: Path) -> None:
    arrive(home)
    hold(home)
    with pytest.raises(EditionHeld):
        publish_edition(
            home, KEY.edition, scope="XX", audience=KEY.audience, as_of=date(2023, 2, 20), languages=("en",),
            clock=Clock(),
        )  # fmt: skip
    assert "provisional" not in manifest(publish(home).folder)


WRONG = {
    "no section": ('awaited = "held"\n', "'awaited' must be a section"),
    "no rule": ('[awaited]\ncase_register = "waits"\n', "case_register is 'provisional' or 'held'"),
    "a rule that is no word": ("[awaited]\ncase_register = true\n", "case_register is 'provisional' or 'held'"),
    "no source": ('[awaited]\n"Case register" = "held"\n', "'Case register' is not the key of a source"),
    "no section of a kind": ('[awaited]\nannual = "held"\n', r"\[awaited.annual\] must be a section"),
}


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_rule_is_refused_with_an_example(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "home.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=says) as refused:
        Home(folder=tmp_path).settings()
    assert '[awaited] crime_justice = "held"' in refused.value.advice


def test_a_rule_for_a_source_from_which_nothing_is_due_would_never_hold_anything_and_is_refused(home: Path) -> None:
    hold(home, '\n[awaited]\ncase_registre = "held"\n')
    with pytest.raises(ProfileInvalid, match="'case_registre' under") as refused:
        publish(home)
    assert "case_register, crime_justice, population" in refused.value.advice


def test_nothing_is_made_anew_while_the_delivery_is_missing(home: Path) -> None:
    assert to_make_anew(home, "XX") == ()
    publish(home)
    assert to_make_anew(home, "XX") == ()
    assert to_make_anew(home, "world") == ()


def test_a_draft_that_lacked_what_has_come_is_made_anew_once(home: Path) -> None:
    publish(home)
    arrive(home)
    (anew,) = to_make_anew(home, "XX")
    assert anew == Anew(key=KEY, arrived=("case_register NGO 2022-Q4",))
    (made,) = make_anew(home, anew, ("en",), Clock())
    assert made.published is not None and not made.published.is_released and made.published.is_new
    assert "provisional" not in manifest(made.published.folder)
    assert to_make_anew(home, "XX") == ()
    assert [one.awaited for one in runs(home)] == [("case_register NGO 2022-Q4",), ()]


def test_what_readers_have_stays_until_two_persons_release_the_new_one(home: Path) -> None:
    publish(home)
    folder = release(home)
    before = files_in(folder)
    arrive(home)
    (anew,) = to_make_anew(home, "XX")
    (made,) = make_anew(home, anew, ("en",), Clock())
    assert made.published is not None and made.published.folder == home / "drafts" / "XX" / KEY.edition / KEY.audience
    assert files_in(folder) == before
    draft = manifest(made.published.folder)
    assert draft["history"]["last"]["run_id"] == json.loads(before["edition.json"])["run_id"]
    assert release(home) == folder
    assert "provisional" not in manifest(folder)
    (kept,) = (folder.parent / ".superseded").iterdir()
    assert files_in(kept) == before


def test_an_edition_that_was_held_is_made_for_all_audiences_when_the_delivery_comes(home: Path) -> None:
    hold(home)
    with pytest.raises(EditionHeld):
        publish(home)
    arrive(home)
    (anew,) = to_make_anew(home, "XX")
    assert (anew.key.audience, anew.arrived) == ("", ("case_register NGO 2022-Q4",))
    (made,) = make_anew(home, anew, ("en", "ru"), Clock())
    assert made.key == KEY and made.published is not None
    assert manifest(made.published.folder)["languages"] == ["en", "ru"]
    assert to_make_anew(home, "XX") == ()


def test_what_cannot_be_made_anew_says_why_and_is_tried_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(home)
    arrive(home)
    hold(home, '\n[awaited]\npopulation = "nonsense"\n')
    (anew,) = to_make_anew(home, "XX")
    (made,) = make_anew(home, anew, ("en",), Clock())
    assert made.published is None and made.refusal is not None
    assert "'provisional' or 'held'" in made.refusal.message
    assert to_make_anew(home, "XX") == (anew,)


def test_an_edition_made_anew_keeps_its_languages(home: Path) -> None:
    publish_edition(
        home, KEY.edition, scope="XX", audience=KEY.audience, as_of=None, languages=("ru", "tk"), clock=Clock()
    )
    arrive(home)
    (made,) = make_anew(home, to_make_anew(home, "XX")[0], ("en",), Clock())
    assert made.published is not None
    assert manifest(made.published.folder)["languages"] == ["ru", "tk"]


def test_the_command_line_ends_a_held_edition_with_4(tip_trends: Callable[..., Any], home: Path) -> None:
    hold(home)
    ran = tip_trends("--home", home, "publish", KEY.edition)
    assert (ran.code, ran.out) == (4, "")
    assert "annual-2022 of XX is held" in ran.err and "awaited since" in ran.err
