"""A copy of the database that is older than what happened: nothing is done twice, nothing is made up."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.faults.mortal import MortalService, doubled, mortal_service
from tests.stories.service import ANNA, FINANCE


def copy(folder: Path) -> None:
    """As docs/operations.md has it: SQLite's own backup, while the bot is at work."""
    with (
        closing(sqlite3.connect(folder / "bot.db")) as source,
        closing(sqlite3.connect(folder / "copy.db")) as target,
    ):
        source.backup(target)


def restore(folder: Path) -> None:
    for name in ("bot.db-wal", "bot.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "copy.db").rename(folder / "bot.db")


def said(house: MortalService, *roots: str) -> list[str]:
    return [each.plain for root in roots for each in house.bot_messages(FINANCE, root)]


async def test_runs_of_a_restored_copy_are_looked_up_and_nothing_is_done_again(
    tmp_path: Path,
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start()
        held = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        waits = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        card = await house.answered(FINANCE, waits, "Your approval is needed")
        await house.has_runs(running=1, waiting=1)
        copy(tmp_path)

        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, waits, "Invoice 4711 was **approved**")
        house.fusion.release_all()
        later = await house.slack.say(ANNA, FINANCE, "@Fusion echo later")
        await house.answered(FINANCE, later, "echo: echo later")
        await house.ended(FINANCE, held)
        assert await house.bot.stop() == 0
        answers = said(house, held, later)

        restore(tmp_path)
        await house.bot.start()
        await house.has_runs(complete=2)
        await house.rests(FINANCE, waits)
        assert said(house, held, later) == answers, "what was answered stays as it was"
        assert "Decided elsewhere" in card.plain, "the copy does not know who decided"
        assert len(house.fusion.invocations) == 3
        assert len(house.fusion.decisions) == 1
        everything = [m for root in (held, waits, later) for m in house.bot_messages(FINANCE, root)]
        assert doubled(everything) == {}
