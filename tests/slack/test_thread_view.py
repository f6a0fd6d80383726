"""Threads made to look like their runs: each part once, whatever Slack does in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.audit import read_record
from bot.domain import events as e
from bot.domain.answer import Answer
from bot.domain.audit import Kind
from bot.domain.events import Event
from bot.domain.job import Waiting, WaitingFor
from bot.domain.run import Run
from bot.domain.turn import Origin, Person, Place, Turn
from bot.playground.slack import Message, SlackServer
from bot.playground.slack.world import TEAM
from bot.showing import NotShown
from bot.slack import outbound as gate
from bot.slack.budgets import Budgets
from bot.slack.installing.manifest import SCOPES
from bot.slack.outbound import Outbound
from bot.slack.text.links import AllowedHosts
from bot.slack.threads.pacing import BETWEEN_EDITS
from bot.slack.threads.picture import Look
from bot.slack.threads.sessions import Sessions
from bot.slack.threads.statuses import Statuses
from bot.slack.threads.uploads import Uploads
from bot.slack.threads.view import SlackThreads
from tests.kept import TEAMS, Kept, kept, turn
from tests.slack.scripted_slack import client_of

FINANCE, ANNA = "C0FINANCE", "U0ANNA"
INVOKED = e.Invoked("job-1", "conversation-1")
PAYMENT = e.Waited(Waiting(WaitingFor.DECISION, key="payment", message="Pay?"))
LONG = e.Completed(
    Answer(output="\n\n".join(f"Paragraph {n}. " + "word " * 200 for n in range(30)))
)
DONE = e.Completed(Answer(output="Paid."))


@dataclass
class Showing:
    """A thread in the emulated Slack, and what shows runs in it."""

    slack: SlackServer
    house: Kept
    view: SlackThreads

    async def ask(self, channel: str = FINANCE) -> Run:
        ts = await self.slack.say(ANNA, channel, "Pay 4711")
        place = Place(TEAM, channel, ts)
        asked = turn(ts, channel=channel, asker=Person(TEAM, ANNA))
        return await self.take(replace(asked, place=place, taken_at=datetime.now(UTC)))

    async def take(self, asked: Turn) -> Run:
        taken = await self.house.ledger.take(asked)
        return await self.house.ledger.run(taken.run_id)

    async def shown(self, run: Run, *events: Event) -> Run:
        """The run after these events, each shown."""
        for event in events:
            run = await self.house.ledger.record(run, event)
            await self.view.show(run)
        return run

    def posted(self, channel: str = FINANCE) -> list[Message]:
        return [each for each in self.slack.messages(channel) if each.bot_id]


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PAUSE", 0.0)


pytestmark = pytest.mark.usefixtures("no_pause")


@asynccontextmanager
async def showing() -> AsyncIterator[Showing]:
    async with SlackServer() as slack, client_of(slack.api_url) as client, kept() as house:
        slack.scopes = set(SCOPES)
        client.token = slack.bot_token
        outbound, session = Outbound(client, Budgets()), client.session
        assert session is not None
        look = Look(TEAMS, AllowedHosts(), timedelta(minutes=1))
        yield Showing(
            slack,
            house,
            SlackThreads(
                outbound,
                house.ledger,
                look,
                house.clock,
                Sessions(outbound),
                Statuses(outbound),
                Uploads(outbound, session),
            ),
        )


async def test_a_placeholder_is_posted_once_and_edited_from_then_on() -> None:
    async with showing() as it:
        run = await it.ask()
        await it.view.show(run)
        (placeholder,) = it.posted()
        assert "Asking *Accounts Payable*" in placeholder.text
        await it.shown(run, INVOKED, DONE)
        (answer,) = it.posted()
        assert answer.ts == placeholder.ts
        assert answer.text == "Paid."
        (post,) = it.slack.calls_of("chat.postMessage")
        assert post.arguments["unfurl_links"] is post.arguments["unfurl_media"] is False
        assert post.arguments["metadata"]["event_payload"] == {"run": run.id, "part": "main"}
        assert post.arguments["thread_ts"] == run.turn.place.ts


def written(it: Showing) -> list[str]:
    """What was posted or edited; sessions are told of meanwhile."""
    return [each.method for each in it.slack.calls if each.method.startswith("chat.")]


async def test_a_picture_that_is_there_already_is_not_drawn_again() -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED, DONE)
        calls = len(written(it))
        for _ in range(3):
            await it.view.show(run)
        assert len(written(it)) == calls


async def test_each_approval_has_a_message_of_its_own() -> None:
    async with showing() as it:
        await it.shown(await it.ask(), INVOKED, PAYMENT, e.Progressed(("On it",)), DONE)
        main, card = it.posted()
        assert main.text == "Paid."
        assert "Decided elsewhere" in card.plain


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_lost_reply_to_a_post_never_makes_two_messages(kind: str, part: int) -> None:
    async with showing() as it:
        run = await it.ask()
        run = await it.house.ledger.record(run, INVOKED)
        run = await it.house.ledger.record(run, LONG)
        it.slack.faults.add("chat.postMessage", kind, after=part)  # type: ignore[arg-type]
        with pytest.raises(NotShown, match="no reply"):
            await it.view.show(run)
        await it.view.show(run)
        answers = it.posted()
        assert len(answers) == len(await it.house.ledger.posted(run)) >= 3
        text = "\n".join(each.plain for each in answers)
        assert [f"Paragraph {n}." in text for n in range(30)] == [True] * 30
        assert (
            text.index("Paragraph 0.") < text.index("Paragraph 15.") < text.index("Paragraph 29.")
        )


async def test_where_it_may_not_look_it_posts_again_rather_than_losing_the_answer() -> None:
    async with showing() as it:
        run = await it.ask()
        it.slack.faults.add("chat.postMessage", "drop_before")
        with pytest.raises(NotShown):
            await it.view.show(run)
        it.slack.scopes = set(SCOPES) - {"channels:history"}
        await it.view.show(run)
        assert len(it.posted()) == 1


async def test_a_message_that_somebody_deleted_is_posted_anew() -> None:
    async with showing() as it:
        run = await it.ask()
        await it.view.show(run)
        it.slack.message(FINANCE, it.posted()[0].ts).deleted = True
        await it.shown(run, INVOKED, DONE)
        (answer,) = it.posted()
        assert answer.text == "Paid."


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_what_slack_does_not_understand_is_drawn_plainer(error: str) -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED)
        it.slack.faults.add("chat.update", "error", error=error)
        await it.shown(run, e.Completed(Answer(output="# Done\n\nAll **paid**.")))
        (answer,) = it.posted()
        assert {block["type"] for block in answer.blocks or []} == {"section", "actions"}
        assert "All" in answer.plain


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_what_slack_takes_in_no_form_is_a_beginning_with_a_file(error: str) -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED)
        it.slack.faults.add("chat.update", "error", error=error, times=2)
        said = f"# Done\n\nAll **paid**. {'More of it. ' * 200}"
        await it.shown(run, e.Completed(Answer(output=said)))
        answer, file = it.posted()
        assert "All paid. More of it." in answer.plain
        assert "all of it is in the file" in answer.plain
        assert len(answer.plain) < 1500
        assert answer.buttons
        (attached,) = file.files
        content = it.slack.workspace.files[attached["id"]].content or b""
        assert content.strip() == said.strip().encode()


async def test_an_answer_full_of_signs_is_no_longer_than_an_edit_may_be() -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED)
        await it.shown(run, e.Completed(Answer(output="<&>" * 1500)))
        assert all(len(each.text) <= 1000 for each in it.posted())
        assert it.posted()[0].text.endswith(";…")
        assert all(each.ok for each in it.slack.calls)


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "channel_not_found"])
async def test_a_channel_that_cannot_be_written_to_is_left_for_a_direct_message(error: str) -> None:
    async with showing() as it:
        run = await it.ask()
        it.slack.faults.add("chat.postMessage", "error", error=error)
        await it.view.show(run)
        thread = await it.house.ledger.thread_of(run)
        direct = thread.place.channel
        assert direct.startswith("D")
        await it.shown(run, INVOKED, DONE)
        root, answer = it.posted(direct)
        assert f"I cannot write in <#{FINANCE}>" in root.plain
        assert "Pay invoice 4711" in root.plain
        assert answer.text == "Paid."
        assert (answer.thread_ts, root.ts) == (root.ts, thread.place.ts)
        assert it.posted() == []


async def test_nobodys_answer_stands_in_the_direct_messages_of_another() -> None:
    async with showing() as it:
        run = await it.ask()
        ben = replace(
            turn("1800.1", text="What is my pay?", asker=Person(TEAM, "U0BEN"), channel=FINANCE),
            place=run.turn.place,
        )
        bens = await it.take(ben)
        it.slack.faults.add("chat.postMessage", "error", error="is_archived")
        await it.view.show(run)
        await it.view.show(bens)
        annas = (await it.house.ledger.thread_of(run)).place.channel
        assert "my pay" not in "".join(each.plain for each in it.posted(annas))
        for _ in range(2):  # and it stands there once
            await it.view.show(await it.house.ledger.record(bens, e.Moved(1)))
            bens = await it.house.ledger.run(bens.id)
        (root, main) = it.posted("D0BEN")
        assert "What is my pay?" in root.plain
        assert main.thread_ts == root.ts


async def test_a_command_below_which_somebody_wrote_early_is_answered() -> None:
    async with showing() as it:
        asked = turn("k1", channel=FINANCE, asker=Person(TEAM, ANNA))
        command = replace(asked, place=Place(TEAM, FINANCE, None), message_ts=None)
        run = await it.take(replace(command, origin=Origin.COMMAND))
        it.slack.faults.add("chat.postMessage", "drop_after")
        with pytest.raises(NotShown):
            await it.view.show(run)
        (root,) = it.posted()
        below = turn("1800.1", channel=FINANCE, asker=Person(TEAM, "U0BEN"))
        await it.take(replace(below, place=Place(TEAM, FINANCE, root.ts)))
        await it.view.show(run)
        await it.shown(run, INVOKED, DONE)
        answer = it.posted()[-1]
        assert (answer.text, answer.thread_ts) == ("Paid.", root.ts)
        assert len(it.posted()) == 2


async def test_that_a_card_is_shown_is_on_record_even_if_its_reply_was_lost() -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED)
        run = await it.house.ledger.record(run, PAYMENT)
        it.slack.faults.add("chat.postMessage", "drop_after")
        with pytest.raises(NotShown):
            await it.view.show(run)
        await it.view.show(run)
        (story,) = (await read_record(it.house.store)).stories
        assert [each.kind for each in story.entries] == [Kind.REQUESTED, Kind.SHOWN]


async def test_a_channel_that_closes_meanwhile_is_left_too() -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED)
        it.slack.faults.add("chat.update", "error", error="is_archived")
        await it.shown(run, DONE)
        thread = await it.house.ledger.thread_of(run)
        assert [each.text for each in it.posted(thread.place.channel)][-1] == "Paid."


async def test_direct_messages_that_are_closed_are_tried_again_later() -> None:
    async with showing() as it:
        run = await it.ask()
        it.slack.faults.add("chat.postMessage", "error", times=2, error="channel_not_found")
        with pytest.raises(NotShown, match="channel_not_found"):
            await it.view.show(run)
        await it.view.show(run)
        assert it.posted() == []


async def test_a_question_that_nobody_typed_as_a_message_begins_the_thread() -> None:
    async with showing() as it:
        command = replace(
            turn(asker=Person(TEAM, ANNA)),
            origin=Origin.COMMAND,
            place=Place(TEAM, FINANCE, None),
            message_ts=None,
            taken_at=datetime.now(UTC),
        )
        run = await it.take(command)
        it.slack.faults.add("chat.postMessage", "drop_after")
        with pytest.raises(NotShown):
            await it.view.show(run)
        await it.shown(run, INVOKED, DONE)
        root, answer = it.posted()
        assert "Pay invoice 4711" in root.plain
        assert answer.thread_ts == root.ts
        assert (await it.house.ledger.thread_of(run)).place.ts == root.ts


@pytest.mark.parametrize("error", ["missing_scope", "token_revoked", "cannot_do_that"])
async def test_any_other_refusal_is_said_and_tried_again_later(error: str) -> None:
    async with showing() as it:
        run = await it.ask()
        it.slack.faults.add("chat.postMessage", "error", error=error)
        with pytest.raises(NotShown, match=error):
            await it.view.show(run)
        await it.view.show(run)
        assert len(it.posted()) == 1


async def test_how_long_slack_told_it_to_wait_is_passed_on() -> None:
    async with showing() as it:
        run = await it.ask()
        it.slack.faults.add("chat.postMessage", "rate_limited", retry_after=90)
        with pytest.raises(NotShown) as not_shown:
            await it.view.show(run)
        told = not_shown.value.retry_after
        assert told is not None
        assert timedelta(seconds=89) < told <= timedelta(seconds=90)


async def test_only_progress_is_held_back() -> None:
    async with showing() as it:
        run = await it.ask()
        assert it.view.hold_back(run) == timedelta(0)
        await it.view.show(run)
        assert it.view.hold_back(run) == timedelta(0)
        run = await it.shown(run, INVOKED)
        pause = it.view.hold_back(run)
        assert timedelta(0) < pause <= BETWEEN_EDITS
        run = await it.house.ledger.record(run, PAYMENT)
        assert it.view.hold_back(run) == timedelta(0)
        run = await it.house.ledger.record(run, DONE)
        assert it.view.hold_back(run) == timedelta(0)
        await it.view.show(run)
        assert it.view.hold_back(run) == timedelta(0)
