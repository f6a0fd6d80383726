"""What Slack sends, in our words. Pure; anything that is not for us is None."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.deciding import Card
from bot.domain.agent_team import AgentTeams
from bot.domain.attachment import Attachment
from bot.domain.job import Action
from bot.domain.turn import Origin, Person, Place, Turn
from bot.slack.text.plain import Names, mentions, read_plain_text, starts_with_mention_of_other

Body = Mapping[str, Any]

SPOKEN = (None, "file_share", "thread_broadcast")


class Kind(StrEnum):
    """What a message event means to us."""

    TURN = "turn"  # said to the bot
    PERHAPS = "perhaps"  # a reply in a thread: said to the bot if the thread is ours
    EMPTY = "empty"  # a mention and nothing else
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message event that may concern us."""

    kind: Kind
    turn: Turn


@dataclass(frozen=True, slots=True)
class Click:
    """A button that somebody pressed. `person` is who pressed it: authority comes from nowhere else."""

    person: Person
    channel: str
    thread_ts: str | None
    message_ts: str
    action_id: str
    value: str
    trigger_id: str
    response_url: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command with its text as typed."""

    person: Person
    channel: str
    command: str
    text: str
    trigger_id: str

    @property
    def word(self) -> str:
        """The first word, which may name a subcommand."""
        return next(iter(self.text.split(maxsplit=1)), "").lower()

    @property
    def rest(self) -> str:
        """What follows the first word."""
        return "".join(self.text.split(maxsplit=1)[1:])


def read_message(body: Body, bot_user: str, teams: AgentTeams, now: datetime) -> Heard | None:
    """An `app_mention` or `message` event; both come for one mention, and mean the same turn."""
    event = _record(body.get("event"))
    if not event.get("channel"):
        return None
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _read_edit(body, event, bot_user, teams, now)
    if subtype == "message_deleted":
        return _read_deletion(body, event, bot_user, teams, now)
    if subtype not in SPOKEN or event.get("bot_id") or not event.get("user") or not event.get("ts"):
        return None
    turn = _turn(body, event, event, bot_user, teams, now)
    direct = event.get("channel_type") == "im"
    mentioned = event.get("type") == "app_mention" or mentions(turn.text, bot_user)
    meant = direct or mentioned
    alone = event.get("thread_ts") is None
    if not meant and (alone or starts_with_mention_of_other(turn.text, bot_user)):
        return None
    wordless = not read_plain_text(turn.text, Names(), bot_user).strip()
    if meant:
        return Heard(Kind.EMPTY if wordless else Kind.TURN, turn)
    return None if wordless else Heard(Kind.PERHAPS, turn)  # a picture alone asks nothing


def _read_edit(
    body: Body, event: Body, bot_user: str, teams: AgentTeams, now: datetime
) -> Heard | None:
    message = _record(event.get("message"))
    before = _record(event.get("previous_message"))
    if message.get("subtype") == "tombstone":  # it has replies, so that its place stays
        return _read_deletion(body, event, bot_user, teams, now)
    if message.get("bot_id") or not message.get("user") or not message.get("ts"):
        return None
    if message.get("text") == before.get("text"):
        return None  # an unfurled link, for instance
    turn = _turn(body, event, message, bot_user, teams, now)
    nothing_left = not read_plain_text(turn.text, Names(), bot_user).strip()
    return Heard(Kind.DELETED if nothing_left else Kind.EDITED, turn)


def _read_deletion(
    body: Body, event: Body, bot_user: str, teams: AgentTeams, now: datetime
) -> Heard | None:
    message = _record(event.get("previous_message"))
    ts = event.get("deleted_ts") or message.get("ts")
    if message.get("bot_id") or not ts:
        return None
    return Heard(Kind.DELETED, _turn(body, event, {**message, "ts": ts}, bot_user, teams, now))


def _turn(
    body: Body, event: Body, message: Body, bot_user: str, teams: AgentTeams, now: datetime
) -> Turn:
    workspace = workspace_of(body)
    channel, ts = str(event.get("channel") or ""), str(message["ts"])
    twins = [f"event:{body['event_id']}"] if body.get("event_id") else []
    if message.get("client_msg_id"):
        twins.append(f"client_msg:{workspace}:{message['client_msg_id']}")
    text = str(message.get("text") or "")
    named = teams.addressed_in(read_plain_text(text, Names(), bot_user))
    return Turn(
        key=message_key(workspace, channel, ts),
        origin=_origin(event),
        place=Place(workspace, channel, str(message.get("thread_ts") or ts)),
        asker=Person(workspace, str(message.get("user") or "")),
        text=text,
        agent_team=(named[0] if named else teams.for_channel(channel)).code,
        taken_at=now,
        message_ts=ts,
        twins=tuple(twins),
        names_team=named is not None,
        files=_files(message),
    )


def _files(message: Body) -> tuple[Attachment, ...]:
    given = message.get("files")
    return tuple(
        Attachment(
            name=str(each.get("name") or each.get("title") or "file"),
            media_type=str(each.get("mimetype") or ""),
            size=int(each.get("size") or 0),
            url=str(each.get("url_private_download") or each.get("url_private") or ""),
        )
        for each in (given if isinstance(given, list) else ())
        if isinstance(each, Mapping)
    )


def _record(value: Any) -> Body:
    return value if isinstance(value, Mapping) else {}


def workspace_of(body: Body) -> str:
    """The workspace for which this was delivered: where the app is installed.

    In a channel that another organisation shares, `team_id` may be theirs. The order is that of
    Bolt, which chooses the token by it (slack_bolt.request.internals.extract_team_id).
    """
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    places = (
        _record(body.get("view")).get("app_installed_team_id"),
        _record(body.get("team")).get("id"),
        _record(first).get("team_id"),
        body.get("team_id"),
        _record(body.get("user")).get("team_id"),
    )
    return next((str(each) for each in places if each), "")


def message_key(workspace: str, channel: str, ts: str) -> str:
    """What makes a message unique, however often and in whatever form it is delivered."""
    return f"message:{workspace}:{channel}:{ts}"


def _origin(event: Body) -> Origin:
    if event.get("channel_type") == "im":
        return Origin.DIRECT_MESSAGE
    return Origin.MENTION


def read_click(body: Body) -> Click:
    """A `block_actions` payload; Slack sends one action in each."""
    action = body["actions"][0]
    container = body.get("container") or {}
    message = body.get("message") or {}
    return Click(
        person=read_person(body),
        channel=str(container.get("channel_id") or (body.get("channel") or {}).get("id") or ""),
        thread_ts=message.get("thread_ts") or container.get("thread_ts"),
        message_ts=str(container.get("message_ts") or ""),
        action_id=str(action["action_id"]),
        value=str(action.get("value") or (action.get("selected_option") or {}).get("value") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def read_view(body: Body) -> tuple[Person, str] | None:
    """An `app_context_changed` event: who looks at which channel; None where it names no channel."""
    event = _record(body.get("event"))
    entities = _record(event.get("context")).get("entities")
    for each in entities if isinstance(entities, list) else ():
        value = _record(each).get("value")
        if "channel" in str(_record(each).get("type")) and isinstance(value, str) and value:
            return Person(workspace_of(body), str(event.get("user") or "")), value
    return None


def read_person(body: Body) -> Person:
    """Who pressed or sent; the workspace is the one that the app is used in."""
    return Person(workspace_of(body), str(body["user"]["id"]))


def read_command(body: Body) -> Command:
    """A slash command; text without a known first word is a question (see listeners)."""
    return Command(
        person=Person(workspace_of(body), str(body["user_id"])),
        channel=str(body["channel_id"]),
        command=str(body.get("command") or "/fusion"),
        text=str(body.get("text") or "").strip(),
        trigger_id=str(body.get("trigger_id") or ""),
    )


def command_turn(command: Command, question: str, teams: AgentTeams, now: datetime) -> Turn:
    """The turn of `/fusion ask`: its thread begins with a message that the bot posts."""
    person = command.person
    named = teams.addressed_in(question)
    return Turn(
        key=f"command:{person.workspace}:{command.trigger_id}",
        origin=Origin.COMMAND,
        place=Place(person.workspace, command.channel, None),
        asker=person,
        text=question,
        agent_team=(named[0] if named else teams.for_channel(command.channel)).code,
        taken_at=now,
        names_team=named is not None,
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """What a form of an approval carries along: on which card it was opened, where, and for what."""

    card: Card
    action: Action | None = None
    thread_ts: str | None = None


def build_private_metadata(carried: Carried) -> str:
    """What a modal carries along."""
    card = carried.card
    return json.dumps(
        {
            "run": card.run,
            "approval": card.approval,
            "channel": card.channel,
            "ts": card.message_ts,
            "action": carried.action,
            "thread": carried.thread_ts,
        }
    )


def read_private_metadata(text: str) -> Carried:
    """What a modal was opened with."""
    found = json.loads(text)
    card = Card(
        str(found["run"]), str(found["approval"]), str(found["channel"]), str(found.get("ts") or "")
    )
    action = Action(found["action"]) if found.get("action") else None
    return Carried(card, action, found.get("thread"))
