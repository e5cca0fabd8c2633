"""Put the decisions into the script: speakers with ids, and quotations that are not speech turned into narration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from narrate.attribution.analysis import Analysis
from narrate.attribution.mentions import NO_SPEAKER, Mention
from narrate.attribution.pronouns import has_gender, with_voted_gender
from narrate.attribution.resolver import Decision
from narrate.storage import ascii_slug
from narrate.types import NARRATOR, Script, Segment, Speaker

UNKNOWN_SPEAKER: Final = Speaker("unknown-speaker", "Unknown speaker")


def apply_decisions(analysis: Analysis, decisions: Mapping[int, Decision]) -> Script:
    """Return the script with its speakers. Quotations without a decision become narration."""
    speakers: dict[int, Speaker] = {}
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
            speakers[decision.entity] = _speaker(
                analysis, decision.entity, list(speakers.values()), pronouns.get(decision.entity, [])
            )
        speaker = speakers[decision.entity].id
        said = replace(segment, speaker=speaker, voiced_by=speaker, confidence=round(decision.confidence, 3))
        segments.append(replace(said, evidence=decision.evidence, described_as=decision.described_as))
    merged = _merge_narration(analysis, segments)
    return replace(analysis.script, segments=merged, speakers=tuple(speakers.values()))


def _pronouns_of_speakers(analysis: Analysis, decisions: Mapping[int, Decision]) -> dict[int, list[Mention]]:
    """Return number of an entity -> the pronouns with a gender in the clauses of what it says ("she said")."""
    pronouns: dict[int, list[Mention]] = {}
    for number, decision in sorted(decisions.items()):
        clause = analysis.quotations[number].clause
        if clause is not None and has_gender(clause.mention):
            pronouns.setdefault(decision.entity, []).append(clause.mention)
    return pronouns


def _speaker(analysis: Analysis, number: int, others: Sequence[Speaker], pronouns: Sequence[Mention]) -> Speaker:
    """Return the speaker of an entity, with an id and a name that differ from those of the ``others``.

    The ``pronouns`` of its clauses tell the gender that the rest of the article leaves open.
    """
    if number == NO_SPEAKER:
        return UNKNOWN_SPEAKER
    entity = with_voted_gender(analysis.table[number], pronouns, analysis.script.article.text)
    role = entity.roles[0] if entity.roles and entity.named else None
    ids, names = {s.id for s in others} | {NARRATOR}, {s.name for s in others}
    counts = range(2, len(others) + 3)
    base = ascii_slug(entity.name) or "speaker"
    speaker_id = next(i for i in (base, *(f"{base}-{n}" for n in counts)) if i not in ids)
    with_role = (f"{entity.name} ({role})",) if role else ()
    forms = (entity.name, *with_role, *(f"{entity.name} ({n})" for n in counts))
    name = next(n for n in forms if n not in names)
    aliases = tuple(a for a in entity.aliases if a != entity.name)
    evidence = entity.gender_evidence if entity.gender != "unknown" else None
    return Speaker(speaker_id, name, aliases, role, entity.gender, evidence, entity.kind)


def _merge_narration(analysis: Analysis, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Join adjacent narration within a paragraph, and number the segments again."""
    text = analysis.script.article.text
    starts = [p.start for p in analysis.paragraphs]
    merged: list[Segment] = []
    for segment in segments:
        last = merged[-1] if merged else segment
        is_adjacent = last.kind == segment.kind == "narration" and last.end == segment.start
        begins = any(last.start < s <= segment.start and not text[last.start : s].isspace() for s in starts)
        if merged and is_adjacent and not begins:
            merged[-1] = replace(last, text=text[last.start : segment.end], end=segment.end)
        else:
            merged.append(segment)
    return tuple(replace(s, index=i) for i, s in enumerate(merged))
