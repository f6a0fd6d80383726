"""The engines that every test in `contract` runs on; another engine is another parameter."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Protocol

import pytest

from storage.crypto import Sealer
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.store import Store
from tests.postgres import PostgresServer
from tests.storage.sample_rows import KEY, LEASE, NOW
from tests.storage.sqlite_stores import make_store

OpenStore = Callable[..., Awaitable[Store]]


class Engine(Protocol):
    """One database; stores of several replicas can be made on it."""

    def store(self, replica: str = "a") -> Store: ...


class SqliteEngine:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "bot.db"

    def store(self, replica: str = "a") -> Store:
        return make_store(self.path, replica, exclusive=False)


class PostgresEngine:
    def __init__(self, url: str) -> None:
        self.url = url

    def store(self, replica: str = "a") -> Store:
        return PostgresStore(
            self.url, replica=replica, lease=LEASE, sealer=Sealer([KEY]), database_clock=False
        )


@pytest.fixture(params=["sqlite", "postgres"])
def new_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Engine]:
    """Makes an engine with an empty database of its own, each time it is called."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return lambda: PostgresEngine(server.new_database())
    return lambda: SqliteEngine(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def engine(new_engine: Callable[[], Engine]) -> Engine:
    return new_engine()


@pytest.fixture
async def open_store(engine: Engine) -> AsyncIterator[OpenStore]:
    """Opens stores on one database, and closes them in the end."""
    stores: list[Store] = []

    async def open_one(replica: str = "a") -> Store:
        store = engine.store(replica)
        await store.open(NOW)
        stores.append(store)
        return store

    yield open_one
    for store in stores:
        await store.close()


@pytest.fixture
async def store(open_store: OpenStore) -> Store:
    return await open_store()


# For tests of the embedded engine alone


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bot.db"


@pytest.fixture
async def sqlite_store(path: Path) -> AsyncIterator[SqliteStore]:
    store = make_store(path)
    await store.open(NOW)
    yield store
    await store.close()
