"""The modal in which somebody writes a requested change, or what the agent asked for."""

from bot.domain.approval import Approval
from bot.domain.job import WaitingFor
from bot.slack import sentences as say
from bot.slack.blocks import Block, modal, section, text_input
from bot.slack.safe_text import escape_mrkdwn, shorten

TEXT = "approval_text"


def draw_reply_form(approval: Approval, private_metadata: str) -> Block:
    """The modal for one approval; its callback_id is `approval_reply`."""
    changes = approval.waiting.kind is WaitingFor.CHANGES
    message = escape_mrkdwn(approval.waiting.message).strip()
    blocks = [section(shorten(message, 2900))] if message else []
    label = say.CHANGE_LABEL if changes else say.REPLY_LABEL
    blocks.append(text_input(TEXT, TEXT, label))
    return modal(
        "approval_reply",
        say.CHANGE_TITLE if changes else say.REPLY_TITLE,
        say.SEND,
        say.CLOSE,
        blocks=blocks,
        private_metadata=private_metadata,
    )
