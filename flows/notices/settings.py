"""`[notices]` of home.toml: whom suppliers can ask, through which server notices go, and to which addresses.

Nothing is sent to anything that does not stand there, and nothing stands there by itself. A password never does: it
comes from the environment or from a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from transforms.errors import ProfileInvalid

Security = Literal["starttls", "tls", "none"]
"""`none` on this computer alone: a relay of one's own that does the rest."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PASSWORD = "TIP_TRENDS_SMTP_PASSWORD"  # noqa: S105 the name of a variable of the environment
WATCHERS = "escalation"
"""Section of those who get a notice besides the body when it is escalated."""
_LANGUAGES = ("en", "ru", "tk")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_EXAMPLE = (
    'It looks like this: [notices] contact = "Secretariat, room 12, …"; [notices.smtp] host = "mail.example.org", '
    'port = 587, security = "starttls", sender = "tip-trends@example.org"; [notices.to.MIA] email = '
    '["statistics@mia.example.org"].'
)
_SECRET = (
    f"A password never stands in home.toml. Put it into {PASSWORD}, or into a file that only this user can read, and "
    "name that file as password_file."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A mail server; `ca_file` holds the certificate of an authority of one's own, empty for those of the system."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password_file: str = ""
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where notices to one body go."""

    email: tuple[str, ...] = ()
    webhook: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings:
    """All of it; `contact` by language, `to` by body (or source, where the profile names no body)."""

    contact: Mapping[str, str] = field(default_factory=dict)
    smtp: Smtp | None = None
    webhook_ca_file: str = ""
    to: Mapping[str, Addresses] = field(default_factory=dict)
    escalation: Addresses = Addresses()

    @property
    def has_addresses(self) -> bool:
        """Whether anything can be sent at all."""
        return any(one.email or one.webhook for one in (*self.to.values(), self.escalation))

    def refuse_strangers(self, known: set[str], scope: str) -> None:
        """Raise ProfileInvalid for a section of somebody from whom nothing is due: nobody would ever be written to."""
        if strange := sorted(set(self.to) - known):
            raise ProfileInvalid(
                f"home.toml has addresses of '{strange[0]}' under [notices.to]; nothing is due from it in {scope}.",
                advice=f"Name one of: {', '.join(sorted(known)) or 'none, since the profile has no deadlines'}.",
            )


NO_NOTICES = NoticeSettings()


def notice_settings(given: object, file: Path) -> NoticeSettings:
    """What the section says; raises ProfileInvalid naming the key."""
    section = _section(given, "notices", {"contact", "smtp", "to", "escalation", "webhook_ca_file"}, file)
    to = section.get("to", {})
    if not isinstance(to, dict):
        raise _wrong(file, "notices.to", "must hold a section for each body")
    smtp = None if "smtp" not in section else _smtp(section["smtp"], file)
    found = NoticeSettings(
        contact=_contact(section.get("contact", {}), file),
        smtp=smtp,
        webhook_ca_file=_text(section, "webhook_ca_file", "notices", file),
        to={body: _addresses(one, f"notices.to.{body}", file) for body, one in to.items()},
        escalation=_addresses(section.get(WATCHERS, {}), f"notices.{WATCHERS}", file),
    )
    if smtp is None and any(one.email for one in (*found.to.values(), found.escalation)):
        raise _wrong(file, "notices", "has e-mail addresses and no [notices.smtp], through which to send")
    return found


def _smtp(given: object, file: Path) -> Smtp:
    if isinstance(given, dict) and "password" in given:
        raise ProfileInvalid(f"{file}: [notices.smtp] holds a password.", advice=_SECRET)
    known = {"host", "port", "security", "sender", "user", "password_file", "ca_file"}
    section = _section(given, "notices.smtp", known, file)
    host, sender = (_text(section, name, "notices.smtp", file) for name in ("host", "sender"))
    port, security = section.get("port", 587), section.get("security", "starttls")
    if not host:
        raise _wrong(file, "notices.smtp", "must name a host")
    if not _EMAIL.fullmatch(sender):
        raise _wrong(file, "notices.smtp", "sender must be an e-mail address")
    if type(port) is not int or not 0 < port < 65536:
        raise _wrong(file, "notices.smtp", "port must be a whole number from 1 to 65535")
    if security not in get_args(Security):
        raise _wrong(file, "notices.smtp", f"security is one of {', '.join(get_args(Security))}")
    if security == "none" and host not in LOOPBACK:
        raise _wrong(file, "notices.smtp", "security may be none for a server on this computer alone (127.0.0.1)")
    more = {name: _text(section, name, "notices.smtp", file) for name in ("user", "password_file", "ca_file")}
    return Smtp(host=host, port=port, security=security, sender=sender, **more)


def _contact(given: object, file: Path) -> Mapping[str, str]:
    if isinstance(given, str):
        return dict.fromkeys(_LANGUAGES, given) if given else {}
    texts = _section(given, "notices.contact", set(_LANGUAGES), file)
    return {language: _text(texts, language, "notices.contact", file) for language in texts}


def _addresses(given: object, name: str, file: Path) -> Addresses:
    section = _section(given, name, {"email", "webhook"}, file)
    found = {key: section.get(key, []) for key in ("email", "webhook")}
    for key, listed in found.items():
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise _wrong(file, name, f"{key} must be a list of addresses between quotes")
    if wrong := [one for one in found["email"] if not _EMAIL.fullmatch(one)]:
        raise _wrong(file, name, f"'{wrong[0]}' is no e-mail address")
    if any(not _may_be_posted_to(one) for one in found["webhook"]):
        raise _wrong(file, name, "a webhook must be an https:// address (http:// on this computer alone)")
    return Addresses(email=tuple(dict.fromkeys(found["email"])), webhook=tuple(dict.fromkeys(found["webhook"])))


def _may_be_posted_to(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_here = parts.hostname in LOOPBACK
        _ = parts.port
    except ValueError:
        return False
    return (
        bool(parts.hostname)
        and not any(letter.isspace() for letter in address)
        and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
    )


def _section(given: object, name: str, known: set[str], file: Path) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(file, name, "must be a section")
    if unknown := sorted(set(given) - known):
        raise _wrong(file, name, f"knows no key '{unknown[0]}'")
    return given


def _text(section: Mapping[str, Any], key: str, name: str, file: Path) -> str:
    value = section.get(key, "")
    if not isinstance(value, str) or any(ord(letter) < ord(" ") and letter != "\n" for letter in value):
        raise _wrong(file, name, f"{key} must be a text between quotes")
    return value


def _wrong(file: Path, section: str, what: str) -> ProfileInvalid:
    return ProfileInvalid(f"{file}: [{section}] {what}.", advice=_EXAMPLE)
