"""Slack's side of the load: signed events at an even rate, and how soon each was acknowledged."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.playground.slack.http_delivery import sign

GIVEN_UP = aiohttp.ClientTimeout(total=60)
SLACK_WAITS = 3.0  # seconds until Slack delivers an event again


@dataclass(slots=True)
class Acks:
    """How long each acknowledgement took, in seconds, and what was answered instead of one."""

    seconds: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def share(self, part: float) -> float:
        """The time within which this share of all was acknowledged."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0

    @property
    def late(self) -> int:
        """How many came later than Slack waits."""
        return sum(each > SLACK_WAITS for each in self.seconds)


async def send(
    urls: Sequence[str], secret: str, events: Sequence[Any], rate: float, times: int = 1
) -> Acks:
    """Deliver `rate` events in a second, to each URL in turn, until all are answered.

    Each is delivered so many `times` at once, to as many URLs as there are: worse than Slack, which
    repeats what was not acknowledged, and later.
    """
    acks = Acks()
    loop = asyncio.get_running_loop()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=GIVEN_UP) as session:
        began = loop.time()
        async with asyncio.TaskGroup() as group:
            for number, event in enumerate(events):
                await asyncio.sleep(max(began + number / rate - loop.time(), 0))
                for time_of in range(times):
                    url = urls[(number + time_of) % len(urls)]
                    group.create_task(_deliver(session, url, secret, event, acks))
    return acks


async def _deliver(
    session: aiohttp.ClientSession, url: str, secret: str, event: Any, acks: Acks
) -> None:
    body = json.dumps(event).encode()
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret, timestamp, body),
    }
    began = time.perf_counter()
    try:
        async with session.post(url, data=body, headers=headers) as response:
            await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        acks.others[type(error).__name__] += 1
        return
    if response.status == 200:
        acks.seconds.append(time.perf_counter() - began)
    else:
        acks.others[f"HTTP {response.status}"] += 1
