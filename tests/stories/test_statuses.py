"""While edits are held back, Slack's own line below the thread says that work goes on."""

from pathlib import Path

from bot.playground.fusion import Team
from bot.playground.fusion.steps import Done, Question, Script, Work
from tests.stories.service import ANNA, FINANCE, service

STEPS = 24


def plays(_: Question) -> Script:
    steps = [Work(f"Step {n}", 0.25, f"Looking at part {n} of <!here>") for n in range(STEPS)]
    return (*steps, Done("This is the answer"))


async def test_progress_that_may_not_be_edited_yet_is_told_below_the_thread(tmp_path: Path) -> None:
    team = Team("FINANCE_DESK", "Finance Desk", "Takes its time.", plays)
    async with service(tmp_path, pace=1.0, teams=[team]) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Look")
        line = await house.slack.until(lambda: house.slack.status(FINANCE, root))
        assert line.startswith("is working: Looking at part")
        await house.answered(FINANCE, root, "This is the answer", timeout=30)
        await house.slack.until(lambda: not house.slack.status(FINANCE, root), says="it goes")


async def test_a_workspace_without_that_line_is_not_told_again(tmp_path: Path) -> None:
    team = Team("FINANCE_DESK", "Finance Desk", "Takes its time.", plays)
    async with service(tmp_path, pace=1.0, teams=[team]) as house:
        method = "assistant.threads.setStatus"
        house.slack.faults.add(method, "error", error="unknown_method")
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Look")
        await house.answered(FINANCE, root, "This is the answer", timeout=30)
        assert len(house.slack.calls_of(method)) == 1


async def test_a_thread_of_direct_messages_is_called_by_its_first_question(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, "D0ANNA", "echo what is due")
        await house.answered("D0ANNA", root, "echo: echo what is due")
        await house.slack.say(ANNA, "D0ANNA", "echo and then", root)
        await house.answered("D0ANNA", root, "echo: echo and then")
        titles = house.slack.workspace.sessions.titles
        await house.slack.until(lambda: titles.get(("D0ANNA", root)) == "echo what is due")
        assert len(house.slack.calls_of("assistant.threads.setTitle")) == 1
