"""Sound files beside the MP3: the same sound, its words and its disclosure, and whole or not at all."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import mutagen
import numpy as np
import numpy.typing as npt
import pytest
from helpers.meters import ffmpeg_loudness
from imageio_ffmpeg import get_ffmpeg_exe

from narrate import produce
from narrate.audio import encoders as formats
from narrate.audio.mastering import Mastering
from narrate.config import Config, DeliveryConfig, SynthesisConfig
from narrate.errors import DeliveryError, UsageError
from narrate.types import Edition, Loudness

AUDIBLE = "The ferry returns\n\nIt took two long years. “We are back,” said Ada Byron, the captain of the ferry.\n"
EVERY = Config(synthesis=SynthesisConfig(engine="pyttsx3"), delivery=DeliveryConfig(formats=("m4a", "opus", "wav")))
DISCLAIMER = "Voice is AI-generated. Inconsistencies may occur."
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    folder = tmp_path_factory.mktemp("formats")
    (folder / "ferry.txt").write_text(AUDIBLE, encoding="utf-8")
    return produce(folder / "ferry.txt", output=folder / "one", config=EVERY)


def samples_of(path: Path) -> npt.NDArray[np.float32]:
    """Return the sound of a file as ffmpeg decodes it, at 16 kHz."""
    command = [get_ffmpeg_exe(), "-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-ar", "16000", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["m4a", "opus", "wav"])
def test_other_formats_have_the_sound_and_loudness_of_the_mp3(edition: Edition, name: str) -> None:
    lufs, dbtp = ffmpeg_loudness(edition.files[name])
    assert lufs == pytest.approx(-16, abs=0.5)
    assert dbtp <= -0.5
    other, mp3 = samples_of(edition.files[name]), samples_of(edition.mp3)
    count = min(len(mp3), len(other))
    assert abs(len(mp3) - len(other)) < 0.1 * 16000
    assert np.corrcoef(mp3[:count], other[:count])[0, 1] > 0.98  # in step with the MP3, and so with the captions


@pytest.mark.parametrize("name", ["m4a", "opus", "wav"])
def test_other_formats_have_the_tags_and_the_disclosure(edition: Edition, name: str) -> None:
    tags = mutagen.File(edition.files[name]).tags
    keys = {
        "m4a": ("\xa9nam", "\xa9cmt", "----:com.apple.iTunes:AI_DISCLOSURE", "----:com.apple.iTunes:DigitalSourceType"),
        "opus": ("title", "comment", "ai_disclosure", "digitalsourcetype"),
        "wav": ("TIT2", "COMM::und", "TXXX:AI_DISCLOSURE", "TXXX:DigitalSourceType"),
    }[name]
    found = [tags[key][0] if name != "wav" else str(tags[key]) for key in keys]
    assert [one.decode() if isinstance(one, bytes) else one for one in found] == [
        "The ferry returns", DISCLAIMER, DISCLAIMER, SOURCE_TYPE,
    ]  # fmt: skip
    assert any(key.startswith(("covr", "metadata_block_picture", "APIC")) for key in dict(tags))


def test_other_formats_are_in_the_manifest_and_deterministic(edition: Edition, tmp_path: Path) -> None:
    rows = {row["holds"]: row for row in json.loads(edition.files["manifest"].read_text("utf-8"))["files"]}
    again = produce(edition.mp3.parent.parent / "ferry.txt", output=tmp_path, config=EVERY)
    for name in ("m4a", "opus", "wav"):
        data = edition.files[name].read_bytes()
        assert rows[name]["sha256"] == hashlib.sha256(data).hexdigest()
        assert again.files[name].read_bytes() == data


def test_other_formats_without_the_extra_start_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(AUDIBLE, encoding="utf-8")
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    settings = replace(EVERY, synthesis=SynthesisConfig(engine="silent"))
    with pytest.raises(DeliveryError, match=r"Cannot write m4a and opus: .*pip install 'narrate-edition\[formats\]'"):
        produce(tmp_path / "a.txt", output=tmp_path / "out", config=settings)
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("named", [("mp4",), ("wav", "wav")])
def test_unknown_format_is_a_usage_error(named: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"must be one of m4a, opus, wav|must name each format once"):
        Config(delivery=DeliveryConfig(formats=named))


@pytest.mark.slow
def test_missed_loudness_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(AUDIBLE, encoding="utf-8")
    monkeypatch.setattr(Mastering, "accepts", lambda *_: False)
    monkeypatch.setattr("narrate.audio.mastering.measure", lambda *_, **__: Loudness(-19.04, -0.26))
    edition = produce(tmp_path / "a.txt", output=tmp_path, config=Config(synthesis=SynthesisConfig(engine="silent")))
    (told,) = (warning for warning in edition.warnings if "LUFS" in warning)
    assert told == (
        "The sound has -19.0 LUFS and -0.3 dBTP after 3 encodings: -16 LUFS and at most -1 dBTP were asked for."
    )
    assert told in json.loads(edition.files["manifest"].read_text("utf-8"))["warnings"]
