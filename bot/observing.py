"""Who watches the program at work: figures and traces listen here, and nothing depends on them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Protocol


class Observer(Protocol):
    """Is told what happens; must be quick, and must not fail."""

    def called(self, system: str, what: str, result: str, seconds: float) -> None:
        """A request to `slack`, `fusion` or `identity` has ended with this result."""

    def took_over(self, claims: int) -> None:
        """So much work was taken over that another replica had begun, or had held."""

    def effect(self, kind: str, run: str) -> AbstractContextManager[None]:
        """Entered while an effect of a run is performed."""


class Nobody:
    """Nobody watches."""

    def called(self, system: str, what: str, result: str, seconds: float) -> None:
        """See Observer."""

    def took_over(self, claims: int) -> None:
        """See Observer."""

    def effect(self, kind: str, run: str) -> AbstractContextManager[None]:
        """See Observer."""
        del kind, run
        return nullcontext()


class Observers:
    """Several at once."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)

    def called(self, system: str, what: str, result: str, seconds: float) -> None:
        """See Observer."""
        for each in self._observers:
            each.called(system, what, result, seconds)

    def took_over(self, claims: int) -> None:
        """See Observer."""
        for each in self._observers:
            each.took_over(claims)

    @contextmanager
    def effect(self, kind: str, run: str) -> Iterator[None]:
        """See Observer."""
        with ExitStack() as stack:
            for each in self._observers:
                stack.enter_context(each.effect(kind, run))
            yield
