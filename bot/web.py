"""The bot's own routes: Slack's requests in HTTP mode, health, readiness, metrics."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.metrics import Metrics
from storage.errors import StorageError

CLOSES_WITHIN = 1.0  # seconds for answers at the end, and as long again to cancel them
LARGEST_REQUEST = 1024 * 1024  # Slack's own payloads are far smaller

SlackRequest = Callable[[web.Request], Awaitable[web.StreamResponse]]
Readiness = Callable[[], Awaitable[dict[str, bool]]]


def build_web(
    slack: SlackRequest,
    ready: Readiness,
    metrics: Metrics,
    add_more: Sequence[Callable[[web.UrlDispatcher], None]] = (),
    largest_request: int = LARGEST_REQUEST,
) -> web.Application:
    """The web application. `ready` names what must work; `add_more` adds routes of others."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(_: web.Request) -> web.Response:
        parts = await ready()
        good = all(parts.values())
        return web.json_response({"ok": good, **parts}, status=200 if good else 503)

    async def figures(_: web.Request) -> web.Response:
        try:
            await metrics.refresh()
        except StorageError as error:
            return web.Response(status=503, text=str(error))
        body = generate_latest(metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=largest_request)
    app.router.add_post("/slack/events", slack)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", figures)
    for add in add_more:
        add(app.router)
    return app


class CannotListen(Exception):
    """Nothing can be served at this address."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"BOT_HOST, BOT_PORT: the bot cannot listen on {host}, port {port} ({why})."
            " Give an address of this machine, and a port that nobody uses."
        )


class WebServer:
    """Serves the routes on one address."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSES_WITHIN)
        self._host = host
        self._port = port

    async def start(self) -> int:
        """Listen, and return the port: another one than asked for only where that was 0.

        Raises CannotListen.
        """
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, reuse_address=True)
        try:
            await site.start()
        except (OSError, UnicodeError) as error:  # the latter for what cannot be a host's name
            why = getattr(error, "strerror", None) or "this is no host's name"
            raise CannotListen(self._host, self._port, why) from error
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening, and answer what has come in, unless that takes too long."""
        await self._runner.cleanup()
