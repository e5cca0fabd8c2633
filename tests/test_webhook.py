"""The webhook: signed, insistent within bounds, and never the edition's undoing."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
from base64 import b64encode

import pytest
from helpers.webhooks import receiving
from standardwebhooks import Webhook, WebhookVerificationError

from narrate.config import Config, NotifyConfig
from narrate.delivery import webhook
from narrate.delivery.webhook import post_message, redact, sign, signing_key
from narrate.errors import UsageError

MESSAGE = {"event": "edition", "title": "Ferry “returns”"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNED = {"webhook-signature", "webhook-timestamp", "X-Narrate-Signature", "X-Narrate-Timestamp"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.delivery.webhook.WAITS_S", (0.01, 0.01, 0.01, 0.01))


@pytest.mark.parametrize(
    ("secret", "signature"),
    [
        # The test vector of the libraries of Standard Webhooks.
        (SECRET, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        # printf 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}' |
        #     openssl dgst -sha256 -hmac s3cret -binary | base64
        ("s3cret", "v1,+ovFnGFuIqjGihpeGWWpQI81Q0lhpDv9t/URyHZUADQ="),
    ],
)
def test_webhook_signature_is_the_documented_one(secret: str, signature: str) -> None:
    body, message_id = b'{"test": 2432232314}', "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert sign(body, message_id=message_id, timestamp="1614265330", key=signing_key(secret)) == signature


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("s3cret", b"s3cret"),
        ("s3crèt ", "s3crèt ".encode()),
        ("\udcff", b"\xff"),
        ("AAEC", b"AAEC"),
        ("WHSEC_AAEC", b"WHSEC_AAEC"),
        ("whsec_AAEC", b"\0\1\2"),
        ("whsec_/+8=", b"\xff\xef"),
        (f"whsec_{b64encode(bytes(range(64))).decode()}", bytes(range(64))),
    ],
)
def test_webhook_key_is_the_base64_behind_the_prefix_or_the_bytes_of_a_plain_secret(secret: str, key: bytes) -> None:
    assert signing_key(secret) == key


@pytest.mark.parametrize("key", ["", "-_8=", "AAE", "AAEC\n", " AAEC", "s3crèt", "whsec_AAEC"])
def test_webhook_with_a_damaged_secret_is_not_sent(key: str) -> None:
    with receiving(200) as receiver:
        trouble = post_message(receiver.url, MESSAGE, secret=f"whsec_{key}")
    assert trouble == (
        "Webhook not sent. NARRATE_NOTIFY_SECRET begins with whsec_, but what follows is not base64. Copy the secret "
        "again, without spaces and line breaks."
    )
    assert receiver.bodies == []


@pytest.mark.parametrize(
    ("secret", "receivers_secret", "is_genuine"),
    [
        (SECRET, SECRET, True),
        ("s3cret", b"s3cret", True),
        ("s3crèt", f"whsec_{b64encode('s3crèt'.encode()).decode()}", True),
        ("s3cret", SECRET, False),
        (SECRET, SECRET.encode(), False),
    ],
)
def test_webhook_is_verified_by_library_of_the_standard(
    secret: str, receivers_secret: str | bytes, is_genuine: bool
) -> None:
    with receiving(204) as receiver:
        assert post_message(receiver.url, MESSAGE, secret=secret) == ""
    (body,), (headers,) = receiver.bodies, receiver.headers
    webhook = Webhook(receivers_secret)
    if is_genuine:
        assert webhook.verify(body, headers) == MESSAGE
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body.replace(b"edition", b"retreat"), headers)
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body, headers | {"webhook-id": "another"})
    else:
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body, headers)


def test_webhook_sends_json_without_the_secret() -> None:
    with receiving(204) as receiver:
        assert post_message(receiver.url, MESSAGE, secret=SECRET) == ""
    (body,), (headers,) = receiver.bodies, receiver.headers
    assert json.loads(body) == MESSAGE
    assert headers["Content-Type"] == "application/json"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert SECRET.removeprefix("whsec_") not in str(headers) + body.decode()


@pytest.mark.parametrize("secret", ["s3cret", SECRET])
def test_webhook_still_sends_deprecated_headers(secret: str) -> None:
    with receiving(204) as receiver:
        assert post_message(receiver.url, MESSAGE, secret=secret) == ""
    (body,), (headers,) = receiver.bodies, receiver.headers
    signed = headers["X-Narrate-Timestamp"].encode() + b"." + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Narrate-Signature"] == f"sha256={digest}"
    assert headers["X-Narrate-Timestamp"] == headers["webhook-timestamp"]
    assert headers["X-Narrate-Delivery"] == headers["webhook-id"]


def test_webhook_without_a_secret_is_not_signed() -> None:
    with receiving(200) as receiver:
        assert post_message(receiver.url, MESSAGE, secret="") == ""
    assert not SIGNED & set(receiver.headers[0])
    assert receiver.headers[0]["webhook-id"]


def test_webhook_retries_with_the_same_id() -> None:
    with receiving(503, 429, 500, 200) as receiver:
        assert post_message(receiver.url, MESSAGE, secret="s3cret") == ""
        assert post_message(receiver.url, MESSAGE, secret="s3cret") == ""
    *attempts, next_time = [headers["webhook-id"] for headers in receiver.headers]
    assert (len(attempts), len(set(attempts))) == (4, 1)
    assert next_time not in attempts


@pytest.mark.parametrize(("status", "attempts"), [(404, 1), (302, 1), (500, 5)])
def test_webhook_reports_a_status_that_refuses_it(status: int, attempts: int) -> None:
    with receiving(status) as receiver:
        trouble = post_message(receiver.url.replace("//", "//ann:pass@") + "?token=x", MESSAGE, secret="")
    assert trouble == f"Webhook to {receiver.url} failed: it answered {status}."
    assert len(receiver.bodies) == attempts


def test_webhook_sends_the_user_of_the_url_and_never_shows_it() -> None:
    with receiving(200) as receiver:
        assert post_message(receiver.url.replace("//", "//ann:p%40ss@"), MESSAGE, secret="") == ""
    assert receiver.headers[0]["Authorization"] == "Basic YW5uOnBAc3M="
    assert "ann" not in receiver.headers[0]["Host"]
    assert redact("https://ann:pass@example.com:8/hook?token=x#y") == "https://example.com:8/hook"


def test_webhook_reports_a_closed_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert post_message(url, MESSAGE, secret="") == f"Webhook to {url} failed: the connection was refused."


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://no.such.host.invalid/", "the host is unknown"),
        ("http://x..y/", "the host has a name that no host can have"),
    ],
)
def test_webhook_to_a_host_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch, url: str, problem: str) -> None:
    monkeypatch.setattr(webhook, "WAITS_S", ())
    assert post_message(url, MESSAGE, secret="") == f"Webhook to {url} failed: {problem}."


def test_webhook_without_an_answer_ends_at_the_time_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        assert post_message(url, MESSAGE, secret="", time_limit_s=0.3).endswith("no answer within 0.3 s.")
        assert time.monotonic() - started < 8


@pytest.mark.parametrize("url", ["x", "ftp://example.com", "http://", "https://[", "http://h:99999", "http://ä.de"])
def test_webhook_url_that_is_not_http_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match=r"'notify\.url' must be an http or https address"):
        Config(notify=NotifyConfig(url))


@pytest.mark.parametrize("url", ["", "http://localhost:8000/hook?token=x", "https://ann:pass@example.com"])
def test_webhook_url_may_have_a_port_a_query_and_a_password(url: str) -> None:
    assert Config(notify=NotifyConfig(url)).notify.url == url
