"""Measure what speakable text is worth: ``python tools/spoken_errors.py [ENGINE ...]``.

One voice speaks each sentence of ``tools/spoken_sentences.txt`` twice: as it is written, and as ``narrate.speakable``
returns it. Whisper base transcribes both.

A transcript is compared with the written sentence and with the way a newsreader says it (both are in the file); the
closer of the two counts. All texts go through ``words``: digits, money, clock times, percentages, ordinals, titles and
Roman numerals become words, "to" between two numbers is a dash, single letters are joined, and names may be spelled by
ear. So the way in which Whisper writes a number does not decide the result. The rate is errors per word of what a
newsreader says. The program fails if the word error rate of an engine does not halve.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import soxr
from faster_whisper import WhisperModel

from narrate.casting import load_roster, voices_folder
from narrate.engines import AUTOMATIC, get_engine
from narrate.listening.alignment import align
from narrate.listening.whisper import SAMPLE_RATE_HZ, load_model
from narrate.listening.words import names_in, words_of
from narrate.speakable import speakable
from narrate.synthesis import WorkerPool, marked_text
from narrate.types import Audio, Voice

SENTENCES = Path(__file__).with_name("spoken_sentences.txt")
LANGUAGE = "en-US"
TIME_LIMIT_S = 60.0
LETTERS = re.compile(r"(?<=\b[A-Z])[ .-]+(?=[A-Z]\b)")
WRITTEN = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<![\d$.])(\d{1,2})[.:](\d\d)(?=\s?[ap]\.?m)", r"\1 \2"),  # 7.30 p.m.
        (r"([ap])\.\s?m\b\.?", r"\1m"),
        (r"\.00\b", ""),  # $21.00
        (r"\$(?=[\d.,]+(?: [a-z]+)? [\w ]{0,12}dollars)", ""),  # $300,000 Australian dollars
        (r"\bInc\b", "Incorporated"),
        (r"\bIII\b", "3"),
        (r"\bII\b", "2"),
    )
)
NUMBERS = frozenset(word for number in range(101) for word in words_of(str(number))) | {
    "thousand",
    "million",
    "billion",
}


@dataclass(frozen=True)
class Sentence:
    """A written sentence, and how a newsreader says it."""

    written: str
    said: str

    def errors(self, heard: str) -> int:
        """Return the number of wrong words in ``heard``, compared with the closer of the two texts.

        It is at most the number of words, as Whisper may repeat a word without end.
        """
        names = names_in([self.written])
        wrong = [
            sum(step.errors for step in align(words(text), words(heard), names)) for text in (self.written, self.said)
        ]
        return min(*wrong, len(words(self.said)))


def sentences() -> Iterator[Sentence]:
    lines = [line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for written, said in zip(lines[::2], lines[1::2], strict=True):
        yield Sentence(written, said.removeprefix("> "))


def words(text: str) -> list[str]:
    """Return the words of ``text``, the same for every way to write numbers, times and spelled letters."""
    for pattern, plain in WRITTEN:
        text = pattern.sub(plain, text)
    found = words_of(LETTERS.sub("", text))
    numbers = [word in NUMBERS for word in found]
    return [
        word
        for at, word in enumerate(found)
        if not (word == "to" and 0 < at < len(found) - 1 and numbers[at - 1] and numbers[at + 1])
    ]


def voice_of(engine: str) -> Voice:
    """Return the first American voice of ``engine`` in the roster."""
    roster = load_roster(voices_folder() / "roster.toml")
    return next(voice for voice in roster if voice.engine == engine and voice.language == LANGUAGE)


def hear(model: WhisperModel, audio: Audio) -> str:
    sound = soxr.resample(audio.samples, audio.sample_rate_hz, SAMPLE_RATE_HZ)
    segments, _ = model.transcribe(sound, language="en", temperature=0.0, condition_on_previous_text=False)
    return " ".join(segment.text.strip() for segment in segments)


def measure(engine: str, listener: WhisperModel, texts: Sequence[Sentence]) -> bool:
    """Print the transcripts and both word error rates of ``engine``. Return whether the rate at least halves."""
    voice, ipa = voice_of(engine), get_engine(engine).reads_ipa
    wrong = {"as written": 0, "as spoken": 0}
    with WorkerPool(engine, workers=1, time_limit_s=TIME_LIMIT_S) as pool:
        for sentence in texts:
            spoken = speakable(sentence.written, LANGUAGE)
            marked = marked_text(spoken) if ipa else spoken.text
            for name, text in (("as written", sentence.written), ("as spoken", marked)):
                heard = hear(listener, pool.workers[0].speak(text, voice))
                errors = sentence.errors(heard)
                wrong[name] += errors
                print(f"  {name:10} {errors:3}  {heard}", flush=True)
    total = sum(len(words(sentence.said)) for sentence in texts)
    rates = {name: errors / total for name, errors in wrong.items()}
    print(f"{engine} ({voice.id}), {len(texts)} sentences, {total} words: word error rate", end=" ")
    print(", ".join(f"{name} {rate:.1%}" for name, rate in rates.items()))
    return rates["as spoken"] <= rates["as written"] / 2


def main() -> None:
    texts, listener = list(sentences()), load_model()
    passed = [measure(engine, listener, texts) for engine in sys.argv[1:] or AUTOMATIC[:1]]
    sys.exit(not all(passed))


if __name__ == "__main__":
    main()
