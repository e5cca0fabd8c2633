"""Link the mentions of one person in a sentence: names to their appositions, and to who gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution.mention import NO_ENTITY, UNKNOWN_ENTITY, Mention
from narrate.attribution.parse import Paragraph, Token
from narrate.attribution.token_runs import AGE, is_amount, joined_to

_MAX_NAMES_INSIDE: Final = 3
"""Names that a description can hold before its noun."""
_MAX_SENTENCE_TOKENS: Final = 60
"""Tokens of a sentence in which its main verb and the subject of that are looked for."""
_SUBJECT_RELATIONS: Final = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})
_MAX_ONE_TOKENS: Final = 30
"""Tokens between "one" of several and the name that says who that is."""


def linked_mentions(paragraph: Paragraph, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions of a paragraph but amounts of money. Each name has the roles of its appositions."""
    mentions = [mention for mention in mentions if not is_amount(paragraph.tokens, mention.first, paragraph.words)]
    linker = _Linker(paragraph)
    return linker.named_ones(linker.identified(linker.given_names(linker.apposed(linker.linked(mentions)))))


class _Linker:
    def __init__(self, paragraph: Paragraph) -> None:
        self.tokens = paragraph.tokens
        self.token = paragraph.token
        self.words = paragraph.words

    def linked(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Give names the roles of their appositions: "X, the mayor", "the mayor, X", "X is the mayor"."""
        linked = list(mentions)
        for at in range(len(linked)):
            left, behind = linked[at], at + 1
            while behind < len(linked) and linked[behind].first <= left.last:  # in a complement ("a lawyer for Dale")
                behind += 1
            if behind == len(linked):
                continue
            behind = self.whole(linked, behind)
            right = linked[behind]
            if left.sentence != right.sentence or self.is_another_speaker(right) or self.is_next_subject(left, right):
                continue
            if self.is_subject_behind_opening(left, right):
                linked[behind] = replace(right, subject=True, main=True)
                continue
            between = " ".join(t.lower for t in self.tokens_between(left, right))
            if left.kind == "name" and right.kind == "nominal" and self.is_apposition(between):
                is_in_apposition = between[:1] in {",", "("}
                is_subject, is_main = left.subject or right.subject, left.main or right.main
                named = replace(left, roles=left.roles + right.roles)
                linked[at] = replace(named, subject=is_subject, main=is_main) if between == "," else named
                linked[behind] = replace(right, entity=NO_ENTITY if is_in_apposition else UNKNOWN_ENTITY)
            elif left.kind == "nominal" and left.definite and right.kind == "name" and between == ",":
                closed = self.token(right.last + 1).text in {",", ".", ";", ":"}
                is_role = not left.plural and self.words.is_role(self.tokens[left.head].lower)
                is_other = self.is_text_of_person(left, right)
                if closed and not is_other and (is_role or self.tokens[right.head].dep in {"appos", "nsubj", "conj"}):
                    linked[at], linked[behind] = _as_apposition(left, right)
            elif self.is_introduced(left, right):
                linked[at], linked[behind] = _as_apposition(left, right)
        return linked

    def whole(self, mentions: Sequence[Mention], at: int) -> int:
        """Return the number of the description in which a mention is a name ("CNN" in "the CNN host"); else its own."""
        name = mentions[at]
        for behind in range(at + 1, min(len(mentions), at + 1 + _MAX_NAMES_INSIDE)):
            whole = mentions[behind]
            if name.kind == "name" and whole.kind == "nominal" and whole.first <= name.first and name.last < whole.head:
                return behind
        return at

    def tokens_between(self, left: Mention, right: Mention) -> list[Token]:
        """Return the tokens between two mentions, without the titles of the second ("The judge, Mr Justice Lee,")."""
        between = list(self.tokens[left.last + 1 : right.first])
        while len(between) > 1 and right.kind == "name" and self.words.is_title(between[-1].lower.strip(".")):
            between.pop()
        return between

    def apposed(self, mentions: list[Mention]) -> list[Mention]:
        """Make subjects of names in apposition to words that are no mention ("The older of the girls, Josie, ran").

        Such words are also the roles that are part of the mention of a name ("His colleague Ruth Ellis puts it so").
        A description is one behind one of several ("One of the seven, a man in slippers, spoke").
        """
        heads = {mention.head for mention in mentions}
        linked = list(mentions)
        for at, name in enumerate(mentions):
            token = self.tokens[name.head]
            described = self.tokens[token.head]
            is_one = described.lower in self.words.standalone_subjects and name.titles[:1] in {("a",), ("an",)}
            is_able = name.kind == "name" or (is_one and not name.plural)
            if not is_able or token.dep != "appos" or token.head in heads:
                continue
            if described.dep in {"nsubj", "nsubjpass"} and described.tag[:2] != "PR":
                is_main = joined_to(self.tokens, described.head).dep == "ROOT"
                linked[at] = replace(name, subject=True, main=is_main)
        return linked

    def given_names(self, mentions: list[Mention]) -> list[Mention]:
        """Link the names that people give to what describes them in the sentence ("a woman who gave her name as X")."""
        linked = list(mentions)
        for at, name in enumerate(linked):
            begin = at
            while name.given and begin and linked[begin - 1].sentence == name.sentence:
                begin -= 1
            near = range(at - 1, begin - 1, -1)
            described = (n for n in near if linked[n].kind == "nominal" and not linked[n].plural and linked[n].roles)
            persons = (n for n in described if self.words.is_role(linked[n].roles[0].split()[-1].lower()))
            person = next(persons, None)
            if person is not None and linked[person].entity == UNKNOWN_ENTITY:
                linked[person], linked[at] = _as_apposition(linked[person], name)
        return linked

    def identified(self, mentions: list[Mention]) -> list[Mention]:
        """Link one of several to the words that say who that is ("One person who will miss it is the keeper.")."""
        linked, tokens = list(mentions), self.tokens
        for at, one in enumerate(mentions):
            is_unknown = one.kind == "nominal" and one.titles[:1] in {("one",), ("another",)}
            if not is_unknown or not one.main or not self.words.is_role(tokens[one.head].lower):
                continue
            verb = tokens[tokens[one.head].head]
            said = [n for n, m in enumerate(mentions) if tokens[m.head].head == verb.i and tokens[m.head].dep == "attr"]
            said = [n for n in said if mentions[n].kind == "name" or self.words.is_role(tokens[mentions[n].head].lower)]
            if said and verb.lower in self.words.forms_of_be and not mentions[said[0]].plural:
                linked[at] = replace(one, entity=NO_ENTITY)
                linked[said[0]] = replace(mentions[said[0]], subject=True, main=True)
        return linked

    def named_ones(self, mentions: list[Mention]) -> list[Mention]:
        """Make the name behind one of several the subject ("One of her aides, Pat Hill, lives here and wrote")."""
        linked = list(mentions)
        for at, name in enumerate(mentions):
            if name.kind != "name" or name.subject or self.token(name.last + 1).text != ",":
                continue
            if at and mentions[at - 1].kind == "nominal" and name.last <= mentions[at - 1].last:
                continue
            verb = self.token(name.last + 2)
            near = self.tokens[max(0, name.first - _MAX_ONE_TOKENS) : name.first]
            before = (t.lower for t in near if t.head == verb.i and t.dep == "nsubj")
            if verb.tag in {"VBD", "VBZ"} and any(word in self.words.standalone_subjects for word in before):
                linked[at] = replace(name, subject=True, main=verb.dep == "ROOT", modifier=False)
        return linked

    def is_introduced(self, description: Mention, name: Mention) -> bool:
        """Return whether a name is in apposition to what one person is ("a delegate of the town, Jim Poole, said")."""
        if description.kind != "nominal" or name.kind != "name" or description.plural:
            return False
        token = self.tokens[name.head]
        is_closed = self.token(name.first - 1).text == "," and self.token(name.last + 1).text in {",", ".", ";"}
        head_word = self.tokens[description.head].lower
        is_person = token.entity == "PERSON" and not self.words.is_group(head_word)
        last = self.tokens[description.last]
        heads = {description.head, last.i if last.tag == "NNP" else description.head}  # "a lawyer for Dale, Jo Pryce,"
        is_fitting = is_person or head_word in self.words.firms_or_persons
        is_named = token.dep == "appos" and token.head in heads and is_closed and is_fitting
        return is_named and not self.is_text_of_person(description, name)

    def is_text_of_person(self, description: Mention, name: Mention) -> bool:
        """Return whether a text stands before a person ("According to the complaint, Tyler Roane, 27, walked in")."""
        return self.tokens[description.head].lower in self.words.texts and name.entity_type == "PERSON"

    def is_another_speaker(self, mention: Mention) -> bool:
        """Return whether a description is not an apposition: a text, or a speaker ("Lee, a top aide said, ...")."""
        if mention.kind != "nominal":
            return False
        following = self.token(mention.last + 1)
        reports = following.lower in self.words.saying_verbs and following.tag in {"VBD", "VBZ"}
        return reports or self.token(mention.head).lower in self.words.texts

    def is_next_subject(self, name: Mention, description: Mention) -> bool:
        """Return whether a description behind a name is a subject of its own ("In a letter to Lee, the firm said")."""
        is_subject = self.tokens[description.head].dep in {"nsubj", "nsubjpass"}
        is_object = self.tokens[name.head].dep in {"pobj", "dobj"}
        return is_object and is_subject and self.token(description.last + 1).text != ","

    def is_subject_behind_opening(self, description: Mention, name: Mention) -> bool:
        """Return whether a name is the subject behind the opening of a sentence ("In a letter to the bank, Lee said").

        The sentence has no other subject in the parse.
        """
        if description.kind != "nominal" or name.kind != "name" or self.token(description.last + 1).text != ",":
            return False
        begin = description.first
        while begin and self.tokens[begin - 1].sentence == description.sentence:
            begin -= 1
        if self.tokens[begin].lower not in self.words.text_prepositions or name.first != description.last + 2:
            return False
        behind = self.token(name.last + 1)
        if behind.tag not in {"VBD", "VBZ"} and self.token(name.last + 2).lower not in self.words.clause_openers:
            return False
        inside = [t for t in self.tokens[begin : begin + _MAX_SENTENCE_TOKENS] if t.sentence == description.sentence]
        root = next((t for t in inside if t.dep == "ROOT" and t.i > name.last and t.tag in {"VBD", "VBZ"}), None)
        return root is not None and not any(t.head == root.i and t.dep in _SUBJECT_RELATIONS for t in inside)

    def is_apposition(self, between: str) -> bool:
        """Return whether the words between a name and a description make them one; an age may stand between commas."""
        if between in self.words.appositions:
            return True
        parts = between.split(" ")
        return len(parts) == 3 and parts[0] == parts[2] == "," and AGE.match(parts[1]) is not None


def _as_apposition(description: Mention, name: Mention) -> tuple[Mention, Mention]:
    """Return a description without an entity, and the name behind it with its role and its place in the sentence."""
    is_subject, is_main = name.subject or description.subject, name.main or description.main
    named = replace(name, roles=name.roles + description.roles, subject=is_subject, main=is_main)
    return replace(description, entity=NO_ENTITY), named
