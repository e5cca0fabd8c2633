"""Send a webhook for a finished edition: signed JSON by HTTP POST. A webhook that fails never fails the edition.

Headers and signature follow the specification Standard Webhooks 1.0 (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import secrets
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import msgspec

from narrate.config import NotifyConfig, Proxy, proxy_for
from narrate.edition.manifest import read_manifest
from narrate.errors import SourceError, UsageError, reason
from narrate.storage import version_of
from narrate.types import EditionState

log = logging.getLogger(__name__)

KEY_VARIABLE: Final = "NARRATE_NOTIFY_SECRET"  # the environment variable with the secret of the signature
KEY_PREFIX: Final = "whsec_"
"""How a secret begins whose key is the base64 behind it. The key of any other secret is its bytes in UTF-8."""
ID: Final = "webhook-id"
"""Header that identifies the message: the same value in all attempts, a new one for the next message."""
TIMESTAMP: Final = "webhook-timestamp"  # header: when this attempt was signed, in Unix seconds
SIGNATURE: Final = "webhook-signature"  # header: the result of `sign`
OLD_ID: Final = "X-Narrate-Delivery"
OLD_TIMESTAMP: Final = "X-Narrate-Timestamp"
OLD_SIGNATURE: Final = "X-Narrate-Signature"
"""Headers of before Standard Webhooks. They are deprecated in version 0.1 and leave with version 0.2."""
WAITS_S: Final = (0.5, 1.0, 2.0, 4.0)  # pauses before the second attempt, the third, and so on, in seconds
TIME_LIMIT_S: Final = 20.0  # for all attempts together, in seconds
ATTEMPT_S: Final = 5.0  # for each step of one attempt (connect, write, read), in seconds
RETRY_STATUSES: Final = frozenset((408, 425, 429))
"""Statuses below 500 after which another attempt may succeed. After 500 and more it always may."""
FACTS: Final = ("article", "engine", "disclaimer", "duration_s", "provenance", "files")
"""Keys of the manifest that the message repeats."""


def send_webhook(notify: NotifyConfig, manifest: Path, *, state: EditionState, unsure_quotations: int) -> str:
    """Send the facts of a finished edition as configured, signed with the secret in ``NARRATE_NOTIFY_SECRET``.

    Returns a warning that says what failed; it is empty if nothing did, or no address is configured.
    """
    if not notify.url:
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
    return post_message(notify.url, message, secret=os.environ.get(KEY_VARIABLE, ""), proxy=notify.proxy)


def post_message(
    url: str, message: Mapping[str, Any], *, secret: str, time_limit_s: float = TIME_LIMIT_S, proxy: str = ""
) -> str:
    """Post ``message`` as JSON, and try again while that may help. Redirects are not followed.

    A user and a password in the URL are sent as basic authentication. A message without a secret is not signed.
    ``proxy`` is the setting of a proxy, see ``proxy_for``. Returns what failed, with the URL without its secrets, or an
    empty string once the answer had a status from 200 to 299.
    """
    try:
        signing_key(secret)
        through = proxy_for(url, proxy)
    except UsageError as error:
        return f"Webhook not sent. {error}"
    failures: list[str] = []
    body = json.dumps(message, ensure_ascii=False, sort_keys=True).encode(errors="replace")
    # In a thread, because resolving a name and reading an endless answer cannot be interrupted.
    arguments = (url, body, secret, time_limit_s, through, failures)
    thread = threading.Thread(target=_post_until_taken, args=arguments, daemon=True)
    thread.start()
    thread.join(time_limit_s)
    if thread.is_alive():
        failures = [f"no answer within {time_limit_s:g} s"]
    return f"Webhook to {redact(url)} failed: {failures[-1]}." if failures else ""


def signing_key(secret: str) -> bytes:
    """Return the key that a secret stands for.

    Args:
        secret: ``whsec_`` and the key in base64 (RFC 4648, section 4, with padding), or any other text, whose bytes in
            UTF-8 are the key.

    Raises:
        UsageError: The text behind ``whsec_`` is empty or not base64. The message does not show it.
    """
    if not secret.startswith(KEY_PREFIX):
        return _plain_key(secret)
    try:
        key = b64decode(secret.removeprefix(KEY_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not key:
        problem = f"{KEY_VARIABLE} begins with {KEY_PREFIX}, but what follows is not base64"
        raise UsageError(f"{problem}. Copy the secret again, without spaces and line breaks.")
    return key


def sign(body: bytes, *, message_id: str, timestamp: str, key: bytes) -> str:
    """Return the signature of a message by Standard Webhooks, section "Signature scheme".

    Args:
        body: The body as it is sent.
        message_id: The value of ``webhook-id``.
        timestamp: The value of ``webhook-timestamp``, in Unix seconds.
        key: The key that sender and receiver share.

    Returns:
        ``v1,`` and in base64 the HMAC-SHA256 of the identifier, the timestamp and the body, joined by full stops.
    """
    digest = hmac.digest(key, b".".join((message_id.encode(), timestamp.encode(), body)), "sha256")
    return f"v1,{b64encode(digest).decode()}"


def redact(url: str) -> str:
    """Return ``url`` without the parts that may be secret: user name, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _post_until_taken(
    url: str, body: bytes, secret: str, time_limit_s: float, proxy: Proxy | None, failures: list[str]
) -> None:
    """Try until the message is taken, refused for good, or the time is up; then ``failures`` holds the last failure."""
    deadline, message_id = time.monotonic() + time_limit_s, secrets.token_hex(16)
    for wait_s in (*WAITS_S, None):
        failure, may_pass = _attempt(url, body, message_id, secret, proxy)
        failures[:] = [failure] if failure else []
        if not failure or not may_pass or wait_s is None or time.monotonic() + wait_s > deadline:
            return
        log.info("webhook to %s: %s; trying again", redact(url), failure)
        time.sleep(wait_s)


def _attempt(url: str, body: bytes, message_id: str, secret: str, proxy: Proxy | None) -> tuple[str, bool]:
    """Return what failed, or an empty string, and whether another attempt may succeed."""
    import httpcore2

    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), ATTEMPT_S)
    try:
        parts = urlsplit(url)
        headers = _headers(parts, body, message_id, secret)
        # httpcore2 would send the user and the password as part of the host.
        address = urlunsplit((parts.scheme, headers["Host"], parts.path or "/", parts.query, ""))
        extensions, pairs = {"timeout": timeouts}, list(headers.items())
        through = httpcore2.Proxy(proxy.url, auth=proxy.login) if proxy else None
        with (
            httpcore2.ConnectionPool(proxy=through) as pool,
            pool.stream("POST", address, headers=pairs, content=body, extensions=extensions) as answer,
        ):
            status = answer.status
    except httpcore2.ProxyError as error:
        return f"the proxy refused it ({error})", False
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
        return reason(error)[:120], True
    except (httpcore2.UnsupportedProtocol, ValueError) as error:
        return reason(error)[:120], False
    return ("" if 200 <= status < 300 else f"it answered {status}"), status in RETRY_STATUSES or status >= 500


def _headers(parts: SplitResult, body: bytes, message_id: str, secret: str) -> dict[str, str]:
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": f"narrate-edition/{version_of('narrate-edition')}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        ID: message_id,
        OLD_ID: message_id,
    }
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
    if secret:
        timestamp = str(int(time.time()))
        headers[TIMESTAMP] = headers[OLD_TIMESTAMP] = timestamp
        headers[SIGNATURE] = sign(body, message_id=message_id, timestamp=timestamp, key=signing_key(secret))
        old = hmac.digest(_plain_key(secret), timestamp.encode() + b"." + body, "sha256")
        headers[OLD_SIGNATURE] = f"sha256={old.hex()}"
    return headers


def _plain_key(secret: str) -> bytes:
    """Return the bytes of a secret. Those that are not UTF-8 were escaped when the environment was read."""
    return secret.encode(errors="surrogateescape")
