"""Attribution of short texts."""

from __future__ import annotations

from helpers.articles import article, assert_tiles
from narrate.attribution import attribute
from narrate.script import write_script
from narrate.types import Script


def attributed(text: str, *, headline: bool = False) -> Script:
    """Return the script of ``text`` with its speakers."""
    made = article(text, headline=headline)
    script = attribute(write_script(made))
    assert_tiles(made, script)
    return script


def spoken(text: str) -> list[tuple[str, str]]:
    """Return the name of the speaker and the text of every quotation."""
    script = attributed(text)
    names = {s.id: s.name for s in script.speakers}
    return [(names[s.speaker], s.text.strip()) for s in script.segments if s.kind == "quotation"]


def who(text: str) -> list[str]:
    """Return the name of the speaker of every quotation."""
    return [name for name, _ in spoken(text)]
