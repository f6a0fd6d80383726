"""The Web API's edge: reads a call, lets faults and limits strike, answers as Slack does."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.playground.slack import (
    methods_agents,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_views,
)
from bot.playground.slack.arguments import Arguments
from bot.playground.slack.errors import SlackError
from bot.playground.slack.faults import Fault, Faults
from bot.playground.slack.limits import Limits
from bot.playground.slack.registry import METHODS, Method
from bot.playground.slack.workspace import Workspace

Json = dict[str, Any]

MODULES = (
    methods_agents,
    methods_chat,
    methods_conversations,
    methods_files,
    methods_views,
)
"""Importing them fills the table of methods."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API: what was asked and how it ended.

    `at` is seconds since the epoch; `fault` names the kind that struck. After drop_after, `ok` is
    what the bot would have read.
    """

    method: str
    arguments: Json
    at: float
    ok: bool
    error: str | None = None
    fault: str | None = None


class WebApi:
    """Answers `/api/{method}`."""

    def __init__(
        self, workspace: Workspace, *, bot_token: str, app_token: str, latency: float
    ) -> None:
        self.workspace = workspace
        self.tokens = {bot_token: "bot", app_token: "app"}
        self.latency = latency
        self.down = False
        self.calls: list[Call] = []
        self.faults = Faults()
        self.limits = Limits()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The route of every method."""
        if self.down:
            return web.Response(status=503, text="Service Unavailable")
        name = request.match_info["method"]
        at = time.time()
        if self.latency:
            await asyncio.sleep(self.latency)
        try:
            values = await _read_values(request, METHODS.get(name))
        except SlackError as refusal:
            return self._done(name, {}, at, refusal.body)
        token = _read_token(request, values)
        fault = self.faults.hit(name)
        if fault is not None:
            early = await self._strike(fault, request, name, values, at)
            if early is not None:
                return early
        wait = self.limits.wait(name, str(values.get("channel") or values.get("channel_id")))
        if wait is not None:
            return self._rate_limited(name, values, at, wait, None)
        body = self._act(name, token, values)
        kind = fault.kind if fault is not None else None
        response = self._done(name, values, at, body, kind)
        if kind == "drop_after":
            _cut(request)
        return response

    def _act(self, name: str, token: str | None, values: Json) -> Json:
        """Does what the method does, and returns the body of its reply."""
        try:
            method = self._admit(METHODS.get(name), token)
            return {"ok": True, **method.answer(self.workspace, Arguments(values))}
        except SlackError as refusal:
            return refusal.body

    def _admit(self, method: Method | None, token: str | None) -> Method:
        """The method, if there is one and the token and its scopes allow it."""
        if method is None:
            raise SlackError("unknown_method")
        if method.caller is None:
            return method
        if token is None:
            raise SlackError("not_authed")
        caller = self.tokens.get(token)
        if caller is None:
            raise SlackError("invalid_auth")
        if caller != method.caller:
            raise SlackError("not_allowed_token_type")
        if caller == "bot" and method.scope is not None:
            self.workspace.need_scope(method.scope)
        return method

    async def _strike(
        self, fault: Fault, request: web.Request, name: str, values: Json, at: float
    ) -> web.StreamResponse | None:
        """Does a fault's harm; a response where the method is not to act."""
        match fault.kind:
            case "slow":
                await asyncio.sleep(fault.options["seconds"])
            case "error":
                body = {"ok": False, "error": fault.options["error"]}
                return self._done(name, values, at, body, fault.kind)
            case "rate_limited":
                wait = fault.options["retry_after"]
                return self._rate_limited(name, values, at, wait, fault.kind)
            case "http_status":
                self._note(Call(name, values, at, ok=False, error="http_status", fault=fault.kind))
                return web.Response(status=fault.options["status"], text="upstream error")
            case "drop_before":
                self._note(Call(name, values, at, ok=False, error="dropped", fault=fault.kind))
                _cut(request)
                return web.Response()
            case "drop_after":
                pass
        return None

    def _rate_limited(
        self, name: str, values: Json, at: float, wait: float, fault: str | None
    ) -> web.Response:
        body = {"ok": False, "error": "ratelimited"}
        response = self._done(name, values, at, body, fault)
        response.set_status(429)
        response.headers["Retry-After"] = f"{wait:g}"
        return response

    def _done(
        self, name: str, values: Json, at: float, body: Json, fault: str | None = None
    ) -> web.Response:
        """Notes the call and builds its reply."""
        ok, error = bool(body["ok"]), body.get("error")
        self._note(Call(name, values, at, ok=ok, error=error, fault=fault))
        headers = {"x-oauth-scopes": ",".join(sorted(self.workspace.scopes))}
        method = METHODS.get(name)
        if method is not None and method.scope is not None:
            headers["x-accepted-oauth-scopes"] = method.scope
        return web.json_response(body, headers=headers)

    def _note(self, call: Call) -> None:
        self.calls.append(call)
        self.workspace.changes.wake()


async def _read_values(request: web.Request, method: Method | None) -> Json:
    """The arguments of a call: query and form as strings, or a JSON object."""
    values: Json = dict(request.query)
    if request.content_type == "application/json" and method is not None and not method.json:
        return values
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        body.pop("token", None)  # Slack reads a token from a form or a header only
        return {**values, **body}
    form: Mapping[str, Any] = await request.post()
    return {**values, **form}


def _read_token(request: web.Request, values: Json) -> str | None:
    """The token from the header or the form, which is taken out of the arguments."""
    given = values.pop("token", None)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return str(given) if given else None


def _cut(request: web.Request) -> None:
    """Breaks the connection before the reply can leave."""
    if request.transport is not None:
        request.transport.abort()
