"""Put the decisions into the script: speakers with ids, and quotations that are not speech turned into narration."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution.analysis import Analysis
from narrate.attribution.mentions import NO_SPEAKER, Mention
from narrate.attribution.pronouns import has_gender, with_voted_gender
from narrate.attribution.resolver import Decision
from narrate.languages.controls import without_steering
from narrate.storage import ascii_slug
from narrate.types import NARRATOR, Script, Segment, Speaker

UNKNOWN_SPEAKER: Final = Speaker("unknown-speaker", "Unknown speaker")


def apply_decisions(analysis: Analysis, decisions: Mapping[int, Decision]) -> Script:
    """Return the script with its speakers. Quotations without a decision become narration."""
    speakers: dict[int, Speaker] = {}
    ids, names = Distinct([NARRATOR, UNKNOWN_SPEAKER.id]), Distinct([UNKNOWN_SPEAKER.name])
    pronouns = _pronouns_of_speakers(analysis, decisions)
    by_segment = {analysis.quotations[n].segment.index: decision for n, decision in sorted(decisions.items())}
    segments: list[Segment] = []
    for segment in analysis.script.segments:
        decision = by_segment.get(segment.index)
        if decision is None:
            as_narration = replace(segment, kind="narration", speaker=NARRATOR, confidence=1.0, evidence="")
            segments.append(as_narration if segment.kind == "quotation" else segment)
            continue
        if decision.entity not in speakers:
            own_pronouns = pronouns.get(decision.entity, [])
            speakers[decision.entity] = _speaker(analysis, decision.entity, own_pronouns, ids, names)
        speaker = speakers[decision.entity].id
        said = replace(segment, speaker=speaker, voiced_by=speaker, confidence=round(decision.confidence, 3))
        segments.append(replace(said, evidence=decision.evidence, described_as=decision.described_as))
    merged = merge_narration(analysis.script, segments)
    return replace(analysis.script, segments=merged, speakers=tuple(speakers.values()))


def _pronouns_of_speakers(analysis: Analysis, decisions: Mapping[int, Decision]) -> dict[int, list[Mention]]:
    """Return number of an entity -> the pronouns with a gender in the clauses of what it says ("she said")."""
    pronouns: dict[int, list[Mention]] = {}
    for number, decision in sorted(decisions.items()):
        clause = analysis.quotations[number].clause
        if clause is not None and has_gender(clause.mention):
            pronouns.setdefault(decision.entity, []).append(clause.mention)
    return pronouns


class Distinct:
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


def _speaker(analysis: Analysis, number: int, pronouns: Sequence[Mention], ids: Distinct, names: Distinct) -> Speaker:
    """Return the speaker of an entity, with an id and a name of its own.

    The ``pronouns`` of its clauses tell the gender that the rest of the article leaves open.
    """
    if number == NO_SPEAKER:
        return UNKNOWN_SPEAKER
    entity = with_voted_gender(analysis.table[number], pronouns, analysis.script.article.text)
    role = entity.roles[0] if entity.roles and entity.named else None
    plain = without_steering(entity.name) or "Speaker"
    with_role = (without_steering(f"{plain} ({role})"),) if role else ()
    speaker_id = ids.first_free((ascii_slug(plain) or "speaker",), "{}-{}")
    name = names.first_free((plain, *with_role), "{} ({})")
    known = dict.fromkeys(without_steering(alias) for alias in entity.aliases)
    aliases = tuple(alias for alias in known if alias not in ("", plain))
    evidence = entity.gender_evidence if entity.gender != "unknown" else None
    return Speaker(speaker_id, name, aliases, role, entity.gender, evidence, entity.kind)


def merge_narration(script: Script, segments: Sequence[Segment]) -> tuple[Segment, ...]:
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
    start, end = run[0].start, run[-1].end
    return replace(run[0], index=index, end=end, text=text[start:end] if len(run) > 1 else run[0].text)
