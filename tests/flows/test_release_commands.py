"""The two keys from the command line: what a clerk reads, what comes to standard output, and the exit codes."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.drafted import EDITION, new_home, quickly

TipTrends = Callable[..., Any]
PROPOSE = (
    "release",
    "propose",
    EDITION,
    "--by",
    "A. Orazowa",
    "--context",
    "For the group",
    "--controls",
    "Read it all",
)


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        yield


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    return new_home(tmp_path_factory.mktemp("commands") / "home", world_list, audiences=("working-group", "public"))


@pytest.fixture
def call(filled: Path, tmp_path: Path, tip_trends: TipTrends) -> TipTrends:
    """A command line in a copy of the filled home."""
    home = shutil.copytree(filled, tmp_path / "home")
    return lambda *words: tip_trends("--home", home, *words)


def test_from_draft_to_released_to_withdrawn(call: TipTrends, tmp_path: Path) -> None:
    home = tmp_path / "home"
    drafts = [f"{home / 'drafts' / 'world' / EDITION / name}" for name in ("working-group", "public")]
    made = call("publish", EDITION)
    assert (made.code, made.out.splitlines()) == (0, drafts)
    assert made.err.count("Draft, not released") == 2
    assert f"Next: tip-trends release propose {EDITION} --scope world --audience public --by" in made.err
    assert "Then another person: tip-trends release approve" in made.err
    assert "Draft unchanged, not released" in call("publish", EDITION).err

    said = call(*PROPOSE)
    assert (said.code, said.out.splitlines()) == (0, [
        f"world/{EDITION}/working-group: proposed (entry 1 of the ledger).",
        f"world/{EDITION}/public: proposed (entry 2 of the ledger).",
    ])  # fmt: skip
    assert "another person" in said.err
    assert "was proposed already" in call(*PROPOSE).out

    shown = call("release", "approve", EDITION, "--review", "--audience", "public")
    assert shown.code == 0
    for words in ("Proposed by A. Orazowa", "Context: For the group", "Audit: passed", "Small bases", "report.en.html"):
        assert words in shown.out
    assert list((home / "editions").iterdir()) == []

    done = call("release", "approve", EDITION, "--by", "B. Nurow")
    folders = [f"{home / 'editions' / 'world' / EDITION / name}" for name in ("working-group", "public")]
    assert done.code == 0
    assert [line for line in done.out.splitlines() if line in folders] == folders
    assert done.out.splitlines()[-1] == folders[1]
    again = call("release", "approve", EDITION, "--by", "B. Nurow")
    assert (again.code, again.out.splitlines()) == (0, folders)
    assert again.err.count("was approved by B. Nurow on") == 2

    for words in ("withdrawn (entry 5", "was withdrawn already (entry 5"):
        back = call("release", "withdraw", EDITION, "--by", "B. Nurow", "--reason", "Twice", "--audience", "public")
        assert (back.code, words in back.out) == (0, True)
    listed = list(csv.DictReader(io.StringIO(call("release", "list", "--format", "csv").out)))
    assert [(row["audience"], row["state"], row["by"], row["reason"]) for row in listed] == [
        ("public", "withdrawn", "B. Nurow", "Twice"),
        ("working-group", "released", "B. Nurow", ""),
    ]


def test_one_person_with_both_keys_ends_with_4_and_is_told_who_is_needed(call: TipTrends) -> None:
    call("publish", EDITION, "--audience", "public")
    call(*PROPOSE)
    ran = call("release", "approve", EDITION, "--by", "a.orazowa")
    assert ran.code == 4
    assert "A. Orazowa proposed this edition and cannot approve it." in ran.err
    assert "Another person must look at it" in ran.err
    assert "Audit: passed" in ran.out  # it is shown first


def test_a_refusal_is_told_to_whoever_approves_afterwards(call: TipTrends) -> None:
    call("publish", EDITION, "--audience", "public")
    call(*PROPOSE)
    said = ("release", "refuse", EDITION, "--by", "B. Nurow", "--reason", "Table 4 contradicts the letter")
    assert call(*said).out == f"world/{EDITION}/public: refused (entry 2 of the ledger).\n"
    assert "was refused already" in call(*said, "--audience", "public").out
    ran = call("release", "approve", EDITION, "--by", "C. Other", "--audience", "public")
    assert (ran.code, ran.out) == (4, "")
    assert "refused by B. Nurow: Table 4 contradicts the letter" in ran.err
    assert f"tip-trends publish {EDITION}" in ran.err


WRONG = {
    "no draft": ((*PROPOSE, "--audience", "public"), 1, "There is no draft", "Make it: tip-trends publish"),
    "no proposal": (("release", "approve", EDITION, "--by", "B. Nurow"), 4, "No proposal of", "release propose"),
    "nobody approves": (("release", "approve", EDITION), 2, "Who approves?", "--review"),
    "nothing to refuse": (("release", "refuse", EDITION, "--by", "B. N", "--reason", "No"), 4, "No proposal", "First"),
    "nothing to withdraw": (
        ("release", "withdraw", EDITION, "--by", "B. N", "--reason", "No"), 1, "never released", "release list",
    ),
    "an edition that is none": (("release", "approve", "annual-16", "--review"), 2, "annual-16", "annual-2023"),
    "an audience that is none": (
        ("release", "approve", EDITION, "--review", "--audience", "press"), 2, "press", "working-group",
    ),
    "a country that is none": (("--scope", "QQ", "release", "approve", EDITION, "--review"), 2, "QQ", "Choose one of"),
    "a statement without words": ((*PROPOSE[:-1], " "), 2, "--controls is empty", "sentence"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "code", "says", "advises"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_done_is_said_with_what_to_do(
    call: TipTrends, line: tuple[str, ...], code: int, says: str, advises: str
) -> None:
    ran = call(*line)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err and advises in ran.err


def test_an_empty_home_has_an_empty_list_and_stays_empty(tip_trends: TipTrends, tmp_path: Path) -> None:
    ran = tip_trends("--home", tmp_path / "none", "release", "list", "--format", "json")
    assert (ran.code, ran.out, (tmp_path / "none").exists()) == (0, "[]\n", False)


def test_a_lost_ledger_ends_every_command_of_release_with_4(call: TipTrends, tmp_path: Path) -> None:
    call("publish", EDITION)
    call(*PROPOSE)
    (tmp_path / "home" / "ledger.jsonl").unlink()
    for line in (("list",), ("approve", EDITION, "--review"), ("withdraw", EDITION, "--by", "B. N", "--reason", "No")):
        ran = call("release", *line)
        assert (line, ran.code, ran.out) == (line, 4, "")
        assert "ledger.jsonl is missing" in ran.err and "backup" in ran.err
    assert call("doctor").code == 1


def test_the_words_of_a_clerk_with_other_letters_are_kept(call: TipTrends) -> None:
    call("publish", EDITION, "--audience", "public")
    call("release", "propose", EDITION, "--by", "Огулнабат Ýazowa", "--context", "Üçin", "--controls", "Проверено")
    listed = call("release", "list")
    assert "Огулнабат Ýazowa" in listed.out
    assert call("release", "approve", EDITION, "--by", "B. Nurow").code == 0
