"""Find what is said without marks of its own: clauses inside marks, dialogue behind dashes, answers of interviews.

French, Spanish, Italian, Portuguese and German put the reporting clause inside the marks (« Nous irons, a dit le maire,
demain. ») and open dialogue with a dash (—Sí —dijo—. Iremos.). The clause is the narrator's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from narrate.languages.speech import SpeechWords
from narrate.script.marks import Quoted
from narrate.types import Span

_DASHES: Final = "—–-"
_TURN: Final = re.compile(rf"[{_DASHES}]\s*(?=[^\W_]|[¡¿«“\"])")
_DASH_END: Final = re.compile(rf"\s?[{_DASHES}][,.;:]?(?:\s|(?=[^\w\s])|$)")
_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*[’']?")
_COMMA_CLAUSE: Final = re.compile(r"(?<=[,!?…])[»”]?\s+(?=[^\W\d_])")
_DASH_CLAUSE: Final = re.compile(r"[,!?…]?\s*(?:(?<=\s)|(?<=,))[—–-]\s?(?=[^\W\d_])")
_CLAUSE_END: Final = re.compile(r"[,.;:]\s|[,.;:]?(?=\s*[»”\"]?$)")
_COMMA: Final = re.compile(r",\s")
_MAX_CLAUSE: Final = 160
"""Characters of a clause between dashes or commas."""
_BOLD: Final = re.compile(r"\*\*.+\*\*", re.DOTALL)
_LABEL: Final = re.compile(r"\*{0,2}(?P<label>[^\W\d_]{1,12})[.:]\*{0,2}\s+(?=\S)")
_BEHIND: Final = re.compile(r"[»”\"“]?,\s")
_MIN_QUESTIONS: Final = 2


def with_dialogue(text: str, paragraphs: Sequence[Span], quoted: Sequence[Quoted], words: SpeechWords) -> list[Quoted]:
    """Return the quoted stretches with dialogue and answers, cut where the narrator speaks.

    Args:
        text: The text of the article.
        paragraphs: Its paragraphs, in order.
        quoted: The stretches in marks, in order.
        words: The words of the language.
    """
    found: list[Quoted] = []
    answers = _answers(text, paragraphs, quoted, words)
    at = 0
    for number, paragraph in enumerate(paragraphs):
        inside: list[Quoted] = []
        while at < len(quoted) and quoted[at].start < paragraph.end:
            inside.append(quoted[at])
            at += 1
        if number in answers:
            found.append(Quoted(answers[number].start, answers[number].end, None))
        elif (start := _behind_dash(text, paragraph)) is not None and not _is_list_item(text, paragraph):
            found += _cut(text, Quoted(start, paragraph.end, None), words)
        else:
            for one in inside:
                found += _cut(text, one, words)
    return found


def _behind_dash(text: str, paragraph: Span) -> int | None:
    """Return where the words behind a dash at the beginning of a paragraph begin."""
    match = _TURN.match(text, paragraph.start, paragraph.end)
    return match.end() if match else None


def _is_list_item(text: str, paragraph: Span) -> bool:
    """Return whether a dash is the bullet of a list: a hyphen, and no sentence behind it."""
    is_hyphen = text[paragraph.start] == "-"
    return is_hyphen and text[paragraph.end - 1] not in ".!?…"


def _cut(text: str, one: Quoted, words: SpeechWords) -> Iterator[Quoted]:
    """Yield the parts of a quoted stretch that are not the narrator's clauses."""
    start, at = one.start, one.start
    while True:
        clause = _next_clause(text, at, one.end, words, is_turn=one.family is None)
        if clause is None:
            if start < one.end and any(map(str.isalnum, text[start : one.end])):
                yield replace(one, start=start)
            return
        first, last = clause
        if any(map(str.isalnum, text[start:first])):
            yield Quoted(start, first, one.family)
        start = at = last


def _next_clause(text: str, start: int, end: int, words: SpeechWords, *, is_turn: bool) -> tuple[int, int] | None:
    """Return where the next clause of the narrator begins and ends, the blanks around it included."""
    at = start
    while at < end:
        comma, dash = _COMMA_CLAUSE.search(text, at, end), _DASH_CLAUSE.search(text, at, end)
        found = min((match for match in (comma, dash) if match), key=lambda match: match.end(), default=None)
        if found is None:
            return None
        is_dash = found is dash and text[found.start() : found.end()].strip(",!?… \u00a0")[:1] in tuple(_DASHES)
        if is_dash and (last := _dash_clause_end(text, found.end(), end, words)) is not None:
            return found.start() + _kept(text, found.start()), last
        if not is_dash and (last := _comma_clause_end(text, found.end(), end, words, is_turn=is_turn)) is not None:
            return found.end(), last
        at = max(found.end(), at + 1)
    return None


def _kept(text: str, at: int) -> int:
    """Return how many marks at a place belong to the words before."""
    return 1 if text[at] in ",!?…" else 0


def _dash_clause_end(text: str, start: int, end: int, words: SpeechWords) -> int | None:
    """Return the end of a clause between dashes, or up to the end of the paragraph, if its first words are a verb."""
    if not opens_with_verb(text, start, end, words):
        return None
    closer = _DASH_END.search(text, start, min(end, start + _MAX_CLAUSE))
    return closer.end() if closer else end


def _comma_clause_end(text: str, start: int, end: int, words: SpeechWords, *, is_turn: bool) -> int | None:
    """Return the end of a clause between commas if its first words are a verb and an inverted subject."""
    matches = list(_first_words(text, start, end, 6))
    verb = _verb_at([match[0].lower() for match in matches], words)
    if verb is None:
        return None
    is_inverted = "-" in matches[verb[0]][0] or any("-" in match[0] for match in matches[: verb[0]])
    is_verb_alone = (
        words.drops_pronouns
        and is_turn
        and text[matches[verb[1] - 1].end() : matches[verb[1] - 1].end() + 1] in (",", ".")
    )
    if not is_inverted and not is_verb_alone:
        if verb[1] >= len(matches):
            return None
        subject = matches[verb[1]]
        lower = subject[0].lower()
        is_subject = (
            lower in words.determiners or lower in words.titles or subject[0][:1].isupper() or lower in words.pronouns
        )
        if not is_subject or text[matches[verb[1] - 1].end() : subject.start()].strip():
            return None
    closer = _CLAUSE_END.search(text, matches[verb[1] - 1].end(), min(end, start + _MAX_CLAUSE))
    if closer is None:
        return None
    last = closer.end()
    while (
        text[closer.start() : closer.start() + 1] == "."
        and last < end
        and _is_title_before(text, closer.start(), words)
    ):
        closer = _CLAUSE_END.search(text, last, min(end, start + _MAX_CLAUSE))
        if closer is None:
            return None
        last = closer.end()
    if not is_inverted and text[closer.start() : closer.start() + 1] == "," and _is_apposition(text, last, end, words):
        following = _CLAUSE_END.search(text, last, min(end, start + _MAX_CLAUSE))
        last = following.end() if following else last
    return last


def _is_title_before(text: str, at: int, words: SpeechWords) -> bool:
    word = re.search(r"[^\W\d_]+$", text[max(0, at - 12) : at])
    return bool(word and (word[0].lower() in words.titles or len(word[0]) == 1))


def _is_apposition(text: str, start: int, end: int, words: SpeechWords) -> bool:
    """Return whether a description follows: a noun in small letters, and then a comma."""
    first = next(_first_words(text, start, end, 1), None)
    if first is None or first[0][:1].isupper() or first[0].lower() in words.openers - words.determiners.keys():
        return False
    closer = _COMMA.search(text, start, min(end, start + _MAX_CLAUSE))
    is_listed = first[0].lower() in words.determiners or first[0].lower() not in words.openers
    return (
        closer is not None
        and is_listed
        and not any(
            word[0].lower() in words.verbs | words.auxiliaries for word in _first_words(text, start, closer.start(), 12)
        )
    )


def opens_with_verb(text: str, start: int, end: int, words: SpeechWords) -> bool:
    """Return whether a verb of reporting is the first word of a stretch, or stands behind auxiliaries and clitics."""
    return _verb_at([match[0].lower() for match in _first_words(text, start, end, 4)], words) is not None


def _verb_at(first: Sequence[str], words: SpeechWords) -> tuple[int, int] | None:
    """Return where the verb of a clause is and where it ends, if only auxiliaries and clitics stand before it."""
    for index, word in enumerate(first[:4]):
        plain = word.split("-")[0]
        if plain in words.verbs and (plain == word or word.rsplit("-", 1)[-1] in words.pronouns):
            return index, index + 1
        is_auxiliary = plain in words.auxiliaries and (plain == word or word.rsplit("-", 1)[-1] in words.pronouns)
        if not (is_auxiliary or word in words.clitics):
            return None
    return None


def _first_words(text: str, start: int, end: int, count: int) -> Iterator[re.Match[str]]:
    for number, match in enumerate(_WORD.finditer(text, start, end)):
        if number == count:
            return
        yield match


# Interviews


def _answers(text: str, paragraphs: Sequence[Span], quoted: Sequence[Quoted], words: SpeechWords) -> dict[int, Span]:
    """Return number of a paragraph -> its words, for the questions and answers of an interview with bold questions."""
    questions = [number for number, one in enumerate(paragraphs) if _BOLD.fullmatch(text, one.start, one.end)]
    labeled = _labeled(text, paragraphs, words)
    if labeled:
        return labeled
    asked = [number for number in questions if "?" in text[paragraphs[number].start : paragraphs[number].end]]
    if len(asked) < _MIN_QUESTIONS:
        return {}
    turns: dict[int, Span] = {}
    for number in range(questions[0], len(paragraphs)):
        one = paragraphs[number]
        if number in questions:
            turns[number] = Span(one.start + 2, one.end - 2)
        elif not _is_narrated(text, one, quoted, words) and not (number > questions[-1] + 1):
            turns[number] = one
    return turns


def _labeled(text: str, paragraphs: Sequence[Span], words: SpeechWords) -> dict[int, Span]:
    """Return number of a paragraph -> its words behind the label, if an interview has labels such as "P." and "R."."""
    turns: dict[int, Span] = {}
    questions = 0
    for number, one in enumerate(paragraphs):
        match = _LABEL.match(text, one.start, one.end)
        label = match["label"].lower() if match else ""
        if match and label in words.question_labels | words.answer_labels:
            questions += label in words.question_labels
            turns[number] = Span(match.end(), one.end)
    if questions < _MIN_QUESTIONS:
        return {}
    for number in range(min(turns), max(turns)):
        turns.setdefault(number, paragraphs[number])
    return turns


def _is_narrated(text: str, paragraph: Span, quoted: Sequence[Quoted], words: SpeechWords) -> bool:
    """Return whether a paragraph among answers is the reporter's: a clause stands behind a quotation."""
    inside = [one for one in quoted if paragraph.start <= one.start < paragraph.end]
    if not inside:
        return False
    for one in inside:
        comma = _BEHIND.match(text, one.end, paragraph.end)
        if comma and any(
            word[0].split("-")[0].lower() in words.verbs for word in _first_words(text, comma.end(), paragraph.end, 3)
        ):
            return True
    return False
