"""The player: one page that plays an edition and shows its words as they are spoken; and a snippet to embed it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Any, Final
from urllib.parse import quote, urljoin

from narrate.delivery.player_labels import labels_for
from narrate.types import Boundary, Cue, Word

SYNTHETIC: Final = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
COLOURS: Final = 8
"""The style sheet has so many colours for speakers, and one for the narrator."""
UNSAFE_IN_SCRIPT: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
INSIDE_PARAGRAPH: Final[frozenset[Boundary]] = frozenset(("join", "sentence", "speaker"))
LANE: Final = 1000
"""Width of a lane of the timeline, in units of its own."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one speaker says in one go, with its times from the start of the edition."""

    start_s: float
    end_s: float
    speaker: str
    """The name of the speaker whose voice is heard."""
    text: str
    paragraph: int
    """Number of the paragraph that it stands in; never falls from one phrase to the next."""
    words: tuple[Word, ...] = ()
    """In order; empty if their times are not known."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The MP3 as its page and others describe it."""

    url: str
    """Where it is, relative to the page that names it, or absolute."""
    duration_s: float
    size_bytes: int
    sha256: str
    """In hexadecimal."""


@dataclass(frozen=True, slots=True)
class PlayerPage:
    """All that a player's page shows."""

    title: str
    byline: str | None
    language: str
    """BCP 47 tag."""
    published: str | None
    """ISO 8601 date or date and time."""
    disclosure: str
    recording: Recording
    phrases: tuple[Phrase, ...]
    """In order of time; at least one. The speaker of the first one is the narrator."""
    base_url: str = ""
    """Where the edition is on the web, for those who find it described elsewhere; empty if that is not known."""

    @property
    def speakers(self) -> list[str]:
        """Their names, in the order in which they are first heard."""
        return list(dict.fromkeys(phrase.speaker for phrase in self.phrases))


def player_page(page: PlayerPage) -> str:
    """The page as HTML. It asks for nothing but the MP3, and its content security policy allows nothing else."""
    style, script = _asset("player.css"), _asset("player.js")
    labels = {key: escape(text) for key, text in asdict(labels_for(page.language)).items()}
    labels |= {"labels_language": labels.pop("language"), "text_label": labels.pop("text")}
    byline = f'<p class="byline">{escape(page.byline)}</p>' if page.byline else ""
    return Template(_asset("player.html")).substitute(
        language=escape(page.language),
        title=escape(page.title),
        byline=byline,
        disclosure=escape(page.disclosure),
        audio=escape(page.recording.url),
        duration=f"{page.recording.duration_s:.3f}",
        length=clock(page.recording.duration_s),
        style=style,
        style_hash=_csp_hash(style),
        script=script,
        script_hash=_csp_hash(script),
        linked_data=script_json(linked_data(page)),
        data=script_json(_data(page)),
        lanes="\n".join(_lanes(page)),
        text="\n".join(_paragraphs(page)),
        **labels,
    )


def embed_snippet(page: PlayerPage, *, player_url: str) -> str:
    """HTML that puts the player into an article's page: the disclosure, the player in a frame, and JSON-LD.

    ``player_url`` is relative to where the edition is.
    """
    labels = labels_for(page.language)
    return (
        f'<figure class="audio-edition">\n<figcaption>{escape(page.disclosure)}</figcaption>\n'
        f'<iframe src="{escape(absolute(page, player_url))}" title="{escape(f"{labels.kicker}: {page.title}")}" '
        'loading="lazy" '
        'width="100%" height="480" style="border:0" allow="autoplay"></iframe>\n</figure>\n'
        f'<script type="application/ld+json">{script_json(linked_data(page))}</script>\n'
    )


def linked_data(page: PlayerPage) -> dict[str, Any]:
    """The recording as a schema.org ``AudioObject`` that says it was made by machines (IPTC digital source type)."""
    recording = page.recording
    described = {
        "@context": "https://schema.org",
        "@type": "AudioObject",
        "name": page.title,
        "inLanguage": page.language,
        "contentUrl": absolute(page, recording.url),
        "encodingFormat": "audio/mpeg",
        "duration": f"PT{recording.duration_s:.3f}S",
        "contentSize": str(recording.size_bytes),
        "sha256": recording.sha256,
        "creditText": page.disclosure,
        "digitalSourceType": SYNTHETIC,
    }
    if page.published:
        described["datePublished"] = page.published
    if page.byline:
        described["author"] = {"@type": "Person", "name": page.byline}  # type: ignore[assignment]
    return described


def absolute(page: PlayerPage, url: str) -> str:
    """``url``, which is relative to the edition, as others can follow it; as it is where nobody knows where it lies."""
    return urljoin(f"{page.base_url.rstrip('/')}/", url) if page.base_url else url


def script_json(value: Any) -> str:
    """JSON that may stand in a ``script`` element: nothing in it ends that element or opens a comment."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(UNSAFE_IN_SCRIPT)


def phrases_of(cues: Iterable[Cue]) -> tuple[Phrase, ...]:
    """The phrases of an edition from its cues, one for one."""
    phrases, paragraph = [], 0
    for cue in cues:
        phrases.append(Phrase(cue.start_s, cue.end_s, cue.speaker, cue.text, paragraph, cue.words))
        paragraph += cue.boundary not in INSIDE_PARAGRAPH
    return tuple(phrases)


def recording_of(path: Path, *, url: str, duration_s: float) -> Recording:
    """What others are told about the MP3 at ``path``. Raises ``OSError``."""
    with path.open("rb") as file:
        return Recording(url, duration_s, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def relative_url(name: str) -> str:
    """A file's name as a URL relative to its own folder; ``./`` keeps a colon in it from looking like a scheme."""
    return f"./{quote(name)}"


def clock(seconds: float) -> str:
    """``3:07``, or ``1:03:07``."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _data(page: PlayerPage) -> dict[str, Any]:
    speakers, labels = page.speakers, labels_for(page.language)
    return {
        "labels": {"of": labels.of, "play": labels.play, "pause": labels.pause},
        "title": page.title,
        "byline": page.byline or "",
        "disclosure": page.disclosure,
        "duration": round(page.recording.duration_s, 3),
        "speakers": speakers,
        "cues": [
            {
                "start": round(phrase.start_s, 3),
                "end": round(phrase.end_s, 3),
                "speaker": speakers.index(phrase.speaker),
                "paragraph": phrase.paragraph,
                "words": [{"start": round(word.start_s, 3)} for word in phrase.words],
            }
            for phrase in page.phrases
        ],
    }


def _lanes(page: PlayerPage) -> Iterator[str]:
    """For each speaker a button with the name, and a lane of the timeline with the turns."""
    scale = LANE / page.recording.duration_s
    for number, name in enumerate(page.speakers):
        turns = "".join(
            f'<rect x="{phrase.start_s * scale:.2f}" y="0" height="10" '
            f'width="{max((phrase.end_s - phrase.start_s) * scale, 2):.2f}"/>'
            for phrase in page.phrases
            if phrase.speaker == name
        )
        yield (
            f'<button type="button" class="{_colour(number)}" data-speaker="{number}">'
            f"<span>{escape(name)}</span></button>"
            f'<div class="lane {_colour(number)}" data-speaker="{number}" aria-hidden="true">'
            f'<svg viewBox="0 0 {LANE} 10" preserveAspectRatio="none">{turns}</svg></div>'
        )


def _paragraphs(page: PlayerPage) -> Iterator[str]:
    speakers = page.speakers
    for _, phrases in groupby(page.phrases, lambda phrase: phrase.paragraph):
        turns, heard = [], ""
        for name, turn in groupby(phrases, lambda phrase: phrase.speaker):
            number = speakers.index(name)
            who = f'<span class="who {_colour(number)}">{escape(name)}</span>' if number and name != heard else ""
            heard = name if number else heard
            turns.append(who + " ".join(_phrase(phrase, number) for phrase in turn))
        yield f'<p class="paragraph">{" ".join(turns)}</p>'


def _phrase(phrase: Phrase, number: int) -> str:
    quoted = " quoted" if number else ""
    return f'<span class="phrase {_colour(number)}{quoted}">{"".join(_marked(phrase.text, phrase.words))}</span>'


def _marked(text: str, words: Iterable[Word]) -> Iterator[str]:
    """``text`` with an element for each of ``words``; one that does not stand there gets an empty element, so that
    the elements are as many as the words."""
    done = 0
    for word in words:
        start = text.find(word.text, done)
        start, end = (done, done) if start < 0 else (start, start + len(word.text))
        yield f'{escape(text[done:start])}<span class="word">{escape(text[start:end])}</span>'
        done = end
    yield escape(text[done:])


def _colour(number: int) -> str:
    return f"s{(number - 1) % COLOURS + 1 if number else 0}"


def _asset(name: str) -> str:
    return files("narrate.delivery").joinpath(name).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
