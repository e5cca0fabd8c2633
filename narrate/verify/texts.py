"""Checks 10, 11, 14, 15, 19 to 23 and 25: the words, who says them, and where they stand."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

from narrate.errors import NarrateError
from narrate.storage import is_url
from narrate.verify.opened import Opened, Outcome

NARRATOR: Final = "Narrator"
"""Who reads a segment of a script that names nobody."""
CLOSE: Final = 0.8
"""How like the disclaimer's letters those must be that a listener writes down: he mishears a few of an eSpeak voice."""
TICK_S: Final = 0.002
"""Times in files are rounded to milliseconds."""
REQUESTS: Final = re.compile(
    r"""(?:src|href|action|data|poster|srcset)\s*=\s*["']?(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//"""
)
"""What makes a browser ask another site."""
PAGE_DATA: Final = re.compile(r'<script type="application/json" id="edition">(.*?)</script>', re.DOTALL)
SRT_ARROW: Final = "→"
"""What stands in SubRip for ``-->``, which it cannot hold."""
LANGUAGES: Final = {"en": "eng"}


def disclaimer(edition: Opened) -> Outcome:
    if not edition.cues:
        return None, "no captions"
    said = edition.cues[0].text
    for cue in edition.cues[1:]:  # a long one takes more than one cue
        if len(said) >= len(edition.disclaimer):
            break
        said = f"{said} {cue.text}"
    return said == edition.disclaimer, repr(said[:80])


def heard(edition: Opened) -> Outcome:
    try:
        said = _alphabetic(edition.transcribe(edition.mp3))
    except NarrateError as error:
        return None, str(error)
    wanted = _alphabetic(edition.disclaimer)
    likeness = SequenceMatcher(None, wanted, said[: len(wanted)], autojunk=False).ratio()
    return likeness >= CLOSE, f"{likeness:.0%} alike"


def article(edition: Opened) -> Outcome:
    if edition.script is None or edition.tags is None:
        return (None, "no script") if edition.script is None else (False, "no tag")
    told = edition.script["article"]
    wanted = {"TIT2": told["title"], "TPE1": told["byline"], "TDRC": told["published"]}
    wrong = [
        f"{frame} is {_text(edition, frame)!r}"
        for frame, value in wanted.items()
        if value and _text(edition, frame) != value
    ]
    language = LANGUAGES.get(str(told["language"]).split("-")[0].lower())
    if language and _text(edition, "TLAN") != language:
        wrong.append(f"TLAN is {_text(edition, 'TLAN')!r}")
    if not _text(edition, "TALB"):
        wrong.append("no album")
    if is_url(told["source"]) and not edition.tags.getall("WOAS"):
        wrong.append("no WOAS")
    return not wrong, "; ".join(wrong) or "all"


def encodings(edition: Opened) -> Outcome:
    """Tags as ID3 allows them, and no text that was decoded wrongly anywhere."""
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
    path = edition.beside(".chapters.json")
    if path is None:
        return (None, "no chapters") if not _chapters(edition) else (None, "no chapters JSON")
    try:
        told = [(c["startTime"], c["title"]) for c in json.loads(path.read_text("utf-8"))["chapters"]]
    except (ValueError, KeyError, TypeError) as error:
        return False, f"it cannot be read: {error}"
    tag = [(chap.start_time / 1000, str(chap.sub_frames.getall("TIT2")[0])) for chap in _chapters(edition)]
    same = [title for _, title in told] == [title for _, title in tag] and all(
        abs(a - b) <= TICK_S for (a, _), (b, _) in zip(told, tag, strict=False)
    )
    return same, f"{len(told)} in the JSON, {len(tag)} in the tag"


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
    """Every speaker is in the cast, and says in the captions what the script gives them, in its order."""
    if edition.script is None or not edition.cues:
        return None, "no script, or no captions"
    script = [
        (" ".join(segment.get("voiced_by", NARRATOR).split()), word)
        for segment in edition.segments
        for word in segment["text"].split()
    ]
    said = [(cue.speaker, word) for cue in edition.cues for word in cue.text.split()]
    strangers = {name for name, _ in said} - set(edition.script["cast"])
    if strangers:
        return False, f"not in the cast: {', '.join(sorted(strangers))}"
    wrong = next((number for number, (a, b) in enumerate(zip(said, script, strict=False)) if a[0] != b[0]), None)
    if wrong is not None and _letters(said[wrong][1]) == _letters(script[wrong][1]):
        return False, f"{said[wrong][1]!r} (word {wrong}) is {script[wrong][0]}'s, not {said[wrong][0]}'s"
    return wrong is None, "all" if wrong is None else "the words differ"


def words(edition: Opened) -> Outcome:
    """Captions in every form, and the lyrics, hold the script's words in its order."""
    if edition.script is None:
        return None, "no script"
    wanted = _letters("".join(segment["text"] for segment in edition.segments))
    found = {"WebVTT": " ".join(cue.text for cue in edition.cues)} if edition.cues else {}
    if path := edition.beside(".srt"):
        found["SRT"] = _srt_words(path.read_text("utf-8", errors="replace"), set(edition.script["cast"]))
    if path := edition.beside(".transcript.json"):
        try:
            found["JSON"] = " ".join(s["body"] for s in json.loads(path.read_text("utf-8"))["segments"])
        except (ValueError, KeyError, TypeError) as error:
            return False, f"the transcript cannot be read: {error}"
    if edition.tags and (lyrics := edition.tags.getall("USLT")):
        found["USLT"] = _without_names(str(lyrics[0]), set(edition.script["cast"]))
    wanted_in = {"SRT": wanted.replace("-->", SRT_ARROW)}
    wrong = [name for name, text in found.items() if _letters(text) != wanted_in.get(name, wanted)]
    return not wrong, f"other words in {', '.join(wrong)}" if wrong else ", ".join(found)


def page(edition: Opened) -> Outcome:
    path = edition.beside(".edition.html")
    if path is None:
        return None, "no page"
    html = path.read_text("utf-8", errors="replace")
    body = html[html.find("<body") :]
    player, told = body.find("<audio"), body.find(escape(edition.disclaimer))
    wrong = []
    if player < 0:
        wrong.append("it has no player")
    if not 0 <= told < player:
        wrong.append("the disclosure does not stand before the player")
    if REQUESTS.search(re.sub(r"<a\s[^>]*>", "", html)):
        wrong.append("it asks another site for something")
    if edition.mp3.name not in unquote(html):
        wrong.append("it does not play this MP3")
    wrong += _highlighting_faults(edition, html)
    return not wrong, "; ".join(wrong) or "as it should be"


def _highlighting_faults(edition: Opened, html: str) -> list[str]:
    """What the page marks as spoken, against the captions: each cue inside a phrase of its speaker."""
    found = PAGE_DATA.search(html)
    try:
        told = json.loads(found[1]) if found else {}
        phrases = [(phrase["start"], phrase["end"], told["speakers"][phrase["speaker"]]) for phrase in told["cues"]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return [f"it does not say who speaks when: {error!r}"]
    for cue in edition.cues:
        if not any(
            start <= cue.start_s + TICK_S and cue.end_s <= end + TICK_S and " ".join(name.split()) == cue.speaker
            for start, end, name in phrases
        ):
            return [f"it marks other words than {cue.text!r} at {cue.start_s:.3f} s"]
    return []


def _chapters(edition: Opened) -> list[Any]:
    chaps = edition.tags.getall("CHAP") if edition.tags else []
    return sorted(chaps, key=lambda chap: chap.start_time)


def _text(edition: Opened, frame: str) -> str:
    found = edition.tags.getall(frame)
    return str(found[0]) if found else ""


def _is_garbled(text: str) -> bool:
    """Whether some of it is UTF-8 that was taken for Windows-1252, or could not be decoded."""
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


def _letters(text: str) -> str:
    """The text without blanks: line breaks and spaces are no words."""
    return "".join(text.split())


def _srt_words(text: str, names: set[str]) -> str:
    """The words of each cue, below its number and times."""
    cues = (" ".join(block.split("\n")[2:]) for block in re.split(r"\n{2,}", text.strip("\n")))
    return _without_names("\n".join(cues), {name.replace("-->", SRT_ARROW) for name in names})


def _without_names(text: str, names: set[str]) -> str:
    """Without the ``Name:`` that opens a line."""
    return re.sub(rf"(?m)^(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))}): ?", "", text)
