"""Find the subjects of verbs, and who reports or sends what a verb says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrate.attribution.gender import of_first_name
from narrate.attribution.mention import NO_ENTITY, Mention
from narrate.attribution.parse import Paragraph, Token

_MAX_VERBS: Final = 5
"""Verbs between a reporting verb and the verb whose subject it shares."""
_MAX_SOURCE_TOKENS: Final = 5
"""Tokens between "per" or "by" behind a quotation and the head of its source."""
_MAX_SENDER_TOKENS: Final = 6
"""Tokens of a title and a role between "from" and the name of who sent a text."""
_MAX_POSTING_TOKENS: Final = 20
"""Tokens from a verb that posts something to the colon behind it ("posted on X:")."""
_MAX_GIVEN_TOKENS: Final = 3
"""Tokens from "the" to what is given in "the last word"."""
_MAX_JOINED_VERBS: Final = 100
"""Verbs that are joined to a verb with a subject. Longer chains are followed only so far."""


class SubjectFinder:
    """Finds the subjects of the verbs in a paragraph, among its mentions."""

    def __init__(self, paragraph: Paragraph, mentions: Sequence[Mention]) -> None:
        self.paragraph = paragraph
        self.tokens = paragraph.tokens
        self.token = paragraph.token
        self.mentions = mentions
        self.words = paragraph.words

    def between(self, first: int, last: int) -> list[Mention]:
        """Return the mentions from token ``first`` to before token ``last`` that can be speakers of their own."""
        return [m for m in self.mentions if first <= m.first and m.last < last and m.entity != NO_ENTITY]

    def describes(self, token: Token, name: Mention) -> bool:
        """Return whether a word before a name can describe it ("said Florida-based strategist Al Cardenas")."""
        if token.tag[:2] in {"NN", "JJ", "DT"} or token.tag in {"POS", "HYPH", "CD", "PRP$", "CC"}:
            return True
        if self.words.is_role(token.lower):
            return True
        before = self.tokens[token.i - 1]
        if token.tag in {"VBN", "VBG"}:
            return before.tag == "HYPH" or self.tokens[token.i + 1].tag[:2] in {"NN", "JJ"}
        return token.text == "," and token.i == name.first - 1 and name.kind == "name" and before.tag == "NN"

    def source_from(self, first: int) -> Mention | None:
        """Return the mention behind a preposition, over its title and words that describe it."""
        found = self.mention_from(first, _MAX_SOURCE_TOKENS)
        if found is None or not all(self.describes(token, found) for token in self.tokens[first : found.first]):
            return None
        return found

    def mention_from(self, first: int, reach: int) -> Mention | None:
        """Return the first mention that reaches a token or begins at most ``reach`` tokens behind it."""
        return next((m for m in self.mentions if first <= m.last and m.first <= first + reach), None)

    def source_according(self, first: int) -> Mention | None:
        """Return the source behind "according to": not its owner ("his"), but its name ("his widow, Ann,")."""
        near = [m for m in self.mentions if first <= m.last and m.first <= first + _MAX_SENDER_TOKENS]
        near = near[1:] if len(near) > 1 and self.tokens[near[0].head].tag == "PRP$" else near
        if not near or self.tokens[near[0].head].lower in self.words.texts:
            return next(iter(near), None)
        return self.named_behind(near)

    def named_behind(self, following: Sequence[Mention]) -> Mention:
        """Return the first mention, or the name to which it leads ("union president Ann Lee")."""
        tokens, nearest = self.tokens, following[0]
        for name in [m for m in following[1:5] if m.first > nearest.last]:
            gap = tokens[nearest.last + 1 : name.first]
            is_closed = self.token(name.last + 1).text in {"", ",", ".", ";"}
            is_apposed = [t.text for t in gap] == [","] and nearest.kind == "nominal" and is_closed
            is_joined = nearest.kind == "nominal" and not nearest.plural  # "his friend and drummer Bo Hill"
            is_led_to = nearest.kind != "pronoun" and all(
                t.tag[:2] in {"NN", "JJ"} or t.tag in {"HYPH", "VBG"} or (is_joined and t.lower == "and") for t in gap
            )
            if name.kind != "name" or not (is_apposed or is_led_to):
                break
            nearest = name
        return nearest

    def subject_of(self, verb: int, start: int) -> Mention | None:
        """Return the subject of a verb or of the verb on which it depends; ``start`` is where the sentence begins."""
        tokens, mentions = self.tokens, self.mentions
        by_head = {m.head: m for m in mentions if m.entity != NO_ENTITY and not self.is_in_brackets(m.first)}
        for mention in list(by_head.values()):
            by_head.setdefault(self._parsed_head(mention), mention)
        text = self._text_before(verb)
        if text:
            return text if self._accompanies(text) else self._sender(text) or text
        shared = self._shared_subject(by_head, verb, start)
        if shared:
            return shared
        at = verb
        for _ in range(_MAX_VERBS):
            own = [t.i for t in tokens[start:] if t.head == at and t.dep in {"nsubj", "nsubjpass"} and t.i in by_head]
            if own:
                before_verb = [i for i in own if i < at] or own[:1]
                is_joined = len(before_verb) > 1 and self.begins_behind_conjunction(before_verb[-1])
                found = by_head[before_verb[0] if is_joined else before_verb[-1]]
                return found if found.text.lower() != "who" else self.antecedent(found)
            if tokens[at].dep in {"relcl", "acl"}:
                owner = next((m for m in mentions if m.head == tokens[at].head), None)
                if owner and at == verb and not self._is_purpose(owner, verb):
                    return self._sender(owner) or owner
            if tokens[at].head == at or tokens[at].dep in {"ccomp", "ROOT"}:
                break
            at = tokens[at].head
        before = reversed(self.between(start, verb))
        return next((m for m in before if m.subject and m.text.lower() != "who"), None)

    def begins_behind_conjunction(self, head: int) -> bool:
        """Return whether "and" stands before a noun and its compounds ("the maker of nails and Lee screws said")."""
        first = head
        while first and self.tokens[first - 1].head == head and self.tokens[first - 1].dep in {"compound", "amod"}:
            first -= 1
        return self.token(first - 1).lower == "and"

    def _is_purpose(self, owner: Mention, verb: int) -> bool:
        """Return whether an infinitive belongs to a thing that says nothing ("during his campaign to sign")."""
        head = self.tokens[owner.head]
        is_thing = owner.kind == "nominal" and not self.words.is_role(head.lower) and head.lower not in self.words.texts
        return self.tokens[verb].tag == "VB" and self.tokens[verb - 1].tag == "TO" and head.dep == "pobj" and is_thing

    def _text_before(self, verb: int) -> Mention | None:
        """Return the text right before a participle ("received a letter saying", "ends with a voice-over saying")."""
        if self.tokens[verb].tag != "VBG":
            return None
        near = [m for m in self.mentions if m.last == verb - 1 and m.kind == "nominal" and m.entity != NO_ENTITY]
        accompanying = (m for m in near if self._accompanies(m))
        sent = (m for m in near if self.tokens[m.head].lower in self.words.sent_texts)
        return next(accompanying, None) or next(sent, None)

    def _accompanies(self, mention: Mention) -> bool:
        """Return whether "with" stands before a mention."""
        return self.token(mention.first - 1).lower == self.words.accompanying_preposition

    def _shared_subject(self, by_head: dict[int, Mention], verb: int, start: int) -> Mention | None:
        """Return the subject that a verb shares with a reporting verb before it ("Lee said that Hill won, adding")."""
        tokens = self.tokens
        before, tag = tokens[verb - 1], tokens[verb].tag
        is_conjoined = tag in {"VBD", "VBZ"} and before.lower in self.words.conjunctions
        own_subjects = [t for t in tokens[start:] if t.head == verb and t.dep in {"nsubj", "nsubjpass"}]
        is_misread = is_conjoined and bool(own_subjects) and self._is_misread(own_subjects[0], verb)
        has_own = bool(own_subjects) and not is_misread
        if verb <= start or has_own or not (is_conjoined or (tag == "VBG" and before.text == ",")):
            return None
        for token in reversed(tokens[start : verb - 1]):
            is_finite = token.tag in {"VBD", "VBZ", "VBP"}
            reports = token.lower in self.words.saying_verbs
            reports = reports or (is_misread and self.words.is_reporting_verb(token.lower) and token.dep == "ROOT")
            if is_finite and reports and token.quotation < 0:
                own = [t.i for t in tokens[start:] if t.head == token.i and t.dep == "nsubj" and t.i in by_head]
                return by_head[own[0]] if own else None
        return None

    def _is_misread(self, subject: Token, verb: int) -> bool:
        """Return whether the parser took a plain verb for a noun ("It asks that the board answer for it, and adds")."""
        between = self.tokens[subject.i + 1 : verb - 1]
        opener = next(
            (t for t in reversed(self.tokens[: subject.i]) if t.lower in self.words.content_conjunctions), None
        )
        is_compound = self.tokens[subject.i - 1].dep == "compound"
        is_inside = opener is not None and subject.i - opener.i <= _MAX_SOURCE_TOKENS
        return is_compound and is_inside and not any(t.dep in {"ROOT", "ccomp", "conj"} for t in between)

    def inserted(self, verb: Token) -> Mention | None:
        """Return the subject right before the verb of a clause between commas ("Lee, a top aide said, "is ready"")."""
        following = self.token(verb.i + 1)
        is_closed = following.text == "," or following.quotation >= 0
        nearest = next((m for m in reversed(self.mentions) if m.last == verb.i - 1), None)
        if not is_closed or nearest is None or nearest.kind == "pronoun" or nearest.entity == NO_ENTITY:
            return None
        is_opened = nearest.first >= 2 and self.token(nearest.first - 1).text == ","
        return nearest if is_opened and verb.tag in {"VBD", "VBZ"} else None

    def marching(self, verb: Token) -> Mention | None:
        """Return the main subject for a participle behind "while" ("they marched on while chanting")."""
        if verb.tag != "VBG" or self.token(verb.i - 1).lower not in self.words.participle_openers:
            return None
        before = (m for m in reversed(self.mentions) if m.sentence == verb.sentence and m.last < verb.i)
        return next((m for m in before if m.main), None)

    def thinker(self, verb: Token, subject: Mention | None, start: int) -> Mention | None:
        """Return who says what others think or things show ("Voters, Lee said, believe", "Lee said it suggested")."""
        if subject is None or subject.kind != "nominal":
            return None
        noun = self.tokens[subject.head].lower
        is_thing = not (
            self.words.is_role(noun) or self.words.is_role(noun.removesuffix("s")) or self.words.is_group(noun)
        )
        is_shown = verb.lower in self.words.showing_verbs and is_thing
        if verb.lower not in self.words.thinking_verbs and not is_shown:
            return None
        said = (t for t in self.tokens[start : verb.i] if t.lower in self.words.saying_verbs and t.quotation < 0)
        inserted = next((mention for token in said if (mention := self.inserted(token))), None)
        return inserted or self.reporter(subject)

    def recalls_another(self, verb: Token, start: int) -> bool:
        """Return whether a verb behind a comma only remembers what another said ("He would say no, she recalls:")."""
        if verb.lower not in self.words.recalling_verbs:
            return False
        before = self.tokens[start : verb.i]
        content = {t.i for t in before if t.head == verb.i and t.dep == "ccomp"}
        said = (t for t in before if t.lower in self.words.saying_verbs and t.lower not in self.words.recalling_verbs)
        return any(t.i in content or (t.dep == "xcomp" and t.head in content) for t in said)

    def adjacent(self, verb: Token, start: int) -> Mention | None:
        """Return the mention right before a finite verb without a subject in the parse, or before a relative clause."""
        tokens = self.tokens
        if verb.tag not in {"VBD", "VBZ"} or verb.dep in {"conj", "relcl", "acl", "xcomp"}:
            return None
        if any(t.head == verb.i and t.dep in {"nsubj", "nsubjpass", "auxpass"} for t in tokens[start:]):
            return None
        last = verb.i - 1
        while last > start and tokens[last].tag == "RB":
            last -= 1
        near = [m for m in self.between(start, verb.i) if m.kind != "pronoun" and not m.modifier]
        near = [m for m in near if not self.is_in_brackets(m.first)]
        relative = [token.i for token in tokens[start : verb.i] if token.lower == "who"]
        ends = [last, *(i - 1 for i in relative[-1:])]
        found = next((m for end in ends for m in near if m.last == end), None)
        if found or not relative or tokens[last].text != ",":
            return found
        clause = tokens[tokens[relative[-1]].head]  # "Lee of Bath, who keeps the books, says"
        owners = {clause.head, *(t.i for t in tokens[start : verb.i] if t.dep == "appos" and t.head == clause.head)}
        owned = [m for m in near if m.head in owners and m.last < relative[-1]]
        return owned[-1] if owned and clause.dep == "relcl" else None

    def _sender(self, owner: Mention) -> Mention | None:
        """Return who sent a text or addressed people ("the firm issued a statement saying"); ``owner`` is the text."""
        tokens, mentions = self.tokens, self.mentions
        verb = tokens[owner.head].head
        is_inside = tokens[verb].lower in self.words.text_prepositions
        verb = tokens[verb].head if is_inside else verb
        is_sent = owner.kind == "nominal" and tokens[owner.head].lower in self.words.sent_texts
        is_sent = is_sent and (is_inside or tokens[verb].lower in self.words.sending_verbs)
        stem = tokens[verb].lower.removesuffix("ed").removesuffix("d")
        if tokens[verb].tag[:2] != "VB" or not (is_sent or stem in self.words.addressing_verbs):
            return None
        return next((m for m in mentions if tokens[m.head].head == verb and tokens[m.head].dep == "nsubj"), None)

    def sender_in_relative_clause(self, last: Token, start: int) -> Mention | None:
        """Return who sends a text in a relative clause ("his aunt, who posted it with the caption", "which she sent").

        Args:
            last: The last word of the sentence.
            start: Where the sentence begins.
        """
        verb = last
        for _ in range(_MAX_VERBS):
            if verb.dep == "relcl" or verb.head == verb.i:
                break
            verb = self.tokens[verb.head]
        if verb.dep != "relcl" or verb.lower not in self.words.sending_verbs:
            return None
        subject = next((t for t in self.tokens[start : verb.i] if t.head == verb.i and t.dep == "nsubj"), None)
        if subject is None:
            return None
        head = verb.head if subject.lower in self.words.personal_relatives else subject.i
        return next((m for m in self.mentions if m.head == head and m.entity != NO_ENTITY), None)

    def owner_of_text(self, verb: Token, subject: Mention | None) -> Mention | None:
        """Return whom a pronoun means that sends what a name owns ("beneath Ann's photo, which she captioned")."""
        text = self.token(verb.head)
        if subject is None or subject.kind != "pronoun" or verb.dep != "relcl":
            return None
        for _ in range(_MAX_VERBS):
            text = self.token(text.head) if text.dep == "appos" else text
        names = (m for m in self.mentions if m.kind == "name" and self.tokens[m.head].head == text.i)
        owner = next((m for m in names if self.tokens[m.head].dep == "poss"), None)
        if owner is None or text.dep != "pobj" or verb.lower not in self.words.sending_verbs:
            return None
        gender, _ = of_first_name(owner.words[0], self.words)
        return owner if gender in {subject.pronoun_for, "unknown"} else None

    def receiver_of_word(self, start: int, first: int) -> Mention | None:
        """Return to whom the author gives the word ("I'll leave the last word to Lee, who wrote:", "Over to Lee:")."""
        words = self.words
        for token in self.tokens[start:first]:
            given = self.token(token.i - 1)
            if token.lower not in words.receiver_prepositions or given.lower not in words.given_words:
                continue
            before = {t.lower for t in self.tokens[max(start, given.i - _MAX_GIVEN_TOKENS) : given.i]}
            behind = (m for m in self.between(token.i + 1, first) if m.kind != "pronoun" and not m.modifier)
            receiver = next(behind, None)
            is_near = receiver is not None and receiver.first - token.i <= _MAX_SOURCE_TOKENS
            return receiver if is_near and ("the" in before or given.i == start) else None
        return None

    def sender_of_relative(self, verb: Token, start: int) -> Mention | None:
        """Return who sent a text that a relative clause quotes ("a note from her which read")."""
        words, relative = self.words, self.token(verb.i - 1)
        if relative.lower not in words.relative_pronouns or verb.lower not in words.text_verbs | words.said:
            return None
        sender = next((m for m in self.between(start, relative.i) if m.last == relative.i - 1), None)
        if sender is None:
            return None
        before = range(sender.first - 1, max(start, sender.first - _MAX_SENDER_TOKENS), -1)
        source = next((i for i in before if self.token(i).lower in words.sender_prepositions), start)
        is_text = self.token(source - 1).lower in words.texts | words.sent_texts
        return sender if source > start and is_text and sender.entity >= 0 else None

    def sender_between_commas(self, verb: Token, start: int) -> Mention | None:
        """Return who sent a text between commas before what the text does ("The top reply, from Lee, reads")."""
        if verb.lower not in self.words.text_verbs or self.token(verb.i - 1).text != ",":
            return None
        for sender in (m for m in self.between(start, verb.i) if m.kind == "name" and not m.modifier):
            before = range(sender.first - 1, max(start, sender.first - _MAX_SENDER_TOKENS), -1)
            source = next((i for i in before if self.token(i).lower in self.words.sender_prepositions), start)
            is_between = self.token(source - 1).text == "," == self.token(sender.last + 1).text
            if source > start and is_between and sender.entity_type not in {"GPE", "LOC"}:
                return sender
        return None

    def subject_before_noun(self, verb: Token, start: int) -> Mention | None:
        """Return the name that opens a sentence whose only verb is taken for a noun ("Lee, hat in hand, whispers,")."""
        is_noun = verb.tag[:2] == "NN" and self.words.is_reporting_verb(verb.lower) and verb.lower[-1] == "s"
        is_last = self.token(verb.i + 1).text in {",", ":"} and self.token(verb.i + 2).quotation >= 0
        if not is_noun or not is_last or self.token(verb.i - 1).text != ",":
            return None
        start = next((t.i + 1 for t in reversed(self.tokens[start : verb.i]) if t.quotation >= 0), start)
        if any(t.tag in {"VBD", "VBZ", "VBP", "MD"} for t in self.tokens[start : verb.i]):
            return None
        names = (m for m in self.between(start, verb.i) if m.kind == "name" and self.token(m.last + 1).text == ",")
        return next((m for m in names if all(self.words.is_title(t.lower) for t in self.tokens[start : m.first])), None)

    def sends(self, subject: Mention, verb: Token) -> bool:
        """Return whether a relative clause tells what a text says that somebody sent ("an email that said")."""
        text = next((m for m in self.mentions if m.head == verb.head), None) if verb.dep == "relcl" else None
        is_sent = text is not None and self.tokens[text.head].lower in self.words.sent_texts
        return (text is not None and is_sent and self._sender(text) is subject) or self._posts(subject, verb)

    def _posts(self, subject: Mention, verb: Token) -> bool:
        """Return whether the parser took the only verb before a colon for a participle ("Lee, a fan, posted on X:")."""
        owners = {subject.head, self._parsed_head(subject), self.tokens[subject.head].head}
        if verb.tag != "VBN" or verb.dep != "acl" or verb.head not in owners or not subject.main:
            return False
        near = self.tokens[subject.first : verb.i + _MAX_POSTING_TOKENS]
        colon = next((t.i for t in near if t.text == ":" and t.sentence == verb.sentence), -1)
        others = (t for t in near if t.i < colon and t.i != verb.i)
        return verb.i < colon and not any(t.tag in {"VBD", "VBZ", "VBP", "MD"} for t in others)

    def is_subject_of(self, mention: Mention, verb: int) -> bool:
        """Return whether the parse has the mention as the subject of the verb or of one to which that is joined."""
        tokens = self.tokens
        own = self._parsed_head(mention)
        head = tokens[own].head
        for _ in range(_MAX_JOINED_VERBS):
            if tokens[verb].dep not in {"conj", "xcomp", "advcl"} or tokens[verb].head == verb or head == verb:
                break
            verb = tokens[verb].head
        return head == verb and tokens[own].dep in {"nsubj", "nsubjpass"}

    def _parsed_head(self, mention: Mention) -> int:
        """Return the head of a mention in the parse: the noun of "operator Northline" and "an operator, Northline,"."""
        head = self.tokens[mention.head]
        if mention.kind != "name" or head.dep != "appos":
            return head.i
        described = {m.head for m in self.mentions if m.entity == NO_ENTITY}
        return head.head if head.head in described or head.head == mention.first - 1 else head.i

    def speaking(self, start: int, first: int) -> Mention | None:
        """Return the name before a participle and a colon ("Town manager Ann Lee, speaking to the BBC:")."""
        inside = self.tokens[start:first]
        if self.tokens[first - 1].text != ":" or any(t.tag in {"VBD", "VBZ", "VBP", "MD"} for t in inside):
            return None
        for verb in (t for t in inside if t.tag == "VBG" and t.lower in self.words.speaking_participles):
            name = next((m for m in reversed(self.between(start, verb.i)) if m.kind == "name"), None)
            if name is not None and {t.text for t in self.tokens[name.last + 1 : verb.i]} <= {","}:
                return name
        return None

    def is_in_brackets(self, i: int) -> bool:
        """Return whether a token stands in brackets that opened shortly before ("John Kasich (R-Ohio) said")."""
        brackets = [t.text for t in self.tokens[max(0, i - 6) : i] if t.text in {"(", ")"}]
        return brackets[-1:] == ["("]

    def antecedent(self, who: Mention, first: int = 0) -> Mention | None:
        """Return the mention before a relative pronoun, among those that begin at or after ``first``."""
        return next((m for m in reversed(self.between(first, who.first)) if m.kind != "pronoun"), None)

    def reporter(self, subject: Mention) -> Mention | None:
        """Return who reports the clause of which the mention is the subject ("Hill said she taught him"), if known."""
        tokens, saying_verbs = self.tokens, self.words.saying_verbs
        verb = tokens[tokens[tokens[subject.head].head].head]
        is_content = tokens[tokens[subject.head].head].dep == "ccomp" and verb.lower in saying_verbs
        if not is_content or verb.i > subject.first:
            return None
        by_head = {self._parsed_head(m): m for m in self.mentions if m.entity != NO_ENTITY}
        for _ in range(_MAX_VERBS):
            own = [t.i for t in tokens if t.head == verb.i and t.dep == "nsubj" and t.i < verb.i]
            if own or verb.dep != "conj":
                return next((by_head[i] for i in own if i in by_head), None)
            verb = tokens[verb.head]
        return None
