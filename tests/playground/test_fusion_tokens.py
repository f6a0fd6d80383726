"""The token endpoint of the emulated identity domain, over HTTP."""

import aiohttp
import pytest
from joserfc import jwt

from bot.playground.identity import signing_key
from tests.playground.fusion_pod import GRANT, a_pod


async def test_the_client_gets_a_signed_token_that_says_who_it_is_for() -> None:
    async with a_pod() as pod:
        reply = await pod.ask_for_token()
        assert (reply.status, reply["token_type"], reply["expires_in"]) == (200, "Bearer", 3600)
        assert reply.headers["Cache-Control"] == "no-store"
        claims = jwt.decode(reply["access_token"], signing_key(), algorithms=["RS256"]).claims
        assert claims["iss"] == "https://identity.oraclecloud.com/"
        assert (claims["sub"], claims["sub_type"]) == ("playground-client", "client")
        assert claims["scope"] == pod.server.scope
        assert claims["exp"] - claims["iat"] == 3600
        assert claims["aud"] == [pod.server.base_url]


async def test_two_tokens_are_never_the_same() -> None:
    async with a_pod() as pod:
        first, second = await pod.ask_for_token(), await pod.ask_for_token()
        assert first["access_token"] != second["access_token"]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"secret": "wrong"}, 401, "invalid_client"),
        ({"scope": "urn:opc:resource:fusion:other:fusion-ai/"}, 400, "invalid_scope"),
        ({"scope": "urn:opc:resource:fusion:playground:fusion-ai"}, 400, "invalid_scope"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_token_request_is_refused(
    changes: dict[str, str], status: int, error: str
) -> None:
    async with a_pod() as pod:
        reply = await pod.ask_for_token(**changes)
        assert (reply.status, reply["error"]) == (status, error)
        assert ("WWW-Authenticate" in reply.headers) is (status == 401)


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !!!", "Basic /////w==", "Bearer abc"]
)
async def test_a_broken_authorization_header_is_not_mended_by_a_secret_in_the_body(
    authorization: str,
) -> None:
    async with a_pod() as pod:
        secret = {"client_id": "playground-client", "client_secret": "playground-secret"}
        form = GRANT | {"scope": pod.server.scope} | secret
        reply = await pod.post_form(form, {"Authorization": authorization})
        assert (reply.status, reply["error"]) == (401, "invalid_client")


async def test_a_form_encoded_secret_is_understood() -> None:
    async with a_pod() as pod:
        reply = await pod.ask_for_token(secret="playground%2Dsecret")
        assert reply.status == 200


async def test_a_repeated_a_missing_and_a_json_form_are_invalid_requests() -> None:
    async with a_pod() as pod:
        basic = aiohttp.encode_basic_auth("playground-client", "playground-secret")
        twice = [("grant_type", "client_credentials"), ("scope", "a"), ("scope", "b")]
        for form in (twice, {"scope": pod.server.scope}):
            reply = await pod.post_form(form, {"Authorization": basic})
            assert (reply.status, reply["error"]) == (400, "invalid_request")
        headers = {"Authorization": basic, "Content-Type": "application/json"}
        assert (await pod.post_form(b"{}", headers))["error"] == "invalid_request"


async def test_an_invented_a_missing_and_a_revoked_token_give_401() -> None:
    async with a_pod() as pod:
        assert (await pod.ask("Hello")).status == 202
        pod.server.revoke_all()
        refused = await pod.ask("Hello again")
        assert refused.status == 401
        assert "invalid_token" in refused.headers["WWW-Authenticate"]
        for token in ("", "made-up"):
            pod.token = token
            assert (await pod.status("1")).status == 401
        await pod.sign_in()
        assert (await pod.ask("Hello again")).status == 202
        assert len(pod.server.invocations_of("Hello again")) == 1


async def test_a_token_ends_with_its_life() -> None:
    async with a_pod() as pod:
        pod.server.token_life = 60
        reply = await pod.ask_for_token()
        assert reply["expires_in"] == pod.server.token_life == 60
        pod.token = reply["access_token"]
        pod.clock.now += 59
        assert (await pod.ask("Hello")).status == 202
        pod.clock.now += 2
        assert (await pod.ask("Hello")).status == 401


async def test_token_requests_are_counted_refused_ones_too() -> None:
    async with a_pod() as pod:
        await pod.ask_for_token(secret="wrong")
        assert pod.server.token_requests == 2
