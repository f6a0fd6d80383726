"""The outbound gate: the only writer to Slack.

It knows what Slack grants, waits where Slack says so, and tells three kinds of failure apart:
Slack refused, Slack could not be asked, and nobody knows. Posting is never repeated here: a second
post is a second message. Edits, reads and opens are safe to repeat.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.observing import Nobody, Observer
from bot.slack.budgets import Budgets
from bot.slack.installing.installed import Installed, NotInstalled
from storage.errors import StorageError

log = structlog.get_logger(__name__)

NOT_INSTALLED = "not_installed"  # ours, among Slack's words for why
NOBODY = Nobody()
TRIES = 6
LONGEST_WAIT = 30.0  # seconds in one call; after that, what is owed is put off instead
PAUSE = 1.0
AMBIGUOUS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
READS = frozenset(
    {
        "users.info",
        "usergroups.users.list",
        "conversations.info",
        "conversations.replies",
        "conversations.history",
    }
)
# Announcing a file is no read, but takes no JSON either, whatever the documents say: it then misses
# the name and the length.
NO_JSON = READS | {"files.getUploadURLExternal"}
IN_THREADS = frozenset({"chat.postMessage", "chat.update", "files.completeUploadExternal"})
NEVER_REPEATED = frozenset(
    {"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"}
)
# The last two are the SDK's own, over a reply that is no JSON object: a proxy's page, for instance.
NO_REPLY = (aiohttp.ClientError, TimeoutError, OSError, AttributeError, ValueError)


class SlackRefused(Exception):
    """Slack refused a call; `error` is its word for why. Nothing was changed."""

    def __init__(self, error: str, method: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(f"{method}: {error}")
        self.error = error
        self.details = details


class SlackUnavailable(Exception):
    """Slack cannot be asked now, and did nothing; `retry_after` in seconds where it said so."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SlackUnanswered(Exception):
    """A call may have been carried out, or not: no reply came back."""


class Outbound:
    """Calls Slack's Web API within its budgets.

    `may_act` says whether this replica still holds its work; else it writes in no thread.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        budgets: Budgets,
        may_act: Callable[[], bool] = lambda: True,
        observer: Observer = NOBODY,
        installed: Installed | None = None,
    ) -> None:
        self._observer = observer
        self._installed = installed
        self._may_act = may_act
        self._client = client
        self._budgets = budgets

    def now(self) -> float:
        """The clock that budgets are measured by, in seconds."""
        return asyncio.get_running_loop().time()

    def until_progress(self, workspace: str, promised: int = 0) -> float:
        """Seconds until a progress edit fits into the budget of this workspace.

        `promised` edits were granted and are not made yet.
        """
        now = self.now()
        return self._budgets.of("chat.update", workspace).until_progress(now, promised)

    async def prepare(self, workspace: str) -> None:
        """Know what there is to know of a workspace. Raises StorageError."""
        if self._installed is not None:
            await self._installed.prepare(workspace)

    async def call(
        self, method: str, workspace: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call a method and return the body of its reply.

        Raises SlackRefused, SlackUnavailable or, for what must not be repeated, SlackUnanswered.
        """
        for attempt in range(1, TRIES + 1):
            await self._wait_for_leave(method, workspace)
            try:
                return await self._observed(method, workspace, arguments)
            except SlackUnavailable:
                if attempt == TRIES:
                    raise
            except SlackUnanswered as unanswered:
                if method in NEVER_REPEATED:
                    raise
                if attempt == TRIES:
                    raise SlackUnavailable(str(unanswered)) from unanswered
            log.debug("slack_call_repeated", method=method, attempt=attempt)
            await asyncio.sleep(PAUSE * attempt * random.uniform(0.5, 1.0))
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Say something at a response_url, which Slack gave with a click; best effort."""
        session = self._client.session
        if session is None:
            return
        try:
            async with session.post(response_url, json=dict(body)) as reply:
                if reply.status != 200:
                    log.info("not_responded", status=reply.status)
        except NO_REPLY as error:
            log.info("not_responded", error=type(error).__name__)

    async def _wait_for_leave(self, method: str, workspace: str) -> None:
        budget = self._budgets.of(method, workspace)
        while (wait := budget.blocked_until - self.now()) > 0:
            if wait > LONGEST_WAIT:
                raise SlackUnavailable("ratelimited", wait)
            # Who waits together does not come back together.
            await asyncio.sleep(wait + random.uniform(0, 0.25))
        if method in IN_THREADS and not self._may_act():
            raise SlackUnavailable("the lease has run out")
        budget.spend(self.now())

    async def _observed(
        self, method: str, workspace: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        began, result = self.now(), "ok"
        try:
            return await self._once(method, workspace, arguments)
        except SlackRefused as refused:
            result = refused.error
            raise
        except (SlackUnavailable, SlackUnanswered) as trouble:
            result = str(trouble)
            raise
        finally:
            self._observer.called("slack", method, result, self.now() - began)

    async def _once(
        self, method: str, workspace: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        given = await self._with_token(method, workspace, arguments)
        try:
            if method in NO_JSON:
                verb = "GET" if method in READS else "POST"
                response = await self._client.api_call(method, http_verb=verb, params=given)
            else:
                response = await self._client.api_call(method, json=given)
        except SlackApiError as error:
            raise self._refusal(error, method, workspace) from error
        except aiohttp.ClientConnectorError as error:
            raise SlackUnavailable(type(error).__name__) from error
        except NO_REPLY as error:
            raise SlackUnanswered(type(error).__name__) from error
        data = response.data
        return data if isinstance(data, dict) else {}

    async def _with_token(
        self, method: str, workspace: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The arguments, with the token of the workspace that they are about."""
        if self._installed is None:
            return dict(arguments)
        try:
            token = await self._installed.token(workspace)
        except NotInstalled as error:
            raise SlackRefused(NOT_INSTALLED, method) from error
        except StorageError as error:
            raise SlackUnavailable("the token of the workspace cannot be read") from error
        team = {"team_id": workspace} if self._installed.names_team(workspace) else {}
        return {**team, **arguments, "token": token}

    def _refusal(self, error: SlackApiError, method: str, workspace: str) -> Exception:
        response = error.response
        data = getattr(response, "data", None)
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        body = data if isinstance(data, dict) else {}
        if not body.get("error") and not 400 <= status < 500:
            return SlackUnanswered(f"http_{status}")
        word = str(body.get("error") or f"http_{status}")
        if status == 429 or word in {"ratelimited", "rate_limited"}:
            seconds = _retry_after(response)
            now = self.now()
            self._budgets.of(method, workspace).block(now, seconds)
            if seconds > LONGEST_WAIT:
                return SlackUnavailable("ratelimited", seconds)
            return SlackUnavailable("ratelimited")
        if status >= 500 or word in AMBIGUOUS:
            return SlackUnanswered(word)
        messages = body.get("response_metadata") or {}
        return SlackRefused(word, method, tuple(map(str, messages.get("messages") or ())))


def _retry_after(response: Any) -> float:
    headers = {name.lower(): value for name, value in (response.headers or {}).items()}
    try:
        return max(float(headers.get("retry-after", 1)), 0.0)
    except ValueError:
        return 1.0
