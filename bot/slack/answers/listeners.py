"""Bolt's listeners for what stands below an answer: its sources, its steps, and ways to go on."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.answer import Answer
from bot.intake import Intake
from bot.ledger import Ledger
from bot.slack.answers.more import AFRESH, AGAIN, ELSEWHERE, MENU, draw_sources, draw_steps
from bot.slack.asking.form import About, draw_ask_form
from bot.slack.asking.payloads import Click, read_click
from bot.slack.asking.refusals import why_not
from bot.slack.forms import open_form
from bot.slack.outbound import Outbound
from bot.slack.people.whispers import Whispers
from bot.slack.text.blocks import Block
from bot.slack.text.links import AllowedHosts
from bot.slack.words import general
from bot.verdicts import Outcome, Verdict, known

log = structlog.get_logger(__name__)

Body = dict[str, Any]


class AnswerListeners:
    """What people do below an answer; whoever sees the answer may look at its sources and steps."""

    def __init__(
        self,
        intake: Intake,
        ledger: Ledger,
        outbound: Outbound,
        whispers: Whispers,
        hosts: AllowedHosts,
    ) -> None:
        self._intake = intake
        self._ledger = ledger
        self._outbound = outbound
        self._whispers = whispers
        self._hosts = hosts

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to."""
        app.action("answer_sources")(self.on_more)
        app.action("answer_steps")(self.on_more)
        app.action(MENU)(self.on_menu)

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
            await self._open(click, view)
        await ack()

    async def on_menu(self, ack: AsyncAck, body: Body) -> None:
        """Ask again, start afresh, or go on in a new thread."""
        click = read_click(body)
        way, _, run_id = click.value.partition(":")
        if way == ELSEWHERE:
            form = draw_ask_form(About(continues=run_id))
            await self._open(click, form)
            await ack()
            return
        act = self._intake.again if way == AGAIN else self._intake.start_afresh
        verdict = await act(run_id, click.person)
        await ack()
        text = general.NEW_CONVERSATION_FOLLOWS if way == AFRESH else ""
        if verdict.outcome is not Outcome.DONE:
            text = why_not(verdict, "again" if way == AGAIN else "ask", _asked_already)
        if text:
            self._whispers.tell(click.person, click.channel, click.thread_ts, text)

    async def _open(self, click: Click, view: Block) -> None:
        workspace = click.person.workspace
        if not await open_form(self._outbound, workspace, click.trigger_id, view):
            self._whispers.tell(click.person, click.channel, click.thread_ts, general.FORM_TROUBLE)


def _asked_already(_: Verdict) -> str:
    return general.ASKED_ALREADY
