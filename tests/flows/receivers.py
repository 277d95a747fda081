"""A mail server and a web server on this computer that keep what they get and answer as a test tells them."""

from __future__ import annotations

import base64
import datetime
import http.server
import ipaddress
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of 127.0.0.1 that vouches for itself, and its key, as files."""

    file: Path
    key: Path

    def for_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(folder / "server.pem", folder / "server.key")
    found.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found


@dataclass(slots=True)
class Mailbox:
    """What the mail server got, and what it answers: by recipient to RCPT, else to DATA at its end."""

    port: int = 0
    password: str = ""
    answers: dict[str, int] = field(default_factory=dict)
    at_the_end: int = 250
    has_starttls: bool = True
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    secured: int = 0
    connections: int = 0
    greeted_as: str = ""


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        box.connections += 1
        self.say(220, "tests")
        to: list[str] = []
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb, _, rest = words.partition(" ")
            match verb.upper():
                case "EHLO":
                    box.greeted_as = rest
                    extras = ["STARTTLS"] if box.has_starttls else []
                    lines = ["tests", *extras, "AUTH PLAIN", "8BITMIME"]
                    for place, one in enumerate(lines):
                        self.wfile.write(f"250{' ' if place == len(lines) - 1 else '-'}{one}\r\n".encode())
                case "STARTTLS":
                    self.say(220, "go")
                    self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)  # type: ignore[attr-defined]
                    self.rfile = self.connection.makefile("rb", -1)
                    self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]
                    box.secured += 1
                case "AUTH":
                    given = base64.b64decode(rest.partition(" ")[2]).split(b"\0")[-1].decode()
                    self.say(235 if given == box.password else 535, "login")
                case "RCPT":
                    address = rest.partition("<")[2].partition(">")[0]
                    code = box.answers.get(address, 250)
                    if code == 250:
                        to.append(address)
                    self.say(code, "recipient")
                case "DATA":
                    self.say(354, "send")
                    content = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        content += part.removeprefix(b".")
                    if box.at_the_end == 0:
                        return  # cut off in the middle
                    if box.at_the_end == 250:
                        letter = message_from_bytes(content, policy=default)
                        box.letters += [(address, letter) for address in to]  # type: ignore[misc]
                    to = []
                    self.say(box.at_the_end, "taken")
                case "QUIT":
                    self.say(221, "bye")
                    return
                case _:
                    self.say(250, "fine")

    def say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """A client that does not trust the certificate goes away, which is what some tests want."""


@contextmanager
def mail_server(certificate: Certificate, *, is_tls: bool = False) -> Iterator[Mailbox]:
    box = Mailbox()
    with _Threads((HOST, 0), _Smtp) as server:
        server.box = box  # type: ignore[attr-defined]
        server.tls = certificate.for_server()  # type: ignore[attr-defined]
        if is_tls:
            server.socket = server.tls.wrap_socket(server.socket, server_side=True)  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield box
        server.shutdown()


@dataclass(slots=True)
class Hook:
    """What the web server got, and with which status it answers."""

    port: int = 0
    status: int = 204
    points_to: str = ""
    posts: list[tuple[str, Mapping[str, str], Any]] = field(default_factory=list)


class _Http(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hook: Hook = self.server.hook  # type: ignore[attr-defined]
        content = self.rfile.read(int(self.headers["Content-Length"]))
        hook.posts.append((self.path, dict(self.headers), json.loads(content)))
        self.send_response(hook.status)
        if hook.points_to:
            self.send_header("Location", hook.points_to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@contextmanager
def web_server(certificate: Certificate | None = None) -> Iterator[Hook]:
    hook = Hook()
    with http.server.ThreadingHTTPServer((HOST, 0), _Http) as server:
        server.hook = hook  # type: ignore[attr-defined]
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if certificate is not None:
            server.socket = certificate.for_server().wrap_socket(server.socket, server_side=True)
        hook.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield hook
        server.shutdown()
