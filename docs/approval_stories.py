"""Approvals, each led to the point of which a picture is taken: whom to be, and what to look at."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from bot.demo import Playground
from bot.playground.slack import Message

ANNA, BEN, CHLOE = "U0ANNA", "U0BEN", "U0CHLOE"
FINANCE = "C0FINANCE"
CONTRACT = "Sign the contract with Kestrel Software"


class View(NamedTuple):
    """Who looks, and at which channel and thread; the thread is "" for a channel or the Home."""

    person: str
    channel: str
    thread: str = ""
    home: bool = False


async def asked(stage: Playground, question: str, says: str = "Your approval is needed") -> Message:
    """The card of a question that Anna has asked."""
    for person in stage.slack.world.people.values():
        person.locale = "en-GB"
    root = await stage.slack.say(ANNA, FINANCE, f"@Fusion {question}")
    return await card(stage, root, says)


async def card(stage: Playground, root: str, says: str) -> Message:
    """The message of the bot in a thread that says this and can be decided."""
    return await stage.slack.until(
        lambda: next(
            (
                m
                for m in stage.slack.thread(FINANCE, root)
                if m.bot_id and says in m.plain and m.buttons
            ),
            None,
        ),
        timeout=30,
    )


async def says(stage: Playground, message: Message, text: str) -> None:
    """Wait until a message says this."""
    await stage.slack.until(lambda: text in message.plain, timeout=30, says=text)


async def click(stage: Playground, person: str, message: Message, verb: str = "approve") -> None:
    """Click on a card."""
    await stage.slack.click(person, message.ts, f"approval_{verb}", channel=message.channel)


def thread(message: Message, person: str = ANNA) -> View:
    """The thread of a card."""
    return View(person, message.channel, message.thread_ts or message.ts)


async def changes(stage: Playground) -> View:
    """Three rounds: two changes are requested, the third revision is open."""
    first = await asked(stage, "Change the budget", "Round 1")
    root = first.thread_ts or ""
    current = first
    for number, text in ((2, "10 % less for travel"), (3, "Nothing for trade fairs")):
        await click(stage, ANNA, current, "reply")
        await stage.slack.submit(ANNA, "approval_reply", {"approval_text": text})
        current = await card(stage, root, f"Round {number} of 3")
    return thread(current)


async def quorum(stage: Playground) -> View:
    """One of two has approved."""
    message = await asked(stage, "Pay invoice 4711")
    await says(stage, message, "must approve")
    await click(stage, BEN, message)
    await says(stage, message, "Approved so far")
    return thread(message)


async def four_eyes(stage: Playground) -> View:
    """Who asked clicks, and is told that somebody else has to decide."""
    message = await asked(stage, "Post the journal of March")
    await click(stage, ANNA, message)
    await stage.slack.until(lambda: stage.slack.ephemerals(ANNA), timeout=30)
    return thread(message)


async def reminder(stage: Playground) -> View:
    """An hour later."""
    message = await asked(stage, CONTRACT)
    stage.clock.forward(timedelta(hours=1, minutes=1))
    await stage.slack.until(
        lambda: any(
            "still waits" in m.plain for m in stage.slack.thread(FINANCE, message.thread_ts or "")
        ),
        timeout=30,
    )
    return thread(message)


async def escalation(stage: Playground) -> View:
    """Eight hours later the next stage decides."""
    message = await asked(stage, CONTRACT)
    stage.clock.forward(timedelta(hours=8, minutes=1))
    await says(stage, message, "did not decide in time")
    await says(stage, message, "one of 3")
    return thread(message)


async def expiry(stage: Playground) -> View:
    """Three days later it is not approved."""
    message = await asked(stage, CONTRACT)
    stage.clock.forward(timedelta(days=3, minutes=1))
    await says(stage, message, "Expired")
    return thread(message)


async def delegation(stage: Playground) -> View:
    """The manager has handed over; whom to sees why they are asked."""
    message = await asked(stage, CONTRACT)
    await click(stage, BEN, message, "delegate")
    await stage.slack.submit(BEN, "approval_delegate", {"approval_person": CHLOE})
    await says(stage, message, "handed over")
    await stage.slack.until(lambda: stage.slack.messages("D0CHLOE"), timeout=30)
    return View(CHLOE, "D0CHLOE")


async def elsewhere(stage: Playground) -> View:
    """Somebody decided in Fusion's own pages."""
    message = await asked(stage, "Approve invoice 4711")
    (job,) = stage.fusion.waiting_jobs()
    stage.fusion.finish_elsewhere(job.id)
    await says(stage, message, "Decided elsewhere")
    return thread(message)


async def not_delivered(stage: Playground) -> View:
    """Fusion did not take the decision: it is open again, and says so."""
    message = await asked(stage, "Approve invoice 4711")
    stage.fusion.faults.add("status", on="invoke", code=400)
    await click(stage, ANNA, message)
    await says(stage, message, "did not take the decision")
    return thread(message)


async def details(stage: Playground) -> View:
    """3,000 characters and forty parameters."""
    return thread(await asked(stage, "Pay the batch"))


async def reason(stage: Playground) -> View:
    """Rejected, with the reason that the policy asks for."""
    message = await asked(stage, "Pay invoice 4711")
    await says(stage, message, "must approve")
    await click(stage, CHLOE, message, "reject")
    await stage.slack.submit(CHLOE, "approval_reason", {"approval_text": "Twice what was ordered."})
    await says(stage, message, "Rejected by")
    return thread(message)


async def answer_or_question(stage: Playground) -> View:
    """Words while the agent waits for some: meant as what?"""
    message = await asked(stage, "Ask me something", "A reply is needed")
    await stage.slack.say(ANNA, FINANCE, "4410 Marketing", message.thread_ts)
    await stage.slack.until(lambda: stage.slack.ephemerals(ANNA), timeout=30)
    return thread(message)


async def queue(stage: Playground) -> View:
    """What waits for Ben."""
    for question in ("Pay invoice 4711", "Post the journal of March", CONTRACT):
        await says(
            stage, await asked(stage, question), "may decide" if question == CONTRACT else "must"
        )
    await stage.slack.open_home(BEN)
    return View(BEN, "D0BEN", home=True)


STORIES: dict[str, Callable[[Playground], Awaitable[View]]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        changes, quorum, four_eyes, reason, reminder, escalation, expiry, delegation, elsewhere,
        not_delivered, details, answer_or_question, queue,
    )
}  # fmt: skip
