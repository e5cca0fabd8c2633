"""Speech or not: titles, terms, scare quotes, mottos and signs are narration. The numbers by which that is decided."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from narrate.attribution import wordlists as lexicon
from narrate.attribution.clauses import PATTERNS, Clause
from narrate.attribution.parse import Paragraph, Token
from narrate.languages.marks import MARKS

_WORD: Final = re.compile(r"\w+(?:[’'\-]\w+)*")
_SMALL: Final = frozenset(
    {"a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "or", "but", "nor", "by", "with", "from", "as", "is"}
)
_TERM: Final = re.compile(
    r"\b(?:so[- ]called|self-\w+|known(?: \w+){0,4} as|(?:en)?titled|(?:nick)?named|called|dubbed|marked"
    r"|labell?ed|stamped|inscribed|billed as|described as|(?:the|under the|with the|by the) (?:\w+ )?"
    r"(?:word|words|term|phrase|name|slogan|motto|title|label|tagline|hashtag|heading|headline|tag|nickname|code ?name"
    r"|moniker)s?(?: of)?),?\s*$",
    re.IGNORECASE,
)
_WHAT_CALLED: Final = re.compile(r"\bwhat (?:\S+ ){1,6}(?:called|calls|described as|dubbed|termed)\s*$", re.IGNORECASE)
_CALLED: Final = re.compile(
    r"\b(?:calls?|called|calling|dubbed|described|describing|described as|branded|labell?ed)(?: \S+){1,6}\s*$",
    re.IGNORECASE,
)
_SIGN: Final = re.compile(
    r"\b(?:sign|signs|banner|banners|placard|placards|plaque|poster|t-?shirts?|label|note|badge|sticker|graffiti|bedsheet"
    r"|caption|message|notice|screen|hats?|cap|tattoo|button|page|it|logo|letters)(?: \w+){0,7}?"
    r" (?:read|reads|reading|saying|says|said|say|bearing|emblazoned with)(?: in \w+ \w+)?[,:]?\s*$",
    re.IGNORECASE,
)
_WORK: Final = re.compile(
    r"\b(?:episode|song|songs|album|novel|book|books|film|films|movie|show|series|single|play|poem|opera|musical|game|hit"
    r"|column|article|story|essay|paper|magazine|programme|program|podcast|trilogy|exhibition|drama|sitcom|ballad|anthem"
    r"|tour|memoir|documentary|track|comedy|thriller|['’]s),?\s*$",
    re.IGNORECASE,
)
_PERSONAL: Final = frozenset(
    {"i", "we", "you", "me", "us", "my", "our", "your", "i'm", "we're", "you're", "i've", "we've", "it's", "that's"}
)


def traits(
    paragraph: Paragraph, index: int, before: str, quotation: str, after: str, clauses: Sequence[Clause]
) -> list[float]:
    """What tells speech from a term or a title, as numbers.

    ``before`` and ``after`` are the rest of the quotation's paragraph, ``index`` is its segment.
    """
    inner = quotation.strip().strip("([{").strip(MARKS).rstrip(")]}").strip(MARKS)
    words = _WORD.findall(inner)
    last = inner.rstrip(MARKS)[-1:]
    outer = quotation.strip()[-1:]
    lead = before.rstrip()
    clause = clauses[0] if clauses else None
    previous, following = _around(paragraph.tokens, index)
    capitals = [w[0].isupper() or w[0].isdigit() for w in words if w.lower() not in _SMALL]
    return [
        math.log1p(len(words)),
        sum(capitals) / max(1, len(capitals)),
        bool(words) and words[0][0].islower(),
        bool(words) and words[0][0].isupper(),
        last == ",",
        last in {".", "!", "?", "…"},
        outer in {".", ","} and last not in {".", ","},
        bool(lead),
        lead[-1:] in {",", ":"},
        lead[-1:] in {".", "!", "?", ""},
        lead[-1:] in MARKS and bool(lead),
        bool(_TERM.search(before[-80:])),
        bool(_WHAT_CALLED.search(before[-80:])),
        bool(_CALLED.search(before[-80:])),
        is_sign(before),
        bool(_WORK.search(before[-40:])),
        PATTERNS.index(clause.pattern) if clause else -1,
        clause.distance if clause else -1,
        clause.verb in lexicon.SAYING if clause else -1,
        ("name", "nominal", "pronoun").index(clause.mention.kind) if clause else -1,
        len(clauses),
        _class(previous),
        _class(following),
        previous is not None and previous.lower in lexicon.REPORTING,
        previous is not None and previous.lower in {"that", "was", "is", "were", "are", "be", "been", "being"},
        previous is not None and previous.lower in {"as", "like"},
        any(w.lower().replace("’", "'") in _PERSONAL for w in words),
        bool(after.strip()),
        after.lstrip()[:1].islower(),
        after.lstrip()[:1] in {",", ".", ";", ":"},
        inner.isupper(),
        paragraph.number,
        _said_nearby(paragraph, index),
    ]


def is_sign(before: str) -> bool:
    """Whether the words before a quotation say that it stands on a sign, a hat, a screen."""
    return _SIGN.search(before[-100:]) is not None


def is_title(before: str, quotation: str) -> bool:
    """Whether a quotation in title case stands behind the kind of work that it names ("her book "The Long Way"")."""
    words = _WORD.findall(quotation)
    capitals = [w[0].isupper() for w in words if w.lower() not in _SMALL]
    titled = len(words) > 1 and bool(capitals) and all(capitals) and words[0][0].isupper()
    return titled and _WORK.search(before[-40:]) is not None


def is_remark(quotation: str) -> bool:
    """Whether all between the marks stands in brackets ("(Crosstalk.)")."""
    return re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]", quotation.strip().strip(MARKS).strip()) is not None


def _around(tokens: Sequence[Token], index: int) -> tuple[Token | None, Token | None]:
    """The words of narration right before and after a quotation."""
    inside = [t.i for t in tokens if t.quotation == index]
    if not inside:
        return None, None
    previous = tokens[inside[0] - 1] if inside[0] else None
    following = tokens[inside[-1] + 1] if inside[-1] + 1 < len(tokens) else None
    return previous, following


_CLASSES: Final = (
    "DT",
    "PRP$",
    "POS",
    "IN",
    "JJ",
    "NN",
    "NNS",
    "NNP",
    "VBD",
    "VBZ",
    "VBG",
    "VBN",
    "VB",
    "TO",
    "CC",
    ",",
    ".",
    ":",
)


def _class(token: Token | None) -> float:
    if token is None:
        return -1.0
    return float(_CLASSES.index(token.tag)) if token.tag in _CLASSES else 30.0


def _said_nearby(paragraph: Paragraph, index: int) -> float:
    """How far the nearest reporting verb of the quotation's sentence is, in words; 40 without one."""
    inside = [t.i for t in paragraph.tokens if t.quotation == index]
    if not inside:
        return 40.0
    sentence = paragraph.tokens[inside[0]].sentence
    verbs = [
        min(abs(t.i - inside[0]), abs(t.i - inside[-1]))
        for t in paragraph.tokens
        if t.sentence == sentence and t.quotation < 0 and t.lower in lexicon.REPORTING and t.tag[:2] == "VB"
    ]
    return float(min([40, *verbs]))
