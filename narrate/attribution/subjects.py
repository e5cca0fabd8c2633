"""Whose verb it is: the subject of a reporting verb, from the parse and where the parse goes wrong."""

from __future__ import annotations

from typing import Final

from narrate.attribution import wordlists as lexicon
from narrate.attribution.mentions import NO_ENTITY, Mention
from narrate.attribution.parse import Token

_ADDRESSED: Final = frozenset({"email", "text", "message", "tell", "write", "phone", "address", "call", "tweet"})


def subject_of(tokens: list[Token], mentions: list[Mention], verb: int, start: int) -> Mention | None:
    """The subject of a verb, its own or that of the verb it depends on."""
    by_head = {m.head: m for m in mentions if not in_brackets(tokens, m.first)}
    for mention in list(by_head.values()):
        by_head.setdefault(_named_noun(tokens, mention), mention)
    shared = _shared_subject(tokens, by_head, verb, start)
    if shared:
        return shared
    at, steps = verb, 0
    while steps < 5:
        own = [t.i for t in tokens[start:] if t.head == at and t.dep in {"nsubj", "nsubjpass"} and t.i in by_head]
        if own:
            found = by_head[([i for i in own if i < at] or own[:1])[-1]]
            return found if found.text.lower() != "who" else antecedent(mentions, found)
        if tokens[at].dep in {"relcl", "acl"}:
            owner = next((m for m in mentions if m.head == tokens[at].head), None)
            if owner and at == verb:
                return _sender(tokens, mentions, owner) or owner
        if tokens[at].head == at or tokens[at].dep in {"ccomp", "ROOT"}:
            break
        at, steps = tokens[at].head, steps + 1
    candidates = [m for m in mentions if start <= m.first and m.last < verb and m.subject and m.entity != NO_ENTITY]
    candidates = [m for m in candidates if m.text.lower() != "who"]
    return candidates[-1] if candidates else None


def _shared_subject(tokens: list[Token], by_head: dict[int, Mention], verb: int, start: int) -> Mention | None:
    """Whose words a verb without a subject reports behind another reporting verb, whatever the parser joins it to
    ("Lee said that Hill was right, adding"; "Lee said her party had tried, and said")."""
    bare = not any(t.head == verb and t.dep in {"nsubj", "nsubjpass"} for t in tokens[start:])
    joined = tokens[verb].tag == "VBG" and tokens[verb - 1].text == ","
    joined |= tokens[verb].tag in {"VBD", "VBZ"} and tokens[verb - 1].lower in {"and", "but"}
    if not bare or verb <= start or not joined:
        return None
    for token in reversed(tokens[start : verb - 1]):
        if token.lower in lexicon.SAYING and token.tag in {"VBD", "VBZ", "VBP"} and token.quotation < 0:
            own = [by_head[t.i] for t in tokens[start:] if t.head == token.i and t.dep == "nsubj" and t.i in by_head]
            return own[0] if own else None
    return None


def inserted(tokens: list[Token], mentions: list[Mention], verb: Token) -> Mention | None:
    """Who stands right before the verb of a clause between commas ("Lee, a top aide said, "is ready"")."""
    behind = tokens[verb.i + 1] if verb.i + 1 < len(tokens) else None
    closed = behind is not None and (behind.text == "," or behind.quotation >= 0)
    nearest = next((m for m in reversed(mentions) if m.last == verb.i - 1), None)
    if not closed or nearest is None or nearest.kind == "pronoun" or nearest.entity == NO_ENTITY or nearest.first < 2:
        return None
    return nearest if tokens[nearest.first - 1].text == "," and verb.tag in {"VBD", "VBZ"} else None


def adjacent(tokens: list[Token], mentions: list[Mention], verb: Token, start: int) -> Mention | None:
    """Who stands right before a finite verb that the parse leaves without a subject, his relative clause aside ("In a
    talk with Ann Lee, the mayor said")."""
    bare = not any(t.head == verb.i and t.dep in {"nsubj", "nsubjpass", "auxpass"} for t in tokens[start:])
    if not bare or verb.tag not in {"VBD", "VBZ"} or verb.dep in {"conj", "relcl", "acl", "xcomp"}:
        return None
    last = verb.i - 1
    while last > start and tokens[last].tag == "RB":
        last -= 1
    near = [m for m in mentions if start <= m.first and m.last < verb.i and m.entity != NO_ENTITY]
    near = [m for m in near if m.kind != "pronoun" and not m.modifier and not in_brackets(tokens, m.first)]
    found = next((m for m in near if m.last == last), None)
    relative = [i for i in range(start, verb.i) if tokens[i].lower == "who"]
    return found or (next((m for m in near if m.last == relative[-1] - 1), None) if relative else None)


def _sender(tokens: list[Token], mentions: list[Mention], owner: Mention) -> Mention | None:
    """Who sent the text or addressed the people that a participle depends on ("the firm issued a statement saying")."""
    verb = tokens[owner.head].head
    if tokens[verb].lower == "in":
        verb = tokens[verb].head
    sent = owner.kind == "nominal" and tokens[owner.head].lower in lexicon.SENT
    stem = tokens[verb].lower.removesuffix("ed").removesuffix("d")
    if tokens[verb].tag[:2] != "VB" or not (sent or stem in _ADDRESSED):
        return None
    return next((m for m in mentions if tokens[m.head].head == verb and tokens[m.head].dep == "nsubj"), None)


def is_subject_of(tokens: list[Token], mention: Mention, verb: int) -> bool:
    """Whether the parse has the mention as the subject of the verb, or of one that "and" joins it to."""
    own = _named_noun(tokens, mention)
    head = tokens[own].head
    while tokens[verb].dep in {"conj", "xcomp", "advcl"} and tokens[verb].head != verb and head != verb:
        verb = tokens[verb].head
    return head == verb and tokens[own].dep in {"nsubj", "nsubjpass"}


def _named_noun(tokens: list[Token], mention: Mention) -> int:
    """The token by which the parse knows a mention: of "operator Northline" it is the noun right before the name."""
    head = tokens[mention.head]
    return (
        mention.first - 1
        if mention.kind == "name" and head.dep == "appos" and head.head == mention.first - 1
        else head.i
    )


def in_brackets(tokens: list[Token], i: int) -> bool:
    """Whether a word stands in brackets that opened shortly before ("John Kasich (R-Ohio) said")."""
    marks = [t.text for t in tokens[max(0, i - 6) : i] if t.text in {"(", ")"}]
    return marks[-1:] == ["("]


def antecedent(mentions: list[Mention], who: Mention) -> Mention | None:
    before = [m for m in mentions if m.last < who.first and m.kind != "pronoun" and m.entity != NO_ENTITY]
    return before[-1] if before else None
