"""Check a podcast feed, offline, by the rules that podcast directories publish.

No other code of Narrate is used, so that a mistake in the writer of the feed is not repeated here.

Sources: RSS 2.0 (RSS Advisory Board), "A Podcaster's Guide to RSS" (Apple) and the tag specification of the podcast
namespace 1.0 (Podcast Index).
"""

from __future__ import annotations

import re
import tomllib
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

ITUNES: Final = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST: Final = "{https://podcastindex.org/namespace/1.0}"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
GUIDS: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Namespace of the identifiers of podcasts (``podcast:guid``)."""
MAX_NAME_CHARS: Final = 128  # aggregators cut longer names of people
MAX_GUID_CHARS: Final = 255
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
DURATION: Final = re.compile(r"\d+|(\d+:)?[0-5]?\d:[0-5]\d")
MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ROLES: Final = {("writing", "author"), ("cast", "narrator"), ("cast", "voice actor")}
"""Group and role in the podcast taxonomy of the people of an edition. It has no host and no guest."""
TYPES: Final = ("episodic", "serial")
TRANSCRIPTS: Final = {"text/plain", "text/html", "text/vtt", "application/json", "application/x-subrip"}
CATEGORIES: Final[Mapping[str, Sequence[str]]] = tomllib.loads(
    files("narrate.delivery").joinpath("podcast_categories.toml").read_text(encoding="utf-8")
)
"""Apple's categories -> the categories inside each."""


@cache
def ai_voice_marks() -> tuple[str, ...]:
    """Return what an AI voice is called in each language of an edition, as on its plain cover."""
    labels = (folder.joinpath("player.toml") for folder in files("narrate.languages").iterdir())
    return tuple(tomllib.loads(file.read_text(encoding="utf-8"))["cover_mark"] for file in labels if file.is_file())


def feed_faults(xml: bytes) -> list[str]:
    """Return what podcast directories would refuse about a feed. No other file is read, and no entity is expanded."""
    from lxml import etree

    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        return [f"it is not XML: {error}"]
    if root.getroottree().docinfo.internalDTD is not None:
        return ["it has a document type"]
    if root.tag != "rss" or root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        return ["it is not RSS 2.0 with one channel"]
    faults = list(_channel_faults(root[0]))
    items = root[0].findall("item")
    for number, item in enumerate(items, 1):
        faults += [f"item {number}: {fault}" for fault in _item_faults(item)]
    guids = Counter(item.findtext("guid") for item in items)
    return faults + [f"guid {guid} is used {count} times" for guid, count in guids.items() if count > 1]


def _broken(rules: Mapping[str, bool]) -> Iterator[str]:
    return (fault for fault, holds in rules.items() if not holds)


def _says_ai(node: _Element) -> bool:
    return any((txt.get("purpose"), txt.text) == ("ai-content", "true") for txt in node.findall(f"{PODCAST}txt"))


def _channel_faults(channel: _Element) -> Iterator[str]:
    names = ("title", "link", "description", "language", f"{ITUNES}author", f"{ITUNES}explicit", f"{PODCAST}guid")
    yield from _name_faults(channel, names)
    link, language = channel.findtext("link", ""), channel.findtext("language", "")
    mail = channel.findtext(f"{ITUNES}owner/{ITUNES}email")
    rules = {
        f"link is not an http(s) URL: {link!r}": _is_url(link),
        f"language is not a language tag: {language!r}": LANGUAGE.fullmatch(language) is not None,
        "itunes:explicit must be true or false": channel.findtext(f"{ITUNES}explicit") in ("true", "false"),
        "itunes:type must be episodic or serial": channel.findtext(f"{ITUNES}type", "episodic") in TYPES,
        "podcast:txt does not say ai-content": _says_ai(channel),
        f"itunes:email is not a mail address: {mail!r}": mail is None or MAIL.fullmatch(mail) is not None,
    }
    yield from _broken(rules)
    yield from _image_faults(channel, needed=True)
    yield from _category_faults(channel)
    own_urls = [node.get("href", "") for node in channel.findall(f"{ATOM}link") if node.get("rel") == "self"]
    if len(own_urls) != 1 or not _is_url(own_urls[0], secure=True):
        yield "atom:link rel=self must be there once, with the https URL of the feed"
    elif channel.findtext(f"{PODCAST}guid") != podcast_guid(own_urls[0]):
        yield "podcast:guid does not belong to the URL of the feed"


def _item_faults(item: _Element) -> Iterator[str]:
    yield from _name_faults(item, ("title", "guid", "pubDate", f"{ITUNES}duration"))
    date, duration, link = (item.findtext(name, "") for name in ("pubDate", f"{ITUNES}duration", "link"))
    enclosures = item.findall("enclosure")
    rules = {
        "guid is too long": len(item.findtext("guid", "")) <= MAX_GUID_CHARS,
        f"pubDate is not a date as in RFC 822: {date!r}": _is_date(date),
        f"itunes:duration is not a duration: {duration!r}": DURATION.fullmatch(duration) is not None,
        f"it has {len(enclosures)} enclosures": len(enclosures) == 1,
        f"link is not an http(s) URL: {link!r}": item.find("link") is None or _is_url(link),
        "podcast:txt does not say ai-content": _says_ai(item),
    }
    yield from _broken(rules)
    for enclosure in enclosures:
        url, length, kind = enclosure.get("url", ""), enclosure.get("length", ""), enclosure.get("type", "")
        rules = {
            f"the enclosure has no http(s) URL: {url!r}": _is_url(url),
            f"the enclosure's length is {length!r}": length.isascii() and length.isdecimal() and int(length) > 0,
            f"the enclosure's type is {kind!r}": kind.startswith(("audio/", "video/")),
        }
        yield from _broken(rules)
    yield from _image_faults(item, needed=False)
    yield from _text_faults(item)
    for person in item.findall(f"{PODCAST}person"):
        yield from _person_faults(person)


def _name_faults(node: _Element, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if [bool((one.text or "").strip()) for one in node.findall(name)] != [True]:
            shown = name.replace(ITUNES, "itunes:").replace(PODCAST, "podcast:")
            yield f"{shown} must be in the {node.tag} once, with a value"


def _text_faults(item: _Element) -> Iterator[str]:
    for node in item.findall(f"{PODCAST}transcript"):
        if not _is_url(node.get("url", ""), secure=True) or node.get("type") not in TRANSCRIPTS:
            yield f"podcast:transcript needs an https URL and a type: {node.get('url')!r}, {node.get('type')!r}"
    chapters = item.findall(f"{PODCAST}chapters")
    for node in chapters:
        if not _is_url(node.get("url", ""), secure=True) or node.get("type") != "application/json+chapters":
            yield f"podcast:chapters needs an https URL and its type: {node.get('url')!r}, {node.get('type')!r}"
    if len(chapters) > 1:
        yield "podcast:chapters is there more than once"


def _person_faults(person: _Element) -> Iterator[str]:
    name = (person.text or "").strip()
    role = (person.get("group", "cast").lower(), person.get("role", "host").lower())
    is_called_ai = role[0] != "cast" or name.startswith(ai_voice_marks())
    rules = {
        f"podcast:person has a name of {len(name)} characters": 0 < len(name) <= MAX_NAME_CHARS,
        f"podcast:person {name!r} has the role {role[1]}, which an edition does not have": role in ROLES,
        f"podcast:person {name!r} is in the cast, but is not called an AI voice": is_called_ai,
    }
    yield from _broken(rules)


def _image_faults(node: _Element, *, needed: bool) -> Iterator[str]:
    images = [image.get("href", "") for image in node.findall(f"{ITUNES}image")]
    if len(images) > 1 or (needed and not images):
        yield "itunes:image must be there once"
    for address in images:
        if not _is_url(address) or not re.search(r"\.(jpe?g|png)$", address.partition("?")[0], re.IGNORECASE):
            yield f"itunes:image must be the URL of a .jpg or .png: {address!r}"


def _category_faults(channel: _Element) -> Iterator[str]:
    categories = channel.findall(f"{ITUNES}category")
    if not categories:
        yield "itunes:category is missing"
    for category in categories:
        name = category.get("text", "")
        if name not in CATEGORIES:
            yield f"itunes:category {name!r} is not one of Apple's: {', '.join(CATEGORIES)}"
        for inner in category.findall(f"{ITUNES}category"):
            if name in CATEGORIES and inner.get("text") not in CATEGORIES[name]:
                known = ", ".join(CATEGORIES[name]) or "nothing"
                yield f"itunes:category {inner.get('text')!r} is not inside {name!r}. Apple has there: {known}"


def podcast_guid(feed_url: str) -> str:
    """Return the podcast's identifier: the UUIDv5 of the feed's URL without scheme and trailing slashes."""
    return str(uuid.uuid5(GUIDS, re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", feed_url).rstrip("/")))


def _is_url(text: str, *, secure: bool = False) -> bool:
    scheme = "https" if secure else "https?"
    return bool(re.fullmatch(rf"{scheme}://[^\s/?#<>\"']+(/[^\s<>\"]*)?", text)) and text.isascii()


def _is_date(text: str) -> bool:
    """Return whether it is a date as in RFC 822, with the right day of the week and a zone."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return False
    return isinstance(date, datetime) and date.tzinfo is not None and format_datetime(date)[:16] == text[:16]
