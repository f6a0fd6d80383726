"""A TCP server on loopback that replies, or fails to, byte by byte as a test says."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


def replies(
    status: int, body: str | bytes | dict[str, Any], headers: dict[str, str] | None = None
) -> Act:
    """Reply, and keep the connection open."""
    if isinstance(body, dict):
        body = json.dumps(body)
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        await writer.drain()

    return act


def breaks_off(status: int, half: str, headers: str = "") -> Act:
    """Promise more than is sent, then close."""

    async def act(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {status} Said\r\nContent-Length: 1000\r\n{headers}\r\n"
        writer.write((head + half).encode())
        await writer.drain()
        writer.close()

    return act


async def closes(writer: asyncio.StreamWriter) -> None:
    """Read the whole request, then close without a word."""
    writer.close()


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    """Read the whole request, then keep the connection open without a word."""


async def drops_unread(writer: asyncio.StreamWriter) -> None:
    """Reset the connection as soon as it is there, before anything is read."""
    writer.transport.abort()


@dataclass(slots=True)
class RawServer:
    """Plays one act for each request, over however many connections they come."""

    acts: list[Act]
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        if self.acts and self.acts[0] is drops_unread:
            await self.acts.pop(0)(writer)
            return
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, target, _ = head[0].split(" ")
                pairs = (line.partition(": ") for line in head[1:] if line)
                headers = {name.lower(): value for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append(Request(method, target, headers, body))
                self.arrived.set()
                await self.acts.pop(0)(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has closed its side
