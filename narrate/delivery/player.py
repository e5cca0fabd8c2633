"""Write the player: an HTML page that plays an edition and highlights its words, and a snippet that embeds it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby, takewhile
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urljoin

from narrate.delivery.transcript import paragraphs_of
from narrate.errors import UsageError
from narrate.languages.codes import direction
from narrate.storage import write_text
from narrate.types import INTERVIEWER_NAME, NARRATOR_NAME, Cue, Word

SYNTHETIC: Final = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
"""The schema.org term for media made by an algorithm."""
_UNNAMED_SPEAKERS: Final = {NARRATOR_NAME: "narrator", INTERVIEWER_NAME: "interviewer"}
"""Speakers without a name of their own -> the key of their word in ``player.toml``."""
COLORS: Final = 11  # the design has this many colors for speakers, and one for the narrator
UNSAFE_IN_SCRIPT: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
_RIGHT_TO_LEFT: Final = re.compile("[\u05d0-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT_TO_RIGHT: Final = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u058f\u4e00-\u9fff]")
"""Letters that are written in one or the other direction."""
COMPONENT: Final = "narrate-player.js"
"""Name of the ES module with the component that embeds players."""
LANE_WIDTH: Final = 1000  # width of a speaker's lane of the timeline, in units of its own SVG


@dataclass(frozen=True, slots=True)
class Recording:
    """The facts about an MP3 that pages and feeds repeat."""

    url: str  # relative to the page that names it, or absolute
    duration_s: float
    size_bytes: int
    sha256: str  # in hexadecimal


@dataclass(frozen=True, slots=True)
class PlayerPage:
    """Everything that the player's page shows."""

    title: str
    byline: str | None
    language: str  # BCP 47 tag
    published: str | None  # ISO 8601 date or date and time
    disclosure: str
    recording: Recording
    cues: tuple[Cue, ...]  # One for each line, in order; at least one. The speaker of the first one is the narrator.
    base_url: str = ""  # where the edition is on the web; empty if that is unknown

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``: in which direction the article is written."""
        return direction(self.language)

    @property
    def speakers(self) -> list[str]:
        """The speakers' names, in the order in which they are first heard."""
        return list(dict.fromkeys(cue.speaker for cue in self.cues))


def player_page(page: PlayerPage) -> str:
    """Return the player's page as HTML. Its content security policy allows it to request nothing but the MP3."""
    style, script = _asset("design.css") + _asset("player.css"), _asset("player.js")
    opening = _opening(page)
    labels = player_labels(page.language)
    is_reversed = page.direction == "rtl"
    return Template(_asset("player.html")).substitute(
        language=escape(page.language),
        direction=' dir="rtl"' if is_reversed else "",
        labels_direction=f' dir="{direction(labels["labels_language"])}"' if is_reversed else "",
        title=escape(page.title),
        heading=opening.heading,
        byline=f'<p class="byline">{_isolated(page.byline, page)}</p>' if page.byline else "",
        disclosure=escape(page.disclosure),
        disclosure_class=opening.disclosure_class,
        audio=escape(page.recording.url),
        duration=f"{page.recording.duration_s:.3f}",
        length=clock(page.recording.duration_s),
        style=style,
        style_hash=_csp_hash(style),
        script=script,
        script_hash=_csp_hash(script),
        linked_data=script_json(linked_data(page)),
        data=script_json(_data(page, opening.paragraphs)),
        lanes="\n".join(_lanes(page)),
        text="\n".join(_paragraphs(page, opening.paragraphs)),
        **{key: escape(text) for key, text in labels.items()},
    )


def embed_snippet(page: PlayerPage, *, player_url: str) -> str:
    """Return HTML for an article's page: linked data, and the player, which shows the disclosure.

    The player is a frame, and the component of ``narrate-player.js`` replaces it on pages that load that.
    """
    url, frame_title = absolute_url(page, player_url), f"{player_labels(page.language)['kicker']}: {page.title}"
    return (
        f'<script type="application/ld+json">{script_json(linked_data(page))}</script>\n'
        f'<figure class="audio-edition" style="margin:1.5em 0">\n<narrate-player src="{escape(url)}">\n'
        f'<iframe src="{escape(url)}" title="{escape(frame_title)}" loading="lazy" '
        'width="100%" height="480" style="border:0" allow="autoplay"></iframe>\n</narrate-player>\n</figure>\n'
    )


def write_component(folder: Path) -> Path:
    """Write the component that embeds players, ``narrate-player.js``, into a folder. Return its path.

    Raises:
        UsageError: If there is no such folder.
        DeliveryError: If it cannot be written.
    """
    if not folder.is_dir():
        raise UsageError(f"Cannot write {COMPONENT}: there is no folder {folder}. Name a folder of your web site.")
    path = folder / COMPONENT
    write_text(path, [_asset(COMPONENT)])
    return path


@cache
def player_labels(language: str) -> Mapping[str, str]:
    """Return the words of the player's buttons from ``player.toml`` of the language, or of English."""
    languages, code = files("narrate.languages"), language.split("-")[0].lower()
    file = languages.joinpath(code if re.fullmatch("[a-z]{2,3}", code) else "en", "player.toml")
    if not file.is_file():
        file = languages.joinpath("en", "player.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def shown_speaker(name: str, language: str) -> str:
    """Return what listeners read for a speaker's name: a word of ``language`` for the narrator and an interviewer."""
    key = _UNNAMED_SPEAKERS.get(name)
    return player_labels(language)[key] if key else name


def linked_data(page: PlayerPage) -> dict[str, Any]:
    """Return the schema.org ``AudioObject`` of the recording, with the digital source type of synthetic media."""
    recording = page.recording
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "AudioObject",
        "name": page.title,
        "inLanguage": page.language,
        "contentUrl": absolute_url(page, recording.url),
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
        described["author"] = {"@type": "Person", "name": page.byline}
    return described


def absolute_url(page: PlayerPage, url: str) -> str:
    """Return ``url``, which is relative to the edition, as an absolute URL if the page's ``base_url`` is known."""
    return urljoin(f"{page.base_url.rstrip('/')}/", url) if page.base_url else url


def script_json(value: Any) -> str:
    """Return JSON for a ``script`` element: nothing in it ends that element or opens a comment."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(UNSAFE_IN_SCRIPT)


def recording_of(path: Path, *, url: str, duration_s: float) -> Recording:
    """Return the facts about the MP3 that is at ``path`` now and at ``url`` later. Raises ``OSError``."""
    with path.open("rb") as file:
        return Recording(url, duration_s, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def relative_url(name: str) -> str:
    """Return a file's name as a URL relative to its folder. ``./`` keeps a colon from looking like a scheme."""
    return f"./{quote(name)}"


def clock(seconds: float) -> str:
    """Return a time as ``3:07`` or ``1:03:07``."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _data(page: PlayerPage, shown: int) -> dict[str, Any]:
    """Return what the page's script needs. The first ``shown`` paragraphs are at the top of the page."""
    speakers, labels = page.speakers, player_labels(page.language)
    return {
        "labels": {key: labels[key] for key in ("kicker", "of", "play", "pause", "preview_end")},
        "title": page.title,
        "byline": page.byline or "",
        "disclosure": page.disclosure,
        "duration": round(page.recording.duration_s, 3),
        "speakers": speakers,
        "colors": COLORS,
        "front": _front(page, shown),
        "cues": [
            {
                "start": round(cue.start_s, 3),
                "end": round(cue.end_s, 3),
                "speaker": speakers.index(cue.speaker),
                "paragraph": number,
                "words": [{"start": round(word.start_s, 3)} for word in cue.words],
            }
            for number, paragraph in enumerate(paragraphs_of(page.cues))
            for cue in paragraph
        ],
    }


def _lanes(page: PlayerPage) -> Iterator[str]:
    """Yield for each speaker a button with the name and a lane of the timeline with the turns."""
    scale = LANE_WIDTH / page.recording.duration_s
    for number, name in enumerate(page.speakers):
        spans = ((cue.start_s * scale, cue.end_s * scale) for cue in page.cues if cue.speaker == name)
        turns = "".join(f"M{start:.2f} 0H{max(end, start + 2):.2f}V10H{start:.2f}z" for start, end in spans)
        yield (
            f'<button type="button" class="{_color_class(number)}" data-speaker="{number}">'
            f"<span>{_isolated(name, page)}</span></button>"
            f'<div class="lane {_color_class(number)}" data-speaker="{number}" aria-hidden="true">'
            f'<svg viewBox="0 0 {LANE_WIDTH} 10" preserveAspectRatio="none"><path d="{turns}"/></svg></div>'
        )


def _front(page: PlayerPage, shown: int) -> int:
    """Return the number of paragraphs before the article's first one: the disclosure and the headline."""
    ends = (paragraph[-1].boundary in ("disclaimer", "headline") for paragraph in paragraphs_of(page.cues))
    return max(shown, sum(takewhile(bool, ends)))


class _Opening(NamedTuple):
    """The top of the page. If the edition opens with these words, they are marked there when they are heard."""

    disclosure_class: str
    heading: str
    """HTML."""
    paragraphs: int
    """Number of paragraphs that are shown here, and not again in the text."""


def _opening(page: PlayerPage) -> _Opening:
    paragraphs = paragraphs_of(page.cues)[:2]
    spoken = [" ".join(cue.text for cue in paragraph) for paragraph in paragraphs]
    shown = 0
    for text, words in zip(spoken, (page.disclosure, page.title), strict=False):
        if text != " ".join(words.split()):
            break
        shown += 1
    heading = _phrases(paragraphs[1], "phrase s0", page) if shown > 1 else _isolated(page.title, page)
    return _Opening("disclosure phrase s0" if shown else "disclosure", heading, shown)


def _phrases(cues: Iterable[Cue], kind: str, page: PlayerPage) -> str:
    return " ".join(f'<span class="{kind}">{_marked(cue.text, cue.words, page)}</span>' for cue in cues)


def _paragraphs(page: PlayerPage, shown: int) -> Iterator[str]:
    """Yield the paragraphs of the text after the first ``shown`` ones."""
    speakers = page.speakers
    for paragraph in paragraphs_of(page.cues)[shown:]:
        turns, named = [], speakers[0]
        for name, turn in groupby(paragraph, lambda cue: cue.speaker):
            number, label = speakers.index(name), ""
            if number and name != named:
                named, label = name, f'<span class="who {_color_class(number)}">{_isolated(name, page)}</span>'
            kind = f"phrase {_color_class(number)}" + " quoted" * bool(number)
            turns.append(label + _phrases(turn, kind, page))
        yield f'<p class="paragraph">{" ".join(turns)}</p>'


def _marked(text: str, words: Iterable[Word], page: PlayerPage) -> str:
    """Return ``text`` with an element for each word. A word that is not in it gets an empty one, to keep the count."""
    parts: list[tuple[str, str]] = []
    position = 0
    for word in words:
        start = text.find(word.text, position)
        start, end = (position, position) if start < 0 else (start, start + len(word.text))
        parts += [
            (text[position:start], escape(text[position:start])),
            (word.text, f'<span class="word">{escape(text[start:end])}</span>'),
        ]
        position = end
    return _with_directions([*parts, (text[position:], escape(text[position:]))], page)


def _isolated(text: str, page: PlayerPage) -> str:
    """Return ``text`` as HTML, with words isolated that are written in the other direction than the page."""
    return _with_directions([(part, escape(part)) for part in re.split(r"(\s+)", text)], page)


def _with_directions(parts: Iterable[tuple[str, str]], page: PlayerPage) -> str:
    """Join the HTML of words and blanks. Words from right to left on a page from left to right are isolated together.

    Args:
        parts: Texts and their HTML.
        page: The page.
    """
    if page.direction == "rtl":
        return "".join(html for _, html in parts)
    joined, run, blanks = "", "", ""
    for text, html in parts:
        if run and not text.strip():
            blanks += html
        elif _RIGHT_TO_LEFT.search(text) and not _LEFT_TO_RIGHT.search(text):
            run, blanks = run + blanks + html, ""
        else:
            joined += f'<bdi dir="rtl">{run}</bdi>{blanks}{html}' if run else html
            run, blanks = "", ""
    return joined + (f'<bdi dir="rtl">{run}</bdi>{blanks}' if run else "")


def _color_class(number: int) -> str:
    return f"s{(number - 1) % COLORS + 1 if number else 0}"


def _asset(name: str) -> str:
    return files("narrate.delivery").joinpath(name).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
