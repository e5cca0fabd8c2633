"""Reporting clauses: the words beside a quotation that say whose it is ("said X", "she told reporters that")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from narrate.attribution import wordlists as lexicon
from narrate.attribution.mentions import NO_ENTITY, Mention
from narrate.attribution.parse import Paragraph, Token
from narrate.attribution.subjects import adjacent, antecedent, in_brackets, inserted, is_subject_of, subject_of

Pattern = Literal[
    "inverted",
    "follows",
    "precedes",
    "according",
    "as-saying",
    "passive",
    "colon",
    "label",
    "pull",
]
PATTERNS: Final[tuple[Pattern, ...]] = get_args(Pattern)

_FAR: Final = 30
_NEW_CLAUSE: Final = frozenset(
    {"and", "but", "when", "while", "as", "that", "after", "before", "if", "because", "whose", "who", "which", "since"}
)
_SHORT: Final = 8
"""Words of a sentence behind "?" or "!" that may be no more than a reporting clause with an unusual verb."""
_WEAK_REACH: Final = 4
"""How many words may stand between a verb that seldom reports speech and the quotation it leads to."""
_HEARD: Final = frozenset({"quoted", "cited", "heard", "recorded"})
"""Whose subject speaks in the passive, too ("was quoted as saying")."""
_DASHES: Final = frozenset({"―", "—", "–", "--", "-"})
_END: Final = frozenset({".", "!", "?"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A reporting clause and the mention that speaks in it."""

    pattern: Pattern
    mention: Mention
    verb: str
    distance: int
    """Words between the quotation and the clause's nearer part."""
    parsed: bool = False
    """The parse has the mention as the verb's own subject."""
    finite: bool = True
    """The verb is no infinitive ("Lee will continue to be")."""


def find_clauses(paragraph: Paragraph, mentions: list[Mention], quotation: int) -> list[Clause]:
    """The clauses that could report this quotation, the surest first."""
    inside = [t.i for t in paragraph.tokens if t.quotation == quotation]
    if not inside:
        return []
    first, last = inside[0], inside[-1]
    after = _after(paragraph, mentions, last)
    before = _before(paragraph, mentions, first)
    led = bool(before) and before[0].pattern in {"precedes", "colon", "as-saying"}
    if after and led and (not _comma_before(paragraph, last) or _leads_on(paragraph, first, last)):
        return before + after
    return after + before


def leading_clauses(paragraph: Paragraph, mentions: list[Mention]) -> list[Clause]:
    """The clause with a reporting verb that leads from a paragraph that ends in a colon to the next one."""
    tokens = paragraph.tokens
    if not tokens or tokens[-1].text != ":" or tokens[-1].quotation >= 0:
        return []
    if tokens[0].lower == "from" and len(tokens) <= _SHORT and mentions:
        return [Clause("colon", mentions[0], ":", 0)]
    return [clause for clause in _before(paragraph, mentions, len(tokens)) if clause.pattern not in {"colon", "label"}]


def _leads_on(paragraph: Paragraph, first: int, last: int) -> bool:
    """Whether a comma or colon leads to this quotation, which ends in no comma, and the narration behind it to another
    one: the words between are the other's (``She asked, "Why?" Lee wrote back, "..."``)."""
    tokens = paragraph.tokens
    behind = _narration_after(tokens, last)
    following = behind[-1].i + 1 if behind else len(tokens)
    led = first > 0 and tokens[first - 1].text in {",", ":"}
    on = following < len(tokens) and tokens[following].quotation >= 0 and behind[-1].text in {",", ":"}
    return led and on and behind[0].text != "," and not any(t.text == "," for t in tokens[max(0, last - 1) : last + 1])


def _comma_before(paragraph: Paragraph, last: int) -> bool:
    """Whether the quotation ends in a comma, so that the clause behind it is its own."""
    tokens = paragraph.tokens
    near = tokens[max(0, last - 2) : last + 3]
    return any(t.text in {",", "?", "!"} and (t.quotation == tokens[last].quotation or t.i == last + 1) for t in near)


def _narration_after(tokens: list[Token], last: int) -> list[Token]:
    """The narration that follows a quotation, to the sentence's end or the next quotation that is one of its own."""
    taken: list[Token] = []
    for token in tokens[last + 1 : last + 1 + _FAR]:
        if token.quotation >= 0 or (taken and token.text in _END):
            break
        taken.append(token)
    return taken


def _narration_before(tokens: list[Token], first: int) -> list[Token]:
    taken: list[Token] = []
    for token in reversed(tokens[max(0, first - _FAR - 10) : first]):
        if token.text in _END and not _is_abbreviation(tokens, token.i):
            break
        taken.append(token)
    return taken[::-1]


def _is_abbreviation(tokens: list[Token], i: int) -> bool:
    return i + 1 < len(tokens) and tokens[i + 1].sentence == tokens[i].sentence and tokens[i].text == "."


_SAID: Final = frozenset({"said", "says", "told", "wrote", "added"})
_SAID_BEHIND: Final = _SAID | {"say", "state", "states", "write", "writes", "asks"}


def _is_reporting(token: Token, plain: frozenset[str] = _SAID) -> bool:
    """Whether the token is a reporting verb, even where the tagger takes one of the ``plain`` ones for a noun."""
    if token.tag[:2] == "NN":
        return token.text in plain
    if token.lower in {"heard", "hears"} and token.tag != "VBN":
        return False  # whoever hears it said nothing ("a court heard")
    return token.lower in lexicon.REPORTING and (token.tag[:2] == "VB" or token.lower in lexicon.SAYING)


def _is_aside(tokens: list[Token], verb: Token) -> bool:
    """Whether a verb behind a quotation reports nothing: a participle, a passive, part of a compound, in brackets."""
    near = tokens[max(0, verb.i - 5) : verb.i]
    if verb.i and tokens[verb.i - 1].tag == "HYPH":
        return True
    if verb.tag == "VBG":
        return not any(t.dep == "aux" and t.head == verb.i for t in near)
    passive = any(t.dep == "auxpass" and t.head == verb.i for t in near)
    modal = (
        verb.tag == "VB" and any(t.tag == "MD" and t.head == verb.i for t in near) and verb.lower not in lexicon.SAYING
    )
    return (passive and verb.lower not in _HEARD) or modal or tokens[verb.i - 1].text == "("


def _after(paragraph: Paragraph, mentions: list[Mention], last: int) -> list[Clause]:
    tokens = paragraph.tokens
    narration = _narration_after(tokens, last)
    if narration and narration[0].text in _DASHES:
        signed = _mention_from(mentions, narration[0].i + 1, 1)
        if signed and signed.kind == "name" and tokens[-1].i - signed.last <= 8:
            return [Clause("pull", signed, "―", 0)]
    if narration and narration[0].text in {")", "]"}:
        return []
    while narration and not narration[0].text[0].isalnum():
        narration = narration[1:]
    if not narration:
        return []
    if narration[0].lower == "according" or (len(narration) > 2 and narration[1].lower == "according"):
        found = _mention_from(mentions, narration[0].i + 2, 6)
        return [Clause("according", found, "according to", 0)] if found else []
    if _starts_sentence(paragraph, last, narration[0]) and not _only_reports(narration):
        return []
    for k, token in enumerate(narration):
        if _is_reporting(token, _SAID_BEHIND if k <= _SHORT else _SAID) and not _is_aside(tokens, token):
            clause = _clause_behind(tokens, mentions, narration, k)
            if clause and _is_attached(tokens, last, narration[0], clause):
                return [clause]
    return _unknown_verb(tokens, mentions, narration, last)


def _is_attached(tokens: list[Token], last: int, following: Token, clause: Clause) -> bool:
    """Whether the clause belongs to the quotation rather than beginning a sentence after its "?" or "!", or standing
    somewhere behind a quoted fragment."""
    if clause.pattern != "follows" or clause.mention.kind != "nominal":
        return True
    points = {t.text for t in tokens[max(0, last - 2) : following.i] if not t.text[0].isalnum()}
    if "," in points:
        return True
    if points & {"?", "!"}:
        return clause.verb in lexicon.SAYING or following.text[0].islower()
    return clause.parsed and clause.verb in lexicon.REPORTING


def _only_reports(narration: list[Token]) -> bool:
    """Whether a sentence says no more than who spoke ("Clinton said")."""
    return 2 <= len(narration) <= 4 and _is_reporting(narration[-1]) and narration[-1].lower in lexicon.SAYING


def _clause_behind(tokens: list[Token], mentions: list[Mention], narration: list[Token], k: int) -> Clause | None:
    """The clause behind a quotation whose verb is word ``k`` of the narration."""
    verb = narration[k]
    between = [
        m
        for m in mentions
        if narration[0].i <= m.first and m.last < verb.i and not m.modifier and m.entity != NO_ENTITY
        if not in_brackets(tokens, m.first)
    ]
    parsed = next((m for m in between if is_subject_of(tokens, m, verb.i)), None)
    subject = parsed or _subject_between(mentions, narration[0].i, verb.i)
    own = parsed is not None
    if not own:
        behind = _inverted_subject(tokens, mentions, verb.i)
        bound = behind is not None and is_subject_of(tokens, behind, verb.i)
        joined = narration[0].lower in {"and", "but"}
        if behind and not joined and (bound or (subject is None and k <= 1)):
            return Clause("inverted", behind, verb.lower, k, bound)
    if subject is not None and subject.text.lower() == "who":
        subject = antecedent([m for m in mentions if narration[0].i <= m.first], subject)
        subject = subject if subject and subject.first <= narration[0].i + 1 else None
    if subject is None or _opens_clause(tokens, narration[0].i, subject, verb):
        return None
    return Clause("follows", subject, verb.lower, subject.first - narration[0].i, own)


def _opens_clause(tokens: list[Token], first: int, subject: Mention, verb: Token) -> bool:
    """Whether the subject begins a clause of its own ("when Lee said"), and no "as Lee put it"."""
    before = tokens[subject.first - 1].lower
    put = before == "as" and tokens[min(verb.i + 1, len(tokens) - 1)].lower == "it"
    return subject.first > first and before in _NEW_CLAUSE and not put


def _unknown_verb(tokens: list[Token], mentions: list[Mention], narration: list[Token], last: int) -> list[Clause]:
    """A verb that is none of speech, right behind a quotation that ends in a comma ("...," Bennett shot back)."""
    if tokens[last].text != "”" or tokens[last - 1].text not in {",", "?", "!"} or tokens[last + 1].text in _DASHES:
        return []
    if tokens[last - 1].text != "," and len(narration) > _SHORT:
        return []
    for mention in mentions:
        head = tokens[tokens[mention.head].head]
        near = narration[0].i <= mention.first <= narration[0].i + 4
        told = mention.kind != "nominal" or narration[0].text[0].islower()
        told = told and mention.text.lower() not in {"others", "some", "many"}
        if (
            near
            and told
            and mention.subject
            and mention.last < narration[-1].i
            and tokens[mention.first - 1].lower not in _NEW_CLAUSE
            and head.quotation < 0
            and head.tag in {"VBD", "VBZ"}
            and mention.last < head.i <= mention.last + 3
        ):
            return [Clause("follows", mention, head.lower, mention.first - narration[0].i, True)]
    return []


def _starts_sentence(paragraph: Paragraph, last: int, following: Token) -> bool:
    """Whether the narration behind a quotation is a sentence of its own."""
    quotation = paragraph.tokens[last].quotation
    points = [
        t.text
        for t in paragraph.tokens[max(0, last - 3) : last + 1]
        if t.quotation == quotation and not t.text[0].isalnum()
    ]
    inner = "".join(points)
    ended = "." in inner or (paragraph.tokens[last].text == "." and following.text[0].isupper())
    between = paragraph.tokens[last + 1 : following.i]
    return ended and following.text[0].isupper() and not any(t.text in {",", "-", "–", "—"} for t in between)


def _subject_between(mentions: list[Mention], first: int, verb: int) -> Mention | None:
    """The subject of a verb among the mentions that begin at or after ``first`` and stand before the verb."""
    between = [m for m in mentions if first <= m.first and m.last < verb and m.entity != NO_ENTITY]
    between = [m for m in between if not m.modifier]
    subjects = [m for m in between if m.subject] or [m for m in between if m.text.lower() not in {"him", "her", "them"}]
    return subjects[0] if subjects else None


def _inverted_subject(tokens: list[Token], mentions: list[Mention], verb: int) -> Mention | None:
    """Who stands behind the verb in "said Prigozhin"."""
    limit = verb + 1
    while limit < len(tokens) and tokens[limit].tag in {"RB", "RP"}:
        limit += 1
    following = [m for m in mentions if m.first >= limit and not m.modifier and m.entity != NO_ENTITY]
    if not following:
        return None
    nearest = _named_behind(tokens, following)
    gap = tokens[limit : following[0].first]
    if len(gap) < 9 and all(_describes(tokens, token, following[0]) for token in gap):
        speaks = nearest.kind != "pronoun" or nearest.text.lower() in {"he", "she", "they", "i", "we"}
        return nearest if speaks else None
    return None


def _named_behind(tokens: list[Token], following: list[Mention]) -> Mention:
    """The first mention, or the name that it leads to ("union president Ann Lee", "a spokeswoman, Ann Lee")."""
    nearest = following[0]
    for name in [m for m in following[1:5] if m.first > nearest.last]:
        gap = tokens[nearest.last + 1 : name.first]
        closed = name.last + 1 == len(tokens) or tokens[name.last + 1].text in {",", ".", ";"}
        apposed = [t.text for t in gap] == [","] and nearest.kind == "nominal" and closed
        office = nearest.kind == "nominal" and not nearest.titles
        led_to = nearest.kind != "pronoun" and all(
            t.tag[:2] in {"NN", "JJ"} or t.tag in {"HYPH", "VBG"} or (office and t.lower == "and") for t in gap
        )
        if name.kind != "name" or not (apposed or led_to):
            break
        nearest = name
    return nearest


def _describes(tokens: list[Token], token: Token, name: Mention) -> bool:
    """Whether a word between verb and name can describe the name ("said Florida-based strategist Al Cardenas")."""
    if token.tag[:2] in {"NN", "JJ", "DT"} or token.tag in {"POS", "HYPH", "CD", "PRP$", "CC"}:
        return True
    before = tokens[token.i - 1]
    if token.tag in {"VBN", "VBG"}:
        return before.tag == "HYPH" or tokens[token.i + 1].tag[:2] in {"NN", "JJ"}
    return token.text == "," and token.i == name.first - 1 and name.kind == "name" and before.tag == "NN"


def _mention_from(mentions: list[Mention], first: int, reach: int) -> Mention | None:
    return next((m for m in mentions if first <= m.last and m.first <= first + reach), None)


def _before(paragraph: Paragraph, mentions: list[Mention], first: int) -> list[Clause]:
    tokens = paragraph.tokens
    narration = _narration_before(tokens, first)
    if not narration:
        return []
    start = narration[0].i
    for token in reversed(narration):
        if token.quotation >= 0:
            continue
        distance = first - token.i - 1
        if token.lower == "according":
            found = _mention_from(mentions, token.i + 2, 6)
            if found:
                return [Clause("according", found, "according to", distance)]
        if not _is_reporting(token):
            continue
        weak = token.lower not in lexicon.SAYING
        if weak and distance > _WEAK_REACH and not _has_content(tokens, token):
            continue
        if weak and token.tag == "VB" and tokens[token.i + 1].text != ":" and _follows_modal(tokens, token.i):
            continue
        clause = _governed(tokens, mentions, token, start, distance)
        if clause:
            return [clause]
    return _colon(tokens, mentions, first, start)


def _has_content(tokens: list[Token], verb: Token) -> bool:
    """Whether a finite verb says in a clause of its own what is thought or said ("lamented how", "suggested that")."""
    following = tokens[verb.i + 1].lower if verb.i + 1 < len(tokens) else ""
    put = verb.lower in {"put", "puts"} and following == "it"
    return verb.tag in {"VBD", "VBZ"} and (put or following in {"that", "how", "why", "whether"})


def _follows_modal(tokens: list[Token], verb: int) -> bool:
    """Whether the verb is something that will, would or should happen rather than something said."""
    return any(t.tag == "MD" for t in tokens[max(0, verb - 2) : verb])


def _governed(tokens: list[Token], mentions: list[Mention], verb: Token, start: int, distance: int) -> Clause | None:
    """The clause that a reporting verb before the quotation makes with its subject."""
    before = tokens[verb.i - 1] if verb.i else verb
    if before.lower == "as":
        cited = [m for m in mentions if start <= m.first and m.last < verb.i - 1]
        if cited:
            return Clause("as-saying", cited[-1], verb.lower, distance)
    beside = inserted(tokens, mentions, verb) or adjacent(tokens, mentions, verb, start)
    subject = beside or subject_of(tokens, mentions, verb.i, start)
    if subject is None or subject.first > verb.i:
        subject = _inverted_subject(tokens, mentions, verb.i) if verb.i - start <= 1 else subject
    if subject is None:
        return None
    passive = verb.tag == "VBN" and any(t.dep == "auxpass" and t.head == verb.i for t in tokens[start : verb.i])
    if passive and verb.lower not in _HEARD:
        agent = next((m for m in mentions if m.first > verb.i and tokens[m.first - 1].lower == "by"), None)
        return Clause("passive", agent, verb.lower, distance) if agent else None
    own = beside is not None or is_subject_of(tokens, subject, verb.i)
    return Clause("precedes", subject, verb.lower, distance, own, verb.tag != "VB")


def _colon(tokens: list[Token], mentions: list[Mention], first: int, start: int) -> list[Clause]:
    """What a colon introduces without a reporting verb: "Her message: "..."", "RAMOS: "..."."""
    before = [t for t in tokens[max(0, first - 2) : first] if t.text == ":"]
    if not before:
        return []
    inside = [m for m in mentions if start <= m.first and m.last < first and m.entity != NO_ENTITY]
    if not inside:
        return []
    subjects = [m for m in inside if m.subject] or inside
    label = inside[0].first - start <= 1 and first - inside[0].last <= 3
    return [Clause("label" if label else "colon", subjects[0], ":", 0)]
