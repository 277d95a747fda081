"""Editions of the sample data and of what others published pass the audit and withhold what they must."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sample_data
from flows.cli import run
from flows.editions.publish import publish_edition
from flows.home import AUDIENCES, LANGUAGES, Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from reports.edition import View
from reports.locale import locale
from reports.render import edition_files
from tests.flows import leaks
from tests.flows.drafted import quickly
from tests.flows.printed import places_of, tables_of
from transforms.disclosure.released import ReleasedEdition
from transforms.indicators.editions import RECORDS_KEY

TipTrends = Callable[..., Any]
QUARTERLY, BEFORE = "quarterly-2023-Q4", "quarterly-2023-Q3"
"""`BEFORE` was given to the public only, so both audiences have it when the next one is made."""
ANNUAL, MONTHLY = "annual-2023", "monthly-2023-12"
EDITIONS = (
    ANNUAL,
    pytest.param(QUARTERLY, marks=pytest.mark.thorough),
    pytest.param(MONTHLY, marks=pytest.mark.thorough),
)
"""Of every kind one, each in a home of its own."""
NUMBERS = ("value", "lower", "upper", "base")
NUMBERS_OF_A_ROW = (*NUMBERS, "OBS_VALUE", "LOWER_BOUND", "UPPER_BOUND")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Editions of one home as the gate released them, by their folders, and what publishing them said."""

    home: Path
    released: dict[Path, ReleasedEdition]
    said: str


@pytest.fixture(scope="module")
def sample(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Publish an edition of the sample data in a copy of the small home, all audiences and languages; each once."""
    made: dict[str, Made] = {}

    def published(name: str) -> Made:
        if name not in made:
            home = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("audited") / "home"))
            lines = [["publish", name]]
            if name == QUARTERLY:
                lines.insert(0, ["publish", BEFORE, "--audience", "public"])
            made[name] = published_by(home, *lines)
        return made[name]

    return published


def published_by(home: Path, *lines: list[str]) -> Made:
    """Through the command line, keeping what the gate hands to the pages."""
    released: list[ReleasedEdition] = []
    said = io.StringIO()

    def kept(edition: ReleasedEdition, *more: Any) -> dict[str, bytes]:
        released.append(edition)
        return edition_files(edition, *more)

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setattr("flows.editions.publish.edition_files", kept)
        codes = [run(["--home", str(home), *words, "--lang", ",".join(LANGUAGES)]) for words in lines]
    assert codes == [0] * len(lines), said.getvalue()
    folders = {home / "editions" / one.scope / one.edition / one.audience: one for one in released}
    return Made(home=home, released=folders, said=said.getvalue())


def verdict(tip_trends: TipTrends, home: Path, *words: str) -> list[dict[str, Any]]:
    """What `audit` says of each publication; it must end with 0."""
    done = tip_trends("--home", home, *words, "--format", "json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["is_safe"]
    return list(found["publications"])


@pytest.mark.parametrize("name", EDITIONS)
def test_editions_of_the_sample_data_pass_the_audit(
    name: str, sample: Callable[[str], Made], tip_trends: TipTrends
) -> None:
    names = (BEFORE, name) if name == QUARTERLY else (name,)
    attacked = verdict(tip_trends, sample(name).home, "audit", *names)
    expected = {(name, audience) for audience in AUDIENCES} | ({(BEFORE, "public")} if name == QUARTERLY else set())
    assert {(one["edition"], one["audience"]) for one in attacked} == expected
    assert all(one["withheld"] > 200 and not one["tables"] for one in attacked)
    assert {(one["audience"], one["width"]) for one in attacked} == {("working-group", 4), ("public", 10)}


@pytest.mark.thorough
def test_editions_of_every_kind_in_one_home_pass_the_audit(
    small_home: Path, tmp_path_factory: pytest.TempPathFactory, tip_trends: TipTrends
) -> None:
    """A quarter less a month, a year less its quarters: what stands in no table of any of them."""
    home = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("kinds") / "home"))
    kinds = (ANNUAL, QUARTERLY, MONTHLY)
    published_by(home, *(["publish", name] for name in kinds))
    attacked = verdict(tip_trends, home, "audit", *kinds)
    assert {(one["edition"], one["audience"]) for one in attacked} == {(n, a) for n in kinds for a in AUDIENCES}


@pytest.mark.parametrize("name", EDITIONS)
def test_what_is_withheld_is_a_number_in_no_file(name: str, sample: Callable[[str], Made]) -> None:
    """Of the manifest, of every table as CSV, and of the tables of every page, at the withheld cell's own place."""
    for folder, released in sample(name).released.items():
        manifest = json.loads((folder / "edition.json").read_text("utf-8"))
        hidden = [cell for *_, cell in leaks.cells(manifest) if cell["conf_status"] != "F"]
        assert len(hidden) > 400
        assert [cell for cell in hidden if any(cell[name] is not None for name in NUMBERS) or cell.get("note")] == []
        rows = [row for path in folder.rglob("*.csv") for row in csv.DictReader(path.open(encoding="utf-8"))]
        hidden_rows = [row for row in rows if (row.get("conf_status") or row.get("CONF_STATUS")) != "F"]
        assert len(hidden_rows) >= len(hidden)
        assert [row for row in hidden_rows if any(row.get(name) for name in NUMBERS_OF_A_ROW)] == []
        for language in LANGUAGES:
            page = tables_of((folder / f"report.{language}.html").read_text("utf-8"))
            places = places_of(page, View(released, locale(language)))
            assert sum(place.is_withheld for place in places) > 40, (folder, language)
            assert sum(not place.is_withheld for place in places) > 100, (folder, language)
            assert [place for place in places if place.printed != place.expected] == []


@pytest.mark.parametrize("name", EDITIONS)
def test_no_small_count_is_shown(name: str, sample: Callable[[str], Made]) -> None:
    made = sample(name)
    for folder in made.released:
        manifest = json.loads((folder / "edition.json").read_text("utf-8"))
        true, threshold = leaks.true_values(made.home, manifest), manifest["policy"]["threshold"]
        small = [
            (key, at, cell)
            for key, kind, at, cell in leaks.cells(manifest)
            if kind == "count" and key != RECORDS_KEY and 0 < true.get((key, at), 0) < threshold
        ]
        assert len(small) > 100
        assert [(key, at) for key, at, cell in small if cell["conf_status"] == "F"] == []


def test_no_key_of_a_person_leaves_the_warehouse(sample: Callable[[str], Made]) -> None:
    made = sample(ANNUAL)
    with read_warehouse(made.home) as con:
        keys = {row[0] for row in con.execute("SELECT DISTINCT person_key FROM core.cases").fetchall() if row[0]}
    assert len(keys) > 1000
    assert leaks.keys_in((sample_data.path() / "case_register_MIA_2024-01-12.csv").read_bytes(), keys)
    files = leaks.outputs(made.home) | {"said": made.said.encode()}
    assert len(files) > 100
    assert [name for name, content in files.items() if leaks.keys_in(content, keys)] == []


REAL = (("world", "annual-2016"), ("world", "annual-2020"), ("TM", "annual-2016"))


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with CTDC's cases and UNODC's aggregates, and their editions.

    The drafts are placed as their approval would place them: proposing and approving would pass the gate twice more.
    """
    home = tmp_path_factory.mktemp("real") / "home"
    write_settings(Home(folder=home).create(), Settings(country="TM", languages=("en",)))
    ingest_file(home, shared_data / "ctdc" / "ctdc_kanon_2020-04-14_2002-2016.csv")
    ingest_file(home, shared_data / "glotip" / "data_glotip_2023-05-30.xlsx", received_on=date(2023, 6, 1))
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        for scope, name in REAL:
            for audience in AUDIENCES:
                publish_edition(home, name, scope=scope, audience=audience, as_of=None, languages=("en",))
    shutil.rmtree(home / "editions")
    (home / "drafts").rename(home / "editions")
    return home


@pytest.mark.thorough
@pytest.mark.parametrize(("scope", "name"), REAL)
def test_editions_of_what_others_published_pass_the_audit(
    scope: str, name: str, real: Path, tip_trends: TipTrends
) -> None:
    attacked = verdict(tip_trends, real, "audit", name, "--scope", scope)
    assert {one["audience"] for one in attacked} == set(AUDIENCES)
    for audience in AUDIENCES:
        path = real / "editions" / scope / name / audience / "edition.json"
        manifest = json.loads(path.read_text("utf-8"))
        used = {source["source"] for source in manifest["created_from"].values()}
        assert used == {"ctdc_kanon", "unodc_tip"}
        assert sum(cell["value"] is not None for *_, cell in leaks.cells(manifest)) > (50 if scope == "TM" else 500)
