"""The entity table: which mentions are of the same person or group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from narrate.attribution import gender as genders
from narrate.attribution import wordlists as lexicon
from narrate.attribution.mentions import NO_ENTITY, UNKNOWN_ENTITY, Mention
from narrate.attribution.parse import Paragraph
from narrate.types import Gender, SpeakerKind

_SUFFIXES: Final = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_SMALL: Final = frozenset({"of", "the", "and", "for", "&", "in", "on", "to", "'s", "’s", "at"})
_PLACES: Final = frozenset(
    {"new", "north", "south", "east", "west", "american", "national", "united", "state", "royal"}
)
_SYNONYMS: Final[dict[str, str]] = {
    **dict.fromkeys(("spokesman", "spokeswoman", "spokesperson"), "spokesperson"),
    **dict.fromkeys(("congressman", "congresswoman", "representative", "rep", "lawmaker"), "representative"),
    **dict.fromkeys(("chairman", "chairwoman", "chair", "chairperson"), "chair"),
    **dict.fromkeys(("lawyer", "attorney", "barrister", "solicitor"), "lawyer"),
    **dict.fromkeys(("senator", "sen"), "senator"),
    **dict.fromkeys(("governor", "gov"), "governor"),
    **dict.fromkeys(("mum", "mom", "mother"), "mother"),
    **dict.fromkeys(("dad", "father"), "father"),
    **dict.fromkeys(("doctor", "dr"), "doctor"),
    **dict.fromkeys(("professor", "prof"), "professor"),
    **dict.fromkeys(("president", "president-elect"), "president"),
    **dict.fromkeys(("policeman", "policewoman", "officer"), "officer"),
    **dict.fromkeys(("company", "firm"), "company"),
    **dict.fromkeys(("charity", "organisation", "organization", "nonprofit"), "organization"),
    **dict.fromkeys(("councillor", "councilor", "cllr", "councilman", "councilwoman"), "councillor"),
    **dict.fromkeys(("general", "gen"), "general"),
}


@dataclass(slots=True)
class Entity:
    """One person or group of an article."""

    number: int
    name: str
    words: tuple[str, ...]
    """The words of ``name``, lower case, without small words."""
    kind: SpeakerKind = "unknown"
    named: bool = True
    """It has a name; else it is only ever described."""
    plural: bool = False
    gender: Gender = "unknown"
    gender_evidence: str | None = None
    gender_sure: float = 0.0
    roles: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    titles: list[str] = field(default_factory=list)


def build_table(paragraphs: Sequence[Paragraph], mentions: Sequence[Sequence[Mention]], headline: bool) -> list[Entity]:
    """The entities of an article; every name and nominal mention gets its entity's number."""
    table: list[Entity] = []
    names = [m for p in (*mentions[headline:], *mentions[:headline]) for m in p if m.kind == "name"]
    for mention in (m for m in names if not m.heading):
        _add_full_name(table, mention)
    _drop_pairs(table)
    for entity in table:
        _settle_kind(entity)
    for mention in sorted((m for m in names if m.entity == UNKNOWN_ENTITY), key=lambda m: (m.heading, m.start)):
        _add_short_name(table, mention)
    _merge_acronyms(table, paragraphs)
    for entity in table:
        entity.mentions.sort(key=lambda m: m.start)
        _settle_kind(entity)
        _settle_name(entity)
        _settle_gender(entity)
    for paragraph in (*mentions[headline:], *mentions[:headline]):
        _add_nominals(table, paragraph)
    _name_spokespeople(table, mentions)
    _add_teller(table, [m for p in mentions for m in p if m.kind == "pronoun" and m.text == "I"])
    for entity in table:
        _settle_gender(entity)
    return table


def _drop_pairs(table: list[Entity]) -> None:
    """Takes from their entity what are two names with a hyphen between ("a Clinton-Warren ticket")."""
    surnames = {e.words[-1] for e in table if "-" not in e.name}
    for entity in table:
        parts = entity.name.lower().split("-")
        if len(parts) == 2 and " " not in entity.name and set(parts) <= surnames:
            for mention in entity.mentions:
                mention.entity = NO_ENTITY
            entity.mentions, entity.words = [], ("",)


def _add_teller(table: list[Entity], mentions: Sequence[Mention]) -> None:
    """Whoever says "I" in the narration."""
    if mentions:
        teller = Entity(len(table), "The narrator", ("narrator",), kind="person", named=False)
        table.append(teller)
        for mention in mentions:
            mention.entity = teller.number
            teller.mentions.append(mention)


def name_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a name that tell it from others, lower case."""
    core = [re.sub(r"[’']s?$", "", w.lower()).strip(".") for w in words]
    kept = [w for w, raw in zip(core, words, strict=True) if w and w not in _SMALL and raw.lower() not in _SUFFIXES]
    return tuple(w for w in kept if any(c.isalnum() for c in w))


def _add_full_name(table: list[Entity], mention: Mention) -> None:
    """Files a name of two words or more with its bearer, or as somebody new."""
    words = name_words(mention.words)
    if len(words) < 2:
        return
    told, _ = genders.of_titles(mention.titles)
    exact = [e for e in table if e.words == words]
    alike = exact or [e for e in table if _same_name(e, words) and not _gender_clash(e, told)]
    entity = max(alike, key=lambda e: len(e.mentions), default=None)
    if entity is None:
        entity = Entity(len(table), mention.text, words)
        table.append(entity)
    _attach(entity, mention)


def _add_short_name(table: list[Entity], mention: Mention) -> None:
    """Files a name of one word: a surname before a first name before a part of a group's name."""
    words = name_words(mention.words)
    if not words or (mention.heading and len(words) > 1):
        return
    told, _ = genders.of_titles(mention.titles)
    bearers = [(_fit(e, words[-1], mention), e) for e in table if e.mentions and not _gender_clash(e, told)]
    best = max(bearers, key=lambda item: (item[0], -item[1].number), default=(0.0, None))
    entity = best[1] if best[0] > 0 else None
    if entity is None:
        entity = Entity(len(table), mention.text, words)
        entity.kind = "group" if mention.entity_type in {"ORG", "GPE", "NORP"} and not mention.titles else "unknown"
        table.append(entity)
    _attach(entity, mention)


def _fit(entity: Entity, word: str, mention: Mention) -> float:
    """How well a one-word name fits an entity; 0 if not at all."""
    kind = 0.0
    if entity.words == (word,):
        kind = 25.0
    elif entity.kind != "group" and _one_letter_off(word, entity.words[-1]):
        kind = 30.0 if word == entity.words[-1] else 20.0 if len(word) > 5 else 0.0
    elif entity.kind != "group" and word == entity.words[0]:
        kind = 10.0
    elif entity.kind == "group" and mention.entity_type != "PERSON" and word in (entity.words[0], entity.words[-1]):
        kind = 5.0 if word not in lexicon.GROUP_NAMES and word not in _PLACES else 0.0
    if not kind:
        return 0.0
    before = [m for m in entity.mentions if m.start < mention.start]
    full = sum(len(m.words) > 1 for m in entity.mentions)
    recent = bool(before) and mention.paragraph - max(m.paragraph for m in before) <= 1
    titled = {t.strip(".") for t in mention.titles}
    shared = 8.0 * any(role_head(t) in {role_head(r) for r in [*entity.titles, *entity.roles]} for t in titled)
    return (
        shared + kind + min(4.0, 0.5 * len(entity.mentions)) + min(2.0, 0.5 * full) + 1.5 * recent - 2.0 * (not before)
    )


def _attach(entity: Entity, mention: Mention) -> None:
    mention.entity = entity.number
    entity.mentions.append(mention)
    if mention.text not in entity.aliases:
        entity.aliases.append(mention.text)
    if mention.entity_type:
        entity.types[mention.entity_type] += 1
    entity.titles += [t for t in mention.titles if t not in entity.titles and mention.kind == "name"]
    for role in [mention.role, *mention.roles]:
        if role and role not in entity.roles:
            entity.roles.append(role)


def _gender_clash(entity: Entity, told: Gender) -> bool:
    if told == "unknown" or len(entity.words) < 2:
        return False
    known, sure = genders.of_first_name(entity.words[0])
    title, _ = genders.of_titles(entity.titles)
    return told != (title if title != "unknown" else known if sure == 1.0 else told)


def _same_name(entity: Entity, words: tuple[str, ...]) -> bool:
    """Whether two names of several words can be of one bearer: first names, initials, part of a group's name."""
    a, b = (entity.words, words) if len(entity.words) >= len(words) else (words, entity.words)
    if len(b) < 2:
        return False
    grouped = any(w in lexicon.GROUP_NAMES for w in a)
    if a[-1] == b[-1] or (len(b[-1]) > 5 and _one_letter_off(a[-1], b[-1])):
        short = not grouped and a[0][:3] == b[0][:3] and len(b[0]) > 2
        return a[0] == b[0] or _initial_of(a[0], b[0]) or short or set(b) <= set(a)
    return a[: len(b)] == b and (grouped or len(b) > 2)


def _initial_of(a: str, b: str) -> bool:
    return (len(a) == 1 or len(b) == 1) and a[0] == b[0]


def _one_letter_off(a: str, b: str) -> bool:
    """Whether the words differ by at most one letter, or by two that changed places."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1 or a[0] != b[0]:
        return False
    i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]:
        return True
    return a[i + 1 :] == b[i + 1 :] or a[i + 1 :] == b[i:] or a[i:] == b[i + 1 :]


def _merge_acronyms(table: list[Entity], paragraphs: Sequence[Paragraph]) -> None:
    """Makes "ISW" the Institute for the Study of War, by its initials or as "(ISW)" behind it."""
    beside: dict[str, str] = {}
    for p in paragraphs:
        for a, b, c in zip(p.tokens, p.tokens[1:], p.tokens[2:], strict=False):
            if b.text == "(" and c.text.isupper():
                beside[c.lower] = a.lower
    for short in list(table):
        if len(short.words) != 1 or not short.name.replace(".", "").isupper() or len(short.words[0]) < 2:
            continue
        letters = short.words[0].replace(".", "")
        for entity in table:
            if entity is short or len(entity.words) < 2 or not entity.mentions:
                continue
            initials = "".join(w[0] for w in entity.words)
            if letters in {initials, initials.removeprefix("u")} or beside.get(letters) == entity.words[-1]:
                _absorb(entity, short)
                break


def _absorb(entity: Entity, other: Entity) -> None:
    for mention in other.mentions:
        _attach(entity, mention)
    entity.mentions.sort(key=lambda m: m.start)
    other.mentions = []


def _settle_kind(entity: Entity) -> None:
    """Person or group, by title, role, kind of named entity and the words of the name."""
    titled = any(t in lexicon.TITLES or lexicon.is_role(t) for t in entity.titles)
    described = any(
        lexicon.is_role(r.lower().split(" of ")[0].split()[-1].rpartition("-")[2]) for r in entity.roles if r
    )
    first_known = len(entity.words) > 1 and genders.of_first_name(entity.words[0])[1] > 0
    grouped = any(w in lexicon.GROUP_NAMES for w in entity.words) or entity.words[0] in lexicon.GROUP_NAMES
    persons = entity.types["PERSON"]
    groups = entity.types["ORG"] + entity.types["GPE"] + entity.types["NORP"] + entity.types["FAC"]
    person = 3 * titled + 2 * described + 1.5 * first_known * (not grouped) + min(persons, 3)
    group = 4.0 * grouped + min(groups, 3) * (0.5 if first_known else 1)
    acronym = entity.name.replace(".", "").isupper() and len(entity.words) == 1
    if person == group == 0:
        entity.kind = "group" if acronym else "person" if len(entity.words) > 1 else "unknown"
    else:
        entity.kind = "person" if person >= group else "group"


def _settle_name(entity: Entity) -> None:
    """The name to show: the fullest form, unless a shorter one of two words or more is clearly the usual."""
    forms = Counter(m.text for m in entity.mentions if m.kind == "name" and not m.heading)
    full = {form: count for form, count in forms.items() if " " in form or len(forms) == 1}
    if full:
        entity.name = max(full, key=lambda form: (min(full[form], 2), len(form), form))
        words = name_words(entity.name.replace("'s", " 's").replace("’s", " ’s").split())
        entity.words = words or entity.words


def _settle_gender(entity: Entity) -> None:
    if entity.kind == "group" or entity.plural or entity.gender_sure >= 0.9:
        return
    title, word = genders.of_titles(entity.titles)
    if title != "unknown":
        entity.gender, entity.gender_evidence, entity.gender_sure = title, f"title '{word}'", 1.0
        return
    for role in entity.roles:
        told, word = genders.of_role(role)
        if told != "unknown":
            entity.gender, entity.gender_evidence, entity.gender_sure = told, f"role '{word}'", 0.95
            return
    if entity.named and entity.kind == "person":
        for word in entity.words[: max(1, len(entity.words) - 1)]:
            known, sure = genders.of_first_name(word)
            if known != "unknown" and len(entity.words) > 1 and entity.gender_sure < 0.8 * sure:
                entity.gender, entity.gender_sure = known, 0.8 * sure
                entity.gender_evidence = f"first name '{word.capitalize()}'"
                return


def role_head(role: str) -> str:
    """The word of a role that says what it is, synonyms made one ("the Kremlin spokesman" -> "spokesperson")."""
    words = re.split(r" (?:of|for|at|from|in|who) ", role.lower())[0].split()
    head = words[-1].rpartition("-")[2] if words else ""
    head = _SYNONYMS.get(head, head)
    return _SYNONYMS.get(head.removesuffix("s"), head)


def _add_nominals(table: list[Entity], paragraph: Sequence[Mention]) -> None:
    for mention in paragraph:
        if mention.kind != "nominal" or mention.entity == NO_ENTITY:
            continue
        entity = match_nominal(table, mention)
        if entity is None:
            entity = Entity(len(table), _nominal_name(mention), name_words(mention.words), named=False)
            entity.kind = _kind_of_nominal(mention)
            entity.plural = mention.plural
            table.append(entity)
        _attach(entity, mention)


_SPOKESPEOPLE: Final = frozenset({"spokesman", "spokeswoman", "spokesperson"})


def _name_spokespeople(table: Sequence[Entity], mentions: Sequence[Sequence[Mention]]) -> None:
    """Calls "a spokesman" after the group that he speaks for, the last subject of his paragraph or the one before."""
    group: Mention | None = None
    for mention in (m for paragraph in mentions for m in paragraph if m.entity >= 0):
        entity = table[mention.entity]
        if entity.kind == "group" and mention.subject and not mention.plural:
            group = mention
        bare = mention.kind == "nominal" and mention.text.lower().removeprefix("a ") in _SPOKESPEOPLE
        if bare and group is not None and mention.paragraph - group.paragraph <= 1 and not entity.named:
            whom = table[group.entity].name
            entity.name = f"{mention.text} for {whom[0].lower() + whom[1:] if whom[:4] == 'The ' else whom}"


def _nominal_name(mention: Mention) -> str:
    return mention.text[0].upper() + mention.text[1:] if mention.text[:4].lower() == "the " else mention.text


def _kind_of_nominal(mention: Mention) -> SpeakerKind:
    head = mention.roles[0].lower().split(" of ")[0].split()[-1].rpartition("-")[2] if mention.roles else ""
    if mention.plural or lexicon.is_group(head):
        return "group"
    return "person" if lexicon.is_role(head) else "unknown"


def match_nominal(table: Sequence[Entity], mention: Mention) -> Entity | None:
    """The entity that "the Kremlin spokesman" or "the ministry" means; None for somebody new."""
    if not mention.definite:
        return None
    head = role_head(mention.roles[0]) if mention.roles else mention.text.lower()
    extra = {w for w in name_words(mention.words) if w not in _SMALL} - {mention.words[-1].lower()}
    best: tuple[float, int, Entity] | None = None
    named: tuple[float, int, Entity] | None = None
    """"A judge ruled ... Judge Ann Lee wrote ...": the judge is she who was named since."""
    for entity in table:
        before = [m for m in entity.mentions if m.start < mention.start]
        if not before:
            continue
        score = _role_match(entity, mention, head, extra)
        if score > 0:
            found = (score, before[-1].start, entity)
            named = max(named or found, found, key=lambda item: item[:2]) if entity.named else named
            best = max(best or found, found, key=lambda item: item[:2])
    if best and not best[2].named and named and named[1] > best[1]:
        return named[2]
    return best[2] if best else _only_holder(table, mention, head)


_SEATS: Final = frozenset({"senator", "governor", "representative"})


def _only_holder(table: Sequence[Entity], mention: Mention, head: str) -> Entity | None:
    """Whom "the Vermont senator" means where but one senator has been named, and nobody said of where."""
    if head not in _SEATS or mention.plural:
        return None
    holders = [e for e in table if e.named and any(role_head(t) == head for t in e.titles)]
    placed = any(role.split()[0].lower() in lexicon.STATES.values() for e in holders for role in e.roles if role)
    before = bool(holders) and any(m.start < mention.start for m in holders[0].mentions)
    return holders[0] if len(holders) == 1 and before and not placed else None


def _states(role: str) -> set[str]:
    """The words of a role without the owner's "'s" ("Russia's president" -> "russia")."""
    return {re.sub(r"[’']s?$", "", w) for w in role.lower().split()}


def _role_match(entity: Entity, mention: Mention, head: str, extra: set[str]) -> float:
    """How well a described person or group fits an entity; 0 if not at all."""
    if not entity.named and entity.name.lower().removeprefix("a ").removeprefix(
        "the "
    ) == mention.text.lower().removeprefix("the "):
        return 3.0
    if lexicon.is_text(head):
        return 0.0
    score = 0.0
    told = any(w[0].isupper() for w in mention.words[1:-1])
    roles = [*entity.roles, *entity.titles]
    if any(role_head(role) == head for role in roles):
        shared = len(extra & {word for role in roles for word in (*role.lower().split(), *_states(role))})
        score = 1.0 + shared if shared or not told else 0.0
    if (
        entity.kind == "group"
        and entity.named
        and not mention.plural
        and head in {_SYNONYMS.get(w, w) for w in entity.words}
    ):
        score = max(score, 1.5)
    return score
