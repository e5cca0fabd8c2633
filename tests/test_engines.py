"""The contract that every engine must keep."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import numpy as np
import pytest

from narrate.casting import load_roster, voices_folder
from narrate.engines import Choice, choose_engine, engine_names, get_engine, kokoro
from narrate.errors import EngineError, UsageError
from narrate.synthesis import Worker, WorkerPool, synthesize
from narrate.types import NARRATOR, Audio, Cast, Line, Voice

BUILT_IN = ["kokoro", "pyttsx3", "silent"]
SPEAKING = [pytest.param("kokoro", marks=pytest.mark.slow), "pyttsx3", "silent"]
SENTENCE = "The bridge will open in March, two years late."
Speak = Callable[[str, str, Voice], Audio]


@pytest.fixture(scope="module")
def speak() -> Iterator[Speak]:
    """Return ``speak(engine, text, voice)``, with one worker for each engine, loaded once."""
    workers: dict[str, Worker] = {}
    with ExitStack() as stack:

        def speak(engine: str, text: str, voice: Voice) -> Audio:
            if engine not in workers:
                workers[engine] = stack.enter_context(closing(Worker(engine, time_limit_s=60)))
            return workers[engine].speak(text, voice)

        yield speak


def roster(engine: str) -> list[Voice]:
    return [voice for voice in load_roster(voices_folder() / "roster.toml") if voice.engine == engine]


def test_built_in_engines_are_entry_points() -> None:
    assert set(BUILT_IN) <= set(engine_names())


def test_unknown_engine_error_lists_installed_engines() -> None:
    with pytest.raises(UsageError, match=r"no engine 'pytsx3'. Did you mean 'pyttsx3'\?.*silent"):
        get_engine("pytsx3")


class TestChoice:
    """``auto`` is the neural engine if it is installed, and else pyttsx3. A named engine is always used."""

    LACK = "Engine 'kokoro' lacks onnxruntime, kokorog2p. Run: pip install 'narrate-edition[neural]'"

    @pytest.fixture
    def neural(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kokoro, "missing_packages", tuple)

    @pytest.fixture
    def no_neural(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kokoro, "missing_packages", lambda: ("onnxruntime", "kokorog2p"))

    @pytest.mark.usefixtures("neural")
    def test_best_installed_engine_is_chosen(self) -> None:
        assert choose_engine(None, None) == Choice("kokoro", "it is the best that is installed")

    @pytest.mark.usefixtures("no_neural")
    def test_pyttsx3_is_chosen_if_the_neural_extra_is_missing(self) -> None:
        assert choose_engine(None, None) == Choice("pyttsx3", self.LACK)

    @pytest.mark.usefixtures("neural")
    def test_engine_of_a_script_is_preferred(self) -> None:
        assert choose_engine(None, "silent") == Choice("silent", "the script was cast for it")
        assert choose_engine("pyttsx3", "silent") == Choice("pyttsx3", "it was asked for")
        gone = "The script's engine 'kazoo' is not installed."
        assert choose_engine(None, "kazoo") == Choice("kokoro", gone)

    @pytest.mark.usefixtures("no_neural")
    def test_engine_of_a_script_is_skipped_if_not_installed(self) -> None:
        assert choose_engine(None, "kokoro") == Choice("pyttsx3", self.LACK)

    @pytest.mark.usefixtures("no_neural")
    def test_named_engine_is_never_skipped(self) -> None:
        assert choose_engine("kokoro", None) == Choice("kokoro", "it was asked for")
        with pytest.raises(UsageError, match="no engine 'kazoo'"):
            choose_engine("kazoo", None)


@pytest.mark.usefixtures("faulty_engines")
@pytest.mark.parametrize("name", ["absent", "mistyped"])
def test_engine_that_cannot_be_imported_is_an_error(name: str) -> None:
    with pytest.raises(EngineError, match=f"'{name}' is registered but cannot be imported"):
        get_engine(name)


@pytest.mark.usefixtures("faulty_engines")
def test_engine_that_lacks_methods_is_an_error() -> None:
    with pytest.raises(EngineError, match=r"'incomplete' .* does not follow the Engine protocol\."):
        get_engine("incomplete")


@pytest.mark.parametrize("name", BUILT_IN)
def test_fingerprint_imports_nothing_heavy(name: str) -> None:
    code = f"""
import sys
from narrate.casting import load_roster, voices_folder
from narrate.engines import get_engine
voices = [voice for voice in load_roster(voices_folder() / "roster.toml") if voice.engine == {name!r}]
print(all(map(get_engine({name!r}).fingerprint, voices)))
print(sorted({{"ctypes", "numpy", "onnxruntime", "soundfile", "spacy"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True", "[]"]


@pytest.mark.parametrize("name", SPEAKING)
class TestContract:
    def test_engine_has_the_name_of_its_entry_point(self, name: str) -> None:
        assert get_engine(name).name == name

    def test_engine_has_voices(self, name: str, speak: Speak) -> None:
        voices = get_engine(name).voices()
        assert voices
        assert all(voice.engine == name and voice.id and voice.license for voice in voices)
        assert len({voice.id for voice in voices}) == len(voices)
        assert all(len(speak(name, "Go.", voice).samples) > 0 for voice in voices)

    def test_samples_are_within_range(self, name: str, speak: Speak) -> None:
        audio = speak(name, SENTENCE, roster(name)[0])
        assert audio.samples.dtype == np.float32
        assert audio.samples.ndim == 1
        assert 1.5 < audio.duration_s < 6
        assert 0.01 < np.abs(audio.samples).max() <= 1

    def test_same_text_and_voice_give_same_samples(self, name: str) -> None:
        lines = [Line(index, (0,), "It opens in March.", NARRATOR, "end") for index in range(6)]
        cast = Cast({NARRATOR: roster(name)[1]}, {})
        with WorkerPool(name, workers=2, time_limit_s=60) as pool:
            takes = list(synthesize(lines, cast, pools={pool.engine.name: pool}, retries=0))
        for take in takes[1:]:
            np.testing.assert_array_equal(take.audio.samples, takes[0].audio.samples)

    def test_every_roster_voice_sounds_different(self, name: str) -> None:
        voices = roster(name)
        lines = [Line(index, (0,), "Hello.", voice.id, "end") for index, voice in enumerate(voices)]
        cast = Cast({voice.id: voice for voice in voices}, {})
        with WorkerPool(name, workers=2, time_limit_s=60) as pool:
            takes = synthesize(lines, cast, pools={name: pool}, retries=0)
            sounds = [take.audio.samples.tobytes() for take in takes]
        assert len(set(sounds)) == len(voices) >= 12

    def test_words_are_heard_at_the_reported_times(self, name: str, speak: Speak) -> None:
        """The word after the comma begins where the sound resumes after the longest pause."""
        audio = speak(name, SENTENCE, roster(name)[0])
        if name == "silent":
            assert audio.timings == ()
            return
        words = {SENTENCE[timing.start : timing.end].strip(" ,."): timing for timing in audio.timings}
        assert " ".join(words) == SENTENCE.replace(",", "").replace(".", "")
        times = [time for timing in audio.timings for time in (timing.start_s, timing.end_s)]
        assert times == sorted(times)
        assert -0.1 < times[0] < times[-1] <= audio.duration_s + 0.001
        loud_s = np.flatnonzero(np.abs(audio.samples) > 0.01) / audio.sample_rate_hz
        gap = int(np.diff(loud_s).argmax())
        assert loud_s[gap + 1] - loud_s[gap] > 0.1
        assert words["two"].start_s == pytest.approx(loud_s[gap + 1], abs=0.1)
        assert words["March"].end_s == pytest.approx(loud_s[gap], abs=0.1)

    def test_longer_text_lasts_longer(self, name: str, speak: Speak) -> None:
        voice = roster(name)[0]
        short, long = "It opens in May.", "It opens in May, " * 3 + "and not before."
        assert len(speak(name, long, voice).samples) > 2 * len(speak(name, short, voice).samples)

    @pytest.mark.parametrize(
        "text", ["Ökonom Jürgen Žižek said “no” — 3 × 4…", "Go.", "I " * 290, "日本語", "[[ }{ <b> \\ &amp;"]
    )
    def test_engine_speaks_any_text(self, name: str, text: str, speak: Speak) -> None:
        text = text[:120] if name == "kokoro" else text  # it takes about as long as it speaks
        assert len(speak(name, text, roster(name)[0]).samples) > 0

    def test_line_without_words_is_refused(self, name: str) -> None:
        with pytest.raises(EngineError):
            get_engine(name).synthesize("  ", roster(name)[0])


def test_pyttsx3_refuses_unknown_espeak_voice(speak: Speak) -> None:
    voice = Voice("pyttsx3", "ghost", "Ghost", "en", "unknown", "none", "none", "none", {"voice": "en-atlantis"})
    with pytest.raises(EngineError, match="Voice 'ghost': eSpeak refused"):
        speak("pyttsx3", SENTENCE, voice)


@pytest.mark.parametrize(
    ("settings", "message"), [({"rate": 1.5}, "'rate' must be int"), ({"rat": 150}, "no setting 'rat'")]
)
def test_pyttsx3_refuses_settings_that_it_would_ignore(settings: dict[str, float], message: str, speak: Speak) -> None:
    voice = Voice("pyttsx3", "odd", "Odd", "en", "unknown", "none", "none", "none", settings)
    with pytest.raises(EngineError, match=message):
        speak("pyttsx3", SENTENCE, voice)


@pytest.mark.slow
def test_pyttsx3_refuses_text_that_would_crash_it() -> None:
    with pytest.raises(EngineError, match="1 to 10000 characters"):
        get_engine("pyttsx3").synthesize("word " * 3000, roster("pyttsx3")[0])


class TestPreparation:
    """What the engine does once, before its processes start."""

    def test_worker_prepares_before_its_process_starts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []
        popen = subprocess.Popen
        monkeypatch.setattr("subprocess.Popen", lambda *args, **kwargs: seen.append("start") or popen(*args, **kwargs))
        with closing(Worker("silent", time_limit_s=60, prepare=lambda: seen.append("prepare"))) as worker:
            worker.start()
        assert seen == ["prepare", "start"]

    def test_failed_preparation_is_left_to_the_process(self) -> None:
        def fail() -> None:
            raise EngineError("The file cannot be fetched.")

        voice = Voice("silent", "someone", "Someone", "en-GB", "female", "British", "adult", "none", {})
        with closing(Worker("silent", time_limit_s=60, prepare=fail)) as worker:
            assert worker.speak(SENTENCE, voice).duration_s > 0
