"""Fusion's list of agent teams: what is asked, page by page, and read from shapes nobody publishes."""

from typing import Any

import aiohttp
import pytest
from hypothesis import given, strategies as st

from bot.domain.agent import AgentError, NotSignedIn, Refused, Unavailable, Unreadable
from bot.domain.agent_team import AgentTeam
from bot.fusion.client import PAGE
from bot.fusion.wire_teams import read_teams
from tests.fusion.asking import ANNA, client_for
from tests.fusion.raw_server import RawServer, closes, replies

ENTRY = {"code": "HR_TEAM", "name": "HR", "description": "On  leave"}
HR = AgentTeam("HR_TEAM", "HR", "On leave")


@pytest.mark.parametrize(
    "body",
    [
        [ENTRY],
        {"items": [ENTRY]},
        {"agents": [ENTRY, {"name": "without a code"}, 7]},
        {"data": '[{"agentCode": "HR_TEAM", "display_name": "HR", "description": "On leave"}]'},
        {"results": [{**ENTRY, "code": None, "url": "https://pod/a2a/v1/HR_TEAM?x"}]},
        {"items": [{"agentCard": ENTRY}, ENTRY]},
    ],
)
def test_a_team_is_found_in_whatever_shape(body: Any) -> None:
    assert read_teams(body) == (HR,)


def test_what_cannot_be_a_code_is_left_out() -> None:
    assert read_teams([{"code": "a/../b"}, {"code": "x" * 201}, {"code": ""}, {}]) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"starterQuestions": ["Who?", "When?"]},
        {"conversation_starters": [{"text": "Who?"}, {"question": "When?"}]},
        {"skills": [{"name": "x"}, {"examples": ["Who?", "", "When?"]}]},
    ],
)
def test_starter_questions_are_found(more: dict[str, Any]) -> None:
    (team,) = read_teams([{**ENTRY, **more}])
    assert team.starter_questions == ("Who?", "When?")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["items", "code", "name", "skills", "agentCard", "url", "examples"]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_nothing_that_comes_raises(body: Any) -> None:
    assert all(team.code for team in read_teams(body))


async def test_every_page_is_asked_for(session: aiohttp.ClientSession) -> None:
    first = {"items": [{"code": f"TEAM_{number}"} for number in range(PAGE)]}
    async with RawServer([replies(200, first), replies(200, {"items": [ENTRY]})]) as server:
        found = await client_for(session, server.url).search(ANNA)
    assert len(found) == PAGE + 1
    assert [each.json["skip"] for each in server.requests] == [0, PAGE]
    assert server.requests[0].target == "/api/fusion-ai/orchestrator/a2a/v1/agents/search"


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (replies(404, {"message": "none"}), Refused),
        (replies(200, "<html>"), Unreadable),
        (closes, Unavailable),
    ],
)
async def test_what_goes_wrong_is_told_apart(
    session: aiohttp.ClientSession, act: Any, error: type[AgentError]
) -> None:
    async with RawServer([act]) as server:
        with pytest.raises(error):
            await client_for(session, server.url).search(ANNA)
    assert not issubclass(error, NotSignedIn)
