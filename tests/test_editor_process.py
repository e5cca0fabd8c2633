"""``narrate edit`` as a process: how it starts, what it says, how it ends, and what a crash leaves."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from helpers.editing import ARTICLE, Process, run_editor, write_script
from helpers.runs import COMMAND, assert_processes_end, processes_marked

from narrate.editor.serving import is_no_cut_off
from narrate.script.document import load_script

SILENT = ("--engine", "silent")
pytestmark = pytest.mark.slow


def assign(process: Process, version: int, speaker: str) -> httpx.Response:
    change = {"op": "assign", "segments": [3], "speaker": speaker}
    return process.post("api/documents/d1/changes", {"version": version, "change": change})


def first_speaker(file: Path) -> str:
    script = load_script(file.read_text(encoding="utf-8"), name=str(file)).script
    return script.names[script.segments[3].speaker]


def output_of(process: Process) -> tuple[str, str]:
    return process.process.communicate(timeout=30)


def test_script_of_an_article_is_made_where_make_would_put_it(tmp_path: Path) -> None:
    (tmp_path / "ferry.md").write_text(ARTICLE, encoding="utf-8")
    with run_editor(tmp_path / "ferry.md", "-o", tmp_path / "out", *SILENT) as process:
        assert process.get("api/desk").json()["documents"][0]["file"] == "ferry.script.json"
        assert assign(process, 1, "Kim").status_code == 200
        process.process.send_signal(signal.SIGINT)
        _, messages = output_of(process)
    assert f"narrate: Made the script {tmp_path / 'out' / 'ferry.script.json'}." in messages
    assert "narrate: The editor has ended. All changes are saved." in messages
    assert first_speaker(tmp_path / "out" / "ferry.script.json") == "Kim"
    with run_editor(tmp_path / "ferry.md", "-o", tmp_path / "out", *SILENT) as process:
        assert first_speaker(tmp_path / "out" / "ferry.script.json") == "Kim"
        process.process.send_signal(signal.SIGINT)
        assert "which was made from this article before" in output_of(process)[1]


def test_script_of_another_version_of_the_article_is_kept(tmp_path: Path) -> None:
    file = write_script(tmp_path)
    with run_editor(file, *SILENT) as process:
        assert assign(process, 1, "Kim").status_code == 200
    edited = file.read_text(encoding="utf-8")
    (tmp_path / "ferry.md").write_text(ARTICLE.replace("May", "June"), encoding="utf-8")
    with run_editor(tmp_path / "ferry.md", "-o", tmp_path, *SILENT):
        (copy,) = tmp_path.glob("ferry.edited-*.script.json")
        assert copy.read_text(encoding="utf-8") == edited
        assert "June" in file.read_text(encoding="utf-8")


def test_script_of_another_article_is_not_replaced(tmp_path: Path) -> None:
    file = write_script(tmp_path)
    before = file.read_bytes()
    other = tmp_path / "desk" / "ferry.md"
    other.parent.mkdir()
    other.write_text(
        "# Rates rise again\n\nThe central bank raised its rate to four percent today.\n", encoding="utf-8"
    )
    command = [*COMMAND, "edit", str(other), "-o", str(tmp_path), "--no-browser", *SILENT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert f"Cannot edit {other}: the script {file} is of another article." in done.stderr
    assert (done.returncode, file.read_bytes()) == (1, before)


@pytest.mark.parametrize("ending", [".mp3", ".edition.json", ".edition.html"])
def test_edition_stands_for_its_script(tmp_path: Path, ending: str) -> None:
    write_script(tmp_path)
    with run_editor(tmp_path / f"ferry{ending}", *SILENT) as process:
        assert process.get("api/desk").json()["documents"][0]["file"] == "ferry.script.json"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.md"], "Cannot read missing.md: the file does not exist. Check the path."),
        (["lost.mp3"], "Cannot edit lost.mp3: its script lost.script.json is not next to it."),
        (["ferry.md", "--output", "s3://bucket/audio"], "Cannot edit in the store s3://bucket/audio"),
        (["plain.json"], "Cannot edit plain.json: the name of a script must end in .script.json. Rename the file."),
        (["ferry.script.json", "--port", "1", "--host", "192.0.2.1"], "Cannot listen on 192.0.2.1, port 1"),
        (["ferry.script.json", "--host", "no.such.host.invalid"], "Cannot listen on 'no.such.host.invalid': the host"),
        (["ferry.script.json", "--host", "x..y"], "Cannot listen on 'x..y': the host is unknown. Choose another"),
        (["ferry.script.json", "--host", "a" * 300], "the host is unknown. Choose another --host."),
        (["ferry.script.json", "--host", ""], "Cannot listen on '': the host is unknown. Choose another --host."),
    ],
)
def test_wrong_arguments_are_reported(tmp_path: Path, arguments: list[str], message: str) -> None:
    file = write_script(tmp_path)
    (tmp_path / "plain.json").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    command = [*COMMAND, "edit", *arguments, "--no-browser", *SILENT]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=60)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_port_in_use_is_reported(tmp_path: Path) -> None:
    with run_editor(write_script(tmp_path), *SILENT) as first:
        port = first.url.split("/")[2].rpartition(":")[2]
        other = write_script(tmp_path, name="other")
        with run_editor(other, "--port", port, *SILENT) as second:
            assert f"Cannot listen on 127.0.0.1, port {port}: Address already in use." in output_of(second)[1]
            assert second.process.returncode == 2


def test_missing_packages_are_named(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['starlette'] = None; sys.modules['uvicorn'] = None"
    with run_editor(write_script(tmp_path), *SILENT, before=hide) as process:
        assert "Cannot start the editor: " in (messages := output_of(process)[1])
        assert "Run: pip install 'narrate-edition[editor]'" in messages
        assert process.process.returncode == 2


def test_other_hosts_than_this_machine_come_with_a_warning(tmp_path: Path) -> None:
    with run_editor(write_script(tmp_path), "--host", "0.0.0.0", *SILENT) as process:
        process.process.send_signal(signal.SIGINT)
        messages = output_of(process)[1]
    assert "narrate: warning: Everyone who can reach 0.0.0.0" in messages
    assert "not encrypted" in messages


def test_loopback_comes_without_a_warning(tmp_path: Path) -> None:
    with run_editor(write_script(tmp_path), *SILENT) as process:
        assert process.url.startswith("http://127.0.0.1:")
        process.process.send_signal(signal.SIGINT)
        assert "warning" not in output_of(process)[1]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_process_is_left(tmp_path: Path, end: signal.Signals) -> None:
    mark = f"edit-{os.getpid()}-{end.name}"
    with run_editor(write_script(tmp_path), *SILENT, mark=mark) as process:
        assert process.get(f"api/documents/d1/sound?word=Not {mark} before").status_code == 200
        assert len(processes_marked(mark)) > 1
        process.process.send_signal(end)
        output_of(process)
        assert_processes_end(mark, within_s=10)
        if end is signal.SIGINT:
            assert process.process.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_editor_ends_soon_although_an_edition_is_made_and_a_page_listens(tmp_path: Path) -> None:
    mark = f"edit-{os.getpid()}-making"
    text = ARTICLE + "\n\n".join(f"The council met again on day {n} to speak of the ferry." for n in range(800))
    with run_editor(write_script(tmp_path, text=text), *SILENT, mark=mark) as process:
        job = process.post("api/documents/d1/make", {}).json()["job"]
        with httpx.stream("GET", f"{process.url}api/jobs/{job}/events", timeout=30) as events:
            next(events.iter_lines())
            started = time.monotonic()
            process.process.send_signal(signal.SIGINT)
            _, messages = output_of(process)
        assert time.monotonic() - started < 15
        assert_processes_end(mark, within_s=10)
    assert "Traceback" not in messages
    assert not (tmp_path / "ferry.mp3").exists()
    assert list(tmp_path.glob(".narrate-*")) == []


def test_request_that_the_end_of_the_server_cuts_off_leaves_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("editor")
    logger.addFilter(is_no_cut_off)
    logger.error("Exception in ASGI application", exc_info=asyncio.CancelledError("the time is over"))
    logger.error("Exception in ASGI application", exc_info=ValueError("a fault"))
    logger.error("The address is in use.")
    assert [record.exc_info and str(record.exc_info[1]) for record in caplog.records] == ["a fault", None]


DIE = "import os, signal; die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)"
STEPS = {
    "before the disk has it": "os.fsync = die",
    "before it has its name": "from pathlib import Path; Path.replace = die",
    "after it has its name": "from pathlib import Path; r = Path.replace; Path.replace = lambda *a: (r(*a), die())",
    "before the copy is removed": "from pathlib import Path; Path.unlink = die",
}


@pytest.mark.parametrize("step", STEPS)
def test_kill_in_the_middle_of_a_write_loses_nothing(tmp_path: Path, step: str) -> None:
    file = write_script(tmp_path)
    with run_editor(file, *SILENT) as process:
        assert assign(process, 1, "Kim").status_code == 200
    with run_editor(file, *SILENT, before=f"{DIE}\n{STEPS[step]}") as process:
        with pytest.raises(httpx.TransportError):
            assign(process, 1, "Bo")
        assert process.process.wait(timeout=30) == -signal.SIGKILL
    assert first_speaker(file) == ("Kim" if step.startswith("before") and "copy" not in step else "Bo")
    with run_editor(file, *SILENT) as process:
        assert assign(process, 1, "Lee").status_code == 200
    assert first_speaker(file) == "Lee"


def test_kill_between_changes_keeps_every_change_that_was_answered(tmp_path: Path) -> None:
    file = write_script(tmp_path)
    with run_editor(file, *SILENT) as process:
        for version in range(1, 6):
            assert assign(process, version, f"Speaker {version}").status_code == 200
        process.process.kill()
        process.process.wait()
        assert first_speaker(file) == "Speaker 5"


def test_second_editor_is_refused_until_the_first_one_ends(tmp_path: Path) -> None:
    file = write_script(tmp_path)
    with run_editor(file, *SILENT) as first:
        assert assign(first, 1, "Kim").status_code == 200
        with run_editor(file, *SILENT) as second:
            message = f"Cannot edit {file}: it is open in another editor. Close that one, or use its page."
            assert message in output_of(second)[1]
            assert second.process.returncode == 2
        first.process.kill()
        first.process.wait()
    with run_editor(file, *SILENT) as third:
        assert assign(third, 1, "Bo").status_code == 200


def test_help_and_import_load_no_web_server() -> None:
    code = (
        "import sys, narrate, narrate.editor\nfrom narrate.cli import app\n"
        "try:\n    app(['edit', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'starlette', 'uvicorn', 'spacy', 'numpy'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "ARTICLE|SCRIPT|EDITION|DIR" in done.stdout
