"""Signing in on another device (RFC 8628): the bot shows a code, the person types it in a browser."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from bot.identity.endpoint import TIMEOUT, TokenEndpoint, build_token_request, post_form
from bot.identity.grants import device_code as device_code_grant
from bot.identity.refusals import TokenRefused, read_object, read_refusal
from bot.identity.token_request import fetch_token
from bot.identity.tokens import AccessToken

UNSTATED_INTERVAL = timedelta(seconds=5)  # RFC 8628 section 3.2
LONGEST_INTERVAL = timedelta(minutes=1)
SLOWER = timedelta(seconds=5)  # section 3.5
UNSTATED_LIFE = timedelta(minutes=5)
LONGEST_LIFE = timedelta(hours=1)
_LONGEST_CODE = 64
_LONGEST_ADDRESS = 2000
_WRONG_URL = "check that FUSION_DEVICE_URL is the identity domain's /oauth2/v1/device."


@dataclass(frozen=True, slots=True)
class DeviceSignIn:
    """A sign-in that was begun: the person opens `verification_uri` and types `user_code` there.

    `verification_uri_complete` has the code in it already, "" where it was not given.
    `device_code` is a secret; it is asked about every `interval` until `expires_at`.
    """

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    interval: timedelta
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """Nobody has signed in yet: ask again after `interval`, and hand that in then."""

    interval: timedelta


async def start_device(
    session: aiohttp.ClientSession,
    device_url: str,
    endpoint: TokenEndpoint,
    scope: str,
    *,
    clock: Callable[[], datetime],
    timeout: timedelta = TIMEOUT,
) -> DeviceSignIn:
    """Begin a sign-in (section 3.1). Raises TokenRefused or Unavailable; no secret is in either."""
    asked_at = clock()
    form = {"response_type": "device_code", "scope": scope}  # the first is Oracle's wish
    if endpoint.client_auth in {"client_secret_basic", "private_key_jwt"}:
        form["client_id"] = endpoint.client_id  # the other ways put it there themselves
    request = build_token_request(endpoint, urlencode(form), asked_at, url=device_url)
    reply = await post_form(
        session, request, setting="FUSION_DEVICE_URL", clock=clock, timeout=timeout
    )
    if not reply.is_good:
        raise read_refusal(
            reply.status,
            reply.headers,
            reply.text,
            form=request[2],
            secrets=endpoint.secrets,
            now=reply.at,
            setting="FUSION_DEVICE_URL",
        )
    return read_device_sign_in(reply.text, asked_at)


async def poll_device(
    session: aiohttp.ClientSession,
    endpoint: TokenEndpoint,
    device_code: str,
    interval: timedelta,
    *,
    clock: Callable[[], datetime],
    timeout: timedelta = TIMEOUT,
) -> AccessToken | Pending:
    """Ask once whether the person has signed in (section 3.4); `interval` is the one in use.

    Raises TokenRefused, with `needs_sign_in` where the person refused or the code has expired, or
    Unavailable: then ask again later, in twice the time (section 3.5).
    """
    try:
        return await fetch_token(
            session, endpoint, device_code_grant(device_code), clock=clock, timeout=timeout
        )
    except TokenRefused as refused:
        pending = read_pending(refused.error, interval)
        if pending is None:
            raise
        return pending


def read_pending(error: str, interval: timedelta) -> Pending | None:
    """What an error code says of the next question (section 3.5); None means that it is over."""
    if error == "authorization_pending":
        return Pending(interval)
    if error == "slow_down":
        return Pending(interval + SLOWER)
    return None


def read_device_sign_in(text: str, now: datetime) -> DeviceSignIn:
    """Read a reply of the device endpoint (section 3.2). Raises TokenRefused where it is none."""
    reply = read_object(text)
    device_code, user_code = reply.get("device_code"), reply.get("user_code")
    if not isinstance(device_code, str) or not device_code:
        raise TokenRefused(f"The reply holds no device code: {_WRONG_URL}")
    if (
        not isinstance(user_code, str)
        or not 0 < len(user_code) <= _LONGEST_CODE
        or not (user_code.isascii() and user_code.isprintable())
    ):
        raise TokenRefused(f"The reply holds no code that a person could type: {_WRONG_URL}")
    address = _read_address(reply.get("verification_uri"))
    if not address:
        raise TokenRefused(f"The reply holds no address at which to sign in: {_WRONG_URL}")
    return DeviceSignIn(
        device_code=device_code,
        user_code=user_code,
        verification_uri=address,
        verification_uri_complete=_read_address(reply.get("verification_uri_complete")),
        interval=_read_seconds(reply.get("interval"), UNSTATED_INTERVAL, LONGEST_INTERVAL),
        expires_at=now + _read_seconds(reply.get("expires_in"), UNSTATED_LIFE, LONGEST_LIFE),
    )


def _read_address(value: Any) -> str:
    """A web address that can be shown as a link; "" for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    is_plain = value.isascii() and value.isprintable() and not set(value) & set(' "<>|\\')
    return value if is_plain and parts.scheme in {"http", "https"} and parts.hostname else ""


def _read_seconds(value: Any, otherwise: timedelta, longest: timedelta) -> timedelta:
    """Whole or broken seconds, one at least."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        return otherwise
    return timedelta(seconds=max(1.0, float(min(value, longest.total_seconds()))))
