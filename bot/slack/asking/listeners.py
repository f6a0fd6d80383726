"""Bolt's listeners: read what Slack sent, hand it to the intake, say what became of it.

Bolt acknowledges after a listener has returned (`process_before_response`), so what was taken is
on disk before Slack hears of it; where the store fails, Slack gets an error and delivers again.
"""

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.agent_team import AgentTeams
from bot.domain.turn import Origin, Place, Turn
from bot.intake import Intake, StorageError
from bot.ledger import Clock
from bot.slack.asking.commands import Commands
from bot.slack.asking.payloads import (
    Click,
    Heard,
    Kind,
    read_click,
    read_command,
    read_message,
    workspace_of,
)
from bot.slack.asking.refusals import why_not
from bot.slack.installing.installed import Installed
from bot.slack.people.whispers import Whispers
from bot.slack.words import general as say
from bot.verdicts import Outcome, Verdict

log = structlog.get_logger(__name__)

Body = dict[str, Any]
FOLLOW_UP = re.compile(r"follow_up(?:_\d+)?")
TOLD_KEPT = 1000
# Whether a reply is for us, and what was edited, is known only when what came before was taken.
AFTER_OTHERS = frozenset({Kind.PERHAPS, Kind.EDITED, Kind.DELETED})
PATIENCE = 1.0  # seconds that a reply waits for what was said before it: Slack waits for three


class Listeners:
    """Everything that people do in Slack, on its way to the intake."""

    def __init__(
        self,
        intake: Intake,
        commands: Commands,
        whispers: Whispers,
        teams: AgentTeams,
        installed: Installed,
        on_queued: Callable[[str], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._commands = commands
        self._whispers = whispers
        self._teams = teams
        self._installed = installed
        self._on_queued = on_queued
        self._clock = clock
        self._taking: defaultdict[Place, set[asyncio.Future[None]]] = defaultdict(set)
        self._told: deque[str] = deque(maxlen=TOLD_KEPT)  # empty mentions, which come in twins

    def register(self, app: AsyncApp, command: str) -> None:
        """Tell Bolt what we listen to; manifest.yml subscribes to the same."""
        app.event("app_mention")(self.on_message)
        app.event("message")(self.on_message)
        app.command(command)(self.on_command)
        app.action("run_stop")(self.on_stop)
        app.action("run_again")(self.on_again)
        app.action(FOLLOW_UP)(self.on_follow_up)
        app.error(self.on_error)

    # Messages

    async def on_message(self, body: Body) -> None:
        """A mention, a direct message, or something said in a thread."""
        bot_user = self._installed.bot_user(workspace_of(body))
        heard = read_message(body, bot_user, self._teams, self._clock())
        if heard is not None:
            await self._take(heard)

    async def _take(self, heard: Heard) -> None:
        place = heard.turn.place
        earlier = self._taking[place].copy()
        taken = asyncio.get_running_loop().create_future()
        self._taking[place].add(taken)
        try:
            if heard.kind in AFTER_OTHERS and earlier:
                await asyncio.wait(earlier, timeout=PATIENCE)
            await self._take_it(heard)
        finally:
            taken.set_result(None)
            self._taking[place].discard(taken)
            if not self._taking[place]:
                del self._taking[place]

    async def _take_it(self, heard: Heard) -> None:
        turn = heard.turn
        match heard.kind:
            case Kind.TURN:
                await self._ask(turn)
            case Kind.PERHAPS:
                if await self._intake.is_for_us(turn.place, turn.asker):
                    await self._ask(replace(turn, origin=Origin.REPLY))
            case Kind.EMPTY if turn.key not in self._told:
                self._told.append(turn.key)
                thread = turn.place.ts if turn.place.ts != turn.message_ts else None
                text = say.ASK_ABOUT_FILE if turn.files else say.ASK_SOMETHING
                self._whispers.tell(turn.asker, turn.place.channel, thread, text)
            case Kind.EDITED:
                if not await self._intake.edit(turn.key, turn.text, turn.asker):
                    place = turn.place  # where the answer is about to stand
                    self._whispers.tell(turn.asker, place.channel, place.ts, say.EDITED_TOO_LATE)
            case Kind.DELETED:
                await self._intake.withdraw(turn.key)

    async def _ask(self, turn: Turn) -> None:
        taken = await self._intake.ask(turn)
        if taken.queued:
            await self._on_queued(taken.run_id)
        if taken.refused is not None:
            thread = turn.place.ts if turn.place.ts != turn.message_ts else None
            text = say.LIMITS[taken.refused]
            self._whispers.tell(turn.asker, turn.place.channel, thread, text)

    # Commands

    async def on_command(self, ack: AsyncAck, body: Body) -> None:
        """`/fusion …`: the reply is seen only by who typed it."""
        reply = await self._commands.run(read_command(body))
        text, blocks = (reply, ()) if isinstance(reply, str) else reply
        if not text:
            await ack()
        elif blocks:
            await ack(text=text, blocks=list(blocks), response_type="ephemeral")
        else:
            await ack(text=text, response_type="ephemeral")

    # Buttons

    async def on_stop(self, ack: AsyncAck, body: Body) -> None:
        """Stop, or Cancel while queued."""
        click = read_click(body)
        verdict = await self._intake.stop(click.value, click.person)
        await ack()
        self._say(click, verdict, "stop", _too_late_to_stop)

    async def on_again(self, ack: AsyncAck, body: Body) -> None:
        """Ask again."""
        click = read_click(body)
        verdict = await self._intake.again(click.value, click.person)
        await ack()
        self._say(click, verdict, "again", _asked_already)

    async def on_follow_up(self, ack: AsyncAck, body: Body) -> None:
        """A follow-up question: asked as the person who clicked it."""
        click = read_click(body)
        number = int(click.action_id.removeprefix("follow_up").lstrip("_") or 0)
        verdict = await self._intake.follow_up(click.value, number, click.person)
        await ack()
        self._say(click, verdict, "ask", _asked_already)

    async def on_error(self, error: Exception, body: Body) -> None:
        """Nothing was kept. Slack delivers events again by itself; who clicked is told to."""
        log.error("listener_failed", kind=body.get("type"), exc_info=error)
        if isinstance(error, StorageError) and body.get("type") == "block_actions":
            click = read_click(body)
            self._whispers.tell(click.person, click.channel, click.thread_ts, say.STORAGE_TROUBLE)

    def _say(
        self, click: Click, verdict: Verdict, verb: str, too_late: Callable[[Verdict], str]
    ) -> None:
        """Tell the person why nothing came of it; what came of it shows in the thread."""
        if verdict.outcome is not Outcome.DONE:
            text = why_not(verdict, verb, too_late)
            self._whispers.tell(click.person, click.channel, click.thread_ts, text)


def _too_late_to_stop(verdict: Verdict) -> str:
    over = verdict.run is None or verdict.run.ended_at is not None
    return say.OVER_ALREADY if over else say.SENDING_DECISION


def _asked_already(_: Verdict) -> str:
    return say.ASKED_ALREADY
