"""Speech or not: titles, terms, scare quotes, mottos and signs are narration."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = "\"“”„‟'‘’«»‹›‚`"
_ANNOUNCING: Final = (
    r"so[- ]called",
    r"self-(?:styled|described|proclaimed)",
    r"known (?:\w+ )?as",
    r"(?:en)?titled",
    r"(?:nick)?named",
    r"(?:called|dubbed|marked|labell?ed|stamped|inscribed)",
    r"call(?:s|ing)? (?:its|their|his|her|the|a|an|it)?",
    r"the (?:word|words|term|phrase|name|slogan|motto|title|label|tagline|hashtag)s?(?: of)?",
    r"(?:sign|banner|placard|plaque|poster|t-?shirt|label|note|badge)s?(?: \w+){0,6}?"
    r" (?:read|reads|reading|saying|says|said|that read|that says|that said)",
    r"(?:slogan|emblazoned with|emblazoned|episode|song|album|novel|book|film|movie|show|series|single|play)",
)
"""Words after which a name or a term comes rather than speech."""
_TERM_BEFORE: Final = re.compile(rf"\b(?:{'|'.join(_ANNOUNCING)})[,:]?\s*$", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+(?:[’'\-]\w+)*")
_SMALL: Final = frozenset(
    {"a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "or", "but", "nor", "by", "with", "from", "as", "is"}
)


def is_term_before(before: str) -> bool:
    """Whether the words before a quotation announce a name or a term rather than speech."""
    return _TERM_BEFORE.search(before[-90:]) is not None


def is_title_case(words: str) -> bool:
    """Whether every word of weight begins with a capital ("The Last Ferry")."""
    found = [w for w in _WORD.findall(words) if w.lower() not in _SMALL]
    return bool(found) and all(w[0].isupper() or w[0].isdigit() for w in found)


def is_speech(before: str, quotation: str, after: str, reported: bool) -> bool:
    """Whether somebody says these words.

    ``before`` and ``after`` are the rest of the paragraph; ``reported`` tells whether a reporting clause stands beside.
    """
    inner = quotation.strip().strip(_MARKS)
    words = _WORD.findall(inner)
    if not words:
        return False
    embedded = bool(before.strip()) and before.rstrip()[-1] not in ".!?:,"
    point = inner[-1] in ".,!?…—" or after.lstrip()[:1] in {",", "."}
    if is_term_before(before) and not (reported and inner[-1] in ",?!" and not embedded):
        return len(words) > 6 and not is_title_case(inner)
    if is_title_case(inner) and not reported and embedded:
        return False
    if embedded and not reported:
        return len(words) > 3 or (point and inner[0].islower() and len(words) > 2)
    return True
