"""The webhook: signed, insistent within bounds, and never the edition's undoing."""

from __future__ import annotations

import json
import socket
import time

import pytest
from helpers.webhooks import receiving

from narrate.config import Config, NotifyConfig
from narrate.delivery.webhook import post_message, redact, sign
from narrate.errors import UsageError

MESSAGE = {"event": "edition", "title": "Ferry “returns”"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.delivery.webhook.WAITS_S", (0.01, 0.01, 0.01, 0.01))


def test_webhook_signature_is_the_documented_one() -> None:
    # printf '1700000000.{"a": 1}' | openssl dgst -sha256 -hmac s3cret
    digest = "82fc0b8ba35d4f5b38af534e00d41a2de7d21fa3bae904bd50a8f0c3a7afb835"
    assert sign(b'{"a": 1}', "1700000000", "s3cret") == f"sha256={digest}"


def test_webhook_sends_signed_json() -> None:
    with receiving(204) as receiver:
        assert post_message(receiver.url, MESSAGE, key="s3cret") == ""
    (body,), (headers,) = receiver.bodies, receiver.headers
    assert json.loads(body) == MESSAGE
    assert headers["Content-Type"] == "application/json"
    assert abs(int(headers["X-Narrate-Timestamp"]) - time.time()) < 60
    assert headers["X-Narrate-Signature"] == sign(body, headers["X-Narrate-Timestamp"], "s3cret")
    assert "s3cret" not in str(headers) + body.decode()


def test_webhook_without_a_key_is_not_signed() -> None:
    with receiving(200) as receiver:
        assert post_message(receiver.url, MESSAGE, key=None) == ""
    assert not {"X-Narrate-Signature", "X-Narrate-Timestamp"} & set(receiver.headers[0])


def test_webhook_retries_with_the_same_delivery_id() -> None:
    with receiving(503, 429, 500, 200) as receiver:
        assert post_message(receiver.url, MESSAGE, key="s3cret") == ""
        assert post_message(receiver.url, MESSAGE, key="s3cret") == ""
    *attempts, next_time = [headers["X-Narrate-Delivery"] for headers in receiver.headers]
    assert (len(attempts), len(set(attempts))) == (4, 1)
    assert next_time not in attempts


@pytest.mark.parametrize(("status", "attempts"), [(404, 1), (302, 1), (500, 5)])
def test_webhook_reports_a_status_that_refuses_it(status: int, attempts: int) -> None:
    with receiving(status) as receiver:
        trouble = post_message(receiver.url.replace("//", "//ann:pass@") + "?token=x", MESSAGE, key=None)
    assert trouble == f"Webhook to {receiver.url} failed: it answered {status}."
    assert len(receiver.bodies) == attempts


def test_webhook_sends_the_user_of_the_url_and_never_shows_it() -> None:
    with receiving(200) as receiver:
        assert post_message(receiver.url.replace("//", "//ann:p%40ss@"), MESSAGE, key=None) == ""
    assert receiver.headers[0]["Authorization"] == "Basic YW5uOnBAc3M="
    assert "ann" not in receiver.headers[0]["Host"]
    assert redact("https://ann:pass@example.com:8/hook?token=x#y") == "https://example.com:8/hook"


def test_webhook_reports_a_closed_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert post_message(url, MESSAGE, key=None).startswith(f"Webhook to {url} failed: ")


def test_webhook_without_an_answer_ends_at_the_time_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        assert post_message(url, MESSAGE, key=None, time_limit_s=0.3).endswith("no answer within 0.3 s.")
        assert time.monotonic() - started < 8


@pytest.mark.parametrize("url", ["x", "ftp://example.com", "http://", "https://[", "http://h:99999", "http://ä.de"])
def test_webhook_url_that_is_not_http_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match=r"'notify\.url' must be an http or https address"):
        Config(notify=NotifyConfig(url))


@pytest.mark.parametrize("url", ["", "http://localhost:8000/hook?token=x", "https://ann:pass@example.com"])
def test_webhook_url_may_have_a_port_a_query_and_a_password(url: str) -> None:
    assert Config(notify=NotifyConfig(url)).notify.url == url
