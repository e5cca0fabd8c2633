"""Receive Narrate's webhook, and accept only signed messages.

Usage: NARRATE_NOTIFY_SECRET=... python receiver.py PORT

It prints a line for each edition. A real receiver would fetch the files and compare their hashes with the message.
"""

import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = os.environ["NARRATE_NOTIFY_SECRET"].encode()
MAX_AGE_S = 300
MAX_BYTES = 1_000_000


def is_genuine(body: bytes, timestamp: str, signature: str) -> bool:
    """Return whether the holder of the secret signed this recently. An old message may have been recorded by others."""
    digest = hmac.new(SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    recent = timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= MAX_AGE_S
    return hmac.compare_digest(f"sha256={digest}".encode(), signature.encode()) and recent


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to signed messages and 401 to all others."""

    seen: set[str] = set()  # noqa: RUF012  (shared by all requests; a real receiver uses its database)

    def do_POST(self) -> None:
        """Handle a message."""
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(min(length, MAX_BYTES))
        timestamp, signature = (self.headers.get(f"X-Narrate-{name}", "") for name in ("Timestamp", "Signature"))
        if not is_genuine(body, timestamp, signature):
            self.answer(401)
            return
        # Narrate sends a delivery again if the answer came too late: each delivery counts once.
        delivery = self.headers["X-Narrate-Delivery"]
        if delivery not in self.seen:
            self.seen.add(delivery)
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
