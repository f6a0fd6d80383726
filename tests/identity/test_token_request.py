"""Asking a token endpoint, and reading what it replies."""

import base64
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given, strategies as st

from bot.domain.agent import Unavailable
from bot.identity import grants
from bot.identity.endpoint import LARGEST_BODY, TokenEndpoint
from bot.identity.refusals import TokenRefused
from bot.identity.token_request import LONGEST_LIFE, UNSTATED_LIFE, fetch_token, read_token
from bot.identity.tokens import AccessToken
from tests.identity.token_endpoint import NOW, SCOPE, SECRET, clock, domain

GIVEN = {"access_token": "abc", "token_type": "Bearer", "expires_in": 3600, "scope": SCOPE}
PAGE = "<!DOCTYPE html><html><title>Sign In</title></html>"
IN_AN_HOUR = NOW + timedelta(hours=1)


async def ask(url: str, body: str = "") -> AccessToken:
    async with aiohttp.ClientSession() as session:
        return await fetch_token(
            session,
            TokenEndpoint(url, "client-1", SECRET),
            body or grants.client_credentials(SCOPE),
            clock=clock,
            timeout=timedelta(seconds=5),
        )


async def test_a_token_is_asked_for_and_read() -> None:
    async with domain(200, json.dumps(GIVEN)) as there:
        assert await ask(there.url) == AccessToken("abc", IN_AN_HOUR, SCOPE)
    assert there.form == {"grant_type": "client_credentials", "scope": SCOPE}
    headers = there.asked[0].headers
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept"] == "application/json"


async def test_a_refresh_token_that_comes_along_is_kept() -> None:
    async with domain(200, json.dumps(GIVEN | {"refresh_token": "next"})) as there:
        expected = AccessToken("abc", IN_AN_HOUR, SCOPE, "next")
        assert await ask(there.url, grants.authorization_code("c", "u", "v")) == expected
        assert await ask(there.url, grants.refresh_token("old")) == expected


async def test_a_refresh_token_that_is_not_replaced_goes_on_to_serve() -> None:
    async with domain(200, json.dumps(GIVEN)) as there:
        assert (await ask(there.url, grants.refresh_token("o l+d"))).refresh_token == "o l+d"
        assert (await ask(there.url, grants.device_code("d"))).refresh_token is None


@pytest.mark.parametrize("value", [None, "", 7, [], {"a": 1}, True])
def test_what_is_no_refresh_token_is_left_out(value: Any) -> None:
    reply = json.dumps(GIVEN | {"refresh_token": value})
    assert read_token(reply, NOW).refresh_token is None


def test_a_token_shows_neither_itself_nor_its_refresh_token() -> None:
    shown = repr(AccessToken("sec-1", NOW, SCOPE, "sec-2"))
    assert "sec-" not in shown
    assert SCOPE in shown


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
        (400, json.dumps({"error": " "})),
        (400, json.dumps({"error": {"code": 1}})),
        (401, PAGE),
        (403, "no"),
        (404, PAGE),
        (200, " " * (LARGEST_BODY + 9) + json.dumps(GIVEN)),
    ],
)
async def test_what_is_no_oauth_reply_names_the_token_url(status: int, body: str) -> None:
    async with domain(status, body) as there:
        with pytest.raises(TokenRefused, match="FUSION_TOKEN_URL") as refused:
            await ask(there.url)
    assert not refused.value.needs_sign_in


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_an_endpoint_in_trouble_is_unavailable(status: int) -> None:
    async with domain(status, PAGE, {"Retry-After": "9"}) as there:
        with pytest.raises(Unavailable, match="FUSION_TOKEN_URL") as unavailable:
            await ask(there.url)
    assert unavailable.value.retry_after == timedelta(seconds=9)


async def test_an_endpoint_that_is_not_there_is_unavailable() -> None:
    async with domain(200, "") as there:
        pass
    with pytest.raises(Unavailable, match="FUSION_TOKEN_URL") as unavailable:
        await ask(there.url)
    assert unavailable.value.__cause__ is None


@pytest.mark.parametrize("url", ["", "no address", "ftp://x.example/", "http://[/"])
async def test_an_address_that_is_none_is_unavailable(url: str) -> None:
    with pytest.raises(Unavailable, match="FUSION_TOKEN_URL"):
        await ask(url)


async def test_no_cookie_is_kept_for_the_next_request() -> None:
    async with domain(200, json.dumps(GIVEN), {"Set-Cookie": "s=1"}) as there:
        endpoint = TokenEndpoint(there.url.replace("127.0.0.1", "localhost"), "id")
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                await fetch_token(session, endpoint, "a=b", clock=clock)
    assert [("Cookie" in each.headers) for each in there.asked] == [False, False]


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


@given(
    st.dictionaries(
        st.sampled_from(
            ["access_token", "token_type", "expires_in", "scope", "error", "refresh_token"]
        ),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("Bearer"),
    )
)
def test_any_reply_is_a_token_or_a_refusal(reply: dict[str, Any]) -> None:
    try:
        token = read_token(json.dumps(reply), NOW)
    except TokenRefused:
        return
    assert token.expires_at > NOW
