"""What Slack grants: how often each method may be called, and how long it told us to wait.

Limits are Slack's, per method and workspace, for chat.postMessage and statuses per channel too
(docs.slack.dev, "Rate limits"). Pure: the time is given by the caller, in seconds of any one clock.
"""

from collections import deque
from dataclasses import dataclass, field

MINUTE = 61.0  # seconds; one more than Slack's, since a call counts there when it arrives

PER_MINUTE = {
    "chat.update": 50,
    "chat.postMessage": 300,
    "chat.postEphemeral": 100,
    "conversations.replies": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "users.info": 100,
    "usergroups.users.list": 20,
    "files.getUploadURLExternal": 50,
    "files.completeUploadExternal": 50,
    "agents.sessions.setStatus": 50,
    "assistant.threads.setSuggestedPrompts": 50,
    "assistant.threads.setStatus": 600,
    "assistant.threads.setTitle": 50,
    "views.open": 100,
    "views.publish": 100,
}
OTHERS_PER_MINUTE = 20

# Progress may use up to this share; the rest is kept for what people wait for.
SHARE_OF_PROGRESS = 0.6


@dataclass(slots=True)
class Budget:
    """The calls of the last minute, as Slack counts them; what must be said may overdraw it."""

    per_minute: int
    blocked_until: float = 0.0
    _calls: deque[float] = field(default_factory=deque)

    @property
    def left(self) -> int:
        """How many calls the minute up to the last look still held."""
        return max(self.per_minute - len(self._calls), 0)

    def spend(self, now: float) -> None:
        """Count one call."""
        self._forget(now)
        self._calls.append(now)

    def until_progress(self, now: float, promised: int = 0) -> float:
        """Seconds until progress may be shown without taking from what is kept for answers.

        `promised` calls were granted and are not made yet.
        """
        self._forget(now)
        over = len(self._calls) + promised + 1 - int(self.per_minute * SHARE_OF_PROGRESS)
        wait = 0.0
        if over > 0:  # as many of the oldest must be a minute old
            oldest = self._calls[min(over, len(self._calls)) - 1] if self._calls else now
            wait = oldest + MINUTE - now
        return max(wait, self.blocked_until - now, 0.0)

    def block(self, now: float, seconds: float) -> None:
        """Slack told us to wait: nothing of this kind before that."""
        self.blocked_until = max(self.blocked_until, now + seconds)

    def _forget(self, now: float) -> None:
        while self._calls and self._calls[0] <= now - MINUTE:
            self._calls.popleft()


@dataclass(slots=True)
class Budgets:
    """All budgets, by method and workspace; made when first used."""

    replicas: int = 1
    _kept: dict[tuple[str, str], Budget] = field(default_factory=dict)

    def share_among(self, replicas: int) -> None:
        """So many replicas live: each takes its part of what Slack grants to all of them."""
        if replicas != self.replicas:
            self.replicas = max(replicas, 1)
            for (method, _), budget in self._kept.items():
                budget.per_minute = self._part(method)

    def left(self) -> list[tuple[str, str, int]]:
        """Workspace, method, and how many calls are left of this replica's part: for /metrics."""
        return [(place, method, each.left) for (method, place), each in self._kept.items()]

    def of(self, method: str, workspace: str) -> Budget:
        """The budget of a method in a workspace."""
        budget = self._kept.get((method, workspace))
        if budget is None:
            budget = Budget(self._part(method))
            self._kept[method, workspace] = budget
        return budget

    def _part(self, method: str) -> int:
        return max(PER_MINUTE.get(method, OTHERS_PER_MINUTE) // self.replicas, 1)
