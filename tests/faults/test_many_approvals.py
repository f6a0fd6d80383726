"""Many approvals at once, a crowd that clicks on everything, and kill -9 in between."""

import random
from pathlib import Path

from tests.faults.deciding_crowd import Crowd, books_of, play, policies
from tests.faults.mortal import mortal_service, tell
from tests.stories.service import BOT_TOML

APPROVALS, PEOPLE, KILLS, SECONDS = 24, 12, 3, 6.0


async def test_each_ends_once_by_those_who_may_and_the_record_tells_how(tmp_path: Path) -> None:
    async with mortal_service(tmp_path, toml=BOT_TOML + policies(PEOPLE)) as house:
        await house.bot.start()
        crowd = Crowd(house, PEOPLE, random.Random(20264))
        crowd.come()
        await crowd.ask(APPROVALS)
        await play(crowd, SECONDS, KILLS)
        assert await house.bot.stop() == 0
        books = await books_of(crowd)
        tell(f"{books}, {crowd.clicks}")
        assert {name: number for name, number in books.never.items() if number} == {}
        assert books.decided_at_fusion == books.stories == APPROVALS
