"""What tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from narrate.config import Config, SynthesisConfig
from narrate.engines.kokoro import weights
from narrate.pipeline import produce
from narrate.types import Edition

settings.register_profile("ci", derandomize=True)  # what lands must not hang on chance
if "CI" in os.environ:
    settings.load_profile("ci")

REPOSITORY = Path(__file__).parent.parent
PLUGINS = REPOSITORY / "tests" / "plugins"
MODULE_PATH = os.pathsep.join(map(str, (PLUGINS, REPOSITORY)))
EXAMPLE = REPOSITORY / "examples" / "harbour-bridge.md"
BAKHMUT = REPOSITORY.parent / "shared" / "articles" / "bakhmut.txt"

NEURAL_ARTICLE = """The ferry to Ostrand will sail again in May, after a winter in the dock.

“We waited nineteen months for two boats,” said Rosa Lindqvist, a baker. “My customers came by bus.”

Captain Tomas Reyne, who runs the port, said: “One boat means a queue, and a queue means that people will drive.”
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder for the tests alone. The neural engine's weights are lent to it: joining them takes seconds."""
    folder = tmp_path_factory.mktemp("cache")
    shared = weights.cache_folder()
    (folder / "narrate").mkdir()
    for file in shared.glob("*.onnx"):
        (folder / "narrate" / file.name).symlink_to(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield


@pytest.fixture(scope="session")
def neural_edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """A short edition that kokoro spoke, with a narrator, a woman and a man."""
    folder = tmp_path_factory.mktemp("neural")
    article = folder / "ferry.txt"
    article.write_text(NEURAL_ARTICLE, encoding="utf-8")
    return produce(article, output=folder, config=Config(synthesis=SynthesisConfig(engine="kokoro")))


NODE_PACKAGES = ("podcast-partytime@5.0.0", "webvtt-parser@2.2.0")
"""Readers of captions and feeds that others wrote; npm brings them."""
Node = Callable[[str, Path], str]


def need(condition: object, what: str) -> None:
    """Skip a test where ``what`` is not installed; in CI, which has it, fail."""
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is not installed")


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Node:
    """Run JavaScript that may import ``NODE_PACKAGES`` on a file, and get what it prints."""
    npm, program = shutil.which("npm"), shutil.which("node")
    need(npm and program, "node, or npm,")
    folder = request.config.cache.mkdir("npm")
    if not all((folder / "node_modules" / name.partition("@")[0]).is_dir() for name in NODE_PACKAGES):
        command = [npm, "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", *NODE_PACKAGES]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        need(done.returncode == 0, f"{' and '.join(NODE_PACKAGES)} ({done.stderr.strip()[-200:]})")

    def run(code: str, file: Path) -> str:
        script = folder / "run.mjs"
        script.write_text(f'import fs from "fs";\nconst file = fs.readFileSync(process.argv[2], "utf8");\n{code}')
        done = subprocess.run([program, script, file], capture_output=True, text=True, check=True, encoding="utf-8")
        return done.stdout

    return run


@pytest.fixture
def faulty_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the engines of ``tests/plugins``."""
    monkeypatch.syspath_prepend(str(PLUGINS))


@pytest.fixture
def narrate(tmp_path: Path) -> Run:
    """Run the command in a folder of its own: ``narrate("make", path)``."""

    def run(*arguments: str | Path, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from narrate.cli import main; main()", *map(str, arguments)],
            input=stdin.decode("latin-1") if stdin is not None else None,
            encoding="latin-1" if stdin is not None else "utf-8",
            capture_output=True,
            cwd=tmp_path,
            timeout=300,
            check=False,
            env={**os.environ, "PYTHONPATH": MODULE_PATH, "COLUMNS": "120", **environment},
        )

    return run


def processes_marked(mark: str) -> list[str]:
    """Numbers of the live processes whose environment holds ``mark``; Linux only, elsewhere none."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"NARRATE_MARK={mark}".encode() in environ.read_bytes():
                found.append(environ.parent.name)
        except OSError:
            continue
    return found
