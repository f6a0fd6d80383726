"""Telling the identity domain that a token is no longer wanted (RFC 7009)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import aiohttp
import structlog
from authlib.oauth2.rfc7009.parameters import (  # type: ignore[import-untyped]  # has no types
    prepare_revoke_token_request,
)

from bot.domain.agent import AgentError, Unavailable
from bot.identity.endpoint import TIMEOUT, TokenEndpoint, build_token_request, post_form
from bot.identity.refusals import read_refusal
from bot.identity.tokens import AccessToken

log = structlog.get_logger(__name__)

TokenHint = Literal["access_token", "refresh_token"]


@dataclass(frozen=True, slots=True)
class Revocation:
    """Whether the domain has taken a token back; if not, why, and whether trying again may help."""

    is_revoked: bool
    detail: str = ""
    may_try_again: bool = False


Revoke = Callable[[str, TokenHint], Awaitable[Revocation]]


async def revoke(
    session: aiohttp.ClientSession,
    endpoint: TokenEndpoint,
    revoke_url: str,
    token: str,
    hint: TokenHint,
    *,
    clock: Callable[[], datetime],
    timeout: timedelta = TIMEOUT,
) -> Revocation:
    """Take a token back, as well as can be: whoever signs out is signed out here in any case.

    A refresh token takes its access tokens with it at most domains. One that the domain does not
    know counts as revoked (section 2.2). No secret is in the result.
    """
    body, _ = prepare_revoke_token_request(token, hint)
    try:
        request = build_token_request(endpoint, body, clock(), url=revoke_url)
        reply = await post_form(
            session, request, setting="the revocation endpoint", clock=clock, timeout=timeout
        )
    except AgentError as trouble:
        return _not_revoked(trouble)
    if reply.is_good:
        return Revocation(is_revoked=True)
    refusal = read_refusal(
        reply.status,
        reply.headers,
        reply.text,
        form=request[2],
        secrets=endpoint.secrets,
        now=reply.at,
        setting="the revocation endpoint",
    )
    return _not_revoked(refusal)


async def take_back(revoke_one: Revoke | None, token: AccessToken) -> None:
    """Have the domain revoke a token and what renews it; nothing where it has no endpoint for that."""
    if revoke_one is None:
        return
    named: list[tuple[str | None, TokenHint]] = [
        (token.refresh_token, "refresh_token"),
        (token.value, "access_token"),
    ]
    for value, hint in named:
        if value is not None:
            revocation = await revoke_one(value, hint)
            if not revocation.is_revoked:
                log.info("not_revoked", token=hint, why=revocation.detail)


def _not_revoked(error: AgentError) -> Revocation:
    return Revocation(
        is_revoked=False, detail=error.detail, may_try_again=isinstance(error, Unavailable)
    )
