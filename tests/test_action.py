"""The steps of the action for GitHub, run as a runner runs them: in bash, with inputs in the environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers.paths import MODULE_PATH, REPOSITORY

ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
STORY = "The ferry returns\n\n“We sail at last,” said Ada Byron, the captain.\n"
STRICT = '[synthesis]\nengine = "silent"\n[attribution]\nmin_confidence = 1.0\n'
"""A configuration in which every quotation is doubtful."""

pytestmark = [
    pytest.mark.usefixtures("unmeasured"),
    pytest.mark.skipif(
        shutil.which("bash") is None or sys.platform == "win32", reason="needs bash and a command that is a script"
    ),
]


class Job:
    """A job on a runner: its folders, and the outputs of its steps."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.temporary = folder / "workspace", folder / "temporary"
        self.outputs: dict[str, dict[str, str]] = {"python": {"python-path": str(folder / "python")}}
        for made in (self.workspace, self.temporary):
            made.mkdir()

    def value(self, expression: str, inputs: dict[str, str]) -> str:
        """Return the value of an expression in the action, which is an input or an output of a step."""
        words = re.fullmatch(r"\$\{\{ (inputs|steps)\.([\w-]+)(?:\.outputs\.([\w-]+))? \}\}", expression)
        assert words, expression
        if words[1] == "inputs":
            return inputs.get(words[2], ACTION["inputs"][words[2]].get("default", ""))
        return self.outputs[words[2]].get(words[3], "")

    def run(self, step_id: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a step and read its outputs. Underscores in the names of inputs stand for hyphens."""
        step, named = STEPS[step_id], {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(named) <= set(ACTION["inputs"])
        outputs = self.temporary / "outputs"
        outputs.write_text("", encoding="utf-8")
        own = {name: self.value(expression, named) for name, expression in step["env"].items()}
        runner = {
            "GITHUB_ACTION_PATH": str(REPOSITORY),
            "GITHUB_OUTPUT": str(outputs),
            "RUNNER_TEMP": str(self.temporary),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]], cwd=self.workspace,
            env={**os.environ, "PYTHONPATH": MODULE_PATH, **runner, **own}, capture_output=True, text=True, check=False,
            encoding="utf-8", timeout=300,
        )  # fmt: skip
        self.outputs[step_id] = read_outputs(outputs.read_text(encoding="utf-8"))
        return done

    def output(self, name: str) -> str:
        """Return an output of the action."""
        return self.value(ACTION["outputs"][name]["value"], {})


def read_outputs(text: str) -> dict[str, str]:
    """Read a file of outputs as the runner does: ``name=value``, or ``name<<mark``, the lines, and the mark."""
    read, lines = {}, iter(text.splitlines())
    for line in lines:
        name, separator, rest = (re.match(r"([^=<]+)(=|<<)(.*)", line) or pytest.fail(line)).groups()
        read[name] = rest if separator == "=" else "\n".join(iter(lambda mark=rest: value_line(lines, mark), None))
    return read


def value_line(lines: Any, mark: str) -> str | None:
    """Return the next line of a value, or None at its end."""
    line: str = next(lines)
    return None if line == mark else line


def script(path: Path, text: str) -> None:
    """Write an executable."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Return a job in which Narrate is installed."""
    made, commands = Job(tmp_path), tmp_path / "commands"
    commands.mkdir()
    script(commands / "narrate", f"#!{sys.executable}\nfrom narrate.cli import main\n\nmain()\n")
    (commands / "python").symlink_to(sys.executable)
    made.outputs["install"] = {"commands": str(commands)}
    (made.workspace / "story.txt").write_text(STORY, encoding="utf-8")
    return made


Install = Callable[..., "tuple[subprocess.CompletedProcess[str], list[str]]"]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Run the step that installs, with a Python that records its arguments in place of making an environment."""

    def run(**inputs: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
        job, log = Job(tmp_path), tmp_path / "log"
        recorder = f'#!/bin/sh\nprintf "%s\\n" "$*" >> "{log}"\n'
        copied = 'if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi\n'
        script(tmp_path / "python", recorder + copied)
        done = job.run("install", **inputs)
        if done.returncode == 0:
            assert job.outputs["install"] == {"commands": str(job.temporary / "narrate" / "bin")}
        return done, log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    return run


def test_action_declares_what_it_needs_and_returns() -> None:
    assert {name for name, about in ACTION["inputs"].items() if about.get("required")} == {"article"}
    assert set(ACTION["outputs"]) == {"mp3", "report", "unsure"}
    assert all(about["description"] for about in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))
    assert ACTION["runs"]["using"] == "composite"
    assert [*STEPS] == ["python", "install", "edition"]


def test_python_of_the_job_stays_as_it_is() -> None:
    settings = STEPS["python"]["with"]
    assert settings == {"python-version": "${{ inputs.python-version }}", "update-environment": False}


@pytest.mark.parametrize(
    ("extras", "installed"),
    [(None, f"{REPOSITORY}[neural]"), ("", f"{REPOSITORY}"), ("neural,formats", f"{REPOSITORY}[neural,formats]")],
)
def test_action_installs_its_own_version_with_the_extras(install: Install, extras: str | None, installed: str) -> None:
    done, called = install(**({} if extras is None else {"extras": extras}))
    assert done.returncode == 0, done.stderr
    assert called[-1] == f"-m pip install --quiet --disable-pip-version-check {installed}"


@pytest.mark.parametrize("extras", ["neural]; touch x", "$(touch x)", "../other", "neural extra"])
def test_extras_that_are_no_list_are_refused(install: Install, extras: str) -> None:
    done, called = install(extras=extras)
    assert (done.returncode, called) == (2, [])
    assert "'extras'" in done.stdout


@pytest.mark.slow
def test_edition_is_made_and_its_paths_are_outputs(job: Job) -> None:
    done = job.run("edition", article="story.txt", engine="silent", output="site/audio")
    assert done.returncode == 0, done.stderr
    assert job.output("mp3") == "site/audio/story.mp3"
    assert (job.workspace / job.output("mp3")).is_file()
    report = json.loads(Path(job.output("report")).read_text(encoding="utf-8"))
    assert report["mp3"] == job.output("mp3")
    assert job.output("unsure") == "false"
    assert "::warning::" not in done.stdout


@pytest.mark.slow
def test_configuration_decides_what_inputs_leave_open(job: Job) -> None:
    settings = '[synthesis]\nengine = "silent"\n[delivery]\nfolder = "editions"\n'
    (job.workspace / "desk.toml").write_text(settings, encoding="utf-8")
    done = job.run("edition", article="story.txt", config="desk.toml")
    assert done.returncode == 0, done.stderr
    assert job.output("mp3") == "editions/story.mp3"


@pytest.mark.slow
@pytest.mark.parametrize(("fails", "exit_code"), [(None, 0), ("false", 0), ("true", 3)])
def test_doubtful_quotation_fails_the_job_only_if_asked(job: Job, fails: str | None, exit_code: int) -> None:
    (job.workspace / "strict.toml").write_text(STRICT, encoding="utf-8")
    asked = {} if fails is None else {"fail_on_unsure": fails}
    done = job.run("edition", article="story.txt", config="strict.toml", **asked)
    assert done.returncode == exit_code, done.stderr
    assert job.output("unsure") == "true"
    assert (job.workspace / job.output("mp3")).is_file()
    assert "::warning::An editor should check a quotation." in done.stdout


@pytest.mark.parametrize(("inputs", "exit_code"), [
    ({"article": "missing.txt"}, 1),
    ({"article": "story.txt", "engine": "no-such-engine"}, 2),
    ({"article": "story.txt", "config": "missing.toml"}, 2),
    ({"article": "story.txt", "fail_on_unsure": "maybe"}, 2),
])  # fmt: skip
def test_failure_ends_the_step_and_gives_no_output(job: Job, inputs: dict[str, str], exit_code: int) -> None:
    done = job.run("edition", **{"engine": "silent", **inputs})
    assert done.returncode == exit_code
    assert [job.output(name) for name in ACTION["outputs"]] == ["", "", ""]


@pytest.mark.parametrize("text", ["$(touch injected)", "`touch injected`", "x; touch injected", '"; touch injected; "'])
@pytest.mark.parametrize("name", ["article", "engine", "config", "fail_on_unsure"])
def test_input_is_never_read_as_code(job: Job, name: str, text: str) -> None:
    done = job.run("edition", **{"article": "missing.txt", "engine": "silent", name: text})
    assert done.returncode in (1, 2)
    assert not (job.workspace / "injected").exists()


def test_input_is_never_read_as_option(job: Job) -> None:
    done = job.run("edition", article="--help", engine="silent")
    assert done.returncode == 1
    assert "--help" in done.stderr


@pytest.mark.slow
def test_words_of_the_article_are_never_read_as_commands_of_the_runner(job: Job) -> None:
    (job.workspace / "story.txt").write_text(f"{STORY}\n::add-mask::captain\n\nAdvertisement\n", encoding="utf-8")
    done = job.run("edition", article="story.txt", engine="silent")
    assert done.returncode == 0, done.stderr
    marks = re.findall(r"^::(?:stop-commands::)?([0-9a-f]{32})(?:::)?$", done.stdout, re.MULTILINE)
    assert len(marks) == 2
    assert marks[0] == marks[1]
    assert done.stdout.splitlines()[0] == f"::stop-commands::{marks[0]}"


@pytest.mark.slow
def test_path_with_line_break_adds_no_output(job: Job) -> None:
    done = job.run("edition", article="story.txt", engine="silent", output="a\nunsure=true\nb")
    assert done.returncode == 0, done.stderr
    assert set(job.outputs["edition"]) == {"mp3", "report", "unsure"}
    assert job.output("unsure") == "false"
