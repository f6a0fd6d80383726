"""kill -9 while somebody is asked to sign in: the question, the sign-in and its card all go on."""

from pathlib import Path

import pytest

from tests.faults.mortal import mortal_service
from tests.stories.service import ANNA, FINANCE
from tests.stories.signing_in import USERS, code_card, private_link, sign_in, user_code

QUESTION = "@Fusion What is our travel policy?"
ANSWER = "Sources"


async def test_a_question_that_waits_for_a_sign_in_outlives_the_process(tmp_path: Path) -> None:
    async with mortal_service(tmp_path, grant="authorization_code") as house:
        await house.bot.start()
        root = await house.slack.say(ANNA, FINANCE, QUESTION)
        await house.answered(FINANCE, root, "sign in to Fusion")
        await private_link(house, ANNA)
        await house.bot.kill()
        await house.bot.start()
        done = await sign_in(house, ANNA)  # with the link from before
        assert "You are signed in" in done.text
        await house.answered(FINANCE, root, ANSWER)
        await house.rests(FINANCE, root)
        assert [each.user for each in house.fusion.invocations] == [USERS[ANNA]]


async def test_a_sign_in_outlives_the_process(tmp_path: Path) -> None:
    async with mortal_service(tmp_path, grant="authorization_code") as house:
        await house.bot.start()
        root = await house.slack.say(ANNA, FINANCE, QUESTION)
        await sign_in(house, ANNA)
        await house.answered(FINANCE, root, ANSWER)
        await house.bot.kill()
        await house.bot.start()
        await house.slack.say(ANNA, FINANCE, QUESTION, root)
        await house.fusion.wait_for_invocations(2)
        await house.rests(FINANCE, root, runs=2)
        assert len(house.fusion.identity.requests) == 1, "the kept token serves"


async def test_a_code_that_is_typed_while_nobody_is_there_counts_afterwards(
    tmp_path: Path,
) -> None:
    async with mortal_service(tmp_path, grant="device_code") as house:
        await house.bot.start()
        root = await house.slack.say(ANNA, FINANCE, QUESTION)
        card = await code_card(house, ANNA)
        await house.bot.kill()
        house.fusion.identity.allow_device(user_code(card), USERS[ANNA])
        await house.bot.start()
        await house.answered(FINANCE, root, ANSWER)
        # By the card, or by a whisper where its place was not on disk yet.
        await house.slack.until(
            lambda: any(
                "signed in to Fusion as" in each.plain
                for each in (card, *house.slack.ephemerals(ANNA))
            )
        )
        await house.rests(FINANCE, root)
        assert [each.user for each in house.fusion.invocations] == [USERS[ANNA]]


@pytest.mark.parametrize("at", ["before:store.save.signed_out", "after:store.save.signed_out"])
async def test_dying_on_the_way_to_the_sign_in_asks_for_it_once_more(
    tmp_path: Path, at: str
) -> None:
    async with mortal_service(tmp_path, grant="authorization_code") as house:
        await house.bot.start(DIE_AT=at)
        root = await house.slack.say(ANNA, FINANCE, QUESTION)
        await house.dies()
        await house.bot.start()
        waiting = await house.answered(FINANCE, root, "sign in to Fusion")
        if not house.slack.ephemerals(ANNA):
            await house.slack.click(ANNA, waiting.ts, "sign_in", channel=FINANCE)
        await sign_in(house, ANNA)
        await house.answered(FINANCE, root, ANSWER)
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) == 1
