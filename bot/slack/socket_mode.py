"""Socket Mode, made to come back.

The SDK's client asks for an address once and then tries the same one for ever, also when it was
rejected; ours asks for a new one after each failure. The SDK looks at its connection every ten
seconds, between its pings; a watchdog of ours looks every second.
"""

import asyncio
import time

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outbound import NO_REPLY

log = structlog.get_logger(__name__)

PING_INTERVAL = 10.0
LOOK_INTERVAL = 1.0  # what people do while nobody is connected waits, or is refused
LONGEST_PAUSE = 30.0
ANSWERS_WITHIN = 2.0  # at the end; Slack itself gives an acknowledgement three
CLOSES_WITHIN = 1.0  # the other side may be gone and never say goodbye


class PersistentClient(SocketModeClient):
    """The SDK's client, except that a failed connection is tried at a new address."""

    async def connect(self) -> None:
        """Connect, however long it takes; returns early only when closed."""
        pause = 0.5
        while not self.closed:
            try:
                await self._connect_once()
            except (SlackApiError, *NO_REPLY) as error:
                log.warning("socket_not_connected", error=type(error).__name__, pause=pause)
                self.wss_uri = None  # a ticket is good for one try
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    async def issue_new_wss_url(self) -> str:
        """An address for one try. Raises SlackApiError, after the wait that Slack asks for.

        The SDK's own stumbles over refusals that are no JSON, such as the web page of a proxy.
        """
        try:
            reply = await self.web_client.apps_connections_open(app_token=self.app_token)
        except SlackApiError as error:
            told = str(error.response.headers.get("Retry-After", ""))
            if told.isdecimal():
                await asyncio.sleep(int(told))
            raise
        return str(reply["url"])

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """As the SDK's, which gives up for a ping interval where no address is to be had."""
        async with self.connect_operation_lock:
            if force or not await self.is_connected():
                self.wss_uri = None
                await self.connect()

    async def _connect_once(self) -> None:
        self.auto_reconnect_enabled = False
        if self.current_session is not None:
            await self.current_session.close()
        if self.aiohttp_client_session.closed:
            self.aiohttp_client_session = aiohttp.ClientSession()
        address = self.wss_uri or await self.issue_new_wss_url()
        self.wss_uri = None
        session = await self.aiohttp_client_session.ws_connect(
            address,
            autoping=False,
            heartbeat=self.ping_interval,
            proxy=self.proxy,
            timeout=aiohttp.ClientWSTimeout(ws_close=CLOSES_WITHIN),
        )
        self.current_session = session
        self.auto_reconnect_enabled = self.default_auto_reconnect_enabled
        self.stale = False
        self.last_ping_pong_time = None
        for task in (self.current_session_monitor, self.message_receiver):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        log.info("socket_connected")


class SocketMode:
    """Receives what people do over a WebSocket and has Bolt answer it."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        self._app = app
        self._token = app_token
        self._web_client = client
        self._client: PersistentClient | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._working: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect. Wrong tokens are found before, by the preflight."""
        client = PersistentClient(
            self._token, web_client=self._web_client, ping_interval=PING_INTERVAL
        )
        client.socket_mode_request_listeners.append(self._answer)
        self._client = client
        await client.connect()
        self._watchdog = asyncio.create_task(self._watch(client))

    async def is_connected(self) -> bool:
        """Whether Slack can reach us, for /readyz."""
        return self._client is not None and await self._client.is_connected()

    async def close(self) -> None:
        """Take nothing more; what is being answered is finished first, if that is soon."""
        if self._watchdog is not None:
            self._watchdog.cancel()
        if self._client is not None:
            self._client.socket_mode_request_listeners.clear()
            if self._working:
                await asyncio.wait(self._working, timeout=ANSWERS_WITHIN)
            await self._client.close()  # type: ignore[no-untyped-call]  # the SDK's own

    async def _answer(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        started = time.time()
        response = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, response, started)

    async def _watch(self, client: PersistentClient) -> None:
        """Bring back what has broken off, whatever became of the SDK's own monitor."""
        while True:
            await asyncio.sleep(LOOK_INTERVAL)
            if not await client.is_connected():
                await client.connect_to_new_endpoint()
