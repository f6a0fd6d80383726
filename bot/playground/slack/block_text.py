"""Reading blocks: the text that people see in them, and the elements that they can use."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

INTERACTIVE = frozenset(
    {
        "button", "checkboxes", "datepicker", "datetimepicker", "timepicker", "overflow",
        "radio_buttons", "plain_text_input", "email_text_input", "url_text_input", "number_input",
        "static_select", "external_select", "users_select", "conversations_select",
        "channels_select", "multi_static_select", "multi_external_select", "multi_users_select",
        "multi_conversations_select", "multi_channels_select", "feedback_buttons", "icon_button",
        "workflow_button", "file_input", "rich_text_input",
    }
)  # fmt: skip
"""Element types that send something when they are used."""

NESTS_BLOCKS = ("child_blocks", "tasks")
NESTS_ELEMENTS = ("elements", "actions")


def block_text(block: Json) -> str:
    """The text of one block, flattened; parts that stand apart are on lines of their own."""
    return "\n".join(part for part in _parts(block) if part)


def _parts(node: Any) -> Iterator[str]:
    match node:
        case list():
            for item in node:
                yield from _parts(item)
        case {"type": "rich_text", "elements": list() as elements}:
            for element in elements:
                yield _rich_text(element)
        case {"type": "table" | "data_table", "rows": list() as rows}:
            yield str(node.get("caption", ""))
            for row in rows:
                yield " | ".join(" ".join(_parts(cell)) for cell in row)
        case {"type": "image", "alt_text": str() as alt_text}:
            yield f"[image: {alt_text}]"
        case dict():
            yield from _fields(node)
        case _:
            return


def _fields(node: Json) -> Iterator[str]:
    """The text-bearing fields of a block or element, in the order in which they are read."""
    for name in ("title", "rich_text_title", "subtitle", "label", "text"):
        value = node.get(name)
        if isinstance(value, str):
            yield value
        else:
            yield from _parts(value)
    for name in (
        "body", "fields", "accessory", "element", "elements", "positive_button",
        "negative_button", "details", "output", "sources", *NESTS_BLOCKS, "actions",
    ):  # fmt: skip
        yield from _parts(node.get(name))


def _rich_text(element: Json) -> str:
    """One rich text element as its reader sees it; lists get one line per item."""
    match element:
        case {"type": "rich_text_list", "elements": list() as items}:
            return "\n".join(f"• {_rich_text(item)}" for item in items)
        case {"elements": list() as inner}:
            return "".join(_rich_text(item) for item in inner)
        case {"type": "user", "user_id": str() as user}:
            return f"<@{user}>"
        case {"type": "channel", "channel_id": str() as channel}:
            return f"<#{channel}>"
        case {"type": "usergroup", "usergroup_id": str() as group}:
            return f"<!subteam^{group}>"
        case {"type": "broadcast", "range": str() as who}:
            return f"<!{who}>"
        case {"type": "emoji", "name": str() as name}:
            return f":{name}:"
        case {"type": "link", "url": str() as url}:
            return str(element.get("text") or url)
        case _:
            return str(element.get("text", ""))


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with the top-level or nested block that holds it."""
    for block in blocks:
        for element in own_elements(block):
            if element.get("type") in INTERACTIVE and "action_id" in element:
                yield block, element
        for name in NESTS_BLOCKS:
            yield from elements_of(block.get(name) or [])
        if block.get("type") == "carousel":
            yield from elements_of(block.get("elements") or [])


def own_elements(block: Json) -> list[Json]:
    """The elements that stand directly in a block, interactive or not."""
    found: list[Json] = [
        element
        for name in NESTS_ELEMENTS
        for element in block.get(name) or []
        if isinstance(element, dict)
    ]
    found.extend(
        block[name] for name in ("accessory", "element") if isinstance(block.get(name), dict)
    )
    return found
