"""Run script documents with control and bidirectional characters through the whole command, with links in the output.

``python tools/fuzz_controls.py [COUNT] [SEED]``

Each document must be refused with its line, or become an edition whose files and messages hold no character that steers
a terminal. What the links in the output folder lead to must stay as it is. The tool prints a summary. If a case breaks
these rules, its input is kept in the working folder, and the exit code is 1.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import fuzz_articles
from typer.testing import CliRunner

from narrate.cli import app

STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
CHARACTERS = (
    "\x00\x01\x07\x08\x0b\x1b\x7f\x80\x85\x9b\x9d\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeffé "
)
"""Characters that are put into texts, some of them harmless."""
ENDINGS = (
    ".mp3",
    ".vtt",
    ".srt",
    ".transcript.txt",
    ".chapters.json",
    ".edition.html",
    ".script.json",
    ".edition.json",
)
LIMIT_S = 30.0
UNTOUCHED = b"a file outside of the output folder"


def case(number: int, seed: int) -> tuple[bytes, list[str]]:
    """Return a script document, and the endings of the files in whose place there are links."""
    chance = random.Random(f"{seed} {number}")
    document = json.loads(chance.choice(fuzz_articles.documents()))
    for _ in range(chance.randrange(1, 4)):
        insert(document, chance)
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1]))
    return text.encode(errors="replace"), chance.sample(ENDINGS, chance.randrange(4))


def insert(value: Any, chance: random.Random) -> None:
    """Put a character of ``CHARACTERS`` into a text or a key somewhere in ``value``."""
    while value:
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        inside = value[key]
        if isinstance(inside, dict | list) and inside:
            value = inside
        elif isinstance(inside, str):
            at = chance.randrange(len(inside) + 1)
            value[key] = inside[:at] + chance.choice(CHARACTERS) + inside[at:]
            return
        elif isinstance(value, dict) and chance.random() < 0.3:
            value[f"{key}{chance.choice(CHARACTERS)}"] = value.pop(key)
            return
        else:
            return


def attempt(number: int, seed: int) -> tuple[str, str]:
    """Run a case. Return the outcome, and which rule was broken; empty if none was."""
    data, links = case(number, seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "story.script.json").write_bytes(data)
        (folder / "narrate.toml").write_text(fuzz_articles.SILENT, encoding="utf-8")
        (folder / "secret").write_bytes(UNTOUCHED)
        (folder / "out").mkdir()
        for ending in links:
            (folder / "out" / f"story{ending}").symlink_to(folder / "secret")
        source, config, out = (str(folder / name) for name in ("story.script.json", "narrate.toml", "out"))
        done = CliRunner().invoke(app, ["make", source, "-c", config, "-o", out])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            return "raised", f"{type(done.exception).__name__}: {str(done.exception)[:300]}"
        outcome = "refused" if done.exit_code in (1, 2) else "made"
        return outcome, broken_rule(folder, done.stderr, is_made=outcome == "made")


def broken_rule(folder: Path, messages: str, *, is_made: bool) -> str:
    """Return which rule a run in ``folder`` has broken; empty if none."""
    if (folder / "secret").read_bytes() != UNTOUCHED:
        return "a link was written through"
    if found := STEERING.search(messages):
        return f"a message holds U+{ord(found[0]):04X}"
    if not is_made:
        return "" if messages.startswith("narrate: ") else f"the message is {messages[:200]!r}"
    for path in (folder / "out").iterdir():
        if path.is_symlink():
            return f"{path.name} is still a link"
        if path.suffix not in (".mp3", ".jpg") and (found := STEERING.search(path.read_text(encoding="utf-8"))):
            return f"{path.name} holds U+{ord(found[0]):04X}"
        if path.suffix != ".mp3" and UNTOUCHED in path.read_bytes():
            return f"{path.name} is a copy of what a link leads to"
    return ""


def main(count: int = 1000, seed: int = 20260518) -> int:
    fuzz_articles.prepare_process()
    here, seen, broken, slowest = Path.cwd(), Counter[str](), 0, 0.0
    for number in range(count):
        began = time.process_time()
        outcome, problem = attempt(number, seed)
        took = time.process_time() - began
        seen[outcome], slowest = seen[outcome] + 1, max(slowest, took)
        if not problem and took > LIMIT_S:
            problem = f"{took:.1f} s"
        if problem:
            broken += 1
            kept = here / f"fuzz-controls-{number}"
            kept.write_bytes(case(number, seed)[0])
            print(f"case {number}: {problem} (kept as {kept})", flush=True)
    print(f"cases {count}  {dict(sorted(seen.items()))}  broken {broken}  slowest {slowest:.2f} s")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
