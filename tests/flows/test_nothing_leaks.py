"""Canaries: large numbers that are withheld to protect small ones, and what rows say, are in nothing that is written.

Searched are all files of a home but the warehouse and the suppliers' own files, what the commands print, and every
column of Prefect's database.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

import sample_data
from flows.cli import run
from flows.home import AUDIENCES, LANGUAGES, Home, Settings, write_settings
from tests.flows import canaries, leaks
from tests.flows.servers import TIP_TRENDS

EDITION = "annual-2022"
EXPECTED = {
    "1304817": "offences_recorded_by_period_region 2021 XX-2",
    "1729381": "persons_prosecuted_by_period_sex 2022 male",
    "2347": "victims_identified_by_period_sex 2019 female",
    "1387": "victims_identified_by_period 2021-03",
}
"""Canaries that must be among those of every edition; without them nothing is tested."""
WORDS = (canaries.REMARK, canaries.SIDEWAYS)
ONE, OTHER = "A. Orazowa", "B. Nurow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A home in which editions were made, and every file and word that came of it."""

    home: Path
    files: Mapping[str, bytes]


def call(home: Path, *lines: Sequence[str], code: int = 0) -> bytes:
    """What some command lines write, all together; each must end with this code."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        for words in lines:
            ended = run(["--home", str(home), *words])
            assert ended == code, (words, said.getvalue())
    return said.getvalue().encode()


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracts")
    canaries.deliver(folder)
    shutil.copy(sample_data.path() / "population_2023-11-15.xlsx", folder)
    return folder


@pytest.fixture(scope="module")
def filled(extracts: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A home that has taken everything in and made no edition; for copying."""
    home = tmp_path_factory.mktemp("filled") / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX", languages=LANGUAGES, self_approval=True))
    said = call(home, ["ingest", *(str(path) for path in sorted(extracts.iterdir()))], ["status"], ["doctor"])
    return Written(home=home, files={"said of the extracts": said})


@pytest.fixture(scope="module")
def published(filled: Written, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Both audiences, all languages, a supplier's return, and a failure whose message quotes counts."""
    home = Path(shutil.copytree(filled.home, tmp_path_factory.mktemp("published") / "home"))
    lines = (
        ["publish", EDITION],
        ["return-pack", "NGO", EDITION],
        ["audit", EDITION],
        ["audit", EDITION, "--format", "json"],
        ["status"],
        ["release", "list"],
    )
    said = call(home, *lines)

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"cannot place {', '.join(EXPECTED)} of {canaries.REMARK}-1")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.editions.publish.release", fail)
        said += call(home, ["publish", "annual-2021"], code=1)
    assert list((home / "logs").glob("failure-*.log"))
    return Written(home=home, files={**filled.files, **leaks.outputs(home), "said": said})


@pytest.fixture(scope="module")
def released(filled: Written, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A draft, its proposal, its review, its approval and its withdrawal; every file that was there in between."""
    home = Path(shutil.copytree(filled.home, tmp_path_factory.mktemp("released") / "home"))
    (home / "home.toml").write_text(
        'country = "XX"\naudiences = ["working-group"]\nlanguages = ["en"]\n', encoding="utf-8"
    )
    steps = (
        ["publish", EDITION],
        ["release", "propose", EDITION, "--by", ONE, "--context", "Yearly report", "--controls", "Read in full"],
        ["release", "approve", EDITION, "--review"],
        ["release", "approve", EDITION, "--by", OTHER],
        ["release", "withdraw", EDITION, "--by", OTHER, "--reason", "A list was counted twice"],
        ["release", "list"],
    )
    files: dict[str, bytes] = {}
    for number, words in enumerate(steps):
        said = call(home, words)
        files |= {f"{number} {name}": content for name, content in leaks.outputs(home).items()}
        files[f"{number} said"] = said
    return Written(home=home, files=files)


def secrets_of(written: Written) -> leaks.Secrets:
    found = leaks.secrets(written.home, leaks.manifests(written.home).values())
    assert {number: found.of.get(number, ("",))[0] for number in EXPECTED} == EXPECTED
    assert sum("e" in number for number in found.of) > 50, "shares, rates and changes are to be searched for, too"
    return found


def test_no_withheld_count_and_nothing_derived_from_one_is_in_what_publishing_writes(published: Written) -> None:
    names = set(published.files)
    assert {f"editions/XX/{EDITION}/{one}/report.{lang}.html" for one in AUDIENCES for lang in LANGUAGES} <= names
    assert {"ledger.jsonl", "home.toml", "said"} <= names
    for part in ("acceptance/", "logs/", "returns/", f"editions/XX/{EDITION}/public/tables/"):
        assert any(name.startswith(part) for name in names), part
    assert secrets_of(published).found_in(published.files) == {}


def test_what_one_audience_may_not_know_is_in_none_of_its_files(published: Written) -> None:
    """The working group is shown counts that the public is not."""
    more = {}
    for path, manifest in leaks.manifests(published.home).items():
        folder = Path(path).parent.relative_to(published.home).as_posix()
        files = {name: content for name, content in published.files.items() if name.startswith(f"{folder}/")}
        own = leaks.secrets(published.home, [manifest])
        assert len(files) > 50
        assert own.found_in(files) == {}
        more[manifest["audience"]] = set(own.of)
    assert len(more["public"] - more["working-group"]) >= 5


@pytest.mark.thorough
def test_no_withheld_count_is_in_what_drafting_and_releasing_by_two_keys_writes(released: Written) -> None:
    for part in (
        "0 drafts/",
        f"2 drafts/XX/{EDITION}/working-group/report.en",
        "3 editions/",
        "4 editions/",
        "4 ledger.jsonl",
    ):
        assert any(name.startswith(part) for name in released.files), part
    assert any("/withdrawn/" in name for name in released.files)
    assert b"withheld" in released.files["2 said"]
    assert secrets_of(released).found_in(released.files) == {}


@pytest.mark.parametrize("which", ["published", pytest.param("released", marks=pytest.mark.thorough)])
def test_nothing_of_a_row_is_written(which: str, request: pytest.FixtureRequest, extracts: Path) -> None:
    files = request.getfixturevalue(which).files
    keys = canaries.keys()
    sent = {path.name: path.read_bytes() for path in extracts.iterdir()}
    assert len(keys_and_words(sent, keys)) == 2
    assert keys_and_words(files, keys) == []


def keys_and_words(files: Mapping[str, bytes], keys: set[str]) -> list[str]:
    """Files that hold a person's key or what somebody wrote into a row."""
    return [
        name
        for name, content in files.items()
        if leaks.keys_in(content, keys) or any(word.encode() in content for word in WORDS)
    ]


def test_a_group_of_a_random_name_is_no_count_even_where_the_name_touches_other_values() -> None:
    name = b"0a1b2c3d-4816-4e2f-9abc-00112233aabb"
    for raw in (name, b"x" + name + b"y", name + name):
        assert leaks.numbers_in(raw) == set()
    assert leaks.numbers_in(name + b" 4816") == {"4816"}


@pytest.mark.prefect
@pytest.mark.skipif(os.name == "nt", reason="started as on a Unix system")
def test_prefect_keeps_no_withheld_count_and_nothing_of_a_row(extracts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX", self_approval=True))
    done = subprocess.run(
        [*TIP_TRENDS, "--home", str(home), "run", EDITION, "--inbox", str(extracts)],
        capture_output=True, timeout=300, check=True, stdin=subprocess.DEVNULL,
        env=os.environ | {"PREFECT_LOGGING_LEVEL": "DEBUG"},
    )  # fmt: skip
    kept = leaks.records_of_prefect(home / ".prefect")
    assert sum(name.startswith("prefect.db: ") for name in kept) > 100
    assert b"case_register_NGO.csv: partly accepted" in kept["prefect.db: log.message"]
    shown = kept["prefect.db: artifact.data"]
    assert all(word in shown for word in (b"victims_identified by sex", b"partly accepted", b"[c]"))
    files = {**kept, **leaks.outputs(home), "said": done.stdout + done.stderr}
    found = secrets_of(Written(home=home, files=files))
    assert found.found_in(files) == {}
    assert keys_and_words(files, canaries.keys()) == []


NUMBERS = {"count": ("2347", 2347.0), "large": ("1304817", 1304817.0), "share": ("4.3981071e+01", 43.9810712)}
WRITTEN = {
    "count": (
        "<td>2,347</td>", "<td>2\u00a0347</td>", "<td>2\u202f347</td>", "2&nbsp;347", "2\\u00a0347", '{"value": 2347}',
        "[12,2347]", "2347.0", "counted 2347.", "rows=2347;", "2347,A,C", "women: 2 347",
    ),
    "large": ("<td>1,304,817</td>", "1\u00a0304\u00a0817", "1304817", "1 304 817"),
    "share": ('"value": 43.9810712,', "43,9810712", "43.98107124321"),
}  # fmt: skip
OTHERS = ("12347", "2347.5", "0.2347", "1,002,347", "b2347f", "2,3475", "8d5e6f00-2347-4abc-9def-0123456789ab")


def test_a_number_is_found_however_a_file_writes_it_and_no_other_is_taken_for_it() -> None:
    for which, texts in WRITTEN.items():
        name, number = NUMBERS[which]
        assert leaks.canary(number) == name
        assert [text for text in texts if name not in leaks.numbers_in(text.encode())] == []
    assert [text for text in OTHERS if "2347" in leaks.numbers_in(text.encode())] == []


PLANTED = {
    "a log": ("logs/run.log", b"2022: 1729381 men\n"),
    "the ledger": ("ledger.jsonl", b'{"reason":"of 1387"}'),
    "a note of a cell": (f"editions/XX/{EDITION}/public/edition.json", b'{"note": "unknown=2347"}'),
    "a page": (f"editions/XX/{EDITION}/public/report.ru.html", "<svg><text>1\u00a0304\u00a0817</text></svg>".encode()),
    "an answer": ("acceptance/1.json", b'{"tk": "1 729 381"}'),
    "what is printed": ("said", b"withheld: 2,347"),
}


@pytest.mark.parametrize("where", PLANTED)
def test_a_canary_that_is_planted_is_found(where: str, published: Written) -> None:
    name, content = PLANTED[where]
    files = {**published.files, name: published.files.get(name, b"") + content}
    assert list(secrets_of(published).found_in(files)) == [name]


def test_a_canary_in_any_column_of_a_database_is_found(tmp_path: Path, published: Written) -> None:
    with closing(sqlite3.connect(tmp_path / "prefect.db")) as database, database:
        database.execute("CREATE TABLE log (id TEXT, message TEXT, number INTEGER, data BLOB)")
        database.execute("INSERT INTO log VALUES ('a', '1,304,817 offences', 1387, ?)", [b'{"n": 2347}'])
    found = secrets_of(published).found_in(leaks.records_of_prefect(tmp_path))
    assert {f"prefect.db: log.{column}" for column in ("message", "number", "data")} <= set(found)
    assert "prefect.db: log.id" not in found
