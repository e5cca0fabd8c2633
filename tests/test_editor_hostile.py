"""A hostile page in another tab of the same browser, which even knows the address of the editor."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from helpers.editing import Process, run_editor, write_script

pytestmark = pytest.mark.slow

ATTACK = """
async (url) => {
  const change = JSON.stringify({version: 1, change: {op: "assign", segments: [3], speaker: "Mallory"}});
  const post = {method: "POST", body: change};
  const json = {"content-type": "application/json"};
  const got = {};
  const attempt = async (name, run) => {
    try { got[name] = await run(); } catch (error) { got[name] = error.name; }
  };
  const text = async (answer) => answer.type === "opaque" ? "opaque" : `${answer.status} ${await answer.text()}`;
  await attempt("read", async () => text(await fetch(url + "api/documents/d1")));
  await attempt("read without CORS", async () => text(await fetch(url + "api/documents/d1", {mode: "no-cors"})));
  await attempt("read the page", async () => text(await fetch(url)));
  await attempt("change", async () => text(await fetch(url + "api/documents/d1/changes", {...post, headers: json})));
  await attempt("change without CORS",
    async () => text(await fetch(url + "api/documents/d1/changes", {...post, mode: "no-cors"})));
  await attempt("make", async () => text(await fetch(url + "api/documents/d1/make", {...post, mode: "no-cors"})));
  await attempt("beacon", async () => String(navigator.sendBeacon(url + "api/documents/d1/changes",
    new Blob([change], {type: "application/json"}))));
  const element = (name, set) => new Promise((done) => {
    const node = Object.assign(document.createElement(name), set);
    node.onload = () => done("loaded");
    node.onerror = () => done("refused");
    document.body.append(node);
    setTimeout(() => done("nothing"), 1500);
  });
  await attempt("script", () => element("script", {src: url + "static/editor.js", type: "text/javascript"}));
  await attempt("data as script", () => element("script", {src: url + "api/documents/d1"}));
  await attempt("frame", async () => {
    await element("iframe", {src: url, name: "victim"});
    try { return window.frames.victim.document.body.innerText; } catch (error) { return error.name; }
  });
  await attempt("form", async () => {
    const form = Object.assign(document.createElement("form"),
      {method: "post", action: url + "api/documents/d1/changes", enctype: "text/plain", target: "victim"});
    const field = Object.assign(document.createElement("input"), {name: change.slice(0, -1) + ',"x":"', value: '"}'});
    form.append(field);
    document.body.append(form);
    form.submit();
    await new Promise((done) => setTimeout(done, 500));
    return "sent";
  });
  await attempt("window", async () => {
    const other = window.open(url);
    await new Promise((done) => setTimeout(done, 1000));
    try { return other.document.body.innerText; } catch (error) { return error.name; }
  });
  return got;
}
"""


@contextmanager
def other_site() -> Iterator[str]:
    """Serve an empty page at another origin of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Other</title><body></body>")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{{}}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    with run_editor(write_script(tmp_path), "--engine", "silent") as process:
        yield process


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_hostile_page_reads_and_changes_nothing(process: Process, tmp_path: Path, browser: Any, host: str) -> None:
    """``localhost`` is another site, 127.0.0.1 with another port is another origin of the same site."""
    before = (tmp_path / "ferry.script.json").read_bytes()
    context = browser.new_context()
    own = context.new_page()
    own.goto(process.url)
    with other_site() as site:
        page = context.new_page()
        page.goto(site.format(host))
        got = page.evaluate(ATTACK, process.url)
    context.close()
    leaked = {name: value for name, value in got.items() if "Lindqvist" in str(value) or "ferry" in str(value)}
    assert leaked == {}
    assert (got["read"], got["change"], got["read the page"]) == ("TypeError", "TypeError", "TypeError")
    assert (got["script"], got["data as script"]) == ("refused", "refused")
    assert process.get("api/documents/d1").json()["version"] == 1
    assert process.get("api/documents/d1").json()["edition"] is None
    assert (tmp_path / "ferry.script.json").read_bytes() == before
    assert list(tmp_path.glob("*.mp3")) == []


def test_own_page_may_do_what_the_hostile_one_may_not(process: Process, browser: Any) -> None:
    page = browser.new_page()
    page.goto(process.url)
    body = '{version: 1, change: {op: "assign", segments: [3], speaker: "Kim"}}'
    headers = '{"content-type": "application/json"}'
    send = f'fetch("api/documents/d1/changes", {{method: "POST", headers: {headers}, body: JSON.stringify({body})}})'
    assert page.evaluate(f"async () => (await {send}).status") == 200
    page.close()


def test_edition_with_a_hostile_player_cannot_use_the_editor(process: Process, tmp_path: Path, browser: Any) -> None:
    job = process.post("api/documents/d1/make", {}).json()["job"]
    process.get(f"api/jobs/{job}/events")
    player = tmp_path / "ferry.edition.html"
    player.write_text("<!doctype html><title>x</title><body><script>document.title = self.origin</script></body>")
    before = (tmp_path / "ferry.script.json").read_bytes()
    page = browser.new_page()
    page.goto(process.url + "api/documents/d1/edition/ferry.edition.html")
    assert page.title() == "null"
    got = page.evaluate(ATTACK, process.url)
    page.close()
    assert {name: value for name, value in got.items() if "Lindqvist" in str(value)} == {}
    assert (got["read"], got["change"]) == ("TypeError", "TypeError")
    assert process.get("api/documents/d1").json()["version"] == 1
    assert (tmp_path / "ferry.script.json").read_bytes() == before
