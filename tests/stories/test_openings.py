"""Guests and people of other organisations, where channels were opened to them."""

from pathlib import Path

from tests.stories.service import FINANCE, GENERAL, service

DAN = "U0DAN"  # a guest
ELSE = "U0ELSE"
CARD = "approval_approve"
OPENED = f"""
[channels.{FINANCE}]
guests = true

[channels.{GENERAL}]
guests = true
other_organisations = true

[users]
"T0PLAY:U0NAMED" = "anna@playground.example"
"""


async def test_a_guest_asks_where_it_is_open_and_decides_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, grant="jwt_bearer", add=OPENED) as house:
        root = await house.slack.say(DAN, FINANCE, "@Fusion echo hello")
        await house.answered(FINANCE, root, "echo: echo hello")
        assert house.fusion.invocations[0].user.startswith("dan")
        direct = house.slack.world.im_of(DAN).id
        root = await house.slack.say(DAN, direct, "echo hello")
        await house.answered(direct, root, "in channels that were opened")
        root = await house.slack.say(DAN, FINANCE, "@Fusion Approve invoice 4711")
        card = await house.slack.until(
            lambda: next((m for m in house.bot_messages(FINANCE, root) if CARD in m.buttons), None),
            says="the card of an approval",
        )
        await house.slack.click(DAN, card.ts, CARD, channel=FINANCE)
        await house.slack.until(
            lambda: any("Guests may not" in each.plain for each in house.slack.ephemerals(DAN)),
            says="a guest may not decide",
        )
        assert house.fusion.decisions == []


async def test_another_organisation_cannot_make_somebody_ours_by_an_email(tmp_path: Path) -> None:
    async with service(tmp_path, grant="jwt_bearer", add=OPENED) as house:
        for user in (ELSE, "U0NAMED"):
            house.slack.add_person(user, "Anna", email="anna@playground.example", team="T0OTHER")
        root = await house.slack.say(ELSE, GENERAL, "@Fusion echo mine")
        await house.answered(GENERAL, root, "named one by one")
        root = await house.slack.say("U0NAMED", FINANCE, "@Fusion echo mine")
        await house.answered(FINANCE, root, "in channels that were opened")
        assert house.fusion.invocations == []
        root = await house.slack.say("U0NAMED", GENERAL, "@Fusion echo named")
        await house.answered(GENERAL, root, "echo: echo named")
