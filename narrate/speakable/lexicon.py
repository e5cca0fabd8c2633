"""Pronunciation lexicons, in Narrate's TOML or in W3C PLS 1.0 (Pronunciation Lexicon Specification)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, get_args

from narrate.errors import SourceError, UsageError, reason
from narrate.languages.codes import language_code
from narrate.languages.controls import STEERING
from narrate.storage import convert
from narrate.types import Article, LexiconEntry, PartOfSpeech, PronunciationLexicon

NAMESPACE: Final = "http://www.w3.org/2005/01/pronunciation-lexicon"
ROLES: Final = "urn:narrate:part-of-speech"
_XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE_TAG: Final = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_ENGLISH: Final = "en"
MAX_ALIAS_CHARACTERS: Final = 1000
"""Longest alias or sound of a word: an article that repeats the word must not become endless."""
_TOO_LONG: Final = f"longer than {MAX_ALIAS_CHARACTERS} characters. Shorten it."
_NOT_IPA: Final = re.compile(r"[\[\]()/\d]")
"""Characters that no sound may hold: they would end the markup that carries it to the engine."""

NumberedEntries = Iterable[tuple[int, LexiconEntry]]
"""Entries, each with its line in the file."""


def load_lexicon(path: Path) -> PronunciationLexicon:
    """Read a pronunciation lexicon: PLS if the name ends in ``.pls`` or ``.xml``, else TOML.

    Raises:
        SourceError: If the file cannot be read, or an entry is empty, repeated or has an unknown key. The message names
            the file and the line.
    """
    try:
        if path.suffix.lower() in (".pls", ".xml"):
            return _checked(_pls_entries(path.read_bytes(), path), path)
        return _load_toml(path.read_text(encoding="utf-8-sig"), path)
    except OSError as error:
        raise SourceError(f"Cannot read the lexicon {path}: {reason(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"Cannot read the lexicon {path}: it is not valid TOML ({reason(error)}).") from error


def lexicon_for(
    article: Mapping[str, str], *, desk: Path | None, house: Path | None, language: str = "en"
) -> PronunciationLexicon:
    """Return the entries of an article, then those of its desk, then those of ``house``: the first for a word counts.

    Args:
        article: For each word what to say instead, or its sound in IPA between slashes.
        desk: The lexicon file of the desk, if it has one.
        house: The lexicon file for all desks, if there is one for the language.
        language: BCP 47 tag of the article. Entries for other languages are left out.

    Raises:
        SourceError: If a sound in ``article`` is not IPA, or as :func:`load_lexicon`.
    """
    own = PronunciationLexicon(tuple(article_entry(word, said) for word, said in article.items()))
    lexicons = (own, *(load_lexicon(path) for path in (desk, house) if path))
    code = language_code(language)
    entries = (entry for lexicon in lexicons for entry in lexicon.entries)
    return PronunciationLexicon(tuple(one for one in entries if not one.lang or language_code(one.lang) == code))


def with_pronunciation(article: Article, word: str, say: str) -> Article:
    """Return the article with an entry of its own lexicon, or without it.

    Args:
        article: The article.
        word: The word. An entry that it has is replaced.
        say: What to say instead, or the sound in IPA between slashes; empty to remove the entry.

    Raises:
        UsageError: If ``word`` is blank, or one of both holds control characters.
        SourceError: If the sound is not IPA.
    """
    word, say = typed_entry(word, say)
    entries = {one: said for one, said in article.lexicon.items() if one != word}
    if say:
        entries[word] = say
    return replace(article, lexicon=entries)


def typed_entry(word: str, say: str) -> tuple[str, str]:
    """Return what an editor typed for an entry, without superfluous blanks.

    Raises:
        UsageError: If ``word`` is blank, or one of both holds control characters.
        SourceError: If ``say`` is a sound that is not IPA.
    """
    word, say = " ".join(word.split()), " ".join(say.split())
    if not word:
        raise UsageError("Cannot add to the lexicon: the word is blank. Select a word.")
    if found := STEERING.search(word + say):
        raise UsageError(f"The text contains the control character U+{ord(found[0]):04X}. Type it without.")
    if say:
        article_entry(word, say)
    return word, say


def article_entry(word: str, said: str) -> LexiconEntry:
    """Return an entry of an article's lexicon. Raises ``SourceError`` if ``said`` is a sound that is not IPA."""
    if len(said) > MAX_ALIAS_CHARACTERS:
        raise SourceError(f"Cannot use the article's lexicon: what it says for '{word[:40]}' is {_TOO_LONG}")
    if not said.startswith("/"):
        return LexiconEntry(word, alias=said)
    if not said.endswith("/") or len(said) < 3 or _NOT_IPA.search(said[1:-1]):
        raise SourceError(
            f"Cannot use the article's lexicon: {said!r}, the sound of '{word}', is not IPA between two slashes."
        )
    return LexiconEntry(word, ipa=said[1:-1])


@lru_cache(maxsize=4)
def _load_toml(text: str, path: Path) -> PronunciationLexicon:
    table = tomllib.loads(text)
    rows = table.pop("entry", [])
    if table or not isinstance(rows, list):
        raise SourceError(f"Cannot use the lexicon {path}: it may hold tables [[entry]] only.")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)]
    if len(lines) != len(rows):  # not all entries are tables with a heading of their own
        lines = [1] * len(rows)
    numbered = zip(lines, rows, strict=True)
    return _checked(
        (
            (line, convert(LexiconEntry, row, failing=f"Cannot use {path}, line {line}", is_closed=True))
            for line, row in numbered
        ),
        path,
    )


def _checked(entries: NumberedEntries, path: Path) -> PronunciationLexicon:
    lines: dict[tuple[str, bool, str | None, str], int] = {}
    kept = []
    for line, entry in entries:
        key = (entry.word if entry.case else entry.word.lower(), entry.case, entry.pos, language_code(entry.lang))
        problem = _problem(entry)
        if key in lines:
            problem = f"'{entry.word}' has an entry in line {lines[key]} already. Remove one of them."
        if problem:
            raise SourceError(f"Cannot use {path}, line {line}: {problem}")
        lines[key] = line
        kept.append(entry)
    return PronunciationLexicon(tuple(kept))


def _problem(entry: LexiconEntry) -> str:
    """Return what is wrong with an entry; empty if nothing is."""
    if not entry.word.strip():
        return "the word is empty."
    if entry.lang and not _LANGUAGE_TAG.fullmatch(entry.lang):
        return f"the language of '{entry.word}', '{entry.lang}', is not a tag like 'fr' or 'pt-BR'."
    if not entry.alias.strip() and not entry.ipa.strip():
        return f"'{entry.word}' has neither an alias nor a sound. Add 'alias' or 'ipa'."
    if max(len(entry.alias), len(entry.ipa)) > MAX_ALIAS_CHARACTERS:
        return f"what it says for '{entry.word[:40]}' is {_TOO_LONG}"
    if stray := _NOT_IPA.search(entry.ipa):
        return f"'{stray[0]}' in the sound of '{entry.word}' is not IPA."
    return ""


def _pls_entries(data: bytes, path: Path) -> Iterator[tuple[int, LexiconEntry]]:
    names = {"a": NAMESPACE}
    root = _pls_root(data, path)
    stated = root.get(_XML_LANGUAGE, _ENGLISH)
    lang = "" if language_code(stated) == _ENGLISH else stated  # those in English were for all articles always
    for lexeme in root.iterfind("a:lexeme", names):
        line = int(str(lexeme.sourceline or 1))
        alias, ipa = (lexeme.findtext(f"a:{name}", "", names).strip() for name in ("alias", "phoneme"))
        roles = re.split(r"[\s:]", lexeme.get("role", ""))
        part = next((part for part in get_args(PartOfSpeech) if part in roles), None)
        words = [(grapheme.text or "").strip() for grapheme in lexeme.iterfind("a:grapheme", names)]
        if is_any_case := len(words) > 1 and set(words) == set(_spellings(words[0])):
            words = words[:1]
        yield from ((line, LexiconEntry(word, alias, ipa, not is_any_case, part, lang)) for word in words)


def _pls_root(data: bytes, path: Path) -> Any:
    """Return the root of a PLS document in IPA, without resolving anything that the document refers to."""
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise SourceError(f"Cannot read the lexicon {path}: it is not valid XML ({reason(error)}).") from error
    problem = ""
    if root.getroottree().docinfo.internalDTD is not None:
        problem = "it has a document type. Remove it."
    elif root.tag != f"{{{NAMESPACE}}}lexicon":
        problem = f"it is not PLS 1.0. Its root must be the element 'lexicon' of {NAMESPACE}."
    elif root.get("alphabet", "ipa") != "ipa":
        problem = f"its alphabet is '{root.get('alphabet')}'. Write the sounds in 'ipa'."
    if problem:
        raise SourceError(f"Cannot read the lexicon {path}: {problem}")
    return root


def _spellings(word: str) -> list[str]:
    """Return the graphemes of an entry for any case: as written, in lower case, in upper case, with one capital."""
    return list(dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())))


def to_pls(lexicon: PronunciationLexicon) -> str:
    """Return ``lexicon`` as a PLS 1.0 document.

    An entry for any case has a grapheme for each usual spelling. A part of speech is a role.

    Args:
        lexicon: The entries.

    Raises:
        SourceError: If the entries are for several languages, as a PLS document has one.
    """
    from lxml import etree

    languages = dict.fromkeys(entry.lang for entry in lexicon.entries if entry.lang)
    if len(languages) > 1:
        several = ", ".join(languages)
        raise SourceError(f"Cannot write PLS: the entries are for several languages ({several}). Use a file for each.")

    prefixes: dict[Any, str] = {None: NAMESPACE, "narrate": ROLES}
    root = etree.Element(f"{{{NAMESPACE}}}lexicon", nsmap=prefixes, version="1.0", alphabet="ipa")
    root.set(_XML_LANGUAGE, next(iter(languages), _ENGLISH))
    for entry in lexicon.entries:
        lexeme = etree.SubElement(root, f"{{{NAMESPACE}}}lexeme")
        if entry.pos:
            lexeme.set("role", f"narrate:{entry.pos}")
        graphemes = [entry.word] if entry.case else _spellings(entry.word)
        sounds = [("phoneme", entry.ipa), ("alias", entry.alias)]
        for name, text in [*(("grapheme", word) for word in graphemes), *sounds]:
            if text:
                etree.SubElement(lexeme, f"{{{NAMESPACE}}}{name}").text = text
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()


def to_toml(lexicon: PronunciationLexicon) -> str:
    """Return ``lexicon`` as TOML."""
    blocks = []
    for entry in lexicon.entries:
        pairs = {"word": entry.word, "alias": entry.alias, "ipa": entry.ipa, "pos": entry.pos, "lang": entry.lang}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in pairs.items() if value]
        blocks.append("\n".join(["[[entry]]", *lines, *([] if entry.case else ["case = false"])]))
    return "\n\n".join(blocks) + "\n"
