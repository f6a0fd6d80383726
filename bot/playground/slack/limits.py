"""Slack's rate limits: per method and workspace, per channel for some.

Source: the tier table of Slack's Java SDK (MethodsRateLimits) and Slack's documentation. They are
off until they are turned on.
"""

import math
import time
from collections import deque
from dataclasses import dataclass

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls per minute of Slack's tiers."""


@dataclass(frozen=True, slots=True)
class Budget:
    """So many calls within so many minutes, each channel counted for itself or not."""

    calls: int
    minutes: float = 1.0
    per_channel: bool = False


def _tier(number: int) -> tuple[Budget, ...]:
    return (Budget(TIERS[number]),)


# About one message a second and channel, in short bursts; several hundred a minute in all.
_POST = (Budget(5, 5 / 60, per_channel=True), Budget(300))

BUDGETS: dict[str, tuple[Budget, ...]] = {
    "chat.postMessage": _POST,
    "chat.update": _tier(3),
    "chat.delete": _tier(3),
    "chat.postEphemeral": _tier(4),
    "chat.getPermalink": (Budget(600),),
    "assistant.threads.setStatus": (Budget(60, per_channel=True),),
    "assistant.threads.setTitle": _tier(3),
    "assistant.threads.setSuggestedPrompts": _tier(3),
    "agents.sessions.setStatus": _tier(3),
    "agents.sessions.rename": _tier(3),
    "views.open": _tier(4),
    "views.push": _tier(4),
    "views.update": _tier(4),
    "views.publish": _tier(4),
    "reactions.add": _tier(3),
    "reactions.remove": _tier(2),
    "conversations.info": _tier(3),
    "conversations.open": _tier(3),
    "conversations.join": _tier(3),
    "conversations.replies": _tier(3),
    "conversations.history": _tier(3),
    "users.info": _tier(4),
    "users.lookupByEmail": _tier(3),
    "files.getUploadURLExternal": _tier(4),
    "files.completeUploadExternal": _tier(4),
    "auth.test": (Budget(600),),
    "apps.connections.open": _tier(1),
}


class Limits:
    """Counts calls in sliding windows; `minute` is how many real seconds a minute lasts."""

    def __init__(self) -> None:
        self.enabled = False
        self.minute = 60.0
        self.budgets = dict(BUDGETS)
        self._calls: dict[tuple[str, Budget, str], deque[float]] = {}

    def __call__(self, *, enabled: bool, minute: float = 60.0) -> None:
        """Turns the limits on or off and forgets what was counted."""
        self.enabled = enabled
        self.minute = minute
        self._calls.clear()

    def wait(self, method: str, channel: str) -> int | None:
        """None when a call may pass, which counts it; else the seconds of Retry-After."""
        if not self.enabled:
            return None
        now = time.monotonic()
        windows: list[deque[float]] = []
        for budget in self.budgets.get(method, ()):
            key = (method, budget, channel if budget.per_channel else "")
            window = self._calls.setdefault(key, deque())
            ends = now - budget.minutes * self.minute
            while window and window[0] <= ends:
                window.popleft()
            if len(window) >= budget.calls:
                return max(1, math.ceil(window[0] - ends))
            windows.append(window)
        for window in windows:
            window.append(now)
        return None
