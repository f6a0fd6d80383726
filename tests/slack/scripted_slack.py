"""A server that answers Slack's methods as a test tells it to, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.asking.attachments import Attachments
from bot.slack.budgets import Budgets
from bot.slack.outbound import Outbound

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
OK = {"ok": True}
NO_FILES = cast("Attachments", None)  # where nobody attaches any


def reply(body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """JSON, as Slack sends it."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(OK if body is None else body, status=status, headers=headers)

    return answer


def refusal(error: str, status: int = 200, **more: Any) -> Answer:
    return reply({"ok": False, "error": error, **more}, status)


def limited(retry_after: str | None, body: Any = None) -> Answer:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return reply(body or {"ok": False, "error": "ratelimited"}, 429, headers)


def text(body: str, status: int = 200, content_type: str = "text/html") -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=body, status=status, content_type=content_type)

    return answer


async def cut(request: web.Request) -> web.StreamResponse:
    """The request was read, and perhaps carried out; no reply comes back."""
    await request.read()
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    """A reply that breaks off."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = 100
    await response.prepare(request)
    await response.write(b'{"ok": tr')
    return await cut(request)


async def never(request: web.Request) -> web.StreamResponse:
    """No reply, as long as the client waits."""
    await asyncio.Event().wait()
    return await cut(request)


@dataclass
class ScriptedSlack:
    """Answers in order; the last answer is repeated. Knows what it was asked."""

    answers: list[Answer] = field(default_factory=lambda: [reply()])
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        is_json = request.content_type == "application/json"
        given = await request.json() if is_json else {**request.query, **await request.post()}
        self.calls.append((request.method, request.match_info["method"], given))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)

    @property
    def methods(self) -> list[str]:
        return [method for _, method, _ in self.calls]


@asynccontextmanager
async def scripted_slack(*answers: Answer) -> AsyncIterator[ScriptedSlack]:
    slack = ScriptedSlack(list(answers) or [reply()])
    app = web.Application()
    for verb in ("GET", "POST"):
        app.router.add_route(verb, "/api/{method}", slack.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield slack
    finally:
        await runner.cleanup()


@asynccontextmanager
async def client_of(url: str, timeout: float = 5) -> AsyncIterator[AsyncWebClient]:
    """Slack's client, made as the bot makes it."""
    limit = aiohttp.ClientTimeout(total=timeout)
    async with aiohttp.ClientSession(timeout=limit) as session:
        yield AsyncWebClient(token="xoxb-test", base_url=url, session=session, retry_handlers=[])


@asynccontextmanager
async def outbound_to(
    *answers: Answer, timeout: float = 5
) -> AsyncIterator[tuple[Outbound, ScriptedSlack]]:
    async with scripted_slack(*answers) as slack, client_of(slack.url, timeout) as client:
        yield Outbound(client, Budgets()), slack
