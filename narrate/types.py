"""The values that pass from step to step. All are frozen; units are in the name of a field or below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:  # numpy is imported by the modules that make samples
    import numpy as np
    import numpy.typing as npt

Gender = Literal["female", "male", "unknown"]
SpeakerKind = Literal["person", "group", "unknown"]
SegmentKind = Literal["disclaimer", "headline", "narration", "quotation"]

NARRATOR: Final = "narrator"  # the narrator's speaker id
NARRATOR_NAME: Final = "Narrator"  # in scripts and tables, in every language
INTERVIEWER_NAME: Final = "Interviewer"  # the same of an interviewer without a name


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the article's body text: ``text[start:end]``."""

    start: int
    end: int


STANDFIRST: Final = "the standfirst"  # the reason why a standfirst is skipped


@dataclass(frozen=True, slots=True)
class Skipped:
    """Text that is not spoken, with the reason."""

    text: str
    reason: str
    span: Span | None
    """Its place in the body text; None if the reader removed it before it built the body text."""


How = Literal["break", "sub", "say-as", "phoneme", "lang"]
"""What an SSML element asks for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the source wants a part of its text to be said, by SSML."""

    start: int
    end: int
    """Offsets; for a pause, those of the blank in whose place it is."""
    how: How
    value: str
    """By ``how``: the words to say, the sound in IPA, what to read the text as, the language, or the pause in ms."""


@dataclass(frozen=True, slots=True)
class Article:
    """A news article."""

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
    """The paragraph of ``text`` that is the headline; None if the title is not in ``text`` or there is none."""
    paragraphs: tuple[Span, ...]
    """In order, without overlap and surrounding blanks; without the headline and skipped text."""
    skipped: tuple[Skipped, ...]
    cast: Mapping[str, str] = field(default_factory=dict)
    """Voices that the article pins: speaker's name -> voice id."""
    warnings: tuple[str, ...] = ()
    outlet: str | None = None
    """Who published it: the name of the newspaper, station or site."""
    image: str | None = None
    """URL of its picture."""
    mixture: str = ""
    """Why it cannot be spoken in one language, and what to do; empty if it can."""
    lexicon: Mapping[str, str] = field(default_factory=dict)
    """The article's own pronunciations: word -> words to say, or its sound in IPA between slashes."""
    readings: tuple[Reading, ...] = ()
    """How parts of ``text`` are to be said, in order."""
    emphasized: tuple[Span, ...] = ()
    """The paragraphs that are in bold or italics as a whole, as the questions of interviews are."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person or group who is quoted in an article."""

    id: str
    """A slug, unique in the article."""
    name: str
    """The fullest name in the article; unique in the article."""
    aliases: tuple[str, ...] = ()
    role: str | None = None
    gender: Gender = "unknown"
    gender_evidence: str | None = None
    """What shows the gender ("'he' in line 4", "title 'Mrs'"); None if it is unknown."""
    kind: SpeakerKind = "unknown"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the script with one kind and one speaker.

    ``text`` is exactly ``article.text[start:end]``, with the blanks that follow it. Segments that Narrate adds (the
    disclaimer, and a headline that is not in the body text) have ``start == end == 0``.
    """

    index: int
    kind: SegmentKind
    text: str
    start: int
    end: int
    speaker: str = NARRATOR
    """Speaker id of who says these words."""
    voiced_by: str = NARRATOR
    """Speaker id of whose voice reads them."""
    confidence: float = 1.0
    """Probability in [0, 1] that ``speaker`` is right."""
    evidence: str = ""
    """Why this speaker, for an editor to read."""
    described_as: str = ""
    """The description in place of a name, if the article describes the speaker here."""
    checked: bool = False
    """Whether an editor has confirmed or named the speaker of this quotation."""


@dataclass(frozen=True, slots=True)
class Script:
    """The article as it is spoken: segments and skipped spans cover ``article.text`` without gap or overlap."""

    article: Article
    segments: tuple[Segment, ...]
    speakers: tuple[Speaker, ...] = ()
    """The speakers of the segments without the narrator, in order of their first quotation."""
    warnings: tuple[str, ...] = ()
    reviewed_by: str = ""
    """Name of the editor who has checked the whole script; empty if no editor has."""
    reviewed_at: str = ""
    """When that was: ISO 8601 date and time in UTC, to the second (``2026-03-02T09:30:00Z``)."""

    @property
    def names(self) -> dict[str, str]:
        """Speaker id -> name, the narrator first."""
        return {NARRATOR: NARRATOR_NAME, **{speaker.id: speaker.name for speaker in self.speakers}}


@dataclass(frozen=True, slots=True)
class Voice:
    """One entry of the roster."""

    engine: str
    id: str
    """Unique among the voices of its engine."""
    name: str
    language: str
    gender: Gender
    accent: str
    age: str
    license: str
    settings: Mapping[str, str | int | float] = field(default_factory=dict)
    """What the engine needs to speak with this voice; only the engine reads it."""
    narrator: bool = False
    """Whether the voice is reserved for the narrator."""
    ear: tuple[float, ...] = ()
    """Coordinates of how the voice sounds: the farther apart two voices of an engine, the easier to tell apart."""
    grade: str = ""
    """Its quality from A+ down to F; empty if it is not graded."""
    reserve: bool = False
    """Whether it is only cast if all other voices of its kind are taken."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who speaks with which voice. Keys are speaker ids; the narrator is among them."""

    voices: Mapping[str, Voice]
    reasons: Mapping[str, str]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordTime:
    """The time at which a part of a spoken text is heard."""

    start: int
    end: int
    """``text[start:end]``, in characters (code points)."""
    start_s: float
    end_s: float
    """Seconds from the start of the sound."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono sound."""

    samples: npt.NDArray[np.float32]
    """Shape (n,), values in [-1, 1]."""
    sample_rate_hz: int
    timings: tuple[WordTime, ...] = ()
    """When the words are heard, in order, if the engine reports it; offsets refer to the spoken text."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate_hz


PartOfSpeech = Literal["noun", "verb", "past", "adjective"]
"""``verb`` is a verb in the present or the infinitive, ``past`` one in the past, or its participle."""


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """How a word is pronounced: with other words, by its sound, or both."""

    word: str
    alias: str = ""
    """Words to say instead; empty if only the sound is given."""
    ipa: str = ""
    """The sound in the International Phonetic Alphabet, for engines that accept it."""
    case: bool = True  # whether the entry applies only to the word in exactly this case
    pos: PartOfSpeech | None = None
    """The only part of speech that the word has this reading in ("lead" the metal), in English; None for any."""
    lang: str = ""  # the language of the articles that the entry is for, a BCP 47 tag; empty for all

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the word where it is not part of a longer word."""
        return re.compile(rf"(?<!\w){re.escape(self.word)}(?!\w)", 0 if self.case else re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PronunciationLexicon:
    """Words and how to say them. The first of two entries for a word counts."""

    entries: tuple[LexiconEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the spoken text, and of the written text that it stands for: equal parts correspond by code points."""

    start: int
    end: int
    """``spoken.text[start:end]``; empty where nothing is said for the written text."""
    source_start: int
    source_end: int
    ipa: str = ""  # its sound, if a lexicon or the source gives it
    language: str = ""  # that of its words, if the source says that it is another one


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words that are said for a written text."""

    text: str
    pieces: tuple[Piece, ...]
    """In order. They cover both the spoken and the written text without gap or overlap."""


Boundary = Literal["join", "sentence", "speaker", "paragraph", "headline", "disclaimer", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """What one voice says at a time: at most a sentence, which may span several segments. One line makes one take."""

    index: int
    segments: tuple[int, ...]
    """Indices of its segments, in order."""
    text: str
    """As written, with single blanks; the captions show it."""
    speaker: str
    """Speaker id of whose voice reads it."""
    boundary: Boundary
    """What follows it, which decides the length of the pause."""
    readings: tuple[Reading, ...] = ()
    """How parts of ``text`` are to be said, in order."""
    pause_ms: int | None = None
    """Length of the pause in milliseconds, if the article asks for one."""


@dataclass(frozen=True, slots=True)
class Take:
    """A rendered line."""

    line: Line
    voice: Voice
    audio: Audio
    spoken: Spoken
    """What is said, and for which words of the line."""
    reused: bool = False
    """Whether it came from the cache."""


WordTiming = Literal["estimated", "engine"]
"""Where the times of the words come from: an estimate from letters and pauses, or the engine."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word with the time at which it is heard."""

    text: str
    """As written, with its punctuation."""
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Cue:
    """One timed caption."""

    start_s: float
    end_s: float
    speaker: str
    """Name of the speaker whose voice is heard."""
    text: str
    words: tuple[Word, ...] = ()
    """The words of ``text``, in order."""
    segments: tuple[int, ...] = ()
    """Indices of its segments."""
    boundary: Boundary = "sentence"
    """What follows it."""
    word_timing: WordTiming = "estimated"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the edition that a player can jump to."""

    start_s: float
    end_s: float
    title: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A take as it is in the edition, with the pause after it. The first one begins with the lead-in."""

    samples: npt.NDArray[np.float32]
    """Shape (n,), values in [-1, 1], at the edition's sample rate and the engine's loudness."""
    cue: Cue


@dataclass(frozen=True, slots=True)
class Loudness:
    """Loudness by ITU-R BS.1770-4. A mono sound counts as one channel."""

    integrated_lufs: float
    """Minus infinity for silence; so is the true peak."""
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


ProgressStage = Literal["read", "attribute", "join", "load", "synthesize", "master", "deliver"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an edition is."""

    stage: ProgressStage  # join: the weights of a model, at its first use; load: the model
    done: int = 0
    total: int = 0
    """Parts of the stage, such as its lines; 0 while they are not known."""
    left_s: float | None = None
    """Seconds until all lines are spoken, by the pace of the last lines; None if that was not measured yet."""

    @property
    def fraction(self) -> float:
        """The share of the stage that is done, in [0, 1]; 0 while that is not known."""
        return self.done / self.total if self.total else 0.0


ProgressCallback = Callable[[Progress], None]  # called at the beginning of each stage, and after each line


@dataclass(frozen=True, slots=True)
class Timing:
    """The cost of a stage."""

    wall_s: float
    cpu_s: float
    """Seconds of processor time, including the voice workers."""


EditionState = Literal["new", "corrected", "remade", "untouched"]
"""What happened to the previous edition: there was none, it was replaced by a different one, it was made again from the
same inputs, or it was left as it is."""
ChangeKind = Literal["added", "removed", "revoiced"]


@dataclass(frozen=True, slots=True)
class Change:
    """A segment that is new, gone, or read by another voice than in the previous edition."""

    kind: ChangeKind
    segment: int
    """Its index; for ``removed``, its index in the previous edition."""
    text: str
    speaker: str
    """Name of its speaker."""
    voice: str | None
    """Id of the voice that reads it; None if there is nothing to speak in it."""
    previous_speaker: str | None = None
    """For ``revoiced``: name of the speaker in the previous edition."""
    previous_voice: str | None = None
    """For ``revoiced``: id of the voice in the previous edition."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between an edition and the previous one."""

    changed_keys: tuple[str, ...]
    """What has changed: ``article``, ``script``, ``voices``, ``lexicon``, ``settings``, ``narrate``."""
    previous_article_sha256: str
    """Hash of the previous edition's article text."""
    previous_mp3_sha256: str
    """Hash of the previous edition's MP3."""
    segments: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A finished audio edition: its files and the facts about them."""

    mp3: Path
    captions: Path
    script_file: Path
    script: Script
    cast: Cast
    cues: tuple[Cue, ...]
    duration_s: float
    chapters: tuple[Chapter, ...]
    files: Mapping[str, Path]
    """What each file holds -> its path."""
    provenance: Mapping[str, str]
    """Proof of AI origin (``disclosure``, ``watermark``, ``c2pa``) -> ``done``, ``off`` or ``not available (why)``."""
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
    """Indices of the quotations that the narrator reads because their confidence is below the threshold."""
    lines: int
    reused_lines: int
    """Lines that came from the cache."""
    state: EditionState = "new"
    changes: Changes | None = None
    """The difference from the previous edition, if ``state`` is ``corrected``."""
    timings: Mapping[Stage, Timing] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    """What each file holds -> its URL, if the edition is in a store. The paths are then those of a deleted copy."""

    @property
    def address(self) -> str:
        """The path of the MP3, or its URL in a store."""
        return self.urls.get("mp3") or str(self.mp3)
