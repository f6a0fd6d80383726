"""One answer for all who ask the same thing at the same time."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Closed(Exception):
    """The answer comes no more: the program is stopping."""


class OneAnswer(Generic[T]):
    """Questions under way, by what is asked.

    Who asks while an answer is awaited gets the same one, be it an error. A question goes on when
    nobody waits for it any more, since whoever answers it keeps what was found.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[T]] = {}

    async def ask(
        self,
        about: Hashable,
        question: Callable[[], Coroutine[Any, Any, T]],
        patience: float | None = None,
    ) -> T:
        """What the question under way brings; it is asked where there is none.

        Raises what it raises, TimeoutError where it takes more than `patience` seconds, and Closed.
        """
        task = self._under_way.get(about)
        if task is None:
            task = self._under_way[about] = asyncio.create_task(question())
            task.add_done_callback(lambda done: self._done(about, done))
        # Unlike awaiting the task, this leaves it alone when who waits is cancelled.
        done, _ = await asyncio.wait({task}, timeout=patience)
        if not done:
            raise TimeoutError
        if task.cancelled():
            raise Closed
        return task.result()

    def _done(self, about: Hashable, task: asyncio.Task[T]) -> None:
        del self._under_way[about]
        if not task.cancelled():
            task.exception()  # looked at, so that it is not reported if nobody waits any more

    async def close(self, within: float = 0) -> None:
        """Let what is under way come to an end, if that is so soon (in seconds)."""
        if self._under_way:
            _, late = await asyncio.wait(list(self._under_way.values()), timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
