"""The emulated Slack as one server on one port: Web API, Socket Mode, files and the page."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.playground.clock import Clock
from bot.playground.slack.emulation import Emulation
from bot.playground.slack.page_routes import PageRoutes
from bot.playground.slack.replies import answer_response_url
from bot.playground.slack.uploads import serve_file, take_upload
from bot.playground.slack.workspace import Workspace

Json = dict[str, Any]

BODY_TOTAL = 50_000_000


class SlackServer(Emulation):
    """An emulated Slack workspace with real HTTP and WebSockets; an async context manager.

    `port` 0 takes a free one; `latency` is how many seconds each Web API call takes; `page_dir`
    is the built page and `suggestions` what it offers to try; the page can put `clock` forward. Everything that people do and that
    can be seen is on `Emulation`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        page_dir: Path | None = None,
        suggestions: list[Json] | None = None,
        signing_secret: str = "playground-signing-secret",  # noqa: S107 - of no worth elsewhere
        bot_token: str = "xoxb-playground",  # noqa: S107
        app_token: str = "xapp-playground",  # noqa: S107
        latency: float = 0.0,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(
            signing_secret=signing_secret,
            bot_token=bot_token,
            app_token=app_token,
            latency=latency,
        )
        self.host = host
        self.port = port
        self._page = PageRoutes(
            self.workspace, self._people, self._interactions, page_dir, suggestions or [], clock
        )
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens; from here on the addresses are known."""
        self._page.closing = False
        app = web.Application(client_max_size=BODY_TOTAL)
        for verb in ("GET", "POST"):
            app.router.add_route(verb, "/api/{method}", self._web_api.answer)
        app.router.add_get("/link/", self.sockets.connect)
        app.router.add_post("/response/{key}", self._for_workspace(answer_response_url))
        app.router.add_post("/upload/{file}", self._for_workspace(take_upload))
        app.router.add_get("/files/{file}/{name}", self._for_workspace(serve_file))
        self._page.add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.workspace.address = f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        """Closes every connection and gives up on what is on its way."""
        self._page.closing = True
        self.changes.wake()
        await self._deliveries.stop()
        await self.sockets.stop()
        await self._http.stop()
        self.workspace.sessions.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _for_workspace(
        self, route: Callable[[Workspace, web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            if self.down:
                return web.Response(status=503, text="Service Unavailable")
            return await route(self.workspace, request)

        return answer

    # Addresses

    @property
    def api_url(self) -> str:
        """What the bot's SLACK_API_URL has to be."""
        return f"{self.workspace.address}/api/"

    @property
    def page_url(self) -> str:
        """Where people open the page."""
        return f"{self.workspace.address}/"
