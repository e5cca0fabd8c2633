"""Take Narrate's webhook, and believe only what is signed: NARRATE_NOTIFY_SECRET=... python receiver.py PORT

It prints a line for each edition. A real one would have its site fetch the files, whose hashes are in the message.
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
    """Whether the holder of the secret signed this, and not long ago: what was overheard cannot be sent again later."""
    digest = hmac.new(SECRET, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    recent = timestamp.isdecimal() and abs(time.time() - int(timestamp)) <= MAX_AGE_S
    return hmac.compare_digest(f"sha256={digest}".encode(), signature.encode()) and recent


class Receiver(BaseHTTPRequestHandler):
    seen: set[str] = set()  # noqa: RUF012  (for all requests; a real one keeps it in its database)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(min(length, MAX_BYTES))
        timestamp, signature = (self.headers.get(f"X-Narrate-{name}", "") for name in ("Timestamp", "Signature"))
        if not is_genuine(body, timestamp, signature):
            self.answer(401)
            return
        # An attempt that was answered too late is sent again: the same delivery counts once.
        delivery = self.headers["X-Narrate-Delivery"]
        if delivery not in self.seen:
            self.seen.add(delivery)
            message = json.loads(body)
            mp3 = next(file for file in message["files"] if file["holds"] == "mp3")
            print(message["state"], message["article"]["title"], mp3["name"], mp3["sha256"], sep="\t", flush=True)
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver) as server:
        print(f"listening on port {server.server_port}", file=sys.stderr, flush=True)
        server.serve_forever()
