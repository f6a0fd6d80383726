"""Stopping, asking on, being told, and a store that fails."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from storage.errors import StorageError
from storage.room import Room
from storage.rows import Claim, Owed, RunRow, ThreadRow
from storage.sqlite import SqliteStore
from tests.stories.service import ANNA, BEN, BOT_TOML, FINANCE, Mode, service

MODES: tuple[Mode, ...] = ("socket", "http")


@pytest.mark.parametrize("mode", MODES)
async def test_what_a_stopped_job_says_later_is_not_shown(tmp_path: Path, mode: Mode) -> None:
    async with service(tmp_path, mode) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold this thought")
        await house.fusion.wait_for_invocations(1, 10)
        card = await house.answered(FINANCE, root, "Finance Desk")
        await house.slack.click(BEN, card.ts, "run_stop", channel=FINANCE)
        await house.slack.until(lambda: house.slack.ephemerals(BEN))
        assert house.slack.ephemerals(BEN)[0].text == "Only <@U0ANNA> may stop this."
        await house.slack.click(ANNA, card.ts, "run_stop", channel=FINANCE)
        await house.answered(FINANCE, root, "Stopped by <@U0ANNA>")
        house.fusion.release_all()
        await house.slack.say(ANNA, FINANCE, "echo something else", root)
        await house.answered(FINANCE, root, "echo something else")
        assert "Stopped by" in card.plain
        one, two = house.fusion.invocations
        assert one.conversation_id != two.conversation_id


async def test_a_follow_up_question_is_asked_in_the_thread_by_who_clicked_it(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        answer = await house.answered(FINANCE, root, "Ask next")
        assert "follow_up_0" in answer.buttons
        for _ in range(2):
            await house.slack.click(BEN, answer.ts, "follow_up_0", channel=FINANCE)
        await house.answered(FINANCE, root, "<@U0BEN> asked")
        await house.slack.until(lambda: house.slack.ephemerals(BEN))
        assert "asked already" in house.slack.ephemerals(BEN)[0].text
        one, two = house.fusion.invocations
        assert two.conversation_id == one.conversation_id


async def test_after_a_long_run_a_short_message_mentions_the_asker(tmp_path: Path) -> None:
    toml = BOT_TOML + "\n[threads]\nnotify_after_seconds = 0.001\n"
    async with service(tmp_path, toml=toml) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Show me supplier spend")
        notice = await house.answered(FINANCE, root, "this is finished now")
        assert notice.text.startswith("<@U0ANNA>")
        await house.slack.settled()
        assert len(house.bot_messages(FINANCE, root)) == 2


@pytest.mark.parametrize("mode", MODES)
async def test_a_turn_that_could_not_be_saved_is_delivered_again_and_answered_once(
    tmp_path: Path, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = SqliteStore.take
    failures: list[str] = []

    async def fail_twice(
        self: SqliteStore,
        thread: ThreadRow,
        run: RunRow,
        keys: Sequence[str],
        owe: Sequence[Owed],
        now: datetime,
        room: Room | None = None,
    ) -> list[Claim]:
        if len(failures) < 2:
            failures.append(run.id)
            raise StorageError("The disk is full.")
        return await take(self, thread, run, keys, owe, now, room)

    monkeypatch.setattr(SqliteStore, "take", fail_twice)
    async with service(tmp_path, mode) as house:
        house.slack.retry_after = (0.05, 0.1, 0.2)
        house.slack.ack_within = 0.5
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo after all")
        await house.answered(FINANCE, root, "echo after all")
        await house.slack.settled()
        assert len(failures) == 2
        assert len(house.fusion.invocations) == 1
        assert len(house.bot_messages(FINANCE, root)) == 1


async def test_names_are_written_out_before_an_agent_reads_them(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        text = "@Fusion echo what did @Ben Carter say in #general about a < b & https://x.example/?"
        root = await house.slack.say(ANNA, FINANCE, text)
        await house.answered(FINANCE, root, "echo")
        (asked,) = house.fusion.invocations
        assert asked.message == (
            "echo what did @Ben say in #general about a < b & https://x.example/?"
        )
