"""Find the mentions of an article: the places in the narration that name, describe or stand for a possible speaker."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container
from dataclasses import replace
from typing import Any, Final, Literal

from narrate.attribution.appositions import linked_mentions
from narrate.attribution.gender import is_first_name
from narrate.attribution.mention import Mention, MentionKind
from narrate.attribution.parse import Paragraph, Token
from narrate.attribution.token_runs import (
    age_behind,
    entity_type_of,
    is_surname,
    joined_to,
    last_before,
    relative_end,
    subjects_by_verb,
    text_of,
    topic_of,
)

_NUMBER_ENTITIES: Final = frozenset("DATE TIME MONEY PERCENT QUANTITY CARDINAL ORDINAL".split())
_SUBJECTS: Final = frozenset("nsubj nsubjpass csubj agent expl".split())
_HANDLE: Final = re.compile(r"@\w[\w.]*\w|[A-Za-z]+(?:_[A-Za-z0-9]+)+|[a-z]{6,}\d{2,4}")
"""A handle ("@AnnLee") or the name of a user ("north_star", "dragonfly88")."""
_MAX_NICKNAME_TOKENS: Final = 5
_MAX_NOMINAL_TOKENS: Final = 20
"""More tokens than a description has before its head, and so descriptions that can hold a mention."""
_MAX_TOKENS_BEFORE_VERB: Final = 10
"""Tokens between a quotation and the verb behind it that belong to the subject."""
_SYLLABLES: Final = re.compile(r"\b[A-Z][a-z]+[-‑][a-z]+\b")
_MAX_NAMING_TOKENS: Final = 8
"""Tokens of a phrase that leads to the name that somebody gives."""


def find_mentions(paragraph: Paragraph, surnames: Container[str] = ()) -> list[Mention]:
    """Return the mentions in the narration of one paragraph, in order; ``surnames`` are those of the article."""
    return _MentionFinder(paragraph, surnames).find()


class _MentionFinder:
    def __init__(self, paragraph: Paragraph, surnames: Container[str]) -> None:
        self.paragraph = paragraph
        self.surnames = surnames
        self.tokens = paragraph.tokens
        self.token = paragraph.token
        self.words = paragraph.words
        self.subjects = subjects_by_verb(paragraph.tokens)

    def find(self) -> list[Mention]:
        mentions, behind = list[Mention](), 0
        for i, token in enumerate(self.tokens):
            if i < behind or token.quotation >= 0:
                continue
            if self.is_numbered_office(i):
                behind = i + 2
                mentions.append(self.mention("name", i, i + 1, i + 1, entity_type="ORG"))
            elif self.is_name_token(token) or _HANDLE.fullmatch(token.text):
                behind = self.name_end(i) + 1
                mentions += [m for part in self.parts(i, behind - 1) for m in self.names(*part)]
            elif token.lower in self.words.pronouns and token.tag in {"PRP", "PRP$", "WP"}:
                age, is_plural = age_behind(self.tokens, i, self.words), token.lower in self.words.plural_pronouns
                mentions.append(self.mention("pronoun", i, i, i, plural=is_plural, age=age))
            elif self.is_nominal_head(token) or self.stands_alone(token):
                mentions.append(self.nominal(i))
        mentions = linked_mentions(self.paragraph, mentions)
        heading = self.is_heading()
        nominals = sorted((m for m in mentions if m.kind == "nominal"), key=lambda mention: mention.head)
        for at, mention in enumerate(mentions):
            behind = bisect_right(nominals, mention.last, key=lambda nominal: nominal.head)
            modifier = any(one.first <= mention.first for one in nominals[behind : behind + _MAX_NOMINAL_TOKENS])
            if heading or modifier:
                mentions[at] = replace(mention, heading=heading, modifier=mention.modifier or modifier)
        return mentions

    def is_numbered_office(self, i: int) -> bool:
        """Return whether the name of an office that is a number begins ("No 10 said")."""
        if not self.token(i + 1).text or not self.tokens[i].text[0].isupper():
            return False
        is_name = text_of(self.tokens, i, i + 1).lower() in self.words.numbered_offices
        return is_name and (self.phrase_ends(i + 1) or self.token(i + 2).tag == "POS")

    def is_heading(self) -> bool:
        """Return whether nearly every long word has a capital; only the first paragraph may be one with speech."""
        tokens, small = self.tokens, self.words.small_heading_words
        words = [t.text for t in tokens if len(t.text) > 2 and t.text[0].isalpha() and t.lower not in small]
        speaks = self.paragraph.number > 0 and any(t.quotation >= 0 for t in tokens)
        return not speaks and len(words) >= 4 and sum(w[0].isupper() for w in words) > 0.9 * len(words)

    def parts(self, first: int, last: int) -> list[tuple[int, int]]:
        """Cut a run of name tokens where the name of a person ends and that of a place begins ("Sanders Iowa")."""
        tokens, parts, start = self.tokens, list[tuple[int, int]](), first
        for i in range(first + 1, last + 1):
            a, b = tokens[i - 1].entity, tokens[i].entity
            is_inside = tokens[i - 1].lower in self.words.name_particles
            if a == "PERSON" and not is_inside and b in {"GPE", "NORP", "ORG"} and tokens[i].tag != "POS":
                parts.append((start, i - 1))
                start = i
        return [*parts, (start, last)]

    def is_name_token(self, token: Token) -> bool:
        if not token.text[:1].isalnum():
            return False
        if token.lower in self.words.months_and_days and token.entity != "PERSON" and token.dep != "nsubj":
            return token.head == token.i + 1 and self.is_title(self.token(token.i - 1))  # "Mr Sunday Oke"
        if token.entity in _NUMBER_ENTITIES:
            return token.entity in {"CARDINAL", "DATE"} and token.tag in {"NNP", "NNPS"}
        if token.lower in self.words.not_name_words:
            return False
        if token.tag in {"NNP", "NNPS"} or (token.dep == "nsubj" and token.text in self.surnames):
            return token.text[0].isupper() or token.text[0].isdigit() or token.entity == "PERSON"
        is_name = token.entity in {"PERSON", "ORG"} and token.text[0].isupper()
        return is_name and token.tag not in {"DT", "PRP", "IN", "PRP$"}

    def is_title(self, token: Token) -> bool:
        return self.words.is_title(token.lower.strip("."))

    def name_end(self, first: int) -> int:
        tokens, last = self.tokens, first
        while True:
            following = self.token(last + 1)
            is_abbreviated = self.is_abbreviation(tokens[last])
            if nickname := self.nickname_end(last):
                last = nickname
                continue
            if following.quotation >= 0 or (following.sentence != tokens[first].sentence and not is_abbreviated):
                return last
            if self.is_name_token(following):
                last += 1
            elif (following.text in {"-", "‑"} and self.is_hyphenated(last + 1)) or self.joins(last + 1):
                last += 2
            else:
                return last

    def is_abbreviation(self, token: Token) -> bool:
        is_part = token.lower in self.words.name_abbreviations
        return is_part or (token.text.endswith(".") and self.is_title(token))

    def nickname_end(self, last: int) -> int:
        """Return where a name goes on behind a nickname in marks (Ann "Ace" Lee); 0 if none follows."""
        opening = self.token(last + 1)
        if opening.quotation < 0:
            return 0
        behind = last + 1
        while self.token(behind).quotation == opening.quotation and behind - last <= _MAX_NICKNAME_TOKENS:
            behind += 1
        following = self.token(behind)
        is_split = self.is_name_token(following) and following.quotation < 0 and following.sentence == opening.sentence
        return behind if is_split and self.is_name_token(self.tokens[last]) else 0

    def is_hyphenated(self, i: int) -> bool:
        """Return whether a hyphen joins the parts of a name, also if the second is in lower case ("Hyun-woo")."""
        before, hyphen, after = self.token(i - 1), self.token(i), self.token(i + 1)
        if hyphen.start != before.end or hyphen.end != after.start:
            return False
        given = self.is_name_token(self.token(i + 2)) and len(before.text) < 6
        return after.text[0].isupper() or after.entity == "PERSON" or given

    def joins(self, i: int) -> bool:
        """Return whether token ``i`` joins two parts of a name: "of" of a group, "van" of a person, "'s" of both."""
        token, before, after = self.token(i), self.token(i - 1), self.token(i + 1)
        if not self.is_name_token(after):
            return False
        if token.lower in self.words.name_particles and token.text.islower():
            return True
        same = bool(token.entity) and token.entity == before.entity == after.entity and not after.entity_start
        if token.lower in self.words.name_joining_words:
            if same and token.entity in {"ORG", "FAC", "WORK_OF_ART", "LAW", "EVENT", "GPE"} and not token.entity_start:
                return True
            return token.lower in self.words.group_joining_words and before.lower in self.words.group_name_words
        return token.tag == "POS" and self.group_follows(i + 1)

    def group_follows(self, i: int) -> bool:
        """Return whether the name from ``i`` on ends in a group word ("Russia's Defense Ministry")."""
        tokens = self.tokens
        if tokens[i - 2].entity not in {"GPE", "ORG", "NORP"} and tokens[i - 1].text not in {"'", "’"}:
            return False
        while self.is_name_token(self.token(i + 1)):
            i += 1
        return tokens[i].lower in self.words.group_name_words

    def names(self, first: int, last: int) -> list[Mention]:
        """Return the mention that a run of name tokens makes, without the titles and roles before a person's name."""
        tokens = self.tokens
        start = self.name_start(first, last)
        is_office = start == last and tokens[start].lower not in self.words.surname_titles  # "the Prime Minister"
        if self.is_title(tokens[start]) and (start == first or is_office):
            return [] if self.another_title_follows(last) else [self.nominal(last)]
        ends_in_title = self.is_title(tokens[last]) and tokens[last].lower not in self.words.group_name_words
        ends_in_title = ends_in_title and not is_surname(tokens, start, last, self.words)
        if (start == first < last and ends_in_title) or self.is_origin_of_person(first, last):
            return [self.nominal(last)]
        if self.token(first - 1).text in {"(", ","} and self.party_and_state(first - 2):
            return []
        role_first = self.role_start(first)
        role_first -= role_first < start and self.token(role_first - 1).lower in self.words.former_words
        nouns = [t for t in tokens[role_first:first] if t.tag[:2] == "NN" or t.lower in self.words.former_words]
        titles = tuple(t.lower.strip(".") for t in [*nouns, *tokens[first:start]])
        role = text_of(tokens, role_first, start - 1) if role_first < start else ""
        following = self.token(last + 1)
        modifier = following.quotation < 0 and following.tag in {"NN", "NNS", "POS", "HYPH"}
        modifier = modifier and not self.is_verb_behind(last + 1)
        details: dict[str, Any] = {"titles": titles, "role": role, "roles": self.party_and_state(last)}
        details |= {"plural": tokens[last].tag == "NNPS", "definite": self.token(role_first - 1).lower == "the"}
        is_person = following.text == "," and self.token(last + 2).lower in self.words.personal_relatives
        age = age_behind(self.tokens, last, self.words)
        entity_type = "PERSON" if is_person or age else entity_type_of(tokens[start : last + 1])
        details |= {"entity_type": entity_type, "modifier": modifier, "age": age, "site": self.site(role_first)}
        if self.token(role_first - 1).lower in self.words.given_name_ends:
            before = text_of(tokens, max(0, role_first - _MAX_NAMING_TOKENS), role_first - 1)
            is_act = self.token(role_first - 1).tag == "VBD"  # "The manager named Lee"
            details["given"] = not is_act and self.words.given_name_pattern.search(before) is not None
        return [self.mention("name", start, last, self.name_head(start, last), **details)]

    def name_start(self, first: int, last: int) -> int:
        """Return where a name begins after the titles and roles before it."""
        tokens, start = self.tokens, first
        persons = [i for i in range(first, last + 1) if tokens[i].entity == "PERSON" and tokens[i].entity_start]
        if persons and all(tokens[i].entity == "PERSON" for i in range(persons[0], last + 1)):
            start = persons[0]
        inner = [
            i for i in range(start, last) if self.is_title(tokens[i]) and not is_surname(tokens, start, i, self.words)
        ]
        if inner and last - inner[-1] <= 4:
            rest = tokens[inner[-1] + 1 : last + 1]
            if not any(t.lower in self.words.group_name_words for t in rest):
                start = inner[-1] + 1
        roles = [i for i in range(start + 1, last) if self.is_plain_role(i) and tokens[i - 1].text in {"-", "‑"}]
        start = roles[-1] + 1 if roles else start  # "Oscar-winner Ann Lee"
        while start < last and (
            self.is_title(tokens[start]) or self.is_trade(start, last) or self.is_plain_role(start)
        ):
            start += 1
        return start

    def name_head(self, first: int, last: int) -> int:
        """Return the head of a name: the noun before "of" in "the Bank of England", else its last word."""
        tokens = self.tokens
        if not any(tokens[i].lower in self.words.group_joining_words for i in range(first + 1, last)):
            return last
        return next((i for i in range(first, last) if not first <= tokens[i].head <= last), last)

    def is_plain_role(self, i: int) -> bool:
        """Return whether a word that was taken for part of a name is a role in lower case ("baker Hoa Tran")."""
        return self.tokens[i].text.islower() and self.words.is_role(self.tokens[i].text)

    def is_trade(self, i: int, last: int) -> bool:
        """Return whether the first word of a sentence is a trade before a name ("Boxer Al Fox")."""
        token = self.tokens[i]
        before = self.token(i - 1)
        begins = before.sentence != token.sentence or before.text in {"–", "—", ":"}
        if not begins or last - i < 2 or is_first_name(token.text, self.words):
            return False
        is_named = is_first_name(self.tokens[i + 1].text, self.words)
        return self.words.is_role(token.lower) or (is_named and token.lower.endswith(self.words.trade_endings))

    def party_and_state(self, last: int) -> tuple[str, ...]:
        """Return the role that a party and a state after a name give it: "(D-Md.)" means "Maryland Democrat"."""
        seat = self.words.seat_pattern.match(text_of(self.tokens, last + 1, min(last + 6, len(self.tokens) - 1)))
        state = self.words.states.get(re.sub(r"\W", "", seat[2]).lower()) if seat else None
        return (f"{state.title()} {self.words.parties[seat[1]]}",) if seat and state else ()

    def site(self, first: int) -> Literal["", "may be", "is"]:
        """Return whether the preposition before a name says that it may be, or is, a place ("a pupil at X")."""
        before = self.token(first - 1)
        before = self.token(first - 2) if before.lower == "the" else before
        if before.lower not in self.words.site_prepositions or before.quotation >= 0:
            return ""
        governor = self.token(before.head)
        is_there = governor.lower in self.words.site_verbs or (
            governor.tag[:2] == "NN" and self.words.is_role(governor.lower.removesuffix("s"))
        )
        return "is" if is_there and before.lower == self.words.site_preposition else "may be"

    def is_origin_of_person(self, first: int, last: int) -> bool:
        """Return whether an origin stands for one person, as in "the Bulgarian admitted" and "said the Dutchman"."""
        token, following = self.token(first), self.token(last + 1)
        if first != last or self.token(first - 1).lower not in {"the", "a"}:
            return False
        if self.words.origin_pattern.search(token.lower):
            return following.tag[:2] != "NN" and following.tag not in {"HYPH", "POS"}
        is_known = token.entity == "NORP" and self.token(first - 1).lower == "the" and not token.lower.endswith("s")
        return is_known and token.dep in _SUBJECTS and self.phrase_ends(last)

    def phrase_ends(self, last: int) -> bool:
        """Return whether a verb, an adverb or a mark follows, or nothing."""
        following = self.token(last + 1)
        return following.tag[:2] in {"VB", "RB", "MD"} or not following.text[:1].isalnum()

    def another_title_follows(self, last: int) -> bool:
        """Return whether "and" joins the title to a second one before a name ("Gov. and Chairman Ed Rendell")."""
        tokens = self.tokens
        if last + 3 >= len(tokens) or tokens[last + 1].lower != "and":
            return False
        return any(self.is_title(t) and t.tag == "NNP" for t in tokens[last + 2 : last + 7])

    def role_start(self, first: int) -> int:
        """Return where the role before a name begins: "Kremlin spokesman" in "the Kremlin spokesman Dmitry Peskov"."""
        tokens, i = self.tokens, first - 1
        word = self.token(i).lower.rpartition("-")[2]
        is_role = self.words.is_role(word) or self.words.is_title(word.strip(".")) or self.may_precede_name(word)
        if self.token(i).tag not in {"NN", "NNS"} or self.token(i).quotation >= 0 or not is_role:
            return first
        while i > 0 and first - i < 8 and tokens[i - 1].quotation < 0:
            before = tokens[i - 1]
            describes = before.tag[:2] in {"NN", "JJ", "VB"} or before.tag in {"POS", "HYPH", "CC", "CD"}
            if not describes or before.tag in {"VBD", "VBZ", "VBP", "VB"} or before.sentence != tokens[first].sentence:
                break
            i -= 1
        while tokens[i].tag in {"CC", "POS", "HYPH"} and i < first:
            i += 1
        return i

    def may_precede_name(self, word: str) -> bool:
        """Return whether a noun right before a name describes it ("spokesman Dmitry Peskov", "operator Northline")."""
        words = self.words
        return words.is_role(word.removesuffix("s")) or (words.is_group(word) and word not in words.texts)

    def is_nominal_head(self, token: Token) -> bool:
        """Return whether a token is a common noun that heads a phrase that could be a speaker."""
        if token.tag[:2] != "NN" or (token.tag in {"NNP", "NNPS"} and not token.text.islower()):
            return False
        following = self.token(token.i + 1)
        is_before_verb = self.is_verb_behind(following.i)
        if (following.tag in {"NN", "NNS", "POS", "HYPH"} and not is_before_verb) or self.is_verb_behind(token.i):
            return False
        name_follows = self.is_name_token(following)
        if name_follows and token.dep == "compound":
            return False
        word = token.lower.rpartition("-")[2]
        if self.words.is_role(word) or self.words.is_role(word.removesuffix("s")) or self.words.is_group(word):
            return not (name_follows and self.may_precede_name(word))
        if token.dep in _SUBJECTS or word in self.words.age_words or is_before_verb:
            return True
        return self.is_reporting_behind(token) or self.is_source(token)

    def is_source(self, token: Token) -> bool:
        """Return whether a noun is a source: a text behind "per", or the agent behind "by" right behind a quotation."""
        before = self.token(self.nominal_start(token.i) - 1)
        is_agent = before.lower == self.words.agent_preposition and self.token(before.i - 1).quotation >= 0
        return is_agent or (before.lower in self.words.source_prepositions and token.lower in self.words.texts)

    def is_verb_behind(self, i: int) -> bool:
        """Return whether a plain reporting verb that the tagger takes for a noun follows a quotation and its subject.

        An example is "show" in ``"...," court records show``.
        """
        token = self.token(i)
        if token.tag not in {"NN", "NNS", "VBP", "VBZ"} or token.lower not in self.words.plain_reporting_verbs_behind:
            return False
        begin = i
        while begin and self.tokens[begin - 1].quotation < 0 and i - begin <= _MAX_TOKENS_BEFORE_VERB:
            begin -= 1
        is_only = not any(t.tag in {"VBD", "VBZ", "VBP", "MD"} or t.text in ".;" for t in self.tokens[begin:i])
        following = self.token(i + 1)
        is_behind = begin > 0 and i - begin > 1 and self.tokens[begin - 1].quotation >= 0
        return is_only and is_behind and (following.tag in {"IN", "RB"} or not following.text[:1].isalnum())

    def is_reporting_behind(self, token: Token) -> bool:
        """Return whether a noun follows a reporting verb right behind a quotation (``"Out!" shouted a proud dad``)."""
        first = self.nominal_start(token.i)
        verb, before = self.token(first - 1), self.token(first - 2)
        is_determined = self.token(first).lower in self.words.determiners
        is_behind = before.quotation >= 0 and verb.quotation < 0
        return is_determined and is_behind and self.words.is_reporting_verb(verb.lower)

    def stands_alone(self, token: Token) -> bool:
        """Return whether a word that is not tagged as a noun is a speaker: "said another", "the US daily wrote"."""
        i = token.i
        if (
            i > 1
            and self.tokens[i - 1].tag == "HYPH"
            and f"{self.tokens[i - 2].lower}-{token.lower}" in self.words.texts
        ):
            return True  # "a voice-over says"
        if token.lower in self.words.relative_subjects and self.words.is_reporting_verb(self.token(token.head).lower):
            return relative_end(self.tokens, i) > i
        if token.lower in self.words.standalone_subjects:
            last = self.of_phrase_end(i)
            behind = last + 1 + (self.token(last + 1).tag == "RB")
            speaks = any(t.lower in self.words.saying_verbs for t in (self.token(i - 1), self.token(behind)))
            speaks = speaks or (last > i and self.words.is_reporting_verb(self.token(behind).lower))
            return speaks and (last > i or self.phrase_ends(i))
        if token.lower in self.words.age_words and self.token(i - 1).tag == "HYPH":
            verb, following = self.token(i + 1), self.token(i + 2)  # "the 47-year-old plans to go", "... recalls."
            ends = verb.lower in self.words.closing_reporting_verbs and not following.text[:1].isalnum()
            return (verb.tag == "NNS" and (following.tag == "TO" or ends)) or self.phrase_ends(i)
        if not self.phrase_ends(i):
            return False
        if token.tag == "JJ" and token.dep == "nsubj" and self.token(i - 1).lower in self.words.standalone_subjects:
            return True
        is_subject = token.tag in {"JJ", "RB", "CD"} and token.dep in {"nsubj", "nsubjpass"} and token.text.isalpha()
        return is_subject and any(t.head == i and t.dep == "det" for t in self.tokens[max(0, i - 8) : i])

    def nominal(self, i: int) -> Mention:
        tokens, first = self.tokens, self.nominal_start(i)
        is_alone = tokens[i].lower in self.words.standalone_subjects
        has_determiner = tokens[first].tag in {"DT", "PRP$", "CD"} or is_alone
        determiner = tokens[first].lower if has_determiner else ""
        is_those = tokens[i].lower in self.words.relative_subjects
        plural = (tokens[i].tag in {"NNS", "NNPS", "CD"} or is_those) and not is_alone
        definite = determiner in self.words.definite_determiners or (not determiner and not plural)
        roles = (text_of(tokens, min(i, first + bool(determiner)), i),)
        last = relative_end(tokens, i) if is_those else self.of_phrase_end(i)
        details: dict[str, Any] = {"titles": (determiner,) if determiner else (), "roles": roles}
        age = self.words.age_pattern.search(roles[0])
        details |= {"plural": plural, "definite": definite, "age": int(age[1]) if age else 0}
        is_like = tokens[i].dep == "pobj" and self.token(tokens[i].head).lower in self.words.comparing_words
        is_bare = not determiner and not plural and tokens[i].dep not in _SUBJECTS and tokens[i].dep != "ROOT"
        details["predicate"] = is_like or is_bare or (tokens[i].dep == "attr" and not definite)
        return self.mention("nominal", first, last, i, **details)

    def nominal_start(self, i: int) -> int:
        tokens, first = self.tokens, i
        while first > 0 and i - first < 9:
            before = tokens[first - 1]
            if before.quotation >= 0 or before.sentence != tokens[i].sentence:
                break
            if before.tag in {"DT", "PRP$"} or before.lower == "one":
                return first - 1
            if before.tag[:2] in {"NN", "JJ"} or before.tag in {"POS", "HYPH", "CD", "VBN", "VBG", "RBS"}:
                first = max(0, first - (2 if before.tag == "HYPH" else 1))  # "a follow-up post"
                continue
            is_joint = before.lower in self.words.description_joining_words
            is_between_names = self.is_name_token(self.token(first - 2)) and self.is_name_token(tokens[first])
            if not (is_joint and is_between_names):
                break
            first -= 2
        return first

    def of_phrase_end(self, i: int) -> int:
        """Return the end of a complement of a noun ("a spokesman for the airline"); ``i`` if there is none.

        A word such as "familiar" may stand between the two ("an official familiar with the talks").
        """
        first, last = i + 1, i
        is_joined = self.token(first).head == i and self.token(first).lower in self.words.description_participles
        first += is_joined
        preposition = self.token(first)
        prepositions = self.words.participle_prepositions if is_joined else self.words.description_prepositions
        is_assistant = preposition.lower == self.words.assistant_preposition
        is_attached = preposition.head == first - 1 or (is_assistant and self.tokens[i].lower in self.words.assistants)
        if not is_attached or preposition.lower not in prepositions:
            return i
        for token in self.tokens[first + 1 : first + 9]:
            is_noun = token.tag[:2] == "NN"
            is_part = (
                token.tag[:2] == "JJ"
                or token.tag in {"DT", "POS", "HYPH", "CD", "PRP$"}
                or token.lower in {"of", "&"}
                or (token.tag == "VBN" and token.dep == "amod")
            )
            if token.quotation >= 0 or not (is_noun or is_part):
                break
            last = token.i if is_noun else last
        return last

    def mention(self, kind: MentionKind, first: int, last: int, head: int, **details: Any) -> Mention:
        tokens = self.tokens
        own = [t for t in tokens[first : last + 1] if t.quotation < 0 or t.i == first]
        text = text_of(tokens, first, last) if len(own) == last + 1 - first else " ".join(t.text for t in own)
        place = (self.paragraph.number, first, last, head, tokens[first].start, tokens[last].end)
        words = tuple(text.split()) if kind == "name" and _SYLLABLES.search(text) else tuple(t.text for t in own)
        details["pronoun_for"] = self.words.pronoun_referents.get(text.lower(), "")
        details["subject"] = joined_to(tokens, head).dep in _SUBJECTS and not details.get("modifier")
        is_subject = tokens[head].dep in {"nsubj", "nsubjpass"}
        details["main"] = is_subject and joined_to(tokens, tokens[head].head).dep == "ROOT"
        if kind == "nominal" and tokens[head].dep == "ROOT" and self.token(first - 1).sentence != tokens[head].sentence:
            details["subject"] = details["main"] = self.has_verb_behind(head)
        details["reporter"] = self.reporter(head) if kind == "pronoun" and is_subject else -1
        details["agent"] = self.agent(head) if tokens[head].tag == "PRP" else -1
        return Mention(kind, *place, text, words, sentence=tokens[head].sentence, **details)

    def agent(self, head: int) -> int:
        """Return the subject of the verb whose object the token is; -1 if it is none."""
        tokens = self.tokens
        if tokens[head].dep not in {"dobj", "dative"}:
            return -1
        return last_before(self.subjects.get(tokens[head].head, ()), head)

    def has_verb_behind(self, head: int) -> bool:
        """Return whether a verb follows a noun that the parser takes for the root ("A memo sent later was blunter")."""
        end = bisect_right(self.tokens, self.tokens[head].sentence, lo=head, key=lambda token: token.sentence)
        inside = [t for t in self.tokens[head + 1 : end] if t.quotation < 0]
        is_described = any(t.dep == "acl" and t.tag == "VBN" and t.head == head for t in inside)
        return is_described and any(t.tag in {"VBD", "VBZ"} for t in inside)

    def reporter(self, head: int) -> int:
        """Return the subject of the saying verb whose content clause has the token as its subject; the topic; or -1."""
        tokens = self.tokens
        clause = joined_to(tokens, tokens[head].head)
        verb = tokens[clause.head]
        if clause.dep != "ccomp" or verb.lower not in self.words.saying_verbs or verb.i > head:
            return topic_of(tokens, head, self.words)
        return last_before(self.subjects.get(verb.i, ()), head)
