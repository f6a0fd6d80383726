"""Everybody acts as themselves: signing in from Slack, in a browser and with a code."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground.slack import View
from bot.slack.words import sign_in as sign_in_say
from tests.stories.service import ANNA, BEN, CHLOE, FINANCE, Service, service
from tests.stories.signing_in import (
    USERS,
    code_card,
    come_back,
    links_in,
    press,
    private_link,
    sign_in,
    user_code,
)

QUESTION = "What is our travel policy?"
BROWSER = "authorization_code"


async def test_a_question_waits_for_the_sign_in_and_goes_on_by_itself(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        waiting = await house.answered(FINANCE, root, "sign in to Fusion")
        assert house.fusion.invocations == []
        house.clock.forward(timedelta(minutes=3))
        done = await sign_in(house, ANNA)
        assert "anna@playground.example" in done.text
        answer = await house.answered(FINANCE, root, "Sources")
        assert answer.ts == waiting.ts
        assert [each.user for each in house.fusion.invocations] == [USERS[ANNA]]
        told = await house.slack.until(
            lambda: [each for each in house.slack.ephemerals(ANNA) if "signed in" in each.plain]
        )
        assert "anna@playground.example" in told[0].plain
        assert house.slack.ephemerals(BEN) == []
        await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}", root)
        await house.fusion.wait_for_invocations(2)
        assert len(house.fusion.identity.requests_of(BROWSER)) == 1


async def test_two_people_in_one_thread_ask_as_themselves(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        await sign_in(house, ANNA)
        await house.answered(FINANCE, root, "Sources")
        await house.slack.say(BEN, FINANCE, "@Fusion Show me supplier spend", root)
        await house.answered(FINANCE, root, "<@U0BEN>, sign in to Fusion")
        assert len(house.fusion.invocations) == 1
        await sign_in(house, BEN)
        await house.fusion.wait_for_invocations(2)
        assert [(each.user, each.message) for each in house.fusion.invocations] == [
            (USERS[ANNA], QUESTION),
            (USERS[BEN], "Show me supplier spend"),
        ]


async def test_a_code_is_typed_elsewhere_and_its_card_changes_by_itself(tmp_path: Path) -> None:
    async with service(tmp_path, grant="device_code") as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        card = await code_card(house, ANNA)
        assert house.fusion.device_url.rpartition("/oauth2")[0] in links_in(card)[0]
        house.fusion.identity.allow_device(user_code(card), USERS[ANNA])
        await house.answered(FINANCE, root, "Sources")
        assert [each.user for each in house.fusion.invocations] == [USERS[ANNA]]
        await house.slack.until(lambda: "signed in to Fusion as" in card.plain)
        assert links_in(card) == []


@pytest.mark.parametrize("whose", [CHLOE, ""])
async def test_a_code_that_somebody_else_used_or_refused_is_of_no_use(
    tmp_path: Path, whose: str
) -> None:
    async with service(tmp_path, grant="device_code") as house:
        await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        card = await code_card(house, ANNA)
        if whose:
            house.fusion.identity.allow_device(user_code(card), USERS[whose])
        else:
            house.fusion.identity.deny_device(user_code(card))
        await house.slack.until(lambda: "You are not signed in to Fusion" in card.plain)
        assert house.fusion.invocations == []
        await house.slack.click(ANNA, card.ts, "sign_in", channel="D0ANNA")
        again = await house.slack.until(
            lambda: next(
                (e for e in house.slack.messages("D0ANNA") if links_in(e) and e.ts != card.ts), None
            )
        )
        house.fusion.identity.allow_device(user_code(again), USERS[ANNA])
        await house.fusion.wait_for_invocations(1)


async def test_whoever_declines_is_not_signed_in_and_the_token_is_taken_back(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        callback, asked = await come_back(house, await private_link(house, ANNA), USERS[ANNA])
        assert "In Slack Anna (anna@playground.example)" in asked.text
        assert USERS[ANNA] in asked.text
        assert "Nothing was connected" in (await press(callback, asked.ticket, "decline")).text
        assert house.fusion.invocations == []
        assert (await press(callback, asked.ticket)).status == 400
        tokens = house.fusion.identity._tokens
        assert [each.revoked for each in tokens._refresh.values()] == [True]


async def test_a_token_whose_page_is_left_for_another_link_is_taken_back(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        callback, asked = await come_back(house, await private_link(house, ANNA), USERS[ANNA])
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        assert (await sign_in(house, ANNA, 2)).status == 200
        await house.answered(FINANCE, root, "Sources")
        assert (await press(callback, asked.ticket)).status == 400
        left, kept = house.fusion.identity._tokens._refresh.values()
        assert (left.revoked, kept.revoked) == (True, False)


async def test_the_button_in_the_thread_gives_whoever_presses_it_a_link_of_their_own(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        waiting = await house.answered(FINANCE, root, "sign in to Fusion")
        for person in (BEN, ANNA):
            await house.slack.click(person, waiting.ts, "sign_in", channel=FINANCE)
        ben, anna = await private_link(house, BEN), await private_link(house, ANNA, 2)
        assert ben != anna
        assert (await sign_in(house, ANNA, 2)).status == 200
        await house.answered(FINANCE, root, "Sources")


async def test_signing_out_ends_it_and_the_next_question_asks_to_sign_in(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        await sign_in(house, ANNA)
        await house.answered(FINANCE, root, "Sources")
        answer = await house.slack.command(ANNA, FINANCE, "/fusion", "sign-out")
        assert answer.body["text"] == sign_in_say.SIGNED_OUT
        again = await house.slack.command(ANNA, FINANCE, "/fusion", "sign-out")
        assert again.body["text"] == sign_in_say.NOT_SIGNED_IN
        await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}", root)
        await house.answered(FINANCE, root, "<@U0ANNA>, sign in to Fusion")
        assert len(house.fusion.invocations) == 1


async def test_the_command_and_the_home_begin_a_sign_in_too(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        answer = await house.slack.command(ANNA, FINANCE, "/fusion", "sign-in")
        link = answer.body["blocks"][1]["elements"][0]["url"]
        callback, asked = await come_back(house, link, USERS[ANNA])
        assert (await press(callback, asked.ticket)).status == 200
        await house.slack.open_home(ANNA)
        await house.slack.until(lambda: _home(house, ANNA, USERS[ANNA]))
        await house.slack.open_home(BEN)
        home = await house.slack.until(lambda: _home(house, BEN, "not signed in"))
        await house.slack.click_in_view(BEN, home.id, "sign_in")
        home = await house.slack.until(lambda: _home(house, BEN, "This link is for you alone"))
        link = next(
            e["url"] for b in home.json()["blocks"] for e in b.get("elements", ()) if "url" in e
        )
        callback, asked = await come_back(house, link, USERS[BEN])
        await press(callback, asked.ticket)
        home = await house.slack.until(lambda: _home(house, BEN, USERS[BEN]))
        await house.slack.click_in_view(BEN, home.id, "sign_out")
        await house.slack.until(lambda: _home(house, BEN, "not signed in"))


def _home(house: Service, person: str, text: str) -> View | None:
    home = house.slack.home(person)
    return home if home is not None and text in str(home.json()["blocks"]) else None
