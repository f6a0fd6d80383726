"""Asking an OAuth 2.0 token endpoint (RFC 6749) for an access token.

A grant is one function that gives the body of the request; `fetch_token` adds the client's
authentication, sends it and reads the reply. Authlib's parts that do no I/O prepare, aiohttp
carries. Asking for a token changes nothing, so every trouble on the way is Unavailable.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import aiohttp
from authlib.oauth2 import ClientAuth  # type: ignore[import-untyped]  # authlib has no types
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_token_request,
)

from bot.domain.agent import AgentError, NotSignedIn, Unavailable
from bot.identity.claims import read_claims
from bot.identity.tokens import AccessToken

ClientAuthMethod = Literal["client_secret_basic", "client_secret_post", "none"]

# RFC 6749 leaves out how long a token lives when `expires_in` is missing: then a short time.
UNSTATED_LIFE = timedelta(minutes=5)
LONGEST_LIFE = timedelta(days=365)
LARGEST_BODY = 1024 * 1024
LONGEST_DETAIL = 500
LONGEST_RETRY_AFTER = timedelta(hours=1)
_FORM = "application/x-www-form-urlencoded"
_SENDABLE = re.compile(r"[\x21-\x7e]+")  # what an Authorization header can carry
_TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)

# RFC 6749 section 5.2, with the settings that cause each.
_ADVICE = {
    "invalid_client": "The identity domain does not know this client, or its secret is wrong: "
    "check FUSION_CLIENT_ID, FUSION_CLIENT_SECRET and FUSION_CLIENT_AUTH.",
    "invalid_scope": "The identity domain does not give this scope to this client: check "
    "FUSION_SCOPE, which ends in a slash, and the client's allowed resources.",
    "unauthorized_client": "The client is not allowed to use this grant: check FUSION_GRANT and "
    "the client's allowed grant types.",
    "unsupported_grant_type": "The token endpoint does not offer this grant: check FUSION_GRANT.",
    "invalid_grant": "The identity domain did not accept the credentials of this grant: check "
    "FUSION_GRANT and what belongs to it.",
    "invalid_request": "The token endpoint did not understand the request: check FUSION_GRANT, "
    "FUSION_SCOPE and FUSION_CLIENT_AUTH.",
}


class TokenRefused(NotSignedIn):
    """The identity domain gave no access token; `detail` names the setting to look at.

    `error` is OAuth's own code (RFC 6749 section 5.2), "" where there was none.
    """

    def __init__(self, detail: str, *, error: str = "") -> None:
        super().__init__(detail)
        self.error = error


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where tokens are asked for, and as which client."""

    url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    client_auth: ClientAuthMethod = "client_secret_basic"


def client_credentials(scope: str) -> str:
    """The body for the client's own identity (RFC 6749 section 4.4.2): no user stands behind it."""
    body: str = prepare_token_request("client_credentials", scope=scope)
    return body


def build_token_request(endpoint: TokenEndpoint, body: str) -> tuple[str, dict[str, str], str]:
    """URL, headers and body of the request, with the client's authentication.

    As Authlib and Oracle's samples do, client_secret_basic joins id and secret as they are, without
    the form-encoding of RFC 6749 section 2.3.1; they differ only for characters that identity
    domains do not generate. A secret beyond Latin-1 cannot be sent so: raises TokenRefused.
    """
    auth = ClientAuth(endpoint.client_id, endpoint.client_secret, endpoint.client_auth)
    headers = {"Content-Type": _FORM, "Accept": "application/json"}
    try:
        url, headers, body = auth.prepare("POST", endpoint.url, headers, body)
    except UnicodeEncodeError:
        raise TokenRefused(
            "FUSION_CLIENT_ID or FUSION_CLIENT_SECRET has characters that client_secret_basic "
            "cannot carry: use FUSION_CLIENT_AUTH=client_secret_post."
        ) from None  # the cause holds the secret
    return url, headers, body


async def fetch_token(
    session: aiohttp.ClientSession,
    endpoint: TokenEndpoint,
    body: str,
    *,
    clock: Callable[[], datetime],
    timeout: timedelta = timedelta(seconds=20),
) -> AccessToken:
    """Ask for an access token. Raises TokenRefused or Unavailable; no secret is in either."""
    url, headers, form = build_token_request(endpoint, body)
    asked_at = clock()
    try:
        async with session.post(
            url,
            data=form.encode(),
            headers=headers,
            allow_redirects=False,
            raise_for_status=False,
            timeout=aiohttp.ClientTimeout(total=timeout.total_seconds()),
        ) as response:
            # A cookie would make the next request this one's session.
            session.cookie_jar.clear()
            status, replied, text = response.status, response.headers, await _read_text(response)
    except _TROUBLE as trouble:
        raise Unavailable(
            f"The token endpoint (FUSION_TOKEN_URL) cannot be reached: {type(trouble).__name__}."
        ) from None  # the cause may hold the request's headers
    if 200 <= status < 300:
        return read_token(text, asked_at)
    raise read_refusal(status, replied, text, secrets=(endpoint.client_secret,))


async def _read_text(response: aiohttp.ClientResponse) -> str:
    """The body as text, at most LARGEST_BODY bytes of it."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_BODY:
            response.close()
            break
    return body[:LARGEST_BODY].decode("utf-8", "replace")


def read_token(text: str, now: datetime) -> AccessToken:
    """Read a successful reply (RFC 6749 section 5.1). Raises TokenRefused where it is none."""
    reply = _read_object(text)
    value = reply.get("access_token")
    if not isinstance(value, str) or not _SENDABLE.fullmatch(value):
        raise TokenRefused(
            "The reply holds no access token: check that FUSION_TOKEN_URL is the identity "
            "domain's /oauth2/v1/token."
        )
    kind = reply.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenRefused("The access token is not a bearer token: check FUSION_TOKEN_URL.")
    scope = reply.get("scope")
    return AccessToken(
        value=value,
        expires_at=_read_expiry(reply.get("expires_in"), value, now),
        scope=scope if isinstance(scope, str) else "",
    )


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


def read_refusal(
    status: int, headers: Mapping[str, str], text: str, *, secrets: tuple[str, ...] = ()
) -> AgentError:
    """The error that another reply stands for; never raises it. `secrets` are cut from its text."""
    if status in {408, 429} or status >= 500:
        return Unavailable(
            f"The token endpoint (FUSION_TOKEN_URL) is not available: HTTP status {status}.",
            retry_after=_read_retry_after(headers),
        )
    reply = _read_object(text)
    error = reply.get("error")
    if not isinstance(error, str) or not error:
        kind = "a web page" if text.lstrip().startswith("<") else "no OAuth reply"
        return TokenRefused(
            f"The token endpoint replied with HTTP status {status} and {kind}: check "
            "FUSION_TOKEN_URL, which is the identity domain's /oauth2/v1/token."
        )
    advice = _ADVICE.get(error, "The identity domain refused to give an access token.")
    description = reply.get("error_description")
    said = f"{error}: {description}" if isinstance(description, str) and description else error
    for secret in filter(None, secrets):
        said = said.replace(secret, "•••")
    return TokenRefused(f"{advice} It says: {said[:LONGEST_DETAIL]}", error=error)


def _read_object(text: str) -> dict[str, Any]:
    try:
        reply = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return reply if isinstance(reply, dict) else {}


def _read_retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After (RFC 9110 section 10.2.3), seconds or a date beside the reply's own Date."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), LONGEST_RETRY_AFTER)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST_RETRY_AFTER)
