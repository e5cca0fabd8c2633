"""The parse of an article's narration: spaCy's, in light types of our own.

A quotation that is a sentence of its own is replaced by a short stand-in before parsing: the parser then sees
``"It is so," said X`` whatever the words were, and long quotations cost nothing. A quotation that is part of the
narrator's sentence keeps its words and loses its marks.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from narrate.languages.marks import MARKS
from narrate.languages.models import LOADING, english_model
from narrate.types import Script, Segment

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_ABBREVIATED: Final = (
    "Sgt.", "Capt.", "Lt.", "Cpl.", "Cllr.", "Supt.", "Insp.", "Det.", "Cmdr.", "Maj.", "Brig.", "Prof.", "Rev.",
    "Hon.", "Pvt.", "Adm.", "Col.", "Gen.", "Gov.", "Rep.", "Sen.", "Const.", "Assemb.", "Msgr.", "Amb.", "Atty.",
)  # fmt: skip
"""Titles whose point ends no word."""
_DASHES: Final = frozenset("―—–")
_STAND_IN: Final = "It is so"
_BATCH: Final = 32
_LONGEST: Final = 20_000
"""Characters of one paragraph that are parsed; what lies beyond is left alone, so that memory stays flat."""


@dataclass(slots=True)
class Token:
    """One word or mark of the narration; ``start`` and ``end`` are offsets into the article's text."""

    i: int
    text: str
    tag: str
    """Penn Treebank tag."""
    dep: str
    head: int
    start: int
    end: int
    entity: str
    """Type of the named entity it belongs to, or empty."""
    entity_start: bool
    sentence: int
    quotation: int
    """Index of the quotation it stands for or belongs to; -1 in narration."""
    lower: str


@dataclass(slots=True)
class Paragraph:
    """One parsed paragraph and the segments in it."""

    number: int
    start: int
    end: int
    segments: tuple[Segment, ...]
    tokens: list[Token]


@dataclass(frozen=True, slots=True)
class _Masked:
    """A paragraph as the parser sees it; each stretch maps ``[at, to)`` there to ``start`` in the article."""

    text: str
    stretches: tuple[tuple[int, int, int, int, bool], ...]
    """(at, to, start in the article, quotation or -1, whether it is a stand-in)."""


def model() -> Language:
    """The small English model, with titles that it would cut in two; loaded once, whoever asks first."""
    with LOADING:
        return _model()


@functools.lru_cache(maxsize=1)
def _model() -> Language:
    loaded = english_model("tok2vec", "tagger", "parser", "ner")
    tokenizer: Any = loaded.tokenizer
    for title in _ABBREVIATED:
        tokenizer.add_special_case(title, [{"ORTH": title}])
    return loaded


def parse_scripts(scripts: Iterable[Script]) -> Iterator[list[Paragraph]]:
    """For each script in turn its parsed paragraphs; parsing runs in batches across scripts."""
    laid_out: list[list[tuple[int, int, int, tuple[Segment, ...], _Masked]]] = []

    def texts() -> Iterator[str]:
        for script in scripts:
            laid_out.append([_lay_out(script, *place) for place in _paragraphs(script)])
            yield from (masked.text for *_, masked in laid_out[-1])
            yield ""

    paragraphs: list[Paragraph] = []
    for doc in model().pipe(texts(), batch_size=_BATCH):
        if len(paragraphs) == len(laid_out[0]):
            laid_out.pop(0)
            yield paragraphs
            paragraphs = []
            continue
        number, start, end, segments, masked = laid_out[0][len(paragraphs)]
        paragraphs.append(Paragraph(number, start, end, segments, _tokens(doc, masked)))


def _paragraphs(script: Script) -> list[tuple[int, int, int, tuple[Segment, ...]]]:
    """(number, start, end, segments) of the headline and every paragraph, in order."""
    article = script.article
    spans = sorted([*([article.headline] if article.headline else []), *article.paragraphs], key=lambda s: s.start)
    placed: list[list[Segment]] = [[] for _ in spans]
    at = 0
    for segment in script.segments:
        if segment.end == segment.start:
            continue
        while at + 1 < len(spans) and spans[at + 1].start < segment.end and spans[at].end <= segment.start:
            at += 1
        while at + 1 < len(spans) and spans[at + 1].start <= segment.start:
            at += 1
        placed[at].append(segment)
    return [(n, span.start, span.end, tuple(placed[n])) for n, span in enumerate(spans)]


def _lay_out(
    script: Script, number: int, start: int, end: int, segments: tuple[Segment, ...]
) -> tuple[int, int, int, tuple[Segment, ...], _Masked]:
    return number, start, end, segments, _mask(script.article.text, start, min(end, start + _LONGEST), segments)


def _mask(text: str, start: int, end: int, segments: Sequence[Segment]) -> _Masked:
    """The paragraph with stand-ins for its quotations."""
    parts: list[str] = []
    stretches: list[tuple[int, int, int, int, bool]] = []
    length = 0
    for segment in segments:
        a, b = max(segment.start, start), min(segment.end, end)
        if a >= b:
            continue
        part, quotation, stand_in = text[a:b], -1, False
        if segment.kind == "quotation":
            quotation = segment.index
            stand_in = not is_part_of_sentence(text[start:a], part)
            part = _stand_in(part, text[b : b + 1]) if stand_in else _unmarked(part)
        parts.append(part)
        stretches.append((length, length + len(part), a, quotation, stand_in))
        length += len(part)
    return _Masked("".join(parts), tuple(stretches))


def is_part_of_sentence(before: str, quotation: str) -> bool:
    """Whether a quotation continues the narrator's sentence (``called it "a tax"``) or is one of its own."""
    before = before.rstrip()
    words = quotation.strip().strip(MARKS + "([{")
    first = next((c for c in words if c.isalnum()), "")
    inner_end = words.rstrip(MARKS)[-1:]
    if not before or before[-1] in ".!?:,…—–":
        return bool(first) and (first.islower() or not inner_end) and inner_end not in set(".,!?…;—–")
    if first.islower():
        return True
    return len(words.split()) < 5 and inner_end not in set(".!?")


def _stand_in(quotation: str, following: str) -> str:
    """A sentence in the quotation's place, with its last point, its marks and the blanks that follow; one blank where
    the text forgot it before its ``following`` character."""
    words = quotation.rstrip()
    inner = words.rstrip(MARKS + ")]}")
    point = inner[-1] if inner and inner[-1] in ".,!?" else ""
    after = re.sub(r"[^.,;:!?]", "", words[len(inner) :])
    blanks = quotation[len(words) :] or (" " if following.isalnum() or following in _DASHES else "")
    return f"“{_STAND_IN}{point}”{after if not point else ''}{blanks}"


def _unmarked(part: str) -> str:
    """The words with blanks for the marks at either end, as long as before."""
    lead = len(part) - len(part.lstrip(MARKS))
    words = part[lead:].rstrip()
    core = words.rstrip(MARKS)
    point = re.match(r".*[^\w\s]", core[-1:]) is not None and core[-1:] in ",."
    if point and len(words) > len(core):
        core = core[:-1] + " " * (len(words) - len(core)) + core[-1]
    return " " * lead + core + part[lead + len(core) :].translate({ord(c): " " for c in MARKS})


def _tokens(doc: Doc, masked: _Masked) -> list[Token]:
    tokens: list[Token] = []
    index: dict[int, int] = {}
    at = sentence = 0
    for token in doc:
        if token.is_sent_start and tokens:
            sentence += 1
        if token.is_space:
            continue
        while at + 1 < len(masked.stretches) and token.idx >= masked.stretches[at][1]:
            at += 1
        index[token.i] = len(tokens)
        tokens.append(_token(token, len(tokens), masked.stretches[at], sentence))
    for token in doc:
        if token.i in index:
            tokens[index[token.i]].head = index.get(token.head.i, index[token.i])
    return tokens


def _token(token: Any, i: int, stretch: tuple[int, int, int, int, bool], sentence: int) -> Token:
    at, to, start, quotation, stand_in = stretch
    a = start if stand_in else start + token.idx - at
    b = a if stand_in else start + min(token.idx + len(token), to) - at
    first = token.ent_iob_ == "B"
    entity = "" if stand_in else token.ent_type_
    return Token(i, token.text, token.tag_, token.dep_, i, a, b, entity, first, sentence, quotation, token.text.lower())
