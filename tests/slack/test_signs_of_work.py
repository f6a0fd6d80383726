"""Slack's own signs that work goes on: told again where they would vanish, or were not heard."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.turn import Place
from bot.slack import outbound as gate
from bot.slack.threads import sessions as sessions_module
from bot.slack.threads.sessions import Sessions
from bot.slack.threads.statuses import STANDS_FOR, Statuses
from tests.domain.examples import running
from tests.slack.scripted_slack import outbound_to, refusal, reply

PLACE = Place("T1", "C1", "1700.1")
DIRECT = Place("T1", "D1", "1700.1")


async def told(signs: Sessions | Statuses) -> None:
    """All that was to be told has been."""
    tasks = signs._tasks if isinstance(signs, Statuses) else {signs._task} - {None}
    await asyncio.gather(*(task for task in tasks if task is not None))


async def test_a_line_that_says_the_same_is_said_again_before_slack_removes_it() -> None:
    async with outbound_to(reply()) as (outbound, slack):
        statuses, run = Statuses(outbound), replace(running(), progress=("Comparing amounts",))
        for _ in range(3):
            statuses.say(run, PLACE)
        await told(statuses)
        statuses._said[run.id].at -= STANDS_FOR
        statuses.say(run, PLACE)
        await told(statuses)
        assert slack.methods == ["assistant.threads.setStatus"] * 2


async def test_a_session_that_slack_did_not_hear_of_is_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate, "PAUSE", 0.0)
    monkeypatch.setattr(gate, "TRIES", 2)
    monkeypatch.setattr(sessions_module, "PACE", 0.0)
    async with outbound_to(refusal("fatal_error")) as (outbound, slack):
        sessions, run = Sessions(outbound), running()
        sessions.show(run, PLACE, "Which?")
        await told(sessions)
        slack.answers = [reply()]
        for _ in range(3):
            sessions.show(run, PLACE, "Which?")
            await told(sessions)
        assert slack.methods == ["agents.sessions.setStatus"] * 3


async def test_a_title_that_is_refused_is_no_reason_to_do_without_sessions() -> None:
    async with outbound_to(reply(), refusal("invalid_thread_ts"), reply()) as (outbound, slack):
        sessions, run = Sessions(outbound), running()
        for ts in ("1700.1", "1800.1"):
            sessions.show(run, replace(DIRECT, ts=ts), "Which?")
            await told(sessions)
        assert slack.methods[0] == slack.methods[2] == "agents.sessions.setStatus"
