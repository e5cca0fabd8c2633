"""Find who made the claims that an article checks: its numbered claims are in marks behind "Claim 1:"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution.clauses import Clause, Pattern
from narrate.attribution.labels import Bearers
from narrate.attribution.mention import Mention
from narrate.attribution.parse import Paragraph
from narrate.attribution.token_runs import verb_of_subject

UNCLAIMED: Final = "unclaimed"
"""In place of the verb, that the label of a claim says nothing of who made it."""
_MAX_LABEL: Final = 40
"""Characters of a label such as "The minister's second claim:"."""
_BEHIND: Final[Collection[Pattern]] = ("follows", "inverted", "according")
"""Patterns of clauses behind a quotation."""
_NEAR_TOKENS: Final = 4
"""Tokens between a name and the claims that it owns ("Lee's main claims", "claims made by Lee")."""


class ClaimLabels:
    """The labels of an article's numbered claims. Who made them is found once.

    A claim is of the named person or group whose claims the text before the first label is about, or of the only
    person named there and in the title. A myth is of no one.

    Args:
        places: The paragraphs and the mentions in each.
        table: The entities of the article.
    """

    def __init__(self, places: Sequence[tuple[Paragraph, Sequence[Mention]]], table: Bearers) -> None:
        self._places, self._table = places, table
        self._claimants: list[Mention | None] = []

    def clause(self, before: str, reporting: Sequence[Clause], number: int) -> Clause | None:
        """Return the clause of the label of a claim, or None if there is no such label.

        Args:
            before: The paragraph of the claim before it.
            reporting: The clauses that could report the claim. One behind it says who made it.
            number: Number of that paragraph. Calls are in the order of the paragraphs.
        """
        paragraph = self._places[number][0]
        words, label = paragraph.words, before.strip()
        is_reported = any(clause.pattern in _BEHIND for clause in reporting)
        if not label or len(label) > _MAX_LABEL or number == 0 or is_reported:
            return None
        is_myth = words.myth_label_pattern.fullmatch(label) is not None
        if not is_myth and words.claim_label_pattern.fullmatch(label) is None:
            return None
        claimant = None if is_myth else self._claimant(number)
        if claimant is not None:
            return Clause("label", replace(claimant, kind="name"), ":", 0)
        place = (number, 0, 0, 0, paragraph.start, paragraph.start + len(label))
        return Clause("label", Mention("nominal", *place, label.rstrip(":"), tuple(label.split())), UNCLAIMED, 0)

    def _claimant(self, number: int) -> Mention | None:
        if not self._claimants:
            self._claimants.append(_claimant(self._places[: _first_label(number, self._places)], self._table))
        return self._claimants[0]


def _first_label(number: int, places: Sequence[tuple[Paragraph, Sequence[Mention]]]) -> int:
    """Return the number of the first paragraph that begins with the label of a claim, up to ``number``."""
    labels = (n for n in range(1, number) if places[n][0].words.claim_label_pattern.match(_line(places[n][0])))
    return next(labels, number)


def _line(paragraph: Paragraph) -> str:
    return " ".join(t.text for t in paragraph.tokens[:_NEAR_TOKENS])


def _claimant(places: Sequence[tuple[Paragraph, Sequence[Mention]]], table: Bearers) -> Mention | None:
    """Return a mention of who makes claims in the introduction, or of the only person there if the title names them."""
    named = [(paragraph, m) for paragraph, near in places for m in near if table.is_named(m, {"person", "group"})]
    claiming = [m for paragraph, m in named if _makes_claims(m, paragraph)]
    counts = Counter(m.entity for m in claiming)
    if counts:
        most = max(counts, key=lambda entity: counts[entity])
        return next(m for m in claiming if m.entity == most)
    persons = [m for _, m in named if table.is_named(m, {"person"})]
    is_titled = bool(persons) and persons[0].paragraph == 0
    return persons[0] if is_titled and len({m.entity for m in persons}) == 1 else None


def _makes_claims(mention: Mention, paragraph: Paragraph) -> bool:
    """Return whether the words around a mention say that somebody makes claims ("Lee claims", "Lee made claims")."""
    words, tokens = paragraph.words, paragraph.tokens
    verb = verb_of_subject(tokens, mention.head).lower if mention.subject else ""
    if verb in words.claiming_verbs:
        return True
    has_claims = any(t.lower in words.claim_nouns for t in tokens if t.sentence == mention.sentence)
    if verb in words.claim_making_verbs:
        return has_claims
    behind = tokens[mention.last + 1 : mention.last + 2 + _NEAR_TOKENS]
    before = tokens[max(0, mention.first - _NEAR_TOKENS) : mention.first]
    is_owner = bool(behind) and behind[0].tag == "POS" and any(t.lower in words.claim_nouns for t in behind)
    is_agent = any(t.lower == words.agent_preposition for t in before)
    return is_owner or (is_agent and any(t.lower in words.claim_nouns for t in before))
