"""The token endpoint of the emulated identity domain (RFC 6749), and the tokens it gave.

One function for each grant, see GRANTS. Access tokens are real signed JWTs, but what counts is
the list of those given: one that is not on it is not valid.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl, unquote_plus
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://identity.oraclecloud.com/"
FORM = "application/x-www-form-urlencoded"


class TokenRefused(Exception):
    """No token is given: HTTP status, OAuth error code and description (RFC 6749 section 5.2)."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom a token is given; `kind` is "client" or "user"."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Client:
    """The client that may ask for tokens."""

    id: str
    secret: str
    scope: str


Grant = Callable[[Client, Mapping[str, str]], Subject]


def client_credentials(client: Client, form: Mapping[str, str]) -> Subject:
    """The client itself (RFC 6749 section 4.4)."""
    del form
    return Subject(client.id, "client")


GRANTS: dict[str, Grant] = {"client_credentials": client_credentials}


class Tokens:
    """Gives tokens and knows them again. `life` is in seconds; `now` gives aware UTC."""

    def __init__(
        self, client: Client, audience: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self.life = 3600
        self._client = client
        self._audience = audience
        self._now = now
        self._given: dict[str, tuple[Subject, datetime]] = {}

    def give(self, authorization: str, content_type: str, body: str) -> dict[str, Any]:
        """Answer a token request; returns the JSON reply. Raises TokenRefused."""
        if content_type != FORM:
            raise TokenRefused(400, "invalid_request", f"The body must be {FORM}.")
        form = _read_form(body)
        self._check_client(authorization)
        grant = GRANTS.get(form.get("grant_type", ""))
        if grant is None:
            raise TokenRefused(400, "unsupported_grant_type", "This grant is not offered here.")
        if form.get("scope") != self._client.scope:
            raise TokenRefused(400, "invalid_scope", "This scope is not given to this client.")
        return {
            "access_token": self._new_token(grant(self._client, form)),
            "token_type": "Bearer",
            "expires_in": self.life,
        }

    def user(self, authorization: str) -> str | None:
        """The subject of a bearer token; None where it is none of ours, expired or revoked."""
        scheme, _, token = authorization.partition(" ")
        subject, ends = self._given.get(token.strip(), (None, None))
        if scheme.lower() != "bearer" or subject is None or ends is None or self._now() >= ends:
            return None
        return subject.name

    def revoke_all(self) -> None:
        """None of the tokens given so far is valid any more."""
        self._given.clear()

    def _check_client(self, authorization: str) -> None:
        """Basic authentication alone; the parts may be form-encoded (RFC 6749 section 2.3.1)."""
        known = f"{self._client.id}:{self._client.secret}"
        given = _basic(authorization)
        plain = ":".join(map(unquote_plus, given.split(":", 1)))
        if not any(compare_digest(each.encode(), known.encode()) for each in (given, plain)):
            raise TokenRefused(401, "invalid_client", "Client authentication failed.")

    def _new_token(self, subject: Subject) -> str:
        now = self._now()
        ends = now + timedelta(seconds=self.life)
        key = signing_key()
        claims = {
            "iss": ISSUER,
            "sub": subject.name,
            "sub_type": subject.kind,
            "client_id": self._client.id,
            "aud": [self._audience()],
            "iat": int(now.timestamp()),
            "exp": int(ends.timestamp()),
            "jti": uuid4().hex,
            "scope": self._client.scope,
        }
        token = jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.kid}, claims, key)
        self._given[token] = (subject, ends)
        return token


@cache
def signing_key() -> RSAKey:
    """The key of the identity domain, made when it is first needed and once for all servers."""
    return RSAKey.generate_key(2048, private=True, auto_kid=True)


def _read_form(body: str) -> dict[str, str]:
    pairs = parse_qsl(body, keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise TokenRefused(400, "invalid_request", "A parameter is given more than once.")
    if "grant_type" not in form:
        raise TokenRefused(400, "invalid_request", "grant_type is missing.")
    return form


def _basic(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
