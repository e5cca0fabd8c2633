"""Sign an MP3 with Content Credentials: a C2PA manifest, signed with the publisher's certificate."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from narrate.delivery.tags import SOURCE_TYPE
from narrate.errors import DeliveryError

INSTALL_HINT: Final = "Run: pip install 'narrate-edition[c2pa]'"
MEDIA_TYPE: Final = "audio/mpeg"
ALGORITHM: Final = "es256"
VALID_STATES: Final = ("Valid", "Trusted")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The certificate and the key that a publisher signs with."""

    certificate: Path
    """PEM file: the leaf and the chain above it. ECDSA on P-256, with an extended key usage that C2PA allows."""
    key: Path
    """PEM file: its private key."""


def sign_mp3(path: Path, final: Path, credentials: Credentials, *, title: str) -> str:
    """Sign an MP3 in place, and return ``Valid`` or ``Trusted``. Nothing may change the file afterwards.

    The first action of the manifest is ``c2pa.created`` with IPTC's source type for media that an algorithm made (C2PA
    2.1, sections 18.15 and 18.16). Raises ``DeliveryError``, which names ``final``, if the extra ``c2pa`` is not
    installed, the certificate or the key is refused, the signature does not validate, or a frame of the tag would be
    lost. The file is then unchanged.
    """
    if find_spec("c2pa") is None:
        raise DeliveryError(f"Cannot sign {final}: c2pa-python is not installed. {INSTALL_HINT}")
    import c2pa

    signed = path.with_name(f"{path.stem}{secrets.token_hex(4)}.part")  # staging removes files of this form
    try:
        info = c2pa.C2paSignerInfo(ALGORITHM, credentials.certificate.read_bytes(), credentials.key.read_bytes(), None)
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(_claim(title)) as builder,
            path.open("rb") as source,
            signed.open("w+b") as target,
        ):
            builder.sign(signer, MEDIA_TYPE, source, target)
        state = _state(signed)
        _check_frames(path, signed, final)
        if state not in VALID_STATES:
            raise DeliveryError(f"Cannot sign {final}: the signature is not valid ({state}). Check the certificate.")
        signed.replace(path)
    except OSError as error:
        raise DeliveryError(f"Cannot sign {final}: {error.filename or ''} {error.strerror or error}.") from error
    except c2pa.C2paError as error:
        raise DeliveryError(f"Cannot sign {final} with {credentials.certificate}: {error}.") from error
    finally:
        signed.unlink(missing_ok=True)
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
    """Check that the library, which rewrites the tag, has kept every frame of it."""
    from mutagen.id3 import ID3

    kept = ID3(after)
    lost = [name for name, frame in ID3(before).items() if repr(kept.get(name)) != repr(frame)]
    if lost:
        raise DeliveryError(f"Cannot sign {final}: these frames of its tag would be lost: {', '.join(lost)}.")
