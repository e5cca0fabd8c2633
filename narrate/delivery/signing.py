"""Sign an MP3 with Content Credentials: a C2PA manifest, signed with the publisher's certificate or one for tests."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from narrate.delivery.tags import SOURCE_TYPE
from narrate.errors import DeliveryError
from narrate.storage import write_files

INSTALL_HINT: Final = "Run: pip install 'narrate-edition[c2pa]'"
MEDIA_TYPE: Final = "audio/mpeg"
TEST_NAME: Final = "Narrate TEST (untrusted)"


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
        info = c2pa.C2paSignerInfo("es256", credentials.certificate.read_bytes(), credentials.key.read_bytes(), None)
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(_claim(title)) as builder,
            path.open("rb") as source,
            signed.open("w+b") as target,
        ):
            builder.sign(signer, MEDIA_TYPE, source, target)
        state = _state(signed)
        _check_frames(path, signed, final)
        if state not in ("Valid", "Trusted"):
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


def write_test_certificate(folder: Path) -> tuple[Path, ...]:
    """Write ``authority.pem``, ``certificate.pem`` (leaf and authority) and ``key.pem``. Return their paths.

    The keys are ECDSA on P-256. The leaf has the extended key usage emailProtection, which C2PA requires. The key of
    the authority is not kept. Raises ``DeliveryError`` if the extra ``c2pa`` is not installed, or a file exists.
    """
    if find_spec("cryptography") is None:
        raise DeliveryError(f"Cannot make a certificate: cryptography is not installed. {INSTALL_HINT}")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    paths = tuple(folder / name for name in ("authority.pem", "certificate.pem", "key.pem"))
    for path in paths:
        if path.exists():
            raise DeliveryError(f"Cannot write {path}: the file exists. Choose another folder.")
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("authority", "authority", authority_key, authority_key, is_authority=True)
    leaf = _certificate("publisher", "authority", key, authority_key, is_authority=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    authority_pem, leaf_pem = (one.public_bytes(pem).decode() for one in (authority, leaf))
    texts = (authority_pem, leaf_pem + authority_pem, private.decode())
    write_files({path: text.encode() for path, text in zip(paths, texts, strict=True)}, mode=0o600)
    return paths


def _certificate(subject: str, issuer: str, key: Any, signed_by: Any, *, is_authority: bool) -> Any:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(name: str) -> x509.Name:
        names = {NameOID.ORGANIZATION_NAME: TEST_NAME, NameOID.COMMON_NAME: f"{TEST_NAME} {name}"}
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in names.items()])

    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(signed_by, hashes.SHA256())
