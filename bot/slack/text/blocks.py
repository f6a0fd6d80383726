"""Small builders of Block Kit blocks; what is drawn with them is decided elsewhere."""

from collections.abc import Sequence
from typing import Any

from bot.slack.text.safe import plain_text_object, shorten

Block = dict[str, Any]

LONGEST_SECTION = 3000
LONGEST_CONTEXT = 2000


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    """A paragraph, with an element beside it; the text is mrkdwn that was made safe already."""
    block: Block = {"type": "section", "text": _mrkdwn(shorten(mrkdwn, LONGEST_SECTION))}
    return {**block, "accessory": accessory} if accessory else block


def option(label: str, value: str) -> Block:
    """One of several to choose from."""
    return {"text": plain_text_object(label, 75), "value": value}


def select(
    action_id: str, placeholder: str, options: Sequence[Block], initial: Block | None = None
) -> Block:
    """A menu of up to a hundred options."""
    menu: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain_text_object(placeholder, 150),
        "options": list(options),
    }
    return {**menu, "initial_option": initial} if initial else menu


def menu(action_id: str, *options: Block) -> Block:
    """Three dots that open to at most five options."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def context(*mrkdwn: str) -> Block:
    """Small print, at most ten pieces."""
    elements = [_mrkdwn(shorten(each, LONGEST_CONTEXT)) for each in mrkdwn[:10]]
    return {"type": "context", "elements": elements}


def button(label: str, action_id: str, value: str, *, style: str | None = None) -> Block:
    """A button; the label is plain text."""
    element: Block = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text_object(label, 75),
        "value": value,
    }
    if style:
        element["style"] = style
    return element


def link_button(label: str, action_id: str, value: str, url: str) -> Block:
    """A button that opens an address of ours; Slack tells us of the click as well."""
    return {**button(label, action_id, value, style="primary"), "url": url}


def header(text: str) -> Block:
    """A heading in plain text."""
    return {"type": "header", "text": plain_text_object(text, 150)}


def confirmation(title: str, text: str, yes: str, no: str) -> Block:
    """What is asked before a button counts."""
    return {
        "title": plain_text_object(title, 100),
        "text": plain_text_object(text, 300),
        "confirm": plain_text_object(yes, 30),
        "deny": plain_text_object(no, 30),
    }


def person_select(block_id: str, action_id: str, label: str) -> Block:
    """A field for one person, in a modal."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text_object(label, 2000),
        "element": {"type": "users_select", "action_id": action_id},
    }


def preformatted(text: str) -> Block:
    """Text as it is, in a fixed font, in which Slack reads no markup."""
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
        ],
    }


def actions(block_id: str, *elements: Block) -> Block:
    """A row of buttons. A new `block_id` for each revision tells old clicks from new ones."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def fields(rows: Sequence[tuple[str, str]]) -> list[Block]:
    """Label and value in two columns; both are mrkdwn that was made safe already."""
    pairs = [_mrkdwn(shorten(f"*{label}*\n{value}", LONGEST_CONTEXT)) for label, value in rows]
    return [{"type": "section", "fields": pairs[n : n + 10]} for n in range(0, len(pairs), 10)]


def plan(title: str, tasks: Sequence[Block]) -> Block:
    """Steps with their states."""
    return {"type": "plan", "title": shorten(title, 150), "tasks": list(tasks)}


def task(number: int, title: str, status: str) -> Block:
    """One step: pending, in_progress, complete or error."""
    return {
        "type": "task_card",
        "task_id": f"step_{number}",
        "title": shorten(title, 150),
        "status": status,
    }


def text_input(block_id: str, action_id: str, label: str, hint: str = "") -> Block:
    """A field for several lines of text in a modal."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": True,
        "max_length": 3000,
    }
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text_object(label, 2000),
        "element": element,
    }
    if hint:
        block["hint"] = plain_text_object(hint, 2000)
    return block


def modal(callback_id: str, title: str, submit: str, close: str, **rest: Any) -> Block:
    """A modal; `rest` holds its blocks and private_metadata."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text_object(title, 24),
        "submit": plain_text_object(submit, 24),
        "close": plain_text_object(close, 24),
        **rest,
    }


def _mrkdwn(text: str) -> Block:
    # Verbatim: Slack makes no links or mentions of what merely looks like one in an agent's text.
    return {"type": "mrkdwn", "text": text or " ", "verbatim": True}
