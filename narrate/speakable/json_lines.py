"""JSON lines of written texts, as ``narrate spoken --jsonl`` reads and writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from narrate.errors import SourceError
from narrate.speakable import EMPTY, speakable
from narrate.speakable.warnings import speaking_warnings
from narrate.types import PronunciationLexicon


def spoken_lines(
    lines: Iterable[str], *, language: str = "en-US", lexicon: PronunciationLexicon = EMPTY
) -> Iterator[str]:
    """Yield a JSON line with the spoken text for each JSON line with a written text, in order, without reading ahead.

    Args:
        lines: JSON objects ``{"id", "written"}``, one a line. A key ``language`` overrides ``language`` for its line.
            Blank lines are skipped.
        language: BCP 47 tag of the texts.
        lexicon: Entries that apply before all rules.

    Yields:
        JSON objects ``{"id", "spoken"}``, with ``warnings`` if there are any.

    Raises:
        SourceError: If a line is not such an object. The message names the line.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, tag = row["written"], row.get("language", language)
            answer = {"id": row["id"], "spoken": speakable(text, tag, lexicon).text}
            if warnings := speaking_warnings([text], language=tag, lexicon=lambda: lexicon):
                answer["warnings"] = warnings
            yield json.dumps(answer, ensure_ascii=False)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            wanted = '{"id": "...", "written": "..."}'
            raise SourceError(f"Line {number} is not like {wanted}: {line.strip()[:60]!r}.") from error
