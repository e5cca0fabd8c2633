"""An edition keeps its twenty-five promises, and each broken one is found by its own check."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from helpers.paths import EXAMPLE
from helpers.runs import Run
from mutagen.id3 import CHAP, COMM, ID3, TIT2, TPUB

from narrate import produce
from narrate.audio.mp3 import Mp3File, encoded
from narrate.config import Config, FeedConfig, ProvenanceConfig, SynthesisConfig
from narrate.delivery import signing
from narrate.delivery.feed import write_feed
from narrate.delivery.signing import write_test_certificate
from narrate.errors import EngineError, SourceError
from narrate.verify import CHECKS, Finding, verify_edition
from narrate.verify.mpeg import layout
from narrate.verify.texts import heard
from narrate.verify.webvtt import parse

DISCLAIMER = "Voice is AI-generated. Inconsistencies may occur."


FEED = FeedConfig("The Post", "https://post.example/", "News, read", base_url="https://post.example/audio")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first half of the example, a minute of sound, signed and in a feed."""
    paragraphs = EXAMPLE.read_text("utf-8").split("\n\n")
    story = tmp_path_factory.mktemp("story") / "harbour-bridge.md"
    story.write_text("\n\n".join(paragraphs[:8]) + "\n", "utf-8")
    _, certificate, key = map(str, write_test_certificate(tmp_path_factory.mktemp("desk")))
    config = Config(
        synthesis=SynthesisConfig(engine="pyttsx3"), provenance=ProvenanceConfig(certificate, key), feed=FEED
    )
    mp3 = produce(story, output=tmp_path_factory.mktemp("whole"), config=config).mp3
    write_feed(mp3.parent, config=config)
    return mp3


@pytest.fixture
def edition(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    shutil.copytree(whole.parent, tmp_path / "edition")
    return tmp_path / "edition" / whole.name


def check(mp3: Path, said: str = "voices ai generated, inconsistencies may occur. the bridge") -> dict[int, Finding]:
    return {finding.number: finding for finding in verify_edition(mp3, transcribe=lambda _: said)}


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def resound(mp3: Path, change: Callable[[np.ndarray, int], np.ndarray], kbps: int = 96) -> None:
    """Encode the sound anew, changed, and keep the tag."""
    tags = ID3(mp3)
    samples, rate_hz = soundfile.read(mp3, dtype="float32")
    with Mp3File(mp3, mp3, sample_rate_hz=rate_hz, bitrate_kbps=kbps) as file:
        file.add(encoded([change(samples, rate_hz)], sample_rate_hz=rate_hz, bitrate_kbps=kbps))
    tags.save(mp3)


def retag(mp3: Path, change: Callable[[ID3], object]) -> None:
    tags = ID3(mp3)
    change(tags)
    tags.save(mp3, padding=lambda _: 0)


def quieter_turns(mp3: Path) -> None:
    """One of the speakers is hard to hear."""
    cues, _ = parse(mp3.with_suffix(".vtt").read_text("utf-8"))

    def change(samples: np.ndarray, rate_hz: int) -> np.ndarray:
        for cue in cues:
            if cue.speaker == "Margaret Ellery":
                samples[round(cue.start_s * rate_hz) : round(cue.end_s * rate_hz)] *= 0.6
        return samples

    resound(mp3, change)


def muted(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Two and a half seconds of nothing, ten seconds in."""
    samples[rate_hz * 10 : rate_hz * 25 // 2] = 0
    return samples


def clicked(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    samples[rate_hz * 10 : rate_hz * 10 + 4] = 1
    return samples


def swap_speakers(vtt: Path) -> None:
    blocks = vtt.read_text("utf-8").split("\n\n")
    first = next(n for n, block in enumerate(blocks) if "<v Margaret" in block)
    blocks[first] = blocks[first].replace("<v Margaret Ellery>", "<v Daniel Okafor>")
    vtt.write_text("\n\n".join(blocks), "utf-8")


def break_chapter(tags: ID3) -> None:
    chapter: CHAP = tags.getall("CHAP")[1]
    chapter.end_time -= 500


def garble(data: bytes) -> bytes:
    return data.replace(b"Info", b"Nope", 1).replace(b"Xing", b"Nope", 1)


def unsaid(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """The disclaimer backwards: as loud and as long, and no words."""
    end = round(rate_hz * 3.2)
    return np.concatenate([samples[:end][::-1], samples[end:]])


def change_sound_data(mp3: Path) -> None:
    """A bit of a frame's ancillary room: nobody hears it, but it is no longer what was signed."""
    data = bytearray(mp3.read_bytes())
    data[layout(bytes(data)).end - 2] ^= 1
    mp3.write_bytes(data)


def sign_as_a_recording(mp3: Path) -> None:
    retag(mp3, lambda tags: tags.delall("GEOB"))
    desk = mp3.parent.parent / "desk"
    _, certificate, key = write_test_certificate(desk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "SOURCE_TYPE", "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture")
        signing.sign_mp3(mp3, mp3, signing.Credentials(certificate, key), title="Bridge")


FAULTS: dict[int, Callable[[Path], object]] = {
    1: lambda mp3: mp3.write_bytes(mp3.read_bytes() + b"TAG" + bytes(125)),
    2: lambda mp3: mp3.write_bytes(mp3.read_bytes() + b"more"),
    3: lambda mp3: resound(mp3, lambda samples, _: samples, kbps=64),
    4: lambda mp3: mp3.write_bytes(garble(mp3.read_bytes())),
    5: lambda mp3: mp3.write_bytes(mp3.read_bytes()[: layout(mp3.read_bytes()).frames[-9].start]),
    6: lambda mp3: resound(mp3, lambda samples, _: samples * np.float32(0.8)),
    7: lambda mp3: resound(mp3, clicked),
    8: quieter_turns,
    9: lambda mp3: resound(mp3, muted),
    10: lambda mp3: replace_in(mp3.with_suffix(".vtt"), "AI-generated", "AI-made"),
    11: lambda mp3: resound(mp3, unsaid),
    12: lambda mp3: retag(mp3, lambda tags: tags.setall("COMM", [COMM(encoding=3, lang="eng", text="Nice voice.")])),
    13: lambda mp3: retag(mp3, lambda tags: tags.delall("TXXX:DigitalSourceType")),
    14: lambda mp3: retag(mp3, lambda tags: tags.setall("TIT2", [TIT2(encoding=3, text="Another bridge")])),
    15: lambda mp3: retag(mp3, lambda tags: tags.setall("TPUB", [TPUB(encoding=3, text="RenÃ©e Whitfield")])),
    16: change_sound_data,
    17: sign_as_a_recording,
    19: lambda mp3: retag(mp3, break_chapter),
    20: lambda mp3: replace_in(mp3.with_suffix(".chapters.json"), '"title": "', '"title": "Not '),
    21: lambda mp3: replace_in(mp3.with_suffix(".vtt"), " --> 00:00:", " --> 00:09:"),
    22: lambda mp3: swap_speakers(mp3.with_suffix(".vtt")),
    23: lambda mp3: replace_in(mp3.with_suffix(".srt"), "bridge", "brigde"),
    24: lambda mp3: replace_in(mp3.with_name("feed.xml"), 'length="', 'length="1'),
    25: lambda mp3: replace_in(mp3.with_suffix(".edition.html"), ' src="./', ' src="https://example.org/'),
}
MORE_FAULTS: list[tuple[int, Callable[[Path], object]]] = [
    (24, lambda mp3: replace_in(mp3.with_suffix(".transcript.txt"), "bridge", "brigde")),
    (24, lambda mp3: replace_in(mp3.with_suffix(".edition.html"), '"duration":"PT', '"duration":"PT9')),
    (24, lambda mp3: replace_in(mp3.with_suffix(".embed.html"), '"sha256":"', '"sha256":"0')),
    (24, lambda mp3: replace_in(mp3.with_suffix(".embed.html"), "bridge.mp3", "brigde.mp3")),
    (24, lambda mp3: mp3.with_suffix(".transcript.json").unlink()),
    (25, lambda mp3: replace_in(mp3.with_suffix(".edition.html"), 'id="disclosure">Voice', 'id="disclosure">Sound')),
    (25, lambda mp3: replace_in(mp3.with_suffix(".edition.html"), '{"start":0.25,', '{"start":0.75,')),
    (25, lambda mp3: replace_in(mp3.with_suffix(".edition.html"), '"speakers":["Narrator"', '"speakers":["Nobody"')),
]
"""Other ways to break what has many parts."""
SEALS = {16, 24}
"""The signature and the manifest know of any change to a file."""
ALSO: dict[int, set[int]] = {
    3: {7},  # so few bits overshoot
    1: {2},  # what stands behind the frames
    4: {5, 9, 19},  # without the header nobody knows the length
    5: {4, 9, 19, 21},  # no tail any more
    10: {23},  # the script's words
    21: {25},  # the page and the captions tell the same times and speakers
    22: {25},
}
"""What else such a fault breaks."""


def test_finished_edition_passes_every_check(whole: Path) -> None:
    findings = check(whole)
    assert list(findings) == list(range(1, 26))
    unmarked = set() if shutil.which("audiowmark") else {18}
    assert {n: finding for n, finding in findings.items() if finding.verdict != "pass"}.keys() == unmarked


@pytest.mark.parametrize("number", FAULTS, ids=lambda number: f"{number} {CHECKS[number - 1][0]}")
@pytest.mark.slow
def test_each_fault_is_found_by_its_own_check(edition: Path, number: int) -> None:
    FAULTS[number](edition)
    findings = {f.number: f for f in verify_edition(edition)} if number == 11 else check(edition)
    broken = {n: finding.measured for n, finding in findings.items() if finding.verdict == "fail"}
    assert number in broken
    assert broken.keys() - SEALS <= {number} | ALSO.get(number, set()), broken


@pytest.mark.parametrize(("number", "fault"), MORE_FAULTS)
def test_other_faults_are_found_by_the_same_checks(edition: Path, number: int, fault: Callable[[Path], object]) -> None:
    fault(edition)
    broken = {n for n, finding in check(edition).items() if finding.verdict == "fail"}
    assert number in broken
    assert broken <= {number, 24}


def test_check_of_the_heard_disclaimer_needs_the_extra(edition: Path) -> None:
    def deaf(_: Path) -> str:
        raise EngineError("the extra is not installed")

    finding = verify_edition(edition, transcribe=deaf)[10]
    assert (finding.verdict, finding.measured) == ("not applicable", "the extra is not installed")


@pytest.mark.parametrize(
    ("engine", "language", "said", "verdict"),
    [
        ("pyttsx3", "fr", "La voix est générée par intelligence artificielle. Des incohérences.", True),
        ("pyttsx3", "fr", "La voie est générée par l'intelligence artificielle d'un coin on s'imagine venir", None),
        ("pyttsx3", "fr", "La halle aux poissons ferme pour seize mois, et les travaux commencent en mai.", False),
        ("pyttsx3", "fr", "", False),
        ("kokoro", "fr", "La voie est générée par l'intelligence artificielle d'un coin on s'imagine venir", False),
        ("pyttsx3", "en", "La voie est générée par l'intelligence artificielle d'un coin on s'imagine venir", False),
    ],
)
def test_disclaimer_that_whisper_can_only_hear_in_part_is_no_failure(
    engine: str, language: str, said: str, verdict: bool | None
) -> None:
    edition = SimpleNamespace(
        opening_words=lambda: said,
        disclaimer="La voix est générée par intelligence artificielle. Des incohérences peuvent survenir.",
        engine=engine,
        language_code=language,
    )
    assert heard(edition)[0] is verdict  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"no mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00"])
def test_verify_reports_file_that_is_not_an_mp3(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "story.mp3").write_bytes(content)
    with pytest.raises(SourceError, match=r"Cannot decode .*story\.mp3"):
        check(tmp_path / "story.mp3")


def test_verify_reports_broken_script_document(edition: Path) -> None:
    edition.with_suffix(".script.json").write_text("{", "utf-8")
    with pytest.raises(SourceError, match="Cannot read"):
        check(edition)


def test_verify_checks_an_mp3_without_sidecar_files(edition: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.mp3"
    shutil.copy(edition, alone)
    findings = check(alone)
    assert {finding.verdict for finding in findings.values()} == {"pass", "not applicable"}
    assert findings[22].verdict == "not applicable"


@pytest.mark.slow
def test_verify_command_prints_each_check_and_fails_on_a_fault(narrate: Run, edition: Path) -> None:
    passed = narrate("verify", edition)
    assert [line.split()[0] for line in passed.stdout.splitlines()] == [str(number) for number in range(1, 26)]
    assert passed.stderr.startswith(f"narrate: {edition} passes; ")
    FAULTS[1](edition)
    assert f"narrate: {edition} fails " in narrate("verify", edition).stderr
    done = narrate("verify", edition, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["verdict"] == "fail"
