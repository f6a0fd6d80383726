"""Which agent team answers: the one that is named, the thread's, the channel's, one's own."""

from pathlib import Path

import pytest

from bot.slack.people import membership
from tests.stories.service import ANNA, BEN, CHLOE, FINANCE, GENERAL, Service, service

WHO = "echo who are you"


def teams_asked(house: Service) -> list[str]:
    return [house.fusion.jobs[each.job_id].team for each in house.fusion.invocations]


async def told(house: Service, person: str, text: str, channel: str = FINANCE) -> str:
    """What a command replies."""
    await house.slack.command(person, channel, "/fusion", text)
    return house.slack.ephemerals(person)[-1].plain


async def test_the_list_says_who_answers_here_and_how_to_choose(tmp_path: Path) -> None:
    more = """
[[agent_teams]]
code = "DESK_2"
name = "Second <!channel> Desk"
description = "For *everything* else"
starter_questions = ["What is left?"]
"""
    async with service(tmp_path, add=more) as house:
        listed = await told(house, ANNA, "agents")
        assert "*Finance Desk* (`FINANCE_DESK`) – answers you here" in listed
        assert "*HR Help* (`HR_HELP`)\n" in listed
        assert "Second &lt;!channel&gt; Desk" in listed
        assert "“What is left?”" in listed
        assert "*HR Help* (`HR_HELP`) – answers you here" in await told(
            house, ANNA, "agents", GENERAL
        )


async def test_a_person_chooses_for_their_new_threads(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        assert "There is no agent team “NONE”" in await told(house, ANNA, "use NONE")
        assert "*HR Help* answers your new threads" in await told(house, ANNA, "use hr_help")
        for person in (ANNA, BEN):
            root = await house.slack.say(person, FINANCE, f"@Fusion {WHO}")
            await house.answered(FINANCE, root, "who are you")
        assert teams_asked(house) == ["HR_HELP", "FINANCE_DESK"]
        assert "*Finance Desk* answers" in await told(house, ANNA, "use default")
        stays = await told(house, ANNA, "use Finance Desk", GENERAL)
        assert "in this channel it stays *HR Help*" in stays


async def test_a_thread_keeps_its_team_whatever_is_chosen_later(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {WHO}")
        await house.answered(FINANCE, root, "who are you")
        await told(house, ANNA, "use HR_HELP")
        await house.slack.say(ANNA, FINANCE, "echo and now", root)
        await house.answered(FINANCE, root, "and now")
        assert teams_asked(house) == ["FINANCE_DESK"] * 2
        first, second = house.fusion.invocations
        assert second.conversation_id == first.conversation_id


async def test_naming_another_team_in_a_thread_begins_a_conversation_and_says_so(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {WHO}")
        await house.answered(FINANCE, root, "who are you")
        await house.slack.say(ANNA, FINANCE, "@Fusion +HR_HELP echo leave", root)
        changed = await house.answered(FINANCE, root, "echo: echo leave")
        assert "*HR Help* instead of *Finance Desk*: a new conversation" in changed.plain
        await house.slack.say(ANNA, FINANCE, "HR Help, echo more leave", root)
        more = await house.answered(FINANCE, root, "more leave")
        assert "instead of" not in more.plain
        await house.slack.say(ANNA, FINANCE, "Finance Desk: echo back again", root)
        back = await house.answered(FINANCE, root, "echo: echo back again")
        assert "*Finance Desk* instead of *HR Help*" in back.plain
        assert teams_asked(house) == ["FINANCE_DESK", "HR_HELP", "HR_HELP", "FINANCE_DESK"]
        assert [each.message for each in house.fusion.invocations[1:3]] == [
            "echo leave", "echo more leave",
        ]  # fmt: skip
        one, two, three, four = (each.conversation_id for each in house.fusion.invocations)
        assert two == three
        assert len({one, two, four}) == 3


async def test_the_home_has_a_menu_of_them(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.slack.open_home(ANNA)
        home = await house.slack.until(lambda: house.slack.home(ANNA))
        await house.slack.click_in_view(ANNA, home.id, "choose_agent_team", value="HR_HELP")
        root = await house.slack.say(ANNA, "D0ANNA", WHO)
        await house.answered("D0ANNA", root, "who are you")
        assert teams_asked(house) == ["HR_HELP"]
        await house.slack.click_in_view(ANNA, home.id, "choose_agent_team", value="-")
        root = await house.slack.say(ANNA, "D0ANNA", "echo by default")
        await house.answered("D0ANNA", root, "by default")
        assert teams_asked(house)[-1] == "FINANCE_DESK"


async def test_an_administrator_chooses_for_the_workspace_and_nobody_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "ACCOUNT_COUNTS_FOR", 0.0)
    async with service(tmp_path) as house:
        house.slack.person(ANNA).is_admin = True
        for person in (ANNA, BEN):
            await house.slack.open_home(person)
        bens = await house.slack.until(lambda: house.slack.home(BEN))
        assert "administer" not in str(bens.definition)
        home = await house.slack.until(lambda: house.slack.home(ANNA))
        assert "administer" in str(home.definition)
        await house.slack.click_in_view(ANNA, home.id, "choose_default_team", value="HR_HELP")
        root = await house.slack.say(BEN, "D0BEN", "echo for all")
        await house.answered("D0BEN", root, "for all")
        assert teams_asked(house) == ["HR_HELP"]
        house.slack.person(ANNA).is_admin = False
        await house.slack.click_in_view(ANNA, home.id, "choose_default_team", value="FINANCE_DESK")
        root = await house.slack.say(BEN, "D0BEN", "echo as before")
        await house.answered("D0BEN", root, "as before")
        assert teams_asked(house)[-1] == "HR_HELP"


async def test_a_team_for_a_user_group_is_asked_by_its_members_alone(tmp_path: Path) -> None:
    more = '[[agent_teams]]\ncode = "GENERALIST"\nname = "Board"\ngroups = ["S0FINANCE"]\n'
    async with service(tmp_path, add=more) as house:
        house.slack.world.groups["S0FINANCE"].remove(CHLOE)
        root = await house.slack.say(CHLOE, FINANCE, "@Fusion Board: echo secrets")
        await house.answered(FINANCE, root, "for members of a user group")
        assert not house.fusion.invocations
        assert "`GENERALIST`" not in await told(house, CHLOE, "agents"), "nor offered to others"
        assert "`GENERALIST`" in await told(house, ANNA, "agents")


async def test_direct_messages_offer_the_starter_questions_of_ones_team(tmp_path: Path) -> None:
    more = '[[agent_teams]]\ncode = "STARTERS"\nname = "Starters"\n'
    more += 'starter_questions = ["What is due?", "Who pays?", "3?", "4?", "5?"]\n'
    async with service(tmp_path, add=more) as house:
        await house.slack.open_home(ANNA, "messages")
        await told(house, ANNA, "use STARTERS")
        await house.slack.open_home(ANNA, "messages")
        prompts = await house.slack.until(
            lambda: house.slack.workspace.sessions.prompts.get(("D0ANNA", None))
        )
        assert [each["message"] for each in prompts] == ["What is due?", "Who pays?", "3?", "4?"]
        await house.slack.open_home(ANNA, "messages")
        await house.slack.settled()
        assert len(house.slack.calls_of("assistant.threads.setSuggestedPrompts")) == 1


async def test_beside_a_channel_its_team_answers_direct_messages_unless_one_chose(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        await house.slack.look_at(ANNA, GENERAL)
        for text in (WHO, "echo chosen"):
            root = await house.slack.say(ANNA, "D0ANNA", text)
            await house.answered("D0ANNA", root, text)
            await told(house, ANNA, "use FINANCE_DESK")
        assert teams_asked(house) == ["HR_HELP", "FINANCE_DESK"]
