"""Find signed entries without quotation marks, such as letters: each stands above a line that names its author."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from narrate.languages import SentenceWords
from narrate.languages.marks import FAMILY, IN_MARKS

_MAX_ENTRY_PARAGRAPHS: Final = 5
"""Paragraphs of an entry."""
_MAX_SIGNATURE_WORDS: Final = 14
_MAX_LEAD_WORDS: Final = 40
"""Words of a sentence or heading that leads to entries."""
_MAX_HEADING_WORDS: Final = 14
"""Words of a line without punctuation at its end that is no paragraph of an entry."""
_MIN_SIGNATURES: Final = 2
"""Signatures of a series that no line announces."""
_MIN_ENTRY_WORDS: Final = 2
_MAX_LETTER_PARAGRAPHS: Final = 30
"""Paragraphs of a letter between its salutation and its close."""
_MAX_SALUTATION_WORDS: Final = 10
_MIN_NAME_LENGTH: Final = 3
"""Letters of a word of a name that shows that an entry is about the author of the one before."""
_LAST_SENTENCE: Final = re.compile(r"(?:.*[.!?]\s+)?(.*)", re.DOTALL)
_INITIALS: Final = re.compile(r"(?:[A-Z]\.? ?){1,3}, ")


def find_entries(paragraphs: Sequence[str], words: SentenceWords) -> dict[int, tuple[int, str]]:
    """Return number of a paragraph of a signed entry -> number of the line that signs it, and the name in that line.

    The lines sign at least two entries in a row, of which all say "I" or whose lines begin with a dash; or a line such
    as "Your letters" or "These are some of the entries." leads to them, and half of them say "I" or "we". No entry
    names who signs the one before, and without such a line the paragraph behind them does not say "I": the lines would
    be headings. A letter from its salutation to its close ("Dear Minister," "Yours truly, Ann Lee") is an entry, too.

    Args:
        paragraphs: The paragraphs of an article, in order.
        words: The words of its language.
    """
    if find_column(paragraphs, words):
        return {}
    lines = [paragraph.strip() for paragraph in paragraphs]
    letters = _letters(lines, words)
    signed = {n: match for n, line in enumerate(lines) if n and (match := _signature(line, words))}
    found: dict[int, tuple[int, str]] = {}
    for run in _runs(list(signed)):
        begin = _begin(run[0], lines, words)
        if len(run) == 1 and (begins := _answered_letter(run[0], lines, words)):
            found |= dict.fromkeys(range(begins, run[0]), (run[0], signed[run[0]]["name"]))
            continue
        bounds = [
            _behind_heading(start, n, lines) for start, n in zip([begin, *(n + 1 for n in run)], run, strict=False)
        ]
        entries = {n: lines[start:n] for start, n in zip(bounds, run, strict=True)}
        is_led = begin > 0 and _announces(lines[begin - 1], words)
        is_below = is_led or not _is_personal(lines[run[-1] + 1 : run[-1] + 2], words)
        may_report = len(run) > _MIN_SIGNATURES
        is_plain = is_below and all(_is_entry(entry, words, may_report=may_report) for entry in entries.values())
        if is_plain and _is_series(entries, signed, words, is_led=is_led):
            for start, n in zip(bounds, run, strict=True):
                found |= dict.fromkeys(range(start, n), (n, signed[n]["name"]))
    return found | letters


def _answered_letter(signing: int, lines: Sequence[str], words: SentenceWords) -> int:
    """Return where a reader's letter begins that initials sign ("PD, Hull") and the next paragraph answers; 0 if none.

    All its paragraphs say "I" or "we".
    """
    answer = lines[signing + 1] if signing + 1 < len(lines) else ""
    if _INITIALS.match(lines[signing]) is None or words.address_pattern.search(answer) is None:
        return 0
    begin = signing
    while begin > max(1, signing - _MAX_ENTRY_PARAGRAPHS) and _is_personal(lines[begin - 1 : begin], words):
        begin -= 1
    return begin if begin < signing and _is_entry(lines[begin:signing], words) else 0


def _letters(lines: Sequence[str], words: SentenceWords) -> dict[int, tuple[int, str]]:
    """Return the same for each letter, whose name stands in the line of its close or in the one below."""
    found: dict[int, tuple[int, str]] = {}
    behind = 0
    for first, line in enumerate(lines):
        is_salutation = len(line.split()) <= _MAX_SALUTATION_WORDS and words.salutation_pattern.fullmatch(line)
        if not is_salutation or first < behind:
            continue
        for n, below in enumerate(lines[first + 1 : first + _MAX_LETTER_PARAGRAPHS], first + 1):
            if below[:1] in FAMILY or words.salutation_pattern.fullmatch(below):
                break
            close = words.letter_close_pattern.fullmatch(below)
            if close is not None:
                signing, name = (n, close["name"]) if close["name"] else (n + 1, "".join(lines[n + 1 : n + 2]))
                if words.letter_name_pattern.fullmatch(name):
                    found |= dict.fromkeys(range(first, n), (signing, re.split(r"[,(]", name)[0].strip()))
                    behind = n + 1
                break
    return found


def find_column(paragraphs: Sequence[str], words: SentenceWords) -> dict[int, tuple[int, str]]:
    """Return number of a paragraph of a column -> where its words begin in it, and the name of who signs the question.

    In a column, readers sign questions ("Q: Is it safe?", "Ann, Hull", "A: It is."). The name is empty for an answer,
    and for a question without a signature. Questions have all paragraphs up to the signature; answers go on in
    sentences without marks that are no reporter's, the last one if they say "I" or "we".

    Args:
        paragraphs: The paragraphs of an article, in order.
        words: The words of its language.
    """
    matches = ((n, words.column_label_pattern.match(line)) for n, line in enumerate(paragraphs))
    labels = {n: label for n, label in matches if label is not None and paragraphs[n][label.end()] not in FAMILY}
    places = [*labels, len(paragraphs)]
    pairs = [(a, b) for a, b in pairwise(places) if b in labels and labels[a]["question"] and not labels[b]["question"]]
    signatures = {a: _signature(paragraphs[b - 1].strip(" ()"), words) for a, b in pairs if b - a > 1}
    names = {a: signature["name"] for a, signature in signatures.items() if signature is not None}
    found = dict[int, tuple[int, str]]()
    for first, following in pairwise(places if names else ()):
        name = names.get(first, "")
        found[first] = (labels[first].end(), name)
        for n in range(first + 1, following - bool(name)):
            is_sentence = paragraphs[n].rstrip().endswith((".", "!", "?"))
            is_own = following < len(paragraphs) or _is_personal(paragraphs[n : n + 1], words)
            if not (is_sentence and is_own and _is_entry(paragraphs[n : n + 1], words)):
                break
            found[n] = (0, name)
    return found


def _signature(line: str, words: SentenceWords) -> re.Match[str] | None:
    """Return the parts of a line that only signs what stands above it, or None."""
    match = words.entry_signature_pattern.fullmatch(line) if len(line.split()) <= _MAX_SIGNATURE_WORDS else None
    if match is None:
        return None
    first = match["name"].split()[0].lower()
    is_described = first in words.sentence_openers and len(match["name"].split()) > 1
    is_name = is_described or first not in words.sentence_openers | words.calendar_words
    return match if match["mark"] or match["withheld"] or (match["rest"] and is_name) else None


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Return the runs of signatures between which entries of a few paragraphs stand."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number - runs[-1][-1] <= _MAX_ENTRY_PARAGRAPHS + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _begin(first: int, lines: Sequence[str], words: SentenceWords) -> int:
    """Return where the first entry of a run begins: behind the line that leads to it, or right above its signature."""
    near = range(first - 1, max(-1, first - _MAX_ENTRY_PARAGRAPHS - 2), -1)
    return next((n + 1 for n in near if _announces(lines[n], words)), first - 1)


def _behind_heading(start: int, end: int, lines: Sequence[str]) -> int:
    """Return where an entry begins: behind the last heading or signature of another form in its paragraphs."""
    headings = (n for n in range(start, end - 1) if lines[n][:1].isupper() and lines[n][-1:].isalnum())
    return max((n + 1 for n in headings if len(lines[n].split()) <= _MAX_HEADING_WORDS), default=start)


def _announces(line: str, words: SentenceWords) -> bool:
    """Return whether a heading or the last sentence of a paragraph says that entries follow.

    What follows a colon in a heading is what they are about ("Your letters: school fees and a goat").
    """
    last = _LAST_SENTENCE.match(line.rstrip())
    sentence = last[1] if last else ""
    parts = sentence, sentence.partition(": ")[0]
    is_short = len(sentence.split()) <= _MAX_LEAD_WORDS
    return is_short and any(words.entries_lead_pattern.search(part) for part in parts)


def _is_entry(entry: Sequence[str], words: SentenceWords, *, may_report: bool = False) -> bool:
    """Return whether paragraphs are an entry: without marks around what is said, and with no words of reporters.

    With ``may_report``, an entry that says "I" may report what others said.
    """
    outside = [IN_MARKS.sub("", line) for line in entry]
    may_report = may_report and _is_personal(outside, words)
    is_plain = all(
        line[:1] not in FAMILY and (may_report or words.reporter_pattern.search(line) is None) for line in outside
    )
    is_long = sum(len(line.split()) for line in entry) >= _MIN_ENTRY_WORDS
    return is_plain and is_long and (outside == [*entry] or _is_personal(outside, words))


def _is_personal(entry: Sequence[str], words: SentenceWords) -> bool:
    return any(words.personal_pattern.search(line) for line in entry)


def _is_series(
    entries: Mapping[int, Sequence[str]], signed: Mapping[int, re.Match[str]], words: SentenceWords, *, is_led: bool
) -> bool:
    """Return whether what stands above signatures is a series of entries, and no story with headings."""
    for before, after in pairwise(entries):
        names = [word for word in re.findall(r"\w+", signed[before]["name"]) if len(word) >= _MIN_NAME_LENGTH]
        if any(re.search(rf"\b{re.escape(name)}\b", line) for name in names for line in entries[after]):
            return False
    personal = sum(_is_personal(entry, words) for entry in entries.values())
    if is_led:
        return personal * 2 >= len(entries)
    has_dashes = all(signed[n]["mark"] for n in entries)
    return len(entries) >= _MIN_SIGNATURES and (
        personal == len(entries) or (has_dashes and personal * 2 >= len(entries))
    )
