"""Attribution of many articles: JSON lines in, JSON lines with each article's quotations out, on all cores.

The work is done by new processes that run this module, so that the calling program is not imported again. Each takes a
line for an article on standard input and answers with a line of quotations. All processes end with the call.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from narrate.attribution import attribute
from narrate.attribution.speakers import UNKNOWN_SPEAKER
from narrate.concurrency import ordered_map
from narrate.errors import NarrateError, SourceError, reason
from narrate.readers import check_language, read_text
from narrate.script import write_script
from narrate.storage import write_text
from narrate.types import Script

LOOK_AHEAD: Final = 4
"""Articles handed out ahead for each worker: enough to keep all busy, few enough to keep memory use constant."""
WANTED: Final = 'Each line must be {"id": "...", "text": "..."}; for one article, use \'narrate script --explain\'.'
Worker = subprocess.Popen[str]


def attribute_file(articles: Path, output: Path | None = None, *, language: str = "") -> Iterator[str]:
    """Yield the result of ``attribute_lines`` for a file of JSON lines, or write it to ``output`` once complete.

    Raises ``SourceError`` if the file or one of its lines cannot be read, and ``DeliveryError`` for ``output``.
    """
    try:
        with (
            articles.open(encoding="utf-8-sig") as lines,
            closing(attribute_lines(lines, language=language)) as answers,
        ):
            if output is None:
                yield from answers
            else:
                write_text(output, (f"{answer}\n" for answer in answers), follows_link=True)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"Cannot read {articles}: {reason(error)}.") from error


def attribute_lines(lines: Iterable[str], *, workers: int | None = None, language: str = "") -> Generator[str]:
    """Yield a line ``{"id", "quotes": [...]}`` for each line ``{"id", "text"}``, in order. Blank lines are skipped.

    There are by default as many ``workers`` as cores. A single one is this process itself. ``language`` is the one that
    the user chose; a key ``language`` of a line overrides it. Raises ``SourceError`` if a line is not an article, and
    ``NarrateError`` if it cannot be attributed.
    """
    checked = (_check_line(number, line, language) for number, line in enumerate(lines, start=1) if line.strip())
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield from map(attribute_line, checked)
        return
    with _workers(count) as (threads, idle):
        yield from ordered_map(partial(_ask_worker, idle), checked, threads, look_ahead=LOOK_AHEAD * count)


@contextmanager
def _workers(count: int) -> Iterator[tuple[ThreadPoolExecutor, queue.SimpleQueue[Worker]]]:
    """Provide a thread for each of ``count`` worker processes, and the queue of idle processes."""
    threads = ThreadPoolExecutor(count)
    idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    workers = [_start_worker() for _ in range(count)]
    for worker in workers:
        idle.put(worker)
    try:
        yield threads, idle
    finally:
        for worker in workers:
            worker.kill()
        threads.shutdown(wait=True)
        for worker in workers:
            worker.communicate()


def _check_line(number: int, line: str, language: str) -> str:
    """Return the line with its language. Raise ``SourceError`` if it is not an article."""
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise SourceError(f"Line {number} is not valid JSON ({reason(error)}). {WANTED}") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str) or "id" not in entry:
        raise SourceError(f"Line {number} is not an article. {WANTED}")
    return json.dumps({"language": language, **entry})


def _start_worker() -> Worker:
    paths = [os.path.abspath(p) for p in sys.path if p]  # noqa: PTH100
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-P", "-m", "narrate.batch.attribution"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True, encoding="utf-8")


def _ask_worker(idle: queue.SimpleQueue[Worker], line: str) -> str:
    """Have an idle worker attribute the article, and return its answer."""
    worker = idle.get()
    try:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(line + "\n")
        worker.stdin.flush()
        answer = worker.stdout.readline()
    except OSError:
        answer = ""
    finally:
        idle.put(worker)
    if not answer:
        name = json.loads(line)["id"]
        raise NarrateError(f"Cannot attribute article {name!r}: the worker process ended unexpectedly.")
    result: dict[str, Any] = json.loads(answer)
    if "error" in result:
        raise NarrateError(f"Cannot attribute article {result['id']!r}: {result['error'].rstrip('.')}.")
    return answer.rstrip("\n")


def attribute_line(line: str) -> str:
    """Attribute one article in this process, and return the line of the result."""
    entry = json.loads(line)
    script = attribute(script_of_text(entry["text"], str(entry.get("language") or "")))
    return json.dumps({"id": entry["id"], "quotes": list(quotation_records(script))}, ensure_ascii=False)


def quotation_records(script: Script) -> Iterator[dict[str, Any]]:
    """Yield a record for each quotation of an attributed script.

    Its offsets count the article's characters; they include the quotation marks and exclude blanks. ``speaker`` is the
    name of the speaker, or a description if the article never names the speaker; it is None if the speaker is unknown.
    ``described_as`` is the description in the place of a name at this quotation; it is empty without one.
    """
    speakers = {speaker.id: speaker for speaker in script.speakers}
    letters = {"female": "F", "male": "M"}
    for segment in script.segments:
        if segment.kind != "quotation":
            continue
        speaker = speakers[segment.speaker]
        quotation = segment.text.strip()
        start = segment.start + len(segment.text) - len(segment.text.lstrip())
        is_known = speaker.id != UNKNOWN_SPEAKER.id
        yield {
            "start": start,
            "end": start + len(quotation),
            "speaker": speaker.name if is_known else None,
            "described_as": segment.described_as,
            "speaker_id": speaker.id,
            "gender": letters.get(speaker.gender, "N" if speaker.kind == "group" else "unknown"),
            "confidence": segment.confidence,
            "evidence": segment.evidence,
        }


def script_of_text(text: str, language: str = "") -> Script:
    """Return the script of a plain text before attribution. Quotations in its headline are included."""
    article = check_language(read_text(text, language=language), "the text", may_be_mixed=True)
    if article.headline is not None:
        article = replace(article, headline=None, title=None, paragraphs=(article.headline, *article.paragraphs))
    return write_script(article)


def _answer_lines() -> None:
    """Do the work of a worker process. An error is the answer for its article."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in sys.stdin:
        try:
            answer = attribute_line(line)
        except Exception as error:
            answer = json.dumps({"id": json.loads(line)["id"], "error": f"{type(error).__name__}: {error}"})
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _answer_lines()
