"""Threads made to look like their runs: each part once, whatever Slack does in between."""

from datetime import timedelta

import pytest

from bot.audit import read_record
from bot.domain import events as e
from bot.domain.audit import Kind
from bot.showing import NotShown
from bot.slack.installing.manifest import SCOPES
from bot.slack.threads.pacing import BETWEEN_EDITS
from tests.slack.showing import DONE, FINANCE, INVOKED, LONG, PAYMENT, Showing, showing

pytestmark = pytest.mark.usefixtures("no_pause")


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
