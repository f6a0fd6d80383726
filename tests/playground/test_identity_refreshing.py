"""Refresh tokens, revocation, introspection and what else clients ask the identity domain."""

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from bot.playground.identity import (
    GRANTS,
    PASSWORD,
    PUBLIC_CLIENT,
    REFRESH_TOKEN,
)
from tests.playground.fusion_pod import Pod, Reply, a_pod
from tests.playground.identity_client import (
    ANNA,
    CLIENT,
    claims_of,
    get,
    offline,
    post,
    refresh,
    refusal,
    signed_in,
    works,
)

NOT_GRANTED = (400, "invalid_grant")


async def revoke(pod: Pod, token: str, headers: dict[str, str] | None = None) -> Reply:
    return await post(pod, pod.server.revoke_url, {"token": token}, headers)


async def introspect(pod: Pod, token: str, headers: dict[str, str] | None = None) -> Reply:
    url = f"{pod.server.base_url}/oauth2/v1/introspect"
    return await post(pod, url, {"token": token}, headers)


async def test_a_refresh_token_gives_the_same_user_and_a_new_refresh_token() -> None:
    async with a_pod() as pod:
        first = await signed_in(pod)
        second = await refresh(pod, first["refresh_token"])
        assert claims_of(second)["user_name"] == ANNA
        assert second["refresh_token"] != first["refresh_token"]
        assert (await refresh(pod, second["refresh_token"])).status == 200


async def test_a_used_refresh_token_ends_its_whole_family() -> None:
    async with a_pod() as pod:
        first = await signed_in(pod)
        other = await signed_in(pod)
        second = await refresh(pod, first["refresh_token"])
        assert refusal(await refresh(pod, first["refresh_token"])) == NOT_GRANTED
        assert refusal(await refresh(pod, second["refresh_token"])) == NOT_GRANTED
        for reply in (first, second):
            assert not await works(pod, reply["access_token"])
        assert await works(pod, other["access_token"])
        assert (await refresh(pod, other["refresh_token"])).status == 200


async def test_without_rotation_the_first_refresh_token_stays() -> None:
    async with a_pod() as pod:
        assert pod.server.identity.refresh_rotates
        pod.server.identity.refresh_rotates = False
        first = await signed_in(pod)
        for _ in range(2):
            reply = await refresh(pod, first["refresh_token"])
            assert reply.status == 200
            assert "refresh_token" not in reply.body


async def test_an_unknown_a_foreign_and_an_old_refresh_token_are_refused() -> None:
    async with a_pod() as pod:
        assert refusal(await refresh(pod, "made-up")) == NOT_GRANTED
        token = pod.server.identity.give_refresh_token(ANNA, PUBLIC_CLIENT)
        assert refusal(await refresh(pod, token)) == NOT_GRANTED
        form = {"grant_type": REFRESH_TOKEN, "refresh_token": token, "client_id": PUBLIC_CLIENT}
        assert (await pod.post_form(form, {})).status == 200
        old = pod.server.identity.give_refresh_token(ANNA)
        pod.clock.now += 7 * 86_400
        assert refusal(await refresh(pod, old)) == NOT_GRANTED


async def test_a_refresh_token_must_be_sent() -> None:
    async with a_pod() as pod:
        assert refusal(await refresh(pod, "")) == (400, "invalid_request")


async def test_a_refresh_keeps_to_its_scope() -> None:
    async with a_pod() as pod:
        token = (await signed_in(pod))["refresh_token"]
        wrong = f"{offline(pod)} openid"
        assert refusal(await refresh(pod, token, scope=wrong)) == (400, "invalid_scope")
        assert refusal(await refresh(pod, token, scope="openid")) == (400, "invalid_scope")
        token = (await refresh(pod, token, scope=pod.server.scope))["refresh_token"]
        assert (await refresh(pod, token, scope=offline(pod))).status == 200


async def test_an_administrator_can_hand_out_a_refresh_token() -> None:
    async with a_pod() as pod:
        token = pod.server.identity.give_refresh_token(ANNA)
        assert claims_of(await refresh(pod, token))["user_name"] == ANNA


async def test_a_client_that_may_not_refresh_gets_no_offline_access() -> None:
    async with a_pod() as pod:
        identity = pod.server.identity
        identity.client.grants = [each for each in GRANTS if each != REFRESH_TOKEN]
        form = {"grant_type": PASSWORD, "username": ANNA, "password": "Playground-1"}
        reply = await post(pod, pod.server.token_url, form | {"scope": offline(pod)})
        assert refusal(reply) == (400, "invalid_scope")


async def test_revoking_all_leaves_refresh_tokens() -> None:
    async with a_pod() as pod:
        reply = await signed_in(pod)
        pod.server.revoke_all()
        assert not await works(pod, reply["access_token"])
        assert await works(pod, (await refresh(pod, reply["refresh_token"]))["access_token"])


# Revocation (RFC 7009)


async def test_a_revoked_refresh_token_takes_its_family_along() -> None:
    async with a_pod() as pod:
        reply = await signed_in(pod)
        assert (await revoke(pod, reply["refresh_token"])).status == 200
        assert not await works(pod, reply["access_token"])
        assert refusal(await refresh(pod, reply["refresh_token"])) == NOT_GRANTED


async def test_a_revoked_access_token_goes_alone() -> None:
    async with a_pod() as pod:
        reply = await signed_in(pod)
        assert (await revoke(pod, reply["access_token"])).status == 200
        assert not await works(pod, reply["access_token"])
        assert (await refresh(pod, reply["refresh_token"])).status == 200


async def test_revoking_needs_the_client_a_token_and_ones_own() -> None:
    async with a_pod() as pod:
        assert (await revoke(pod, "never heard of")).status == 200
        assert refusal(await revoke(pod, "")) == (400, "invalid_request")
        assert refusal(await revoke(pod, "x", {})) == (401, "invalid_client")
        token = pod.server.identity.give_refresh_token(ANNA, PUBLIC_CLIENT)
        assert refusal(await revoke(pod, token)) == (400, "unauthorized_client")
        form = {"token": token, "client_id": PUBLIC_CLIENT}
        assert (await post(pod, pod.server.revoke_url, form, {})).status == 200


# Introspection, userinfo, discovery


async def test_introspection_tells_what_stands_behind_a_token() -> None:
    async with a_pod() as pod:
        token = (await signed_in(pod))["access_token"]
        told = await introspect(pod, token)
        assert (told["active"], told["sub"], told["sub_type"]) == (True, ANNA, "user")
        await revoke(pod, token)
        assert (await introspect(pod, token)).body == {"active": False}
        assert refusal(await introspect(pod, token, {})) == (401, "invalid_client")
        url = f"{pod.server.base_url}/oauth2/v1/introspect"
        public = await post(pod, url, {"token": token, "client_id": PUBLIC_CLIENT}, {})
        assert refusal(public) == (400, "unauthorized_client")


async def test_userinfo_is_for_users() -> None:
    async with a_pod() as pod:
        path = "/oauth2/v1/userinfo"
        told = await get(pod, path, (await signed_in(pod))["access_token"])
        assert (told["sub"], told["email"], told["name"]) == (ANNA, ANNA, "Anna Schmidt")
        client = await get(pod, path, (await pod.ask_for_token())["access_token"])
        assert refusal(client) == (403, "insufficient_scope")
        for token in ("", "made-up"):
            refused = await get(pod, path, token)
            assert refusal(refused) == (401, "invalid_token")
            assert "Bearer" in refused.headers["WWW-Authenticate"]


async def test_discovery_names_oracles_issuer_and_the_endpoints_that_are_there() -> None:
    async with a_pod() as pod:
        told = await get(pod, "/.well-known/openid-configuration")
        assert told["issuer"] == "https://identity.oraclecloud.com/"
        assert told["token_endpoint"] == pod.server.token_url
        assert told["authorization_endpoint"] == pod.server.authorize_url
        assert told["device_authorization_endpoint"] == pod.server.device_url
        assert told["revocation_endpoint"] == pod.server.revoke_url
        assert set(told["grant_types_supported"]) == set(GRANTS)


async def test_the_published_key_verifies_access_tokens_and_has_no_private_part() -> None:
    async with a_pod() as pod:
        told = await get(pod, "/.well-known/openid-configuration")
        path = told["jwks_uri"].removeprefix(pod.server.base_url)
        published = (await get(pod, path)).body
        assert "d" not in published["keys"][0]
        token = (await pod.ask_for_token())["access_token"]
        keys = KeySet.import_key_set(published)
        assert jwt.decode(token, keys, algorithms=["RS256"]).claims["sub"] == CLIENT


@pytest.mark.parametrize("on", ["token", "device", "revoke"])
async def test_trouble_can_be_ordered_for_the_identity_domain_too(on: str) -> None:
    async with a_pod() as pod:
        urls = {
            "token": pod.server.token_url,
            "device": pod.server.device_url,
            "revoke": pod.server.revoke_url,
        }
        pod.server.faults.add("drop_before", on)  # type: ignore[arg-type]  # a literal
        with pytest.raises(aiohttp.ClientError):
            await post(pod, urls[on], {})
        assert (await post(pod, urls[on], {})).status == 400
