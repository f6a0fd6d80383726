"""Trouble with Fusion that lasts, or that comes at a bad moment: said truly, and survived."""

import asyncio
from pathlib import Path

import pytest

from bot.playground.fusion import FaultKind
from tests.stories.service import ANNA, BOT_TOML, FINANCE, Service, service

ALWAYS = 10_000
IMPATIENT = BOT_TOML + "invoking_minutes = 0.02\nunreadable_minutes = 0.02\n"
RESUMING = BOT_TOML + '\n[approvals]\nstrategy = "resume"\n'


async def ask(house: Service, question: str) -> str:
    return await house.slack.say(ANNA, FINANCE, f"@Fusion {question}")


# Signing in


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (FaultKind.STATUS, 503),
        (FaultKind.STATUS, 429),
        (FaultKind.DROP_BEFORE, None),
        (FaultKind.HALF_BODY, None),
    ],
)
async def test_a_token_that_cannot_be_had_just_now_is_waited_for(
    tmp_path: Path, fault: FaultKind, code: int | None
) -> None:
    async with service(tmp_path) as house:
        trouble = house.fusion.faults.add(fault, on="token", code=code)
        root = await ask(house, "echo once you know me")
        await house.answered(FINANCE, root, "echo: echo once you know me")
        assert trouble.struck == 1
        assert house.fusion.invoke_requests == 1


async def test_a_sign_in_that_is_refused_says_whom_to_ask_and_starts_nothing(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        house.fusion.faults.add("status", on="token", code=401, times=ALWAYS)
        root = await ask(house, "echo who am I")
        card = await house.answered(FINANCE, root, "Fusion did not accept the bot's sign-in")
        assert house.fusion.client_secret not in card.plain
        assert house.fusion.invoke_requests == 0
        house.fusion.faults.clear()
        await house.slack.click(ANNA, card.ts, "run_again", channel=FINANCE)
        await house.answered(FINANCE, root, "echo: echo who am I")


async def test_a_token_that_is_refused_twice_is_given_up_and_starts_nothing(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        house.fusion.faults.add("unauthorized", times=ALWAYS)
        root = await ask(house, "echo who am I")
        await house.answered(FINANCE, root, "Fusion did not accept the bot's sign-in")
        assert house.fusion.invoke_requests == 2
        assert house.fusion.token_requests == 2
        assert not house.fusion.invocations


async def test_a_decision_whose_token_has_expired_is_sent_once_with_a_new_one(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        expired = house.fusion.faults.add("unauthorized", on="invoke")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert expired.struck == 1
        assert len(house.fusion.decisions) == 1


# Patience


async def test_a_question_that_cannot_be_asked_for_too_long_is_given_up_truly(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, toml=IMPATIENT) as house:
        await house.fusion.stop()
        root = await ask(house, "echo into the void")
        card = await house.answered(FINANCE, root, "Nothing was started; ask again later")
        await house.fusion.start()
        assert not house.fusion.invocations
        await house.slack.click(ANNA, card.ts, "run_again", channel=FINANCE)
        await house.answered(FINANCE, root, "echo: echo into the void")


@pytest.mark.parametrize("code", [500, 404, 400])
async def test_a_job_that_cannot_be_read_for_too_long_is_given_up_truly(
    tmp_path: Path, code: int
) -> None:
    async with service(tmp_path, toml=IMPATIENT) as house:
        house.fusion.faults.add("status", on="status", code=code, times=ALWAYS)
        root = await ask(house, "hold the line")
        card = await house.answered(FINANCE, root, "can no longer be read from Fusion")
        (job,) = house.fusion.jobs.values()
        assert job.trace_id in card.plain
        assert "Nothing was started" not in card.plain
        assert "no agent team" not in card.plain
        house.fusion.faults.clear()
        await house.slack.say(ANNA, FINANCE, "echo afresh", root)
        await house.answered(FINANCE, root, "echo: echo afresh")
        assert house.fusion.invocations[-1].sent_conversation_id is None


# Bad moments


async def test_all_who_ask_during_an_outage_are_answered_once(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.fusion.stop()
        roots = [await ask(house, f"echo number {number}") for number in range(5)]
        for root in roots:
            await house.answered(FINANCE, root, "Fusion cannot be reached since")
        await house.fusion.start()
        for number, root in enumerate(roots):
            await house.answered(FINANCE, root, f"echo: echo number {number}")
        assert len(house.fusion.invocations) == len(roots)


async def test_the_next_question_of_a_thread_does_not_wait_for_an_uncertain_one(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        await house.fusion.stop()
        root = await ask(house, "hold the first")
        await house.slack.say(ANNA, FINANCE, "echo the second", root)
        await house.answered(FINANCE, root, "Queued: one question")
        house.fusion.faults.add("drop_after")
        await house.fusion.start()
        await house.answered(FINANCE, root, "it is not known whether work has begun")
        await house.answered(FINANCE, root, "echo: echo the second")
        first, second = house.fusion.invocations
        assert second.sent_conversation_id is None
        assert first.conversation_id != second.conversation_id


async def test_fusion_is_not_asked_again_before_it_said(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.fusion.faults.add("status", code=429, retry_after=2)
        await ask(house, "echo patiently")
        await house.fusion.wait_until(lambda: house.fusion.invoke_requests == 1)
        refused_at = asyncio.get_running_loop().time()
        await house.fusion.wait_for_invocations(1)
        assert asyncio.get_running_loop().time() - refused_at >= 1.9


async def test_a_wait_survives_an_outage_and_ends_elsewhere(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        await house.fusion.stop()
        await house.answered(FINANCE, root, "Fusion cannot be reached since")
        assert card.buttons == ["approval_approve", "approval_reject", "approval_details"]
        await house.fusion.start()
        (job,) = house.fusion.waiting_jobs()
        house.fusion.finish_elsewhere(job.id)
        assert await house.answered(FINANCE, root, "Decided elsewhere") is card
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert not card.buttons


@pytest.mark.parametrize("fault", [FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE])
async def test_a_decision_by_resume_node_input_counts_once_too(
    tmp_path: Path, fault: FaultKind
) -> None:
    async with service(tmp_path, toml=RESUMING) as house:
        root = await ask(house, "Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        house.fusion.faults.add(fault)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        if fault is FaultKind.DROP_BEFORE:
            await house.answered(FINANCE, root, "Fusion did not confirm the decision")
            await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert [each.action for each in house.fusion.decisions] == ["approve"]
