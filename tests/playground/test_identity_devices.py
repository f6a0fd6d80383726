"""Device codes at the emulated identity domain (RFC 8628)."""

from datetime import timedelta
from typing import Any

import pytest

from bot.playground.identity import CLIENT_CREDENTIALS, DEVICE_CODE, PUBLIC_CLIENT
from tests.playground.fusion_pod import Pod, Reply, a_pod
from tests.playground.identity_client import (
    ANNA,
    BASIC,
    CLIENT,
    ask,
    claims_of,
    offline,
    post,
    refusal,
    works,
)

PENDING = (400, "authorization_pending")
SLOW_DOWN = (400, "slow_down")


async def begin(pod: Pod, headers: dict[str, str] | None = None, **changes: Any) -> Reply:
    form = {"response_type": "device_code", "scope": offline(pod), "client_id": CLIENT}
    return await post(pod, pod.server.device_url, form | changes, headers or {})


async def poll(pod: Pod, device: Reply, after: float = 5) -> Reply:
    pod.clock.now += after
    return await ask(pod, {"grant_type": DEVICE_CODE, "device_code": device["device_code"]})


async def test_a_device_gets_two_codes_and_an_address() -> None:
    async with a_pod() as pod:
        device = await begin(pod)
        assert device.status == 200
        assert (device["interval"], device["expires_in"]) == (5, 300)
        page = f"{pod.server.base_url}/device"
        assert device["verification_uri"] == page
        code = device["user_code"]
        assert device["verification_uri_complete"] == f"{page}?user_code={code}"
        assert len(code) == 9
        assert set(code) <= set("BCDFGHJKLMNPQRSTVWXZ-")
        assert code not in device["device_code"]


async def test_tokens_come_once_a_person_allowed_it_and_only_once() -> None:
    async with a_pod() as pod:
        device = await begin(pod)
        assert refusal(await poll(pod, device)) == PENDING
        pod.server.identity.allow_device(device["user_code"], ANNA)
        reply = await poll(pod, device)
        assert claims_of(reply)["user_name"] == ANNA
        assert reply["refresh_token"]
        assert await works(pod, reply["access_token"])
        assert refusal(await poll(pod, device)) == (400, "invalid_grant")


async def test_a_refusal_reaches_the_device() -> None:
    async with a_pod() as pod:
        device = await begin(pod)
        pod.server.identity.deny_device(device["user_code"])
        assert refusal(await poll(pod, device)) == (400, "access_denied")


async def test_who_polls_too_fast_must_slow_down_each_time_a_bit_more() -> None:
    async with a_pod() as pod:
        device = await begin(pod)
        assert refusal(await poll(pod, device, after=0)) == PENDING
        assert refusal(await poll(pod, device, after=4)) == SLOW_DOWN
        assert refusal(await poll(pod, device, after=5)) == SLOW_DOWN
        assert refusal(await poll(pod, device, after=14)) == SLOW_DOWN
        assert refusal(await poll(pod, device, after=20)) == PENDING


async def test_two_devices_have_each_their_own_pace() -> None:
    async with a_pod() as pod:
        first, second = await begin(pod), await begin(pod)
        assert refusal(await poll(pod, first, after=0)) == PENDING
        assert refusal(await poll(pod, second, after=0)) == PENDING


async def test_a_device_code_expires() -> None:
    async with a_pod() as pod:
        device = await begin(pod)
        pod.server.identity.allow_device(device["user_code"], ANNA)
        assert refusal(await poll(pod, device, after=300)) == (400, "expired_token")
        late = await begin(pod)
        pod.clock.now += 300
        with pytest.raises(KeyError):
            pod.server.identity.allow_device(late["user_code"], ANNA)


async def test_pace_and_life_can_be_set() -> None:
    async with a_pod() as pod:
        pod.server.identity.set_device_pace(timedelta(seconds=1), timedelta(seconds=30))
        device = await begin(pod)
        assert (device["interval"], device["expires_in"]) == (1, 30)
        assert refusal(await poll(pod, device, after=1)) == PENDING
        assert refusal(await poll(pod, device, after=1)) == PENDING


async def test_a_user_code_is_read_in_any_case_and_without_its_dash() -> None:
    async with a_pod() as pod:
        device = await begin(pod)
        typed = device["user_code"].lower().replace("-", " ")
        pod.server.identity.allow_device(typed, ANNA)
        assert (await poll(pod, device)).status == 200


async def test_a_device_that_was_decided_cannot_be_decided_again() -> None:
    async with a_pod() as pod:
        device = await begin(pod)
        pod.server.identity.deny_device(device["user_code"])
        for code in (device["user_code"], "XXXX-XXXX"):
            with pytest.raises(KeyError):
                pod.server.identity.allow_device(code, ANNA)


async def test_a_device_code_belongs_to_its_client() -> None:
    async with a_pod() as pod:
        device = await begin(pod, client_id=PUBLIC_CLIENT)
        assert refusal(await poll(pod, device)) == (400, "invalid_grant")
        form = {"grant_type": DEVICE_CODE, "device_code": device["device_code"]}
        reply = await ask(pod, form | {"client_id": PUBLIC_CLIENT}, {})
        assert refusal(reply) == PENDING
        assert refusal(await ask(pod, form | {"device_code": ""})) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": ""}, (400, "invalid_request")),
        ({"response_type": "code"}, (400, "unsupported_response_type")),
        ({"scope": "openid"}, (400, "invalid_scope")),
        ({"client_id": ""}, (400, "invalid_request")),
        ({"client_id": "nobody"}, (400, "invalid_request")),
        ({"client_secret": "wrong"}, (401, "invalid_client")),
    ],
)
async def test_a_wrong_beginning_is_refused(
    changes: dict[str, Any], error: tuple[int, str]
) -> None:
    async with a_pod() as pod:
        assert refusal(await begin(pod, **changes)) == error


async def test_a_client_may_also_prove_itself_at_once_and_must_be_right() -> None:
    async with a_pod() as pod:
        assert (await begin(pod, BASIC)).status == 200
        assert refusal(await begin(pod, {"Authorization": "Basic x"})) == (401, "invalid_client")
        pod.server.identity.client.grants = [CLIENT_CREDENTIALS]
        assert refusal(await begin(pod, BASIC)) == (400, "unauthorized_client")


async def test_what_a_user_allowed_ends_with_a_new_password_or_the_account() -> None:
    async with a_pod() as pod:
        identity = pod.server.identity
        first, second = await begin(pod), await begin(pod)
        identity.allow_device(first["user_code"], ANNA)
        identity.change_password(ANNA)
        assert refusal(await poll(pod, first)) == (400, "access_denied")
        identity.allow_device(second["user_code"], ANNA)
        identity.users[ANNA].active = False
        assert refusal(await poll(pod, second)) == (400, "access_denied")
