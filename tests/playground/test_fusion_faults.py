"""Trouble on request, as an HTTP client meets it, and whether the request was carried out."""

import asyncio
from collections.abc import Awaitable

import aiohttp
import pytest

from bot.playground.fusion import FaultKind
from tests.playground.fusion_pod import Pod, a_pod

LOST = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)


async def lost(call: Awaitable[object]) -> bool:
    """Whether the connection was lost while this was asked."""
    try:
        await call
    except LOST:
        return True
    return False


def asked(pod: Pod) -> int:
    return len(pod.server.invocations)


@pytest.mark.parametrize(
    ("kind", "acted"),
    [(FaultKind.REFUSE, 0), (FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1)],
)
async def test_a_lost_connection_leaves_open_whether_it_was_carried_out(
    kind: FaultKind, acted: int
) -> None:
    async with a_pod() as pod:
        fault = pod.server.faults.add(kind)
        assert await lost(pod.ask("Hello"))
        assert (asked(pod), fault.struck) == (acted, 1)
        assert (await pod.ask("Hello again")).status == 202


async def test_half_a_body_comes_although_it_was_carried_out() -> None:
    async with a_pod() as pod:
        pod.server.faults.add("half_body")
        with pytest.raises(aiohttp.ClientPayloadError):
            await pod.ask("Hello")
        assert asked(pod) == 1


async def test_a_slow_reply_is_carried_out_at_once() -> None:
    async with a_pod() as pod:
        pod.server.faults.add("slow", seconds=3600)
        asking = asyncio.create_task(pod.ask("Hello"))
        await pod.server.wait_for_invocations(1)
        assert not asking.done()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        pod.server.faults.add("slow", "status", seconds=0.001)
        assert (await pod.status(pod.server.invocations[0].job_id)).status == 200


async def test_a_login_page_comes_instead_of_a_reply() -> None:
    async with a_pod() as pod:
        pod.server.faults.add("html", "status", times=2)
        job = (await pod.ask("Hello"))["jobId"]
        url = f"{pod.server.base_url}/api/fusion-ai/orchestrator/agent/v1/{pod.team}/status/{job}"
        async with pod.session.get(url, headers=pod.bearer) as reply:
            assert (reply.status, reply.content_type) == (200, "text/html")
            assert "Sign In" in await reply.text()


@pytest.mark.parametrize(
    ("retry_after", "sent"), [(None, None), (7, "7"), (1.5, "1.5"), ("soon", "soon")]
)
async def test_an_http_error_may_say_when_to_come_back(
    retry_after: float | str | None, sent: str | None
) -> None:
    async with a_pod() as pod:
        pod.server.faults.add("status", code=429, retry_after=retry_after)
        reply = await pod.ask("Hello")
        assert (reply.status, reply.headers.get("Retry-After")) == (429, sent)
        assert asked(pod) == 0


async def test_json_of_another_kind_comes_although_it_was_carried_out() -> None:
    async with a_pod() as pod:
        pod.server.faults.add("wrong_json")
        reply = await pod.ask("Hello")
        assert (reply.status, type(reply.body), asked(pod)) == (200, list, 1)


async def test_a_good_token_may_be_refused() -> None:
    async with a_pod() as pod:
        pod.server.faults.add("unauthorized")
        reply = await pod.ask("Hello")
        assert (reply.status, "WWW-Authenticate" in reply.headers) == (401, True)
        assert (asked(pod), (await pod.ask("Hello")).status) == (0, 202)


async def test_a_fault_strikes_only_where_when_and_as_often_as_ordered() -> None:
    async with a_pod() as pod:
        fault = pod.server.faults.add("status", "token", times=2, after=1, code=500)
        assert (await pod.ask("Hello")).status == 202
        codes = [(await pod.ask_for_token()).status for _ in range(4)]
        assert (codes, fault.struck) == ([200, 500, 500, 200], 2)


async def test_faults_strike_in_the_order_in_which_they_were_added() -> None:
    async with a_pod() as pod:
        job = (await pod.ask("Hello"))["jobId"]
        for code in (500, 502):
            pod.server.faults.add("status", "status", code=code)
        assert [(await pod.status(job)).status for _ in range(3)] == [500, 502, 200]


async def test_faults_can_be_taken_back_and_must_be_of_a_known_kind() -> None:
    async with a_pod() as pod:
        pod.server.faults.add("status", times=100)
        pod.server.faults.clear()
        assert (await pod.ask("Hello")).status == 202
        with pytest.raises(ValueError, match="earthquake"):
            pod.server.faults.add("earthquake")


async def test_a_decision_that_is_dropped_after_it_was_taken_counts() -> None:
    async with a_pod() as pod:
        taken = await pod.ask("Approve invoice 4711")
        pod.clock.now += 2
        pod.server.faults.add("drop_after")
        assert await lost(pod.ask("Approve", taken["conversationId"]))
        assert len(pod.server.decisions) == 1
        assert (await pod.after(1, taken["jobId"]))["status"] == "COMPLETE"
