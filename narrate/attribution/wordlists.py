"""Word lists: reporting verbs, roles, titles, groups. All lower case; the words stand in ``words.toml``."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Final

from narrate.types import Gender

_WORDS: Final = {
    key: tuple(words.split())
    for key, words in tomllib.loads(
        resources.files("narrate.attribution").joinpath("words.toml").read_text(encoding="utf-8")
    ).items()
}
_DOUBLING: Final = frozenset(
    {"quip", "admit", "blog", "chat", "rap", "stun", "beg", "sob", "nod", "put", "slam", "jot", "sum", "chip"}
)


def _forms(verbs: tuple[str, ...]) -> frozenset[str]:
    """Every inflected form of regular verbs, and of irregular ones given as ``infinitive/past/participle``."""
    forms: set[str] = set()
    for entry in verbs:
        base, *irregular = entry.split("/")
        stem = base[:-1] if base.endswith("e") and not base.endswith("ee") else base
        doubled = stem + stem[-1] if base in _DOUBLING else stem
        third = base[:-1] + "ies" if _consonant_y(base) else base + ("es" if base.endswith(("s", "sh", "ch")) else "s")
        past = irregular or [base[:-1] + "ied" if _consonant_y(base) else doubled + "ed"]
        forms |= {base, third, doubled + "ing", *past}
    return frozenset(forms)


def _consonant_y(word: str) -> bool:
    return word.endswith("y") and word[-2] not in "aeiou"


SAYING: Final = _forms(_WORDS["saying"]) | {"goes", "thundered"}
"""Verbs that nearly always report words."""

REPORTING: Final = SAYING | _forms(_WORDS["reporting"])
"""Verbs that may report words."""

_TITLES_FEMALE: Final = frozenset({"mrs", "ms", "miss", "madam", "mme", "dame", "lady", "sister", "queen", "princess"})
_TITLES_MALE: Final = frozenset({"mr", "sir", "lord", "brother", "father", "king", "prince", "pope", "monsieur"})
TITLES: Final = _TITLES_FEMALE | _TITLES_MALE | frozenset(_WORDS["titles"])
"""Words that may stand before a name without being part of it."""

GENDERED_TITLES: Final[dict[str, Gender]] = {
    **dict.fromkeys(_TITLES_FEMALE | {"congresswoman", "baroness", "duchess", "countess", "actress"}, "female"),
    **dict.fromkeys(_TITLES_MALE | {"congressman", "duke", "baron", "count"}, "male"),
}
_GENDERED: Final[dict[str, Gender]] = {
    **dict.fromkeys(_WORDS["female"], "female"),
    **dict.fromkeys(_WORDS["male"], "male"),
}
_ROLES: Final = frozenset(_WORDS["roles"])
_GROUPS: Final = frozenset(_WORDS["groups"])
_TEXTS: Final = frozenset(_WORDS["texts"])
GROUP_NAMES: Final = frozenset(_WORDS["group_names"])
"""Words that make a name one of a group ("Ministry", "Coalition")."""

STATES: Final = {
    short: entry.split("/")[0].replace("_", " ") for entry in _WORDS["states"] for short in entry.split("/")
}
"""States of the USA by their names and by what stands for them behind a party ("R-Fla.")."""

SENT: Final = frozenset({"statement", "letter", "message", "email", "e-mail", "note", "tweet", "post", "memo", "text"})
"""Texts that speak for whoever sent them."""

MONTHS_AND_DAYS: Final = frozenset(_WORDS["months_and_days"])


def gender_of_role(word: str) -> Gender:
    """The gender that a role tells ("spokeswoman"), if it does."""
    return _GENDERED.get(word, "unknown")


def is_role(word: str) -> bool:
    """Whether the noun names one person by what he or she is."""
    return word in _ROLES or word in _GENDERED or word.endswith(("man", "woman", "person", "ologist"))


def is_text(word: str) -> bool:
    """Whether the noun is of something written or recorded."""
    return word in _TEXTS


def is_group(word: str) -> bool:
    """Whether the noun names a group, or a document that speaks for one."""
    return word in _GROUPS or (word.endswith("s") and word[:-1] in _ROLES)
