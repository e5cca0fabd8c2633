"""The take cache: nothing is spoken twice, and a damaged take is never used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.paths import EXAMPLE
from helpers.runs import Run

from narrate import produce
from narrate.config import CacheConfig, Config, SynthesisConfig
from narrate.edition.plan import roster
from narrate.engines import engine_names, get_engine
from narrate.errors import EngineError
from narrate.synthesis.cache import TakeCache, key_of
from narrate.types import Audio, Voice, WordTime

VOICE = Voice("silent", "hush", "Hush", "en", "unknown", "none", "none", "none", {"rate": 150})
TIMINGS = (WordTime(0, 3, 0.0, 0.02), WordTime(3, 4, 0.02, 1 / 3))
AUDIO = Audio(np.linspace(-1, 1, 1000, dtype=np.float32), 22050, TIMINGS)
KEY = key_of(engine="silent", fingerprint="1", voice=VOICE, text="One.")
OTHER = key_of(engine="silent", fingerprint="1", voice=VOICE, text="Two.")


@pytest.fixture
def cache(tmp_path: Path) -> TakeCache:
    return TakeCache(tmp_path / "takes", limit_bytes=10_000_000)


def settings(folder: Path, engine: str = "silent") -> Config:
    return Config(synthesis=SynthesisConfig(engine=engine), cache=CacheConfig(folder=str(folder)))


class TestKeys:
    @pytest.mark.parametrize(
        "other",
        [
            {"engine": "pyttsx3"},
            {"fingerprint": "2"},
            {"text": "One!"},
            {"voice": replace(VOICE, id="other")},
            {"voice": replace(VOICE, language="en-GB")},
            {"voice": replace(VOICE, settings={"rate": 151})},
        ],
        ids=str,
    )
    def test_key_depends_on_everything_that_is_heard(self, other: dict[str, object]) -> None:
        made_from = {"engine": "silent", "fingerprint": "1", "voice": VOICE, "text": "One."}
        assert key_of(**made_from) == KEY  # type: ignore[arg-type]
        assert key_of(**{**made_from, **other}) != KEY  # type: ignore[arg-type]

    def test_key_does_not_depend_on_fields_for_casting(self) -> None:
        voice = replace(VOICE, narrator=True, ear=(1.0,), grade="A")
        assert key_of(engine="silent", fingerprint="1", voice=voice, text="One.") == KEY

    @pytest.mark.parametrize("name", sorted(set(engine_names()) - {"faulty"}))
    def test_every_built_in_engine_has_a_fingerprint(self, name: str) -> None:
        voice = roster(Config(synthesis=SynthesisConfig(engine=name)))[0]
        fingerprint = get_engine(name).fingerprint(voice)  # type: ignore[attr-defined]
        assert fingerprint == get_engine(name).fingerprint(voice) != ""  # type: ignore[attr-defined]


class TestEntries:
    def test_cached_take_equals_the_original(self, cache: TakeCache) -> None:
        assert cache.get(KEY) is None
        cache.put(KEY, AUDIO)
        kept = cache.get(KEY)
        assert kept is not None
        assert kept.sample_rate_hz == AUDIO.sample_rate_hz
        assert np.array_equal(kept.samples, AUDIO.samples)
        assert kept.timings == TIMINGS
        assert cache.get(OTHER) is None

    @pytest.mark.parametrize("harm", ["truncate", "empty", "flip", "swap"])
    def test_damaged_take_is_deleted(self, cache: TakeCache, tmp_path: Path, harm: str) -> None:
        cache.put(KEY, AUDIO)
        (path,) = tmp_path.rglob("*.take")
        data = path.read_bytes()
        if harm == "swap":
            cache.put(OTHER, replace(AUDIO, samples=AUDIO.samples * 0))
            (other,) = set(tmp_path.rglob("*.take")) - {path}
            path.write_bytes(other.read_bytes())
        else:
            flipped = data[:500] + bytes([data[500] ^ 1]) + data[501:]
            path.write_bytes({"truncate": data[:-7], "empty": b"", "flip": flipped}[harm])
        assert cache.get(KEY) is None
        assert not path.exists()

    def test_folder_that_cannot_be_written_to_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "takes").write_text("a file where the folder should be", encoding="utf-8")
        cache = TakeCache(tmp_path / "takes", limit_bytes=10)
        cache.put(KEY, AUDIO)
        assert cache.get(KEY) is None
        cache.trim()
        assert cache.clear() == 0

    def test_trim_deletes_least_recently_used_takes(self, tmp_path: Path) -> None:
        cache = TakeCache(tmp_path, limit_bytes=9000)
        keys = [key_of(engine="silent", fingerprint="1", voice=VOICE, text=str(number)) for number in range(3)]
        for age, key in enumerate(keys):
            cache.put(key, AUDIO)
            (path,) = tmp_path.rglob(f"{key}.take")
            os.utime(path, (1_000_000 + age, 1_000_000 + age))
        assert cache.get(keys[0])
        cache.trim()
        assert [cache.get(key) is not None for key in keys] == [True, False, True]
        assert cache.state().takes == 2
        assert cache.clear() == 2
        assert cache.state() == replace(cache.state(), takes=0, size_bytes=0)


@pytest.mark.slow
class TestEditions:
    def test_second_run_speaks_nothing_and_gives_the_same_bytes(self, tmp_path: Path) -> None:
        first = produce(EXAMPLE, output=tmp_path / "a", config=settings(tmp_path / "takes"))
        second = produce(EXAMPLE, output=tmp_path / "b", config=settings(tmp_path / "takes"))
        assert first.reused_lines <= 1  # a sentence that comes twice
        assert second.reused_lines == second.lines
        assert first.mp3.read_bytes() == second.mp3.read_bytes()

    def test_edit_of_one_sentence_speaks_one_line(self, tmp_path: Path) -> None:
        produce(EXAMPLE, output=tmp_path / "a", config=settings(tmp_path / "takes"))
        text = EXAMPLE.read_text(encoding="utf-8")
        story = tmp_path / "harbour-bridge.md"
        story.write_text(text.replace("1934", "1935", 1) if "1934" in text else text.replace("the", "that", 1), "utf-8")
        edited = produce(story, output=tmp_path / "b", config=settings(tmp_path / "takes"))
        assert edited.lines - edited.reused_lines == 1

    def test_engine_loads_early_only_for_new_articles(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[int | None] = []
        monkeypatch.setattr("narrate.synthesis.pool.WorkerPool.start", lambda _, count=None: started.append(count))
        story = tmp_path / "story.txt"
        story.write_text("It rained all day on the quay. Nobody came.", encoding="utf-8")
        for folder in ("one", "two"):
            produce(story, output=tmp_path / folder, config=settings(tmp_path / "takes"))
            assert started == [None]
        story.write_text("It rained all day on the quay. Everybody came.", encoding="utf-8")
        produce(story, output=tmp_path / "two", config=settings(tmp_path / "takes"))
        assert started == [None, 1]  # a correction needs few lines
        produce(story, output=tmp_path / "two", config=replace(settings(tmp_path), cache=CacheConfig(enabled=False)))
        assert started == [None, 1, None]  # without its takes every line is spoken anew

    def test_damaged_entry_does_not_change_the_edition(self, tmp_path: Path) -> None:
        first = produce(EXAMPLE, output=tmp_path / "a", config=settings(tmp_path / "takes")).mp3.read_bytes()
        for path in sorted((tmp_path / "takes").rglob("*.take"))[::3]:
            path.write_bytes(path.read_bytes()[:100])
        again = produce(EXAMPLE, output=tmp_path / "b", config=settings(tmp_path / "takes"))
        assert again.mp3.read_bytes() == first
        assert 0 < again.reused_lines < again.lines

    def test_failed_take_is_not_cached(self, tmp_path: Path, faulty_engines: None) -> None:
        with pytest.raises(EngineError):
            produce(EXAMPLE, output=tmp_path / "a", config=settings(tmp_path / "takes", "garbled"))
        assert not list(tmp_path.rglob("*.take"))

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
    def test_next_run_continues_a_killed_one(self, tmp_path: Path) -> None:
        config = tmp_path / "narrate.toml"
        config.write_text('[synthesis]\nengine = "pyttsx3"\n[cache]\nfolder = "takes"\n', encoding="utf-8")
        whole = produce(EXAMPLE, output=tmp_path / "whole", config=replace_cache(config, enabled=False))
        command = [sys.executable, "-c", "from narrate.cli import main; main()", "make", str(EXAMPLE)]
        run = subprocess.Popen([*command, "-c", config, "-o", tmp_path / "killed", "-q"])
        deadline = time.monotonic() + 60
        while len(list((tmp_path / "takes").rglob("*.take"))) < 5 and run.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
        run.wait()
        carried_on = produce(EXAMPLE, output=tmp_path / "killed", config=config)
        assert carried_on.reused_lines >= 5
        assert carried_on.mp3.read_bytes() == whole.mp3.read_bytes()


def replace_cache(path: Path, *, enabled: bool) -> Config:
    from narrate.config import load_config

    config = load_config(path)
    return replace(config, cache=replace(config.cache, enabled=enabled))


@pytest.mark.slow
def test_cache_command_shows_and_clears_the_cache(narrate: Run, tmp_path: Path) -> None:
    config = tmp_path / "narrate.toml"
    config.write_text('[synthesis]\nengine = "silent"\n[cache]\nfolder = "takes"\n', encoding="utf-8")
    assert narrate("make", EXAMPLE, "-c", config, "-q").returncode in (0, 3)
    takes = len(list((tmp_path / "takes").rglob("*.take")))
    assert f": {takes} takes, " in narrate("cache", "info", "-c", config).stdout
    assert f": {takes} takes dropped" in narrate("cache", "clear", "-c", config).stdout
    assert ": 0 takes, 0.0 MB" in narrate("cache", "info", "-c", config).stdout
    assert narrate("cache", "burn").returncode == 2
