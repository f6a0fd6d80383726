"""Deliveries by Socket Mode: tickets, the WebSockets of the bot, envelopes and acknowledgements.

Source obeyed: Slack's Socket Mode documentation. Each envelope goes to one random connection; an
acknowledgement is accepted on any connection as long as the one that carried it is open.
"""

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.slack.delivery import (
    COMMANDS,
    EVENTS,
    ConnectionLost,
    Delivery,
    NotAcknowledged,
)

Json = dict[str, Any]

MOST_CONNECTIONS = 10
TICKET_LIFE = 30.0
PING_EVERY = 10.0
CLOSE_WITHIN = 1.0


@dataclass(slots=True)
class Connection:
    """What is known of one open WebSocket: what it carries without an acknowledgement yet."""

    transport: asyncio.BaseTransport | None
    envelopes: set[str] = field(default_factory=set)


class SocketMode:
    """The bot's open WebSockets."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.opened = 0
        self.on_change: Callable[[], None] = _nothing
        self._tickets: dict[str, float] = {}
        self._sockets: dict[web.WebSocketResponse, Connection] = {}
        self._pending: dict[str, asyncio.Future[Any]] = {}
        self._random = random.Random()

    @property
    def open(self) -> bool:
        """Whether at least one connection is open."""
        return bool(self._sockets)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._sockets)

    def issue_ticket(self) -> str:
        """A ticket that opens one connection within 30 s."""
        ticket = uuid.uuid4().hex
        self._tickets[ticket] = time.monotonic() + TICKET_LIFE
        return ticket

    def spoil_tickets(self) -> None:
        """Makes every issued ticket worthless, as when Slack's edge forgets them."""
        self._tickets.clear()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket's route; lives as long as the connection."""
        expires = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if expires < time.monotonic():
            return web.Response(status=401, text="The ticket is unknown, used or expired.")
        socket = web.WebSocketResponse(timeout=CLOSE_WITHIN, heartbeat=PING_EVERY)
        await socket.prepare(request)
        if len(self._sockets) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._sockets[socket] = Connection(request.transport)
        self.opened += 1
        try:
            await socket.send_json(self._hello())
            self.on_change()
            await self._listen(socket)
        except ConnectionResetError:
            pass  # the bot died while it was greeted; nothing was sent to it yet
        finally:
            self._forget(socket)
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "connection_info": {"app_id": self.app_id},
            "debug_info": _debug_info(),
        }

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                answer = json.loads(message.data)
            except ValueError:
                continue
            if isinstance(answer, dict):
                self._acknowledge(answer)

    def _acknowledge(self, answer: Json) -> None:
        pending = self._pending.get(answer.get("envelope_id", ""))
        if pending is not None and not pending.done():
            pending.set_result(answer.get("payload"))

    def _forget(self, socket: web.WebSocketResponse) -> None:
        """What this connection did not acknowledge is free to go to another. Safe to repeat."""
        connection = self._sockets.pop(socket, None)
        if connection is None:
            return
        for envelope in connection.envelopes:
            pending = self._pending.get(envelope)
            if pending is not None and not pending.done():
                pending.set_exception(ConnectionLost("connection_lost"))
        self.on_change()

    async def carry(self, delivery: Delivery, within: float) -> Any:
        """Sends one envelope and waits for its acknowledgement; returns the payload with it."""
        socket, connection = self._random.choice(list(self._sockets.items()))
        envelope_id = str(uuid.uuid4())
        pending: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending[envelope_id] = pending
        connection.envelopes.add(envelope_id)
        try:
            await socket.send_str(json.dumps(_envelope(envelope_id, delivery)))
            async with asyncio.timeout(within):
                return await pending
        except TimeoutError:
            raise NotAcknowledged("timeout") from None
        except ConnectionResetError:
            self._forget(socket)  # or the next attempt, made at once, would choose it again
            raise ConnectionLost("connection_lost") from None
        finally:
            del self._pending[envelope_id]
            connection.envelopes.discard(envelope_id)
            if not pending.cancel() and not pending.cancelled():
                pending.exception()  # seen, so that nothing is logged about it

    async def disconnect(self, reason: str) -> None:
        """Tells every connection to go: `warning`, `refresh_requested` or `link_disabled`."""
        message = {"type": "disconnect", "reason": reason, "debug_info": _debug_info()}
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionResetError):
                await socket.send_json(message)

    def deafen(self) -> None:
        """Hears nothing more on the connections that there are, as behind a dead router."""
        for connection in self._sockets.values():
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.pause_reading()

    def cut(self) -> None:
        """Breaks every connection without a word, as a failing network does."""
        for connection in self._sockets.values():
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()

    async def stop(self) -> None:
        """Closes every connection."""
        await asyncio.gather(*(socket.close() for socket in list(self._sockets)))


def _nothing() -> None:
    """Nobody wants to know."""


def _debug_info() -> Json:
    return {
        "host": "applink-playground",
        "started": time.strftime("%Y-%m-%d %H:%M:%S"),
        "build_number": 1,
        "approximate_connection_time": 18060,
    }


def _envelope(envelope_id: str, delivery: Delivery) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind == COMMANDS
        or delivery.payload.get("type") in {"view_submission", "block_suggestion"},
    }
    if delivery.kind == EVENTS:
        envelope["retry_attempt"] = len(delivery.failures)
        envelope["retry_reason"] = delivery.failures[-1] if delivery.failures else ""
    return envelope
