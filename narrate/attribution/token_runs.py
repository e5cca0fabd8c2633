"""Read runs of tokens: their text, their type of named entity, and the words to which conjunctions join them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from narrate.attribution.gender import is_first_name
from narrate.attribution.parse import Token
from narrate.languages import AttributionWords

_NAMED_ENTITIES: Final = frozenset("PERSON ORG GPE NORP FAC PRODUCT LOC WORK_OF_ART LAW EVENT".split())
AGE: Final = re.compile(r"\d{1,3}$")
"""An age behind a name."""
_MAX_RELATIVE_TOKENS: Final = 8
"""Tokens from "those" to the verb behind the words that describe them."""
_MAX_TOPIC_TOKENS: Final = 16
"""Tokens from "As for" to the subject behind the topic."""
_MAX_AMOUNT_TOKENS: Final = 4
"""Tokens from the currency of an amount to its scale ("R412-million")."""
_MAX_CONJUNCTS: Final = 100
"""Words that conjunctions join to a first one. Longer lists are followed only so far."""


def age_behind(tokens: Sequence[Token], last: int, words: AttributionWords) -> int:
    """Return the age behind a mention, between marks or as a predicate ("Ann Lee, 34,", "He is 34."); 0 without one."""
    if last + 3 >= len(tokens):
        return 0
    mark, number, end = tokens[last + 1 : last + 4]
    is_age = (mark.text in {",", "("} or mark.lower == "is") and AGE.match(number.text) is not None
    is_closed = end.text in {",", ")", ".", ";"} or (mark.lower == "is" and end.lower in words.conjunctions)
    return int(number.text) if is_age and is_closed else 0


def relative_end(tokens: Sequence[Token], i: int) -> int:
    """Return the end of a word and the relative clause or participle behind it ("those who knew her"); else ``i``."""
    verb = tokens[i].head
    near = tokens[i + 1 : min(verb, i + _MAX_RELATIVE_TOKENS)]
    is_described = any(t.head == i and t.dep in {"acl", "relcl"} for t in near)
    is_subject = tokens[i].dep == "nsubj" and i < verb <= i + _MAX_RELATIVE_TOKENS
    return verb - 1 if is_described and is_subject and all(t.quotation < 0 and t.text != "," for t in near) else i


def verb_of_subject(tokens: Sequence[Token], i: int) -> Token:
    """Return the verb whose subject a word is, or the noun before it with an apposition ("the officer, Lee, said")."""
    head = tokens[i]
    return tokens[tokens[head.head].head if head.dep == "appos" else head.head]


def entity_type_of(tokens: Sequence[Token]) -> str:
    """Return the type of named entity of most of the tokens; empty if there is none."""
    types = [t.entity for t in tokens if t.entity in _NAMED_ENTITIES]
    return max(set(types), key=lambda kind: (types.count(kind), kind)) if types else ""


def surnames(paragraphs: Iterable[Sequence[Token]]) -> frozenset[str]:
    """Return the last words of the names of persons of two words or more, as they are written."""
    pairs = (pair for tokens in paragraphs for pair in pairwise(tokens))
    persons = ((a, b) for a, b in pairs if a.entity == b.entity == "PERSON" and not b.entity_start)
    return frozenset(b.text for a, b in persons if a.tag == b.tag == "NNP" and b.text.istitle())


def joined_to(tokens: Sequence[Token], i: int) -> Token:
    """Return the first of the words to which conjunctions join the token."""
    for _ in range(_MAX_CONJUNCTS):
        if tokens[i].dep != "conj" or tokens[i].head == i:
            break
        i = tokens[i].head
    return tokens[i]


def subjects_by_verb(tokens: Sequence[Token]) -> Mapping[int, Sequence[int]]:
    """Return verb -> the tokens that are its subjects, in order."""
    subjects: dict[int, list[int]] = {}
    for token in tokens:
        if token.dep == "nsubj":
            subjects.setdefault(token.head, []).append(token.i)
    return subjects


def last_before(places: Sequence[int], i: int) -> int:
    """Return the last of the rising ``places`` that is less than ``i``; -1 if there is none."""
    at = bisect_left(places, i)
    return places[at - 1] if at else -1


def topic_of(tokens: Sequence[Token], i: int, words: AttributionWords) -> int:
    """Return the topic with which the sentence of a subject opens ("As for Lee, she is 30."); -1 without one.

    Who says something of the topic may be another ("As for Lee, she said").
    """
    before = [t for t in tokens[max(0, i - _MAX_TOPIC_TOKENS) : i] if t.sentence == tokens[i].sentence]
    opening = next((k for k in range(min(2, len(before) - 1)) if _is_topic_opener(before[k : k + 2], words)), -1)
    if opening < 0 or before[-1].text != "," or tokens[tokens[i].head].lower in words.saying_verbs:
        return -1
    return next((t.i for t in before if t.head == before[opening + 1].i and t.dep == "pobj"), -1)


def _is_topic_opener(pair: Sequence[Token], words: AttributionWords) -> bool:
    return " ".join(token.lower for token in pair) in words.topic_openers


def text_of(tokens: Sequence[Token], first: int, last: int) -> str:
    """Return the words of the tokens, with single blanks where the text has any."""
    words = (" " * (token.start > tokens[token.i - 1].end) + token.text for token in tokens[first : last + 1])
    return "".join(words).lstrip()


def is_amount(tokens: Sequence[Token], i: int, words: AttributionWords) -> bool:
    """Return whether an amount of money begins with a token ("R412-million", "Rs 400 crore")."""
    end = min(i + _MAX_AMOUNT_TOKENS, len(tokens)) - 1
    has_capital = tokens[i].text[0].isupper() or not tokens[i].text[0].isalnum()
    return has_capital and words.amount_pattern.match(text_of(tokens, i, end)) is not None


def is_surname(tokens: Sequence[Token], first: int, i: int, words: AttributionWords) -> bool:
    """Return whether a title in a name is the surname, or a part of it ("Carole King", "Sacha Baron Cohen").

    Args:
        tokens: The tokens of the paragraph.
        first: The first token of the name.
        i: The title.
        words: Words and patterns of the language.
    """
    title, behind = tokens[i].lower, tokens[i + 1].text if i + 1 < len(tokens) else ""
    if first >= i or title not in words.surname_titles or words.is_title(tokens[i - 1].lower.strip(".")):
        return False
    if behind[:1].isupper() and (title not in words.gendered_titles or is_first_name(behind, words)):
        return False  # the title of another: "Charlotte Mayor Vi Lyles", "Jordan King Abdullah"
    return is_first_name(tokens[first].text, words) or tokens[first].entity == tokens[i].entity == "PERSON"
