"""Letters through the mail server of home.toml, over TLS; what the server says decides whether they are tried again."""

from __future__ import annotations

import hashlib
import os
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as MAIL
from email.utils import format_datetime
from pathlib import Path

from flows.notices.journal import Outcome
from flows.notices.settings import PASSWORD, Smtp
from transforms.errors import WrongArguments

PATIENCE_SECONDS = 20.0
_HERE = "[127.0.0.1]"
"""What the server is told of this computer: nothing."""
_REFUSED_FROM = 500
_WORKBOOK = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of one attempt."""

    outcome: Outcome
    reason: str = ""


@dataclass(slots=True)
class Mailer:
    """One connection for all letters of a run; a server that cannot be reached is asked once."""

    settings: Smtp
    password: str = field(repr=False)
    server: smtplib.SMTP | None = None
    fault: Sent | None = None

    def send(self, message: EmailMessage) -> Sent:
        """Try one letter; raises nothing that a server or a network can cause."""
        if self.fault is not None:
            return self.fault
        try:
            server = self.server = self.server or _connected(self.settings, self.password)
        except (smtplib.SMTPException, OSError, UnicodeError) as problem:
            self.fault = _later(problem)
            return self.fault
        try:
            server.send_message(message)
        except (smtplib.SMTPException, OSError, UnicodeError) as problem:
            found = told_by(problem)
            self.close()
            return found
        return Sent(outcome="sent")

    def close(self) -> None:
        """End the connection; the next letter makes a new one."""
        if self.server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.server.quit()
            self.server.close()
        self.server = None


@contextmanager
def mailer(settings: Smtp) -> Iterator[Mailer]:
    """A mailer with the password of the environment or the file; raises WrongArguments where that cannot be read."""
    made = Mailer(settings=settings, password=_password(settings))
    try:
        yield made
    finally:
        made.close()


def message_of(
    settings: Smtp,
    to: str,
    subject: str,
    bodies: Mapping[str, str],
    attached: Mapping[str, bytes],
    at: datetime,
    id_: str,
) -> EmailMessage:
    """A letter as text and page (`bodies`: plain, html) with workbooks; by `id_` it is known if it comes twice."""
    message = EmailMessage(policy=MAIL)
    message["From"], message["To"], message["Subject"] = settings.sender, to, " ".join(subject.split())
    message["Date"] = format_datetime(at)
    digest = hashlib.sha256(f"{id_} {to}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer from a machine
    message.set_content(bodies["plain"])
    message.add_alternative(bodies["html"], subtype="html")
    for name, content in attached.items():
        message.add_attachment(content, maintype=_WORKBOOK[0], subtype=_WORKBOOK[1], filename=name)
    return message


def told_by(problem: Exception) -> Sent:
    """What a fault means: refused by the receiver for good, or to be tried again."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in problem.recipients.values()]
        return _by_code(max(codes, default=0))
    if isinstance(problem, smtplib.SMTPDataError):
        return _by_code(problem.smtp_code)
    return _later(problem)


def _by_code(code: int) -> Sent:
    return Sent(outcome="refused" if code >= _REFUSED_FROM else "again", reason=str(code))


_LATER: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "login"),
    (smtplib.SMTPNotSupportedError, "no TLS"),
    (smtplib.SMTPSenderRefused, "sender"),
    (smtplib.SMTPServerDisconnected, "cut off"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "TLS"),
    (TimeoutError, "no answer"),
    (socket.gaierror, "no such server"),
    (ConnectionRefusedError, "no server"),
    (UnicodeError, "login"),
)
"""Faults of settings, network or server, by the word they are told by; the letter itself is not at fault."""


def _later(problem: Exception) -> Sent:
    word = next((word for kind, word in _LATER if isinstance(problem, kind)), "server")
    return Sent(outcome="again", reason=word)


def _connected(settings: Smtp, password: str) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, _HERE, timeout=PATIENCE_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, _HERE, timeout=PATIENCE_SECONDS)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, password)
    except BaseException:
        server.close()
        raise
    return server


def _password(settings: Smtp) -> str:
    if not settings.user:
        return ""
    if given := os.environ.get(PASSWORD):
        return given
    if not settings.password_file:
        raise WrongArguments(
            f"The mail server of home.toml wants a password of {settings.user}, and none is given.",
            advice=f"Put it into {PASSWORD}, or name a file as password_file under [notices.smtp].",
        )
    path = Path(settings.password_file).expanduser()
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise WrongArguments(f"Others can read the password in {path}.", advice=f"Close it: chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise WrongArguments(
            f"The password file {path} cannot be read.", advice="Name a text file that holds the password alone."
        ) from problem
