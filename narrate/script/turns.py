"""Find speech without quotation marks: turns of transcripts and interviews, and statements that are given in full."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from itertools import pairwise
from typing import Final

from narrate.languages import SentenceWords
from narrate.languages.accounts import find_account
from narrate.languages.entries import find_column, find_entries
from narrate.languages.marks import CLOCK_TIME, CLOSING, DOUBLE, FAMILY, IN_MARKS, OPENING, POST_AUTHOR, SINGLE
from narrate.script.speeches import find_speeches
from narrate.script.statements import statement_end
from narrate.types import Span

_TURN: Final = re.compile(
    rf"(?P<label>[^\W\d_][\w.'’\- ]{{0,40}}?)(?:\s\([^)]{{1,30}}\))?(?P<office>,\s[^:.!?{DOUBLE}\n]{{2,60}})?:\s+(?=\S)"
)
"""The beginning of a turn of a transcript: "RAMOS: Good evening.", "ANN LEE, HOST: Welcome."."""
_SENTENCE_END: Final = re.compile(rf"(?:(?<=[.!?])|(?<=[.!?][{CLOSING}]))\s+")
_STAMP: Final = re.compile(r"^[^\w\n]*\d{1,2}[:.]\d\d\b(?!%)", re.MULTILINE)
"""The time at the beginning of an entry of a live blog."""
_MIN_STAMPS: Final = 3
"""Lines that begin with a time in a live blog."""
_MIN_TURNS: Final = 3
"""Turns that make a transcript. With two, a heading and a list would be one."""
_MIN_TURNS_LONG: Final = 5
"""Turns of a transcript in which an unlabeled paragraph between two turns continues the first of them."""
_MAX_ANSWER_PARAGRAPHS: Final = 4
"""Paragraphs of an answer in a transcript, that with the label included."""
_MIN_QUESTIONS: Final = 3
"""Paragraphs that are questions of an interview without labels."""
_MAX_QUESTION_WORDS: Final = 60
_MESSAGE: Final = re.compile(rf"(?:[\[(]?{CLOCK_TIME}[\])]?\s+)?(?P<label>(?:@|u/)?[^\W_][\w.\-]{{1,30}}):\s+(?=\S)")
"""The beginning of a message of a chat: "north_star: are you there", "[14:02] NorthStar: yes"."""
_HANDLE: Final = re.compile(r"@|u/|\w*(?:_|[a-z]\d|\d[a-z]|[a-z][A-Z])")
"""The beginning of a name that only users of networks have: "north_star", "NorthStar", "star77"."""
_MIN_MESSAGES: Final = 3
"""Messages in a row that are a chat. Behind a sentence about a chat, one fewer is enough."""
_TITLE: Final = re.compile(
    rf"[{OPENING}](?=\w)[^{DOUBLE}\n]{{1,60}}\w[?!]?[{CLOSING}](?:[’']s)? (?=[a-z])(?:[^{DOUBLE}\n]+)"
)
"""Words that begin with a title in quotation marks (" “Salt” seems to be about a farm")."""
_MAX_ANNOUNCING_LINES: Final = 8
"""First lines of a text that may call it an interview."""
_MAX_INTRODUCTION_WORDS: Final = 25
"""Words of a line between the heading of a statement and the statement ("The firm has sent us this:")."""
_MAX_HEADING_WORDS: Final = 16
"""Words of a line that says that a statement follows in full."""
_MAX_LEAD_WORDS: Final = 50
"""Words of a sentence that leads to words without marks."""
_MIN_LED_WORDS: Final = 3
_MIN_LATER_WORDS: Final = 15
"""Words of a later paragraph of a letter or statement in a text whose author says "I". Fewer may be the author's."""
_ITEM: Final = re.compile(r"[-–—•*·▪►]|\(?\d{1,2}[.):]|https?:|www\.")
"""The beginning of an item of a list, or of an address."""
_IN_SINGLE_MARKS: Final = re.compile(rf"(?<![^\s(])[{SINGLE}](?=\w)[^\n]{{0,600}}?[.,!?][{SINGLE}]")
_AROUND_MARKS: Final = re.compile(rf"[{CLOSING}](?: [\w’']+,?){{1,3}}|(?:[\w’']+,? ){{0,2}}[\w’']+[:,] [{OPENING}]")
"""The words next to a quotation among which the verb of a reporting clause stands."""
_OPENING: Final = re.compile(rf"(?:^|[\s(])[{OPENING}](?=\w)")


def find_turns(
    text: str, paragraphs: Sequence[Span], words: SentenceWords, emphasized: Container[int]
) -> dict[int, int]:
    """Return number of a paragraph -> where its words begin, for every paragraph that is speech without marks.

    ``emphasized`` has the offsets of the paragraphs that are in bold or italics as a whole.
    """
    lines = [text[p.start : p.end] for p in paragraphs]
    turns = {n: paragraphs[n].start + at for n, (at, _) in find_column(lines, words).items()}
    turns = turns or _transcript_turns(text, paragraphs, words)
    lines = lines if not turns else []
    set_apart = [n for n, line in enumerate(lines) if n and paragraphs[n].start in emphasized and _may_ask(line)]
    if _are_questions([lines[n] for n in set_apart], lines, words):
        turns = _interview_turns(lines, paragraphs, words, set_apart)
    if not turns:
        is_edited = any(words.edited_pattern.search(line) for line in lines[:_MAX_ANNOUNCING_LINES])
        asked = [n for n, line in enumerate(lines) if n and _asks(line, words, may_quote=is_edited)]
        turns = _interview_turns(lines, paragraphs, words, asked)
    account = find_account(lines, words) if not turns else None
    turns = {n: paragraphs[n].start for n in account.paragraphs} if account else turns
    entries = find_entries([text[p.start : p.end] for p in paragraphs], words)
    turns = {n: paragraphs[n].start for n in entries} | _chat_turns(text, paragraphs, words) | turns
    return _post_turns(text, paragraphs) | _statement_turns(text, paragraphs, turns, words) | turns


def _are_questions(asked: Sequence[str], lines: Sequence[str], words: SentenceWords) -> bool:
    """Return whether lines in bold or italics are questions of an interview, and not headings.

    Three quarters of them are sentences, and one has a question mark or the text calls itself an interview.
    """
    sentences = sum(line.rstrip().endswith((".", "!", "?", "…")) for line in asked)
    is_announced = any(words.interview_pattern.search(line) for line in lines[:_MAX_ANNOUNCING_LINES])
    is_asked = is_announced or any(_asks(line, words) for line in asked)
    return bool(asked) and sentences * 4 >= len(asked) * 3 and is_asked


def _interview_turns(
    lines: Sequence[str], paragraphs: Sequence[Span], words: SentenceWords, asked: Sequence[int]
) -> dict[int, int]:
    """Find the questions and answers of an interview without labels; ``asked`` has the numbers of the questions.

    There are three questions or more, each a paragraph. More than half of the questions say "you", and more than half
    of the answers "I" or "we"; one of the two is enough if the text calls itself an interview. If it says that the
    conversation was edited, half are enough. Answers may quote others if they say "I".
    """
    questions = dict.fromkeys(asked)
    first = asked[0] if asked else 0
    is_edited = any(words.edited_pattern.search(line) for line in lines[:first])
    is_announced = is_edited or any(words.interview_pattern.search(line) for line in lines[:first])
    said = [
        n in questions or (_is_said(one, words) if is_edited else not _has_marks(one)) for n, one in enumerate(lines)
    ]
    for n in questions:
        said[n + 1 : n + 2] = [said[n + 1] or _is_own_answer(one, words) for one in lines[n + 1 : n + 2]]
    answered = [n for n in questions if n + 1 < len(lines) and n + 1 not in questions and said[n + 1]]
    if len(answered) < _MIN_QUESTIONS:
        return {}
    addressed = sum(words.address_pattern.search(lines[n]) is not None for n in answered)
    personal = sum(words.personal_pattern.search(lines[n + 1]) is not None for n in answered)
    most = len(answered) - is_edited
    signs = (addressed * 2 > most) + (personal * 2 > most)
    if signs + is_announced < 2 or not signs:
        return {}
    end = answered[-1] + 2
    while end < len(lines) and words.personal_pattern.search(lines[end]) and not _has_marks(lines[end]):
        end += 1
    inside = range(answered[0], end)
    asides = {n for n in inside if n - 1 not in questions and _is_aside(lines[n], words)}
    return {n: paragraphs[n].start for n in inside if said[n] and n not in asides and lines[n][:1] not in "(["}


def _is_aside(line: str, words: SentenceWords) -> bool:
    """Return whether a paragraph tells what the person who answers does ("She pauses to pour the tea.")."""
    return words.interviewer_pattern.match(line) is not None and words.personal_pattern.search(line) is None


def _is_said(line: str, words: SentenceWords) -> bool:
    """Return whether a paragraph of an edited conversation is a turn: without marks, or saying "I" around them."""
    outside = IN_MARKS.sub("", line)
    return not _has_marks(line) or (line[:1] not in FAMILY and words.personal_pattern.search(outside) is not None)


def _is_own_answer(line: str, words: SentenceWords) -> bool:
    """Return whether a paragraph behind a question is an answer with "I" that quotes others, without "he says"."""
    if line[:1] in FAMILY or words.singular_pattern.search(_outside_marks(line)) is None:
        return False
    return not any(words.reported_pattern.search(around[0]) for around in _AROUND_MARKS.finditer(line))


def _asks(line: str, words: SentenceWords, *, may_quote: bool = False) -> bool:
    """Return whether a paragraph is a question, and no longer answer with "I" that ends in one ("Nice, isn't it?").

    With ``may_quote``, it may have marks, but not at its beginning.
    """
    line = IN_MARKS.sub("", line) if may_quote and line[:1] not in FAMILY else line
    return line.rstrip().endswith("?") and _may_ask(line) and not words.is_account(line)


def _may_ask(line: str) -> bool:
    return not _has_marks(line) and len(line.split()) <= _MAX_QUESTION_WORDS


def _outside_marks(line: str) -> str:
    """Return a paragraph without its words in marks; single marks close behind punctuation only."""
    return _IN_SINGLE_MARKS.sub("", IN_MARKS.sub("", line))


def _has_marks(line: str) -> bool:
    """Return whether a paragraph begins with a quotation mark or has double ones."""
    return line[:1] in FAMILY or any(FAMILY.get(mark, "single") != "single" for mark in line)


def _statement_turns(
    text: str, paragraphs: Sequence[Span], known: Mapping[int, int], words: SentenceWords
) -> dict[int, int]:
    """Find the paragraphs behind a line such as "Statement in full:" or "She replied:", as far as they say "I" or "we".

    The first one need not if a colon leads to it. Then those of a statement need not either, up to its end.
    """
    lines = [text[p.start : p.end] for p in paragraphs]
    turns = dict[int, int]()
    is_live = len(_STAMP.findall(text)) >= _MIN_STAMPS
    has_author = False
    for number, paragraph in enumerate(paragraphs[:-1]):
        if number in turns:
            continue
        outside = "" if number in known else _outside_marks(text[paragraph.start : paragraph.end])
        has_author |= not is_live and words.singular_pattern.search(outside) is not None
        *above, line = _SENTENCE_END.split(text[paragraph.start : paragraph.end])
        first = text[paragraphs[number + 1].start : paragraphs[number + 1].end]
        is_heading = len(line.split()) <= _MAX_HEADING_WORDS and words.statement_pattern.search(line) is not None
        is_excerpt = _leads_to_excerpt(line, first, " ".join(above), words)
        is_post = not is_heading and _leads_to_post(line, first, words, has_author=has_author)
        is_lead = (
            is_heading
            or is_excerpt
            or is_post
            or _leads(line, first, words)
            or (is_live and _leads_in_live_blog(line, first, words))
        )
        is_introduced = is_heading and first.rstrip().endswith(":") and len(first.split()) <= _MAX_INTRODUCTION_WORDS
        begin, line = (number + 2, first) if is_introduced else (number + 1, line)
        if (_has_marks(line) and not is_post) or not is_lead:
            continue
        has_colon = line.rstrip().endswith(":")
        is_statement = has_colon and (is_heading or words.text_lead_pattern.search(line) is not None)
        end = statement_end(lines, begin, words, may_say_we=is_heading and not has_author) if is_statement else begin
        for n in range(begin, len(paragraphs)):
            following = text[paragraphs[n].start : paragraphs[n].end]
            is_led = n == begin and (has_colon or not is_heading)
            is_own = is_led or n < end or _goes_on(following, line, words, is_heading=is_heading, has_author=has_author)
            is_plain = (is_post and is_led) or _is_said(following, words) if is_led else not _has_marks(following)
            is_short = has_author and n > begin and len(following.split()) < _MIN_LATER_WORDS
            is_remark = n > begin and _is_remark(following, "".join(lines[n + 1 : n + 2]), words)
            if n in turns or n in known or is_short or is_remark or not is_plain or not is_own:
                break
            turns[n] = paragraphs[n].start
    speeches = find_speeches(lines, known.keys() | turns.keys(), words, is_live=is_live)
    return turns | {n: paragraphs[n].start for speech in speeches for n in speech}


def _is_remark(line: str, following: str, words: SentenceWords) -> bool:
    """Return whether the author says whom the next quotation is of, behind a letter ("I put this to our guest.")."""
    is_turning = words.turning_pattern.search(line) is not None and len(line.split()) <= _MAX_LEAD_WORDS
    return is_turning and following[:1] in FAMILY


def _post_turns(text: str, paragraphs: Sequence[Span]) -> dict[int, int]:
    """Find the posts that are embedded with a line of their author below ("— Ann Lee (@annlee) June 3, 2026")."""
    turns = dict[int, int]()
    for number, (post, author) in enumerate(pairwise(paragraphs)):
        words = text[post.start : post.end]
        if number and POST_AUTHOR.fullmatch(text, author.start, author.end) and not _has_marks(words):
            turns[number] = post.start
    return turns


def _chat_turns(text: str, paragraphs: Sequence[Span], words: SentenceWords) -> dict[int, int]:
    """Find the messages of a chat ("north_star: are you there"): number of the paragraph -> where its words begin."""
    turns = dict[int, int]()
    run: list[tuple[int, re.Match[str]]] = []
    for number, paragraph in enumerate(paragraphs):
        message = _MESSAGE.match(text, paragraph.start, paragraph.end)
        if message is not None and text[message.end()] not in FAMILY:
            run.append((number, message))
            if number + 1 < len(paragraphs):
                continue
        above = text[paragraphs[run[0][0] - 1].start : paragraphs[run[0][0] - 1].end] if run and run[0][0] else ""
        said = [text[message.end() : paragraphs[n].end] for n, message in run]
        if _is_chat([message["label"] for _, message in run], said, above, words):
            turns.update({n: message.end() for n, message in run})
        run = []
    return turns


def _is_chat(labels: Sequence[str], said: Sequence[str], above: str, words: SentenceWords) -> bool:
    """Return whether labeled paragraphs are a chat of two users or more, and no list of sizes or dates.

    Half of them hold words of talk. One label could only be a user's, or one is in lower case and the paragraph above
    is about a chat.
    """
    is_announced = words.chat_pattern.search(above) is not None
    has_handle = any(_HANDLE.match(label) for label in labels)
    has_user = has_handle or (is_announced and any(label[0].islower() for label in labels))
    talk = sum(words.talk_pattern.search(one) is not None for one in said)
    is_long = len(labels) >= _MIN_MESSAGES - is_announced and len({*labels}) > 1
    return is_long and has_user and talk * 2 >= len(said)


def _leads(line: str, following: str, words: SentenceWords) -> bool:
    """Return whether a sentence leads to words in the next paragraph.

    It has a verb and a colon ("She replied:", "He posted this on X:"); a colon, if the words say "I" ("Lee from Hull
    lived through it:"); or it is about a text or a network, if the words say "I" and sound like no reporter's ("In a
    statement, the firm denied it.").
    """
    if len(line.split()) > _MAX_LEAD_WORDS or _is_item(following):
        return False
    is_own = words.personal_pattern.search(line) is not None or _OPENING.search(line) is not None
    if words.network_heading_pattern.fullmatch(line.strip()):
        return True
    if words.answer_lead_pattern.match(line):
        return True
    if line.rstrip().endswith(":"):
        quoting = words.quoting_lead_pattern.match(line)
        if quoting is not None and not is_own:
            return quoting["how"] is not None or words.personal_pattern.search(following) is not None
        is_led = not is_own and words.personal_pattern.search(following) and words.pointing_pattern.match(line) is None
        is_sent = words.names_in(line) or words.text_lead_pattern.search(line)
        return words.lead_pattern.search(line) is not None or bool(is_led and is_sent)
    is_text = not is_own and words.text_lead_pattern.search(line) is not None
    return is_text and _is_apart(following, line, words) and words.reporter_pattern.search(following) is None


def _leads_to_excerpt(line: str, following: str, above: str, words: SentenceWords) -> bool:
    """Return whether a line leads to part of the text that the sentence ``above`` is about ("Here's the key part:")."""
    is_pointing = words.excerpt_lead_pattern.match(line) is not None and not _is_item(following)
    return is_pointing and words.excerpted_pattern.search(above) is not None


def _leads_to_post(line: str, following: str, words: SentenceWords, *, has_author: bool) -> bool:
    """Return whether a sentence says that somebody posted what follows ("Lee pinned a message to the page.").

    The next paragraph begins without a mark, sounds like no reporter's and names nothing that the sentence names. It
    says "I", if the author of the text does not and it is online, or addresses readers ("Please keep her warm.").
    """
    line, outside = IN_MARKS.sub("", line), _outside_marks(following)
    if words.post_lead_pattern.search(line) is None or words.personal_pattern.search(line) or _is_item(following):
        return False
    is_online = words.online_pattern.search(line) is not None and not has_author
    is_own = is_online and words.singular_pattern.search(outside) is not None
    is_shared = not words.names_in(line).isdisjoint(words.names_in(outside))
    is_posted = is_own or words.plea_pattern.search(outside) is not None
    return (
        is_posted and following[:1] not in FAMILY and not is_shared and words.reporter_pattern.search(outside) is None
    )


def _leads_in_live_blog(line: str, following: str, words: SentenceWords) -> bool:
    """Return whether a sentence of a live blog reports who speaks in the next paragraph ("Lee says that it is late.").

    That paragraph says "I", and sounds like no reporter's or asks something.
    """
    is_own = words.personal_pattern.search(line) is not None or len(line.split()) > _MAX_LEAD_WORDS
    is_reported = not is_own and words.reported_pattern.search(line) is not None
    is_of_other = "?" in following or words.reporter_pattern.search(following) is None
    return is_reported and is_of_other and not _is_item(following) and _is_apart(following, line, words)


def _is_apart(line: str, lead: str, words: SentenceWords) -> bool:
    """Return whether a paragraph says "I" and names nothing that the sentence before it names."""
    is_shared = not words.names_in(lead).isdisjoint(words.names_in(line))
    return not is_shared and words.personal_pattern.search(line) is not None


def _is_item(line: str) -> bool:
    """Return whether a paragraph is an item of a list, an address, a heading or the next lead."""
    return _ITEM.match(line) is not None or len(line.split()) < _MIN_LED_WORDS or line.rstrip().endswith(":")


def _goes_on(line: str, lead: str, words: SentenceWords, *, is_heading: bool, has_author: bool) -> bool:
    """Return whether a paragraph goes on with a statement: it says "I" or "we".

    Behind a lead, it says "I", or begins with "we" in a text; it does not say "you" unless it begins as speeches do
    ("I want to say to you") or goes on with a text whose reporter says no "I", and names nothing that the lead names.
    Others may be the reporter's. Words in marks do not count, nor does a paragraph that reports them ("'I left,' he
    said.").
    """
    outside = _outside_marks(line)
    if outside != line and words.reporter_pattern.search(outside) is not None:
        return False
    if is_heading:
        return words.personal_pattern.search(outside) is not None
    is_shared = not words.names_in(lead).isdisjoint(words.names_in(line))
    is_text = words.text_lead_pattern.search(lead) is not None
    is_own = words.address_opening_pattern.match(line) or (is_text and not has_author)
    is_addressed = words.address_pattern.search(line) and not is_own
    is_reported = is_shared or is_addressed or line.rstrip().endswith(":")
    says_we = is_text and words.personal_pattern.match(line)
    return not is_reported and bool(says_we or words.singular_pattern.search(outside))


def _transcript_turns(text: str, paragraphs: Sequence[Span], words: SentenceWords) -> dict[int, int]:
    """Find the turns of a transcript ("RAMOS: Good evening."): number of the paragraph -> where its words begin.

    Turns are a run of three or more labeled paragraphs in which a label recurs. In a long run, paragraphs without a
    label or marks between two turns of recurring speakers continue the first turn.
    """
    turns: dict[int, int] = {}
    labels = {n: label for n, paragraph in enumerate(paragraphs) if (label := _label(text, paragraph))}
    labels = {n: label for n, label in labels.items() if words.rubric_pattern.fullmatch(label[0]) is None}
    for run in _joined_runs(_runs(labels), labels):
        names = [labels[n][0].split()[-1] for n in run]
        counts = Counter(names)
        if not _is_transcript(names):
            continue
        turns.update({n: labels[n][1] for n in run})
        for before, after in pairwise(zip(run, names, strict=True)):
            often = counts[before[1]] > 1 and counts[after[1]] > 1 and len(run) >= _MIN_TURNS_LONG
            between = range(before[0] + 1, after[0])
            if often and all(_continues_turn(text[paragraphs[n].start : paragraphs[n].end], words) for n in between):
                turns.update({n: paragraphs[n].start for n in between})
    return turns


def _is_transcript(names: Sequence[str]) -> bool:
    """Return whether turns with these labels are three or more, of two or more speakers of whom one speaks again."""
    return len(names) >= _MIN_TURNS and 1 < len({*names}) < len(names)


def _joined_runs(runs: Sequence[list[int]], labels: Mapping[int, tuple[str, int]]) -> list[list[int]]:
    """Join to a transcript the runs behind it by the same speakers, after an answer of several paragraphs."""
    joined: list[list[int]] = []
    known: set[str] = set()
    for run in runs:
        names = [labels[n][0].split()[-1] for n in run]
        is_near = bool(joined) and run[0] - joined[-1][-1] <= _MAX_ANSWER_PARAGRAPHS
        if is_near and known.issuperset(names):
            joined[-1] += run
        else:
            joined.append([*run])
            known = {*names} if _is_transcript(names) else set()
    return joined


def _runs(labels: Mapping[int, tuple[str, int]]) -> list[list[int]]:
    """Return the runs of labeled paragraphs; one unlabeled paragraph may stand between two labels in capitals."""
    runs: list[list[int]] = []
    for number, (name, _) in labels.items():
        reach = 2 if runs and name.isupper() and labels[runs[-1][-1]][0].isupper() else 1
        if runs and number - runs[-1][-1] <= reach:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _continues_turn(line: str, words: SentenceWords) -> bool:
    """Return whether a paragraph between two turns is speech: no remark in brackets, and no words of another person."""
    outside = _outside_marks(line)
    is_own = outside == line or words.personal_pattern.search(outside) is not None
    is_reported = outside != line and words.reporter_pattern.search(outside) is not None
    return line[:1] not in FAMILY and line[:1] not in "([" and is_own and not is_reported


def _label(text: str, paragraph: Span) -> tuple[str, int] | None:
    """Return the label at the beginning of a paragraph, and where the words after it begin."""
    match = _TURN.match(text, paragraph.start, paragraph.end)
    if match is None or match.end() >= paragraph.end:
        return None
    if text[match.end()] in FAMILY and _TITLE.match(text, match.end(), paragraph.end) is None:
        return None
    words, is_upper = match["label"].split(), match["label"].isupper()
    is_name = is_upper or (not match["office"] and all(word[0].isupper() for word in words))
    return (" ".join(words), match.end()) if is_name and len(words) <= 4 else None
