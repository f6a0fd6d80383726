"""Sending a browser to sign in."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given, strategies as st

from bot.identity.authorize import build_authorize_url, code_challenge, code_verifier
from bot.identity.grant_types import with_offline_access
from tests.identity.token_endpoint import SCOPE

AUTHORIZE = "https://idcs-1.identity.oraclecloud.com/oauth2/v1/authorize"
REDIRECT = "https://bot.example.com/fusion/callback"


def test_a_browser_is_sent_with_all_that_pkce_and_oauth_want() -> None:
    url = build_authorize_url(AUTHORIZE, "client-1", REDIRECT, SCOPE, "a state&=", "challenge")
    assert url.startswith(f"{AUTHORIZE}?")
    assert dict(parse_qsl(urlsplit(url).query, strict_parsing=True)) == {
        "response_type": "code",
        "client_id": "client-1",
        "redirect_uri": REDIRECT,
        "scope": SCOPE,
        "state": "a state&=",
        "code_challenge": "challenge",
        "code_challenge_method": "S256",
    }


def test_a_refresh_token_is_asked_for_where_wanted() -> None:
    url = build_authorize_url(AUTHORIZE, "c", REDIRECT, SCOPE, "s", "c", offline_access=True)
    assert parse_qs(urlsplit(url).query)["scope"] == [f"{SCOPE} offline_access"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (SCOPE, f"{SCOPE} offline_access"),
        (f"{SCOPE} offline_access", f"{SCOPE} offline_access"),
        (f"offline_access {SCOPE}", f"offline_access {SCOPE}"),
        ("offline_access_too", "offline_access_too offline_access"),
        ("", "offline_access"),
    ],
)
def test_offline_access_is_asked_for_once(scope: str, expected: str) -> None:
    assert with_offline_access(scope) == expected


def test_what_the_address_has_already_stays() -> None:
    url = build_authorize_url(f"{AUTHORIZE}?domain=a%26b", "c", REDIRECT, SCOPE, "s", "c")
    query = parse_qs(urlsplit(url).query)
    assert query["domain"] == ["a&b"]
    assert query["client_id"] == ["c"]


def test_verifiers_are_secrets_of_a_permitted_length() -> None:
    verifiers = {code_verifier() for _ in range(200)}
    assert len(verifiers) == 200
    for verifier in verifiers:
        assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)


def test_the_challenge_is_that_of_the_rfcs_example() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
    assert code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(st.builds(code_verifier))
def test_a_challenge_is_the_digest_of_its_verifier(verifier: str) -> None:
    digest = base64.urlsafe_b64decode(code_challenge(verifier) + "=")
    assert digest == hashlib.sha256(verifier.encode()).digest()


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_state_and_scope_arrive_as_they_are(state: str, scope: str) -> None:
    state, scope = (each.encode("utf-8", "replace").decode() for each in (state, scope))
    url = build_authorize_url(AUTHORIZE, "c", REDIRECT, scope, state, "c")
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    assert (query["state"], query["scope"]) == (state, scope)
