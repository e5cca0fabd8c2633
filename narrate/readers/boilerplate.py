"""What stands in the source but is no part of the article: disclaimers, and the furniture below a story.

A rule needs two proofs. The form: a whole paragraph must read like such a line (an appeal to the reader in the
newsroom's own name, a label with a colon, a credit), and hold no quotation longer than a title. The place: the second
half of the text, and, save for the few labels that nobody writes into a story, nothing but such lines after it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

NO_WORDS: Final = "no words to say"
DISCLAIMER: Final = "a disclaimer; the edition speaks its own"

_DISCLAIMER_PARAGRAPHS = 4
"""A disclaimer stands among the first so many paragraphs."""
_BIOGRAPHY_PARAGRAPHS = 3
"""So many paragraphs below 'About the writer' may tell of the writer."""
_BIOGRAPHY_WORDS = 90
_HEADING_WORDS = 14
_LINE_CHARACTERS = 600
"""No line of furniture is longer."""
_TITLE_WORDS = 3
"""A quotation of at most so many words may be a title or a label."""

_QUOTATION = re.compile(r"[\"“«](?P<double>[^\"”»]*)[\"”»]?|(?<!\w)['‘](?P<single>[^'’]{0,400})['’](?!\w)")

_DISCLAIMER = re.compile(
    r"(?:this |the )?(?:voice|audio|narration|recording)(?: version| of this article)? (?:is|was) "
    r"(?:ai|a i|artificially|automatically|computer|machine) generated(?: inconsistencies may occur)?",
)

_ADVERTISEMENT = re.compile(
    r"(?i)(?:\W*(?:story|article)\ continues\ below)?\W*advertise?ment\W*(?:scroll\ to\ continue\W*)?"
)
_RELATED = re.compile(
    r"""(?:read\ (?:more|next)|also\ read|see\ also|more\ on\ this(?:\ story|\ topic)?
        |related(?:\ stories|\ articles|\ coverage)?)\s*(?:[:|»→].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_INTERLUDES = ((_ADVERTISEMENT, "an advertisement mark"), (_RELATED, "a link to other articles"))
"""Labels that may stand between paragraphs of the story's second half."""

_ABOUT = re.compile(r"(?i)about the (?:writer|author|reporter|journalist)s?:?")

_CONTACT = r"""(?:let\ us\ know|tell\ us|(?:e-?mail|contact|message|write\ to)\ (?:us|our)\b
    |(?:reach|get\ in\ touch|share)\b.{0,40}\b(?:us|our)\b
    |(?:via|at|to|email|on)\ \S+@\S+\.\w+
    |you\ can\ (?:contact|reach|message|tell)\ (?:us|our)\b)"""
_WRITE_IN = re.compile(
    rf"""(?:do|have|did|are|were|got|know|if|want)\b(?=.*\b(?:you|your|got|know)\b).*[?,].*{_CONTACT}.*
        |[\w ]{{2,40}}\ (?:is|are)\ committed\ to\ .*\blet\ us\ know\b.*""",
    re.IGNORECASE | re.VERBOSE,
)
_REACH = re.compile(
    r"(?:follow|reach|contact|e-?mail)\b(?=.*@\w).*|[“\"‘']?like[”\"’']?\ us\ on\ \w+.*", re.IGNORECASE | re.VERBOSE
)
_NEWSLETTER = re.compile(
    r"""(?:want|like)\ more\b[^?]*\?\s*(?:sign\ up|subscribe)\b.*
        |(?:sign\ up|subscribe|register|get)\b(?=.*\b(?:our|your|here)\b)
         (?=.*(?:newsletter|inbox|bulletin|briefing|e-?mail|daily\ dose|podcast|sign\ up|subscribe)).*""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""\(?(?:Additional\ )?(?:[Rr]eporting|[Ww]riting|[Ee]diting)\ by\ [A-Z].*
        |[A-Z].{2,120}\ contributed\ (?:to\ this\ (?:report|story|article)|reporting|research)[.)]?
        |[a-z]{2,4}(?:[-/][a-z]{2,4})+
        |Sources?:\ [A-Z][\w ,&-]{2,60}
        |Media\ contact:\ .*""",
    re.VERBOSE,
)
_COPYRIGHT = re.compile(r"(?:Copyright )?(?:©|\(c\)) ?\d{4}.*|.*\b[Aa]ll [Rr]ights [Rr]eserved\.?")
_TAIL_LINES = (
    (_WRITE_IN, "asks readers to write in"),
    (_REACH, "how to reach the newsroom"),
    (_NEWSLETTER, "a newsletter line"),
    (_CREDIT, "a credit line"),
    (_COPYRIGHT, "a copyright line"),
)


def reasons(paragraphs: Sequence[str], starts: Sequence[int], length: int, disclaimer: str) -> list[str | None]:
    """Say of each paragraph why it is not spoken; None for those that are.

    ``starts`` are the offsets of ``paragraphs`` in a text of ``length`` characters; ``disclaimer`` is the one that the
    edition will speak. Takes time linear in the text.
    """
    found: list[str | None] = [None if any(c.isalnum() for c in text) else NO_WORDS for text in paragraphs]
    spoken = [index for index, reason in enumerate(found) if reason is None]
    for index in spoken[:_DISCLAIMER_PARAGRAPHS]:
        if is_disclaimer(paragraphs[index], disclaimer):
            found[index] = DISCLAIMER
    below = [index for index in spoken if found[index] is None and starts[index] * 2 >= length]
    for index in below:
        found[index] = _interlude(paragraphs[index])
    for index, reason in _tail([(index, paragraphs[index]) for index in below]):
        found[index] = reason
    return found


def is_disclaimer(text: str, disclaimer: str = "") -> bool:
    """Tell whether ``text`` says that the voice is made by a machine, in common words or in those of ``disclaimer``."""
    words = _words(text[:_LINE_CHARACTERS])
    if disclaimer and words == _words(disclaimer):
        return True
    return len(text) < 200 and _DISCLAIMER.fullmatch(words) is not None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _tail(paragraphs: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the paragraphs of the tail with their reasons: the longest end that holds nothing of the story."""
    biography = _biographies([text for _, text in paragraphs])
    first = len(paragraphs)
    for place in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[place][1]
        if _furniture(text):
            first = place
        elif not biography[place] and not _is_heading(text):
            break
    tail: list[tuple[int, str]] = []
    for place in range(first, len(paragraphs)):
        index, text = paragraphs[place]
        about = "about the writer" if biography[place] else "stands below the end of the story"
        tail.append((index, _furniture(text) or about))
    return tail


def _furniture(text: str) -> str | None:
    """Return the reason if ``text`` is by its form no sentence of a story."""
    if len(text) > _LINE_CHARACTERS:
        return None
    if _ABOUT.fullmatch(text):
        return "about the writer"
    if reason := _interlude(text):
        return reason
    if _quotes_somebody(text):
        return None
    return next((reason for form, reason in _TAIL_LINES if form.fullmatch(text)), None)


def _interlude(text: str) -> str | None:
    return next((reason for form, reason in _INTERLUDES if form.fullmatch(text)), None)


def _biographies(texts: Sequence[str]) -> list[bool]:
    """Tell which paragraphs, close below 'About the writer', may be about the writer."""
    since = _BIOGRAPHY_PARAGRAPHS
    found: list[bool] = []
    for text in texts:
        is_short = len(text.split()) <= _BIOGRAPHY_WORDS
        found.append(since < _BIOGRAPHY_PARAGRAPHS and is_short and not _quotes_somebody(text))
        since = 0 if _ABOUT.fullmatch(text) else since + 1
    return found


def _is_heading(text: str) -> bool:
    return len(text.split()) <= _HEADING_WORDS and text[-1] not in ".!?…\"”'’»" and not _quotes_somebody(text)


def _quotes_somebody(text: str) -> bool:
    return any(len((m["double"] or m["single"] or "").split()) > _TITLE_WORDS for m in _QUOTATION.finditer(text))
