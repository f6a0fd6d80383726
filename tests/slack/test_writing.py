"""What Slack does not take as it is drawn is written in another form."""

import pytest

from bot.domain import events as e
from bot.domain.answer import Answer
from tests.slack.showing import INVOKED, showing

pytestmark = pytest.mark.usefixtures("no_pause")


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
