"""Feedback in Slack: the thumbs below an answer, the form for a comment, and who listens."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.run import Run
from bot.feedback import Feedback, Opinion
from bot.slack.asking.payloads import read_click, read_person
from bot.slack.forms import open_form
from bot.slack.outbound import Outbound
from bot.slack.people.whispers import Whispers
from bot.slack.text.blocks import Block, modal, section, text_input
from bot.slack.text.safe import plain_text_object
from bot.slack.words import feedback as say, general

log = structlog.get_logger(__name__)

Body = dict[str, Any]
ACTION = "answer_feedback"
COMMENT = "feedback_comment"


def draw_feedback_buttons(run: Run) -> Block:
    """Two thumbs; each says of which run it is."""
    good, bad = (
        {"text": plain_text_object(label, 75), "value": f"{run.id}|{opinion}"}
        for label, opinion in ((say.GOOD, Opinion.GOOD), (say.BAD, Opinion.BAD))
    )
    buttons = {
        "type": "feedback_buttons",
        "action_id": ACTION,
        "positive_button": good,
        "negative_button": bad,
    }
    return {
        "type": "context_actions",
        "block_id": f"feedback:{run.id}",
        "elements": [buttons],
    }


def draw_comment_form(run_id: str) -> Block:
    """What was wrong, in words, if somebody likes to say."""
    comment = text_input(COMMENT, COMMENT, say.COMMENT_LABEL)
    return modal(
        ACTION,
        say.COMMENT_TITLE,
        say.SEND,
        say.CLOSE,
        blocks=[section(say.COMMENT_HINT), {**comment, "optional": True}],
        private_metadata=run_id,
    )


class FeedbackListeners:
    """What people say of answers."""

    def __init__(self, feedback: Feedback, outbound: Outbound, whispers: Whispers) -> None:
        self._feedback = feedback
        self._outbound = outbound
        self._whispers = whispers

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to."""
        app.action(ACTION)(self.on_thumb)
        app.view(ACTION)(self.on_comment)

    async def on_thumb(self, ack: AsyncAck, body: Body) -> None:
        """A thumb counts at once; a thumb down brings the form for a comment."""
        click = read_click(body)
        run_id, _, opinion = click.value.partition("|")
        run = await self._feedback.note(run_id, click.person, Opinion(opinion))
        if run is not None and opinion == Opinion.BAD:
            # The thumb is kept, whether the form opens or not.
            workspace, view = click.person.workspace, draw_comment_form(run_id)
            await open_form(self._outbound, workspace, click.trigger_id, view)
        await ack()
        thanks = say.THANKS if opinion == Opinion.GOOD else ""
        text = general.GONE if run is None else thanks
        if text:
            self._whispers.tell(click.person, click.channel, click.thread_ts, text)

    async def on_comment(self, ack: AsyncAck, body: Body) -> None:
        """The comment, which may be empty."""
        view = body["view"]
        text = view["state"]["values"][COMMENT][COMMENT].get("value") or ""
        await self._feedback.note(view["private_metadata"], read_person(body), Opinion.BAD, text)
        await ack()
