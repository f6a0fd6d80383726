"""Agent teams that no setting names: Fusion lists them for each person, who may ask them."""

from pathlib import Path

from bot.choosing import NAMED
from tests.stories.service import ANNA, BEN, FINANCE, Service, service
from tests.stories.signing_in import sign_in
from tests.stories.test_agent_teams import teams_asked, told

SEARCH = '[agent_search]\nmode = "on"\n'


async def asked(house: Service, text: str, *, says: str, person: str = ANNA) -> str:
    """The thread of a question that was answered."""
    root = await house.slack.say(person, FINANCE, f"@Fusion {text}")
    await house.answered(FINANCE, root, says)
    return root


async def test_the_list_shows_them_and_they_can_be_asked_by_code_and_chosen(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, add=SEARCH) as house:
        listed = await told(house, ANNA, "agents")
        assert "*Procurement Guide* (`PROCUREMENT_GUIDE`)" in listed
        assert "“Who supplies paper?”" in listed
        assert listed.count("`FINANCE_DESK`") == 1
        root = await asked(house, "+PROCUREMENT_GUIDE echo paper", says="echo: echo paper")
        await house.slack.say(ANNA, FINANCE, "echo ink", root)
        await house.answered(FINANCE, root, "echo: echo ink")
        assert "*Procurement Guide* answers" in await told(house, ANNA, "use procurement guide")
        await asked(house, "sleep 1 by choice", says="sleep 1 by choice")
        assert teams_asked(house) == ["PROCUREMENT_GUIDE"] * 3
        assert [each.message for each in house.fusion.invocations[:2]] == ["echo paper", "echo ink"]


async def test_each_person_is_shown_what_they_may_use(tmp_path: Path) -> None:
    async with service(tmp_path, grant="jwt_bearer") as house:
        house.fusion.forbid("ben@playground.example", "PROCUREMENT_GUIDE")
        assert "PROCUREMENT_GUIDE" in await told(house, ANNA, "agents")
        assert "PROCUREMENT_GUIDE" not in await told(house, BEN, "agents")


async def test_who_is_not_signed_in_is_told_that_there_may_be_more(tmp_path: Path) -> None:
    async with service(tmp_path, grant="authorization_code") as house:
        assert "sign-in` shows you" in await told(house, ANNA, "agents")
        await told(house, ANNA, "sign-in")
        await sign_in(house, ANNA)
        assert "PROCUREMENT_GUIDE" in await told(house, ANNA, "agents")


async def test_what_fusion_does_not_tell_now_is_said_and_stops_nobody(tmp_path: Path) -> None:
    async with service(tmp_path, add=SEARCH) as house:
        house.fusion.faults.add("status", on="search", times=50, code=503)
        assert "The list is not complete" in await told(house, ANNA, "agents")
        await asked(house, "+UNHEARD_OF echo so", says="echo: +UNHEARD_OF echo so")
        assert teams_asked(house) == ["FINANCE_DESK"]


async def test_a_shared_account_searches_only_if_it_is_told_to(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        assert "PROCUREMENT_GUIDE" not in await told(house, ANNA, "agents")
        assert house.fusion.searches == 0


def test_a_code_may_have_hyphens_and_dots_and_ends_before_a_full_stop() -> None:
    for text, code in (("+HR-DESK.v2 who?", "HR-DESK.v2"), ("<@U1> +HR. Who?", "HR")):
        found = NAMED.match(text)
        assert found is not None
        assert found[1] == code
