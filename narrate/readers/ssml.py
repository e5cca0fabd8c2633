"""SSML in an article's source: what of it is followed, what is dropped, and where it stood in the text.

Tags are taken out of the source before it is read, and a mark that no article has is left for each, so that any format
carries them; afterwards the marks are taken out too, and what the tags asked for is kept with its place. Only tags that
say something are taken for SSML: ``<sub>`` without an alias is HTML, and ``<break>`` in a sentence about SSML a word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from typing import Final

from narrate.readers import kinds
from narrate.readers.draft import Draft
from narrate.types import How, Reading, Skipped, Span

WANTED: Final[Mapping[str, str]] = {"sub": "alias", "say-as": "interpret-as", "phoneme": "ph", "lang": "xml:lang"}
"""The elements that are followed, ``break`` aside, and the attribute that each must have."""
DROPPED: Final = ("speak", "prosody", "emphasis", "voice", "audio", "mark", "desc")
HTML_TOO: Final = frozenset({"audio", "mark"})
"""Elements that HTML has as well."""
MAX_TAGS: Final = 2000
"""A source with more is no article that somebody marked up."""
PAUSES_MS: Final = {"none": 0, "x-weak": 100, "weak": 250, "medium": 500, "strong": 1000, "x-strong": 1500}

_ATTRIBUTE: Final = re.compile(r"([\w:-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"<>]{0,400})\"|'([^'<>]{0,400})')")
_TAG: Final = re.compile(
    r"```.{0,100000}?```|`[^`\n]{1,400}`|\\<|"
    rf"<(?P<close>/)?(?P<name>break|{'|'.join((*WANTED, *DROPPED))})"
    r"(?P<attributes>(?:\s[^<>]{0,600}?)?)(?P<empty>/)?>",
    re.DOTALL,
)
_MARK: Final = re.compile("⟦([0-9]{1,4})⟧")
_TIME: Final = re.compile(r"\+?(\d{1,6}(?:\.\d{1,3})?|\.\d{1,3})(ms|s)")
_SOUND: Final = re.compile(r"[^\[\]()/\d]+")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it stood in the source."""

    text: str
    name: str
    attributes: Mapping[str, str]
    partner: int | None = None
    """Of an opening tag, the number of the one that closes it; of a closing one, its own."""


def lifted(source: str, *, html: bool = False) -> tuple[str, tuple[Tag, ...]]:
    """``source`` with a mark in the place of each tag of SSML, and the tags, in the order of their numbers."""
    if "<" not in source or "⟦" in source:
        return source, ()
    body = re.search(r"<body\b", source, re.IGNORECASE) if html else None
    found = _TAG.finditer(source, body.start() if body else 0)
    named = (match for match in found if match["name"] and not (html and match["name"] in HTML_TOO))
    matches = list(islice(named, MAX_TAGS + 1))
    pairs = _pairs(matches) if len(matches) <= MAX_TAGS else {}
    if not pairs:
        return source, ()
    numbers = {at: number for number, at in enumerate(sorted(pairs))}
    parts, tags, place = list[str](), list[Tag](), 0
    for at, number in numbers.items():
        match = matches[at]
        parts += [source[place : match.start()], f"⟦{number}⟧"]
        place = match.end()
        tags.append(Tag(match[0], match["name"], _attributes(match), numbers.get(pairs[at])))
    return "".join([*parts, source[place:]]), tuple(tags)


def _attributes(match: re.Match[str]) -> dict[str, str]:
    return {name: (one or other).strip() for name, one, other in _ATTRIBUTE.findall(match["attributes"])}


def _pairs(matches: Sequence[re.Match[str]]) -> dict[int, int]:
    """Which of ``matches`` are tags of SSML: opening ones with the number of their end, others with -1."""
    pairs: dict[int, int] = {}
    open_tags: list[tuple[str, int]] = []
    for at, match in enumerate(matches):
        name, attributes = match["name"], _attributes(match)
        if match["close"]:
            if open_tags and open_tags[-1][0] == name:
                _, opening = open_tags.pop()
                pairs[opening], pairs[at] = at, -1
        elif name == "break":
            if match["empty"] or attributes:
                pairs[at] = -1
        elif match["empty"]:
            if name in DROPPED:
                pairs[at] = -1
        elif name in DROPPED or attributes.get(WANTED[name]):
            open_tags.append((name, at))
    return pairs


def settled(draft: Draft, tags: Sequence[Tag]) -> Draft:
    """``draft`` without the marks of ``tags``: what they ask for is in its readings, they themselves in its skipped."""
    if not tags:
        return draft
    marks = [match for match in _MARK.finditer(draft.text) if int(match[1]) < len(tags)]
    text, new = _without(draft.text, marks, tags)
    paragraphs, reasons = list[Span](), dict[int, str]()
    for index, span in enumerate(draft.paragraphs):
        start, end = new.of(span.start), new.of(span.end)
        words = text[start:end]
        if words.strip():
            if index in draft.reasons:
                reasons[len(paragraphs)] = draft.reasons[index]
            paragraphs.append(Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip())))
    at = {int(mark[1]): new.of(mark.start()) for mark in marks}
    readings, followed = _readings(text, tags, at, paragraphs)
    names = sorted({tag.name for number, tag in enumerate(tags) if number not in followed})
    return replace(
        draft,
        text=text,
        paragraphs=tuple(paragraphs),
        reasons=reasons,
        heading=_MARK.sub("", draft.heading).strip() if draft.heading else draft.heading,
        readings=tuple(sorted(readings, key=lambda reading: (reading.start, reading.end))),
        skipped=(
            *(replace(one, text=_MARK.sub(lambda mark: tags[int(mark[1])].text, one.text)) for one in draft.skipped),
            *(
                Skipped(tag.text, kinds.SSML if number in followed else kinds.SSML_DROPPED, None)
                for number, tag in enumerate(tags)
            ),
        ),
        warnings=tuple(f"SSML: <{name}> is not followed everywhere; its words are read as usual" for name in names),
    )


def _without(text: str, marks: Sequence[re.Match[str]], tags: Sequence[Tag]) -> tuple[str, _Places]:
    """``text`` without ``marks``, with a blank at a pause between two words; and where its parts are now."""
    parts, cuts, place = list[str](), list[int](), 0
    for mark in marks:
        parts.append(text[place : mark.start()])
        around = text[mark.start() - 1 : mark.start()] + text[mark.end() : mark.end() + 1]
        blank = " " if tags[int(mark[1])].name == "break" and len(around) == 2 and " " not in around else ""
        parts.append(blank)
        cuts.append(mark.end() - mark.start() - len(blank))
        place = mark.end()
    return "".join([*parts, text[place:]]), _Places([mark.start() for mark in marks], cuts)


class _Places:
    """Offsets in a text with marks -> offsets in it without them."""

    def __init__(self, starts: Sequence[int], cuts: Sequence[int]) -> None:
        self._starts, self._cut = starts, [0, *accumulate(cuts)]

    def of(self, offset: int) -> int:
        return offset - self._cut[bisect_left(self._starts, offset)]


def _readings(
    text: str, tags: Sequence[Tag], at: Mapping[int, int], paragraphs: Sequence[Span]
) -> tuple[list[Reading], set[int]]:
    """What ``tags`` ask for, and the numbers of those that are followed."""
    readings, followed = list[Reading](), set[int]()
    for number, tag in enumerate(tags):
        if number not in at:
            continue
        if tag.name == "break":
            if (pause := _pause_ms(tag.attributes)) is not None:
                followed.add(number)
                if blank := _blank(text, at[number]):
                    readings.append(Reading(blank.start, blank.end, "break", str(pause)))
            continue
        span = _content(text, at[number], at.get(tag.partner if tag.partner is not None else -1), paragraphs)
        value = _value(tag)
        if span and value:
            followed |= {number, tag.partner or number}
            readings.append(Reading(span.start, span.end, _how(tag.name), value))
    return readings, followed


def _how(name: str) -> How:
    hows: dict[str, How] = {"sub": "sub", "say-as": "say-as", "phoneme": "phoneme", "lang": "lang"}
    return hows[name]


def _value(tag: Tag) -> str:
    """What a tag asks for; empty if it is not followed."""
    if tag.name not in WANTED or not (value := tag.attributes.get(WANTED[tag.name], "")):
        return ""
    if tag.name == "phoneme":
        is_ipa = tag.attributes.get("alphabet", "ipa").lower() == "ipa"
        return value if is_ipa and _SOUND.fullmatch(value) else ""
    detail = tag.attributes.get("format", "") if tag.name == "say-as" else ""
    return f"{value}:{detail}" if detail else value


def _content(text: str, start: int, end: int | None, paragraphs: Sequence[Span]) -> Span | None:
    """The words between two tags, if both stand in one paragraph and have any between them."""
    if end is None or not text[start:end].strip():
        return None
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    return Span(start, end) if any(p.start <= start and end <= p.end for p in paragraphs) else None


def _pause_ms(attributes: Mapping[str, str]) -> int | None:
    if time := attributes.get("time"):
        match = _TIME.fullmatch(time.lower())
        return round(float(match[1]) * (1000 if match[2] == "s" else 1)) if match else None
    return PAUSES_MS.get(attributes.get("strength", "medium"))


def _blank(text: str, place: int) -> Span | None:
    """The blank at a pause; None where the pause stands at the end of a line, or within a word."""
    for start in (place, place - 1):
        if 0 <= start < len(text) and text[start] == " ":
            return Span(start, start + 1)
    return None
