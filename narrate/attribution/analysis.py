"""Analyze an article before speakers are decided: parse, mentions, entities, quotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from narrate.attribution.entities import build_table
from narrate.attribution.entity import Entity
from narrate.attribution.mention import Mention
from narrate.attribution.mentions import find_mentions
from narrate.attribution.names import author_name
from narrate.attribution.parse import Paragraph
from narrate.attribution.pronouns import Antecedents, find_antecedents, resolve_pronouns, settle_genders
from narrate.attribution.quotations import Quotation, find_quotations
from narrate.attribution.ranker import Ranker
from narrate.attribution.speech import classify_speech
from narrate.attribution.token_runs import surnames
from narrate.languages import AttributionWords
from narrate.languages.marks import MARKS
from narrate.types import Script

_MAX_NEWS_WORDS: Final = 0.0045
"""Largest share of dates, figures and words of news among all words of fiction. Tuned on the news sets and LitBank."""
_MAX_NEWS_WORDS_OF_DIALOGUE: Final = 0.0065
"""The same for a text with much dialogue. No article of the news sets that has as much has fewer words of news."""
_MIN_DIALOGUE: Final = 0.25
"""Share of quotations without a clause that fill their paragraph, in a text with much dialogue."""
_MIN_FICTION_WORDS: Final = 400
_MIN_FICTION_QUOTATIONS: Final = 3
_SENTENCE_ENDS: Final = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that the decisions about speakers depend on."""

    script: Script
    paragraphs: tuple[Paragraph, ...]
    mentions: tuple[tuple[Mention, ...], ...]
    """The mentions of each paragraph, in order."""
    table: tuple[Entity, ...]
    quotations: tuple[Quotation, ...]
    fiction: bool
    mentions_of: Mapping[int, Sequence[Mention]]
    """Number of an entity -> all its mentions in order, resolved pronouns included."""
    known_mentions: Sequence[Mention]
    """The mentions of all entities in order, resolved pronouns included."""
    antecedents: Antecedents
    """The same, ranked for pronouns."""
    title_words: frozenset[int]
    """Entities that are rather words: in no sentence below the title, or always the first of a sentence."""


def analyze(script: Script, paragraphs: Sequence[Paragraph], classifier: Ranker | None) -> Analysis:
    """Analyze an article. Without a ``classifier``, all quotations are taken for speech."""
    text, headline = script.article.text, script.article.headline
    has_headline = bool(headline and paragraphs and paragraphs[0].start == headline.start)
    known_surnames = surnames(p.tokens for p in paragraphs)
    author = author_name(script.article.byline or "", paragraphs[0].words) if paragraphs else ""
    found_mentions = [find_mentions(p, known_surnames) for p in paragraphs]
    table, mentions = build_table(paragraphs, found_mentions, has_headline=has_headline, author=author)
    table = settle_genders(mentions, table, text)
    mentions = resolve_pronouns(mentions, table)
    emphasized = {span.start for span in script.article.emphasized}
    quotations = find_quotations(text, list(zip(paragraphs, mentions, strict=True)), table, emphasized)
    table = [_with_outlet(entity, script.article.outlet, paragraphs[0].words) for entity in table]
    fiction = bool(quotations) and is_fiction(text, quotations, paragraphs[0].words)
    if classifier is not None and not fiction:
        quotations = classify_speech(quotations, classifier)
    known = sorted((m for near in mentions for m in near if m.entity >= 0), key=lambda mention: mention.start)
    mentions_of: dict[int, list[Mention]] = {}
    for mention in (m for paragraph in mentions for m in paragraph):
        mentions_of.setdefault(mention.entity, []).append(mention)
    found = (tuple(paragraphs), tuple(tuple(near) for near in mentions), tuple(table), tuple(quotations))
    has_title = bool(paragraphs) and _has_title(script, paragraphs[0])
    title_words = frozenset(n for n, entity in enumerate(table) if _is_title_word(entity, paragraphs, has_title))
    antecedents = find_antecedents(mentions, table)
    return Analysis(script, *found, fiction, mentions_of, known, antecedents, title_words)


def _is_title_word(entity: Entity, paragraphs: Sequence[Paragraph], has_title: bool) -> bool:
    """Return whether an entity is rather a word: in no sentence below the title, or always the first of a sentence."""
    if not entity.mentions or not entity.named or entity.titles or entity.roles or entity.age:
        return False
    if not any(m.paragraph > 0 and not m.heading for m in entity.mentions):
        return has_title
    is_plain = entity.kind == "unknown" and not any(entity.types.values())
    return is_plain and all(_begins_sentence(paragraphs[m.paragraph], m) for m in entity.mentions)


def _has_title(script: Script, first: Paragraph) -> bool:
    """Return whether the first line of an article is its title: without a full stop, or marked as the headline."""
    line = script.article.text[first.start : first.end]
    return script.article.headline is not None or not line.rstrip().rstrip(MARKS).endswith(_SENTENCE_ENDS)


def _begins_sentence(paragraph: Paragraph, mention: Mention) -> bool:
    return mention.first == 0 or paragraph.tokens[mention.first - 1].sentence != mention.sentence


def _with_outlet(entity: Entity, outlet: str | None, words: AttributionWords) -> Entity:
    """Return the interviewer, or the outlet's initials, with the name of the outlet, and any other entity as it is."""
    initials = "".join(word[0] for word in (outlet or "").split() if word[0].isupper())
    is_interviewer = entity.name == words.interviewer_name and not entity.mentions
    is_interviewer = is_interviewer or (len(initials) > 1 and entity.name == initials)
    return replace(entity, name=outlet) if outlet and is_interviewer else entity


def is_fiction(text: str, quotations: Sequence[Quotation], words: AttributionWords) -> bool:
    """Return whether a text is fiction, not news: long, with speech, and without dates, figures and officials.

    A text of which most quotations are turns without marks is an interview or a transcript, and one of which all
    quotations are parts of sentences has terms in marks.
    """
    length = len(text.split())
    is_transcript = sum(quotation.turn for quotation in quotations) * 2 > len(quotations)
    if length < _MIN_FICTION_WORDS or len(quotations) < _MIN_FICTION_QUOTATIONS or is_transcript:
        return False
    if all(quotation.embedded for quotation in quotations):
        return False
    has_dialogue = sum(_is_alone(quotation) for quotation in quotations) >= _MIN_DIALOGUE * len(quotations)
    most = _MAX_NEWS_WORDS_OF_DIALOGUE if has_dialogue else _MAX_NEWS_WORDS
    return len(words.news_pattern.findall(text)) < most * length


def _is_alone(quotation: Quotation) -> bool:
    """Return whether a quotation fills its paragraph and has no clause, label or beginning in the paragraph before."""
    has_narration = bool(quotation.before.strip() or quotation.after.strip())
    return quotation.clause is None and not quotation.continues and not has_narration
