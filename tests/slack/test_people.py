"""Who is in a user group, as Slack says it: asked once for all who ask at the same time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.domain.agent import Unavailable
from bot.domain.agent_team import AgentTeams
from bot.domain.policy import Clicker
from bot.slack.people.directory import Directory
from bot.slack.people.membership import SlackPeople
from tests.kept import ANNA, BEN, Clock
from tests.slack.one_workspace import one_workspace
from tests.slack.scripted_slack import NO_FILES, ScriptedSlack, outbound_to

GROUPS = {"S1": [ANNA.user], "S2": [BEN.user, ANNA.user]}


async def tell(request: web.Request) -> web.StreamResponse:
    if request.match_info["method"] == "users.info":
        return web.json_response({"ok": True, "user": {"name": "anna", "team_id": "T1"}})
    users = GROUPS.get(request.query["usergroup"])
    if users is None:
        return web.json_response({"ok": False, "error": "no_such_subteam"})
    return web.json_response({"ok": True, "users": users})


@asynccontextmanager
async def people() -> AsyncIterator[tuple[SlackPeople, Clock, ScriptedSlack]]:
    async with outbound_to(tell) as (outbound, slack):
        clock = Clock()
        directory = Directory(outbound, NO_FILES, AgentTeams(()), one_workspace())
        yield SlackPeople(directory, outbound, clock), clock, slack


def times_asked(slack: ScriptedSlack) -> int:
    return slack.methods.count("usergroups.users.list")


async def test_fifty_who_click_at_once_are_one_question_to_slack() -> None:
    async with people() as (known, clock, slack):
        found = await asyncio.gather(*(known.clicker(ANNA, ["S1"]) for _ in range(50)))
        assert set(found) == {Clicker(is_member=True)}
        assert times_asked(slack) == 1
        clock.forward(seconds=4.9)
        assert (await known.clicker(BEN, ["S1"])).is_member is False
        assert times_asked(slack) == 1
        clock.forward(seconds=0.2)
        await known.clicker(ANNA, ["S1"])
        assert times_asked(slack) == 2


async def test_a_clock_that_is_set_back_makes_nobody_a_member_for_longer() -> None:
    async with people() as (known, clock, slack):
        await known.clicker(ANNA, ["S1"])
        clock.forward(minutes=-30)
        await known.clicker(ANNA, ["S1"])
        assert times_asked(slack) == 2


async def test_the_members_of_several_groups_are_everybody_once() -> None:
    async with people() as (known, _, __):
        assert await known.members("T1", ["S1", "S2"]) == (ANNA.user, BEN.user)


async def test_what_slack_does_not_say_makes_nobody_a_member() -> None:
    async with people() as (known, _, __):
        with pytest.raises(Unavailable, match="who is in S9"):
            await known.members("T1", ["S9"])
        assert (await known.clicker(ANNA, ["S9"])).is_member is None


async def test_without_groups_nothing_is_asked_about_them() -> None:
    async with people() as (known, _, slack):
        assert (await known.clicker(ANNA, [])).is_member is False
        assert times_asked(slack) == 0
