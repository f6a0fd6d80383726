"""What people think of answers: a thumb counts at once, a comment is welcome, and both are kept."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import read_opinions
from bot.feedback import Thought, as_csv, as_jsonl
from bot.playground.slack import Message
from tests.stories.service import ANNA, BEN, FINANCE, Service, service


async def answer(house: Service) -> Message:
    root = await house.slack.say(ANNA, FINANCE, "@Fusion echo =1+1")
    return await house.answered(FINANCE, root, "echo: echo =1+1")


async def thumb(house: Service, person: str, message: Message, side: str) -> None:
    await house.slack.click(
        person, message.ts, "answer_feedback", channel=FINANCE, value=f"{side}_button"
    )


async def opinions(house: Service) -> list[Thought]:
    return await read_opinions(house.settings, house.clock.now() - timedelta(days=1))


async def test_a_thumb_up_is_kept_and_thanked_for(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await thumb(house, BEN, await answer(house), "positive")
        await house.slack.until(lambda: house.slack.ephemerals(BEN))
        assert "Thank you" in house.slack.ephemerals(BEN)[0].plain
        (thought,) = await opinions(house)
        assert (thought.person, thought.opinion, thought.comment) == ("T0PLAY:U0BEN", "good", "")


async def test_a_thumb_down_asks_what_was_wrong_and_needs_no_answer(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        message = await answer(house)
        await thumb(house, ANNA, message, "positive")
        await thumb(house, ANNA, message, "negative")
        (thought,) = await opinions(house)
        assert thought.opinion == "bad"
        await house.slack.submit(ANNA, "answer_feedback", {"feedback_comment": "=It is 2"})
        (thought,) = await opinions(house)
        assert (thought.opinion, thought.comment) == ("bad", "=It is 2")
        told = json.loads(as_jsonl([thought]))
        assert "echo: echo =1+1" in told["answer"]
        assert (told["asked_by"], told["agent_team"]) == ("T0PLAY:U0ANNA", "FINANCE_DESK")
        assert "'=It is 2" in as_csv([thought]), "no formula for a spreadsheet"


async def test_what_did_not_end_well_has_no_thumbs(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion fail please")
        failed = await house.answered(FINANCE, root, "could not finish")
        assert "answer_feedback" not in failed.buttons


async def test_opinions_are_handed_on_as_they_come_without_texts_of_answers(
    tmp_path: Path,
) -> None:
    taken: asyncio.Queue[tuple[str | None, dict[str, Any]]] = asyncio.Queue()
    refusals = iter([503])

    async def take(request: web.Request) -> web.Response:
        if next(refusals, None):
            return web.Response(status=503)
        taken.put_nowait((request.headers.get("Authorization"), await request.json()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/feedback", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/feedback"
    more = {"FEEDBACK_URL": address, "FEEDBACK_TOKEN": "for-quality"}
    try:
        async with service(tmp_path, more=more) as house:
            await thumb(house, BEN, await answer(house), "positive")
            async with asyncio.timeout(10):
                token, body = await taken.get()
        assert token == "Bearer for-quality"
        assert (body["opinion"], body["person"]) == ("good", "T0PLAY:U0BEN")
        assert body["agent_team"] == "FINANCE_DESK"
        assert body["trace_id"]
        assert "1+1" not in json.dumps(body)
    finally:
        await runner.cleanup()
