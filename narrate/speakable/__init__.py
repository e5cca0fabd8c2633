"""Written text -> spoken text.

Rules are grouped by family, the most special first; each is a pattern over the whole text. What a rule has read is
masked for the rules after it, so that every character is read once, in its context. The policy is in
``docs/explanation/speakable.md``, the rules of a language are in ``narrate/languages``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from narrate.languages.en import speakable as english
from narrate.languages.en.numbers import digit_groups
from narrate.languages.en.speakable import NumberStyle, find_number_style
from narrate.languages.rules import Rule
from narrate.languages.spoken import load_spoken_rules
from narrate.languages.spoken_ssml import say_as
from narrate.speakable._characters import BLANKS, LONG_WORDS, SILENT
from narrate.speakable._claims import Claim, apply_rules, claims_of_lexicon, claims_of_readings, is_english, mask
from narrate.speakable._foreign import FOREIGN, FOREIGN_NAME
from narrate.types import Piece, PronunciationLexicon, Reading, Spoken

__all__ = ["EMPTY", "NumberStyle", "find_number_style", "speakable"]

EMPTY: Final = PronunciationLexicon()
_RAISED_LETTERS: Final = str.maketrans("ᵃᵇᶜᵈᵉᵍʰᵏˡᵐᵒᵖʳˢᵗ", "ªbcdeghklmºprst")
"""Raised letters of ordinals and abbreviations (XIXᵉ, Mᵐᵉ) -> the letters."""
_CLOSERS: Final = tuple(',.;:!?)”’"')


def speakable(
    text: str,
    language: str = "en-US",
    lexicon: PronunciationLexicon = EMPTY,
    readings: Sequence[Reading] = (),
    number_style: NumberStyle | None = None,
) -> Spoken:
    """Return what to say for ``text``, and which words of it stand for which of the source.

    Args:
        text: The written text.
        language: BCP 47 tag. It selects the rules, and American or British English.
        lexicon: Entries that apply before all rules.
        readings: Hints of the source itself, which apply before the lexicon. Offsets are those of ``text``.
        number_style: How the article writes its numbers (see ``find_number_style``); None if ``text`` is all of it.

    Returns:
        The spoken text, without leading or trailing blanks, and the pieces that map it to ``text``.
    """
    british = english.is_british(language)
    if not is_english(language):
        text = text.translate(_RAISED_LETTERS)
    claims: list[Claim] = []
    masked = apply_rules(text, SILENT, british, claims)
    asked, masked = claims_of_readings(text, masked, readings, language, _say_as(language))
    claims = [claim for claim in claims if not any(one.start <= claim.start < one.end for one in asked)]
    found, masked = claims_of_lexicon(text, masked, lexicon, language)
    claims += [claim._replace(words=_without_numbers(claim.words, language)) for claim in (*asked, *found)]
    if is_english(language):
        masked, unclear = english.standard_numbers(masked, number_style)
        claims += (Claim(start, end, digit_groups(text[start:end])) for start, end in unclear)
        for start, end in unclear:
            masked = mask(masked, start, end)
    apply_rules(masked, (*_rules(language.lower()), LONG_WORDS, BLANKS), british, claims)
    return _assemble(text, sorted(claims))


def _say_as(language: str) -> Callable[[str, str, str], str | None]:
    """Return the function that says the content of an element ``say-as`` in a language."""
    if is_english(language):
        return partial(english.say_as, british=english.is_british(language))
    rules = load_spoken_rules(language.lower())
    return partial(say_as, rules=rules) if rules else lambda _words, _kind, _form: None


def _rules(tag: str) -> tuple[Rule, ...]:
    """Return the rules of a language.

    Text in a language without rules keeps its numbers and signs, which its voices read.
    """
    if is_english(tag):
        return (*english.RULES, FOREIGN)
    rules = load_spoken_rules(tag)
    return (*rules.rules, FOREIGN) if rules else ()


def _without_numbers(words: str, language: str) -> str:
    """Return words that someone wrote by hand, with numbers in words and names of other scripts in Latin letters."""
    is_latin = words.replace(" ", "").isalpha() and not FOREIGN_NAME.search(words)
    is_plain = is_latin or not any(map(str.isalnum, words))
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


def _is_opened(said: str) -> bool:
    """Return whether a text ends with an opening mark; in German the mark behind a word closes."""
    return said.endswith("“") and (len(said) == 1 or said[-2].isspace() or said[-2] == "(")


def _assemble(text: str, claims: Sequence[Claim]) -> Spoken:
    said = ""
    ends: list[int] = []
    parts = list(_stretches(text, claims))
    for part in parts:
        words = part.words
        if said.endswith((" ", "(")) or not said or _is_opened(said):
            words = words.lstrip(" ")
        if words.startswith(_CLOSERS) and said.endswith(" ") and not text[part.start - 1].isspace():
            said = said[:-1]  # the blank before what is silent
        said += words
        ends.append(len(said))
    said = said.rstrip(" ")
    # Where a blank was removed again, the end of the piece that it belonged to moves too.
    ends = [min(end, len(said), *ends[index + 1 : index + 3]) for index, end in enumerate(ends)]
    spans = zip([0, *ends], ends, parts, strict=False)
    pieces = (Piece(start, end, part.start, part.end, part.ipa, part.language) for start, end, part in spans)
    return Spoken(said, tuple(pieces))
