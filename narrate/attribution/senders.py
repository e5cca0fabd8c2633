"""Find who sent a text that is quoted: "the statement" is that of the firm that "issued a statement" before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from narrate.attribution.mention import NO_ENTITY, Mention
from narrate.attribution.names import role_head
from narrate.attribution.parse import Paragraph, Token
from narrate.attribution.token_runs import verb_of_subject

Finder = Callable[[Mention, Sequence[Paragraph], Sequence[Sequence[Mention]]], Mention | None]
"""Finds the mention of who sent a text, in the paragraphs of an article and their mentions."""
_MAX_PARAGRAPHS_BACK: Final = 4
"""Paragraphs, with its own, in which an earlier mention of the text is looked for."""
_MAX_REPORT_PARAGRAPHS: Final = 3
"""Paragraphs, with that of "the statement", in which who issued it says something."""
_MAX_AGENT_TOKENS: Final = 20
"""Tokens behind a text in which a participle and its agent are looked for."""
_MAX_VERBS: Final = 4
"""Verbs between a verb and the one whose subject it shares."""


def find_sender(
    text: Mention, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]]
) -> Mention | None:
    """Return the mention of who sent a text, next to it or next to an earlier mention of it; None if no place tells.

    Args:
        text: A description of a text, such as "the statement".
        paragraphs: The paragraphs of the article.
        mentions: The mentions of each paragraph.
    """
    found = (_sender(m, paragraphs[m.paragraph], mentions[m.paragraph]) for m in _earlier(text, paragraphs, mentions))
    return next((sender for sender in found if sender is not None), None)


def find_issuer(
    text: Mention, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]]
) -> Mention | None:
    """Return the mention of who issued a text according to the words behind it ("guidelines published by"), or None.

    Args:
        text: A description of a text that speaks for itself, such as "the report".
        paragraphs: The paragraphs of the article.
        mentions: The mentions of each paragraph.
    """
    for mention in _earlier(text, paragraphs, mentions):
        agent = _agent(mention, paragraphs[mention.paragraph])
        if agent >= 0:
            return next((m for m in mentions[mention.paragraph] if m.head == agent and m.entity != NO_ENTITY), None)
    return None


def find_reporter(
    text: Mention, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]]
) -> Mention | None:
    """Return the mention of who reports something right before "the statement", if no words introduce the statement.

    Args:
        text: A description of a text that speaks for its sender.
        paragraphs: The paragraphs of the article.
        mentions: The mentions of each paragraph.
    """
    *_, first = _earlier(text, paragraphs, mentions)
    words = paragraphs[first.paragraph].words
    noun = role_head(first.roles[0], words)
    if noun not in words.issued_texts | words.posted_texts or first.titles != ("the",):
        return None
    for number in range(first.paragraph, max(-1, first.paragraph - _MAX_REPORT_PARAGRAPHS), -1):
        tokens = paragraphs[number].tokens
        for mention in (m for m in reversed(mentions[number]) if m.main and m.entity >= 0 and m.start < first.start):
            verb = verb_of_subject(tokens, mention.head)
            reports = verb.lower in words.saying_verbs | words.confirming_verbs
            is_posted = noun in words.issued_texts or _is_on_network(mention, paragraphs[number])
            if reports and is_posted and mention.pronoun_for != "thing":
                return mention
    return None


def _is_on_network(subject: Mention, paragraph: Paragraph) -> bool:
    """Return whether the sentence of a subject reports what is said on a network ("The union said on X it would")."""
    inside = [t for t in paragraph.tokens[subject.last :] if t.sentence == subject.sentence and t.quotation < 0]
    objects = (t for t in inside if t.lower in paragraph.words.networks and t.dep == "pobj")
    return any(paragraph.tokens[t.head].lower in paragraph.words.network_prepositions for t in objects)


def owned_text(text: Mention, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]]) -> Mention | None:
    """Return the description of a text that belongs to "the company" or another organization, or None.

    Args:
        text: A description of a text that speaks for its owner, such as "the support page".
        paragraphs: The paragraphs of the article.
        mentions: The mentions of each paragraph.
    """
    for mention in _earlier(text, paragraphs, mentions):
        words = paragraphs[mention.paragraph].words
        owner = paragraphs[mention.paragraph].token(mention.first + 1)
        if owner.lower in words.organizations and paragraphs[mention.paragraph].token(owner.i + 1).tag == "POS":
            return mention
    return None


def _earlier(
    text: Mention, paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]]
) -> Iterator[Mention]:
    """Yield a description of a text and those before it with the same noun, the latest first."""
    words = paragraphs[text.paragraph].words
    head = role_head(text.roles[0], words) if text.roles else ""
    for number in range(text.paragraph, max(-1, text.paragraph - _MAX_PARAGRAPHS_BACK), -1):
        for mention in reversed(mentions[number]):
            is_earlier = mention.kind == "nominal" and mention.plural == text.plural and mention.start <= text.start
            if is_earlier and mention.roles and role_head(mention.roles[0], words) == head:
                yield mention


def _agent(text: Mention, paragraph: Paragraph) -> int:
    """Return the head of the agent of a participle behind a text ("drawn up by the forum"); -1 if there is none."""
    inside = [t for t in paragraph.tokens[text.last : text.last + _MAX_AGENT_TOKENS] if t.sentence == text.sentence]
    for token in inside:
        is_agent = token.lower == paragraph.words.agent_preposition and token.quotation < 0
        if is_agent and _is_sent(paragraph, token.head, text.head):
            return next((t.i for t in inside if t.head == token.i and t.dep == "pobj"), -1)
    return -1


def _sender(text: Mention, paragraph: Paragraph, mentions: Sequence[Mention]) -> Mention | None:
    """Return the mention of who sent a text according to the sentence in which that is mentioned."""
    by_head = {m.head: m for m in mentions if m.entity != NO_ENTITY}
    tokens = paragraph.tokens
    inside = [t for t in tokens[max(0, text.first - 12) : text.last + 20] if t.sentence == text.sentence]
    for token in inside:
        is_source = token.lower in paragraph.words.sender_prepositions and token.quotation < 0
        is_sent = is_source and (token.head == text.head or _is_sent(paragraph, token.head, text.head))
        if is_sent or _is_attributed(paragraph, token, text.head):
            named = next((t.i for t in inside if t.head == token.i and t.dep == "pobj"), -1)
            is_author = token.lower == paragraph.words.agent_preposition
            return _mention_of(named, tokens, by_head) if is_author else by_head.get(named)
        if token.dep == "poss" and token.head == text.head:
            return by_head.get(token.i)
    return _subject_of_sending(text, paragraph, by_head) or _subject_behind(text, paragraph, mentions)


def _is_sent(paragraph: Paragraph, verb: int, text: int) -> bool:
    """Return whether a participle says that the text was sent ("a statement issued by", "a letter was sent by")."""
    tokens = paragraph.tokens
    participles = paragraph.words.sending_verbs | paragraph.words.issuing_participles
    is_passive = tokens[verb].tag in {"VBN", "VBD"} and tokens[verb].lower in participles
    is_subject = tokens[text].head == verb and tokens[text].dep == "nsubjpass"
    return is_passive and (is_subject or (tokens[verb].head == text and tokens[verb].dep in {"acl", "relcl"}))


def _is_attributed(paragraph: Paragraph, token: Token, text: int) -> bool:
    """Return whether a preposition leads to whom a text is attributed ("which was attributed to")."""
    verb, words = paragraph.tokens[token.head], paragraph.words
    if token.lower != words.attributing_preposition or verb.lower not in words.attributing_verbs:
        return False
    return token.quotation < 0 and verb.head == text and verb.dep in {"acl", "relcl"}


def _subject_of_sending(text: Mention, paragraph: Paragraph, by_head: dict[int, Mention]) -> Mention | None:
    """Return the subject that sends a text, or that does something in it ("issued a statement", "said in a letter").

    Of a passive verb, that is the agent ("was announced by his daughter in a statement").
    """
    tokens, words = paragraph.tokens, paragraph.words
    head = tokens[text.head]
    governor = tokens[head.head]
    if head.dep == "pobj" and governor.lower in words.text_prepositions:
        verb = tokens[governor.head]
        verb = tokens[verb.head] if verb.dep == "dobj" else verb  # "announced the change in a post"
    elif head.dep == "dobj" and governor.lower in words.sending_verbs:
        verb = governor
    else:
        return None
    for _ in range(_MAX_VERBS):
        subject = next((t.i for t in tokens if t.head == verb.i and t.dep == "nsubj"), -1)
        is_passive = any(t.head == verb.i and t.dep == "auxpass" for t in tokens)
        if subject < 0 and is_passive and words.is_reporting_verb(verb.lower):
            agent = next((t.i for t in tokens if t.head == verb.i and t.lower == words.agent_preposition), -1)
            subject = next((t.i for t in tokens if t.head == agent and t.dep == "pobj"), -1)
        if subject >= 0:
            return _mention_of(subject, tokens, by_head)
        if verb.dep not in {"conj", "xcomp", "advcl"} or verb.head == verb.i:
            return None
        verb = tokens[verb.head]
    return None


def _mention_of(head: int, tokens: Sequence[Token], by_head: dict[int, Mention]) -> Mention | None:
    """Return the mention with a head, or the name that stands in apposition to it ("his daughter, Ann Lee")."""
    apposed = next((t.i for t in tokens if t.head == head >= 0 and t.dep == "appos" and t.i in by_head), head)
    return by_head.get(head) or by_head.get(apposed)


def _subject_behind(text: Mention, paragraph: Paragraph, mentions: Sequence[Mention]) -> Mention | None:
    """Return the main subject behind a text at the beginning of a sentence ("In a letter sent in May, the board")."""
    opening = paragraph.token(text.first - 1)
    begins = paragraph.token(opening.i - 2).sentence != text.sentence
    if not begins or opening.lower not in paragraph.words.text_prepositions:
        return None
    return next((m for m in mentions if m.main and m.sentence == text.sentence and m.start > text.end), None)
