"""Many approvals, a crowd that clicks at random, and a bot that is killed; then the books.

Everybody clicks on anything that they see, whether they may or not. In the end each approval must
have ended once, with one decision at Fusion that the record explains.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from bot.domain.audit import Entry, Kind
from bot.domain.stories import Ending, Story
from bot.playground.slack import ButtonNotThere, Message
from tests.faults.mortal import MortalService, is_final

CHANNELS = 20
KINDS = (
    "Approve invoice {}",  # the asker alone
    "Pay invoice {}",  # two of ten, not the asker
    "Post the journal of March, part {}",  # one of five, not the asker
    "Sign the contract number {}",  # a stage of two, then the group; both need a reason
)
VERBS = ("approval_approve",) * 3 + ("approval_reject", "approval_details")
QUORUM = {"Payments": 2, "Journals": 1, "Contracts": 2}


def person(number: int) -> str:
    """Somebody in the crowd."""
    return f"U0P{number:02d}"


def policies(people: int) -> str:
    """Who may decide what, as bot.toml has it."""
    names = [person(number) for number in range(people)]
    return f"""
[[approval_policies]]
name = "Payments"
node = "Approve payment"
not_the_asker = true
may_delegate = true
[[approval_policies.stages]]
groups = ["S0CROWD"]
quorum = 2

[[approval_policies]]
name = "Journals"
node = "Approve journal"
not_the_asker = true
[[approval_policies.stages]]
people = {names[-5:]}

[[approval_policies]]
name = "Contracts"
node = "Sign contract"
reasons = ["approve", "reject"]
[[approval_policies.stages]]
people = {names[:2]}
[[approval_policies.stages]]
groups = ["S0CROWD"]
"""


@dataclass(slots=True)
class Crowd:
    """Everybody, what they asked, and what they do."""

    house: MortalService
    people: int
    chance: random.Random
    askers: dict[str, str] = field(default_factory=dict)  # by the text of the question
    roots: dict[str, tuple[str, str]] = field(default_factory=dict)  # channel and thread, likewise
    clicks: Counter[str] = field(default_factory=Counter)

    def come(self) -> None:
        """Join the workspace, its channels and the group."""
        for number in range(self.people):
            self.house.slack.add_person(person(number), f"Person {number}")
        for number in range(CHANNELS):
            self.house.slack.add_channel(f"C0CROWD{number:02d}", f"crowd-{number:02d}")
        members = [person(number) for number in range(min(10, self.people))]
        self.house.slack.world.groups["S0CROWD"] = members

    async def ask(self, approvals: int) -> None:
        """Ask for so many things, of each kind in turn; returns when all of them wait."""
        for number in range(approvals):
            text = KINDS[number % len(KINDS)].format(4000 + number)
            asker, channel = person(number % self.people), f"C0CROWD{number % CHANNELS:02d}"
            self.askers[text] = asker
            root = await self.house.slack.say(asker, channel, f"@Fusion {text}")
            self.roots[text] = channel, root
        await self.house.slack.until(
            lambda: len(self.open_cards()) >= approvals,
            timeout=120,
            says=f"all {approvals} wait",
        )

    def open_cards(self) -> list[Message]:
        """The cards in threads that can be decided."""
        return [
            each
            for channel, root in self.roots.values()
            for each in self.house.bot_messages(channel, root)
            if "approval_approve" in each.buttons
        ]

    async def click_at_random(self, who: str, until: float) -> None:
        """Click on anything that they see, as fast as people do."""
        loop = asyncio.get_running_loop()
        while loop.time() < until:
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))  # as people click
            own = self.house.slack.messages(f"D{who[1:]}")
            seen = self.open_cards() + [m for m in own if "approval_approve" in m.buttons] * 5
            if seen:
                await self.click(who, self.chance.choice(seen), self.chance.choice(VERBS))

    async def click(self, who: str, card: Message, verb: str) -> None:
        """Click once, and give the reason that is asked for."""
        slack = self.house.slack
        with suppress(ButtonNotThere):  # somebody else was quicker
            done = await slack.click(who, card.ts, verb, channel=card.channel)
            self.clicks["acknowledged" if done else "not acknowledged"] += 1
        for view in slack.views(who):
            if view.callback_id == "approval_reason":
                await slack.submit(who, view.id, {"approval_text": f"Because {who} says so"})
                self.clicks["reasons"] += 1
        for view in list(slack.views(who)):
            await slack.close_view(who, view.id)

    async def finish(self) -> None:
        """Decide what is still open, each by those who may."""
        slack = self.house.slack
        while not self.all_ended():
            for card in self.open_cards():
                text = next(t for t, place in self.roots.items() if place[1] == card.thread_ts)
                may = {self.askers[text], *(person(n) for n in range(self.people))}
                for who in may:
                    if "approval_approve" in card.buttons:
                        await self.click(who, card, "approval_approve")
            await slack.until(
                lambda: self.open_cards() or self.all_ended(), timeout=60, says="all have ended"
            )

    def all_ended(self) -> bool:
        """Whether each thread has its end."""
        said = [self.house.bot_messages(*place) for place in self.roots.values()]
        return all(each and all(map(is_final, each)) for each in said)


@dataclass(frozen=True, slots=True)
class Books:
    """What must add up."""

    approvals: int
    stories: int
    endings: Mapping[str, int]
    decided_at_fusion: int
    never: Mapping[str, int]  # what must be zero, by name
    entries: Mapping[str, int]


async def books_of(crowd: Crowd) -> Books:
    """Read the record, ask Fusion, and compare."""
    house = crowd.house
    found = await house.record()  # its chain must be whole
    by_job: defaultdict[str, list[str]] = defaultdict(list)
    for each in house.fusion.decisions:
        by_job[each.job_id].append(each.action.value)
    jobs = {story.approval: _asked(story).details["job"] for story in found}
    never = {
        "asked for and not on record": len(crowd.askers) - len(found),
        "without an end": sum(each.outcome in {Ending.OPEN, Ending.DECIDING} for each in found),
        "decided twice at Fusion": sum(len(actions) > 1 for actions in by_job.values()),
        "decided otherwise at Fusion": sum(
            by_job[jobs[each.approval]] != [_action(each)] for each in found
        ),
        "decided without authority": sum(not _had_authority(each) for each in found),
        "confirmed twice": sum(_count(each, Kind.CONFIRMED) > 1 for each in found),
        "story without a beginning": sum(_count(each, Kind.REQUESTED) != 1 for each in found),
        "never shown": sum(_count(each, Kind.SHOWN) == 0 for each in found),
        "never sent": sum(_count(each, Kind.SENT) == 0 for each in found),
    }
    kinds = Counter(entry.kind.value for story in found for entry in story.entries)
    endings = Counter(each.outcome.value for each in found)
    decided = sum(map(len, by_job.values()))
    return Books(len(crowd.askers), len(found), endings, decided, never, kinds)


def _had_authority(story: Story) -> bool:
    """Whether enough people approved, or one rejected, and the asker decided only where allowed."""
    asked = _asked(story)
    policy = str(asked.details["policy"])
    if not policy:
        return story.decided_by == asked.person
    barred = policy != "Contracts" and asked.person in {story.decided_by, *story.approved_by}
    enough = story.outcome is Ending.REJECTED or len(set(story.approved_by)) >= QUORUM[policy]
    return enough and not barred and (policy != "Contracts" or bool(story.reason))


def _asked(story: Story) -> Entry:
    return next(each for each in story.entries if each.kind is Kind.REQUESTED)


def _action(story: Story) -> str:
    return {Ending.APPROVED: "approve", Ending.REJECTED: "reject"}.get(story.outcome, "none")


def _count(story: Story, kind: Kind) -> int:
    return sum(each.kind is kind for each in story.entries)


async def play(crowd: Crowd, seconds: float, kills: int) -> None:
    """Click for so long, with so many kills at random moments in between; then finish."""
    loop, bot = asyncio.get_running_loop(), crowd.house.bot
    until = loop.time() + seconds
    async with asyncio.TaskGroup() as group:
        for number in range(crowd.people):
            group.create_task(crowd.click_at_random(person(number), until))
        for moment in sorted(crowd.chance.uniform(0, seconds) for _ in range(kills)):
            await asyncio.sleep(max(until - seconds + moment - loop.time(), 0))
            await bot.kill()
            await bot.start()
    await crowd.finish()
