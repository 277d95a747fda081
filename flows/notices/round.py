"""One round of notices: which are due, their files once each, and their sending until each address has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from flows.clock import Clock, day_in, now
from flows.folders import replace_folder
from flows.home import Home
from flows.notices.due import due_notices
from flows.notices.files import NoticeFiles, files_of, kept_files
from flows.notices.journal import Channel, Journal, Sending, Written, read_journal, write_down
from flows.notices.mail import Mailer, mailer, message_of
from flows.notices.settings import Addresses, NoticeSettings
from flows.notices.webhook import post, shown
from flows.warehouse import read_warehouse
from transforms.countries import country
from transforms.errors import WarehouseInUse, WrongArguments
from transforms.ledger.entries import instant
from transforms.notices import Notice

LOCK = ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice that is due now: whether it was written in this round, and what came of its sendings.

    `open` are addresses that have it not and were not tried: of a trial, or where nothing was to be sent.
    """

    notice: Notice
    folder: Path
    is_new: bool
    sendings: tuple[Sending, ...] = ()
    open: tuple[str, ...] = ()


def notify(home: Path, scope: str, *, is_sent: bool, is_trial: bool = False, clock: Clock = now) -> tuple[Told, ...]:
    """Write the notices that are due and were not written, and send those that an address has not, if asked to.

    A trial says what would be done and does nothing. Raises NoData for an empty home, ProfileInvalid for wrong
    settings, WrongArguments where something is to be sent and no address is configured or a password cannot be read,
    WarehouseInUse while another round is under way.
    """
    place, profile = Home(folder=home), country(scope)
    settings = place.settings().notices
    settings.refuse_strangers({deadline.body or deadline.source for deadline in profile.deadlines}, scope)
    if is_sent and not settings.has_addresses:
        raise WrongArguments(
            "Notices are to be sent, and home.toml names no address.",
            advice="Name some under [notices.to.BODY]; the README shows how. Without --send they are written as files.",
        )
    moment = clock()
    today = day_in(scope, moment)
    with read_warehouse(home) as con:
        due = due_notices(con, profile, today)
    if is_trial:
        journal = read_journal(place.notices)
        return tuple(_trial(place, settings, one, journal) for one in due)
    with _alone(place), ExitStack() as stack:
        journal = read_journal(place.notices)
        through = stack.enter_context(mailer(settings.smtp)) if is_sent and settings.smtp is not None else None
        done = []
        for one in due:
            folder = place.notices / one.folder
            is_new = not journal.is_written(one.name)
            files = None if is_new else kept_files(folder)
            if files is None:
                files = files_of(place, profile, one, today)
                folder.parent.mkdir(parents=True, exist_ok=True)
                replace_folder(folder, files.files)
            if is_new:
                write_down(place.notices, Written(notice=one.name, folder=one.folder, at=instant(moment)))
            told = Told(notice=one, folder=folder, is_new=is_new)
            done.append(_sent(place, settings, told, files, journal, through, clock) if is_sent else told)
        return tuple(done)


def _trial(place: Home, settings: NoticeSettings, notice: Notice, journal: Journal) -> Told:
    open_ = tuple(
        _shown(channel, address)
        for channel, address in _addresses(settings, notice)
        if not journal.is_settled(notice.name, channel, _shown(channel, address))
    )
    folder, is_new = place.notices / notice.folder, not journal.is_written(notice.name)
    return Told(notice=notice, folder=folder, is_new=is_new, open=open_)


def _sent(
    place: Home,
    settings: NoticeSettings,
    told: Told,
    files: NoticeFiles,
    journal: Journal,
    through: Mailer | None,
    clock: Clock,
) -> Told:
    """The same, after each address that has the notice not was tried; each attempt is on the disk before the next."""
    name = told.notice.name
    tried = []
    for channel, address in _addresses(settings, told.notice):
        if journal.is_settled(name, channel, _shown(channel, address)):
            continue
        moment = clock()
        if channel == "webhook":
            found = post(address, files.facts, settings.webhook_ca_file)
        else:
            if settings.smtp is None or through is None:  # the settings refuse addresses without a server
                continue
            facts = files.facts
            letter = message_of(
                settings.smtp, address, facts["subject"], files.bodies, files.attached, moment, id_=name
            )
            found = through.send(letter)
        sending = Sending(
            notice=name,
            channel=channel,
            address=_shown(channel, address),
            at=instant(moment),
            outcome=found.outcome,
            reason=found.reason,
        )
        write_down(place.notices, sending)
        tried.append(sending)
    return Told(notice=told.notice, folder=told.folder, is_new=told.is_new, sendings=tuple(tried))


def _addresses(settings: NoticeSettings, notice: Notice) -> Iterator[tuple[Channel, str]]:
    """Channel and address of everybody who gets a notice."""
    to = settings.to.get(notice.to, Addresses())
    watchers = settings.escalation if notice.stage == "escalation" else Addresses()
    for address in dict.fromkeys((*to.email, *watchers.email)):
        yield "email", address
    for address in dict.fromkeys((*to.webhook, *watchers.webhook)):
        yield "webhook", address


def _shown(channel: Channel, address: str) -> str:
    return address if channel == "email" else shown(address)


@contextmanager
def _alone(place: Home) -> Iterator[None]:
    """One round at a time: two would send everything twice."""
    place.notices.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(place.notices / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise WarehouseInUse(
            "Notices of this home are being sent by another process.", advice="Wait until it has finished."
        ) from None
    try:
        yield
    finally:
        lock.release()
