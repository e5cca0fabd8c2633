"""Voices, speakers and scripts for casting."""

from __future__ import annotations

from narrate.casting import normalized
from narrate.types import NARRATOR, Article, Gender, Script, Segment, Speaker, Voice


def voice(id_: str, gender: Gender = "unknown", *, narrator: bool = False, ear: tuple[float, ...] = ()) -> Voice:
    """Return a voice of the silent engine that is named after its id."""
    return Voice("silent", id_, id_.title(), "en", gender, "British", "adult", "MIT", narrator=narrator, ear=ear)


def speaker(name: str, gender: Gender = "unknown", *aliases: str, evidence: str | None = None) -> Speaker:
    """Return a person whose id is the name in lower case with hyphens."""
    return Speaker(normalized(name).replace(" ", "-"), name, aliases, None, gender, evidence, "person")


def script(speakers: list[Speaker], order: list[str] | None = None, words: int = 5) -> Script:
    """Return a script in which ``order`` (everyone once by default) speak in turn, without narration in between."""
    by_name = {one.name: one.id for one in speakers} | {NARRATOR: NARRATOR}
    ids = [by_name[name] for name in order] if order else [one.id for one in speakers]
    segments = [Segment(n, "quotation", "word " * words, 0, 0, one, one) for n, one in enumerate(ids)]
    article = Article(None, None, "en", None, None, "", None, (), ())
    return Script(article, tuple(segments), tuple(speakers))
