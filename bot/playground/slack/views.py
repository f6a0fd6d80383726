"""Modals and homes that are shown, and the trigger_ids that open them."""

import hashlib
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.block_text import block_text, elements_of
from bot.playground.slack.errors import SlackError
from bot.playground.slack.world import APP, BOT, TEAM

Json = dict[str, Any]

TRIGGER_LIFE = 3.0
STACK = 3


@dataclass(slots=True, eq=False)
class View:
    """A modal or home as one person sees it; `errors` by block_id after a refused submission."""

    id: str
    person: str
    definition: Json
    root_id: str
    previous_id: str | None = None
    errors: dict[str, str] | None = None
    notice: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    versions: list[Json] = field(default_factory=list)

    @property
    def type(self) -> str:
        """`modal` or `home`."""
        return str(self.definition["type"])

    @property
    def callback_id(self) -> str:
        """The app's own name for it."""
        return str(self.definition.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the app keeps with it."""
        return str(self.definition.get("private_metadata", ""))

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        blocks: list[Json] = self.definition["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """The text of its title."""
        return str((self.definition.get("title") or {}).get("text", ""))

    @property
    def plain(self) -> str:
        """All that can be read of it, flattened."""
        lines = [self.title, *(block_text(block) for block in self.blocks)]
        return "\n".join(line for line in lines if line)

    @property
    def elements(self) -> list[tuple[Json, Json]]:
        """Every interactive element with its block."""
        return list(elements_of(self.blocks))

    @property
    def buttons(self) -> list[str]:
        """The action_ids of what can be used, in reading order."""
        return [element["action_id"] for _, element in self.elements]

    @property
    def hash(self) -> str:
        """Changes whenever the view does."""
        text = json.dumps(self.definition, sort_keys=True) + str(len(self.versions))
        return f"{len(self.versions)}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    def become(self, definition: Json) -> None:
        """Shows something else from now on."""
        self.versions.append(self.definition)
        self.definition = definition
        self.errors = None
        self.notice = None
        self.values = {}

    def json(self) -> Json:
        """The view as Slack sends it to the app."""
        definition = self.definition
        return {
            "id": self.id,
            "team_id": TEAM,
            "type": self.type,
            "blocks": self.blocks,
            "private_metadata": self.private_metadata,
            "callback_id": self.callback_id,
            "state": {"values": self.values},
            "hash": self.hash,
            "title": definition.get("title"),
            "close": definition.get("close"),
            "submit": definition.get("submit"),
            "clear_on_close": bool(definition.get("clear_on_close")),
            "notify_on_close": bool(definition.get("notify_on_close")),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "external_id": str(definition.get("external_id", "")),
            "app_id": APP,
            "app_installed_team_id": TEAM,
            "bot_id": BOT,
        }


@dataclass(slots=True)
class _Trigger:
    person: str
    expires: float
    view_id: str | None
    used: bool = False


class Views:
    """What every person has open: a stack of modals, and one home."""

    def __init__(self) -> None:
        self.trigger_life = TRIGGER_LIFE
        self.homes: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}
        self._triggers: dict[str, _Trigger] = {}

    def issue_trigger(self, person: str, view_id: str | None = None) -> str:
        """A trigger_id that opens or pushes one modal for a person within 3 s."""
        now = time.monotonic()
        self._forget_triggers(now - 60)
        trigger = f"{time.time_ns() // 1_000_000_000}.{uuid.uuid4().hex}"
        self._triggers[trigger] = _Trigger(person, now + self.trigger_life, view_id)
        return trigger

    def _forget_triggers(self, before: float) -> None:
        """Ids that ended before then answer as unknown ones; the oldest come first."""
        while self._triggers:
            oldest = next(iter(self._triggers))
            if self._triggers[oldest].expires > before:
                return
            del self._triggers[oldest]

    def take_trigger(self, trigger_id: str) -> tuple[str, str | None]:
        """Spends a trigger: whose it is and from which view; refuses stale and spent ones."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if trigger.expires < time.monotonic():
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.person, trigger.view_id

    def stack(self, person: str) -> list[View]:
        """The open modals of a person, the one on top last."""
        return self._stacks.setdefault(person, [])

    def find(self, view_id: str) -> View | None:
        """An open modal or a home by id."""
        shown = [view for stack in self._stacks.values() for view in stack]
        for view in (*shown, *self.homes.values()):
            if view.id == view_id:
                return view
        return None

    def find_external(self, external_id: str) -> View | None:
        """An open modal or a home by the app's external_id."""
        shown = [view for stack in self._stacks.values() for view in stack]
        for view in (*shown, *self.homes.values()):
            if view.definition.get("external_id") == external_id:
                return view
        return None

    def open(self, view: View) -> None:
        """Puts a modal on top of a person's stack; three at most."""
        stack = self.stack(view.person)
        if len(stack) >= STACK:
            raise SlackError("push_limit_reached")
        stack.append(view)

    def close(self, view: View) -> None:
        """Takes a modal away; those below stay."""
        stack = self.stack(view.person)
        if view in stack:
            stack.remove(view)
