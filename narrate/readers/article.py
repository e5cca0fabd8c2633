"""The last step of every reader: decide what is the headline, who wrote the article, and what is skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from narrate.errors import SourceError
from narrate.languages import ENGLISH, BoilerplateWords, disclaimer_for, language_of
from narrate.languages.capitals import is_in_capitals, sentence_case
from narrate.languages.codes import language_code
from narrate.languages.controls import STEERING
from narrate.languages.marks import CLOSING, OPENING
from narrate.languages.small_letters import small_letters
from narrate.languages.speech import attributed_languages, load_speech
from narrate.readers import boilerplate, skip_reasons
from narrate.readers.decoding import replace_controls
from narrate.readers.extracted import ExtractedText, stripped
from narrate.readers.language import check_mixture, choose_language
from narrate.readers.metadata import Metadata, without_byline_word
from narrate.types import Article, Skipped, Span

IN_CAPITALS: Final = "The article is in capitals. It is read in small letters; check its names."
_MAX_HEADLINE_WORDS, _MAX_HEADLINE_CHARACTERS = 22, 160
_LINES_WITH_SENTENCE = 8
"""One of the first so many lines must end like a sentence if the first is a headline."""
_NAME_WORD = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]*)*,?\Z")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.)+\Z")
_ENDS_SENTENCE = re.compile(rf"[.!?…][{CLOSING})\]]*\Z")
_QUOTED_WHOLE = re.compile(rf"[{OPENING}].*[{CLOSING},]\Z", re.DOTALL)
_ATTRIBUTED = re.compile(rf".+?[,.!?…][{CLOSING}]\s+[a-z]")
_CLOSED = re.compile(rf"[{CLOSING}](?!\w)")
_INVALID_CHARACTER = re.compile(f"{STEERING.pattern}|[\ud800-\udfff]")
_PUNCTUATION = re.compile(r"[\W_]+")


def build_article(
    extracted: ExtractedText,
    metadata: Metadata,
    disclaimer: str,
    keep: frozenset[str] = frozenset(),
    language: str = "",
) -> Article:
    """Build an article from the text of a source, and from what the source says about it.

    ``disclaimer`` is the configured one. Text with a reason in ``keep`` is not skipped. ``language``
    is the one that the user chose. Raises SourceError if nothing is left to speak.
    """
    metadata, extracted = _without_invalid_characters(metadata), _without_controls(extracted)
    texts = _texts(extracted)
    if not texts:
        raise SourceError("the article is empty. Add some text.")
    in_capitals = is_in_capitals(extracted.text)
    shown = [text.lower() for text in texts] if in_capitals else texts
    tag, warnings = choose_language(shown, metadata.language, language)
    if metadata.byline and language_code(tag) != language_code(metadata.language or ENGLISH.code):
        metadata = replace(metadata, byline=without_byline_word(metadata.byline, tag))
    if in_capitals:
        metadata, extracted = _without_capitals(metadata, extracted, tag)
        texts = _texts(extracted)
    phrases = language_of(tag).boilerplate
    reasons = _reasons(extracted, texts, disclaimer_for(tag, disclaimer), keep, phrases)
    spoken = [index for index, reason in enumerate(reasons) if reason is None]
    if not spoken:
        raise SourceError(f"all of its text is skipped ({reasons[0]}). Add some text to speak.")
    lines = [texts[index] for index in spoken]
    has_headline = _has_headline(lines, extracted.heading, metadata.title, phrases)
    if has_headline and len(lines) == 1:
        raise SourceError("the article has a headline but no text below it. Add some text.")
    byline = _byline(lines[1:3] if has_headline else lines[:1], phrases)
    for index in boilerplate.find_bylines(texts, spoken[has_headline:], (metadata.byline, byline), phrases):
        reasons[index] = None if skip_reasons.BYLINE in keep else skip_reasons.BYLINE
    body = [index for index in spoken[has_headline:] if reasons[index] is None]
    if not body:
        raise SourceError("the article has a byline but no text below it. Add some text.")
    is_chosen = bool(language) or metadata.is_language_chosen
    mixture, mixture_warnings = check_mixture([shown[index] for index in body], tag, is_chosen=is_chosen)
    datelines = {} if skip_reasons.DATELINE in keep else boilerplate.find_dateline(texts, body, phrases)
    return Article(
        title=metadata.title or (_name(lines[0]) if has_headline else None),
        byline=metadata.byline or _name(byline or ""),
        language=tag,
        published=metadata.published,
        source=metadata.source,
        text=extracted.text,
        headline=extracted.paragraphs[spoken[0]] if has_headline else None,
        paragraphs=tuple(
            replace(extracted.paragraphs[index], start=extracted.paragraphs[index].start + datelines.get(index, 0))
            for index in body
        ),
        skipped=extracted.skipped + _skipped(extracted, reasons, datelines),
        cast=metadata.cast,
        lexicon=metadata.lexicon,
        readings=extracted.readings,
        emphasized=tuple(extracted.paragraphs[index] for index in body if index in extracted.emphasized),
        warnings=metadata.warnings + extracted.warnings + warnings + mixture_warnings,
        mixture=mixture,
        outlet=metadata.outlet,
        image=metadata.image,
    )


def _without_invalid_characters(metadata: Metadata) -> Metadata:
    """Remove what divides a tag's values, steers terminals, or sets a direction, and halves of characters."""
    names = ("title", "byline", "source", "outlet", "image")
    cleaned: dict[str, Any] = {name: _clean(getattr(metadata, name) or "") for name in names}
    cast = {_clean(name): _clean(voice) for name, voice in metadata.cast.items()}
    return replace(metadata, **cleaned, cast={name: voice for name, voice in cast.items() if name and voice})


def _clean(text: str) -> str | None:
    return _INVALID_CHARACTER.sub("", text).strip() or None


def _name(line: str) -> str | None:
    """Return a line as a title or a name, without the characters that neither may hold."""
    return _clean(" ".join(line.split()))


def _texts(extracted: ExtractedText) -> list[str]:
    return [extracted.text[span.start : span.end] for span in extracted.paragraphs]


def _without_capitals(metadata: Metadata, extracted: ExtractedText, language: str) -> tuple[Metadata, ExtractedText]:
    """Write an article that is in capitals throughout as other articles are, so that its names are found."""
    code = language_code(language)
    is_other = code in attributed_languages()
    lowered = partial(small_letters, words=load_speech(code)) if is_other else sentence_case
    texts = {key: getattr(metadata, key) or "" for key in ("title", "byline")}
    changed: dict[str, Any] = {key: lowered(text) for key, text in texts.items() if text.isupper()}
    heading = extracted.heading and lowered(extracted.heading)
    text, warnings = lowered(extracted.text), (*extracted.warnings, IN_CAPITALS)
    return replace(metadata, **changed), replace(extracted, text=text, heading=heading, warnings=warnings)


def _without_controls(extracted: ExtractedText) -> ExtractedText:
    """Replace control characters, which formats with escapes can hold. Paragraphs of nothing else are left out."""
    text = replace_controls(extracted.text)
    skipped = tuple(replace(one, text=replace_controls(one.text)) for one in extracted.skipped)
    if text == extracted.text:
        return replace(extracted, skipped=skipped)
    spans = [stripped(text, span.start, span.end) for span in extracted.paragraphs]
    kept = [index for index, span in enumerate(spans) if span is not None]
    reasons = {place: extracted.reasons[index] for place, index in enumerate(kept) if index in extracted.reasons}
    heading = replace_controls(extracted.heading).strip() if extracted.heading else None
    changed: dict[str, Any] = {"paragraphs": tuple(filter(None, spans)), "heading": heading, "reasons": reasons}
    changed["emphasized"] = frozenset(place for place, index in enumerate(kept) if index in extracted.emphasized)
    return replace(extracted, text=text, skipped=skipped, **changed)


def _reasons(
    extracted: ExtractedText, texts: Sequence[str], disclaimer: str, keep: frozenset[str], phrases: BoilerplateWords
) -> list[str | None]:
    """Return why each paragraph is not spoken, by the structure of its source, or else by its words and place."""
    found = [extracted.reasons.get(index) for index in range(len(texts))]
    found = [None if reason in keep else reason for reason in found]
    candidates = [index for index, reason in enumerate(found) if reason is None]
    by_words = boilerplate.find_skipped([texts[index] for index in candidates], disclaimer, phrases)
    for index, reason in zip(candidates, by_words, strict=True):
        found[index] = None if reason in keep else reason
    return found


def _skipped(
    extracted: ExtractedText, reasons: Sequence[str | None], datelines: Mapping[int, int]
) -> tuple[Skipped, ...]:
    """Return the skipped paragraphs, each with the blanks up to the next one, the first also with those before it."""
    starts = [0, *(span.start for span in extracted.paragraphs[1:]), len(extracted.text)]
    found = []
    for index, (span, reason) in enumerate(zip(extracted.paragraphs, reasons, strict=True)):
        if reason is not None:
            text = extracted.text[span.start : span.end]
            found.append(Skipped(text, reason, Span(starts[index], starts[index + 1])))
        elif index in datelines:
            end = span.start + datelines[index]
            text = extracted.text[span.start : end].strip()
            found.append(Skipped(text, skip_reasons.DATELINE, Span(starts[index], end)))
    return tuple(found)


def _has_headline(lines: Sequence[str], heading: str | None, title: str | None, phrases: BoilerplateWords) -> bool:
    """Return whether the first line that is spoken is the headline."""
    if title is not None:
        return _plain(lines[0]) == _plain(title)
    return len(lines) > 1 and (lines[0] == heading or _looks_like_headline(lines, phrases))


def _looks_like_headline(lines: Sequence[str], phrases: BoilerplateWords) -> bool:
    """Return whether the first line is short and not a sentence (unless a byline follows), and sentences follow.

    A quotation, a byline, a date and a dateline are not headlines.
    """
    first = lines[0]
    if len(first.split()) > _MAX_HEADLINE_WORDS or len(first) > _MAX_HEADLINE_CHARACTERS:
        return False
    is_date = phrases.date.fullmatch(first) or phrases.agency_dateline.match(first)
    if is_date or _byline([first], phrases) or _is_quotation(first):
        return False
    if _byline(lines[1:2], phrases):
        return True
    is_sentence = first.endswith((".", ",", ";", ":", "…")) and not _ABBREVIATED.search(first)
    return not is_sentence and any(_ENDS_SENTENCE.search(line) for line in lines[1:_LINES_WITH_SENTENCE])


def _is_quotation(line: str) -> bool:
    """Return whether a line is quoted as a whole, is a quotation with its speaker, or opens a quotation."""
    if line[0] not in OPENING:
        return False
    is_speech = _QUOTED_WHOLE.fullmatch(line) or _ATTRIBUTED.match(line)
    return is_speech is not None or not _CLOSED.search(line, 1)


def _byline(lines: Sequence[str], phrases: BoilerplateWords) -> str | None:
    """Return the names in the first line like 'By Jane Doe and John Roe | May 3'."""
    for line in lines:
        match = phrases.byline.fullmatch(line) if boilerplate.may_be_byline(line, len(line.split())) else None
        if match is None:
            continue
        words = match["names"].split()
        after_first = next((word for word in words[1:] if word not in phrases.name_particles), "")
        if all(_NAME_WORD.match(word) for word in words[:2]) and after_first[:1].isupper():
            return " ".join(words)
    return None


def _plain(text: str) -> str:
    """Return ``text`` in lower case without punctuation, to compare a title with a line in other quotation marks."""
    return _PUNCTUATION.sub(" ", text).strip().casefold()
