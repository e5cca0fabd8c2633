"""Mentions: the places in the narration that name, describe or stand for somebody who could speak."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from narrate.attribution import wordlists as lexicon
from narrate.attribution.parse import Paragraph, Token

MentionKind = Literal["name", "nominal", "pronoun"]

PRONOUNS: Final = frozenset({"he", "she", "they", "it", "i", "we", "him", "her", "them", "his", "their", "who"})
_PARTICLES: Final = frozenset(
    {"de", "van", "von", "der", "den", "bin", "ibn", "al", "el", "del", "da", "dos", "la", "le", "di", "du", "ter", "y"}
)
_NAMED: Final = frozenset({"PERSON", "ORG", "GPE", "NORP", "FAC", "PRODUCT", "LOC", "WORK_OF_ART", "LAW", "EVENT"})
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj", "agent", "expl"})
_NO_NAME_TAGS: Final = frozenset({"NNP", "NNPS", "NN", "JJ", "IN", "DT", "PRP", "CC", "MD"})
_AGE: Final = re.compile(r"\d{1,2}$")

UNKNOWN_ENTITY: Final = -1
"""The entity of a mention that has not been resolved, or that could not be."""
NO_ENTITY: Final = -2
"""The entity of a mention that cannot be a speaker of its own: a description in apposition to a name, whose roles that
name takes, or two surnames joined by a hyphen ("Clinton-Warren")."""


@dataclass(slots=True)
class Mention:
    """One mention. Token numbers count within its paragraph."""

    kind: MentionKind
    paragraph: int
    first: int
    last: int
    """Its own words: tokens first to last, both included."""
    head: int
    start: int
    end: int
    text: str
    """Its words without article, title and role."""
    words: tuple[str, ...]
    """The words of ``text``."""
    titles: tuple[str, ...] = ()
    """What stands before a name: titles and roles, lower case."""
    role: str = ""
    """The role before the name as written ("Kremlin spokesman")."""
    entity_type: str = ""
    subject: bool = False
    main: bool = False
    """It is the subject of a sentence's main clause."""
    plural: bool = False
    definite: bool = False
    modifier: bool = False
    """It only qualifies a noun behind it ("Obama" in "Obama adviser David Axelrod")."""
    heading: bool = False
    """It stands in a line of title case, where capitals tell nothing."""
    sentence: int = 0
    roles: list[str] = field(default_factory=list)
    """Roles given beside it by apposition or copula."""
    entity: int = UNKNOWN_ENTITY
    """Number of the entity in the article's table, from 0; else ``UNKNOWN_ENTITY`` or ``NO_ENTITY``."""


def name_words_of(paragraphs: Sequence[Paragraph]) -> frozenset[str]:
    """The words that are part of a name somewhere in the article, where a capital is no accident of the sentence."""
    return frozenset(
        token.text
        for paragraph in paragraphs
        for before, token in pairwise(paragraph.tokens)
        if token.tag == "NNP"
        and len(token.text) > 2
        and token.text[0].isupper()
        and not token.text.isupper()
        and token.sentence == before.sentence
        and before.tag != "``"
        and token.lower not in lexicon.TITLES
    )


def find_mentions(paragraph: Paragraph, known: frozenset[str]) -> list[Mention]:
    """The mentions of one paragraph's narration, in order; ``known`` words are names wherever a sentence begins."""
    tokens = paragraph.tokens
    _mark_known_names(tokens, known)
    heading = _is_heading(paragraph)
    mentions: list[Mention] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.quotation >= 0:
            i += 1
            continue
        if _is_name_token(token):
            last = _name_end(tokens, i)
            mentions += [m for part in _parts(tokens, i, last) for m in _names(paragraph, *part)]
            i = last + 1
            continue
        if token.lower in PRONOUNS and token.tag in {"PRP", "PRP$", "WP"}:
            mentions.append(_pronoun(paragraph, i))
        elif (_is_common_noun(token) and _is_nominal_head(tokens, i)) or _stands_alone(tokens, i):
            mentions.append(_nominal(paragraph, i))
        i += 1
    _link_appositions(tokens, mentions)
    nominals = [m for m in mentions if m.kind == "nominal"]
    for mention in mentions:
        mention.heading = heading
        mention.modifier |= any(n.first <= mention.first and mention.last < n.head for n in nominals)
    return mentions


def _is_heading(paragraph: Paragraph) -> bool:
    """Whether nearly every long word begins with a capital; but for the first paragraph, a heading has no speech."""
    tokens = paragraph.tokens
    words = [t.text for t in tokens if len(t.text) > 2 and t.text[0].isalpha() and t.lower not in {"the", "and", "for"}]
    speaks = paragraph.number > 0 and any(t.quotation >= 0 for t in tokens)
    return not speaks and len(words) >= 4 and sum(w[0].isupper() for w in words) > 0.9 * len(words)


def _parts(tokens: list[Token], first: int, last: int) -> list[tuple[int, int]]:
    """A run of name tokens cut where a person's name ends and a place's begins ("Sanders Iowa")."""
    for i in range(first + 1, last + 1):
        a, b = tokens[i - 1].entity, tokens[i].entity
        if a == "PERSON" and b in {"GPE", "NORP", "ORG"} and tokens[i].tag != "POS":
            return [(first, i - 1), *_parts(tokens, i, last)]
    return [(first, last)]


def _mark_known_names(tokens: list[Token], known: frozenset[str]) -> None:
    """Corrects the tags of known names that the tagger took for something else at the beginning of a sentence."""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        speaks = following is not None and following.lower in {"said", "says"}
        mistaken = token.tag not in _NO_NAME_TAGS or (token.tag == "NN" and token.text[0].isupper())
        if token.text in known and (speaks or mistaken):
            token.tag = "NNP"


def _is_name_token(token: Token) -> bool:
    if not token.text[0].isalnum():
        return False
    if token.lower in lexicon.MONTHS_AND_DAYS and token.entity != "PERSON" and token.dep != "nsubj":
        return False
    if token.entity in {"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"}:
        return token.entity in {"CARDINAL", "DATE"} and token.tag in {"NNP", "NNPS"}
    if token.lower in {"said", "says", "according", "asked"}:
        return False
    if token.tag in {"NNP", "NNPS"}:
        return token.text[0].isupper() or token.text[0].isdigit() or token.entity == "PERSON"
    return (
        token.entity in {"PERSON", "ORG"} and token.text[0].isupper() and token.tag not in {"DT", "PRP", "IN", "PRP$"}
    )


def _name_end(tokens: list[Token], first: int) -> int:
    """The last token of the run of name tokens that begins at ``first``."""
    last = first
    while last + 1 < len(tokens):
        following = tokens[last + 1]
        if following.quotation >= 0 or (
            following.sentence != tokens[first].sentence and not _abbreviated(tokens[last])
        ):
            break
        if _is_name_token(following):
            last += 1
        elif (following.text in {"-", "‑"} and _hyphenated(tokens, last + 1)) or _joins(tokens, last + 1):
            last += 2
        else:
            break
    return last


def _hyphenated(tokens: list[Token], i: int) -> bool:
    """Whether a hyphen binds a name's parts, the second being written small or mistaken for no name ("Hyun-woo")."""
    if i + 1 >= len(tokens) or tokens[i].start != tokens[i - 1].end or tokens[i].end != tokens[i + 1].start:
        return False
    given = i + 2 < len(tokens) and _is_name_token(tokens[i + 2]) and len(tokens[i - 1].text) < 6
    return tokens[i + 1].text[0].isupper() or tokens[i + 1].entity == "PERSON" or given


def _abbreviated(token: Token) -> bool:
    return token.text.endswith(".") and token.lower.strip(".") in lexicon.TITLES


def _joins(tokens: list[Token], i: int) -> bool:
    """Whether token ``i`` joins two parts of one name: "of" in an organisation, "van" in a person's, "'s" in either."""
    if i + 1 >= len(tokens) or not _is_name_token(tokens[i + 1]):
        return False
    token, before, after = tokens[i], tokens[i - 1], tokens[i + 1]
    if token.lower in _PARTICLES and token.text.islower():
        return True
    same = bool(token.entity) and token.entity == before.entity == after.entity and not after.entity_start
    if token.lower in {"of", "for", "on", "and", "&", "the", "in", "to"}:
        if same and token.entity in {"ORG", "FAC", "WORK_OF_ART", "LAW", "EVENT", "GPE"} and not token.entity_start:
            return True
        return token.lower in {"of", "for"} and before.lower in lexicon.GROUP_NAMES
    if token.tag == "POS":
        return _group_follows(tokens, i + 1)
    return False


def _group_follows(tokens: list[Token], i: int) -> bool:
    """Whether the names from ``i`` on end in a group word after a place or a plural ("Russia's Defense Ministry",
    "Traders' Association")."""
    if tokens[i - 2].entity not in {"GPE", "ORG", "NORP"} and tokens[i - 1].text not in {"'", "’"}:
        return False
    while i + 1 < len(tokens) and _is_name_token(tokens[i + 1]):
        i += 1
    return tokens[i].lower in lexicon.GROUP_NAMES


def _names(paragraph: Paragraph, first: int, last: int) -> list[Mention]:
    """The mention that a run of name tokens makes, titles and roles cut off before a person's name."""
    tokens = paragraph.tokens
    person = next((i for i in range(first, last + 1) if tokens[i].entity == "PERSON" and tokens[i].entity_start), None)
    start = first
    tail = [t.lower for t in tokens[first : last + 1]]
    if person is not None and all(tokens[i].entity == "PERSON" for i in range(person, last + 1)):
        start = person
    inner = [i for i in range(start, last) if tokens[i].lower.strip(".") in lexicon.TITLES]
    if (
        inner
        and last - inner[-1] <= 4
        and not any(t.lower in lexicon.GROUP_NAMES for t in tokens[inner[-1] + 1 : last + 1])
    ):
        start = inner[-1] + 1
    while start < last and tokens[start].lower.strip(".") in lexicon.TITLES:
        start += 1
    if start == first and tokens[start].lower.strip(".") in lexicon.TITLES:
        return [] if _another_title_follows(tokens, last) else [_nominal(paragraph, last)]
    if (
        start == first
        and len(tail) > 1
        and tail[-1].strip(".") in lexicon.TITLES
        and tail[-1] not in lexicon.GROUP_NAMES
    ):
        return [_nominal(paragraph, last)]
    if first >= 1 and tokens[first - 1].text in {"(", ","} and _party_and_state(tokens, first - 2):
        return []
    if _is_somebodys_origin(tokens, first, last):
        return [_nominal(paragraph, last)]
    titles = tuple(t.lower.strip(".") for t in tokens[first:start])
    role_first = _role_start(tokens, first)
    role = _text(tokens, role_first, start - 1) if role_first < start else ""
    titles = tuple(t.lower for t in tokens[role_first:first] if t.tag.startswith("NN")) + titles
    mention = _mention(paragraph, "name", start, last, last)
    mention.titles, mention.role = titles, role
    mention.roles = _party_and_state(tokens, last)
    mention.first = start
    mention.plural = tokens[last].tag == "NNPS"
    mention.entity_type = _entity_type(tokens, start, last)
    mention.definite = role_first > 0 and tokens[role_first - 1].lower == "the"
    following = tokens[last + 1] if last + 1 < len(tokens) else None
    mention.modifier = (
        following is not None and following.quotation < 0 and following.tag in {"NN", "NNS", "POS", "HYPH"}
    )
    mention.subject = mention.subject and not mention.modifier
    return [mention]


_PARTIES: Final = {"D": "Democrat", "R": "Republican", "I": "independent"}
_SEAT: Final = re.compile(r"[(,]\s*([DRI])-((?:[A-Z]\.\s?){2}|[A-Z][a-z]+|[A-Z]{2})")


def _party_and_state(tokens: list[Token], last: int) -> list[str]:
    """The role that "(D-Md.)" or ", R-Texas," behind a name tells ("Maryland Democrat")."""
    seat = _SEAT.match(_text(tokens, last + 1, min(last + 6, len(tokens) - 1)))
    state = lexicon.STATES.get(re.sub(r"\W", "", seat[2]).lower()) if seat else None
    return [f"{state.title()} {_PARTIES[seat[1]]}"] if seat and state else []


def _is_somebodys_origin(tokens: list[Token], first: int, last: int) -> bool:
    """Whether an origin stands for one person ("the Bulgarian admitted"): nobody's name, but a description."""
    if first != last or not first or tokens[first - 1].lower != "the" or tokens[first].entity != "NORP":
        return False
    following = tokens[last + 1] if last + 1 < len(tokens) else None
    singular = not tokens[first].lower.endswith("s") and tokens[first].dep in _SUBJECTS
    return singular and (
        following is None or following.tag[:2] in {"VB", "RB", "MD"} or not following.text[0].isalnum()
    )


def _another_title_follows(tokens: list[Token], last: int) -> bool:
    """Whether "and" joins the title to a second one before a name ("Gov. and Chairman Ed Rendell")."""
    if last + 3 >= len(tokens) or tokens[last + 1].lower != "and":
        return False
    return any(t.lower.strip(".") in lexicon.TITLES and t.tag == "NNP" for t in tokens[last + 2 : last + 7])


def _entity_type(tokens: list[Token], first: int, last: int) -> str:
    types = [t.entity for t in tokens[first : last + 1] if t.entity in _NAMED]
    return max(set(types), key=lambda kind: (types.count(kind), kind)) if types else ""


def _role_start(tokens: list[Token], first: int) -> int:
    """Where the role before a name begins: "Kremlin spokesman" in "the Kremlin spokesman Dmitry Peskov"."""
    i = first - 1
    if i < 0 or tokens[i].tag not in {"NN", "NNS"} or tokens[i].quotation >= 0:
        return first
    word = tokens[i].lower.rpartition("-")[2]
    if not _may_precede_name(word) and not lexicon.is_role(word) and word.strip(".") not in lexicon.TITLES:
        return first
    while i > 0 and first - i < 8 and tokens[i - 1].quotation < 0:
        before = tokens[i - 1]
        if (
            before.tag[:2] not in {"NN", "JJ", "VB"} and before.tag not in {"POS", "HYPH", "CC", "CD"}
        ) or before.tag == "VBD":
            break
        if before.tag in {"VBZ", "VBP", "VB"} or before.sentence != tokens[first].sentence:
            break
        i -= 1
    while tokens[i].tag in {"CC", "POS", "HYPH"} and i < first:
        i += 1
    return i


def _may_precede_name(word: str) -> bool:
    """Whether a noun right before a name says what its bearer is ("spokesman Dmitry Peskov", "operator Northline")."""
    return lexicon.is_role(word.removesuffix("s")) or (lexicon.is_group(word) and not lexicon.is_text(word))


def _pronoun(paragraph: Paragraph, i: int) -> Mention:
    mention = _mention(paragraph, "pronoun", i, i, i)
    mention.plural = mention.text.lower() in {"they", "we", "them", "their"}
    return mention


def _is_common_noun(token: Token) -> bool:
    return token.tag in {"NN", "NNS"} or (token.tag in {"NNP", "NNPS"} and token.text.islower())


def _is_nominal_head(tokens: list[Token], i: int) -> bool:
    """Whether a common noun heads a phrase that could be a speaker."""
    token = tokens[i]
    if i + 1 < len(tokens) and (
        tokens[i + 1].tag in {"NN", "NNS", "POS", "HYPH"} or (_is_name_token(tokens[i + 1]) and token.dep == "compound")
    ):
        return False
    word = token.lower.rpartition("-")[2]
    if lexicon.is_role(word) or lexicon.is_role(word.removesuffix("s")) or lexicon.is_group(word):
        return not (i + 1 < len(tokens) and _is_name_token(tokens[i + 1]) and _may_precede_name(word))
    return token.dep in _SUBJECTS or word in {"year-old", "old"}


def _stands_alone(tokens: list[Token], i: int) -> bool:
    """Whether a word that is no noun to the tagger is somebody: "said another", "one said", "the US daily wrote"."""
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is not None and following.tag[:2] not in {"VB", "RB", "MD"} and following.text[0].isalnum():
        return False
    if token.lower in {"another", "one"}:
        beside = [t.lower for t in (tokens[i - 1 : i] if i else []) + tokens[i + 1 : i + 2]]
        return any(word in lexicon.SAYING for word in beside)
    determined = any(t.head == i and t.dep == "det" for t in tokens[max(0, i - 8) : i])
    return token.tag in {"JJ", "RB"} and token.dep in {"nsubj", "nsubjpass"} and determined


def _nominal(paragraph: Paragraph, i: int) -> Mention:
    tokens = paragraph.tokens
    first = i
    while first > 0 and i - first < 9:
        before = tokens[first - 1]
        if before.quotation >= 0 or before.sentence != tokens[i].sentence:
            break
        if before.tag in {"DT", "PRP$"} or before.lower == "one":
            first -= 1
            break
        within_name = before.lower in {"of", "for", "and", "&"} and first - 2 >= 0 and _is_name_token(tokens[first - 2])
        if before.tag[:2] in {"NN", "JJ"} or before.tag in {"POS", "HYPH", "CD", "VBN", "VBG", "RBS"}:
            first -= 1
            continue
        if within_name and _is_name_token(tokens[first]):
            first -= 2
            continue
        break
    last = _of_phrase_end(tokens, i)
    mention = _mention(paragraph, "nominal", first, last, i)
    alone = tokens[i].lower in {"another", "one"}
    determiner = tokens[first].lower if tokens[first].tag in {"DT", "PRP$", "CD"} or alone else ""
    mention.plural = tokens[i].tag in {"NNS", "NNPS"}
    mention.definite = determiner in {"the", "this", "that", "his", "her", "their", "its", "my", "our"} or (
        not determiner and not mention.plural
    )
    mention.roles = [_text(tokens, min(i, first + bool(determiner)), i)]
    mention.titles = (determiner,) if determiner else ()
    return mention


def _of_phrase_end(tokens: list[Token], i: int) -> int:
    """The end of "of ..." or "for ..." after a noun ("a spokesman for the airline"); ``i`` if there is none."""
    j = i + 1
    if j + 1 >= len(tokens) or tokens[j].lower not in {"of", "for", "at", "from"} or tokens[j].head != i:
        return i
    last = i
    j += 1
    while j < len(tokens) and j - i < 10 and tokens[j].quotation < 0:
        tag = tokens[j].tag
        if tag[:2] == "NN":
            last = j
        elif tag[:2] not in {"JJ"} and tag not in {"DT", "POS", "HYPH", "CD", "PRP$"} and tokens[j].lower != "of":
            break
        j += 1
    return last


def _mention(paragraph: Paragraph, kind: MentionKind, first: int, last: int, head: int) -> Mention:
    tokens = paragraph.tokens
    text = _text(tokens, first, last)
    return Mention(
        kind,
        paragraph.number,
        first,
        last,
        head,
        tokens[first].start,
        tokens[last].end,
        text,
        tuple(t.text for t in tokens[first : last + 1]),
        subject=_is_subject(tokens, head),
        main=_is_main_subject(tokens, head),
        sentence=tokens[head].sentence,
    )


def _is_subject(tokens: list[Token], i: int) -> bool:
    """Whether the token is the subject of a clause, or joined to one by "and"."""
    while tokens[i].dep == "conj" and tokens[i].head != i:
        i = tokens[i].head
    return tokens[i].dep in _SUBJECTS


def _is_main_subject(tokens: list[Token], i: int) -> bool:
    """Whether the token is the subject of the main verb, or of one that "and" joins to it."""
    if tokens[i].dep not in {"nsubj", "nsubjpass"}:
        return False
    verb = tokens[i].head
    while tokens[verb].dep == "conj" and tokens[verb].head != verb:
        verb = tokens[verb].head
    return tokens[verb].dep == "ROOT"


def _text(tokens: list[Token], first: int, last: int) -> str:
    """The tokens' words with single blanks where the text has any."""
    parts: list[str] = []
    for i in range(first, last + 1):
        if parts and tokens[i].start > tokens[i - 1].end:
            parts.append(" ")
        parts.append(tokens[i].text)
    return "".join(parts)


def _reports(tokens: list[Token], i: int) -> bool:
    """Whether a reporting verb stands here ("Lee, a top aide said, ...": the aide speaks, and is not Lee)."""
    return i < len(tokens) and tokens[i].lower in lexicon.SAYING and tokens[i].tag in {"VBD", "VBZ"}


def _link_appositions(tokens: list[Token], mentions: list[Mention]) -> None:
    """Gives names the roles that stand beside them: "X, the mayor", "the mayor, X", "X is the mayor"."""
    for left, right in pairwise(mentions):
        between = [t.lower for t in tokens[left.last + 1 : right.first]]
        if left.sentence != right.sentence:
            continue
        if right.kind == "nominal" and (lexicon.is_text(tokens[right.head].lower) or _reports(tokens, right.last + 1)):
            continue
        joined = between in ([","], [",", "who", "is"], [",", "who", "was"], [",", "now"], ["("], ["is"], ["was"])
        age = len(between) == 3 and between[0] == between[2] == "," and _AGE.match(between[1])
        if left.kind == "name" and right.kind == "nominal" and (joined or age):
            left.roles += right.roles
            right.entity = NO_ENTITY if between and between[0] in {",", "("} else UNKNOWN_ENTITY
        elif left.kind == "nominal" and right.kind == "name" and between == [","] and left.definite:
            closed = right.last + 1 < len(tokens) and tokens[right.last + 1].text in {",", ".", ";"}
            if closed and tokens[right.head].dep in {"appos", "nsubj", "conj"}:
                right.roles += left.roles
                left.entity = NO_ENTITY
