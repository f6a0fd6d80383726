"""What every test gets."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.postgres import PostgresServer


def pytest_configure() -> None:
    """Leave no event loop over: on Python 3.11 pytest-asyncio makes one that nobody closes."""
    asyncio.set_event_loop(None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real server, started when the first test asks for it."""
    with PostgresServer() as server:
        yield server
