"""What inputs and buttons hold, as Slack shows it in `actions` and in `state.values`."""

import time
from typing import Any

from bot.playground.slack.block_text import elements_of

Json = dict[str, Any]

TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
SELECTED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
INITIAL = {
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
    "rich_text_input": "initial_value",
}
ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MANY_OPTIONS = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})


class NoSuchOption(LookupError):
    """The element has no option with that value."""


def action(block: Json, element: Json, value: Any) -> Json:
    """One entry of `actions`: the element that was used, and what it holds now."""
    kind = element["type"]
    used: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block.get("block_id", ""),
        "action_ts": f"{time.time():.6f}",
    }
    for name in ("text", "style", "icon"):
        if kind in {"button", "icon_button", "workflow_button"} and name in element:
            used[name] = element[name]
    if kind in {"button", "icon_button"} and "value" in element:
        return {**used, "value": element["value"]}
    if kind == "feedback_buttons":
        return {**used, **_feedback(element, value)}
    if kind in {"button", "icon_button", "workflow_button"}:
        return used
    return {**used, **element_state(element, value)}


def _feedback(element: Json, value: Any) -> Json:
    for name in ("positive_button", "negative_button"):
        button: Json = element[name]
        if value in {button["value"], name}:
            return {"text": button["text"], "value": button["value"]}
    raise NoSuchOption(f"the feedback buttons have no value {value!r}")


def element_state(element: Json, value: Any) -> Json:
    """What an input holds, as Slack shows it in state.values and actions; None is empty."""
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": None if value in {None, ""} else str(value)}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, value)}
    if kind in MANY_OPTIONS:
        # The page sends the values of a menu outside a form as one string.
        values = value.split(",") if isinstance(value, str) else value or ()
        chosen = [_option(element, each) for each in values if each]
        return {"type": kind, "selected_options": chosen}
    return {"type": kind, SELECTED.get(kind, "value"): value}


def _option(element: Json, value: Any) -> Json | None:
    if value is None:
        return None
    wanted = value["value"] if isinstance(value, dict) else value
    groups = [group["options"] for group in element.get("option_groups") or []]
    for options in (element.get("options") or [], *groups):
        for option in options:
            if option["value"] == wanted:
                return dict(option)
    if element["type"].endswith("external_select") and isinstance(value, dict):
        return value
    raise NoSuchOption(f"{element.get('action_id')} has no option {wanted!r}")


def initial_state(element: Json) -> Json:
    """What an input holds before anybody touched it."""
    kind = element["type"]
    if kind in TYPED:
        return element_state(element, element.get("initial_value"))
    if kind in ONE_OPTION:
        return element_state(element, element.get("initial_option"))
    if kind in MANY_OPTIONS:
        return element_state(element, element.get("initial_options"))
    return element_state(element, element.get(INITIAL.get(kind, "initial_value")))


def initial_values(blocks: list[Json]) -> Json:
    """state.values of blocks that nobody touched: their inputs by block_id and action_id."""
    values: Json = {}
    for block, element in holding(blocks):
        values.setdefault(block["block_id"], {})[element["action_id"]] = initial_state(element)
    return values


def holding(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """The elements that hold a value, which buttons and overflow menus do not."""
    holders = TYPED | SELECTED.keys() | (ONE_OPTION - {"overflow"}) | MANY_OPTIONS
    return [
        (block, element) for block, element in elements_of(blocks) if element["type"] in holders
    ]
