"""Objects from settings: with `app`, the only file that names concrete classes."""

import os
import secrets
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.agent_team import AgentTeams
from bot.domain.approval_policy import Policies
from bot.domain.job import Action
from bot.domain.machine import Patience
from bot.domain.retry import Polling
from bot.fusion.client import AccessTokens, FusionClient
from bot.fusion.wire_request import ResumeKind, ResumeStrategy
from bot.lease import Lease
from bot.observing import Observer
from bot.settings import Settings
from bot.slack.installing.installed import Installed
from bot.slack.text.links import AllowedHosts
from bot.slack.threads.picture import Look
from storage.crypto import Sealer, key_beside
from storage.errors import StorageError
from storage.sqlite import SqliteStore
from storage.store import Store

LEASE = timedelta(seconds=8)  # a dead replica is missed within ten seconds
SLACK_TIMEOUT = timedelta(seconds=30)
NO_DRIVER = "PostgreSQL needs its driver: pip install '/path/to/the/clone[postgres]'."
POSTGRES = ("postgresql://", "postgres://")
KEPT_ALIVE = 15.0  # seconds, below any load balancer's: a reused connection must not be a dead one


def now() -> datetime:
    """The clock of the program: aware UTC."""
    return datetime.now(UTC)


def http_session() -> aiohttp.ClientSession:
    """The one HTTP client; it keeps no cookies, so that one person's never serve another."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=200, limit_per_host=100, keepalive_timeout=KEPT_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=SLACK_TIMEOUT.total_seconds()),
    )


def build_slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Slack's client without retries of its own: the SDK's would post a message twice."""
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )


def build_store(settings: Settings, *, exclusive: bool = True) -> Store:
    """The store that DATABASE_URL names; not `exclusive` for commands beside a running bot.

    Raises StorageError where the driver for PostgreSQL is not installed.
    """
    replica = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    given = settings.encryption_keys.get_secret_value().replace(",", " ").split()
    url = settings.database_url.get_secret_value()
    if url.startswith(POSTGRES):
        return _postgres(url, replica, Sealer(given))
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    sealer = Sealer(given or [key_beside(path)])
    return SqliteStore(path, replica=replica, lease=LEASE, sealer=sealer, exclusive=exclusive)


class NoDatabase(StorageError):
    """There is no SQLite database where DATABASE_URL says."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There is no database at {path.absolute()}."
            " Set DATABASE_URL, or run this in the bot's working directory."
        )
        self.path = path.absolute()


def find_store(settings: Settings) -> Store:
    """The store that is there already, for commands beside a running bot; SQLite's is never made.

    Raises NoDatabase, and StorageError as `build_store` does.
    """
    if settings.has_one_owner:
        path = sqlite_path(settings.database_url.get_secret_value())
        try:
            path.stat()
        except FileNotFoundError as error:
            raise NoDatabase(path) from error
    return build_store(settings, exclusive=False)


def sqlite_path(url: str) -> Path:
    """The file that sqlite:///… names."""
    return Path(url.removeprefix("sqlite:///"))


def _postgres(url: str, replica: str, sealer: Sealer) -> Store:
    try:
        from storage.postgres import PostgresStore
    except ImportError as error:
        raise StorageError(NO_DRIVER) from error
    return PostgresStore(url, replica=replica, lease=LEASE, sealer=sealer)


async def move_store(settings: Settings, source: str, target: str) -> dict[str, int]:
    """Move a SQLite database to PostgreSQL; how many rows of each table.

    Raises StorageError, and ValueError for what cannot be moved so.
    """
    if not source.startswith("sqlite:///") or not target.startswith(POSTGRES):
        raise ValueError("From sqlite:///… to postgresql://… is what can be moved.")
    keys = settings.encryption_keys.get_secret_value().replace(",", " ").split()
    if not keys:
        raise ValueError("ENCRYPTION_KEYS: give the key that PostgreSQL is to be used with.")
    path = sqlite_path(source)
    beside = path.with_name(path.name + ".key")
    old = [*keys, *([key_beside(path)] if beside.exists() else [])]
    try:
        from storage.moving import move
    except ImportError as error:
        raise StorageError(NO_DRIVER) from error
    return await move(path, target, Sealer(old), Sealer(keys))


def build_agent(
    settings: Settings,
    session: aiohttp.ClientSession,
    tokens: AccessTokens,
    lease: Lease,
    observer: Observer,
) -> FusionClient:
    """The agent teams of FUSION_BASE_URL."""
    words = settings.approvals
    strategy = ResumeStrategy(
        kind=ResumeKind(words.strategy),
        words={
            Action.APPROVE: words.approve_text,
            Action.REJECT: words.reject_text,
            Action.REPLY: "{comment}",
        },
        actions={
            Action.APPROVE: words.approve_action,
            Action.REJECT: words.reject_action,
            Action.REPLY: words.reply_action,
        },
        template=words.template,
    )
    return FusionClient(
        session,
        settings.fusion_base_url,
        settings.fusion_api_version,
        tokens,
        strategy,
        timedelta(seconds=settings.fusion_timeout_seconds),
        lease.may_act,
        observer,
        settings.status_api_version,
    )


def build_teams(settings: Settings) -> AgentTeams:
    """The agent teams that are offered."""
    return AgentTeams(
        tuple(each.team() for each in settings.offered_teams),
        settings.searches_teams,
        {name: each.agent_team for name, each in settings.workspaces.items() if each.agent_team},
    )


def build_look(settings: Settings, teams: AgentTeams, installed: Installed | None = None) -> Look:
    """How runs are drawn."""
    return Look(
        teams,
        AllowedHosts(frozenset(settings.links.hosts)),
        timedelta(seconds=settings.threads.notify_after_seconds),
        installed,
        not settings.acts_as_one,
        settings.approvals.audit_channel,
        feedback=settings.answers.feedback,
        footer=settings.answers.footer,
    )


def build_policies(settings: Settings) -> Policies:
    """Who decides approvals."""
    managers = tuple(settings.managers.items())
    return Policies(tuple(each.rule() for each in settings.approval_policies), managers)


def build_patience(settings: Settings) -> Patience:
    """How long runs stay where they are."""
    given = settings.patience
    return Patience(
        sign_in=timedelta(minutes=given.sign_in_minutes),
        invoking=timedelta(minutes=given.invoking_minutes),
        unreadable=timedelta(minutes=given.unreadable_minutes),
        running=timedelta(hours=given.running_hours),
        waiting=timedelta(days=given.waiting_days),
        grace=timedelta(seconds=given.grace_seconds),
    )


def build_polling(settings: Settings) -> Polling:
    """How often jobs are read."""
    given = settings.polling
    return Polling(
        shortest=timedelta(seconds=given.shortest),
        longest=timedelta(seconds=given.longest),
        share=given.share,
        waiting_shortest=timedelta(seconds=given.waiting_shortest),
        waiting_longest=timedelta(seconds=given.waiting_longest),
    )
