"""JSON Web Tokens that clients sign (RFC 7521, 7523): who the client is, and for whom it asks.

As at Oracle: RS256 alone, a key that is registered for the client, one of two audiences, at most
five minutes, and a `jti` that was never seen before.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from bot.playground.identity.keys import RegisteredKey

ISSUER = "https://identity.oraclecloud.com/"
AUDIENCES = frozenset({"oauth.idm.oracle.com", ISSUER})
ASSERTION_LIFE = timedelta(minutes=5)
CLOCK_SKEW = timedelta(seconds=30)
TENANT_CLAIM = "user.tenant.name"


class NotAccepted(Exception):
    """The assertion is not accepted; says why."""


class Assertions:
    """Reads assertions, and remembers the `jti` of each. `now` gives aware UTC."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: set[tuple[str, str]] = set()

    def read(self, assertion: str, keys: Sequence[RegisteredKey], issuer: str) -> dict[str, Any]:
        """The claims of an assertion by this issuer, which is used up by it. Raises NotAccepted."""
        header, _ = read_unverified(assertion)
        key = self._key(header, keys)
        try:
            claims = jwt.decode(assertion, key.key, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as problem:
            raise NotAccepted("The signature of the assertion is wrong.") from problem
        self._check_parties(claims, issuer)
        self._check_times(claims)
        self._check_fresh(claims, issuer)
        return claims

    def _key(self, header: Mapping[str, Any], keys: Sequence[RegisteredKey]) -> RegisteredKey:
        if header.get("alg") != "RS256":
            raise NotAccepted("The assertion must be signed with RS256.")
        if header.get("typ", "JWT") != "JWT":
            raise NotAccepted("The assertion's typ must be JWT.")
        key = next((each for each in keys if each.is_named_by(header)), None)
        if key is None:
            raise NotAccepted("No registered key has this kid, x5t or x5t#S256.")
        if key.ends is not None and self._now() >= key.ends:
            raise NotAccepted("The registered certificate has expired.")
        return key

    def _check_parties(self, claims: Mapping[str, Any], issuer: str) -> None:
        if claims.get("iss") != issuer:
            raise NotAccepted("The assertion's iss is not this client.")
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if not any(isinstance(each, str) and each in AUDIENCES for each in audiences):
            raise NotAccepted(f"The assertion's aud must be one of {', '.join(sorted(AUDIENCES))}.")

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._now().timestamp()
        life, skew = ASSERTION_LIFE.total_seconds(), CLOCK_SKEW.total_seconds()
        issued, ends = _number(claims, "iat"), _number(claims, "exp")
        if ends <= now:
            raise NotAccepted("The assertion has expired: check the clocks.")
        if issued > now + skew:
            raise NotAccepted("The assertion is from the future: check the clocks.")
        if ends - issued > life or now - issued > life:
            raise NotAccepted("The assertion may live for five minutes at most.")
        if "nbf" in claims and _number(claims, "nbf") > now + skew:
            raise NotAccepted("The assertion is not valid yet.")

    def _check_fresh(self, claims: Mapping[str, Any], issuer: str) -> None:
        jti = claims.get("jti")
        if not isinstance(jti, str) or not jti:
            raise NotAccepted("The assertion has no jti.")
        if (issuer, jti) in self._seen:
            raise NotAccepted("The assertion was used before: its jti is known.")
        self._seen.add((issuer, jti))


def read_unverified(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims as they stand there. Raises NotAccepted where it is no signed JWT."""
    parts = assertion.split(".")
    if len(parts) != 3:
        raise NotAccepted("The assertion is no signed JSON Web Token.")
    return _read_part(parts[0]), _read_part(parts[1])


def _read_part(part: str) -> dict[str, Any]:
    try:
        read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError) as problem:
        raise NotAccepted("The assertion is no signed JSON Web Token.") from problem
    if not isinstance(read, dict):
        raise NotAccepted("The assertion is no signed JSON Web Token.")
    return read


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NotAccepted(f"The assertion's {name} is missing or no number.")
    return float(value)
