"""Taking a token back."""

import json

import aiohttp
import pytest

from bot.identity.assertions import read_signing_key
from bot.identity.endpoint import ClientAuthMethod, TokenEndpoint
from bot.identity.revocation import Revocation, TokenHint, revoke
from tests.identity.token_endpoint import NOW, SECRET, clock, domain, private_pem

TOKEN = "a-refresh+token="
KEY = read_signing_key(private_pem(), key_id="alias", now=NOW)


async def take_back(
    url: str,
    hint: TokenHint = "refresh_token",
    auth: ClientAuthMethod = "client_secret_basic",
    secret: str = SECRET,
) -> Revocation:
    endpoint = TokenEndpoint("http://elsewhere.example", "client-1", secret, auth, signing_key=KEY)
    async with aiohttp.ClientSession() as session:
        return await revoke(session, endpoint, url, TOKEN, hint, clock=clock)


@pytest.mark.parametrize(
    ("auth", "proof"),
    [
        ("client_secret_basic", set()),
        ("client_secret_post", {"client_id", "client_secret"}),
        ("private_key_jwt", {"client_assertion", "client_assertion_type"}),
        ("none", {"client_id"}),
    ],
)
@pytest.mark.parametrize("hint", ["access_token", "refresh_token"])
async def test_a_token_is_taken_back_by_any_client(
    auth: ClientAuthMethod, proof: set[str], hint: TokenHint
) -> None:
    async with domain(200, "") as there:
        assert await take_back(there.url, hint, auth) == Revocation(is_revoked=True)
    form = there.form
    assert set(form) == {"token", "token_type_hint"} | proof
    assert (form["token"], form["token_type_hint"]) == (TOKEN, hint)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
async def test_a_domain_that_does_not_take_it_back_says_why_without_the_token(status: int) -> None:
    said = json.dumps({"error": "unsupported_token_type", "error_description": f"Not {TOKEN}."})
    async with domain(status, said) as there:
        outcome = await take_back(there.url)
    assert not outcome.is_revoked
    assert not outcome.may_try_again
    assert "unsupported_token_type" in outcome.detail
    assert TOKEN not in repr(outcome)


async def test_a_domain_without_such_an_endpoint_is_no_error() -> None:
    async with domain(404, "<html>Not found</html>") as there:
        outcome = await take_back(there.url)
    assert not outcome.is_revoked
    assert "404" in outcome.detail


@pytest.mark.parametrize("status", [429, 503])
async def test_a_domain_in_trouble_may_be_asked_again(status: int) -> None:
    async with domain(status, "") as there:
        outcome = await take_back(there.url)
    assert (outcome.is_revoked, outcome.may_try_again) == (False, True)


async def test_a_domain_that_is_not_there_may_be_asked_again() -> None:
    async with domain(200, "") as there:
        pass
    outcome = await take_back(there.url)
    assert (outcome.is_revoked, outcome.may_try_again) == (False, True)


async def test_a_request_that_cannot_be_made_is_told_too() -> None:
    outcome = await take_back("http://127.0.0.1:9/", secret="päss€word")
    assert (outcome.is_revoked, outcome.may_try_again) == (False, False)
    assert "client_secret_post" in outcome.detail
    assert "€" not in repr(outcome)
