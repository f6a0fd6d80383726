"""Each person is spoken to in the language of their Slack."""

from functools import partial
from pathlib import Path

from bot.demo import POLICIES
from tests.stories.service import ANNA, BEN, CHLOE, FINANCE, Service, service
from tests.stories.test_policies import PAY


def home_says(house: Service, person: str, text: str) -> bool:
    home = house.slack.home(person)
    return home is not None and text in home.plain


async def test_thread_card_whisper_and_home_are_in_their_readers_language(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        for person, locale in ((ANNA, "de-DE"), (BEN, "ja-JP"), (CHLOE, "fr-FR")):
            house.slack.person(person).locale = locale
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {PAY}")
        await house.answered(FINANCE, root, "Ihre Freigabe wird benötigt")
        french = await house.slack.until(
            lambda: next((m for m in house.slack.messages("D0CHLOE") if m.bot_id), None)
        )
        japanese = await house.slack.until(
            lambda: next((m for m in house.slack.messages("D0BEN") if m.bot_id), None)
        )
        assert "approbation" in french.plain
        assert "承認" in japanese.plain
        await house.slack.click(CHLOE, french.ts, "approval_approve", channel="D0CHLOE")
        await house.slack.until(lambda: "Ben" in french.plain or BEN in french.plain)
        await house.slack.click(
            CHLOE, french.ts, "approval_approve", channel="D0CHLOE", even_if_gone=True
        )
        told = await house.slack.until(lambda: house.slack.ephemerals(CHLOE))
        assert "déjà" in told[0].plain
        await house.slack.open_home(ANNA)
        await house.slack.until(partial(home_says, house, ANNA, "Fusion"))
        assert home_says(house, ANNA, "Ihr")
        await house.slack.command(ANNA, FINANCE, "/fusion", "help")
        assert "/fusion ask" in house.slack.ephemerals(ANNA)[-1].plain
        assert "Pass" not in house.slack.ephemerals(ANNA)[-1].plain


async def test_a_language_that_is_not_spoken_is_answered_in_english(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.person(ANNA).locale = "xx-XX"
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        await house.answered(FINANCE, root, "Your approval is needed")
