"""Receive Narrate's webhook, and accept only signed messages (Standard Webhooks, https://www.standardwebhooks.com).

Usage: NARRATE_NOTIFY_SECRET=... python receiver.py PORT

It prints a line for each edition. A real receiver would fetch the files and compare their hashes with the message.
"""

import hmac
import json
import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

PREFIX = "whsec_"
SECRET = os.environ["NARRATE_NOTIFY_SECRET"]
KEY = b64decode(SECRET.removeprefix(PREFIX)) if SECRET.startswith(PREFIX) else SECRET.encode()
MAX_AGE_S = 300
MAX_BYTES = 1_000_000


def is_genuine(body: bytes, headers: Mapping[str, str]) -> bool:
    """Return whether the holder of the secret signed this recently. An old message may have been recorded by others."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = f"v1,{b64encode(hmac.digest(KEY, signed, 'sha256')).decode()}"
    # While a sender changes its secret, it may sign with the old one and the new one.
    signatures = headers.get("webhook-signature", "").split()
    is_signed = any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures)
    return is_signed and timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= MAX_AGE_S


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to signed messages and 401 to all others."""

    seen: set[str] = set()  # noqa: RUF012  (shared by all requests; a real receiver uses its database)

    def do_POST(self) -> None:
        """Handle a message."""
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(min(length, MAX_BYTES))
        if not is_genuine(body, self.headers):
            self.answer(401)
            return
        # Narrate sends a message again if the answer came too late: each message counts once.
        message_id = self.headers["webhook-id"]
        if message_id not in self.seen:
            self.seen.add(message_id)
            message = json.loads(body)
            mp3 = next(file for file in message["files"] if file["holds"] == "mp3")
            print(message["state"], message["article"]["title"], mp3["name"], mp3["sha256"], sep="\t", flush=True)
        self.answer(204)

    def answer(self, status: int) -> None:
        """Send a response without content."""
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Do not log single requests."""


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver) as server:
        print(f"listening on port {server.server_port}", file=sys.stderr, flush=True)
        server.serve_forever()
