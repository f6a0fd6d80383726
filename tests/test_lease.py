"""A replica whose lease has run out writes in no thread, and starts and decides nothing."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from bot.domain.agent import Unavailable
from bot.fusion.client import FusionClient
from bot.fusion.wire_request import ResumeStrategy
from bot.lease import Lease
from bot.slack import outbound as gate
from bot.slack.budgets import PER_MINUTE, Budgets
from bot.slack.outbound import Outbound, SlackUnavailable
from tests.fusion.asking import ANNA, JOB, QUESTION, TAKEN, TEAM, Tokens
from tests.fusion.raw_server import RawServer, replies
from tests.slack.scripted_slack import client_of, scripted_slack


def never() -> bool:
    return False


@pytest.mark.looptime
async def test_it_holds_for_its_length_from_when_the_store_was_told() -> None:
    lease = Lease(timedelta(seconds=8))
    assert lease.may_act(), "before it is measured"
    lease.prolong(asyncio.get_running_loop().time())
    await asyncio.sleep(7.9)
    assert lease.may_act()
    await asyncio.sleep(0.2)
    assert not lease.may_act()
    lease.prolong(asyncio.get_running_loop().time() - 1)
    assert lease.may_act()


async def test_without_it_nothing_is_written_in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PAUSE", 0.0)
    async with scripted_slack() as slack, client_of(slack.url) as client:
        outbound = Outbound(client, Budgets(), never)
        for method in ("chat.postMessage", "chat.update", "files.completeUploadExternal"):
            with pytest.raises(SlackUnavailable, match="lease"):
                await outbound.call(method, "T1", {"channel": "C1"})
        assert slack.calls == []


async def test_without_it_nothing_is_asked_of_fusion_and_jobs_are_still_read() -> None:
    async with RawServer([replies(200, TAKEN)]) as server, aiohttp.ClientSession() as session:
        tokens, strategy, timeout = Tokens(), ResumeStrategy(), timedelta(seconds=5)
        client = FusionClient(session, server.url, "v1", tokens, strategy, timeout, never)
        with pytest.raises(Unavailable):
            await client.invoke(TEAM, QUESTION, None, ANNA)
        assert server.requests == []
        job = await client.status(JOB, ANNA)
        assert job.id == "job-1"


def test_what_slack_grants_is_shared_by_so_many_replicas() -> None:
    budgets = Budgets()
    early = budgets.of("chat.update", "T1")
    budgets.share_among(3)
    late = budgets.of("chat.postMessage", "T1")
    assert early.per_minute == PER_MINUTE["chat.update"] // 3
    assert late.per_minute == PER_MINUTE["chat.postMessage"] // 3
    budgets.share_among(1000)
    assert early.per_minute == 1
    budgets.share_among(1)
    assert early.per_minute == PER_MINUTE["chat.update"]
