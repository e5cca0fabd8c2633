"""The words and marks of the narration, with the quotations as single tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from narrate.languages.speech import SpeechWords
from narrate.types import Segment, Span

TokenKind = Literal["word", "mark", "quotation"]
_TOKEN: Final = re.compile(
    r"@\w+|[^\W\d_]+c[’']h\w*|[^\W_]+(?:[-.][^\W_]+)*[’'](?=[^\W\d_])|[^\W_]+(?:-[^\W_]+)*|[^\w\s]"
)
_INVERTED: Final = re.compile(r"(.+?)(-t)?-(il|elle|on|ils|elles)", re.IGNORECASE)
ENDS: Final = frozenset(".!?…")
"""Marks that end a sentence."""
_CLOSERS: Final = "»«”“\"'’›‹*_ \u00a0\u202f"
MAX_SENTENCE: Final = 100
"""Tokens of a sentence that are looked at."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark, or a whole quotation."""

    text: str
    start: int
    end: int
    kind: TokenKind = "word"
    number: int = -1
    """Number of the quotation."""

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.text.lower()

    @property
    def has_capital(self) -> bool:
        """Whether the first letter is a capital."""
        return self.text[:1].isupper()


def tokens_of(text: str, span: Span, quotations: Iterable[tuple[int, Segment]], words: SpeechWords) -> list[Token]:
    """Return the tokens of a paragraph.

    Args:
        text: The text of the article.
        span: The paragraph.
        quotations: Numbers and segments of the quotations in it, in order.
        words: The words of the language.
    """
    tokens: list[Token] = []
    at = span.start
    for number, quotation in quotations:
        tokens += _plain_tokens(text, at, quotation.start, words)
        end = quotation.start + len(quotation.text.rstrip())
        tokens.append(Token(text[quotation.start : end], quotation.start, end, "quotation", number))
        at = quotation.end
    return tokens + _plain_tokens(text, at, span.end, words)


def _plain_tokens(text: str, start: int, end: int, words: SpeechWords) -> list[Token]:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, start, end):
        inverted = _INVERTED.fullmatch(match[0])
        if inverted and inverted[3].lower() in words.pronouns:
            tokens.append(Token(inverted[1], match.start(), match.start() + len(inverted[1])))
            tokens.append(Token(inverted[3], match.end() - len(inverted[3]), match.end()))
            continue
        kind: TokenKind = "word" if match[0][0].isalnum() or len(match[0]) > 1 else "mark"
        tokens.append(Token(match[0], match.start(), match.end(), kind))
    return tokens


def sentence_start(tokens: Sequence[Token], index: int) -> int:
    """Return the index of the first token of the sentence that holds ``index``.

    No more than ``MAX_SENTENCE`` tokens are looked at, so that the cost stays linear.
    """
    first = max(0, index - MAX_SENTENCE)
    while index > first and not is_sentence_end(tokens, index - 1):
        index -= 1
    return index


def sentence_end(tokens: Sequence[Token], index: int) -> int:
    """Return the index behind the last token of the sentence that holds ``index``, a mark at its end left out."""
    last = min(len(tokens), index + MAX_SENTENCE)
    while index < last and not is_sentence_end(tokens, index):
        index += 1
    return index


def is_sentence_end(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a sentence ends with a token: a mark, or a quotation with one before a capital or a quotation."""
    token = tokens[index]
    if token.kind == "quotation":
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        follows = following is not None and (following.kind == "quotation" or following.has_capital)
        return follows and token.text.rstrip(_CLOSERS)[-1:] in ENDS
    return token.text in ENDS and not _is_abbreviated(tokens, index)


def _is_abbreviated(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a full stop belongs to an abbreviation: a short word before it, and no blank or a name behind."""
    if tokens[index].text != "." or not index:
        return False
    before = tokens[index - 1]
    is_short = before.kind == "word" and len(before.text) <= 4 and before.end == tokens[index].start
    return is_short and before.lower in _ABBREVIATED


_ABBREVIATED: Final = frozenset(
    "m mm mme mgr dr dra sr sra srta d dña prof st ste sta sto ing lic gral av avda art núm nº sig dott avv on sen geom"
    " arch rag hr fr dipl nr str ca bzw z b u a d h exmo exma srs eng arq dep cel cap pe".split()
)
