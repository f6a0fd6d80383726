"""What every test gets."""

import asyncio


def pytest_configure() -> None:
    """Leave no event loop over: on Python 3.11 pytest-asyncio makes one that nobody closes."""
    asyncio.set_event_loop(None)
