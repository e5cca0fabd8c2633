"""``make bench``: what a newsroom does all day, as a table and a plot (``docs/explanation/benchmark.md``).

An article for the first time, again with its takes cached, and after an edit of one sentence; fifty articles by one
worker and by two; memory against length; processor time by stage; and what others need for the same article. Every
figure is that of cold processes; what is compared takes turns. With ``--log FILE`` results are added to that file, and
the page is made of all in it: a long measurement can be taken in pieces, ``--part`` by ``--part``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import EXAMPLE, NARRATE, run

from narrate.stats.plot import Panel, svg

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tools"))
DOCS = HERE.parent / "docs" / "explanation"
NAIVE = "import runpy, sys; del sys.argv[0]; runpy.run_path(sys.argv[0])"
BATCH = 50
CLUSTER_BATCH = 16
UNCHANGED = 1000
TIMES = (1, 4, 16)
BOOKS = (120_000, 300_000)
"""Characters of the longest articles."""
ARCHIVE_ARTICLES = 100_000
STUDENT_SOUND_S = (18, 62)
"""Seconds of sound that a student of 8 million parameters makes in a second of one core, as published with Paradee."""
AN_ARTICLE_S = 0.2
"""What an article costs besides its sound, once the parser is loaded."""
EDIT = ("for thirty years", "for forty years")
STAGES = ("read", "attribute", "cast", "synthesize", "master", "encode", "deliver")
FIELDS = ("words", "right", "quotations", "wall_s", "cpu_s", "peak_mb")
Row = dict[str, Any]


def body_of(article: Path) -> str:
    return article.read_text(encoding="utf-8").split("---", 2)[-1].strip()


def write_stories(folder: Path, count: int, *, paragraphs: int) -> None:
    """Write articles of some paragraphs of the example into a new folder, each with a headline of its own."""
    folder.mkdir()
    body = body_of(EXAMPLE).split("\n\n")
    for number in range(count):
        at = number % (len(body) - paragraphs)
        text = "\n\n".join([f"Story {number}", *body[at : at + paragraphs]])
        (folder / f"{number:04}.txt").write_text(text, encoding="utf-8")


def made(article: Path, output: Path, cache: Path, engine: str) -> Row:
    """Make an edition; what the command cost, and what its report says."""
    config = cache.with_suffix(".toml")
    config.write_text(f'[cache]\nfolder = "{cache.name}"\n', encoding="utf-8")
    code = f"import sys; sys.stdout = open({str(output.with_suffix('.report'))!r}, 'w'); {NARRATE}"
    cost = run(code, "make", str(article), "-c", str(config), "--engine", engine, "--json", "-q", "-o", str(output))
    report = json.loads(output.with_suffix(".report").read_text(encoding="utf-8"))
    return {"wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb, "report": report}


def edition(engine: str, folder: Path) -> Iterable[Row]:
    """Cold, with cached takes, after an edit, and unchanged."""
    article, cache, output = folder / "story.md", folder / "takes", folder / "story.mp3"
    article.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    for case in ("cold", "takes cached", "one sentence edited", "unchanged"):
        if case == "takes cached":
            for file in folder.glob("story.*"):
                if file != article:
                    file.unlink()
        if case == "one sentence edited":
            text = article.read_text(encoding="utf-8")
            assert text.count(EDIT[0]) == 1
            article.write_text(text.replace(*EDIT), encoding="utf-8")
        cost = made(article, output, cache, engine)
        report = cost.pop("report")
        timings = {stage: report["timings"][stage]["cpu_s"] for stage in STAGES}
        yield {"case": case, "engine": engine, "sound_s": report["duration_s"], "stages": timings, **cost}


def memory(folder: Path) -> Iterable[Row]:
    for times in TIMES:
        article = folder / f"times-{times}.txt"
        article.write_text("\n\n".join([body_of(EXAMPLE)] * times), encoding="utf-8")
        cost = made(article, folder / f"times-{times}.mp3", folder / "none", "pyttsx3")
        yield {"case": str(times), "words": len(article.read_text().split()), "peak_mb": cost["peak_mb"]}


def long(folder: Path) -> Iterable[Row]:
    """A book of prose with an engine that costs next to nothing, to see what the rest costs."""
    repetitions: Any = importlib.import_module("repetitions")
    for characters in BOOKS:
        article = folder / f"{characters}.txt"
        article.write_bytes(repetitions.prose(characters))
        cost = run(NARRATE, "make", str(article), "--engine", "silent", "--no-cache", "-q", "-o", str(folder))
        words = len(article.read_text(encoding="utf-8").split())
        yield {"case": f"{words:,} words", "wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb}


def thousand(folder: Path) -> Iterable[Row]:
    """One worker's memory after a hundred articles, and after a thousand, with an engine that says nothing."""
    config = folder / "narrate.toml"
    config.write_text("[cache]\nenabled = false\n", encoding="utf-8")
    for count in (100, 1000):
        stories = folder / f"stories-{count}"
        write_stories(stories, count, paragraphs=3)
        options = ("-c", str(config), "--engine", "silent", "--workers", "1", "-q", "-o", str(stories / "made"))
        cost = run(NARRATE, "batch", str(stories), *options)
        yield {"case": f"{count} articles", "peak_mb": cost.peak_mb, "cpu_s": cost.cpu_s}


def unchanged(folder: Path) -> Iterable[Row]:
    """Run a batch of a thousand articles whose editions are there and current."""
    paragraphs = body_of(EXAMPLE).split("\n\n")
    config, stories = folder / "narrate.toml", folder / "stories"
    config.write_text('[cache]\nfolder = "takes"\n', encoding="utf-8")
    stories.mkdir()
    for number in range(UNCHANGED):
        text = f"Story {number}\n\n{paragraphs[number % len(paragraphs)]}"
        (stories / f"{number}.txt").write_text(text, encoding="utf-8")
    command = ("batch", str(stories), "-c", str(config), "--engine", "silent", "-q", "-o", str(folder / "made"))
    run(NARRATE, *command)
    cost = run(NARRATE, *command)
    yield {"case": f"{UNCHANGED} articles", "wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb}


def batch(folder: Path) -> Iterable[Row]:
    stories = folder / "stories"
    write_stories(stories, BATCH, paragraphs=3)
    config = folder / "narrate.toml"
    config.write_text("[cache]\nenabled = false\n", encoding="utf-8")
    for workers in (1, 2):
        output = folder / f"by-{workers}"
        options = ("-c", str(config), "--engine", "pyttsx3", "--workers", str(workers), "-q", "-o", str(output))
        cost = run(NARRATE, "batch", str(stories), *options)
        assert len([*output.glob("*.mp3")]) == BATCH
        yield {"case": f"{workers} workers", "wall_s": cost.wall_s, "cpu_s": cost.cpu_s}


def cluster(folder: Path) -> Iterable[Row]:
    """A Dask cluster of one worker on one core and of two on two, each of which speaks by one process."""
    config, stories = folder / "narrate.toml", folder / "stories"
    config.write_text("[cache]\nenabled = false\n[synthesis]\nworkers = 1\n", encoding="utf-8")
    write_stories(stories, CLUSTER_BATCH, paragraphs=2)
    for workers in (1, 2):
        output = folder / f"by-{workers}"
        options = ("-c", str(config), "--engine", "kokoro", "--dask", "local", "--workers", str(workers), "-q")
        code = NARRATE
        if hasattr(os, "sched_setaffinity"):  # not on macOS and Windows
            cores = sorted(os.sched_getaffinity(0))[:workers]
            code = f"import os; os.sched_setaffinity(0, {cores}); {NARRATE}"
        cost = run(code, "batch", str(stories), *options, "-o", str(output))
        assert len([*output.glob("*.mp3")]) == CLUSTER_BATCH
        yield {"case": f"{workers} workers", "wall_s": cost.wall_s, "cpu_s": cost.cpu_s}


def archive(folder: Path) -> Iterable[Row]:
    """A batch with each engine, to hold against what an edition by itself foretells."""
    words = body_of(EXAMPLE).split()
    config, stories = folder / "narrate.toml", folder / "stories"
    config.write_text("[cache]\nenabled = false\n", encoding="utf-8")
    stories.mkdir()
    for number in range(4):
        text = " ".join(words[number * 100 : number * 100 + 150])
        (stories / f"{number}.txt").write_text(f"Story {number}\n\n{text}", encoding="utf-8")
    for engine in ("pyttsx3", "kokoro"):
        report = folder / f"{engine}.jsonl"
        code = f"import sys; sys.stdout = open({str(report)!r}, 'w'); {NARRATE}"
        options = ("-c", str(config), "--engine", engine, "--workers", "2", "-q", "-o", str(folder / engine))
        run(code, "batch", str(stories), *options)
        made = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
        spent = sum(timing["cpu_s"] for one in made for timing in one["timings"].values())
        yield {"case": engine, "sound_s": sum(one["duration_s"] for one in made), "cpu_s": spent}


def peers(folder: Path) -> Iterable[Row]:
    """The naive script, and ``narrate make``."""
    cost = run(NAIVE, str(HERE / "peers" / "naive.py"), str(EXAMPLE), str(folder / "naive.wav"))
    yield {"case": "pyttsx3 and pydub, 30 lines", "wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb}
    cost = run(NARRATE, "make", str(EXAMPLE), "--engine", "pyttsx3", "--no-cache", "-q", "-o", str(folder / "n.mp3"))
    yield {"case": "narrate make, pyttsx3", "wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb}


def casting(folder: Path) -> Iterable[Row]:
    """How many of the example's quotations are found and given to whom they belong, and how long that takes."""
    from audiobooker import AudiobookProject
    from test_example import EXPECTED

    from narrate.pipeline import prepare

    def of_narrate() -> list[tuple[str, str]]:
        script = prepare(EXAMPLE).script
        return [(script.names[s.speaker], s.text) for s in script.segments if s.kind == "quotation"]

    def of_audiobooker() -> list[tuple[str, str]]:
        book = folder / "book.txt"
        book.write_text(body_of(EXAMPLE), encoding="utf-8")
        project = AudiobookProject.from_text(book)
        project.compile()
        return [(line.speaker, line.text) for chapter in project.chapters for line in chapter.utterances]

    for case, who in (("narrate", of_narrate), ("audiobooker-ai", of_audiobooker)):
        started = time.perf_counter()
        found = who()
        wall_s = time.perf_counter() - started
        right = sum(
            any(text.strip('“"').startswith(opening) and speaker in (name, *name.split()) for speaker, text in found)
            for name, opening in EXPECTED
        )
        yield {"case": case, "right": right, "quotations": len(EXPECTED), "wall_s": wall_s}


def first_sound(folder: Path) -> Iterable[Row]:
    """How long a listener of ``--stream`` waits: with nothing cached, and with the disclaimer of another article."""
    configuration = folder / "narrate.toml"
    configuration.write_text('[cache]\nfolder = "takes"\n', encoding="utf-8")
    other = folder / "other.txt"
    other.write_text("The ferry sails again.\n", encoding="utf-8")
    for engine in ("kokoro", "pyttsx3"):
        options = ("--engine", engine, "-c", str(configuration), "-q", "-o", str(folder))
        for case in ("cold", "disclaimer cached"):
            if case != "cold":
                run(NARRATE, "make", str(other), *options)
            started = time.perf_counter()
            command = [sys.executable, "-c", NARRATE, "make", str(EXAMPLE), "--stream", *options]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                assert process.stdout
                assert process.stdout.read(1)
                wall_s = time.perf_counter() - started
                process.terminate()
            for take in (folder / "takes").rglob("*.take"):
                take.unlink()
            yield {"case": f"{engine}, {case}", "wall_s": wall_s}


PARTS: Mapping[str, Callable[[Path], Iterable[Row]]] = {
    "kokoro": lambda folder: edition("kokoro", folder),
    "pyttsx3": lambda folder: edition("pyttsx3", folder),
    "memory": memory,
    "long": long,
    "thousand": thousand,
    "unchanged": unchanged,
    "batch": batch,
    "cluster": cluster,
    "archive": archive,
    "first sound": first_sound,
    "peers": peers,
    "casting": casting,
}


def median(rows: Sequence[Row], field: str) -> str:
    """The median of a field and, where there are several runs, their span."""
    values = sorted(float(row[field]) for row in rows)
    span = f" ({values[0]:.1f} to {values[-1]:.1f})" if len(values) > 1 else ""
    return f"{statistics.median(values):.1f}{span}"


def page(results: Mapping[str, Mapping[str, Sequence[Row]]]) -> Iterable[str]:
    """The page's lines: a table for each part that was measured."""
    yield "# Benchmark\n\nWritten by `make bench` (`tests/bench_newsroom.py`); medians of the runs, and their span.\n"
    yield f"Measured on {os.cpu_count()} cores.\n\n![Plot](benchmark.svg)\n"
    for part, cases in results.items():
        runs = max(map(len, cases.values()))
        measured = next(iter(cases.values()))[0]
        fields = [field for field in FIELDS if field in measured]
        yield f"\n## {part}\n\nRuns: {runs}.\n"
        yield f"| | {' | '.join(fields)} |\n|---|{'---|' * len(fields)}"
        for case, rows in cases.items():
            yield f"| {case} | {' | '.join(median(rows, field) for field in fields)} |"
        yield from ratios(part, cases)
    if "archive" in results:
        yield from cost_model(results)


def ratios(part: str, cases: Mapping[str, Sequence[Row]]) -> Iterable[str]:
    """What follows from a part's rows: each round is a comparison of its own."""
    if part in ("kokoro", "pyttsx3"):
        for field, name in (("wall_s", "wall"), ("cpu_s", "processor")):
            shares = [
                after[field] / cold[field]
                for cold, after in zip(cases["cold"], cases["one sentence edited"], strict=True)
            ]
            yield f"\nAfter an edit of one sentence: {statistics.median(shares):.0%} of the cold run's {name} time."
        stages = {name: statistics.median(row["stages"][name] for row in cases["cold"]) for name in STAGES}
        listed = ", ".join(f"{name} {value:.1f} s" for name, value in stages.items())
        sound_s = cases["cold"][0]["sound_s"]
        yield f"\nProcessor time of the cold run by stage, for {sound_s:.0f} s of sound: {listed}."
    if part in ("batch", "cluster"):
        gains = [one["wall_s"] / two["wall_s"] for one, two in zip(*cases.values(), strict=True)]
        spread = f"{min(gains):.2f} to {max(gains):.2f}"
        yield f"\nTwo workers are {statistics.median(gains):.2f} times as fast as one ({spread})."
    if part == "memory":
        peaks = [statistics.median(row["peak_mb"] for row in rows) for rows in cases.values()]
        steps = ", ".join(f"{later / former:.2f}" for former, later in pairwise(peaks))
        yield f"\nFrom each length to the next, four times as long, memory grows by the factors {steps}."


def cost_model(results: Mapping[str, Mapping[str, Sequence[Row]]]) -> Iterable[str]:
    """What a second of sound costs in an edition by itself; a batch foretold by that; and an archive reckoned."""
    for engine, rows in results["archive"].items():
        if engine not in results:
            continue
        cold, batch_of_4 = results[engine]["cold"][-1], rows[-1]
        stages = cold["stages"]
        second = sum(stages[name] for name in ("synthesize", "master", "encode")) / cold["sound_s"]
        foretold = second * batch_of_4["sound_s"] + 2 * stages["attribute"]
        hours = (second * cold["sound_s"] + AN_ARTICLE_S) * ARCHIVE_ARTICLES / 3600
        yield (
            f"\n{engine}: {1000 * second:.0f} ms of processor time for each second of sound, and two workers to load. "
            f"By that the batch should take {foretold:.1f} s; it took {batch_of_4['cpu_s']:.1f}. "
            f"{ARCHIVE_ARTICLES:,} articles like the example: {hours:,.0f} processor hours."
        )
    if "kokoro" in results:
        cold = results["kokoro"]["cold"][-1]
        rest_s = sum(cold["stages"][name] for name in ("master", "encode")) + AN_ARTICLE_S
        most, least = ((cold["sound_s"] / speed + rest_s) * ARCHIVE_ARTICLES / 3600 for speed in STUDENT_SOUND_S)
        yield (
            f"\nparadee, not measured: by the published speed of its students, {STUDENT_SOUND_S[0]} to "
            f"{STUDENT_SOUND_S[1]} s of sound for each second of a core, and what mastering, encoding and attribution "
            f"take above, {ARCHIVE_ARTICLES:,} such articles take {least:,.0f} to {most:,.0f} processor hours."
        )


def plot(results: Mapping[str, Mapping[str, Sequence[Row]]]) -> str:
    def panel(part: str, field: str, title: str) -> Panel:
        cases = results[part]
        heights = tuple(statistics.median(float(row[field]) for row in rows) for rows in cases.values())
        return Panel(title, tuple(cases), heights)

    wanted = (
        ("kokoro", "wall_s", "kokoro: wall time, s"),
        ("pyttsx3", "wall_s", "pyttsx3: wall time, s"),
        ("batch", "wall_s", f"{BATCH} articles: wall time, s"),
        ("memory", "peak_mb", "times the article: peak memory, MB"),
    )
    return svg("What an edition costs", [panel(*one) for one in wanted if one[0] in results])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=PARTS, help="measure this only")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--log", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=DOCS, help="the folder of the page and the plot")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as passing:
        log = options.log or Path(passing) / "log"
        for number in range(options.runs):
            for part in options.part or PARTS:
                folder = Path(passing) / f"{part}-{number}"
                folder.mkdir()
                rows = list(PARTS[part](folder))
                with log.open("a", encoding="utf-8") as lines:
                    lines.writelines(json.dumps({"part": part, **row}) + "\n" for row in rows)
        results: dict[str, dict[str, list[Row]]] = {}
        for line in log.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            results.setdefault(row.pop("part"), {}).setdefault(row.pop("case"), []).append(row)
    ordered = {part: results[part] for part in PARTS if part in results}
    text = "\n".join(page(ordered)) + "\n"
    (options.output / "benchmark.md").write_text(text, encoding="utf-8")
    (options.output / "benchmark.svg").write_text(plot(ordered), encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
