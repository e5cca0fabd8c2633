"""What podcast directories ask of a feed: rules drawn from their published specifications, and checked offline.

Sources: RSS 2.0 (RSS Advisory Board), "A Podcaster's Guide to RSS" (Apple) and the tag specification of the podcast
namespace 1.0 (Podcast Index).
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

ITUNES: Final = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST: Final = "{https://podcastindex.org/namespace/1.0}"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
GUIDS: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of podcasts' own identifiers (podcast:guid)."""
MAX_NODE: Final = 128
"""Aggregators cut a person's name, or the like, after so many characters."""
MAX_GUID: Final = 255
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
DURATION: Final = re.compile(r"\d+|(\d+:)?[0-5]?\d:[0-5]\d")
MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ROLES: Final = {("writing", "author"), ("cast", "narrator"), ("cast", "voice actor")}
"""Of the podcast taxonomy, what an edition has: nobody is its host or guest."""
TRANSCRIPTS: Final = {"text/plain", "text/html", "text/vtt", "application/json", "application/x-subrip"}
CATEGORIES: Final = {
    name: frozenset(filter(None, inner.split(", ")))
    for name, inner in {
        "Arts": "Books, Design, Fashion & Beauty, Food, Performing Arts, Visual Arts",
        "Business": "Careers, Entrepreneurship, Investing, Management, Marketing, Non-Profit",
        "Comedy": "Comedy Interviews, Improv, Stand-Up",
        "Education": "Courses, How To, Language Learning, Self-Improvement",
        "Fiction": "Comedy Fiction, Drama, Science Fiction",
        "Government": "",
        "Health & Fitness": "Alternative Health, Fitness, Medicine, Mental Health, Nutrition, Sexuality",
        "History": "",
        "Kids & Family": "Education for Kids, Parenting, Pets & Animals, Stories for Kids",
        "Leisure": "Animation & Manga, Automotive, Aviation, Crafts, Games, Hobbies, Home & Garden, Video Games",
        "Music": "Music Commentary, Music History, Music Interviews",
        "News": "Business News, Daily News, Entertainment News, News Commentary, Politics, Sports News, Tech News",
        "Religion & Spirituality": "Buddhism, Christianity, Hinduism, Islam, Judaism, Religion, Spirituality",
        "Science": "Astronomy, Chemistry, Earth Sciences, Life Sciences, Mathematics, Natural Sciences, Nature, "
        "Physics, Social Sciences",
        "Society & Culture": "Documentary, Personal Journals, Philosophy, Places & Travel, Relationships",
        "Sports": "Baseball, Basketball, Cricket, Fantasy Sports, Football, Golf, Hockey, Rugby, Running, Soccer, "
        "Swimming, Tennis, Volleyball, Wilderness, Wrestling",
        "Technology": "",
        "True Crime": "",
        "TV & Film": "After Shows, Film History, Film Interviews, Film Reviews, TV Reviews",
    }.items()
}
"""Apple's categories, and what is inside each."""


def feed_faults(xml: bytes) -> list[str]:
    """What is wrong with a podcast feed; empty if nothing is. Nothing outside it is read, no entity expanded."""
    from lxml import etree

    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        return [f"it is no XML: {error}"]
    if root.getroottree().docinfo.internalDTD is not None:
        return ["it has a document type"]
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        return ["it is no RSS 2.0 with one channel"]
    faults = list(_channel_faults(root[0]))
    items = root[0].findall("item")
    for number, item in enumerate(items, 1):
        faults += [f"item {number}: {fault}" for fault in _item_faults(item)]
    guids = Counter(item.findtext("guid") for item in items)
    return faults + [f"guid {guid} stands there {count} times" for guid, count in guids.items() if count > 1]


def _channel_faults(channel: _Element) -> Iterator[str]:
    for name in ("title", "link", "description", "language", f"{ITUNES}author", f"{ITUNES}explicit", f"{PODCAST}guid"):
        if [bool((node.text or "").strip()) for node in channel.findall(name)] != [True]:
            yield f"{_plain(name)} must stand in the channel once, with a value"
    link, language = channel.findtext("link", ""), channel.findtext("language", "")
    if not _is_url(link):
        yield f"link is no address of a page: {link!r}"
    if not LANGUAGE.fullmatch(language):
        yield f"language is no language tag: {language!r}"
    if channel.findtext(f"{ITUNES}explicit") not in ("true", "false"):
        yield "itunes:explicit must be true or false"
    if channel.findtext(f"{ITUNES}type", "episodic") not in ("episodic", "serial"):
        yield "itunes:type must be episodic or serial"
    if (mail := channel.findtext(f"{ITUNES}owner/{ITUNES}email")) is not None and not MAIL.fullmatch(mail):
        yield f"itunes:email is no mail address: {mail!r}"
    yield from _image_faults(channel, needed=True)
    yield from _category_faults(channel)
    yield from _origin_faults(channel)
    own = [node.get("href", "") for node in channel.findall(f"{ATOM}link") if node.get("rel") == "self"]
    if len(own) != 1 or not _is_url(own[0], secure=True):
        yield "atom:link rel=self must name the feed's own https address once"
    elif channel.findtext(f"{PODCAST}guid") != podcast_guid(own[0]):
        yield "podcast:guid is not that of the feed's address"


def _item_faults(item: _Element) -> Iterator[str]:
    for name in ("title", "guid", "pubDate", f"{ITUNES}duration"):
        if [bool((node.text or "").strip()) for node in item.findall(name)] != [True]:
            yield f"{_plain(name)} must stand there once, with a value"
    if len(item.findtext("guid", "")) > MAX_GUID:
        yield "guid is too long"
    if not _is_date(item.findtext("pubDate", "")):
        yield f"pubDate is no date of RFC 822: {item.findtext('pubDate')!r}"
    if not DURATION.fullmatch(item.findtext(f"{ITUNES}duration", "")):
        yield f"itunes:duration is none: {item.findtext(f'{ITUNES}duration')!r}"
    enclosures = item.findall("enclosure")
    if len(enclosures) != 1:
        yield f"it has {len(enclosures)} enclosures"
    for enclosure in enclosures:
        length = enclosure.get("length", "")
        if not _is_url(enclosure.get("url", "")):
            yield f"the enclosure has no address: {enclosure.get('url')!r}"
        if not (length.isascii() and length.isdecimal() and int(length) > 0):
            yield f"the enclosure's length is {length!r}"
        if not str(enclosure.get("type")).startswith(("audio/", "video/")):
            yield f"the enclosure's type is {enclosure.get('type')!r}"
    if (link := item.findtext("link")) is not None and not _is_url(link):
        yield f"link is no address of a page: {link!r}"
    yield from _image_faults(item, needed=False)
    yield from _origin_faults(item)
    yield from _text_faults(item)
    for person in item.findall(f"{PODCAST}person"):
        yield from _person_faults(person)


def _text_faults(item: _Element) -> Iterator[str]:
    for node in item.findall(f"{PODCAST}transcript"):
        if not _is_url(node.get("url", ""), secure=True) or node.get("type") not in TRANSCRIPTS:
            yield f"podcast:transcript needs an https address and a type: {node.get('url')!r}, {node.get('type')!r}"
    chapters = item.findall(f"{PODCAST}chapters")
    for node in chapters:
        if not _is_url(node.get("url", ""), secure=True) or node.get("type") != "application/json+chapters":
            yield f"podcast:chapters needs an https address and its type: {node.get('url')!r}, {node.get('type')!r}"
    if len(chapters) > 1:
        yield "podcast:chapters stands there more than once"


def _person_faults(person: _Element) -> Iterator[str]:
    name = (person.text or "").strip()
    role = (person.get("group", "cast").lower(), person.get("role", "host").lower())
    if not 0 < len(name) <= MAX_NODE:
        yield f"podcast:person has a name of {len(name)} characters"
    if role not in ROLES:
        yield f"podcast:person {name!r} is called {role[1]}, which nobody is in an edition"
    if role[0] == "cast" and "AI" not in name.split():
        yield f"podcast:person {name!r} is in the cast, and not called an AI voice"


def _image_faults(node: _Element, *, needed: bool) -> Iterator[str]:
    images = [image.get("href", "") for image in node.findall(f"{ITUNES}image")]
    if len(images) > 1 or (needed and not images):
        yield "itunes:image must stand there once"
    for address in images:
        if not _is_url(address) or not re.search(r"\.(jpe?g|png)$", address.partition("?")[0], re.IGNORECASE):
            yield f"itunes:image must be the address of a .jpg or .png: {address!r}"


def _category_faults(channel: _Element) -> Iterator[str]:
    categories = channel.findall(f"{ITUNES}category")
    if not categories:
        yield "itunes:category is missing"
    for category in categories:
        name = category.get("text", "")
        if name not in CATEGORIES:
            yield f"itunes:category {name!r} is none of Apple's: {', '.join(CATEGORIES)}"
        for inner in category.findall(f"{ITUNES}category"):
            if name in CATEGORIES and inner.get("text") not in CATEGORIES[name]:
                known = ", ".join(sorted(CATEGORIES[name])) or "nothing"
                yield f"itunes:category {inner.get('text')!r} is not in {name!r}, where Apple has {known}"


def _origin_faults(node: _Element) -> Iterator[str]:
    told = [(txt.get("purpose"), txt.text) for txt in node.findall(f"{PODCAST}txt")]
    if ("ai-content", "true") not in told:
        yield "podcast:txt does not say ai-content"


def podcast_guid(feed_url: str) -> str:
    """The identifier of the podcast with this feed: UUIDv5 of the address without scheme and trailing slashes."""
    return str(uuid.uuid5(GUIDS, re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", feed_url).rstrip("/")))


def _is_url(text: str, *, secure: bool = False) -> bool:
    scheme = "https" if secure else "https?"
    return bool(re.fullmatch(rf"{scheme}://[^\s/?#<>\"']+(/[^\s<>\"]*)?", text)) and text.isascii()


def _is_date(text: str) -> bool:
    """As RFC 822 has it, with the right day of the week and a zone."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return False
    return isinstance(date, datetime) and date.tzinfo is not None and format_datetime(date)[:16] == text[:16]


def _plain(name: str) -> str:
    return name.replace(ITUNES, "itunes:").replace(PODCAST, "podcast:")
