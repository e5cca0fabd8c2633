"""Tell persons from groups by their names."""

from __future__ import annotations

from dataclasses import replace

from narrate.attribution import gender as genders
from narrate.attribution.entity import Entity
from narrate.languages import AttributionWords
from narrate.types import SpeakerKind


def with_kind(entity: Entity, words: AttributionWords) -> Entity:
    """Return the entity as a person or a group, by titles, roles, types of named entity, and the words of the name.

    Args:
        entity: An entity with its mentions.
        words: Words and patterns of the language.
    """
    has_title = any(words.is_title(t) or words.is_role(t) for t in entity.titles)
    has_role = any(words.is_role(genders.head_noun(role, words)) for role in entity.roles)
    has_first_name = len(entity.words) > 1 and genders.is_first_name(entity.words[0], words)
    is_person = entity.types["PERSON"] > 0 and len(entity.words) > 2 and not entity.name.isupper()
    acronyms = {w.lower() for w in entity.name.split() if len(w) == 2 and not w.isupper()} if is_person else set()
    has_group_word = any(w in words.group_name_words and w not in acronyms for w in entity.words)
    groups = sum(entity.types[name] for name in ("ORG", "GPE", "NORP", "FAC", "EVENT", "LAW", "LOC"))
    is_titled_group = has_group_word and entity.words[-1] in words.group_name_words and not entity.types["PERSON"]
    is_work = any(genders.head_noun(role, words) in words.texts for role in entity.roles) and not has_role
    organizations = words.organizations - words.firms_or_persons
    is_organization = any(genders.head_noun(role, words) in organizations for role in entity.roles) and not has_role
    person = (3.0 * has_title + 2.0 * has_role) * (not is_titled_group or has_first_name)
    has_first_name = has_first_name or is_lone_first_name(entity, words)
    person += 1.5 * (has_first_name and not has_group_word)
    person += min(entity.types["PERSON"], 3)
    group = 4.0 * has_group_word + 4.0 * (is_work or is_organization) + min(groups, 3) * (0.5 if has_first_name else 1)
    kind: SpeakerKind = "person" if len(entity.words) > 1 else "unknown"
    is_place = _is_place(entity, words, has_first_name=has_first_name) and not (has_title or has_role)
    is_several = len(entity.words) > 1 or all(m.plural for m in entity.mentions)
    is_band = bool(entity.mentions) and all(m.definite for m in entity.mentions) and not (has_title or has_role)
    if is_place or (is_band and is_several and not (has_first_name and entity.types["PERSON"])):
        kind = "group"
    elif person or group:
        kind = "person" if person >= group else "group"
    elif entity.name.replace(".", "").isupper() and len(entity.words) == 1:
        kind = "group"
    return entity if kind == entity.kind else replace(entity, kind=kind)


def is_lone_first_name(entity: Entity, words: AttributionWords) -> bool:
    """Return whether the only word of a name is a first name, and neither a place nor the name of a group."""
    if len(entity.words) != 1 or entity.words[0] in words.first_names_of_groups | words.group_name_words:
        return False
    is_other = any(entity.types[name] for name in ("GPE", "LOC", "FAC", "LAW", "WORK_OF_ART"))
    is_other = is_other or all(mention.modifier for mention in entity.mentions)
    return not is_other and entity.name.istitle() and genders.of_first_name(entity.words[0], words)[1] >= 1.0


def _is_place(entity: Entity, words: AttributionWords, *, has_first_name: bool) -> bool:
    """Return whether an entity without a title or a role is a place, by the last word or what stands before it."""
    sites = {mention.site for mention in entity.mentions if mention.kind == "name" and len(mention.words) > 1}
    if len(entity.words) < 2 or not entity.mentions:
        return False
    if "is" in sites:
        return True
    is_at_site = sites == {"may be"} and entity.words[-1] in words.site_words
    return is_at_site or (entity.words[-1] in words.street_words | words.site_words and not has_first_name)
