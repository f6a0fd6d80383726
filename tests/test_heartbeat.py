"""A replica keeps its lease, and after a lapse acts again only once it knows what is still its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.heartbeat import Heartbeat
from bot.lease import Lease
from storage.errors import StorageError
from tests.kept import LoopClock

LENGTH = timedelta(seconds=8)


class Database:
    """Beats and letting go, as slow and as broken as a test wants them."""

    def __init__(self, *, let_go_takes: float = 0, failures: int = 0) -> None:
        self.beats: list[float] = []
        self.let_go_takes = let_go_takes
        self.failures = failures
        self.let_go_begun = 0
        self.let_go_done = 0
        self.stands = asyncio.Event()
        self.stands.set()

    async def beat(self) -> int:
        await self.stands.wait()
        self.beats.append(asyncio.get_running_loop().time())
        return 2

    async def let_go(self) -> None:
        self.let_go_begun += 1
        await asyncio.sleep(self.let_go_takes)
        if self.failures:
            self.failures -= 1
            raise StorageError("down")
        self.let_go_done += 1


@asynccontextmanager
async def beating(lease: Lease, database: Database) -> AsyncIterator[None]:
    lease.prolong(asyncio.get_running_loop().time())
    heart = Heartbeat(lease, database.beat, database.let_go, lambda _: None, LoopClock())
    task = asyncio.create_task(heart.keep())
    yield
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])


async def stand_still(database: Database, seconds: float) -> None:
    database.stands.clear()
    await asyncio.sleep(seconds)
    database.stands.set()


@pytest.mark.looptime
async def test_while_the_store_hears_of_it_in_time_it_may_act() -> None:
    lease, database = Lease(LENGTH), Database()
    async with beating(lease, database):
        for _ in range(100):
            await asyncio.sleep(1)
            assert lease.may_act()
        await stand_still(database, 5)
        assert lease.may_act()
    assert database.let_go_begun == 0


@pytest.mark.looptime
async def test_after_a_lapse_it_acts_once_it_knows_what_is_still_its_own() -> None:
    lease, database = Lease(LENGTH), Database(let_go_takes=1)
    async with beating(lease, database):
        await stand_still(database, 20)
        assert not lease.may_act()
        await asyncio.sleep(0.5)
        assert not lease.may_act()
        await asyncio.sleep(3)
        assert lease.may_act()
    assert database.let_go_done == 1


@pytest.mark.looptime
async def test_it_beats_on_while_it_finds_out_for_longer_than_a_lease() -> None:
    lease, database = Lease(LENGTH), Database(let_go_takes=60)
    async with beating(lease, database):
        await stand_still(database, 20)
        before = len(database.beats)
        await asyncio.sleep(50)
        assert len(database.beats) - before >= 20
        assert not lease.may_act()
        await asyncio.sleep(15)
        assert lease.may_act()
    assert (database.let_go_begun, database.let_go_done) == (1, 1)


@pytest.mark.looptime
async def test_a_second_lapse_asks_anew_and_trouble_is_tried_again() -> None:
    lease, database = Lease(LENGTH), Database(let_go_takes=30, failures=1)
    async with beating(lease, database):
        await stand_still(database, 20)
        await asyncio.sleep(5)
        await stand_still(database, 20)
        await asyncio.sleep(45)
        assert not lease.may_act(), "it failed once"
        await asyncio.sleep(25)
        assert lease.may_act()
    assert (database.let_go_begun, database.let_go_done) == (3, 1)


@pytest.mark.looptime
async def test_where_nobody_else_can_have_the_store_it_cannot_lapse() -> None:
    lease, database = Lease(LENGTH, can_lapse=False), Database()
    async with beating(lease, database):
        await stand_still(database, 60)
        assert lease.may_act()
        await asyncio.sleep(5)
    assert database.let_go_begun == 0
