"""Fusion is away, refuses, or does not say what it did: people are told, and nothing goes twice."""

from pathlib import Path

import pytest

from bot.playground.fusion.faults import FaultKind
from bot.playground.slack import Message
from tests.stories.service import (
    ANNA,
    BOT_TOML,
    FINANCE,
    GENERAL,
    RANDOM,
    Mode,
    Service,
    service,
)

MODES: tuple[Mode, ...] = ("socket", "http")
UNCERTAIN = "it is not known whether work has begun"
UNKNOWN_TEAM = BOT_TOML.replace("HR_HELP", "NO_SUCH_TEAM")
LANDED = (FaultKind.DROP_AFTER, FaultKind.HALF_BODY, FaultKind.WRONG_JSON)


async def ask(house: Service, question: str, channel: str = FINANCE) -> str:
    if not house.slack.channel(channel).bot_is_member:
        house.slack.channel(channel).bot_is_member = True
    return await house.slack.say(ANNA, channel, f"@Fusion {question}")


async def waiting(house: Service, channel: str = FINANCE) -> tuple[str, Message]:
    """A thread that waits for a decision, and its card."""
    question = "Approve leave for Rosa" if channel == GENERAL else "Approve invoice 4711"
    root = await ask(house, question, channel)
    return root, await house.answered(channel, root, "Your approval is needed")


# Asking


async def test_while_fusion_is_away_people_are_told_and_then_it_goes_on(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.fusion.stop()
        root = await ask(house, "What is our travel policy?")
        told = await house.answered(FINANCE, root, "Fusion cannot be reached since <!date^")
        assert "Trying again by itself" in told.plain
        await house.fusion.start()
        answer = await house.answered(FINANCE, root, "Sources")
        assert "cannot be reached" not in answer.plain
        assert house.bot_messages(FINANCE, root) == [answer]
        assert len(house.fusion.invocations) == 1


async def test_a_question_that_was_stopped_during_an_outage_is_never_asked(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.fusion.stop()
        root = await ask(house, "What is our travel policy?")
        told = await house.answered(FINANCE, root, "Fusion cannot be reached since")
        await house.slack.click(ANNA, told.ts, "run_stop", channel=FINANCE)
        await house.answered(FINANCE, root, "Stopped by <@U0ANNA>")
        await house.fusion.start()
        await house.slack.say(ANNA, FINANCE, "echo the next", root)
        await house.answered(FINANCE, root, "echo: echo the next")
        assert [each.message for each in house.fusion.invocations] == ["echo the next"]


async def test_a_job_that_began_while_it_was_stopped_is_left_alone(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.fusion.faults.add("slow", seconds=0.5)
        root = await ask(house, "echo the first")
        placeholder = await house.answered(FINANCE, root, "Asking")
        await house.fusion.wait_for_invocations(1)
        await house.slack.click(ANNA, placeholder.ts, "run_stop", channel=FINANCE)
        await house.answered(FINANCE, root, "Stopped by <@U0ANNA>")
        await house.slack.say(ANNA, FINANCE, "What did I ask before?", root)
        await house.answered(FINANCE, root, "This is the first thing that you ask me here")
        assert "Stopped by" in placeholder.plain
        assert len(house.fusion.invocations) == 2


async def test_an_outage_while_a_job_runs_is_told_and_survived(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "hold the line")
        await house.being_read()
        await house.fusion.stop()
        await house.answered(FINANCE, root, "Fusion cannot be reached since <!date^")
        await house.fusion.start()
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")
        assert len(house.fusion.invocations) == 1


@pytest.mark.parametrize("fault", [*LANDED, FaultKind.HTML])
async def test_a_question_that_may_have_landed_is_not_sent_again_by_itself(
    tmp_path: Path, fault: FaultKind
) -> None:
    async with service(tmp_path) as house:
        house.fusion.faults.add(fault)
        root = await ask(house, "What is our travel policy?")
        card = await house.answered(FINANCE, root, UNCERTAIN)
        assert card.buttons == ["run_again"]
        assert house.fusion.invoke_requests == 1
        await house.slack.click(ANNA, card.ts, "run_again", channel=FINANCE)
        answer = await house.answered(FINANCE, root, "Sources")
        assert "<@U0ANNA> asked:\n" in answer.plain
        assert house.fusion.invoke_requests == 2
        assert house.fusion.invocations[-1].sent_conversation_id is None
        assert len(house.bot_messages(FINANCE, root)) == 2


@pytest.mark.parametrize("fault", [FaultKind.REFUSE, FaultKind.DROP_BEFORE])
async def test_a_connection_that_breaks_while_asking_is_uncertain_too(
    tmp_path: Path, fault: FaultKind
) -> None:
    async with service(tmp_path) as house:
        house.fusion.faults.add(fault)
        root = await ask(house, "What is our travel policy?")
        await house.answered(FINANCE, root, UNCERTAIN)
        assert house.fusion.invoke_requests == 1
        assert not house.fusion.invocations


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        (RANDOM, "You have no access to this agent team, or it is not published"),
        (GENERAL, "Fusion knows no agent team with this code"),
    ],
)
async def test_a_refusal_says_what_to_do_and_can_be_asked_again(
    tmp_path: Path, channel: str, told: str
) -> None:
    async with service(tmp_path, toml=UNKNOWN_TEAM) as house:
        root = await ask(house, "anything", channel)
        card = await house.answered(channel, root, told)
        assert "FAI-40" in card.plain or "not found" in card.plain
        assert card.buttons == ["run_again"]
        assert not house.fusion.invocations
        assert len(house.bot_messages(channel, root)) == 1


@pytest.mark.parametrize("code", [429, 503])
async def test_a_limit_of_fusion_is_waited_for(tmp_path: Path, code: int) -> None:
    async with service(tmp_path) as house:
        limit = house.fusion.faults.add("status", code=code, retry_after=1)
        root = await ask(house, "What is our travel policy?")
        await house.answered(FINANCE, root, "Sources")
        assert limit.struck == 1
        assert len(house.fusion.invocations) == 1


# Reading


@pytest.mark.parametrize(
    "fault",
    [
        FaultKind.HTML,
        FaultKind.DROP_AFTER,
        FaultKind.HALF_BODY,
        FaultKind.WRONG_JSON,
        FaultKind.STATUS,
    ],
)
async def test_readings_that_fail_change_nothing(tmp_path: Path, fault: FaultKind) -> None:
    async with service(tmp_path) as house:
        failing = house.fusion.faults.add(fault, on="status")
        root = await ask(house, "What is our travel policy?")
        await house.answered(FINANCE, root, "Sources")
        assert failing.struck == 1
        assert len(house.bot_messages(FINANCE, root)) == 1


async def test_a_revoked_token_is_renewed_in_the_middle_of_a_job(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "hold the line")
        await house.being_read()
        before = house.fusion.token_requests
        house.fusion.revoke_all()
        await house.being_read(3)
        assert house.fusion.token_requests == before + 1
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")


async def test_an_error_of_the_job_shows_what_there_was_and_the_trace_id(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "Fail, please")
        card = await house.answered(FINANCE, root, "The agent team could not finish this")
        assert "The tool GL_BALANCES did not answer in time" in card.plain
        assert "January and February" in card.plain.replace("*", "")
        (job,) = house.fusion.jobs.values()
        assert f"Trace id for support: `{job.trace_id}`" in card.plain
        assert card.buttons == ["run_again"]


# Deciding


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", LANDED)
async def test_a_decision_whose_reply_was_lost_goes_on_as_decided(
    tmp_path: Path, mode: Mode, fault: FaultKind
) -> None:
    async with service(tmp_path, mode) as house:
        root, card = await waiting(house)
        house.fusion.faults.add(fault)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert await house.answered(FINANCE, root, ":white_check_mark: Approved by") is card
        assert [each.action for each in house.fusion.decisions] == ["approve"]


@pytest.mark.parametrize("fault", [FaultKind.DROP_BEFORE, FaultKind.HTML])
async def test_a_decision_that_did_not_land_is_asked_for_again(
    tmp_path: Path, fault: FaultKind
) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting(house)
        house.fusion.faults.add(fault)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        again = await house.answered(FINANCE, root, "Fusion did not confirm the decision")
        assert again is card
        assert card.buttons == ["approval_approve", "approval_reject", "approval_details"]
        assert not house.fusion.decisions
        await house.slack.click(ANNA, card.ts, "approval_reject", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **rejected**")
        assert [each.action for each in house.fusion.decisions] == ["reject"]


async def test_a_decision_that_fusion_refuses_is_asked_for_again(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting(house)
        house.fusion.faults.add("status", code=400)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Fusion did not take the decision")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert len(house.fusion.decisions) == 1


async def test_a_decision_waits_for_fusion_to_come_back(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting(house)
        await house.fusion.stop()
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "handing over to Fusion")
        await house.answered(FINANCE, root, "Fusion cannot be reached since")
        await house.fusion.start()
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert len(house.fusion.decisions) == 1


async def test_a_lost_reply_that_may_have_named_a_new_job_is_admitted(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting(house, GENERAL)
        house.fusion.faults.add("drop_after")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=GENERAL)
        await house.answered(GENERAL, root, "its reply to the decision was lost")
        assert len(house.fusion.decisions) == 1
