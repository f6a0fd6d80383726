"""Deciders wherever they are: a card of their own, their queue, and words that may be an answer."""

from functools import partial
from pathlib import Path

from bot.demo import POLICIES
from bot.playground.slack import Message
from tests.stories.service import ANNA, BEN, CHLOE, FINANCE, Service, service
from tests.stories.test_policies import JOURNAL, PAY, asked, card_for, click, says

PRIVATE = "G0BOARD"


def home_says(house: Service, person: str, text: str) -> bool:
    home = house.slack.home(person)
    return home is not None and text in home.plain


async def test_cards_in_direct_messages_keep_step_with_the_threads(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        card = await asked(house, PAY)
        bens, chloes = await card_for(house, BEN), await card_for(house, CHLOE)
        for theirs in (bens, chloes):
            assert "You are asked because the policy *Payments over the limit* names you" in (
                theirs.plain
            )
            assert "EUR 118,430.00" in theirs.plain
            assert "/archives/C0FINANCE/" in theirs.plain, "it leads to the thread"
        assert not house.slack.messages("D0ANNA"), "who asked has the thread, and may not decide"
        await click(house, BEN, bens)
        for each in (card, bens, chloes):
            await says(house, each, "Approved so far by <@U0BEN>")
        await house.slack.until(lambda: "approval_approve" not in bens.buttons)
        assert "approval_approve" in chloes.buttons
        await click(house, CHLOE, chloes)
        for each in (card, bens, chloes):
            await says(house, each, "Approved by <@U0CHLOE>")
            assert not each.buttons
        assert len(await house.fusion.wait_for_decisions(1)) == 1


async def test_who_cannot_see_the_channel_still_sees_what_to_decide(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        house.slack.add_channel(PRIVATE, "board", is_private=True)
        root = await house.slack.say(ANNA, PRIVATE, f"@Fusion {PAY}")
        card = await house.answered(PRIVATE, root, "Your approval is needed")
        for person in (BEN, CHLOE):
            theirs = await card_for(house, person)
            assert "Lindqvist Paper AB" in theirs.plain
            await click(house, person, theirs)
        await says(house, card, "Approved by <@U0CHLOE>")
        await house.answered(PRIVATE, root, "Invoice 4711 was **paid**")


async def test_somebody_who_takes_no_direct_messages_holds_nothing_up(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        house.slack.channel("D0BEN").is_archived = True
        card = await asked(house, PAY)
        await card_for(house, CHLOE)
        for person in (BEN, CHLOE):
            await click(house, person, card)
        await house.answered(FINANCE, card.thread_ts or "", "Invoice 4711 was **paid**")


async def test_the_home_and_the_command_show_what_waits(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        await asked(house, PAY)
        await asked(house, JOURNAL, asker=CHLOE)
        for person, mine, theirs in ((ANNA, 1, 1), (BEN, 2, 0), (CHLOE, 1, 1)):
            await house.slack.open_home(person)
            await house.slack.until(partial(home_says, house, person, f"Waiting for you ({mine})"))
            assert home_says(house, person, f"You asked, and it waits ({theirs})")
            await house.slack.command(person, FINANCE, "/fusion", "approvals")
            (told,) = house.slack.ephemerals(person)
            assert f"Waiting for you ({mine})" in told.plain
        home = house.slack.home(BEN)
        assert home is not None
        assert "Pay EUR 118,430.00 to Lindqvist Paper AB" in home.plain
        assert "asked by <@U0ANNA>" in home.plain


async def test_the_home_shows_what_one_asked_and_decides_once(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        await house.answered(FINANCE, root, "Your approval is needed")
        await house.slack.open_home(ANNA)
        await house.slack.until(partial(home_says, house, ANNA, "Waiting for you (1)"))
        home = house.slack.home(ANNA)
        assert home is not None
        assert "You asked, and it waits (0)" in home.plain
        assert "Running for you (0)" in home.plain


async def test_approvals_of_one_person_are_independent(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        first, second = await asked(house, JOURNAL), await asked(house, JOURNAL)
        await click(house, BEN, second, "reject")
        await says(house, second, "Rejected by <@U0BEN>")
        assert "approval_approve" in first.buttons
        await click(house, CHLOE, first)
        await house.answered(FINANCE, first.thread_ts or "", "The journal was **posted**")
        await house.answered(FINANCE, second.thread_ts or "", "The journal was **not posted**")
        assert sorted(each.action.value for each in house.fusion.decisions) == ["approve", "reject"]
        assert sorted(each.outcome for each in await house.record()) == ["approved", "rejected"]


# Words while an approval waits


async def whisper(house: Service, person: str) -> Message:
    found = await house.slack.until(lambda: house.slack.ephemerals(person))
    return found[-1]


async def test_words_become_the_answer_when_their_writer_says_so(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Ask me something")
        card = await house.answered(FINANCE, root, "A reply is needed")
        await house.slack.say(ANNA, FINANCE, "4410 Marketing", root)
        question = await whisper(house, ANNA)
        assert "Is what you wrote the answer to it, or your next question?" in question.plain
        assert not house.fusion.decisions, "nothing is decided by typing"
        await house.slack.click(ANNA, question.ts, "waiting_answer", channel=FINANCE)
        await says(house, card, "Answered by <@U0ANNA>", "4410 Marketing")
        await house.answered(FINANCE, root, "I noted this cost centre: 4410 Marketing")
        assert [each.comment for each in house.fusion.decisions] == ["4410 Marketing"]
        assert len(house.fusion.invocations_of("4410 Marketing")) <= 1


async def test_words_stay_the_next_question_when_their_writer_says_so(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Ask me something")
        card = await house.answered(FINANCE, root, "A reply is needed")
        await house.slack.say(ANNA, FINANCE, "echo what else", root)
        question = await whisper(house, ANNA)
        await house.slack.click(ANNA, question.ts, "waiting_question", channel=FINANCE)
        await house.slack.until(
            lambda: "when its turn comes" in house.slack.ephemerals(ANNA)[-1].plain
        )
        assert not house.fusion.decisions
        await click(house, ANNA, card, "reply")
        await house.slack.submit(ANNA, "approval_reply", {"approval_text": "4410"})
        await house.answered(FINANCE, root, "echo: echo what else")


async def test_words_decide_nothing_where_buttons_do(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        await house.answered(FINANCE, root, "Your approval is needed")
        await house.slack.say(ANNA, FINANCE, "Approve", root)
        assert (
            "What you wrote decides nothing: use its buttons" in (await whisper(house, ANNA)).plain
        )
        await house.slack.say(BEN, FINANCE, "@Fusion yes, do it", root)
        await house.answered(FINANCE, root, "Queued")
        assert not house.fusion.decisions


async def test_a_request_of_3000_characters_and_40_parameters_is_shown_whole(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Pay the batch")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        for number in range(1, 41):
            assert f"Invoice {4700 + number}" in card.plain
        assert card.plain.count("Each payment was matched") >= 40
        assert "not shown here" not in card.plain
        assert card.buttons == ["approval_approve", "approval_reject", "approval_details"]
        await click(house, ANNA, card)
        await house.answered(FINANCE, root, "The batch was **paid**")
