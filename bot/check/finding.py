"""One thing that `check` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, or what to do. What is good can still be a `warning`."""

    good: bool
    what: str
    note: str
    warning: bool = False

    def __str__(self) -> str:
        word = "BAD " if not self.good else "warn" if self.warning else "ok  "
        return f"{word} {self.what}: {self.note}"
