"""Editions and takes in stores that fsspec knows: whole or not at all, and untouched where nothing changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from helpers.runs import Run

from narrate import produce
from narrate.batch import produce_all
from narrate.config import CacheConfig, Config, SynthesisConfig
from narrate.delivery.stores import Store, is_store
from narrate.errors import DeliveryError, UsageError
from narrate.pipeline import check
from narrate.types import Edition

STORY = "The ferry returns\n\nThe ferry sails at noon. It took us two long years.\n"
URL = "memory://bucket/audio"
MEMORY = fsspec.filesystem("memory")


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    MEMORY.store.clear()
    yield
    MEMORY.store.clear()


@pytest.fixture
def story(tmp_path: Path) -> Path:
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    return tmp_path / "story.txt"


@pytest.fixture
def make(story: Path, tmp_path: Path) -> Callable[..., Edition]:
    def make(output: str | Path = URL, **cache: Any) -> Edition:
        cached = CacheConfig(folder=str(tmp_path / "takes"), **cache)
        speaking = SynthesisConfig(engine="silent", workers=1)
        return produce(story, output=output, config=Config(synthesis=speaking, cache=cached))

    return make


def stored() -> dict[str, bytes]:
    return {path.rpartition("/")[2]: MEMORY.cat_file(path) for path in MEMORY.find("/bucket/audio")}


class TestEditions:
    def test_store_holds_the_same_files_as_a_folder(self, make: Callable[..., Edition], tmp_path: Path) -> None:
        edition = make()
        make(tmp_path / "folder")
        assert stored() == {path.name: path.read_bytes() for path in (tmp_path / "folder").iterdir()}
        assert edition.address == edition.urls["mp3"] == f"{URL}/story.mp3"
        assert {url.rpartition("/")[2] for url in edition.urls.values()} == set(stored())
        assert not edition.mp3.parent.exists()

    def test_store_url_may_name_the_mp3(self, make: Callable[..., Edition]) -> None:
        assert make(f"{URL}/of-today.mp3").address == f"{URL}/of-today.mp3"
        assert "of-today.edition.json" in stored()

    def test_store_leaves_a_current_edition_untouched(
        self, make: Callable[..., Edition], story: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make()
        monkeypatch.setattr(Store, "publish", None)  # to call it would be an error
        assert make().state == "untouched"

    @pytest.mark.slow
    def test_store_correction_keeps_the_log_and_replaces_changed_files(
        self, make: Callable[..., Edition], story: Path
    ) -> None:
        make()
        story.write_text(STORY.replace("noon", "nine"), encoding="utf-8")
        edition = make()
        assert edition.state == "corrected"
        assert len(json.loads(stored()["story.edition.json"])["corrections"]) == 1
        assert edition.lines - edition.reused_lines == 1

    def test_check_reads_the_edition_in_the_store(self, make: Callable[..., Edition], story: Path) -> None:
        config = Config(synthesis=SynthesisConfig(engine="silent", workers=1))
        assert check(story, output=URL, config=config) == (f"there is no edition at {URL}/story.mp3",)
        make()
        assert check(story, output=URL, config=config) == ()
        MEMORY.pipe_file("/bucket/audio/story.vtt", b"WEBVTT")
        assert check(story, output=URL, config=config) == (f"{URL}/story.vtt is not the file that was made",)

    def test_store_keeps_a_backup_of_an_edited_script(self, make: Callable[..., Edition], story: Path) -> None:
        make()
        document = json.loads(stored()["story.script.json"])
        MEMORY.pipe_file("/bucket/audio/story.script.json", json.dumps(document | {"warnings": ["mine"]}).encode())
        make()
        assert json.loads(stored()["story.script.json"])["warnings"] == ["mine"]
        story.write_text(STORY.replace("noon", "nine"), encoding="utf-8")
        warnings = make().warnings
        (kept,) = [name for name in stored() if ".edited-" in name]
        assert json.loads(stored()[kept])["warnings"] == ["mine"]
        assert any(f"{URL}/{kept}" in warning for warning in warnings)

    @pytest.mark.slow
    @pytest.mark.parametrize("step", ["put_file", "mv"])
    @pytest.mark.parametrize("name", ["story.edition.html", "story.mp3", "story.edition.json"])
    def test_next_run_repairs_the_edition_of_a_store_that_failed(
        self, step: str, name: str, make: Callable[..., Edition], story: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make()
        before = stored()
        story.write_text(STORY.replace("noon", "nine"), encoding="utf-8")
        original = getattr(MEMORY, step)

        def fail(*arguments: Any, **options: Any) -> Any:
            if name in arguments[0]:
                raise ConnectionError("the line is dead")
            return original(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(MEMORY, step, fail)
            with pytest.raises(DeliveryError, match=rf"^Cannot use {URL}: the line is dead. Check its address.$"):
                make()
        assert not [name for name in stored() if name.endswith(".part")]
        assert stored()["story.edition.json"] == before["story.edition.json"]  # the last that is put
        if step == "put_file":
            assert stored() == before
        edition = make()
        assert edition.state == "corrected"
        assert edition.reused_lines == edition.lines
        assert make().state == "untouched"

    @pytest.mark.slow
    def test_batch_writes_to_a_store(self, story: Path, tmp_path: Path) -> None:
        url = (tmp_path / "deep" / "store").as_uri()
        config = Config(synthesis=SynthesisConfig(engine="silent", workers=1), cache=CacheConfig(enabled=False))
        (outcome,) = produce_all([story], output=url, config=config)
        assert outcome.mp3 == f"{url}/story.mp3"
        names = {path.name for path in (tmp_path / "deep" / "store").iterdir()}
        assert {"story.mp3", "story.edition.json"} < names
        assert not any(name.startswith(".") for name in names)

    @pytest.mark.slow
    def test_make_prints_the_url_in_the_store(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        url = (tmp_path / "store").as_uri()
        made = narrate("make", story, "--engine", "silent", "-o", url, "-q")
        assert (made.returncode, made.stdout) == (0, f"{url}/story.mp3\n")


class TestTrouble:
    def test_paths_are_not_stores(self) -> None:
        assert [is_store(place) for place in ("s3://a/b", "memory://x", "C:\\audio", "out", Path("s3:/a"), None)] == [
            True, True, False, False, False, False
        ]  # fmt: skip

    def test_store_with_unknown_protocol_is_a_usage_error(self, make: Callable[..., Edition]) -> None:
        with pytest.raises(UsageError, match=r"^Cannot use nosuch://x as a store: 'nosuch' is not known"):
            make("nosuch://x")

    @pytest.mark.parametrize("output", ["a\0b", "memory://a\0b"])
    def test_output_with_a_null_character_is_a_usage_error(self, output: str, make: Callable[..., Edition]) -> None:
        with pytest.raises(UsageError, match=r"^Cannot write to '.*a\\x00b': a path cannot hold the character U\+0000"):
            make(output)

    @pytest.mark.slow
    def test_empty_output_is_a_usage_error(self, make: Callable[..., Edition], narrate: Run, story: Path) -> None:
        with pytest.raises(UsageError, match=r"^Cannot write to an empty output path"):
            make("")
        assert narrate("make", story, "-o", "", "--engine", "silent").returncode == 2
        assert narrate("batch", story, "-o", "", "--engine", "silent").returncode == 3

    def test_store_names_the_missing_library(
        self, make: Callable[..., Edition], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "s3fs", None)
        with pytest.raises(
            DeliveryError, match=r"^Cannot use s3://bucket/audio: a library is missing: Install s3fs to access S3"
        ):
            make("s3://bucket/audio")

    def test_store_names_the_missing_extra(self, make: Callable[..., Edition], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "fsspec.core", None)
        problem = r"^Cannot use s3://bucket/audio: fsspec is missing\. Run: pip install 'narrate-edition\[remote\]'$"
        with pytest.raises(DeliveryError, match=problem):
            make("s3://desk:secret@bucket/audio")

    def test_store_reports_refused_credentials(
        self, make: Callable[..., Edition], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError("Access Denied")

        monkeypatch.setattr(MEMORY, "cat_file", refuse)
        with pytest.raises(DeliveryError, match=rf"^Cannot use {URL}: access is denied \(Access Denied\)"):
            make()

    def test_store_never_shows_the_password_of_its_url(self) -> None:
        assert Store("memory://desk:secret@host/audio").url == "memory://host/audio"


class TestTakes:
    SHARED = "memory://bucket/takes"

    def test_machines_share_takes_through_a_store(self, make: Callable[..., Edition], tmp_path: Path) -> None:
        make(tmp_path / "a", store=self.SHARED)
        for take in (tmp_path / "takes").rglob("*.take"):
            take.unlink()
        again = make(tmp_path / "b", store=self.SHARED)
        assert again.reused_lines == again.lines
        assert list((tmp_path / "takes").rglob("*.take"))
        assert (tmp_path / "a" / "story.mp3").read_bytes() == (tmp_path / "b" / "story.mp3").read_bytes()

    @pytest.mark.slow
    def test_damaged_take_in_a_store_is_spoken_again_and_replaced(
        self, make: Callable[..., Edition], tmp_path: Path
    ) -> None:
        make(tmp_path / "a", store=self.SHARED)
        whole = {path: MEMORY.cat_file(path) for path in MEMORY.find("/bucket/takes")}
        for path in whole:
            MEMORY.pipe_file(path, whole[path][:-9])
        for take in (tmp_path / "takes").rglob("*.take"):
            take.unlink()
        assert make(tmp_path / "b", store=self.SHARED).reused_lines == 0
        assert {path: MEMORY.cat_file(path) for path in MEMORY.find("/bucket/takes")} == whole

    def test_failing_store_of_takes_is_only_a_warning(
        self, make: Callable[..., Edition], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
    ) -> None:
        def fail(*_: object) -> None:
            raise ConnectionError("the line is dead")

        monkeypatch.setattr(MEMORY, "cat_file", fail)
        edition = make(tmp_path / "a", store=self.SHARED)
        assert replace(edition).state == "new"
        told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert told == [
            "the shared store of takes is not used any more: "
            "Cannot use memory://bucket/takes: the line is dead. Check its address."
        ]
