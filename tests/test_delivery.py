"""The files: right inside, and whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import c2pa
import imageio_ffmpeg
import jsonschema
import numpy as np
import pytest
import soundfile
from helpers.delivery import ARTICLE, deliver_to, passages
from helpers.paths import EXAMPLE
from mutagen import MutagenError
from mutagen.id3 import ID3
from mutagen.mp3 import MP3, BitrateMode
from PIL import Image

from narrate import produce
from narrate.audio.mp3 import Mp3File, encoded
from narrate.config import Config, DeliveryConfig, SynthesisConfig
from narrate.delivery import signing
from narrate.delivery.cover import plain_cover
from narrate.delivery.signing import Credentials, write_test_certificate
from narrate.edition.paths import edition_path
from narrate.errors import DeliveryError, UsageError
from narrate.storage import Staging, _prefix, slug
from narrate.types import Cue, Passage
from narrate.verify.mpeg import layout

SCHEMA = json.loads(files("narrate.edition").joinpath("edition.schema.json").read_text(encoding="utf-8"))
FILES = [
    "a.edition.json",
    "a.mp3", "a.vtt", "a.srt", "a.transcript.json", "a.transcript.txt", "a.chapters.json", "a.script.json",
    "a.edition.html", "a.embed.html", "a.cover.jpg",
]  # fmt: skip


class TestMp3:
    def test_mp3_decodes_to_the_number_of_samples_encoded(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(3, 1.2345))
        decoded, rate_hz = soundfile.read(tmp_path / "a.mp3")
        assert rate_hz == 44100
        assert decoded.shape == (3 * round(44100 * 1.2345),)

    @pytest.mark.parametrize("rate_hz", [44100, 48000])
    @pytest.mark.parametrize("count", [1, 575, 576, 577, 1152, 1153, 44100, 100_001])
    def test_mp3_returns_any_number_of_samples_in_place(self, count: int, rate_hz: int, tmp_path: Path) -> None:
        mp3, wav = tmp_path / "a.mp3", tmp_path / "a.wav"
        sound = 0.5 * np.sin(2 * np.pi * 300 / rate_hz * np.arange(count), dtype=np.float32)
        chunks = [sound[start : start + 30_000] for start in range(0, count, 30_000)]
        with Mp3File(mp3, mp3, sample_rate_hz=rate_hz, bitrate_kbps=96) as file:
            file.add(encoded(chunks, sample_rate_hz=rate_hz, bitrate_kbps=96))
        subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", mp3, wav], check=True)
        for decoder, path in (("mpg123", mp3), ("ffmpeg", wav)):
            decoded, _ = soundfile.read(path)
            assert decoded.shape == (count,), decoder
            assert np.abs(decoded[600:-600] - sound[600:-600]).max(initial=0) < 0.01, decoder

    def test_mp3_info_tag_counts_frames_and_bytes(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(3, 1.2345))
        content = (tmp_path / "a.mp3").read_bytes()
        frames = layout(content).frames
        tag = content.index(b"Info", frames[0].start)
        told = int.from_bytes(content[tag + 8 : tag + 12]), int.from_bytes(content[tag + 12 : tag + 16])
        assert told == (len(frames) - 1, len(content) - frames[0].start)

    def test_mp3_is_mono_at_constant_96_kbit(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(10))
        info = MP3(tmp_path / "a.mp3").info
        assert (info.channels, info.sample_rate, info.bitrate, info.bitrate_mode) == (1, 44100, 96000, BitrateMode.CBR)

    def test_mp3_has_its_tags_and_the_disclosure(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages())
        tags = ID3(tmp_path / "a.mp3")
        assert tags.version == (2, 4, 0)
        assert str(tags["TIT2"]) == "Mayor <opens> bridge & leaves"
        assert str(tags["TLAN"]) == "eng"
        assert str(tags["COMM::eng"]) == str(tags["TXXX:AI_DISCLOSURE"]) == "Made by machines."

    def test_mp3_tags_hold_byline_date_and_source_of_the_article(self, tmp_path: Path) -> None:
        article = replace(
            ARTICLE, byline="Åsa Ek", published="2026-03-14", source="https://例.com/ä b?q=1", language="xx"
        )
        deliver_to(tmp_path, passages(1), article, script=False)
        tags = ID3(tmp_path / "a.mp3")
        assert [str(tags[frame]) for frame in ("TPE1", "TDRC", "WOAS", "TLAN")] == [
            "Åsa Ek", "2026-03-14", "https://xn--fsq.com/%C3%A4%20b?q=1", "und",
        ]  # fmt: skip
        assert not (tmp_path / "a.script.json").exists()

    def test_mp3_bitrate_is_a_setting(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(5), publisher=DeliveryConfig(bitrate_kbps=128))
        info = MP3(tmp_path / "a.mp3").info
        assert (info.bitrate, info.bitrate_mode) == (128000, BitrateMode.CBR)

    def test_mp3_tags_name_the_publisher(self, tmp_path: Path) -> None:
        article = replace(ARTICLE, source="https://news.example/story")
        publisher = DeliveryConfig(outlet="The Ostrand Post", copyright="2026 The Ostrand Post")
        deliver_to(tmp_path, passages(4), article, publisher=publisher)
        tags = ID3(tmp_path / "a.mp3")
        texts = {frame: str(tags[frame]) for frame in ("TPE2", "TALB", "TPUB", "TCOP", "TCON", "TLEN")}
        assert texts == {
            "TPE2": "The Ostrand Post", "TALB": "The Ostrand Post", "TPUB": "The Ostrand Post",
            "TCOP": "2026 The Ostrand Post", "TCON": "Speech", "TLEN": "4000",
        }  # fmt: skip
        iptc = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
        assert str(tags["TXXX:DigitalSourceType"]) == iptc
        assert tags["WXXX:Article"].url == tags["WOAS"].url == "https://news.example/story"
        assert str(tags["USLT::eng"]) == (tmp_path / "a.transcript.txt").read_text(encoding="utf-8")
        deliver_to(tmp_path, passages(1), article)
        assert str(ID3(tmp_path / "a.mp3")["TALB"]) == "news.example"

    def test_chapters_of_tag_and_sidecar_file_are_equal_and_without_a_gap(self, tmp_path: Path) -> None:
        chapters = deliver_to(tmp_path, passages(7)).chapters
        tags = ID3(tmp_path / "a.mp3")
        frames = [tags[f"CHAP:{name}"] for name in tags["CTOC:toc"].child_element_ids]
        assert len(tags.getall("CHAP")) == len(frames) == len(chapters) == 3
        assert [frame.start_time for frame in frames] == [0, *(frame.end_time for frame in frames[:-1])]
        assert frames[-1].end_time == 7000
        beside = json.loads((tmp_path / "a.chapters.json").read_text(encoding="utf-8"))["chapters"]
        assert [(c["startTime"] * 1000, c["title"]) for c in beside] == [
            (f.start_time, str(f.sub_frames["TIT2"])) for f in frames
        ]

    def test_ffmpeg_reads_the_chapters(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(7))
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(tmp_path / "a.mp3")]
        listed = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8").stderr
        assert sorted(re.findall(r"Chapter #0:\d: start (\S+), end (\S+)", listed)) == [
            ("0.000000", "2.000000"), ("2.000000", "4.000000"), ("4.000000", "7.000000"),
        ]  # fmt: skip

    def test_pyav_reads_the_chapters_with_their_titles(self, tmp_path: Path) -> None:
        chapters = deliver_to(tmp_path, passages(7)).chapters
        with av.open(str(tmp_path / "a.mp3")) as container:
            read = sorted(
                (float(c["start"] * c["time_base"]), float(c["end"] * c["time_base"]), c["metadata"]["title"])
                for c in container.chapters()
            )
        assert read == [(c.start_s, c.end_s, c.title) for c in chapters]
        assert read[0][2] == "Mayor <opens> bridge & leaves"

    def test_cover_is_drawn_or_taken_from_the_publisher(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(1))
        (drawn,) = ID3(tmp_path / "a.mp3").getall("APIC")
        with Image.open(BytesIO(drawn.data)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1400, 1400))
        assert len(drawn.data) < 200_000
        assert plain_cover("Mayor", "Post") == plain_cover("Mayor", "Post") != plain_cover("Mayors", "Post")
        (tmp_path / "own.png").write_bytes(b"\x89PNG\r\n\x1a\n rest")
        deliver_to(tmp_path, passages(1), publisher=DeliveryConfig(cover=str(tmp_path / "own.png")))
        (own,) = ID3(tmp_path / "a.mp3").getall("APIC")
        assert (own.mime, own.data) == ("image/png", b"\x89PNG\r\n\x1a\n rest")

    @pytest.mark.parametrize("headline", ["x" * 400, "語 " * 90, "", "Word " * 200])
    def test_any_headline_fits_the_cover(self, headline: str) -> None:
        assert plain_cover(headline, headline)[0].startswith(b"\xff\xd8")

    @pytest.mark.parametrize(("content", "message"), [(None, "No such file"), (b"GIF89a", "neither JPEG nor PNG")])
    def test_cover_that_is_not_a_picture_is_an_error(self, content: bytes | None, message: str, tmp_path: Path) -> None:
        if content:
            (tmp_path / "c.gif").write_bytes(content)
        with pytest.raises(DeliveryError, match=f"Cannot use the cover .*{message}"):
            deliver_to(tmp_path, passages(1), publisher=DeliveryConfig(cover=str(tmp_path / "c.gif")))
        assert not (tmp_path / "a.mp3").exists()


class TestManifest:
    @pytest.mark.slow
    def test_manifest_follows_its_schema(self, tmp_path: Path) -> None:
        edition = produce(EXAMPLE, output=tmp_path, config=Config(synthesis=SynthesisConfig(engine="silent")))
        document = json.loads(edition.files["manifest"].read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        jsonschema.validate(document, SCHEMA)
        assert [row["name"] for row in document["files"]] == [
            path.name for name, path in edition.files.items() if name != "manifest"
        ]
        for row in document["files"]:
            data = (tmp_path / row["name"]).read_bytes()
            assert (row["bytes"], row["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert document["word_timing"] == "estimated"
        assert document["settings"]["loudness"] == {"target_lufs": -16.0, "true_peak_dbtp": -1.0}
        assert {row["speaker"] for row in document["cast"]} == {cue.speaker for cue in edition.cues}
        assert [row["text"] for row in document["segments"]] == [s.text for s in edition.script.segments]
        times = [time for row in document["segments"] for time in (row["start_s"], row["end_s"])]
        assert None not in times
        assert all(one <= other + 0.001 for one, other in pairwise(times[0::2]))
        assert (times[0], times[-1]) == (0.25, pytest.approx(edition.cues[-1].end_s, abs=0.001))
        for segment, cue in ((s, c) for s in document["segments"] for c in edition.cues if c.segments == (s["index"],)):
            assert segment["start_s"] <= cue.start_s + 0.001
            assert segment["end_s"] >= cue.end_s - 0.001

    def test_manifest_schema_refuses_other_documents(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages())
        document = json.loads((tmp_path / "a.edition.json").read_text(encoding="utf-8"))
        jsonschema.validate(document, SCHEMA)
        for broken in ({"word_timing": "exact"}, {"files": []}, {"made": "today"}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(document | broken, SCHEMA)


class TestCaptions:
    def test_captions_name_every_speaker_and_escape_markup(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(2))
        assert (tmp_path / "a.vtt").read_text(encoding="utf-8") == textwrap.dedent(
            """\
            WEBVTT - Mayor &lt;opens&gt; bridge &amp; leaves

            NOTE Words timed: estimated

            1
            00:00:00.000 --> 00:00:00.800
            <v Anna &lt;b&gt; Voss>Line 0 --&gt; a &amp; b &lt;i&gt;

            2
            00:00:01.000 --> 00:00:01.800
            <v Anna &lt;b&gt; Voss>Line 1 --&gt; a &amp; b &lt;i&gt;
            """
        )

    def test_captions_count_hours(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, [Passage(np.zeros(10, dtype=np.float32), Cue(3661.2345, 7325.9999, "N", "t"))])
        assert "01:01:01.234 --> 02:02:06.000" in (tmp_path / "a.vtt").read_text(encoding="utf-8")


class TestWholeOrNotAtAll:
    def test_failure_in_the_stream_keeps_the_previous_edition(self, tmp_path: Path) -> None:
        deliver_to(tmp_path, passages(1))
        before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

        def breaks() -> Iterator[Passage]:
            yield from passages(2)
            raise ValueError("the engine died")

        with pytest.raises(ValueError, match="the engine died"):
            deliver_to(tmp_path, breaks())
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before

    @pytest.mark.parametrize("earlier", [True, False])
    @pytest.mark.parametrize("broken", FILES)
    @pytest.mark.parametrize("step", ["touch", "write", "replace"])
    def test_failure_at_any_file_and_step_keeps_the_previous_edition(
        self, step: str, broken: str, earlier: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if earlier:
            deliver_to(tmp_path, passages(1))
        before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        failed: list[Path] = []

        def failing(original: Callable[..., object], to_path: Callable[..., Path] = lambda path, *_: path) -> object:
            def fail(*arguments: object, **options: object) -> object:
                path = to_path(*arguments)
                if path.name.startswith(_prefix(tmp_path / broken)) and not failed:
                    failed.append(path)
                    raise OSError(28, "No space left on device", str(path))
                return original(*arguments, **options)

            return fail

        for name in {"write": ("write_text", "write_bytes")}.get(step, (step,)):
            monkeypatch.setattr(Path, name, failing(getattr(Path, name)))
        if step == "write":
            monkeypatch.setattr(ID3, "save", failing(ID3.save, lambda _, path: path))
        with pytest.raises(DeliveryError, match=rf"Cannot write .*{broken}: No space left on device"):
            deliver_to(tmp_path, passages(2))
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before

    @pytest.mark.parametrize("step", ["encoder", "fsync", "former", "signing", "re-reading"])
    def test_failure_between_two_files_keeps_the_previous_edition(
        self, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deliver_to(tmp_path / "out", passages(1))
        before = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
        _, certificate, key = write_test_certificate(tmp_path / "desk")

        def fail(*_: object, **__: object) -> object:
            raise OSError(28, "No space left on device")

        place = {
            "encoder": (Mp3File, "_info_frame"), "fsync": (os, "fsync"), "former": (shutil, "copy2"),
            "signing": (c2pa.Builder, "sign"), "re-reading": (signing, "_state"),
        }[step]  # fmt: skip
        if step == "former":  # a file system without links, and then a full one
            monkeypatch.setattr(Path, "hardlink_to", fail)
        monkeypatch.setattr(*place, fail)
        with pytest.raises(DeliveryError, match="No space left on device"):
            deliver_to(tmp_path / "out", passages(2), credentials=Credentials(certificate, key))
        assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before

    def test_full_disk_at_the_tags_is_an_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object, **__: object) -> None:
            raise MutagenError("[Errno 28] No space left on device")

        monkeypatch.setattr("mutagen.id3.ID3.save", full)
        with pytest.raises(DeliveryError, match=r"Cannot write .*a\.mp3: the tags cannot be written: .*No space left"):
            deliver_to(tmp_path, passages(1))

    def test_error_of_the_stream_is_not_reported_as_one_of_the_disk(self, tmp_path: Path) -> None:
        def breaks() -> Iterator[Passage]:
            yield from passages(1)
            raise ConnectionError("the line is dead")

        with pytest.raises(ConnectionError, match="the line is dead"):
            deliver_to(tmp_path, breaks())

    def test_folder_in_the_place_of_a_file_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp3").mkdir()
        with pytest.raises(DeliveryError, match=r"Cannot write .*a\.mp3: it is no regular file"):
            deliver_to(tmp_path, passages(1))
        assert [file.name for file in tmp_path.iterdir()] == ["a.mp3"]

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file size limits to stand in for a full disk")
    @pytest.mark.parametrize(
        ("step", "message"),
        [
            ("record", "Cannot keep the takes in the temporary folder: File too large"),
            ("encode", r"Cannot write .*a\.mp3: File too large"),
        ],
    )
    def test_full_disk_is_an_error_and_leaves_nothing(self, step: str, message: str, tmp_path: Path) -> None:
        code = """
            import resource, signal, sys
            from pathlib import Path
            sys.path.insert(0, sys.argv[2])
            from helpers.delivery import deliver_to, passages
            from narrate.errors import DeliveryError
            from narrate.audio.mastering import Mastering
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            deliver_to(Path(sys.argv[1]), passages(1))
            original = getattr(Mastering, sys.argv[3])
            def limited(*arguments):
                resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
                return original(*arguments)
            setattr(Mastering, sys.argv[3], limited)
            try:
                deliver_to(Path(sys.argv[1]), passages(60))
            except DeliveryError as error:
                print(error)
        """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), tmp_path, Path(__file__).parent, step],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert re.match(message, done.stdout)
        assert sorted(file.name for file in tmp_path.iterdir()) == sorted(FILES)
        assert MP3(tmp_path / "a.mp3").info.length == pytest.approx(1, abs=0.1)

    def test_output_folder_that_cannot_be_made_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(
            DeliveryError, match=r"Cannot write .*file.*a\.mp3: a part of its path is a file, not a folder"
        ):
            deliver_to(tmp_path / "file", passages(1))

    def test_files_of_a_killed_run_are_removed_after_a_day(self, tmp_path: Path) -> None:
        names = [_prefix(tmp_path / "a.mp3") + "0.part", _prefix(tmp_path / "a.mp3") + "1.part", ".narrate-b-2.part"]
        for name, age_h in zip(names, (25, 1, 25), strict=True):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (time.time() - age_h * 3600,) * 2)
        deliver_to(tmp_path, passages(1))
        assert {file.name for file in tmp_path.iterdir() if file.suffix == ".part"} == set(names[1:])

    def test_very_long_name_is_written_or_an_error(self, tmp_path: Path) -> None:
        for stem in ("😀" * 59, "x" * 239):
            deliver_to(tmp_path, passages(1), stem=stem, script=False)
        with pytest.raises(DeliveryError, match="File name too long"):
            deliver_to(tmp_path, passages(1), stem="x" * 252, script=False)
        assert not list(tmp_path.glob("x" * 252 + "*"))

    def test_staged_files_get_their_names_together(self, tmp_path: Path) -> None:
        with Staging() as staging:
            for name in "ab":
                staging.stage(tmp_path / name).write_text(name)
            assert not (tmp_path / "a").exists()
            staging.publish()
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]


class TestPaths:
    def test_edition_is_named_after_its_source(self, tmp_path: Path) -> None:
        names = {
            "My Story.txt": "my-story",
            "story.script.json": "story",
            "Ümläut & co.md": "umlaut-co",
            "a.b.txt": "a-b",
        }
        for source, stem in names.items():
            assert edition_path(tmp_path, source=Path("x") / source, title=lambda: "T") == tmp_path / f"{stem}.mp3"

    @pytest.mark.parametrize(
        ("title", "stem"),
        [("../../etc/passwd", "etc-passwd"), ("日本 2", "日本-2"), ("Con", "con-edition"), (None, "edition")],
    )
    def test_edition_without_a_source_file_is_named_after_its_title(
        self, title: str | None, stem: str, tmp_path: Path
    ) -> None:
        assert edition_path(tmp_path, source=None, title=lambda: title) == tmp_path / f"{stem}.mp3"

    def test_output_may_name_the_mp3(self, tmp_path: Path) -> None:
        assert edition_path(tmp_path / "Out.MP3", source=None, title=lambda: "T") == tmp_path / "Out.MP3"

    def test_output_of_another_format_is_a_usage_error(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"out\.wav: an edition is an \.mp3 file"):
            edition_path(tmp_path / "out.wav", source=None, title=lambda: "T")
        assert edition_path(tmp_path / "site.com", source=None, title=lambda: "T") == tmp_path / "site.com" / "t.mp3"

    def test_slugs_are_short_and_safe(self) -> None:
        assert slug("A  b/C:d\x00" + "x" * 300) == ("a-b-c-d-" + "x" * 300)[:80]
