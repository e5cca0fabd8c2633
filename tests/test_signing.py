"""Signed editions: valid, nothing lost, and no half-signed file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.runs import Run
from mutagen.id3 import ID3

from narrate import produce
from narrate.config import Config, ProvenanceConfig, SynthesisConfig
from narrate.delivery import signing
from narrate.delivery.signing import write_test_certificate
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


def test_signed_edition_is_valid_and_keeps_every_tag_frame(desk: Path, story: Path, tmp_path: Path) -> None:
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


def test_change_after_signing_is_detected(desk: Path, story: Path, tmp_path: Path) -> None:
    mp3 = produce(story, output=tmp_path, config=signed_with(desk)).mp3
    data = bytearray(mp3.read_bytes())
    data[-2000] ^= 0xFF
    mp3.write_bytes(data)
    findings = verify_edition(mp3, transcribe=lambda _: "")
    assert findings[15].verdict == "fail"
    assert findings[15].measured == "Invalid"


def test_signed_claim_of_another_source_is_detected(
    desk: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "SOURCE_TYPE", "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture")
    mp3 = produce(story, output=tmp_path, config=signed_with(desk)).mp3
    assert verify_edition(mp3, transcribe=lambda _: "")[16].verdict == "fail"


@pytest.mark.parametrize("fault", ["another key", "no key", "no certificate", "nonsense"])
def test_failed_signing_leaves_no_edition(desk: Path, story: Path, tmp_path: Path, fault: str) -> None:
    other = tmp_path / "other"
    write_test_certificate(other)
    if fault == "another key":
        (other / "certificate.pem").write_bytes((desk / "certificate.pem").read_bytes())
    elif fault == "nonsense":
        (other / "key.pem").write_text("no key", encoding="utf-8")
    else:
        (other / f"{fault.split()[1]}.pem").unlink()
    with pytest.raises(DeliveryError, match=r"Cannot sign .*ferry\.mp3"):
        produce(story, output=tmp_path / "out", config=signed_with(other))
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_signing_stops_if_a_tag_frame_would_be_lost(
    desk: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_comment(signed: Path) -> str:
        tags = ID3(signed)
        tags.delall("COMM")
        tags.save(signed)
        return "Valid"

    monkeypatch.setattr(signing, "_state", lose_comment)
    with pytest.raises(DeliveryError, match="frames of its tag would be lost: COMM"):
        produce(story, output=tmp_path / "out", config=signed_with(desk))


def test_signing_without_the_extra_names_the_extra(
    desk: Path, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "find_spec", lambda _: None)
    with pytest.raises(DeliveryError, match=r"pip install 'narrate-edition\[c2pa\]'"):
        produce(story, output=tmp_path / "out", config=signed_with(desk))


def test_certificate_without_key_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="must be set together"):
        Config(provenance=ProvenanceConfig(certificate="certificate.pem"))


@pytest.mark.slow
def test_certificate_command_writes_once_and_calls_it_untrusted(narrate: Run, story: Path, tmp_path: Path) -> None:
    made = narrate("certificate", "desk")
    assert made.stdout.split() == [str(Path("desk") / name) for name in ("authority.pem", "certificate.pem", "key.pem")]
    assert "not trusted" in made.stderr
    assert narrate("certificate", "desk").returncode == 1
    (tmp_path / "narrate.toml").write_text(
        '[provenance]\ncertificate = "desk/certificate.pem"\nkey = "desk/key.pem"\n', encoding="utf-8"
    )
    done = narrate("make", story, "-c", "narrate.toml", "--engine", "silent", "--json", "--min-confidence", "0")
    assert json.loads(done.stdout)["provenance"]["c2pa"] == "done (Valid)"
