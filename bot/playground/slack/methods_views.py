"""views.* and blocks.validate of the Web API."""

import json
from typing import Any

from bot.playground.slack.arguments import Arguments, invalid
from bot.playground.slack.block_rules import check_blocks
from bot.playground.slack.errors import SlackError
from bot.playground.slack.registry import method
from bot.playground.slack.rules import Problems
from bot.playground.slack.view_rules import check_view, must_be_view
from bot.playground.slack.views import View
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.world import BOT_USER

Json = dict[str, Any]


@method("views.open")
def open_view(workspace: Workspace, arguments: Arguments) -> Json:
    """Opens a modal for the person whose trigger_id it is."""
    trigger = arguments.required("trigger_id", "invalid_trigger_id")
    definition = must_be_view(arguments.fields("view"), "modal")
    _must_be_free(workspace, definition)
    person, _ = workspace.views.take_trigger(trigger)
    return {"view": workspace.show_view(person, definition).json()}


@method("views.push")
def push_view(workspace: Workspace, arguments: Arguments) -> Json:
    """Opens a modal above the one in which the trigger_id arose."""
    trigger = arguments.required("trigger_id", "invalid_trigger_id")
    definition = must_be_view(arguments.fields("view"), "modal")
    _must_be_free(workspace, definition)
    person, view_id = workspace.views.take_trigger(trigger)
    below = workspace.views.find(view_id or "")
    if below is None or below.type != "modal":
        raise SlackError("invalid_trigger_id")
    return {"view": workspace.show_view(person, definition, below=below).json()}


@method("views.update")
def update_view(workspace: Workspace, arguments: Arguments) -> Json:
    """Shows something else in an open modal; with `hash` only if nobody did so before."""
    view = _find(workspace, arguments)
    if view is None:
        raise SlackError("not_found")
    definition = must_be_view(arguments.fields("view"), view.type)
    if "hash" in arguments and arguments.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    workspace.change_view(view, definition)
    return {"view": view.json()}


@method("views.publish")
def publish_view(workspace: Workspace, arguments: Arguments) -> Json:
    """Shows an App Home to a person."""
    person = arguments.required("user_id")
    if person not in workspace.world.people or person == BOT_USER:
        raise invalid("must be a user of this workspace [json-pointer:/user_id]")
    definition = must_be_view(arguments.fields("view"), "home")
    home = workspace.views.homes.get(person)
    if "hash" in arguments and (home is None or arguments.text("hash") != home.hash):
        raise SlackError("hash_conflict")
    return {"view": workspace.publish_home(person, definition).json()}


def _find(workspace: Workspace, arguments: Arguments) -> View | None:
    if "external_id" in arguments and "view_id" not in arguments:
        return workspace.views.find_external(arguments.text("external_id"))
    return workspace.views.find(arguments.required("view_id"))


def _must_be_free(workspace: Workspace, definition: Json) -> None:
    external_id = definition.get("external_id")
    if external_id and workspace.views.find_external(external_id) is not None:
        raise SlackError("duplicate_external_id")


@method("blocks.validate", caller=None)
def validate(workspace: Workspace, arguments: Arguments) -> Json:
    """Says what is wrong with blocks, a message or a view, and shows nothing to anybody."""
    del workspace
    given = [name for name in ("blocks", "message", "view") if name in arguments]
    if len(given) != 1:
        raise invalid("exactly one of blocks, message and view is required")
    what = given[0]
    value = arguments.values[what]
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise invalid(f"must be JSON [json-pointer:/{what}]") from None
    problems = _problems(what, value)
    if problems:
        errors = [{"pointer": p.pointer, "code": p.code, "message": p.message} for p in problems]
        raise SlackError(f"invalid_{what}", errors=errors)
    return {}


def _problems(what: str, value: Any) -> Problems:
    if what == "blocks":
        return check_blocks(value, "message", "")
    if not isinstance(value, dict):
        raise invalid(f"must be an object [json-pointer:/{what}]")
    if what == "message":
        return check_blocks(value.get("blocks") or [], "message")
    kind = value.get("type")
    return check_view(value, kind if kind in {"modal", "home"} else "modal")
