"""Notices are written once, in the supplier's language, and go where home.toml says, until each address has them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import sample_data
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.notices import mail
from flows.notices.journal import FILE, read_journal
from flows.notices.round import LOCK, Told, notify
from flows.notices.settings import PASSWORD
from tests.flows.receivers import HOST, Certificate, Hook, Mailbox, mail_server, make_certificate, web_server
from tests.flows.registers import write_register
from transforms.errors import NoData, ProfileInvalid, TipTrendsError, WarehouseInUse, WrongArguments


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of XX to which all bodies delivered what was due for 2023; for copying."""
    folder = tmp_path_factory.mktemp("notices")
    home = folder / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX"))
    for body in ("MIA", "NGO", "IOM"):
        ingest_file(home, write_register(folder, body, "2024-01-20", year=2023, persons=4))
    for name in ("crime_justice_2023.xlsx", "population_2023-11-15.xlsx"):
        ingest_file(home, sample_data.path() / name)
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "home"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mailbox(certificate: Certificate) -> Iterator[Mailbox]:
    with mail_server(certificate) as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with web_server() as made:
        yield made


def at(day: str, hour: int = 6) -> Callable[[], datetime]:
    """A clock that stands still."""
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    return lambda: moment


def settings(home: Path, text: str) -> None:
    (home / "home.toml").write_text(f'country = "XX"\n{text}\n', encoding="utf-8")


def smtp(box: Mailbox, certificate: Certificate, **more: str) -> str:
    lines = {"host": HOST, "security": "starttls", "sender": "calendar@house.example", "ca_file": str(certificate.file)}
    told = "\n".join(f'{key} = "{value}"' for key, value in {**lines, **more}.items())
    return f"[notices.smtp]\nport = {box.port}\n{told}\n"


def round_of(home: Path, day: str, *, is_sent: bool = False, is_trial: bool = False) -> dict[str, Told]:
    done = notify(home, "XX", is_sent=is_sent, is_trial=is_trial, clock=at(day))
    return {one.notice.to: one for one in done if one.notice.source == "case_register"}


def written(home: Path) -> set[str]:
    return {path.relative_to(home / "notices").as_posix() for path in (home / "notices").glob("*/*")}


def parts(letter: EmailMessage) -> dict[str, str]:
    return {part.get_content_type(): part.get_content() for part in letter.walk() if not part.is_multipart()}


def test_a_reminder_is_written_once_in_the_language_of_its_reader(home: Path) -> None:
    first = round_of(home, "2024-04-11")
    assert [one.is_new for one in first.values()] == [True, True, True]
    again = round_of(home, "2024-04-12")
    assert [one.is_new for one in again.values()] == [False, False, False]
    folder = first["MIA"].folder
    assert {path.name for path in folder.iterdir()} == {
        "notice.json", "notice.ru.html", "notice.ru.txt", "case_register.xlsx",
    }  # fmt: skip
    assert (first["NGO"].folder / "notice.tk.txt").is_file() and (first["IOM"].folder / "notice.en.txt").is_file()
    facts = json.loads((first["IOM"].folder / "notice.json").read_text("utf-8"))
    assert (facts["stage"], facts["period"], facts["due"]) == ("reminder", "2024-Q1", "2024-04-25")
    assert facts["subject"] == "Reminder: National case register, Q1 2024"
    text = (first["IOM"].folder / "notice.en.txt").read_text("utf-8")
    assert "due by 25 April 2024, in 14 days" in text
    assert "Fill in the workbook case_register.xlsx" in text
    assert all(len(line) <= 72 for line in text.splitlines())


def test_a_notice_says_nothing_of_persons(home: Path) -> None:
    ingest_file(home, write_register(home.parent, "IOM", "2024-01-22", year=2023, persons=53))
    folder = round_of(home, "2024-04-26")["IOM"].folder
    told = (folder / "notice.en.txt").read_text("utf-8") + (folder / "notice.json").read_text("utf-8")
    assert "53" not in told and "2023" not in told


def test_from_stage_to_stage_there_is_one_notice_more(home: Path) -> None:
    for day in ("2024-04-11", "2024-04-22", "2024-04-26", "2024-05-10", "2024-05-25", "2024-05-26"):
        round_of(home, day)
    mine = sorted(name.rpartition("case_register-")[2] for name in written(home) if name.startswith("MIA"))
    assert mine == ["escalation-30", "overdue-1", "overdue-15", "reminder-14", "reminder-3"]


def test_whoever_was_away_finds_the_last_notice_alone(home: Path) -> None:
    round_of(home, "2024-05-26")
    assert {name for name in written(home) if name.startswith("MIA")} == {"MIA/2024-Q1-case_register-escalation-30"}


def test_a_delivery_ends_the_notices_about_it(home: Path) -> None:
    round_of(home, "2024-04-26")
    ingest_file(home, write_register(home.parent, "MIA", "2024-04-28", year=2024))
    assert set(round_of(home, "2024-04-29")) == {"NGO", "IOM"}


def test_the_day_is_that_of_the_country(home: Path) -> None:
    assert notify(home, "XX", is_sent=False, is_trial=True, clock=at("2024-04-10", 18)) == ()
    assert len(notify(home, "XX", is_sent=False, is_trial=True, clock=at("2024-04-10", 19))) == 3, "5 hours ahead"


def test_a_trial_writes_and_sends_nothing(home: Path, hook: Hook) -> None:
    settings(home, f'[notices.to.MIA]\nwebhook = ["http://{HOST}:{hook.port}/in"]')
    told = round_of(home, "2024-04-26", is_sent=True, is_trial=True)
    assert told["MIA"].is_new and len(told["MIA"].open) == 1 and told["NGO"].open == ()
    assert not (home / "notices").exists() and hook.posts == []


def test_without_addresses_nothing_can_be_sent_and_without_sending_nothing_is(home: Path, hook: Hook) -> None:
    with pytest.raises(WrongArguments, match="names no address"):
        round_of(home, "2024-04-26", is_sent=True)
    settings(home, f'[notices.to.MIA]\nwebhook = ["http://{HOST}:{hook.port}/in"]')
    round_of(home, "2024-04-26")
    assert hook.posts == []


def test_a_letter_goes_over_tls_with_text_page_and_workbook_to_its_body_alone(
    home: Path, mailbox: Mailbox, certificate: Certificate
) -> None:
    settings(home, smtp(mailbox, certificate) + '[notices.to.MIA]\nemail = ["stat@mia.example"]')
    told = round_of(home, "2024-04-26", is_sent=True)
    assert [sending.outcome for sending in told["MIA"].sendings] == ["sent"] and told["NGO"].sendings == ()
    ((to, letter),) = mailbox.letters
    assert (to, letter["To"], letter["From"]) == ("stat@mia.example", "stat@mia.example", "calendar@house.example")
    assert letter["Subject"].endswith("1‑й кв. 2024 г.")
    assert letter["Date"] == "Fri, 26 Apr 2024 06:00:00 +0000"
    assert (mailbox.secured, mailbox.greeted_as) == (1, "[127.0.0.1]"), (
        "over TLS, and without the name of this computer"
    )
    found = parts(letter)
    assert set(found) == {"text/plain", "text/html", _XLSX}
    assert found["text/plain"].split() == (told["MIA"].folder / "notice.ru.txt").read_text("utf-8").split()
    assert '<html lang="ru"' in found["text/html"]
    assert found[_XLSX] == (told["MIA"].folder / "case_register.xlsx").read_bytes()
    again = round_of(home, "2024-04-27", is_sent=True)
    assert again["MIA"].sendings == () and len(mailbox.letters) == 1


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_server_that_speaks_tls_from_the_start_is_spoken_to_so(home: Path, certificate: Certificate) -> None:
    with mail_server(certificate, is_tls=True) as box:
        settings(home, smtp(box, certificate, security="tls") + '[notices.to.MIA]\nemail = ["stat@mia.example"]')
        assert round_of(home, "2024-04-26", is_sent=True)["MIA"].sendings[0].outcome == "sent"
        assert len(box.letters) == 1


def test_whoever_watches_gets_the_escalation_and_nothing_milder(
    home: Path, mailbox: Mailbox, certificate: Certificate
) -> None:
    text = smtp(mailbox, certificate) + '[notices.to.MIA]\nemail = ["stat@mia.example"]\n'
    settings(home, text + '[notices.escalation]\nemail = ["secretary@group.example"]')
    round_of(home, "2024-04-26", is_sent=True)
    assert [to for to, _ in mailbox.letters] == ["stat@mia.example"]
    mailbox.letters.clear()
    round_of(home, "2024-05-25", is_sent=True)
    assert sorted(to for to, _ in mailbox.letters) == [*["secretary@group.example"] * 3, "stat@mia.example"]


FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a mailbox that is full for now": ({"answers": {"stat@mia.example": 452}}, "again", "452"),
    "a recipient that is none": ({"answers": {"stat@mia.example": 550}}, "refused", "550"),
    "a letter that is not wanted": ({"at_the_end": 554}, "refused", "554"),
    "a letter that is taken later": ({"at_the_end": 451}, "again", "451"),
    "a line that breaks": ({"at_the_end": 0}, "again", "cut off"),
    "a server without TLS": ({"has_starttls": False}, "again", "no TLS"),
}


@pytest.mark.parametrize(("set_to", "outcome", "reason"), FAULTS.values(), ids=FAULTS)
def test_passing_faults_are_tried_again_and_refusals_are_not(
    home: Path, mailbox: Mailbox, certificate: Certificate, set_to: dict[str, Any], outcome: str, reason: str
) -> None:
    settings(home, smtp(mailbox, certificate) + '[notices.to.MIA]\nemail = ["stat@mia.example"]')
    for name, value in set_to.items():
        setattr(mailbox, name, value)
    (sending,) = round_of(home, "2024-04-26", is_sent=True)["MIA"].sendings
    assert (sending.outcome, sending.reason) == (outcome, reason)
    mailbox.answers, mailbox.at_the_end, mailbox.has_starttls = {}, 250, True
    after = round_of(home, "2024-04-27", is_sent=True)["MIA"].sendings
    assert [one.outcome for one in after] == (["sent"] if outcome == "again" else [])
    assert len(mailbox.letters) == (1 if outcome == "again" else 0)
    kept = read_journal(home / "notices").sendings
    assert [one.outcome for one in kept] == [outcome, *(one.outcome for one in after)], "every attempt stands there"


def test_a_letter_that_comes_twice_is_known_by_its_id(home: Path, mailbox: Mailbox, certificate: Certificate) -> None:
    settings(home, smtp(mailbox, certificate) + '[notices.to.MIA]\nemail = ["stat@mia.example"]')
    round_of(home, "2024-04-26", is_sent=True)
    journal = home / "notices" / FILE  # killed after the server took it and before that was written down
    journal.write_bytes(b"".join(line for line in journal.read_bytes().splitlines(True) if b"sending" not in line))
    round_of(home, "2024-04-27", is_sent=True)
    first, second = (letter["Message-ID"] for _, letter in mailbox.letters)
    assert first == second


def test_a_server_nobody_vouches_for_gets_nothing(home: Path, mailbox: Mailbox, certificate: Certificate) -> None:
    text = smtp(mailbox, certificate).replace(str(certificate.file), "")
    settings(home, text + '[notices.to.MIA]\nemail = ["stat@mia.example"]')
    (sending,) = round_of(home, "2024-04-26", is_sent=True)["MIA"].sendings
    assert (sending.outcome, sending.reason, mailbox.letters) == ("again", "certificate", [])


def test_a_server_that_lets_nobody_in_is_asked_once(
    home: Path, mailbox: Mailbox, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = "".join(f'[notices.to.{body}]\nemail = ["a@{body}.example"]\n' for body in ("MIA", "NGO", "IOM"))
    settings(home, smtp(mailbox, certificate, user="calendar") + to)
    mailbox.password = "the right one"  # noqa: S105 of a server that lives for this test
    monkeypatch.setenv(PASSWORD, "another one")
    told = round_of(home, "2024-04-26", is_sent=True)
    assert {one.sendings[0].reason for one in told.values()} == {"login"}
    assert mailbox.connections == 1 and mailbox.letters == []


def test_the_password_comes_from_the_environment_or_from_a_file_of_its_own(
    home: Path, mailbox: Mailbox, certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.password = "wide open secret"  # noqa: S105 of a server that lives for this test
    to = '[notices.to.MIA]\nemail = ["stat@mia.example"]'
    settings(home, smtp(mailbox, certificate, user="calendar") + to)
    with pytest.raises(WrongArguments, match="wants a password of calendar") as told:
        round_of(home, "2024-04-26", is_sent=True)
    assert PASSWORD in told.value.advice
    file = tmp_path / "password"
    file.write_text(f"{mailbox.password}\n", encoding="utf-8")
    settings(home, smtp(mailbox, certificate, user="calendar", password_file=str(file)) + to)
    if os.name == "posix":
        file.chmod(0o644)
        with pytest.raises(WrongArguments, match="Others can read"):
            round_of(home, "2024-04-26", is_sent=True)
    file.chmod(0o600)
    assert round_of(home, "2024-04-26", is_sent=True)["MIA"].sendings[0].outcome == "sent"
    monkeypatch.setenv(PASSWORD, mailbox.password)
    settings(home, smtp(mailbox, certificate, user="calendar", password_file=str(tmp_path / "none")) + to)
    round_of(home, "2024-05-10", is_sent=True)
    assert len(mailbox.letters) == 2
    everywhere = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert mailbox.password.encode() not in everywhere


def test_a_webhook_gets_the_notice_as_json_and_where_it_points_on_gets_nothing(home: Path, hook: Hook) -> None:
    address = f"http://{HOST}:{hook.port}/in?token=very-secret"
    settings(home, f'[notices.to.IOM]\nwebhook = ["{address}"]')
    (sending,) = round_of(home, "2024-04-26", is_sent=True)["IOM"].sendings
    assert sending.outcome == "sent"
    ((path, headers, content),) = hook.posts
    assert path == "/in?token=very-secret"
    assert headers["Idempotency-Key"] == content["notice"] == "XX/IOM/2024-Q1-case_register-overdue-1"
    assert (content["stage"], content["due"], content["language"]) == ("overdue", "2024-04-25", "en")
    assert "very-secret" not in (home / "notices" / FILE).read_text("utf-8")
    with web_server() as elsewhere:
        hook.status, hook.points_to = 307, f"http://{HOST}:{elsewhere.port}/"
        (again,) = round_of(home, "2024-05-10", is_sent=True)["IOM"].sendings
        assert (again.outcome, again.reason, elsewhere.posts) == ("refused", "307", [])


@pytest.mark.parametrize(
    ("status", "outcome"), [(500, "again"), (503, "again"), (429, "again"), (404, "refused"), (401, "refused")]
)
def test_what_a_webhook_answers_decides_whether_it_is_tried_again(
    home: Path, hook: Hook, status: int, outcome: str
) -> None:
    settings(home, f'[notices.to.IOM]\nwebhook = ["http://{HOST}:{hook.port}/in"]')
    hook.status = status
    (sending,) = round_of(home, "2024-04-26", is_sent=True)["IOM"].sendings
    assert (sending.outcome, sending.reason) == (outcome, str(status))
    hook.status = 200
    assert len(round_of(home, "2024-04-27", is_sent=True)["IOM"].sendings) == (1 if outcome == "again" else 0)


def test_a_webhook_over_tls_is_trusted_by_its_certificate_alone(home: Path, certificate: Certificate) -> None:
    with web_server(certificate) as hook:
        to = f'[notices.to.IOM]\nwebhook = ["https://{HOST}:{hook.port}/in"]'
        settings(home, to)
        (sending,) = round_of(home, "2024-04-26", is_sent=True)["IOM"].sendings
        assert (sending.outcome, sending.reason, hook.posts) == ("again", "certificate", [])
        settings(home, f'[notices]\nwebhook_ca_file = "{certificate.file}"\n{to}')
        assert round_of(home, "2024-04-26", is_sent=True)["IOM"].sendings[0].outcome == "sent"


def test_a_proxy_of_the_office_is_not_asked(home: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://{HOST}:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    settings(home, f'[notices.to.IOM]\nwebhook = ["http://{HOST}:{hook.port}/in"]')
    assert round_of(home, "2024-04-26", is_sent=True)["IOM"].sendings[0].outcome == "sent"


def test_files_that_are_gone_are_written_again_before_they_are_sent(home: Path, hook: Hook) -> None:
    folder = round_of(home, "2024-04-26")["IOM"].folder
    shutil.rmtree(folder)
    settings(home, f'[notices.to.IOM]\nwebhook = ["http://{HOST}:{hook.port}/in"]')
    told = round_of(home, "2024-04-27", is_sent=True)["IOM"]
    assert not told.is_new and told.sendings[0].outcome == "sent" and (folder / "notice.json").is_file()


def test_a_half_written_line_of_the_journal_is_a_crash_and_an_altered_one_is_refused(home: Path) -> None:
    round_of(home, "2024-04-26")
    journal = home / "notices" / FILE
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"what": "sen')
    assert [one.is_new for one in round_of(home, "2024-04-27").values()] == [False] * 3
    round_of(home, "2024-05-10")
    assert journal.read_bytes().startswith(whole) and b'"sen' not in journal.read_bytes()
    journal.write_bytes(whole.replace(b'"what"', b'"that"', 1))
    with pytest.raises(TipTrendsError, match="Line 1 of") as told:
        round_of(home, "2024-05-11")
    assert "backup" in told.value.advice


def test_two_rounds_at_once_would_send_twice_and_are_refused(home: Path) -> None:
    round_of(home, "2024-04-26")
    with FileLock(home / "notices" / LOCK), pytest.raises(WarehouseInUse, match="being sent"):
        round_of(home, "2024-04-27")


def test_a_home_without_data_has_no_notices(tmp_path: Path) -> None:
    with pytest.raises(NoData):
        notify(tmp_path, "XX", is_sent=False, clock=at("2024-04-26"))


SMTP = '[notices.smtp]\nhost = "mail.example"\nsender = "a@b.example"\n'
WRONG = {
    "a password in home.toml": ('[notices.smtp]\npassword = "x"', "holds a password"),
    "an unknown key": ('[notices]\nsmpt = "x"', "knows no key 'smpt'"),
    "a section that is none": ('notices = "yes"', "must be a section"),
    "no host": ('[notices.smtp]\nsender = "a@b.example"', "must name a host"),
    "no sender": ('[notices.smtp]\nhost = "mail.example"', "sender must be an e-mail address"),
    "a sender with a line in it": ('[notices.smtp]\nhost = "m"\nsender = "a@b\\nBcc: c@d"', "must be an e-mail"),
    "a port": ('[notices.smtp]\nhost = "m"\nsender = "a@b"\nport = 99999', "port must be"),
    "a security": ('[notices.smtp]\nhost = "m"\nsender = "a@b"\nsecurity = "ssl"', "one of starttls, tls, none"),
    "no security elsewhere": ('[notices.smtp]\nhost = "m"\nsender = "a@b"\nsecurity = "none"', "this computer alone"),
    "an address": (SMTP + '[notices.to.MIA]\nemail = ["mia"]', "'mia' is no e-mail address"),
    "an address without a list": (SMTP + '[notices.to.MIA]\nemail = "a@b.example"', "must be a list"),
    "letters without a server": ('[notices.to.MIA]\nemail = ["a@b.example"]', "no \\[notices.smtp\\]"),
    "a webhook in the open": ('[notices.to.MIA]\nwebhook = ["http://office.example/"]', "must be an https"),
    "a webhook of another kind": ('[notices.to.MIA]\nwebhook = ["file:///etc/passwd"]', "must be an https"),
    "bodies that are none": ('[notices]\nto = "MIA"', "a section for each body"),
}


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG)
def test_wrong_settings_are_refused_by_their_key(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "home.toml").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=says) as told:
        Home(folder=tmp_path).settings()
    assert told.value.advice


def test_addresses_of_somebody_who_owes_nothing_are_refused(home: Path, hook: Hook) -> None:
    settings(home, f'[notices.to.MAI]\nwebhook = ["http://{HOST}:{hook.port}/in"]')
    with pytest.raises(ProfileInvalid, match="addresses of 'MAI'") as told:
        round_of(home, "2024-04-26")
    assert "IOM, MIA, NGO, SSC" in told.value.advice


def test_a_contact_may_be_one_text_or_one_for_each_language(home: Path) -> None:
    settings(home, '[notices.contact]\nen = "Room 12"\nru = "Комната 12"')
    told = round_of(home, "2024-04-26")
    assert "Room 12" in (told["IOM"].folder / "notice.en.txt").read_text("utf-8")
    assert "Комната 12" in (told["MIA"].folder / "notice.ru.txt").read_text("utf-8")
    settings(home, '[notices]\ncontact = "Room 14"')
    later = round_of(home, "2024-05-10")
    assert "Room 14" in (later["MIA"].folder / "notice.ru.txt").read_text("utf-8")


def test_a_source_that_comes_as_a_printed_table_has_no_workbook(home: Path) -> None:
    done = notify(home, "XX", is_sent=False, clock=at("2025-02-20"))
    (crime,) = [one for one in done if one.notice.source == "crime_justice"]
    assert {path.suffix for path in crime.folder.iterdir()} == {".json", ".html", ".txt"}


def test_the_command_says_what_it_did_and_ends_with_1_where_something_did_not_arrive(
    tip_trends: Callable[..., Any], home: Path, hook: Hook
) -> None:
    settings(home, f'[notices.to.IOM]\nwebhook = ["http://{HOST}:{hook.port}/in"]')
    trial = tip_trends("--home", home, "notices", "--dry-run", "--format", "json")
    assert trial.code == 0 and all(one["is_new"] for one in json.loads(trial.out))
    hook.status = 503
    ran = tip_trends("--home", home, "notices", "--send")
    assert ran.code == 1
    assert f"did not reach {HOST} (" in ran.err and "it is tried again at the next call" in ran.err
    hook.status = 200
    ran = tip_trends("--home", home, "notices", "--send")
    assert (ran.code, ran.err) == (0, "")
    assert f"{HOST} (" in ran.out and "sent" in ran.out


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < mail.PATIENCE_SECONDS <= 30
