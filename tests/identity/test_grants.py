"""Asking a token endpoint."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, strategies as st
from multidict import CIMultiDict

from bot.domain.agent import AgentError, NotSignedIn, Unavailable
from bot.identity.grants import (
    LARGEST_BODY,
    LONGEST_LIFE,
    UNSTATED_LIFE,
    ClientAuthMethod,
    TokenEndpoint,
    TokenRefused,
    build_token_request,
    client_credentials,
    fetch_token,
    read_refusal,
    read_token,
)
from bot.identity.tokens import AccessToken

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
SCOPE = "urn:opc:resource:fusion:pod:fusion-ai/"
SECRET = "s3cret-value"
GIVEN = {"access_token": "abc", "token_type": "Bearer", "expires_in": 3600, "scope": SCOPE}
PAGE = "<!DOCTYPE html><html><title>Sign In</title></html>"


@asynccontextmanager
async def domain(
    status: int, body: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[str, list[tuple[str, CIMultiDict[str]]]]]:
    """An identity domain that always replies so; yields its token URL and what it was asked."""
    asked: list[tuple[str, CIMultiDict[str]]] = []

    async def token(request: web.Request) -> web.Response:
        asked.append((await request.text(), CIMultiDict(request.headers)))
        return web.Response(status=status, text=body, headers=headers)

    app = web.Application()
    app.router.add_post("/oauth2/v1/token", token)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/oauth2/v1/token", asked
    finally:
        await runner.cleanup()


async def ask(url: str, auth: ClientAuthMethod = "client_secret_basic") -> AccessToken:
    async with aiohttp.ClientSession() as session:
        return await fetch_token(
            session,
            TokenEndpoint(url, "client-1", SECRET, auth),
            client_credentials(SCOPE),
            clock=lambda: NOW,
            timeout=timedelta(seconds=5),
        )


async def test_a_token_is_asked_for_and_read() -> None:
    async with domain(200, json.dumps(GIVEN)) as (url, asked):
        assert await ask(url) == AccessToken("abc", NOW + timedelta(hours=1), SCOPE)
    ((body, headers),) = asked
    assert parse_qs(body) == {"grant_type": ["client_credentials"], "scope": [SCOPE]}
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    basic = headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic) == f"client-1:{SECRET}".encode()


@pytest.mark.parametrize(
    ("auth", "sent"),
    [
        ("client_secret_post", {"client_id": ["client-1"], "client_secret": [SECRET]}),
        ("none", {"client_id": ["client-1"]}),
    ],
)
async def test_the_client_can_name_itself_in_the_body(
    auth: ClientAuthMethod, sent: dict[str, list[str]]
) -> None:
    async with domain(200, json.dumps(GIVEN)) as (url, asked):
        await ask(url, auth)
    ((body, headers),) = asked
    assert parse_qs(body) == {"grant_type": ["client_credentials"], "scope": [SCOPE]} | sent
    assert "Authorization" not in headers


def test_a_secret_that_basic_cannot_carry_is_refused_without_showing_it() -> None:
    endpoint = TokenEndpoint("http://x.example", "id", "päss€word")
    with pytest.raises(TokenRefused, match="client_secret_post") as refused:
        build_token_request(endpoint, "a=b")
    assert refused.value.__cause__ is None
    assert "€" not in str(refused.value)
    posted = TokenEndpoint("http://x.example", "id", "päss€word&", "client_secret_post")
    assert parse_qs(build_token_request(posted, "a=b")[2])["client_secret"] == ["päss€word&"]


def test_an_endpoint_does_not_show_its_secret() -> None:
    assert SECRET not in repr(TokenEndpoint("u", "id", SECRET))


@pytest.mark.parametrize(
    ("error", "settings"),
    [
        ("invalid_client", ["FUSION_CLIENT_ID", "FUSION_CLIENT_SECRET"]),
        ("invalid_scope", ["FUSION_SCOPE"]),
        ("unauthorized_client", ["FUSION_GRANT"]),
        ("unsupported_grant_type", ["FUSION_GRANT"]),
        ("invalid_request", ["FUSION_GRANT", "FUSION_SCOPE"]),
        ("something_new", ["something_new"]),
    ],
)
async def test_a_refusal_names_the_settings_to_look_at(error: str, settings: list[str]) -> None:
    said = json.dumps({"error": error, "error_description": f"Bad {SECRET} here"})
    async with domain(401, said) as (url, _):
        with pytest.raises(TokenRefused) as refused:
            await ask(url)
    assert isinstance(refused.value, NotSignedIn)
    assert refused.value.error == error
    for setting in settings:
        assert setting in refused.value.detail
    assert SECRET not in str(refused.value)
    assert "Bad ••• here" in refused.value.detail


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, PAGE),
        (200, ""),
        (200, "[]"),
        (200, "{}"),
        (200, "[" * 100_000),
        (200, json.dumps({"access_token": "a\nb"})),
        (200, json.dumps({"access_token": "abc", "token_type": "mac"})),
        (302, ""),
        (400, "{}"),
        (401, PAGE),
        (403, "no"),
        (404, PAGE),
        (200, " " * (LARGEST_BODY + 9) + json.dumps(GIVEN)),
    ],
)
async def test_what_is_no_oauth_reply_names_the_token_url(status: int, body: str) -> None:
    async with domain(status, body) as (url, _):
        with pytest.raises(TokenRefused, match="FUSION_TOKEN_URL"):
            await ask(url)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_an_endpoint_in_trouble_is_unavailable(status: int) -> None:
    async with domain(status, PAGE, {"Retry-After": "9"}) as (url, _):
        with pytest.raises(Unavailable, match="FUSION_TOKEN_URL") as unavailable:
            await ask(url)
    assert unavailable.value.retry_after == timedelta(seconds=9)


def test_a_date_to_come_again_is_read_beside_the_replys_own_date() -> None:
    dates = {
        "Date": "Fri, 31 Jul 2026 08:00:00 GMT",
        "Retry-After": "Fri, 31 Jul 2026 08:00:30 GMT",
    }
    unavailable = read_refusal(503, CIMultiDict(dates), "")
    assert isinstance(unavailable, Unavailable)
    assert unavailable.retry_after == timedelta(seconds=30)


async def test_an_endpoint_that_is_not_there_is_unavailable() -> None:
    async with domain(200, "") as (url, _):
        pass
    with pytest.raises(Unavailable, match="FUSION_TOKEN_URL"):
        await ask(url)


async def test_no_cookie_is_kept_for_the_next_request() -> None:
    async with domain(200, json.dumps(GIVEN), {"Set-Cookie": "s=1"}) as (url, asked):
        endpoint = TokenEndpoint(url.replace("127.0.0.1", "localhost"), "id")
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                await fetch_token(session, endpoint, "a=b", clock=lambda: NOW)
    assert [("Cookie" in headers) for _, headers in asked] == [False, False]


def jwt_until(exp: float) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"exp": exp}).encode()).rstrip(b"=").decode()
    return f"e30.{body}.sig"


@pytest.mark.parametrize(
    ("token", "expires_in", "life"),
    [
        ("abc", 3600, timedelta(hours=1)),
        ("abc", "3600", timedelta(hours=1)),
        ("abc", 90.5, timedelta(seconds=90.5)),
        ("abc", None, UNSTATED_LIFE),
        ("abc", True, UNSTATED_LIFE),
        ("abc", -5, UNSTATED_LIFE),
        ("abc", 1e-9, UNSTATED_LIFE),
        ("abc", "soon", UNSTATED_LIFE),
        ("abc", float("nan"), UNSTATED_LIFE),
        ("abc", float("inf"), LONGEST_LIFE),
        ("abc", 10**400, LONGEST_LIFE),
        (jwt_until(NOW.timestamp() + 600), None, timedelta(minutes=10)),
        (jwt_until(NOW.timestamp() - 600), None, UNSTATED_LIFE),
    ],
)
def test_a_token_lives_as_long_as_the_reply_says(
    token: str, expires_in: Any, life: timedelta
) -> None:
    reply = json.dumps({"access_token": token, "expires_in": expires_in})
    assert read_token(reply, NOW) == AccessToken(token, NOW + life)


@given(st.integers(300, 599), st.text(), st.text(), st.text())
def test_any_refusal_is_an_error_of_ours(status: int, body: str, after: str, date: str) -> None:
    headers = CIMultiDict({"Retry-After": after, "Date": date})
    error = read_refusal(status, headers, body)
    assert isinstance(error, AgentError)
    assert error.detail


@given(
    st.dictionaries(
        st.sampled_from(["access_token", "token_type", "expires_in", "scope", "error"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("Bearer"),
    )
)
def test_any_reply_is_a_token_or_a_refusal(reply: dict[str, Any]) -> None:
    try:
        token = read_token(json.dumps(reply), NOW)
    except TokenRefused:
        return
    assert token.expires_at > NOW
