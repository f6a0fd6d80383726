"""Joins the objects and starts them in order: the whole program on one page."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.asking import Asking
from bot.audit import Record, read_record
from bot.build import (
    LEASE,
    build_agent,
    build_patience,
    build_policies,
    build_polling,
    build_slack_client,
    build_store,
    find_store,
    http_session,
    now,
)
from bot.build_bolt import (
    build_bolt,
    build_install_routes,
    build_installations,
    build_socket_mode,
    in_socket_mode,
    listen,
    over_http,
)
from bot.build_identity import IdentityParts, build_identity
from bot.build_slack import SlackParts, build_slack
from bot.catalogue import Catalogue
from bot.choosing import Choosing
from bot.domain.acting import SignInEnded
from bot.domain.agent import Agent
from bot.feedback import Feedback, Thought, read_feedback
from bot.feedback_hook import FeedbackHook
from bot.lease import Lease
from bot.leaving import Leaving
from bot.ledger import Clock, Ledger
from bot.metrics import Metrics
from bot.observing import Observer, Observers
from bot.settings import Settings
from bot.slack.asking.prompts import Prompts
from bot.slack.installing.installed import OneWorkspace
from bot.slack.installing.leaving import LeavingListeners
from bot.slack.installing.preflight import identify, try_socket_mode
from bot.slack.people.home import Home
from bot.slack.people.sign_in_cards import SignInCards
from bot.slack.people.speaking import Speaking
from bot.slack.socket_mode import SocketMode
from bot.tracing import tracing
from bot.web import Readiness, SlackRequest, WebServer, build_web
from bot.worker import Worker
from storage.errors import StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

GRACE_AT_STOP = timedelta(seconds=5)  # of ten: up to three went to who listened to Slack


@dataclass(frozen=True, slots=True)
class RunningBot:
    """What serves at the moment."""

    port: int


@asynccontextmanager
async def running(settings: Settings, clock: Clock = now) -> AsyncIterator[RunningBot]:
    """The bot at work; leaving it stops it in order, within ten seconds, losing nothing.

    Raises SlackNotReady and StorageError before anything was begun.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(http_session())
        client = build_slack_client(settings, session)
        one = None if settings.serves_many_workspaces else await _reach_slack(settings, client)
        metrics = Metrics(clock)
        observer = _observer(settings, metrics)
        store = build_store(settings)
        await store.open(clock())
        stack.push_async_callback(store.close)
        ledger = Ledger(store, build_patience(settings), clock, settings.limits.limits())
        lease = Lease(LEASE, can_lapse=not settings.has_one_owner)
        many = build_installations(settings, store, client, clock)
        installed = one or many
        ours = build_slack(settings, session, client, installed, ledger, clock, lease, observer)

        async def sign_in_ended(over: SignInEnded) -> None:
            catalogue.forget(over.person)
            if over.user_name:
                await worker.welcome(over.person)
            await cards.ended(over)

        parts = build_identity(
            settings, session, store, ours.directory, sign_in_ended, clock, observer
        )
        agent = build_agent(settings, session, parts.keeper, lease, observer)
        catalogue = Catalogue(ours.teams, agent if settings.searches_teams else None, clock)
        choosing = Choosing(ledger, store, catalogue, ours.people)
        prompts = Prompts(choosing, ours.outbound)
        home = Home(parts.identities, ledger, choosing, ours.people, ours.outbound, ours.look)
        cards = SignInCards(
            parts.identities, home, ours.outbound, ours.whispers, ledger, ours.directory
        )
        worker = _worker(settings, ours, ledger, agent, parts, cards, clock, lease, observer)
        hook = FeedbackHook(
            session, settings.feedback_url, settings.feedback_token.get_secret_value()
        )
        for each in (
            *(ours.whispers, ours.sessions, ours.statuses, parts.keeper),
            *(catalogue, prompts, cards, hook, metrics),
        ):
            stack.push_async_callback(each.close)
        bolt = build_bolt(settings, session, installed)
        bolt.middleware(Speaking(ours.directory))
        feedback = Feedback(ledger, store, clock, hook.forward)
        listen(
            bolt,
            settings,
            ours,
            ledger,
            choosing,
            feedback,
            prompts,
            parts,
            cards,
            installed,
            clock,
        )
        LeavingListeners(many, Leaving(ledger, store)).register(bolt)

        metrics.watch(ledger, worker, ours.budgets.left)
        slack = build_socket_mode(settings, bolt, client)
        routes = [parts.routes.add_to] if parts.routes else []
        if one is None:
            routes.append(build_install_routes(settings, many, store, clock).add_to)
        ready = _readiness(store, worker, slack)
        signing_secret = settings.slack_signing_secret.get_secret_value()
        slack_requests = over_http(bolt, signing_secret) if slack is None else in_socket_mode
        server = _server(settings, slack_requests, ready, metrics, routes)
        port = await _start(stack, metrics, worker, parts, server, slack)
        where = one.identity.workspace if one else "many"
        log.info("ready", port=port, workspace=where, socket=slack is not None)
        yield RunningBot(port)
        log.info("stopping")


async def _start(
    stack: AsyncExitStack,
    metrics: Metrics,
    worker: Worker,
    parts: IdentityParts,
    server: WebServer,
    slack: SocketMode | None,
) -> int:
    """Begin to work, then to listen; the port. It ends in the opposite order."""
    metrics.start()
    worker.start()
    stack.push_async_callback(worker.stop, GRACE_AT_STOP)
    if parts.devices is not None:
        parts.devices.start()
        stack.push_async_callback(parts.devices.close)
    port = await server.start()
    stack.push_async_callback(server.close)
    if slack is not None:
        stack.push_async_callback(slack.close)
        await slack.start()
    return port


def _observer(settings: Settings, metrics: Metrics) -> Observer:
    """Who watches: figures, and traces where they are wanted."""
    try:
        traces = tracing(settings.otel_exporter_otlp_endpoint)
    except ImportError:
        log.warning("no_tracing", cure="pip install '/path/to/the/clone[tracing]'")
        traces = None
    return Observers([metrics, *([traces] if traces else [])])


def _worker(
    settings: Settings,
    ours: SlackParts,
    ledger: Ledger,
    agent: Agent,
    parts: IdentityParts,
    cards: SignInCards,
    clock: Clock,
    lease: Lease,
    observer: Observer,
) -> Worker:
    """Who performs what runs owe."""
    policies = build_policies(settings)
    return Worker(
        ledger,
        Asking(agent, ours.teams, ours.directory, ours.people, policies, settings.openings),
        ours.threads,
        parts.identities,
        cards,
        ours.people,
        clock=clock,
        polling=build_polling(settings),
        lease=lease,
        on_living=ours.budgets.share_among,
        observer=observer,
    )


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, which also end a start that takes long."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    stopped = loop.create_task(stop.wait())
    async with AsyncExitStack() as stack:
        started = loop.create_task(stack.enter_async_context(running(settings)))
        await asyncio.wait({started, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if started.done():
            started.result()
            await stopped
        else:
            started.cancel()
            await asyncio.wait({started})


async def purge(settings: Settings, older_than: timedelta, person: str | None) -> int:
    """Delete ended runs that are older; returns how many. Raises NoDatabase and other StorageErrors."""
    async with _opened(settings) as store:
        return await store.purge(now() - older_than, person)


async def read_audit(settings: Settings) -> Record:
    """The record of approvals. Raises StorageError."""
    async with _opened(settings) as store:
        return await read_record(store)


async def read_opinions(settings: Settings, since: datetime) -> list[Thought]:
    """What people thought of answers. Raises StorageError."""
    async with _opened(settings) as store:
        return await read_feedback(store, since)


async def rotate_keys(settings: Settings) -> int:
    """Encrypt everything anew with the newest key; returns how much. Raises StorageError."""
    async with _opened(settings) as store:
        return await store.reseal()


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    store = find_store(settings)
    await store.open(now())
    try:
        yield store
    finally:
        await store.close()


async def _reach_slack(settings: Settings, client: AsyncWebClient) -> OneWorkspace:
    """Who we are in Slack; wrong tokens are found here, before anything is begun."""
    identity = await identify(client)
    if settings.uses_socket_mode:
        await try_socket_mode(client, settings.slack_app_token.get_secret_value())
    return OneWorkspace(identity, settings.slack_bot_token.get_secret_value())


def _server(
    settings: Settings,
    slack: SlackRequest,
    ready: Readiness,
    metrics: Metrics,
    more: Sequence[Callable[[web.UrlDispatcher], None]],
) -> WebServer:
    app = build_web(slack, ready, metrics, more, settings.limits.request_bytes)
    return WebServer(app, settings.bot_host, settings.bot_port)


def _readiness(store: Store, worker: Worker, slack: SocketMode | None) -> Readiness:
    async def parts() -> dict[str, bool]:
        try:
            await store.healthy()
            storage = True
        except StorageError:
            storage = False
        connected = await slack.is_connected() if slack else True
        return {"storage": storage, "slack": connected, "worker": worker.is_alive}

    return parts
