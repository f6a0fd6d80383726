"""kill -9 at every point of the failure table, and what is true after the next start.

Each test starts the real bot as a process that dies at one named point (dying_bot.py), starts it
again as it is, and then stops it in order: one message for each part of a run, every one of them
finished; nothing sent to Fusion twice; no event lost.
"""

from pathlib import Path

import pytest

from bot.playground.fusion import FaultKind
from tests.faults.mortal import MortalService, mortal_service
from tests.stories.service import ANNA, FINANCE, Mode

QUESTION = "What is our travel policy?"
ANSWER = "Sources"
UNCERTAIN = "It was not sent twice"
SLOW_WORK = "sleep 80"  # four seconds at the pace of these tests: more than lies between two edits
LONG = "Write the long report"

IN_BOTH_MODES = [
    (mode, at)
    for mode in ("socket", "http")
    for at in ("before:store.take", "after:store.take", "after:bolt.event_callback")
]
NOTHING_IN_DOUBT = [
    ("before:fusion.prepare", 1),
    ("after:fusion.prepare", 1),
    ("before:store.begin.invoke", 1),
    ("after:store.save.running", 1),
    ("after:fusion.status", 1),
    ("before:store.save.complete", 1),
    ("after:store.save.complete", 1),
    ("before:slack.chat.update", 1),
    ("after:slack.chat.update", 1),
    ("before:store.settle.show", 2),
]


FIRST_POST = [
    ("before:store.note.main", 1),
    ("before:slack.chat.postMessage", 1),
    ("after:slack.chat.postMessage", 1),
    ("after:store.note.main", 2),
]


async def ask(house: MortalService, text: str) -> str:
    return await house.slack.say(ANNA, FINANCE, f"@Fusion {text}")


# A question


@pytest.mark.parametrize(("mode", "at"), IN_BOTH_MODES)
async def test_what_was_not_acknowledged_is_delivered_again_and_taken_once(
    tmp_path: Path, mode: Mode, at: str
) -> None:
    async with mortal_service(tmp_path, mode) as house:
        late = "0.1" if at == "before:store.take" else "0"  # time to acknowledge too early
        await house.bot.start(DIE_AT=at, DIE_LATE=late)
        root = await ask(house, QUESTION)
        await house.dies()
        in_doubt = house.begun()  # what is on disk may already be on its way to Fusion
        await house.bot.start()
        await house.answered(FINANCE, root, UNCERTAIN if in_doubt else ANSWER)
        await house.slack.settled()
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) <= 1


@pytest.mark.parametrize(("at", "on"), NOTHING_IN_DOUBT)
async def test_a_question_is_answered_once_in_one_message(tmp_path: Path, at: str, on: int) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT=at, DIE_ON=str(on))
        root = await ask(house, QUESTION)
        await house.dies()
        await house.bot.start()
        await house.answered(FINANCE, root, ANSWER)
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) == 1


@pytest.mark.parametrize(("at", "on"), FIRST_POST)
async def test_a_placeholder_that_may_have_been_posted_is_found_and_becomes_the_end(
    tmp_path: Path, at: str, on: int
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT=at, DIE_ON=str(on))
        root = await ask(house, QUESTION)
        await house.dies()
        in_doubt = house.begun()  # the question is handed over while its placeholder is posted
        await house.bot.start()
        await house.answered(FINANCE, root, UNCERTAIN if in_doubt else ANSWER)
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) <= 1


@pytest.mark.parametrize("at", ["before:slack.chat.update", "after:slack.chat.update"])
async def test_progress_goes_on_in_the_same_message(tmp_path: Path, at: str) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT=at)
        root = await ask(house, SLOW_WORK)
        await house.dies()
        await house.bot.start()
        await house.answered(FINANCE, root, f"echo: {SLOW_WORK}")
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) == 1


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("after:slack.chat.update", 1),
        ("before:slack.chat.postMessage", 3),
        ("after:slack.chat.postMessage", 3),
    ],
)
async def test_a_long_answer_is_completed_with_each_part_once_and_in_order(
    tmp_path: Path, at: str, on: int
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT=at, DIE_ON=str(on))
        root = await ask(house, LONG)
        await house.dies()
        await house.bot.start()
        await house.answered(FINANCE, root, "End of the report.")
        said = await house.rests(FINANCE, root)
        shown = "\n".join(each.plain for each in said)
        places = [shown.find(f"Section {number}") for number in range(1, 13)]
        assert places == sorted(places)
        assert -1 not in places
        assert shown.count("End of the report.") == 1
        assert len(house.fusion.invocations) == 1


@pytest.mark.parametrize(
    ("at", "landed"),
    [
        ("after:store.begin.invoke", 0),
        ("after:fusion.invoke", 1),
    ],
)
async def test_what_may_have_landed_is_uncertain_and_a_person_asks_again(
    tmp_path: Path, at: str, landed: int
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT=at)
        root = await ask(house, QUESTION)
        await house.dies()
        assert len(house.fusion.invocations) == landed
        await house.bot.start()
        card = await house.answered(FINANCE, root, UNCERTAIN)
        assert len(house.fusion.invocations) == landed
        assert await house.slack.click(ANNA, card.ts, "run_again", channel=FINANCE)
        await house.answered(FINANCE, root, ANSWER)
        await house.rests(FINANCE, root, runs=2)
        assert len(house.fusion.invocations) == landed + 1
        last = house.fusion.invocations[-1]
        assert last.sent_conversation_id is None


async def test_an_invoke_that_is_on_its_way_is_uncertain(tmp_path: Path) -> None:
    async with mortal_service(tmp_path) as house:
        house.fusion.faults.add(FaultKind.SLOW, "invoke", seconds=30)
        await house.bot.start()
        root = await ask(house, QUESTION)
        await house.fusion.wait_for_invocations(1)
        await house.bot.kill()
        await house.bot.start()
        await house.answered(FINANCE, root, UNCERTAIN)
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) == 1


# A queue


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("after:store.save.complete", 1),
        ("after:store.save.invoking", 1),
        ("after:slack.chat.postMessage", 2),
    ],
)
async def test_a_queued_question_is_asked_after_the_first_one(
    tmp_path: Path, at: str, on: int
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT=at, DIE_ON=str(on))
        root = await ask(house, "hold the line")
        await house.has_runs(running=1)
        await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}", thread=root)
        if "postMessage" not in at:
            await house.answered(FINANCE, root, "Queued:")
            house.fusion.release_all()
        await house.dies()
        await house.bot.start()
        house.fusion.release_all()
        await house.answered(FINANCE, root, ANSWER)
        assert len(await house.rests(FINANCE, root, runs=2)) == 2
        asked = [each.message for each in house.fusion.invocations]
        assert asked == ["hold the line", QUESTION]
        one, two = house.fusion.invocations
        assert two.sent_conversation_id == one.conversation_id


async def test_a_question_queued_behind_an_uncertain_one_is_asked_in_a_new_conversation(
    tmp_path: Path,
) -> None:
    async with mortal_service(tmp_path) as house:
        house.fusion.faults.add(FaultKind.SLOW, "invoke", seconds=30)
        await house.bot.start()
        root = await ask(house, "hold the line")
        await house.fusion.wait_for_invocations(1)
        await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}", thread=root)
        await house.answered(FINANCE, root, "Queued:")
        await house.bot.kill()
        await house.bot.start()
        await house.answered(FINANCE, root, ANSWER)
        said = await house.rests(FINANCE, root, runs=2)
        assert UNCERTAIN in said[0].plain
        assert [each.sent_conversation_id for each in house.fusion.invocations] == [None, None]
