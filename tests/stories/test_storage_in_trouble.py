"""Nothing is acknowledged that could not be kept, and what is delivered again counts once."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from storage.errors import StorageError
from storage.rows import Claim
from storage.sqlite import SqliteStore
from tests.stories.service import ANNA, FINANCE, Mode, service

MODES: tuple[Mode, ...] = ("socket", "http")


class Failing:
    """A method of the store that fails so many times, then works."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, method: str, times: int) -> None:
        self.left = times
        real = getattr(SqliteStore, method)

        async def failing(store: SqliteStore, *given: Any) -> Sequence[Claim]:
            if self.left:
                self.left -= 1
                raise StorageError("the disk is full")
            claims: Sequence[Claim] = await real(store, *given)
            return claims

        monkeypatch.setattr(SqliteStore, method, failing)


@pytest.mark.parametrize("mode", MODES)
async def test_a_click_that_could_not_be_kept_is_admitted_and_can_be_made_again(
    tmp_path: Path, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service(tmp_path, mode) as house:
        house.slack.ack_within = 0.5
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        Failing(monkeypatch, "run", 1)
        assert not await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert "could not be saved" in house.slack.ephemerals(ANNA)[0].text
        assert not house.fusion.decisions
        assert await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert len(house.fusion.decisions) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_a_command_that_could_not_be_kept_fails_where_it_was_typed(
    tmp_path: Path, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service(tmp_path, mode) as house:
        house.slack.ack_within = 0.5
        Failing(monkeypatch, "take", 1)
        refused = await house.slack.command(ANNA, FINANCE, "/fusion", "ask What is our policy?")
        assert not refused.ok
        assert not house.fusion.invocations


async def test_what_happened_at_fusion_is_kept_as_soon_as_the_store_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service(tmp_path) as house:
        failing = Failing(monkeypatch, "save", 1)  # just after the question was handed over
        root = await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        await house.answered(FINANCE, root, "Sources")
        assert failing.left == 0
        assert house.fusion.invoke_requests == 1


async def test_a_part_that_could_not_be_noted_is_not_posted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes: list[str] = []
    real = SqliteStore.note_message

    async def failing(store: SqliteStore, row: Any) -> None:
        notes.append(row.ts)
        if len(notes) == 2:  # it was posted, and where it stands is not known to us
            raise StorageError("the disk is full")
        await real(store, row)

    async with service(tmp_path) as house:
        monkeypatch.setattr(SqliteStore, "note_message", failing)
        root = await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        await house.answered(FINANCE, root, "Sources")
        assert len(house.bot_messages(FINANCE, root)) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_a_database_that_is_locked_for_a_while_loses_nothing(
    tmp_path: Path, mode: Mode
) -> None:
    async with service(tmp_path, mode) as house:
        house.slack.ack_within = 0.3
        house.slack.retry_after = (0.2, 0.2, 0.2)
        somebody = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        somebody.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.6, somebody.close)
        root = await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        await house.answered(FINANCE, root, "Sources")
        await house.slack.settled()
        assert any(each.failures for each in house.slack.deliveries)
        assert not house.slack.lost
        assert len(house.fusion.invocations) == 1
        assert len(house.bot_messages(FINANCE, root)) == 1
