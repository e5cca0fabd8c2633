"""Proxies for fetching pages and for webhooks: configured, from the environment, with exceptions, and refused ones."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers.certificates import write_certificate
from helpers.pages import PROSE, page, spoken, story
from helpers.webhooks import receiving

from narrate.config import Config, NotifyConfig, Proxy, ReadingConfig, proxy_for
from narrate.delivery.webhook import post_message
from narrate.errors import SourceError, UsageError
from narrate.readers import read_source

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class ProxyServer(BaseHTTPRequestHandler):
    """Answers for every host, as a proxy that finds the pages; CONNECT leads to ``tunnel``."""

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.path)  # type: ignore[attr-defined]
        server.logins.append(self.headers.get("Proxy-Authorization"))  # type: ignore[attr-defined]
        body = page(story()) if self.path.endswith("/story") else b""
        status = server.status if self.path.endswith("/story") else 404  # type: ignore[attr-defined]
        self.send_response(status)
        if self.path.endswith("/moved"):
            self.send_header("Location", "http://127.0.0.1/story")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def do_CONNECT(self) -> None:
        server = self.server
        server.asked.append(f"CONNECT {self.path}")  # type: ignore[attr-defined]
        if server.status != 200:  # type: ignore[attr-defined]
            self.send_error(server.status)  # type: ignore[attr-defined]
            return
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(ConnectionResetError), socket.create_connection(server.tunnel) as site:  # type: ignore[attr-defined]
            ends = (self.connection, site)
            while readable := select.select(ends, (), (), 10)[0]:
                data = readable[0].recv(2**16)
                if not data:
                    return
                ends[readable[0] is self.connection].sendall(data)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[ThreadingHTTPServer]:
    """Run a server on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.asked, server.logins, server.status = [], [], 200  # type: ignore[attr-defined]
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy() -> Iterator[ThreadingHTTPServer]:
    with running(ProxyServer) as server:
        yield server


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def address(server: ThreadingHTTPServer, login: str = "") -> str:
    return f"http://{login}127.0.0.1:{server.server_port}"


def through(setting: str, **options: object) -> Config:
    return Config(reading=ReadingConfig(proxy=setting, **options))  # type: ignore[arg-type]


def test_page_is_fetched_through_the_proxy_which_resolves_the_name(proxy: ThreadingHTTPServer) -> None:
    article = read_source("http://news.invalid/story", config=through(address(proxy)))
    assert spoken(article) == PROSE
    assert proxy.asked == ["http://news.invalid/robots.txt", "http://news.invalid/story"]  # type: ignore[attr-defined]
    assert proxy.logins == [None, None]  # type: ignore[attr-defined]


def test_proxy_gets_user_and_password(proxy: ThreadingHTTPServer) -> None:
    read_source("http://news.invalid/story", config=through(address(proxy, "ann:p%40ss@")))
    expected = f"Basic {base64.b64encode(b'ann:p@ss').decode()}"
    assert proxy.logins == [expected, expected]  # type: ignore[attr-defined]


def test_proxy_of_the_environment_is_used_only_if_the_configuration_allows_it(
    proxy: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", address(proxy))
    with pytest.raises(SourceError, match=r"the host news\.invalid is unknown"):
        read_source("http://news.invalid/story")
    assert spoken(read_source("http://news.invalid/story", config=through("environment"))) == PROSE
    monkeypatch.setenv("NO_PROXY", "invalid")
    with pytest.raises(SourceError, match=r"the host news\.invalid is unknown"):
        read_source("http://news.invalid/story", config=through("environment"))


def test_exception_of_the_environment_keeps_the_check_of_addresses(
    proxy: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", address(proxy))
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.0/8")
    for host in ("localhost", "127.0.0.1"):
        with pytest.raises(SourceError, match="not public"):
            read_source(f"http://{host}/story", config=through("environment"))
    assert proxy.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "169.254.169.254", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:10.0.0.1]", "localhost",
     "a.localhost"],
)  # fmt: skip
def test_address_in_the_url_that_is_not_public_is_refused_without_asking_the_proxy(
    proxy: ThreadingHTTPServer, host: str
) -> None:
    with pytest.raises(SourceError, match="is not public"):
        read_source(f"http://{host}/story", config=through(address(proxy)))
    assert proxy.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("host", ["93.184.215.14", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "intranet", "dead.beef"])
def test_other_hosts_are_left_to_the_proxy(proxy: ThreadingHTTPServer, host: str) -> None:
    assert spoken(read_source(f"http://{host}/story", config=through(address(proxy)))) == PROSE


def test_private_address_is_fetched_through_the_proxy_if_allowed(proxy: ThreadingHTTPServer) -> None:
    config = through(address(proxy), allow_private_addresses=True)
    assert spoken(read_source("http://10.0.0.7/story", config=config)) == PROSE


def test_https_goes_through_a_tunnel(
    proxy: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path / "site.pem", "news.invalid")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with running(ProxyServer) as site:
        site.socket = tls.wrap_socket(site.socket, server_side=True)
        proxy.tunnel = site.server_address  # type: ignore[attr-defined]
        with pytest.raises(SourceError, match="certificate verify failed"):
            read_source("https://news.invalid/story", config=through(address(proxy)))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert spoken(read_source("https://news.invalid/story", config=through(address(proxy, "ann:x@")))) == PROSE
    assert set(proxy.asked) == {"CONNECT news.invalid:443"}  # type: ignore[attr-defined]
    assert site.asked == ["/robots.txt", "/story"]  # type: ignore[attr-defined]
    assert site.logins == [None, None]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("scheme", "status", "message"),
    [
        ("http", 407, "the proxy asks for a user and a password"),
        ("https", 407, "the proxy refused it (407 Proxy Authentication Required)"),
        ("https", 403, "the proxy refused it (403 Forbidden)"),
        ("http", 403, "the server answered with status 403"),
    ],
)
def test_proxy_that_refuses_is_an_error(proxy: ThreadingHTTPServer, scheme: str, status: int, message: str) -> None:
    proxy.status = status  # type: ignore[attr-defined]
    with pytest.raises(SourceError) as caught:
        read_source(f"{scheme}://news.invalid/story", config=through(address(proxy, "ann:s3cret@")))
    assert message in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_proxy_that_does_not_answer_is_an_error() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        read_source("http://news.invalid/story", config=through(f"http://ann:s3cret@127.0.0.1:{port}"))
    assert f"the proxy http://127.0.0.1:{port} does not answer. Check reading.proxy" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("host", ["no.proxy.invalid", "x..y", "a" * 300])
def test_proxy_whose_name_is_unknown_is_an_error(host: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_source("http://news.example/story", config=through(f"http://ann:s3cret@{host}:3128"))
    assert str(caught.value).endswith(
        f": the proxy http://{host}:3128 is unknown. Check reading.proxy in the configuration."
    )
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "setting", ["proxy:3128", "socks5://proxy:1080", "ftp://proxy", "none", "http://", "http://prøxy"]
)
def test_setting_that_is_no_proxy_is_refused(setting: str) -> None:
    for table in ("reading", "notify"):
        with pytest.raises(UsageError, match=rf"'{table}.proxy' must be the address of a proxy"):
            Config(**{table: replace(getattr(Config(), table), proxy=setting)})


ENVIRONMENT = {"HTTPS_PROXY": "http://secure:1", "http_proxy": "plain:2"}


@pytest.mark.parametrize(
    ("environment", "url", "expected"),
    [
        (ENVIRONMENT, "https://a.example/", "http://secure:1"),
        (ENVIRONMENT, "http://a.example/", "http://plain:2"),
        ({"ALL_PROXY": "http://all:3"}, "https://a.example/", "http://all:3"),
        ({}, "https://a.example/", None),
        ({**ENVIRONMENT, "NO_PROXY": "*"}, "https://a.example/", None),
        ({**ENVIRONMENT, "NO_PROXY": "a.example"}, "https://a.example:8443/", None),
        ({**ENVIRONMENT, "NO_PROXY": ".example, other"}, "https://a.example/", None),
        ({**ENVIRONMENT, "NO_PROXY": "*.example"}, "https://a.example/", None),
        ({**ENVIRONMENT, "NO_PROXY": "a.example:8443"}, "https://a.example:8443/", None),
        ({**ENVIRONMENT, "NO_PROXY": "10.0.0.0/8,::1"}, "https://10.2.3.4/", None),
        ({**ENVIRONMENT, "NO_PROXY": "10.0.0.0/8,::1"}, "https://[::1]/", None),
        ({**ENVIRONMENT, "NO_PROXY": "a.example:8443"}, "https://a.example/", "http://secure:1"),
        ({**ENVIRONMENT, "NO_PROXY": "b.example,10.0.0.0/8,x/y,"}, "https://bb.example/", "http://secure:1"),
        ({"https_proxy": "http://small:4", "HTTPS_PROXY": "http://large:5"}, "https://a.example/", "http://small:4"),
    ],
)
def test_environment_names_the_proxy_as_for_other_programs(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, expected: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url, "environment") == (Proxy(expected, None) if expected else None)
    assert proxy_for(url, "") is None
    assert proxy_for(url, "http://own:1@set:6") == Proxy("http://set:6", (b"own", b"1"))


def test_proxy_of_the_environment_that_does_not_speak_http_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://ann:s3cret@proxy:1080")
    with pytest.raises(UsageError, match=r"Cannot use the proxy socks5://proxy:1080 of the environment: it is no http"):
        read_source("http://news.invalid/story", config=through("environment"))
    assert read_source(b"One. Two words.", config=through("environment")).text


def test_webhook_goes_through_its_own_proxy(proxy: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert NotifyConfig().proxy == ""
    assert post_message("http://desk.invalid/story", {}, secret="", proxy=address(proxy)) == ""
    assert proxy.asked == ["http://desk.invalid/story"]  # type: ignore[attr-defined]
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy:1080")
    failure = post_message("http://desk.invalid/story", {}, secret="", proxy="environment")
    assert failure.startswith("Webhook not sent. Cannot use the proxy socks5://proxy:1080")


def test_webhook_without_a_proxy_setting_ignores_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with receiving(200) as receiver:
        assert post_message(receiver.url, {}, secret="") == ""
