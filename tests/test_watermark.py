"""The watermark: calls of the program, its failures, and the watermark itself where the program is installed."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import textwrap
from pathlib import Path

import numpy as np
import pytest
import soundfile
from helpers.paths import EXAMPLE
from helpers.runs import SILENT

from narrate import check, produce
from narrate.audio import watermark
from narrate.audio.meter import Samples
from narrate.audio.watermark import KEY_VARIABLE, PAYLOAD, Watermark, watermark_fingerprint
from narrate.config import Config, ProvenanceConfig, SynthesisConfig
from narrate.errors import DeliveryError, UsageError
from narrate.types import Edition
from narrate.verify import Finding, verify_edition

KEY = "00112233445566778899aabbccddeeff"
STORY = "The ferry returns\n\nIt took two long years, and nobody had waited for it.\n"
STAND_IN = """\
    #!{python}
    # Stands in for audiowmark: records its arguments, halves the sound, and finds STAND_IN_FINDS.
    import json, os, stat, sys, time
    import soundfile

    arguments = sys.argv[1:]
    note = {{"arguments": arguments}}
    if "--key" in arguments:
        key = arguments[arguments.index("--key") + 1]
        note |= {{"key": open(key).read(), "mode": stat.S_IMODE(os.stat(os.path.dirname(key)).st_mode)}}
    with open(os.path.join(os.path.dirname(__file__), "notes"), "a") as notes:
        notes.write(json.dumps(note) + chr(10))
    fault = os.environ.get("STAND_IN_FAULT", "")
    if fault == "fails":
        sys.exit("no such thing" + chr(10) + "audiowmark: out of luck")
    if fault == "hangs":
        time.sleep(600)
    if arguments[1] == "add" and fault != "writes nothing":
        sound, rate_hz = soundfile.read(arguments[2], dtype="float32")
        sound = sound[: -1 if fault == "shortens" else None] / 2
        soundfile.write(arguments[3], sound, rate_hz, subtype="FLOAT")
    if arguments[1] == "get":
        found = "0" * 32, os.environ.get("STAND_IN_FINDS", "{payload}")
        print("nonsense" if fault == "babbles" else json.dumps({{"matches": [{{"bits": bits}} for bits in found]}}))
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a small program on PATH with the name of the real one."""
    if sys.platform == "win32":
        pytest.skip("Windows starts no scripts by their first line")
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "audiowmark"
    script = textwrap.dedent(STAND_IN).format(python=sys.executable, payload=PAYLOAD)
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    return folder


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def check_18(edition: Edition) -> Finding:
    return verify_edition(edition.mp3, transcribe=lambda _: "")[17]


def mark(chunks: list[Samples], key: str = "") -> Samples:
    with Watermark(key).added(chunks, sample_rate_hz=44100) as read:
        return np.concatenate([*read(0, sum(map(len, chunks)), None)])


def notes(stand_in: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (stand_in / "notes").read_text("utf-8").splitlines()]


def test_watermarked_sound_is_measured_and_encoded(stand_in: Path, story: Path, tmp_path: Path) -> None:
    """The stand-in halves the sound, so an edition with the right loudness was measured after it."""
    edition = produce(story, output=tmp_path / "out", config=SILENT)
    assert edition.provenance["watermark"] == "done (open key)"
    assert edition.loudness_lufs == pytest.approx(-16, abs=0.3)
    asked = [note["arguments"] for note in notes(stand_in)]
    assert [one[1] for one in asked] == ["add", "add", "get"]
    assert {one[4] for one in asked[:2]} == {b"narrate-ai-voice".hex()}
    assert all("--key" not in one for one in asked)
    assert check_18(edition).verdict == "pass"
    assert list((tmp_path / "passing").iterdir()) == []


@pytest.mark.slow
def test_publisher_key_comes_from_environment_and_appears_nowhere(
    stand_in: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    edition = produce(story, output=tmp_path / "out", config=SILENT)
    assert edition.provenance["watermark"] == "done (publisher's key)"
    assert {(note["key"], note["mode"]) for note in notes(stand_in)} == {(f"key {KEY}\n", 0o700)}
    assert not any(KEY.encode() in file.read_bytes() for file in edition.files.values())
    assert check_18(edition).verdict == "pass"
    monkeypatch.delenv(KEY_VARIABLE)
    finding = check_18(edition)
    assert (finding.verdict, finding.measured) == ("not applicable", f"its key is the publisher's: set {KEY_VARIABLE}")


def test_fingerprint_depends_on_the_key_and_does_not_show_it(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert watermark_fingerprint(False) == "off"
    assert watermark_fingerprint(True) == "done (open key)"
    fingerprints = set()
    for key in (KEY, KEY.upper(), "0" * 32, f"{KEY[:-1]}0"):
        monkeypatch.setenv(KEY_VARIABLE, key)
        assert key not in watermark_fingerprint(True)
        assert watermark_fingerprint(False) == "off"
        fingerprints.add(watermark_fingerprint(True))
    assert len(fingerprints) == 3  # capitals are the same key
    monkeypatch.setenv("PATH", str(stand_in / "nowhere"))
    assert watermark_fingerprint(True) == "off"


@pytest.mark.slow
def test_edition_with_another_key_is_stale(
    stand_in: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stand_in.is_dir()
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    produce(story, output=tmp_path / "out", config=SILENT)
    assert check(story, output=tmp_path / "out", config=SILENT) == ()
    monkeypatch.setenv(KEY_VARIABLE, "0" * 32)
    assert check(story, output=tmp_path / "out", config=SILENT) == ("settings have changed",)
    assert produce(story, output=tmp_path / "out", config=SILENT).state == "corrected"
    assert produce(story, output=tmp_path / "out", config=SILENT).state == "untouched"


@pytest.mark.parametrize("key", ["abc", "g" * 32, KEY + "00"])
def test_invalid_key_is_refused_and_not_printed(
    key: str, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(UsageError, match=KEY_VARIABLE) as error:
        produce(story, output=tmp_path / "out", config=SILENT)
    assert key not in str(error.value)


@pytest.mark.usefixtures("stand_in")
@pytest.mark.slow
def test_watermark_that_cannot_be_read_back_is_not_available(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_FINDS", "1" * 32)
    edition = produce(story, output=tmp_path / "out", config=SILENT)
    assert edition.provenance["watermark"] == "not available (the sound is too short to hold it)"
    assert json.loads(edition.files["manifest"].read_text("utf-8"))["provenance"] == dict(edition.provenance)
    assert check_18(edition).verdict == "not applicable"


@pytest.mark.usefixtures("stand_in")
@pytest.mark.slow
def test_verify_fails_if_the_watermark_was_lost(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = produce(story, output=tmp_path / "out", config=SILENT)
    monkeypatch.setenv("STAND_IN_FINDS", "1" * 32)
    finding = check_18(edition)
    assert (finding.verdict, finding.measured) == ("fail", "not found after encoding at 64 kbit/s")


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("fails", r"failed \(exit code 1\): audiowmark: out of luck"),
        ("hangs", r"did not answer within \d s"),
        ("writes nothing", "wrote no file"),
        ("shortens", "returned a sound of another length"),
        ("babbles", "gave an unexpected answer"),
    ],
)
@pytest.mark.slow
def test_failing_watermark_program_is_an_error_and_no_edition(
    fault: str, message: str, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN_FAULT", fault)
    monkeypatch.setattr(watermark, "PATIENCE_S", -2.0)
    if fault != "hangs":
        monkeypatch.setattr(watermark, "PATIENCE_S", 60.0)
    with pytest.raises(DeliveryError, match=f"The program audiowmark {message}"):
        produce(story, output=tmp_path / "out", config=SILENT)
    assert list((tmp_path / "out").iterdir()) == list((tmp_path / "passing").iterdir()) == []


def test_watermark_program_that_cannot_be_run_is_an_error(stand_in: Path) -> None:
    (stand_in / "audiowmark").write_text("no program", encoding="utf-8")
    with pytest.raises(DeliveryError, match="audiowmark cannot be run: Exec format error"):
        mark([np.zeros(100, dtype=np.float32)])


def test_edition_states_why_it_has_no_watermark(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watermark.shutil, "which", lambda _: None)
    plain = produce(story, output=tmp_path / "plain", config=SILENT)
    assert plain.provenance["watermark"] == "not available (the program audiowmark is not installed)"
    off = Config(synthesis=SILENT.synthesis, provenance=ProvenanceConfig(watermark=False))
    unwanted = produce(story, output=tmp_path / "off", config=off)
    assert unwanted.provenance["watermark"] == "off"
    assert check_18(unwanted).measured == "according to the manifest: off"
    assert plain.mp3.read_bytes() == unwanted.mp3.read_bytes()


@pytest.mark.skipif(shutil.which("audiowmark") is None, reason="the program audiowmark is not installed")
class TestTheProgram:
    """The real program."""

    def test_watermarked_edition_is_reproducible_and_passes_verify(self, tmp_path: Path) -> None:
        config = Config(synthesis=SynthesisConfig(engine="pyttsx3"))
        one, two = (produce(EXAMPLE, output=tmp_path / name, config=config) for name in ("one", "two"))
        assert one.provenance["watermark"] == "done (open key)"
        assert one.mp3.read_bytes() == two.mp3.read_bytes()
        findings = verify_edition(one.mp3, transcribe=lambda _: "")
        assert [findings[number - 1].verdict for number in (5, 6, 7, 8, 9, 18)] == ["pass"] * 6
        off = Config(synthesis=config.synthesis, provenance=ProvenanceConfig(watermark=False))
        shutil.copy(produce(EXAMPLE, output=tmp_path / "off", config=off).mp3, two.mp3)
        assert check_18(two).verdict == "fail"

    def test_watermark_can_be_read_with_its_own_key_only(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(1)
        envelope = np.abs(np.sin(np.arange(44100 * 30) / 4000))
        noise = (0.1 * rng.standard_normal(44100 * 30) * envelope).astype(np.float32)
        marked = mark([noise], KEY)
        assert len(marked) == len(noise)
        assert 0 < np.sqrt(np.mean((marked - noise) ** 2)) < 0.05 * np.sqrt(np.mean(noise**2))
        soundfile.write(tmp_path / "a.mp3", marked, 44100)
        assert Watermark(KEY).survives(tmp_path / "a.mp3")
        assert not Watermark(KEY[::-1]).survives(tmp_path / "a.mp3")
        assert not Watermark().survives(tmp_path / "a.mp3")
