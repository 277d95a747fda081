"""What a run makes is for its user alone, and `doctor` says where it is not, or where a home is not kept safe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.check import Check
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.private import HAS_MODES, make_private, open_to_others
from flows.upkeep.at_rest import is_encrypted
from flows.upkeep.backup import make_backup
from flows.upkeep.health import findings
from tests.flows.conftest import Ran
from tests.flows.drafted import quickly
from tests.flows.test_verify import with_tables

YEARS = (2014, 2015, 2016)
pytestmark = pytest.mark.skipif(not HAS_MODES, reason="modes of files say nothing on this system")


@pytest.fixture(autouse=True)
def _as_most_users() -> Iterator[None]:
    """With the mask that lets everybody read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(home: Path) -> dict[str, str]:
    """Of every entry that lets the group or others do something, its permissions."""
    found = {path: path.lstat().st_mode & 0o777 for path in (home, *home.rglob("*"))}
    return {str(path): f"{mode:04o}" for path, mode in found.items() if mode & 0o077}


def test_everything_that_commands_make_is_for_the_user_alone(
    tip_trends: Callable[..., Ran], tmp_path: Path, world_list: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    monkeypatch.setattr("flows.editions.publish.edition_files", with_tables)
    home, public = tmp_path / "homes" / "home", ("annual-2016", "--audience", "public")

    def call(*words: object) -> None:
        ran = tip_trends("--home", home, *words)
        assert ran.code == 0, ran.err

    lists = tmp_path / "lists"
    flawed = world_list(lists / "flawed_2017-06-30.csv", YEARS, persons=60)
    flawed.write_text(flawed.read_text(encoding="utf-8") + "2016,Case Management,Nobody,,UA,RU,1,0\n", encoding="utf-8")
    call("init")
    call("ingest", world_list(lists / "list_2017-03-31.csv", YEARS, persons=30), flawed)
    call("publish", *public)
    call("release", "propose", *public, "--by", "A. Orazowa", "--context", "For all", "--controls", "Sums checked")
    call("release", "approve", *public, "--by", "B. Nurow")
    call("publish", "annual-2015")
    call("archive")
    call("status")
    call("backup", "--unencrypted")
    call("retention", "--dry-run")
    call("restore", "latest", "--to", tmp_path / "again")
    made = {path.relative_to(home).parts[0] for path in home.rglob("*") if path.is_file()}
    assert {"warehouse.duckdb", "ledger.jsonl", "received", "acceptance", "editions", "drafts"} <= made
    assert any(path.name.endswith("-marked.xlsx") for path in home.rglob("*"))
    assert modes(home) == {} == modes(tmp_path / "again") == modes(tmp_path / "homes" / "home-backups")


def test_a_home_made_without_the_command_line_is_closed_at_its_door(
    tmp_path: Path, world_list: Callable[..., Path]
) -> None:
    home = tmp_path / "a" / "home"
    ingest_file(home, world_list(tmp_path / "list_2017-03-31.csv", YEARS))
    assert modes(home) != {}  # no mask was set
    assert home.stat().st_mode & 0o777 == 0o700
    assert list(open_to_others(home)) == []


def test_a_file_where_a_folder_belongs_is_an_error_and_a_folder_of_others_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileExistsError):
        make_private(tmp_path / "file")
    (tmp_path / "shared").mkdir(mode=0o750)
    make_private(tmp_path / "shared" / "mine")
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o750


def found(home: Path, name: str, moment: datetime | None = None) -> Check:
    clock = (lambda: moment) if moment else (lambda: datetime.now(UTC))
    return next(one for one in findings(Home(folder=home), clock=clock) if one.name == name)


@pytest.fixture
def home(tmp_path: Path, world_list: Callable[..., Path]) -> Path:
    """A home with a list that does not say it is made up."""
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings())
    ingest_file(home, world_list(tmp_path / "list_2017-03-31.csv", YEARS))
    return home


def test_doctor_names_what_others_can_read_and_how_to_close_it(home: Path, tip_trends: Callable[..., Ran]) -> None:
    assert found(home, "privacy").is_well
    home.chmod(0o755)
    told = found(home, "privacy")
    assert not told.is_well and str(home) in told.found and told.remedy.endswith(f"chmod -R go= {home}")
    ran = tip_trends("--home", home, "doctor")
    assert ran.code == 1 and "Privacy: Close it to others" in ran.err
    home.chmod(0o700)
    assert found(home, "privacy").is_well


def test_doctor_asks_for_backups_of_real_records_and_for_newer_ones(home: Path, tmp_path: Path) -> None:
    none = found(home, "backups")
    assert not none.is_well and "none in" in none.found
    made = datetime(2026, 11, 30, 6, tzinfo=UTC)
    make_backup(home, may_be_open=True, clock=lambda: made)
    fresh, old = (found(home, "backups", made + timedelta(days=days)) for days in (31, 32))
    assert fresh.is_well and "not encrypted, on the disk of the home; the newest is 31 days old" in fresh.found
    assert not old.is_well
    synthetic = tmp_path / "synthetic"
    assert found(synthetic, "backups").is_well


def test_doctor_says_that_a_restored_home_is_behind(home: Path) -> None:
    assert "restored" not in {one.name for one in findings(Home(folder=home))}
    Home(folder=home).given_since.write_text("{}\n", encoding="utf-8")
    assert not found(home, "restored").is_well


def test_an_open_disk_is_told_and_is_not_well_where_real_records_lie_on_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer, wells in ((True, (True, True)), (None, (True, True)), (False, (False, True))):
        monkeypatch.setattr("flows.upkeep.health.is_encrypted", lambda _, answer=answer: answer)
        assert (found(home, "encryption").is_well, found(tmp_path, "encryption").is_well) == wells


def mounts(tmp_path: Path, *lines: str) -> Path:
    """A list of mounts as Linux writes it; each line is place, kind and device."""
    told = [
        f"{n} 1 8:1 / {line.split()[0]} rw,relatime shared:1 - {line.split()[1]} {line.split()[2]} rw"
        for n, line in enumerate(lines, start=20)
    ]
    path = tmp_path / "mountinfo"
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Disks as Linux tells of them: 8:1 plain, 253:0 LUKS on it, 253:1 LVM on that, 9:0 RAID of 8:1 and 253:0."""
    folder = tmp_path / "devices"
    for name, uuid, below in (
        ("8:1", None, ()),
        ("253:0", "CRYPT-LUKS2-0123-home", ("8:1",)),
        ("253:1", "LVM-abc", ("253:0",)),
        ("9:0", None, ("8:1", "253:0")),
    ):
        (folder / name / "slaves").mkdir(parents=True)
        if uuid:
            (folder / name / "dm").mkdir()
            (folder / name / "dm" / "uuid").write_text(uuid, encoding="ascii")
        for one in below:
            (folder / name / "slaves" / one).symlink_to(folder / one)
    numbers = {"/dev/sda1": (8, 1), "/dev/mapper/home": (253, 0), "/dev/vg/home": (253, 1), "/dev/md0": (9, 0)}
    stat = os.stat

    def of_device(path: object, **options: object) -> object:
        if str(path) not in numbers:
            return stat(path, **options)  # type: ignore[call-overload]
        device = os.makedev(*numbers[str(path)])
        return os.stat_result((0o060600, 0, 0, 1, 0, 0, 0, 0, 0, 0), {"st_rdev": device})

    monkeypatch.setattr("flows.upkeep.at_rest.os.stat", of_device)
    return folder


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (("/ ext4 /dev/sda1",), False),
        (("/ ext4 /dev/sda1", "{here} ext4 /dev/mapper/home"), True),
        (("/ ext4 /dev/sda1", "{here} xfs /dev/vg/home"), True),
        (("/ ext4 /dev/mapper/home", "{here} ext4 /dev/md0"), False),
        (("/ ext4 /dev/sda1", "{here} fuse.gocryptfs /srv/cipher"), True),
        (("/ ext4 /dev/sda1", "{here} ecryptfs /home/.private"), True),
        (("/ ext4 /dev/mapper/home", "{here}x ext4 /dev/sda1"), True),
        (("/ ext4 /dev/sda1", "{here} nfs4 server:/export"), None),
        (("/ ext4 /dev/sda1", "{here} tmpfs tmpfs"), None),
        (("/ ext4 /dev/sda1", "{here} ext4 /dev/gone"), None),
        (("/elsewhere ext4 /dev/sda1",), None),
        (("broken ext4 x",), None),
    ],
)
def test_the_disk_under_a_folder_is_found_and_asked(
    tmp_path: Path, devices: Path, lines: tuple[str, ...], answer: bool | None
) -> None:
    here = tmp_path / "home"
    here.mkdir()
    listed = mounts(tmp_path, *(line.format(here=here) for line in lines))
    assert is_encrypted(here, mounts=listed, devices=devices) is answer


def test_a_place_with_a_space_is_found_and_a_system_without_a_list_says_nothing(tmp_path: Path, devices: Path) -> None:
    here = tmp_path / "my home"
    here.mkdir()
    told = str(here).replace(" ", "\\040")
    listed = mounts(tmp_path, "/ ext4 /dev/sda1", f"{told} ext4 /dev/mapper/home")
    assert is_encrypted(here, mounts=listed, devices=devices) is True
    assert is_encrypted(here, mounts=tmp_path / "none", devices=devices) is None
