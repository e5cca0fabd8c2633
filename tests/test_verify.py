"""An edition keeps its twenty-five promises, and each broken one is found by its own check."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest import EXAMPLE, Run
from mutagen.id3 import CHAP, COMM, ID3, TIT2, TPE1

from narrate import produce
from narrate.config import Config, SynthesisConfig
from narrate.errors import EngineError, SourceError
from narrate.verify import CHECKS, Finding, verify
from narrate.verify.mpeg import layout

DISCLAIMER = "Voice is AI-generated. Inconsistencies may occur."


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first half of the example: a minute of sound."""
    paragraphs = EXAMPLE.read_text("utf-8").split("\n\n")
    story = tmp_path_factory.mktemp("story") / "harbour-bridge.md"
    story.write_text("\n\n".join(paragraphs[:8]) + "\n", "utf-8")
    config = Config(synthesis=SynthesisConfig(engine="pyttsx3"))
    return produce(story, output=tmp_path_factory.mktemp("whole"), config=config).mp3


@pytest.fixture
def edition(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    shutil.copytree(whole.parent, tmp_path / "edition")
    return tmp_path / "edition" / whole.name


def check(mp3: Path, said: str = "voices ai generated, inconsistencies may occur. the bridge") -> dict[int, Finding]:
    return {finding.number: finding for finding in verify(mp3, transcribe=lambda _: said)}


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def resound(mp3: Path, change: Callable[[np.ndarray, int], np.ndarray], kbps: int = 96) -> None:
    """Encode the sound anew, changed, and keep the tag."""
    tags = ID3(mp3)
    samples, rate_hz = soundfile.read(mp3, dtype="float32")
    soundfile.write(
        mp3, change(samples, rate_hz), rate_hz, format="MP3", subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT", compression_level=(320 - kbps - 0.01) / 288,
    )  # fmt: skip
    tags.save(mp3)


def retag(mp3: Path, change: Callable[[ID3], object]) -> None:
    tags = ID3(mp3)
    change(tags)
    tags.save(mp3, padding=lambda _: 0)


def quieter_turn(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    return samples * np.where(np.arange(len(samples)) > rate_hz * 20, 0.3, 1).astype(np.float32)


def swap_speakers(vtt: Path) -> None:
    blocks = vtt.read_text("utf-8").split("\n\n")
    first = next(n for n, block in enumerate(blocks) if "<v Margaret" in block)
    blocks[first] = blocks[first].replace("<v Margaret Ellery>", "<v Daniel Okafor>")
    vtt.write_text("\n\n".join(blocks), "utf-8")


def break_chapter(tags: ID3) -> None:
    chapter: CHAP = tags.getall("CHAP")[1]
    chapter.start_time += 500


def garble(data: bytes) -> bytes:
    return data.replace(b"Info", b"Nope", 1).replace(b"Xing", b"Nope", 1)


FAULTS: dict[int, Callable[[Path], object]] = {
    1: lambda mp3: mp3.write_bytes(mp3.read_bytes() + b"TAG" + bytes(125)),
    2: lambda mp3: mp3.write_bytes(mp3.read_bytes() + b"more"),
    3: lambda mp3: resound(mp3, lambda samples, _: samples, kbps=64),
    4: lambda mp3: mp3.write_bytes(garble(mp3.read_bytes())),
    5: lambda mp3: mp3.write_bytes(mp3.read_bytes()[: layout(mp3.read_bytes()).frames[-9].start]),
    6: lambda mp3: resound(mp3, lambda samples, _: samples * np.float32(0.8)),
    7: lambda mp3: resound(mp3, lambda samples, _: (samples * 2).clip(-1, 1)),
    8: lambda mp3: resound(mp3, quieter_turn),
    9: lambda mp3: resound(mp3, lambda samples, rate_hz: np.insert(samples, 44100 * 9, np.zeros(rate_hz * 3))),
    10: lambda mp3: replace_in(mp3.with_suffix(".vtt"), "AI-generated", "AI-made"),
    12: lambda mp3: retag(mp3, lambda tags: tags.setall("COMM", [COMM(encoding=3, lang="eng", text="Nice voice.")])),
    13: lambda mp3: retag(mp3, lambda tags: tags.delall("TXXX:DigitalSourceType")),
    14: lambda mp3: retag(mp3, lambda tags: tags.setall("TIT2", [TIT2(encoding=3, text="Another bridge")])),
    15: lambda mp3: retag(mp3, lambda tags: tags.setall("TPE1", [TPE1(encoding=3, text="RenÃ©e Whitfield")])),
    19: lambda mp3: retag(mp3, break_chapter),
    20: lambda mp3: replace_in(mp3.with_suffix(".chapters.json"), '"title": "', '"title": "Not '),
    21: lambda mp3: replace_in(mp3.with_suffix(".vtt"), " --> 00:00:", " --> 00:09:"),
    22: lambda mp3: swap_speakers(mp3.with_suffix(".vtt")),
    25: lambda mp3: replace_in(mp3.with_suffix(".edition.html"), ' src="./', ' src="https://example.org/'),
    24: lambda mp3: replace_in(mp3.with_suffix(".transcript.txt"), "bridge", "brigde"),
    23: lambda mp3: replace_in(mp3.with_suffix(".srt"), "bridge", "brigde"),
}


def test_a_finished_edition_passes_every_check_that_applies(whole: Path) -> None:
    findings = check(whole)
    assert list(findings) == list(range(1, 26))
    assert {number: finding.measured for number, finding in findings.items() if finding.verdict == "fail"} == {}
    assert {number for number, finding in findings.items() if finding.verdict == "pass"} >= {*FAULTS, 11}


@pytest.mark.parametrize("number", FAULTS, ids=lambda number: CHECKS[number - 1][0])
def test_a_broken_promise_is_found_by_its_own_check(edition: Path, number: int) -> None:
    FAULTS[number](edition)
    assert check(edition)[number].verdict == "fail"


def test_an_edition_that_does_not_say_the_disclaimer(edition: Path) -> None:
    assert check(edition, said="The bridge that has carried Ostrand's traffic")[11].verdict == "fail"


def test_where_nobody_can_listen_that_check_does_not_apply(edition: Path) -> None:
    def deaf(_: Path) -> str:
        raise EngineError("the extra is not installed")

    finding = verify(edition, transcribe=deaf)[10]
    assert (finding.verdict, finding.measured) == ("not applicable", "the extra is not installed")


@pytest.mark.parametrize("content", [b"", b"no mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00"])
def test_what_is_no_mp3_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "story.mp3").write_bytes(content)
    with pytest.raises(SourceError, match=r"story.mp3 does not decode"):
        check(tmp_path / "story.mp3")


def test_a_broken_script_document_is_an_error(edition: Path) -> None:
    edition.with_suffix(".script.json").write_text("{", "utf-8")
    with pytest.raises(SourceError, match="Cannot read"):
        check(edition)


def test_the_mp3_alone_is_checked_for_what_it_holds(edition: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.mp3"
    shutil.copy(edition, alone)
    findings = check(alone)
    assert {finding.verdict for finding in findings.values()} == {"pass", "not applicable"}
    assert findings[22].verdict == "not applicable"


def test_the_command_prints_a_line_each_and_fails_on_a_fault(narrate: Run, edition: Path) -> None:
    lines = narrate("verify", edition).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [str(number) for number in range(1, 26)]
    FAULTS[1](edition)
    done = narrate("verify", edition, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["verdict"] == "fail"
