"""A very long answer comes as a file as well: once, whatever Slack does in between."""

import pytest

from bot.domain import events as e
from bot.domain.answer import Answer
from bot.playground.slack import Message
from bot.showing import NotShown
from tests.slack.showing import FINANCE, INVOKED, Showing, showing

TEXT = "\n\n".join(f"Paragraph {n}. " + "word " * 2000 for n in range(8))
LONG = e.Completed(Answer(output=TEXT))
COMPLETE = "files.completeUploadExternal"

pytestmark = pytest.mark.usefixtures("no_pause")


def files_of(it: Showing) -> list[Message]:
    return [each for each in it.slack.messages(FINANCE) if each.files]


async def test_the_whole_of_it_is_in_one_file_in_the_thread() -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED, LONG)
        await it.view.show(run)
        (message,) = files_of(it)
        assert message.thread_ts == run.turn.place.ts
        assert message.text == "The whole answer as a file."
        (file,) = it.slack.workspace.files.values()
        assert (file.content or b"").decode() == TEXT
        assert file.name == f"answer-{run.id}.md"


async def test_a_shorter_answer_has_none() -> None:
    async with showing() as it:
        await it.shown(await it.ask(), INVOKED, e.Completed(Answer(output=TEXT[:30_000])))
        assert not files_of(it)


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
async def test_a_lost_reply_never_makes_two(kind: str) -> None:
    async with showing() as it:
        it.slack.faults.add(COMPLETE, kind)  # type: ignore[arg-type]
        run = await it.shown(await it.ask(), INVOKED)
        run = await it.house.ledger.record(run, LONG)
        with pytest.raises(NotShown):
            await it.view.show(run)
        await it.view.show(run)
        assert len(files_of(it)) == 1


async def test_where_files_are_not_allowed_the_messages_must_do() -> None:
    async with showing() as it:
        it.slack.scopes.discard("files:write")
        run = await it.shown(await it.ask(), INVOKED, LONG)
        assert len(it.posted()) > 5
        assert not files_of(it)
        await it.view.show(run)
        assert len(it.slack.calls_of("files.getUploadURLExternal")) == 1
