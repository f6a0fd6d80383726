"""Authorization codes with PKCE at the emulated identity domain."""

from urllib.parse import urlsplit

import pytest

from bot.playground.identity import CLIENT_CREDENTIALS, PUBLIC_CLIENT, SignInFailed
from tests.playground.fusion_pod import a_pod
from tests.playground.identity_client import (
    ANNA,
    CALLBACK,
    GONE,
    MFA,
    VERIFIER,
    a_code,
    answer,
    ask,
    authorize_url,
    claims_of,
    exchange,
    refusal,
    signed_in,
    works,
)

NOT_GRANTED = (400, "invalid_grant")


async def test_a_sign_in_on_the_page_gives_a_code_and_the_state_back() -> None:
    async with a_pod() as pod:
        location = await pod.server.identity.sign_in_at(authorize_url(pod), ANNA)
        said = answer(location)
        assert set(said) == {"code", "state"}
        assert said["state"] == "a state"
        reply = await exchange(pod, said["code"])
        assert claims_of(reply)["user_name"] == ANNA
        assert await works(pod, reply["access_token"])
        assert reply["refresh_token"]


async def test_a_state_comes_back_as_it_was_sent_or_not_at_all() -> None:
    async with a_pod() as pod:
        identity = pod.server.identity
        odd = "a+b&c=d é%20"
        assert (
            answer(await identity.sign_in_at(authorize_url(pod, state=odd), ANNA))["state"] == odd
        )
        none = answer(await identity.sign_in_at(authorize_url(pod, state=None), ANNA))
        assert set(none) == {"code"}


async def test_a_public_client_needs_only_its_verifier() -> None:
    async with a_pod() as pod:
        pod.server.identity.register_redirect_uri(CALLBACK, PUBLIC_CLIENT)
        url = authorize_url(pod, client_id=PUBLIC_CLIENT)
        code = answer(await pod.server.identity.sign_in_at(url, ANNA))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        form |= {"code_verifier": VERIFIER, "client_id": PUBLIC_CLIENT}
        assert claims_of(await ask(pod, form, {}))["client_id"] == PUBLIC_CLIENT


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "made-up"},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?x=1"},
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": "short"},
        {"code_verifier": VERIFIER[:-1] + "é"},
    ],
)
async def test_a_wrong_exchange_is_refused_and_uses_the_code_up(changes: dict[str, str]) -> None:
    async with a_pod() as pod:
        code = await a_code(pod)
        assert refusal(await exchange(pod, **({"code": code} | changes))) == NOT_GRANTED
        again = await exchange(pod, code)
        assert again.status == (200 if "code" in changes else 400)


@pytest.mark.parametrize("left_out", ["code", "redirect_uri", "code_verifier"])
async def test_an_exchange_must_be_whole(left_out: str) -> None:
    async with a_pod() as pod:
        parts = {"code": await a_code(pod), left_out: None}
        assert refusal(await exchange(pod, **parts)) == (400, "invalid_request")  # type: ignore[arg-type]


async def test_a_code_works_once_and_a_second_time_revokes_what_it_gave() -> None:
    async with a_pod() as pod:
        code = await a_code(pod)
        first = await exchange(pod, code)
        assert await works(pod, first["access_token"])
        assert refusal(await exchange(pod, code)) == NOT_GRANTED
        assert not await works(pod, first["access_token"])


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400)])
async def test_a_code_lives_for_a_minute(seconds: int, status: int) -> None:
    async with a_pod() as pod:
        code = await a_code(pod)
        pod.clock.now += seconds
        assert (await exchange(pod, code)).status == status


async def test_a_code_of_one_client_is_nothing_to_another() -> None:
    async with a_pod() as pod:
        code = await a_code(pod)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        form |= {"code_verifier": VERIFIER, "client_id": PUBLIC_CLIENT}
        assert refusal(await ask(pod, form, {})) == NOT_GRANTED
        assert (await exchange(pod, code)).status == 200


async def test_a_code_dies_with_the_user() -> None:
    async with a_pod() as pod:
        identity = pod.server.identity
        before = await a_code(pod)
        identity.change_password(ANNA)
        assert refusal(await exchange(pod, before)) == NOT_GRANTED
        after = await a_code(pod)
        identity.users[ANNA].active = False
        assert refusal(await exchange(pod, after)) == NOT_GRANTED


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "urn:opc:resource:fusion:other:fusion-ai/"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "consent"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_a_wrong_authorization_request_goes_back_with_an_error(
    changes: dict[str, str | None], error: str
) -> None:
    async with a_pod() as pod:
        said = answer(await pod.server.identity.sign_in_at(authorize_url(pod, **changes), ANNA))
        assert (said["error"], said["state"]) == (error, "a state")
        assert "code" not in said


async def test_a_client_without_the_grant_is_sent_back() -> None:
    async with a_pod() as pod:
        pod.server.identity.client.grants = [CLIENT_CREDENTIALS]
        said = answer(await pod.server.identity.sign_in_at(authorize_url(pod), ANNA))
        assert said["error"] == "unauthorized_client"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://attacker.example/"},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?x=1"},
        {"redirect_uri": CALLBACK.upper()},
        {"client_id": PUBLIC_CLIENT},
    ],
)
async def test_where_the_redirect_cannot_be_trusted_there_is_none(
    changes: dict[str, str | None],
) -> None:
    async with a_pod() as pod:
        url = authorize_url(pod, **changes)
        with pytest.raises(SignInFailed, match="does not work"):
            await pod.server.identity.sign_in_at(url, ANNA)
        async with pod.session.post(url, data={"press": "cancel"}, allow_redirects=False) as reply:
            assert (reply.status, "Location" in reply.headers) == (400, False)


async def test_a_parameter_given_twice_is_not_trusted() -> None:
    async with a_pod() as pod:
        with pytest.raises(SignInFailed, match="more than once"):
            await pod.server.identity.sign_in_at(f"{authorize_url(pod)}&state=b", ANNA)


async def test_a_redirect_uri_keeps_its_own_query() -> None:
    async with a_pod() as pod:
        uri = f"{CALLBACK}?place=1"
        pod.server.identity.register_redirect_uri(uri)
        url = authorize_url(pod, redirect_uri=uri)
        location = await pod.server.identity.sign_in_at(url, ANNA)
        assert urlsplit(location).query.startswith("place=1&code=")
        assert (await exchange(pod, answer(location)["code"], redirect_uri=uri)).status == 200


async def test_cancel_goes_back_as_access_denied() -> None:
    async with a_pod() as pod:
        said = answer(await pod.server.identity.cancel_at(authorize_url(pod)))
        assert (said["error"], said["state"]) == ("access_denied", "a state")


@pytest.mark.parametrize(
    ("user", "password", "text"),
    [(ANNA, "wrong", "incorrect"), ("nobody", "x", "incorrect"), (GONE, "", "deactivated")],
)
async def test_a_failed_sign_in_stays_on_the_page(user: str, password: str, text: str) -> None:
    async with a_pod() as pod:
        with pytest.raises(SignInFailed, match=text):
            await pod.server.identity.sign_in_at(authorize_url(pod), user, password)


async def test_a_user_with_a_second_factor_signs_in_on_the_page() -> None:
    async with a_pod() as pod:
        assert claims_of(await signed_in(pod, MFA))["user_name"] == MFA
