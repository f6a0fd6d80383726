"""What an access token says of its owner."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.identity.claims import Claims, read_claims


def token_of(payload: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"e30.{body}.sig"


def test_the_claims_of_a_token_are_read() -> None:
    token = token_of(
        {
            "sub": "ben",
            "user_name": "ben@example.com",
            "sub_type": "user",
            "exp": 1790000000,
            "aud": ["a", "b", 3],
            "scope": "urn:opc:resource:fusion:pod:fusion-ai/",
        }
    )
    assert read_claims(token) == Claims(
        user_name="ben@example.com",
        sub_type="user",
        expires_at=datetime.fromtimestamp(1790000000, UTC),
        audience=("a", "b"),
        scope="urn:opc:resource:fusion:pod:fusion-ai/",
    )


def test_user_names_have_an_order() -> None:
    names = ["preferred_username", "upn", "user_name", "username", "email", "sub"]
    claims = {name: f"by {name}" for name in names}
    for name in names:
        found = read_claims(token_of(claims))
        assert found is not None
        assert found.user_name == f"by {name}"
        claims[name] = " "


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c.d",
        "e30.!!.x",
        "e30.é.x",
        "e30.gICA.x",
        token_of([1]),
        "a.W1tb.c",
    ],
)
def test_an_opaque_token_says_nothing(token: str) -> None:
    assert read_claims(token) is None


@pytest.mark.parametrize("exp", [None, True, "soon", 1e30, -1e30, float("nan"), float("inf")])
def test_a_time_that_is_none_is_left_out(exp: Any) -> None:
    claims = read_claims(token_of({"exp": exp, "aud": "one"}))
    assert claims == Claims(audience=("one",))


@given(st.text() | st.binary().map(lambda b: f"e30.{base64.urlsafe_b64encode(b).decode()}.x"))
def test_any_text_is_claims_or_nothing(token: str) -> None:
    read_claims(token)


@pytest.mark.parametrize(
    ("sub_type", "is_shared"), [("client", True), ("user", False), ("", False)]
)
def test_a_token_of_an_integration_is_shared(sub_type: str, is_shared: bool) -> None:
    claims = read_claims(token_of({"sub": "x", "sub_type": sub_type}))
    assert claims is not None
    assert claims.is_shared is is_shared
