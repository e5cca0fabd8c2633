"""Which of its pronunciations a spelling has here: *lead*, *bow*, *minute*, and the letter A.

``pronunciations.toml`` lists rules by word, the first that applies wins. All conditions that a rule gives must hold:

- ``tags``: the word has one of these tags of the Penn Treebank, or a tag that begins with it;
- ``after``, ``before``: one of these words or phrases stands before it, or after it; a mark is a word;
- ``near``: one of these words is among the eight words and marks on either side;
- ``name``: whether it begins with a capital although it is not at the head of a sentence.

Words to compare are in small letters, phrases are separated by ``|``. Where no rule applies, the dictionaries decide by
tag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

from narrate.engines.kokoro.tokens import Part
from narrate.engines.kokoro.words import OWN

LETTER_A: Final = "ˈA"
HYPHENS: Final = frozenset("-‐‑")
NEAR: Final = 8  # so many words and marks on either side are near
_INSIDE: Final = frozenset(",;—–)-")  # marks after which no sentence begins
_SPELLED_WITH_A: Final = frozenset(OWN["letters"]["initialisms_with_a"].split())
_VOWEL_NAMES: Final = frozenset("AEFHILMNORSX")  # letters whose names begin with a vowel: an article would be "an"


Phrases: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    phonemes: Mapping[bool, str]
    """Whether British -> the pronunciation; empty if the rule is for the other accent."""
    tags: tuple[str, ...]
    after: Phrases
    before: Phrases
    near: frozenset[str]
    name: bool | None

    def applies(self, words: Sequence[Part], texts: Sequence[str], at: int) -> bool:
        """Whether all conditions hold for the word at a place; ``texts`` are the words in small letters."""
        if self.tags and not words[at].tag.startswith(self.tags):
            return False
        if self.name is not None and self.name != _is_name(words, at):
            return False
        if self.after and not any(tuple(texts[max(0, at - len(one)) : at]) == one for one in self.after):
            return False
        if self.before and not any(tuple(texts[at + 1 : at + 1 + len(one)]) == one for one in self.before):
            return False
        around = texts[max(0, at - NEAR) : at + NEAR + 1]
        return not self.near or not self.near.isdisjoint(around)


def _rules() -> dict[str, tuple[_Rule, ...]]:
    rules: dict[str, list[_Rule]] = {}
    for row in OWN["homographs"]:
        rule = _rule(row)
        for word in row["words"].split():
            rules.setdefault(word, []).append(rule)
    return {word: tuple(of_word) for word, of_word in rules.items()}


def _rule(row: Mapping[str, Any]) -> _Rule:
    both = row.get("both", "")
    return _Rule(
        phonemes={False: row.get("american", both), True: row.get("british", both)},
        tags=tuple(row.get("tags", "").split()),
        after=_phrases(row.get("after", "")),
        before=_phrases(row.get("before", "")),
        near=frozenset(row.get("near", "").split()),
        name=row.get("name"),
    )


def _phrases(listed: str) -> Phrases:
    return tuple(tuple(phrase.split()) for phrase in listed.split(" | ") if phrase)


_RULES: Final = _rules()


def decide_homographs(words: Sequence[Part], *, british: bool) -> None:
    """Set the phonemes of words that a rule decides.

    Args:
        words: The words, hyphens and marks of a text in order, compounds in pieces.
        british: Whether the pronunciation is British.
    """
    for word, hyphen in pairwise(words):
        if word.text == "A" and hyphen.text in HYPHENS and word.end == hyphen.start:
            word.phonemes = LETTER_A
    words = [word for word in words if word.text not in HYPHENS or word.is_mark]
    texts = [word.text.replace("’", "'").lower() for word in words]
    for at, text in enumerate(texts):
        if words[at].text == "A" and _is_letter_a(words, at):
            words[at].phonemes = LETTER_A
        for rule in _RULES.get(text, ()):
            if rule.phonemes[british] and rule.applies(words, texts, at):
                words[at].phonemes = rule.phonemes[british]
                break


def _is_letter_a(words: Sequence[Part], at: int) -> bool:
    """Whether a capital A is the name of the letter among spelled letters, not an article before them."""
    if at > 0 and _is_letter(words[at - 1]):
        return True
    letters = ["A"]
    for word in words[at + 1 :]:
        if not _is_letter(word):
            break
        letters.append(word.text)
    if len(letters) == 1:
        return False
    return not _is_first(words, at) or letters[1] in _VOWEL_NAMES or "".join(letters) in _SPELLED_WITH_A


def _is_name(words: Sequence[Part], at: int) -> bool:
    text = words[at].text
    return text[0].isupper() and (len(text) == 1 or not text.isupper()) and not _is_first(words, at)


def _is_first(words: Sequence[Part], at: int) -> bool:
    """Whether a word begins a sentence or a quotation."""
    return at == 0 or (words[at - 1].is_mark and words[at - 1].text not in _INSIDE)


def _is_letter(word: Part) -> bool:
    return len(word.text) == 1 and "A" <= word.text <= "Z"
