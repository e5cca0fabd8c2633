"""Find reporting clauses: the words around a quotation that say who speaks ("said X", "she told reporters that")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from narrate.attribution.mention import NO_ENTITY, Mention
from narrate.attribution.parse import Paragraph, Token
from narrate.attribution.subjects import SubjectFinder

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
    "phrase",
    "introduction",
]
PATTERNS: Final[tuple[Pattern, ...]] = get_args(Pattern)
"""Their order is that of the numbers in the features of the rankers."""

_MAX_TOKENS_AFTER: Final = 30
_MAX_TOKENS_BEFORE: Final = 50
"""Tokens of narration before and after a quotation in which a clause is looked for."""
_MAX_UNKNOWN_VERB_TOKENS: Final = 8
"""Tokens of a sentence after "?" or "!" that may be a reporting clause with an unusual verb."""
_MAX_WEAK_DISTANCE: Final = 4
"""Tokens between a verb that seldom reports speech and the quotation to which it leads."""
_MAX_CONTENT_DISTANCE: Final = 14
"""The same if "that" or a colon leads to the quotation ("joked on a podcast that she was")."""
_MAX_INTRODUCTION_TOKENS: Final = 16
"""Tokens of a sentence that introduces the quotation in the next paragraph."""
_MAX_PASSIVE_TOKENS: Final = 3
"""Tokens between a passive verb and the quotation that it reports."""
_MAX_ROLE_TOKENS: Final = 6
"""Tokens of a title and a role between a preposition and a name."""
DASHES: Final = frozenset({"―", "—", "–", "--", "-"})
_SENTENCE_ENDS: Final = frozenset({".", "!", "?"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A reporting clause and the mention that speaks in it."""

    pattern: Pattern
    mention: Mention
    verb: str
    distance: int
    """Tokens between the quotation and the nearer part of the clause."""
    parsed: bool = False
    """The mention is the subject of the verb in the parse."""
    finite: bool = True
    """The verb is not an infinitive ("Lee will continue to be")."""


def find_clauses(paragraph: Paragraph, mentions: Sequence[Mention], segment: int) -> tuple[Clause, ...]:
    """Return the clauses that could report the quotation of a segment, the most reliable first."""
    inside = [t.i for t in paragraph.tokens if t.quotation == segment]
    return _ClauseFinder(paragraph, mentions).around(inside[0], inside[-1]) if inside else ()


def leading_clauses(paragraph: Paragraph, mentions: Sequence[Mention]) -> tuple[Clause, ...]:
    """Return the clause of a paragraph that ends in a colon, by which it leads to the quotation in the next one."""
    tokens = paragraph.tokens
    if not tokens or tokens[-1].text != ":" or tokens[-1].quotation >= 0:
        return ()
    clause = _ClauseFinder(paragraph, mentions).before(len(tokens))
    is_plain = clause is None or clause.pattern in {"colon", "label"} or clause.verb == ":"
    if clause and not is_plain:
        return (clause,)
    start = next((t.i for t in tokens if t.sentence == tokens[-1].sentence), 0)
    introduced = _introduced(paragraph, mentions, start)
    return (Clause("introduction", introduced, ":", 0),) if introduced else ()


def _introduced(paragraph: Paragraph, mentions: Sequence[Mention], start: int) -> Mention | None:
    """Return the name in a short sentence that ends in a colon: behind "from", the subject, or the first of them."""
    names = [m for m in mentions if m.first >= start and m.kind == "name" and m.entity != NO_ENTITY]
    names = [m for m in names if m.words[-1].lower() not in paragraph.words.texts]
    if not names or len(paragraph.tokens) - start > _MAX_INTRODUCTION_TOKENS:
        return None
    able = [m for m in names if not _is_complement(paragraph, m)] or names[-1:]
    subject = next((m for m in able if m.main and m.subject), able[0])
    return next((m for m in able if _is_sender(paragraph, m, start)), subject)


def _is_complement(paragraph: Paragraph, name: Mention) -> bool:
    """Return whether a name belongs to an office ("the mayor of Delft") or is a place."""
    return paragraph.token(name.first - 1).lower == "of" or name.entity_type in {"GPE", "LOC"}


def _is_sender(paragraph: Paragraph, name: Mention, start: int) -> bool:
    """Return whether a preposition such as "from" leads to a name, over its title and role."""
    for token in reversed(paragraph.tokens[max(start, name.first - _MAX_ROLE_TOKENS) : name.first]):
        if token.lower in paragraph.words.introducing_prepositions or token.tag[:2] == "VB":
            return token.tag[:2] != "VB"  # "by quoting Lee" names no sender
    return False


class _ClauseFinder(SubjectFinder):
    def around(self, first: int, last: int) -> tuple[Clause, ...]:
        after, before = self.after(last), self.before(first)
        if after and after.pattern == "passive":
            return (after,)
        clauses = [clause for clause in (after, before) if clause]
        is_led = before is not None and before.pattern in {"precedes", "colon", "introduction", "as-saying"}
        is_apart = before is not None and after is not None and self.is_uttered_before(before, after)
        if after and is_led and (not self.ends_in_comma(last) or self.leads_on(first, last) or is_apart):
            clauses.reverse()
        return tuple(clauses)

    def is_uttered_before(self, before: Clause, after: Clause) -> bool:
        """Return whether a sentence behind a cry tells what another does ("The crowd chanted "Out!" Lee smiled")."""
        is_next = before.pattern == "precedes" and before.parsed and before.distance <= 1
        return is_next and before.verb in self.words.uttering_verbs and after.verb not in self.words.saying_verbs

    def leads_on(self, first: int, last: int) -> bool:
        """Return whether the narration after a quotation leads to the next (``She asked, "Why?" Lee wrote, "..."``)."""
        behind = self.narration_after(last)
        opener = next((t.lower for t in behind if t.text[0].isalnum()), "")
        is_joined = opener in self.words.clause_openers  # ``Lee wrote: "Yes", while Hill wrote: "No"``
        if not behind or (behind[0].text == "," and not is_joined) or self.token(behind[-1].i + 1).quotation < 0:
            return False
        is_led = self.token(first - 1).text in {",", ":"} and behind[-1].text in {",", ":"}
        return is_led and (is_joined or not any(t.text == "," for t in self.tokens[max(0, last - 1) : last + 1]))

    def ends_in_comma(self, last: int) -> bool:
        """Return whether a comma, "?" or "!" ends the quotation, so that the clause after it is its own."""
        near = [t for t in self.tokens[max(0, last - 2) : last + 3] if t.text in {",", "?", "!"}]
        return any(t.quotation == self.tokens[last].quotation or t.i == last + 1 for t in near)

    def narration_after(self, last: int) -> list[Token]:
        """Return the narration after a quotation, to the end of the sentence or the next quotation."""
        taken: list[Token] = []
        for token in self.tokens[last + 1 : last + 1 + _MAX_TOKENS_AFTER]:
            if token.quotation >= 0 or (taken and token.text in _SENTENCE_ENDS):
                break
            taken.append(token)
        return taken

    def narration_before(self, first: int) -> list[Token]:
        """Return the tokens before a quotation, from the beginning of the sentence."""
        tokens, start = self.tokens, max(0, first - _MAX_TOKENS_BEFORE)
        for i in range(first - 1, start - 1, -1):
            is_abbreviation = tokens[i].text == "." and self.token(i + 1).sentence == tokens[i].sentence
            if tokens[i].text in _SENTENCE_ENDS and not is_abbreviation:
                start = i + 1
                break
        return list(tokens[start:first])

    def is_reporting(self, token: Token) -> bool:
        """Return whether the token is a reporting verb, also where the tagger takes a plain one for a noun."""
        if token.tag[:2] == "NN":
            return token.text in self.words.plain_reporting_verbs
        if token.lower in self.words.hearing_verbs and token.tag != "VBN":
            return False
        if token.lower in self.words.bearing_verbs and self.token(token.i + 1).lower in self.words.sender_prepositions:
            return False
        following = self.token(token.i + 1)
        if token.lower in self.words.continuing_verbs and following.tag == "TO":
            return self.token(following.i + 1).tag != "VB"
        if token.lower in self.words.saying_verbs:
            return True
        return token.tag[:2] == "VB" and token.lower in self.words.other_reporting_verbs

    def is_aside(self, verb: Token) -> bool:
        """Return whether a verb reports nothing: a participle, a passive, part of a compound, or in brackets."""
        tokens = self.tokens
        near = [t for t in tokens[max(0, verb.i - 5) : verb.i] if t.head == verb.i]
        if verb.i and tokens[verb.i - 1].tag == "HYPH":
            return True
        if verb.tag == "VBG":
            return not any(t.dep == "aux" for t in near)
        if verb.lower in self.words.saying_verbs and verb.tag == "VB" and any(t.dep == "neg" for t in near):
            return True  # "Lee did not respond"
        is_passive = any(t.dep == "auxpass" for t in near) and verb.lower not in self.words.passive_speech_verbs
        has_modal = verb.tag == "VB" and any(t.tag == "MD" for t in near)
        is_possible = has_modal and verb.lower not in self.words.saying_verbs
        return is_passive or is_possible or tokens[verb.i - 1].text == "("

    def is_accompanying(self, first: Token, verb: Token) -> bool:
        """Return whether a verb says what happens to others meanwhile (``"at risk," with three towns hit hardest``)."""
        is_past = verb.tag in {"VBN", "VBD"} and verb.lower not in self.words.saying_verbs
        return first.lower == self.words.accompanying_preposition and is_past

    def after(self, last: int) -> Clause | None:
        narration = self.narration_after(last)
        if narration and narration[0].text in DASHES:
            signed = self.mention_from(narration[0].i + 1, 1)
            if signed and signed.kind == "name" and len(self.tokens) - signed.last <= 9:
                return Clause("pull", signed, "―", 0)
        if narration and narration[0].text in {")", "]"}:
            return None
        while narration and not narration[0].text[0].isalnum():
            narration = narration[1:]
        if not narration:
            return None
        if narration[0].lower in self.words.source_prepositions:
            source = self.source_from(narration[0].i + 1)
            return Clause("according", source, "per", 0) if source else None
        agent = self.agent_behind(last, narration[0])
        if agent is not None:
            return agent
        if narration[0].lower == "according" or (len(narration) > 2 and narration[1].lower == "according"):
            found = self.source_according(narration[0].i + 2)
            return Clause("according", found, "according to", 0) if found else None
        verb = narration[-1]
        only_reports = 2 <= len(narration) <= 4 and verb.lower in self.words.saying_verbs and self.is_reporting(verb)
        if self.starts_sentence(last, narration[0]) and not only_reports:
            return None
        for k, token in enumerate(narration):
            is_plain = k <= _MAX_UNKNOWN_VERB_TOKENS and token.text in self.words.plain_reporting_verbs_behind
            is_plain = is_plain and token.tag[:2] in {"NN", "VB"}
            closed = self.closed_by(token) if k <= _MAX_UNKNOWN_VERB_TOKENS else None
            if closed:
                return Clause("follows", closed, token.lower, closed.first - narration[0].i, parsed=True)
            is_aside = self.is_aside(token) or self.is_accompanying(narration[0], token)
            if (self.is_reporting(token) or is_plain) and not is_aside:
                clause = self.clause_of_verb(narration, k)
                if clause and self.is_attached(last, narration[0], clause):
                    return clause
        return self.clause_of_unknown_verb(narration, last)

    def closed_by(self, token: Token) -> Mention | None:
        """Return who stands before a verb that ends the clause and is tagged as a noun ("Ann Lee remembers.")."""
        following = self.token(token.i + 1)
        is_end = not following.text[:1].isalnum() or following.quotation >= 0
        if token.tag[:2] != "NN" or token.lower not in self.words.closing_reporting_verbs or not is_end:
            return None
        able = (m for m in self.mentions if m.last == token.i - 1 and m.kind != "pronoun" and m.entity != NO_ENTITY)
        return next((m for m in able if self.token(m.first - 1).quotation >= 0), None)

    def agent_behind(self, last: int, following: Token) -> Clause | None:
        """Return the clause of a passive verb before a quotation with its agent behind ("labeled "a fraud" by Lee")."""
        tokens, first = self.tokens, last
        if following.lower != self.words.agent_preposition:
            return None
        while first and tokens[first - 1].quotation == tokens[last].quotation:
            first -= 1
        near = (t for t in reversed(tokens[max(0, first - _MAX_PASSIVE_TOKENS) : first]) if t.quotation < 0)
        verb = next((t for t in near if t.tag in {"VBN", "VBD"}), None)
        if verb is None or not self.words.is_reporting_verb(verb.lower):
            return None
        own = {t.dep for t in tokens[max(0, verb.i - _MAX_TOKENS_BEFORE) : verb.i] if t.head == verb.i}
        is_title = "auxpass" not in own and not tokens[min(first + 1, last)].text.islower()
        agent = self.source_from(following.i + 1)
        if "nsubj" in own or is_title or agent is None or agent.kind == "pronoun":
            return None
        return Clause("passive", agent, verb.lower, 0, parsed=True)

    def is_attached(self, last: int, following: Token, clause: Clause) -> bool:
        """Return whether a clause belongs to the quotation before it and does not begin another sentence."""
        if clause.pattern != "follows" or clause.mention.kind != "nominal":
            return True
        points = {t.text for t in self.tokens[max(0, last - 2) : following.i] if not t.text[0].isalnum()}
        if "," in points:
            return True
        if points & {"?", "!"}:
            return clause.verb in self.words.saying_verbs or following.text[0].islower()
        return clause.parsed and self.words.is_reporting_verb(clause.verb)

    def clause_of_verb(self, narration: Sequence[Token], k: int) -> Clause | None:
        """Return the clause after a quotation whose verb is word ``k`` of the narration."""
        verb, first = narration[k], narration[0]
        between = [m for m in self.between(first.i, verb.i) if not m.modifier and not self.is_in_brackets(m.first)]
        parsed = next((m for m in between if self.is_subject_of(m, verb.i)), None)
        subject = parsed or self.subject_between(first.i, verb.i)
        if parsed is None:
            behind = self.inverted_subject(verb.i)
            is_parsed = behind is not None and self.is_subject_of(behind, verb.i)
            is_joined = first.lower in self.words.conjunctions
            if behind and not is_joined and (is_parsed or (subject is None and k <= 1)):
                return Clause("inverted", behind, verb.lower, k, is_parsed)
        if subject is not None and subject.text.lower() == "who":
            subject = self.antecedent(subject, first.i)
            subject = subject if subject and subject.first <= first.i + 1 else None
        if subject is None or self.opens_clause(first.i, subject, verb):
            return None
        return Clause("follows", subject, verb.lower, subject.first - first.i, parsed is not None)

    def opens_clause(self, first: int, subject: Mention, verb: Token) -> bool:
        """Return whether the subject begins a subordinate clause ("when Lee said"), except "as Lee put it"."""
        if self.begins_exchange(subject, verb):
            return True
        before = self.token(subject.first - 1).lower
        is_put = before == "as" and self.token(verb.i + 1).lower == "it"
        return subject.first > first and before in self.words.clause_openers and not is_put

    def begins_exchange(self, subject: Mention, verb: Token) -> bool:
        """Return whether a clause says how several persons began to talk ("is how the exchange begins")."""
        is_exchange = subject.kind == "nominal" and self.tokens[subject.head].lower in self.words.exchanges
        return is_exchange and verb.lower in self.words.opening_verbs

    def clause_of_unknown_verb(self, narration: Sequence[Token], last: int) -> Clause | None:
        """Return the clause of a verb that is not a reporting verb, after a comma ("...," Bennett shot back)."""
        tokens = self.tokens
        if tokens[last].text != "”" or tokens[last - 1].text not in {",", "?", "!"} or tokens[last + 1].text in DASHES:
            return None
        if tokens[last - 1].text != "," and len(narration) > _MAX_UNKNOWN_VERB_TOKENS:
            return None
        first = narration[0]
        for mention in self.mentions:
            head = tokens[tokens[mention.head].head]
            is_near = first.i <= mention.first <= first.i + 4 and mention.last < narration[-1].i
            can_speak = mention.subject and (mention.kind != "nominal" or first.text[0].islower())
            is_indefinite = mention.text.lower() in self.words.indefinite_subjects
            is_subordinate = tokens[mention.first - 1].lower in self.words.clause_openers
            is_subordinate = is_subordinate or self.begins_exchange(mention, head)
            is_verb = head.quotation < 0 and head.tag in {"VBD", "VBZ"} and mention.last < head.i <= mention.last + 3
            if is_near and can_speak and is_verb and not is_indefinite and not is_subordinate:
                return Clause("follows", mention, head.lower, mention.first - first.i, True)
        return None

    def starts_sentence(self, last: int, following: Token) -> bool:
        """Return whether the narration after a quotation is a sentence of its own."""
        tokens = self.tokens
        end = [t.text for t in tokens[max(0, last - 3) : last + 1] if t.quotation == tokens[last].quotation]
        is_ended = any("." in text for text in end if not text[0].isalnum()) or tokens[last].text == "."
        between = tokens[last + 1 : following.i]
        return is_ended and following.text[0].isupper() and not any(t.text in {",", "-", "–", "—"} for t in between)

    def subject_between(self, first: int, verb: int) -> Mention | None:
        between = [m for m in self.between(first, verb) if not m.modifier]
        likely = [m for m in between if m.text.lower() not in self.words.object_pronouns]
        return next((m for m in between if m.subject), likely[0] if likely else None)

    def inverted_subject(self, verb: int) -> Mention | None:
        """Return the subject after the verb, as in "said Prigozhin"."""
        tokens, limit = self.tokens, verb + 1
        while self.token(limit).tag in {"RB", "RP"}:
            limit += 1
        behind = [m for m in self.between(limit, len(tokens)) if not m.modifier]
        following = behind[1:] if behind and tokens[behind[0].head].tag == "PRP$" else behind  # "said her husband Tom"
        if not following:
            return None
        gap = tokens[limit : following[0].first]
        if len(gap) >= 9 or not all(self.describes(token, following[0]) for token in gap):
            return None
        nearest = self.named_behind(following)
        speaks = nearest.kind != "pronoun" or nearest.text.lower() in self.words.subject_pronouns
        return nearest if speaks else None

    def before(self, first: int) -> Clause | None:
        narration = self.narration_before(first)
        if not narration:
            return None
        start = narration[0].i
        speaking = self.speaking(start, first)
        if speaking is not None:
            return Clause("introduction", speaking, self.tokens[speaking.last + 1].lower, 0)
        for token in (t for t in reversed(narration) if t.quotation < 0):
            distance = first - token.i - 1
            presented = self.presented(token, first) or self.sender_of_relative(token, start)
            presented = presented or self.sender_between_commas(token, start) or self.subject_before_noun(token, start)
            if presented:
                return Clause("introduction", presented, token.lower, distance)
            if token.lower == "according":
                found = self.source_according(token.i + 2)
                if found:
                    return Clause("according", found, "according to", distance)
            if token.lower in self.words.cry_nouns and distance == 0:
                cry = self.cry(token, start)
                if cry:
                    return cry
            is_strong = token.lower in self.words.saying_verbs or self.leads(token, distance)
            if is_strong and self.is_reporting(token) and not self.recalls_another(token, start):
                clause = self.clause_before(token, start, distance)
                if clause:
                    return clause
        return self.colon(first, start)

    def presented(self, verb: Token, first: int) -> Mention | None:
        """Return whose text a verb lets others know before the quotation at ``first`` ("read a letter from Lee")."""
        words, tokens = self.words, self.tokens
        if verb.lower not in words.presenting_verbs or verb.tag[:2] != "VB" or tokens[first - 1].text not in {":", ","}:
            return None
        texts = words.texts | words.sent_texts | words.parts_of_texts
        for token in tokens[verb.i + 1 : first]:
            is_text = token.lower in texts and token.tag[:2] == "NN"
            if is_text and self.token(token.i + 1).lower in words.sender_prepositions:
                able = (m for m in self.between(token.i + 2, first) if m.kind != "pronoun" and not m.modifier)
                return next((m for m in able if m.first <= token.i + _MAX_ROLE_TOKENS), None)
        return None

    def cry(self, noun: Token, start: int) -> Clause | None:
        """Return the clause whose object is what many shout ("the crowd took up the chant")."""
        verb = self.tokens[noun.head]
        subject = self.subject_of(verb.i, start) if noun.dep == "dobj" and verb.tag in {"VBD", "VBZ"} else None
        if subject is None or subject.kind == "pronoun" or not self.is_subject_of(subject, verb.i):
            return None
        return Clause("precedes", subject, verb.lower, noun.i - verb.i, parsed=True)

    def leads(self, verb: Token, distance: int) -> bool:
        """Return whether a verb that seldom reports speech leads to the quotation, not to what will or should be."""
        following = self.token(verb.i + 1).lower
        is_put = verb.lower in self.words.putting_verbs and following == "it"
        behind = self.token(verb.i + 2).lower if self.token(verb.i + 1).tag == "PRP" else following
        is_alleged = verb.tag == "VBG" and behind == "that"  # "filed in May, alleging that", "informing him that"
        has_content = verb.tag in {"VBD", "VBZ", "VBP"} and (is_put or self.has_content_clause(verb, distance))
        has_content = has_content or is_alleged
        if distance > _MAX_WEAK_DISTANCE and not has_content:  # has_content: "lamented how", "suggested that"
            return False
        has_modal = any(t.tag == "MD" for t in self.tokens[max(0, verb.i - 2) : verb.i])
        return verb.tag != "VB" or not has_modal or following == ":"

    def has_content_clause(self, verb: Token, distance: int) -> bool:
        """Return whether "that" or a colon leads from the verb of a main clause to the quotation, over few words."""
        behind = self.tokens[verb.i + 1 : verb.i + 1 + distance]
        if behind and behind[0].lower in self.words.content_conjunctions:
            return True
        if verb.dep != "ROOT" or distance > _MAX_CONTENT_DISTANCE:
            return False
        marks = (t for t in behind if t.lower in self.words.content_conjunctions and t.dep == "mark")
        is_reported = any(self.tokens[self.tokens[t.head].head].i == verb.i for t in marks)
        return is_reported or (bool(behind) and behind[-1].text == ":")

    def clause_before(self, verb: Token, start: int, distance: int) -> Clause | None:
        """Return the clause that a reporting verb before the quotation makes with its subject."""
        tokens, mentions = self.tokens, self.mentions
        if verb.i and tokens[verb.i - 1].lower == "as":
            cited = [m for m in mentions if start <= m.first and m.last < verb.i - 1]
            if cited:
                return Clause("as-saying", cited[-1], verb.lower, distance)
        nearest = self.inserted(verb) or self.adjacent(verb, start) or self.marching(verb)
        subject = nearest or self.subject_of(verb.i, start)
        reporter = self.reporter(subject) if subject and verb.lower in self.words.plain_action_verbs else None
        reporter = reporter or self.thinker(verb, subject, start)
        if reporter is not None:
            report = tokens[tokens[reporter.head].head]
            return Clause("precedes", reporter, report.lower, distance + verb.i - report.i, parsed=True)
        inverted = None
        if (subject is None or subject.first > verb.i) and verb.i - start <= 1:
            subject = inverted = self.inverted_subject(verb.i)
        if subject is None:
            return None
        is_participle = verb.tag == "VBN" and verb.lower not in self.words.passive_speech_verbs
        if is_participle and any(t.dep == "auxpass" and t.head == verb.i for t in tokens[start : verb.i]):
            agent = next((m for m in mentions if m.first > verb.i and tokens[m.first - 1].lower == "by"), None)
            return Clause("passive", agent, verb.lower, distance) if agent else None
        is_announced = inverted is not None and verb.i == start and verb.lower in self.words.saying_verbs
        parsed = nearest is not None or is_announced or self.is_subject_of(subject, verb.i) or self.sends(subject, verb)
        return Clause("precedes", subject, verb.lower, distance, parsed, verb.tag != "VB")

    def colon(self, first: int, start: int) -> Clause | None:
        """Return the clause of a colon without a reporting verb: "Her message: "..."", "RAMOS: "..."."""
        inside = self.between(start, first)
        near = [t.text for t in self.tokens[max(0, first - 2) : first] if t.text.isalnum() or t.text == ":"]
        if not inside or near[-1:] != [":"]:
            return None
        sender = next((m for m in inside if m.kind == "name" and _is_sender(self.paragraph, m, start)), None)
        if sender and first - start <= _MAX_INTRODUCTION_TOKENS:
            return Clause("introduction", sender, ":", 0)
        holder = self.opinion_holder(start)
        if holder:
            return Clause("introduction", holder, ":", 0)
        verb = next(t for t in reversed(self.tokens[start:first]) if t.text[0].isalnum())
        receiver = self.receiver_of_word(start, first)
        if receiver:
            return Clause("introduction", receiver, "to", 0)
        sender = self.sender_in_relative_clause(verb, start)
        sender = self.owner_of_text(verb, sender) or sender
        if sender and sender.kind != "pronoun":
            return Clause("introduction", sender, verb.lower, 0)
        subject = sender or next((m for m in inside if m.subject), inside[0])
        if verb.tag in {"VBD", "VBZ", "VBN"} and self.can_act(subject) and self.is_subject_of(subject, verb.i):
            pattern: Pattern = "introduction" if subject.kind == "name" else "precedes"
            return Clause(pattern, subject, verb.lower, first - verb.i - 1, parsed=True)
        is_label = inside[0].first - start <= 1 and first - inside[0].last <= 3
        return Clause("label" if is_label else "colon", subject, ":", 0)

    def opinion_holder(self, start: int) -> Mention | None:
        """Return the person to whom the beginning of a sentence gives an opinion ("For Lee, it is simple:")."""
        if self.token(start).lower not in self.words.opinion_prepositions:
            return None
        near = self.between(start, start + _MAX_ROLE_TOKENS)
        is_place = {"GPE", "LOC", "FAC", "NORP"}
        names = (m for m in near if m.kind == "name" and m.entity_type not in is_place and not m.modifier)
        return next((m for m in names if self.token(m.last + 1).text == ","), None)

    def can_act(self, subject: Mention) -> bool:
        """Return whether a subject is a person: a name, a pronoun of one, or a role."""
        if subject.kind == "nominal":
            return self.words.is_role(self.tokens[subject.head].lower)
        return subject.pronoun_for != "thing"
