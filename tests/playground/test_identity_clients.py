"""How clients of the emulated identity domain prove who they are."""

from typing import Any

import aiohttp
import pytest

from bot.playground.identity import CLIENT_CREDENTIALS, KEY_CLIENT, PASSWORD, PUBLIC_CLIENT
from tests.playground.fusion_pod import Pod, a_pod
from tests.playground.identity_client import (
    ANNA,
    CLIENT,
    CLIENT_ASSERTION,
    a_claim_set,
    ask,
    claims_of,
    client_proof,
    refusal,
    sign,
)

NOT_THE_CLIENT = (401, "invalid_client")
SECRET = {"client_id": CLIENT, "client_secret": "playground-secret"}


def the_form(pod: Pod, **more: str) -> dict[str, str]:
    return {"grant_type": CLIENT_CREDENTIALS, "scope": pod.server.scope, **more}


def password(pod: Pod, **more: str) -> dict[str, str]:
    known = {"username": ANNA, "password": "Playground-1"}
    return {"grant_type": PASSWORD, "scope": pod.server.scope, **known, **more}


async def test_a_secret_in_the_body_is_as_good_as_basic() -> None:
    async with a_pod() as pod:
        assert claims_of(await ask(pod, the_form(pod, **SECRET), {}))["sub"] == CLIENT
        wrong = SECRET | {"client_secret": "wrong"}
        assert refusal(await ask(pod, the_form(pod, **wrong), {})) == NOT_THE_CLIENT


@pytest.mark.parametrize(
    "sent", [{}, {"client_id": CLIENT}, {"client_id": "nobody"}, {"client_secret": "x"}]
)
async def test_a_confidential_client_must_prove_itself(sent: dict[str, str]) -> None:
    async with a_pod() as pod:
        assert refusal(await ask(pod, the_form(pod, **sent), {})) == NOT_THE_CLIENT


async def test_a_client_proves_itself_in_one_way_only() -> None:
    async with a_pod() as pod:
        for more in (SECRET, client_proof(pod)):
            reply = await ask(pod, the_form(pod, **more))
            assert refusal(reply) == (400, "invalid_request")
        both = SECRET | client_proof(pod)
        assert refusal(await ask(pod, the_form(pod, **both), {})) == (400, "invalid_request")


async def test_basic_and_the_client_id_in_the_body_must_agree() -> None:
    async with a_pod() as pod:
        assert (await ask(pod, the_form(pod, client_id=CLIENT))).status == 200
        reply = await ask(pod, the_form(pod, client_id=PUBLIC_CLIENT))
        assert refusal(reply) == (400, "invalid_request")


async def test_a_public_client_says_its_id_and_nothing_else() -> None:
    async with a_pod() as pod:
        form = password(pod, client_id=PUBLIC_CLIENT)
        claims = claims_of(await ask(pod, form, {}))
        assert (claims["sub"], claims["client_id"]) == (ANNA, PUBLIC_CLIENT)
        reply = await ask(pod, form | {"client_secret": "x"}, {})
        assert refusal(reply) == NOT_THE_CLIENT
        basic = {"Authorization": aiohttp.encode_basic_auth(PUBLIC_CLIENT, "")}
        assert refusal(await ask(pod, password(pod), basic)) == NOT_THE_CLIENT


async def test_a_public_client_cannot_act_as_itself() -> None:
    async with a_pod() as pod:
        form = the_form(pod, client_id=PUBLIC_CLIENT)
        assert refusal(await ask(pod, form, {})) == (400, "unauthorized_client")
        pod.server.identity.clients[PUBLIC_CLIENT].grants = [CLIENT_CREDENTIALS]
        assert refusal(await ask(pod, form, {})) == (400, "unauthorized_client")


async def test_a_signed_assertion_proves_who_the_client_is() -> None:
    async with a_pod() as pod:
        reply = await ask(pod, the_form(pod, **client_proof(pod)), {})
        assert claims_of(reply)["sub"] == KEY_CLIENT
        named = client_proof(pod) | {"client_id": KEY_CLIENT}
        assert (await ask(pod, the_form(pod, **named), {})).status == 200
        named["client_id"] = CLIENT
        assert (await ask(pod, the_form(pod, **named), {})).status == 401  # used before
        other = client_proof(pod) | {"client_id": CLIENT}
        assert refusal(await ask(pod, the_form(pod, **other), {})) == (400, "invalid_request")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody-else"},
        {"sub": "nobody"},
        {"sub": None},
        {"sub": CLIENT},
        {"aud": "https://example.com/"},
        {"aud": None},
        {"jti": None},
        {"exp": 1},
    ],
)
async def test_a_wrong_client_assertion_is_refused(changes: dict[str, Any]) -> None:
    async with a_pod() as pod:
        proof = client_proof(pod, **changes)
        assert refusal(await ask(pod, the_form(pod, **proof), {})) == NOT_THE_CLIENT


async def test_a_user_assertion_proves_no_client() -> None:
    async with a_pod() as pod:
        claims = a_claim_set(pod, ANNA)
        for issuer in (CLIENT, KEY_CLIENT):
            form = {"client_assertion_type": CLIENT_ASSERTION}
            form["client_assertion"] = sign(pod, claims | {"iss": issuer})
            assert refusal(await ask(pod, the_form(pod, **form), {})) == NOT_THE_CLIENT


async def test_an_assertion_of_one_client_about_another_is_refused() -> None:
    async with a_pod() as pod:
        proof = client_proof(pod, iss=CLIENT, sub=KEY_CLIENT)
        assert refusal(await ask(pod, the_form(pod, **proof), {})) == NOT_THE_CLIENT


async def test_a_replayed_client_assertion_is_refused() -> None:
    async with a_pod() as pod:
        form = the_form(pod, **client_proof(pod))
        assert (await ask(pod, form, {})).status == 200
        assert refusal(await ask(pod, form, {})) == NOT_THE_CLIENT


async def test_half_a_client_assertion_is_an_invalid_request() -> None:
    async with a_pod() as pod:
        whole = client_proof(pod)
        saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"
        for sent in (
            {"client_assertion_type": CLIENT_ASSERTION},
            {"client_assertion": whole["client_assertion"]},
            whole | {"client_assertion_type": saml},
        ):
            reply = await ask(pod, the_form(pod, **sent), {})
            assert refusal(reply) == (400, "invalid_request")


async def test_a_client_uses_only_the_grants_that_it_was_given() -> None:
    async with a_pod() as pod:
        pod.server.identity.add_client("narrow", secret="s", grants=[CLIENT_CREDENTIALS])
        basic = {"Authorization": aiohttp.encode_basic_auth("narrow", "s")}
        assert claims_of(await ask(pod, the_form(pod), basic))["client_id"] == "narrow"
        assert refusal(await ask(pod, password(pod), basic)) == (400, "unauthorized_client")


async def test_a_client_gets_its_own_scope_alone() -> None:
    async with a_pod() as pod:
        scope = "urn:opc:resource:fusion:other:fusion-ai/"
        pod.server.identity.add_client("other", secret="s", scope=scope)
        basic = {"Authorization": aiohttp.encode_basic_auth("other", "s")}
        assert (await ask(pod, the_form(pod) | {"scope": scope}, basic)).status == 200
        assert refusal(await ask(pod, the_form(pod), basic)) == (400, "invalid_scope")


async def test_a_client_without_a_user_gets_no_offline_access() -> None:
    async with a_pod() as pod:
        form = the_form(pod) | {"scope": f"{pod.server.scope} offline_access"}
        assert refusal(await ask(pod, form)) == (400, "invalid_scope")


async def test_two_clients_or_users_of_one_name_are_an_error_of_the_test() -> None:
    async with a_pod() as pod:
        with pytest.raises(ValueError, match=CLIENT):
            pod.server.identity.add_client(CLIENT)
        with pytest.raises(ValueError, match="anna"):
            pod.server.identity.add_user("ANNA@playground.example")


async def test_every_token_request_is_on_record() -> None:
    async with a_pod() as pod:
        identity = pod.server.identity
        await ask(pod, password(pod))
        await ask(pod, password(pod) | {"password": "wrong"})
        await ask(pod, {"grant_type": "implicit"})
        await ask(pod, the_form(pod, **SECRET) | {"client_secret": "wrong"}, {})
        shown = [
            (each.grant, each.client, each.user, each.ok, each.error) for each in identity.requests
        ]
        assert shown == [
            (CLIENT_CREDENTIALS, CLIENT, "", True, ""),
            (PASSWORD, CLIENT, ANNA, True, ""),
            (PASSWORD, CLIENT, ANNA, False, "invalid_grant"),
            ("implicit", CLIENT, "", False, "unsupported_grant_type"),
            (CLIENT_CREDENTIALS, CLIENT, "", False, "invalid_client"),
        ]
        assert len(identity.requests_of(PASSWORD)) == 2
        assert [each.user for each in identity.requests_of(PASSWORD, ok=True)] == [ANNA]
