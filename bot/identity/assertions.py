"""Assertions that the bot signs (RFC 7521, RFC 7523): who a person is, and who the client is.

Each is a JSON Web Token with a fresh `jti`, signed with RS256, which lives for five minutes. The
header names the key as the identity domain knows it: by the alias under which the certificate was
imported (`kid`), or by the certificate's fingerprints (`x5t`, `x5t#S256`; RFC 7515 section 4.1).
"""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from joserfc import jwt
from joserfc.jwk import RSAKey

ASSERTION_LIFE = timedelta(minutes=5)
SMALLEST_KEY = 2048  # bits; RFC 7518 section 3.3
_ALGORITHM = "RS256"


class WrongKey(ValueError):
    """The signing key or its certificate cannot be used; says which setting to look at."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs assertions, and the names by which the identity domain knows it.

    `kid` is set, or both fingerprints are. `expires_at` is the certificate's end, if there is one.
    """

    key: RSAKey = field(repr=False, compare=False)
    kid: str = ""
    x5t: str = ""
    x5t_s256: str = ""
    expires_at: datetime | None = None

    @property
    def header(self) -> dict[str, Any]:
        """The JOSE header of what this key signs."""
        named = {"kid": self.kid} if self.kid else {"x5t": self.x5t, "x5t#S256": self.x5t_s256}
        return {"alg": _ALGORITHM, "typ": "JWT", **named}


def read_signing_key(
    private_key: bytes, *, key_id: str = "", certificate: bytes | None = None, now: datetime
) -> SigningKey:
    """The key of FUSION_PRIVATE_KEY_FILE, in PEM without a passphrase, with its name.

    FUSION_KEY_ID names it where it is given; else the certificate of FUSION_CERTIFICATE_FILE, in
    PEM, of which a chain's first is taken. A certificate that is given must belong to the key and
    be valid at `now`. Raises WrongKey, in which nothing of the key is.
    """
    key = _read_private_key(private_key)
    if certificate is None:
        if not key_id:
            raise WrongKey(
                "The signing key has no name: set FUSION_KEY_ID to the alias under which its "
                "certificate was imported, or FUSION_CERTIFICATE_FILE to that certificate."
            )
        return SigningKey(RSAKey.import_key(key), kid=key_id)
    read = _read_certificate(certificate)
    _check_certificate(read, key, now)
    return SigningKey(
        RSAKey.import_key(key),
        kid=key_id,
        x5t=_base64url(read.fingerprint(hashes.SHA1())),  # noqa: S303 - RFC 7515 wants it
        x5t_s256=_base64url(read.fingerprint(hashes.SHA256())),
        expires_at=read.not_valid_after_utc,
    )


def build_user_assertion(
    key: SigningKey,
    *,
    issuer: str,
    audience: tuple[str, ...],
    user_name: str,
    tenant: str | None,
    now: datetime,
    lifetime: timedelta = ASSERTION_LIFE,
) -> str:
    """A signed assertion that asks for a token of this user (RFC 7523 section 2.1), to use once.

    `issuer` is the client's id at an identity domain, `tenant` the domain's name (idcs-…) where it
    asks for that. The user stands in `sub` and in Oracle's `prn`.
    """
    claims = _claims(issuer, user_name, audience, now, lifetime) | {"prn": user_name}
    if tenant:
        claims["user.tenant.name"] = tenant
    return _sign(key, claims)


def build_client_assertion(
    key: SigningKey,
    *,
    client_id: str,
    audience: tuple[str, ...],
    now: datetime,
    lifetime: timedelta = ASSERTION_LIFE,
) -> str:
    """A signed assertion that the client is who it says (RFC 7523 section 2.2), to use once."""
    return _sign(key, _claims(client_id, client_id, audience, now, lifetime))


def _claims(
    issuer: str, subject: str, audience: tuple[str, ...], now: datetime, lifetime: timedelta
) -> dict[str, Any]:
    issued_at = int(now.timestamp())
    return {
        "iss": issuer,
        "sub": subject,
        # Some servers want one audience as a string (RFC 7519 section 4.1.3).
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "iat": issued_at,
        "exp": issued_at + int(lifetime.total_seconds()),
        "jti": secrets.token_urlsafe(24),
    }


def _sign(key: SigningKey, claims: dict[str, Any]) -> str:
    return jwt.encode(key.header, claims, key.key, algorithms=[_ALGORITHM])


def _read_private_key(pem: bytes) -> RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except TypeError:  # what cryptography raises for a missing passphrase
        raise WrongKey(
            "FUSION_PRIVATE_KEY_FILE has a passphrase: give a key without one, in a file that only "
            "the bot can read."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise WrongKey("FUSION_PRIVATE_KEY_FILE holds no private key in PEM.") from None
    if not isinstance(key, RSAPrivateKey):
        raise WrongKey("FUSION_PRIVATE_KEY_FILE is no RSA key: identity domains take RS256 alone.")
    if key.key_size < SMALLEST_KEY:
        raise WrongKey(
            f"FUSION_PRIVATE_KEY_FILE has {key.key_size} bits: at least {SMALLEST_KEY} are needed."
        )
    return key


def _read_certificate(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise WrongKey("FUSION_CERTIFICATE_FILE holds no certificate in PEM.") from None


def _check_certificate(certificate: x509.Certificate, key: RSAPrivateKey, now: datetime) -> None:
    try:
        belongs = certificate.public_key() == key.public_key()
    except (ValueError, UnsupportedAlgorithm):
        belongs = False
    if not belongs:
        raise WrongKey(
            "FUSION_CERTIFICATE_FILE belongs to another key than FUSION_PRIVATE_KEY_FILE."
        )
    if now >= certificate.not_valid_after_utc:
        raise WrongKey(
            f"FUSION_CERTIFICATE_FILE expired on {certificate.not_valid_after_utc:%Y-%m-%d}: make "
            "a new certificate and import it into the identity domain."
        )
    if now < certificate.not_valid_before_utc:
        raise WrongKey(
            f"FUSION_CERTIFICATE_FILE is valid from {certificate.not_valid_before_utc:%Y-%m-%d} "
            "on only: check it, and the clock of this machine."
        )


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
