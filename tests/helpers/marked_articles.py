"""Articles in which the quotations and their speakers are marked by hand.

An article begins with a line ``== id style``. Lines ``@K name / alias / alias`` declare its speakers; any other line is
a paragraph. ``{K|words}`` is a quotation of the speaker K, and ``{K*|words}`` one that counts neither as right nor as
wrong. ``[[words]]`` inside a quotation are the narrator's. The style ``nbsp`` or ``nnbsp`` puts no-break spaces inside
guillemets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from narrate.attribution import attribute
from narrate.batch.attribution import quotation_records, script_of_text

FOLDER = Path(__file__).resolve().parents[1] / "data" / "attributed"
_QUOTATION = re.compile(r"\{(\w)(\*?)\|(.*?)\}", re.DOTALL)
_NARRATED = re.compile(r"\[\[(.*?)\]\]")
_TOKEN = re.compile(r"\w+(?:[’'\-]\w+)*")
_SAME = 0.8  # share of common words from which two stretches count as one


@dataclass(frozen=True)
class Marked:
    """A quotation of an article: ``text[start:end]``, and the names of who says it."""

    start: int
    end: int
    names: tuple[str, ...]
    is_optional: bool


@dataclass(frozen=True)
class MarkedArticle:
    """An article and its quotations."""

    id: str
    style: str
    text: str
    quotations: tuple[Marked, ...]


@dataclass
class Score:
    """Counts over articles, and the figures from them."""

    expected: int = 0
    found: int = 0
    matched: int = 0
    right: int = 0
    narrated_words: int = 0
    misvoiced_words: int = 0
    by_rule: dict[str, list[int]] = field(default_factory=dict)

    @property
    def spans(self) -> float:
        """F1 of the quotations."""
        return 2 * self.matched / (self.expected + self.found)

    @property
    def end_to_end(self) -> float:
        """F1 of the quotations with their speakers."""
        return 2 * self.right / (self.expected + self.found)

    @property
    def misvoiced(self) -> float:
        """Share of the narrator's words that a speaker would say."""
        return self.misvoiced_words / self.narrated_words


def marked_articles(name: str) -> Iterator[MarkedArticle]:
    """Yield the articles of a file, which is named after their language ("en", "en.later")."""
    source = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    for article in re.split(r"(?m)^== ", source)[1:]:
        head, _, body = article.partition("\n")
        yield _article(*head.partition(" ")[::2], body)


def _article(identifier: str, style: str, body: str) -> MarkedArticle:
    speakers: dict[str, tuple[str, ...]] = {}
    paragraphs = []
    for line in filter(None, map(str.strip, body.split("\n"))):
        if line.startswith("@"):
            speakers[line[1]] = tuple(name.strip() for name in line[2:].split("/"))
        else:
            paragraphs.append(line)
    text, quotations, at = "", [], 0
    marked = _with_blanks("\n\n".join(paragraphs), style)
    for match in _QUOTATION.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        for number, part in enumerate(_NARRATED.split(match[3])):
            if number % 2 == 0 and part.strip():
                start = len(text) + len(part) - len(part.lstrip())
                end = len(text) + len(part.rstrip())
                quotations.append(Marked(start, end, speakers[match[1]], bool(match[2])))
            text += part
    return MarkedArticle(identifier, style, text + marked[at:], tuple(quotations))


def _with_blanks(text: str, style: str) -> str:
    blank = "\u202f" if "nnbsp" in style else "\u00a0" if "nbsp" in style else ""
    return re.sub(r"(?<=«) | (?=[»;!?])", blank, text) if blank else text


def score_articles(name: str) -> Score:
    """Attribute the articles of a file, and compare the quotations with the marked ones."""
    score, language = Score(), name.partition(".")[0]
    for article in marked_articles(name):
        found = list(quotation_records(attribute(script_of_text(article.text, language))))
        _add(score, article, [(one["start"], one["end"], one["speaker"] or "") for one in found])
    return score


def _add(score: Score, article: MarkedArticle, found: list[tuple[int, int, str]]) -> None:
    required = [one for one in article.quotations if not one.is_optional]
    words = [_words(article.text, one.start, one.end) for one in required]
    optional = set().union(*(_words(article.text, one.start, one.end) for one in article.quotations if one.is_optional))
    spoken = set().union(*words)
    free = dict(enumerate(words))
    for start, end, speaker in found:
        own = _words(article.text, start, end)
        score.misvoiced_words += len(own - spoken - optional)
        best = max(free, key=lambda number: len(own & free[number]) / max(len(own), len(free[number])), default=None)
        if best is not None and len(own & free[best]) >= _SAME * max(len(own), len(free[best])):
            del free[best]
            score.matched += 1
            score.right += any(is_same(name, speaker) for name in required[best].names)
            score.found += 1
        elif len(own & optional) * 2 <= len(own):
            score.found += 1
    score.expected += len(required)
    score.narrated_words += len(_words(article.text, 0, len(article.text)) - spoken - optional)


def _words(text: str, start: int, end: int) -> set[int]:
    return {start + match.start() for match in _TOKEN.finditer(text[start:end])}


def is_same(name: str, other: str) -> bool:
    """Return whether all words of one name are words of the other."""
    one, two = (set(_TOKEN.findall(words.lower())) for words in (name, other))
    return bool(one and two) and (one <= two or two <= one)
