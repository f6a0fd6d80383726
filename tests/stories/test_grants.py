"""Each grant answers a question end to end, and Fusion sees whom it should see."""

from pathlib import Path

import pytest

from bot.settings import GRANTS
from tests.stories.service import ANNA, BEN, FINANCE, Service, service
from tests.stories.signing_in import USERS, code_card, sign_in, user_code

QUESTION = "@Fusion What is our travel policy?"
CLIENT = "playground-client"
EVERYBODY = {
    "client_credentials": CLIENT,
    "password": USERS[ANNA],
    "refresh_token": USERS[ANNA],
}


async def let_in(house: Service, grant: str, person: str) -> None:
    """Do what this grant wants of a person."""
    if grant == "authorization_code":
        await sign_in(house, person)
    elif grant == "device_code":
        card = await code_card(house, person)
        house.fusion.identity.allow_device(user_code(card), USERS[person])


@pytest.mark.parametrize("grant", GRANTS)
async def test_two_people_are_answered_each_as_they_should(tmp_path: Path, grant: str) -> None:
    async with service(tmp_path, grant=grant) as house:
        for person in (ANNA, BEN):
            root = await house.slack.say(person, FINANCE, QUESTION)
            await let_in(house, grant, person)
            await house.answered(FINANCE, root, "Sources")
        seen = [each.user for each in house.fusion.invocations]
        assert seen == [EVERYBODY.get(grant, USERS[person]) for person in (ANNA, BEN)]
        assert house.fusion.refusals == []


@pytest.mark.parametrize("grant", GRANTS)
async def test_an_approval_is_decided_as_whoever_decides(tmp_path: Path, grant: str) -> None:
    async with service(tmp_path, grant=grant) as house:
        root = await house.slack.say(BEN, FINANCE, "@Fusion Approve invoice 4711")
        await let_in(house, grant, BEN)
        card = await house.answered(FINANCE, root, "Your approval is needed")
        await house.slack.click(BEN, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Approved by")
        (decision,) = await house.fusion.wait_for_decisions(1)
        assert decision.user == EVERYBODY.get(grant, USERS[BEN])


@pytest.mark.parametrize("grant", [each for each in GRANTS if each != "client_credentials"])
@pytest.mark.parametrize("auth", ["client_secret_post", "private_key_jwt", "none"])
async def test_a_client_proves_itself_in_every_way(tmp_path: Path, grant: str, auth: str) -> None:
    async with service(tmp_path, grant=grant, client_auth=auth) as house:
        root = await house.slack.say(ANNA, FINANCE, QUESTION)
        await let_in(house, grant, ANNA)
        await house.answered(FINANCE, root, "Sources")
        assert [each.user for each in house.fusion.invocations] == [USERS[ANNA]]


async def test_a_token_that_is_not_accepted_is_renewed_and_nothing_is_asked_twice(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant="authorization_code") as house:
        root = await house.slack.say(ANNA, FINANCE, QUESTION)
        await sign_in(house, ANNA)
        await house.answered(FINANCE, root, "Sources")
        house.fusion.revoke_all()
        again = await house.slack.say(ANNA, FINANCE, QUESTION)
        await house.answered(FINANCE, again, "Sources")
        assert len(house.fusion.invocations) == 2
        assert len(house.fusion.identity.requests_of("refresh_token", ok=True)) == 1


async def test_a_wait_outlives_its_token_and_goes_on_with_the_next(tmp_path: Path) -> None:
    async with service(tmp_path, grant="authorization_code") as house:
        house.fusion.token_life = 2  # renewed all the time
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        await sign_in(house, ANNA)
        card = await house.answered(FINANCE, root, "Your approval is needed")
        refreshed = house.fusion.identity.requests_of
        await house.fusion.wait_until(lambda: len(refreshed("refresh_token", ok=True)) >= 2)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.fusion.wait_for_decisions(1)
        await house.answered(FINANCE, root, "Approved by")
        assert len(await house.fusion.wait_for_decisions(1)) == 1
        assert refreshed("refresh_token", ok=False) == []


async def test_when_a_password_was_changed_the_person_signs_in_again_and_the_wait_goes_on(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant="authorization_code") as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        await sign_in(house, ANNA)
        card = await house.answered(FINANCE, root, "Your approval is needed")
        house.fusion.identity.change_password(USERS[ANNA])
        house.fusion.revoke_all()
        await house.answered(FINANCE, root, "your sign-in to Fusion has ended")
        await sign_in(house, ANNA, 2)
        await house.answered(FINANCE, root, "Waiting for <@U0ANNA> to decide")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Approved by")
        assert [each.user for each in await house.fusion.wait_for_decisions(1)] == [USERS[ANNA]]


async def test_a_decision_after_the_sign_in_ended_waits_until_it_can_be_sent_as_its_decider(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant="authorization_code") as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        await sign_in(house, ANNA)
        card = await house.answered(FINANCE, root, "Your approval is needed")
        house.fusion.identity.revoke_user(USERS[ANNA])
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Sign in first. Please decide again.")
        assert house.fusion.decisions == []
        await house.slack.click(ANNA, card.ts, "sign_in", channel=FINANCE)
        await sign_in(house, ANNA, 2)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Approved by")
        assert len(await house.fusion.wait_for_decisions(1)) == 1
