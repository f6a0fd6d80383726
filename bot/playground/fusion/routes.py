"""HTTP to calls of the orchestrator and back, and the identity domain on the same port."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast, get_args
from uuid import uuid4

from aiohttp import web

from bot.playground.fusion.bodies import draw_error
from bot.playground.fusion.faults import Faults, Handle, Point, strike
from bot.playground.fusion.news import News
from bot.playground.fusion.orchestrator import Caller, Orchestrator, Refusal, Refused
from bot.playground.identity import IdentityDomain

AGENT_PATH = "/api/fusion-ai/orchestrator/agent/{version:v1|v2}/{code}"
SEARCH_PATH = "/api/fusion-ai/orchestrator/a2a/v1/agents/search"
_POINTS = frozenset(get_args(Point))
_KEPT_HEADERS = frozenset({"accept", "content-type", "user-agent", "x-request-id", "traceparent"})


class Routes:
    """The routes of one server; `arrived` counts requests by point, also those with a fault."""

    def __init__(
        self, orchestrator: Orchestrator, identity: IdentityDomain, faults: Faults, news: News
    ) -> None:
        self.arrived: Counter[str] = Counter()
        self._orchestrator = orchestrator
        self._identity = identity
        self._faults = faults
        self._news = news

    def application(self) -> web.Application:
        """A new application with these routes."""
        application = web.Application(middlewares=[self._meet_faults])
        router = application.router
        self._identity.add_to(router)
        router.add_post(SEARCH_PATH, self._search, name="search")
        router.add_post(f"{AGENT_PATH}/invokeAsync", self._invoke, name="invoke")
        router.add_get(f"{AGENT_PATH}/status/{{job}}", self._status, name="status")
        return application

    @web.middleware
    async def _meet_faults(self, request: web.Request, handler: Handle) -> web.StreamResponse:
        """Every request is counted, and may be struck by a fault."""
        name = request.match_info.route.name
        if name is None or name not in _POINTS:
            return await handler(request)
        self.arrived[name] += 1
        fault = self._faults.take(cast("Point", name))
        self._news.announce()
        return await (handler(request) if fault is None else strike(fault, request, handler))

    async def _invoke(self, request: web.Request) -> web.Response:
        try:
            caller = self._caller(request)
            body = await _read_body(request)
            reply = self._orchestrator.invoke(request.match_info["code"], body, caller)
        except Refused as refused:
            return self._refuse(refused)
        self._news.announce()
        status = 202 if request.match_info["version"] == "v1" else 200
        return web.json_response(reply, status=status)

    async def _status(self, request: web.Request) -> web.Response:
        code, job = request.match_info["code"], request.match_info["job"]
        admin = request.query.get("invocationMode") == "ADMIN"
        try:
            caller = self._caller(request)
            reply = self._orchestrator.status(code, job, caller, admin=admin)
        except Refused as refused:
            return self._refuse(refused)
        return web.json_response(reply)

    async def _search(self, request: web.Request) -> web.Response:
        try:
            caller = self._caller(request)
            body = await _read_body(request)
        except Refused as refused:
            return self._refuse(refused)
        found = self._orchestrator.search(str(body.get("query") or ""), caller)
        skip, top = int(body.get("skip") or 0), int(body.get("top") or 25)
        items = [team.listed() for team in found[skip : skip + top]]
        return web.json_response({"items": items, "count": len(items), "total": len(found)})

    def _caller(self, request: web.Request) -> Caller:
        user = self._identity.bearer(request.headers.get("Authorization", ""))
        if user is None:
            raise Refused(401, "FAI-40100", "The access token is missing, expired or not valid.")
        return Caller(user, _kept(request.headers))

    def _refuse(self, refused: Refused) -> web.Response:
        moment = self._orchestrator.moment()
        refusal = Refusal(refused.status, refused.code, refused.text, moment)
        self._orchestrator.refusals.append(refusal)
        self._news.announce()
        headers = {}
        if refused.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="Oracle Fusion", error="invalid_token"'
        error = draw_error(refused.code, refused.text, uuid4().hex)
        return web.json_response(error, status=refused.status, headers=headers)


async def _read_body(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise Refused(415, "FAI-41500", "The body must be application/json.")
    try:
        return json.loads(await request.read())
    except ValueError as problem:  # also bytes that are not UTF-8
        raise Refused(400, "FAI-40000", "The body is not JSON.") from problem


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers worth looking at, under lower-case names; never the access token."""
    return {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}
