"""Tell speech from titles, terms, scare quotes, mottos and signs, which the narrator reads."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from narrate.attribution.clauses import PATTERNS, Clause
from narrate.attribution.parse import Paragraph, Token
from narrate.languages import AttributionWords
from narrate.languages.marks import MARKS

_WORD: Final = re.compile(r"\w+(?:[’'\-]\w+)*")
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TAGS: Final = (
    *("DT", "PRP$", "POS", "IN", "JJ", "NN", "NNS", "NNP", "VBD", "VBZ", "VBG", "VBN", "VB", "TO", "CC", ",", ".", ":"),
)
"""Their order is that of the numbers in the features."""
_OTHER_TAG: Final = 30.0
_MAX_VERB_DISTANCE: Final = 40


@dataclass(frozen=True, slots=True)
class QuotedText:
    """A quotation and what stands around it."""

    text: str
    """The quotation with its marks."""
    inner: str
    """The quotation without marks and brackets."""
    inner_words: tuple[str, ...]
    before: str
    """The rest of the paragraph before it."""
    after: str
    clauses: tuple[Clause, ...]
    paragraph: Paragraph
    tokens: tuple[Token, ...]
    """Its tokens."""

    @property
    def words(self) -> AttributionWords:
        """Words and patterns of the language."""
        return self.paragraph.words

    @property
    def lead(self) -> str:
        """The last character before it that is not blank, or empty."""
        return self.before.rstrip()[-1:]

    @property
    def last(self) -> str:
        """The last character inside the marks, or empty."""
        return self.inner.rstrip(MARKS)[-1:]

    @property
    def next(self) -> str:
        """The first character after it that is not blank, or empty."""
        return self.after.lstrip()[:1]

    @property
    def clause(self) -> Clause | None:
        """The most reliable clause."""
        return self.clauses[0] if self.clauses else None

    @property
    def token_before(self) -> Token | None:
        """The token of narration right before it."""
        first = self.tokens[0].i if self.tokens else 0
        return self.paragraph.tokens[first - 1] if first else None

    @property
    def token_after(self) -> Token | None:
        """The token of narration right after it."""
        following = self.tokens[-1].i + 1 if self.tokens else len(self.paragraph.tokens)
        return self.paragraph.tokens[following] if following < len(self.paragraph.tokens) else None

    @property
    def word_before(self) -> str:
        """The token right before it in lower case, or empty."""
        return self.token_before.lower if self.token_before else ""


def quoted_text(
    paragraph: Paragraph, index: int, text: str, before: str, after: str, clauses: tuple[Clause, ...]
) -> QuotedText:
    """Return a quotation with what stands around it.

    Args:
        paragraph: The paragraph of the quotation.
        index: Index of its segment.
        text: The quotation with its marks.
        before: The rest of the paragraph before it.
        after: The rest of the paragraph after it.
        clauses: The clauses that could report it.
    """
    inner = text.strip().strip("([{").strip(MARKS).rstrip(")]}").strip(MARKS)
    tokens = tuple(t for t in paragraph.tokens if t.quotation == index)
    return QuotedText(text, inner, tuple(_WORD.findall(inner)), before, after, clauses, paragraph, tokens)


def speech_features(quoted: QuotedText) -> tuple[float, ...]:
    """Return the values of ``SPEECH_FEATURES`` for a quotation, in their order."""
    return tuple(float(feature(quoted)) for feature in SPEECH_FEATURES.values())


def is_sign(before: str, words: AttributionWords) -> bool:
    """Return whether the text before a quotation says that it stands on a sign, a hat or a screen."""
    return words.sign_pattern.search(before[-100:]) is not None


def is_title(before: str, quotation: str, words: AttributionWords) -> bool:
    """Return whether a quotation is in title case after a kind of work ("her book "The Long Way"")."""
    inner_words = _WORD.findall(quotation)
    capitals = [w[0].isupper() for w in inner_words if w.lower() not in words.small_title_words]
    has_title_case = len(inner_words) > 1 and any(capitals) and all(capitals) and inner_words[0][0].isupper()
    return has_title_case and words.work_pattern.search(before[-40:]) is not None


def is_remark(quotation: str) -> bool:
    """Return whether everything between the marks stands in brackets ("(Crosstalk.)")."""
    return _BRACKETED.fullmatch(quotation.strip().strip(MARKS).strip()) is not None


def _share_of_capitals(quoted: QuotedText) -> float:
    """Return the share of words with a capital or a digit at the beginning, without small words."""
    long = [w for w in quoted.inner_words if w.lower() not in quoted.words.small_title_words]
    return sum(w[0].isupper() or w[0].isdigit() for w in long) / max(1, len(long))


def _tag_number(token: Token | None) -> float:
    if token is None:
        return -1.0
    return float(_TAGS.index(token.tag)) if token.tag in _TAGS else _OTHER_TAG


def _distance_of_reporting_verb(quoted: QuotedText) -> float:
    """Return the distance to the nearest reporting verb of the sentence, in tokens; at most 40."""
    if not quoted.tokens:
        return _MAX_VERB_DISTANCE
    first, last = quoted.tokens[0], quoted.tokens[-1]
    verbs = [
        min(abs(t.i - first.i), abs(t.i - last.i))
        for t in quoted.paragraph.tokens
        if t.sentence == first.sentence
        and t.quotation < 0
        and t.tag[:2] == "VB"
        and quoted.words.is_reporting_verb(t.lower)
    ]
    return min([_MAX_VERB_DISTANCE, *verbs])


SPEECH_FEATURES: Final[Mapping[str, Callable[[QuotedText], float]]] = {
    "log words": lambda q: math.log1p(len(q.inner_words)),
    "share of capitals": _share_of_capitals,
    "first word in lower case": lambda q: bool(q.inner_words) and q.inner_words[0][0].islower(),
    "first word with capital": lambda q: bool(q.inner_words) and q.inner_words[0][0].isupper(),
    "ends in comma": lambda q: q.last == ",",
    "ends in sentence end": lambda q: q.last in {".", "!", "?", "…"},
    "point after marks": lambda q: q.text.strip()[-1:] in {".", ","} and q.last not in {".", ","},
    "text before": lambda q: bool(q.lead),
    "comma or colon before": lambda q: q.lead in {",", ":"},
    "sentence end before": lambda q: q.lead in {".", "!", "?", ""},
    "mark before": lambda q: bool(q.lead) and q.lead in MARKS,
    "term introduced": lambda q: bool(q.words.term_pattern.search(q.before[-80:])),
    "what it called": lambda q: bool(q.words.what_called_pattern.search(q.before[-80:])),
    "called": lambda q: bool(q.words.called_pattern.search(q.before[-80:])),
    "sign": lambda q: is_sign(q.before, q.words),
    "work": lambda q: bool(q.words.work_pattern.search(q.before[-40:])),
    "clause pattern": lambda q: PATTERNS.index(q.clause.pattern) if q.clause else -1,
    "clause distance": lambda q: q.clause.distance if q.clause else -1,
    "clause has saying verb": lambda q: q.clause.verb in q.words.saying_verbs if q.clause else -1,
    "clause mention kind": lambda q: ("name", "nominal", "pronoun").index(q.clause.mention.kind) if q.clause else -1,
    "clauses": lambda q: len(q.clauses),
    "tag before": lambda q: _tag_number(q.token_before),
    "tag after": lambda q: _tag_number(q.token_after),
    "reporting verb before": lambda q: q.words.is_reporting_verb(q.word_before),
    "form of be before": lambda q: q.word_before in q.words.forms_of_be,
    "comparing word before": lambda q: q.word_before in q.words.comparing_words,
    "personal word": lambda q: any(w.lower().replace("’", "'") in q.words.personal_words for w in q.inner_words),
    "text after": lambda q: bool(q.next),
    "lower case after": lambda q: q.next.islower(),
    "punctuation after": lambda q: q.next in {",", ".", ";", ":"},
    "all capitals": lambda q: q.inner.isupper(),
    "paragraph": lambda q: q.paragraph.number,
    "distance of reporting verb": _distance_of_reporting_verb,
}
"""Name of a feature -> its value. Booleans count as 0 and 1; -1 stands for a missing clause."""
