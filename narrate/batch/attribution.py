"""Many articles at once: JSON lines in, JSON lines with each article's quotations out, in order, on all cores.

The work is done by fresh processes that run ``narrate.batch._attribution_worker``. The calling program is not imported
again, and none of the processes outlives the call.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from narrate.attribution import attribute
from narrate.attribution.speakers import UNKNOWN_SPEAKER
from narrate.errors import NarrateError, SourceError
from narrate.readers import read_text
from narrate.script import write_script
from narrate.types import Script

_LETTERS: Final = {"female": "F", "male": "M"}
_AHEAD: Final = 4
"""Articles per worker that may wait, so that memory does not grow with their number."""
Worker = subprocess.Popen[str]


def attribute_lines(lines: Iterable[str], *, workers: int | None = None) -> Generator[str]:
    """For each line ``{"id", "text"}`` the line ``{"id", "quotes": [...]}``, in the same order.

    ``workers`` is the number of processes, by default one a core; with 1 this process does the work.
    """
    numbered = ((n, line) for n, line in enumerate(lines, start=1) if line.strip())
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield from (attribute_line(_checked(n, line)) for n, line in numbered)
        return
    pool = ThreadPoolExecutor(count)
    idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    started = [_start() for _ in range(count)]
    for worker in started:
        idle.put(worker)
    waiting: deque[Future[str]] = deque()
    try:
        for n, line in numbered:
            waiting.append(pool.submit(_ask, idle, _checked(n, line)))
            if len(waiting) >= _AHEAD * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for worker in started:
            worker.kill()
        pool.shutdown(wait=True)
        for worker in started:
            worker.communicate()


def _checked(number: int, line: str) -> str:
    """The line itself, if it is an article."""
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise SourceError(f"line {number} is not JSON: {error}") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str) or "id" not in entry:
        raise SourceError(f'line {number} is no article: it needs an "id" and a "text"')
    return line.strip()


def _start() -> Worker:
    paths = [os.path.abspath(p) for p in sys.path if p]  # noqa: PTH100
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "narrate.batch._attribution_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
        encoding="utf-8",
    )


def _ask(idle: queue.SimpleQueue[Worker], line: str) -> str:
    """One article's answer from whichever worker is free."""
    worker = idle.get()
    try:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps(json.loads(line)) + "\n")
        worker.stdin.flush()
        answer = worker.stdout.readline()
    except OSError:
        answer = ""
    finally:
        idle.put(worker)
    if not answer:
        raise NarrateError(f"the worker that attributes article {json.loads(line)['id']!r} ended before it answered")
    found: dict[str, Any] = json.loads(answer)
    if "error" in found:
        raise NarrateError(f"article {found['id']!r}: {found['error']}")
    return answer.rstrip("\n")


def attribute_line(line: str) -> str:
    """The answer for one article, in this process."""
    entry = json.loads(line)
    script = attribute(script_of_text(entry["text"]))
    return json.dumps({"id": entry["id"], "quotes": list(exported(script))}, ensure_ascii=False)


def exported(script: Script) -> Iterator[dict[str, Any]]:
    """The quotations of a script: offsets with the marks, without blanks; speaker null where nobody was found."""
    speakers = {s.id: s for s in script.speakers}
    for segment in script.segments:
        if segment.kind != "quotation":
            continue
        who = speakers[segment.speaker]
        words = segment.text.strip()
        start = segment.start + len(segment.text) - len(segment.text.lstrip())
        yield {
            "start": start,
            "end": start + len(words),
            "speaker": None if who.id == UNKNOWN_SPEAKER.id else _described(who.name, segment.described_as),
            "speaker_id": who.id,
            "gender": _LETTERS.get(who.gender, "N" if who.kind == "group" else "unknown"),
            "confidence": segment.confidence,
            "evidence": segment.evidence,
        }


def _described(name: str, description: str) -> str:
    """The name with the article's description before it ("Kremlin spokesman Dmitry Peskov"), where there is one."""
    new = [word for word in description.split() if word.lower() not in name.lower().split()]
    return " ".join([*new, name])


def script_of_text(text: str) -> Script:
    """The script of a bare text, before attribution. Quotations in its headline count."""
    article = read_text(text)
    if article.headline is not None:
        article = replace(article, headline=None, title=None, paragraphs=(article.headline, *article.paragraphs))
    return write_script(article)
