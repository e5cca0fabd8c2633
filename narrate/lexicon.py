"""Lexicons: a desk's words and how to say them, in TOML or in W3C PLS 1.0 (Pronunciation Lexicon Specification)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from narrate.errors import SourceError
from narrate.types import Entry, Lexicon

KEYS: Final = {"word": str, "alias": str, "ipa": str, "case": bool}
NAMESPACE: Final = "http://www.w3.org/2005/01/pronunciation-lexicon"
_STRAY: Final = re.compile(r"[\[\]()/\d]")
"""What no sound may hold: it would break out of the mark that carries it to the engine."""


def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon: PLS if the name ends in ``.pls`` or ``.xml``, else TOML, a table ``[[entry]]`` for each word.

    Raises ``SourceError`` naming the file and the line if an entry is empty, said twice, or holds an unknown key.
    """
    try:
        if path.suffix.lower() in (".pls", ".xml"):
            return _checked(_from_pls(path.read_bytes(), path), path)
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise SourceError(f"Cannot read the lexicon {path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"The lexicon {path} is not valid TOML: {error}.") from error
    rows = table.pop("entry", [])
    if table or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"The lexicon {path} may hold tables [[entry]] only.")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)]
    numbered = zip(lines, rows, strict=True) if len(lines) == len(rows) else ((1, row) for row in rows)
    return _checked(((line, _entry(row, f"{path}, line {line}")) for line, row in numbered), path)


def _entry(row: dict[str, Any], place: str) -> Entry:
    for key, value in row.items():
        if key not in KEYS:
            raise SourceError(f"{place}: unknown key '{key}'. Known here: {', '.join(KEYS)}.")
        if type(value) is not KEYS[key]:
            raise SourceError(f"{place}: '{key}' must be {'true or false' if key == 'case' else 'a text'}.")
    if "word" not in row:
        raise SourceError(f"{place}: the entry names no word.")
    return Entry(**row)


def _checked(entries: Iterable[tuple[int, Entry]], path: Path) -> Lexicon:
    seen: dict[tuple[str, bool], int] = {}
    kept = []
    for line, entry in entries:
        place = f"{path}, line {line}"
        if not entry.word.strip():
            raise SourceError(f"{place}: the word is empty.")
        if not entry.alias.strip() and not entry.ipa.strip():
            raise SourceError(f"{place}: '{entry.word}' has neither an alias nor a sound (ipa).")
        if stray := _STRAY.search(entry.ipa):
            raise SourceError(f"{place}: '{stray[0]}' in the sound of '{entry.word}' is not IPA.")
        key = (entry.word if entry.case else entry.word.lower(), entry.case)
        if key in seen:
            raise SourceError(f"{place}: '{entry.word}' stands in line {seen[key]} already.")
        seen[key] = line
        kept.append(entry)
    return Lexicon(tuple(kept))


def _from_pls(data: bytes, path: Path) -> list[tuple[int, Entry]]:
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"The lexicon {path} is not valid XML: {error}.") from error
    if root.tag != f"{{{NAMESPACE}}}lexicon":
        raise SourceError(f"The lexicon {path} is not PLS 1.0: its root is no 'lexicon' of {NAMESPACE}.")
    if root.get("alphabet", "ipa") != "ipa":
        raise SourceError(f"The lexicon {path} is written in '{root.get('alphabet')}'; only ipa is read.")
    names = {"a": NAMESPACE}
    entries = []
    for lexeme in root.iterfind("a:lexeme", names):
        alias, ipa = (lexeme.findtext(f"a:{name}", "", names).strip() for name in ("alias", "phoneme"))
        entries += [
            (int(str(lexeme.sourceline or 1)), Entry((grapheme.text or "").strip(), alias, ipa))
            for grapheme in lexeme.iterfind("a:grapheme", names)
        ]
    return entries


def to_pls(lexicon: Lexicon, *, language: str = "en") -> str:
    """``lexicon`` as a PLS 1.0 document. PLS knows no case: entries for any case are written as they stand."""
    from lxml import etree

    prefixes: dict[Any, str] = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}lexicon", nsmap=prefixes, version="1.0", alphabet="ipa")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    for entry in lexicon.entries:
        lexeme = etree.SubElement(root, f"{{{NAMESPACE}}}lexeme")
        for name, text in (("grapheme", entry.word), ("phoneme", entry.ipa), ("alias", entry.alias)):
            if text:
                etree.SubElement(lexeme, f"{{{NAMESPACE}}}{name}").text = text
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode()


def to_toml(lexicon: Lexicon) -> str:
    """``lexicon`` as Narrate's own TOML."""
    import json

    blocks = []
    for entry in lexicon.entries:
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in _pairs(entry)]
        blocks.append("\n".join(["[[entry]]", *lines]))
    return "\n\n".join(blocks) + "\n"


def _pairs(entry: Entry) -> list[tuple[str, str | bool]]:
    texts: list[tuple[str, str | bool]] = [("word", entry.word), ("alias", entry.alias), ("ipa", entry.ipa)]
    return [pair for pair in texts if pair[1]] + ([] if entry.case else [("case", False)])
