"""Web pages with a story, and what is read of them."""

from __future__ import annotations

from narrate.types import Article

PROSE = [
    "The harbour of Ostrand closed on Monday after a storm tore dozens of boats from their moorings, officials said.",
    "“We have never seen waves like these,” said the harbour master, Ole Lund, who has worked there since 1998.",
    "Two crews were taken ashore by helicopter on Monday night, the coastguard said, and nobody was badly hurt.",
    "The ferry to the islands will not sail before Thursday, and the fish market will stay closed until the weekend.",
]
HEAD = """<title>Harbour closes after storm | The Ostrand Post</title>
<link rel="canonical" href="https://example.com/harbour">
<meta property="og:site_name" content="The Ostrand Post"><meta property="og:image" content="https://example.com/a.jpg">
<meta property="article:published_time" content="2026-05-18T08:30:00+01:00">
<meta name="author" content="By Jane Doe">
"""


def page(body: str, head: str = HEAD) -> bytes:
    """Return a page with navigation, the article ``body`` and a footer."""
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">{head}</head><body>'
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<main><article><h1>Harbour closes after storm</h1>{body}</article></main>"
        "<footer><p>All contents of this site belong to the Ostrand Post and its writers.</p></footer></body></html>"
    ).encode()


def story(*between: str) -> str:
    """Return the four paragraphs, with the first of ``between`` after the second one and the rest below the story."""
    lines = [f"<p>{text}</p>" for text in PROSE]
    return "".join([*lines[:2], *between[:1], *lines[2:], *between[1:]])


def spoken(article: Article) -> list[str]:
    """Return the texts of the paragraphs that are read aloud."""
    return [article.text[span.start : span.end] for span in article.paragraphs]


def skipped(article: Article) -> dict[str, str]:
    """Return each skipped text with the reason."""
    return {one.text: one.reason for one in article.skipped}
