"""Hostile words at every place where an agent team, or a person, can put them: none comes alive."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.playground.fusion import DEMO_TEAMS, Team
from bot.playground.fusion.everyday import playing
from bot.playground.fusion.steps import (
    Answer,
    Done,
    Failed,
    Question,
    Script,
    Takes,
    Wait,
    Work,
)
from tests.stories.service import ANNA, FINANCE, Service, service

BAIT = (
    "<!channel> <!here|x> <@U0BEN> <!subteam^S0FINANCE> <#C0GENERAL> &lt;!everyone&gt; @channel "
    "<https://phishing.invalid/login|Sign in> ![x](https://tracker.invalid/x.png) "
    "[Oracle](https://phishing.invalid) `<!channel>` \u202etxt"
)
OURS = re.compile(
    r"<@U0ANNA>|<!date\^\d+\^(?:\{date_short_pretty\} at )?\{time\}\|[^<>|]*UTC>|<#C0FINANCE>"
)
IN_MRKDWN = re.compile(r"<[^>\s]")
IN_MARKDOWN = re.compile(r"<[a-z!@#/]|!\[|\]\((?!`)")
CODE = re.compile(r"`[^`]*`")
HONEST = re.compile(r"\]\(https?://([^/)]+)[^)]*\) \(\1\)")  # says beside it where it leads
ALIVE = {"user", "usergroup", "broadcast", "channel", "link", "emoji", "date", "image", "video"}


def wait(question: Question, found: re.Match[str]) -> Script:
    """An approval of which every text is bait."""
    del question, found
    details: dict[str, Any] = {
        "channelType": "CHAT",
        "approvalRequired": True,
        "actions": [
            {"code": "APPROVE_ACTION", "label": BAIT},
            {"code": "REJECT_ACTION", "label": BAIT},
        ],
        "parameters": {BAIT: BAIT, "Amount": BAIT},
    }

    def answered(answer: Answer) -> Script:
        return (Work(BAIT, 0.1), Done(f"Decided: {answer.action}. {BAIT}"))

    return (Work(BAIT, 0.1), Wait(BAIT, BAIT, Takes.DECISION, details, answered, tool=BAIT))


def fail(question: Question, found: re.Match[str]) -> Script:
    """An error of which every text is bait."""
    del question, found
    return (Work(BAIT, 0.1), Failed({"message": BAIT, "detail": BAIT}, BAIT))


def work(question: Question, found: re.Match[str]) -> Script:
    """Progress that is bait, step by step, and sources and next questions too."""
    del question, found
    sources = ({"title": BAIT, "url": "https://phishing.invalid/<!channel>", "page": BAIT},)
    done = Done({"text": BAIT}, citations=sources, follow_ups=(BAIT,))
    return (Work(BAIT, 0.1, progress=BAIT), Work(BAIT, None, progress=f"Second {BAIT}"), done)


HOSTILE = (
    Team(
        "FINANCE_DESK",
        BAIT,
        BAIT,
        playing(((r"^wait", wait), (r"^fail", fail), (r"^work", work))),
        progress_as_list=True,
    ),
    *(each for each in DEMO_TEAMS if each.code != "FINANCE_DESK"),
)


def live_in(value: Any) -> Iterator[str]:
    """What Slack would bring to life in blocks, beside what the bot itself says."""
    match value:
        case {"type": "mrkdwn", "text": str(text)}:
            yield from IN_MRKDWN.findall(OURS.sub("", text))
            if value.get("verbatim") is not True:  # else Slack makes mentions of plain names
                yield text
        case {"type": "markdown", "text": str(text)}:
            yield from IN_MARKDOWN.findall(HONEST.sub("", CODE.sub("", text)))
        case dict():
            if value.get("type") in ALIVE or "image_url" in value:
                yield str(value)
            for each in value.values():
                yield from live_in(each)
        case list():
            for each in value:
                yield from live_in(each)


def assert_nothing_is_live(house: Service) -> None:
    written = [call.arguments for call in house.slack.calls if call.method.startswith("chat.")]
    assert written
    for arguments in written:
        assert not IN_MRKDWN.findall(OURS.sub("", arguments["text"])), arguments["text"]
        live = list(live_in(arguments["blocks"]))
        assert not live, arguments["blocks"]
        assert "\u202e" not in str(arguments)


async def ask(house: Service, question: str) -> str:
    return await house.slack.say(ANNA, FINANCE, f"@Fusion {question}")


async def test_a_hostile_approval_is_only_words(tmp_path: Path) -> None:
    async with service(tmp_path, teams=HOSTILE) as house:
        root = await ask(house, "wait for me")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        assert "tracker.invalid" in card.plain  # said, but not loaded
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Decided: approve.")
        await house.answered(FINANCE, root, "Approved by")
        assert_nothing_is_live(house)


async def test_a_hostile_error_is_only_words(tmp_path: Path) -> None:
    async with service(tmp_path, teams=HOSTILE) as house:
        root = await ask(house, "fail on me")
        await house.answered(FINANCE, root, "The agent team could not finish this")
        assert_nothing_is_live(house)


async def test_hostile_progress_sources_and_next_questions_are_only_words(tmp_path: Path) -> None:
    async with service(tmp_path, teams=HOSTILE) as house:
        root = await ask(house, "work for me")
        await house.answered(FINANCE, root, "Second")
        house.fusion.release_all()
        answer = await house.answered(FINANCE, root, "Ask next")
        await house.slack.click(ANNA, answer.ts, "follow_up", channel=FINANCE)
        await house.answered(FINANCE, root, "<@U0ANNA> asked:")
        await house.answered(FINANCE, root, "echo:")
        assert_nothing_is_live(house)


async def test_what_a_person_types_notifies_nobody_when_the_bot_repeats_it(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.slack.command(ANNA, FINANCE, "/fusion", f"ask echo {BAIT}")
        await house.slack.until(
            lambda: any("echo:" in each.plain for each in house.slack.messages(FINANCE)),
            says="an answer",
        )
        assert_nothing_is_live(house)
