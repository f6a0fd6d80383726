"""Ask again, a queue behind what is stopped, a stop too late, progress, the notice at the end."""

import asyncio
from pathlib import Path

import pytest

from bot.bookkeeping import run_of
from bot.domain.run import Run, State
from bot.showing import Shows
from storage.rows import Claim
from tests.stories.service import ANNA, BEN, BOT_TOML, FINANCE, Service, service

IMPATIENT = BOT_TOML + "\n[threads]\nnotify_after_seconds = 0.3\n"


async def held(house: Service) -> tuple[str, str]:
    """A thread whose job works until it is released, and the ts of its placeholder."""
    root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
    placeholder = await house.answered(FINANCE, root, "Asking")
    await house.being_read()
    return root, placeholder.ts


async def test_what_was_stopped_can_be_asked_again(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, placeholder = await held(house)
        await house.slack.click(ANNA, placeholder, "run_stop", channel=FINANCE)
        await house.answered(FINANCE, root, "Stopped by")
        await house.slack.click(BEN, placeholder, "run_again", channel=FINANCE)
        await house.slack.until(lambda: house.slack.ephemerals(BEN))
        assert house.slack.ephemerals(BEN)[0].text == "Only <@U0ANNA> may ask again for this."
        await house.slack.click(ANNA, placeholder, "run_again", channel=FINANCE)
        await house.fusion.wait_for_invocations(2)
        await house.being_read()
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")
        assert [each.sent_conversation_id for each in house.fusion.invocations] == [None, None]


async def test_the_queue_goes_on_after_a_stop(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, placeholder = await held(house)
        await house.slack.say(ANNA, FINANCE, "echo the next", root)
        await house.answered(FINANCE, root, "Queued")
        await house.slack.click(ANNA, placeholder, "run_stop", channel=FINANCE)
        await house.answered(FINANCE, root, "echo: echo the next")
        assert house.fusion.invocations[1].sent_conversation_id is None


async def test_a_stop_of_what_is_over_says_so(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, placeholder = await held(house)
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")
        await house.slack.click(ANNA, placeholder, "run_stop", channel=FINANCE, even_if_gone=True)
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert house.slack.ephemerals(ANNA)[0].text == "This has ended already."
        assert "Stopped" not in house.bot_messages(FINANCE, root)[0].plain


async def test_a_long_run_is_announced_once_and_a_short_one_never(tmp_path: Path) -> None:
    async with service(tmp_path, toml=IMPATIENT) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion sleep 10")  # half a second
        notice = await house.answered(FINANCE, root, "<@U0ANNA> this is finished now")
        short = await house.slack.say(ANNA, FINANCE, "@Fusion echo at once")
        await house.answered(FINANCE, short, "echo: echo at once")
        await house.slack.settled()
        assert [each.ts for each in house.bot_messages(FINANCE, root)][1:] == [notice.ts]
        assert not notice.edited_versions
        assert len(house.bot_messages(FINANCE, short)) == 1


async def test_progress_is_shown_in_the_placeholder_with_a_way_to_stop(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        progress = await house.answered(FINANCE, root, "Holding until released")
        assert progress.buttons == ["run_stop"]
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")
        assert house.bot_messages(FINANCE, root) == [progress]


async def test_an_answer_does_not_wait_for_progress_that_it_overtook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    perform, note_change = Shows.perform, Shows.note_change

    async def perform_late(shows: Shows, claim: Claim) -> None:
        if run_of(claim).state is State.RUNNING:
            await ended.wait()
        await perform(shows, claim)

    def note_end(shows: Shows, run: Run) -> None:
        note_change(shows, run)
        if run.ended_at is not None:
            ended.set()

    monkeypatch.setattr(Shows, "perform", perform_late)
    monkeypatch.setattr(Shows, "note_change", note_end)
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo at once")
        await house.answered(FINANCE, root, "echo: echo at once", timeout=2)
