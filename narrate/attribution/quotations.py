"""Find the quotations of an article, with the clauses and labels that name their speakers."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import Final

from narrate.attribution.claims import ClaimLabels
from narrate.attribution.clauses import DASHES, Clause, find_clauses, leading_clauses
from narrate.attribution.entity import Entity
from narrate.attribution.gender import is_first_name
from narrate.attribution.labels import Bearers, bearer_of, column_labels, teller_label, turn_label
from narrate.attribution.mention import Mention
from narrate.attribution.names import name_words, role_head
from narrate.attribution.parse import AROUND_CHARACTERS, Paragraph, Token, is_part_of_sentence
from narrate.attribution.phrases import cry_clause, identifying_clause, leading_phrase_clause, phrase_clause
from narrate.languages import ENGLISH, AttributionWords
from narrate.languages.accounts import find_account
from narrate.languages.entries import find_column, find_entries
from narrate.languages.marks import MARKS, OPENING, POST_AUTHOR
from narrate.types import Segment

QUESTION: Final = "question"
ANSWER: Final = "answer"
STATEMENT: Final = "statement"
"""In place of the verb, what kind of turn without a label a clause stands for."""
_SENTENCE_END: Final = re.compile(r"[.!?]\s")
_MAX_PROMPT_WORDS: Final = 25
"""Words of a sentence in an interview that asks without a question mark ("You lost half of it.")."""
_MAX_ECHO_WORDS: Final = 3
"""Words of an answer that asks back ("By whom?")."""
_MAX_APPOSITION_TOKENS: Final = 2
"""Tokens from a description to the name in apposition ("the chief, Ann Lee")."""
_BEFORE_MARK: Final = re.compile(rf"^[^\w{MARKS}]+")
_INNER_MARK: Final = re.compile(rf"[\s(—–][{OPENING}]")
"""A mark that opens a quotation inside another's words."""
_LABEL_INSIDE: Final = re.compile(rf"^[{MARKS}(\[]*([A-Z][A-Z.'’\- ]{{2,25}}):\s")
"""The label of a speaker inside the marks ("WALLACE: ...")."""
_MAX_CLOSED_OFFICE_WORDS: Final = 4
"""Words of an office before a full stop."""
_MAX_OFFICE_WORDS: Final = 16
"""Words of a line inside the marks that may be a name and an office."""


Place = tuple[Paragraph, Sequence[Mention]]
"""A paragraph and the mentions in it."""


@dataclass(frozen=True)
class Quotation:
    """A quotation with its surroundings."""

    segment: Segment
    parsed: Paragraph
    """Its paragraph."""
    order: int
    """Number within its paragraph, from 0."""
    before: str
    """Its paragraph before it, or the last ``AROUND_CHARACTERS`` of that; ``after`` likewise."""
    after: str
    reporting: tuple[Clause, ...]
    """The clauses of its sentence that could report it, the most reliable first."""
    embedded: bool
    """It is part of a sentence of narration."""
    continues: bool
    """It continues a quotation that the paragraph before left open."""
    layout: tuple[Clause, ...] = ()
    """The clauses that the layout makes: labels, signatures, and the paragraph before."""
    speech: bool = True
    signature: bool = False
    """It is not speech but the name of the speaker, below the speech and inside the marks."""
    echo: int | None = None
    """Number of the quotation below whose words it repeats in the headline."""
    turn: bool = False
    """It is a turn of a transcript, without marks."""
    emphasized: bool = False
    """Its paragraph is in bold or italics as a whole."""

    @property
    def paragraph(self) -> int:
        """Number of its paragraph."""
        return self.parsed.number

    @property
    def is_question(self) -> bool:
        """It ends in a question mark."""
        return self.segment.text.strip().rstrip(MARKS).endswith("?")

    @property
    def words(self) -> AttributionWords:
        """Words and patterns of the language."""
        return self.parsed.words

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens that it consists of, or its stand-in."""
        return tuple(t for t in self.parsed.tokens if t.quotation == self.segment.index)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses that could report it, the most reliable first."""
        return self.layout if self.turn else (*self.layout, *self.reporting)

    @property
    def clause(self) -> Clause | None:
        """The most reliable clause."""
        return self.clauses[0] if self.clauses else None


def find_quotations(
    text: str, places: Sequence[Place], table: list[Entity], emphasized: Container[int]
) -> list[Quotation]:
    """Return the quotations in order, all taken for speech. Speakers of labels are added to the ``table``.

    ``emphasized`` has the offsets of the paragraphs that are in bold or italics as a whole.
    """
    found: list[Quotation] = []
    for paragraph, near in places:
        previous = found[-1] if found else None
        segments = [segment for segment in paragraph.segments if segment.kind == "quotation"]
        for order, segment in enumerate(segments):
            start = max(paragraph.start, segment.start - AROUND_CHARACTERS)
            end = min(paragraph.end, segment.end + AROUND_CHARACTERS)
            before, after = text[start : segment.start], text[segment.end : end]
            clauses = find_clauses(paragraph, near, segment.index)
            phrase = phrase_clause(after, segment.end, near, paragraph.words)
            phrase = phrase or leading_phrase_clause(before, start, near, paragraph.words)
            phrase = phrase or cry_clause(before, after, segment.end, near, paragraph.words)
            clauses = (phrase, *clauses) if phrase else clauses
            begins = order == 0 and not before.strip()
            embedded = is_part_of_sentence(before, segment.text)
            continues = begins and previous is not None and _is_left_open(previous, paragraph.number)
            one = Quotation(segment, paragraph, order, before, after, clauses, embedded, continues)
            found.append(replace(one, emphasized=True) if paragraph.start in emphasized else one)
    return _with_layout(found, text, places, Bearers(table))


def _is_left_open(previous: Quotation, paragraph: int) -> bool:
    """Return whether the last quotation of the paragraph before ``paragraph`` has no closing mark."""
    text = previous.segment.text.strip()
    return lacks_closing_mark(text) and previous.paragraph == paragraph - 1 and not previous.after.strip()


def lacks_closing_mark(text: str) -> bool:
    """Return whether a quotation begins with a mark and does not end with one."""
    closed = text.rstrip(".,;:!?)]")[-1:] in MARKS or text[-1] in MARKS
    return _opens_with_mark(text) and not closed


def _opens_with_mark(text: str) -> bool:
    """Return whether a mark stands before the first word, behind a bullet or not."""
    return _BEFORE_MARK.sub("", text, count=1)[:1] in {*MARKS}


def _with_layout(
    quotations: Sequence[Quotation], text: str, places: Sequence[Place], table: Bearers
) -> list[Quotation]:
    """Add the clauses that the layout makes: labels, labels inside the marks, signatures."""
    may_be_new = sum(_LABEL_INSIDE.match(quotation.segment.text.strip()) is not None for quotation in quotations) > 1
    set_apart = any(quotation.emphasized and _is_turn(quotation) for quotation in quotations)
    has_turns = any(map(_is_turn, quotations))  # only these can be in entries, accounts and columns
    lines = [text[paragraph.start : paragraph.end] for paragraph, _ in places] if has_turns else []
    claims = ClaimLabels(places, table)
    entries, account = find_entries(lines, ENGLISH.sentences), find_account(lines, ENGLISH.sentences)
    columns = column_labels(find_column(lines, ENGLISH.sentences), places, table)
    labeled: list[Quotation] = []
    has_labels = is_led = False
    for quotation, following in zip_longest(quotations, quotations[1:]):
        said, paragraph = quotation.segment.text, quotation.parsed
        if _is_turn(quotation):
            last = labeled[-1] if labeled and labeled[-1].turn else None
            last = last if last and last.paragraph == quotation.paragraph - 1 else None
            has_labels = bool(quotation.before.strip()) or (has_labels and last is not None)
            if quotation.paragraph in entries:
                turn = _signed_entry(quotation, last, entries, places, table)
            elif has_labels:
                turn = turn_label(columns.get(quotation.paragraph, quotation.before), paragraph, table)
            elif account and quotation.paragraph in account.paragraphs:
                turn = teller_label(account, places, table) if last is None else None
            else:
                is_led = last is not None and is_led  # words of a speech or a statement ask no one for an answer
                asks = not is_led and _asks(quotation, last, following, set_apart=set_apart)
                turn = _unlabeled_turn(quotation, last, text, places, table, asks=asks)
                is_led = is_led or (last is None and turn is not None and turn.verb not in {QUESTION, ANSWER})
            continues = turn is None and bool(labeled) and labeled[-1].turn and (has_labels or last is not None)
            labeled.append(replace(quotation, turn=True, layout=(turn,) if turn else (), continues=continues))
        elif labeled and quotation.continues and (signed := _name_inside(said, paragraph, table)):
            _sign(labeled, signed)
            labeled.append(replace(quotation, signature=True))
        elif label := _label_inside(said, paragraph, table, may_be_new=may_be_new):
            labeled.append(replace(quotation, layout=(label,), continues=False))
        elif claim := claims.clause(quotation.before, quotation.reporting, paragraph.number):
            labeled.append(replace(quotation, layout=(claim,)))
        elif above := _line_above(quotation, labeled, text, places, table):
            labeled.append(replace(quotation, layout=(above,)))
        elif signature := _signature(quotation, text, places, table):
            labeled.append(quotation)
            _sign(labeled, signature)
        elif quotation.reporting:
            labeled.append(quotation)
        else:
            around = _clauses_around(quotation, text, places, table)
            labeled.append(quotation if quotation.continues else replace(quotation, layout=around))
            if around and quotation.continues:
                _sign(labeled, around[0])
    return labeled


def _is_turn(quotation: Quotation) -> bool:
    """Return whether it is a turn of a transcript: without marks, behind a label or nothing."""
    text = quotation.segment.text
    if _opens_with_mark(text):
        return False
    is_whole = text.rstrip()[-1:] not in MARKS or _INNER_MARK.search(text) is not None
    return quotation.before.rstrip().endswith(":") or (not quotation.before.strip() and is_whole)


def _unlabeled_turn(
    quotation: Quotation, last: Quotation | None, text: str, places: Sequence[Place], table: Bearers, *, asks: bool
) -> Clause | None:
    """Return the clause of a turn among turns without labels; None if it continues the turn ``last`` before it."""
    words, paragraph = quotation.words, quotation.parsed
    if last is None and (author := _post_author(quotation, text, places, table)):
        return author
    if last is None and (around := _clauses_around(quotation, text, places, table)):
        return around[0]
    above = places[quotation.paragraph - 1] if last is None and quotation.paragraph else None
    if above and not asks and (stated := _stated_by(above, table)):
        return stated
    if not (asks or _was_question(last)):
        return None
    label = min(words.question_labels if asks else words.answer_labels)
    clause = turn_label(label, paragraph, table)
    return replace(clause, verb=QUESTION if asks else ANSWER) if clause else None


def _signed_entry(
    quotation: Quotation,
    last: Quotation | None,
    entries: Mapping[int, tuple[int, str]],
    places: Sequence[Place],
    table: Bearers,
) -> Clause | None:
    """Return the clause of the line that signs an entry; None if it goes on with the entry of the turn ``last``."""
    below, name = entries[quotation.paragraph]
    if last is not None and entries.get(last.paragraph) == entries[quotation.paragraph]:
        return None
    clause = turn_label(name, places[below][0], table)
    return replace(clause, pattern="pull", verb="―") if clause else None


def _post_author(quotation: Quotation, text: str, places: Sequence[Place], table: Bearers) -> Clause | None:
    """Return the clause of the author below an embedded post."""
    if quotation.paragraph + 1 >= len(places):
        return None
    below = places[quotation.paragraph + 1][0]
    match = POST_AUTHOR.fullmatch(text, below.start, below.end)
    clause = turn_label(match["name"], below, table) if match else None
    return replace(clause, pattern="pull", verb="―") if clause else None


def _stated_by(above: Place, table: Bearers) -> Clause | None:
    """Return the clause of the line above a statement: its subject, a name, or "the company" for the only one."""
    paragraph, mentions = above
    subject = _stating_subject(mentions)
    if subject is not None and (subject.kind == "pronoun" or _is_described_speaker(subject, paragraph, table)):
        return Clause("introduction", subject, ":", 0)
    if (owner := _owner(mentions, paragraph)) is not None:
        return Clause("introduction", owner, ":", 0)
    first = next((m for m in mentions if m.kind == "name"), None)
    if subject is None and first is not None and first.entity < 0:
        is_sender = paragraph.token(first.first - 1).lower in paragraph.words.introducing_prepositions
        return turn_label(first.text, paragraph, table) if is_sender else None
    others = {paragraph.words.agent_preposition, paragraph.words.attributing_preposition}  # "obtained by", "sent to"

    def rank(name: Mention) -> tuple[bool, bool]:
        is_apposed = subject is not None and 0 < name.first - subject.last <= _MAX_APPOSITION_TOKENS
        return not is_apposed, name.modifier or paragraph.token(name.first - 1).lower in others

    names = sorted((m for m in mentions if m.kind == "name" and m.entity >= 0), key=rank)
    name = subject if subject is not None and subject.kind == "name" else next(iter(names), None)
    if name is not None and name.entity >= 0:
        return Clause("label", name, STATEMENT, 0)
    owners = {t.lower for t in paragraph.tokens} & paragraph.words.organizations
    group = table.most_mentioned_group if owners else None
    described = next((m for m in mentions if m.entity >= 0), None)
    if group is not None and described is not None:
        return Clause("label", replace(described, kind="name", entity=group.number), STATEMENT, 0)
    return Clause("introduction", subject, ":", 0) if subject is not None else None


def _owner(mentions: Sequence[Mention], paragraph: Paragraph) -> Mention | None:
    """Return the known pronoun at the beginning of the last sentence if that owns words ("Her reply")."""
    tokens = paragraph.tokens
    begin = next((t.i for t in tokens if t.sentence == tokens[-1].sentence), 0)
    owner = next((m for m in mentions if m.first == begin and m.kind == "pronoun" and m.entity >= 0), None)
    if owner is None or tokens[owner.head].dep != "poss":
        return None
    owned, words = tokens[tokens[owner.head].head], paragraph.words
    is_other = words.is_role(owned.lower) or (words.is_group(owned.lower) and owned.lower not in words.texts)
    return owner if owned.dep != "poss" and not is_other else None


def _is_described_speaker(subject: Mention, paragraph: Paragraph, table: Bearers) -> bool:
    """Return whether a subject describes a person or group, and no text."""
    if subject.kind != "nominal" or subject.entity < 0 or not subject.roles:
        return False
    is_text = role_head(subject.roles[0], paragraph.words) in paragraph.words.texts | paragraph.words.sent_texts
    return not is_text and table.entities[subject.entity].kind in {"person", "group"}


def _stating_subject(mentions: Sequence[Mention]) -> Mention | None:
    """Return the main subject of the last sentence, or of those before it if that only points ("Here is a quote:")."""
    last = mentions[-1].sentence if mentions else 0
    is_pointing = all(m.kind == "nominal" for m in mentions if m.sentence == last)
    mains = [m for m in mentions if m.main and (m.sentence == last or is_pointing)]
    earlier = [m for m in mains if m.sentence < last]
    return next(iter(earlier[-1:] or mains), None)


def _asks(turn: Quotation, last: Quotation | None, following: Quotation | None, *, set_apart: bool) -> bool:
    """Return whether a turn without a label is a question and no answer.

    Args:
        turn: The turn.
        last: The turn in the paragraph before, if there is one.
        following: The next quotation.
        set_apart: Questions are in bold or italics.
    """
    if _was_question(last):
        return False
    if set_apart:
        return turn.emphasized
    words, text = ENGLISH.sentences, turn.segment.text.strip()
    if turn.is_question:
        is_led = last is None and (following is None or following.paragraph > turn.paragraph + 1)
        return not is_led and not words.is_account(text)
    if last is None or following is None or following.paragraph > turn.paragraph + 1:
        return False
    is_sentence = len(text.split()) <= _MAX_PROMPT_WORDS and _SENTENCE_END.search(text) is None
    is_for_other = words.address_pattern.search(text) is not None and words.personal_pattern.search(text) is None
    is_answered = not following.is_question or len(following.segment.text.split()) <= _MAX_ECHO_WORDS
    return is_sentence and is_for_other and is_answered


def _was_question(last: Quotation | None) -> bool:
    return last is not None and last.clause is not None and last.clause.verb == QUESTION


def _sign(quotations: list[Quotation], signed: Clause) -> None:
    """Attribute the last quotation, in all its paragraphs, to the name in or below its last line."""
    for at in range(len(quotations) - 1, -1, -1):
        quotations[at] = replace(quotations[at], layout=(signed, *quotations[at].layout))
        if not quotations[at].continues:
            break


def _signature(quotation: Quotation, text: str, places: Sequence[Place], table: Bearers) -> Clause | None:
    """Return the clause of a name behind a quotation, on the line below or in the next paragraph; None without one."""
    if quotation.segment.text.strip()[-1:] not in {*MARKS, ".", "!", "?"}:
        return None
    if quotation.after.strip():
        is_reported = any(clause.pattern != "pull" for clause in quotation.reporting)
        if quotation.embedded or is_reported:
            return None
        signed = _signed(quotation.after, quotation.parsed, table)
        if signed or quotation.segment.text.strip().rstrip(MARKS)[-1:].isalnum():
            return signed  # "They went "after" Ann Lee." goes on behind the mark
        return _signed(quotation.after, quotation.parsed, table, is_paragraph=True)
    if quotation.before.strip() or quotation.reporting or quotation.paragraph + 1 >= len(places):
        return None
    below = places[quotation.paragraph + 1][0]
    return _signed(text[below.start : below.end], below, table, is_paragraph=True)


def _line_above(
    quotation: Quotation, labeled: Sequence[Quotation], text: str, places: Sequence[Place], table: Bearers
) -> Clause | None:
    """Return the clause of a line with a name and an office above a quotation that fills its paragraph."""
    at = quotation.paragraph
    if at == 0 or quotation.before.strip() or quotation.after.strip() or quotation.continues:
        return None
    above = places[at - 1][0]
    last = labeled[-1].clause if labeled and labeled[-1].paragraph == at - 2 else None
    signs_previous = last is not None and last.pattern != "label"
    line = text[above.start : above.end]
    if signs_previous or not line[:1].isupper() or "," not in line:
        return None
    clause = _signed(line, above, table, is_paragraph=True)
    return replace(clause, pattern="label", verb=":") if clause else None


def _signed(line: str, paragraph: Paragraph, table: Bearers, *, is_paragraph: bool = False) -> Clause | None:
    """Return the clause of a text that begins with a signature; without a dash, it must look like a person's."""
    match = paragraph.words.signature_pattern.match(line)
    if match is None or (is_paragraph and line[match.end() :].strip()) or not (is_paragraph or match["mark"]):
        return None
    has_dash = (match["mark"] or "").strip() not in {"", "(", "["}
    if not has_dash and not _is_signature(match, paragraph.words, table):
        return None
    clause = turn_label(match["name"], paragraph, table)
    return replace(clause, pattern="pull", verb="―") if clause else None


def _is_signature(match: re.Match[str], words: AttributionWords, table: Bearers) -> bool:
    """Return whether a line is a known name, or a title or first name with more and an office, and not a heading."""
    parts, office = match["name"].split(), match["office"] or ""
    if len(parts) < 2 or match["name"].isupper() or match["source"] or _is_sentence(match[0], office):
        return False
    is_name = is_first_name(parts[0], words) or words.is_title(parts[0].lower().strip("."))
    return bearer_of(name_words(parts, words), words, table) is not None or (bool(office) and is_name)


def _is_sentence(line: str, office: str) -> bool:
    """Return whether a line of a name and an office is rather a sentence ("Ann Lee, the baker, nodded.")."""
    return line.rstrip().endswith(".") and ("," in office[1:] or len(office.split()) > _MAX_CLOSED_OFFICE_WORDS)


def _described_in_headline(quotation: Quotation, table: Bearers) -> Clause | None:
    """Return the clause of the role behind a quotation with "I" in a headline, if one named person has that role."""
    words, paragraph = quotation.words, quotation.parsed
    parts = quotation.after[1:].split()
    if not parts or words.conjunctions.intersection(parts[1:2]):
        return None
    bearer = table.only_bearer(parts[0], words)
    if bearer is None or words.first_person_pattern.search(quotation.segment.text) is None:
        return None
    place = (paragraph.number, 0, 0, 0, quotation.segment.end, quotation.segment.end + len(parts[0]))
    return Clause("pull", Mention("nominal", *place, parts[0], (parts[0],), entity=bearer.number), ":", 0)


def _headline_clause(quotation: Quotation, mentions: Sequence[Mention], table: Bearers) -> Clause | None:
    """Return the clause of the name or role behind a quotation in a headline ("'I was wrong': Ann Lee on fame")."""
    colon = quotation.after[:1] == ":"
    words = quotation.words
    if quotation.paragraph or quotation.before.strip() or not colon:
        return None
    name = next((m for m in mentions if m.start >= quotation.segment.end), None)
    if name is None or name.kind != "name" or name.start > quotation.segment.end + 2 or len(name.words) < 2:
        return _described_in_headline(quotation, table)
    following = quotation.parsed.token(name.last + 1).lower
    is_own = words.first_person_pattern.search(quotation.segment.text) is not None
    is_talk = following in words.topic_prepositions
    return Clause("pull", name, ":", 0) if is_talk or (is_own and following not in {"'s", "’s"}) else None


def _clauses_around(quotation: Quotation, text: str, places: Sequence[Place], table: Bearers) -> tuple[Clause, ...]:
    """Return the clause of the paragraph before a quotation, or of the signature below it."""
    at = quotation.paragraph
    if headline := _headline_clause(quotation, places[at][1], table):
        return (headline,)
    begins = at > 0 and not quotation.before.strip() and not quotation.continues
    leading = leading_clauses(*places[at - 1]) if begins else ()
    if leading:
        return leading
    words = quotation.words
    if quotation.after.strip():
        identified = identifying_clause(quotation.after, quotation.segment.end, places[at][1], words)
        return (identified,) if identified else ()
    if at + 1 >= len(places):
        return ()
    below, mentions = places[at + 1]
    identified = identifying_clause(text[below.start : below.end], below.start, mentions, words) if begins else None
    if identified:
        return (identified,)
    signed = next((m for m in mentions[:1] if m.kind == "name" and m.first == 1), None)
    return (Clause("pull", signed, "―", 0),) if signed and below.token(0).text in DASHES else ()


def _label_inside(text: str, paragraph: Paragraph, table: Bearers, *, may_be_new: bool) -> Clause | None:
    """Return the clause of a label inside the marks of a quotation, which may name a new speaker or not."""
    label = _LABEL_INSIDE.match(text.strip())
    if label is None:
        return None
    surname = label[1].split()[-1].lower()
    is_known = any(e.words[-1] == surname for e in table.found(("last", surname)))
    return turn_label(label[1], paragraph, table) if is_known or may_be_new else None


def _name_inside(text: str, paragraph: Paragraph, table: Bearers) -> Clause | None:
    """Return the clause of the last line of a quotation if it is a name and an office ("Ann Lee, baker.")."""
    line = paragraph.words.name_line_pattern.match(text.strip())
    if line is None or len(text.split()) > _MAX_OFFICE_WORDS or text.strip()[-1] not in MARKS:
        return None
    clause = turn_label(line[1], paragraph, table)
    return replace(clause, pattern="pull", verb="―") if clause else None
