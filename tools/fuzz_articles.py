"""Run hostile articles, script documents and configurations through the whole command, with a silent engine.

``python tools/fuzz_articles.py [ARTICLES] [SCRIPTS] [CONFIGURATIONS] [SEED] [FRONT_MATTERS]``

Each case must become an edition whose script covers the article without gaps, with exit code 0 or 3, or be refused with
a message and exit code 1 or 2, without leaving a file. No other exception may be raised, no case may take more than
12 s or 500 MB, and messages may not steer a terminal. The tool prints a summary. If a case breaks these rules, its
input is kept in the working folder, and the exit code is 1.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from narrate.cli import app
from narrate.engines import silent
from narrate.synthesis import pool
from narrate.types import Audio, Voice

LIMIT_S, LIMIT_MIB = 12.0, 500
"""Of a whole edition: 5,000 characters of one-word sentences are minutes of pauses, which take 6 s to encode."""
STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal, or set the direction of a text."""
SILENT = '[synthesis]\nengine = "silent"\n[cache]\nenabled = false\n'
ARTICLES = [
    """---
title: Lift closes
byline: Jane Doe
date: 2026-05-18
cast: {Rosa Lind: arthur}
---
The lift at Ostrand closed on Monday. “We walk,” said Rosa Lind, a baker. “It is far.”

She shrugged.
""",
    """Tram late again

"The tram was late," Dr. Ole Lund told reporters at 9.30 a.m. on 3 March. "It cost us $4.5m."

According to Mr. Lund, 'nobody was hurt'.
""",
    """# Harbour *opens*

- One boat
- Two boats

> “Wind, at last,” the harbour master, Ann Moe, said: “We sail.”

See [the map](https://example.org/map).
""",
    "Rain.\n\n«Il pleut», a dit Jean Roux.\n\nHe added: ‘It’s wet,’ and left (see p. 5).\n",
    """By Jane Doe

OSTRAND, May 18 (Reuters) - The mayor resigned.

“I am done.

“I go home,” she said.

Sign up for our newsletter.
""",
]
PIECES = (
    "“¦”¦\"¦'¦‘¦’¦«¦»¦„¦‟¦``¦''¦“””“¦ said ¦, he said.¦, according to ¦: ¦—¦–¦…¦...¦.¦?!¦\n¦\n\n¦\n\n\n\n¦\r¦\r\n¦\t¦"
    "\x0b¦\x0c¦\x00¦\x1b[31m¦\x7f¦\ufeff¦\u200b¦\u200f¦\u202e¦\u2028¦\u2029¦\u00a0¦\u00ad¦e\u0301\u0327¦🎉¦👩‍👩‍👧¦ﬁ¦ⅷ¦"
    "½¦中文。¦Ж¦ـ¦İ¦ß¦Dr.¦Mrs ¦U.S.¦No. 7¦1,000,000¦$1.5bn¦£3¦–40°C¦007¦1e309¦12/31/99¦3:45pm¦@user¦#Tag2¦a@b.co¦"
    "https://x.y/z?a=b&c=d¦www.¦[^1]¦[[¦]]¦(/ipa/)¦[Kyiv](/kiː/)¦<b>¦</b>¦<script>¦&amp;¦&#0;¦-->¦{¦}¦---\n¦+++\n¦***¦"
    "# ¦## ¦> ¦* ¦1. ¦```¦~~~¦| a | b |¦\\¦\\n¦%s¦{0}¦$(x)¦title: ¦cast: [¦date: 31.2.2026\n¦language: xx-YY\n¦"
    "[a](b)¦[a](javascript:b)¦language: en-GB\n¦"
    "<speak>¦<lang xml:lang='fr'>¦<lang>¦</lang>¦<break time='9e9s'/>¦<break/>¦<sub alias='x'>¦<sub alias=''>¦</sub>¦"
    "<phoneme alphabet='ipa' ph='ˈ\x1b'>¦</phoneme>¦<say-as interpret-as='date'>¦</say-as>¦<prosody rate='x-fast'>¦"
    "VOICE IS AI-GENERATED¦Voice is AI-generated. Inconsistencies may occur.¦By ¦(Reuters) - ¦"
    "Advertisement¦Read more: ¦©¦ and ¦Narrator¦the the the"
).split("¦")
MATTER = """title: Harbour opens
byline: [Jane Doe, John Roe]
date: 2026-05-18
cast: {Ann Moe: arthur}
lexicon:
  Moe: moh
"""
"""Front matter that is read."""
MATTER_PIECES = (
    "&a ¦*a¦<<: *a\n¦a: &a [*a]\n¦[[[[[[[[[¦{a: ¦- ¦? ¦! ¦!!python/object/apply:os.system [ls]¦!!binary ¦|\n¦>-\n  ¦"
    "'¦\"¦\\ud800¦\\x1b¦\x1b¦\x00¦\u202e¦: ¦:¦#¦%YAML 1.1\n¦%TAG ! x\n¦---\n¦...\n¦\t¦~¦null¦yes¦1e309¦0x1F¦2026-13-45¦"
    "@¦`¦,¦]¦}¦\n¦  ¦title: Again\n¦cast: [a]\n¦cast: {a: {b: c}}\n¦byline: {a: b}\n¦lexicon: x\n¦lexicon: {a: }\n¦"
    "title:\n¦"
    "date: 0000-00-00\n¦date: 99999-12-31\n¦date: 2026-02-30T25:61:61+99:99\n¦language: [en]\n¦language: ../../x\n¦"
    "<<: {title: x}\n¦<<: [a]\n¦"
    "? [a, b]\n: c\n¦? {a: b}\n: c\n¦!!set {a}¦!!omap [a: b]¦!<tag:x> ¦!!str ¦\\U00110000¦\\0¦"
    "- - - ¦a: {b: {c: {d: {e: {f: {g: {h: {i: j}}}}}}}}\n¦\x85¦\x9b¦\u2028¦\ufeff¦\ud800¦\r\n¦\r¦\t: ¦\n\ttitle: x\n¦"
    "source: javascript:alert(1)\n¦image: file:///etc/passwd\n¦key with spaces: x\n¦...\n---\n"
).split("¦")
GIANT_MATTER = (
    f"{'k' * 60_000}: x\n",
    f"title: {'v' * 60_000}\n",
    f"title: {'v' * 70_000}\n",
    "".join(f"k{number}: v\n" for number in range(5000)),
    f"cast: {{{', '.join(f'N{number}: arthur' for number in range(1900))}}}\n",
    f"a: {'[' * 20_000}\n",
    f"a:\n{'- ' * 20_000}x\n",
    "".join(f"{'  ' * depth}a:\n" for depth in range(200)),
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    f"title: '{chr(39) * 30_000}\n",
    f'title: "{chr(92) * 30_000}\n',
    f"title: {'!' * 30_000} x\n",
    f"title: {'&a ' * 20_000}\n",
    f"{'? ' * 20_000}\n",
    f"title: {'9' * 5000}\ndate: {'1:' * 5000}1\n",
)
"""Front matter that would cost much time or memory."""
VALUES: list[Any] = [
    None, True, 0, -1, 1, 2**63, 10**30, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", " ", "x", "Narrator",
    "arthur", "../../x", "a/b\x00c", "\ud800", "“", "y" * 3000, "2026-02-31", "en", "quotation", "silent", [], [[]],
    [1], {}, {"a": {}},
]  # fmt: skip
EDITABLE = ("speaker", "voiced_by", "confidence", "evidence", "title", "byline", "name", "role", "gender", "reason")
"""Values of a script document that an editor may change."""
KEYS = {
    "script.disclaimer": ['"An artificial voice reads this."', '"Diese Stimme ist künstlich."'],
    "script.fragment_words": ["0", "1", "99"],
    "reading.keep": ['["byline"]', '["newsletter", "dateline"]'],
    "reading.time_limit_s": ["1", "600.0"],
    "attribution.min_confidence": ["0", "0.9", "1.0"],
    "casting.narrator": ['"arthur"', '"isla"'],
    "casting.pins": ['{"Rosa Lind" = "arthur"}', '{"Nobody" = "isla"}'],
    "casting.people": ['"people.toml"'],
    "casting.roster": ['"none.toml"'],
    "synthesis.engine": ['"auto"', '"pyttsx3"', '"kokoro"'],
    "synthesis.workers": ["0", "1", "3"],
    "synthesis.retries": ["0", "10"],
    "cache.enabled": ["true"],
    "cache.limit_mb": ["1"],
    "assembly.lead_in_ms": ["0", "10000"],
    "assembly.sentence_ms": ["0", "2000"],
    "assembly.disclaimer_ms": ["0"],
    "assembly.end_ms": ["0"],
    "loudness.target_lufs": ["-36", "-13", "-23.0"],
    "loudness.true_peak_dbtp": ["-9", "-0.5"],
    "delivery.sample_rate_hz": ["48000"],
    "delivery.bitrate_kbps": ["112", "128"],
    "delivery.transcripts": ["[]", '["txt"]', '["json", "srt"]'],
    "delivery.outlet": ['"The <b>Post</b> & Co"', '"“"'],
    "delivery.album": ['"\\u202e%s"'],
    "delivery.copyright": ['"\\u0000"', '"©"'],
    "delivery.cover": ['"none.jpg"'],
    "speakable.lexicon": ['"none.pls"'],
    "provenance.certificate": ['"none.pem"'],
    "feed.title": ['"News"'],
    "what.ever": ["1"],
}
"""Keys of a configuration, with values of which most are valid."""
TOML = """"" "x" "silent" "\\u0000" 0 1 4 250 10000 -1 -36.5 0.5 1e400 nan inf -inf 44100 true false [] [1] {} {a=1}
["srt"] 2026-05-18 [[]] "a/b/c" "." """.split()


class InProcessWorker:
    """A worker that renders silence in this process, because starting processes would take most of the time."""

    closed = False
    cpu_s = 0.0

    def __init__(self, *_: object, **__: object) -> None:
        return

    def start(self, threads: int = 1) -> None:  # noqa: ARG002
        return

    def close(self) -> None:
        return

    def speak(self, text: str, voice: Voice, reading: object = None) -> Audio:  # noqa: ARG002
        return silent.SilentEngine().synthesize(text, voice)


def article(chance: random.Random) -> bytes:
    """Return an article with pieces inserted, removed, repeated or moved."""
    text = chance.choice(ARTICLES)
    for _ in range(chance.randrange(1, 13)):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0 | 1 | 2:
                text = text[:at] + chance.choice(PIECES) * chance.choice([1, 1, 1, 1, 2, 40]) + text[at:]
            case 3:
                text = text[:at] + text[min(to, at + 40) :]
            case 4:
                text = text[:at] + text[at : at + 60] + text[at:]
            case _:
                text = text[at:] + text[:at]
        text = text[:3000]
    data = text.encode()
    for _ in range(chance.choice([0, 0, 0, 0, 1, 3])):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.randbytes(chance.randrange(4)) + data[at + 1 :]
    return data


def front_matter(chance: random.Random) -> bytes:
    """Return an article with front matter in which pieces are inserted, removed or repeated."""
    text = MATTER
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(text) + 1)
        piece = chance.choice(MATTER_PIECES) * chance.choice([1, 1, 1, 9, 300])
        text = (text[:at] + piece + text[at + chance.choice([0, 0, 1, 20]) :])[:5000]
    if chance.random() < 0.1:
        text = chance.choice(GIANT_MATTER) + text
    text = f"---\n{text}---\nThe lift at Ostrand closed. “We walk,” said Ann Moe.\n"
    text = chance.choice(["", "", "", "\ufeff", "\n\n", " "]) + text.replace(
        "\n", chance.choice("\n¦\n¦\r\n¦\r".split("¦"))
    )
    return text.encode(chance.choice(["utf-8", "utf-8", "utf-8", "utf-16"]), errors="surrogatepass")


def script(chance: random.Random, documents: list[str]) -> bytes:
    """Return a script document with values replaced, removed or repeated, or with its text cut."""
    text = chance.choice(documents)
    if chance.random() < 0.2:
        at = chance.randrange(len(text))
        return (text[:at] + chance.choice(["", "{", '"', "[" * 2000, text[at + 3 :]])).encode()
    document = json.loads(text)
    if chance.random() < 0.5:
        rows = [*document["segments"], *document["speakers"], document["article"], *document["skipped"]]
        for row in chance.sample(rows, min(3, len(rows))):
            for key in sorted(row.keys() & set(EDITABLE)):
                row[key] = chance.choice([*PIECES, "Rosa Lind", "Narrator", "Ole Lund", 0, 1, 0.3])
        return json.dumps(document).encode()
    for _ in range(chance.randrange(1, 4)):
        inside = document
        while True:
            keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(inside[key], dict | list) and chance.random() < 0.8:
                inside = inside[key]
                continue
            match chance.randrange(4):
                case 0:
                    del inside[key]
                case 1 if isinstance(inside, list):
                    inside.insert(key, inside[key])
                case 2 if isinstance(inside[key], int | float):
                    inside[key] += chance.choice([-1, 1, 0.5])
                case 2 if isinstance(inside[key], str):
                    inside[key] += chance.choice(PIECES)
                case _:
                    inside[key] = chance.choice(VALUES)
            break
    return json.dumps(document).encode()


def configuration(chance: random.Random) -> bytes:
    """Return a ``narrate.toml`` with values of all kinds, sometimes not valid TOML."""
    tables: dict[str, list[str]] = {"synthesis": ['engine = "silent"'], "cache": ["enabled = false"]}
    for key in chance.sample(sorted(KEYS), chance.randrange(1, 5)):
        table, _, name = key.partition(".")
        tables[table] = [line for line in tables.get(table, []) if not line.startswith(name)]
        tables[table].append(f"{name} = {chance.choice(KEYS[key] if chance.random() < 0.9 else TOML)}")
    text = "".join(f"[{table}]\n" + "".join(f"{line}\n" for line in lines) for table, lines in tables.items())
    if chance.random() < 0.1:
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["[", "=", '"', "\x00", "é", "\n\n[a.b]\n"]) + text[at:]
    return text.encode()


def run_make(arguments: list[str], folder: Path) -> tuple[str, str | None]:
    """Run ``narrate make`` in ``folder``. Return the outcome, and which rule was broken; None if none was."""
    done = CliRunner().invoke(app, ["make", *arguments, "-o", str(folder / "out"), "--json", "-q"])
    if found := STEERING.search(done.stderr):
        return "printed", f"a message holds U+{ord(found[0]):04X}"
    left = sorted(path.name for path in (folder / "out").iterdir()) if (folder / "out").exists() else []
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return "raised", f"{type(done.exception).__name__}: {str(done.exception)[:300]}"
    if done.exit_code in (1, 2):
        if not done.stderr.startswith("narrate: ") or "Traceback" in done.stderr:
            return "refused", f"the message is {done.stderr[:200]!r}"
        return "refused", f"files are left: {left}" if left else None
    report = json.loads(done.stdout)
    if done.exit_code != (3 if report["below_threshold"] else 0):
        return "made", f"exit code {done.exit_code} with {len(report['below_threshold'])} below the threshold"
    if any(not Path(path).is_file() for path in report["files"].values()) or any(name[0] == "." for name in left):
        return "made", f"files are missing or left: {left}"
    return "made", tiling_error(json.loads(Path(report["script"]).read_text(encoding="utf-8")))


def tiling_error(document: dict[str, Any]) -> str | None:
    """Return where segments and skipped text do not cover each character of the article once, in order; else None."""
    text, at = document["article"]["text"], 0
    pieces = [
        piece for piece in document["segments"] if piece["end"] > 0
    ]  # text that Narrate adds begins and ends at 0
    pieces += [piece for piece in document["skipped"] if piece["start"] is not None]
    for piece in sorted(pieces, key=lambda piece: piece["start"]):
        if piece["start"] != at or text[at : piece["end"]].strip() != piece["text"].strip():
            return f"the tiling breaks at character {at}"
        at = piece["end"]
    return None if at == len(text) else f"the tiling ends at {at} of {len(text)}"


def prepare_process() -> None:
    """Make this process fast: use in-process workers and short takes. Keep it out of the user's folders."""
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="narrate-fuzz-")
    os.chdir(os.environ["XDG_CACHE_HOME"])
    pool.Worker = InProcessWorker  # type: ignore[assignment,misc]
    silent.SAMPLES_PER_CHARACTER = 100  # type: ignore[misc]
    documents()  # loads the language model, whose time is that of no case


_documents: list[str] = []


def documents() -> list[str]:
    """Return the script documents of the unchanged articles."""
    if not _documents:
        from narrate.config import Config, SynthesisConfig
        from narrate.pipeline import prepare
        from narrate.readers.source import open_source

        plain = Config(synthesis=SynthesisConfig(engine="silent"))
        opened = [open_source(text.encode(), name="story.md") for text in ARTICLES]
        _documents.extend(prepare(source, config=plain).document() for source in opened)
    return _documents


def case(kind: str, number: int, seed: int) -> bytes:
    """Return the input of a case. The same arguments always give the same bytes."""
    chance = random.Random(f"{seed} {kind} {number}")
    if kind == "script":
        return script(chance, documents())
    return {"article": article, "front matter": front_matter, "configuration": configuration}[kind](chance)


def attempt(job: tuple[str, int, int]) -> tuple[str, str | None, float, bytes]:
    """Run a case. Return the outcome, the broken rule if any, the processor time in seconds, and the input."""
    kind, number, seed = job
    data = case(kind, number, seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / ("story.script.json" if kind == "script" else ("story.md", "story.txt")[number % 2])
        source.write_bytes(data if kind != "configuration" else ARTICLES[number % len(ARTICLES)].encode())
        (folder / "narrate.toml").write_bytes(data if kind == "configuration" else SILENT.encode())
        began = time.process_time()
        outcome, problem = run_make([str(source), "-c", str(folder / "narrate.toml")], folder)
        took = time.process_time() - began
    if problem is None and took > LIMIT_S:
        problem = f"{took:.1f} s"
    return f"{kind} {outcome}", problem, took, data


def main(
    articles: int = 10_000,
    scripts: int = 2_000,
    configurations: int = 2_000,
    seed: int = 20260518,
    front_matters: int = 2_000,
) -> int:
    counts = {"article": articles, "script": scripts, "configuration": configurations, "front matter": front_matters}
    jobs = [(kind, number, seed) for kind, count in counts.items() for number in range(count)]
    seen, broken, slowest, began = Counter[str](), 0, 0.0, time.monotonic()
    context = multiprocessing.get_context("spawn")
    with context.Pool(initializer=prepare_process) as processes:
        for job, (outcome, problem, took, data) in zip(jobs, processes.imap(attempt, jobs, chunksize=20), strict=True):
            seen[outcome] += 1
            slowest = max(slowest, took)
            if problem:
                broken += 1
                kept = Path(f"fuzz-{job[0]}-{job[1]}")
                kept.write_bytes(data)
                print(f"{job[0]} {job[1]}: {problem} (kept as {kept})", flush=True)
        processes.close()
        processes.join()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{dict(sorted(seen.items()))}  broken {broken}  slowest {slowest:.2f} s  peak memory {peak} MiB a process")
    print(f"{len(jobs)} cases in {time.monotonic() - began:.0f} s")
    return int(broken > 0 or peak > LIMIT_MIB)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:6])))
