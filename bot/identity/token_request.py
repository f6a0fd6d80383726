"""Asking an OAuth 2.0 token endpoint (RFC 6749) for an access token.

A grant gives the body of the request; here the client's authentication is added, the request sent
and the reply read. Authlib's parts that do no I/O prepare, aiohttp carries.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import aiohttp

from bot.identity.claims import read_claims
from bot.identity.endpoint import TIMEOUT, TokenEndpoint, build_token_request, post_form
from bot.identity.grant_types import GrantType
from bot.identity.refusals import TokenRefused, read_object, read_refusal
from bot.identity.tokens import AccessToken

# RFC 6749 leaves out how long a token lives when `expires_in` is missing: then a short time.
UNSTATED_LIFE = timedelta(minutes=5)
LONGEST_LIFE = timedelta(days=365)
_SENDABLE = re.compile(r"[\x21-\x7e]+")  # what an Authorization header can carry


async def fetch_token(
    session: aiohttp.ClientSession,
    endpoint: TokenEndpoint,
    body: str,
    *,
    clock: Callable[[], datetime],
    timeout: timedelta = TIMEOUT,
) -> AccessToken:
    """Ask for an access token. Raises TokenRefused or Unavailable; no secret is in either.

    A refresh token that is not replaced goes on to serve (RFC 6749 section 6): the token that comes
    back has the one to use next in any case.
    """
    asked_at = clock()
    request = build_token_request(endpoint, body, asked_at)
    reply = await post_form(
        session, request, setting="FUSION_TOKEN_URL", clock=clock, timeout=timeout
    )
    if not reply.is_good:
        raise read_refusal(
            reply.status,
            reply.headers,
            reply.text,
            form=request[2],
            secrets=endpoint.secrets,
            now=reply.at,
        )
    token = read_token(reply.text, asked_at)
    return token if token.refresh_token else replace(token, refresh_token=_kept_refresh_token(body))


def read_token(text: str, now: datetime) -> AccessToken:
    """Read a successful reply (RFC 6749 section 5.1). Raises TokenRefused where it is none."""
    reply = read_object(text)
    value = reply.get("access_token")
    if not isinstance(value, str) or not _SENDABLE.fullmatch(value):
        raise TokenRefused(
            "The reply holds no access token: check that FUSION_TOKEN_URL is the identity "
            "domain's /oauth2/v1/token."
        )
    kind = reply.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenRefused("The access token is not a bearer token: check FUSION_TOKEN_URL.")
    scope, refresh_token = reply.get("scope"), reply.get("refresh_token")
    return AccessToken(
        value=value,
        expires_at=_read_expiry(reply.get("expires_in"), value, now),
        scope=scope if isinstance(scope, str) else "",
        refresh_token=refresh_token if isinstance(refresh_token, str) and refresh_token else None,
    )


def _kept_refresh_token(body: str) -> str | None:
    form = parse_qs(body)
    if form.get("grant_type") != [GrantType.REFRESH_TOKEN]:
        return None
    return form.get("refresh_token", [None])[0]


def _read_expiry(expires_in: Any, token: str, now: datetime) -> datetime:
    """From `expires_in`, else from the token's own claim, else UNSTATED_LIFE."""
    if isinstance(expires_in, str) and expires_in.strip().isdecimal():
        expires_in = int(expires_in.strip()[:9])
    if isinstance(expires_in, (int, float)) and not isinstance(expires_in, bool):
        longest = LONGEST_LIFE.total_seconds()
        if expires_in >= 1:
            return now + timedelta(seconds=min(float(min(expires_in, longest)), longest))
    claims = read_claims(token)
    if claims is not None and claims.expires_at is not None and claims.expires_at > now:
        return min(claims.expires_at, now + LONGEST_LIFE)
    return now + UNSTATED_LIFE
