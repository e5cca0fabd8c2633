"""What the wheel and the source distribution must contain. `make dist` builds, checks and installs them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from check_distributions import sdist_problems, tracked, wheel_problems
from helpers.paths import REPOSITORY
from helpers.requirements import need

BUILD = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]


@pytest.fixture(scope="module", autouse=True)
def checkout() -> None:
    """The lists of files come from git."""
    need(shutil.which("git") and (REPOSITORY / ".git").exists(), "git, or a checkout,")


def wheel_names() -> set[str]:
    """Return the names in a wheel that is as it should be."""
    voices = {f"narrate/{name}" for name in tracked("voices")}
    licenses = {f"narrate_edition-0.1.0.dist-info/licenses/{name}" for name in ("LICENSE", "THIRD_PARTY.md")}
    return tracked("narrate") | voices | licenses


def sdist_names() -> set[str]:
    """Return the names in a source distribution that is as it should be."""
    folders = [*BUILD["sdist"]["only-include"], "pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY.md"]
    return {f"narrate_edition-0.1.0/{name}" for name in (*tracked(*folders), "PKG-INFO")}


def test_complete_distributions_have_no_problem() -> None:
    assert wheel_problems(wheel_names()) == []
    assert sdist_problems(sdist_names()) == []


@pytest.mark.parametrize(
    "name",
    [
        "narrate/voices/roster.toml", "narrate/voices/lexicon.toml", "narrate/voices/kokoro/af_heart.npy",
        "narrate/py.typed", "narrate/voices/kokoro/LICENSE", "narrate/attribution/news.npz",
        "narrate/delivery/player.js",
    ],
)  # fmt: skip
def test_missing_file_of_the_wheel_is_reported(name: str) -> None:
    assert wheel_problems(wheel_names() - {name}) == [f"The wheel lacks {name}."]


@pytest.mark.parametrize("name", ["narrate/notes.txt", "tests/test_cli.py", "output/story.mp3", "story.txt"])
def test_file_that_does_not_belong_into_the_wheel_is_reported(name: str) -> None:
    assert wheel_problems(wheel_names() | {name}) == [f"The wheel must not contain {name}."]


@pytest.mark.parametrize("license_file", ["LICENSE", "THIRD_PARTY.md"])
def test_wheel_without_license_is_reported(license_file: str) -> None:
    names = {name for name in wheel_names() if not name.endswith(f"licenses/{license_file}")}
    assert wheel_problems(names) == [f"The wheel lacks the license file {license_file}."]


@pytest.mark.parametrize("name", ["pyproject.toml", "README.md", "LICENSE", "narrate/types.py", "voices/roster.toml"])
def test_missing_file_of_the_source_distribution_is_reported(name: str) -> None:
    names = sdist_names() - {f"narrate_edition-0.1.0/{name}"}
    assert sdist_problems(names) == [f"The source distribution lacks {name}."]


@pytest.mark.parametrize("name", ["examples/agency-report.txt", "output/.gitkeep", "output/story.mp3", "secret.toml"])
def test_file_that_is_not_part_of_the_project_is_reported(name: str) -> None:
    names = sdist_names() | {f"narrate_edition-0.1.0/{name}"}
    assert sdist_problems(names) == [f"The source distribution must not contain {name}."]


def test_source_distribution_names_what_it_includes() -> None:
    included = BUILD["sdist"]["only-include"]
    assert {"narrate", "voices"} <= set(included)
    assert {name for name in included if not (REPOSITORY / name).exists()} == set()
    assert "output" not in included


def test_version_has_one_source() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    named = [
        name
        for name in tracked("narrate")
        if name.endswith(".py") and f'"{version}"' in (REPOSITORY / name).read_text("utf-8")
    ]
    assert named == []


def test_check_without_distributions_fails(tmp_path: Path) -> None:
    tool = REPOSITORY / "tools" / "check_distributions.py"
    done = subprocess.run([sys.executable, tool, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Cannot check {tmp_path}: it holds 0 wheels and 0 source distributions, not one each.\n"
