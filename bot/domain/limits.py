"""How much is too much: a bot that takes everything serves nobody."""

from dataclasses import dataclass
from enum import StrEnum


class Excess(StrEnum):
    """Which limit a turn would pass."""

    LENGTH = "length"
    THREAD = "thread"
    PERSON = "person"
    APPROVALS = "approvals"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Load:
    """What is unfinished: in the thread, of the person (apart from what waits), waiting, in all."""

    in_thread: int = 0
    of_person: int = 0
    waiting: int = 0
    in_all: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How many questions may be unfinished, and how long one may be."""

    per_thread: int = 25
    per_person: int = 20
    approvals_per_person: int = 100
    in_all: int = 10_000
    characters: int = 20_000

    def excess(self, text: str, load: Load) -> Excess | None:
        """The limit that one more turn with this text would pass."""
        passed = {
            Excess.LENGTH: len(text) > self.characters,
            Excess.THREAD: load.in_thread >= self.per_thread,
            Excess.PERSON: load.of_person >= self.per_person,
            Excess.APPROVALS: load.waiting >= self.approvals_per_person,
            Excess.EVERYBODY: load.in_all >= self.in_all,
        }
        return next((limit for limit, is_passed in passed.items() if is_passed), None)
