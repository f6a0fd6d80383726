"""Faults on demand: the Web API misbehaves for chosen methods."""

import fnmatch
import random
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["error", "rate_limited", "drop_before", "drop_after", "slow", "http_status"]
"""error: refuses with `error`. rate_limited: 429 with `retry_after` s. drop_before: cuts the
connection without acting. drop_after: acts, then cuts it. slow: waits `seconds`, then acts.
http_status: answers `status` without acting."""

OPTIONS: dict[str, dict[str, Any]] = {
    "error": {"error": "internal_error"},
    "rate_limited": {"retry_after": 1},
    "drop_before": {},
    "drop_after": {},
    "slow": {"seconds": 1.0},
    "http_status": {"status": 503},
}
"""The options of each kind and what they are by default."""


@dataclass(slots=True, eq=False)
class Fault:
    """One fault: for methods that match `methods`, `times` times once `after` calls passed.

    With `percent` it strikes by chance instead, for ever. `struck` counts how often it did.
    """

    methods: str
    kind: Kind
    options: dict[str, Any]
    times: int = 1
    after: int = 0
    percent: float | None = None
    chance: random.Random = field(default_factory=random.Random)
    struck: int = 0

    def strikes(self, method: str) -> bool:
        """Whether this call is hit; counts it."""
        if not fnmatch.fnmatchcase(method, self.methods):
            return False
        if self.percent is None:
            if self.after > 0:
                self.after -= 1
                return False
            if self.struck >= self.times:
                return False
        elif self.chance.random() * 100 >= self.percent:
            return False
        self.struck += 1
        return True


class Faults:
    """The faults that wait to strike; the first that matches a call does."""

    def __init__(self) -> None:
        self.every: list[Fault] = []

    def add(
        self, methods: str, kind: Kind, *, times: int = 1, after: int = 0, **options: Any
    ) -> Fault:
        """A fault for `times` calls of a method or of a glob such as `chat.*`."""
        return self._keep(Fault(methods, kind, _options(kind, options), times, after))

    def percent(
        self, methods: str, percent: float, kind: Kind, *, seed: int = 1, **options: Any
    ) -> Fault:
        """A fault that strikes `percent` of the calls; the same ones for the same seed."""
        chance = random.Random(seed)
        return self._keep(
            Fault(methods, kind, _options(kind, options), percent=percent, chance=chance)
        )

    def clear(self) -> None:
        """From now on everything works."""
        self.every.clear()

    def hit(self, method: str) -> Fault | None:
        """The fault that strikes this call, if one does."""
        for fault in self.every:
            if fault.strikes(method):
                return fault
        return None

    def _keep(self, fault: Fault) -> Fault:
        self.every.append(fault)
        return fault


def _options(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """The options of a fault; a ValueError names what does not exist."""
    if kind not in get_args(Kind):
        raise ValueError(f"there is no fault {kind!r}; there are {', '.join(get_args(Kind))}")
    unknown = set(given) - set(OPTIONS[kind])
    if unknown:
        raise ValueError(f"{kind} knows no option {', '.join(sorted(unknown))}")
    return {**OPTIONS[kind], **given}
