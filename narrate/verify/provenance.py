"""Checks 12, 13, 16, 17, 18 and 24: the origin of the edition and of its files. ``CHECKS`` describes each."""

from __future__ import annotations

import hashlib
import io
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from narrate.audio.watermark import KEY_VARIABLE, SURVIVED_KBPS, Watermark, absence, own_key
from narrate.delivery.podcast_rules import feed_faults
from narrate.edition.manifest import ManifestFile
from narrate.errors import DeliveryError
from narrate.languages import english_original
from narrate.verify.opened import Opened, Outcome

SOURCE_TYPE: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
LINKED_DATA: Final = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
MEDIA_TYPE: Final = "audio/mpeg"
DURATION_TOLERANCE_S: Final = 1.0  # feeds and linked data state whole seconds


def comment(edition: Opened) -> Outcome:
    found = [str(frame) for frame in edition.tags.getall("COMM")] if edition.tags else []
    expected = [edition.disclaimer, *filter(None, [english_original(edition.language, edition.disclaimer)])]
    return sorted(found) == sorted(expected), "; ".join(found) or "no comment"


def disclosure(edition: Opened) -> Outcome:
    found = {frame.desc: str(frame) for frame in edition.tags.getall("TXXX")} if edition.tags else {}
    expected = {"AI_DISCLOSURE": edition.disclaimer, "DigitalSourceType": SOURCE_TYPE}
    if original := english_original(edition.language, edition.disclaimer):
        expected["AI_DISCLOSURE_EN"] = original
    wrong = [f"{name}: {found.get(name, 'missing')}" for name, value in expected.items() if found.get(name) != value]
    return not wrong, "; ".join(wrong) or "both"


def c2pa_state(edition: Opened) -> Outcome:
    manifest, problem = _c2pa(edition)
    if manifest is None:
        return False if _is_signed(edition) and find_spec("c2pa") else None, problem
    state = str(manifest.get("validation_state"))
    kept = edition.tags is not None and all(edition.tags.getall(name) for name in ("TIT2", "COMM", "TXXX"))
    return state in ("Valid", "Trusted") and kept, state if kept else f"{state}, but frames of the tag are lost"


def c2pa_action(edition: Opened) -> Outcome:
    manifest, problem = _c2pa(edition)
    if manifest is None:
        return None, problem
    active = manifest.get("manifests", {}).get(manifest.get("active_manifest"), {})
    actions = [
        action
        for assertion in active.get("assertions", [])
        if str(assertion.get("label", "")).startswith("c2pa.actions")
        for action in assertion.get("data", {}).get("actions", [])
    ]
    first = actions[0] if actions else {}
    holds = first.get("action") == "c2pa.created" and first.get("digitalSourceType") == SOURCE_TYPE
    return holds, f"{first.get('action')}, {first.get('digitalSourceType')}"


def watermark(edition: Opened) -> Outcome:
    state = edition.manifest.provenance.get("watermark", "off") if edition.manifest else "off"
    if not state.startswith("done"):
        return None, f"according to the manifest: {state}"
    if lack := absence():
        return None, lack
    key = own_key() if "publisher" in state else ""
    if "publisher" in state and not key:
        return None, f"its key is the publisher's: set {KEY_VARIABLE}"
    try:
        found = Watermark(key).survives(edition.mp3)
    except DeliveryError as error:  # not a fault of the edition
        return None, str(error)
    return found, f"{'found' if found else 'not found'} after encoding at {SURVIVED_KBPS} kbit/s"


def descriptions(edition: Opened) -> Outcome:
    checked, wrong = [], list[str]()
    for entry in edition.manifest.files if edition.manifest else ():
        checked.append("manifest")
        wrong += _file_faults(edition, entry)
    for path in (edition.mp3.with_suffix(".edition.html"), edition.mp3.with_suffix(".embed.html")):
        for data in LINKED_DATA.findall(path.read_text("utf-8")) if path.is_file() else []:
            checked.append(path.name)
            wrong += [f"{path.name}: {fault}" for fault in _linked_data_faults(edition, data)]
    feed = edition.mp3.with_name("feed.xml")
    if feed.is_file():
        faults = _feed_faults(edition, feed)
        checked += ["feed"] if faults is not None else []
        wrong += [f"feed: {fault}" for fault in faults or ()]
    if not checked:
        return None, "nothing describes it"
    return not wrong, "; ".join(wrong) or ", ".join(dict.fromkeys(checked))


def _is_signed(edition: Opened) -> bool:
    return edition.tags is not None and any("c2pa" in frame.mime for frame in edition.tags.getall("GEOB"))


def _c2pa(edition: Opened) -> tuple[dict[str, Any] | None, str]:
    """Return the C2PA manifest store of the file, or None and the reason."""
    if not _is_signed(edition):
        return None, "not signed"
    if find_spec("c2pa") is None:
        return None, "signed; to check it: pip install 'narrate-edition[c2pa]'"
    import c2pa

    try:
        with c2pa.Reader(MEDIA_TYPE, io.BytesIO(edition.data)) as reader:
            return dict(json.loads(reader.json())), ""
    except Exception as error:  # the library's errors have no public base in all its versions
        return None, f"cannot read the C2PA manifest: {error}"


def _file_faults(edition: Opened, entry: ManifestFile) -> list[str]:
    if Path(entry.name).name != entry.name:
        return [f"{entry.name!r} is not in the folder of the manifest"]
    path = edition.mp3.with_name(entry.name)
    if not path.is_file():
        return [f"{path.name} is missing"]
    data = path.read_bytes()
    is_same = entry.bytes == len(data) and entry.sha256 == hashlib.sha256(data).hexdigest()
    return [] if is_same else [f"{path.name} is not the file that the manifest describes"]


def _linked_data_faults(edition: Opened, text: str) -> list[str]:
    try:
        audio = _audio_object(json.loads(text))
    except ValueError:
        return ["its linked data is not JSON"]
    if audio is None:
        return ["its linked data has no AudioObject"]
    expected = {"encodingFormat": MEDIA_TYPE, "sha256": hashlib.sha256(edition.data).hexdigest()}
    faults = [f"{key} is {audio[key]}" for key, value in expected.items() if key in audio and audio[key] != value]
    if "contentSize" in audio and str(audio["contentSize"]).split()[0] != str(len(edition.data)):
        faults.append(f"contentSize is {audio['contentSize']}")
    if unquote(urlsplit(str(audio.get("contentUrl", ""))).path).rpartition("/")[2] != edition.mp3.name:
        faults.append(f"contentUrl is {audio.get('contentUrl')}")
    duration_s = _iso_8601_s(str(audio.get("duration", "")))
    if duration_s is None or abs(duration_s - edition.sound.duration_s) > DURATION_TOLERANCE_S:
        faults.append(f"duration is {audio.get('duration')}")
    return faults


def _audio_object(data: Any) -> dict[str, Any] | None:
    """Return the first AudioObject in linked data."""
    for node in data if isinstance(data, list) else [data]:
        if isinstance(node, dict):
            if node.get("@type") == "AudioObject":
                return node
            for value in node.values():
                if isinstance(value, dict | list) and (found := _audio_object(value)):
                    return found
    return None


def _iso_8601_s(text: str) -> float | None:
    """Parse a duration of ISO 8601, in seconds. Return None if it is not one."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", text)
    if not found or len(text) < 4:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _feed_faults(edition: Opened, feed: Path) -> list[str] | None:
    """Return the faults of the feed, or None if it does not list the edition."""
    from lxml import etree

    try:
        xml = feed.read_bytes()
        tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, OSError) as error:
        return [f"cannot read it: {error}"]
    for item in tree.iterfind(".//item"):
        enclosure = item.find("enclosure")
        if enclosure is None or unquote(urlsplit(enclosure.get("url", "")).path).rpartition("/")[2] != edition.mp3.name:
            continue
        faults = []
        if enclosure.get("length") != str(len(edition.data)):
            faults.append(f"length is {enclosure.get('length')}")
        if enclosure.get("type") != MEDIA_TYPE:
            faults.append(f"type is {enclosure.get('type')}")
        duration = item.findtext("{http://www.itunes.com/dtds/podcast-1.0.dtd}duration", "")
        if abs(_clock_s(duration) - edition.sound.duration_s) > DURATION_TOLERANCE_S:
            faults.append(f"duration is {duration}")
        return faults + feed_faults(xml)
    return None


def _clock_s(text: str) -> float:
    """Parse seconds, or hours, minutes and seconds with colons. Return -1 for anything else."""
    try:
        return sum(float(part) * 60.0**power for power, part in enumerate(reversed(text.split(":"))))
    except ValueError:
        return -1.0
