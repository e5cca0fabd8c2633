"""The whole pipeline, as a library and as a command: files, bytes, exit codes, faults."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import textwrap
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from helpers.paths import BAKHMUT, EXAMPLE, PLUGINS
from helpers.runs import COMMAND, SILENT, Run, assert_processes_end, processes_marked

from narrate import NarrateError, produce
from narrate.cli.doctor import examine
from narrate.config import AssemblyConfig, CacheConfig, CastingConfig, Config, ScriptConfig, SynthesisConfig
from narrate.edition.lock import edition_lock
from narrate.edition.plan import Plan, roster
from narrate.engines.silent import SAMPLE_RATE_HZ as SILENT_RATE_HZ
from narrate.engines.silent import SAMPLES_PER_CHARACTER
from narrate.pipeline import prepare
from narrate.script.document import load_script
from narrate.script.lines import write_lines
from narrate.speakable import speakable
from narrate.synthesis import WorkerPool, synthesize
from narrate.types import NARRATOR, Progress

DISCLAIMER = "Voice is AI-generated. Inconsistencies may occur."
STORY = """Ferry returns

“We are back,” said Ada Byron, the captain. “It took us two long years.”

Nobody knows who wrote “the sea has a memory of its own” on the wall.
"""
ARTICLES = [EXAMPLE, BAKHMUT] if BAKHMUT.exists() else [EXAMPLE]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


class TestProduce:
    def test_produce_returns_edition_that_lists_all_its_files(self, story: Path, tmp_path: Path) -> None:
        edition = produce(story, output=tmp_path / "out", config=SILENT)
        assert {file.name for file in (tmp_path / "out").iterdir()} == {path.name for path in edition.files.values()}
        assert {path.name.removeprefix("story.") for path in edition.files.values()} == {
            "mp3", "vtt", "srt", "transcript.json", "transcript.txt", "chapters.json", "script.json", "edition.json",
            "edition.html", "embed.html", "cover.jpg",
        }  # fmt: skip
        assert edition.disclaimer == DISCLAIMER == edition.cues[0].text
        assert edition.engine == "silent"
        assert {cue.speaker for cue in edition.cues} >= {"Narrator", "Ada Byron"}
        assert soundfile.info(edition.mp3).duration == pytest.approx(edition.duration_s, abs=0.001)

    def test_edition_lasts_as_long_as_its_takes_and_pauses(self, story: Path, tmp_path: Path) -> None:
        lines = write_lines(prepare(story, config=SILENT).script)
        pauses = AssemblyConfig()
        expected_s = pauses.lead_in_ms / 1000 + sum(
            len(speakable(line.text).text) * SAMPLES_PER_CHARACTER / SILENT_RATE_HZ
            + getattr(pauses, f"{line.boundary}_ms") / 1000
            for line in lines
        )
        edition = produce(story, output=tmp_path, config=SILENT)
        assert edition.duration_s == pytest.approx(expected_s, abs=0.05)

    def test_progress_counts_every_line(self, story: Path, tmp_path: Path) -> None:
        seen: list[Progress] = []
        edition = produce(story, output=tmp_path, config=SILENT, progress=seen.append)
        lines = [(one.done, one.total) for one in seen if one.stage == "synthesize"]
        assert lines == [(n, len(edition.cues)) for n in range(1, len(edition.cues) + 1)]

    def test_produce_of_missing_article_prints_nothing_and_makes_no_folder(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(NarrateError):
            produce(tmp_path / "missing.txt", output=tmp_path / "out", config=SILENT)
        assert capfd.readouterr() == ("", "")
        assert not (tmp_path / "out").exists()

    @pytest.mark.slow
    @pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.stem)
    def test_number_of_workers_does_not_change_bytes(self, article: Path, tmp_path: Path) -> None:
        editions = [
            produce(
                article,
                output=tmp_path / str(workers),
                config=Config(
                    synthesis=SynthesisConfig(engine="pyttsx3", workers=workers), cache=CacheConfig(enabled=False)
                ),
            )
            for workers in (1, 3)
        ]
        for one, other in zip(*[e.files.values() for e in editions], strict=True):
            assert one.read_bytes() == other.read_bytes()

    @pytest.mark.slow
    def test_sound_begins_with_disclaimer(self, story: Path, tmp_path: Path) -> None:
        config = Config(synthesis=SynthesisConfig(engine="pyttsx3"))
        edition = produce(story, output=tmp_path, config=config)
        prepared = prepare(story, config=config)
        first = write_lines(prepared.script)[0]
        assert first.text == DISCLAIMER
        with WorkerPool("pyttsx3", workers=1, time_limit_s=60) as pool:
            (take,) = synthesize([first], prepared.cast, pools={pool.engine.name: pool}, retries=0)
        heard, rate_hz = soundfile.read(edition.mp3, dtype="float32")
        heard = heard[: round(edition.cues[0].end_s * rate_hz)][:: rate_hz // take.audio.sample_rate_hz]
        assert likeness(heard, take.audio.samples) > 0.9  # the limiter reduces some peaks
        later = [line for line in write_lines(prepared.script) if line.speaker == NARRATOR][2]
        with WorkerPool("pyttsx3", workers=1, time_limit_s=60) as pool:
            (other,) = synthesize([later], prepared.cast, pools={pool.engine.name: pool}, retries=0)
        assert likeness(heard, other.audio.samples) < 0.5

    @pytest.mark.slow
    def test_edited_script_is_backed_up_in_edition_and_at_script_command(
        self, narrate: Run, story: Path, tmp_path: Path
    ) -> None:
        script = tmp_path / "desk.script.json"
        assert narrate("script", story, "--engine", "silent", "-o", script).returncode == 0
        corrected = script.read_text(encoding="utf-8").replace('"speaker": "Ada Byron"', '"speaker": "Dora Voss"')
        script.write_text(corrected, encoding="utf-8")
        out = tmp_path / "out" / "story.mp3"
        made = produce(script, output=out, config=SILENT).script_file.read_text(encoding="utf-8")
        assert produce(script, output=out, config=SILENT).warnings == ()
        story.write_text(STORY.replace("two long", "three long"), encoding="utf-8")
        (warning,) = produce(story, output=out, config=SILENT).warnings
        (kept,) = out.parent.glob("story.edited-*.script.json")
        assert str(kept) in warning
        assert kept.read_text(encoding="utf-8") == made
        assert produce(story, output=out, config=SILENT).warnings == ()
        produce(script, output=out, config=SILENT)
        script.write_text(corrected.replace('"speaker": "Dora Voss"', '"speaker": "Emil Voss"'), encoding="utf-8")
        assert "The former script is kept as" in produce(script, output=out, config=SILENT).warnings[-1]
        script.write_text(corrected, encoding="utf-8")
        again = narrate("script", story, "--engine", "silent", "-o", script)
        (kept,) = tmp_path.glob("desk.edited-*.script.json")
        assert kept.read_text(encoding="utf-8") == corrected
        assert (
            f"the new script does not have the checked speakers of 2 quotations. The former script is kept as {kept}"
            in again.stderr
        )

    @pytest.mark.slow
    def test_edited_script_of_edition_is_backed_up_before_it_is_overwritten(self, story: Path, tmp_path: Path) -> None:
        script_file = produce(story, output=tmp_path, config=SILENT).script_file
        assert produce(story, output=tmp_path, config=SILENT).warnings == ()
        corrected = script_file.read_text(encoding="utf-8").replace('"speaker": "Ada Byron"', '"speaker": "Dora Voss"')
        script_file.write_text(corrected, encoding="utf-8")
        story.write_text(story.read_text(encoding="utf-8") + "\nNobody else came.\n", encoding="utf-8")
        edition = produce(story, output=tmp_path, config=SILENT)
        (kept,) = tmp_path.glob("story.edited-*.script.json")
        assert kept.read_text(encoding="utf-8") == corrected
        assert str(kept) in edition.warnings[-1]
        assert "<v Dora Voss>" in produce(kept, output=tmp_path, config=SILENT).captions.read_text(encoding="utf-8")

    def test_edition_that_would_overwrite_its_article_is_refused(self, tmp_path: Path) -> None:
        source = tmp_path / "story.vtt"
        source.write_text(STORY, encoding="utf-8")
        with pytest.raises(NarrateError, match="would overwrite its source"):
            produce(source, output=tmp_path, config=SILENT)
        assert source.read_text(encoding="utf-8") == STORY

    @pytest.mark.slow
    def test_people_file_remembers_voices_and_can_be_edited(self, story: Path, tmp_path: Path) -> None:
        people = tmp_path / "people.toml"
        config = replace(SILENT, casting=CastingConfig(people=str(people)))
        cast = produce(story, output=tmp_path, config=config).cast
        table = tomllib.loads(people.read_text(encoding="utf-8"))
        assert table["silent"]["Ada Byron"] == cast.voices["ada-byron"].id
        chosen = next(voice.id for voice in roster(SILENT) if voice.id not in {v.id for v in cast.voices.values()})
        people.write_text(f'[silent]\n"ADA BYRON" = "{chosen}"\n[other]\n"X \\"Y" = "z"\n', encoding="utf-8")
        assert produce(story, output=tmp_path, config=config).cast.voices["ada-byron"].id == chosen
        after = tomllib.loads(people.read_text(encoding="utf-8"))
        assert after["silent"]["ADA BYRON"] == chosen
        assert "Ada Byron" not in after["silent"]
        assert after["other"] == {'X "Y': "z"}

    def test_people_file_with_wrong_types_is_an_error(self, story: Path, tmp_path: Path) -> None:
        (tmp_path / "people.toml").write_text("Ada = 'clyde'")
        config = replace(SILENT, casting=CastingConfig(people=str(tmp_path / "people.toml")))
        with pytest.raises(NarrateError, match=r"people\.toml: .* must be a table"):
            produce(story, output=tmp_path, config=config)

    def test_disclaimer_that_article_already_has_is_spoken_once(self, story: Path, tmp_path: Path) -> None:
        own = "Diese Stimmen sind künstlich."
        story.write_text(f"🎙 {own}\n\n{STORY}", encoding="utf-8")
        config = replace(SILENT, script=ScriptConfig(disclaimer=own))
        texts = [cue.text for cue in produce(story, output=tmp_path, config=config).cues]
        assert sum(own in text for text in texts) == 1

    def test_disclaimer_is_a_setting(self, story: Path, tmp_path: Path) -> None:
        config = tmp_path / "narrate.toml"
        config.write_text('[script]\ndisclaimer = "Diese Stimmen sind künstlich."\n[synthesis]\nengine = "silent"')
        edition = produce(story, output=tmp_path, config=config)
        assert edition.cues[0].text == edition.disclaimer == "Diese Stimmen sind künstlich."


class TestEngineChoice:
    @pytest.mark.slow
    def test_neural_engine_is_the_default_if_installed(self, story: Path, tmp_path: Path) -> None:
        edition = produce(story, output=tmp_path)
        assert (edition.engine, edition.engine_reason) == ("kokoro", "it is the best that is installed")
        assert {voice.engine for voice in edition.cast.voices.values()} == {"kokoro"}
        assert 8 < edition.duration_s < 20

    def test_fast_engine_is_the_default_if_neural_one_is_missing(
        self, story: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        named = prepare(story, config=Config(synthesis=SynthesisConfig(engine="kokoro")))
        assert (named.engine, named.engine_reason) == ("kokoro", "it was asked for")
        monkeypatch.setattr("narrate.engines.kokoro.missing_packages", lambda: ("onnxruntime",))
        prepared = prepare(story)
        assert prepared.engine == "pyttsx3"
        assert prepared.engine_reason.startswith("Engine 'kokoro' ")
        again = prepare(load_script(named.document(), name="x"))
        assert (again.engine, again.engine_reason) == ("pyttsx3", prepared.engine_reason)
        assert any("was cast for engine 'kokoro'" in warning for warning in again.warnings)


def likeness(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    """Return the highest normalized cross-correlation of two sounds, in [0, 1]."""
    size = 1 << (len(one) + len(other)).bit_length()
    product = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)))
    return float(np.abs(product).max() / (np.linalg.norm(one) * np.linalg.norm(other)))


class TestPinnedVoices:
    """A voice may be pinned by the article, the configuration and the script; the last of these precedes the others."""

    @pytest.fixture
    def pinned(self, tmp_path: Path) -> Path:
        path = tmp_path / "pinned.txt"
        path.write_text(f"---\ntitle: Ferry\ncast:\n  Ada Byron: {voice_id(3)}\n---\n{STORY}", encoding="utf-8")
        return path

    def test_voice_can_be_pinned_by_article(self, pinned: Path) -> None:
        assert voice_of(prepare(pinned, config=SILENT), "Ada Byron") == voice_id(3)

    def test_pin_of_configuration_precedes_pin_of_article(self, pinned: Path) -> None:
        config = replace(SILENT, casting=CastingConfig(narrator=voice_id(5), pins={"ada byron": voice_id(4)}))
        prepared = prepare(pinned, config=config)
        assert voice_of(prepared, "Ada Byron") == voice_id(4)
        assert prepared.cast.voices[NARRATOR].id == voice_id(5)

    def test_pin_of_script_precedes_pin_of_article(self, pinned: Path) -> None:
        document = json.loads(prepare(pinned, config=SILENT).document())
        document["cast"] |= {"Ada Byron": voice_id(6), "Narrator": voice_id(7)}
        prepared = prepare(load_script(json.dumps(document), name="x"), config=SILENT)
        assert voice_of(prepared, "Ada Byron") == voice_id(6)
        assert prepared.cast.voices[NARRATOR].id == voice_id(7)
        assert prepared.warnings == ()


def voice_id(number: int) -> str:
    return roster(SILENT)[number].id


def voice_of(prepared: Plan, name: str) -> str:
    return next(prepared.cast.voices[one.id].id for one in prepared.script.speakers if one.name == name)


class TestMakeCommand:
    def test_make_prints_path_and_shows_cast(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        done = narrate("make", story, "--engine", "silent", "--min-confidence", "0")
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{Path('output') / 'story.mp3'}\n"
        assert (tmp_path / "output" / "story.mp3").exists()
        assert "Ada Byron" in done.stderr
        assert "Quotations" in done.stderr


@pytest.mark.slow
class TestOptionsAndOtherCommands:
    def test_quiet_option_leaves_only_the_path(self, narrate: Run, story: Path) -> None:
        done = narrate("make", story, "--engine", "silent", "--quiet", "-o", "a.mp3", "--min-confidence", "0")
        assert (done.stdout, done.stderr) == ("a.mp3\n", "")

    def test_json_option_prints_one_report(self, narrate: Run, story: Path) -> None:
        done = narrate("make", story, "--engine", "silent", "--json", "--quiet")
        report = json.loads(done.stdout)
        assert report["mp3"] == str(Path("output") / "story.mp3")
        assert report["disclaimer"] == DISCLAIMER
        ada = next(row for row in report["cast"] if row["speaker"] == "Ada Byron")
        assert ada["quotations"] == 2
        assert ada["seconds"] > 1
        assert ada["confidence"] > 0.8

    def test_draft_option_uses_fast_engine_and_reports_it(self, narrate: Run, story: Path) -> None:
        done = narrate("make", story, "--draft", "--json", "--min-confidence", "0")
        report = json.loads(done.stdout)
        assert (report["engine"], report["engine_reason"]) == ("pyttsx3", "it was asked for")
        assert "narrate: A draft, in a robotic voice. To publish it, make it again without --draft.\n" in done.stderr

    def test_make_reads_standard_input(self, narrate: Run, tmp_path: Path) -> None:
        done = narrate("make", "-", "--engine", "silent", "--quiet", stdin=STORY.encode())
        assert done.stdout == f"{Path('output') / 'ferry-returns.mp3'}\n"

    def test_dry_run_shows_cast_and_script_and_writes_nothing(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        done = narrate("make", story, "--engine", "silent", "--dry-run")
        assert "[Ada Byron] “We are back,”" in done.stdout
        assert [file.name for file in tmp_path.iterdir()] == ["story.txt"]

    def test_make_renders_edited_script(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        assert narrate("script", story, "--engine", "silent", "-o", "story.script.json").returncode == 0
        path = tmp_path / "story.script.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        for segment in document["segments"]:
            if segment["kind"] == "quotation":
                segment["speaker"] = "Dora Voss"
        path.write_text(json.dumps(document), encoding="utf-8")
        done = narrate("make", "story.script.json")
        assert done.returncode == 0, done.stderr
        assert "<v Dora Voss>" in (tmp_path / "output" / "story.vtt").read_text(encoding="utf-8")

    def test_script_command_writes_to_standard_output(self, narrate: Run, story: Path) -> None:
        done = narrate("script", story, "--engine", "silent")
        assert json.loads(done.stdout)["format"] == "narrate-script/1"

    def test_attribute_command_answers_each_article_in_order(self, narrate: Run, tmp_path: Path) -> None:
        articles = [{"id": f"a{n}", "text": STORY.replace("Ada", f"Ada{'bcde'[n]}")} for n in range(4)]
        (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))
        done = narrate("attribute", "articles.jsonl", "-o", "pred.jsonl")
        assert (done.returncode, done.stdout) == (0, "pred.jsonl\n"), done.stderr
        found = [json.loads(line) for line in (tmp_path / "pred.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [answer["id"] for answer in found] == ["a0", "a1", "a2", "a3"]
        for article, answer in zip(articles, found, strict=True):
            first = answer["quotes"][0]
            assert article["text"][first["start"] : first["end"]] == "“We are back,”"
            assert first["speaker"].startswith("Ada")
            assert set(first) >= {"speaker_id", "gender", "confidence"}

    @pytest.mark.parametrize("lines", ['{"id": 1}', "{", '{"id": "x", "text": ""}'])
    def test_attribute_command_refuses_invalid_lines_without_traceback(
        self, lines: str, narrate: Run, tmp_path: Path
    ) -> None:
        (tmp_path / "articles.jsonl").write_text(lines)
        done = narrate("attribute", "articles.jsonl", "-o", "pred.jsonl")
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "pred.jsonl").exists()

    def test_explanation_of_script_fits_80_columns(self, narrate: Run, story: Path) -> None:
        done = narrate("script", story, "--explain")
        first, second = done.stdout.splitlines()[:2]
        assert first == "“We are back,”"
        assert re.fullmatch(r"    Ada Byron, [01]\.\d\d: 'said Ada Byron' follows the quotation", second)
        assert max(map(len, done.stdout.splitlines())) <= 80

    def test_quotation_below_min_confidence_is_narrated_and_exit_code_is_3(self, narrate: Run, story: Path) -> None:
        done = narrate("make", story, "--engine", "silent", "--json", "--min-confidence", "1")
        assert done.returncode == 3
        report = json.loads(done.stdout)
        assert "“We are back,”" in [unsure["text"] for unsure in report["below_threshold"]]
        assert "Speaker uncertain (perhaps Ada Byron, confidence 0.98), the narrator reads it: '“We" in done.stderr
        assert f": narrate edit {Path('output/story.script.json')}\n" in done.stderr
        assert [row["voice"] for row in report["cast"] if row["speaker"] == "Ada Byron"] == [None]

    @pytest.mark.parametrize(
        ("arguments", "exit_code", "message"),
        [
            (["make"], 2, "Missing argument"),
            (["make", "story.txt", "--loud"], 2, "No such option"),
            (["make", "story.txt", "--engine", "kazoo"], 2, "There is no engine 'kazoo'"),
            (["make", "story.txt", "--draft", "--engine", "silent"], 2, "Cannot use --draft with --engine silent"),
            (["make", "story.txt", "--config", "no.toml"], 2, "Cannot read no.toml"),
            (["make", "story.txt", "--min-confidence", "7"], 2, "--min-confidence must be between 0 and 1, not 7"),
            (
                ["make", "story.txt", "-o", "a/story.wav"],
                2,
                f"Name {Path('a/story.mp3')}, or a folder; [delivery] formats",
            ),
            (
                ["make", "story.txt", "-o", "empty.txt"],
                2,
                "this is a file that is no MP3. Name an .mp3 file, or a folder.",
            ),
            (["make", "."], 1, "this is a folder. Choose an article in it, or make all of them with 'narrate batch'."),
            (["voices", "arthur"], 2, "Unexpected argument 'arthur'. Hear a voice with --try arthur."),
            (["make", "story.txt", "--engine", "absent"], 1, "'absent' is registered but cannot be imported"),
            (["make", "story.txt", "--engine", "homeless"], 1, "needs a roof"),
            (["make", "nothing.txt"], 1, "nothing.txt"),
            (["make", "empty.txt"], 1, "empty.txt"),
            (["make", "picture.png"], 1, "picture.png"),
            (["make", "broken.script.json"], 1, "broken.script.json: it is not valid JSON"),
            (["make", "story.txt", "--engine", "silent", "-o", "story.txt"], 2, "story.txt"),
            (["make", "story.txt", "--engine", "silent", "-o", "empty.txt/deep.mp3"], 1, "Cannot write empty.txt"),
            (["voices", "--try", "nobody"], 2, "Unknown voice 'nobody'"),
        ],
    )
    def test_failure_has_exit_code_and_message_without_traceback(
        self, arguments: list[str], exit_code: int, message: str, narrate: Run, story: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "empty.txt").touch()
        (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        (tmp_path / "broken.script.json").write_text('{"format": "narrate-script/1", ')
        before = sorted(tmp_path.rglob("*"))
        done = narrate(*arguments)
        assert (done.returncode, done.stdout) == (exit_code, ""), done.stderr
        assert message in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr
        assert [path for path in sorted(tmp_path.rglob("*")) if path.name != "output"] == before

    def test_script_that_would_overwrite_its_article_is_refused(self, narrate: Run, story: Path) -> None:
        done = narrate("script", story, "--engine", "silent", "-o", "story.txt")
        assert (done.returncode, done.stdout) == (2, "")
        assert story.read_text(encoding="utf-8") == STORY

    def test_text_that_begins_with_brace_is_read_as_text(self, narrate: Run) -> None:
        done = narrate("make", "-", "--engine", "silent", "-q", stdin=b"{Editor: hold this.}\n\nIt rained all day.\n")
        assert done.returncode == 0, done.stderr

    def test_output_is_utf_8_in_every_locale(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        done = narrate("script", story, "--engine", "silent", PYTHONIOENCODING="ascii", LC_ALL="C")
        assert "“We are back,”" in done.stdout
        assert "Traceback" not in done.stderr

    def test_dry_run_reports_quotations_below_min_confidence(self, narrate: Run, story: Path) -> None:
        done = narrate("make", story, "--engine", "silent", "--dry-run", "--min-confidence", "1")
        assert done.returncode == 3
        assert "the narrator reads it" in done.stderr

    def test_make_works_with_closed_standard_streams(self, story: Path, tmp_path: Path) -> None:
        command = " ".join(
            shlex.quote(word) for word in [*COMMAND, "make", "story.txt", "--engine", "pyttsx3", "-o", "a"]
        )
        subprocess.run(f"{command} <&- >&- 2>&-", shell=True, cwd=tmp_path, check=False)
        assert soundfile.info(tmp_path / "a" / "story.mp3").duration > 5

    def test_version_option_prints_version(self, narrate: Run) -> None:
        assert re.fullmatch(r"narrate-edition \d+\.\d+\.\d+\n", narrate("--version").stdout)

    def test_hanging_engine_is_reported_with_its_line(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        (tmp_path / "n.toml").write_text("[synthesis]\nengine = 'hanging'\ntime_limit_s = 1\nretries = 0\n")
        story.write_text("The cranes hang still.\n\nNobody works.\n")
        done = narrate("make", story, "-c", "n.toml")
        assert done.returncode == 1
        assert "did not answer within 1 s" in done.stderr
        assert "'The cranes hang still.'" in done.stderr
        assert list((tmp_path / "output").iterdir()) == []

    def test_option_precedes_config_file(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        (tmp_path / "n.toml").write_text("[synthesis]\nengine = 'hanging'\n[delivery]\nfolder = 'elsewhere'\n")
        done = narrate("make", story, "-c", "n.toml", "--engine", "silent", "--json", "-q", "--min-confidence", "0")
        report = json.loads(done.stdout)
        assert report["engine"] == "silent"
        assert report["mp3"] == str(Path("elsewhere") / "story.mp3")

    def test_voices_command_lists_and_tries_voices(self, narrate: Run, tmp_path: Path) -> None:
        listed = json.loads(narrate("voices", "--json", "--engine", "pyttsx3").stdout)
        assert len(listed) >= 12
        done = narrate("voices", "--try", listed[0]["id"], "-o", "out")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / done.stdout.strip()).stat().st_size > 20_000

    def test_doctor_reports_complete_installation(self, narrate: Run) -> None:
        done = narrate("doctor", PYTHONPATH="")
        assert done.returncode == 0, done.stdout
        assert "engine pyttsx3: speaks" in done.stdout
        assert "weights of kokoro: " in done.stdout
        assert "extra check: installed" in done.stdout
        assert "extra c2pa: installed" in done.stdout

    def test_doctor_accepts_missing_optional_engine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("narrate.engines.kokoro.missing_packages", lambda: ("onnxruntime",))
        (kokoro,) = [finding for finding in examine(tmp_path) if finding.name == "engine kokoro"]
        assert kokoro.is_ok
        assert "optional, and not installed. Engine 'kokoro' lacks onnxruntime." in kokoro.detail

    def test_doctor_names_missing_packages_of_an_extra(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("narrate.cli.doctor.find_spec", lambda name: None if name == "c2pa" else object())
        found = {finding.name: finding for finding in examine(tmp_path)}
        assert found["extra check"].detail == "installed, for narrate listen"
        assert found["extra c2pa"].is_ok
        assert found["extra c2pa"].detail.startswith("optional, and not installed (c2pa). For signed editions: pip")

    def test_doctor_reports_engine_that_cannot_be_imported(self, narrate: Run) -> None:
        done = narrate("doctor", NARRATE_TEST_LOADING_S="0")
        assert done.returncode == 1
        assert "MISSING  engine absent" in done.stdout


@pytest.mark.slow
class TestProcesses:
    def test_two_processes_with_different_hash_seeds_make_same_bytes(
        self, narrate: Run, story: Path, tmp_path: Path
    ) -> None:
        for folder, seed in (("one", "1"), ("two", "2")):
            options = ("--draft", "-q", "-o", folder, "--min-confidence", "0", "--no-cache")
            assert narrate("make", story, *options, PYTHONHASHSEED=seed).returncode == 0
        for name in ("story.mp3", "story.vtt", "story.script.json"):
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
    def test_kill_9_leaves_no_incomplete_file_and_no_process(self, tmp_path: Path) -> None:
        text = "\n\n".join(f"The bridge number {n} opened on Monday, and the mayor left." for n in range(300))
        (tmp_path / "long.txt").write_text(text)
        process = subprocess.Popen(
            [*COMMAND, "make", "long.txt", "--engine", "pyttsx3", "-o", "out"],
            cwd=tmp_path,
            env={**os.environ, "NARRATE_MARK": str(tmp_path)},
        )
        while not any((tmp_path / "out").glob("*.part")):
            time.sleep(0.02)
            assert process.poll() is None
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert [file for file in (tmp_path / "out").iterdir() if not file.name.endswith(".part")] == []
        assert_processes_end(str(tmp_path))

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
    def test_signal_ends_make_and_leaves_no_file_and_no_process(self, number: signal.Signals, tmp_path: Path) -> None:
        (tmp_path / "n.toml").write_text("[synthesis]\nengine = 'hanging'\n")
        (tmp_path / "story.txt").write_text("The cranes hang still.\n\nNobody works.\n")
        process = subprocess.Popen(
            [*COMMAND, "make", "story.txt", "-c", "n.toml", "-o", "out"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(PLUGINS), "NARRATE_MARK": str(tmp_path)},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # jobs of a shell may ignore it
        )
        while not any((tmp_path / "out").glob("*.part")):
            time.sleep(0.02)
            assert process.poll() is None
        time.sleep(1)
        process.send_signal(number)
        assert process.wait(timeout=60) in (128 + number, 1)
        assert list((tmp_path / "out").iterdir()) == []
        assert processes_marked(str(tmp_path)) == []

    @pytest.mark.slow
    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_signal_ends_encoding_of_a_long_edition(self, number: signal.Signals, tmp_path: Path) -> None:
        text = "\n\n".join(f"The bridge number {n} opened on Monday, and the mayor left." for n in range(200))
        (tmp_path / "long.txt").write_text(text)
        process = subprocess.Popen(
            [*COMMAND, "make", "long.txt", "--engine", "silent", "--no-cache", "-o", "out"],
            cwd=tmp_path,
            env={**os.environ, "NARRATE_MARK": str(tmp_path)},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # jobs of a shell may ignore it
        )
        while not any(file.stat().st_size for file in (tmp_path / "out").glob("*.part")):
            time.sleep(0.02)
            assert process.poll() is None
        process.send_signal(number)
        began_s = time.monotonic()
        assert process.wait(timeout=60) in (128 + number, 1)
        assert time.monotonic() - began_s < 4  # 0.2 s on idle cores
        assert list((tmp_path / "out").iterdir()) == []
        assert processes_marked(str(tmp_path)) == []

    def test_threads_that_start_together_make_their_editions(self, tmp_path: Path) -> None:
        """In a process that has loaded nothing yet, one of the threads loads what all of them need, once."""
        script = """
            import sys, threading
            from concurrent.futures import ThreadPoolExecutor
            from narrate import Config, produce
            from narrate.config import SynthesisConfig
            config, together = Config(synthesis=SynthesisConfig(engine="silent")), threading.Barrier(3)
            def make(name):
                together.wait()
                return produce(name, output="out", config=config).state
            with ThreadPoolExecutor(3) as threads:
                print(*threads.map(make, ["a.txt", "b.txt", "c.html"]))
        """
        for name in ("a.txt", "b.txt", "c.html"):
            (tmp_path / name).write_text(STORY, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.stderr) == ("new new new\n", "")

    def test_script_that_calls_produce_needs_no_main_guard(self, story: Path, tmp_path: Path) -> None:
        script = tmp_path / "publish.py"
        script.write_text(
            textwrap.dedent(
                f"""
                from narrate import Config, produce
                from narrate.config import SynthesisConfig
                print("once")
                drafted = Config(synthesis=SynthesisConfig(engine="pyttsx3"))
                edition = produce({str(story)!r}, output={str(tmp_path)!r}, config=drafted)
                print(edition.mp3.name)
                """
            )
        )
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("once\nstory.mp3\n", "")

    def test_second_run_of_same_edition_waits_for_the_first(self, narrate: Run, story: Path, tmp_path: Path) -> None:
        config = tmp_path / "narrate.toml"
        config.write_text('[synthesis]\nengine = "silent"\n[attribution]\nmin_confidence = 0\n', encoding="utf-8")
        with edition_lock(str(tmp_path / "out" / "story.mp3")):
            waiting = subprocess.Popen(
                [*COMMAND, "make", story, "-o", tmp_path / "out", "-c", config], stderr=subprocess.PIPE, text=True
            )
            assert waiting.stderr is not None
            assert waiting.stderr.readline().startswith(
                f"narrate: warning: Another process is making {tmp_path / 'out'}"
            )
            assert not (tmp_path / "out").exists()
            assert narrate("make", story, "-q", "-o", "other", "-c", config).returncode == 0
            assert narrate("make", story, "-q", "-o", "out", "-c", config, "--dry-run").returncode == 0
        waiting.communicate(timeout=60)
        assert waiting.returncode == 0
        assert (tmp_path / "out" / "story.mp3").exists()
