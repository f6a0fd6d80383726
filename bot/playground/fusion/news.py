"""Waiting for something to become true without looking again and again."""

import asyncio
from collections.abc import Callable


class News:
    """Wakes those who wait whenever something happened."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def announce(self) -> None:
        """Something happened: everybody looks again."""
        for each in self._waiting:
            if not each.done():
                each.set_result(None)
        self._waiting.clear()

    async def until(self, holds: Callable[[], bool], timeout: float) -> None:
        """Return when `holds()` is true, at once or after some news; else TimeoutError."""
        async with asyncio.timeout(timeout):
            while not holds():
                heard = asyncio.get_running_loop().create_future()
                self._waiting.add(heard)
                try:
                    await heard
                finally:
                    self._waiting.discard(heard)
