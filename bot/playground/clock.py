"""A clock that can be put forward, so that reminders and ends can be seen without waiting."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time, and as much ahead of it as it was put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + self.ahead

    def seconds(self) -> float:
        """Seconds that only grow."""
        return time.monotonic() + self.ahead.total_seconds()

    def forward(self, span: timedelta) -> None:
        """Put it forward."""
        self.ahead += span
