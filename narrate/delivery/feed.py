"""Write a podcast feed over the editions in a folder: RSS 2.0 with Apple's tags and those of Podcasting 2.0."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from narrate.config import FeedConfig, Settings, as_config
from narrate.delivery.cover import plain_cover
from narrate.delivery.player import clock, player_labels
from narrate.delivery.podcast_rules import feed_faults
from narrate.edition.manifest import Manifest, ManifestCue, ManifestFile, read_manifest
from narrate.edition.paths import FEED_NAME, MANIFEST_ENDING
from narrate.errors import SourceError, UsageError
from narrate.storage import write_files
from narrate.types import STANDFIRST

if TYPE_CHECKING:
    from lxml.etree import _Element

log = logging.getLogger(__name__)

ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST: Final = "https://podcastindex.org/namespace/1.0"
ATOM: Final = "http://www.w3.org/2005/Atom"
GUIDS: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Namespace of the identifiers of podcasts (podcast namespace 1.0, ``podcast:guid``)."""
REQUIRED: Final = ("title", "link", "description", "base_url")  # keys of ``[feed]`` without which there is no feed
FEED_COVER: Final = "feed.jpg"
UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The date that the feed gives an article without one, so that it comes after all others."""
MAX_UNDATED: Final = 5
"""Editions without a date that a warning names: enough to recognize them."""
TRANSCRIPTS: Final = {
    "captions": ("text/vtt", "captions"),
    "srt": ("application/x-subrip", "captions"),
    "json": ("application/json", "captions"),
    "txt": ("text/plain", ""),
}
"""What a file holds -> its media type, and ``captions`` if it has times."""
MAX_S: Final = 1e6  # an edition is shorter, in seconds
MAX_NAME_CHARS: Final = 128  # aggregators cut longer names
ENDED: Final = re.compile("[.…][\"'”’»)]*$|[!?]$")
"""The end of a caption after which a new sentence begins."""
ILLEGAL_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Episode:
    """A whole edition, which becomes an item of the feed."""

    manifest: Manifest
    files: Mapping[str, ManifestFile]  # what each file holds -> its entry in the manifest
    published: datetime


def write_feed(folder: str | os.PathLike[str], *, config: Settings = None) -> tuple[Path, list[str]]:
    """Write ``feed.xml`` over the editions in a folder. Folders below it are not read.

    If the configuration names no picture, a plain one is written next to the feed, as ``feed.jpg``. An edition of an
    article without a date is logged as a warning. Returns the path of the feed, and one message for each edition that
    was left out.

    Raises ``UsageError`` if there is no such folder, a key is missing from ``[feed]``, or podcast directories would
    refuse the channel, and ``DeliveryError`` if a file cannot be written. An earlier feed is then unchanged.
    """
    settings, folder = as_config(config).feed, Path(folder)
    if not folder.is_dir():
        raise UsageError(f"Cannot write a feed: there is no folder {folder}. Name the folder of your editions.")
    if missing := [key for key in REQUIRED if not getattr(settings, key)]:
        problem = f"Cannot write a feed: the configuration has no {', '.join(f'feed.{key}' for key in missing)}"
        advice = (
            "Set what is missing under [feed] in a narrate.toml, which 'narrate init' writes, and pass it as --config"
        )
        raise UsageError(f"{problem}. {advice}.")
    if faults := feed_faults(feed_xml(settings, [])):
        raise UsageError(f"Cannot write a feed: podcast directories would refuse it: {'; '.join(faults)}. See [feed].")
    episodes, troubles = [], []
    for path in sorted(folder.glob(f"*{MANIFEST_ENDING}")):
        try:
            episode = read_episode(path)
        except SourceError as error:
            troubles.append(str(error))
            continue
        mp3_name = episode.files["mp3"].name
        if faults := feed_faults(feed_xml(settings, [episode])):
            troubles.append(f"{mp3_name}: podcast directories would refuse it: {'; '.join(faults)}.")
            continue
        episodes.append(episode)
    if not episodes and not troubles:
        log.warning("The feed is empty: there is no edition in %s. Make one with 'narrate make --output'.", folder)
    _warn_of_undated(episodes)
    episodes.sort(key=lambda episode: episode.published, reverse=True)
    files = {folder / FEED_NAME: feed_xml(settings, episodes)}
    if not settings.image:
        mark = player_labels(settings.language)["cover_mark"]
        files[folder / FEED_COVER] = plain_cover(settings.title, settings.author, mark)[0]
    write_files(files)
    return folder / FEED_NAME, troubles


def _warn_of_undated(episodes: Sequence[Episode]) -> None:
    """Log a warning about the editions of articles without a date."""
    undated = [episode.files["mp3"].name for episode in episodes if not episode.manifest.article.published]
    if not undated:
        return
    named = [*undated[:MAX_UNDATED], *([f"{len(undated) - MAX_UNDATED} more"] if undated[MAX_UNDATED:] else [])]
    problem = f"Listed last, as of {UNDATED:%Y-%m-%d}, without a date in the article: {', '.join(named)}"
    advice = "Add a line such as 'date: 2026-03-14' to the front matter of the article, and make the edition again"
    log.warning("%s. %s.", problem, advice)


def read_episode(path: Path) -> Episode:
    """Read the edition of a manifest. Raises ``SourceError`` if one of its files is missing or is another one."""
    manifest = read_manifest(path)
    files = {file.holds: file for file in manifest.files}
    try:
        published = datetime.fromisoformat(manifest.article.published) if manifest.article.published else UNDATED
        _check_edition(manifest, files["mp3"], path.parent)
    except (OSError, ValueError) as error:
        raise SourceError(f"Cannot put {path} into the feed: {error}. Make the edition again.") from error
    return Episode(manifest, files, published if published.tzinfo else published.replace(tzinfo=UTC))


def _check_edition(manifest: Manifest, mp3: ManifestFile, folder: Path) -> None:
    """Raise ``ValueError`` if a file of the edition is missing, or the MP3 is not the one that was made."""
    for file in manifest.files:
        if Path(file.name).name != file.name:
            raise ValueError(f"{file.name!r} is not in the same folder")
        if not folder.joinpath(file.name).is_file():
            raise ValueError(f"{file.name} is missing")
    with folder.joinpath(mp3.name).open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != mp3.sha256:
            raise ValueError(f"{mp3.name} is not the file that was made")
    if mp3.bytes <= 0 or not 0 < manifest.duration_s < MAX_S or not manifest.disclaimer:
        raise ValueError("it has no sound or no disclaimer")


def feed_xml(channel: FeedConfig, episodes: Sequence[Episode]) -> bytes:
    """Return the feed as XML, with the episodes in the given order. The same arguments give the same bytes."""
    from lxml import etree

    base = channel.base_url.rstrip("/") + "/"
    rss = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "itunes": ITUNES, "podcast": PODCAST})
    node = etree.SubElement(rss, "channel")
    for name in ("title", "link", "description", "language"):
        _add(node, name, getattr(channel, name))
    _add(node, f"{{{ATOM}}}link", href=base + FEED_NAME, rel="self", type="application/rss+xml")
    _add(node, f"{{{PODCAST}}}guid", podcast_guid(base + FEED_NAME))
    author = channel.author or channel.title
    _add(node, f"{{{ITUNES}}}author", author)
    if channel.owner_email:
        owner = _add(node, f"{{{ITUNES}}}owner")
        _add(owner, f"{{{ITUNES}}}name", author)
        _add(owner, f"{{{ITUNES}}}email", channel.owner_email)
    _add(node, f"{{{ITUNES}}}image", href=channel.image or base + FEED_COVER)
    outer, _, inner = (part.strip() for part in channel.category.partition(">"))
    category = _add(node, f"{{{ITUNES}}}category", text=outer)
    if inner:
        _add(category, f"{{{ITUNES}}}category", text=inner)
    _add(node, f"{{{ITUNES}}}explicit", str(channel.explicit).lower())
    _add(node, f"{{{ITUNES}}}type", "episodic")
    _add(node, f"{{{PODCAST}}}txt", "true", purpose="ai-content")
    for episode in episodes:
        _item(_add(node, "item"), episode, base)
    xml: bytes = etree.tostring(rss, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def podcast_guid(feed_url: str) -> str:
    """Return the podcast's identifier: the UUIDv5 of the feed's URL without scheme and trailing slashes."""
    return str(uuid.uuid5(GUIDS, feed_url.partition("://")[2].rstrip("/")))


def _item(item: _Element, episode: Episode, base: str) -> None:
    manifest, article, mp3 = episode.manifest, episode.manifest.article, episode.files["mp3"]
    urls = {holds: base + quote(file.name) for holds, file in episode.files.items()}
    _add(item, "title", article.title or Path(mp3.name).stem)
    _add(item, "description", f"{lead_of(manifest)} {manifest.disclaimer}".lstrip())
    _add(item, "enclosure", url=urls["mp3"], length=str(mp3.bytes), type="audio/mpeg")
    _add(item, "guid", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, urls['mp3'])}", isPermaLink="false")
    _add(item, "pubDate", format_datetime(episode.published))
    if "player" in urls:
        _add(item, "link", urls["player"])
    if "cover" in urls:
        _add(item, f"{{{ITUNES}}}image", href=urls["cover"])
    _add(item, f"{{{ITUNES}}}duration", clock(manifest.duration_s))
    _add(item, f"{{{ITUNES}}}episodeType", "full")
    if article.byline:
        _add(item, f"{{{ITUNES}}}author", article.byline)
        _add(item, f"{{{PODCAST}}}person", article.byline[:MAX_NAME_CHARS], role="author", group="writing")
    _add_voices(item, manifest)
    for holds, (kind, rel) in TRANSCRIPTS.items():
        if holds in urls:
            timed = {"rel": rel} if rel else {}
            _add(item, f"{{{PODCAST}}}transcript", url=urls[holds], type=kind, language=article.language, **timed)
    if "chapters" in urls:
        _add(item, f"{{{PODCAST}}}chapters", url=urls["chapters"], type="application/json+chapters")
    _add(item, f"{{{PODCAST}}}txt", "true", purpose="ai-content")


def lead_of(manifest: Manifest) -> str:
    """Return what an article is about: its standfirst, or else its first sentence; empty if the captions have none."""
    standfirst = next((one.text for one in manifest.skipped if one.reason == STANDFIRST), "")
    if not standfirst:
        body = {segment.index for segment in manifest.segments if segment.kind in ("narration", "quotation")}
        story = [cue for cue in manifest.cues if body.intersection(cue.segments)]
        end = next((at for at, cue in enumerate(story, 1) if _ends_sentence(cue)), len(story))
        standfirst = " ".join(cue.text for cue in story[:end])
    lead = " ".join(standfirst.split())
    return f"{lead}." if lead and lead[-1].isalnum() else lead


def _ends_sentence(cue: ManifestCue) -> bool:
    """Return whether a caption ends a sentence. Before another speaker “Really?” may go on, but “We won.” does not."""
    return cue.boundary not in ("join", "speaker") or ENDED.search(cue.text) is not None


def _add_voices(item: _Element, manifest: Manifest) -> None:
    """List the cast as synthetic voices, because the people whose words they read took no part in the podcast."""
    narrator = next((segment.voiced_by for segment in manifest.segments), None)
    labels = player_labels(manifest.article.language)
    for row in manifest.cast:
        is_narrator = row.speaker == narrator
        reading = labels["voice_of_speaker"].replace("{speaker}", row.speaker)
        name = labels["voice_of_narrator"] if is_narrator else reading
        role = "narrator" if is_narrator else "voice actor"
        _add(item, f"{{{PODCAST}}}person", name[:MAX_NAME_CHARS], role=role, group="cast")


def _add(parent: _Element, name: str, value: str | None = None, **attributes: str) -> _Element:
    from lxml import etree

    legal = {key: ILLEGAL_IN_XML.sub("", text) for key, text in attributes.items()}
    node = etree.SubElement(parent, name, legal)
    node.text = value and ILLEGAL_IN_XML.sub("", value)
    return node
