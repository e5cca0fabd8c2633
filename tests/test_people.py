"""Several writers of one people file: each entry is kept as it was written."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.casting import script, speaker, voice

from narrate.casting import load_people, people, remember_people
from narrate.concurrency import file_lock
from narrate.errors import UsageError
from narrate.types import Cast

WRITERS, EACH = 4, 5


def remember(path: Path, name: str, voice_id: str, engine: str = "silent") -> None:
    """Remember the voice of one speaker."""
    quoted = script([speaker(name)])
    remember_people(path, engine, quoted, Cast({quoted.speakers[0].id: voice(voice_id)}, {}))


def remember_own(path: Path, number: int) -> None:
    """Remember ``EACH`` speakers of this writer, and a speaker whom all writers have."""
    for one in range(EACH):
        remember(path, f"Person {number} {one}", f"voice-{number}-{one}")
        remember(path, "Everyone", f"voice-{number}")


@pytest.mark.slow
def test_processes_that_write_at_once_lose_no_entry(tmp_path: Path) -> None:
    path = tmp_path / "people.toml"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=remember_own, args=(path, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    expected = {f"Person {n} {one}": f"voice-{n}-{one}" for n in range(WRITERS) for one in range(EACH)}
    found = dict(load_people(path, "silent"))
    assert found.pop("Everyone") in {f"voice-{number}" for number in range(WRITERS)}
    assert found == expected


def test_writer_waits_and_adds_to_what_the_other_wrote(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "people.toml"
    with ThreadPoolExecutor(1) as threads:
        with file_lock(path):
            written = threads.submit(remember, path, "Ada Byron", "isla")
            time.sleep(0.3)
            assert not path.exists()
            path.write_text('[silent]\n"Tomas Reyne" = "arthur"\n[other]\n"Ada Byron" = "x"\n', encoding="utf-8")
        written.result(10)
    assert load_people(path, "silent") == {"Ada Byron": "isla", "Tomas Reyne": "arthur"}
    assert load_people(path, "other") == {"Ada Byron": "x"}
    assert f"Another process is writing {path}. Waiting for it." in caplog.text


def test_entry_of_another_writer_stays(tmp_path: Path) -> None:
    path = tmp_path / "people.toml"
    remember(path, "Ada Byron", "isla")
    remember(path, "ada  BYRON", "arthur")
    assert load_people(path, "silent") == {"Ada Byron": "isla"}


def test_unchanged_file_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "people.toml"
    remember(path, "Ada Byron", "isla")
    monkeypatch.setattr(people, "write_text", lambda *_, **__: pytest.fail("written"))
    remember(path, "Ada Byron", "isla")


def test_file_that_is_no_toml_is_an_error_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "people.toml"
    path.write_text("[silent", encoding="utf-8")
    with pytest.raises(UsageError, match=r"people\.toml"):
        remember(path, "Ada Byron", "isla")
    assert path.read_text("utf-8") == "[silent"
    with file_lock(path):
        pass  # the lock was released


def test_lock_file_is_hidden(tmp_path: Path) -> None:
    remember(tmp_path / "people.toml", "Ada Byron", "isla")
    assert {path.name for path in tmp_path.iterdir()} <= {"people.toml", ".people.toml.lock"}
