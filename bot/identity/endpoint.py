"""The token endpoint, and how the client proves there who it is (RFC 6749 section 2.3).

The same proof serves beside it, where a device's sign-in begins and where tokens are revoked.
Asking changes nothing, so every trouble on the way is Unavailable.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import aiohttp
from authlib.common.urls import add_params_to_qs  # type: ignore[import-untyped]  # has no types
from authlib.oauth2 import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc7523.client import ASSERTION_TYPE  # type: ignore[import-untyped]

from bot.domain.agent import Unavailable
from bot.identity.assertions import SigningKey, build_client_assertion
from bot.identity.grant_types import DEFAULT_AUDIENCE
from bot.identity.refusals import TokenRefused

ClientAuthMethod = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]

LARGEST_BODY = 1024 * 1024
TIMEOUT = timedelta(seconds=20)
_FORM = "application/x-www-form-urlencoded"
_TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where tokens are asked for, and as which client.

    `signing_key` is for private_key_jwt, and `assertion_audience` the `aud` of what it signs.
    """

    url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    client_auth: ClientAuthMethod = "client_secret_basic"
    signing_key: SigningKey | None = field(default=None, repr=False)
    assertion_audience: tuple[str, ...] = DEFAULT_AUDIENCE

    @property
    def secrets(self) -> tuple[str, ...]:
        """The client's secret in every spelling that a request may hold; to be cut from texts."""
        if not self.client_secret:
            return ()
        pair = f"{self.client_id}:{self.client_secret}".encode("latin-1", "replace")
        return self.client_secret, base64.b64encode(pair).decode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint replied. `text` may hold tokens; `at` is when it came, by our clock."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    at: datetime

    @property
    def is_good(self) -> bool:
        """Whether the request was granted."""
        return 200 <= self.status < 300


def build_token_request(
    endpoint: TokenEndpoint, body: str, now: datetime, *, url: str = ""
) -> tuple[str, dict[str, str], str]:
    """URL, headers and body of a request to the token endpoint, or to `url`, as the client.

    As Authlib and Oracle's samples do, client_secret_basic joins id and secret as they are, without
    the form-encoding of RFC 6749 section 2.3.1; they differ only for characters that identity
    domains do not generate. A secret beyond Latin-1 cannot be sent so: raises TokenRefused.
    """
    headers = {"Content-Type": _FORM, "Accept": "application/json"}
    url = url or endpoint.url
    if endpoint.client_auth == "private_key_jwt":
        return url, headers, _with_client_assertion(endpoint, body, now)
    auth = ClientAuth(endpoint.client_id, endpoint.client_secret, endpoint.client_auth)
    try:
        url, headers, body = auth.prepare("POST", url, headers, body)
    except UnicodeEncodeError:
        raise TokenRefused(
            "FUSION_CLIENT_ID or FUSION_CLIENT_SECRET has characters that client_secret_basic "
            "cannot carry: use FUSION_CLIENT_AUTH=client_secret_post."
        ) from None  # the cause holds the secret
    return url, headers, body


def _with_client_assertion(endpoint: TokenEndpoint, body: str, now: datetime) -> str:
    """The body with a fresh client assertion (RFC 7523 section 2.2)."""
    if endpoint.signing_key is None:
        raise TokenRefused(
            "There is no key for FUSION_CLIENT_AUTH=private_key_jwt: set FUSION_PRIVATE_KEY_FILE."
        )
    assertion = build_client_assertion(
        endpoint.signing_key,
        client_id=endpoint.client_id,
        audience=endpoint.assertion_audience,
        now=now,
    )
    proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]
    with_proof: str = add_params_to_qs(body, proof)
    return with_proof


async def post_form(
    session: aiohttp.ClientSession,
    request: tuple[str, dict[str, str], str],
    *,
    setting: str,
    clock: Callable[[], datetime],
    timeout: timedelta = TIMEOUT,
) -> Reply:
    """Send a request of `build_token_request`; `setting` names where its URL is from.

    Raises Unavailable where no reply came; neither a redirect nor a cookie is followed or kept.
    """
    url, headers, form = request
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
            text = await _read_text(response)
            return Reply(response.status, response.headers, text, clock())
    except _TROUBLE as trouble:
        raise Unavailable(
            f"The identity domain ({setting}) cannot be reached: {type(trouble).__name__}."
        ) from None  # the cause may hold the request's headers


async def _read_text(response: aiohttp.ClientResponse) -> str:
    """The body as text, at most LARGEST_BODY bytes of it."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_BODY:
            response.close()
            break
    return body[:LARGEST_BODY].decode("utf-8", "replace")
