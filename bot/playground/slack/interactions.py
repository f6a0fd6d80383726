"""What people do with buttons, inputs, modals and shortcuts."""

from collections.abc import Mapping
from typing import Any

from bot.playground.slack import interaction_payload
from bot.playground.slack.arguments import invalid
from bot.playground.slack.delivery import INTERACTIVE, Acknowledgement
from bot.playground.slack.element_state import (
    action,
    element_state,
    holding,
    initial_values,
)
from bot.playground.slack.errors import SlackError
from bot.playground.slack.message import Message
from bot.playground.slack.view_rules import must_be_view
from bot.playground.slack.views import View
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.world import Channel, NotThere

Json = dict[str, Any]

REQUIRED = "Please complete this required field."
TROUBLE = "We had some trouble connecting. Try again?"


class ButtonNotThere(LookupError):
    """Nothing with that action_id can be clicked; the message says what can."""


def find_element(
    elements: list[tuple[Json, Json]], action_id: str, block_id: str | None, value: Any
) -> tuple[Json, Json] | None:
    """The element with this action_id; where several have it, the one with that value."""
    found = [
        (block, element)
        for block, element in elements
        if element["action_id"] == action_id and block_id in {None, block.get("block_id")}
    ]
    for block, element in found:
        if value is not None and element.get("value") == value:
            return block, element
    if found and value is not None and "value" in found[0][1]:
        return None
    return found[0] if found else None


class Interactions:
    """The people's side of everything that can be clicked and filled in."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def message(self, person: str, channel: str, ts: str) -> tuple[Channel, Message]:
        """A message that this person sees, ephemeral ones for them included."""
        place = self.workspace.world.channel(channel, seen_by=person)
        ephemeral = self.workspace.world.ephemerals.get(ts)
        if ephemeral is not None and ephemeral.ephemeral_for == person:
            return place, ephemeral
        message = place.find(ts)
        if message is None:
            raise NotThere(f"{person} sees no message {ts} in {channel}")
        return place, message

    async def click(
        self,
        person: str,
        message_ts: str,
        action_id: str,
        *,
        channel: str,
        value: Any = None,
        block_id: str | None = None,
        even_if_gone: bool = False,
    ) -> Acknowledgement:
        """Uses an element of a message; ButtonNotThere where there is none.

        `value` chooses the option of a menu, the side of feedback buttons, or among buttons that
        share the action_id. `even_if_gone` also finds elements of earlier versions, as a click
        does that was on its way while the message changed.
        """
        someone = self.workspace.world.person(person)
        place, message = self.message(person, channel, message_ts)
        versions = list(message.versions()) if even_if_gone else [message]
        for version in versions:
            found = find_element(version.elements, action_id, block_id, value)
            if found is not None:
                break
        else:
            there = ", ".join(message.buttons) or "nothing to click"
            with_value = "" if value is None else f" with the value {value!r}"
            raise ButtonNotThere(
                f"{action_id}{with_value} is not in {message_ts}; there is: {there}\n"
                f"{message.plain}"
            )
        payload = interaction_payload.message_actions(
            someone,
            place,
            message,
            action(*found, value),
            trigger_id=self.workspace.views.issue_trigger(person),
            response_url=self.workspace.issue_response_url(person, place.id, message),
        )
        return await self.workspace.deliveries.ask(INTERACTIVE, payload)

    async def click_in_view(
        self,
        person: str,
        view_id: str,
        action_id: str,
        *,
        value: Any = None,
        block_id: str | None = None,
    ) -> Acknowledgement:
        """Uses an element of an open modal or of the home."""
        someone = self.workspace.world.person(person)
        view = self.view(person, view_id)
        found = find_element(view.elements, action_id, block_id, value)
        if found is None:
            there = ", ".join(view.buttons) or "nothing to click"
            raise ButtonNotThere(f"{action_id} is not in {view.title}; there is: {there}")
        block, element = found
        if block["type"] == "input":
            held = view.values.setdefault(block["block_id"], {})
            held[element["action_id"]] = element_state(element, value)
            if not block.get("dispatch_action"):
                return Acknowledgement(ok=True)
        trigger = self.workspace.views.issue_trigger(person, view.id)
        payload = interaction_payload.view_actions(someone, view, action(*found, value), trigger)
        return await self.workspace.deliveries.ask(INTERACTIVE, payload)

    def view(self, person: str, view: str) -> View:
        """An open modal of a person by id or callback_id, the topmost first, or their home."""
        home = self.workspace.views.homes.get(person)
        shown = [*reversed(self.workspace.views.stack(person)), *([home] if home else [])]
        for each in shown:
            if view in {each.id, each.callback_id}:
                return each
        there = ", ".join(f"{each.id} ({each.callback_id})" for each in shown) or "none"
        raise NotThere(f"{person} has no view {view} open; there is: {there}")

    async def submit(
        self, person: str, view: str, values: Mapping[str, Any] | None = None
    ) -> Acknowledgement:
        """Fills in a modal (action_id → value) and submits it; its `errors` say what is wrong.

        Inputs that are not named keep what they held. Required ones that are empty stop it before
        the bot hears of it, as in Slack's client.
        """
        shown = self.view(person, view)
        given = dict(values or {})
        holders = holding(shown.blocks)
        unknown = set(given) - {element["action_id"] for _, element in holders}
        if unknown:
            there = ", ".join(element["action_id"] for _, element in holders) or "none"
            raise ButtonNotThere(f"no input {', '.join(sorted(unknown))}; there is: {there}")
        by_block: dict[str, Json] = {}
        for block, element in holders:
            if element["action_id"] in given:
                held = by_block.setdefault(block["block_id"], {})
                held[element["action_id"]] = given[element["action_id"]]
        return await self.submit_blocks(person, shown, by_block)

    async def submit_blocks(
        self, person: str, shown: View, values: Mapping[str, Mapping[str, Any]]
    ) -> Acknowledgement:
        """As `submit`, with the values by block_id and action_id; others are left out."""
        _fill_in(shown, values)
        missing = _missing(shown)
        if missing:
            shown.errors = missing
            self.workspace.note_view(shown)
            return Acknowledgement(ok=False, error=REQUIRED)
        someone = self.workspace.world.person(person)
        trigger = self.workspace.views.issue_trigger(person, shown.id)
        payload = interaction_payload.view_submission(someone, shown, trigger)
        answer = await self.workspace.deliveries.ask(INTERACTIVE, payload)
        if not answer.ok:
            shown.notice = TROUBLE
            self.workspace.note_view(shown)
            return Acknowledgement(ok=False, error=TROUBLE)
        try:
            return self._respond(shown, answer)
        except SlackError as refusal:
            shown.notice = TROUBLE
            self.workspace.note_view(shown)
            return Acknowledgement(ok=False, body=answer.body, error=refusal.error)

    def _respond(self, view: View, answer: Acknowledgement) -> Acknowledgement:
        """Does what the bot's answer to a submission says: errors, clear, update, push or close."""
        body = answer.body if isinstance(answer.body, dict) else {}
        match body.get("response_action"):
            case None:
                self.workspace.close_view(view)
            case "errors":
                self._show_errors(view, body.get("errors"))
                return Acknowledgement(ok=False, body=body, error="errors")
            case "clear":
                for each in reversed(list(self.workspace.views.stack(view.person))):
                    self.workspace.close_view(each)
            case "update":
                self.workspace.change_view(view, must_be_view(body.get("view"), "modal"))
            case "push":
                definition = must_be_view(body.get("view"), "modal")
                self.workspace.show_view(view.person, definition, below=view)
            case unknown:
                raise invalid(f"unknown response_action {unknown}")
        return answer

    def _show_errors(self, view: View, errors: Any) -> None:
        """Shows the bot's errors below their inputs; each must name an input block."""
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            raise invalid("errors must name input blocks of the view")
        view.errors = {block_id: str(message) for block_id, message in errors.items()}
        self.workspace.note_view(view)

    async def close_view(self, person: str, view: str) -> Acknowledgement:
        """Closes a modal without submitting it."""
        shown = self.view(person, view)
        self.workspace.close_view(shown)
        if not shown.definition.get("notify_on_close"):
            return Acknowledgement(ok=True)
        payload = interaction_payload.view_closed(self.workspace.world.person(person), shown)
        return await self.workspace.deliveries.ask(INTERACTIVE, payload)

    async def shortcut(
        self, person: str, callback_id: str, *, channel: str = "", message_ts: str = ""
    ) -> Acknowledgement:
        """Runs a global shortcut, or a message shortcut where a message is named."""
        someone = self.workspace.world.person(person)
        trigger = self.workspace.views.issue_trigger(person)
        if not message_ts:
            payload = interaction_payload.global_shortcut(someone, callback_id, trigger)
            return await self.workspace.deliveries.ask(INTERACTIVE, payload)
        place, message = self.message(person, channel, message_ts)
        payload = interaction_payload.message_shortcut(
            someone,
            place,
            message,
            callback_id,
            trigger_id=trigger,
            response_url=self.workspace.issue_response_url(person, place.id, message),
        )
        return await self.workspace.deliveries.ask(INTERACTIVE, payload)


def _fill_in(view: View, values: Mapping[str, Mapping[str, Any]]) -> None:
    """Puts values into a view's inputs; the others keep what they held, or begin with."""
    for block_id, held in initial_values(view.blocks).items():
        view.values[block_id] = {**held, **view.values.get(block_id, {})}
    for block, element in holding(view.blocks):
        given = values.get(block["block_id"], {})
        if element["action_id"] in given:
            state = element_state(element, given[element["action_id"]])
            view.values[block["block_id"]][element["action_id"]] = state


def _missing(view: View) -> dict[str, str]:
    """The required inputs that are empty, by block_id."""
    missing: dict[str, str] = {}
    for block, element in holding(view.blocks):
        if block["type"] != "input" or block.get("optional"):
            continue
        held = view.values[block["block_id"]][element["action_id"]]
        if all(value in (None, "", []) for name, value in held.items() if name != "type"):
            missing[block["block_id"]] = REQUIRED
    return missing
