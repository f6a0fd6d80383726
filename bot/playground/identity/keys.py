"""RSA keys: the domain's own, those of the playground's clients, and those registered for clients."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

_BEGIN_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_SMALLEST_KEY = 2048


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key with its self-signed certificate, all PEM; `kid` is its name at the domain."""

    kid: str
    private_key: bytes = field(repr=False)
    public_key: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A public key that the domain trusts for a client, and the names that a header may use.

    `x5t` and `x5t_s256` are there where a certificate was registered; `ends` is when that expires.
    """

    key: RSAKey
    kid: str = ""
    x5t: str = ""
    x5t_s256: str = ""
    ends: datetime | None = None

    def is_named_by(self, header: Mapping[str, Any]) -> bool:
        """Whether a JOSE header names this key, by kid, x5t or x5t#S256, and contradicts none."""
        names = {"kid": self.kid, "x5t": self.x5t, "x5t#S256": self.x5t_s256}
        given = [name for name in names if name in header]
        return bool(given) and all(names[name] and header[name] == names[name] for name in given)


def read_registered_key(pem: bytes, kid: str = "") -> RegisteredKey:
    """A public key or a certificate in PEM. Raises ValueError for anything else or a weak key."""
    certificate = x509.load_pem_x509_certificate(pem) if _BEGIN_CERTIFICATE in pem else None
    public = (
        serialization.load_pem_public_key(pem) if certificate is None else certificate.public_key()
    )
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size < _SMALLEST_KEY:
        raise ValueError(f"Only RSA keys of at least {_SMALLEST_KEY} bits are registered.")
    key = RSAKey.import_key(_public_pem(public))
    if certificate is None:
        return RegisteredKey(key, kid)
    return RegisteredKey(
        key,
        kid,
        x5t=_base64url(certificate.fingerprint(hashes.SHA1())),  # noqa: S303 - RFC 7517's name
        x5t_s256=_base64url(certificate.fingerprint(hashes.SHA256())),
        ends=certificate.not_valid_after_utc,
    )


def make_key_pair(kid: str, *, life: timedelta = timedelta(days=3650)) -> KeyPair:
    """A new key of 2048 bits with a certificate that began a day ago and lives so long."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kid)])
    began = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + life)
        .sign(private, hashes.SHA256())
    )
    return KeyPair(
        kid,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        _public_pem(private.public_key()),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


@cache
def signing_key() -> RSAKey:
    """The key of the identity domain, made when it is first needed and once for all servers."""
    return RSAKey.generate_key(2048, private=True, auto_kid=True)


@cache
def client_key_pair() -> KeyPair:
    """What the playground's clients sign assertions with; once for all servers."""
    return make_key_pair("playground-key")


@cache
def provider_key_pair() -> KeyPair:
    """What the playground's identity provider signs SAML assertions with."""
    return make_key_pair("playground-identity-provider")


def _public_pem(public: rsa.RSAPublicKey) -> bytes:
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
