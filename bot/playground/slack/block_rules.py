"""What Slack accepts as the blocks of a message or a view, one by one and all together."""

from collections import Counter
from typing import Any

from bot.playground.slack.block_text import block_text, own_elements
from bot.playground.slack.element_rules import (
    ACTIONS_ELEMENT,
    BUTTON,
    FEEDBACK_BUTTONS,
    ICON_BUTTON,
    IDS,
    IMAGE,
    INPUT_ELEMENT,
    RICH_TEXT,
    SECTION_ACCESSORY,
    mrkdwn,
    plain_text,
    text,
)
from bot.playground.slack.errors import SlackError
from bot.playground.slack.rules import (
    Check,
    Json,
    Problem,
    Problems,
    anything,
    at_least_one,
    both,
    fields,
    flag,
    many,
    number,
    one_of,
    string,
    typed,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_TOTAL = 12_000
TABLE_TOTAL = 10_000
DATA_TABLE_TOTAL = 20_000
BLOCKS_TOTAL = 13_200

_ID = {"block_id": string(IDS)}
_CELL = typed(
    {
        "raw_text": fields({"text": string(TABLE_TOTAL)}),
        "raw_number": fields({"value": anything}, {"text": string(IDS)}),
        "rich_text": RICH_TEXT,
    },
    "table cell",
)
_ROW = many(_CELL, 20)
_TASK_CARD = fields(
    {
        "task_id": string(IDS),
        "title": string(3000),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {
        **_ID,
        "details": typed({"rich_text": RICH_TEXT}, "details"),
        "output": typed({"rich_text": RICH_TEXT}, "output"),
        "sources": many(
            typed({"url": fields({"url": string(3000), "text": string(3000)})}, "source"), 100, 0
        ),
        "hide_title": flag,
    },
)
_CARD = both(
    fields(
        {},
        {
            **_ID,
            "title": mrkdwn(150),
            "subtitle": mrkdwn(150),
            "body": mrkdwn(200),
            "hero_image": IMAGE,
            "icon": IMAGE,
            "actions": many(typed({"button": BUTTON}, "action"), 3),
        },
    ),
    at_least_one("hero_image", "title", "actions", "body"),
)

EVERYWHERE: dict[str, Check] = {
    "section": both(
        fields(
            {},
            {
                **_ID,
                "text": text(3000),
                "fields": many(text(2000), 10),
                "accessory": SECTION_ACCESSORY,
                "expand": flag,
            },
        ),
        at_least_one("text", "fields"),
    ),
    "header": fields({"text": plain_text(150)}, _ID),
    "divider": fields({}, _ID),
    "context": fields(
        {
            "elements": many(
                typed(
                    {"image": IMAGE, "plain_text": plain_text(3000), "mrkdwn": mrkdwn(3000)},
                    "context element",
                ),
                10,
            )
        },
        _ID,
    ),
    "actions": fields({"elements": many(ACTIONS_ELEMENT, 25)}, _ID),
    "input": fields(
        {"label": plain_text(2000), "element": INPUT_ELEMENT},
        {**_ID, "hint": plain_text(2000), "optional": flag, "dispatch_action": flag},
    ),
    "image": both(
        fields(
            {"alt_text": string(2000)},
            {**_ID, "image_url": string(3000), "slack_file": anything, "title": plain_text(2000)},
        ),
        at_least_one("image_url", "slack_file"),
    ),
    "rich_text": RICH_TEXT,
    "video": fields(
        {
            "alt_text": string(2000),
            "thumbnail_url": string(3000),
            "title": plain_text(200),
            "video_url": string(3000),
        },
        {
            **_ID,
            "author_name": string(50),
            "description": plain_text(200),
            "provider_icon_url": string(3000),
            "provider_name": string(IDS),
            "title_url": string(3000),
        },
    ),
    "card": _CARD,
    "carousel": fields({"elements": many(typed({"card": _CARD}, "card"), 10)}, _ID),
    "data_table": fields(
        {"caption": string(3000), "rows": many(_ROW, 201)},
        {**_ID, "page_size": number(1, 100), "row_header_column_index": number(0, 19)},
    ),
    "data_visualization": anything,
}  # fmt: skip
TABLE = fields({"rows": many(_ROW, 100)}, {**_ID, "column_settings": many(anything, 20, 0)})
EVERYWHERE["container"] = both(
    fields(
        {
            "child_blocks": many(
                typed(
                    {
                        "table": TABLE,
                        **{
                            name: EVERYWHERE[name]
                            for name in (
                                "actions", "context", "divider", "header", "image", "input",
                                "rich_text", "section", "video",
                            )
                        },
                    },
                    "block of a container",
                ),
                10,
            )
        },
        {
            **_ID,
            "title": plain_text(150),
            "rich_text_title": typed({"rich_text": RICH_TEXT}, "title"),
            "subtitle": text(150),
            "icon": IMAGE,
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
            "width": one_of("narrow", "standard", "wide", "full"),
        },
    ),
    at_least_one("title", "rich_text_title"),
)  # fmt: skip
MESSAGE_ONLY: dict[str, Check] = {
    "markdown": fields({"text": string(MARKDOWN_TOTAL)}, _ID),
    "table": TABLE,
    "plan": fields(
        {"title": string(3000)},
        {**_ID, "tasks": many(typed({"task_card": _TASK_CARD}, "task"), 50, 0)},
    ),
    "task_card": _TASK_CARD,
    "context_actions": fields(
        {
            "elements": many(
                typed(
                    {"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}, "element"
                ),
                5,
            )
        },
        _ID,
    ),
}
MODAL_ONLY: dict[str, Check] = {
    "alert": fields(
        {"text": text(200)},
        {**_ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
}
_MESSAGE = many(typed({**EVERYWHERE, **MESSAGE_ONLY}, "block"), MESSAGE_BLOCKS, 0)
_HOME = many(typed(EVERYWHERE, "block"), VIEW_BLOCKS, 0)
_MODAL = many(typed({**EVERYWHERE, **MODAL_ONLY}, "block"), VIEW_BLOCKS, 0)


def check_blocks(blocks: Any, surface: str, pointer: str = "/blocks") -> Problems:
    """What is wrong with blocks on a surface: `message`, `home` or `modal`."""
    problems: Problems = []
    {"message": _MESSAGE, "home": _HOME, "modal": _MODAL}[surface](blocks, pointer, problems)
    if not problems:
        _check_ids(blocks, pointer, problems)
        _check_tables(blocks, pointer, problems)
        _check_tasks(blocks, pointer, problems)
    return problems


def check_message_blocks(blocks: list[Json]) -> None:
    """Raises what chat.postMessage and its siblings answer to blocks that they refuse."""
    problems = check_blocks(blocks, "message")
    if problems:
        raise SlackError(
            "invalid_blocks",
            errors=[str(problem) for problem in problems],
            response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
        )
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_TOTAL:
        raise SlackError("msg_too_long")
    # A data_table has its own, larger limit, so it cannot count towards this one.
    if sum(len(block_text(b)) for b in blocks if b["type"] != "data_table") > BLOCKS_TOTAL:
        raise SlackError("msg_blocks_too_long")


def _check_ids(blocks: list[Json], pointer: str, problems: Problems) -> None:
    """block_ids are unique among the blocks, action_ids within a block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id is not None and block_id in seen:
            message = f"block_id {block_id} already exists"
            problems.append(Problem(f"{pointer}/{index}/block_id", "duplicate", message))
        seen.add(block_id or "")
        actions = Counter(element.get("action_id") for element in own_elements(block))
        for action_id, times in actions.items():
            if action_id is not None and times > 1:
                message = f"action_id {action_id} already exists"
                problems.append(Problem(f"{pointer}/{index}/elements", "duplicate", message))
        _check_ids(block.get("child_blocks") or [], f"{pointer}/{index}/child_blocks", problems)


def _check_tables(blocks: list[Json], pointer: str, problems: Problems) -> None:
    """One table in all, also inside containers, and its cells within the limit."""
    tables = 0
    for index, block in enumerate(blocks):
        inner = [block, *block.get("child_blocks", [])]
        tables += sum(each["type"] == "table" for each in inner)
        for each in inner:
            most = {"table": TABLE_TOTAL, "data_table": DATA_TABLE_TOTAL}.get(each["type"])
            if most is not None and _cell_characters(each) > most:
                message = f"must have less than {most + 1} characters in its cells"
                problems.append(Problem(f"{pointer}/{index}/rows", "failed_constraint", message))
    if tables > 1:
        problems.append(Problem(pointer, "failed_constraint", "only_one_table_allowed"))


def _cell_characters(table: Json) -> int:
    return sum(len(block_text(cell)) for row in table["rows"] for cell in row)


def _check_tasks(blocks: list[Json], pointer: str, problems: Problems) -> None:
    """Each task_id once per plan."""
    for index, block in enumerate(blocks):
        if block["type"] == "plan":
            counts = Counter(task["task_id"] for task in block.get("tasks") or [])
            for task_id in (task_id for task_id, times in counts.items() if times > 1):
                message = f"task_id {task_id} already exists"
                problems.append(Problem(f"{pointer}/{index}/tasks", "duplicate", message))
