"""Tell speech from titles, terms, scare quotes, mottos, signs and headlines, which the narrator reads."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution.clauses import PATTERNS
from narrate.attribution.parse import Token
from narrate.attribution.phrases import announces_answer, is_cry
from narrate.attribution.quotations import Quotation
from narrate.attribution.ranker import Ranker
from narrate.languages.marks import DOUBLE, MARKS, SINGLE

_WORD: Final = re.compile(r"\w+(?:[’'\-]\w+)*")
_TIME: Final = re.compile(r"^\d{1,2}[:.]\d\d(?: ?[ap]m)?(?: [A-Z]{2,4})?$")
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TAGS: Final = "DT PRP$ POS IN JJ NN NNS NNP VBD VBZ VBG VBN VB TO CC , . :".split()
"""Their order is that of the numbers in the features."""
_OTHER_TAG: Final = 30
_MAX_VERB_DISTANCE: Final = 40
_AROUND_HEADING: Final = " \t\n–—-."
_MAX_HEADING_WORDS: Final = 9
"""Words of a quotation that may be a heading of its own."""
_MAX_HEADLINE_WORDS: Final = 16
_MAX_HEADLINE_QUOTATION_WORDS: Final = 4
"""Words of a first line, and of the quotation in it, that may be a headline."""
_MIN_ECHO_WORDS: Final = 2
"""Words of a quotation in the headline that are looked up in the quotations below."""
_MAX_ECHO_LINE_WORDS: Final = 25
"""Words of a headline."""
_MAX_ECHO_DISTANCE: Final = 12
"""Quotations below a heading in which its words are looked up; those below a headline are all."""
_MAX_HEADING_DISTANCE: Final = 2
"""Paragraphs between a heading in quotation marks and the next words of its speaker."""
_MAX_LEAD: Final = 140
"""Characters before and behind a quotation in which fixed phrases are looked for."""
_MAX_TERM_WORDS: Final = 4
"""Words of a term that a trade uses."""
_MAX_EPITHET_WORDS: Final = 8
"""Words of an expression that describes a noun."""
_MIN_SPEECH_SCORE: Final = 0.5
"""Quotations with a higher score are speech. At 0, the boundary of the classifier, more terms would get a voice."""
_MIN_FRAGMENT_SCORE: Final = 1.0
"""The same for fragments of fewer than four words in a sentence of narration. At 1, three of four are speech."""
_FRAGMENT_WORDS: Final = 4
_MAX_PARTICLES: Final = 2
"""Tokens between a verb of utterance and a quotation ("blurted out,")."""


def classify_speech(quotations: Sequence[Quotation], classifier: Ranker) -> list[Quotation]:
    """Decide which quotations are speech. Quotations that continue others, and turns of a transcript, always are."""
    if not quotations:
        return []
    has_double_marks = any(q.paragraph and q.segment.text.strip()[0] in DOUBLE for q in quotations)
    last_headline = int(quotations[0].paragraph == 0 and quotations[0].after.rstrip()[-1:] in {";", ":"})
    classified = list[Quotation]()
    open_ones = [quotation for quotation in quotations if not (quotation.continues or quotation.turn)]
    scores = iter(classifier.scores([speech_features(quotation) for quotation in open_ones]).tolist())
    for quotation in quotations:
        if quotation.continues or quotation.turn:
            is_speech = not quotation.signature and not _is_remark(quotation)
            classified.append(replace(quotation, speech=is_speech))
            continue
        score = next(scores)
        is_term = _is_fixed(quotation)
        is_headline = quotation.segment.text.strip(_AROUND_HEADING)[:1] in {*SINGLE} and (
            _is_heading(quotation, last_headline) if has_double_marks else _is_headline(quotation)
        )
        is_headline = is_headline and not _is_said_in_headline(quotation)
        is_title = _is_title(quotation)
        is_likely = score > _least_score(quotation) and not (is_term or is_headline or is_title)
        is_reported = _is_reported(quotation, is_term=is_term) and not is_title
        is_reported = is_reported or (_is_led_in(quotation) and not is_term)
        is_reported = is_reported or (_is_judgment(quotation) and not (is_term or is_title or is_headline))
        goes_on = bool(classified) and not is_term and _is_next_sentence(quotation, classified[-1])
        is_spoken = is_likely or is_reported or goes_on
        is_speech = bool(is_spoken) and not quotation.signature and not _is_remark(quotation)
        classified.append(replace(quotation, speech=is_speech))
    return _with_headings(_with_echoes(classified))


def _is_next_sentence(quotation: Quotation, last: Quotation) -> bool:
    """Return whether a sentence of its own goes on with speech in its paragraph (' "Why?" she said. "Debt." ')."""
    is_near = last.paragraph == quotation.paragraph and last.speech and bool(last.reporting)
    is_apart = quotation.before.rstrip()[-1:] in {".", "!", "?"} and not quotation.after.strip()[:1].islower()
    is_sentence = _last_character(quotation) in {".", "!", "?"} and _inner(quotation)[:1].isupper()
    return is_near and is_apart and is_sentence


def _least_score(quotation: Quotation) -> float:
    """Return the score above which a quotation is speech."""
    is_fragment = quotation.embedded and len(_inner_words(quotation)) < _FRAGMENT_WORDS
    return _MIN_FRAGMENT_SCORE if is_fragment else _MIN_SPEECH_SCORE


def _with_echoes(quotations: Sequence[Quotation]) -> list[Quotation]:
    """Make quotations in the headline, and headings of their own, speech if a quotation below has their words."""
    linked = list(quotations)
    headlines = [at for at, q in enumerate(quotations) if _is_in_headline(q) or _is_spoken_heading(q)]
    if not headlines:
        return linked
    spoken = [_spoken_words(quotation) for quotation in quotations]
    below = [(at, _with_next(quotations, spoken, at)) for at, q in enumerate(quotations) if q.paragraph and q.speech]
    for at in headlines:
        words, first = spoken[at], bisect_right(below, at, key=lambda item: item[0])
        last = first + _MAX_ECHO_DISTANCE if quotations[at].paragraph else len(below)
        echo = next((number for number, said in below[first:last] if words in said), None)
        if echo is not None and len(words.split()) >= _MIN_ECHO_WORDS:
            linked[at] = replace(quotations[at], speech=True, echo=echo)
    return linked


def _with_headings(quotations: Sequence[Quotation]) -> list[Quotation]:
    """Give quotations that are headings of their own to the speaker of the next quotation, close below."""
    linked = list(quotations)
    for at in range(len(linked) - 2, -1, -1):
        heading, below = linked[at], linked[at + 1]
        is_near = 0 < below.paragraph - heading.paragraph <= _MAX_HEADING_DISTANCE
        is_open = heading.echo is None and _is_spoken_heading(heading)
        if is_near and is_open and below.speech and below.clause is not None and below.echo is None:
            linked[at] = replace(heading, speech=True, echo=at + 1)
    return linked


def _is_spoken_heading(quotation: Quotation) -> bool:
    """Return whether a quotation without a full stop is a paragraph of its own, but for a time, and not signed."""
    before = _TIME.sub("", quotation.before.strip(_AROUND_HEADING))
    is_alone = not before and not quotation.after.strip(_AROUND_HEADING)
    is_open = _last_character(quotation).isalnum() and quotation.segment.text.strip()[-1:] in MARKS
    is_sentence = len(_inner_words(quotation)) >= _FRAGMENT_WORDS
    return quotation.paragraph > 0 and is_alone and is_open and is_sentence and quotation.clause is None


def _is_in_headline(quotation: Quotation) -> bool:
    """Return whether a quotation stands in a first line that is a headline: short, and without a full stop."""
    line = quotation.before + quotation.segment.text + quotation.after
    is_sentence = line.strip().rstrip(MARKS).endswith(".")
    return quotation.paragraph == 0 and len(line.split()) <= _MAX_ECHO_LINE_WORDS and not is_sentence


def _spoken_words(quotation: Quotation) -> str:
    """Return the words in lower case with single blanks around each, so that one text is looked up in another."""
    return f" {' '.join(_WORD.findall(quotation.segment.text.lower().replace('’', chr(39))))} "


def _with_next(quotations: Sequence[Quotation], spoken: Sequence[str], at: int) -> str:
    """Return the words of a quotation and of the next in its paragraph ("We were early," she says. "By a year.")."""
    is_near = at + 1 < len(quotations) and quotations[at + 1].paragraph == quotations[at].paragraph
    return spoken[at] + (spoken[at + 1][1:] if is_near else "")


def _is_heading(quotation: Quotation, last_headline: int) -> bool:
    """Return whether single marks are those of a headline or heading, in an article whose speech has double marks."""
    is_alone = not quotation.before.strip(_AROUND_HEADING) and not quotation.after.strip(_AROUND_HEADING)
    is_short = len(quotation.segment.text.split()) <= _MAX_HEADING_WORDS
    return quotation.paragraph <= last_headline or (is_alone and is_short)


def _is_headline(quotation: Quotation) -> bool:
    """Return whether a few words stand in a short first line without a full stop."""
    around = quotation.before + " " + quotation.after
    words = len(quotation.segment.text.split())
    is_short = words <= _MAX_HEADLINE_QUOTATION_WORDS and len(around.split()) + words <= _MAX_HEADLINE_WORDS
    return quotation.paragraph == 0 and bool(around.strip()) and is_short and "." not in around


def _is_said_in_headline(quotation: Quotation) -> bool:
    """Return whether a headline says who says the words ("Mayor Lind says she is 'ready to go'")."""
    clause, is_long = quotation.clause, len(_inner_words(quotation)) >= _FRAGMENT_WORDS
    return clause is not None and is_long and clause.parsed and clause.verb in quotation.words.saying_verbs


def _is_reported(quotation: Quotation, *, is_term: bool) -> bool:
    """Return whether a clause right next to it leaves no doubt ("a man yelled "Stay!"", ""Really?" Lee asked")."""
    clause = quotation.clause
    if announces_answer(quotation.before, quotation.after, quotation.words):
        return True
    if clause is not None and (clause.pattern == "pull" or (clause.pattern == "phrase" and not _is_sign(quotation))):
        return True
    if clause is None or not quotation.paragraph or is_term or _is_sign(quotation):
        return False
    is_uttered = clause.pattern == "precedes" and clause.verb in quotation.words.uttering_verbs  # "blurted out,"
    if clause.distance > (_MAX_PARTICLES if is_uttered else 1):
        return False
    if clause.mention.kind == "nominal" and clause.mention.words[-1].lower() in quotation.words.texts:
        return False
    text, lead = quotation.segment.text.strip(), _character_before(quotation)
    inner_end = text.rstrip(MARKS)[-1:]
    if clause.pattern == "precedes":
        is_said = is_uttered or clause.verb in quotation.words.saying_verbs
        is_next = text[-1] in MARKS and (clause.distance == 0 or lead in {",", ":"})
        return is_said and is_next and (inner_end in {".", "!", "?"} or (inner_end == lead == ","))
    is_behind = clause.pattern in {"follows", "inverted"} and clause.parsed
    return is_behind and inner_end in {",", "!", "?"} and not lead.isalnum()


def _is_judgment(quotation: Quotation) -> bool:
    """Return whether a name is the subject of a verb that judges others in its words (`Lee called him "reckless"`)."""
    clause = quotation.clause
    if clause is None or clause.pattern != "precedes" or not quotation.paragraph or not quotation.embedded:
        return False
    is_named = clause.mention.kind == "name" and clause.parsed
    return is_named and clause.verb in quotation.words.judging_verbs and not _is_sign(quotation)


def _is_led_in(quotation: Quotation) -> bool:
    """Return whether a colon leads to a sentence of a few words (`Later: "Print that."`, `Her advice: "Do ask."`)."""
    words = _inner_words(quotation)
    is_sentence = len(words) > 1 and words[0][0].isupper() and _last_character(quotation) in {".", "!", "?"}
    is_led = quotation.paragraph > 0 and _character_before(quotation) == ":"
    last = "".join(quotation.before.rstrip().rstrip(":").split()[-1:]).lower()
    is_own = quotation.words.own_words_pattern.search(quotation.before[-_MAX_LEAD:]) is not None
    is_later = quotation.order > 0 and last not in quotation.words.texts
    is_announced = is_own or is_later or last in quotation.words.sent_texts
    is_lettered = _is_sign(quotation) or quotation.words.lettered_thing_pattern.search(quotation.before[-_MAX_LEAD:])
    return is_sentence and is_led and is_announced and not is_lettered


def _is_fixed(quotation: Quotation) -> bool:
    """Return whether the text before a quotation says that it is a name, a saying, or words on a shirt or a banner."""
    words, before = quotation.words, quotation.before[-_MAX_LEAD:]
    lettered = words.lettered_thing_pattern.search(before)
    if (
        lettered
        and words.it_reads_pattern.match(quotation.after[:_MAX_LEAD])
        and not _is_said_before(quotation, lettered)
    ):
        return True
    rating = words.rating_pattern.search(before)
    if rating and " ".join(_inner_words(quotation)).lower() in words.ratings:
        return True
    behind = words.sung_behind_pattern.match(quotation.after[:_MAX_LEAD])
    if behind or _is_put_on_thing(quotation) or _is_epithet(quotation):
        return True
    if is_cry(quotation.before, quotation.after, words):
        return not any(clause.pattern == "phrase" for clause in quotation.reporting)
    is_reported = any(clause.parsed and clause.verb in words.saying_verbs for clause in quotation.reporting)
    is_anonymous = words.became_pattern.search(before) or words.described_pattern.search(before)
    if quotation.embedded and not is_reported and is_anonymous and not words.agent_pattern.match(quotation.after):
        return True
    count, after = len(_inner_words(quotation)), quotation.after[:_MAX_LEAD]
    is_term = words.customary_term_pattern.search(before) or words.meaning_behind_pattern.match(after)
    is_customary = bool(is_term or words.called_behind_pattern.match(after)) or _is_term_of_insiders(quotation, before)
    is_name = count <= _MAX_EPITHET_WORDS and words.name_giving_pattern.search(before)
    patterns = (words.saying_pattern, words.worn_sign_pattern, words.sung_before_pattern, words.heading_pattern)
    return bool((count <= _MAX_TERM_WORDS and is_customary) or is_name or any(one.search(before) for one in patterns))


def _is_put_on_thing(quotation: Quotation) -> bool:
    """Return whether a few words without a clause are on a thing ("the words "foul ground" printed round it")."""
    is_short = len(_inner_words(quotation)) <= _MAX_EPITHET_WORDS
    is_reported = any(clause.verb in quotation.words.saying_verbs for clause in quotation.reporting)
    return is_short and not is_reported and quotation.words.lettered_behind_pattern.match(quotation.after) is not None


def _is_term_of_insiders(quotation: Quotation, before: str) -> bool:
    """Return whether a noun without "a" is what those who do something call a thing ("Members call it "fishing"")."""
    tags = [token.tag for token in quotation.tokens if token.text[0].isalnum()]
    is_noun = bool(tags) and (tags[-1][:2] == "NN" or tags[-1] == "VBG")
    indefinite = quotation.words.determiners.get((_inner_words(quotation) or [""])[0].lower()) == "indefinite"
    return is_noun and not indefinite and quotation.words.insider_term_pattern.search(before) is not None


def _is_said_before(quotation: Quotation, lettered: re.Match[str]) -> bool:
    """Return whether somebody speaks about a thing with words on it ("The office said a plaque was planned.")."""
    sentence = re.split(r"[.!?]\s", lettered.string[: lettered.start()])[-1]
    return any(word.lower() in quotation.words.saying_verbs for word in sentence.split())


def _is_epithet(quotation: Quotation) -> bool:
    """Return whether a few words are part of a description ("an "all you can eat" bar"), and no clause reports them."""
    before, after = _token_before(quotation), _token_after(quotation)
    is_reported = any(clause.mention.first != after.i for clause in quotation.reporting)
    if not quotation.embedded or is_reported or len(_inner_words(quotation)) > _MAX_EPITHET_WORDS:
        return False
    is_described = before.tag in {"DT", "PRP$"} and _last_character(quotation).isalnum() and after.quotation < 0
    begins = before.i == 0 or quotation.parsed.token(before.i - 1).sentence != before.sentence
    is_subject = begins and after.tag in {"VBD", "VBZ", "VBP", "VB", "MD"}
    return is_described and (is_subject or after.tag in {"NN", "NNS"})


def _is_sign(quotation: Quotation) -> bool:
    """Return whether the text before a quotation says that it stands on a sign, a hat or a screen."""
    return quotation.words.sign_pattern.search(quotation.before[-100:]) is not None


def _is_title(quotation: Quotation) -> bool:
    """Return whether a quotation is in title case at a kind of work ("her book "The Way"", ""The Way" host Lee")."""
    words = _WORD.findall(quotation.segment.text)
    capitals = [w[0].isupper() for w in words if w.lower() not in quotation.words.small_title_words]
    has_title_case = len(words) > 1 and any(capitals) and all(capitals) and words[0][0].isupper()
    is_behind = quotation.words.work_pattern.search(quotation.before[-40:]) is not None
    return has_title_case and (is_behind or quotation.words.title_behind_pattern.match(quotation.after) is not None)


def _is_remark(quotation: Quotation) -> bool:
    """Return whether everything between the marks stands in brackets ("(Crosstalk.)") or is a heading ("Related:")."""
    inner = quotation.segment.text.strip().strip(MARKS).strip()
    return _BRACKETED.fullmatch(inner) is not None or (inner.endswith(":") and len(inner.split()) < _FRAGMENT_WORDS)


def speech_features(quotation: Quotation) -> tuple[float, ...]:
    """Return the values of ``SPEECH_FEATURES`` for a quotation, in their order."""
    return tuple(float(feature(quotation)) for feature in SPEECH_FEATURES.values())


def _inner(quotation: Quotation) -> str:
    """Return the quotation without marks and brackets."""
    return quotation.segment.text.strip().strip("([{").strip(MARKS).rstrip(")]}").strip(MARKS)


def _inner_words(quotation: Quotation) -> list[str]:
    return _WORD.findall(_inner(quotation))


def _last_character(quotation: Quotation) -> str:
    return _inner(quotation).rstrip(MARKS)[-1:]


def _character_before(quotation: Quotation) -> str:
    return quotation.before.rstrip()[-1:]


def _character_after(quotation: Quotation) -> str:
    return quotation.after.lstrip()[:1]


def _token_before(quotation: Quotation) -> Token:
    return quotation.parsed.token(quotation.tokens[0].i - 1 if quotation.tokens else -1)


def _token_after(quotation: Quotation) -> Token:
    return quotation.parsed.token(quotation.tokens[-1].i + 1 if quotation.tokens else -1)


def _share_of_capitals(quotation: Quotation) -> float:
    """Return the share of words with a capital or a digit at the beginning, without small words."""
    long = [w for w in _inner_words(quotation) if w.lower() not in quotation.words.small_title_words]
    return sum(w[0].isupper() or w[0].isdigit() for w in long) / max(1, len(long))


def _tag_number(token: Token) -> float:
    known = _TAGS.index(token.tag) if token.tag in _TAGS else _OTHER_TAG
    return known if token.tag else -1


def _distance_of_reporting_verb(quotation: Quotation) -> float:
    """Return the distance to the nearest reporting verb of the sentence, in tokens; at most 40."""
    if not quotation.tokens:
        return _MAX_VERB_DISTANCE
    first, last = quotation.tokens[0], quotation.tokens[-1]
    sentence = [t for t in quotation.parsed.tokens if t.sentence == first.sentence and t.quotation < 0]
    verbs = [t.i for t in sentence if t.tag[:2] == "VB" and quotation.words.is_reporting_verb(t.lower)]
    return min([_MAX_VERB_DISTANCE, *(min(abs(i - first.i), abs(i - last.i)) for i in verbs)])


SPEECH_FEATURES: Final[Mapping[str, Callable[[Quotation], float]]] = {
    "log words": lambda q: math.log1p(len(_inner_words(q))),
    "share of capitals": _share_of_capitals,
    "first word in lower case": lambda q: bool(_inner_words(q)) and _inner_words(q)[0][0].islower(),
    "first word with capital": lambda q: bool(_inner_words(q)) and _inner_words(q)[0][0].isupper(),
    "ends in comma": lambda q: _last_character(q) == ",",
    "ends in sentence end": lambda q: _last_character(q) in {".", "!", "?", "…"},
    "point after marks": lambda q: q.segment.text.strip()[-1:] in {".", ","} and _last_character(q) not in {".", ","},
    "text before": lambda q: bool(_character_before(q)),
    "comma or colon before": lambda q: _character_before(q) in {",", ":"},
    "sentence end before": lambda q: _character_before(q) in {".", "!", "?", ""},
    "mark before": lambda q: bool(_character_before(q)) and _character_before(q) in MARKS,
    "term introduced": lambda q: bool(q.words.term_pattern.search(q.before[-80:])),
    "what it called": lambda q: bool(q.words.what_called_pattern.search(q.before[-80:])),
    "called": lambda q: bool(q.words.called_pattern.search(q.before[-80:])),
    "sign": _is_sign,
    "work": lambda q: bool(q.words.work_pattern.search(q.before[-40:])),
    "clause pattern": lambda q: PATTERNS.index(q.reporting[0].pattern) if q.reporting else -1,
    "clause distance": lambda q: q.reporting[0].distance if q.reporting else -1,
    "clause has saying verb": lambda q: q.reporting[0].verb in q.words.saying_verbs if q.reporting else -1,
    "clause mention kind": lambda q: (
        ("name", "nominal", "pronoun").index(q.reporting[0].mention.kind) if q.reporting else -1
    ),
    "clauses": lambda q: len(q.reporting),
    "tag before": lambda q: _tag_number(_token_before(q)),
    "tag after": lambda q: _tag_number(_token_after(q)),
    "reporting verb before": lambda q: q.words.is_reporting_verb(_token_before(q).lower),
    "form of be before": lambda q: _token_before(q).lower in q.words.forms_of_be,
    "comparing word before": lambda q: _token_before(q).lower in q.words.comparing_words,
    "personal word": lambda q: any(w.lower().replace("’", "'") in q.words.personal_words for w in _inner_words(q)),
    "text after": lambda q: bool(_character_after(q)),
    "lower case after": lambda q: _character_after(q).islower(),
    "punctuation after": lambda q: _character_after(q) in {",", ".", ";", ":"},
    "all capitals": lambda q: _inner(q).isupper(),
    "paragraph": lambda q: q.paragraph,
    "distance of reporting verb": _distance_of_reporting_verb,
}
"""Name of a feature -> its value. Booleans count as 0 and 1; -1 stands for a missing clause."""
