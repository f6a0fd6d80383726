"""Signing in on another device."""

import base64
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given, strategies as st

from bot.domain.agent import Unavailable
from bot.identity.assertions import read_signing_key
from bot.identity.device import (
    LONGEST_INTERVAL,
    LONGEST_LIFE,
    UNSTATED_INTERVAL,
    UNSTATED_LIFE,
    DeviceSignIn,
    Pending,
    poll_device,
    read_device_sign_in,
    start_device,
)
from bot.identity.endpoint import ClientAuthMethod, TokenEndpoint
from bot.identity.refusals import TokenRefused
from bot.identity.tokens import AccessToken
from tests.identity.token_endpoint import NOW, SCOPE, SECRET, clock, domain, private_pem

BEGUN = {
    "device_code": "the-device-code",
    "user_code": "BCDF-GHJK",
    "verification_uri": "https://idcs-1.example/device",
    "verification_uri_complete": "https://idcs-1.example/device?user_code=BCDF-GHJK",
    "interval": 7,
    "expires_in": 300,
}
EXPECTED = DeviceSignIn(
    device_code="the-device-code",
    user_code="BCDF-GHJK",
    verification_uri="https://idcs-1.example/device",
    verification_uri_complete="https://idcs-1.example/device?user_code=BCDF-GHJK",
    interval=timedelta(seconds=7),
    expires_at=NOW + timedelta(minutes=5),
)
KEY = read_signing_key(private_pem(), key_id="alias", now=NOW)
SEVEN = timedelta(seconds=7)


async def start(url: str, auth: ClientAuthMethod = "client_secret_basic") -> DeviceSignIn:
    endpoint = TokenEndpoint("http://elsewhere.example", "client-1", SECRET, auth, signing_key=KEY)
    async with aiohttp.ClientSession() as session:
        return await start_device(session, url, endpoint, SCOPE, clock=clock)


async def poll(url: str) -> AccessToken | Pending:
    endpoint = TokenEndpoint(url, "client-1", SECRET)
    async with aiohttp.ClientSession() as session:
        return await poll_device(session, endpoint, "the-device-code", SEVEN, clock=clock)


@pytest.mark.parametrize(
    ("auth", "proof"),
    [
        ("client_secret_basic", set()),
        ("client_secret_post", {"client_secret"}),
        ("private_key_jwt", {"client_assertion", "client_assertion_type"}),
        ("none", set()),
    ],
)
async def test_a_sign_in_is_begun_by_any_client(auth: ClientAuthMethod, proof: set[str]) -> None:
    async with domain(200, json.dumps(BEGUN)) as there:
        assert await start(there.url, auth) == EXPECTED
    form = there.form
    assert set(form) == {"response_type", "scope", "client_id"} | proof
    assert form["response_type"] == "device_code"
    assert form["scope"] == SCOPE
    assert form["client_id"] == "client-1"
    assert ("Authorization" in there.asked[0].headers) is (auth == "client_secret_basic")


async def test_what_may_be_left_out_gets_the_rfcs_defaults() -> None:
    needed = {
        name: BEGUN[name] for name in ("device_code", "user_code", "verification_uri", "expires_in")
    }
    sign_in = read_device_sign_in(json.dumps(needed), NOW)
    assert sign_in.interval == UNSTATED_INTERVAL
    assert not sign_in.verification_uri_complete


@pytest.mark.parametrize(
    ("seconds", "interval", "life"),
    [
        (None, UNSTATED_INTERVAL, UNSTATED_LIFE),
        ("5", UNSTATED_INTERVAL, UNSTATED_LIFE),
        (True, UNSTATED_INTERVAL, UNSTATED_LIFE),
        (0, UNSTATED_INTERVAL, UNSTATED_LIFE),
        (-1, UNSTATED_INTERVAL, UNSTATED_LIFE),
        (float("nan"), UNSTATED_INTERVAL, UNSTATED_LIFE),
        (0.001, timedelta(seconds=1), timedelta(seconds=1)),
        (2.5, timedelta(seconds=2.5), timedelta(seconds=2.5)),
        (10**400, LONGEST_INTERVAL, LONGEST_LIFE),
        (float("inf"), LONGEST_INTERVAL, LONGEST_LIFE),
    ],
)
def test_times_are_kept_within_bounds(seconds: Any, interval: timedelta, life: timedelta) -> None:
    reply = json.dumps(BEGUN | {"interval": seconds, "expires_in": seconds})
    sign_in = read_device_sign_in(reply, NOW)
    assert (sign_in.interval, sign_in.expires_at - NOW) == (interval, life)


@pytest.mark.parametrize(
    "wrong",
    [
        {"device_code": ""},
        {"device_code": 5},
        {"user_code": None},
        {"user_code": ""},
        {"user_code": "x" * 65},
        {"user_code": "BCDF\nGHJK"},
        {"user_code": "ВСDF"},
        {"verification_uri": None},
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "https://"},
        {"verification_uri": "//idcs-1.example/device"},
        {"verification_uri": "https://idcs-1.example/a|b>"},
        {"verification_uri": "https://[idcs/"},
        {"verification_uri": "https://idcs-1.example/" + "a" * 2000},
    ],
)
async def test_a_reply_with_which_nobody_could_sign_in_names_the_setting(
    wrong: dict[str, Any],
) -> None:
    async with domain(200, json.dumps(BEGUN | wrong)) as there:
        with pytest.raises(TokenRefused, match="FUSION_DEVICE_URL"):
            await start(there.url)


def test_a_second_address_that_is_none_is_left_out() -> None:
    reply = json.dumps(BEGUN | {"verification_uri_complete": "javascript:alert(1)"})
    assert not read_device_sign_in(reply, NOW).verification_uri_complete


async def test_a_sign_in_that_may_not_begin_is_a_sentence() -> None:
    said = json.dumps({"error": "unauthorized_client", "error_description": f"Not {SECRET}."})
    async with domain(400, said) as there:
        with pytest.raises(TokenRefused, match="FUSION_GRANT") as refused:
            await start(there.url)
    assert SECRET not in str(refused.value)
    async with domain(404, "<html>") as there:
        with pytest.raises(TokenRefused, match="FUSION_DEVICE_URL"):
            await start(there.url)
    with pytest.raises(Unavailable, match="FUSION_DEVICE_URL"):
        await start(there.url)


@pytest.mark.parametrize(
    ("error", "interval"),
    [("authorization_pending", SEVEN), ("slow_down", SEVEN + timedelta(seconds=5))],
)
async def test_until_the_person_has_signed_in_it_is_pending(
    error: str, interval: timedelta
) -> None:
    async with domain(400, json.dumps({"error": error})) as there:
        assert await poll(there.url) == Pending(interval)
    assert there.form == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": "the-device-code",
    }
    basic = there.asked[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic) == f"client-1:{SECRET}".encode()


async def test_then_the_token_is_there() -> None:
    given = {"access_token": "abc", "expires_in": 60, "refresh_token": "next"}
    async with domain(200, json.dumps(given)) as there:
        token = await poll(there.url)
    assert token == AccessToken("abc", NOW + timedelta(minutes=1), "", "next")


@pytest.mark.parametrize(
    ("error", "needs_sign_in"),
    [
        ("access_denied", True),
        ("expired_token", True),
        ("invalid_grant", True),
        ("invalid_client", False),
        ("unsupported_grant_type", False),
    ],
)
async def test_or_it_is_over(error: str, needs_sign_in: bool) -> None:
    said = json.dumps({"error": error, "error_description": "the-device-code is over"})
    async with domain(400, said) as there:
        with pytest.raises(TokenRefused) as refused:
            await poll(there.url)
    assert (refused.value.error, refused.value.needs_sign_in) == (error, needs_sign_in)
    assert "the-device-code" not in str(refused.value)


async def test_a_domain_in_trouble_says_nothing_of_the_sign_in() -> None:
    async with domain(503, "") as there:
        with pytest.raises(Unavailable):
            await poll(there.url)


def test_a_sign_in_shows_its_user_code_alone() -> None:
    assert "the-device-code" not in repr(EXPECTED)
    assert "BCDF-GHJK" in repr(EXPECTED)


@given(
    st.text()
    | st.dictionaries(
        st.sampled_from(sorted(BEGUN)),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("https://a/"),
    ).map(json.dumps)
)
def test_any_reply_is_a_sign_in_or_a_refusal(text: str) -> None:
    try:
        sign_in = read_device_sign_in(text, NOW)
    except TokenRefused:
        return
    assert sign_in.expires_at > NOW
    assert sign_in.interval >= timedelta(seconds=1)
    assert sign_in.verification_uri.startswith(("http://", "https://"))
