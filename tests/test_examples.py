"""The examples under ``examples/publishing`` do what they say."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from helpers.paths import REPOSITORY

from narrate import produce
from narrate.cli import app
from narrate.delivery.webhook import sign

EXAMPLES = REPOSITORY / "examples" / "publishing"
STORY = """# The {name} returns

“We are back at last,” said Ada Byron, the captain of the {name}. “It took us two long years.”
"""
SETTINGS = '[synthesis]\nengine = "silent"\n[attribution]\nmin_confidence = 0\n'

pytestmark = [
    pytest.mark.usefixtures("unmeasured"),
    pytest.mark.skipif(sys.platform == "win32", reason="the shell's examples need one"),
]


@pytest.fixture
def newsroom(tmp_path: Path) -> Path:
    """Make a folder with stories and settings, and the command on the path."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "narrate"
    python = f"{shlex.quote(sys.executable)} -c 'from narrate.cli import main; main()'"
    command.write_text(f'#!/bin/sh\nexec {python} "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    stories = tmp_path / "stories"
    stories.mkdir()
    for name in ("barge", "ferry"):
        (stories / f"{name}.md").write_text(STORY.format(name=name), encoding="utf-8")
    (tmp_path / "narrate.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def shell(newsroom: Path) -> Shell:
    """Run a command in the newsroom."""

    def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{newsroom / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment |= {"PATH": path}
        return subprocess.run(
            [*map(str, words)], cwd=newsroom, env={**os.environ, **environment}, capture_output=True, text=True,
            encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip

    return run


def narrate_calls(text: str) -> Iterator[list[str]]:
    """Yield the words of each call of the command in a shell script, without expanding them."""
    for call in re.findall(r"(?:^|[\s(;|])narrate ((?:[^\n|;)>]|\\\n)+)", text):
        yield shlex.split(call.replace("$$", "$").replace("\\\n", " "))


@pytest.mark.parametrize("example", ["publish.sh", "Makefile", "audio-editions.yml"])
def test_command_accepts_every_call_in_example(example: str) -> None:
    text = re.sub(r"^\s*#.*\n", "", (EXAMPLES / example).read_text(encoding="utf-8"), flags=re.MULTILINE)
    calls = list(narrate_calls(text))
    assert calls
    group: Any = typer.main.get_command(app)
    for call in calls:
        words = [word for word in call if word != "--log-json"]
        words = words[: words.index("||")] if "||" in words else words
        group.commands[words[0]].make_context(words[0], words[1:])
        with pytest.raises(Exception, match="No such option"):
            group.commands[words[0]].make_context(words[0], [*words[1:], "--no-such-option"])


@pytest.mark.slow
def test_publish_py_lists_editions_and_reports_failures(newsroom: Path, shell: Shell) -> None:
    script = [sys.executable, EXAMPLES / "publish.py", "stories", "site", "narrate.toml"]
    first = shell(*script)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines() == [f"new: site/audio/{name}.mp3" for name in ("barge", "ferry")]
    listed = json.loads((newsroom / "site" / "audio.json").read_text(encoding="utf-8"))
    assert [one["title"] for one in listed] == ["The barge returns", "The ferry returns"]
    assert all((newsroom / "site" / one["mp3"]).is_file() and "<script" in one["snippet"] for one in listed)
    (newsroom / "stories" / "barge.md").write_text(STORY.format(name="big barge"), encoding="utf-8")
    (newsroom / "stories" / "empty.md").touch()
    second = shell(*script)
    assert second.stdout.splitlines() == ["corrected: site/audio/barge.mp3", "untouched: site/audio/ferry.mp3"]
    assert (second.returncode, second.stderr.startswith("Cannot make the edition of stories/empty.md: ")) == (1, True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_publish_sh_prints_line_per_edition(newsroom: Path, shell: Shell) -> None:
    done = shell("bash", EXAMPLES / "publish.sh", "stories/ferry.md")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert re.fullmatch(r"new\tsite/audio/ferry\.mp3\t\d+ s\tThe ferry returns", line)
    report = [json.loads(line) for line in (newsroom / "report.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["state"] for line in report] == ["untouched"]
    assert (newsroom / "failed.txt").read_text(encoding="utf-8") == ""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_makefile_makes_editions_once_and_checks_them(newsroom: Path, shell: Shell) -> None:
    (newsroom / "stories" / "ferry.md").unlink()
    rules = ("make", "-f", EXAMPLES / "Makefile")
    stale = shell(*rules, "check")
    assert stale.returncode != 0
    assert "there is no edition at site/audio/barge.mp3" in stale.stdout
    assert shell(*rules).returncode == 0
    assert "Nothing to be done" in shell(*rules).stdout
    assert shell(*rules, "check").returncode == 0


@pytest.mark.slow
def test_workflow_steps_run(newsroom: Path, shell: Shell) -> None:
    workflow = yaml.safe_load((EXAMPLES / "audio-editions.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert set(workflow) == {"name", True, "permissions", "concurrency", "jobs"}  # YAML 1.1 takes "on" for a truth
    install, *steps = [step["run"] for step in job["steps"] if "run" in step]
    assert install.startswith("pip install")
    for commands in steps:
        done = shell("bash", "-e", "-c", commands, GITHUB_STEP_SUMMARY=str(newsroom / "summary.md"))
        assert done.returncode == 0, (commands, done.stdout, done.stderr)
    uploaded = next(step for step in job["steps"] if "upload-artifact" in step.get("uses", ""))["with"]["path"]
    assert all((newsroom / path).exists() for path in uploaded.split())
    assert (newsroom / "summary.md").read_text(encoding="utf-8").startswith("2 editions, ")


@pytest.mark.parametrize(
    ("change", "is_genuine"),
    [
        ({}, True),
        ({"webhook-signature": "v2,AAAA {0}"}, True),
        ({"webhook-signature": "v1,AAAA"}, False),
        ({"webhook-signature": "v1a{0}"}, False),
        ({"webhook-signature": ""}, False),
        ({"webhook-id": "msg_2"}, False),
        ({"webhook-timestamp": "1700000301"}, False),
        ({"now": "1700000300"}, True),
        ({"now": "1700000301"}, False),
        ({"now": "1699999699"}, False),
    ],
)
@pytest.mark.parametrize("secret", ["s3cret", "whsec_czNjcmV0"])
def test_receiver_checks_signature_and_age(
    monkeypatch: pytest.MonkeyPatch, secret: str, change: dict[str, str], is_genuine: bool
) -> None:
    monkeypatch.setenv("NARRATE_NOTIFY_SECRET", secret)
    receiver = runpy.run_path(str(EXAMPLES / "receiver.py"))
    signature = sign(b"{}", message_id="msg_1", timestamp="1700000000", key=b"s3cret")
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1700000000", "webhook-signature": "{0}", **change}
    headers["webhook-signature"] = headers["webhook-signature"].format(signature)
    monkeypatch.setattr("time.time", lambda: float(headers.get("now", "1700000000")))
    assert receiver["is_genuine"](b"{}", headers) is is_genuine
    assert not receiver["is_genuine"](b"{} ", headers)


@pytest.mark.slow
def test_receiver_accepts_only_signed_messages(newsroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = subprocess.Popen(
        [sys.executable, EXAMPLES / "receiver.py", "0"], env={**os.environ, "NARRATE_NOTIFY_SECRET": "s3cret"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    assert receiver.stdout is not None
    assert receiver.stderr is not None
    try:
        url = f"http://127.0.0.1:{receiver.stderr.readline().split()[-1]}/"
        settings = newsroom / "narrate.toml"
        settings.write_text(f'{SETTINGS}[notify]\nurl = "{url}"\n', encoding="utf-8")
        states = []
        for secret in ("another", "", "s3cret"):
            monkeypatch.setenv("NARRATE_NOTIFY_SECRET", secret)
            edition = produce(newsroom / "stories" / "ferry.md", output=newsroom / "audio", config=settings)
            states.append([f"Webhook to {url} failed: it answered 401."] == list(edition.warnings))
        assert states == [True, True, False]
        assert edition.warnings == ()
        received = receiver.stdout.readline().split("\t")
        assert received[:3] == ["untouched", "The ferry returns", "ferry.mp3"]
    finally:
        receiver.kill()
        receiver.wait()
        receiver.stdout.close()
        receiver.stderr.close()
