"""The words by which quotations and their speakers are found in a language that has no parser."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

Number = Literal["m", "f", "p", "any"]
_COMPOUNDED: Final = 5  # letters of a noun that may end a compound
_ELISION: Final = re.compile(r"([’'])")
_FILE: Final = "speech.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechWords:
    """The content of ``speech.toml`` of a language. All words are in lower case."""

    verbs: frozenset[str]
    """Forms of verbs that report words, in the third person, and their participles."""
    auxiliaries: frozenset[str]
    pronouns: Mapping[str, Number]
    determiners: Mapping[str, Number]
    indefinite: frozenset[str]
    """The determiners that introduce somebody new."""
    titles: Mapping[str, Number]
    groups: frozenset[str]
    """Nouns of groups, organizations and documents."""
    people: frozenset[str]
    """Nouns of persons by what they are."""
    places: frozenset[str]
    not_speakers: frozenset[str]
    """Nouns that never say anything."""
    according: tuple[tuple[str, ...], ...]
    """The words of each phrase such as "according to"."""
    weakly_according: frozenset[str]
    """Those that mean it only at the beginning of a sentence."""
    prepositions: frozenset[str]
    openers: frozenset[str]
    """Words that have a capital only because they begin a sentence."""
    particles: frozenset[str]
    relatives: frozenset[str]
    clitics: frozenset[str]
    """Words that may stand between a subject or an auxiliary and its verb."""
    naming: frozenset[str]
    """Words behind which quotation marks enclose a name or a title."""
    finite: re.Pattern[str]
    """Forms of verbs by their endings."""
    question_labels: frozenset[str]
    answer_labels: frozenset[str]
    outlet: re.Pattern[str]
    """Words in the names of newspapers."""
    asked_by: re.Pattern[str]
    """What names the interviewer, in its group."""
    nouns_have_capitals: bool
    """Whether all nouns have capitals, as in German."""
    drops_pronouns: bool
    """Whether the subject may be left out, as in Spanish."""

    def is_person(self, noun: str) -> bool:
        """Return whether a noun means a person by what he or she is; in German also as the end of a compound."""
        if noun in self.people:
            return True
        return self.nouns_have_capitals and any(noun.endswith(one) for one in self.people if len(one) >= _COMPOUNDED)

    def is_group(self, noun: str) -> bool:
        """Return whether a noun means a group, an organization or a document; in German also in a compound."""
        if noun in self.groups:
            return True
        return self.nouns_have_capitals and any(noun.endswith(one) for one in self.groups if len(one) >= _COMPOUNDED)


@cache
def attributed_languages() -> frozenset[str]:
    """Return the codes of the languages in which speakers are found without a parser."""
    folders = resources.files(__package__).iterdir()
    return frozenset(folder.name for folder in folders if folder.joinpath(_FILE).is_file())


@cache
def load_speech(code: str) -> SpeechWords:
    """Return the words of a language of ``attributed_languages``.

    Args:
        code: ISO 639 code.
    """
    table: dict[str, Any] = tomllib.loads(
        resources.files(__package__).joinpath(code, _FILE).read_text(encoding="utf-8")
    )
    verbs = {
        stem + ending
        for endings, stems in table["verbs"].items()
        for stem in stems.split()
        for ending in endings.split() or [""]
    }
    determiners = dict(table["determiners"])
    indefinite = frozenset(determiners.pop("indefinite").split())
    words, nouns = table["words"], table["nouns"]
    return SpeechWords(
        verbs=frozenset(verbs),
        auxiliaries=frozenset(table["auxiliaries"]["words"].split()),
        pronouns=_by_word(table["pronouns"]),
        determiners=_by_word(determiners),
        indefinite=indefinite,
        titles=_by_word(table["titles"]),
        groups=frozenset(nouns["groups"].split()),
        people=frozenset(nouns["people"].split()),
        places=frozenset(nouns["places"].split()),
        not_speakers=frozenset(nouns["not_speakers"].split()),
        according=tuple(tuple(_ELISION.sub(r"\1 ", phrase).split()) for phrase in words["according"]),
        weakly_according=frozenset(words["weakly_according"].split()),
        prepositions=frozenset(words["prepositions"].split()),
        openers=frozenset(words["openers"].split()),
        particles=frozenset(words["particles"].split()),
        relatives=frozenset(words["relatives"].split()),
        clitics=frozenset(words["clitics"].split()),
        finite=re.compile(words["finite"]),
        question_labels=frozenset(words["question_labels"].split()),
        answer_labels=frozenset(words["answer_labels"].split()),
        outlet=re.compile(words["outlet"]),
        asked_by=re.compile(words["asked_by"], re.MULTILINE),
        naming=frozenset(words["naming"].split()),
        nouns_have_capitals=words.get("nouns_have_capitals", False),
        drops_pronouns=words.get("drops_pronouns", False),
    )


def _by_word(table: Mapping[str, str]) -> dict[str, Any]:
    return {word: kind for kind, words in table.items() for word in words.split()}
