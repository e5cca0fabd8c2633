"""A webhook: a finished edition is told to a URL, signed, and trouble with that never fails the edition."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from narrate.types import Edition

log = logging.getLogger(__name__)

SECRET_VARIABLE: Final = "NARRATE_NOTIFY_SECRET"
"""The environment variable that holds the key of the signature."""
SIGNATURE: Final = "X-Narrate-Signature"
TIMESTAMP: Final = "X-Narrate-Timestamp"
DELIVERY: Final = "X-Narrate-Delivery"
"""Names the message: the same in all attempts at it, another in the next."""
WAITS_S: Final = (0.5, 1.0, 2.0, 4.0)
"""Before the second attempt, the third, and so on."""
TIME_LIMIT_S: Final = 20.0
"""For all attempts together."""
ATTEMPT_S: Final = 5.0
TRY_AGAIN: Final = frozenset((408, 425, 429))
"""Refusals that may pass; so may all from 500 on."""


def notify(url: str, message: Mapping[str, Any], *, secret: str | None, time_limit_s: float = TIME_LIMIT_S) -> str:
    """Send ``message`` as JSON to ``url``, and return what is wrong with that: nothing, once it answered 2xx.

    Never raises, and takes ``time_limit_s`` at most. Redirects are not followed. With ``secret`` the body is signed
    (see :func:`signature`). What the URL itself holds of secrets, a password or a query, is not in what is returned.
    """
    troubles: list[str] = []
    # Neither a name that is never resolved nor an answer that never ends may hold up the edition or the program.
    body = json.dumps(message, ensure_ascii=False, sort_keys=True).encode(errors="replace")
    thread = threading.Thread(target=_insist, args=(url, body, secret, time_limit_s, troubles), daemon=True)
    thread.start()
    thread.join(time_limit_s)
    if thread.is_alive():
        return f"{shown(url)} was not told of the edition: no answer within {time_limit_s:g} s"
    return f"{shown(url)} was not told of the edition: {troubles[-1]}" if troubles else ""


def message_of(edition: Edition) -> dict[str, Any]:
    """What is told of an edition: facts from its manifest, and that one's name. Raises ``OSError``, ``ValueError``."""
    path = edition.files["manifest"]
    manifest = json.loads(path.read_text(encoding="utf-8"))
    told = ("article", "engine", "disclaimer", "duration_s", "provenance", "files")
    return {
        "event": "edition",
        "state": edition.state,
        "manifest": path.name,
        **{key: manifest[key] for key in told},
        "unsure_quotations": len(edition.below_threshold),
        "correction": manifest["corrections"][-1] if edition.state == "corrected" else None,
    }


def signature(body: bytes, timestamp: str, secret: str) -> str:
    """``sha256=`` and the HMAC-SHA256, in hexadecimal, of the timestamp (Unix seconds), a full stop and the body."""
    return f"sha256={hmac.new(secret.encode(), f'{timestamp}.'.encode() + body, hashlib.sha256).hexdigest()}"


def shown(url: str) -> str:
    """``url`` without what may be secret in it: user name, password, query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _insist(url: str, body: bytes, secret: str | None, time_limit_s: float, troubles: list[str]) -> None:
    """Try until it is taken, refused for good, or the time is up; ``troubles`` then says why, else it is empty."""
    deadline, delivery = time.monotonic() + time_limit_s, secrets.token_hex(16)
    for wait_s in (*WAITS_S, None):
        trouble, may_pass = _attempt(url, body, delivery, secret)
        troubles[:] = [trouble] if trouble else []
        if not trouble or not may_pass or wait_s is None or time.monotonic() + wait_s > deadline:
            return
        log.info("%s: %s; trying again", shown(url), trouble)
        time.sleep(wait_s)


def _attempt(url: str, body: bytes, delivery: str, secret: str | None) -> tuple[str, bool]:
    """What went wrong, if anything, and whether it may go better the next time."""
    import httpcore

    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), ATTEMPT_S)
    try:
        with (
            httpcore.ConnectionPool() as pool,
            pool.stream("POST", _bare(url), headers=[*_headers(url, body, delivery, secret).items()], content=body,
                        extensions={"timeout": timeouts}) as answer,
        ):  # fmt: skip
            status = answer.status
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return str(error)[:120] or type(error).__name__, True
    except (httpcore.UnsupportedProtocol, ValueError) as error:
        return str(error)[:120] or type(error).__name__, False
    return ("" if 200 <= status < 300 else f"it answers {status}"), status in TRY_AGAIN or status >= 500


def _bare(url: str) -> str:
    """``url`` without a user: httpcore would send them as part of the host."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))


def _headers(url: str, body: bytes, delivery: str, secret: str | None) -> dict[str, str]:
    parts = urlsplit(url)
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": f"narrate-edition/{version('narrate-edition')}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        DELIVERY: delivery,
    }
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
    if secret:
        headers[TIMESTAMP] = str(int(time.time()))
        headers[SIGNATURE] = signature(body, headers[TIMESTAMP], secret)
    return headers
