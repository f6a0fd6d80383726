"""What Slack grants: how often each method may be called, and how long it told us to wait.

Limits are Slack's, per method and workspace, for chat.postMessage and statuses per channel too
(docs.slack.dev, "Rate limits"). Pure: the time is given by the caller, in seconds of any one clock.
"""

from dataclasses import dataclass, field

MINUTE = 60.0

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
    "agents.sessions.setStatus": 50,
    "assistant.threads.setSuggestedPrompts": 50,
    "views.open": 100,
    "views.publish": 100,
}
OTHERS_PER_MINUTE = 20

# Progress may use up to this share; the rest is kept for what people wait for.
SHARE_OF_PROGRESS = 0.6


@dataclass(slots=True)
class Budget:
    """A bucket that holds a minute's calls and fills evenly; what must be said may overdraw it."""

    per_minute: int
    left: float
    filled_at: float
    blocked_until: float = 0.0

    def spend(self, now: float) -> None:
        """Count one call."""
        self._fill(now)
        self.left -= 1

    def until_progress(self, now: float, promised: int = 0) -> float:
        """Seconds until progress may be shown without taking from what is kept for answers.

        `promised` calls were granted and are not made yet.
        """
        self._fill(now)
        reserve = self.per_minute * (1 - SHARE_OF_PROGRESS) + promised
        missing = max(reserve + 1 - self.left, 0.0)
        return max(missing * MINUTE / self.per_minute, self.blocked_until - now, 0.0)

    def block(self, now: float, seconds: float) -> None:
        """Slack told us to wait: nothing of this kind before that."""
        self.blocked_until = max(self.blocked_until, now + seconds)
        self.left = min(self.left, 0.0)

    def _fill(self, now: float) -> None:
        gained = (now - self.filled_at) * self.per_minute / MINUTE
        self.left = min(self.left + gained, float(self.per_minute))
        self.filled_at = now


@dataclass(slots=True)
class Budgets:
    """All budgets, by method and workspace; made when first used."""

    _kept: dict[tuple[str, str], Budget] = field(default_factory=dict)

    def of(self, method: str, workspace: str, now: float) -> Budget:
        """The budget of a method in a workspace."""
        budget = self._kept.get((method, workspace))
        if budget is None:
            per_minute = PER_MINUTE.get(method, OTHERS_PER_MINUTE)
            budget = Budget(per_minute, float(per_minute), now)
            self._kept[method, workspace] = budget
        return budget
