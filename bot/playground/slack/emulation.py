"""The emulated workspace as tests and demos drive it: what people do, and what can be seen."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.playground.slack.changes import Changes
from bot.playground.slack.delivery import Deliveries, Delivery
from bot.playground.slack.faults import Faults
from bot.playground.slack.http_delivery import HttpDelivery
from bot.playground.slack.interactions import Interactions
from bot.playground.slack.limits import Limits
from bot.playground.slack.message import Message
from bot.playground.slack.people import People
from bot.playground.slack.socket_mode import SocketMode
from bot.playground.slack.views import View
from bot.playground.slack.web_api import Call, WebApi
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.world import APP, Channel, NotThere, Person, World

Json = dict[str, Any]
T = TypeVar("T")


class Emulation:
    """People, channels and the bot in one workspace; people and channels are named by id.

    Messages are there as soon as they were said; everything else that people do returns how the
    bot acknowledged it. What is delivered to the bot takes the HTTP URL where one is set, else a
    socket, and waits where there is neither.
    """

    def __init__(
        self, *, signing_secret: str, bot_token: str, app_token: str, latency: float
    ) -> None:
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.app_token = app_token
        self.changes = Changes()
        self.world = World()
        self.sockets = SocketMode(APP)
        self._http = HttpDelivery(signing_secret)
        self._deliveries = Deliveries(self.changes, self._http, self.sockets)
        self.sockets.on_change = self._deliveries.look_again
        self.workspace = Workspace(self.world, self.changes, self._deliveries, self.sockets)
        self._web_api = WebApi(
            self.workspace, bot_token=bot_token, app_token=app_token, latency=latency
        )
        self._people = People(self.workspace)
        self._interactions = Interactions(self.workspace)
        self.add_person = self.world.add_person
        self.add_channel = self.world.add_channel
        self.say = self._people.say
        self.edit = self._people.edit
        self.delete = self._people.delete
        self.react = self._people.react
        self.command = self._people.command
        self.open_home = self._people.open_home
        self.look_at = self._people.look_at
        self.uninstall = self._people.uninstall
        self.stop_session = self._people.stop_session
        self.click = self._interactions.click
        self.click_in_view = self._interactions.click_in_view
        self.submit = self._interactions.submit
        self.close_view = self._interactions.close_view
        self.shortcut = self._interactions.shortcut

    # What can be seen

    def person(self, id_: str) -> Person:
        """Somebody in the workspace."""
        return self.world.person(id_)

    def channel(self, id_: str) -> Channel:
        """A channel or the bot's direct messages with a person."""
        return self.world.channel(id_)

    def message(self, channel: str, ts: str) -> Message:
        """One message, deleted ones included; NotThere if it never was."""
        message = self.world.channel(channel).messages.get(ts) or self.world.ephemerals.get(ts)
        if message is None:
            raise NotThere(f"there never was a message {ts} in {channel}")
        return message

    def messages(self, channel: str, *, deleted: bool = False) -> list[Message]:
        """Every message of a channel, replies included, oldest first."""
        place = self.world.channel(channel)
        if deleted:
            return [place.messages[ts] for ts in place.order]
        return list(place.standing())

    def thread(self, channel: str, root_ts: str) -> list[Message]:
        """A thread from its root on, oldest first, without deleted messages."""
        place = self.world.channel(channel)
        root = place.find(root_ts)
        return [*([root] if root is not None else []), *place.replies(root_ts)]

    def ephemerals(self, person: str) -> list[Message]:
        """What only this person sees, oldest first."""
        return [each for each in self.world.ephemerals.values() if each.ephemeral_for == person]

    def views(self, person: str) -> list[View]:
        """The open modals of a person, the one on top last."""
        return list(self.workspace.views.stack(person))

    def home(self, person: str) -> View | None:
        """The App Home that the bot published to a person."""
        return self.workspace.views.homes.get(person)

    def status(self, channel: str, thread_ts: str) -> str | None:
        """What the bot says it is doing below a thread."""
        return self.workspace.sessions.statuses.get((channel, thread_ts))

    def session_status(self, channel: str, thread_ts: str) -> str | None:
        """The status of a thread's agent session."""
        session = self.workspace.sessions.sessions.get((channel, thread_ts))
        return None if session is None else session.status

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API so far, in the order in which they were answered."""
        return self._web_api.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    # Waiting

    async def until(
        self, predicate: Callable[[], T | None], timeout: float = 10, says: str = ""
    ) -> T:
        """What `predicate` returns as soon as that is true-ish; it is asked after every change.

        TimeoutError after `timeout` seconds, naming `says`.
        """
        return await self.changes.until(predicate, timeout, says)

    async def connected(self, timeout: float = 10) -> None:
        """Returns when a socket of the bot is open."""
        await self.until(lambda: self.sockets.open, timeout, "the bot connects")

    async def settled(self, timeout: float = 10) -> None:
        """Returns when every event was acknowledged or given up on."""
        await self.until(lambda: not self.on_the_way, timeout, "every event is acknowledged")

    # Deliveries

    def deliver_to(self, url: str | None) -> None:
        """Sends everything to this URL from now on; None goes back to sockets."""
        self._http.url = url
        self._deliveries.look_again()

    async def verify_url(self) -> bool:
        """Sends the url_verification challenge; whether the bot answered it."""
        return await self._http.verify_url()

    def deliver_every(self, *, times: int) -> None:
        """Delivers each event that comes so many times, with the same event_id."""
        self._deliveries.times = times

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tells the bot's sockets to go, as Slack does: `warning` or `refresh_requested`."""
        await self.sockets.disconnect(reason)

    def cut_sockets(self) -> None:
        """Breaks the bot's sockets without a word."""
        self.sockets.cut()

    @property
    def connections(self) -> int:
        """How many sockets of the bot are open."""
        return self.sockets.connections

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was ever to be delivered, in order."""
        return self._deliveries.every

    @property
    def on_the_way(self) -> list[Delivery]:
        """The events that were neither acknowledged nor given up on yet."""
        return self._deliveries.on_the_way

    @property
    def lost(self) -> list[Delivery]:
        """What the bot never acknowledged and Slack gave up on."""
        return self._deliveries.lost

    @property
    def retry_after(self) -> tuple[float, ...]:
        """Seconds before each repetition of an event; Slack's are 0, 60 and 300."""
        return self._deliveries.retry_after

    @retry_after.setter
    def retry_after(self, seconds: tuple[float, ...]) -> None:
        self._deliveries.retry_after = seconds

    @property
    def ack_within(self) -> float:
        """Seconds that the bot has to acknowledge something; Slack's are 3."""
        return self._deliveries.ack_within

    @ack_within.setter
    def ack_within(self, seconds: float) -> None:
        self._deliveries.ack_within = seconds

    # How Slack behaves

    @property
    def faults(self) -> Faults:
        """What goes wrong, and when."""
        return self._web_api.faults

    @property
    def limits(self) -> Limits:
        """The rate limits: `limits(enabled=True)` turns them on."""
        return self._web_api.limits

    @property
    def down(self) -> bool:
        """Whether Slack answers nothing but 503."""
        return self._web_api.down

    @down.setter
    def down(self, down: bool) -> None:
        self._web_api.down = down

    @property
    def latency(self) -> float:
        """Seconds that each Web API call takes before it acts."""
        return self._web_api.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._web_api.latency = seconds

    @property
    def scopes(self) -> set[str]:
        """The scopes of the bot token; calls without theirs are refused."""
        return self.workspace.scopes

    @scopes.setter
    def scopes(self, scopes: set[str]) -> None:
        self.workspace.scopes = scopes

    @property
    def subscribed(self) -> set[str]:
        """The events that the app is subscribed to, by Slack's names (`message.im`)."""
        return self.workspace.subscribed
