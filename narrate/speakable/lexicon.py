"""Lexicons: a desk's words and how to say them, in TOML or in W3C PLS 1.0 (Pronunciation Lexicon Specification)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast, get_args

from narrate.errors import SourceError
from narrate.types import LexiconEntry, PartOfSpeech, PronunciationLexicon

KEYS: Final = {"word": str, "alias": str, "ipa": str, "case": bool, "pos": str}
PARTS: Final = tuple(part for part in get_args(PartOfSpeech) if part)
NAMESPACE: Final = "http://www.w3.org/2005/01/pronunciation-lexicon"
ROLES: Final = "urn:narrate:part-of-speech"
_STRAY: Final = re.compile(r"[\[\]()/\d]")
"""What no sound may hold: it would break out of the mark that carries it to the engine."""


def load_lexicon(path: Path) -> PronunciationLexicon:
    """Read a lexicon: PLS if the name ends in ``.pls`` or ``.xml``, else TOML, a table ``[[entry]]`` for each word.

    Raises ``SourceError`` naming the file and the line if an entry is empty, said twice, or holds an unknown key.
    """
    try:
        if path.suffix.lower() in (".pls", ".xml"):
            return _checked(_from_pls(path.read_bytes(), path), path)
        return _from_toml(path.read_text(encoding="utf-8-sig"), path)
    except OSError as error:
        raise SourceError(f"Cannot read the lexicon {path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"The lexicon {path} is not valid TOML: {error}.") from error


@lru_cache(maxsize=4)
def _from_toml(text: str, path: Path) -> PronunciationLexicon:
    table = tomllib.loads(text)
    rows = table.pop("entry", [])
    if table or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"The lexicon {path} may hold tables [[entry]] only.")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)]
    numbered = zip(lines, rows, strict=True) if len(lines) == len(rows) else ((1, row) for row in rows)
    return _checked(((line, _entry(row, f"{path}, line {line}")) for line, row in numbered), path)


def lexicon_for(article: Mapping[str, str], *, desk: Path | None, house: Path) -> PronunciationLexicon:
    """The entries of an article, then those of its desk, then those of ``house``: the first for a word counts.

    ``article`` gives for each word what to say instead, or its sound in IPA between slashes. Raises ``SourceError`` if
    it is neither, or as :func:`load_lexicon`.
    """
    own = PronunciationLexicon(tuple(_article_entry(word, said) for word, said in article.items()))
    lexicons = (own, load_lexicon(desk) if desk else PronunciationLexicon(), load_lexicon(house))
    return PronunciationLexicon(tuple(entry for lexicon in lexicons for entry in lexicon.entries))


def _article_entry(word: str, said: str) -> LexiconEntry:
    if not said.startswith("/"):
        return LexiconEntry(word, alias=said)
    if not said.endswith("/") or len(said) < 3 or _STRAY.search(said[1:-1]):
        raise SourceError(f"The article's lexicon: {said!r}, the sound of '{word}', is not IPA between two slashes.")
    return LexiconEntry(word, ipa=said[1:-1])


def _entry(row: dict[str, Any], place: str) -> LexiconEntry:
    for key, value in row.items():
        if key not in KEYS:
            raise SourceError(f"{place}: unknown key '{key}'. Known here: {', '.join(KEYS)}.")
        if type(value) is not KEYS[key]:
            raise SourceError(f"{place}: '{key}' must be {'true or false' if key == 'case' else 'a text'}.")
    if row.get("pos", PARTS[0]) not in PARTS:
        raise SourceError(f"{place}: there is no part of speech '{row['pos']}'. Known here: {', '.join(PARTS)}.")
    if "word" not in row:
        raise SourceError(f"{place}: the entry names no word.")
    return LexiconEntry(**row)


def _checked(entries: Iterable[tuple[int, LexiconEntry]], path: Path) -> PronunciationLexicon:
    seen: dict[tuple[str, bool, str], int] = {}
    kept = []
    for line, entry in entries:
        place = f"{path}, line {line}"
        if not entry.word.strip():
            raise SourceError(f"{place}: the word is empty.")
        if not entry.alias.strip() and not entry.ipa.strip():
            raise SourceError(f"{place}: '{entry.word}' has neither an alias nor a sound (ipa).")
        if stray := _STRAY.search(entry.ipa):
            raise SourceError(f"{place}: '{stray[0]}' in the sound of '{entry.word}' is not IPA.")
        key = (entry.word if entry.case else entry.word.lower(), entry.case, entry.pos)
        if key in seen:
            raise SourceError(f"{place}: '{entry.word}' stands in line {seen[key]} already.")
        seen[key] = line
        kept.append(entry)
    return PronunciationLexicon(tuple(kept))


def _from_pls(data: bytes, path: Path) -> list[tuple[int, LexiconEntry]]:
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"The lexicon {path} is not valid XML: {error}.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceError(f"The lexicon {path} has a document type: what it names elsewhere is not read. Leave it out.")
    if root.tag != f"{{{NAMESPACE}}}lexicon":
        raise SourceError(f"The lexicon {path} is not PLS 1.0: its root is no 'lexicon' of {NAMESPACE}.")
    if root.get("alphabet", "ipa") != "ipa":
        raise SourceError(f"The lexicon {path} is written in '{root.get('alphabet')}'; only ipa is read.")
    names = {"a": NAMESPACE}
    entries = []
    for lexeme in root.iterfind("a:lexeme", names):
        line = int(str(lexeme.sourceline or 1))
        alias, ipa = (lexeme.findtext(f"a:{name}", "", names).strip() for name in ("alias", "phoneme"))
        part = next((part for part in PARTS if re.search(rf"(?:^|[\s:]){part}(?:\s|$)", lexeme.get("role", ""))), "")
        words = [(grapheme.text or "").strip() for grapheme in lexeme.iterfind("a:grapheme", names)]
        if any_case := len(words) > 1 and set(words) == set(_spellings(words[0])):
            words = words[:1]
        entries += [(line, LexiconEntry(word, alias, ipa, not any_case, cast(PartOfSpeech, part))) for word in words]
    return entries


def _spellings(word: str) -> list[str]:
    """``word`` as it stands, and in small letters, in capitals and with one capital: what "any case" is to PLS."""
    return list(dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())))


def to_pls(lexicon: PronunciationLexicon, *, language: str = "en") -> str:
    """``lexicon`` as a PLS 1.0 document. An entry for any case has a grapheme for each usual one; a part of speech is
    a role.
    """
    from lxml import etree

    prefixes: dict[Any, str] = {None: NAMESPACE, "narrate": ROLES}
    root = etree.Element(f"{{{NAMESPACE}}}lexicon", nsmap=prefixes, version="1.0", alphabet="ipa")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    for entry in lexicon.entries:
        lexeme = etree.SubElement(root, f"{{{NAMESPACE}}}lexeme")
        if entry.pos:
            lexeme.set("role", f"narrate:{entry.pos}")
        graphemes = [entry.word] if entry.case else _spellings(entry.word)
        for name, text in (
            *(("grapheme", word) for word in graphemes),
            ("phoneme", entry.ipa),
            ("alias", entry.alias),
        ):
            if text:
                etree.SubElement(lexeme, f"{{{NAMESPACE}}}{name}").text = text
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()


def to_toml(lexicon: PronunciationLexicon) -> str:
    """``lexicon`` as Narrate's own TOML."""
    import json

    blocks = []
    for entry in lexicon.entries:
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in _pairs(entry)]
        blocks.append("\n".join(["[[entry]]", *lines]))
    return "\n\n".join(blocks) + "\n"


def _pairs(entry: LexiconEntry) -> list[tuple[str, str | bool]]:
    texts: list[tuple[str, str | bool]] = [
        ("word", entry.word), ("alias", entry.alias), ("ipa", entry.ipa), ("pos", entry.pos)]  # fmt: skip
    return [pair for pair in texts if pair[1]] + ([] if entry.case else [("case", False)])
