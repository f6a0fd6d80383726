"""Users of the emulated identity domain: passwords, deactivation, revocation, permissions."""

import pytest

from bot.playground.identity import PASSWORD
from bot.playground.slack.world import World
from tests.playground.fusion_pod import Pod, Reply, a_pod
from tests.playground.identity_client import (
    ANNA,
    BEN,
    CLIENT,
    GONE,
    MFA,
    ask,
    claims_of,
    offline,
    refresh,
    refusal,
    signed_in,
    works,
)

NOT_GRANTED = (400, "invalid_grant")
WORD = "Playground-1"


async def ask_with(pod: Pod, user: str = ANNA, password: str = WORD, **more: str) -> Reply:
    form = {"grant_type": PASSWORD, "username": user, "password": password}
    return await ask(pod, form | {"scope": pod.server.scope} | more)


async def test_a_password_gives_a_token_of_the_user() -> None:
    async with a_pod() as pod:
        claims = claims_of(await ask_with(pod))
        assert (claims["user_name"], claims["sub_type"]) == (ANNA, "user")
        assert claims["aud"] == [pod.server.base_url]


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (ANNA, "wrong"),
        ("nobody@playground.example", "Playground-1"),
        (MFA, "Playground-1"),
        (GONE, "Playground-1"),
    ],
)
async def test_the_password_grant_is_refused(user: str, password: str) -> None:
    async with a_pod() as pod:
        assert refusal(await ask_with(pod, user, password)) == NOT_GRANTED


async def test_a_second_factor_is_what_the_refusal_names() -> None:
    async with a_pod() as pod:
        assert "Multifactor" in (await ask_with(pod, MFA))["error_description"]


@pytest.mark.parametrize("left_out", ["username", "password"])
async def test_a_password_request_must_be_whole(left_out: str) -> None:
    async with a_pod() as pod:
        assert refusal(await ask_with(pod, **{left_out: ""})) == (400, "invalid_request")


@pytest.mark.parametrize("extra", ["openid", "urn:opc:resource:fusion:other:fusion-ai/"])
async def test_no_other_scope_is_given_beside_the_right_one(extra: str) -> None:
    async with a_pod() as pod:
        reply = await ask_with(pod, scope=f"{pod.server.scope} {extra}")
        assert refusal(reply) == (400, "invalid_scope")


async def test_the_people_of_the_emulated_slack_are_users() -> None:
    async with a_pod() as pod:
        people = [each for each in World().people.values() if not each.is_bot]
        for person in people:
            user = pod.server.identity.users[person.email]
            assert (user.email, user.display_name) == (person.email, person.name)
        assert len(people) == 4


async def test_a_user_can_be_added_with_a_name_that_is_no_address() -> None:
    async with a_pod() as pod:
        user = pod.server.identity.add_user("ANNA.SCHMIDT", email="a@b.example", password="p")
        assert claims_of(await ask_with(pod, "anna.schmidt", "p"))["sub"] == user.name
        assert "password" not in repr(user)


async def test_a_new_password_ends_refresh_tokens_but_not_access_tokens() -> None:
    async with a_pod() as pod:
        reply = await ask_with(pod, scope=offline(pod))
        new = pod.server.identity.change_password(ANNA)
        assert refusal(await refresh(pod, reply["refresh_token"])) == NOT_GRANTED
        assert await works(pod, reply["access_token"])
        assert refusal(await ask_with(pod)) == NOT_GRANTED
        assert (await ask_with(pod, password=new)).status == 200
        assert pod.server.identity.change_password(ANNA, "chosen") == "chosen"


async def test_a_revoked_user_has_no_token_left_and_others_keep_theirs() -> None:
    async with a_pod() as pod:
        anna, ben = [await ask_with(pod, each, scope=offline(pod)) for each in (ANNA, BEN)]
        pod.server.identity.revoke_user(ANNA)
        assert not await works(pod, anna["access_token"])
        assert refusal(await refresh(pod, anna["refresh_token"])) == NOT_GRANTED
        assert await works(pod, ben["access_token"])
        assert (await refresh(pod, ben["refresh_token"])).status == 200
        assert (await ask_with(pod)).status == 200


async def test_a_deactivated_user_refreshes_nothing() -> None:
    async with a_pod() as pod:
        reply = await ask_with(pod, scope=offline(pod))
        pod.server.identity.users[ANNA].active = False
        assert refusal(await refresh(pod, reply["refresh_token"])) == NOT_GRANTED


async def test_unknown_users_cannot_be_steered() -> None:
    async with a_pod() as pod:
        for steer in (pod.server.identity.revoke_user, pod.server.identity.change_password):
            with pytest.raises(KeyError, match="nobody"):
                steer("nobody")


async def test_fusion_knows_whose_question_and_decision_it_is() -> None:
    async with a_pod() as pod:
        anna, ben = [(await signed_in(pod, each))["access_token"] for each in (ANNA, BEN)]
        pod.token = anna
        asked = await pod.ask("Approve invoice 4711")
        assert (await pod.after(2, asked["jobId"]))["status"] == "WAITING"
        pod.token = ben
        await pod.ask("Approve", asked["conversationId"])
        await pod.sign_in()
        await pod.ask("Hello from nobody")
        assert [each.user for each in pod.server.invocations] == [ANNA, CLIENT]
        assert [each.user for each in pod.server.decisions] == [BEN]


async def test_a_user_without_the_role_is_refused_by_the_team_alone() -> None:
    async with a_pod() as pod:
        anna, ben = [(await ask_with(pod, each))["access_token"] for each in (ANNA, BEN)]
        pod.token = anna
        job = (await pod.ask("Hello"))["jobId"]
        pod.server.forbid("anna.schmidt@example.com", "FINANCE_DESK")
        for reply in (await pod.ask("Hello again"), await pod.status(job)):
            assert (reply.status, reply["errorCode"]) == (403, "FAI-40300")
            assert "can not execute this workflow" in reply["error"]
        pod.token = ben
        assert (await pod.ask("Hello")).status == 202
        pod.token = anna
        pod.team = "HR_HELP"
        assert (await pod.ask("Hello")).status == 202
        pod.team = "FINANCE_DESK"
        pod.server.permit(ANNA, "FINANCE_DESK")
        assert (await pod.status(job)).status == 200
        with pytest.raises(KeyError):
            pod.server.forbid(ANNA, "NO_TEAM")
