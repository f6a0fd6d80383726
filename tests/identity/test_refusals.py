"""How an identity domain says no, and what people are told of it."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import quote, quote_plus

import aiohttp
import pytest
from hypothesis import given, strategies as st
from multidict import CIMultiDict

from bot.domain.agent import AgentError, NotSignedIn, Unavailable
from bot.identity import grants
from bot.identity.assertions import read_signing_key
from bot.identity.endpoint import TokenEndpoint
from bot.identity.refusals import (
    CLOCK_TOLERANCE,
    LONGEST_DETAIL,
    TokenRefused,
    read_callback_error,
    read_refusal,
)
from bot.identity.token_request import fetch_token
from tests.identity.token_endpoint import NOW, SCOPE, SECRET, clock, domain, private_pem

BODIES = {
    "client_credentials": grants.client_credentials(SCOPE),
    "password": grants.password(SCOPE, "anna@example.com", "hunter+2 &c"),
    "jwt_bearer": grants.jwt_bearer(SCOPE, "head.claims.signature"),
    "saml2_bearer": grants.saml2_bearer(SCOPE, b"<Assertion>??>~</Assertion>"),
    "authorization_code": grants.authorization_code("the-code", "http://x/y", "v" * 43),
    "refresh_token": grants.refresh_token("refreshing", SCOPE),
    "device_code": grants.device_code("the-device"),
}
KEY = read_signing_key(private_pem(), key_id="alias", now=NOW)


async def refusal(
    grant: str,
    error: str,
    *,
    description: str = "",
    headers: Mapping[str, str] | None = None,
    signs: bool = False,
) -> TokenRefused:
    """What comes of asking by this grant where the domain refuses so."""
    said = json.dumps({"error": error, "error_description": description})
    async with domain(400, said, {"Date": format_datetime(NOW)} | dict(headers or {})) as there:
        endpoint = TokenEndpoint(there.url, "client-1", SECRET)
        if signs:
            endpoint = TokenEndpoint(
                there.url, "client-1", client_auth="private_key_jwt", signing_key=KEY
            )
        async with aiohttp.ClientSession() as session:
            with pytest.raises(TokenRefused) as refused:
                await fetch_token(session, endpoint, BODIES[grant], clock=clock)
    assert isinstance(refused.value, NotSignedIn)
    assert refused.value.__cause__ is None
    return refused.value


@pytest.mark.parametrize("grant", BODIES)
@pytest.mark.parametrize(
    ("error", "settings"),
    [
        ("invalid_client", ["FUSION_CLIENT_ID", "FUSION_CLIENT_SECRET", "FUSION_CLIENT_AUTH"]),
        ("invalid_scope", ["FUSION_SCOPE"]),
        ("invalid_target", ["FUSION_SCOPE"]),
        ("unauthorized_client", ["FUSION_GRANT"]),
        ("unsupported_grant_type", ["FUSION_GRANT"]),
        ("invalid_request", ["FUSION_GRANT", "FUSION_SCOPE"]),
        ("something_new", ["something_new"]),
    ],
)
async def test_a_refusal_of_any_grant_names_the_settings_that_an_operator_must_mend(
    grant: str, error: str, settings: list[str]
) -> None:
    refused = await refusal(grant, error, description="So it is.")
    assert refused.error == error
    assert not refused.needs_sign_in
    for setting in settings:
        assert setting in refused.detail
    assert refused.detail.endswith(f"It says: {error}: So it is.")


@pytest.mark.parametrize(
    ("grant", "words", "needs_sign_in"),
    [
        ("client_credentials", ["FUSION_GRANT"], False),
        ("password", ["FUSION_USERNAME", "FUSION_PASSWORD", "multi-factor"], False),
        (
            "jwt_bearer",
            [
                "FUSION_USER_NAME_FROM", "FUSION_PRIVATE_KEY_FILE", "FUSION_KEY_ID",
                "FUSION_CERTIFICATE_FILE", "FUSION_ASSERTION_ISSUER", "FUSION_ASSERTION_AUDIENCE",
                "FUSION_TENANT_NAME",
            ],
            False,
        ),
        ("saml2_bearer", ["FUSION_SAML_ASSERTION_FILE", "expired"], False),
        ("authorization_code", ["expired", "sign in again"], True),
        ("device_code", ["expired", "sign in again"], True),
        ("refresh_token", ["revoked", "sign in again", "FUSION_REFRESH_TOKEN"], True),
    ],
)  # fmt: skip
async def test_what_invalid_grant_means_depends_on_the_grant(
    grant: str, words: list[str], needs_sign_in: bool
) -> None:
    refused = await refusal(grant, "invalid_grant")
    assert refused.needs_sign_in is needs_sign_in
    for word in words:
        assert word in refused.detail


@pytest.mark.parametrize("grant", ["authorization_code", "device_code", "refresh_token"])
@pytest.mark.parametrize("error", ["access_denied", "expired_token"])
async def test_what_only_the_person_can_mend_asks_for_a_sign_in(grant: str, error: str) -> None:
    refused = await refusal(grant, error)
    assert refused.needs_sign_in
    assert "sign in again" in refused.detail


@pytest.mark.parametrize("error", ["authorization_pending", "slow_down"])
async def test_waiting_for_the_person_is_no_reason_to_begin_again(error: str) -> None:
    assert not (await refusal("device_code", error)).needs_sign_in


async def test_a_wrong_audience_of_an_assertion_names_its_setting() -> None:
    for description in ("Invalid audience.", "The aud claim is wrong"):
        refused = await refusal("jwt_bearer", "invalid_grant", description=description)
        assert "FUSION_ASSERTION_AUDIENCE" in refused.detail
        assert "FUSION_KEY_ID" not in refused.detail
    refused = await refusal(
        "client_credentials", "invalid_client", description="bad audience", signs=True
    )
    assert "FUSION_ASSERTION_AUDIENCE" in refused.detail
    assert "FUSION_CLIENT_ID" not in refused.detail


async def test_a_client_that_signs_is_told_of_its_key_and_not_of_a_secret() -> None:
    refused = await refusal("refresh_token", "invalid_client", signs=True)
    assert "FUSION_PRIVATE_KEY_FILE" in refused.detail
    assert "FUSION_CLIENT_SECRET" not in refused.detail


@pytest.mark.parametrize(
    ("grant", "error", "signs"),
    [
        ("jwt_bearer", "invalid_grant", False),
        ("saml2_bearer", "invalid_grant", False),
        ("client_credentials", "invalid_client", True),
    ],
)
@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=-61), "61 s behind"),
        (timedelta(seconds=61), "61 s ahead of"),
        (timedelta(days=-1), "86400 s behind"),
        (CLOCK_TOLERANCE, ""),
        (-CLOCK_TOLERANCE, ""),
    ],
)
async def test_clocks_that_differ_are_told_where_an_assertion_was_refused(
    grant: str, error: str, signs: bool, ahead: timedelta, words: str
) -> None:
    headers = {"Date": format_datetime(NOW - ahead)}
    refused = await refusal(grant, error, headers=headers, signs=signs)
    assert ("clock of this machine" in refused.detail) is bool(words)
    assert words in refused.detail


@pytest.mark.parametrize("grant", ["password", "refresh_token", "authorization_code"])
async def test_clocks_do_not_matter_where_nothing_was_signed(grant: str) -> None:
    headers = {"Date": format_datetime(NOW - timedelta(hours=1))}
    assert "clock" not in (await refusal(grant, "invalid_grant", headers=headers)).detail


@pytest.mark.parametrize("date", ["", "soon", "Wed, 01 Jul 2026 09:00:00"])
def test_a_date_that_cannot_be_read_says_nothing_of_the_clocks(date: str) -> None:
    error = read_refusal(
        400,
        CIMultiDict({"Date": date}),
        '{"error": "invalid_grant"}',
        form=BODIES["jwt_bearer"],
        now=NOW,
    )
    assert "clock" not in error.detail


SECRETS = {
    "client_credentials": [SECRET],
    "password": [SECRET, "hunter+2 &c"],
    "jwt_bearer": [SECRET, "head.claims.signature"],
    "saml2_bearer": [
        SECRET,
        base64.urlsafe_b64encode(b"<Assertion>??>~</Assertion>").rstrip(b"=").decode(),
    ],
    "authorization_code": [SECRET, "the-code", "v" * 43],
    "refresh_token": [SECRET, "refreshing"],
    "device_code": [SECRET, "the-device"],
}


@pytest.mark.parametrize("grant", BODIES)
async def test_a_domain_that_repeats_its_secrets_does_not_make_the_bot_repeat_them(
    grant: str,
) -> None:
    basic = base64.b64encode(f"client-1:{SECRET}".encode()).decode()
    known = [basic, *SECRETS[grant]]
    for spell in (str, quote, quote_plus):
        said = " and ".join(spell(each) for each in known)
        refused = await refusal(grant, f"error {said}", description=f"You sent {said}.")
        shown = f"{refused} {refused.detail} {refused.error} {refused!r} {refused.args}"
        for secret in known:
            assert secret not in shown
            assert spell(secret) not in shown
        assert "You sent •••" in refused.detail


async def test_a_token_that_a_domain_shows_is_not_shown_on() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl-_"
    refused = await refusal("jwt_bearer", "invalid_grant", description=f"Got {token}, no.")
    assert "eyJ" not in refused.detail
    assert "Got •••, no." in refused.detail


async def test_the_clients_signature_is_not_shown_either() -> None:
    async with domain(400, "") as there:
        endpoint = TokenEndpoint(
            there.url, "client-1", client_auth="private_key_jwt", signing_key=KEY
        )
        async with aiohttp.ClientSession() as session:
            with pytest.raises(TokenRefused):
                await fetch_token(session, endpoint, "a=b", clock=clock)
    assertion = there.form["client_assertion"]
    said = json.dumps({"error": "no", "error_description": assertion.swapcase() + assertion})
    error = read_refusal(400, {}, said, form=there.asked[0].body)
    assert assertion not in error.detail


def test_a_long_or_broken_text_is_cut_and_made_one_line() -> None:
    said = json.dumps({"error": "x" * 5000, "error_description": "a\n\n\tb" * 5000})
    error = read_refusal(400, {}, said)
    assert isinstance(error, TokenRefused)
    assert len(error.detail) < LONGEST_DETAIL + 200
    assert len(error.error) <= 100
    assert "\n" not in error.detail


@pytest.mark.parametrize("error", ["temporarily_unavailable", "server_error"])
def test_a_domain_that_says_it_is_busy_is_unavailable(error: str) -> None:
    assert isinstance(read_refusal(400, {}, json.dumps({"error": error})), Unavailable)


def test_a_date_to_come_again_is_read_beside_the_replys_own_date() -> None:
    dates = {
        "Date": "Fri, 31 Jul 2026 08:00:00 GMT",
        "Retry-After": "Fri, 31 Jul 2026 08:00:30 GMT",
    }
    unavailable = read_refusal(503, CIMultiDict(dates), "")
    assert isinstance(unavailable, Unavailable)
    assert unavailable.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("error", "words", "needs_sign_in"),
    [
        ("access_denied", "sign in again", True),
        ("temporarily_unavailable", "later", True),
        ("server_error", "later", True),
        ("invalid_scope", "FUSION_SCOPE", False),
        ("unauthorized_client", "FUSION_GRANT", False),
        ("unsupported_response_type", "FUSION_GRANT", False),
        ("something <b>new</b>", "something <b>new</b>: Why", False),
    ],
)
def test_a_refusal_at_the_callback_is_a_sentence_too(
    error: str, words: str, needs_sign_in: bool
) -> None:
    refused = read_callback_error(error, "Why\nnot")
    assert words in refused.detail
    assert refused.detail.endswith("Why not")
    assert (refused.error, refused.needs_sign_in) == (error, needs_sign_in)


@given(
    st.integers(300, 599),
    st.text() | st.dictionaries(st.sampled_from(["error", "error_description"]), st.text()),
    st.text(),
    st.text(),
    st.text() | st.sampled_from(sorted(BODIES.values())),
)
def test_any_refusal_is_an_error_of_ours(
    status: int, body: str | dict[str, str], after: str, date: str, form: str
) -> None:
    headers = CIMultiDict({"Retry-After": after, "Date": date})
    text = body if isinstance(body, str) else json.dumps(body)
    error = read_refusal(status, headers, text, form=form, now=NOW)
    assert isinstance(error, AgentError)
    assert error.detail


@given(st.text(min_size=1, max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_secret_survives_in_what_a_domain_says(secret: str, before: str, after: str) -> None:
    secret = secret.encode("utf-8", "replace").decode()
    form = grants.password(SCOPE, "anna", secret)
    plain = json.dumps({"error": "invalid_grant"})
    told = json.dumps({"error": "invalid_grant", "error_description": before + secret + after})
    silent = read_refusal(400, {}, plain, form=form).detail
    detail = read_refusal(400, {}, told, form=form).detail
    # What the bot says of itself may hold the same letters by chance; the domain's part may not.
    if secret.strip() == secret and secret not in "•••" and secret not in silent:
        assert secret not in detail.removeprefix(silent)


@given(st.text(), st.text())
def test_any_callback_error_is_a_refusal(error: str, description: str) -> None:
    assert "\n" not in read_callback_error(error, description).detail
