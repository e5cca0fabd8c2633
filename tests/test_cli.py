"""The help of the command, and the functions behind it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer.main
from helpers.messages import LIBRARY_WORDS
from helpers.paths import MODULE_PATH
from helpers.runs import COMMAND, UNMEASURED, Run

from narrate.cli import WrongUsage, app
from narrate.cli._app import PANELS
from narrate.cli._messages import say
from narrate.cli.batch import skipped_message
from narrate.cli.spoken import spoken
from narrate.config import Config, load_config

GROUP: Any = typer.main.get_command(app)
HELP_LIMIT_S = 0.3


def test_help_shows_every_command_once_in_its_panel_with_make_first(narrate: Run) -> None:
    panels = narrate("--help").stdout.partition("Make an edition:\n")[2].partition("Examples:")[0]
    commands = [line.split()[0] for line in panels.splitlines() if line.strip() and not line.endswith(":")]
    assert commands == [name for names in PANELS.values() for name in names]
    assert commands[0] == "make"
    assert commands.index("script") < commands.index("batch") < commands.index("verify") < commands.index("feed")
    assert commands[-1] == "attribute"
    assert sorted(commands) == sorted(GROUP.commands)
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
    done = narrate(*arguments, SHELL="")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("narrate: ")


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


def shown_examples(text: str) -> list[str]:
    """Return the calls of ``narrate`` at the end of its help, without what is said about them."""
    lines = text.partition("Examples:\n")[2].splitlines()
    return [re.split(r"\s{2,}", line.strip())[0] for line in lines if line.strip().startswith("narrate ")]


def test_examples_in_help_are_accepted(narrate: Run) -> None:
    examples = shown_examples(narrate("--help").stdout)
    assert len(examples) >= 5
    for example in examples:
        _, command, *arguments = shlex.split(example.partition(">")[0])
        GROUP.commands[command].make_context(command, arguments)


@pytest.mark.parametrize(
    ("arguments", "same_as"),
    [
        (["help"], ["--help"]),
        ([], ["--help"]),
        (["help", "make"], ["make", "--help"]),
        (["help", "batch"], ["batch", "-h"]),
        (["make", "-h"], ["make", "--help"]),
    ],
)
def test_help_is_a_command_too(narrate: Run, arguments: list[str], same_as: list[str]) -> None:
    done, expected = narrate(*arguments), narrate(*same_as)
    assert (done.returncode, done.stdout, done.stderr) == (0, expected.stdout, "")
    assert done.stdout.startswith("Usage: narrate ")


def test_version_is_a_command_too(narrate: Run) -> None:
    assert narrate("version").stdout == narrate("--version").stdout == f"narrate-edition {version('narrate-edition')}\n"


@pytest.mark.parametrize("name", ["story.md", "https://example.com/story"])
def test_article_in_place_of_a_command_is_pointed_to_make(narrate: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "story.md").write_text("The ferry returns.", encoding="utf-8")
    done = narrate(name)
    assert done.returncode == 2
    assert f"No such command '{name}'. To make the edition of an article, write: narrate make {name}." in done.stderr
    for other in ("nosuch.md", "n" * 300, "."):
        assert "narrate make" not in narrate(other).stderr


def test_help_of_unknown_command_suggests_one(narrate: Run) -> None:
    done = narrate("help", "mak")
    assert done.returncode == 2
    assert "No such command 'mak'. Did you mean 'make'?" in done.stderr


DEFAULTS = {
    ("make", "--output"): Config().delivery.folder,
    ("make", "--engine"): Config().synthesis.engine,
    ("make", "--min-confidence"): Config().attribution.min_confidence,
    ("make", "--workers"): Config().synthesis.workers,
    ("batch", "--output"): Config().delivery.folder,
    ("batch", "--workers"): Config().synthesis.workers,
    ("script", "--min-confidence"): Config().attribution.min_confidence,
    ("script", "--output"): "standard output",
    ("voices", "--output"): Config().delivery.folder,
    ("listen", "--max-wer"): 0.05,
    ("spoken", "--language"): "en-US",
    ("make", "--language"): "found in the text",
}


@pytest.mark.parametrize(("option", "default"), DEFAULTS.items())
def test_help_shows_default_of_option(narrate: Run, option: tuple[str, str], default: object) -> None:
    name, flag = option
    text = " ".join(narrate(name, "--help").stdout.split())
    assert f"[default: {default}]" in text.partition(f" {flag} ")[2][:140]


def test_usage_shows_arguments_without_types_of_python(narrate: Run) -> None:
    shown = {name: narrate(name, "--help").stdout for name in ("make", "batch", "cache", "init")}
    usages = {name: text.splitlines()[0].removeprefix(f"Usage: narrate {name} ") for name, text in shown.items()}
    assert usages == {
        "make": "[OPTIONS] ARTICLE",
        "batch": "[OPTIONS] [DIR|ARTICLE|URL]...",
        "cache": "[OPTIONS] [info|clear]",
        "init": "[OPTIONS] [FILE]",
    }
    for text in shown.values():
        assert not re.search(r"<(str|Path|path|list)", text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["make", "a.md", "--workers", "abc"], "Invalid value for '--workers': 'abc' is not a whole number."),
        (["make", "a.md", "--workers", "1.5"], "Invalid value for '--workers': '1.5' is not a whole number."),
        (["make", "a.md", "--workers", "-1"], "--workers must be between 0 and 256, not -1."),
        (["make", "a.md", "--min-confidence", "high"], "Invalid value for '--min-confidence': 'high' is not a number."),
        (["make", "a.md", "--min-confidence", "7"], "--min-confidence must be between 0 and 1, not 7.0."),
        (["make", "a.md", "--notify", "desk"], "--notify must be an http or https address."),
        (["listen", "a.mp3", "--max-wer", "x"], "Invalid value for '--max-wer': 'x' is not a number."),
        (["cache", "burn"], "Unknown action 'burn'. Use one of: info, clear."),
        (["make"], "Missing argument 'ARTICLE'. 'narrate make --help' shows what is possible."),
        (["make", "a.md", "b.mp3"], "Unexpected argument 'b.mp3'. Name one article, and an output with --output"),
        (["feed", "a", "b"], "Unexpected argument 'b'. 'narrate feed --help' shows what is possible."),
        (["voices", "--try"], "Option '--try' requires an argument. 'narrate voices --help' shows what is possible."),
        (["--install-completion", "dos"], "'dos' is not one of 'bash', 'zsh', 'fish', 'powershell', 'pwsh'."),
    ],
)
def test_wrong_value_is_named_in_plain_words(narrate: Run, arguments: list[str], message: str) -> None:
    done = narrate(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", sorted(GROUP.commands))
def test_wrong_value_of_any_option_gives_no_message_of_a_library(name: str) -> None:
    command = GROUP.commands[name]
    flags = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    messages = []
    for flag in flags:
        try:
            command.make_context(name, [flag, "no-number", "a", "b"])
        except WrongUsage as error:
            messages.append(error.format_message())
    assert not LIBRARY_WORDS.search("\n".join(messages))


@pytest.mark.parametrize(
    ("shell", "marks"),
    [("/bin/bash", "complete -o default"), ("/usr/bin/zsh", "#compdef"), ("/opt/bin/fish", "complete --command")],
)
def test_completion_is_for_the_shell_of_the_user_by_default(narrate: Run, shell: str, marks: str) -> None:
    done = narrate("--show-completion", SHELL=shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert marks in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="HOME is not the home folder there")
def test_completion_is_installed_for_the_shell_of_the_user_by_default(narrate: Run, tmp_path: Path) -> None:
    done = narrate("--install-completion", SHELL="/bin/zsh", HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / ".zfunc" / "_narrate").is_file()


@pytest.mark.parametrize("shell", ["", "/bin/sh", "/bin/tcsh"])
def test_unknown_shell_is_asked_for(narrate: Run, shell: str) -> None:
    done = narrate("--install-completion", SHELL=shell)
    assert done.returncode == 2
    assert "Name it, as in: narrate --install-completion bash" in done.stderr


def test_init_writes_every_key_with_its_default_and_meaning(narrate: Run, tmp_path: Path) -> None:
    done = narrate("init")
    assert (done.returncode, done.stdout) == (0, "narrate.toml\n")
    assert load_config(tmp_path / "narrate.toml") == Config()
    text = (tmp_path / "narrate.toml").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 120
    settings = "\n".join(line.removeprefix("#") for line in text.splitlines() if not re.search(r"^# |\.\.\.", line))
    tables = tomllib.loads(settings)
    config = Config()
    for table in fields(config):
        for key in fields(getattr(config, table.name)):
            default = getattr(getattr(config, table.name), key.name)
            assert f"#{key.name} = " in text or f"#[{table.name}.{key.name}]" in text
            if default is not None:
                expected = list(default) if isinstance(default, tuple) else default
                assert tables[table.name][key.name] == expected, key.name
    (tmp_path / "all.toml").write_text(settings, encoding="utf-8")
    assert load_config(tmp_path / "all.toml") == Config()


def test_init_changes_no_file_that_is_there(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "narrate.toml").write_text("[cache]\n", encoding="utf-8")
    done = narrate("init")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("narrate: Cannot write narrate.toml: there is such a file already.")
    assert (tmp_path / "narrate.toml").read_text(encoding="utf-8") == "[cache]\n"
    assert narrate("init", "desk.toml").stdout == "desk.toml\n"


STORY = '# Ferry\n\nThe ferry sails again. "We sail on Monday," said Ada Byron, the captain.\n'


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_at_standard_output_says_that_the_edition_was_made(tmp_path: Path) -> None:
    (tmp_path / "story.md").write_text(STORY, encoding="utf-8")
    for outcome in ("was made", "is current"):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "make", "story.md", "--engine", "silent", "--quiet"],
                stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False,
            )  # fmt: skip
        problem = "Cannot write to standard output: No space left on device."
        assert done.stderr == f"narrate: {problem} The edition {outcome}: output/story.mp3.\n"
        assert done.returncode == 1
        assert (tmp_path / "output" / "story.mp3").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["voices"], ["read", "story.md"], ["--help"], ["batch", "story.md", "-q"]])
def test_full_disk_at_standard_output_is_named(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "story.md").write_text(STORY, encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        options = ["--engine", "silent"] if arguments[0] == "batch" else []
        done = subprocess.run(
            [*COMMAND, *arguments, *options], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False
        )
    assert done.stderr.startswith("narrate: Cannot write to standard output: No space left on device.")
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder that is in use")
def test_removed_current_folder_is_named_as_the_problem(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("Harbour opens\n\nIt opened today.\n", encoding="utf-8")
    code = "import os; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone'); from narrate.cli import main; main()"
    command = [sys.executable, "-c", code, "make", story, "--engine", "silent"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == "narrate: The current folder was removed. Change to one that exists.\n"
    assert done.returncode == 2


@pytest.mark.slow
def test_forked_run_prints_what_a_started_run_prints(narrate: Run, tmp_path: Path) -> None:
    """The fixture forks most runs from a process that has loaded what they need."""
    story = "The ferry returns\n\n“We sail at last,” said Ada Byron, the captain.\n".encode()
    (tmp_path / "story.txt").write_bytes(story)
    for arguments, stdin in (
        (["script", "story.txt", "--engine", "silent", "-o", "-"], None),
        (["read", "-"], story),
        (["read", "nowhere.txt"], None),
        (["make"], None),
    ):
        forked, started = narrate(*arguments, stdin=stdin), narrate(*arguments, stdin=stdin, COLUMNS="120")
        assert forked.stdout or forked.stderr
        assert forked.returncode == started.returncode
        assert (forked.stdout, forked.stderr) == (started.stdout, started.stderr)
