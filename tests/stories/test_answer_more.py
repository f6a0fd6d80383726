"""What stands below an answer, and Slack's own sign that work goes on."""

from pathlib import Path

from tests.stories.service import ANNA, BEN, FINANCE, service

ADMIN = """
[[agent_teams]]
code = "FINANCE_DESK"
name = "Finance Desk"
invocation_mode = "ADMIN"
[answers]
footer = true
[polling]
shortest = 0.05
longest = 0.5
"""


async def test_what_the_sources_say_is_shown_to_who_asks_for_it(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        answer = await house.answered(FINANCE, root, "Sources")
        assert "answer_steps" not in answer.buttons, "steps are for administrators"
        await house.slack.click(BEN, answer.ts, "answer_sources", channel=FINANCE)
        (modal,) = house.slack.views(BEN)
        assert "Receipts are needed for every expense above EUR 25." in modal.plain


async def test_steps_and_a_footer_are_there_where_they_are_wanted(tmp_path: Path) -> None:
    async with service(tmp_path, toml=ADMIN) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Show me supplier spend")
        answer = await house.answered(FINANCE, root, "Finance Desk · ")
        await house.slack.click(ANNA, answer.ts, "answer_steps", channel=FINANCE)
        (modal,) = house.slack.views(ANNA)
        assert "1. *" in modal.plain
        assert "Spend analyst" in modal.plain


async def test_slack_is_told_that_work_goes_on_waits_and_is_over(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        await house.slack.until(lambda: house.slack.session_status(FINANCE, root) == "suspended")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        await house.slack.until(lambda: house.slack.session_status(FINANCE, root) == "active")


async def test_slacks_own_stop_stops_what_its_presser_asked(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.fusion.wait_for_invocations(1)
        card = house.bot_messages(FINANCE, root)[0]
        await house.slack.until(lambda: house.slack.session_status(FINANCE, root) == "processing")
        await house.slack.stop_session(BEN, FINANCE, root)
        await house.slack.settled()
        assert "run_stop" in card.buttons, "Ben did not ask this"
        await house.slack.until(lambda: house.slack.ephemerals(BEN))
        assert "<@U0ANNA>" in house.slack.ephemerals(BEN)[0].text
        await house.slack.stop_session(ANNA, FINANCE, root)
        await house.slack.until(lambda: "Stopped by <@U0ANNA>" in card.plain)
        await house.slack.until(lambda: house.slack.session_status(FINANCE, root) == "active")


async def test_a_workspace_without_sessions_is_not_told_again(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.faults.add("agents.sessions.setStatus", "error", error="unknown_method")
        for _ in range(2):
            root = await house.slack.say(ANNA, FINANCE, "@Fusion echo hello")
            await house.answered(FINANCE, root, "echo: echo hello")
        assert len(house.slack.calls_of("agents.sessions.setStatus")) == 1
