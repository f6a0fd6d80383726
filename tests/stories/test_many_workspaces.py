"""Three workspaces and an organisation at once: each its own answers, tokens and people."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground.slack import Message
from bot.slack.installing import installations
from tests.stories.many_workspaces import HOMES, Many, look, many_workspaces
from tests.stories.service import ANNA, BEN, BOT_TOML, CHLOE, FINANCE

NAMES = {team: f"({name})" for team, name, _ in HOMES}
TEAMS = tuple(NAMES)
EACH = 40  # of two hundred questions at once


async def install_all(house: Many) -> None:
    for place in ("T0ONE", "T0TWO", "T0THREE", "E0GRID"):
        assert "Fusion is installed" in await house.install(place)


async def answer(house: Many, team: str, root: str, text: str) -> Message:
    slack = house.slack.slack(team)
    return await slack.until(
        lambda: next(
            (m for m in slack.thread(FINANCE, root) if m.bot_id and text in m.plain), None
        ),
        timeout=40,
        says=f"{team} is answered {text}",
    )


@pytest.mark.timeout(120)
async def test_two_hundred_questions_at_once_are_answered_where_they_were_asked(
    tmp_path: Path,
) -> None:
    async with many_workspaces(tmp_path, grant="jwt_bearer") as house:
        await install_all(house)
        people = (ANNA, BEN, CHLOE)

        async def ask(team: str, number: int) -> None:
            slack, person = house.slack.slack(team), people[number % 3]
            text = f"echo {NAMES[team]} {number} by {person}"
            root = await slack.say(person, FINANCE, f"@Fusion {text}")
            await answer(house, team, root, f"echo: {text}")
            assert len([m for m in slack.thread(FINANCE, root) if m.bot_id]) == 1

        await asyncio.gather(*(ask(team, n) for team in TEAMS for n in range(EACH)))
        asked = Counter(each.message for each in house.fusion.invocations)
        assert len(asked) == len(TEAMS) * EACH
        assert set(asked.values()) == {1}
        users = {ANNA: "anna", BEN: "ben", CHLOE: "chloe"}
        for each in house.fusion.invocations:
            person = each.message.rpartition(" ")[2]
            assert each.user.startswith(users[person]), "nobody asks as somebody else"
        for team in TEAMS:
            said = " ".join(m.plain for m in house.slack.slack(team).messages(FINANCE) if m.bot_id)
            others = [name for other, name in NAMES.items() if other != team]
            assert not [name for name in others if f"{name} " in said]
        assert house.slack.wrong_tokens == 0


async def test_removed_from_one_workspace_it_forgets_that_one_alone(tmp_path: Path) -> None:
    async with many_workspaces(tmp_path, grant="jwt_bearer") as house:
        await install_all(house)
        one, two = house.slack.slack("T0ONE"), house.slack.slack("T0TWO")
        for slack in (one, two):
            await slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.fusion.wait_for_invocations(2)
        house.slack.forget_token("T0ONE")
        await one.uninstall()
        await one.settled()
        house.fusion.release_all()
        (held,) = [m for m in two.messages(FINANCE) if m.text.startswith("@") or not m.bot_id][:1]
        await answer(house, "T0TWO", held.ts, "echo: hold the line")
        calls = house.slack.wrong_tokens
        root = await one.say(ANNA, FINANCE, "@Fusion echo anybody?")
        await one.settled()
        assert not [m for m in one.thread(FINANCE, root) if m.bot_id]
        assert house.slack.wrong_tokens == calls, "nothing is tried with a token that is gone"
        assert not house.fusion.invocations_of("echo anybody?")
        assert "Fusion is installed" in await house.install("T0ONE")
        again = await one.say(ANNA, FINANCE, "@Fusion echo back again")
        await answer(house, "T0ONE", again, "echo: echo back again")


async def test_tokens_that_rotate_are_renewed_once_and_in_time(tmp_path: Path) -> None:
    async with many_workspaces(tmp_path, token_life=12 * 3600) as house:
        await house.install("T0ONE")
        one = house.slack.slack("T0ONE")
        root = await one.say(ANNA, FINANCE, "@Fusion echo first")
        await answer(house, "T0ONE", root, "echo: echo first")
        assert house.slack.renewals == 0
        house.clock.forward(timedelta(hours=11, minutes=45))
        roots = await asyncio.gather(
            *(one.say(ANNA, FINANCE, f"@Fusion echo {n}") for n in range(10))
        )
        for number, root in enumerate(roots):
            await answer(house, "T0ONE", root, f"echo: echo {number}")
        assert (house.slack.renewals, house.slack.refused_renewals) == (1, 0)
        assert house.slack.wrong_tokens == 0


async def test_a_token_that_cannot_be_renewed_yet_serves_until_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with many_workspaces(tmp_path, token_life=12 * 3600) as house:
        await house.install("T0ONE")
        one, secret = house.slack.slack("T0ONE"), house.slack.client_secret
        house.clock.forward(timedelta(hours=11, minutes=45))
        house.slack.client_secret = "another"
        root = await one.say(ANNA, FINANCE, "@Fusion echo meanwhile")
        await answer(house, "T0ONE", root, "echo: echo meanwhile")
        assert (house.slack.renewals, house.slack.refused_renewals) == (0, 1)
        house.slack.client_secret = secret
        monkeypatch.setattr(installations, "TRIED_AGAIN_AFTER", 0.0)
        root = await one.say(ANNA, FINANCE, "@Fusion echo again")
        await answer(house, "T0ONE", root, "echo: echo again")
        assert house.slack.renewals == 1


async def test_who_somebody_is_counts_only_where_the_company_says_who_its_people_are(
    tmp_path: Path,
) -> None:
    toml = BOT_TOML + "[workspaces.T0ONE]\nours = true\n[workspaces.E0GRID]\nours = true\n"
    async with many_workspaces(tmp_path, grant="jwt_bearer", toml=toml) as house:
        await install_all(house)
        for team, says in (
            ("T0ONE", "echo: echo who am I"),
            ("T0GRIDA", "echo: echo who am I"),
            ("T0TWO", "You belong to another organisation in Slack"),
        ):
            root = await house.slack.slack(team).say(ANNA, FINANCE, "@Fusion echo who am I")
            await answer(house, team, root, says)
        assert len(house.fusion.invocations) == 2, "a stranger's workspace could call Anna anybody"


# Installing


async def test_whoever_cancels_changes_nothing(tmp_path: Path) -> None:
    async with many_workspaces(tmp_path) as house, house.browser() as browser:
        page = await look(browser, f"{house.url}/slack/install")
        asked = await look(browser, page.links["Add to Slack"])
        ended = await look(browser, asked.links["Cancel"])
        assert "You did not allow it" in ended.text
        assert not house.slack.grants
        again = await look(browser, ended.links["Begin anew"])
        assert "Add to Slack" in again.links


async def test_a_state_counts_once_in_time_and_in_its_own_browser(tmp_path: Path) -> None:
    async with many_workspaces(tmp_path) as house, house.browser() as browser:
        page = await look(browser, f"{house.url}/slack/install")
        allowed = (await look(browser, page.links["Add to Slack"])).links["Allow in One"]
        async with house.browser() as other:
            assert "not begun here" in (await look(other, allowed)).text
        assert "Fusion is installed" in (await look(browser, allowed)).text
        assert (await look(browser, allowed)).status == 400, "a second time"

        page = await look(browser, f"{house.url}/slack/install")
        allowed = (await look(browser, page.links["Add to Slack"])).links["Allow in Two"]
        house.clock.forward(timedelta(minutes=11))
        assert "took longer than ten minutes" in (await look(browser, allowed)).text

        forged = f"{house.url}/slack/oauth_redirect?code=x&state=forged"
        assert (await look(browser, forged)).status == 400
        assert len(house.slack.grants) == 1


async def test_a_code_that_slack_does_not_know_installs_nothing(tmp_path: Path) -> None:
    async with many_workspaces(tmp_path) as house, house.browser() as browser:
        page = await look(browser, f"{house.url}/slack/install")
        allowed = (await look(browser, page.links["Add to Slack"])).links["Allow in One"]
        house.slack.client_secret = "another"
        ended = await look(browser, allowed)
        assert ended.status == 502
        assert "Slack did not confirm" in ended.text


async def test_each_workspace_has_its_own_default_agent_team(tmp_path: Path) -> None:
    toml = BOT_TOML + '[workspaces.T0TWO]\nagent_team = "HR_HELP"\n'
    async with many_workspaces(tmp_path, toml=toml) as house:
        for team in ("T0ONE", "T0TWO"):
            await house.install(team)
            root = await house.slack.slack(team).say(ANNA, FINANCE, "@Fusion echo who are you")
            await answer(house, team, root, "echo who are you")
        teams = [house.fusion.jobs[each.job_id].team for each in house.fusion.invocations]
        assert teams == ["FINANCE_DESK", "HR_HELP"]
