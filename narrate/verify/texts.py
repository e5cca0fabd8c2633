"""Checks 10, 11, 14, 15, 19 to 23 and 25: the words, their speakers and their times. ``CHECKS`` describes each."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

from narrate.errors import NarrateError
from narrate.languages import ENGLISH
from narrate.languages.codes import iso_639_2
from narrate.languages.controls import without_steering
from narrate.storage import is_url
from narrate.verify.opened import Opened, Outcome

MIN_LIKENESS: Final = 0.8
"""Share of the disclaimer's letters that the transcript must have. Whisper mishears some letters of eSpeak voices."""
MIN_LIKENESS_TO_OTHER_TEXT: Final = 0.42
"""Other sentences of articles have at most 0.39 of the disclaimer's letters in order."""
ROBOTIC_ENGINE: Final = "pyttsx3"
"""Whisper base understands its English, and less than half of its words in other languages."""
TICK_S: Final = 0.002  # tolerance of times, in seconds: the files round to milliseconds
REQUESTS: Final = re.compile(
    r"""(?:src|href|action|data|poster|srcset)\s*=\s*["']?(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//"""
)
"""HTML and CSS that make a browser request something from another site."""
PAGE_DATA: Final = re.compile(r'<script type="application/json" id="edition">(.*?)</script>', re.DOTALL)
SRT_ARROW: Final = "→"  # replaces ``-->``, which SubRip cannot escape


def disclaimer(edition: Opened) -> Outcome:
    if not edition.cues:
        return None, "no captions"
    opening = edition.cues[0].text
    for cue in edition.cues[1:]:  # a long disclaimer takes more than one cue
        if len(opening) >= len(edition.disclaimer):
            break
        opening = f"{opening} {cue.text}"
    return opening == edition.disclaimer, repr(opening[:80])


def heard(edition: Opened) -> Outcome:
    try:
        transcript = _alphabetic(edition.opening_words())
    except NarrateError as error:
        return None, str(error)
    expected = _alphabetic(edition.disclaimer)
    likeness = SequenceMatcher(None, expected, transcript[: len(expected)], autojunk=False).ratio()
    is_unclear = MIN_LIKENESS_TO_OTHER_TEXT <= likeness < MIN_LIKENESS
    if is_unclear and edition.engine == ROBOTIC_ENGINE and edition.language_code != ENGLISH.code:
        return None, f"{likeness:.0%} alike; Whisper hears too little of {ROBOTIC_ENGINE} in this language"
    return likeness >= MIN_LIKENESS, f"{likeness:.0%} alike"


def article(edition: Opened) -> Outcome:
    if edition.script is None:
        return None, "no script"
    if edition.tags is None:
        return False, "no tag"
    article = edition.script.article
    expected = {"TIT2": article.title, "TPE1": article.byline, "TDRC": article.published}
    wrong = [
        f"{frame} is {_text(edition, frame)!r}"
        for frame, value in expected.items()
        if value and _text(edition, frame) != value
    ]
    if _text(edition, "TLAN") != iso_639_2(article.language):
        wrong.append(f"TLAN is {_text(edition, 'TLAN')!r}")
    if not _text(edition, "TALB"):
        wrong.append("no album")
    if is_url(article.source) and not edition.tags.getall("WOAS"):
        wrong.append("no WOAS")
    return not wrong, "; ".join(wrong) or "all"


def encodings(edition: Opened) -> Outcome:
    if edition.tags is None:
        return False, "no tag"
    wrong = []
    if edition.tags.version[1] != 4 and any(getattr(f, "encoding", 0) == 3 for f in edition.tags.values()):
        wrong.append(f"UTF-8 in ID3v2.{edition.tags.version[1]}")
    texts = {frame.FrameID: str(frame) for frame in edition.tags.values() if hasattr(frame, "encoding")}
    texts["captions"] = " ".join(cue.text for cue in edition.cues)
    wrong += [f"{name} is garbled" for name, text in texts.items() if _is_garbled(text)]
    return not wrong, "; ".join(wrong) or f"{len(texts)} texts"


def chapters(edition: Opened) -> Outcome:
    chaps = _chapters(edition)
    if not chaps:
        return None, "no chapters"
    listed = [toc.child_element_ids for toc in edition.tags.getall("CTOC")]
    end_s = edition.sound.duration_s
    wrong = []
    if listed != [[chap.element_id for chap in chaps]]:
        wrong.append("CTOC does not list every CHAP, in order")
    gaps = [b.start_time / 1000 - a.end_time / 1000 for a, b in pairwise(chaps)]
    if any(abs(gap) > TICK_S for gap in [*gaps, chaps[0].start_time / 1000, end_s - chaps[-1].end_time / 1000]):
        wrong.append("they do not run from 0 to the end without a gap")
    if not all(chap.sub_frames.getall("TIT2") for chap in chaps):
        wrong.append("one has no title")
    return not wrong, "; ".join(wrong) or f"{len(chaps)} chapters"


def chapters_json(edition: Opened) -> Outcome:
    path = edition.sidecar(".chapters.json")
    if path is None:
        return None, "no chapters JSON" if _chapters(edition) else "no chapters"
    try:
        listed = [(c["startTime"], c["title"]) for c in json.loads(path.read_text("utf-8"))["chapters"]]
    except (ValueError, KeyError, TypeError) as error:
        return False, f"cannot read it: {error}"
    tag = [(chap.start_time / 1000, str(chap.sub_frames.getall("TIT2")[0])) for chap in _chapters(edition)]
    is_same = [title for _, title in listed] == [title for _, title in tag] and all(
        abs(a - b) <= TICK_S for (a, _), (b, _) in zip(listed, tag, strict=False)
    )
    return is_same, f"{len(listed)} in the JSON, {len(tag)} in the tag"


def captions(edition: Opened) -> Outcome:
    if not edition.cues and not edition.caption_faults:
        return None, "no captions"
    wrong = list(edition.caption_faults)
    wrong += [f"cue at {cue.start_s:.3f} s ends before it starts" for cue in edition.cues if cue.end_s <= cue.start_s]
    wrong += [f"cue at {b.start_s:.3f} s overlaps" for a, b in pairwise(edition.cues) if b.start_s < a.end_s - TICK_S]
    end_s = edition.sound.duration_s + TICK_S
    wrong += [f"cue at {cue.start_s:.3f} s ends after the sound" for cue in edition.cues if cue.end_s > end_s]
    return not wrong, "; ".join(wrong[:3]) or f"{len(edition.cues)} cues"


def speakers(edition: Opened) -> Outcome:
    if edition.script is None or not edition.cues:
        return None, "no script, or no captions"
    script = [
        (edition.shown(" ".join(segment.voiced_by.split())), word)
        for segment in edition.segments
        for word in without_steering(segment.text).split()
    ]
    shown = [(cue.speaker, word) for cue in edition.cues for word in cue.text.split()]
    unknown = {speaker for speaker, _ in shown} - edition.shown_cast
    if unknown:
        return False, f"not in the cast: {', '.join(sorted(unknown))}"
    for number, ((speaker, word), (expected_speaker, expected_word)) in enumerate(zip(shown, script, strict=False)):
        if speaker != expected_speaker:
            is_same_word = word == expected_word
            found = f"{word!r} (word {number}) is {expected_speaker}'s, not {speaker}'s"
            return False, found if is_same_word else "the words differ"
    return True, "all"


def words(edition: Opened) -> Outcome:
    if edition.script is None:
        return None, "no script"
    names = edition.shown_cast
    expected = _without_blanks(without_steering("".join(segment.text for segment in edition.segments)))
    found = {"WebVTT": " ".join(cue.text for cue in edition.cues)} if edition.cues else {}
    if path := edition.sidecar(".srt"):
        found["SRT"] = _srt_words(path.read_text("utf-8", errors="replace"), names)
    if path := edition.sidecar(".transcript.json"):
        try:
            found["JSON"] = " ".join(s["body"] for s in json.loads(path.read_text("utf-8"))["segments"])
        except (ValueError, KeyError, TypeError) as error:
            return False, f"cannot read the transcript: {error}"
    if edition.tags and (lyrics := edition.tags.getall("USLT")):
        found["USLT"] = _without_names(str(lyrics[0]), names)
    expected_in = {"SRT": expected.replace("-->", SRT_ARROW)}
    wrong = [name for name, text in found.items() if _without_blanks(text) != expected_in.get(name, expected)]
    return not wrong, f"other words in {', '.join(wrong)}" if wrong else ", ".join(found)


def page(edition: Opened) -> Outcome:
    path = edition.sidecar(".edition.html")
    if path is None:
        return None, "no page"
    html = path.read_text("utf-8", errors="replace")
    body = html[html.find("<body") :]
    player, disclosed = body.find("<audio"), body.find(escape(edition.disclaimer))
    wrong = []
    if player < 0:
        wrong.append("it has no player")
    if not 0 <= disclosed < player:
        wrong.append("the disclosure is not before the player")
    if REQUESTS.search(re.sub(r"<a\s[^>]*>", "", html)):
        wrong.append("it requests something from another site")
    if edition.mp3.name not in unquote(html):
        wrong.append("it does not play this MP3")
    wrong += _highlighting_faults(edition, html)
    return not wrong, "; ".join(wrong) or "as expected"


def _highlighting_faults(edition: Opened, html: str) -> list[str]:
    """Return what is wrong with the page's times: each cue must be inside a phrase of its speaker."""
    found = PAGE_DATA.search(html)
    try:
        data = json.loads(found[1]) if found else {}
        phrases = [(phrase["start"], phrase["end"], data["speakers"][phrase["speaker"]]) for phrase in data["cues"]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return [f"it does not state who speaks when: {error!r}"]
    for cue in edition.cues:
        if not any(
            start <= cue.start_s + TICK_S and cue.end_s <= end + TICK_S and " ".join(name.split()) == cue.speaker
            for start, end, name in phrases
        ):
            return [f"it highlights other words than {cue.text!r} at {cue.start_s:.3f} s"]
    return []


def _chapters(edition: Opened) -> list[Any]:
    chaps = edition.tags.getall("CHAP") if edition.tags else []
    return sorted(chaps, key=lambda chap: chap.start_time)


def _text(edition: Opened, frame: str) -> str:
    """Return the text of a frame of the tag, or an empty string."""
    found = edition.tags.getall(frame)
    return str(found[0]) if found else ""


def _is_garbled(text: str) -> bool:
    """Return whether a part of ``text`` is UTF-8 that was decoded as Windows-1252, or could not be decoded."""
    if "\N{REPLACEMENT CHARACTER}" in text:
        return True
    for run in re.findall(r"[^\x00-\x7f]{2,}", text):
        try:
            run.encode("cp1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        return True
    return False


def _alphabetic(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _srt_words(text: str, names: set[str]) -> str:
    """Return the words of each cue of SubRip, without its number, times and speaker's name."""
    cues = (" ".join(block.split("\n")[2:]) for block in re.split(r"\n{2,}", text.strip("\n")))
    return _without_names("\n".join(cues), {name.replace("-->", SRT_ARROW) for name in names})


def _without_names(text: str, names: set[str]) -> str:
    """Return ``text`` without the ``Name:`` at the beginning of lines. Rows of SubRip may break it at any letter."""
    written = (" ?".join(map(re.escape, name.replace(" ", ""))) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?m)^(?:{'|'.join(written)}): ?", "", text)
