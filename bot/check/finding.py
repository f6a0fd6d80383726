"""One thing that `check` looked at."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass


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

    def as_json(self) -> str:
        """The same for programs, on one line."""
        return json.dumps(asdict(self))


def wrong_settings(problems: Iterable[str]) -> Iterator[Finding]:
    """The problems with settings, which keep everything else from being looked at."""
    for problem in problems:
        setting, _, note = problem.partition(": ")
        yield Finding(False, setting, note)
