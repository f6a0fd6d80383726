"""Whoever asks for too much is told which limit it was, and nothing is taken."""

from pathlib import Path

from tests.stories.service import ANNA, BEN, BOT_TOML, FINANCE, MANY, Service, service

FEW = (
    BOT_TOML.replace(MANY, "")
    + "[limits]\nper_thread = 3\nper_person = 4\napprovals_per_person = 2\ncharacters = 200\n"
)


async def told(house: Service, person: str, text: str) -> None:
    await house.slack.until(
        lambda: any(text in each.plain for each in house.slack.ephemerals(person)), says=text
    )


async def test_a_thread_a_person_and_a_text_have_their_limits(tmp_path: Path) -> None:
    async with service(tmp_path, toml=FEW) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the first")
        await house.fusion.wait_for_invocations(1)
        for number in (2, 3):
            await house.slack.say(ANNA, FINANCE, f"@Fusion echo {number}", root)
            await house.slack.settled()
        await house.slack.say(BEN, FINANCE, "@Fusion echo 4", root)
        await told(house, BEN, "Too many questions wait in this thread")
        await house.slack.say(ANNA, FINANCE, "@Fusion hold another")
        await house.fusion.wait_for_invocations(2)
        await house.slack.command(ANNA, FINANCE, "/fusion", "ask echo too many")
        await told(house, ANNA, "You have too many questions running")
        await house.slack.say(BEN, FINANCE, "@Fusion echo " + "long " * 50)
        await told(house, BEN, "This question is too long")
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: echo 3")
        assert not house.fusion.invocations_of("echo 4")
        await house.slack.say(BEN, FINANCE, "@Fusion echo 4", root)
        await house.answered(FINANCE, root, "echo: echo 4")


async def test_what_waits_for_decisions_has_a_limit_of_its_own(tmp_path: Path) -> None:
    async with service(tmp_path, toml=FEW) as house:
        for number in (4711, 4712):
            root = await house.slack.say(ANNA, FINANCE, f"@Fusion Approve invoice {number}")
            await house.answered(FINANCE, root, "Your approval is needed")
        await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4713")
        await told(house, ANNA, "Too many of your approvals wait")
        await house.slack.shortcut(ANNA, "ask_fusion")
        await house.slack.submit(ANNA, "ask_fusion", {"question": "echo as well"})
        (form,) = house.slack.views(ANNA)
        assert "Too many of your approvals wait" in str(form.errors)
