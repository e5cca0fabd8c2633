"""Run script documents with control and bidirectional characters through the whole command, with links in the output.

``python tools/fuzz_controls.py [COUNT] [SEED]``

Each document must be refused with its line, or become an edition whose files and messages hold no character that steers
a terminal. What the links in the output folder lead to must stay as it is. The tool prints a summary. If a case breaks
these rules, its input is kept in the working folder, and the exit code is 1.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import fuzz_articles
from typer.testing import CliRunner

from narrate.cli import app

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
LINKS = ("file", "nothing", "circle", "folder", "device", "hard link")
"""What may be in the place of a file of the edition."""
OUTPUTS = (
    "out", "out", "out", "out/story.mp3", "out/../out", "a folder's link", "a link to nothing", "circle", "file",
    "file/below", "/dev/null", "n" * 300, f"{'n' * 300}.mp3", "a\nb", "a\x1b[31m\u202e", "", " ", ".", "~", "-",
    "\ud800", "a\0b", "con", "a:b",
)  # fmt: skip
"""Where the edition is made: not all of these can be written to."""
LIMIT_S = 5.0
UNTOUCHED = b"a file outside of the output folder"


def case(number: int, seed: int) -> tuple[bytes, dict[str, str], str]:
    """Return a script document, what is in the place of files of the edition, by their endings, and the output."""
    chance = random.Random(f"{seed} {number}")
    document = json.loads(chance.choice(fuzz_articles.documents()))
    for _ in range(chance.randrange(4)):
        insert(document, chance)
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1]))
    links = {ending: chance.choice(LINKS) for ending in chance.sample(ENDINGS, chance.randrange(5))}
    return text.encode(errors="replace"), links, chance.choice(OUTPUTS)


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


def put_link(place: Path, kind: str, folder: Path) -> None:
    """Put a link of this kind, see ``LINKS``, at ``place``."""
    if kind == "hard link":
        place.hardlink_to(folder / "secret")
    else:
        targets = {"file": folder / "secret", "nothing": folder / "gone", "circle": place, "folder": folder / "other"}
        place.symlink_to(targets.get(kind, Path("/dev/null")))


def attempt(number: int, seed: int) -> tuple[str, str]:
    """Run a case. Return the outcome, and which rule was broken; empty if none was."""
    data, links, output = case(number, seed)
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        folder = Path(name)
        (folder / "story.script.json").write_bytes(data)
        (folder / "narrate.toml").write_text(fuzz_articles.SILENT, encoding="utf-8")
        for path in ("secret", "file"):
            (folder / path).write_bytes(UNTOUCHED)
        for path in ("out", "other"):
            (folder / path).mkdir()
        (folder / "a folder's link").symlink_to(folder / "out")
        (folder / "a link to nothing").symlink_to(folder / "new")
        (folder / "circle").symlink_to(folder / "circle")
        for ending, kind in links.items():
            if ending != ".mp3" or not output.endswith(".mp3"):  # a link at the path that the user names is followed
                put_link(folder / "out" / f"story{ending}", kind, folder)
        done = CliRunner().invoke(app, ["make", "story.script.json", "-c", "narrate.toml", "-o", output])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            return "raised", f"{type(done.exception).__name__}: {str(done.exception)[:300]}"
        outcome = "refused" if done.exit_code in (1, 2) else "made"
        is_in_folder = output in ("out", "a folder's link", "out/../out", "out/story.mp3")
        problem = broken_rule(folder, done.stderr, is_made=outcome == "made" and is_in_folder)
        # The content of a hard link is that of a file of the folder: it is copied before a script replaces it.
        return outcome, "" if "is a copy" in problem and links.get(".script.json") == "hard link" else problem


def broken_rule(folder: Path, messages: str, *, is_made: bool) -> str:
    """Return which rule a run in ``folder`` has broken; empty if none.

    Args:
        folder: Where the run was.
        messages: What it has printed.
        is_made: Whether the edition was made in ``out``.
    """
    if any((folder / name).read_bytes() != UNTOUCHED for name in ("secret", "file")):
        return "a link was written through, or a file replaced"
    if (folder / "gone").exists() or any((folder / "other").iterdir()) or not Path("/dev/null").is_char_device():
        return "a file was made, or replaced, behind a link"
    if found := fuzz_articles.STEERING.search(messages):
        return f"a message holds U+{ord(found[0]):04X}"
    if not is_made:
        return (
            ""
            if messages.startswith("narrate: ") or "narrate: Took" in messages
            else f"the message is {messages[:200]!r}"
        )
    for path in (folder / "out").iterdir():
        if path.is_symlink():
            return f"{path.name} is still a link"
        is_text = path.suffix not in (".mp3", ".jpg")
        if is_text and (found := fuzz_articles.STEERING.search(path.read_text(encoding="utf-8"))):
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
