"""Bolt's listeners for approvals: buttons, forms, and words that may be an answer.

A click is acknowledged when what came of it is on disk. Slack gives three seconds for a form, so it
is opened before anything that may take longer.
"""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.deciding import Card, Deciding
from bot.domain.approval import Approval, ApprovalState
from bot.domain.job import Action
from bot.domain.turn import Person
from bot.slack.approvals.forms import (
    PERSON,
    TEXT,
    draw_delegate_form,
    draw_details,
    draw_reason_form,
    draw_reply_form,
)
from bot.slack.asking.payloads import (
    Carried,
    Click,
    build_private_metadata,
    read_click,
    read_person,
    read_private_metadata,
)
from bot.slack.asking.refusals import why_not
from bot.slack.forms import open_form
from bot.slack.outbound import Outbound
from bot.slack.people.whispers import Whispers
from bot.slack.text.blocks import Block, actions, button, section
from bot.slack.words import approval_forms, approvals as say, general
from bot.verdicts import Outcome, Verdict

log = structlog.get_logger(__name__)

Body = dict[str, Any]
DECISIONS = {"approval_approve": Action.APPROVE, "approval_reject": Action.REJECT}


class ApprovalListeners:
    """Everything that people do about approvals."""

    def __init__(self, deciding: Deciding, outbound: Outbound, whispers: Whispers) -> None:
        self._deciding = deciding
        self._outbound = outbound
        self._whispers = whispers

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to."""
        for action_id in DECISIONS:
            app.action(action_id)(self.on_decision)
        app.action("approval_reply")(self.on_reply_wanted)
        app.action("approval_delegate")(self.on_delegate_wanted)
        app.action("approval_details")(self.on_details)
        app.action("waiting_answer")(self.on_answer)
        app.action("waiting_question")(self.on_question)
        app.view("approval_reply")(self.on_reply)
        app.view("approval_reason")(self.on_reason)
        app.view("approval_delegate")(self.on_delegate)

    # Buttons

    async def on_decision(self, ack: AsyncAck, body: Body) -> None:
        """Approve or Reject."""
        click = read_click(body)
        action = DECISIONS[click.action_id]
        verdict = await self._deciding.decide(_card(click), action, click.person)
        if verdict.outcome is Outcome.NEEDS_REASON and verdict.approval is not None:
            await self._open(
                click, draw_reason_form(verdict.approval, action, _carry(click, action))
            )
        await ack()
        self._say(click, verdict)

    async def on_reply_wanted(self, ack: AsyncAck, body: Body) -> None:
        """Reply… or Request change…"""
        click = read_click(body)
        verdict = await self._deciding.may(_card(click), click.person)
        if verdict.outcome is Outcome.DONE and verdict.approval is not None:
            carried = _carry(click, Action.REPLY)
            await self._open(click, draw_reply_form(verdict.approval, carried))
        await ack()
        self._say(click, verdict)

    async def on_delegate_wanted(self, ack: AsyncAck, body: Body) -> None:
        """Hand over…"""
        click = read_click(body)
        verdict = await self._deciding.may(_card(click), click.person)
        if verdict.outcome is Outcome.DONE and verdict.approval is not None:
            await self._open(click, draw_delegate_form(verdict.approval, _carry(click)))
        await ack()
        self._say(click, verdict)

    async def on_details(self, ack: AsyncAck, body: Body) -> None:
        """Details: for whoever sees the card."""
        click = read_click(body)
        verdict = await self._deciding.may(_card(click), click.person)
        if verdict.approval is not None:
            await self._open(click, draw_details(verdict.approval))
        await ack()
        if verdict.approval is None:
            self._say(click, verdict)

    async def _open(self, click: Click, view: Block) -> None:
        workspace = click.person.workspace
        if not await open_form(self._outbound, workspace, click.trigger_id, view):
            self._whispers.tell(click.person, click.channel, click.thread_ts, general.FORM_TROUBLE)

    # Forms

    async def on_reply(self, ack: AsyncAck, body: Body) -> None:
        """A requested change, or the text that the agent asked for."""
        await self._on_words(ack, body, approval_forms.NEEDS_TEXT)

    async def on_reason(self, ack: AsyncAck, body: Body) -> None:
        """The reason without which the decision does not count."""
        await self._on_words(ack, body, approval_forms.NEEDS_REASON)

    async def _on_words(self, ack: AsyncAck, body: Body, missing: str) -> None:
        carried = read_private_metadata(body["view"]["private_metadata"])
        text = (body["view"]["state"]["values"][TEXT][TEXT].get("value") or "").strip()
        if not text:
            await ack(response_action="errors", errors={TEXT: missing})
            return
        person = read_person(body)
        verdict = await self._deciding.decide(
            carried.card, carried.action or Action.REPLY, person, text
        )
        await ack()
        self._say(_click_of(carried, person), verdict)

    async def on_delegate(self, ack: AsyncAck, body: Body) -> None:
        """Handed over to whoever was chosen."""
        carried = read_private_metadata(body["view"]["private_metadata"])
        chosen = body["view"]["state"]["values"][PERSON][PERSON].get("selected_user") or ""
        person = read_person(body)
        to = Person(person.workspace, str(chosen))
        verdict = await self._deciding.delegate(carried.card, person, to)
        if verdict.outcome is Outcome.NOT_ALLOWED and verdict.permission is None:
            await ack(response_action="errors", errors={PERSON: say.NOT_HANDED_OVER})
            return
        await ack()
        self._say(_click_of(carried, person), verdict)

    # Words that may be an answer

    async def on_queued(self, run_id: str) -> None:
        """A message came while an approval waits in its thread: asks privately what it was meant as."""
        verdict = await self._deciding.waited_for(run_id)
        if verdict is None or verdict.run is None or verdict.approval is None:
            return
        run, approval = verdict.run, verdict.approval
        queued = verdict.queued
        if queued is None:
            return
        place = queued.turn.place
        if Action.REPLY not in approval.waiting.actions:
            self._whispers.tell(queued.turn.asker, place.channel, place.ts, say.USE_THE_BUTTONS)
            return
        value = f"{run.id}|{approval.id}|{queued.id}"
        blocks = (
            section(say.QUESTION_OR_ANSWER),
            actions(
                f"waiting:{queued.id}",
                button(say.IS_ANSWER, "waiting_answer", value, style="primary"),
                button(say.IS_QUESTION, "waiting_question", value),
            ),
        )
        text = say.QUESTION_OR_ANSWER
        self._whispers.tell(queued.turn.asker, place.channel, place.ts, text, blocks)

    async def on_answer(self, ack: AsyncAck, body: Body) -> None:
        """It was the answer."""
        click = read_click(body)
        run_id, approval_id, queued_id = (*click.value.split("|"), "", "", "")[:3]
        card = Card(run_id, approval_id, click.channel)
        verdict = await self._deciding.answer_with(card, queued_id, click.person)
        await ack()
        self._whispers.answer(click, "")
        self._say(click, verdict)

    async def on_question(self, ack: AsyncAck, body: Body) -> None:
        """It was the next question: which it is anyway."""
        click = read_click(body)
        await ack()
        self._whispers.answer(click, say.KEPT_AS_QUESTION)

    def _say(self, click: Click, verdict: Verdict) -> None:
        """Tell the person why nothing came of it; what came of it shows on the card."""
        if verdict.outcome in {Outcome.DONE, Outcome.NEEDS_REASON}:
            return
        text = why_not(verdict, "decide", _too_late)
        self._whispers.tell(click.person, click.channel, click.thread_ts, text)


def _card(click: Click) -> Card:
    run_id, _, approval_id = click.value.partition("|")
    return Card(run_id, approval_id, click.channel, click.message_ts)


def _carry(click: Click, action: Action | None = None) -> str:
    return build_private_metadata(Carried(_card(click), action, click.thread_ts))


def _click_of(carried: Carried, person: Person) -> Click:
    return Click(person, carried.card.channel, carried.thread_ts, "", "", "", "")


def _too_late(verdict: Verdict) -> str:
    approval: Approval | None = verdict.approval
    if approval and approval.decision and approval.state is not ApprovalState.ELSEWHERE:
        return say.decided_before(f"<@{approval.decision.by.user}>")
    return say.NOT_OPEN_ANY_MORE
