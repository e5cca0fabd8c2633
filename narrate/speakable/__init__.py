"""Written text -> spoken text.

Rules are grouped by family, the most special first; each is a pattern over the whole text. What a rule has read is
masked for the rules after it, so that every character is read once, in its context. The policy is in
``docs/explanation/speakable.md``, the rules of a language are in ``narrate/languages``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from narrate.languages.en import speakable as english
from narrate.languages.rules import Rule
from narrate.speakable._characters import BLANKS, SILENT
from narrate.speakable._claims import Claim, apply_rules, claims_of_lexicon, claims_of_readings
from narrate.types import Piece, PronunciationLexicon, Reading, Spoken

__all__ = ["EMPTY", "speakable"]

EMPTY: Final = PronunciationLexicon()
_RULES: Final[dict[str, tuple[Rule, ...]]] = {"en": english.RULES}
"""Language -> its rules. Text in other languages keeps its numbers and signs, which its voices read."""
_CLOSERS: Final = tuple(',.;:!?)”’"')


def speakable(
    text: str,
    language: str = "en-US",
    lexicon: PronunciationLexicon = EMPTY,
    readings: Sequence[Reading] = (),
) -> Spoken:
    """Return what to say for ``text``, and which words of it stand for which of the source.

    Args:
        text: The written text.
        language: BCP 47 tag. It selects the rules, and American or British English.
        lexicon: Entries that apply before all rules.
        readings: Hints of the source itself, which apply before the lexicon. Offsets are those of ``text``.

    Returns:
        The spoken text, without leading or trailing blanks, and the pieces that map it to ``text``.
    """
    british = english.is_british(language)
    claims: list[Claim] = []
    masked = apply_rules(text, SILENT, british, claims)
    asked, masked = claims_of_readings(text, masked, readings, british)
    claims = [claim for claim in claims if not any(one.start <= claim.start < one.end for one in asked)]
    found, masked = claims_of_lexicon(text, masked, lexicon)
    claims += [claim._replace(words=_without_numbers(claim.words, language)) for claim in (*asked, *found)]
    rules = _RULES.get(language.lower().split("-")[0], ())
    apply_rules(masked, (*rules, BLANKS), british, claims)
    return _assemble(text, sorted(claims))


def _without_numbers(words: str, language: str) -> str:
    """Return words that someone wrote by hand, with any numbers in them in words."""
    is_plain = words.replace(" ", "").isalpha() or not any(map(str.isalnum, words))
    return words if is_plain else speakable(words, language).text


def _stretches(text: str, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield ``claims`` and, between them, the source unchanged."""
    position = 0
    for claim in claims:
        if claim.start > position:
            yield Claim(position, claim.start, text[position : claim.start])
        yield claim
        position = claim.end
    if position < len(text):
        yield Claim(position, len(text), text[position:])


def _assemble(text: str, claims: Sequence[Claim]) -> Spoken:
    said = ""
    ends: list[int] = []
    parts = list(_stretches(text, claims))
    for part in parts:
        words = part.words
        if said.endswith((" ", "(", "“")) or not said:
            words = words.lstrip(" ")
        if words.startswith(_CLOSERS) and said.endswith(" ") and not text[part.start - 1].isspace():
            said = said[:-1]  # the blank before what is silent
        said += words
        ends.append(len(said))
    said = said.rstrip(" ")
    # Where a blank was removed again, the end of the piece that it belonged to moves too.
    ends = [min(end, len(said), *ends[index + 1 : index + 3]) for index, end in enumerate(ends)]
    spans = zip([0, *ends], ends, parts, strict=False)
    return Spoken(said, tuple(Piece(start, end, part.start, part.end, part.ipa) for start, end, part in spans))
