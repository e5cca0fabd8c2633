"""The words by which quotations and their speakers are found in a language that has no parser."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from narrate.languages.marks import FAMILY

Number = Literal["m", "f", "p", "any"]
_COMPOUNDED: Final = 5  # letters of a noun that may end a compound
MAX_COMPOUND: Final = 5  # words of a phrase that means a person
_MAX_HEADING: Final = 25  # words of a line that announces a statement
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
    demonstratives: frozenset[str]
    """The determiners that point to somebody who was mentioned."""
    possessives: frozenset[str]
    titles: Mapping[str, Number]
    groups: frozenset[str]
    """Nouns of groups, organizations and documents."""
    people: frozenset[str]
    """Nouns of persons by what they are."""
    places: frozenset[str]
    not_speakers: frozenset[str]
    """Nouns that never say anything."""
    generic: frozenset[str]
    """Nouns that mean anybody of a gender or an age."""
    documents: frozenset[str]
    """Nouns of texts that speak for themselves, such as a judgment."""
    signs: frozenset[str]
    """Nouns of things with words on them that are not spoken."""
    statements: frozenset[str]
    """Nouns of texts that somebody issues, and which have that one's voice."""
    bodies: frozenset[str]
    """Nouns that mean an organization by what it is."""
    roles: Mapping[str, frozenset[str]]
    """Noun of a person -> the roles that it may mean. Nouns of one role may mean the same person."""
    plurals: frozenset[str]
    """Endings of plurals."""
    person: re.Pattern[str]
    """Nouns of persons, by their form."""
    feminine: re.Pattern[str]
    """Nouns that mean a woman, by their form."""
    masculine: re.Pattern[str]
    """Nouns that mean a man, by their form."""
    according: tuple[tuple[str, ...], ...]
    """The words of each phrase such as "according to"."""
    weakly_according: frozenset[str]
    """Those that mean it only at the beginning of a sentence."""
    function_words: frozenset[str]
    """Words that are no verbs, nouns or adjectives."""
    prepositions: frozenset[str]
    openers: frozenset[str]
    """Words that have a capital only because they begin a sentence."""
    particles: frozenset[str]
    relatives: frozenset[str]
    conjunctions: frozenset[str]
    sides: tuple[tuple[str, ...], ...]
    """The words of each phrase such as "at the ministry", which names who speaks if the verb does not."""
    impersonal: frozenset[str]
    """Pronouns such as "one", which mean no person in particular."""
    clitics: frozenset[str]
    """Words that may stand between a subject or an auxiliary and its verb."""
    naming: frozenset[str]
    """Words behind which quotation marks enclose a name or a title."""
    finite: re.Pattern[str]
    """Forms of verbs by their endings."""
    leading_adjectives: frozenset[str]
    """Adjectives that stand before their noun."""
    adjective: re.Pattern[str]
    """Adjectives behind a noun, by their endings."""
    links: frozenset[str]
    """Words that join a noun to one that it belongs to: "of"."""
    utterances: frozenset[str]
    """Nouns of what somebody says, such as "answer", whose complement is who speaks."""
    agents: frozenset[str]
    """Words before who does what a participle says: "contested by"."""
    thus: tuple[tuple[str, ...], ...]
    """The words of each phrase behind a quotation that leads to who said it: "these are the words of"."""
    subordinators: frozenset[str]
    """Words behind which the subject is not that of the sentence."""
    compounds: Mapping[str, str]
    """Words that mean a person -> a noun of the same role: "head of state" -> "president"."""
    prefixes: tuple[str, ...]
    """The beginnings of nouns of persons that do not change who may be meant: "ex-"."""
    masculine_names: frozenset[str]
    """First names of men that are names of women elsewhere."""
    likeness: frozenset[str]
    """Words such as "as" between a verb of naming and the name."""
    adverbs: frozenset[str]
    """Adverbs that may stand between a verb of reporting and its subject, unless their ending shows them."""
    gerund: re.Pattern[str]
    """Forms behind which an object stands, and not the subject of a clause: "smiling"."""
    infinitive: re.Pattern[str]
    """Forms of infinitives that look like a noun behind a determiner."""
    reading: frozenset[str]
    """Forms of verbs behind which the text stands that says something: "it says in the judgment"."""
    own_view: tuple[tuple[str, ...], ...]
    """The words of each phrase such as "in her view", which means the one who spoke last."""
    therein: frozenset[str]
    """Words such as "therein", which mean the text that was mentioned."""
    silent_verbs: frozenset[str]
    """Forms of common verbs that do not report words, such as those of "be" and "have"."""
    name_verbs: frozenset[str]
    """Forms of verbs whose object in marks is a name or the title of a work, unless a colon stands between."""
    reported: frozenset[str]
    """Forms of verbs that show indirect speech by themselves, as in German."""
    present: re.Pattern[str]
    """Forms of verbs that may be other words, too."""
    participle: re.Pattern[str]
    inserted: frozenset[str]
    """Words such as "semble-t-il", which look like a reporting clause and are part of what is said."""
    circumstance: re.Pattern[str]
    """The beginning of words that go with a reporting clause: "without a glance", "smiling"."""
    statement: re.Pattern[str]
    """A line that announces a statement without marks."""
    question_labels: frozenset[str]
    answer_labels: frozenset[str]
    outlet: re.Pattern[str]
    """Words in the names of newspapers."""
    host: re.Pattern[str]
    """What names the newspaper that met somebody, in the group ``host``."""
    behind_comma: frozenset[str]
    """Words that report only behind a comma."""
    asked_by: re.Pattern[str]
    """What names the interviewer, in its group."""
    nouns_have_capitals: bool
    """Whether all nouns have capitals, as in German."""
    drops_pronouns: bool
    """Whether the subject may be left out, as in Spanish."""

    def is_person(self, noun: str) -> bool:
        """Return whether a noun means a person, or persons; in German also as the end of a compound."""
        return self._is_listed(noun, self.people) or self.person.fullmatch(noun) is not None

    def is_group(self, noun: str) -> bool:
        """Return whether a noun means a group, an organization or a document; in German also in a compound."""
        return self._is_listed(noun, self.groups)

    def _is_listed(self, noun: str, nouns: frozenset[str]) -> bool:
        if self.without_prefix(noun) in nouns:
            return True
        if not self.nouns_have_capitals:
            return not nouns.isdisjoint(_singulars(noun, self.plurals))
        ends = (noun[at:] for at in range(1, len(noun) - _COMPOUNDED + 1))
        return any(end in nouns for end in ends) or any(one in nouns for one in _singulars(noun, self.plurals))

    def without_prefix(self, noun: str) -> str:
        """Return a noun of a person without a prefix such as "ex-"; another word as it is."""
        rests = (noun[len(one) :] for one in self.prefixes if noun.startswith(one) and noun not in self.people)
        return next((rest for rest in rests if rest in self.people), noun)

    def compound(self, following: Sequence[str]) -> tuple[int, str]:
        """Return how many of the words, in lower case, mean a person together, and a noun of the same role.

        Args:
            following: Words of a text from one on. If they mean nobody, the answer is 0 and an empty noun.
        """
        for length in range(min(MAX_COMPOUND, len(following)), 1, -1):
            phrase = " ".join(following[:length]).replace("'", "’").replace("’ ", "’")
            if phrase in self.compounds:
                return length, self.compounds[phrase]
        return 0, ""

    def announces_statement(self, line: str) -> bool:
        """Return whether a line announces a statement without marks: "Statement by X:"."""
        is_line = line.rstrip().endswith(":") and len(line.split()) <= _MAX_HEADING
        return is_line and self.statement.fullmatch(line) is not None and not any(mark in line for mark in FAMILY)

    def gender_of(self, noun: str) -> Number:
        """Return the gender that the form of a noun of a person shows."""
        if noun not in self.roles and not self.person.fullmatch(noun):
            return "any"
        if self.feminine.fullmatch(noun):
            return "f"
        return "m" if self.masculine.fullmatch(noun) else "any"


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
    demonstratives = frozenset(determiners.pop("demonstratives").split())
    possessives = frozenset(determiners.pop("possessives").split())
    words, nouns = table["words"], table["nouns"]
    roles: dict[str, set[str]] = {}
    for role, members in table["roles"].items():
        for noun in members.split():
            roles.setdefault(noun, set()).add(role)
    return SpeechWords(
        verbs=frozenset(verbs),
        auxiliaries=frozenset(table["auxiliaries"]["words"].split()),
        pronouns=_by_word(table["pronouns"]),
        determiners=_by_word(determiners),
        indefinite=indefinite,
        demonstratives=demonstratives,
        possessives=possessives,
        titles=_by_word(table["titles"]),
        groups=frozenset(
            f"{nouns['groups']} {nouns['more_groups']} {nouns['documents']} {nouns['statements']}".split()
        ),
        generic=frozenset(nouns["generic"].split()),
        documents=frozenset(nouns["documents"].split()),
        people=frozenset(f"{nouns['people']} {nouns['generic']}".split()) | roles.keys(),
        places=frozenset(nouns["places"].split()),
        not_speakers=frozenset(nouns["not_speakers"].split()),
        signs=frozenset(nouns["signs"].split()),
        statements=frozenset(nouns["statements"].split()),
        bodies=frozenset(nouns["bodies"].split()),
        roles={noun: frozenset(found) for noun, found in roles.items()},
        plurals=frozenset(words["plurals"].split()),
        person=re.compile(words["person"]),
        feminine=re.compile(words["feminine"]),
        masculine=re.compile(words["masculine"]),
        according=_phrases(words["according"]),
        sides=_phrases(words["sides"]),
        impersonal=frozenset(words["impersonal"].split()),
        weakly_according=frozenset(words["weakly_according"]),
        prepositions=frozenset(words["prepositions"].split()),
        openers=frozenset(words["openers"].split()),
        particles=frozenset(words["particles"].split()),
        relatives=frozenset(words["relatives"].split()),
        conjunctions=frozenset(words["conjunctions"].split()),
        clitics=frozenset(words["clitics"].split()),
        function_words=_function_words(table),
        finite=re.compile(words["finite"]),
        leading_adjectives=frozenset(words["leading_adjectives"].split()),
        adjective=re.compile(words["adjective"]),
        links=frozenset(words["links"].split()),
        utterances=frozenset(words["utterances"].split()),
        agents=frozenset(words["agents"].split()),
        thus=_phrases(words["thus"]),
        subordinators=frozenset(words["subordinators"].split()),
        compounds={phrase: noun for noun, phrases in table["compounds"].items() for phrase in phrases},
        prefixes=tuple(words["prefixes"].split()),
        masculine_names=frozenset(words.get("masculine_names", "").split()),
        likeness=frozenset(words["likeness"].split()),
        adverbs=frozenset(words["adverbs"].split()),
        gerund=re.compile(words["gerund"]),
        infinitive=re.compile(words.get("infinitive", "(?!)")),
        reading=frozenset(words["reading"].split()),
        own_view=_phrases(words["own_view"]),
        therein=frozenset(words["therein"].split()),
        silent_verbs=frozenset(words["silent_verbs"].split()),
        name_verbs=frozenset(words["name_verbs"].split()),
        reported=frozenset(words.get("reported", "").split()),
        present=re.compile(words["present"]),
        participle=re.compile(words["participle"]),
        inserted=frozenset(words["inserted"].split()),
        circumstance=re.compile(words["circumstance"]),
        statement=re.compile(words["statement"], re.IGNORECASE),
        question_labels=frozenset(words["question_labels"].split()),
        answer_labels=frozenset(words["answer_labels"].split()),
        outlet=re.compile(words["outlet"]),
        host=re.compile(words["host"]),
        behind_comma=frozenset(words.get("behind_comma", "").split()),
        asked_by=re.compile(words["asked_by"], re.MULTILINE),
        naming=frozenset(words["naming"].split()),
        nouns_have_capitals=words.get("nouns_have_capitals", False),
        drops_pronouns=words.get("drops_pronouns", False),
    )


def _function_words(table: Mapping[str, Any]) -> frozenset[str]:
    lists = [table["words"][name] for name in ("prepositions", "openers", "relatives", "conjunctions", "clitics")]
    lists += [*table["determiners"].values(), *table["pronouns"].values(), *table["auxiliaries"].values()]
    return frozenset(word for words in lists for word in words.split())


def _singulars(noun: str, plurals: frozenset[str]) -> tuple[str, ...]:
    """Return the forms that a plural may have as a singular."""
    stems = [noun.removesuffix(ending) for ending in plurals if noun.endswith(ending)]
    vowels = "oae" if "i" in plurals else ""
    return tuple(stem + vowel for stem in stems for vowel in ("", *vowels))


def _phrases(phrases: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_ELISION.sub(r"\1 ", phrase).split()) for phrase in phrases)


def _by_word(table: Mapping[str, str]) -> dict[str, Any]:
    return {word: kind for kind, words in table.items() for word in words.split()}
