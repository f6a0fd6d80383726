"""The workspace: who is in it, its channels, and what lies in them. Plain data, no I/O."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.message import Message

Json = dict[str, Any]

TEAM = "T0PLAY"
TEAM_NAME = "Playground"
TEAM_DOMAIN = "playground"
APP = "A0FUSION"
BOT_USER = "U0FUSION"
BOT = "B0FUSION"
BOT_NAME = "Fusion"

COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "235e5b", "db3150")


class NotThere(LookupError):
    """The playground has nobody and nothing of that name, or that person cannot see it."""


@dataclass(slots=True)
class Person:
    """Somebody in the workspace; `team` differs for people of another organisation."""

    id: str
    name: str
    email: str
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600
    locale: str = "en-GB"
    is_guest: bool = False
    is_admin: bool = False
    is_bot: bool = False
    bot_id: str | None = None
    team: str = TEAM
    color: str = COLORS[0]
    deleted: bool = False

    @property
    def username(self) -> str:
        """The short name of Slack's older payloads."""
        return self.email.partition("@")[0] or self.name.lower()


@dataclass(slots=True)
class Channel:
    """A channel, or the direct messages between the bot and the person `im_user`."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    bot_is_member: bool = True
    im_user: str | None = None
    order: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_im(self) -> bool:
        """Whether these are the bot's direct messages with one person."""
        return self.im_user is not None

    @property
    def channel_type(self) -> str:
        """Slack's word in message events: channel, group or im."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"

    def put(self, message: Message) -> None:
        """Adds a message; a reply also joins its thread."""
        self.order.append(message.ts)
        self.messages[message.ts] = message
        if message.is_reply:
            self.threads.setdefault(message.root_ts, []).append(message.ts)

    def find(self, ts: str) -> Message | None:
        """The message with this ts, unless it was deleted."""
        message = self.messages.get(ts)
        return None if message is None or message.deleted else message

    def has_thread(self, ts: str) -> bool:
        """Whether replies can go below this message: a root there, or one with replies left."""
        root = self.messages.get(ts)
        if root is None or root.is_reply:
            return False
        return not root.deleted or bool(self.replies(ts))

    def replies(self, root_ts: str) -> list[Message]:
        """The replies below a root, oldest first, without deleted ones."""
        every = (self.messages[ts] for ts in self.threads.get(root_ts, ()))
        return [message for message in every if not message.deleted]

    def standing(self) -> Iterator[Message]:
        """Every message that was not deleted, oldest first."""
        return (m for ts in self.order if not (m := self.messages[ts]).deleted)


class World:
    """One workspace with the bot in it; ids and timestamps never repeat."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: dict[str, Message] = {}
        self.groups: dict[str, list[str]] = {}
        self._last_tick = 0
        self._numbers = itertools.count(1)
        bot = Person(BOT_USER, BOT_NAME, "", is_bot=True, bot_id=BOT, color="1d1c1d")
        self.people[BOT_USER] = bot
        for id_, name, guest in (
            ("U0ANNA", "Anna Schmidt", False),
            ("U0BEN", "Ben Carter", False),
            ("U0CHLOE", "Chloé Martin", False),
            ("U0DAN", "Dan Novak", True),
        ):
            first = id_.removeprefix("U0").lower()
            self.add_person(id_, name, email=f"{first}@playground.example", is_guest=guest)
        self.people["U0BEN"].tz = "America/New_York"
        self.people["U0BEN"].tz_offset = -18000
        self.people["U0BEN"].locale = "en-US"
        self.people["U0CHLOE"].locale = "fr-FR"
        self.groups["S0FINANCE"] = ["U0ANNA", "U0BEN", "U0CHLOE"]
        self.add_channel("C0GENERAL", "general")
        self.add_channel("C0FINANCE", "finance")
        self.add_channel("C0RANDOM", "random", bot_is_member=False)

    def add_person(
        self,
        id_: str,
        name: str,
        *,
        email: str = "",
        is_guest: bool = False,
        is_bot: bool = False,
        team: str = TEAM,
    ) -> Person:
        """A new person together with the bot's direct messages with them."""
        person = Person(id_, name, email, is_guest=is_guest, is_bot=is_bot, team=team)
        person.bot_id = f"B{id_[1:]}" if is_bot else None
        person.color = COLORS[len(self.people) % len(COLORS)]
        self.people[id_] = person
        im = f"D{id_[1:]}"
        self.channels[im] = Channel(im, "directmessage", is_private=True, im_user=id_)
        return person

    def add_channel(
        self,
        id_: str,
        name: str,
        *,
        bot_is_member: bool = True,
        archived: bool = False,
        is_private: bool = False,
        is_ext_shared: bool = False,
    ) -> Channel:
        """A new channel; everybody is in it, the bot where `bot_is_member`."""
        channel = Channel(id_, name, is_private, archived, is_ext_shared, bot_is_member)
        self.channels[id_] = channel
        return channel

    def person(self, id_: str) -> Person:
        """The person with this id, or NotThere."""
        if id_ not in self.people:
            raise NotThere(f"nobody has the id {id_}; there are {', '.join(self.people)}")
        return self.people[id_]

    def channel(self, id_: str, *, seen_by: str | None = None) -> Channel:
        """The channel with this id, or NotThere, also where `seen_by` has no access to it."""
        channel = self.channels.get(id_)
        if channel is None:
            raise NotThere(f"no channel has the id {id_}; there are {', '.join(self.channels)}")
        if seen_by is not None and not self.sees(seen_by, channel):
            raise NotThere(f"{seen_by} cannot see {id_}")
        return channel

    def sees(self, person: str, channel: Channel) -> bool:
        """Whether a person can read a channel: direct messages are for their one person."""
        return channel.im_user in (None, person)

    def im_of(self, person: str) -> Channel:
        """The bot's direct messages with a person."""
        return self.channel(f"D{self.person(person).id[1:]}")

    def next_ts(self) -> str:
        """A timestamp like Slack's, later than every earlier one: seconds, dot, six digits."""
        self._last_tick = max(self._last_tick + 1, time.time_ns() // 1000)
        return f"{self._last_tick // 1_000_000}.{self._last_tick % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """A new id with this prefix, in the shape of Slack's ids."""
        return f"{prefix}0{next(self._numbers):08X}"
