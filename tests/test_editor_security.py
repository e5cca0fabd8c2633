"""Who may talk to the editor: its own page only. Other sites, other names for this machine and guesses get nothing."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from helpers.editing import BASE, TOKEN, Page, Process, open_page, run_editor, write_script

from narrate.editor.security import MAX_BODY_BYTES, Address, new_token

CHANGE = {"version": 1, "change": {"op": "assign", "segments": [3], "speaker": "Mallory"}}
PATHS = ["", "static/editor.js", "static/design.css", "api/desk", "api/documents/d1", "api/documents/d1/state"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_script(tmp_path)


@pytest.fixture
def page(file: Path) -> Iterator[Page]:
    with open_page(file) as page:
        yield page


def test_tokens_are_long_and_different() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 32


@pytest.mark.parametrize("path", PATHS)
def test_page_and_data_are_served_below_the_token(page: Page, path: str) -> None:
    assert page.client.get(BASE + path).status_code == 200


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "%00", "..", f"..%2f{TOKEN}", "ü"])
@pytest.mark.parametrize("path", ["", "api/desk", "api/documents/d1", "static/editor.js"])
def test_nothing_is_served_without_the_token(page: Page, token: str, path: str) -> None:
    answer = page.client.get(f"http://127.0.0.1:8000/{token}/{path}")
    assert answer.status_code == 404
    assert "error" in answer.json()


def test_token_alone_without_slash_is_not_found(page: Page) -> None:
    assert page.client.get(f"http://127.0.0.1:8000/{TOKEN}").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "attacker.example",
        "attacker.example:8000",
        "127.0.0.1:8001",
        "127.0.0.1",
        "127.0.0.1.attacker.example:8000",
        "user@127.0.0.1:8000",
        "127.0.0.1:8000/",
        "[::1]:8000",
        "",
    ],
)
def test_other_hosts_are_refused(page: Page, file: Path, host: str) -> None:
    """With DNS rebinding, a site's own name leads to this machine: the browser sends that name."""
    before = file.read_bytes()
    for path in PATHS:
        assert page.client.get(BASE + path, headers={"host": host}).status_code == 421
    answer = page.client.post(f"{BASE}api/documents/d1/changes", json=CHANGE, headers={"host": host})
    assert (answer.status_code, file.read_bytes()) == (421, before)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000"])
def test_own_names_are_accepted(page: Page, host: str) -> None:
    assert page.client.get(f"{BASE}api/desk", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://attacker.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "https://127.0.0.1:8000"},
        {"origin": "http://localhost:8000"},
        {"origin": "http://127.0.0.1:8000.attacker.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_requests_of_other_sites_are_refused(page: Page, file: Path, headers: dict[str, str]) -> None:
    before = file.read_bytes()
    for path in ("api/desk", "api/documents/d1", "api/documents/d1/voices?speaker=Narrator"):
        assert page.client.get(BASE + path, headers=headers).status_code == 403
    for path, body in (("changes", CHANGE), ("make", {})):
        answer = page.client.post(f"{BASE}api/documents/d1/{path}", json=body, headers=headers)
        assert answer.status_code == 403
    assert (file.read_bytes(), page.shown()["version"]) == (before, 1)


def test_own_origin_is_accepted(page: Page) -> None:
    headers = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    answer = page.client.post(f"{BASE}api/documents/d1/changes", json=CHANGE, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_forms_of_other_sites_change_nothing(page: Page, file: Path, kind: str) -> None:
    """A form may be sent to any site without a preflight request, but not as JSON."""
    before = file.read_bytes()
    answer = page.client.post(
        f"{BASE}api/documents/d1/changes",
        content=b'{"version":1,"change":{"op":"undo"}}',
        headers={"content-type": kind},
    )
    assert (answer.status_code, file.read_bytes()) == (415, before)


def test_no_answer_allows_other_origins(page: Page) -> None:
    for path in PATHS:
        headers = page.client.get(BASE + path).headers
        assert not [name for name in headers if name.startswith("access-control-")]
    options = page.client.options(f"{BASE}api/documents/d1/changes", headers={"origin": "https://attacker.example"})
    assert options.status_code == 403


@pytest.mark.parametrize("path", [*PATHS, "nothing", "api/documents/d9"])
def test_every_answer_has_the_policies(page: Page, path: str) -> None:
    headers = page.client.get(BASE + path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["connect-src"]) == ("'self'", "'self'", "'self'")
    assert (policy["frame-ancestors"], policy["form-action"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers


def test_page_holds_no_inline_script_or_style(page: Page) -> None:
    text = page.client.get(BASE).text
    assert "<style" not in text
    assert " style=" not in text
    assert all("src=" in tag.partition(">")[0] for tag in text.split("<script")[1:])


TRICKS = [
    "../ferry.md", "..%2fferry.md", "%2e%2e%2fferry.md", "..\\ferry.md", "%2fetc%2fpasswd", "/etc/passwd",
    "....//ferry.md", "ferry.md%00.js", "index.html/../../app.py", "app.py", "__init__.py", ".",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("folder", ["static/", "api/documents/d1/edition/", "api/documents/"])
def test_no_path_leads_to_a_file(page: Page, folder: str, trick: str) -> None:
    answer = page.client.get(BASE + folder + trick)
    assert answer.status_code in (404, 405)
    assert "ferry to Ostrand" not in answer.text
    assert "root:" not in answer.text


def test_large_request_is_refused(page: Page) -> None:
    body = b'{"version":1,"change":"' + b"x" * MAX_BODY_BYTES + b'"}'
    url, kind = f"{BASE}api/documents/d1/changes", {"content-type": "application/json"}
    assert page.client.post(url, content=body, headers=kind).status_code == 413


def test_edition_is_served_with_an_origin_of_its_own(page: Page) -> None:
    page.post("/make", {})
    events = page.client.get(f"{BASE}api/jobs/j1/events").text
    assert '"done"' in events
    player = page.shown()["edition"]["player_url"]
    answer = page.client.get(BASE + player, headers={"sec-fetch-site": "same-origin"})
    assert answer.headers["content-security-policy"] == "sandbox allow-scripts; frame-ancestors 'self'"
    assert answer.headers["content-type"].startswith("text/html")
    mp3 = page.client.get(BASE + player.replace(".edition.html", ".mp3"), headers={"sec-fetch-site": "cross-site"})
    assert (mp3.status_code, mp3.headers["content-type"]) == (200, "audio/mpeg")
    others = [name for name in ("ferry.md", "../ferry.md") if page.get(f"/edition/{quote(name)}").status_code != 404]
    assert others == []


@pytest.mark.parametrize(
    ("host", "accepted", "refused"),
    [
        ("127.0.0.1", ["127.0.0.1:80", "localhost:80", "localhost"], ["10.0.0.5:80", "127.0.0.2:80", "[::1]:80"]),
        ("localhost", ["127.0.0.1:80", "localhost:80"], ["localhost.example:80", "localhost:81"]),
        ("::1", ["[::1]:80", "localhost:80"], ["127.0.0.1:80", "::1:80"]),
        ("10.0.0.5", ["10.0.0.5:80"], ["localhost:80", "127.0.0.1:80", "desk.example:80"]),
        ("desk.example", ["desk.example:80", "DESK.example:80"], ["10.0.0.5:80", "x.desk.example:80"]),
        ("0.0.0.0", ["10.0.0.5:80", "localhost:80", f"{socket.gethostname()}:80"], ["attacker.example:80"]),
        ("::", ["[fd00::1]:80", "10.0.0.5:80"], ["attacker.example:80", "[fd00::1"]),
    ],
)
def test_address_accepts_its_own_names_only(host: str, accepted: list[str], refused: list[str]) -> None:
    address = Address(host, 80)
    assert [one for one in accepted if not address.accepts(one)] == []
    assert [one for one in [*refused, "", ":80", "80", "a b:80"] if address.accepts(one)] == []


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.5", False),
        ("a.example", False),
    ],
)
def test_loopback_is_recognized(host: str, is_loopback: bool) -> None:
    assert Address(host, 80).is_loopback is is_loopback


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("desk.example", "desk.example:80")]
)
def test_address_is_shown_as_in_a_url(host: str, url: str) -> None:
    assert Address(host, 80).netloc == url


def test_machine_is_named_where_every_address_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Desk7")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: [])
    address = Address("0.0.0.0", 80)
    assert (address.netloc, address.accepts("desk7:80")) == ("desk7:80", True)
    monkeypatch.setattr("socket.getaddrinfo", unknown_host)
    assert (address.netloc, address.accepts("127.0.0.1:80")) == ("127.0.0.1:80", True)


def unknown_host(*_: object) -> None:
    raise OSError(-2, "Name or service not known")


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    file = write_script(tmp_path_factory.mktemp("edit"))
    with run_editor(file, "--engine", "silent") as process:
        yield process


def raw(process: Process, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
    """Send a request as it is, without what a client library adds or cleans up."""
    netloc = process.url.split("/")[2]
    connection = http.client.HTTPConnection(netloc, timeout=30)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.slow
def test_real_server_refuses_what_is_not_from_its_page(process: Process) -> None:
    netloc, token = process.url.split("/")[2:4]
    own = {"Host": netloc}
    assert raw(process, "GET", f"/{token}/api/desk", own)[0] == 200
    assert raw(process, "GET", "/", own)[0] == 404
    assert raw(process, "GET", f"/{token}/api/desk", {"Host": "attacker.example"})[0] == 421
    assert raw(process, "GET", f"/{token}/api/desk", {})[0] in (400, 421)
    assert raw(process, "GET", f"/{token}/api/desk", {**own, "Origin": "https://attacker.example"})[0] == 403
    assert raw(process, "GET", f"/{token}/static/../../../../../etc/passwd", own)[0] == 404
    assert raw(process, "GET", f"/{token}/static/..%2f..%2fapp.py", own)[0] == 404
    assert raw(process, "GET", f"http://attacker.example/{token}/api/desk", {"Host": "attacker.example"})[0] != 200


@pytest.mark.slow
def test_real_server_ends_a_body_that_is_too_long_without_a_length(process: Process) -> None:
    netloc, token = process.url.split("/")[2:4]
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    headers = {"Host": netloc, "Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    try:
        status, _ = raw(process, "POST", f"/{token}/api/documents/d1/changes", headers, chunk * 8 + b"0\r\n\r\n")
    except (ConnectionError, http.client.HTTPException):
        status = 0
    assert status != 200
    assert process.get("api/documents/d1").json()["version"] == 1


@pytest.mark.slow
def test_real_server_names_no_software(process: Process) -> None:
    headers = process.get("").headers
    assert not {"server", "x-powered-by", "date"} & set(headers)
