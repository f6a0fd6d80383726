"""A tour through everything that the bot says, and each word of it as the contract wants it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.playground.fusion import suggestions
from tests.stories.service import ANNA, BEN, FINANCE, Service, service

ACTIONS = re.compile(
    r"approval_(?:approve|reject|reply|text|details)|run_(?:stop|again)|follow_up(?:_\d)?|answer_(?:feedback|sources|steps|menu)"
)
LONGEST_TEXT = 4000  # Slack: longer ones may be cut in notifications
DECIDED = (
    "Approve invoice",
    "Change the budget",
    "Confirm journal",
    "Pay ",
    "Post the",
    "Sign the",
)


async def tour(house: Service) -> None:
    """Ask everything that the playground offers to ask, and do whatever can be done about it."""
    for each in suggestions():
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {each['message']}")
        if each["message"].startswith(DECIDED):
            card = await house.answered(FINANCE, root, "Your approval is needed")
            await house.slack.click(BEN, card.ts, "approval_approve", channel=FINANCE)
            await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        if each["message"].startswith("Ask me something"):
            card = await house.answered(FINANCE, root, "A reply is needed")
            await house.slack.click(ANNA, card.ts, "approval_reply", channel=FINANCE)
            await house.slack.submit(ANNA, "approval_reply", {"approval_text": "4410"})
        await house.slack.until(
            lambda root=root: ended(house, root),  # type: ignore[misc]
            timeout=20,
            says=f"an end of “{each['message']}”",
        )
    root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
    card = await house.answered(FINANCE, root, "Finance Desk")
    await house.slack.say(ANNA, FINANCE, "echo behind it", root)
    await house.answered(FINANCE, root, "Queued: one question")
    await house.slack.click(ANNA, card.ts, "run_stop", channel=FINANCE)
    await house.answered(FINANCE, root, "Stopped by")
    await house.answered(FINANCE, root, "echo: echo behind it")
    for command in ("help", "status", "new", "stop", "ask echo by command"):
        assert await house.slack.command(ANNA, FINANCE, "/fusion", command)
    await house.slack.until(
        lambda: any("echo: echo by command" in m.plain for m in house.slack.messages(FINANCE))
    )


def ended(house: Service, root: str) -> bool:
    """Whether nothing of a thread can be stopped or decided any more."""
    messages = house.bot_messages(FINANCE, root)
    first = messages[0] if messages else None
    if first is None or not first.edited_versions:
        return False
    open_to = {action for each in messages for action in each.buttons}
    return not open_to & {"run_stop", "approval_approve", "approval_reject", "approval_reply"}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, (dict, list)):
            yield from objects(each)


async def test_everything_that_the_bot_says_is_as_slack_and_the_contract_want_it(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        await tour(house)
        calls = [call for call in house.slack.calls if call.method.startswith("chat.")]
        assert {call.method for call in calls} == {
            "chat.postMessage",
            "chat.update",
            "chat.postEphemeral",
        }
        assert not [call for call in house.slack.calls if not call.ok]
        for call in calls:
            given = call.arguments
            assert 0 < len(given["text"].strip()) <= LONGEST_TEXT
            if call.method == "chat.postMessage":
                assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)
                assert set(given["metadata"]["event_payload"]) == {"run", "part"}
            for each in objects(given.get("blocks", [])):
                if "action_id" in each:
                    assert ACTIONS.fullmatch(each["action_id"]), each
        assert house.slack.calls_of("views.open"), "forms were checked too"


async def test_each_part_of_a_run_stands_in_slack_once(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.deliver_every(times=2)
        for question in ("Write the long report", "Approve invoice 4711"):
            root = await house.slack.say(ANNA, FINANCE, f"@Fusion {question}")
            await house.answered(FINANCE, root, "End of the report." if "long" in question else "?")
        await house.slack.settled()
        standing = [
            tuple(sorted(each.metadata["event_payload"].items()))
            for each in house.slack.messages(FINANCE)
            if each.metadata
        ]
        assert len(standing) == len(set(standing)) > 5
