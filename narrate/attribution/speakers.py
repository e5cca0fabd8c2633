"""Put the decisions into the script: speakers with ids, and quotations that are not speech turned into narration."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from narrate.attribution.analysis import Analysis
from narrate.attribution.mention import NO_SPEAKER, Mention
from narrate.attribution.pronouns import has_gender, with_voted_gender
from narrate.attribution.resolver import Decision
from narrate.languages.controls import without_steering
from narrate.storage import ascii_slug
from narrate.types import NARRATOR, Gender, Script, Segment, Speaker, SpeakerKind

UNKNOWN_SPEAKER: Final = Speaker("unknown-speaker", "Unknown speaker")


def apply_decisions(analysis: Analysis, decisions: Mapping[int, Decision]) -> Script:
    """Return the script with its speakers. Quotations without a decision become narration."""
    pronouns = _pronouns_of_speakers(analysis, decisions)
    by_segment = {analysis.quotations[n].segment.index: decision for n, decision in sorted(decisions.items())}

    def person(number: int) -> Person:
        """Return an entity. The pronouns of its clauses tell the gender that the rest of the article leaves open."""
        own_pronouns = pronouns.get(number, [])
        entity = with_voted_gender(analysis.table[number], own_pronouns, analysis.script.article.text)
        role = entity.roles[0] if entity.roles and entity.named else None
        return Person(entity.name, entity.aliases, role, entity.gender, entity.gender_evidence, entity.kind)

    return with_speakers(analysis.script, by_segment, person)


class Said(Protocol):
    """A decision who said a quotation."""

    @property
    def entity(self) -> int:
        """Number of the entity, or ``NO_SPEAKER``."""

    @property
    def confidence(self) -> float:
        """Probability from 0 to 1 that the entity is right."""

    @property
    def evidence(self) -> str:
        """Why, for an editor to read."""

    @property
    def described_as(self) -> str:
        """The description in place of a name; empty if there is none."""


@dataclass(frozen=True, slots=True)
class Person:
    """What an article tells of an entity that speaks."""

    name: str
    aliases: Iterable[str]
    role: str | None
    gender: Gender
    gender_evidence: str | None
    kind: SpeakerKind


def with_speakers(script: Script, decisions: Mapping[int, Said], person: Callable[[int], Person]) -> Script:
    """Return a script with the speakers of its quotations. Quotations without a decision become narration.

    Args:
        script: A script as the segmenter wrote it.
        decisions: Index of a segment -> who said it.
        person: Returns the entity with a number.
    """
    speakers: dict[int, Speaker] = {}
    ids, names = _Distinct([NARRATOR, UNKNOWN_SPEAKER.id]), _Distinct([UNKNOWN_SPEAKER.name])
    segments: list[Segment] = []
    for segment in script.segments:
        decision = decisions.get(segment.index)
        if decision is None:
            as_narration = replace(segment, kind="narration", speaker=NARRATOR, confidence=1.0, evidence="")
            segments.append(as_narration if segment.kind == "quotation" else segment)
            continue
        if decision.entity not in speakers:
            is_known = decision.entity != NO_SPEAKER
            speakers[decision.entity] = _speaker(person(decision.entity), ids, names) if is_known else UNKNOWN_SPEAKER
        speaker = speakers[decision.entity].id
        said = replace(
            segment,
            speaker=speaker,
            voiced_by=speaker,
            confidence=round(decision.confidence, 3),
            evidence=decision.evidence,
            described_as=decision.described_as,
        )
        segments.append(said)
    return replace(script, segments=_merge_narration(script, segments), speakers=tuple(speakers.values()))


def _pronouns_of_speakers(analysis: Analysis, decisions: Mapping[int, Decision]) -> dict[int, list[Mention]]:
    """Return number of an entity -> the pronouns with a gender in the clauses of what it says ("she said")."""
    pronouns: dict[int, list[Mention]] = {}
    for number, decision in sorted(decisions.items()):
        clause = analysis.quotations[number].clause
        if clause is not None and has_gender(clause.mention):
            pronouns.setdefault(decision.entity, []).append(clause.mention)
    return pronouns


class _Distinct:
    """Texts of which each is given once: a text that is taken gets a number."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def first_free(self, forms: Sequence[str], numbered: str) -> str:
        """Return the first of the forms that is free, or else the first form with a number that is free."""
        found = next((form for form in forms if form not in self._taken), None)
        number = self._counts.get(forms[0], 2)
        while found is None:
            form = numbered.format(forms[0], number)
            found = form if form not in self._taken else None
            number += 1
            self._counts[forms[0]] = number
        self._taken.add(found)
        return found


def _speaker(person: Person, ids: _Distinct, names: _Distinct) -> Speaker:
    """Return the speaker of an entity, with an id and a name of its own."""
    plain = without_steering(person.name) or "Speaker"
    with_role = (without_steering(f"{plain} ({person.role})"),) if person.role else ()
    speaker_id = ids.first_free((ascii_slug(plain) or "speaker",), "{}-{}")
    name = names.first_free((plain, *with_role), "{} ({})")
    known = dict.fromkeys(without_steering(alias) for alias in person.aliases)
    aliases = tuple(alias for alias in known if alias not in ("", plain))
    evidence = person.gender_evidence if person.gender != "unknown" else None
    return Speaker(speaker_id, name, aliases, person.role, person.gender, evidence, person.kind)


def _merge_narration(script: Script, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Join adjacent narration within a paragraph, and number the segments again."""
    article, text = script.article, script.article.text
    starts = sorted(span.start for span in (*article.paragraphs, *([article.headline] if article.headline else [])))
    runs: list[list[Segment]] = []
    for segment in segments:
        last = runs[-1][-1] if runs else segment
        is_adjacent = last.kind == segment.kind == "narration" and last.end == segment.start
        if runs and is_adjacent and not _begins_paragraph(text, starts, runs[-1][0].start, segment.start):
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return tuple(_joined(text, run, index) for index, run in enumerate(runs))


def _begins_paragraph(text: str, starts: Sequence[int], first: int, at: int) -> bool:
    """Return whether a paragraph begins behind words that follow ``first``, and not behind ``at``."""
    last = starts[max(0, bisect_right(starts, at) - 1)] if starts else at
    return first < last <= at and not text[first:last].isspace()


def _joined(text: str, run: Sequence[Segment], index: int) -> Segment:
    """Return the segments of a run as one, with its number."""
    if len(run) == 1 and run[0].index == index:
        return run[0]
    start, end = run[0].start, run[-1].end
    return replace(run[0], index=index, end=end, text=text[start:end])
