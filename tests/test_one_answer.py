"""Who asks while an answer is awaited gets the same one."""

import asyncio

import pytest

from bot.one_answer import Closed, OneAnswer


class Oracle:
    """Answers when it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def ask(self) -> str:
        self.asked += 1
        return await self.answer


async def begun(*tasks: asyncio.Task[str]) -> None:
    """All that can be done at once has been done."""
    await asyncio.wait(tasks, timeout=0)
    for _ in range(5):
        await asyncio.sleep(0)


async def test_all_who_ask_meanwhile_are_given_one_answer() -> None:
    answers, oracle = OneAnswer[str](), Oracle()
    asking = [asyncio.create_task(answers.ask("Anna", oracle.ask)) for _ in range(50)]
    await begun(*asking)
    oracle.answer.set_result("a guest")
    assert await asyncio.gather(*asking) == ["a guest"] * 50
    assert oracle.asked == 1
    await answers.ask("Anna", oracle.ask)
    assert oracle.asked == 2, "it is not kept"


async def test_who_asks_something_else_is_given_something_else() -> None:
    answers, anna, ben = OneAnswer[str](), Oracle(), Oracle()
    asking = asyncio.create_task(answers.ask("Anna", anna.ask))
    ben.answer.set_result("a member")
    assert await answers.ask("Ben", ben.ask) == "a member"
    anna.answer.set_result("a guest")
    assert await asking == "a guest"


async def test_an_error_is_the_same_for_all_too() -> None:
    answers, oracle = OneAnswer[str](), Oracle()
    asking = [asyncio.create_task(answers.ask("Anna", oracle.ask)) for _ in range(3)]
    await begun(*asking)
    oracle.answer.set_exception(LookupError("nobody"))
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(each) for each in found] == [LookupError] * 3
    assert oracle.asked == 1


async def test_a_question_goes_on_when_nobody_waits_any_more() -> None:
    answers, oracle = OneAnswer[str](), Oracle()
    cancelled = asyncio.create_task(answers.ask("Anna", oracle.ask))
    await begun(cancelled)
    cancelled.cancel()
    with pytest.raises(TimeoutError):
        await answers.ask("Anna", oracle.ask, patience=0)
    oracle.answer.set_result("a guest")
    assert await answers.ask("Anna", oracle.ask) == "a guest"
    assert oracle.asked == 1


async def test_at_the_end_what_is_under_way_may_come_to_an_end_in_time() -> None:
    answers, soon, never = OneAnswer[str](), Oracle(), Oracle()
    asking = [
        asyncio.create_task(answers.ask("soon", soon.ask)),
        asyncio.create_task(answers.ask("never", never.ask)),
    ]
    await begun(*asking)
    soon.answer.set_result("in time")
    await answers.close(within=0.05)
    assert await asking[0] == "in time"
    with pytest.raises(Closed):
        await asking[1]
    await answers.close()
