"""The sound while it is made: to a function, to standard output, and to a player."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile
from helpers.paths import PLUGINS
from helpers.runs import COMMAND, SILENT, Run, assert_processes_end

from narrate import attribution, produce
from narrate.audio.meter import LoudnessMeter, lufs_within
from narrate.config import CacheConfig, Config, DeliveryConfig, SynthesisConfig
from narrate.types import Edition, Progress, Script

STORY = """# Ferry

The ferry sails again, and the harbour is glad of it.

"We sail on Monday, whatever the weather brings us," said Ada Byron, the captain.

Her crew was at the quay on Friday morning, with ropes and paint, and nobody spoke of the storm.
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, encoding="utf-8")
    return path


def speaker_lufs(mp3: bytes, edition: Edition) -> dict[str, float]:
    """Return the loudness of each speaker's cues in an MP3 with the sound of ``edition``."""
    samples, rate_hz = soundfile.read(io.BytesIO(mp3), dtype="float32")
    meter = LoudnessMeter(rate_hz)
    meter.add(samples)
    spans: dict[str, list[tuple[float, float]]] = {}
    for cue in edition.cues:
        spans.setdefault(cue.speaker, []).append((cue.start_s * 10, cue.end_s * 10))
    return {name: lufs_within(meter.cells(), its) for name, its in spans.items()}


class TestFunction:
    def test_sound_comes_line_by_line_while_the_rest_is_spoken(self, story: Path, tmp_path: Path) -> None:
        heard: list[tuple[int, bytes]] = []
        lines = [0]

        def note(progress: Progress) -> None:
            if progress.stage == "synthesize":
                lines[0] = progress.done

        edition = produce(
            story, output=tmp_path, config=SILENT, progress=note, stream=lambda data: heard.append((lines[0], data))
        )
        assert edition.lines >= 5
        assert [line for line, _ in heard] == [*range(edition.lines), edition.lines]  # the last one ends the stream
        samples, rate_hz = soundfile.read(io.BytesIO(b"".join(data for _, data in heard)))
        assert rate_hz == 44100
        assert len(samples) / rate_hz == pytest.approx(edition.duration_s, abs=0.1)

    @pytest.mark.slow
    def test_speakers_of_the_stream_are_near_the_loudness_asked_for(self, story: Path, tmp_path: Path) -> None:
        config, data = Config(synthesis=SynthesisConfig(engine="pyttsx3")), list[bytes]()
        edition = produce(story, output=tmp_path, config=config, stream=data.append)
        streamed = speaker_lufs(b"".join(data), edition)
        assert streamed.keys() == {"Narrator", "Ada Byron"}
        assert all(lufs == pytest.approx(-16, abs=2) for lufs in streamed.values())
        assert soundfile.read(io.BytesIO(b"".join(data)))[0].max() <= 10 ** (-1 / 20)

    def test_files_are_the_same_with_and_without_a_stream(self, story: Path, tmp_path: Path) -> None:
        for name, stream in (("with", lambda _: None), ("without", None)):
            produce(story, output=tmp_path / name, config=SILENT, stream=stream)
        for name in ("story.mp3", "story.vtt", "story.script.json"):
            assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()

    def test_current_edition_is_streamed_from_its_file(self, story: Path, tmp_path: Path) -> None:
        produce(story, output=tmp_path, config=SILENT)
        data = list[bytes]()
        assert produce(story, output=tmp_path, config=SILENT, stream=data.append).state == "untouched"
        assert b"".join(data) == (tmp_path / "story.mp3").read_bytes()

    def test_no_edition_is_made_if_the_listener_raises_an_error(self, story: Path, tmp_path: Path) -> None:
        def leave(_: bytes) -> None:
            raise BrokenPipeError("gone")

        with pytest.raises(BrokenPipeError, match="gone"):
            produce(story, output=tmp_path / "out", config=SILENT, stream=leave)
        assert list((tmp_path / "out").iterdir()) == []

    def test_narration_is_spoken_while_the_quotations_are_attributed(
        self, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        takes, attribute = tmp_path / "takes", attribution.attribute

        def wait_for_a_take(script: Script) -> Script:
            deadline_s = time.monotonic() + 60
            while not [*takes.rglob("*.take")]:
                assert time.monotonic() < deadline_s
                time.sleep(0.01)
            return attribute(script)

        monkeypatch.setattr(attribution, "attribute", wait_for_a_take)
        config = Config(synthesis=SynthesisConfig(engine="silent"), cache=CacheConfig(folder=str(takes)))
        edition = produce(story, output=tmp_path, config=config)
        assert (edition.reused_lines, edition.state) == (0, "new")
        assert len([*takes.rglob("*.take")]) == edition.lines

    def test_stream_has_the_sample_rate_and_bitrate_of_the_edition(self, story: Path, tmp_path: Path) -> None:
        config = Config(
            synthesis=SynthesisConfig(engine="silent"),
            delivery=DeliveryConfig(sample_rate_hz=48000, bitrate_kbps=128),
            cache=CacheConfig(enabled=False),
        )
        data = list[bytes]()
        edition = produce(story, output=tmp_path, config=config, stream=data.append)
        assert soundfile.info(io.BytesIO(b"".join(data))).samplerate == 48000
        assert len(b"".join(data)) == pytest.approx(edition.duration_s * 128_000 / 8, rel=0.02)


@pytest.mark.slow
class TestStandardOutput:
    def test_output_is_mp3_and_nothing_else(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        command = [*COMMAND, "make", "story.md", "--engine", "silent", "--stream"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0
        assert soundfile.info(io.BytesIO(done.stdout)).format == "MP3"
        assert done.stdout[:2] == b"\xff\xfb"  # the first frame: there is no tag
        assert b"narrate: The edition was made: output/story.mp3.\n" in done.stderr
        assert (tmp_path / "output" / "story.mp3").is_file()

    def test_reader_that_ends_early_ends_the_command_quietly(self, story: Path, tmp_path: Path) -> None:
        command = [*COMMAND, "make", "story.md", "--engine", "waiting", "--stream", "-o", "out"]
        gate = tmp_path / "gate"
        environment = {"PYTHONPATH": str(PLUGINS), "NARRATE_MARK": str(tmp_path), "NARRATE_TEST_GATE": str(gate)}
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment}
        )
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        gate.touch()
        assert process.wait(60) == 1
        assert process.stderr.read() == b""
        process.stderr.close()
        assert list((tmp_path / "out").iterdir()) == []
        assert_processes_end(str(tmp_path))

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_full_disk_is_named(self, story: Path, tmp_path: Path) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "make", "story.md", "--engine", "silent", "--stream", "-q"],
                stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False,
            )  # fmt: skip
        assert done.stderr == "narrate: Cannot write to standard output: No space left on device.\n"
        assert done.returncode == 1

    @pytest.mark.parametrize(
        ("options", "problem"),
        [
            (("--stream", "--play"), "Cannot use --stream with --play: the sound goes to one place."),
            (("--stream", "--json"), "Cannot use --stream with --json: both write to standard output."),
            (("--stream", "--dry-run"), "Cannot use --stream with --dry-run: nothing is spoken then."),
            (("--play", "--check"), "Cannot use --play with --check: nothing is spoken then."),
        ],
    )
    def test_options_that_contradict_are_refused(
        self, narrate: Run, story: Path, options: tuple[str, ...], problem: str
    ) -> None:
        done = narrate("make", story, *options)
        assert done.stderr == f"narrate: {problem} Leave out one of the two.\n"
        assert done.returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the players of these tests are shell scripts")
class TestPlayer:
    def make(self, tmp_path: Path, player: str, *options: str) -> subprocess.Popen[str]:
        """Make the edition with a player that is a shell script."""
        programs = tmp_path / "programs"
        programs.mkdir()
        (programs / "mpv").write_text(f"#!/bin/sh\n{player}\n")
        (programs / "mpv").chmod(stat.S_IRWXU)
        return subprocess.Popen(
            [*COMMAND, "make", "story.md", "--engine", "silent", "--play", "-q", *options],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PATH": f"{programs}:/usr/bin:/bin", "NARRATE_MARK": str(tmp_path)},
        )

    def test_player_gets_all_of_the_sound(self, story: Path, tmp_path: Path) -> None:
        process = self.make(tmp_path, "cat > heard.mp3")
        assert process.communicate(timeout=60) == ("output/story.mp3\n", "")
        assert process.returncode == 0
        seconds = [soundfile.info(tmp_path / name).duration for name in ("heard.mp3", "output/story.mp3")]
        assert seconds[0] == pytest.approx(seconds[1], abs=0.1)

    def test_edition_is_made_though_the_listener_ends_the_player(self, story: Path, tmp_path: Path) -> None:
        process = self.make(tmp_path, "head -c 1000 > heard.mp3")
        assert process.communicate(timeout=60) == ("output/story.mp3\n", "")
        assert process.returncode == 0
        assert (tmp_path / "output" / "story.mp3").is_file()

    def test_player_that_fails_is_an_error_after_the_edition_was_made(self, story: Path, tmp_path: Path) -> None:
        process = self.make(tmp_path, "echo 'no sound device' >&2; exit 2")
        output, errors = process.communicate(timeout=60)
        assert output == "output/story.mp3\n"
        assert errors.startswith("narrate: Cannot play the sound: ")
        assert errors.endswith(
            "mpv ended with exit code 2: no sound device. Is there a sound device? The edition was made all the same.\n"
        )
        assert process.returncode == 1

    def test_missing_player_is_an_error_before_anything_is_spoken(
        self, narrate: Run, story: Path, tmp_path: Path
    ) -> None:
        done = narrate("make", story, "--engine", "silent", "--play", PATH=str(tmp_path))
        assert done.returncode == 1
        assert done.stderr.startswith("narrate: Cannot play the sound: none of mpv, ffplay, mpg123, play is installed.")
        assert not (tmp_path / "output").exists()

    def test_interrupt_ends_player_and_command(self, story: Path, tmp_path: Path) -> None:
        process = self.make(tmp_path, "touch started; exec sleep 100")
        deadline_s = time.monotonic() + 60
        while not ((tmp_path / "started").exists() and (tmp_path / "output" / "story.mp3").exists()):
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGINT
        assert_processes_end(str(tmp_path))
