"""Bolt's listeners for what stands below an answer: its sources in full, its steps."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.answer import Answer
from bot.ledger import Ledger
from bot.slack.answer_more import draw_sources, draw_steps
from bot.slack.forms import open_form
from bot.slack.links import AllowedHosts
from bot.slack.outbound import Outbound
from bot.slack.payloads import read_click
from bot.slack.whispers import Whispers
from bot.slack.words import general
from bot.verdicts import known

log = structlog.get_logger(__name__)

Body = dict[str, Any]


class AnswerListeners:
    """What people look at below an answer: whoever sees the answer may."""

    def __init__(
        self, ledger: Ledger, outbound: Outbound, whispers: Whispers, hosts: AllowedHosts
    ) -> None:
        self._ledger = ledger
        self._outbound = outbound
        self._whispers = whispers
        self._hosts = hosts

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to."""
        app.action("answer_sources")(self.on_more)
        app.action("answer_steps")(self.on_more)

    async def on_more(self, ack: AsyncAck, body: Body) -> None:
        """Open the modal that was asked for."""
        click = read_click(body)
        run = await known(self._ledger, click.value)
        if run is None:
            self._whispers.tell(click.person, click.channel, click.thread_ts, general.GONE)
        else:
            answer = run.answer or Answer()
            wants_sources = click.action_id == "answer_sources"
            view = draw_sources(answer, self._hosts) if wants_sources else draw_steps(answer)
            await open_form(self._outbound, click.person.workspace, click.trigger_id, view)
        await ack()
