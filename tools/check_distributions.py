"""Check the wheel and the source distribution in ``dist/``: what they contain, and that the wheel can be installed.

Usage: python tools/check_distributions.py [FOLDER]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
STORY = "The ferry returns\n\n“We sail at last,” said Ada Byron, the captain.\n"
PREFIX = "narrate_edition-"
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


def tracked(*folders: str) -> set[str]:
    """Return the files that git knows, with slashes."""
    command = ["git", "-C", REPOSITORY, "ls-files", "-z", *folders]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    return {name for name in listed.split("\0") if name}


def wheel_problems(names: Iterable[str]) -> list[str]:
    """Return what is missing from the wheel, and what does not belong into it."""
    expected = {name.replace("voices/", "narrate/voices/", 1) if name.startswith("voices/") else name
                for name in tracked("narrate", "voices")}  # fmt: skip
    found = set(names)
    package = {name for name in found if not name.startswith(PREFIX)}
    licenses = {name.rpartition("/")[2] for name in found if ".dist-info/licenses/" in name}
    return [
        *(f"The wheel lacks {name}." for name in sorted(expected - package)),
        *(f"The wheel must not contain {name}." for name in sorted(package - expected)),
        *(f"The wheel lacks the license file {name}." for name in sorted({"LICENSE", "THIRD_PARTY.md"} - licenses)),
    ]


def sdist_problems(names: Iterable[str]) -> list[str]:
    """Return what the source distribution lacks for building the wheel, and what does not belong into it."""
    found = {name.partition("/")[2] for name in names}
    needed = tracked("narrate", "voices", "pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY.md")
    allowed = {name for name in tracked() if not name.startswith("output/")} | {"PKG-INFO"}
    return [
        *(f"The source distribution lacks {name}." for name in sorted(needed - found)),
        *(f"The source distribution must not contain {name}." for name in sorted(found - allowed)),
    ]


def run(*words: str | Path, cwd: Path, **environment: str | Path) -> str:
    """Run a command and return what it prints. Exit with its messages if it fails."""
    done = subprocess.run(
        [*map(str, words)], cwd=cwd, capture_output=True, text=True, check=False, encoding="utf-8",
        env={**os.environ, **{name: str(value) for name, value in environment.items()}},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"Failed: {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def install_with_pip(wheel: Path, folder: Path) -> Path:
    """Install the wheel into a new virtual environment. Return the folder of the command."""
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    run(folder / "venv" / SCRIPTS / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return folder / "venv" / SCRIPTS


def install_with_pipx(wheel: Path, folder: Path) -> Path:
    """Install the wheel with pipx into folders of its own. Return the folder of the command."""
    own = {"PIPX_HOME": folder / "home", "PIPX_BIN_DIR": folder / "bin", "PIPX_MAN_DIR": folder / "man"}
    run(sys.executable, "-m", "pipx", "install", "--python", sys.executable, wheel, cwd=folder, **own)
    return folder / "bin"


def install_with_uv(wheel: Path, folder: Path) -> Path:
    """Install the wheel as a tool of uv into folders of its own. Return the folder of the command."""
    own = {"UV_TOOL_DIR": folder / "tools", "UV_TOOL_BIN_DIR": folder / "bin"}
    run(sys.executable, "-m", "uv", "tool", "install", "--python", sys.executable, wheel, cwd=folder, **own)
    return folder / "bin"


INSTALLERS = {"pip": install_with_pip, "pipx": install_with_pipx, "uv tool": install_with_uv}


def check_command(command: Path, folder: Path, version: str) -> None:
    """Check that the installed command shows its version and makes an edition."""
    shown = run(command, "--version", cwd=folder).strip()
    if shown != f"narrate-edition {version}":
        raise SystemExit(f"The installed command shows '{shown}' as its version, not {version}.")
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    cache = folder / "cache"
    report = json.loads(
        run(command, "make", "story.txt", "--engine", "silent", "--json", cwd=folder, XDG_CACHE_HOME=cache)
    )
    speakers = [member["speaker"] for member in report["cast"]]
    if speakers != ["Narrator", "Ada Byron"] or not (folder / report["mp3"]).is_file():
        raise SystemExit(f"The installed command made {report['mp3']} with the speakers {speakers}.")


def check_installer(wheel: Path, name: str) -> str:
    """Check that an installer installs the wheel and that the command works then. Return a line that says so."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="narrate-") as temporary:
        scripts = INSTALLERS[name](wheel, Path(temporary))
        check_command(scripts / "narrate", Path(temporary), version=wheel.name.split("-")[1])
    return f"{name} installs the wheel, and the command works ({time.monotonic() - began_s:.0f} s)."


def main(arguments: list[str]) -> None:
    folder = Path(*arguments).resolve() if arguments else REPOSITORY / "dist"
    wheels, sdists = [*folder.glob("*.whl")], [*folder.glob("*.tar.gz")]
    if (len(wheels), len(sdists)) != (1, 1):
        counted = f"{len(wheels)} wheels and {len(sdists)} source distributions"
        raise SystemExit(f"Cannot check {folder}: it holds {counted}, not one each.")
    wheel, sdist = wheels[0], sdists[0]
    with zipfile.ZipFile(wheel) as opened, tarfile.open(sdist) as archive:
        problems = [*wheel_problems(opened.namelist()), *sdist_problems(archive.getnames())]
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"{wheel.name} and {sdist.name} contain what they should.")
    with ThreadPoolExecutor() as together:
        for line in together.map(partial(check_installer, wheel), INSTALLERS):
            print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
