"""The container image, read instruction by instruction; its commands run here, in other folders."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer.main
from helpers.paths import MODULE_PATH, REPOSITORY
from helpers.requirements import need

from narrate.cli import app
from narrate.engines import get_engine

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
GROUP: Any = typer.main.get_command(app)


class Instruction(NamedTuple):
    """An instruction of the Dockerfile."""

    name: str
    text: str


def instructions() -> list[Instruction]:
    """Return the instructions, without comments, each on one line."""
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [Instruction(*re.split(r"\s+", line, maxsplit=1)) for line in joined.splitlines()]


ALL = instructions()
LAST_STAGE = [*takewhile(lambda one: one.name != "FROM", reversed(ALL))][::-1]


def of(name: str, stage: list[Instruction] = ALL) -> list[str]:
    """Return the texts of the instructions of one name."""
    return [one.text for one in stage if one.name == name]


def environment() -> dict[str, str]:
    """Return the variables that the image sets."""
    return dict(word.split("=", 1) for text in of("ENV", LAST_STAGE) for word in shlex.split(text))


def copied() -> list[str]:
    """Return the paths that the build copies from the checkout."""
    return [word for text in of("COPY") if "--from=" not in text for word in text.split()[:-1]]


def is_ignored(path: str) -> bool:
    """Return whether ``.dockerignore`` keeps a path from the build; the last pattern that matches decides."""
    ignored = False
    for line in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = path.split("/") if line.startswith("**/") else [path, path.split("/")[0]]
        if line and not line.startswith("#") and any(fnmatch.fnmatch(part, pattern) for part in parts):
            ignored = not line.startswith("!")
    return ignored


def test_copied_paths_exist_and_reach_the_build() -> None:
    assert [path for path in copied() if not (REPOSITORY / path).exists() or is_ignored(path)] == []


def test_everything_that_the_wheel_is_built_from_is_copied() -> None:
    needed = {"pyproject.toml", "narrate", "voices", PROJECT["readme"], *PROJECT["license-files"]}
    assert {path.removeprefix("./") for path in copied()} == needed


@pytest.mark.parametrize(
    "path",
    [".git/config", ".venv/bin/python", "output/story.mp3", "story.txt", "tests/test_cli.py", "narrate.toml", ".env",
     "narrate/__pycache__/types.pyc", "narrate/cli/__pycache__/make.pyc"],
)  # fmt: skip
def test_other_files_of_the_checkout_stay_out_of_the_image(path: str) -> None:
    assert is_ignored(path)


@pytest.mark.parametrize("path", ["narrate/types.py", "narrate/delivery/player.css", "voices/kokoro/af_heart.npy"])
def test_files_of_the_package_reach_the_build(path: str) -> None:
    assert not is_ignored(path)


def test_both_stages_use_one_slim_image_of_a_supported_python() -> None:
    images = {text.partition(" AS ")[0] for text in of("FROM")}
    assert len(images) == 1
    version = re.fullmatch(r"python:(3\.\d+)-slim", images.pop())
    assert version
    assert f"Programming Language :: Python :: {version[1]}" in PROJECT["classifiers"]


def test_installed_extras_exist_and_bring_the_neural_engine() -> None:
    (extras,) = re.findall(r"pip install --no-cache-dir \"\.\[([a-z,]+)\]\"", " ".join(of("RUN")))
    assert "neural" in extras.split(",")
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])


def test_image_starts_the_command_in_the_folder_of_the_articles() -> None:
    entry_point, arguments = (json.loads(*of(name)) for name in ("ENTRYPOINT", "CMD"))
    assert entry_point == ["narrate"]
    assert set(entry_point) <= set(PROJECT["scripts"])
    assert arguments == ["--help"]
    assert of("WORKDIR", LAST_STAGE) == ["/articles"]
    assert environment()["PATH"].split(":")[0] == "/opt/narrate/bin"


def test_image_runs_as_a_user_without_rights() -> None:
    assert LAST_STAGE[-3].name == "USER"
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", LAST_STAGE[-3].text)  # numbers, so that Kubernetes can check them


def test_image_holds_no_secret_and_downloads_no_file() -> None:
    assert {one.name for one in ALL} <= {"FROM", "WORKDIR", "COPY", "RUN", "LABEL", "ENV", "USER", "ENTRYPOINT", "CMD"}
    assert (
        re.findall(r"curl|wget|https?:|secret|token|password", " ".join(one.text for one in ALL), re.IGNORECASE) == []
    )


def test_commands_of_the_build_are_calls_that_the_program_understands() -> None:
    calls = [shlex.split(call) for text in of("RUN") for call in text.split("&&") if call.split()[0] == "narrate"]
    assert len(calls) == 2
    for _, name, *arguments in calls:
        GROUP.commands[name].make_context(name, arguments)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the commands are a shell's")
def test_image_speaks_with_both_engines_for_any_user_without_writing_weights(tmp_path: Path) -> None:
    need(not get_engine("kokoro").absence(), "the engine kokoro")
    root = {name: tmp_path / name for name in ("opt", "tmp", "var", "articles")}
    for folder in (*root.values(), root["opt"] / "narrate" / "bin", root["var"] / "cache"):
        folder.mkdir(parents=True, exist_ok=True)
    command = root["opt"] / "narrate" / "bin" / "narrate"
    command.write_text(f"#!{sys.executable}\nfrom narrate.cli import main\n\nmain()\n", encoding="utf-8")
    command.chmod(0o755)

    def moved(text: str) -> str:
        return re.sub(r"(?<![\w/])/(opt|tmp|var|articles)\b", lambda found: str(root[found[1]]), text)

    own = {name: moved(value).replace("$PATH", os.environ["PATH"]) for name, value in environment().items()}
    settings = {**os.environ, "PYTHONPATH": MODULE_PATH, **own}
    (script,) = of("RUN", LAST_STAGE)
    subprocess.run(["sh", "-e", "-c", moved(script)], env=settings, check=True, cwd=tmp_path, timeout=300)
    cache = root["var"] / "cache" / "narrate"
    (weights,) = cache.glob("*.onnx")
    assert weights.stat().st_mode & 0o777 == 0o644
    assert {path.name for path in cache.iterdir()} == {weights.name, "takes"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (cache, cache / "takes")} == {0o1777}
    assert [*root["tmp"].iterdir()] == []
    before = weights.stat()
    shutil.copy(REPOSITORY / "examples" / "harbour-bridge.md", root["articles"] / "story.md")
    for engine in ("kokoro", "pyttsx3"):
        call = ["narrate", "voices", "--engine", engine, "--try", {"kokoro": "emma", "pyttsx3": "imogen"}[engine]]
        subprocess.run(call, env=settings, check=True, cwd=root["articles"], timeout=300)
    assert (weights.stat().st_ino, weights.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert {path.name for path in (root["articles"] / "output").glob("*.mp3")} == {"voice-emma.mp3", "voice-imogen.mp3"}
