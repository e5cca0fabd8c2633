"""Content Credentials: a C2PA manifest in the MP3, signed with the publisher's certificate, that says what made it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from narrate.delivery.tags import SOURCE_TYPE
from narrate.errors import DeliveryError

MEND: Final = "Run: pip install 'narrate-edition[c2pa]'"
MEDIA_TYPE: Final = "audio/mpeg"
ALGORITHM: Final = "es256"
SOUND_STATES: Final = ("Valid", "Trusted")
OWN_FRAME: Final = "GEOB"
"""Where a manifest stands in an ID3 tag."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a publisher signs with."""

    certificate: Path
    """PEM: the leaf, and the chain above it. ECDSA on P-256, with an extended key usage that C2PA allows."""
    key: Path
    """PEM: its private key."""


def sign_mp3(path: Path, final: Path, credentials: Credentials, *, title: str) -> str:
    """Sign the MP3 at ``path`` in place, as the last thing that is done to it, and return the state it validates in.

    The first action of the manifest is ``c2pa.created`` with IPTC's source type for media that an algorithm made (C2PA
    2.1, sections 18.15 and 18.16). Errors call the file ``final``. Raises ``DeliveryError`` if the extra is missing,
    the certificate or the key is refused, the result does not validate, or a frame of the tag was lost; the file
    is then as it was.
    """
    if find_spec("c2pa") is None:
        raise DeliveryError(f"Cannot sign {final}: c2pa-python is not installed. {MEND}")
    import c2pa

    beside = path.with_name(f"{path.stem}{secrets.token_hex(4)}.part")  # of the form that is swept up
    try:
        info = c2pa.C2paSignerInfo(ALGORITHM, credentials.certificate.read_bytes(), credentials.key.read_bytes(), None)
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(_claim(title)) as builder,
            path.open("rb") as source,
            beside.open("w+b") as target,
        ):
            builder.sign(signer, MEDIA_TYPE, source, target)
        state = _state(beside)
        _check_frames(path, beside, final)
        if state not in SOUND_STATES:
            raise DeliveryError(f"The signature of {final} does not validate ({state}): is the certificate in force?")
        beside.replace(path)
    except OSError as error:
        raise DeliveryError(f"Cannot sign {final}: {error.filename or ''} {error.strerror or error}.") from error
    except c2pa.C2paError as error:
        raise DeliveryError(f"Cannot sign {final} with {credentials.certificate}: {error}.") from error
    finally:
        beside.unlink(missing_ok=True)
    return state


def _claim(title: str) -> str:
    created = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPE, "softwareAgent": {"name": "Narrate"}}
    return json.dumps(
        {
            "claim_generator_info": [{"name": "Narrate"}],
            "title": title,
            "format": MEDIA_TYPE,
            "assertions": [{"label": "c2pa.actions", "data": {"actions": [created]}}],
        }
    )


def _state(path: Path) -> str:
    import c2pa

    with path.open("rb") as file, c2pa.Reader(MEDIA_TYPE, file) as reader:
        return str(json.loads(reader.json()).get("validation_state"))


def _check_frames(before: Path, after: Path, final: Path) -> None:
    """The library writes the tag anew: nothing of it may be lost or changed by that."""
    from mutagen.id3 import ID3

    kept, tags = ID3(after), ID3(before)
    lost = [name for name, frame in tags.items() if not _same(kept.get(name), frame)]
    if lost:
        raise DeliveryError(f"Signing {final} would lose these frames of its tag: {', '.join(lost)}.")


def _same(kept: Any, frame: Any) -> bool:
    return kept is not None and repr(kept) == repr(frame)
