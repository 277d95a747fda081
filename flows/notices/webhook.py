"""A notice as JSON to an address of home.toml: once, without proxies, and never to where that address points on."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from flows.notices.mail import PATIENCE_SECONDS, Sent

_AGAIN = (408, 425, 429)
"""Too slow, too early, too often; and all of the server's own faults."""
_OWN_FAULT = 500


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None  # whoever answers elsewhere was not configured


def post(address: str, content: Mapping[str, Any], ca_file: str) -> Sent:
    """Post a notice; its name goes along as `Idempotency-Key`, so that a receiver knows one that comes twice."""
    request = urllib.request.Request(  # noqa: S310 the settings let pass https, and http on this computer alone
        address,
        data=json.dumps(content, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(content["notice"])},
        method="POST",
    )
    context = ssl.create_default_context(cafile=ca_file or None)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context), _NoRedirect()
    )
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS):
            return Sent(outcome="sent")
    except urllib.error.HTTPError as answer:
        is_passing = answer.code in _AGAIN or answer.code >= _OWN_FAULT
        answer.close()
        return Sent(outcome="again" if is_passing else "refused", reason=str(answer.code))
    except (OSError, HTTPException) as problem:
        return Sent(outcome="again", reason=_word(problem))


def shown(address: str) -> str:
    """An address as it may be written down: whoever knows a whole one may post to it."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return f"{urlsplit(address).hostname} ({digest})"


def _word(problem: Exception) -> str:
    cause = getattr(problem, "reason", problem)
    words = (
        (ssl.SSLCertVerificationError, "certificate"),
        (ssl.SSLError, "TLS"),
        (TimeoutError, "no answer"),
        (socket.gaierror, "no such server"),
        (ConnectionRefusedError, "no server"),
    )
    return next((word for kind, word in words if isinstance(cause, kind)), "server")
