"""A podcast feed over the editions in a folder: RSS 2.0 with Apple's tags and those of Podcasting 2.0."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from narrate.delivery.player import clock
from narrate.edition.paths import MANIFEST_ENDING
from narrate.errors import SourceError

if TYPE_CHECKING:
    from lxml.etree import _Element

ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST: Final = "https://podcastindex.org/namespace/1.0"
ATOM: Final = "http://www.w3.org/2005/Atom"
GUIDS: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of podcasts' own identifiers (podcast namespace 1.0, ``podcast:guid``)."""
FEED: Final = "feed.xml"
FEED_COVER: Final = "feed.jpg"
UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When an edition of an article without a date was published, as far as the feed is concerned: behind all others."""
TRANSCRIPTS: Final = {
    "captions": ("text/vtt", "captions"),
    "srt": ("application/x-subrip", "captions"),
    "json": ("application/json", "captions"),
    "txt": ("text/plain", ""),
}
"""What a file holds -> its media type, and ``captions`` if it tells the times."""
MAX_S: Final = 1e6
"""No edition lasts as long."""
MAX_NAME: Final = 128
"""Aggregators cut longer names."""
ILLEGAL_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself."""

    title: str
    link: str
    description: str
    language: str
    image: str
    """URL of a picture; empty for the one that lies beside the feed."""
    category: str
    """As Apple has it, or ``Outer > Inner``."""
    explicit: bool
    base_url: str
    """Where the editions' folder is on the web."""
    author: str
    """Empty: the title."""
    owner_email: str
    """Empty: the feed names no owner."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A whole edition, as its manifest tells."""

    manifest: dict[str, Any]
    files: dict[str, dict[str, Any]]
    """What each file holds -> its name, bytes and hash."""
    published: datetime


def find_episodes(folder: Path) -> tuple[list[Episode], list[str]]:
    """The whole editions in ``folder``, latest first, and what is wrong with the others."""
    episodes, troubles = [], []
    for path in sorted(folder.glob(f"*{MANIFEST_ENDING}")):
        try:
            episodes.append(read_episode(path))
        except SourceError as error:
            troubles.append(str(error))
    return sorted(episodes, key=lambda episode: episode.published, reverse=True), troubles


def read_episode(path: Path) -> Episode:
    """The edition of the manifest at ``path``. Raises ``SourceError`` if it or a file of it is broken."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        files = {file["holds"]: file for file in manifest["files"]}
        for file in files.values():
            if Path(file["name"]).name != file["name"]:
                raise ValueError(f"{file['name']!r} is no file beside it")
            with (path.parent / file["name"]).open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != file["sha256"] and file["holds"] == "mp3":
                    raise ValueError(f"{file['name']} is not the file that was made")
        article = manifest["article"]
        published = _date(article["published"])
        texts = [article[key] for key in ("title", "byline", "language")] + [manifest["disclaimer"]]
        texts += [row["speaker"] for row in manifest["cast"]] + [row["voiced_by"] for row in manifest["segments"]]
        if any(not isinstance(text, str | None) for text in texts):
            raise ValueError("a text in it is none")
        if not (files["mp3"]["bytes"] > 0 and 0 < manifest["duration_s"] < MAX_S and manifest["disclaimer"]):
            raise ValueError("it has no sound or no disclaimer")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{path} is not the manifest of a whole edition: {error}. Make that edition anew.") from error
    return Episode(manifest, files, published)


def is_undated(episode: Episode) -> bool:
    """Whether the article says nothing of when it was published."""
    return not episode.manifest["article"]["published"]


def feed_xml(channel: Channel, episodes: Sequence[Episode]) -> bytes:
    """The feed. The same editions and channel give the same bytes: no clock stands in it."""
    from lxml import etree

    base = channel.base_url.rstrip("/") + "/"
    rss = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "itunes": ITUNES, "podcast": PODCAST})
    top = etree.SubElement(rss, "channel")
    for name in ("title", "link", "description", "language"):
        _add(top, name, getattr(channel, name))
    _add(top, f"{{{ATOM}}}link", href=base + FEED, rel="self", type="application/rss+xml")
    _add(top, f"{{{PODCAST}}}guid", podcast_guid(base + FEED))
    author = channel.author or channel.title
    _add(top, f"{{{ITUNES}}}author", author)
    if channel.owner_email:
        owner = _add(top, f"{{{ITUNES}}}owner")
        _add(owner, f"{{{ITUNES}}}name", author)
        _add(owner, f"{{{ITUNES}}}email", channel.owner_email)
    _add(top, f"{{{ITUNES}}}image", href=channel.image or base + FEED_COVER)
    outer, _, inner = (part.strip() for part in channel.category.partition(">"))
    category = _add(top, f"{{{ITUNES}}}category", text=outer)
    if inner:
        _add(category, f"{{{ITUNES}}}category", text=inner)
    _add(top, f"{{{ITUNES}}}explicit", str(channel.explicit).lower())
    _add(top, f"{{{ITUNES}}}type", "episodic")
    _add(top, f"{{{PODCAST}}}txt", "true", purpose="ai-content")
    for episode in episodes:
        _item(_add(top, "item"), episode, base)
    xml: bytes = etree.tostring(rss, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def podcast_guid(feed_url: str) -> str:
    """The identifier of the podcast with this feed: UUIDv5 of the address without scheme and trailing slashes."""
    return str(uuid.uuid5(GUIDS, feed_url.partition("://")[2].rstrip("/")))


def _item(item: _Element, episode: Episode, base: str) -> None:
    article, mp3 = episode.manifest["article"], episode.files["mp3"]
    urls = {holds: base + quote(file["name"]) for holds, file in episode.files.items()}
    _add(item, "title", article["title"] or Path(mp3["name"]).stem)
    _add(item, "description", episode.manifest["disclaimer"])
    _add(item, "enclosure", url=urls["mp3"], length=str(mp3["bytes"]), type="audio/mpeg")
    _add(item, "guid", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, urls['mp3'])}", isPermaLink="false")
    _add(item, "pubDate", format_datetime(episode.published))
    if "player" in urls:
        _add(item, "link", urls["player"])
    if "cover" in urls:
        _add(item, f"{{{ITUNES}}}image", href=urls["cover"])
    _add(item, f"{{{ITUNES}}}duration", clock(episode.manifest["duration_s"]))
    _add(item, f"{{{ITUNES}}}episodeType", "full")
    if article["byline"]:
        _add(item, f"{{{ITUNES}}}author", article["byline"])
        _add(item, f"{{{PODCAST}}}person", article["byline"][:MAX_NAME], role="author", group="writing")
    _voices(item, episode.manifest)
    for holds, (kind, rel) in TRANSCRIPTS.items():
        if holds in urls:
            timed = {"rel": rel} if rel else {}
            _add(item, f"{{{PODCAST}}}transcript", url=urls[holds], type=kind, language=article["language"], **timed)
    if "chapters" in urls:
        _add(item, f"{{{PODCAST}}}chapters", url=urls["chapters"], type="application/json+chapters")
    _add(item, f"{{{PODCAST}}}txt", "true", purpose="ai-content")


def _voices(item: _Element, manifest: dict[str, Any]) -> None:
    """The cast, as what it is: machines' voices. Whose words they read is in the name; nobody of these took part."""
    narrator = next((segment["voiced_by"] for segment in manifest["segments"]), None)
    for row in manifest["cast"]:
        is_narrator = row["speaker"] == narrator
        name = "AI voice (narrator)" if is_narrator else f"AI voice reading the words of {row['speaker']}"
        role = "narrator" if is_narrator else "voice actor"
        _add(item, f"{{{PODCAST}}}person", name[:MAX_NAME], role=role, group="cast")


def _add(parent: _Element, name: str, value: str | None = None, **attributes: str) -> _Element:
    from lxml import etree

    legal = {key: ILLEGAL_IN_XML.sub("", text) for key, text in attributes.items()}
    node = etree.SubElement(parent, name, legal)
    node.text = value and ILLEGAL_IN_XML.sub("", value)
    return node


def _date(text: str | None) -> datetime:
    """An ISO 8601 date or date and time; without a zone it is UTC."""
    if not text:
        return UNDATED
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)
