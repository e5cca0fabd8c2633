"""A podcast feed over the editions in a folder: RSS 2.0 with Apple's tags and those of Podcasting 2.0."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from narrate.delivery.paths import MANIFEST_ENDING
from narrate.delivery.player import clock
from narrate.errors import SourceError

if TYPE_CHECKING:
    from lxml.etree import _Element

ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST: Final = "https://podcastindex.org/namespace/1.0"
UNDATED: Final = datetime.min.replace(tzinfo=UTC)
TRANSCRIPTS: Final = {"captions": "text/vtt", "srt": "application/x-subrip", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself."""

    title: str
    link: str
    description: str
    language: str
    image: str
    """URL of a picture; empty if there is none."""
    category: str
    explicit: bool
    base_url: str
    """Where the editions' folder is on the web."""


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
            with (path.parent / file["name"]).open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != file["sha256"] and file["holds"] == "mp3":
                    raise ValueError(f"{file['name']} is not the file that was made")
        published = _date(manifest["article"]["published"])
        if not (files["mp3"]["bytes"] > 0 and manifest["duration_s"] > 0 and manifest["disclaimer"]):
            raise ValueError("it has no sound or no disclaimer")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{path} is not the manifest of a whole edition: {error}. Make that edition anew.") from error
    return Episode(manifest, files, published)


def feed_xml(channel: Channel, episodes: Sequence[Episode]) -> bytes:
    """The feed. The same editions and channel give the same bytes: no clock stands in it."""
    from lxml import etree

    rss = etree.Element("rss", {"version": "2.0"}, nsmap={"itunes": ITUNES, "podcast": PODCAST})
    top = etree.SubElement(rss, "channel")
    for name in ("title", "link", "description", "language"):
        _add(top, name, getattr(channel, name))
    if channel.image:
        _add(top, f"{{{ITUNES}}}image", href=channel.image)
    _add(top, f"{{{ITUNES}}}category", text=channel.category)
    _add(top, f"{{{ITUNES}}}explicit", str(channel.explicit).lower())
    _add(top, f"{{{PODCAST}}}txt", "true", purpose="ai-content")
    for episode in episodes:
        _item(etree.SubElement(top, "item"), episode, channel.base_url.rstrip("/") + "/")
    xml: bytes = etree.tostring(rss, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _item(item: _Element, episode: Episode, base: str) -> None:
    article, mp3 = episode.manifest["article"], episode.files["mp3"]
    urls = {holds: base + quote(file["name"]) for holds, file in episode.files.items()}
    _add(item, "title", article["title"] or mp3["name"])
    _add(item, "description", episode.manifest["disclaimer"])
    _add(item, "enclosure", url=urls["mp3"], length=str(mp3["bytes"]), type="audio/mpeg")
    _add(item, "guid", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, urls['mp3'])}", isPermaLink="false")
    if episode.published > UNDATED:
        _add(item, "pubDate", format_datetime(episode.published))
    if "player" in urls:
        _add(item, "link", urls["player"])
    _add(item, f"{{{ITUNES}}}duration", clock(episode.manifest["duration_s"]))
    if article["byline"]:
        _add(item, f"{{{ITUNES}}}author", article["byline"])
        _add(item, f"{{{PODCAST}}}person", article["byline"], role="author", group="writing")
    for holds, kind in TRANSCRIPTS.items():
        if holds in urls:
            _add(item, f"{{{PODCAST}}}transcript", url=urls[holds], type=kind)
    if "chapters" in urls:
        _add(item, f"{{{PODCAST}}}chapters", url=urls["chapters"], type="application/json+chapters")
    _add(item, f"{{{PODCAST}}}txt", "true", purpose="ai-content")


def _add(parent: _Element, name: str, value: str | None = None, **attributes: str) -> None:
    from lxml import etree

    etree.SubElement(parent, name, attributes).text = value


def _date(text: str | None) -> datetime:
    """An ISO 8601 date or date and time; without a zone it is UTC."""
    if not text:
        return UNDATED
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)
