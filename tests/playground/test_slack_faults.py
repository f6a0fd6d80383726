"""Faults, limits and latency of the emulated Web API."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as slack:
        yield slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def post(client: AsyncWebClient, text: str = "x", channel: str = "C0FINANCE") -> str:
    """What became of posting a message: `ok`, or Slack's error."""
    try:
        await client.chat_postMessage(channel=channel, text=text)
    except SlackApiError as refusal:
        return str(refusal.response["error"])
    return "ok"


async def test_an_error_comes_as_often_as_asked_for(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.faults.add("chat.*", "error", times=2, after=1, error="fatal_error")
    assert [await post(client) for _ in range(4)] == ["ok", "fatal_error", "fatal_error", "ok"]
    assert [call.fault for call in slack.calls] == [None, "error", "error", None]
    assert len(slack.messages("C0FINANCE")) == 2


async def test_a_fault_strikes_only_its_method(slack: SlackServer, client: AsyncWebClient) -> None:
    fault = slack.faults.add("chat.update", "error")
    assert await post(client) == "ok"
    assert fault.struck == 0


async def test_rate_limiting_says_when_to_come_back(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.faults.add("chat.postMessage", "rate_limited", retry_after=7)
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="C0FINANCE", text="x")
    response = refusal.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(("kind", "posted"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_has_acted_or_not(
    slack: SlackServer, client: AsyncWebClient, kind: str, posted: int
) -> None:
    if kind == "drop_before":
        slack.faults.add("chat.postMessage", "drop_before")
    else:
        slack.faults.add("chat.postMessage", "drop_after")
    with pytest.raises(aiohttp.ClientError):
        await post(client)
    assert len(slack.messages("C0FINANCE")) == posted
    assert slack.calls[0].fault == kind
    assert slack.calls[0].ok is (posted == 1)
    assert await post(client) == "ok"


async def test_a_slow_call_acts_late(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.faults.add("chat.postMessage", "slow", seconds=0.05)
    began = time.monotonic()
    assert await post(client) == "ok"
    assert time.monotonic() - began >= 0.05


async def test_a_status_other_than_200_can_be_had(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.faults.add("chat.postMessage", "http_status", status=502)
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="C0FINANCE", text="x")
    assert refusal.value.response.status_code == 502
    assert slack.messages("C0FINANCE") == []


async def test_a_share_of_the_calls_fails_the_same_way_for_the_same_seed() -> None:
    async def outcomes(seed: int) -> list[str]:
        async with SlackServer() as slack:
            client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
            slack.faults.percent("chat.*", 30, "rate_limited", retry_after=1, seed=seed)
            return [await post(client) for _ in range(60)]

    first, again, other = await outcomes(1), await outcomes(1), await outcomes(2)
    assert first == again
    assert first != other
    assert 5 < first.count("ratelimited") < 35


async def test_faults_that_do_not_exist_are_named(slack: SlackServer) -> None:
    with pytest.raises(ValueError, match="there is no fault 'explode'"):
        slack.faults.add("chat.*", "explode")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="slow knows no option error"):
        slack.faults.add("chat.*", "slow", error="x")


async def test_after_clearing_everything_works(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.faults.percent("*", 100, "error")
    assert await post(client) == "internal_error"
    slack.faults.clear()
    assert await post(client) == "ok"


async def test_a_slack_that_is_down_answers_503(slack: SlackServer) -> None:
    slack.down = True
    async with aiohttp.ClientSession() as session:
        for path in ("api/auth.test", "response/x", "upload/x"):
            async with session.post(f"{slack.page_url}{path}") as answer:
                assert answer.status == 503
    assert slack.calls == []
    slack.down = False
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    assert (await client.auth_test())["ok"]


async def test_every_call_takes_the_latency(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.latency = 0.05
    began = time.monotonic()
    both = await asyncio.gather(post(client), post(client, channel="C0GENERAL"))
    assert set(both) == {"ok"}
    assert 0.05 <= time.monotonic() - began < 1


async def test_without_limits_calls_pass(slack: SlackServer, client: AsyncWebClient) -> None:
    assert [await post(client) for _ in range(10)] == ["ok"] * 10
    assert not slack.limits.enabled


async def test_a_channel_takes_short_bursts_only(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.limits(enabled=True)
    assert [await post(client) for _ in range(6)] == ["ok"] * 5 + ["ratelimited"]
    assert await post(client, channel="C0GENERAL") == "ok"
    assert len(slack.messages("C0FINANCE")) == 5


async def test_a_methods_budget_is_one_for_the_whole_workspace(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0FINANCE", text="x"))["ts"]
    slack.limits(enabled=True)
    for number in range(50):
        await client.chat_update(channel="C0FINANCE", ts=ts, text=str(number))
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_update(channel="C0FINANCE", ts=ts, text="too much")
    assert 1 <= int(refusal.value.response.headers["Retry-After"]) <= 60
    slack.limits(enabled=False)
    await client.chat_update(channel="C0FINANCE", ts=ts, text="again")


async def test_a_budget_comes_back_with_time(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.limits(enabled=True, minute=0.06)
    for number in range(40):
        # A minute of 60 ms gives the five messages of five seconds back after 5 ms.
        async with asyncio.timeout(5):
            while await post(client, str(number)) != "ok":
                continue
    assert len(slack.messages("C0FINANCE")) == 40
