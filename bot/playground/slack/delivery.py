"""Bringing events and interactions to the bot: over HTTP where a URL is set, else over a socket.

Events are repeated as Slack does: after no acknowledgement within 3 s, up to three times.
Interactions and slash commands are sent once; the person sees that they failed.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.playground.slack.changes import Changes

Json = dict[str, Any]

EVENTS = "events_api"
INTERACTIVE = "interactive"
COMMANDS = "slash_commands"
RETRY_AFTER = (0.0, 60.0, 300.0)
ACK_WITHIN = 3.0
MOST_WAITING = 10_000


class NotAcknowledged(Exception):
    """The bot did not take it; `reason` is Slack's word, `again` whether Slack may repeat it."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class ConnectionLost(NotAcknowledged):
    """The socket went away before the acknowledgement came."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How the bot answered an interaction; `error` says what the person would see."""

    ok: bool
    body: Any = None
    error: str | None = None

    def __bool__(self) -> bool:
        return self.ok


@dataclass(slots=True, eq=False)
class Delivery:
    """One event or interaction on its way; `failures` has one reason per failed attempt."""

    kind: str
    payload: Json
    failures: list[str] = field(default_factory=list)
    acknowledged: bool = False
    lost: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing more will be done about it."""
        return self.acknowledged or self.lost


class Carrier(Protocol):
    """One way to the bot."""

    @property
    def open(self) -> bool:
        """Whether something can be sent now."""
        ...

    async def carry(self, delivery: Delivery, within: float) -> Any:
        """Sends it once and returns what the bot answered; NotAcknowledged otherwise."""
        ...


class Deliveries:
    """Everything that was sent to the bot, and what is still on its way."""

    def __init__(self, changes: Changes, http: Carrier, sockets: Carrier) -> None:
        self.retry_after: tuple[float, ...] = RETRY_AFTER
        self.ack_within = ACK_WITHIN
        self.times = 1
        self.every: list[Delivery] = []
        self._changes = changes
        self._http = http
        self._sockets = sockets
        self._reachable = asyncio.Event()
        self._on_the_way: set[Delivery] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def lost(self) -> list[Delivery]:
        """What the bot never acknowledged and Slack gave up on."""
        return [delivery for delivery in self.every if delivery.lost]

    @property
    def on_the_way(self) -> list[Delivery]:
        """What was neither acknowledged nor given up on yet."""
        return list(self._on_the_way)

    def send_event(self, payload: Json) -> None:
        """Starts the delivery of an event_callback; returns at once."""
        for _ in range(self.times):
            delivery = Delivery(EVENTS, payload)
            self.every.append(delivery)
            if len(self._on_the_way) >= MOST_WAITING:
                delivery.lost = True
                continue
            self._on_the_way.add(delivery)
            task = asyncio.get_running_loop().create_task(self._deliver(delivery))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def ask(self, kind: str, payload: Json) -> Acknowledgement:
        """Sends an interaction or command once and returns how the bot answered."""
        delivery = Delivery(kind, payload)
        self.every.append(delivery)
        carrier = self._carrier()
        if carrier is None:
            delivery.lost = True
            return Acknowledgement(ok=False, error="The app is not connected.")
        try:
            body = await carrier.carry(delivery, self.ack_within)
        except NotAcknowledged as failure:
            delivery.failures.append(failure.reason)
            delivery.lost = True
            return Acknowledgement(ok=False, error=f"The app did not respond ({failure.reason}).")
        else:
            delivery.acknowledged = True
            return Acknowledgement(ok=True, body=body)
        finally:
            self._changes.wake()

    def look_again(self) -> None:
        """To be called whenever a carrier opened or closed."""
        if self._carrier() is None:
            self._reachable.clear()
        else:
            self._reachable.set()
        self._changes.wake()

    def _carrier(self) -> Carrier | None:
        if self._http.open:
            return self._http
        return self._sockets if self._sockets.open else None

    async def _deliver(self, delivery: Delivery) -> None:
        """Attempts until it is acknowledged or given up on; waits while nobody is connected."""
        try:
            while not await self._attempt(delivery):
                if len(delivery.failures) > len(self.retry_after):
                    delivery.lost = True
                    break
        finally:
            self._on_the_way.discard(delivery)
            self._changes.wake()

    async def _attempt(self, delivery: Delivery) -> bool:
        """One attempt; whether the matter is settled by it."""
        while (carrier := self._carrier()) is None:
            await self._reachable.wait()
        try:
            await carrier.carry(delivery, self.ack_within)
        except NotAcknowledged as failure:
            delivery.failures.append(failure.reason)
            delivery.lost = not failure.again
            # A bot that comes back is sent at once what it did not acknowledge before.
            pause = 0.0 if isinstance(failure, ConnectionLost) else self._pause(delivery)
            if pause and not delivery.lost:
                await asyncio.sleep(pause)
            return delivery.lost
        delivery.acknowledged = True
        return True

    def _pause(self, delivery: Delivery) -> float:
        done = len(delivery.failures)
        return self.retry_after[done - 1] if done <= len(self.retry_after) else 0.0

    async def stop(self) -> None:
        """Gives up on everything that is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
