"""Find what is said without marks of its own: clauses inside marks, dialogue behind dashes, answers of interviews.

French, Spanish, Italian, Portuguese and German put the reporting clause inside the marks (« Nous irons, a dit le maire,
demain. ») and open dialogue with a dash (—Sí —dijo—. Iremos.). The clause is the narrator's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from narrate.languages.marks import FAMILY
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
_APPOSITION_END: Final = re.compile(r",\s|[.!?…](?:\s|$)|\s?[—–](?=\s|$)|$")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])\s|$")
_MAX_CLAUSE: Final = 160
"""Characters of a clause between dashes or commas."""
_BOLD: Final = re.compile(r"\*\*.+\*\*", re.DOTALL)
_LABEL: Final = re.compile(r"\*{0,2}(?P<label>[^\W\d_]{1,12})[.:]\*{0,2}\s+(?=\S)")
_BEHIND: Final = re.compile(r"[»”\"“]?,\s")
_GERUND: Final = "ndo"  # ending of verbs in Spanish, Italian and Portuguese that open no clause of the narrator
_MAX_CIRCUMSTANCE: Final = 12  # words behind a verb of reporting that may hold its subject
_ADVERB_ENDINGS: Final = ("ment", "mente")
_MIN_QUESTIONS: Final = 2
_MAX_LABEL: Final = 60  # characters of the label of a turn
_REMARK: Final = re.compile(r"\s*\([^()]*\)\s*$")


def with_dialogue(text: str, paragraphs: Sequence[Span], quoted: Sequence[Quoted], words: SpeechWords) -> list[Quoted]:
    """Return the quoted stretches with dialogue and answers, cut where the narrator speaks.

    Args:
        text: The text of the article.
        paragraphs: Its paragraphs, in order.
        quoted: The stretches in marks, in order.
        words: The words of the language.
    """
    found: list[Quoted] = []
    answers = _answers(text, paragraphs, quoted, words) or _between_turns(text, paragraphs, quoted)
    answers |= _statements(text, paragraphs, words)
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
    ahead = _Ahead(text, one.start, one.end)
    while True:
        clause = _next_clause(ahead, at, words, is_turn=one.family is None)
        if clause is None:
            if start < one.end and any(map(str.isalnum, text[start : one.end])):
                yield replace(one, start=start)
            return
        first, last = clause
        if any(map(str.isalnum, text[start:first])):
            yield Quoted(start, first, one.family)
        start = at = last


class _Ahead:
    """The next comma and the next dash of a stretch, each searched once, so that the cost stays linear."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.end = text, end
        self._comma = _COMMA_CLAUSE.search(text, start, end)
        self._dash = _DASH_CLAUSE.search(text, start, end)

    def comma(self, at: int) -> re.Match[str] | None:
        """Return the first comma from an offset on. The offsets never go back."""
        if self._comma is not None and self._comma.start() < at:
            self._comma = _COMMA_CLAUSE.search(self.text, at, self.end)
        return self._comma

    def dash(self, at: int) -> re.Match[str] | None:
        """Return the first dash from an offset on."""
        if self._dash is not None and self._dash.start() < at:
            self._dash = _DASH_CLAUSE.search(self.text, at, self.end)
        return self._dash


def _next_clause(ahead: _Ahead, start: int, words: SpeechWords, *, is_turn: bool) -> tuple[int, int] | None:
    """Return where the next clause of the narrator begins and ends, the blanks around it included."""
    text, end, at = ahead.text, ahead.end, start
    while at < end:
        comma, dash = ahead.comma(at), ahead.dash(at)
        found = min((match for match in (comma, dash) if match), key=lambda match: match.end(), default=None)
        if found is None:
            return None
        is_dash = found is dash and text[found.start() : found.end()].strip(",!?… \u00a0")[:1] in tuple(_DASHES)
        if is_dash and (last := _dash_clause_end(text, found.end(), end, words, is_turn=is_turn)) is not None:
            return found.start() + _kept(text, found.start()), last
        if not is_dash and (last := _comma_clause_end(text, found.end(), end, words, is_turn=is_turn)) is not None:
            return found.end(), last
        at = max(found.end(), at + 1)
    return None


def _kept(text: str, at: int) -> int:
    """Return how many marks at a place belong to the words before."""
    return 1 if text[at] in ",!?…" else 0


def _dash_clause_end(text: str, start: int, end: int, words: SpeechWords, *, is_turn: bool) -> int | None:
    """Return the end of a clause between dashes, or up to the end of the paragraph, if its first words are a verb.

    A word that stands right behind a dash (—dijo) is taken for a verb in a dialogue, unless it is a function word.
    """
    matches = list(_first_words(text, start, end, 5))
    verb = _verb_at([match[0].lower() for match in matches], words) or _unknown_verb(text, matches, words)
    if verb is None and is_turn and matches and text[start - 1] in _DASHES:
        is_open = matches[0][0][:1].islower() and matches[0][0].lower() not in words.function_words
        verb = (0, 1) if is_open else None
    if verb is None:
        return None
    closer = _DASH_END.search(text, start, min(end, start + _MAX_CLAUSE))
    return closer.end() if closer else end


def _comma_clause_end(text: str, start: int, end: int, words: SpeechWords, *, is_turn: bool) -> int | None:
    """Return the end of a clause between commas if its first words are a verb and an inverted subject."""
    matches = list(_first_words(text, start, end, 6))
    lower = [match[0].lower() for match in matches]
    verb = _verb_at(lower, words) or _inverted_verb(lower, words)
    is_known = verb is not None
    verb = verb or _unknown_verb(text, matches, words)
    if verb is None or lower[verb[0]].endswith(_GERUND):
        return None
    is_inverted = any("-" in word for word in lower[: verb[1]])
    behind = text[matches[verb[1] - 1].end() : matches[verb[1] - 1].end() + 1]
    is_alone = words.drops_pronouns and is_known and behind in (",", ".")
    behind_verb = matches[verb[1] - 1].end()
    has_subject = _has_subject(text, matches, verb[1], words) or (
        is_known and _has_late_subject(text, behind_verb, end, words)
    )
    if not is_inverted and not is_alone and not has_subject:
        return None
    last = _clause_closed(text, behind_verb, end, words)
    if last is None or (text[last - 1 : last] == "?" and is_inverted):
        return None
    if not is_inverted and text[last - 2 : last - 1] == "," and _is_apposition(text, last, end, words):
        last = _clause_closed(text, last, end, words) or last
    if text[last - 2 : last - 1] == "," and _is_circumstance(text, last, end, words):
        following = (_SENTENCE_END if is_turn else _CLAUSE_END).search(text, last, end)
        last = following.end() if following else end
    return last


def _has_late_subject(text: str, start: int, end: int, words: SpeechWords) -> bool:
    """Return whether a name or a person stands behind adverbs or a phrase: "a dit hier soir à la presse Anne Morin"."""
    closer = _CLAUSE_END.search(text, start, min(end, start + _MAX_CLAUSE))
    inside = list(_first_words(text, start, closer.start() if closer else start, _MAX_CIRCUMSTANCE))
    if len(inside) < 2 or not _opens_circumstance(inside[0][0].lower(), words):
        return False
    for number, match in enumerate(inside[1:], start=1):
        word = match[0].lower()
        is_free = number < 2 or inside[number - 1][0].lower() not in words.prepositions
        if is_free and (match[0][:1].isupper() or words.is_person(word) or word in words.titles):
            return True
        if words.finite.fullmatch(word) or word in words.relatives:
            return False
    return False


def _opens_circumstance(word: str, words: SpeechWords) -> bool:
    return word in words.prepositions or word in words.adverbs or word.endswith(_ADVERB_ENDINGS)


def _has_subject(text: str, matches: Sequence[re.Match[str]], at: int, words: SpeechWords) -> bool:
    """Return whether the word behind a verb may begin its subject, and nothing but a blank stands between."""
    if at >= len(matches) or text[matches[at - 1].end() : matches[at].start()].strip():
        return False
    subject = matches[at][0]
    lower = subject.lower()
    return subject[:1].isupper() or lower in words.determiners or lower in words.titles or lower in words.pronouns


def _clause_closed(text: str, start: int, end: int, words: SpeechWords) -> int | None:
    """Return where a clause ends: behind a comma, or at the end of a sentence that is no abbreviation."""
    limit = min(end, start + _MAX_CLAUSE)
    closer = _CLAUSE_END.search(text, start, limit)
    while closer is not None and text[closer.start() : closer.start() + 1] == "." and closer.end() < end:
        if not _is_title_before(text, closer.start(), words):
            break
        closer = _CLAUSE_END.search(text, closer.end(), limit)
    return closer.end() if closer else None


def _is_title_before(text: str, at: int, words: SpeechWords) -> bool:
    word = re.search(r"[^\W\d_]+$", text[max(0, at - 12) : at])
    return bool(word and (word[0].lower() in words.titles or len(word[0]) == 1))


def _is_apposition(text: str, start: int, end: int, words: SpeechWords) -> bool:
    """Return whether a description or a name follows, and then a comma or the end of the sentence."""
    first = next(_first_words(text, start, end, 1), None)
    closer = _APPOSITION_END.search(text, start, min(end, start + _MAX_CLAUSE))
    if first is None or closer is None:
        return False
    inside = [word[0] for word in _first_words(text, start, closer.start(), 12)]
    if all(word[:1].isupper() or word.lower() in words.particles for word in inside):
        return True
    is_word = first[0].lower() in words.openers - words.determiners.keys()
    noun = next((word.lower() for word in inside if word.lower() not in words.determiners), "")
    is_closed = text[closer.start() : closer.start() + 1] in (",", "") or words.is_person(noun)
    if first[0][:1].isupper() or is_word or not is_closed:
        return False
    return not any(word.lower() in words.verbs | words.auxiliaries for word in inside)


def _is_circumstance(text: str, start: int, end: int, words: SpeechWords) -> bool:
    """Return whether words such as "without a glance" follow, which belong to the narrator's clause."""
    return words.circumstance.match(text, start, end) is not None


def opens_with_verb(text: str, start: int, end: int, words: SpeechWords) -> bool:
    """Return whether a verb of reporting is the first word of a stretch, or stands behind auxiliaries and clitics."""
    return _verb_at([match[0].lower() for match in _first_words(text, start, end, 4)], words) is not None


def _verb_at(first: Sequence[str], words: SpeechWords) -> tuple[int, int] | None:
    """Return where the verb of a clause is and where it ends, if only auxiliaries and clitics stand before it."""
    follows_auxiliary = False
    for index, word in enumerate(first[:4]):
        plain = word.split("-")[0]
        if plain in words.verbs and (plain == word or word.rsplit("-", 1)[-1] in words.pronouns):
            return index, index + 1
        if word in words.verbs:
            return index, index + 1
        is_auxiliary = plain in words.auxiliaries and (plain == word or word.rsplit("-", 1)[-1] in words.pronouns)
        if not (is_auxiliary or (word in words.clitics and not follows_auxiliary)):
            return None
        follows_auxiliary = follows_auxiliary or is_auxiliary
    return None


def _inverted_verb(first: Sequence[str], words: SpeechWords) -> tuple[int, int] | None:
    """Return where a verb with its pronoun is (a-t-il conclu, s’emporte-t-elle), whatever verb it is."""
    for index, word in enumerate(first[:3]):
        parts = word.split("-")
        if len(parts) > 1 and parts[-1] in words.pronouns and word not in words.inserted:
            is_auxiliary = parts[0] in words.auxiliaries and index + 1 < len(first)
            is_participle = is_auxiliary and words.participle.fullmatch(first[index + 1]) is not None
            return (index, index + 2) if is_participle else (index, index + 1)
        if word not in words.clitics:
            return None
    return None


def _unknown_verb(text: str, matches: Sequence[re.Match[str]], words: SpeechWords) -> tuple[int, int] | None:
    """Return where a verb is that no list has: before a name, or before a noun that means a person."""
    at = 0
    while at < len(matches) and matches[at][0].lower() in words.auxiliaries | words.clitics:
        at += 1
    if at + 1 >= len(matches) or text[matches[at].end() : matches[at + 1].start()].strip():
        return None
    word, subject = matches[at][0], matches[at + 1][0].lower()
    taken = words.function_words | words.titles.keys() | words.silent_verbs
    if word[:1].isupper() or word.lower() in taken or words.is_person(word.lower()):
        return None
    is_form = words.finite.fullmatch(word.lower()) is not None or (at and words.participle.fullmatch(word.lower()))
    if subject in words.determiners and at + 2 < len(matches) and (is_form or words.present.fullmatch(word.lower())):
        noun = matches[at + 2][0].lower()
        return (at, at + 1) if words.is_person(noun) else None
    return (at, at + 1) if is_form and matches[at + 1][0][:1].isupper() else None


def _first_words(text: str, start: int, end: int, count: int) -> Iterator[re.Match[str]]:
    for number, match in enumerate(_WORD.finditer(text, start, end)):
        if number == count:
            return
        yield match


# Statements

_TIME: Final = re.compile(r"(?:ORE |às )?\d{1,2}\s?[.:hH]\s?\d{0,2}")
_MAX_STATEMENT: Final = 3  # paragraphs of a statement


def _statements(text: str, paragraphs: Sequence[Span], words: SpeechWords) -> dict[int, Span]:
    """Return number of a paragraph -> its words, for what follows a line that announces a statement.

    The statement is one paragraph. In a live blog it may be longer, up to the next time stamp.
    """
    found: dict[int, Span] = {}
    for number, one in enumerate(paragraphs[:-1]):
        if not words.announces_statement(text[one.start : one.end]):
            continue
        following = paragraphs[number + 1 : number + 2 + _MAX_STATEMENT]
        plain = [not _is_marked(text, span) and not _TIME.match(text, span.start, span.end) for span in following]
        end = next((at for at, is_plain in enumerate(plain) if not is_plain), len(following))
        is_blog = end < len(following) and _TIME.match(text, following[end].start) is not None
        for at in range(end if is_blog and end <= _MAX_STATEMENT else min(end, 1)):
            found[number + 1 + at] = following[at]
    return found


def _is_marked(text: str, span: Span) -> bool:
    """Return whether a paragraph has double marks or begins with a dash."""
    words = text[span.start : span.end]
    return words[:1] in _DASHES or any(FAMILY.get(mark, "single") != "single" for mark in words)


# Interviews


def _between_turns(text: str, paragraphs: Sequence[Span], quoted: Sequence[Quoted]) -> dict[int, Span]:
    """Return the paragraphs between two turns of a transcript that a turn goes on with, and the turns themselves."""
    starts = {one.start: one for one in quoted if one.family is None}
    turns = {number: _turn_in(text, span, starts) for number, span in enumerate(paragraphs)}
    known = {number: span for number, span in turns.items() if span is not None}
    for number in list(known):
        if number + 1 < len(paragraphs) and number + 1 not in known and number + 2 in known:
            known[number + 1] = paragraphs[number + 1]
    return known


def _turn_in(text: str, paragraph: Span, starts: Mapping[int, Quoted]) -> Span | None:
    """Return the words of a turn in a paragraph, without the remark in brackets at its end."""
    colon = text.find(":", paragraph.start, min(paragraph.end, paragraph.start + _MAX_LABEL))
    start = next((at for at in range(colon + 1, min(colon + 4, paragraph.end)) if at in starts), None)
    if colon < 0 or start is None:
        return None
    remark = _REMARK.search(text, start, paragraph.end)
    return Span(start, remark.start() if remark and remark.start() > start else paragraph.end)


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
