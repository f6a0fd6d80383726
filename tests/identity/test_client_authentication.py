"""How the client proves who it is."""

import base64
import json

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.identity.assertions import read_signing_key
from bot.identity.endpoint import ClientAuthMethod, TokenEndpoint, build_token_request
from bot.identity.grants import client_credentials, fetch_token
from bot.identity.refusals import TokenRefused
from tests.identity.token_endpoint import (
    NOW,
    SCOPE,
    SECRET,
    Asked,
    clock,
    domain,
    private_pem,
    public_pem,
)

ASKED = {"grant_type": "client_credentials", "scope": SCOPE}
KEY = read_signing_key(private_pem(), key_id="alias", now=NOW)


async def sent(auth: ClientAuthMethod, audience: tuple[str, ...] | None = None) -> list[Asked]:
    """What arrives of two requests in this way."""
    async with domain(200, json.dumps({"access_token": "abc"})) as there:
        endpoint = TokenEndpoint(there.url, "client-1", SECRET, auth, signing_key=KEY)
        if audience is not None:
            endpoint = TokenEndpoint(
                there.url, "client-1", SECRET, auth, signing_key=KEY, assertion_audience=audience
            )
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                await fetch_token(session, endpoint, client_credentials(SCOPE), clock=clock)
    return there.asked


async def test_a_secret_goes_into_the_header() -> None:
    first, _ = await sent("client_secret_basic")
    assert first.form == ASKED
    basic = first.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic) == f"client-1:{SECRET}".encode()


@pytest.mark.parametrize(
    ("auth", "proof"),
    [
        ("client_secret_post", {"client_id": "client-1", "client_secret": SECRET}),
        ("none", {"client_id": "client-1"}),
    ],
)
async def test_the_client_can_name_itself_in_the_body(
    auth: ClientAuthMethod, proof: dict[str, str]
) -> None:
    first, _ = await sent(auth)
    assert first.form == ASKED | proof
    assert "Authorization" not in first.headers


async def test_a_client_can_sign_that_it_is_itself_anew_each_time() -> None:
    asked = await sent("private_key_jwt")
    seen = set()
    for each in asked:
        assert "Authorization" not in each.headers
        form = each.form
        assertion = form.pop("client_assertion")
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert form == ASKED | {"client_assertion_type": kind}
        token = jwt.decode(assertion, RSAKey.import_key(public_pem()), algorithms=["RS256"])
        assert token.header == {"alg": "RS256", "typ": "JWT", "kid": "alias"}
        seen.add(token.claims.pop("jti"))
        assert token.claims == {
            "iss": "client-1",
            "sub": "client-1",
            "aud": ["oauth.idm.oracle.com", "https://identity.oraclecloud.com/"],
            "iat": NOW.timestamp(),
            "exp": NOW.timestamp() + 300,
        }
    assert len(seen) == 2


async def test_the_audience_of_the_clients_assertion_is_a_setting() -> None:
    first, _ = await sent("private_key_jwt", ("https://there.example/",))
    key = RSAKey.import_key(public_pem())
    token = jwt.decode(first.form["client_assertion"], key, algorithms=["RS256"])
    assert token.claims["aud"] == "https://there.example/"


def test_signing_needs_a_key() -> None:
    endpoint = TokenEndpoint("http://x.example", "id", client_auth="private_key_jwt")
    with pytest.raises(TokenRefused, match="FUSION_PRIVATE_KEY_FILE"):
        build_token_request(endpoint, "a=b", NOW)


def test_a_secret_that_basic_cannot_carry_is_refused_without_showing_it() -> None:
    endpoint = TokenEndpoint("http://x.example", "id", "päss€word")
    with pytest.raises(TokenRefused, match="client_secret_post") as refused:
        build_token_request(endpoint, "a=b", NOW)
    assert refused.value.__cause__ is None
    assert "€" not in str(refused.value)
    posted = TokenEndpoint("http://x.example", "id", "päss€word&", "client_secret_post")
    url, headers, body = build_token_request(posted, "a=b", NOW)
    form = Asked(url, headers, body).form
    assert form == {"a": "b", "client_id": "id", "client_secret": "päss€word&"}


def test_an_endpoint_shows_neither_its_secret_nor_its_key() -> None:
    shown = repr(TokenEndpoint("u", "id", SECRET, signing_key=KEY))
    assert SECRET not in shown
    assert "RSA" not in shown
