"""What a company decided about deciding: several people, in an order, in time, and on the record."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo import POLICIES
from bot.domain.stories import Ending, Story
from bot.playground.slack import Message
from tests.stories.service import ANNA, BEN, CHLOE, FINANCE, Service, service

PAY = "Pay invoice 4711"
CONTRACT = "Sign the contract with Kestrel"
JOURNAL = "Post the journal of March"


async def asked(house: Service, question: str, asker: str = ANNA) -> Message:
    """The card in the thread of a question that waits."""
    root = await house.slack.say(asker, FINANCE, f"@Fusion {question}")
    card = await house.answered(FINANCE, root, "Your approval is needed")
    return await house.slack.until(
        lambda: card if "being looked up" not in card.plain else None, says="who may decide"
    )


async def says(house: Service, card: Message, *texts: str) -> None:
    await house.slack.until(
        lambda: all(each in card.plain for each in texts), says=f"the card should say {texts}"
    )


async def click(house: Service, person: str, card: Message, verb: str = "approve") -> None:
    await house.slack.click(person, card.ts, f"approval_{verb}", channel=card.channel)


async def with_reason(house: Service, person: str, card: Message, verb: str, reason: str) -> None:
    await click(house, person, card, verb)
    await house.slack.submit(person, "approval_reason", {"approval_text": reason})


async def told(house: Service, person: str) -> str:
    """What somebody was told for their eyes alone."""
    found = await house.slack.until(lambda: house.slack.ephemerals(person))
    return str(found[-1].text)


async def card_for(house: Service, person: str) -> Message:
    """The card in somebody's direct messages."""
    channel = f"D{person[1:]}"
    return await house.slack.until(
        lambda: next(
            (
                m
                for m in house.slack.messages(channel)
                if m.bot_id and "approval" in m.plain.lower()
            ),
            None,
        ),
        says=f"{person} should have a card",
    )


async def story(house: Service) -> Story:
    (found,) = await house.record()
    return found


def events(found: Story, *, without: Sequence[str] = ("shown",)) -> list[str]:
    return [each.kind.value for each in found.entries if each.kind.value not in without]


async def test_two_of_three_decide_and_who_asked_is_none_of_them(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        card = await asked(house, PAY)
        await says(house, card, "<@U0BEN>, <@U0CHLOE>: all of 2 must approve")
        await click(house, BEN, card)
        await says(house, card, "Approved so far by <@U0BEN>")
        assert not house.fusion.decisions
        await click(house, BEN, card)
        assert "You have approved this already" in await told(house, BEN)
        await click(house, CHLOE, card)
        await says(house, card, "Approved by <@U0CHLOE>", "Approved so far by <@U0BEN>")
        await house.answered(FINANCE, card.thread_ts or "", "Invoice 4711 was **paid**")
        assert [each.action for each in house.fusion.decisions] == ["approve"]
        found = await story(house)
        assert events(found) == [
            "requested", "clicked", "refused", "clicked", "decided", "sent", "confirmed",
        ]  # fmt: skip
        assert found.outcome is Ending.APPROVED
        assert found.approved_by == ("T0PLAY:U0BEN", "T0PLAY:U0CHLOE")


async def test_one_rejection_with_its_reason_is_enough(tmp_path: Path) -> None:
    resume = '\n[approvals]\nstrategy = "resume"\n'
    async with service(tmp_path, add=POLICIES + resume) as house:
        card = await asked(house, PAY)
        await click(house, BEN, card)
        await says(house, card, "Approved so far by <@U0BEN>")
        await click(house, CHLOE, card, "reject")
        refused = await house.slack.submit(CHLOE, "approval_reason", {"approval_text": " "})
        assert "Give a reason." in str(refused.body)
        await house.slack.submit(CHLOE, "approval_reason", {"approval_text": "Twice the price"})
        await says(house, card, "Rejected by <@U0CHLOE>", "Twice the price")
        await house.answered(FINANCE, card.thread_ts or "", "was **not paid**")
        assert [(each.action, each.comment) for each in house.fusion.decisions] == [
            ("reject", "Twice the price")
        ]
        assert (await story(house)).reason == "Twice the price"


async def test_four_eyes_keep_the_asker_out_and_ask_twice(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        card = await asked(house, JOURNAL, asker=BEN)
        assert any("confirm" in element for _, element in card.elements)
        await click(house, BEN, card)
        assert await told(house, BEN) == "You asked for this, so somebody else has to decide it."
        assert not house.fusion.decisions
        await click(house, ANNA, card)
        await house.answered(FINANCE, card.thread_ts or "", "The journal was **posted**")
        assert events(await story(house)) == [
            "requested", "refused", "clicked", "decided", "sent", "confirmed",
        ]  # fmt: skip


async def test_the_manager_decides_and_then_finance(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        card = await asked(house, CONTRACT)
        await says(house, card, "Only <@U0BEN> may decide", "Stage 1 of 2")
        await click(house, CHLOE, card)
        assert await told(house, CHLOE) == "Only <@U0BEN> may decide this."
        await with_reason(house, BEN, card, "approve", "We need it")
        await says(house, card, "Stage 2 of 2", "<@U0BEN>: We need it")
        await with_reason(house, CHLOE, card, "approve", "In the budget")
        await house.answered(FINANCE, card.thread_ts or "", "The contract was **signed**")
        assert [each.action for each in house.fusion.decisions] == ["approve"]
        found = await story(house)
        assert found.reason == "In the budget"
        assert [each.details["stage"] for each in found.entries if each.kind == "clicked"] == [1, 2]


async def test_what_is_not_decided_in_time_is_reminded_of_escalated_and_expires(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        card = await asked(house, CONTRACT)
        root = card.thread_ts or ""
        house.clock.forward(timedelta(hours=1, minutes=1))
        await house.answered(FINANCE, root, "<@U0BEN> an approval still waits for you")
        house.clock.forward(timedelta(hours=7))
        await says(house, card, "Stage 1 did not decide in time", "Stage 2 of 2")
        await says(house, card, "<@U0ANNA>, <@U0BEN>, <@U0CHLOE>: one of 3 must approve")
        house.clock.forward(timedelta(days=3))
        await says(house, card, "Expired <!date^", "not approved")
        assert not card.buttons
        assert not house.fusion.decisions
        found = await story(house)
        assert found.outcome is Ending.EXPIRED
        assert events(found) == ["requested", "reminded", "escalated", "expired"]
        main = house.bot_messages(FINANCE, root)[0]
        await house.slack.until(lambda: "Nobody decided in time" in main.plain)


async def test_a_decider_hands_over_to_somebody_who_may(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        card = await asked(house, CONTRACT)
        await click(house, BEN, card, "delegate")
        refused = await house.slack.submit(BEN, "approval_delegate", {"approval_person": "U0DAN"})
        assert "They may not decide this" in str(refused.body)
        await house.slack.submit(BEN, "approval_delegate", {"approval_person": CHLOE})
        await says(house, card, "<@U0BEN> handed over to <@U0CHLOE>")
        theirs = await card_for(house, CHLOE)
        assert "<@U0BEN> handed this over to you" in theirs.plain
        await click(house, BEN, card)
        assert await told(house, BEN) == "Only <@U0CHLOE> may decide this."
        await with_reason(house, CHLOE, theirs, "reject", "Too long a term")
        await says(house, card, "Rejected by <@U0CHLOE>")
        await house.answered(FINANCE, card.thread_ts or "", "was **not signed**")
        assert events(await story(house)) == [
            "requested", "refused", "delegated", "refused", "decided", "sent", "confirmed",
        ]  # fmt: skip


async def test_what_fusion_does_not_take_is_open_again_and_says_so(tmp_path: Path) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        card = await asked(house, JOURNAL, asker=BEN)
        house.fusion.faults.add("status", on="invoke", code=400)
        await click(house, ANNA, card)
        await says(house, card, "Fusion did not take the decision. Please decide again.")
        assert "approval_approve" in card.buttons
        await click(house, ANNA, card)
        await house.answered(FINANCE, card.thread_ts or "", "The journal was **posted**")
        assert len(house.fusion.decisions) == 1
        assert events(await story(house)) == [
            "requested", "clicked", "decided", "sent", "reopened",
            "clicked", "decided", "sent", "confirmed",
        ]  # fmt: skip


async def test_buttons_stand_only_where_they_may(tmp_path: Path) -> None:
    only_direct = POLICIES.replace(
        'name = "Four eyes"', 'name = "Four eyes"\nchannels = ["direct"]'
    )
    async with service(tmp_path, add=only_direct) as house:
        card = await asked(house, JOURNAL, asker=BEN)
        await says(house, card, "This may not be decided in this channel")
        assert not card.buttons
        theirs = await card_for(house, ANNA)
        await click(house, ANNA, theirs)
        await house.answered(FINANCE, card.thread_ts or "", "The journal was **posted**")


async def test_every_outcome_is_posted_in_the_audit_channel(tmp_path: Path) -> None:
    more = '\n[approvals]\naudit_channel = "C0GENERAL"\n'
    async with service(tmp_path, add=POLICIES + more) as house:
        card = await asked(house, JOURNAL, asker=BEN)
        await click(house, ANNA, card)
        entry = await house.slack.until(
            lambda: next((m for m in house.slack.messages("C0GENERAL") if m.bot_id), None)
        )
        assert "Approved by <@U0ANNA>" in entry.plain
        assert "Post the journal of March with 214 lines" in entry.plain


# Who may not


def a_guest(house: Service) -> None:
    house.slack.person(CHLOE).is_guest = True


def of_another_organisation(house: Service) -> None:
    house.slack.person(CHLOE).team = "T0OTHER"


def deactivated(house: Service) -> None:
    house.slack.person(CHLOE).deleted = True


def left_the_group(house: Service) -> None:
    house.slack.world.groups["S0FINANCE"].remove(CHLOE)


@pytest.mark.parametrize(
    ("happens", "sentence", "recorded"),
    [
        (a_guest, "Guests may not decide this.", "guest"),
        (
            of_another_organisation,
            "People of another organisation may not decide this.",
            "external",
        ),
        (deactivated, "This account is deactivated.", "deactivated"),
        (left_the_group, "Only <@U0BEN> or <@U0CHLOE> may decide this.", "not_you"),
    ],
)
async def test_who_may_not_decide_is_refused_with_the_reason_and_it_is_on_record(
    tmp_path: Path, happens: Callable[[Service], None], sentence: str, recorded: str
) -> None:
    async with service(tmp_path, add=POLICIES) as house:
        if happens is not left_the_group:
            happens(house)  # what Slack says of accounts counts for a minute
        card = await asked(house, PAY)
        if happens is left_the_group:
            happens(house)
        house.clock.forward(timedelta(seconds=10))
        await click(house, CHLOE, card)
        assert await told(house, CHLOE) == sentence
        assert not house.fusion.decisions
        found = await story(house)
        refused = next(each for each in found.entries if each.kind == "refused")
        assert (refused.person, refused.reason) == ("T0PLAY:U0CHLOE", recorded)
        assert found.outcome is Ending.OPEN
