"""URLs, against a local server: limits, redirects, addresses, robots.txt."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from helpers.certificates import write_certificate
from helpers.pages import PROSE, page, spoken, story

from narrate.config import Config, ReadingConfig
from narrate.errors import SourceError
from narrate.readers import read_source, web

PRIVATE = Config(reading=ReadingConfig(allow_private_addresses=True))


class Site(BaseHTTPRequestHandler):
    """Answers by path. ``robots`` is its robots.txt, or the status of the answer; ``asked`` lists the requests."""

    robots: ClassVar[bytes | int] = 404
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        Site.asked.append((self.path, self.headers.get("User-Agent", "")))
        if self.path == "/robots.txt":
            if isinstance(Site.robots, int):
                self.answer(b"", status=Site.robots)
            else:
                self.answer(Site.robots, kind="text/plain")
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"at_{self.path.strip('/').partition('/')[0]}")()

    def answer(self, body: bytes, *, kind: str = "text/html; charset=utf-8", status: int = 200, **more: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for key, value in more.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def at_story(self) -> None:
        self.answer(page(story(), "<title>Storm</title>"))

    def at_latin(self) -> None:
        data = page(story(), "").replace(b'<meta charset="utf-8">', b"").decode().replace("Ole Lund", "Åse Lund")
        self.answer(data.encode("cp1252"), kind="text/html; charset=ISO-8859-1")

    def at_packed(self) -> None:
        self.answer(gzip.compress(page(story())), Content_Encoding="gzip")

    def at_bomb(self) -> None:
        self.answer(gzip.compress(b" " * 2**25), Content_Encoding="gzip")

    def at_broken(self) -> None:
        self.answer(b"no gzip at all", Content_Encoding="gzip")

    def at_brotli(self) -> None:
        self.answer(b"x", Content_Encoding="br")

    def at_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"<p>" * 2**16)

    def at_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"<p>")
            time.sleep(0.1)

    def at_plain(self) -> None:
        self.answer(b"Harbour opens\n\nIt opened today.\n", kind="text/plain")

    def at_markdown(self) -> None:
        self.answer(b"# Harbour opens\n\nIt opened **today**.\n", kind="text/markdown")

    def at_matter(self) -> None:
        self.answer(b"---\nsource: https://example.org/own\n---\n\n# Harbour opens\n\nIt opened today.\n")

    def at_picture(self) -> None:
        self.answer(b"\x89PNG", kind="image/png")

    def at_moved(self) -> None:
        self.answer(b"", status=302, Location="/story")

    def at_loop(self) -> None:
        self.answer(b"", status=302, Location="/loop")

    def at_file(self) -> None:
        self.answer(b"", status=302, Location="file:///etc/passwd")

    def at_inside(self) -> None:
        self.answer(b"", status=302, Location=f"http://127.0.0.2:{self.server.server_port}/story")  # type: ignore[attr-defined]

    def at_missing(self) -> None:
        self.answer(b"", status=410)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve the site on a port of this machine, over HTTPS if there is a context."""
    Site.robots, Site.asked = 404, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def site() -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a PEM file of a key and a certificate for ``localhost`` that it has signed itself."""
    return write_certificate(tmp_path_factory.mktemp("tls") / "site.pem", "localhost")


@pytest.fixture
def secure_site(certificate: Path) -> Iterator[int]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with serving(tls) as port:
        yield port


def fetched(url: str, **options: object) -> web.Fetched:
    limits = {"max_bytes": 2**20, "time_limit_s": 10.0, "allow_private": True, **options}
    return web.fetch(url, **limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "source"),
    [("plain", "{site}/plain"), ("markdown", "{site}/markdown"), ("matter", "https://example.org/own")],
)
def test_address_of_a_fetched_text_is_its_source_unless_it_names_another(path: str, source: str, site: str) -> None:
    article = read_source(f"{site}/{path}", config=PRIVATE)
    assert (article.title, article.source) == ("Harbour opens", source.format(site=site))


def test_page_is_fetched_and_read(site: str) -> None:
    article = read_source(f"{site}/story", config=PRIVATE)
    assert spoken(article) == PROSE
    assert article.source == f"{site}/story"
    assert [path for path, _ in Site.asked] == ["/robots.txt", "/story"]
    assert all(agent.startswith("narrate-edition/") for _, agent in Site.asked)


def test_redirect_encoding_and_compression_are_followed(site: str) -> None:
    assert fetched(f"{site}/moved").url == f"{site}/story"
    assert fetched(f"{site}/packed").data == page(story())
    assert "Åse Lund" in read_source(f"{site}/latin", config=PRIVATE).text


def test_https_site_with_unknown_certificate_is_source_error(secure_site: int) -> None:
    with pytest.raises(
        SourceError, match=r"certificate verify failed.*\. If you trust its certificate, set SSL_CERT_FILE"
    ):
        fetched(f"https://localhost:{secure_site}/story")
    assert Site.asked == []


def test_https_site_is_fetched_if_environment_names_its_authority(
    secure_site: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetched(f"https://localhost:{secure_site}/story").data == page(story(), "<title>Storm</title>")
    with pytest.raises(SourceError, match="certificate verify failed: IP address mismatch"):
        fetched(f"https://127.0.0.1:{secure_site}/story")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("bomb", r"larger than 1\.0 MiB"),
        ("endless", r"larger than 1\.0 MiB"),
        ("broken", "the compressed answer is damaged"),
        ("brotli", "which was not requested"),
        ("picture", "sent image/png, not a page"),
        ("loop", "more than 5 redirects"),
        ("file", "not an http"),
        ("missing", "answered with status 410"),
    ],
)
def test_answer_without_page_is_source_error(site: str, path: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        fetched(f"{site}/{path}")
    assert str(caught.value).startswith(f"Cannot fetch {site}/{path}: ")


def test_time_limit_covers_the_whole_fetch(site: str) -> None:
    began = time.monotonic()
    with pytest.raises(SourceError, match="no complete answer within 1 seconds"):
        fetched(f"{site}/slow", time_limit_s=1.0)
    assert time.monotonic() - began < 8  # all of it takes ten


def test_private_address_is_refused(site: str) -> None:
    for url in (site, site.replace("127.0.0.1", "localhost"), site.replace("127.0.0.1", "2130706433")):
        with pytest.raises(
            SourceError, match=r"Cannot fetch .*: (127\.0\.0\.1 is|\S+ has the address .*, which is) not public\."
        ):
            fetched(f"{url}/story", allow_private=False)
    assert Site.asked == []


def test_redirect_to_private_address_is_refused(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_is_public", lambda address: address == "127.0.0.1")
    assert fetched(f"{site}/story", allow_private=False).url == f"{site}/story"
    with pytest.raises(SourceError, match=r"127\.0\.0\.2 is not public"):
        fetched(f"{site}/inside", allow_private=False)


def test_host_with_public_and_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(_host: str, port: int, **_: object) -> list[object]:
        return [(0, 0, 0, "", (address, port)) for address in ("93.184.215.14", "10.0.0.7")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(SourceError, match=r"has the address 10\.0\.0\.7, which is not public"):
        fetched("http://news.example/story", allow_private=False)


def test_hanging_name_resolution_ends_at_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    tested = threading.Event()

    def hanging(*_: object, **__: object) -> list[object]:
        tested.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    began = time.monotonic()
    with pytest.raises(SourceError, match="no complete answer"):
        fetched("http://news.example/story", time_limit_s=0.5)
    assert time.monotonic() - began < 50
    tested.set()


@pytest.mark.parametrize(
    ("robots", "message"),
    [
        (b"User-agent: *\nDisallow: /st", "forbids it"),
        (b"User-agent: narrate-edition\nDisallow: /\n\nUser-agent: *\nAllow: /", "forbids it"),
        (b"User-agent: *\nDisallow: /*ory$", "forbids it"),
        (b"#" * 2**20, "too large or damaged"),
        (503, r"robots\.txt answered with status 503"),
        (b"User-agent: *\nDisallow: /other", None),
        (b"\xff\x00nonsense", None),
        (403, None),
    ],
)
def test_robots_txt_is_respected(site: str, robots: bytes | int, message: str | None) -> None:
    Site.robots = robots
    if message is None:
        assert fetched(f"{site}/story").data
        return
    with pytest.raises(SourceError, match=message):
        fetched(f"{site}/story")
    assert [path for path, _ in Site.asked] == ["/robots.txt"]


@pytest.mark.parametrize(
    "url",
    ["http://", "http:///x", "http://user:word@example.com/", "http://example.com:99999/", "http://[::1/",
     "http://a b/", f"http://example.com/{'x' * 5000}", "http://127.0.0.1:1/closed", "http://a..b/"],
)  # fmt: skip
def test_invalid_url_is_source_error(url: str) -> None:
    with pytest.raises(SourceError):
        fetched(url)
