"""Find the speakers that fixed phrases next to a quotation name: "was the verdict of X", "came the reply"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from narrate.attribution.clauses import Clause
from narrate.attribution.mention import NO_ENTITY, Mention
from narrate.attribution.names import role_head
from narrate.attribution.parse import Token
from narrate.attribution.pronouns import has_gender
from narrate.languages import AttributionWords

_MAX_PHRASE_CHARACTERS: Final = 160
_MAX_GAP_CHARACTERS: Final = 60
"""Characters between a phrase and the name that it leads to, such as a title and a role."""
_MAX_TAIL: Final = 2
"""Characters between a name and the quotation that a phrase before it leads to: a comma or a colon."""
_MAX_TITLE_WORDS: Final = 2
"""Words of a title between "from" and the name of who cries out."""
_LEADING: Final = re.compile(r"[^,]*(?:,\s)?")
"""Words between a phrase and a name: a comma stands only right before the name ("the chief, Lee")."""
_SENTENCE_END: Final = re.compile(r"[.!?;](?:\s|$)")


def phrase_clause(after: str, offset: int, mentions: Sequence[Mention], words: AttributionWords) -> Clause | None:
    """Return the clause of a phrase right behind a quotation; None if there is none that names the speaker.

    Args:
        after: The text behind the quotation, to the end of the paragraph.
        offset: Where it begins in the article.
        mentions: The mentions of the paragraph.
        words: The words of the language.
    """
    near = after[:_MAX_PHRASE_CHARACTERS]
    for pattern in (words.words_of_pattern, words.put_so_pattern, words.owner_pattern):
        at = _speaker_place(pattern.match(near))
        found = _mention_behind(near, at, offset, mentions, words) if at >= 0 else None
        if found:
            lead = " ".join(near[:at].strip(" ,:;–—-").lower().split())
            return Clause("inverted" if found.kind == "pronoun" else "phrase", found, lead, 0, parsed=True)
    return None


def identifying_clause(after: str, offset: int, mentions: Sequence[Mention], words: AttributionWords) -> Clause | None:
    """Return the clause of a sentence behind a quotation that says who the speaker is ("The speaker is X.")."""
    near = after[:_MAX_PHRASE_CHARACTERS]
    phrase = words.identifying_pattern.match(near)
    found = _mention_behind(near, phrase.end(), offset, mentions, words) if phrase else None
    if phrase and found and found.kind == "nominal":
        at = found.end - offset
        found = _mention_behind(near, at, offset, mentions, words) if near[at : at + 1] == "," else None
    is_name = found is not None and found.kind == "name"
    return Clause("phrase", found, " ".join(phrase[0].lower().split()), 0) if phrase and found and is_name else None


def leading_phrase_clause(
    before: str, offset: int, mentions: Sequence[Mention], words: AttributionWords
) -> Clause | None:
    """Return the clause of a phrase right before a quotation ("In the words of X, "); ``offset`` is where it begins."""
    pattern = words.leading_phrase_pattern
    phrase = pattern.search(before, max(0, len(before) - _MAX_PHRASE_CHARACTERS))
    at = _speaker_place(phrase)
    found = _mention_behind(before, at, offset, mentions, words) if at >= 0 else None
    if phrase is None or found is None or found.kind == "pronoun":
        return None
    is_adjacent = found.end - offset >= len(before.rstrip()) - _MAX_TAIL
    return (
        Clause("introduction", found, " ".join(before[phrase.start() : at].lower().split()), 0) if is_adjacent else None
    )


def is_cry(before: str, after: str, words: AttributionWords) -> bool:
    """Return whether words next to a quotation call it a cry ("chants of "Out!"", ""Out!" came the cry")."""
    return bool(
        words.cry_before_pattern.search(before[-40:]) or words.cry_behind_pattern.match(after[:_MAX_PHRASE_CHARACTERS])
    )


def cry_clause(
    before: str, after: str, offset: int, mentions: Sequence[Mention], words: AttributionWords
) -> Clause | None:
    """Return the clause of a cry whose source is named behind it ("chants of "Out!" from the fans"), or None."""
    near = after[:_MAX_PHRASE_CHARACTERS]
    is_led = words.cry_before_pattern.search(before[-40:]) is not None
    at = _speaker_place((words.cry_source_pattern if is_led else words.cry_behind_pattern).match(near))
    behind = [m for m in mentions if m.start >= offset + at]
    found = _mention_behind(near, at, offset, behind, words) if at >= 0 else None
    if found is None or found.kind == "pronoun" or len(near[at : found.start - offset].split()) > _MAX_TITLE_WORDS:
        return None
    return Clause("phrase", found, "from", 0, parsed=True)


def _speaker_place(phrase: re.Match[str] | None) -> int:
    """Return where the words for the speaker begin: at the first of its groups that matched; -1 without a phrase."""
    places = (phrase.start(group) for group in phrase.re.groupindex) if phrase else ()
    return next((at for at in places if at >= 0), -1)


def announces_answer(before: str, after: str, words: AttributionWords) -> bool:
    """Return whether words next to a quotation call it an answer without a name ("came the reply", "Her answer:")."""
    behind = words.answer_pattern.match(after[:_MAX_PHRASE_CHARACTERS]) is not None
    return behind or words.reply_pattern.search(before[-40:]) is not None


def asked_about(sentence: Sequence[Token], mentions: Sequence[Mention], words: AttributionWords) -> frozenset[int]:
    """Return the entities that a question is about in a sentence ("Asked about Hill, Lee smiled.").

    Args:
        sentence: The tokens of the sentence.
        mentions: The mentions of its paragraph.
        words: The words of the language.
    """
    narrated = {t.i: t for t in sentence if t.quotation < 0}
    asking = {t.i for t in narrated.values() if t.lower in words.asking_verbs}
    leading = (t for t in narrated.values() if t.lower in words.topic_prepositions and t.head in asking)
    topics = {t.i for t in leading}
    near = (m for m in mentions if m.head in narrated and not m.main and m.entity >= 0)
    return frozenset(m.entity for m in near if topics and narrated[m.head].head in topics)


def speaker_meanwhile(
    tokens: Sequence[Token], quotation: Sequence[Token], mentions: Sequence[Mention], words: AttributionWords
) -> int | None:
    """Return who says something in a clause of the sentence before ("Lee drew groans when he said so."), or None.

    The pronoun in that clause stands for a subject of the same sentence.

    Args:
        tokens: The tokens of the paragraph.
        quotation: Those of the quotation behind the sentence.
        mentions: The mentions of the paragraph.
        words: The words of the language.
    """
    first = quotation[0].i if quotation else 0
    if first == 0 or tokens[first - 1].quotation >= 0:
        return None
    near = [m for m in mentions if m.sentence == tokens[first - 1].sentence and m.last < first and m.subject]
    reporting = words.saying_verbs | words.asking_verbs
    saying = next((m for m in reversed(near) if tokens[tokens[m.head].head].lower in reporting), None)
    if saying is None or not has_gender(saying) or tokens[tokens[saying.head].head].dep != "advcl" or saying.entity < 0:
        return None
    is_same = any(m.entity == saying.entity and m.kind != "pronoun" for m in near if m.first < saying.first)
    return saying.entity if is_same else None


def _is_inside(name: Mention, mentions: Sequence[Mention]) -> bool:
    """Return whether a name is part of a description ("House GOP" in "a House GOP aide")."""
    if not name.modifier or name.kind != "name":
        return False
    at = mentions.index(name)
    around = mentions[max(0, at - 1) : at + 3]
    return any(m.kind == "nominal" and m.first <= name.first and name.last < m.head for m in around)


def _mention_behind(
    text: str, at: int, offset: int, mentions: Sequence[Mention], words: AttributionWords
) -> Mention | None:
    """Return the first mention that ends behind ``at`` in the text and can speak, within the same sentence."""
    able = (m for m in mentions if m.end > offset + at and m.entity != NO_ENTITY and not _is_inside(m, mentions))
    found = next((m for m in able if words.determiners.get(m.text.lower()) != "possessive"), None)
    if found is None or found.start - offset - at > _MAX_GAP_CHARACTERS:
        return None
    between = text[at : max(at, found.start - offset)]
    if not _LEADING.fullmatch(between) or _SENTENCE_END.search(re.sub(r"\b[A-Z][a-z]{0,5}\.", "", between)):
        return None
    if found.kind != "nominal":
        return found
    head = role_head(found.roles[0], words) if found.roles else ""
    return found if words.is_role(head) or words.is_group(head) or head in words.texts else None
