"""Work ahead in threads, and locks between processes."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from narrate.concurrency import OrderedCalls, background_thread, file_lock, ordered_map, process_lock
from narrate.errors import UsageError
from narrate.storage import user_cache_folder


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_results_come_in_the_order_of_the_items(cores: int) -> None:
    with background_thread(cores) as executor:
        assert list(ordered_map(lambda n: n * n, range(50), executor)) == [n * n for n in range(50)]
        assert list(ordered_map(str, [], executor)) == []


def test_several_threads_keep_the_order_too() -> None:
    later = threading.Event()

    def make(number: int) -> int:
        if number == 0:
            assert later.wait(10)
        else:
            later.set()
        return number

    with ThreadPoolExecutor(4) as executor:
        assert list(ordered_map(make, range(50), executor, look_ahead=8)) == [*range(50)]


@pytest.mark.parametrize("threads", [0, 1, 4])
def test_results_of_calls_come_in_their_order(threads: int) -> None:
    with ThreadPoolExecutor(threads or 1) as executor:
        calls = OrderedCalls[int](executor if threads else None)
        for number in range(50):
            calls.add(lambda n: n * n, number)
        assert list(calls.results()) == [n * n for n in range(50)]
        calls.add(abs, -7)
        assert list(calls.results())[49:] == [49 * 49, 7]


def test_error_of_a_call_reaches_who_asks_for_the_results() -> None:
    with ThreadPoolExecutor(1) as executor:
        calls = OrderedCalls[float](executor)
        calls.add(lambda number: 1 / number, 0)
        with pytest.raises(ZeroDivisionError):
            calls.results()


def test_caller_waits_when_too_many_calls_are_not_done() -> None:
    allowed, added = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as executor:
        calls = OrderedCalls[bool](executor, most_waiting=1)

        def add_two() -> None:
            calls.add(allowed.wait, 10)
            calls.add(allowed.wait, 10)
            added.set()

        adding = executor.submit(add_two)
        assert not added.wait(0.1)
        allowed.set()
        adding.result(10)
        assert list(calls.results()) == [True, True]


def test_one_core_has_no_background_thread() -> None:
    with background_thread(1) as executor:
        assert executor is None
        assert {*ordered_map(lambda _: threading.get_ident(), range(3), executor)} == {threading.get_ident()}


def test_work_begins_before_the_first_result_is_asked_for() -> None:
    made = [threading.Event() for _ in range(10)]
    with background_thread(2) as executor:
        results = ordered_map(lambda number: made[number].set(), range(10), executor, look_ahead=3)
        assert all(event.wait(10) for event in made[:3])
        assert not made[3].is_set()
        results.close()


@pytest.mark.parametrize("look_ahead", [1, 3])
def test_exactly_look_ahead_results_are_made_while_one_is_used(look_ahead: int) -> None:
    made = [threading.Event() for _ in range(10)]

    def make(number: int) -> int:
        made[number].set()
        return number

    with background_thread(2) as executor:
        for number in ordered_map(make, range(10), executor, look_ahead=look_ahead):
            assert all(event.wait(10) for event in made[: number + 1 + look_ahead])
            assert not any(event.is_set() for event in made[number + 1 + look_ahead :])


def test_closing_cancels_what_has_not_begun() -> None:
    begun, go_on = list[int](), threading.Event()

    def make(number: int) -> int:
        begun.append(number)
        assert number == 0 or go_on.wait(10)
        return number

    with background_thread(2) as executor:
        results = ordered_map(make, range(10), executor, look_ahead=5)
        assert next(results) == 0
        results.close()
        go_on.set()
    assert begun in ([0], [0, 1])


@pytest.mark.parametrize("cores", [1, 2])
def test_errors_go_through_and_no_thread_is_left(cores: int) -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise OSError("no more")

    with background_thread(cores) as executor:
        made = ordered_map(lambda n: 6 // (3 - n), items(), executor)
        assert [next(made) for _ in range(3)] == [2, 3, 6]
        with pytest.raises(ZeroDivisionError):
            next(made)
    with background_thread(cores) as executor, pytest.raises(OSError, match="no more"):
        list(ordered_map(abs, items(), executor))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("narrate-background")]


def old(path: Path, age_s: float = 48 * 3600) -> Path:
    """Make a file look ``age_s`` seconds old; create it if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (time.time() - age_s,) * 2)
    return path


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of locks of an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return user_cache_folder() / "locks"


def test_unused_locks_are_removed_once_a_day(locks: Path) -> None:
    old(locks / "unused.lock")
    old(locks / "recent.lock", age_s=3600)
    with process_lock("own"):
        assert {path.name for path in locks.glob("*.lock")} == {"recent.lock", "own.lock"}
    old(locks / "unused.lock")
    with process_lock("own"):
        assert (locks / "unused.lock").exists()  # the day has not passed
    old(locks / ".pruned")
    with process_lock("own"):
        assert not (locks / "unused.lock").exists()


def test_lock_that_a_process_holds_is_not_removed(locks: Path) -> None:
    old(locks / "held.lock")
    with process_lock("held"):
        old(locks / "held.lock")
        old(locks / ".pruned")
        with process_lock("own"):
            assert (locks / "held.lock").exists()
        with pytest.raises(UsageError, match="in use"), process_lock("held", busy="It is in use."):
            pass


def test_lock_that_is_used_again_is_young(locks: Path) -> None:
    old(locks / "again.lock")
    locks.joinpath(".pruned").touch()
    with process_lock("again"):
        assert time.time() - (locks / "again.lock").stat().st_mtime < 60


def test_lock_of_a_file_is_next_to_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "people.toml").touch()
    (tmp_path / "link.toml").symlink_to(tmp_path / "shared" / "people.toml")
    with ThreadPoolExecutor(1) as threads, file_lock(tmp_path / "link.toml"):
        assert (tmp_path / "shared" / ".people.toml.lock").exists()
        entered = threads.submit(enter, tmp_path / "shared" / "people.toml")
        time.sleep(0.2)
        assert not entered.done()
        (tmp_path / "shared" / "people.toml").write_text("written")
        os.rename(tmp_path / "link.toml", tmp_path / "elsewhere.toml")  # noqa: PTH104
    assert entered.result(10) == "written"


def enter(path: Path) -> str:
    """Return what a file holds once its lock is free."""
    with file_lock(path):
        return path.read_text()


@pytest.mark.parametrize(
    ("error", "explained"),
    [
        (OSError(errno.ENOLCK, "No locks available"), "No locks available"),
        (NotImplementedError("flock"), "the file system has no locks"),
    ],
)
def test_file_is_used_without_a_lock_where_there_are_none(
    error: Exception, explained: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    path = tmp_path / "people.toml"
    with file_lock(path):
        path.touch()
    assert path.exists()
    lost = "What others write to it at the same moment can be lost."
    assert caplog.messages == [f"Cannot lock {path}: {explained}. {lost}"]
    caplog.clear()
    with process_lock("edition"):
        assert not caplog.messages


def test_file_whose_lock_cannot_be_written_is_used_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with file_lock(tmp_path / "file" / "people.toml") as entered:
        assert entered is None
