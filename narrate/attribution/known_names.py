"""Correct the tags of names at the beginning of sentences, by the rest of the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from narrate.attribution.parse import Paragraph, Token

_PLAUSIBLE_TAGS: Final = frozenset({"NNP", "NNPS", "NN", "JJ", "IN", "DT", "PRP", "CC", "MD"})
"""Tags that are kept for a known name at the beginning of a sentence. Others are mistakes of the tagger."""


def mark_known_names(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Correct the tags of names that the tagger did not recognize at the beginning of a sentence.

    A word is a known name if it is tagged as a name elsewhere in the article, where its capital is not that of a
    sentence.
    """
    known = {
        token.text
        for paragraph in paragraphs
        for before, token in pairwise(paragraph.tokens)
        if token.tag == "NNP"
        and len(token.text) > 2
        and token.text[0].isupper()
        and not token.text.isupper()
        and token.sentence == before.sentence
        and before.tag != "``"
        and not paragraph.words.is_title(token.lower)
    }
    return [
        replace(paragraph, tokens=tokens) if (tokens := _with_known_names(paragraph, known)) else paragraph
        for paragraph in paragraphs
    ]


def _with_known_names(paragraph: Paragraph, known: set[str]) -> tuple[Token, ...]:
    """Return the tokens with corrected tags; empty if there is nothing to correct."""
    tokens = list(paragraph.tokens)
    is_changed = False
    for token, following in zip(paragraph.tokens, [*paragraph.tokens[1:], None], strict=True):
        if token.text not in known:
            continue
        speaks = following is not None and following.lower in paragraph.words.said
        mistaken = token.tag not in _PLAUSIBLE_TAGS or (token.tag == "NN" and token.text[0].isupper())
        if speaks or mistaken:
            tokens[token.i] = replace(token, tag="NNP")
            is_changed = True
    return tuple(tokens) if is_changed else ()
