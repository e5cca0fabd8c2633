"""Decide who says what a text reads that somebody has received: "He got a letter. "We regret," it said."."""

from __future__ import annotations

from collections.abc import Sequence

from narrate.attribution.mention import Mention
from narrate.attribution.parse import Paragraph, Token
from narrate.attribution.quotation_context import QuotationContext
from narrate.attribution.senders import find_sender


def received_text(context: QuotationContext) -> int | None:
    """In news, "it" is a text that somebody received or found right before: its sender, or else the text.

    The sender is named with the text ("from the bank"), or is to whom the receiver wrote before.
    """
    clause = context.clause
    if (
        context.analysis.fiction
        or clause is None
        or clause.mention.pronoun_for != "thing"
        or clause.mention.reporter >= 0
    ):
        return None
    paragraph = context.quotation.parsed
    near = [m for m in context.analysis.mentions[paragraph.number] if m.end <= context.quotation.segment.start]
    text = _received(context, near, paragraph)
    if text is None:
        return None
    mention = next((m for m in near if m.head == text.i and m.entity >= 0), None)
    places = (context.analysis.paragraphs, context.analysis.mentions)
    sender = find_sender(mention, *places) if mention is not None else None
    sender = sender or _source(text, near, paragraph) or _addressee(text, near, paragraph) or mention
    return sender.entity if sender is not None and sender.entity >= 0 else None


def _received(context: QuotationContext, near: Sequence[Mention], paragraph: Paragraph) -> Token | None:
    """Return the text that is the object of a verb of receiving in the sentence before the quotation."""
    tokens, words = paragraph.tokens, paragraph.words
    end = next((t.i for t in tokens if t.start >= context.quotation.segment.start), len(tokens))
    texts = words.texts | words.sent_texts
    for text in (t for t in reversed(tokens[:end]) if t.sentence == tokens[end - 1].sentence and t.quotation < 0):
        if text.lower not in texts or text.dep not in {"dobj", "oprd"}:
            continue
        verb = tokens[text.head]
        subject = next((t for t in tokens if t.head == verb.i and t.dep in {"nsubj", "nsubjpass"}), None)
        is_given = subject is not None and subject.dep == "nsubjpass"
        is_given = is_given and verb.lower in words.sending_verbs | words.giving_participles
        if (is_given or verb.lower in words.receiving_verbs) and not _is_of_group(subject, context, near):
            return text
    return None


def _is_of_group(subject: Token | None, context: QuotationContext, near: Sequence[Mention]) -> bool:
    """Return whether a group receives a text, and "it" may be that group ("it said", but not "it read")."""
    receiver = next((m for m in near if subject is not None and m.head == subject.i), None)
    is_known = receiver is not None and receiver.entity >= 0
    is_group = receiver is not None and is_known and context.analysis.table[receiver.entity].kind == "group"
    is_group = is_group or (receiver is not None and receiver.pronoun_for == "thing")
    return is_group and context.clause is not None and context.clause.verb not in context.words.text_verbs


def _source(text: Token, near: Sequence[Mention], paragraph: Paragraph) -> Mention | None:
    """Return from whom a text is received ("received a notice from the bank")."""
    tokens = paragraph.tokens
    links = {t.i for t in tokens if t.lower in paragraph.words.sender_prepositions and t.head in {text.i, text.head}}
    return next((m for m in near if m.entity >= 0 and tokens[m.head].head in links and m.start > text.start), None)


def _addressee(text: Token, near: Sequence[Mention], paragraph: Paragraph) -> Mention | None:
    """Return to whom somebody wrote before a text arrived ("When he wrote to the bank, he got a reply.")."""
    tokens, words = paragraph.tokens, paragraph.words
    for mention in (m for m in reversed(near) if m.end <= text.start and m.entity >= 0):
        head = tokens[mention.head]
        link = tokens[head.head]
        is_to = head.dep == "pobj" and link.lower in words.receiver_prepositions
        verb = tokens[link.head] if is_to else link
        if (is_to or head.dep == "dobj") and verb.lower in words.writing_verbs:
            return mention
    return None
