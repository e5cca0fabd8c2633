"""Editions in one store that two machines make at once: one waits for the other, also for one that was killed."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from helpers.runs import SILENT

from narrate import check, produce
from narrate.delivery import store_lock as module
from narrate.delivery import stores
from narrate.delivery.store_lock import store_lock
from narrate.delivery.stores import Store
from narrate.errors import DeliveryError
from narrate.storage import user_cache_folder

URL = "memory://bucket/locks"
MEMORY = fsspec.filesystem("memory")
WAITING = "Another machine is making it. Waiting for it."


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Return an empty store, whose locks are short-lived."""
    MEMORY.store.clear()
    for name, seconds in {"BEAT_S": 0.05, "LOST_S": 0.6, "POLL_S": 0.02}.items():
        monkeypatch.setattr(module, name, seconds)
    yield Store(URL)
    MEMORY.store.clear()


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each thread a machine of its own."""
    monkeypatch.setattr(module, "_machine", lambda: f"machine-{threading.get_ident()}")


def names() -> list[str]:
    return [path.rpartition("/")[2] for path in MEMORY.find("/bucket/locks")]


@pytest.mark.usefixtures("machines")
def test_second_machine_waits_for_the_first(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    steps: list[str] = []

    def second() -> None:
        with store_lock(store, "a.mp3", waiting=WAITING):
            steps.append("second begins")

    with ThreadPoolExecutor(1) as threads:
        with store_lock(store, "a.mp3", waiting=WAITING):
            waiting = threads.submit(second)
            time.sleep(1.0)  # longer than a lock without a sign of life is respected
            steps.append("first ends")
        waiting.result(10)
    assert steps == ["first ends", "second begins"]
    assert caplog.messages == [WAITING]
    assert names() == []


@pytest.mark.usefixtures("machines")
def test_lock_of_a_machine_that_was_killed_is_taken(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with store_lock(store, "a.mp3", waiting=WAITING):
        (name,) = names()
    store.write(name, b"killed-machine 12 3")
    began = time.monotonic()
    with store_lock(store, "a.mp3", waiting=WAITING):
        assert time.monotonic() - began >= 0.6
    assert caplog.messages[0] == WAITING
    assert "has ended" in caplog.messages[1]
    assert names() == []


def test_lock_that_this_machine_left_behind_is_taken_at_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with store_lock(store, "a.mp3", waiting=WAITING):
        (name,) = names()
        left = store.read(name)
    assert left is not None
    store.write(name, left)
    with store_lock(store, "a.mp3", waiting=WAITING):
        assert names() == [name]
    assert caplog.messages == []


@pytest.mark.usefixtures("machines")
def test_holder_whose_lock_was_taken_leaves_it(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with store_lock(store, "a.mp3", waiting=WAITING):
        (name,) = names()
        store.write(name, b"other-machine 12 0")
        time.sleep(0.3)
    assert store.read(name) == b"other-machine 12 0"
    assert ["has taken the lock" in message for message in caplog.messages] == [True]


def test_editions_of_one_store_have_locks_of_their_own(store: Store) -> None:
    with store_lock(store, "a.mp3", waiting=WAITING), store_lock(store, "b.mp3", waiting=WAITING):
        assert len(names()) == 2


def test_lock_is_released_after_an_error(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store_lock(store, "a.mp3", waiting=WAITING):
        raise ZeroDivisionError
    assert names() == []


def test_store_that_fails_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError("forbidden")

    monkeypatch.setattr(type(MEMORY), "pipe_file", fail)
    with pytest.raises(DeliveryError, match="access is denied"), store_lock(store, "a.mp3", waiting=WAITING):
        pass


def test_lock_names_no_machine_and_no_user(store: Store) -> None:
    with store_lock(store, "a.mp3", waiting=WAITING):
        (name,) = names()
        content = (store.read(name) or b"").decode().split()
    assert name.startswith(".narrate-")
    assert [len(word) for word in content[:2]] == [16, 16]
    assert (user_cache_folder() / "machine").read_text() not in content


def test_folder_store_without_atomic_creation_has_one_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(f"file://{tmp_path}/store")
    exists = type(store._files).exists
    monkeypatch.setattr(stores, "SETTLE_S", 0.5)
    arrived = threading.Barrier(2)

    def late(self: object, path: str, **options: object) -> bool:
        found = exists(self, path, **options)
        arrived.wait(5)  # both look before either writes
        return bool(found)

    monkeypatch.setattr(type(store._files), "exists", late)
    with ThreadPoolExecutor(2) as threads:
        created = [threads.submit(store.create, "lock", data) for data in (b"one", b"two")]
        assert sorted(future.result(10) for future in created) == [False, True]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    (tmp_path / "story.txt").write_text("The ferry returns\n\nThe ferry sails at noon.\n", encoding="utf-8")
    return tmp_path / "story.txt"


def test_edition_in_a_store_leaves_no_lock_and_a_check_makes_none(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = produce(story, output=URL, config=SILENT)
    assert set(names()) == {url.rpartition("/")[2] for url in edition.urls.values()}
    monkeypatch.setattr(Store, "create", lambda *_: pytest.fail("a check writes"))
    assert check(story, output=URL, config=SILENT) == ()


def make_on_own_machine(story: Path, store: Path, cache: Path, barrier: object, states: object) -> None:
    """Make the edition in a process that shares only the store, and report its state."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        barrier.wait()  # type: ignore[attr-defined]
        states.put(produce(story, output=f"file://{store}", config=SILENT).state)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_two_machines_make_an_edition_of_one_store_once(story: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, states = context.Barrier(2), context.Queue()
    folders = [(story, tmp_path / "store", tmp_path / f"cache-{number}", barrier, states) for number in range(2)]
    makers = [context.Process(target=make_on_own_machine, args=arguments) for arguments in folders]
    for maker in makers:
        maker.start()
    found = sorted(states.get(timeout=120) for _ in makers)
    for maker in makers:
        maker.join()
    assert found == ["new", "untouched"]
    config = replace(SILENT, cache=replace(SILENT.cache, enabled=True))
    alone = produce(story, output=tmp_path / "alone", config=config)
    assert {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir()} == {
        path.name: path.read_bytes() for path in alone.files.values()
    }
