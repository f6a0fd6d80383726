"""Several workspaces behind one address, as Slack has them: installing, tokens, deliveries.

Each workspace is an emulated Slack of its own. This is the door before them: calls go to the workspace
whose token they carry, deliveries to the bot carry its id. `oauth/v2/authorize` and `oauth.v2.access`
are here. Source obeyed: docs.slack.dev, "Installing with OAuth", "Token rotation", "Org-wide apps".
"""

import json
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from html import escape
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import aiohttp
from aiohttp import web

from bot.playground.slack.http_delivery import sign
from bot.playground.slack.server import SlackServer
from bot.playground.slack.world import APP, BOT_USER, TEAM

Json = dict[str, Any]
HOUR = 3600


@dataclass(slots=True)
class Home:
    """One workspace: its emulated Slack, its id and name, and its organisation's id, if any."""

    id: str
    name: str
    slack: SlackServer
    enterprise: str = ""


@dataclass(slots=True)
class Grant:
    """A token and what it is for: a workspace, or all of an organisation."""

    workspace: str
    enterprise: str
    refresh_token: str = ""
    revoked: bool = False


@dataclass(slots=True)
class ManyWorkspaces:
    """The door. `rotating` makes tokens end after `token_life` seconds."""

    names: Sequence[tuple[str, str, str]]  # id, name, enterprise
    scopes: frozenset[str]
    client_id: str = "1234.5678"
    client_secret: str = "playground-secret"  # noqa: S105 - made up
    signing_secret: str = "playground-signing-secret"  # noqa: S105 - made up
    token_life: int = 0
    bot_url: str = ""
    homes: dict[str, Home] = field(default_factory=dict)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    renewals: int = 0
    refused_renewals: int = 0
    wrong_tokens: int = 0
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _session: aiohttp.ClientSession | None = None
    _port: int = 0

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0
        )  # calls wait for deliveries, and must not wait behind them
        self._session = await self._stack.enter_async_context(
            aiohttp.ClientSession(connector=connector)
        )
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/oauth/v2/authorize", self._ask)
        app.router.add_get("/oauth/v2/allow", self._allow)
        app.router.add_post("/deliver/{team}", self._deliver)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        self._port = runner.addresses[0][1]
        for team, name, enterprise in self.names:
            slack = await self._stack.enter_async_context(SlackServer())
            slack.scopes = set(self.scopes)
            slack.deliver_to(f"{self.address}/deliver/{team}")
            self.homes[team] = Home(team, name, slack, enterprise)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def address(self) -> str:
        """Where everything is."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """The Web API's address."""
        return f"{self.address}/api/"

    def slack(self, team: str) -> SlackServer:
        """A workspace."""
        return self.homes[team].slack

    def forget_token(self, team: str) -> None:
        """The app is removed: its tokens are of no use any more."""
        for grant in self.grants.values():
            if team in {grant.workspace, grant.enterprise}:
                grant.revoked = True

    # Installing

    async def _ask(self, request: web.Request) -> web.Response:
        """The page on which somebody allows the installation, or does not."""
        query = request.query
        if query.get("client_id") != self.client_id or not query.get("redirect_uri"):
            return web.Response(status=400, text="invalid client_id or redirect_uri")
        rows = []
        enterprises = {home.enterprise for home in self.homes.values() if home.enterprise}
        places = [(each.id, each.name) for each in self.homes.values()]
        for place, name in [*places, *((each, f"all of {each}") for each in sorted(enterprises))]:
            given = {"place": place, "state": query["state"], "to": query["redirect_uri"]}
            rows.append(
                f'<p><a href="/oauth/v2/allow?{escape(urlencode(given))}">Allow in {escape(name)}</a>'
            )
        refused = urlencode({"error": "access_denied", "state": query["state"]})
        cancel = f'<p><a href="{escape(query["redirect_uri"])}?{escape(refused)}">Cancel</a>'
        text = f"<title>Allow</title><h1>Fusion wants to be installed</h1>{''.join(rows)}{cancel}"
        return web.Response(text=text, content_type="text/html")

    async def _allow(self, request: web.Request) -> web.Response:
        place, code = request.query["place"], secrets.token_hex(8)
        home = self.homes.get(place)
        self.codes[code] = (place, home.enterprise) if home else ("", place)
        to = f"{request.query['to']}?{urlencode({'code': code, 'state': request.query['state']})}"
        return web.Response(status=302, headers={"Location": to})

    def _access(self, given: dict[str, str]) -> Json:
        """oauth.v2.access: a code, or a refresh token, for a bot token."""
        if given.get("client_secret") != self.client_secret:
            self.refused_renewals += given.get("grant_type") == "refresh_token"
            return {"ok": False, "error": "bad_client_secret"}
        if given.get("grant_type") == "refresh_token":
            old = [
                each
                for each in self.grants.values()
                if each.refresh_token and each.refresh_token == given.get("refresh_token")
            ]
            if not old:
                self.refused_renewals += 1
                return {"ok": False, "error": "invalid_refresh_token"}
            self.renewals += 1
            place = old[0].workspace, old[0].enterprise
            old[0].revoked, old[0].refresh_token = True, ""
        else:
            found = self.codes.pop(given.get("code", ""), None)
            if found is None:
                return {"ok": False, "error": "invalid_code"}
            place = found
        return self._granted(*place)

    def _granted(self, workspace: str, enterprise: str) -> Json:
        token = f"xoxb-{workspace or enterprise}-{secrets.token_hex(6)}"
        refresh = f"xoxe-1-{secrets.token_hex(6)}" if self.token_life else ""
        self.grants[token] = Grant(workspace, enterprise, refresh)
        name = self.homes[workspace].name if workspace else f"all of {enterprise}"
        rotation = {"refresh_token": refresh, "expires_in": self.token_life} if refresh else {}
        return {
            "ok": True,
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(self.scopes)),
            "bot_user_id": BOT_USER,
            "app_id": APP,
            "team": {"id": workspace, "name": name} if workspace else None,
            "enterprise": {"id": enterprise, "name": enterprise} if enterprise else None,
            "is_enterprise_install": not workspace,
            "authed_user": {"id": "U0ANNA"},
            **rotation,
        }

    # Calls

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await request.text()
        if method == "oauth.v2.access":
            return web.json_response(self._access(_form(request, body)))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        grant = self.grants.get(token)
        if grant is None or grant.revoked:
            self.wrong_tokens += 1
            return web.json_response({"ok": False, "error": "token_revoked"})
        team = grant.workspace or _team_of(request, body)
        home = self.homes.get(team)
        if home is None or (not grant.workspace and home.enterprise != grant.enterprise):
            return web.json_response({"ok": False, "error": "team_access_not_granted"})
        return await self._forward(request, method, body, home)

    async def _forward(
        self, request: web.Request, method: str, body: str, home: Home
    ) -> web.Response:
        session = self._session
        if session is None:
            raise RuntimeError("The workspaces are not there yet.")
        async with session.request(
            request.method,
            f"{home.slack.api_url}{method}",
            params={name: text.replace(home.id, TEAM) for name, text in request.query.items()},
            data=body.replace(home.id, TEAM) or None,
            headers={
                "Authorization": f"Bearer {home.slack.bot_token}",
                "Content-Type": request.headers.get("Content-Type", "application/json"),
            },
        ) as reply:
            text = (await reply.text()).replace(TEAM, home.id)
            return web.Response(status=reply.status, text=text, content_type="application/json")

    # Deliveries

    async def _deliver(self, request: web.Request) -> web.Response:
        """What a workspace sends, with its own id, signed anew."""
        home, session = self.homes[request.match_info["team"]], self._session
        if session is None:
            raise RuntimeError("The workspaces are not there yet.")
        body = self._as_sent(await request.text(), home).encode()
        timestamp = request.headers["X-Slack-Request-Timestamp"]
        headers = {
            "Content-Type": request.headers["Content-Type"],
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.signing_secret, timestamp, body),
        }
        async with session.post(
            f"{self.bot_url}/slack/events", data=body, headers=headers
        ) as reply:
            return web.Response(
                status=reply.status, text=await reply.text(), content_type=reply.content_type
            )

    def _as_sent(self, body: str, home: Home) -> str:
        body = body.replace(TEAM, home.id)
        if not home.enterprise or not body.startswith("{"):
            return body
        event = json.loads(body)
        event["enterprise_id"] = home.enterprise
        installed_for_all = not any(
            grant.workspace == home.id and not grant.revoked for grant in self.grants.values()
        )
        for each in event.get("authorizations", ()):
            each["enterprise_id"] = home.enterprise
            each["is_enterprise_install"] = installed_for_all
        return json.dumps(event)


def _form(request: web.Request, body: str) -> dict[str, str]:
    if body.startswith("{"):
        return {name: str(value) for name, value in json.loads(body).items()}
    found = {name: values[0] for name, values in parse_qs(body).items()}
    return {**request.query, **found}


def _team_of(request: web.Request, body: str) -> str:
    return _form(request, body).get("team_id", "")
