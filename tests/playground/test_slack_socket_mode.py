"""Socket Mode with slack_sdk's own aiohttp client as the bot."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer

Json = dict[str, Any]


@dataclass(slots=True)
class Bot:
    """Acknowledges what `acknowledges` says, with what `replies` returns."""

    slack: SlackServer
    client: SocketModeClient
    acknowledges: Callable[[SocketModeRequest], bool] = lambda _request: True
    replies: Callable[[SocketModeRequest], Json | None] = lambda _request: None
    got: list[SocketModeRequest] = field(default_factory=list)

    async def listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.got.append(request)
        if self.acknowledges(request):
            response = SocketModeResponse(request.envelope_id, self.replies(request))
            await client.send_socket_mode_response(response)
        self.slack.changes.wake()

    @property
    def event_ids(self) -> list[str]:
        return [request.payload["event_id"] for request in self.got]


@asynccontextmanager
async def a_bot(slack: SlackServer) -> AsyncIterator[Bot]:
    already = slack.connections
    web_client = AsyncWebClient(base_url=slack.api_url)
    client = SocketModeClient(app_token=slack.app_token, web_client=web_client, ping_interval=1)
    bot = Bot(slack, client)
    client.socket_mode_request_listeners.append(bot.listen)
    await client.connect()  # type: ignore[no-untyped-call]
    await slack.until(lambda: slack.connections == already + 1)
    try:
        yield bot
    finally:
        await client.close()  # type: ignore[no-untyped-call]
        await slack.until(lambda: slack.connections == already)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as slack:
        yield slack


async def test_an_event_arrives_and_is_acknowledged(slack: SlackServer) -> None:
    async with a_bot(slack) as bot:
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.settled()
        request = bot.got[0]
        assert request.type == "events_api"
        assert request.payload["event"]["text"] == "hello"
        assert request.retry_attempt == 0
        assert request.accepts_response_payload is False
        assert slack.deliveries[0].acknowledged


async def test_what_happened_before_the_bot_came_is_delivered_when_it_comes(
    slack: SlackServer,
) -> None:
    for number in range(5):
        await slack.say("U0ANNA", "C0FINANCE", f"number {number}")
    async with a_bot(slack) as bot:
        await slack.settled()
        texts = [request.payload["event"]["text"] for request in bot.got]
    assert sorted(texts) == [f"number {number}" for number in range(5)]


async def test_an_event_without_acknowledgement_comes_again(slack: SlackServer) -> None:
    slack.ack_within = 0.05
    slack.retry_after = (0.0, 0.01, 0.01)
    async with a_bot(slack) as bot:
        bot.acknowledges = lambda request: request.retry_attempt == 2
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.settled()
        assert [request.retry_attempt for request in bot.got] == [0, 1, 2]
        assert [request.retry_reason for request in bot.got] == ["", "timeout", "timeout"]
        assert len(set(bot.event_ids)) == 1
        assert len({request.envelope_id for request in bot.got}) == 3
        assert not slack.lost


async def test_an_event_that_is_never_acknowledged_is_given_up_on(slack: SlackServer) -> None:
    slack.ack_within = 0.02
    slack.retry_after = (0.0, 0.0, 0.0)
    async with a_bot(slack) as bot:
        bot.acknowledges = lambda _request: False
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.settled()
        assert len(bot.got) == 4
        assert len(slack.lost) == 1


async def test_a_bot_that_died_before_acknowledging_gets_the_event_when_it_is_back(
    slack: SlackServer,
) -> None:
    async with a_bot(slack) as first:
        first.acknowledges = lambda _request: False
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.until(lambda: first.got)
    assert len(slack.on_the_way) == 1
    async with a_bot(slack) as second:
        await slack.settled()
        assert second.event_ids == first.event_ids
        assert second.got[0].retry_attempt == 1


async def test_each_envelope_goes_to_one_of_several_connections(slack: SlackServer) -> None:
    async with a_bot(slack) as one, a_bot(slack) as other:
        for number in range(60):
            await slack.say("U0ANNA", "C0FINANCE", f"number {number}")
        await slack.settled()
        assert len(one.got) + len(other.got) == 60
        assert one.got
        assert other.got


async def test_the_payload_of_an_acknowledgement_is_the_answer(slack: SlackServer) -> None:
    async with a_bot(slack) as bot:
        bot.replies = lambda _request: {"text": "Only you can read this."}
        answer = await slack.command("U0ANNA", "C0FINANCE", "/fusion", "help")
        assert answer.ok
        assert bot.got[0].type == "slash_commands"
        assert bot.got[0].accepts_response_payload
        assert bot.got[0].payload["text"] == "help"
        assert [each.text for each in slack.ephemerals("U0ANNA")] == ["Only you can read this."]


async def test_an_interaction_without_a_connection_fails_at_once(slack: SlackServer) -> None:
    answer = await slack.command("U0ANNA", "C0FINANCE", "/fusion")
    assert not answer
    assert answer.error == "The app is not connected."


async def test_an_interaction_is_not_repeated(slack: SlackServer) -> None:
    slack.ack_within = 0.05
    async with a_bot(slack) as bot:
        bot.acknowledges = lambda _request: False
        answer = await slack.command("U0ANNA", "C0FINANCE", "/fusion")
        assert not answer.ok
        assert len(bot.got) == 1


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_the_client_comes_back_after_a_disconnect_message(
    slack: SlackServer, reason: str
) -> None:
    async with a_bot(slack) as bot:
        await slack.disconnect(reason)
        await slack.until(lambda: slack.sockets.opened == 2 and slack.connections == 1)
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.settled()
        assert len(bot.got) == 1


async def test_the_client_comes_back_after_its_connection_broke(slack: SlackServer) -> None:
    async with a_bot(slack) as bot:
        slack.cut_sockets()
        await slack.until(lambda: slack.connections == 0)
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.settled()
        assert len(bot.got) == 1


async def test_a_ticket_opens_one_connection(slack: SlackServer) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    answer = await client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(answer["url"]) as socket:
            hello = json.loads((await socket.receive()).data)
            assert hello["type"] == "hello"
            assert hello["connection_info"] == {"app_id": "A0FUSION"}
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(answer["url"])
        unused = await client.apps_connections_open(app_token=slack.app_token)
        slack.sockets.spoil_tickets()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(unused["url"])


async def test_an_eleventh_connection_is_turned_away(slack: SlackServer) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(10):
            answer = await client.apps_connections_open(app_token=slack.app_token)
            sockets.append(await session.ws_connect(answer["url"]))
        answer = await client.apps_connections_open(app_token=slack.app_token)
        async with session.ws_connect(answer["url"]) as eleventh:
            message = json.loads((await eleventh.receive()).data)
            assert message == {"type": "disconnect", "reason": "too_many_websockets"}
        assert slack.connections == 10
        await asyncio.gather(*(socket.close() for socket in sockets))


async def test_only_an_app_token_opens_connections(slack: SlackServer) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=slack.bot_token)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await client.apps_connections_open(app_token="xapp-wrong")


async def test_what_is_not_json_on_a_socket_is_passed_over(slack: SlackServer) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    answer = await client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(answer["url"]) as socket:
        await socket.receive()
        await socket.send_str("no JSON")
        await socket.send_str("[]")
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        envelope = json.loads((await socket.receive()).data)
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.settled()
        assert not slack.lost
