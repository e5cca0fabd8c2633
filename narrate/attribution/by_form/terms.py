"""Tell speech in marks from names, titles, signs and terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from narrate.attribution.by_form.clauses import Clauses
from narrate.attribution.by_form.tokens import ENDS, Token, sentence_start
from narrate.languages.speech import SpeechWords

SHORT: Final = 4
"""Words below which a quotation without a clause is a term."""
_NAMING_REACH: Final = 3  # words before a quotation that may say that it is a name
_TITLE_REACH: Final = 6  # words between a verb such as "publish" and the title that is its object
_LONG_TITLE: Final = 9  # words of a title
_SIGN_REACH: Final = 8  # words before a quotation among which a sign makes it no speech
_MARKS_AND_BLANKS: Final = "«»“”„\"'‘’‚‹›*_ \u00a0\u202f"
_BEHIND_CLOSER: Final = re.compile(r"(?<=[»”\"’›])[.,;:!?…]+$")
_OPENERS: Final = frozenset('—–-«“"|·')


class Terms:
    """Tells whether words in marks are speech, by what stands before them.

    Args:
        tokens: The tokens of the paragraph.
        clauses: The clauses of the paragraph.
        words: The words of the language.
    """

    def __init__(self, tokens: Sequence[Token], clauses: Clauses, words: SpeechWords) -> None:
        self._tokens = tokens
        self._clauses = clauses
        self._words = words

    def is_no_speech(self, index: int, *, is_joined: bool) -> bool:
        """Return whether words in marks are a name, a title, a sign or a term.

        Args:
            index: Index of the quotation.
            is_joined: Whether a quotation before it in the sentence is speech.
        """
        tokens = self._tokens
        start = sentence_start(tokens, index)
        if start == index:
            return False
        before, size = tokens[index - 1], size_of(tokens[index])
        if self._is_on_sign(index, start):
            return True
        verb = next((at for at in range(index - 1, start - 1, -1) if tokens[at].lower in self._words.name_verbs), None)
        is_object = verb is not None and index - verb <= _TITLE_REACH and before.text != ":" and size <= _LONG_TITLE
        if is_object and (self._is_title(tokens[index]) or size < SHORT):
            return True
        if size > SHORT + 2:
            return False
        words = tokens[index].text.strip(_MARKS_AND_BLANKS)
        is_phrase = words[:1].islower() and size >= SHORT
        if not is_phrase and self._is_named(index, start, but_verbs=is_joined):
            return True
        if size < SHORT and before.lower in self._words.determiners:
            return True
        is_free = before.kind != "word" or self._clauses.is_verb(index - 1)
        is_apart = before.text == "," and index + 1 < len(tokens) and tokens[index + 1].text == ","
        return (not is_free or is_apart) and self._is_title(tokens[index])

    def _is_title(self, token: Token) -> bool:
        """Return whether words that a sentence of the narrator encloses begin with a capital and end without a mark."""
        words = _BEHIND_CLOSER.sub("", token.text).strip(_MARKS_AND_BLANKS)
        return words[:1].isupper() and words[-1:] not in ENDS and not self._words.nouns_have_capitals

    def _is_on_sign(self, index: int, start: int) -> bool:
        """Return whether the words are those on a sign: "a banner reads"."""
        near = self._tokens[max(start, index - _SIGN_REACH) : index]
        return any(token.lower in self._words.signs for token in near)

    def _is_named(self, index: int, start: int, *, but_verbs: bool) -> bool:
        """Return whether the words in marks are a name: "le surnom de". Participles such as "dit" may be verbs, too."""
        tokens = self._tokens
        naming, verbs = self._words.naming, self._words.verbs
        first = max(start, index - _NAMING_REACH)
        if any(token.lower in naming - verbs for token in tokens[first:index]):
            return True
        is_governed = tokens[index - 1].lower in self._words.determiners.keys() | self._words.likeness
        nearest = range(max(first, index - 1 - is_governed), index)
        return not but_verbs and any(tokens[at].lower in naming for at in nearest)

    def is_term(self, index: int) -> bool:
        """Return whether words in marks stand inside a sentence, and nothing says that somebody said them."""
        tokens = self._tokens
        while index and tokens[index - 1].text in _OPENERS:
            index -= 1
        if index == 0 or tokens[index - 1].text in ENDS or tokens[index - 1].kind == "quotation":
            return False
        is_time = all(not any(map(str.isalpha, token.text)) for token in tokens[:index])
        return not is_time and tokens[index - 1].text != ":"


def size_of(token: Token) -> int:
    """Return the number of words in a quotation."""
    return len(re.findall(r"\w+", token.text))
