"""Hostile documents: Word, JSON and XML. Each must be read or refused in time, in bounded memory, without a traceback.

``python tools/fuzz_documents.py [COUNT] [SEED]``: prints what happened; exit code 1 if a promise was broken. A document
that breaks one is kept in the working folder.
"""

from __future__ import annotations

import io
import json
import random
import resource
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from narrate.errors import SourceError
from narrate.readers import read_bytes

LIMIT_S, LIMIT_MIB = 2.0, 1024
DOCUMENTS = Path(__file__).parent / "documents"
WORD_PARTS = {
    "_rels/.rels": "package.rels",
    "word/_rels/document.xml.rels": "document.xml.rels",
    "word/styles.xml": "styles.xml",
    "word/footnotes.xml": "footnotes.xml",
    "word/document.xml": "document.xml",
}
"""Name in the archive -> file in ``documents/word``."""
XML = [(DOCUMENTS / name).read_text(encoding="utf-8") for name in ("story.rss", "story.atom", "nitf.xml", "newsml.xml")]
JSON = [
    json.loads((DOCUMENTS / name).read_text(encoding="utf-8"))
    for name in ("ninjs.json", "ninjs-array.json", "graph.jsonld", "live-blog.jsonld", "wordpress.json")
]
PIECES = (
    "<w:p>¦</w:p>¦<w:r>¦<w:del>¦</w:del>¦<w:tbl>¦<w:tc>¦<w:altChunk/>¦<p>¦</p>¦<div>¦<![CDATA[¦]]>¦<!--¦-->¦&nbsp;¦&e;¦&#0;¦"
    "&#xD800;¦&amp;lt;p&amp;gt;¦<?x ?>¦<!DOCTYPE a [<!ENTITY e 'x'>]>¦\x00¦\ufffe¦\ue000¦\ue001¦⟦0⟧¦"
    "<sub alias='x'>¦</sub>¦<item>¦</item>¦“¦”¦\r\n¦ ¦\u2028¦😀"
).split("¦")
"""What breaks documents, or changes what they say."""
WORD_PIECES = (
    "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:p>¦<w:p/>¦<w:r><w:t>x</w:t></w:r>¦<w:ins><w:r><w:t>y</w:t></w:r></w:ins>"
    "¦<w:del><w:r><w:t>z</w:t></w:r></w:del>¦<w:r><w:fldChar w:fldCharType='begin'/></w:r>¦<w:tbl><w:tr><w:tc/></w:tr>"
    "</w:tbl>¦<w:r><w:txbxContent><w:p/></w:txbxContent></w:r>¦<w:sdt><w:sdtContent/></w:sdt>¦&lt;break/&gt;¦By Jo"
).split("¦")
BODY_PIECES = (
    "<p>One.</p>¦<br/>¦<table><tr><td>1</td></tr></table>¦<sup>2</sup>¦<del>gone</del>¦&lt;p&gt;&amp;amp;&lt;/p&gt;¦"
    "<break time='1s'/>¦**bold** ¦[x](https://example.org)¦~~a~~¦# ¦> ¦<entry/>¦<q>Yes</q>¦By Jane Doe¦😀¦ ¦<frac/>¦"
    "<blockquote><p>No.</p></blockquote>¦<media><media-caption/></media>"
).split("¦")
"""What keeps XML well-formed."""
VALUES: list[Any] = [
    None,
    True,
    0,
    -1.5,
    1e308,
    "",
    " ",
    "x",
    [],
    {},
    [[]],
    {"@id": "#j"},
    {"@value": "x"},
    [None, 1, "x", {}],
    "\ud800",
]


def mutated_text(chance: random.Random, text: str, pieces: Sequence[str] = BODY_PIECES) -> str:
    """Return ``text`` with some pieces put in; often also with some cut out, doubled or damaged."""
    for _ in range(chance.randrange(0, 8)):
        place = text.find(">", chance.randrange(len(text) // 4, len(text) * 9 // 10 + 1)) + 1
        text = text[:place] + chance.choice(pieces) * chance.choice([1, 1, 1, 3, 300, 3000]) + text[place:]
    for _ in range(chance.choice([0, 0, 0, 1, 2, 6])):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                text = text[:at] + chance.choice(PIECES) * chance.choice([1, 1, 1, 3, 300, 3000]) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randrange(60) :]
            case 2:
                end = min(len(text), at + chance.randrange(400))
                text = text[:end] + text[at:end] * chance.choice([1, 2, 200]) + text[end:]
            case _:
                text = text[:at] + chr(chance.randrange(1, 0x3000)) + text[at:]
    return text[:400_000] if len(text) > 400_000 else text


def mutated_value(chance: random.Random, value: Any) -> Any:
    """Return a JSON value with some of its parts replaced."""
    if chance.random() < 0.06:
        return chance.choice(VALUES)
    if isinstance(value, dict):
        return {
            key.upper() if chance.random() < 0.03 else key: mutated_value(chance, one) for key, one in value.items()
        }
    if isinstance(value, list):
        return [mutated_value(chance, one) for one in value] * chance.choice([1, 1, 1, 1, 2, 60])
    return mutated_text(chance, value) if isinstance(value, str) and chance.random() < 0.3 else value


def word(chance: random.Random) -> bytes:
    """Return a Word document with damaged parts, or a damaged archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in WORD_PARTS.items():
            text = (DOCUMENTS / "word" / file).read_text(encoding="utf-8")
            if chance.random() > 0.03:
                pieces = [" "] if name.endswith(".rels") else WORD_PIECES
                changed = mutated_text(chance, text, pieces) if chance.random() < 0.4 else text
                archive.writestr(
                    zipfile.ZipInfo(name), changed.encode(errors="replace"), zipfile.ZIP_DEFLATED
                )  # no time
    data = bytearray(target.getvalue())
    for _ in range(chance.choice([0, 0, 0, 0, 0, 1, 5])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def xml(chance: random.Random) -> bytes:
    encoding = chance.choice(["utf-8", "utf-8", "utf-8", "utf-16", "latin-1"])
    return mutated_text(chance, chance.choice(XML)).encode(encoding, errors="replace")


def news_json(chance: random.Random) -> bytes:
    text = json.dumps(mutated_value(chance, chance.choice(JSON)))
    return (mutated_text(chance, text) if chance.random() < 0.2 else text).encode(errors="replace")


KINDS: dict[str, Callable[[random.Random], bytes]] = {"docx": word, "xml": xml, "json": news_json}


def case(number: int, seed: int) -> tuple[str, bytes]:
    """Return kind and content of a document. The same arguments always give the same bytes."""
    kind = list(KINDS)[number % len(KINDS)]
    return kind, KINDS[kind](random.Random(f"{seed} {number}"))


def outcome(kind: str, data: bytes) -> str:
    """Return "read" or "refused"; every other exception goes through."""
    try:
        read_bytes(data, name=f"story.{kind}")
    except SourceError:
        return "refused"
    return "read"


def main(count: int = 6000, seed: int = 20260518) -> int:
    broken, slowest, seen = 0, 0.0, Counter[str]()
    for number in range(count):
        kind, data = case(number, seed)
        began, problem = time.process_time(), ""
        try:
            seen[f"{kind} {outcome(kind, data)}"] += 1
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:200]}"
        took = time.process_time() - began
        slowest = max(slowest, took)
        if took > LIMIT_S:
            problem = problem or f"{took:.1f} s for {len(data)} bytes"
        if problem:
            broken += 1
            Path(f"fuzz-{number}.{kind}").write_bytes(data)
            print(f"document {number}: {problem} (kept as fuzz-{number}.{kind})", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    counts = dict(sorted(seen.items()))
    print(f"documents {count}  {counts}  broken {broken}  slowest {slowest:.2f} s  peak memory {peak} MiB")
    return int(broken > 0 or peak > LIMIT_MIB)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
