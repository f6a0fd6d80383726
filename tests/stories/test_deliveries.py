"""How what people do reaches the bot: connections break, are renewed, are refused."""

import asyncio
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.slack.http_delivery import sign
from storage.rows import Claim
from storage.sqlite import SqliteStore
from tests.stories.service import ANNA, FINANCE, Mode, service

MODES: tuple[Mode, ...] = ("socket", "http")


@pytest.mark.parametrize("mode", MODES)
async def test_what_was_kept_but_acknowledged_too_late_counts_once_when_it_comes_again(
    tmp_path: Path, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = asyncio.Event()
    take = SqliteStore.take

    async def take_and_dawdle(store: SqliteStore, *given: Any) -> list[Claim]:
        claims = await take(store, *given)
        await late.wait()
        return claims

    async with service(tmp_path, mode) as house:
        house.slack.ack_within = 0.2
        house.slack.retry_after = (0.05, 0.05, 0.05)
        monkeypatch.setattr(SqliteStore, "take", take_and_dawdle)
        root = await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        await house.slack.settled()
        assert any(each.failures for each in house.slack.deliveries)
        assert all(each.acknowledged for each in house.slack.deliveries)
        late.set()
        await house.answered(FINANCE, root, "Sources")
        assert len(house.fusion.invocations) == 1
        assert len(house.bot_messages(FINANCE, root)) == 1


async def test_what_slack_did_not_sign_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path, "http") as house, aiohttp.ClientSession() as stranger:
        await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        await house.slack.settled()
        payload = house.slack.deliveries[0].payload
        forged = payload | {"event": payload["event"] | {"ts": "1700000000.000001"}}
        url = f"http://127.0.0.1:{house.port}/slack/events"
        signature = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0="}
        for headers in ({}, signature):
            async with stranger.post(url, json=forged, headers=headers) as reply:
                assert reply.status == 401
        assert await house.slack.verify_url()
        assert len(house.fusion.invocations) <= 1


@pytest.mark.parametrize("body", [b"{", b"payload={", b"[]", b"1", b"payload=[]", b"\xff\xfe", b""])
@pytest.mark.parametrize("charset", ["", "; charset=moon"])
async def test_nonsense_is_refused_and_is_no_failure_of_ours(
    tmp_path: Path, body: bytes, charset: str
) -> None:
    async with service(tmp_path, "http") as house, aiohttp.ClientSession() as stranger:
        url = f"http://127.0.0.1:{house.port}/slack/events"
        kind = {"Content-Type": f"application/json{charset}"}
        async with stranger.post(url, data=body, headers=kind) as reply:
            assert reply.status in {400, 401}
        timestamp = str(int(time.time()))
        signed = {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign("playground-signing-secret", timestamp, b"{"),
        }
        async with stranger.post(url, data=b"{", headers=signed) as reply:
            assert reply.status == 400
