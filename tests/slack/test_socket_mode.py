"""Socket Mode comes back: a new address after each failure, whatever Slack answers meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.playground.slack import SlackServer
from bot.slack.socket_mode import PersistentClient, SocketMode
from tests.slack.scripted_slack import client_of


class StumblingClient(AsyncWebClient):
    """Slack's client, which stumbles a few times over what it is answered."""

    troubles: tuple[Exception, ...] = ()
    asked = 0

    async def apps_connections_open(self, **rest: Any) -> AsyncSlackResponse:
        self.asked += 1
        if self.asked <= len(self.troubles):
            raise self.troubles[self.asked - 1]
        return await super().apps_connections_open(**rest)


@asynccontextmanager
async def connecting(
    *troubles: Exception,
) -> AsyncIterator[tuple[SlackServer, PersistentClient, StumblingClient]]:
    async with SlackServer() as slack, client_of(slack.api_url) as client:
        stumbling = StumblingClient(
            token=slack.bot_token, base_url=slack.api_url, session=client.session, retry_handlers=[]
        )
        stumbling.troubles = troubles
        socket = PersistentClient(slack.app_token, web_client=stumbling, ping_interval=10)
        try:
            yield slack, socket, stumbling
        finally:
            await socket.close()  # type: ignore[no-untyped-call]  # the SDK's own


async def test_it_connects() -> None:
    async with connecting() as (slack, socket, _):
        await socket.connect()
        assert await socket.is_connected()
        assert slack.connections == 1


async def test_an_address_that_was_rejected_is_not_tried_again() -> None:
    async with connecting() as (slack, socket, client):
        address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        slack.sockets.spoil_tickets()
        socket.wss_uri = address
        await socket.connect()
        assert await socket.is_connected()
        assert client.asked == 2


@pytest.mark.parametrize(
    "trouble",
    [TimeoutError(), OSError(), AttributeError("a list has no ok"), ValueError("no JSON")],
)
async def test_an_answer_that_is_none_is_tried_again(trouble: Exception) -> None:
    async with connecting(trouble) as (_, socket, client):
        await socket.connect()
        assert await socket.is_connected()
        assert client.asked == 2


async def test_who_is_closed_stops_trying() -> None:
    async with connecting(*[OSError()] * 100) as (slack, socket, _):
        trying = asyncio.create_task(socket.connect())
        await asyncio.sleep(0)
        await socket.close()  # type: ignore[no-untyped-call]
        async with asyncio.timeout(5):
            await trying
        assert slack.connections == 0


async def test_before_it_was_started_it_is_not_connected_and_can_be_closed() -> None:
    async with SlackServer() as slack, client_of(slack.api_url) as client:
        client.token = slack.bot_token
        mode = SocketMode(AsyncApp(client=client), slack.app_token, client)
        assert not await mode.is_connected()
        await mode.close()


async def test_it_is_connected_from_start_to_close() -> None:
    async with SlackServer() as slack, client_of(slack.api_url) as client:
        client.token = slack.bot_token
        mode = SocketMode(AsyncApp(client=client), slack.app_token, client)
        await mode.start()
        assert await mode.is_connected()
        await mode.close()
        assert not await mode.is_connected()
