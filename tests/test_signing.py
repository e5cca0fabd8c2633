"""Signed editions: valid, nothing lost, and no half-signed file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run
from mutagen.id3 import ID3

from narrate import produce
from narrate.config import Config, ProvenanceConfig, SynthesisConfig
from narrate.delivery import signing
from narrate.delivery.certificate import write_test_certificate
from narrate.errors import DeliveryError, UsageError
from narrate.verify import verify_edition

STORY = """The ferry returns

“We are back,” said Ada Byron, the captain of the ferry. “It took us two long years.”
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    write_test_certificate(folder)
    return folder


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def signed_with(desk: Path, key: str = "key.pem") -> Config:
    provenance = ProvenanceConfig(str(desk / "certificate.pem"), str(desk / key))
    return Config(synthesis=SynthesisConfig(engine="silent"), provenance=provenance)


def test_a_signed_edition_is_valid_and_has_every_frame(desk: Path, story: Path, tmp_path: Path) -> None:
    plain = produce(story, output=tmp_path / "plain", config=Config(synthesis=SynthesisConfig(engine="silent")))
    signed = produce(story, output=tmp_path / "signed", config=signed_with(desk))
    assert (plain.provenance["c2pa"], signed.provenance["c2pa"]) == ("off", "done (Valid)")
    findings = {finding.number: finding for finding in verify_edition(signed.mp3, transcribe=lambda _: "")}
    assert [findings[number].verdict for number in (1, 2, 4, 5, 16, 17, 24)] == ["pass"] * 7
    before, after = ID3(plain.mp3), ID3(signed.mp3)
    assert {name: repr(frame) for name, frame in before.items()}.items() <= {
        name: repr(frame) for name, frame in after.items()
    }.items()
    assert not list((tmp_path / "signed").glob(".narrate-*"))


def test_a_change_after_signing_is_found(desk: Path, story: Path, tmp_path: Path) -> None:
    mp3 = produce(story, output=tmp_path, config=signed_with(desk)).mp3
    data = bytearray(mp3.read_bytes())
    data[-2000] ^= 0xFF
    mp3.write_bytes(data)
    findings = verify_edition(mp3, transcribe=lambda _: "")
    assert findings[15].verdict == "fail"
    assert findings[15].measured == "Invalid"


def test_an_edition_that_says_it_was_made_otherwise_is_found(
    desk: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "SOURCE_TYPE", "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture")
    mp3 = produce(story, output=tmp_path, config=signed_with(desk)).mp3
    assert verify_edition(mp3, transcribe=lambda _: "")[16].verdict == "fail"


@pytest.mark.parametrize("fault", ["another key", "no key", "no certificate", "nonsense"])
def test_what_cannot_be_signed_is_no_edition(desk: Path, story: Path, tmp_path: Path, fault: str) -> None:
    other = tmp_path / "other"
    write_test_certificate(other)
    if fault == "another key":
        (other / "certificate.pem").write_bytes((desk / "certificate.pem").read_bytes())
    elif fault == "nonsense":
        (other / "key.pem").write_text("no key", encoding="utf-8")
    else:
        (other / f"{fault.split()[1]}.pem").unlink()
    with pytest.raises(DeliveryError, match=r"Cannot sign .*ferry\.mp3|does not validate"):
        produce(story, output=tmp_path / "out", config=signed_with(other))
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_a_frame_that_signing_would_lose_stops_it(
    desk: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "_same", lambda kept, frame: frame.FrameID != "COMM" and kept is not None)
    with pytest.raises(DeliveryError, match="would lose these frames of its tag: COMM"):
        produce(story, output=tmp_path / "out", config=signed_with(desk))


def test_without_the_extra_signing_is_an_error_that_names_it(
    desk: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "find_spec", lambda _: None)
    with pytest.raises(DeliveryError, match=r"pip install 'narrate-edition\[c2pa\]'"):
        produce(story, output=tmp_path / "out", config=signed_with(desk))


def test_a_certificate_without_its_key_is_a_wrong_configuration() -> None:
    with pytest.raises(UsageError, match="must be set together"):
        Config(provenance=ProvenanceConfig(certificate="certificate.pem"))


def test_the_command_makes_a_certificate_once_and_calls_it_untrusted(narrate: Run, story: Path, tmp_path: Path) -> None:
    made = narrate("certificate", "desk")
    assert made.stdout.split() == [str(Path("desk") / name) for name in ("authority.pem", "certificate.pem", "key.pem")]
    assert "untrusted" in made.stderr
    assert narrate("certificate", "desk").returncode == 1
    (tmp_path / "narrate.toml").write_text(
        '[provenance]\ncertificate = "desk/certificate.pem"\nkey = "desk/key.pem"\n', encoding="utf-8"
    )
    done = narrate("make", story, "-c", "narrate.toml", "--engine", "silent", "--json", "--min-confidence", "0")
    assert json.loads(done.stdout)["provenance"]["c2pa"] == "done (Valid)"
