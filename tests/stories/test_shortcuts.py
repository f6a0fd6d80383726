"""Asking by shortcut, stopping by a cross, and what the App Home shows and forgets."""

from functools import partial
from pathlib import Path

from tests.stories.service import ANNA, BEN, FINANCE, GENERAL, RANDOM, Service, service
from tests.stories.test_agent_teams import teams_asked


async def test_a_message_is_asked_about_in_its_thread(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        said = await house.slack.say(BEN, FINANCE, "We owe @Chloé Martin EUR 300 & more")
        await house.slack.shortcut(ANNA, "ask_about_message", channel=FINANCE, message_ts=said)
        (form,) = house.slack.views(ANNA)
        assert "> We owe @U0CHLOE EUR 300 &amp; more" in form.plain
        refused = await house.slack.submit(ANNA, "ask_fusion", {"question": "  "})
        assert "Write a question." in str(refused.body)
        await house.slack.submit(ANNA, "ask_fusion", {"question": "echo why?"})
        await house.fusion.wait_for_invocations(1)
        answer = await house.answered(FINANCE, said, "It is about this message")
        assert "<@U0ANNA> asked" in answer.plain
        (invoked,) = house.fusion.invocations
        assert invoked.message == (
            "echo why?\n\nIt is about this message:\nWe owe @Chloé EUR 300 & more"
        )
        await house.slack.say(ANNA, FINANCE, "echo more", said)
        await house.answered(FINANCE, said, "echo: echo more")
        assert house.fusion.invocations[1].conversation_id == invoked.conversation_id


async def test_who_used_a_shortcut_is_told_where_no_form_opens(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        said = await house.slack.say(BEN, FINANCE, "We owe EUR 300")
        house.slack.faults.add("views.open", "error", error="expired_trigger_id")
        await house.slack.shortcut(ANNA, "ask_about_message", channel=FINANCE, message_ts=said)
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert house.slack.ephemerals(ANNA)[0].text == (
            "The form could not be opened. Please click again."
        )


async def test_without_a_message_the_answer_comes_privately_from_whom_was_chosen(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        await house.slack.shortcut(ANNA, "ask_fusion")
        await house.slack.submit(
            ANNA, "ask_fusion", {"question": "echo privately", "agent_team": "HR_HELP"}
        )
        await house.slack.until(
            lambda: any(
                "echo privately" in m.plain and "HR" in m.plain
                for m in house.slack.messages("D0ANNA")
            )
        )
        await house.fusion.wait_for_invocations(1)
        assert teams_asked(house) == ["HR_HELP"]


async def test_a_form_sent_twice_asks_once(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.slack.shortcut(ANNA, "ask_fusion")
        house.slack.deliver_every(times=3)
        await house.slack.submit(ANNA, "ask_fusion", {"question": "echo once"})
        await house.slack.until(
            lambda: any("echo: echo once" in m.plain for m in house.slack.messages("D0ANNA"))
        )
        assert len(house.fusion.invocations) == 1


async def test_a_message_in_a_channel_without_the_bot_is_answered_privately(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        said = await house.slack.say(BEN, RANDOM, "What is this?")
        await house.slack.shortcut(ANNA, "ask_about_message", channel=RANDOM, message_ts=said)
        await house.slack.submit(
            ANNA, "ask_fusion", {"question": "echo this", "agent_team": "FINANCE_DESK"}
        )
        await house.slack.until(
            lambda: any(
                "I cannot write in <#C0RANDOM>" in m.plain for m in house.slack.messages("D0ANNA")
            )
        )


async def test_a_cross_by_the_asker_stops_and_by_others_does_not(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.fusion.wait_for_invocations(1)
        card = await house.slack.until(lambda: house.bot_messages(FINANCE, root)[0])
        await house.slack.react(BEN, FINANCE, card.ts, "x")
        await house.slack.react(ANNA, FINANCE, card.ts, "eyes")
        await house.slack.react(ANNA, FINANCE, root, "x")
        await house.slack.settled()
        assert "run_stop" in card.buttons
        await house.slack.react(ANNA, FINANCE, card.ts, "x")
        await house.slack.until(lambda: "Stopped by <@U0ANNA>" in card.plain)


def home_says(house: Service, person: str, text: str) -> bool:
    home = house.slack.home(person)
    return home is not None and text in home.plain


async def test_the_home_shows_runs_and_forgets_them_when_asked_to(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.slack.command(ANNA, FINANCE, "/fusion", "use HR_HELP")
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo the last one")
        await house.answered(FINANCE, root, "echo: echo the last one")
        await house.slack.say(ANNA, GENERAL, "@Fusion hold this")
        await house.fusion.wait_for_invocations(2)
        await house.slack.open_home(ANNA)
        await house.slack.until(partial(home_says, house, ANNA, "Running for you (1)"))
        assert home_says(house, ANNA, "hold this")
        assert home_says(house, ANNA, "echo the last one")
        home = house.slack.home(ANNA)
        assert home is not None
        await house.slack.click_in_view(ANNA, home.id, "delete_my_data")
        await house.slack.until(partial(home_says, house, ANNA, "You have asked nothing yet"))
        assert home_says(house, ANNA, "Running for you (1)"), "what runs is not forgotten"
        (menu,) = [each for _, each in home.elements if each["type"] == "static_select"]
        assert menu["initial_option"]["value"] == "-"
