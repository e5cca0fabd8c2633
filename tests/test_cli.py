"""The help of the command, and the functions behind it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from helpers.paths import MODULE_PATH
from helpers.runs import UNMEASURED, Run

from narrate.cli import app
from narrate.cli._app import PANELS
from narrate.cli._messages import say
from narrate.cli.batch import skipped_message
from narrate.cli.spoken import spoken

GROUP: Any = typer.main.get_command(app)
HELP_LIMIT_S = 0.3


def test_help_shows_every_command_once_in_its_panel_with_make_first(narrate: Run) -> None:
    shown = [line.split() for line in narrate("--help").stdout.partition("Make:\n")[2].splitlines() if line]
    commands = [words[0] for words in shown if not words[-1].endswith(":")]
    assert commands == [name for names in PANELS.values() for name in names]
    assert commands[:3] == ["make", "script", "batch"]
    assert sorted(commands) == sorted(GROUP.commands)
    assert list(PANELS) == ["Make", "Check", "Library", "Publish", "Set up"]
    assert {name: GROUP.commands[name].rich_help_panel for names in PANELS.values() for name in names} == {
        name: panel for panel, names in PANELS.items() for name in names
    }


@pytest.mark.parametrize("name", sorted(GROUP.commands))
def test_help_shows_whole_description_in_80_columns(narrate: Run, name: str) -> None:
    description = GROUP.commands[name].help.partition("\n")[0]
    assert description.endswith(".")
    lines = narrate("--help", COLUMNS="80").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split(maxsplit=1)[1] for line in lines if line.startswith(f"  {name} ")] == [description]


@pytest.mark.parametrize("name", sorted(GROUP.commands))
def test_help_of_command_has_example_that_it_accepts(narrate: Run, name: str) -> None:
    examples = [line for line in narrate(name, "--help").stdout.splitlines() if line.startswith("  Example: ")]
    assert len(examples) == 1
    program, command, *arguments = shlex.split(examples[0].partition(">")[0].removeprefix("  Example: "))
    assert (program, command) == ("narrate", name)
    GROUP.commands[name].make_context(name, arguments)


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource usage of child processes")
def test_help_takes_little_processor_time(narrate: Run) -> None:
    import resource

    def cpu_s() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    narrate("--help")  # compiles the modules
    costs = []
    for _ in range(3):
        before_s = cpu_s()
        narrate("--help", **UNMEASURED)
        costs.append(cpu_s() - before_s)
    assert min(costs) < HELP_LIMIT_S


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell", "pwsh"])
def test_completion_script_is_printed_for_the_named_shell(narrate: Run, shell: str) -> None:
    marks = {"bash": "complete -o default", "zsh": "#compdef", "fish": "complete --command"}
    done = narrate("--show-completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert marks.get(shell, "Register-ArgumentCompleter") in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("cert", ["certificate"]), ("s", ["script", "spoken", "stats"]), ("make --dr", ["--draft", "--dry-run"])],
)
def test_bash_completes_commands_and_options(tmp_path: Path, typed: str, offered: list[str]) -> None:
    program = tmp_path / "narrate"
    program.write_text(f"#!{sys.executable}\nfrom narrate.cli import main\n\nmain()\n", encoding="utf-8")
    program.chmod(0o755)
    complete = f"""eval "$(narrate --show-completion bash)"
COMP_WORDS=(narrate {typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_narrate_completion narrate; printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    search = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": MODULE_PATH}
    done = subprocess.run(
        ["bash", "-c", complete], capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **search}
    )
    assert sorted(done.stdout.split()) == offered, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is not the home folder there")
def test_completion_is_installed_for_the_named_shell(narrate: Run, tmp_path: Path) -> None:
    done = narrate("--install-completion", "fish", HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert len([*(tmp_path / ".config" / "fish" / "completions").iterdir()]) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_failure_to_install_completion_is_reported_without_traceback(narrate: Run, tmp_path: Path, shell: str) -> None:
    (tmp_path / "file").touch()
    done = narrate("--install-completion", shell, HOME=str(tmp_path / "file"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("narrate: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["fly"], ["make"], ["--show-completion"], ["cache", "burn"], ["listen", "a.mp3", "--max-wer", "-1"]]
)
def test_wrong_usage_exits_with_2(narrate: Run, arguments: list[str]) -> None:
    done = narrate(*arguments)
    assert (done.returncode, done.stdout) == (2, "")


def test_command_function_can_be_called_without_typer(capsys: pytest.CaptureFixture[str]) -> None:
    assert spoken("It cost $5.") is None
    assert capsys.readouterr().out == "It cost five dollars.\n"


def test_warning_is_marked_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    say("Careful.", level="warning")
    say("Done.")
    assert capsys.readouterr().err == "narrate: warning: Careful.\nnarrate: Done.\n"


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({".pdf": 1}, "Skipped 1 file with an unsupported extension: .pdf."),
        ({".pdf": 3}, "Skipped 3 files with unsupported extensions: .pdf."),
        ({".pdf": 3, "": 1}, "Skipped 4 files with unsupported extensions: (none), .pdf."),
    ],
)
def test_message_counts_skipped_files_and_names_their_extensions(counts: dict[str, int], message: str) -> None:
    assert skipped_message(counts) == message
