"""The manifest of an edition: written, read back, and refused with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from narrate.edition.manifest import (
    Manifest,
    ManifestArticle,
    ManifestChange,
    ManifestCorrection,
    ManifestCue,
    ManifestFile,
    ManifestHashes,
    ManifestLoudness,
    ManifestRevoicing,
    ManifestSegment,
    ManifestSkipped,
    ManifestVoice,
    encode_manifest,
    read_manifest,
)
from narrate.edition.previous import read_previous_edition
from narrate.errors import SourceError
from narrate.types import Chapter, Cue, Loudness, Word

MANIFEST = Manifest(
    versions={"narrate-edition": "0.1.0"},
    article=ManifestArticle("Ferry returns", None, "en", None, None, "0" * 64),
    engine="silent",
    disclaimer="Voice is AI-generated.",
    settings={"loudness": {"target_lufs": -16.0}},
    fingerprint="f" * 64,
    made_from={"article": "1" * 64},
    corrections=(
        ManifestCorrection(
            ("article",),
            ManifestHashes("2" * 64, "3" * 64),
            (ManifestChange(2, "kit", 5, "4" * 64),),
            (),
            (ManifestRevoicing(1, None, "ann"),),
        ),
    ),
    below_threshold=(1,),
    warnings=("Café “Zoë” 😀",),
    provenance={"disclosure": "done"},
    duration_s=12.5,
    loudness=ManifestLoudness(None, -1.25),
    word_timing="estimated",
    cast=(ManifestVoice("Ada Byron", "ann", "silent", "female", "British", "gender: female"),),
    segments=(ManifestSegment(0, "quotation", "Ada Byron", "Narrator", None, 0.25, None, 0.9, "said", "“Yes.”"),),
    cues=(ManifestCue(0.25, 1.0, "Ada Byron", "We are back", (0,), "end", ((0.25, 0.5), (0.5, 0.7), (0.7, 1.0))),),
    skipped=(ManifestSkipped("Subscribe", "advertisement"),),
    chapters=(Chapter(0.0, 12.5, "Ferry returns"),),
    files=(ManifestFile("mp3", "story.mp3", 100, "5" * 64), ManifestFile("captions", "story.vtt", 10, "6" * 64)),
)


def read_changed(folder: Path, *place: Any, to: Any) -> Manifest:
    """Return the manifest after the value at ``place`` was replaced in its file."""
    document = json.loads(encode_manifest(MANIFEST))
    target = document
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = to
    path = folder / "story.edition.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_manifest(path)


def test_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "story.edition.json"
    path.write_text(encode_manifest(MANIFEST), encoding="utf-8")
    assert read_manifest(path) == MANIFEST
    assert encode_manifest(read_manifest(path)) == encode_manifest(MANIFEST)


def test_manifest_without_optional_keys_is_read(tmp_path: Path) -> None:
    document = json.loads(encode_manifest(MANIFEST))
    for key in ("fingerprint", "made_from", "corrections", "cues"):
        del document[key]
    path = tmp_path / "story.edition.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    manifest = read_manifest(path)
    assert (manifest.fingerprint, manifest.made_from, manifest.corrections, manifest.cues) == ("", {}, (), ())
    assert '"fingerprint"' not in encode_manifest(manifest)


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (("format",), "narrate-edition/2", "'format' must be 'narrate-edition/1', not 'narrate-edition/2'"),
        (("duration_s",), "x", "'duration_s' must be a number, not 'x'"),
        (("files", 1, "sha256"), 5, "'files[1].sha256' must be a text, not 5"),
        (("cast", 0, "gender"), "robot", "'cast[0].gender' must be one of female, male, unknown, not 'robot'"),
        (("cues", 0, "words", 2, 1), None, "'cues[0].words[2][1]' must be a number, not null"),
        (("cues", 0, "words"), [[0, 1]], "cues[0]: 'words' must hold one [start, end] for each word of 'text'"),
        (("provenance", "c2pa"), True, "'provenance.c2pa' must be a text, not true"),
        (("article",), {"title": None}, "'article.byline' is missing"),
        (("files",), [], "'files' must hold an entry for the MP3"),
        (("warnings",), "w" * 99, f"'warnings' must be a list of texts, not '{'w' * 39}..."),
    ],
)
def test_broken_manifest_is_reported_with_file_and_key(
    place: tuple[Any, ...], value: Any, problem: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        read_changed(tmp_path, *place, to=value)
    assert str(caught.value) == f"Cannot read {tmp_path / 'story.edition.json'}: {problem}. Make the edition again."


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 200_000, b'{"format": "\xff"}', b'{"duration_s": NaN}'])
def test_file_that_is_not_json_is_reported(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "story.edition.json"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"story\.edition\.json: it is not valid JSON \("):
        read_manifest(path)


def test_previous_edition_has_values_of_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "story.edition.json").write_text(encode_manifest(MANIFEST), encoding="utf-8")
    (tmp_path / "story.vtt").write_text("changed", encoding="utf-8")
    previous = read_previous_edition(tmp_path / "story.mp3")
    assert previous is not None
    assert previous.voices == {"Ada Byron": ("ann", "gender: female")}
    assert previous.manifest.loudness.to_loudness() == Loudness(float("-inf"), -1.25)
    assert set(previous.files) == {"mp3", "captions", "manifest"}
    assert previous.cues == (
        Cue(
            0.25, 1.0, "Ada Byron", "We are back",
            (Word("We", 0.25, 0.5), Word("are", 0.5, 0.7), Word("back", 0.7, 1.0)), (0,), "end",
        ),
    )  # fmt: skip
    assert previous.faults() == (
        f"{tmp_path / 'story.mp3'} is missing",
        f"{tmp_path / 'story.vtt'} is not the file that was made",
    )


def test_previous_edition_takes_no_file_outside_its_folder(tmp_path: Path) -> None:
    read_changed(tmp_path, "files", 1, "name", to="../../etc/passwd")
    previous = read_previous_edition(tmp_path / "story.mp3")
    assert previous is not None
    assert previous.files["captions"] == tmp_path / "passwd"


def test_reading_a_manifest_imports_no_heavy_library() -> None:
    code = "import sys, narrate.edition.manifest; print({'numpy', 'spacy', 'yaml', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
