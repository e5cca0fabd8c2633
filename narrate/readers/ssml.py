"""SSML in an article's source: which tags are followed, which are dropped, and where they stood in the text.

Before a source is read, each tag is replaced by a placeholder that no article contains, so that every format keeps its
place. Afterwards the placeholders are removed, and what the tags asked for is kept with its offsets. Only tags that ask
for something are SSML: ``<sub>`` without an alias is HTML, and ``<break>`` in a sentence about SSML is a word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from typing import Final, cast

from narrate.readers import skip_reasons
from narrate.readers.extracted import ExtractedText, stripped
from narrate.types import How, Reading, Skipped, Span

WANTED: Final[Mapping[str, str]] = {"sub": "alias", "say-as": "interpret-as", "phoneme": "ph", "lang": "xml:lang"}
"""The elements that are followed, apart from ``break``, and the attribute that each must have."""
DROPPED: Final = ("speak", "prosody", "emphasis", "voice", "audio", "mark", "desc")
ALSO_HTML: Final = frozenset({"audio", "mark"})
"""Dropped elements that are also elements of HTML."""
MAX_VALUE_CHARACTERS: Final = 400
"""A tag that asks for more is not followed."""
MAX_TAGS: Final = 2000
"""A source with more tags is not read as SSML."""
PAUSES_MS: Final = {"none": 0, "x-weak": 100, "weak": 250, "medium": 500, "strong": 1000, "x-strong": 1500}
"""The strengths of a break -> the pause in milliseconds."""

_ATTRIBUTE: Final = re.compile(r"([\w:-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"<>]*)\"|'([^'<>]*)'|[“”„]([^“”<>]*)[“”])")
"""An attribute. Word processors turn the marks of its value into curly ones."""
_TAG: Final = re.compile(
    r"```.{0,100000}?```|`[^`\n]{1,400}`|\\<|"
    rf"<(?P<close>/)?(?P<name>break|{'|'.join((*WANTED, *DROPPED))})"
    r"(?P<attributes>(?:\s[^<>]*?)?)(?P<empty>/)?>",
    re.DOTALL,
)
_PLACEHOLDER: Final = re.compile("⟦([0-9]{1,4})⟧")
_TIME: Final = re.compile(r"\+?(\d{1,6}(?:\.\d{1,3})?|\.\d{1,3})(ms|s)")
_SOUND: Final = re.compile(r"[^\[\]()/\d]+")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it stood in the source."""

    text: str
    name: str
    attributes: Mapping[str, str]
    partner: int | None = None
    """The number of the closing tag, for an opening tag."""


def replace_tags(source: str, *, is_html: bool = False) -> tuple[str, tuple[Tag, ...]]:
    """Replace each SSML tag in ``source`` by a numbered placeholder; return the result and the tags by number."""
    if "<" not in source or "⟦" in source:
        return source, ()
    body = re.search(r"<body\b", source, re.IGNORECASE) if is_html else None
    found = _TAG.finditer(source, body.start() if body else 0)
    named = (match for match in found if match["name"] and not (is_html and match["name"] in ALSO_HTML))
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
    return {name: "".join(values).strip() for name, *values in _ATTRIBUTE.findall(match["attributes"])}


def _pairs(matches: Sequence[re.Match[str]]) -> dict[int, int]:
    """Return the indices of the matches that are SSML tags: of an opening tag -> its closing tag, others -> -1."""
    pairs: dict[int, int] = {}
    open_tags: list[tuple[str, int]] = []
    for at, match in enumerate(matches):
        name, attributes = match["name"], _attributes(match)
        if match["close"]:
            if open_tags and open_tags[-1][0] == name:
                _, opening = open_tags.pop()
                pairs[opening], pairs[at] = at, -1
        elif name == "break" or match["empty"]:
            if name in DROPPED or (name == "break" and (match["empty"] or attributes)):
                pairs[at] = -1
        elif name in DROPPED or attributes.get(WANTED[name]):
            open_tags.append((name, at))
    return pairs


def apply_tags(extracted: ExtractedText, tags: Sequence[Tag]) -> ExtractedText:
    """Remove the placeholders of ``tags``, add what the tags ask for as readings, and list the tags as skipped."""
    if not tags:
        return extracted
    placeholders = [match for match in _PLACEHOLDER.finditer(extracted.text) if int(match[1]) < len(tags)]
    text, moved = _without(extracted.text, placeholders, tags)
    paragraphs, reasons = list[Span](), dict[int, str]()
    for index, span in enumerate(extracted.paragraphs):
        if paragraph := stripped(text, moved(span.start), moved(span.end)):
            if index in extracted.reasons:
                reasons[len(paragraphs)] = extracted.reasons[index]
            paragraphs.append(paragraph)
    at = {int(found[1]): moved(found.start()) for found in placeholders}
    readings, followed = _readings(text, tags, at, paragraphs)
    names = sorted({tag.name for number, tag in enumerate(tags) if number not in followed})
    skipped = [
        replace(one, text=_PLACEHOLDER.sub(lambda found: tags[int(found[1])].text, one.text))
        for one in extracted.skipped
    ]
    for number, tag in enumerate(tags):
        reason = skip_reasons.SSML_FOLLOWED if number in followed else skip_reasons.SSML_DROPPED
        skipped.append(Skipped(tag.text, reason, None))
    return replace(
        extracted,
        text=text,
        paragraphs=tuple(paragraphs),
        reasons=reasons,
        heading=_PLACEHOLDER.sub("", extracted.heading).strip() if extracted.heading else extracted.heading,
        readings=tuple(sorted(readings, key=lambda reading: (reading.start, reading.end))),
        skipped=tuple(skipped),
        warnings=tuple(f"SSML: <{name}> is not followed everywhere; its words are read as usual" for name in names),
    )


def _without(text: str, placeholders: Sequence[re.Match[str]], tags: Sequence[Tag]) -> tuple[str, Callable[[int], int]]:
    """Remove placeholders, but leave a blank at a pause between two words; return also how offsets move."""
    parts, cuts, place = list[str](), list[int](), 0
    for placeholder in placeholders:
        parts.append(text[place : placeholder.start()])
        around = text[placeholder.start() - 1 : placeholder.start()] + text[placeholder.end() : placeholder.end() + 1]
        blank = " " if tags[int(placeholder[1])].name == "break" and len(around) == 2 and " " not in around else ""
        parts.append(blank)
        cuts.append(placeholder.end() - placeholder.start() - len(blank))
        place = placeholder.end()
    starts, moves = [placeholder.start() for placeholder in placeholders], [0, *accumulate(cuts)]
    return "".join([*parts, text[place:]]), lambda offset: offset - moves[bisect_left(starts, offset)]


def _readings(
    text: str, tags: Sequence[Tag], at: Mapping[int, int], paragraphs: Sequence[Span]
) -> tuple[list[Reading], set[int]]:
    """Return what ``tags`` ask for, and the numbers of the tags that are followed."""
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
            readings.append(Reading(span.start, span.end, cast("How", tag.name), value))
    return readings, followed


def _value(tag: Tag) -> str:
    """Return what a tag asks for; empty if it is not followed."""
    value = tag.attributes.get(WANTED.get(tag.name, ""), "")
    detail = tag.attributes.get("format", "") if tag.name == "say-as" else ""
    if not value or len(value) + len(detail) > MAX_VALUE_CHARACTERS:
        return ""
    if tag.name == "phoneme":
        is_ipa = tag.attributes.get("alphabet", "ipa").lower() == "ipa"
        return value if is_ipa and _SOUND.fullmatch(value) else ""
    return f"{value}:{detail}" if detail else value


def _content(text: str, start: int, end: int | None, paragraphs: Sequence[Span]) -> Span | None:
    """Return the words between two tags, if there are any and both tags are in one paragraph."""
    span = stripped(text, start, end) if end is not None else None
    is_inside = span and any(one.start <= span.start and span.end <= one.end for one in paragraphs)
    return span if is_inside else None


def _pause_ms(attributes: Mapping[str, str]) -> int | None:
    if not (time := attributes.get("time")):
        return PAUSES_MS.get(attributes.get("strength", "medium"))
    match = _TIME.fullmatch(time.lower())
    return match and round(float(match[1]) * (1000 if match[2] == "s" else 1))


def _blank(text: str, place: int) -> Span | None:
    """Return the blank at a pause; None if the pause is at the end of a line or inside a word."""
    for start in (place, place - 1):
        if 0 <= start < len(text) and text[start] == " ":
            return Span(start, start + 1)
    return None
