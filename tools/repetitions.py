"""Measure the processor time and memory of articles that repeat a pattern, at several sizes.

``python tools/repetitions.py [PATTERN ...] [--characters N ...] [--stage plan|spoken|whole]``

Each case runs in a process of its own. It reads, attributes, casts and cuts the article into lines ("plan"), also finds
what is said of each line ("spoken"), or makes the whole edition with the engine "silent" ("whole"), whose cost is that
of the sound. The tool prints the processor
time and the peak memory of each case. Its exit code is 1 if a case takes more than its limits or raises an unexpected
exception. A case that is refused with a message counts like one that is made.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

SECONDS_PER_100_000_CHARACTERS: Final = 5.0
START_S: Final = 3.0
"""Processor time for the imports and the language model, with a margin."""
LIMIT_MB: Final = 500.0
CHARACTERS: Final = (50_000, 200_000)
OPENING: Final = """Harbour bridge closes for repairs

“The bridge is closed today,” the mayor, Rosa Lind, told reporters on Monday.

"""
"""Headline and first paragraph of the articles in text. Without a quotation, nothing would be attributed."""
_SENTENCE: Final = "The council approved the plan on Tuesday after a long debate about the cost of the new bridge. "
_ADJECTIVES: Final = "old new long short green quiet local northern public private wooden narrow early late".split()
_NOUNS: Final = "bridge council harbour ferry school road plan budget street market river office vote report".split()
_VERBS: Final = "approved closed opened rejected discussed reviewed visited described repaired delayed".split()
_FIRST: Final = "Ann Ben Clara David Emma Frank Grace Henry Irene James Karen Louis Maria Nadia Oscar Paula".split()
_SYLLABLES: Final = "ba den fo gar hol jun kel lim mor nes pol rud sar tov wen zil".split()

Pattern = tuple[str, Callable[[int], bytes]]
"""The suffix of the file, and a function that returns an article of about so many characters."""


def repeated(unit: str, *, opening: str = OPENING) -> Callable[[int], bytes]:
    """Return a pattern of one text, again and again."""
    return lambda characters: (opening + unit * (characters // len(unit))).encode()


def claims(characters: int) -> bytes:
    introduced = repeated("Ann Lee claims that the bridge is safe.\n\n")(characters // 2)
    return introduced + repeated('Claim 1: "The river is high."\n\n', opening="")(characters // 2)


def numbered(unit: Callable[[int], str], *, opening: str = OPENING) -> Callable[[int], bytes]:
    """Return a pattern of texts that each depend on their number."""

    def article(characters: int) -> bytes:
        parts, length = [opening], 0
        for number in itertools.count():
            parts.append(unit(number))
            length += len(parts[-1])
            if length >= characters:
                return "".join(parts).encode()
        raise AssertionError

    return article


def full_name(number: int) -> str:
    """Return a name of a person, another one for each number."""
    digits = (number // len(_FIRST), number // len(_FIRST) // len(_SYLLABLES), number // 4096)
    return f"{_FIRST[number % len(_FIRST)]} " + "".join(_SYLLABLES[d % len(_SYLLABLES)] for d in digits).title()


def prose(characters: int) -> bytes:
    """Return ordinary prose: paragraphs of sentences, of which some quote one of a few people."""
    chance, parts, length = random.Random(7), [OPENING], 0

    def clause() -> str:
        words = (chance.choice(kind) for kind in (_ADJECTIVES, _NOUNS, _VERBS, _ADJECTIVES, _NOUNS))
        return "the {} {} {} the {} {}".format(*words)

    while length < characters:
        sentences = [f"{clause().capitalize()} on {chance.choice(_NOUNS)} day." for _ in range(chance.randint(2, 5))]
        if chance.random() < 0.4:
            sentences.append(f"“{clause().capitalize()},” said {full_name(chance.randrange(40))}.")
        parts.append(" ".join(sentences) + "\n\n")
        length += len(parts[-1])
    return "".join(parts).encode()


def page(unit: str) -> Callable[[int], bytes]:
    """Return a pattern of a web page with one element, again and again."""
    head = "<!doctype html><html><head><title>Bridge</title></head><body><article><h1>Harbour bridge closes</h1>"
    opening = "<p>“The bridge is closed today,” the mayor, Rosa Lind, told reporters on Monday.</p>"

    def article(characters: int) -> bytes:
        text = "".join(unit.replace("#", str(number)) for number in range(characters // len(unit)))
        return f"{head}{opening}{text}</article></body></html>".encode()

    return article


def nested_page(characters: int) -> bytes:
    block = f"{'<div>' * 20}<p>{_SENTENCE}</p>{'</div>' * 20}"
    return page(block)(characters)


def page_in(opening: str, unit: str) -> Callable[[int], bytes]:
    """Return a pattern of a web page with an element again and again, all in one other element."""
    behind = b"Monday.</p>"
    return lambda characters: page(unit)(characters).replace(behind, behind + opening.encode(), 1)


def word_document(characters: int) -> bytes:
    import docx

    document, out = docx.Document(), io.BytesIO()
    document.add_heading("Harbour bridge closes for repairs", 0)
    for number in range(characters // 60):
        document.add_paragraph(f"“The bridge number {number} is closed,” said Ann Lee, a baker.")
    document.save(out)
    return out.getvalue()


def news_item(characters: int) -> bytes:
    body = "".join(f"<p>&quot;a&quot; {number}</p>" for number in range(characters // 20))
    item = {"uri": "urn:x", "type": "text", "headline": "Harbour bridge closes", "body_html": body, "language": "en"}
    return json.dumps(item).encode()


def script_document(characters: int) -> bytes:
    """Return a script document with a new speaker for each quotation."""
    text, segments, at = "", [], 0
    speakers: list[dict[str, str]] = []
    for number in range(characters // 40):
        words = f"“This is sentence {number:06},” "
        name = f"Speaker {number}"
        speakers.append({"id": f"speaker-{number}", "name": name})
        row = {"index": number, "kind": "quotation", "start": at, "end": at + len(words), "text": words}
        segments.append(row | {"speaker": name, "attributed_to": name, "confidence": 1.0, "evidence": "x"})
        text += words
        at += len(words)
    article = {"title": "Harbour bridge", "language": "en", "paragraphs": [[0, at]], "cast": {}, "warnings": []}
    document = {"format": "narrate-script/1", "engine": "silent", "cast": {}, "speakers": speakers}
    document |= {"segments": segments, "skipped": [], "warnings": [], "article": article | {"text": text}}
    return json.dumps(document).encode()


PATTERNS: Final[Mapping[str, Pattern]] = {
    "prose": (".txt", prose),
    "quotations in one paragraph": (".txt", repeated('"a" ')),
    "quotation per paragraph": (".txt", repeated('"a"\n\n')),
    "quotation per line": (".txt", repeated('"a\n')),
    "list items": (".md", repeated('- "a"\n')),
    "No, he said": (".txt", repeated('"No," he said. ')),
    "No, he said, per paragraph": (".txt", repeated('"No," he said.\n\n')),
    "one endless sentence": (".txt", repeated("and the bridge of the town by the sea ")),
    "one endless word": (".txt", repeated("a")),
    "blanks": (".txt", repeated("a    \t  ")),
    "nested marks": (".txt", repeated("“‘«\"'„")),
    "closing marks": (".txt", repeated("a” ")),
    "opening marks": (".txt", repeated("“a ")),
    "opening marks per paragraph": (".txt", repeated("“a\n\n")),
    "alternating marks": (".txt", repeated("“a” ‘b’ \"c\" 'd' «e» ")),
    "apostrophes": (".txt", repeated("'a ")),
    "pairs of apostrophes": (".txt", repeated("''a'' ")),
    "brackets": (".txt", repeated("([{(")),
    "brackets with words": (".txt", repeated("(a [b] c) ")),
    "names": (".txt", numbered(lambda n: f"{full_name(n)} met {full_name(n + 1)} and {full_name(n + 2)}. ")),
    "surnames": (".txt", numbered(lambda n: f"{full_name(n)} spoke. Then {full_name(n).split()[1]} left.\n\n")),
    "acronyms": (".txt", numbered(lambda n: f"The {full_name(n)} Group (A{n}B) met. A{n}B left.\n\n")),
    "one name": (".txt", repeated("Ann Lee met Lee. She smiled. ")),
    "titles": (".txt", numbered(lambda n: f"Mayor Dr. {full_name(n).split()[1]} spoke. ")),
    "one title": (".txt", repeated("Mr. Dr. President ")),
    "descriptions": (".txt", repeated("A neighbor said the mayor asked the owner. ")),
    "pronouns": (".txt", repeated("he said she told him ")),
    "labels": (".txt", repeated("A: b\n\nC: d\n\n")),
    "many labels": (".txt", numbered(lambda n: f"{full_name(n).upper()}: Yes, I am here.\n\n")),
    "answers of two paragraphs": (
        ".txt",
        repeated("Host: Why so?\n\nLee: I sing.\n\nHost: And then?\n\nLee: I wait for it.\n\nWe all sang it.\n\n"),
    ),
    "labels in marks": (".txt", repeated("“WALLACE: Hello.”\n\n“BIDEN: Yes.”\n\n")),
    "signatures": (".txt", numbered(lambda n: f"“I like it.”\n\n— {full_name(n)}, baker\n\n")),
    "statements in full": (".txt", repeated("Statement in full:\n\n")),
    "statements with persons": (".txt", repeated("I issue this statement in full:\n\n")),
    "questions": (".txt", repeated("What do you think?\n\nI think that we are fine.\n\n")),
    "questions in marks": (".txt", repeated("“Are you there?” he asked.\n\n“I am,” she said.\n\n")),
    "speakers": (".txt", numbered(lambda n: f"“We are closed today,” said {full_name(n)}.\n\n")),
    "described speakers": (".txt", numbered(lambda n: f"“We are closed,” said a neighbor of house {n}.\n\n")),
    "pronoun speakers": (".txt", repeated("Ann Lee came in. “It is late,” she said.\n\n")),
    "one sentence": (".txt", repeated(_SENTENCE)),
    "one sentence per paragraph": (".txt", repeated(_SENTENCE + "\n\n")),
    "headings": (".md", repeated("## Harbour\n\n")),
    "links": (".md", repeated("[map](https://example.org/map) ")),
    "open links": (".md", repeated("[map](")),
    "images": (".md", repeated("![a](b.png) ")),
    "emphasis": (".md", repeated("*a **b _c ")),
    "emphasis marks": (".md", repeated("*")),
    "code marks": (".md", repeated("`a ``b ")),
    "nested quotes": (".md", repeated("> ")),
    "nested lists": (".md", numbered(lambda n: f"{'  ' * (n % 100)}- a\n")),
    "table rows": (".md", repeated("| a | b |\n", opening=OPENING + "| c | d |\n|---|---|\n")),
    "footnotes": (".md", numbered(lambda n: f"Word{n}.[^{n}]\n\n[^{n}]: A note of some length.\n\n")),
    "entities": (".md", repeated("&amp;&lt;&#8220;")),
    "markup": (".md", repeated("<b>a</b><i>")),
    "emoji": (".txt", repeated("👩‍👩‍👧")),
    "combining marks": (".txt", repeated("e\u0301\u0327\u0301")),
    "invisible characters": (".txt", repeated("\u200b\u200f\u202e")),
    "foreign letters": (".txt", repeated("Жж ")),
    "digits": (".txt", repeated("1")),
    "years": (".txt", repeated("1990-")),
    "dates": (".txt", repeated("31 Dec. 1999, 1999-12-31 and 31/12/99 ")),
    "Roman numerals": (".txt", repeated("MM XVIII ")),
    "amounts": (".txt", repeated("$1bn ")),
    "fractions": (".txt", repeated("1/2 ")),
    "fraction signs": (".txt", repeated("⅞")),
    "percent signs": (".txt", repeated("%")),
    "units": (".txt", repeated("9 km2 ")),
    "unit signs": (".txt", repeated("㎢")),
    "section signs": (".txt", repeated("§ ")),
    "ligatures": (".txt", repeated("ﷺ")),
    "aliases": (".ssml", repeated("The <sub alias='World Health Organization'>WHO</sub> came. ")),
    "one endless alias": (".ssml", lambda n: f"{OPENING}The <sub alias='{'a ' * (n // 2)}'>WHO</sub> came.".encode()),
    "numbers": (".txt", repeated("1,234.5 $2m 3/4 10–12 ")),
    "groups of digits": (".txt", repeated("1,")),
    "dashes": (".txt", repeated("—")),
    "dashes with words": (".txt", repeated("a - b — c – ")),
    "points": (".txt", repeated(".")),
    "initials": (".txt", repeated("A.B. ")),
    "addresses": (".txt", repeated("https://example.org/a a@b.co @ann #tag ")),
    "slashes": (".txt", repeated("a/")),
    "hyphens": (".txt", repeated("a-")),
    "claims": (".txt", claims),
    "capitals": (".txt", repeated("BRIDGE ")),
    "bylines": (".txt", repeated("By Jane Doe\n\n")),
    "boilerplate": (".txt", repeated("Sign up for our newsletter.\n\nRead more: Bridge\n\n")),
    "empty lines": (".txt", repeated("\n")),
    "lines": (".txt", repeated("a\n")),
    "page with paragraphs": (".html", page('<p>"a" #</p>')),
    "page with nested blocks": (".html", nested_page),
    "page with open elements": (".html", page("<b><i>a")),
    "page with links": (".html", page('<a href="/x/#">link #</a> ')),
    "page with entities": (".html", page("&quot;a&quot; &amp; ")),
    "page with headings": (".html", page("<h2>Part #</h2>")),
    "page with quotes": (".html", page("<blockquote><p>We are closed #.</p></blockquote>")),
    "page with a figure of quotes": (
        ".html",
        page_in("<figure><figcaption>", "<blockquote><p>No.</p></blockquote>"),
    ),
    "page with a link of superscripts": (".html", page_in('<p>Word<a href="#x">', "<sup>1</sup> ")),
    "page with notes": (".html", page('<p>Word<sup><a href="#n#">#</a></sup> is here.</p><p id="n#">Note #</p>')),
    "page with tables": (".html", page("<table><tr><td>a#</td><td>b</td></tr></table>")),
    "page with line breaks": (".html", page('"a"<br>')),
    "page with superscripts": (".html", page("m<sup>2</sup> ")),
    "Word document": (".docx", word_document),
    "news item": (".json", news_item),
    "script document": (".json", script_document),
}
"""Name of a pattern -> what it is."""


def case(name: str, characters: int) -> tuple[str, bytes]:
    """Return the name of the file of a case, and its contents."""
    suffix, article = PATTERNS[name]
    return f"story{suffix}", article(characters)


def run_here(path: Path, stage: str) -> str:
    """Plan or make the edition of a file in this process. Return the outcome."""
    from narrate.config import CacheConfig, Config, ReadingConfig, SynthesisConfig
    from narrate.errors import NarrateError
    from narrate.pipeline import prepare, produce
    from narrate.script.lines import write_lines
    from narrate.speakable import speakable

    reading, synthesis = ReadingConfig(language="en"), SynthesisConfig(engine="silent")
    config = Config(reading=reading, synthesis=synthesis, cache=CacheConfig(enabled=False))
    try:
        if stage == "plan":
            write_lines(prepare(path, config=config).script)
        elif stage == "spoken":
            for line in write_lines(prepare(path, config=config).script):
                speakable(line.text, "en", readings=line.readings)
        else:
            produce(path, output=path.parent / "out", config=config)
    except NarrateError as error:
        return f"refused: {error}"
    return "made"


def run_case(name: str, characters: int, stage: str) -> tuple[str, float, float]:
    """Run a case in a new process. Return the outcome, the processor time in seconds, and the peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        file, data = case(name, characters)
        path = Path(folder) / file
        path.write_bytes(data)
        command = [sys.executable, __file__, "--here", str(path), "--stage", stage]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        printed, errors = process.communicate()
        if process.returncode:
            return f"raised: {errors.strip().splitlines()[-1]}", 0.0, 0.0
        outcome, cpu_s, peak_mb = json.loads(printed.splitlines()[-1])
        return outcome, cpu_s, peak_mb


def peak_memory_mb() -> float:
    """Return the peak memory of this process, without that of the one which started it (as ``getrusage`` has it)."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--characters", type=int, nargs="+", default=CHARACTERS)
    parser.add_argument("--stage", choices=("plan", "spoken", "whole"), default="plan")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        began = time.process_time()
        outcome = run_here(options.here, options.stage)
        spent = time.process_time() - began
        workers = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(json.dumps([outcome, spent + workers.ru_utime, max(peak_memory_mb(), workers.ru_maxrss / 1024)]))
        return 0
    broken = 0
    for name in options.patterns or PATTERNS:
        row = []
        for characters in options.characters:
            outcome, cpu_s, peak_mb = run_case(name, characters, options.stage)
            limit_s = START_S + SECONDS_PER_100_000_CHARACTERS * characters / 100_000
            is_broken = outcome.startswith("raised") or cpu_s > limit_s or peak_mb > LIMIT_MB
            broken += is_broken
            row.append(f"{characters:>8,} {cpu_s:7.2f} s {peak_mb:6.0f} MB{' !' if is_broken else '  '}")
        print(f"{name:28} {'  '.join(row)}  {outcome[:70]}", flush=True)
    return int(broken > 0)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
