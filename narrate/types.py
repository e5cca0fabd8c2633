"""The things that flow through Narrate. All are frozen; units stand in the name or under the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:  # those who make samples import it; who only hands out articles need not wait for it
    import numpy as np
    import numpy.typing as npt

Gender = Literal["female", "male", "unknown"]
SpeakerKind = Literal["person", "group", "unknown"]
SegmentKind = Literal["disclaimer", "headline", "narration", "quotation"]

NARRATOR: Final = "narrator"
"""The id of the narrator, wherever a speaker id stands."""
NARRATOR_NAME: Final = "Narrator"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the article's body text, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Text that will not be spoken, and why."""

    text: str
    reason: str
    span: Span | None
    """Where it stands in the body text; None if the reader left it out before there was a body text."""


How = Literal["break", "sub", "say-as", "phoneme", "lang"]
"""What an element of SSML asks for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the source itself, by SSML, wants a stretch of its text said."""

    start: int
    end: int
    """Offsets; of a pause, those of the blank where it stands."""
    how: How
    value: str
    """Words to say instead; a sound in IPA; what to read it as; a language; of a pause, milliseconds."""


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as a reader understood it."""

    title: str | None
    byline: str | None
    language: str
    """BCP 47 tag, such as ``en`` or ``en-GB``."""
    published: str | None
    """ISO 8601 date or date and time."""
    source: str | None
    """Where the article came from: a URL, or the publication's name."""
    text: str
    """The body text. Every offset in Narrate counts its characters (code points)."""
    headline: Span | None
    """The paragraph of ``text`` that is the headline; None if the title stands outside ``text`` or is missing."""
    paragraphs: tuple[Span, ...]
    """In order, without overlap, without surrounding blanks; the headline and skipped text are not among them."""
    skipped: tuple[Skipped, ...]
    cast: Mapping[str, str] = field(default_factory=dict)
    """Voices that the article itself pins: speaker's name -> voice id."""
    warnings: tuple[str, ...] = ()
    outlet: str | None = None
    """Who published it: the name of the newspaper, station or site."""
    image: str | None = None
    """URL of the picture that stands for it."""
    lexicon: Mapping[str, str] = field(default_factory=dict)
    """How the article itself wants words said: word -> what to say instead, or its sound in IPA between slashes."""
    readings: tuple[Reading, ...] = ()
    """How it wants stretches of ``text`` said, in order."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody or something quoted in one article."""

    id: str
    """A slug, unique in the article."""
    name: str
    """The fullest name the article gives; unique in the article."""
    aliases: tuple[str, ...] = ()
    role: str | None = None
    gender: Gender = "unknown"
    gender_evidence: str | None = None
    """From where the gender is known ("'he' in line 4", "title 'Mrs'"); None when it is unknown."""
    kind: SpeakerKind = "unknown"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the script with one kind and one speaker.

    ``text`` is exactly ``article.text[start:end]``, with the blanks that follow it, except for what Narrate adds
    (the disclaimer, and a headline that stands outside the body text): there ``start == end == 0``.
    """

    index: int
    kind: SegmentKind
    text: str
    start: int
    end: int
    speaker: str = NARRATOR
    """Speaker id: who says these words."""
    voiced_by: str = NARRATOR
    """Speaker id: whose voice reads them."""
    confidence: float = 1.0
    """Probability in [0, 1] that ``speaker`` is right."""
    evidence: str = ""
    """Why, for an editor to read."""
    described_as: str = ""
    """The words by which the article says who speaks here, where it describes somebody instead of naming them."""


@dataclass(frozen=True, slots=True)
class Script:
    """The article as it will be spoken: segments and skipped spans tile ``article.text``."""

    article: Article
    segments: tuple[Segment, ...]
    speakers: tuple[Speaker, ...] = ()
    """Everyone whom a segment names, the narrator left out, in order of first quotation."""
    warnings: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """Speaker id -> name, the narrator first."""
        return {NARRATOR: NARRATOR_NAME, **{speaker.id: speaker.name for speaker in self.speakers}}


@dataclass(frozen=True, slots=True)
class Voice:
    """One entry of the roster."""

    engine: str
    id: str
    """Unique among its engine's voices."""
    name: str
    language: str
    gender: Gender
    accent: str
    age: str
    licence: str
    settings: Mapping[str, str | int | float] = field(default_factory=dict)
    """What the engine needs to speak with this voice; only the engine looks inside."""
    narrator: bool = False
    """True if the voice is kept for the narrator."""
    ear: tuple[float, ...] = ()
    """Where the voice stands among its engine's voices: the farther apart, the easier to tell apart by ear."""
    grade: str = ""
    """How good it is, where somebody graded it: from A+ down to F."""
    reserve: bool = False
    """True if the voice is for articles in which all others of its kind are taken."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who speaks with which voice. Keys are speaker ids; the narrator is among them."""

    voices: Mapping[str, Voice]
    reasons: Mapping[str, str]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordTime:
    """When a part of a spoken text is heard."""

    start: int
    end: int
    """``text[start:end]``, in characters (code points)."""
    start_s: float
    end_s: float
    """In seconds from the beginning of the sound."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono sound."""

    samples: npt.NDArray[np.float32]
    """Shape (n,), values in [-1, 1]."""
    sample_rate_hz: int
    timings: tuple[WordTime, ...] = ()
    """When the words are heard, in order, where the engine tells; offsets are those of the spoken text."""

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate_hz


PartOfSpeech = Literal["", "noun", "verb", "past", "adjective"]
"""``verb`` is a verb in the present or the infinitive, ``past`` one in the past, or its participle."""


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """How a lexicon wants a word said: with other words, by its sound, or both."""

    word: str
    alias: str = ""
    """Words to say instead; empty if only the sound is given."""
    ipa: str = ""
    """How it sounds, in the International Phonetic Alphabet, for engines that can be told."""
    case: bool = True
    """Whether it applies only to the word in these capitals and small letters."""
    pos: PartOfSpeech = ""
    """As what part of speech alone the word has this reading ("lead" the metal, not the verb); empty for any."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Where the word stands as a word of its own."""
        return re.compile(rf"(?<!\w){re.escape(self.word)}(?!\w)", 0 if self.case else re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PronunciationLexicon:
    """Words whose pronunciation a desk or an article settles; of two entries for a word the first counts."""

    entries: tuple[LexiconEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Which part of the source a part of the spoken text stands for; offsets count characters (code points).

    Where both parts are equal, they correspond character by character.
    """

    start: int
    end: int
    """``spoken.text[start:end]``; empty where the source is silent."""
    source_start: int
    source_end: int
    ipa: str = ""
    """How this piece sounds, where a lexicon says so."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said for a written text."""

    text: str
    pieces: tuple[Piece, ...]
    """In order; they tile both the spoken text and the source."""


Boundary = Literal["join", "sentence", "speaker", "paragraph", "headline", "disclaimer", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """What one voice says in one go: a sentence at most, perhaps across several segments. One line makes one take."""

    index: int
    segments: tuple[int, ...]
    """Indices of the segments whose text it holds, in order."""
    text: str
    """As written, blanks collapsed; what the captions show."""
    speaker: str
    """Speaker id: whose voice reads it."""
    boundary: Boundary
    """What comes after it, and so how long the pause is."""
    readings: tuple[Reading, ...] = ()
    """How the article wants stretches of ``text`` said, in order."""
    pause_ms: int | None = None
    """How long the pause is, where the article itself says so."""


@dataclass(frozen=True, slots=True)
class Take:
    """A rendered line."""

    line: Line
    voice: Voice
    audio: Audio
    spoken: Spoken
    """What is said in it, and which words of the line that stands for."""
    reused: bool = False
    """True if it was not spoken for this edition, but kept from an earlier run."""


WordTiming = Literal["estimated", "engine"]
"""How words got their times: reckoned from letters and pauses, or told by the engine."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word with the time at which it is heard."""

    text: str
    """As written, with the signs at it."""
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Cue:
    """One timed caption."""

    start_s: float
    end_s: float
    speaker: str
    """The name of the speaker whose voice is heard."""
    text: str
    words: tuple[Word, ...] = ()
    """The words of ``text``, in order."""
    segments: tuple[int, ...] = ()
    """Indices of the segments whose text it holds."""
    boundary: Boundary = "sentence"
    """What comes after it."""
    word_timing: WordTiming = "estimated"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the edition that a player can jump to."""

    start_s: float
    end_s: float
    title: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A take as it stands in the edition, with the pause after it; the first one also holds the lead-in."""

    samples: npt.NDArray[np.float32]
    """Shape (n,), values in [-1, 1], at the edition's sample rate; as loud as the engine gave it."""
    cue: Cue


@dataclass(frozen=True, slots=True)
class Loudness:
    """What meters by ITU-R BS.1770-4 say of a whole sound, its one channel counted as one."""

    integrated_lufs: float
    """Minus infinity for silence, as the true peak."""
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """The files of an edition, and what they hold."""

    cues: tuple[Cue, ...]
    duration_s: float
    loudness: Loudness
    """Of the MP3 as it decodes."""
    chapters: tuple[Chapter, ...]
    files: Mapping[str, Path]
    """What each file holds -> its path; ``mp3`` is the first."""
    provenance: Mapping[str, str]
    """Each proof of AI origin -> ``done``, ``off`` or ``not available``, with the details in brackets."""
    warnings: tuple[str, ...]


Stage = Literal["read", "attribute", "cast", "synthesize", "master", "encode", "deliver"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""In the order of the job."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What a stage took."""

    wall_s: float
    cpu_s: float
    """Seconds of processor time, voice workers included."""


EditionState = Literal["new", "corrected", "remade", "untouched"]
"""What became of the edition that was there before: none was, it was corrected, made again from the same, or left."""
ChangeKind = Literal["added", "removed", "revoiced"]


@dataclass(frozen=True, slots=True)
class Change:
    """A segment that a correction added, removed, or gave another speaker or voice."""

    kind: ChangeKind
    segment: int
    """Its index; of one that was removed, the index that it had."""
    text: str
    speaker: str
    """The name of who says it."""
    voice: str | None
    """The id of the voice that reads it; None if there is nothing to speak in it."""
    former_speaker: str | None = None
    """Only of the revoiced, as the next."""
    former_voice: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a new edition changes in the one before."""

    changed: tuple[str, ...]
    """Of what it is made from: ``article``, ``script``, ``voices``, ``lexicon``, ``settings``, ``narrate``."""
    former_article_sha256: str
    former_mp3_sha256: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A finished audio edition: the files, and what an editor or a script wants to know of them."""

    mp3: Path
    captions: Path
    script_file: Path
    script: Script
    cast: Cast
    cues: tuple[Cue, ...]
    duration_s: float
    chapters: tuple[Chapter, ...]
    files: Mapping[str, Path]
    """Every file that was written: what it holds -> its path."""
    provenance: Mapping[str, str]
    """Each mark of AI origin -> ``done``, ``off`` or ``not available``, and how or why in brackets: ``disclosure``
    (spoken, and in the tag), ``watermark``, ``c2pa``."""
    loudness_lufs: float
    """Integrated loudness of the MP3 as it decodes."""
    true_peak_dbtp: float
    """True peak of the MP3 as it decodes."""
    disclaimer: str
    """The words that the edition opens with."""
    engine: str
    engine_reason: str
    """Why it is that engine."""
    below_threshold: tuple[int, ...]
    """Indices of the quotations that the narrator reads because their confidence is under the threshold."""
    lines: int
    """How many lines it has, and how many of them were not spoken anew but came from the cache."""
    reused_lines: int
    state: EditionState = "new"
    correction: Correction | None = None
    """What it changes in the former edition, where ``state`` is ``corrected``."""
    timings: Mapping[Stage, Timing] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    """What each file holds -> its URL, if the edition went to a store. The paths are those of a copy that is gone."""

    @property
    def address(self) -> str:
        """Where the MP3 is: its path, or its URL in a store."""
        return self.urls.get("mp3") or str(self.mp3)
