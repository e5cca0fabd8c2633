"""Written text -> what the engine is to say.

Rules by family, the most special first, each a pattern over the whole text. What a rule has read is masked for those
that follow, so that every character is read once, in its context. ``docs/explanation/speakable.md`` has the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from narrate.speakable import amounts, counts, letters, marks, names, times
from narrate.speakable.entries import Claim, by_lexicon
from narrate.speakable.marked import by_readings
from narrate.speakable.rules import MASK, Rule
from narrate.types import Piece, PronunciationLexicon, Reading, Spoken

BRITISH: Final = ("en-gb", "en-ie", "en-au", "en-nz", "en-za", "en-in")
"""Languages whose readers say "two hundred and nineteen" and "the eleventh of May"."""
ENGLISH: Final[tuple[Rule, ...]] = (
    *marks.WEB,
    *counts.PHONES,
    *counts.MULTITUDES,
    *times.RULES,
    *amounts.RULES,
    *counts.SCORES,
    *names.RULES,
    *letters.RULES,
    *counts.RULES,
    *marks.LAST,
)
EMPTY: Final = PronunciationLexicon()
CLOSERS: Final = tuple(',.;:!?)”’"')


def speakable(
    text: str, language: str = "en-US", lexicon: PronunciationLexicon = EMPTY, readings: Sequence[Reading] = ()
) -> Spoken:
    """What to say for ``text``, and which words of it stand for which of the source.

    ``language`` is a BCP 47 tag: it decides between American and British English; text in any other language keeps its
    numbers and signs, which its voices read. The entries of ``lexicon`` go before all other rules, and ``readings``,
    what the source itself asks for, before these.
    """
    british = language.lower().startswith(BRITISH)
    rules = ENGLISH if language.lower().split("-")[0] == "en" else (marks.BLANKS,)
    claims: list[Claim] = []
    masked = _read(text, marks.FIRST, british, claims)
    asked, masked = by_readings(text, masked, readings, british)
    claims = [claim for claim in claims if not any(one[0] <= claim[0] < one[1] for one in asked)]
    claims += [_spelt_out(claim, language) for claim in asked]
    found, masked = by_lexicon(text, masked, lexicon)
    claims += [_spelt_out(claim, language) for claim in found]
    _read(masked, rules, british, claims)
    return _assembled(text, sorted(claims))


def _spelt_out(claim: Claim, language: str) -> Claim:
    """``claim``, whose words somebody wrote down by hand, with any numbers in them in words."""
    start, end, words, ipa = claim
    return start, end, words if words.replace(" ", "").isalpha() else _kept(words, language), ipa


def _kept(words: str, language: str) -> str:
    return speakable(words, language).text if any(map(str.isalnum, words)) else words


def _read(masked: str, rules: Sequence[Rule], british: bool, claims: list[Claim]) -> str:
    """Apply ``rules`` to ``masked``, add what they claim to ``claims``, and return the text with that masked too."""
    for pattern, say in rules:
        taken = []
        for match in pattern.finditer(masked):
            spoken = say(match, british)
            if spoken is not None:
                taken.append((*match.span("it" if "it" in pattern.groupindex else 0), spoken, ""))
        claims += taken
        for start, end, _, _ in taken:
            masked = masked[:start] + MASK * (end - start) + masked[end:]
    return masked


def _stretches(text: str, claims: Sequence[Claim]) -> Iterator[Claim]:
    """``claims``, and between them the source as it stands."""
    at = 0
    for claim in claims:
        if claim[0] > at:
            yield at, claim[0], text[at : claim[0]], ""
        yield claim
        at = claim[1]
    if at < len(text):
        yield at, len(text), text[at:], ""


def _assembled(text: str, claims: Sequence[Claim]) -> Spoken:
    said = ""
    ends: list[int] = []
    parts = list(_stretches(text, claims))
    for start, _, spoken, _ in parts:
        if said.endswith((" ", "(", "“")) or not said:
            spoken = spoken.lstrip(" ")
        if spoken.startswith(CLOSERS) and said.endswith(" ") and not text[start - 1].isspace():
            said = said[:-1]  # the blank before what is silent
        said += spoken
        ends.append(len(said))
    said = said.rstrip(" ")
    # Where a blank was taken back, so is the end of the piece that it belonged to.
    ends = [min(end, len(said), *ends[at + 1 : at + 3]) for at, end in enumerate(ends)]
    pieces = (Piece(at, end, part[0], part[1], part[3]) for at, end, part in zip([0, *ends], ends, parts, strict=False))
    return Spoken(said, tuple(pieces))
