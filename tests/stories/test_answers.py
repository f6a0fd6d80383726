"""What agent teams answer, as it stands in Slack: all of it, readable, and harmless."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.playground.fusion.texts import BALANCES_JSON, long_report
from bot.playground.slack import Message
from tests.stories.service import ANNA, BOT_TOML, FINANCE, Service, service

OWN_LINKS = BOT_TOML + '\n[links]\nhosts = ["intranet.example.com", "fusion.example.com"]\n'
BROADCAST = re.compile(r"<(?:!(?:channel|here|everyone|subteam)|@U0PLAYER01|#C0GENERAL)")
NAME_OF_ALL = re.compile(r"(?<![\w`])@(?:channel|here|everyone)\b")
LIVE = {"user", "usergroup", "broadcast", "channel", "image", "link"}
"""Elements of rich text, and blocks, that would notify somebody, load something or lead away."""


async def answer(house: Service, question: str, says: str) -> Message:
    """The answer to a question in a thread of its own."""
    root = await house.slack.say(ANNA, FINANCE, f"@Fusion {question}")
    return await house.answered(FINANCE, root, says)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, (dict, list)):
            yield from objects(each)


def kinds(message: Message) -> list[str]:
    return [each["type"] for each in message.blocks]


async def test_a_table_is_drawn_as_a_table_between_the_texts_around_it(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        message = await answer(house, "Show me supplier spend", "Two suppliers make up")
        table = next(each for each in message.blocks if each["type"] == "table")
        rows = [[cell["text"] for cell in row] for row in table["rows"]]
        assert rows[0] == ["Supplier", "Invoices", "Spend (EUR)", "Change"]
        assert rows[3] == ["Oliveira & Filhos", "22", "197,400", "-3.0 %"]
        assert len(rows) == 7
        assert [each["align"] for each in table["column_settings"]] == ["left", *["right"] * 3]
        assert kinds(message).index("table") == 1


async def test_sources_lead_only_where_links_may_lead(tmp_path: Path) -> None:
    async with service(tmp_path, toml=OWN_LINKS) as house:
        message = await answer(house, "What is our travel policy?", "Sources")
        address = "https://intranet.example.com/policies/travel-2026.pdf"
        assert f"1. <{address}|Global travel policy 2026>, page 4" in message.plain
        assert "2. Expense guide, page 12" in message.plain
        hostile = await answer(house, "Mention everyone", "The end of the hostile text")
        assert not re.search(r"<(?:javascript|file|slack|https://phishing)", hostile.plain)


async def test_a_long_report_comes_whole_and_in_order_over_several_messages(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Write the long report")
        await house.answered(FINANCE, root, "End of the report.")
        messages = house.bot_messages(FINANCE, root)
        assert len(messages) > 2
        shown = " ".join(words("\n".join(each.plain for each in messages)))
        end = 0
        for line in long_report().splitlines():
            if line.startswith("```"):
                continue  # what language it is, is not shown
            wanted = " ".join(words(line))
            found = shown.find(wanted, end)
            assert found >= 0, f"not there, or not in its place: {line}"
            end = found + len(wanted)
        assert shown.count("EUR") >= 320


def words(text: str) -> list[str]:
    """The words of a text, whatever draws them: marks, bars and rules left out, links by name."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<https?://[^|>]+\|([^>]+)>", r"\1", text)
    text = re.sub(r" \(`[^`]*`\)", "", text)
    return re.findall(r"[\w.,;%]+(?:-[\w.,;%]+)*", re.sub(r"[*_`#>|]", " ", text))


async def test_html_becomes_text_and_a_table(tmp_path: Path) -> None:
    async with service(tmp_path, toml=OWN_LINKS) as house:
        message = await answer(house, "Show HTML", "Nothing is unposted")
        assert "table" in kinds(message)
        assert "<b>" not in message.plain
        assert "<p>" not in message.plain
        assert "**31 March 2026**" in message.plain or "*31 March 2026*" in message.plain
        assert "830,412.55" in message.plain
        assert "https://fusion.example.com/gl" in json.dumps(message.blocks)


async def test_json_stays_readable_and_loses_nothing(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        message = await answer(house, "Show JSON", "Receivables")
        for account in BALANCES_JSON["accounts"]:
            assert account["name"] in message.plain
            assert str(account["balance"]) in message.plain


async def test_an_answer_without_words_says_that_it_is_finished(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        message = await answer(house, "Say nothing", "Finished")
        assert not message.buttons


async def test_hostile_output_notifies_nobody_loads_nothing_and_disguises_no_link(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        message = await answer(house, "Mention everyone", "The end of the hostile text")
        calls = [call for call in house.slack.calls if call.method.startswith("chat.")]
        assert calls
        for call in calls:
            assert_harmless(call.arguments)
        follow_up = next(each for each in message.elements if "follow_up" in each[1]["action_id"])
        assert follow_up[1]["text"]["type"] == "plain_text"
        assert "tracker.invalid" not in links(message)
        assert "phishing.invalid" not in links(message)


def links(message: Message) -> str:
    """Wherever a click in this message can lead."""
    text = json.dumps(message.blocks, ensure_ascii=False)
    marked = re.findall(r"<(https?:[^|>]+)|\]\(([^)]+)\)", text)
    urls = [str(each["url"]) for each in objects(message.blocks) if "url" in each]
    return " ".join([*(first or second for first, second in marked), *urls])


def assert_harmless(arguments: dict[str, Any]) -> None:
    """No text that Slack would read markup in has a mention, and no element is alive."""
    blocks = arguments.get("blocks") or []
    found = list(objects(blocks))
    assert not LIVE & {str(each.get("type")) for each in found}
    read = [arguments["text"]]
    read += [each["text"] for each in found if each.get("type") in {"mrkdwn", "markdown"}]
    for text in read:
        assert not BROADCAST.search(text), text
        assert "![" not in text
        assert "<img" not in text
        assert "<script" not in text
        assert not re.search(r"[(<](?:javascript|file|slack):", text), text
    assert arguments.get("parse") in {None, "none"}
    assert not arguments.get("link_names")
    assert not any(NAME_OF_ALL.search(each["text"]) for each in found if is_unsafe(each))


def is_unsafe(each: dict[str, Any]) -> bool:
    """Whether Slack would make mentions of plain names in this text (`verbatim` forbids it)."""
    return each.get("type") == "mrkdwn" and each.get("verbatim") is not True
