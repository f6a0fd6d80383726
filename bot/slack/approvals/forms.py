"""The modals of approvals: a reply or a change, a reason, handing over, and the details."""

import json

from bot.domain.approval import Approval
from bot.domain.job import Action
from bot.slack.text.blocks import (
    Block,
    fields,
    modal,
    person_select,
    preformatted,
    section,
    text_input,
)
from bot.slack.text.safe import escape_mrkdwn, fitting, plain_text_object, shorten
from bot.slack.text.split import split_text
from bot.slack.words import approval_forms as say

TEXT = "approval_text"
PERSON = "approval_person"
RAW_SHOWN = 30_000  # characters; a modal holds a hundred blocks
PIECE = 2900


def draw_reply_form(approval: Approval, carried: str) -> Block:
    """Words for the agent; its callback_id is `approval_reply`."""
    changes = approval.waiting.takes_changes
    label = say.CHANGE_LABEL if changes else say.REPLY_LABEL
    return modal(
        "approval_reply",
        say.CHANGE_TITLE if changes else say.REPLY_TITLE,
        say.SEND,
        say.CLOSE,
        blocks=[*_about(approval), text_input(TEXT, TEXT, label)],
        private_metadata=carried,
    )


def draw_reason_form(approval: Approval, action: Action, carried: str) -> Block:
    """The reason for a decision; the action is carried along."""
    title = say.REASON_TITLES[action.value]
    return modal(
        "approval_reason",
        title,
        title,
        say.CLOSE,
        blocks=[*_about(approval), text_input(TEXT, TEXT, say.REASON_LABEL, say.REASON_HINT)],
        private_metadata=carried,
    )


def draw_delegate_form(approval: Approval, carried: str) -> Block:
    """Who shall decide instead."""
    return modal(
        "approval_delegate",
        say.DELEGATE_TITLE,
        say.DELEGATE_TITLE,
        say.CLOSE,
        blocks=[*_about(approval), person_select(PERSON, PERSON, say.DELEGATE_LABEL)],
        private_metadata=carried,
    )


def draw_details(approval: Approval) -> Block:
    """Everything that came with the wait: its words, its parameters, and the node as Fusion sent it."""
    waiting = approval.waiting
    blocks: list[Block] = []
    rest = waiting.message.strip()
    while rest:
        piece = fitting(rest, PIECE) or rest[:1]
        blocks.append(section(escape_mrkdwn(piece)))
        rest = rest[len(piece) :].lstrip()
    rows = [(escape_mrkdwn(shorten(a, 100)), escape_mrkdwn(b)) for a, b in waiting.details[:200]]
    blocks += fields(rows)
    if waiting.raw is not None:
        raw = shorten(json.dumps(waiting.raw, ensure_ascii=False, indent=2), RAW_SHOWN)
        blocks += [preformatted(each) for each in split_text(raw, PIECE)]
    return {
        "type": "modal",
        "callback_id": "approval_details",
        "title": plain_text_object(say.DETAILS_TITLE, 24),
        "close": plain_text_object(say.CLOSE_DETAILS, 24),
        "blocks": blocks[:100],
    }


def _about(approval: Approval) -> list[Block]:
    message = escape_mrkdwn(approval.waiting.message).strip()
    return [section(shorten(message, 2900))] if message else []
