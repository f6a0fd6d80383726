"""Slack's end of the program: Bolt with everything that it listens to, and the ways events come in."""

import logging
from collections.abc import Awaitable, Callable
from typing import cast

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.build_identity import IdentityParts
from bot.build_slack import SlackParts
from bot.choosing import Choosing
from bot.deciding import Deciding
from bot.feedback import Feedback
from bot.intake import Intake
from bot.ledger import Clock, Ledger
from bot.settings import Settings
from bot.slack.answers.feedback import FeedbackListeners
from bot.slack.answers.listeners import AnswerListeners
from bot.slack.approvals.listeners import ApprovalListeners
from bot.slack.asking.commands import Commands
from bot.slack.asking.listeners import Listeners
from bot.slack.asking.prompts import Prompts
from bot.slack.asking.shortcuts import AskListeners
from bot.slack.asking.team_listeners import TeamListeners
from bot.slack.installing.installations import Application, Installations
from bot.slack.installing.installed import Installed
from bot.slack.installing.manifest import SCOPES
from bot.slack.installing.routes import InstallRoutes, authorize_url
from bot.slack.people.sign_in_cards import SignInCards
from bot.slack.people.sign_in_listeners import SignInListeners
from bot.slack.socket_mode import SocketMode
from bot.web import SlackRequest
from storage.store import Store

log = structlog.get_logger(__name__)


def build_bolt(
    settings: Settings,
    session: aiohttp.ClientSession,
    installed: Installed,
) -> AsyncApp:
    """Bolt, which acknowledges after a listener has returned."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await installed.authorize(enterprise_id, team_id)

    return AsyncApp(
        client=AsyncWebClient(base_url=settings.slack_api_url, session=session),
        authorize=cast("Callable[..., Awaitable[AuthorizeResult]]", authorize),
        signing_secret=settings.slack_signing_secret.get_secret_value() or None,
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),  # or its loggers would take the root's level
        request_verification_enabled=not settings.uses_socket_mode,
    )


def listen(
    bolt: AsyncApp,
    settings: Settings,
    ours: SlackParts,
    ledger: Ledger,
    choosing: Choosing,
    feedback: Feedback,
    prompts: Prompts,
    parts: IdentityParts,
    cards: SignInCards,
    installed: Installed,
    clock: Clock,
) -> None:
    """Tell Bolt everything that the bot listens to."""
    whispers, people = ours.whispers, parts.identities
    intake = Intake(ledger, choosing, clock, settings.threads.replies)
    deciding = Deciding(ledger, ours.people, ours.directory.plain_question, clock)
    approvals = ApprovalListeners(deciding, ours.outbound, whispers)
    commands = Commands(intake, ledger, choosing, ours.look, people, cards, clock)
    Listeners(
        intake, commands, whispers, ours.teams, installed, approvals.on_queued, clock
    ).register(bolt, settings.slack_command)  # first: Bolt tries its listeners in this order
    approvals.register(bolt)
    SignInListeners(people, ledger, cards, whispers, prompts).register(bolt)
    TeamListeners(choosing, ours.people, cards).register(bolt)
    AnswerListeners(intake, ledger, ours.outbound, whispers, ours.look.hosts).register(bolt)
    AskListeners(intake, choosing, ledger, ours.outbound, whispers, clock).register(bolt)
    FeedbackListeners(feedback, ours.outbound, whispers).register(bolt)


def build_socket_mode(
    settings: Settings, bolt: AsyncApp, client: AsyncWebClient
) -> SocketMode | None:
    """Socket Mode, where there is a token for it."""
    if not settings.uses_socket_mode:
        return None
    return SocketMode(bolt, settings.slack_app_token.get_secret_value(), client)


async def in_socket_mode(_: web.Request) -> web.StreamResponse:
    """Answers what is sent by HTTP to a bot that has asked Slack for Socket Mode."""
    return web.Response(status=404, text="This bot listens in Socket Mode.")


def over_http(bolt: AsyncApp, signing_secret: str) -> SlackRequest:
    """Answers what Slack sends by HTTP.

    Bolt parses a request before it looks at the signature, and anybody can send nonsense: what Slack
    has not signed is not parsed here, and what cannot be parsed is no failure of ours.
    """
    verifier = SignatureVerifier(signing_secret)

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            text = await request.text()
            if not verifier.is_valid_request(text, dict(request.headers)):
                return web.Response(status=401, text="Slack has not signed this request.")
            slack_request = await to_bolt_request(request)
        except (ValueError, LookupError):  # no JSON, no UTF-8, or a charset that nobody knows
            return web.Response(status=400, text="This is no request of Slack's.")
        return await to_aiohttp_response(await bolt.async_dispatch(slack_request))

    return answer


def build_installations(
    settings: Settings, store: Store, client: AsyncWebClient, clock: Clock
) -> Installations:
    """Where people have installed the app themselves."""
    secret = settings.slack_client_secret.get_secret_value()
    if settings.believes_any_workspace:
        log.warning("any_workspace_is_believed", see="docs/operations.md, many workspaces")
    application = Application(settings.slack_client_id, secret)
    return Installations(store, application, client, clock, settings.our_workspaces)


def build_install_routes(
    settings: Settings,
    installations: Installations,
    store: Store,
    clock: Clock,
) -> InstallRoutes:
    """The pages by which people install the app themselves."""
    return InstallRoutes(
        installations,
        store,
        scopes=sorted(SCOPES),
        authorize_url=authorize_url(settings.slack_api_url),
        public_url=settings.public_url,
        clock=clock,
    )
