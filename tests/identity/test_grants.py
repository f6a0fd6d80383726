"""What each grant says to the token endpoint."""

import base64
import json
from urllib.parse import parse_qs, parse_qsl

import aiohttp
import pytest
from hypothesis import given, strategies as st

from bot.identity import grants
from bot.identity.grants import TokenEndpoint, fetch_token
from tests.identity.token_endpoint import SCOPE, clock, domain

SAML = b'<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion">\xc3\xa9\xff</Assertion>'
REDIRECT = "https://bot.example.com/fusion/callback"
BODIES = {
    "client_credentials": (
        grants.client_credentials(SCOPE),
        {"grant_type": "client_credentials", "scope": SCOPE},
    ),
    "password": (
        grants.password(SCOPE, "anna@example.com", "pä ss&w=rd+%"),
        {
            "grant_type": "password",
            "scope": SCOPE,
            "username": "anna@example.com",
            "password": "pä ss&w=rd+%",
        },
    ),
    "jwt_bearer": (
        grants.jwt_bearer(SCOPE, "a.b.c"),
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "scope": SCOPE,
            "assertion": "a.b.c",
        },
    ),
    "saml2_bearer": (
        grants.saml2_bearer(SCOPE, SAML),
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:saml2-bearer",
            "scope": SCOPE,
            "assertion": base64.urlsafe_b64encode(SAML).rstrip(b"=").decode(),
        },
    ),
    "authorization_code": (
        grants.authorization_code("c/o+d=e", REDIRECT, "v" * 43),
        {
            "grant_type": "authorization_code",
            "code": "c/o+d=e",
            "redirect_uri": REDIRECT,
            "code_verifier": "v" * 43,
        },
    ),
    "refresh_token": (
        grants.refresh_token("r t", SCOPE),
        {"grant_type": "refresh_token", "refresh_token": "r t", "scope": SCOPE},
    ),
    "refresh_token for the same scope": (
        grants.refresh_token("r t"),
        {"grant_type": "refresh_token", "refresh_token": "r t"},
    ),
    "device_code": (
        grants.device_code("d"),
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "d"},
    ),
}


@pytest.mark.parametrize("grant", BODIES)
async def test_a_grant_arrives_as_its_rfc_says(grant: str) -> None:
    body, expected = BODIES[grant]
    async with (
        domain(200, json.dumps({"access_token": "abc"})) as there,
        aiohttp.ClientSession() as session,
    ):
        endpoint = TokenEndpoint(there.url, "client-1", "", "none")
        await fetch_token(session, endpoint, body, clock=clock)
    assert there.form == expected | {"client_id": "client-1"}


@given(st.binary(min_size=1, max_size=200))
def test_a_saml_assertion_comes_back_as_it_was(xml: bytes) -> None:
    (sent,) = parse_qs(grants.saml2_bearer(SCOPE, xml))["assertion"]
    assert "=" not in sent
    assert base64.b64decode(sent + "=" * (-len(sent) % 4), altchars=b"-_", validate=True) == xml


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_name_and_password_arrive_as_they_are(name: str, word: str) -> None:
    name, word = (each.encode("utf-8", "replace").decode() for each in (name, word))
    form = dict(parse_qsl(grants.password(SCOPE, name, word)))
    assert (form["username"], form["password"]) == (name, word)
