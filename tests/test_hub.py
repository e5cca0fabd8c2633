"""Other weights for kokoro, by path or by name: Hugging Face's library talks to a local stand-in of the hub."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers.articles import NEURAL_ARTICLE
from helpers.runs import Run

from narrate.config import Config, load_config
from narrate.engines.kokoro import KokoroEngine, hub, sources
from narrate.errors import EngineError

pytestmark = pytest.mark.slow

NAME = "desk/Kokoro-82M"
FILES = ("onnx/model.onnx", sources.FILE_NAME)
STORY = NEURAL_ARTICLE.split("\n\n")[0] + "\n"


class Hub(ThreadingHTTPServer):
    """The part of the hub that its library needs: one model with files, path -> content."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = files
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        if not self.path.startswith(f"/{NAME}/"):
            return self._refuse("RepoNotFound")
        file = self.server.files.get(self.path.partition("?")[0].removeprefix(f"/{NAME}/resolve/main/"))
        if file is None:
            return self._refuse("EntryNotFound")
        self.send_response(200)
        self.send_header("Content-Length", str(len(file)))
        self.send_header("ETag", f'"{hashlib.sha256(file).hexdigest()}"')
        self.send_header("X-Repo-Commit", "c" * 40)
        self.end_headers()
        if body:
            self.wfile.write(file)
        return None

    def _refuse(self, code: str) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[Hub]:
    with Hub(files) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def stocked() -> Iterator[Hub]:
    with serving(dict.fromkeys(FILES, sources.find())) as server:
        yield server


def test_model_of_another_language_is_downloaded_with_its_voices(tmp_path: Path) -> None:
    voices = """
[[voice]]
id = "anna"
name = "Anna"
language = "de-DE"
gender = "female"
licence = "Apache-2.0"
settings = { style = "df_anna" }
"""
    files = {"onnx/model.onnx": b"weights", "voices.toml": voices.encode(), "voices/df_anna.bin": bytes(522_240)}
    code = f"""
import sys
from narrate.engines import get_engine
engine = get_engine("kokoro", {NAME!r})
print([voice.id for voice in engine.model_voices()], "de-DE" in engine.languages())
print(len(engine.fingerprint(engine.model_voices()[0])) > 0)
"""
    with serving(files) as server:
        there = {**os.environ, "HF_ENDPOINT": server.address, "HF_HOME": str(tmp_path / "hub")}
        for offline in ("0", "1"):
            environment = {**there, "HF_HUB_OFFLINE": offline}
            done = subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
            )
            assert done.stdout.splitlines() == ["['anna'] True", "True"]
        fetched = [asked for asked in server.asked if asked.startswith("GET") and "/resolve/" in asked]
    assert fetched == [f"GET /{NAME}/resolve/main/{file}" for file in files]


def test_model_is_downloaded_once_and_then_used_offline(narrate: Run, tmp_path: Path, stocked: Hub) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "narrate.toml").write_text(f'[synthesis]\nengine = "kokoro"\nmodel = "{NAME}"\n', encoding="utf-8")
    there = {"HF_ENDPOINT": stocked.address, "HF_HOME": str(tmp_path / "hub")}
    options = ("make", "story.txt", "-c", "narrate.toml", "--no-cache", "--json")
    done = narrate(*options, **there)
    assert done.returncode == 0, done.stderr
    assert f"downloading the voice model {NAME}" in done.stderr
    fetched = [asked for asked in stocked.asked if asked.startswith("GET") and "/resolve/" in asked]
    assert fetched == [f"GET /{NAME}/resolve/main/onnx/model.onnx"]
    assert json.loads((tmp_path / "output" / "story.edition.json").read_text())["settings"]["synthesis"] == {
        "model": NAME
    }
    first = (tmp_path / "output" / "story.mp3").read_bytes()

    asked = len(stocked.asked)
    again = narrate(*options, **there, HF_HUB_OFFLINE="1")
    assert again.returncode == 0, again.stderr
    assert "downloading" not in again.stderr
    assert len(stocked.asked) == asked
    assert (tmp_path / "output" / "story.mp3").read_bytes() == first


def test_weights_are_downloaded_from_a_named_mirror_and_then_found_in_the_cache(tmp_path: Path, stocked: Hub) -> None:
    code = """
import hashlib, os
from narrate.engines.kokoro import parts, sources
parts.PARTS = {"package_that_is_not_installed": ""}
for variable in (os.environ["NARRATE_KOKORO_WEIGHTS"], ""):
    os.environ["NARRATE_KOKORO_WEIGHTS"] = variable
    print(hashlib.sha256(sources.find()).hexdigest())
"""
    there = {"HF_ENDPOINT": stocked.address, "HF_HOME": str(tmp_path / "hub"), "XDG_CACHE_HOME": str(tmp_path)}
    environment = {**os.environ, **there, "NARRATE_KOKORO_WEIGHTS": NAME}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [sources.SHA256] * 2
    fetched = [asked for asked in stocked.asked if asked.startswith("GET") and "/resolve/" in asked]
    assert fetched == [f"GET /{NAME}/resolve/main/{sources.FILE_NAME}"]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("desk/Ghost", "Hugging Face has no model desk/Ghost"),
        (f"{NAME}:model_fp16", f"The model {NAME} on Hugging Face has no file onnx/model_fp16.onnx."),
        ("Kokoro 82M", "must be a path that ends in .onnx, or owner/name on Hugging Face, not 'Kokoro 82M'"),
    ],
)
def test_model_that_the_hub_lacks_is_an_error(
    narrate: Run, tmp_path: Path, stocked: Hub, model: str, message: str
) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "narrate.toml").write_text(f'[synthesis]\nengine = "kokoro"\nmodel = "{model}"\n', encoding="utf-8")
    done = narrate(
        "make", "story.txt", "-c", "narrate.toml", HF_ENDPOINT=stocked.address, HF_HOME=str(tmp_path / "hub")
    )
    assert done.returncode == 1
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not [*tmp_path.glob("output/*")]


def test_error_without_network_says_what_to_do(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "narrate.toml").write_text(f'[synthesis]\nengine = "kokoro"\nmodel = "{NAME}"\n', encoding="utf-8")
    away = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path / "hub")}
    done = narrate("make", "story.txt", "-c", "narrate.toml", **away)
    assert done.returncode == 1
    assert "cannot be reached. Run once with a network connection, or set the path of an ONNX file." in " ".join(
        done.stderr.split()
    )


def test_error_without_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(EngineError, match=r"library is not installed. Run: pip install 'narrate-edition\[neural\]'"):
        hub.locate(NAME)


def test_model_path_is_relative_to_the_configuration_file(tmp_path: Path) -> None:
    for model, wanted in (("other.onnx", str(tmp_path / "other.onnx")), (NAME, NAME), ("", "")):
        (tmp_path / "narrate.toml").write_text(f'[synthesis]\nmodel = "{model}"\n', encoding="utf-8")
        assert load_config(tmp_path / "narrate.toml").synthesis.model == wanted
    assert Config().synthesis.model == ""


def test_missing_model_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"Cannot find the voice model .*other.onnx"):
        KokoroEngine().use(str(tmp_path / "other.onnx"))
