"""Parse the narration of articles with spaCy, into small immutable types.

A quotation that is a sentence of its own is replaced by a short stand-in before parsing. The parser then sees
``"It is so," said X`` whatever the words were, and long quotations cost no time. A quotation that is part of a sentence
of narration keeps its words and loses its marks.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final

from narrate.attribution.batches import BatchParser
from narrate.languages import ENGLISH, AttributionWords
from narrate.languages.marks import MARKS
from narrate.languages.models import LOADING, english_model
from narrate.types import Script, Segment, Span

if TYPE_CHECKING:
    from spacy.language import Language as Model
    from spacy.tokens import Doc

_WORDS: Final = ENGLISH.attribution
"""The words of the language of the model. Everything else in the package takes them from the paragraphs."""
_NO_BLANK: Final = frozenset(",:;")
"""Marks behind which the blank before a quotation may be missing (``said,"We``)."""
_DASHES: Final = frozenset("―—–")
_BATCH_SIZE: Final = 128
"""Paragraphs that are parsed at once. 6,000 short turns of an interview need 3 s so, and 5 s in batches of 32."""
_BATCH_CHARACTERS: Final = 10_000
"""Characters behind which a batch of fewer paragraphs ends, so that memory stays bounded."""
_MAX_PARAGRAPH_CHARACTERS: Final = 12_000
_MAX_PARAGRAPH_QUOTATIONS: Final = 50
"""A paragraph of more characters or quotations is analyzed in parts, so that the cost of its analysis is bounded. The
longest paragraph of the news sets has 1,924 characters, that of LitBank 11,271."""
AROUND_CHARACTERS: Final = 400
"""Characters before and behind a quotation that are looked at, apart from the parse."""
_BEGINS_ENTITY: Final = 3
"""The number of "B" among the codes of named entities (``Token.ent_iob`` of spaCy)."""
_BULLET: Final = re.compile(r"^[•·‣▪●○◦](?=\s)")
"""The mark of an item of a list, which would confuse the parser."""
_ENDLESS_WORD: Final = re.compile(r"\S{100}(\S+)")
"""A run of characters without a blank, of which the parser sees the first 100: the tokenizer can make a token of each
character. No text of the news sets has one of 60 characters."""
_SENTENCE_END: Final = re.compile(r"[.!?]\s")
_KEPT_CHARACTERS: Final = 50_000
"""Characters of texts whose parse is kept for paragraphs, or parts of a long one, that the parser sees alike."""
_DESCRIBING_TAGS: Final = frozenset("NN NNS NNP JJ CD VBN HYPH POS".split())
"""Tags of the words between an article and a verb in a reporting clause that begins with a description."""
_PLAUSIBLE_TAGS: Final = frozenset("NNP NNPS NN JJ IN DT PRP CC MD".split())
"""Tags that are kept for a known name at the beginning of a sentence. Others are mistakes of the tagger."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of the narration. Names that are not explained are those of spaCy."""

    i: int
    """Number within the paragraph."""
    text: str
    tag: str
    """Penn Treebank tag."""
    dep: str
    head: int
    start: int
    """Offset in the text of the article, as is ``end``."""
    end: int
    entity: str
    """Type of the named entity of which it is a part, or empty."""
    entity_start: bool
    sentence: int
    """Number of its sentence within the paragraph."""
    quotation: int
    """Index of the quotation that it stands for or belongs to; -1 in narration."""
    lower: str


NO_TOKEN: Final = Token(-1, "", "", "", -1, -1, -1, "", False, -1, -1, "")
"""What stands before the first token of a paragraph and behind the last one."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or the headline."""

    number: int
    start: int
    """Offset in the text of the article, as is ``end``."""
    end: int
    segments: tuple[Segment, ...]
    tokens: tuple[Token, ...]
    words: AttributionWords
    """Words and patterns of its language."""

    def token(self, i: int) -> Token:
        """Return token ``i``, or ``NO_TOKEN``."""
        return self.tokens[i] if 0 <= i < len(self.tokens) else NO_TOKEN


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part ``[start, end)`` of the text that the parser sees."""

    start: int
    end: int
    article_start: int
    """Offset in the text of the article."""
    quotation: int
    """Index of the quotation; -1 for narration."""
    is_stand_in: bool


def model() -> Model:
    """Return the small English model, which also knows abbreviated titles. The first caller loads it."""
    with LOADING:
        return _model()


@functools.lru_cache(maxsize=1)
def _model() -> Model:
    loaded = english_model("tok2vec", "tagger", "parser", "ner")
    tokenizer: Any = loaded.tokenizer
    for title in sorted(_WORDS.abbreviated_titles):
        tokenizer.add_special_case(title, [{"ORTH": title}])
    return loaded


@functools.lru_cache(maxsize=1)
def _batch_parser() -> BatchParser:
    return BatchParser(model())


def parse_scripts(scripts: Iterable[Script]) -> Iterator[tuple[Script, list[Paragraph]]]:
    """Yield each script with its parsed paragraphs. Parsing runs in batches across scripts.

    A script without quotations has no speakers to find: its paragraphs are not parsed, and none are returned.
    """
    parsed: list[Paragraph] = []
    parser, strings = _Parser(), _Strings()
    for batch in _batches(_masked_texts(scripts)):
        docs = parser.parse([text for text, source in batch if not isinstance(source, Script)])
        for text, source in batch:
            if isinstance(source, Script):
                yield source, _mark_hyphenated_names(_mark_known_names(parsed))
                parsed = []
            else:
                paragraph, stretches = source
                tokens = _tokens(docs[text], stretches, strings)
                parsed.append(replace(paragraph, tokens=_with_role_nouns(_with_reporting_verbs(tokens))))


_Source = tuple[Paragraph, Sequence[_Stretch]] | Script
"""A paragraph and the stretches of its text, or the script behind its last paragraph."""


def _batches(texts: Iterable[tuple[str, _Source]]) -> Iterator[list[tuple[str, _Source]]]:
    batch, characters = list[tuple[str, _Source]](), 0
    for text, source in texts:
        batch.append((text, source))
        characters += len(text)
        if len(batch) >= _BATCH_SIZE or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


class _Parser:
    """Parses texts, each once in a batch; the last ones are kept, since many paragraphs are only a stand-in."""

    def __init__(self) -> None:
        self._kept: dict[str, Doc] = {}
        self._kept_characters = 0

    def parse(self, texts: Iterable[str]) -> dict[str, Doc]:
        """Return text -> parse."""
        docs = {text: self._kept.get(text) for text in texts}
        new = [text for text, doc in docs.items() if doc is None]
        found = {text: doc for text, doc in docs.items() if doc is not None}
        if new:
            found |= zip(new, _batch_parser().parse(new), strict=True)
        self._kept |= {text: found[text] for text in new}
        self._kept_characters += sum(map(len, new))
        while self._kept_characters > _KEPT_CHARACTERS:
            oldest = next(iter(self._kept))
            self._kept_characters -= len(oldest)
            del self._kept[oldest]
        return found


def _masked_texts(scripts: Iterable[Script]) -> Iterator[tuple[str, _Source]]:
    """Yield each paragraph as the parser sees it, and an empty text with the script behind its last paragraph."""
    for script in scripts:
        has_quotations = any(segment.kind == "quotation" for segment in script.segments)
        for paragraph in _paragraphs(script) if has_quotations else ():
            text, stretches = _mask(script.article.text, paragraph)
            yield text, (paragraph, stretches)
        yield "", script


def _paragraphs(script: Script) -> list[Paragraph]:
    """Return the headline and the paragraphs, in order, before they are parsed. Very long ones are divided."""
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
    parts = [
        part for span, segments in zip(spans, placed, strict=True) for part in _parts(article.text, span, segments)
    ]
    return [Paragraph(n, start, end, segments, (), _WORDS) for n, (start, end, segments) in enumerate(parts)]


def _parts(text: str, span: Span, segments: Sequence[Segment]) -> Iterator[tuple[int, int, tuple[Segment, ...]]]:
    """Yield (start, end, segments) of each part of a paragraph that is analyzed on its own, as a rule all of it.

    A long paragraph is divided before quotations and behind sentences; narration may belong to two parts.
    """
    start, held, quotations = span.start, list[Segment](), 0
    for segment in segments:
        is_quotation = segment.kind == "quotation"
        is_full = quotations >= _MAX_PARAGRAPH_QUOTATIONS or segment.end - start > _MAX_PARAGRAPH_CHARACTERS
        if is_quotation and is_full and held and segment.start > start:
            yield start, segment.start, tuple(held)
            start, held, quotations = segment.start, [], 0
        held.append(segment)
        quotations += is_quotation
        while not is_quotation and min(segment.end, span.end) - start > _MAX_PARAGRAPH_CHARACTERS:
            end = _division(text, start, start + _MAX_PARAGRAPH_CHARACTERS)
            yield start, end, tuple(held)
            start, held, quotations = end, [segment], 0
    yield start, span.end, tuple(held)


def _division(text: str, start: int, limit: int) -> int:
    """Return where to divide a long text: behind its last sentence, or else its last word, or else at the limit."""
    middle = (start + limit) // 2
    ends = [match.end() for match in _SENTENCE_END.finditer(text, middle, limit)]
    return ends[-1] if ends else text.rfind(" ", middle, limit) + 1 or limit


def _mask(text: str, paragraph: Paragraph) -> tuple[str, list[_Stretch]]:
    """Return the text of a paragraph with stand-ins for its quotations, and the stretches of which it consists."""
    start, end = paragraph.start, paragraph.end
    masked, stretches = "", list[_Stretch]()
    for segment in paragraph.segments:
        segment_start, segment_end = max(segment.start, start), min(segment.end, end)
        if segment_start >= segment_end:
            continue
        part, quotation, is_stand_in = text[segment_start:segment_end], -1, False
        if segment.kind == "quotation":
            quotation = segment.index
            before = text[max(start, segment_start - AROUND_CHARACTERS) : segment_start]
            is_stand_in = not is_part_of_sentence(before, part)
            following = text[segment_end : segment_end + 1]
            part = _stand_in(part, following) if is_stand_in else _without_marks(part[:_MAX_PARAGRAPH_CHARACTERS])
            part = " " * (is_stand_in and masked[-1:] in _NO_BLANK) + part
        part = _BULLET.sub(" ", part) if not masked else part
        for at, piece in _without_endless_words(part):
            place = (len(masked), len(masked) + len(piece), segment_start + at)
            stretches.append(_Stretch(*place, quotation, is_stand_in))
            masked += piece
    return masked, stretches


def _without_endless_words(part: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces of a text, as a rule one, that are left without the ends of endless words, and their offsets."""
    at = 0
    for match in _ENDLESS_WORD.finditer(part):
        yield at, part[at : match.start(1)]
        at = match.end()
    yield at, part[at:]


def is_part_of_sentence(before: str, quotation: str) -> bool:
    """Return whether a quotation with the text ``before`` it is part of a sentence (``called it "a tax"``)."""
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
    """Return a short sentence with the last punctuation of the quotation, its marks and a blank before what follows."""
    words = quotation.rstrip()
    inner = words.rstrip(MARKS + ")]}")
    point = inner[-1] if inner and inner[-1] in ".,!?" else ""
    after = "" if point else re.sub(r"[^.,;:!?]", "", words[len(inner) :])
    blanks = quotation[len(words) :] or (" " if following.isalnum() or following in _DASHES else "")
    return f"“{_WORDS.stand_in}{point}”{after}{blanks}"


def _without_marks(part: str) -> str:
    """Return the words with blanks in place of the marks at both ends; the length does not change."""
    lead = len(part) - len(part.lstrip(MARKS))
    words = part[lead:].rstrip()
    core = words.rstrip(MARKS)
    if core[-1:] in {",", "."} and len(words) > len(core):
        core = core[:-1] + " " * (len(words) - len(core)) + core[-1]
    return " " * lead + core + part[lead + len(core) :].translate({ord(c): " " for c in MARKS})


class _Strings(dict[int, str]):
    """The texts of the numbers by which the model knows them. Equal texts are one object."""

    def __missing__(self, number: int) -> str:
        self[number] = model().vocab.strings[number]
        return self[number]


def _tokens(doc: Doc, stretches: Sequence[_Stretch], strings: _Strings) -> tuple[Token, ...]:
    """Return the tokens of a parsed paragraph without blanks."""
    from spacy import attrs

    names = doc.to_array([attrs.ORTH, attrs.TAG, attrs.DEP, attrs.ENT_TYPE, attrs.LOWER]).tolist()
    columns = [attrs.IS_SPACE, attrs.HEAD, attrs.ENT_IOB, attrs.SENT_START, attrs.IDX, attrs.LENGTH]
    rows = doc.to_array(columns).astype("int64").tolist()
    number_of = list(accumulate((not row[0] for row in rows), initial=0))
    tokens: list[Token] = []
    at = sentence = 0
    for i, (is_space, to_head, iob, sentence_start, offset, length) in enumerate(rows):
        sentence += sentence_start == 1 and bool(tokens)
        if is_space:
            continue
        while at + 1 < len(stretches) and offset >= stretches[at].end:
            at += 1
        number, stretch = len(tokens), stretches[at]
        start = end = stretch.article_start
        if not stretch.is_stand_in:
            start += offset - stretch.start
            end += min(offset + length, stretch.end) - stretch.start
        text, tag, dep, entity, lower = map(strings.__getitem__, names[i])
        entity = "" if stretch.is_stand_in else entity
        head = number if rows[i + to_head][0] else number_of[i + to_head]
        place = (start, end, entity, iob == _BEGINS_ENTITY, sentence, stretch.quotation, lower)
        tokens.append(Token(number, text, tag, dep, head, *place))
    return tuple(tokens)


def _with_reporting_verbs(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Correct the parse of clauses such as "the letter read" behind a quotation, where a verb was taken for a noun."""
    corrected = list(tokens)
    for verb in tokens[2:]:
        if verb.tag not in {"NN", "NNS"} or verb.quotation >= 0 or verb.text not in _WORDS.plain_reporting_verbs_behind:
            continue
        following = tokens[verb.i + 1] if verb.i + 1 < len(tokens) else NO_TOKEN
        first = verb.i - 1
        while first >= 0 and tokens[first].tag in _DESCRIBING_TAGS and tokens[first].quotation < 0:
            first -= 1
        is_description = first >= 0 and tokens[first].tag in {"DT", "PRP$"} and first < verb.i - 1
        is_behind = first > 0 and tokens[first - 1].quotation >= 0 and tokens[verb.i - 1].tag in {"NN", "NNS", "CD"}
        if is_description and is_behind and not following.text[:1].isalnum():
            tag = "VBZ" if verb.tag == "NNS" else "VBD"
            corrected[verb.i] = replace(verb, tag=tag, dep="ROOT", head=verb.i)
            corrected[verb.i - 1] = replace(tokens[verb.i - 1], dep="nsubj", head=verb.i)
            for i in range(first, verb.i - 1):
                corrected[i] = replace(tokens[i], head=verb.i - 1)
    return tuple(corrected)


def _with_role_nouns(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Correct nouns taken for verbs or numbers: "a team lead" behind a quotation, and "the mum-of-two"."""
    corrected = list(tokens)
    for head in tokens[3:]:
        noun = tokens[head.i - 1]
        if head.tag == "CD" and [t.tag for t in tokens[head.i - 3 : head.i]] == ["HYPH", "IN", "HYPH"]:
            corrected[head.i] = replace(head, tag="NN")
        if head.tag not in {"VB", "VBP"} or head.text not in _WORDS.verblike_roles or noun.tag != "NN":
            continue
        first = head.i - 1
        while (
            first > 1
            and tokens[first].tag in _DESCRIBING_TAGS
            and tokens[first].lower not in _WORDS.standalone_subjects
        ):
            first -= 1
        verb = tokens[first - 1]
        is_behind = first > 1 and verb.quotation < 0 <= tokens[first - 2].quotation
        if tokens[first].tag in {"DT", "CD"} and is_behind and _WORDS.is_reporting_verb(verb.lower):
            corrected[head.i] = replace(head, tag="NN", dep="nsubj", head=verb.i)
            for i in range(first, head.i):
                dep = "compound" if tokens[i].tag == "NN" else tokens[i].dep
                corrected[i] = replace(tokens[i], head=head.i, dep=dep)
    return tuple(corrected)


def _mark_known_names(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Correct the tags of words at the beginning of sentences that are names elsewhere in the article."""
    followed = (pair for p in paragraphs for pair in pairwise(p.tokens))
    names = {
        t.text for before, t in followed if t.tag == "NNP" and t.sentence == before.sentence and before.tag != "``"
    }
    known = {name for name in names if len(name) > 2 and name[0].isupper() and not name.isupper()}
    known = {name for name in known if not _WORDS.is_title(name.lower())}
    return [replace(p, tokens=tuple(_as_name(t, p) if t.text in known else t for t in p.tokens)) for p in paragraphs]


def _mark_hyphenated_names(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Correct the tags of first names of two syllables next to a family name ("Seo-yeon Park"), also where alone."""
    places = [(paragraph, i) for paragraph in paragraphs for i in _hyphenated(paragraph)]
    known = {_joined(paragraph, i) for paragraph, i in places if _is_next_to_name(paragraph, i)}
    corrected = {paragraph.number: list(paragraph.tokens) for paragraph, i in places if _joined(paragraph, i) in known}
    for paragraph, i in places:
        if _joined(paragraph, i) in known:
            has_family_name = paragraph.token(i - 1).lower in _WORDS.family_names_before_first
            begins = paragraph.token(i - 1).entity != "PERSON" or has_family_name
            first = i - has_family_name
            for at in range(first, i + 3):
                name = replace(paragraph.tokens[at], tag="NNP", entity="PERSON", entity_start=begins and at == first)
                corrected[paragraph.number][at] = name
            if paragraph.token(i + 3).entity == "PERSON":
                corrected[paragraph.number][i + 3] = replace(paragraph.tokens[i + 3], entity_start=False)
    return [replace(p, tokens=tuple(corrected[p.number])) if p.number in corrected else p for p in paragraphs]


def _hyphenated(paragraph: Paragraph) -> Iterator[int]:
    """Yield the first token of each word of a syllable with a capital, a hyphen and a syllable without one."""
    for before, hyphen, after in zip(paragraph.tokens, paragraph.tokens[1:], paragraph.tokens[2:], strict=False):
        is_one_word = hyphen.text in {"-", "‑"} and before.end == hyphen.start and hyphen.end == after.start
        is_name = before.text[:1].isupper() and before.text[1:].islower() and after.text.islower()
        if is_one_word and is_name and _WORDS.syllables_pattern.fullmatch(f"{before.lower}-{after.lower}"):
            yield before.i


def _joined(paragraph: Paragraph, i: int) -> str:
    return paragraph.tokens[i].text + paragraph.tokens[i + 2].text


def _is_next_to_name(paragraph: Paragraph, i: int) -> bool:
    """Return whether a word with a capital stands right before or behind a hyphenated word."""
    first, behind, before = paragraph.tokens[i], paragraph.token(i + 3), paragraph.token(i - 1)
    near = [token for token in (behind, before) if token.sentence == first.sentence and token.tag == "NNP"]
    near = [token for token in near if token.lower not in _WORDS.group_name_words and not _WORDS.is_title(token.lower)]
    return any(token.text[:1].isupper() and token.text.isalpha() and len(token.text) > 1 for token in near)


def _as_name(token: Token, paragraph: Paragraph) -> Token:
    """Return a known name with the tag of a name if it was mistaken for something else."""
    speaks = paragraph.token(token.i + 1).lower in paragraph.words.said
    is_mistaken = token.tag not in _PLAUSIBLE_TAGS or (token.tag == "NN" and token.text[0].isupper())
    return replace(token, tag="NNP") if speaks or is_mistaken else token
