"""Below an answer: ask again, start afresh, or take the conversation to a new thread."""

from pathlib import Path

from bot.playground.slack import Message
from tests.stories.service import ANNA, BEN, FINANCE, Service, service


async def answer(house: Service, text: str = "echo first") -> tuple[str, Message]:
    root = await house.slack.say(ANNA, FINANCE, f"@Fusion {text}")
    return root, await house.answered(FINANCE, root, f"echo: {text}")


async def choose(house: Service, person: str, message: Message, way: str) -> None:
    (value,) = [
        each["value"]
        for _, element in message.elements
        if element["action_id"] == "answer_menu"
        for each in element["options"]
        if each["value"].startswith(way)
    ]
    await house.slack.click(person, message.ts, "answer_menu", channel=FINANCE, value=value)


async def test_asking_again_starts_a_job_of_its_own_once_and_for_the_asker(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, message = await answer(house)
        await choose(house, BEN, message, "again")
        await house.slack.until(lambda: house.slack.ephemerals(BEN))
        assert "Only <@U0ANNA> may ask again" in house.slack.ephemerals(BEN)[0].plain
        for _ in range(3):
            await choose(house, ANNA, message, "again")
        await house.fusion.wait_for_invocations(2)
        await house.slack.until(lambda: len(house.bot_messages(FINANCE, root)) == 2)
        await house.slack.settled()
        assert len(house.fusion.invocations_of("echo first")) == 2


async def test_a_new_conversation_begins_with_the_next_question(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, message = await answer(house)
        await choose(house, ANNA, message, "afresh")
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert "starts a new conversation" in house.slack.ephemerals(ANNA)[0].plain
        await house.slack.say(ANNA, FINANCE, "echo second", root)
        await house.answered(FINANCE, root, "echo: echo second")
        first, second = house.fusion.invocations
        assert second.sent_conversation_id is None
        assert first.conversation_id != second.conversation_id


async def test_a_conversation_goes_on_in_a_new_thread_and_leaves_the_old_one(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root, message = await answer(house)
        await choose(house, ANNA, message, "elsewhere")
        (form,) = house.slack.views(ANNA)
        assert "goes on in a new thread" in form.plain
        await house.slack.submit(ANNA, "ask_fusion", {"question": "echo second"})
        await house.fusion.wait_for_invocations(2)
        new = await house.slack.until(
            lambda: next(
                (each for each in house.slack.messages(FINANCE) if "echo second" in each.plain),
                None,
            )
        )
        await house.answered(FINANCE, new.ts, "echo: echo second")
        await house.slack.say(ANNA, FINANCE, "echo third", new.ts)
        await house.answered(FINANCE, new.ts, "echo: echo third")
        await house.slack.say(ANNA, FINANCE, "echo afresh", root)
        await house.answered(FINANCE, root, "echo: echo afresh")
        one, two, three, four = (each.conversation_id for each in house.fusion.invocations)
        assert one == two == three != four


async def test_a_thread_in_which_something_runs_keeps_its_conversation(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, message = await answer(house)
        await house.slack.say(ANNA, FINANCE, "hold the line", root)
        await house.fusion.wait_for_invocations(2)
        await choose(house, ANNA, message, "elsewhere")
        await house.slack.submit(ANNA, "ask_fusion", {"question": "echo second"})
        (form,) = house.slack.views(ANNA)
        assert "still running" in str(form.errors)
        assert len(house.fusion.invocations) == 2
