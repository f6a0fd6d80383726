"""What Slack accepts as a view: a modal or an App Home."""

import copy
from typing import Any

from bot.playground.slack.arguments import invalid
from bot.playground.slack.block_rules import check_blocks
from bot.playground.slack.element_rules import IDS, PRIVATE, plain_text
from bot.playground.slack.rules import (
    Check,
    Json,
    Problem,
    Problems,
    anything,
    fields,
    flag,
    string,
)

_SHARED: dict[str, Check] = {
    "private_metadata": string(PRIVATE, 0),
    "callback_id": string(IDS, 0),
    "external_id": string(IDS, 0),
    "type": anything,
}
_MODAL = fields(
    {"title": plain_text(24), "blocks": anything},
    {
        **_SHARED,
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
# A home published again from the view that an event carried still has a modal's fields.
_HOME = fields(
    {"blocks": anything},
    {
        **_SHARED,
        "title": anything,
        "submit": anything,
        "close": anything,
        "clear_on_close": flag,
        "notify_on_close": flag,
    },
)


def check_view(view: Json, kind: str) -> Problems:
    """What is wrong with a view that has to be of this kind: `modal` or `home`."""
    problems: Problems = []
    if view.get("type") != kind:
        problems.append(Problem("/view/type", "failed_constraint", f"must be {kind}"))
        return problems
    {"modal": _MODAL, "home": _HOME}[kind](view, "/view", problems)
    if problems:
        return problems
    problems.extend(check_blocks(view["blocks"], kind, "/view/blocks"))
    if not problems and kind == "modal" and _has_input(view) and not view.get("submit"):
        message = "missing required field: submit, as there are inputs"
        problems.append(Problem("/view", "missing_field", message))
    return problems


def _has_input(view: Json) -> bool:
    return any(block["type"] == "input" for block in view["blocks"])


def must_be_view(view: Any, kind: str) -> Json:
    """A copy of the view of a call; invalid_arguments with Slack's explanations where it is refused."""
    if not isinstance(view, dict):
        raise invalid("must be an object [json-pointer:/view]")
    problems = check_view(view, kind)
    if problems:
        raise invalid(*(str(problem) for problem in problems))
    copied: Json = copy.deepcopy(view)
    return copied
