"""What depends on the language of an article, as data: one folder of TOML files per language.

To add a language, add a folder named with its code that has the same files and the same keys as ``en``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Final

from narrate.errors import NarrateError
from narrate.languages.loading import load_words

__all__ = [
    "ENGLISH",
    "AttributionWords",
    "BoilerplateWords",
    "CapitalsWords",
    "Language",
    "SentenceWords",
    "disclaimer_for",
    "english_original",
    "language_of",
    "load_language",
    "supported_languages",
]

Words = frozenset[str]
Pattern = re.Pattern[str]
_CAPITALIZED: Final = re.compile(r"\b[A-Z]\w+")
_MAX_OWN_WORDS: Final = 25
"""Words of a question that says "I" and not "you"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttributionWords:
    """The words and patterns by which attribution finds speakers. ``attribution.toml`` explains each of them.

    Two of them are equal only if they are one object, so that results are kept for them at no cost.
    """

    saying_verbs: Words
    other_reporting_verbs: Words
    plain_reporting_verbs: Words
    plain_reporting_verbs_behind: Words
    closing_reporting_verbs: Words
    uttering_verbs: Words
    judging_verbs: Words
    passive_speech_verbs: Words
    hearing_verbs: Words
    continuing_verbs: Words
    thinking_verbs: Words
    showing_verbs: Words
    recalling_verbs: Words
    relative_subjects: Words
    nouns_of_several: Mapping[str, str]
    participle_openers: Words
    cry_nouns: Words
    putting_verbs: Words
    gesture_verbs: Words
    participle_ending: str
    addressing_verbs: Words
    forms_of_be: Words
    roles: Words
    verblike_roles: Words
    role_endings: tuple[str, ...]
    origin_pattern: Pattern
    trade_endings: tuple[str, ...]
    role_synonyms: Mapping[str, str]
    wider_roles: Mapping[str, str]
    office_qualifiers: Mapping[str, str]
    gendered_roles: Mapping[str, str]
    role_end_pattern: Pattern
    state_roles: Words
    spokespeople: Words
    groups: Words
    group_name_words: Words
    first_names_of_groups: Words
    organizations: Words
    general_organizations: Words
    ratings: Words
    heading_pattern: Pattern
    rating_pattern: Pattern
    introducing_determiners: Words
    firms_or_persons: Words
    texts: Words
    sent_texts: Words
    issued_texts: Words
    posted_texts: Words
    networks: Words
    network_prepositions: Words
    seat_participles: Words
    given_words: Words
    receiver_prepositions: Words
    topic_openers: Words
    confirming_verbs: Words
    sending_verbs: Words
    receiving_verbs: Words
    giving_participles: Words
    writing_verbs: Words
    issuing_participles: Words
    text_prepositions: Words
    presenting_verbs: Words
    parts_of_texts: Words
    opinion_prepositions: Words
    affecting_verbs: Words
    bearing_verbs: Words
    relative_pronouns: Words
    text_verbs: Words
    telling_verbs: Words
    author_pronouns: Words
    telling_participles: Words
    agent_preposition: str
    numbered_offices: Words
    sender_prepositions: Words
    attributing_verbs: Words
    attributing_preposition: str
    topic_prepositions: Words
    source_prepositions: Words
    accompanying_preposition: str
    speaking_participles: Words
    claiming_verbs: Words
    claim_making_verbs: Words
    claim_nouns: Words
    claim_label_pattern: Pattern
    myth_label_pattern: Pattern
    titles: Words
    surname_titles: Words
    gendered_titles: Mapping[str, str]
    abbreviated_titles: Words
    name_abbreviations: Words
    age_words: Words
    age_pattern: Pattern
    states: Mapping[str, str]
    parties: Mapping[str, str]
    place_words: Words
    months_and_days: Words
    name_particles: Words
    family_names_before_first: Words
    name_suffixes: Words
    name_joining_words: Words
    group_joining_words: Words
    description_joining_words: Words
    description_prepositions: Words
    one_pattern: Pattern
    one_replacement: str
    assistants: Words
    assistant_preposition: str
    personal_relatives: Words
    asking_roles: Words
    general_persons: Words
    parents: Words
    exchanges: Words
    opening_verbs: Words
    nameless_roles: Words
    former_words: Words
    description_participles: Words
    participle_prepositions: Words
    not_name_words: Words
    said: Words
    small_name_words: Words
    small_title_words: Words
    small_heading_words: Words
    pronouns: Words
    subject_pronouns: Words
    object_pronouns: Words
    plural_pronouns: Words
    reflexive_pronouns: Words
    pronoun_referents: Mapping[str, str]
    personal_words: Words
    determiners: Mapping[str, str]
    definite_determiners: Words
    standalone_subjects: Words
    indefinite_subjects: Words
    unidentified_speakers: Words
    plain_action_verbs: Words
    street_words: Words
    site_words: Words
    site_prepositions: Words
    site_preposition: str
    site_verbs: Words
    role_fields: Mapping[str, str]
    kindred_roles: Mapping[str, Words]
    open_roles: Words
    appositions: Words
    conjunctions: Words
    content_conjunctions: Words
    clause_openers: Words
    comparing_words: Words
    question_labels: Words
    answer_labels: Words
    interviewer_name: str
    columnist_name: str
    first_person_name: str
    stand_in: str
    pinyin_pattern: Pattern
    syllables_pattern: Pattern
    genitive_pattern: Pattern
    seat_pattern: Pattern
    amount_pattern: Pattern
    given_name_pattern: Pattern
    given_name_ends: Words
    name_line_pattern: Pattern
    first_person_pattern: Pattern
    first_person_plural_pattern: Pattern
    news_pattern: Pattern
    name_giving_pattern: Pattern
    reply_pattern: Pattern
    own_words_pattern: Pattern
    words_of_pattern: Pattern
    put_so_pattern: Pattern
    leading_phrase_pattern: Pattern
    owner_pattern: Pattern
    answer_pattern: Pattern
    identifying_pattern: Pattern
    introducing_prepositions: Words
    asking_verbs: Words
    question_words: Words
    signature_pattern: Pattern
    term_pattern: Pattern
    saying_pattern: Pattern
    cry_before_pattern: Pattern
    cry_source_pattern: Pattern
    cry_behind_pattern: Pattern
    sung_before_pattern: Pattern
    sung_behind_pattern: Pattern
    meaning_behind_pattern: Pattern
    worn_sign_pattern: Pattern
    lettered_thing_pattern: Pattern
    it_reads_pattern: Pattern
    lettered_behind_pattern: Pattern
    customary_term_pattern: Pattern
    called_behind_pattern: Pattern
    insider_term_pattern: Pattern
    became_pattern: Pattern
    described_pattern: Pattern
    agent_pattern: Pattern
    what_called_pattern: Pattern
    called_pattern: Pattern
    sign_pattern: Pattern
    work_pattern: Pattern
    title_behind_pattern: Pattern

    def is_reporting_verb(self, word: str) -> bool:
        """Return whether the verb may report words."""
        return word in self.saying_verbs or word in self.other_reporting_verbs

    def is_title(self, word: str) -> bool:
        """Return whether the word may stand before a name without being part of it."""
        return word in self.titles or word in self.gendered_titles

    def is_role(self, word: str) -> bool:
        """Return whether the noun names one person by what he or she is."""
        return word in self.roles or word in self.gendered_roles or word.endswith(self.role_endings)

    def is_group(self, word: str) -> bool:
        """Return whether the noun names a group, or a document that speaks for one."""
        singular = word[:-3] + "y" if word.endswith("ies") else word[:-1] if word.endswith("s") else ""
        return word in self.groups or singular in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceWords:
    """The words by which text is cut into quotations and sentences. ``sentences.toml`` explains each of them."""

    disclaimer: str
    unfinished_abbreviations: Words
    final_abbreviations: Words
    number_abbreviations: Words
    answer_pattern: Pattern
    ordinal_pattern: Pattern
    sentence_openers: Words
    calendar_words: Words
    capital_word: str
    apostrophe_endings: tuple[str, ...]
    clipped_words: Words
    elision_pattern: Pattern
    interview_pattern: Pattern
    edited_pattern: Pattern
    statement_pattern: Pattern
    statement_closing_pattern: Pattern
    statement_end_pattern: Pattern
    account_pattern: Pattern
    account_end_pattern: Pattern
    speech_lead_pattern: Pattern
    printed_lead_pattern: Pattern
    spoken_text_pattern: Pattern
    audience_pattern: Pattern
    rubric_pattern: Pattern
    lead_pattern: Pattern
    pointing_pattern: Pattern
    text_lead_pattern: Pattern
    network_heading_pattern: Pattern
    quoting_lead_pattern: Pattern
    excerpt_lead_pattern: Pattern
    excerpted_pattern: Pattern
    answer_lead_pattern: Pattern
    post_lead_pattern: Pattern
    online_pattern: Pattern
    plea_pattern: Pattern
    turning_pattern: Pattern
    reported_pattern: Pattern
    reporter_pattern: Pattern
    address_opening_pattern: Pattern
    chat_pattern: Pattern
    talk_pattern: Pattern
    column_label_pattern: Pattern
    entry_signature_pattern: Pattern
    entries_lead_pattern: Pattern
    salutation_pattern: Pattern
    letter_close_pattern: Pattern
    letter_name_pattern: Pattern
    interviewer_pattern: Pattern
    address_pattern: Pattern
    personal_pattern: Pattern
    singular_pattern: Pattern
    function_words: Words

    def is_account(self, text: str) -> bool:
        """Return whether words that end in a question are no question of an interview: long, with "I" and no "you"."""
        is_own = self.personal_pattern.search(text) is not None and self.address_pattern.search(text) is None
        return is_own and len(text.split()) > _MAX_OWN_WORDS

    def names_in(self, text: str) -> set[str]:
        """Return the capitalized words of a text that are no days, months or words with which sentences begin."""
        others = self.sentence_openers | self.calendar_words
        return {word for word in _CAPITALIZED.findall(text) if word.lower() not in others}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoilerplateWords:
    """The words and phrases around a news story. ``boilerplate.toml`` explains each of them."""

    byline_words: tuple[str, ...]
    joining_word: str
    name_particles: Words
    byline: Pattern
    byline_start: Pattern
    date: Pattern
    agency_dateline: Pattern
    dateline: Pattern
    disclaimer: Pattern
    advertisement: Pattern
    related: Pattern
    stamp: Pattern
    live_stamp: Pattern
    photo: Pattern
    correction: Pattern
    about_writer: Pattern
    about_writer_line: Pattern
    write_in: Pattern
    reach: Pattern
    newsletter: Pattern
    credit: Pattern
    copyright: Pattern
    comments: Pattern
    filed_under: Pattern
    link_label: Pattern
    marked_link_label: Pattern
    share_bar: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalsWords:
    """The words by which an article in capitals gets small letters. ``capitals.toml`` explains each of them."""

    calendar: Words
    peoples: Words
    places: Words
    companies: Words
    titles: Words
    offices: Words
    phrases: Words
    institutions: Words
    months_too: Words
    before_month: Words
    initialisms_too: Words
    before_initialism: Words
    after_initialism: Words
    spellings: Mapping[str, str]
    not_names: Words
    reporting: Words
    words_too: Words
    name_suffixes: Words
    before_nouns: Words
    words_in_capitals: Words
    never_initials: Words
    prefixes: Words
    endings: Words
    endings_for: Mapping[str, str]


@dataclass(frozen=True)
class Language:
    """The data of one language. Each file is read when it is first used."""

    code: str
    """ISO 639 code, which is the name of the folder."""

    @cached_property
    def attribution(self) -> AttributionWords:
        """The content of ``attribution.toml``."""
        return load_words(AttributionWords, self.code, "attribution.toml")

    @cached_property
    def sentences(self) -> SentenceWords:
        """The content of ``sentences.toml``."""
        return load_words(SentenceWords, self.code, "sentences.toml")

    @cached_property
    def capitals(self) -> CapitalsWords:
        """The content of ``capitals.toml``."""
        return load_words(CapitalsWords, self.code, "capitals.toml")

    @cached_property
    def boilerplate(self) -> BoilerplateWords:
        """The content of ``boilerplate.toml``."""
        return load_words(BoilerplateWords, self.code, "boilerplate.toml")


@cache
def load_language(code: str) -> Language:
    """Return the data of a language.

    Args:
        code: ISO 639 code, such as ``en``.

    Raises:
        NarrateError: There is no data for that language.
    """
    if not resources.files(__name__).joinpath(code, "sentences.toml").is_file():
        choices = ", ".join(supported_languages())
        raise NarrateError(f"Cannot load language '{code}': it is not supported. Choose: {choices}.")
    return Language(code)


@cache
def supported_languages() -> tuple[str, ...]:
    """Return the codes of the languages that articles may have, in alphabetical order."""
    folders = resources.files(__name__).iterdir()
    return tuple(sorted(folder.name for folder in folders if folder.joinpath("sentences.toml").is_file()))


ENGLISH: Final = load_language("en")
"""The language of articles for which no other language is chosen."""


@cache
def language_of(tag: str | None) -> Language:
    """Return the data of an article's language.

    Args:
        tag: A BCP 47 tag such as ``en-GB``, or None if the language is not known.

    Returns:
        ``ENGLISH`` if the language is not known or not supported.
    """
    code = (tag or ENGLISH.code).partition("-")[0].lower()
    is_supported = code.isalpha() and resources.files(__name__).joinpath(code, "sentences.toml").is_file()
    return load_language(code) if is_supported else ENGLISH


def disclaimer_for(tag: str | None, configured: str) -> str:
    """Return what an edition opens with.

    Args:
        tag: The language of the article, as for :func:`language_of`.
        configured: The configured disclaimer.

    Returns:
        The disclaimer of the article's language if the configured one is the default, which is that of English.
    """
    return language_of(tag).sentences.disclaimer if configured == ENGLISH.sentences.disclaimer else configured


def english_original(tag: str | None, disclaimer: str) -> str:
    """Return the English sentence of which ``disclaimer`` is the translation; empty if it is none.

    Args:
        tag: The language of the article, as for :func:`language_of`.
        disclaimer: What the edition opens with.
    """
    original, own = ENGLISH.sentences.disclaimer, language_of(tag).sentences.disclaimer
    return original if disclaimer == own and own != original else ""
