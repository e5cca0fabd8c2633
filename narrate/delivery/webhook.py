"""Send a webhook for a finished edition: signed JSON by HTTP POST. A webhook that fails never fails the edition."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import msgspec

from narrate.edition.manifest import read_manifest
from narrate.errors import SourceError
from narrate.types import EditionState

log = logging.getLogger(__name__)

KEY_VARIABLE: Final = "NARRATE_NOTIFY_SECRET"  # the environment variable that holds the key of the signature
SIGNATURE: Final = "X-Narrate-Signature"
TIMESTAMP: Final = "X-Narrate-Timestamp"
DELIVERY: Final = "X-Narrate-Delivery"
"""Header that identifies the message: the same value in all attempts, a new one for the next message."""
WAITS_S: Final = (0.5, 1.0, 2.0, 4.0)  # pauses before the second attempt, the third, and so on, in seconds
TIME_LIMIT_S: Final = 20.0  # for all attempts together, in seconds
ATTEMPT_S: Final = 5.0  # for each step of one attempt (connect, write, read), in seconds
RETRY_STATUSES: Final = frozenset((408, 425, 429))
"""Statuses below 500 after which another attempt may succeed. After 500 and more it always may."""
FACTS: Final = ("article", "engine", "disclaimer", "duration_s", "provenance", "files")
"""Keys of the manifest that the message repeats."""


def send_webhook(url: str, manifest: Path, *, state: EditionState, unsure_quotations: int) -> str:
    """Send the facts of a finished edition to ``url``, signed with the key in ``NARRATE_NOTIFY_SECRET``.

    Returns a warning that says what failed; it is empty if nothing did, or ``url`` is empty.
    """
    if not url:
        return ""
    try:
        edition = read_manifest(manifest)
    except SourceError as error:
        return f"Webhook not sent. {error}"
    message = {
        "event": "edition",
        "state": state,
        "manifest": manifest.name,
        **{key: msgspec.to_builtins(getattr(edition, key)) for key in FACTS},
        "unsure_quotations": unsure_quotations,
        "correction": msgspec.to_builtins(edition.corrections[-1]) if state == "corrected" else None,
    }
    return post_message(url, message, key=os.environ.get(KEY_VARIABLE))


def post_message(url: str, message: Mapping[str, Any], *, key: str | None, time_limit_s: float = TIME_LIMIT_S) -> str:
    """Post ``message`` as JSON, and try again while that may help. Redirects are not followed.

    A user and a password in the URL are sent as basic authentication. Returns what failed, with the URL without its
    secrets, or an empty string once the answer had a status from 200 to 299.
    """
    failures: list[str] = []
    body = json.dumps(message, ensure_ascii=False, sort_keys=True).encode(errors="replace")
    # In a thread, because resolving a name and reading an endless answer cannot be interrupted.
    thread = threading.Thread(target=_post_until_taken, args=(url, body, key, time_limit_s, failures), daemon=True)
    thread.start()
    thread.join(time_limit_s)
    if thread.is_alive():
        failures = [f"no answer within {time_limit_s:g} s"]
    return f"Webhook to {redact(url)} failed: {failures[-1]}." if failures else ""


def sign(body: bytes, timestamp: str, key: str) -> str:
    """Return ``sha256=`` and the HMAC-SHA256 of the timestamp (Unix time in seconds), a full stop and the body."""
    return f"sha256={hmac.new(key.encode(), f'{timestamp}.'.encode() + body, hashlib.sha256).hexdigest()}"


def redact(url: str) -> str:
    """Return ``url`` without the parts that may be secret: user name, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _post_until_taken(url: str, body: bytes, key: str | None, time_limit_s: float, failures: list[str]) -> None:
    """Try until the message is taken, refused for good, or the time is up; then ``failures`` holds the last failure."""
    deadline, delivery = time.monotonic() + time_limit_s, secrets.token_hex(16)
    for wait_s in (*WAITS_S, None):
        failure, may_pass = _attempt(url, body, delivery, key)
        failures[:] = [failure] if failure else []
        if not failure or not may_pass or wait_s is None or time.monotonic() + wait_s > deadline:
            return
        log.info("webhook to %s: %s; trying again", redact(url), failure)
        time.sleep(wait_s)


def _attempt(url: str, body: bytes, delivery: str, key: str | None) -> tuple[str, bool]:
    """Return what failed, or an empty string, and whether another attempt may succeed."""
    import httpcore

    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), ATTEMPT_S)
    try:
        parts = urlsplit(url)
        headers = _headers(parts, body, delivery, key)
        # httpcore would send the user and the password as part of the host.
        address = urlunsplit((parts.scheme, headers["Host"], parts.path or "/", parts.query, ""))
        extensions, pairs = {"timeout": timeouts}, list(headers.items())
        with (
            httpcore.ConnectionPool() as pool,
            pool.stream("POST", address, headers=pairs, content=body, extensions=extensions) as answer,
        ):
            status = answer.status
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return str(error)[:120] or type(error).__name__, True
    except (httpcore.UnsupportedProtocol, ValueError) as error:
        return str(error)[:120] or type(error).__name__, False
    return ("" if 200 <= status < 300 else f"it answered {status}"), status in RETRY_STATUSES or status >= 500


def _headers(parts: SplitResult, body: bytes, delivery: str, key: str | None) -> dict[str, str]:
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
    if key:
        headers[TIMESTAMP] = str(int(time.time()))
        headers[SIGNATURE] = sign(body, headers[TIMESTAMP], key)
    return headers
