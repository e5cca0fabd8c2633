"""What tests share."""

from __future__ import annotations

import os
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
            env={**os.environ, "PYTHONPATH": str(PLUGINS), "COLUMNS": "120", **environment},
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
