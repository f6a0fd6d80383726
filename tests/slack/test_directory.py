"""Names and facts: looked up only where they are needed, kept for an hour, never a failure."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.domain.run import Run
from bot.domain.turn import Person
from bot.slack import outbound as gate
from bot.slack.people import directory as module
from bot.slack.people.directory import KEPT_FOR, Directory
from tests.domain.examples import running
from tests.slack.one_workspace import one_workspace
from tests.slack.scripted_slack import NO_FILES, ScriptedSlack, outbound_to, refusal

ANNA = Person("T1", "U-ANNA")
FACTS = ("asker_email", "asker_name", "locale", "time_zone", "channel_name", "asker_id")
ALL = AgentTeam("AP_TEAM", parameters={fact: f"{{{fact}}}" for fact in FACTS})
NONE = AgentTeam("AP_TEAM", parameters={"language": "en"})

PEOPLE = {
    "U-ANNA": {
        "name": "anna",
        "locale": "en-GB",
        "tz": "Europe/Berlin",
        "profile": {"display_name": "Anna", "real_name": "Anna A.", "email": "anna@example.com"},
    },
    "U2": {"name": "ben", "profile": {"display_name": "", "real_name": "Ben B."}},
    "U3": {"name": "chloe"},
    "U4": {},
}
CHANNELS = {"C1": {"name": "finance"}, "C2": {}}


async def tell(request: web.Request) -> web.StreamResponse:
    """What Slack says of people and channels."""
    people = request.match_info["method"] == "users.info"
    known, what = (PEOPLE, "user") if people else (CHANNELS, "channel")
    id_ = request.query[what]
    if id_ not in known:
        return web.json_response({"ok": False, "error": f"{what}_not_found"})
    return web.json_response({"ok": True, what: known[id_]})


@asynccontextmanager
async def directory(team: AgentTeam = NONE) -> AsyncIterator[tuple[Directory, ScriptedSlack]]:
    async with outbound_to(tell) as (outbound, slack):
        yield Directory(outbound, NO_FILES, AgentTeams((team,)), one_workspace()), slack


def asked(text: str, team: str = "AP_TEAM") -> Run:
    run = running()
    return replace(run, turn=replace(run.turn, text=text, agent_team=team))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<@U0BOT> Pay 4711", "Pay 4711"),
        ("<@U0BOT> ask <@U-ANNA>, <@U2> and <@U3>", "ask @Anna, @Ben B. and @chloe"),
        ("ask <@U4> or <@U9>", "ask @U4 or @U9"),
        ("see <#C1> and <#C2>, <#C9>", "see #finance and #C2, #C9"),
        ("ask <@U9|zoe> in <#C9|private>", "ask @zoe in #private"),
        ("a &lt; b &amp; c", "a < b & c"),
    ],
)
async def test_ids_become_names_where_slack_knows_them(text: str, plain: str) -> None:
    async with directory() as (names, _):
        assert (await names.question(asked(text))).text == plain


async def test_nothing_is_looked_up_that_nobody_needs() -> None:
    async with directory() as (names, slack):
        question = await names.question(asked("<@U0BOT> Pay 4711"))
        assert slack.calls == []
        assert question.facts == {
            "asker_id": "U-ANNA",
            "workspace_id": "T1",
            "channel_id": "C1",
            "thread_ts": "1700.1",
        }


async def test_facts_are_looked_up_where_parameters_name_them() -> None:
    async with directory(ALL) as (names, slack):
        facts = (await names.question(asked("Pay"))).facts
        assert facts["asker_email"] == "anna@example.com"
        assert facts["asker_name"] == "Anna"
        assert (facts["locale"], facts["time_zone"]) == ("en-GB", "Europe/Berlin")
        assert facts["channel_name"] == "finance"
        assert sorted(slack.methods) == ["conversations.info", "users.info"]


async def test_a_team_that_is_no_longer_there_needs_no_facts() -> None:
    async with directory(ALL) as (names, slack):
        await names.question(asked("Pay", team="GONE"))
        assert slack.calls == []


async def test_a_thread_without_a_first_message_has_no_ts() -> None:
    async with directory() as (names, _):
        run = asked("Pay")
        place = replace(run.turn.place, ts=None)
        run = replace(run, turn=replace(run.turn, place=place))
        assert (await names.question(run)).facts["thread_ts"] == ""


async def test_what_was_looked_up_is_kept_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    async with directory() as (names, slack):
        for _ in range(3):
            await names.question(asked("ask <@U2> in <#C1>"))
        assert len(slack.calls) == 2
        kept = names._kept
        for key, (until, found) in list(kept.items()):
            kept[key] = (until - KEPT_FOR - 1, found)
        await names.question(asked("ask <@U2> in <#C1>"))
        assert len(slack.calls) == 4
        monkeypatch.setattr(module, "KEPT_AT_MOST", 2)
        await names.question(asked("ask <@U3>"))
        assert len(kept) == 2


async def test_what_slack_does_not_say_is_left_out_and_asked_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate, "PAUSE", 0.0)
    for answer in (refusal("missing_scope"), refusal("fatal_error")):
        async with outbound_to(answer) as (outbound, slack):
            names = Directory(outbound, NO_FILES, AgentTeams((ALL,)), one_workspace())
            question = await names.question(asked("ask <@U2> in <#C1>"))
            assert question.text == "ask @U2 in #C1"
            assert question.facts["asker_email"] == question.facts["channel_name"] == ""
            slack.answers = [tell]
            assert (await names.question(asked("ask <@U2>"))).text == "ask @Ben B."


async def test_who_is_asked_about_by_many_at_once_is_asked_for_once() -> None:
    async with directory() as (names, slack):
        await asyncio.gather(*(names.language(ANNA) for _ in range(20)))
        assert slack.methods == ["users.info"]


async def test_what_was_waited_for_too_long_is_known_the_next_time() -> None:
    heard, told = asyncio.Event(), asyncio.Event()

    async def tell_later(request: web.Request) -> web.StreamResponse:
        heard.set()
        await told.wait()
        return await tell(request)

    async with outbound_to(tell_later) as (outbound, slack):
        names = Directory(outbound, NO_FILES, AgentTeams((NONE,)), one_workspace())
        impatient = asyncio.create_task(names.account(ANNA))
        await heard.wait()
        impatient.cancel()
        told.set()
        assert (await names.account(ANNA)).email == "anna@example.com"
        assert slack.methods == ["users.info"]
