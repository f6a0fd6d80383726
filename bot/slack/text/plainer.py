"""The same blocks in forms that Slack has always known, for when it refuses newer ones."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.slack.text.blocks import Block, context, section
from bot.slack.text.safe import escape_mrkdwn, plain_text_object
from bot.slack.text.split import split_text

CLASSIC = frozenset({"section", "actions", "context", "divider", "header"})
LONGEST = 2900
MOST_BLOCKS = 50

MARKS = {"complete": "✓", "error": "✗", "in_progress": "…", "pending": "·"}


def plainer(blocks: Iterable[Block]) -> list[Block]:
    """Every block in its plainest form; what people can act on stays as it is."""
    return [each for block in blocks for each in _plainer(block)][:MOST_BLOCKS]


def beginning(text: str, blocks: Iterable[Block], note: str) -> list[Block]:
    """As much as Slack takes in any case: some mrkdwn, what people can press, and a note."""
    pressed = [each for each in blocks if each.get("type") == "actions"]
    return [section(text), *pressed, context(note)]


def _plainer(block: Block) -> Iterator[Block]:
    kind = block.get("type")
    if kind in CLASSIC:
        yield block
    elif kind == "plan":
        steps = [
            f"{MARKS.get(str(each.get('status')), '·')} {escape_mrkdwn(str(each.get('title')))}"
            for each in block.get("tasks", [])
        ]
        yield context("\n".join([escape_mrkdwn(str(block.get("title"))), *steps]))
    else:
        for text in split_text(_text(block), LONGEST):
            yield {"type": "section", "text": plain_text_object(text)}


def _text(block: Any) -> str:
    """All that a block says, row by row, as plain text."""
    if isinstance(block, dict):
        if "rows" in block:
            return "\n".join(" | ".join(_text(cell) for cell in row) for row in block["rows"])
        if "text" in block:
            return _text(block["text"])
        return "\n".join(_text(each) for each in block.get("elements", []))
    return str(block)
