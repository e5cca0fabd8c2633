"""Make a certificate to test signing with: a test authority and a leaf. No program trusts it."""

from __future__ import annotations

import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from narrate.delivery.signing import INSTALL_HINT
from narrate.errors import DeliveryError
from narrate.storage import write_files

NAME: Final = "Narrate TEST (untrusted)"
VALID_DAYS: Final = 365
FILES: Final = ("authority.pem", "certificate.pem", "key.pem")


def write_test_certificate(folder: Path) -> tuple[Path, ...]:
    """Write ``authority.pem``, ``certificate.pem`` (leaf and authority) and ``key.pem``. Return their paths.

    The keys are ECDSA on P-256. The leaf has the extended key usage emailProtection, which C2PA requires. The key of
    the authority is not kept. Raises ``DeliveryError`` if the extra ``c2pa`` is not installed, or a file exists.
    """
    if find_spec("cryptography") is None:
        raise DeliveryError(f"Cannot make a certificate: cryptography is not installed. {INSTALL_HINT}")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    paths = tuple(folder / name for name in FILES)
    for path in paths:
        if path.exists():
            raise DeliveryError(f"Cannot write {path}: the file exists. Choose another folder.")
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate(f"{NAME} authority", f"{NAME} authority", authority_key, authority_key, is_authority=True)
    leaf = _certificate(f"{NAME} publisher", f"{NAME} authority", key, authority_key, is_authority=False)
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
        return x509.Name(
            [x509.NameAttribute(NameOID.ORGANIZATION_NAME, NAME), x509.NameAttribute(NameOID.COMMON_NAME, name)]
        )

    now = datetime.datetime.now(datetime.UTC)
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
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(signed_by, hashes.SHA256())
