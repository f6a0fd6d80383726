"""Modals and the home: opened, filled in, submitted, answered, closed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import ButtonNotThere, NotThere, SlackServer
from tests.playground.test_slack_http_delivery import Receiver, a_receiver
from tests.playground.test_slack_interactions import OPTIONS, button, plain

Json = dict[str, Any]

REASON = {
    "type": "input",
    "block_id": "why",
    "label": plain("Why?"),
    "element": {"type": "plain_text_input", "action_id": "reason", "initial_value": "because"},
}
CHOICE = {
    "type": "input",
    "block_id": "which",
    "optional": True,
    "label": plain("Which?"),
    "element": {"type": "static_select", "action_id": "choice", "options": OPTIONS},
}


def a_modal(**changes: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "approval_reply",
        "private_metadata": "a1",
        "title": plain("Reply"),
        "submit": plain("Send"),
        "blocks": [REASON, CHOICE],
        **changes,
    }


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as receiver:
        receiver.slack.subscribed.clear()
        yield receiver


@pytest.fixture
def slack(receiver: Receiver) -> SlackServer:
    return receiver.slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def open_modal(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver, view: Json
) -> str:
    """Opens a modal for Anna and returns its id."""
    await slack.shortcut("U0ANNA", "ask_fusion")
    trigger = receiver.received[-1].payload["trigger_id"]
    id_: str = (await client.views_open(trigger_id=trigger, view=view))["view"]["id"]
    return id_


async def test_a_trigger_opens_one_modal_and_only_at_once(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    await open_modal(slack, client, receiver, a_modal())
    (view,) = slack.views("U0ANNA")
    assert (view.callback_id, view.private_metadata) == ("approval_reply", "a1")
    trigger = receiver.received[-1].payload["trigger_id"]

    async def refusal(trigger_id: str) -> str:
        with pytest.raises(SlackApiError) as refused:
            await client.views_open(trigger_id=trigger_id, view=a_modal())
        error: str = refused.value.response["error"]
        return error

    assert await refusal(trigger) == "exchanged_trigger_id"
    assert await refusal("1.unknown") == "invalid_trigger_id"
    slack.workspace.views.trigger_life = 0.0
    await slack.shortcut("U0ANNA", "ask_fusion")
    assert await refusal(receiver.received[-1].payload["trigger_id"]) == "expired_trigger_id"


async def test_a_submission_carries_every_value(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    await open_modal(slack, client, receiver, a_modal())
    answer = await slack.submit("U0ANNA", "approval_reply", {"choice": "2"})
    assert answer.ok
    body = receiver.received[-1].payload
    assert body["type"] == "view_submission"
    assert body["view"]["private_metadata"] == "a1"
    assert body["view"]["callback_id"] == "approval_reply"
    assert body["view"]["state"]["values"] == {
        "why": {"reason": {"type": "plain_text_input", "value": "because"}},
        "which": {"choice": {"type": "static_select", "selected_option": OPTIONS[1]}},
    }
    assert slack.views("U0ANNA") == []


async def test_an_empty_required_input_is_stopped_by_the_client(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    await open_modal(slack, client, receiver, a_modal())
    before = len(receiver.received)
    answer = await slack.submit("U0ANNA", "approval_reply", {"reason": ""})
    assert not answer.ok
    assert len(receiver.received) == before
    assert slack.views("U0ANNA")[0].errors == {"why": "Please complete this required field."}
    with pytest.raises(ButtonNotThere, match="there is: reason, choice"):
        await slack.submit("U0ANNA", "approval_reply", {"colour": "red"})


async def test_the_bot_can_answer_a_submission(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    replies: dict[str, Json] = {
        "errors": {"response_action": "errors", "errors": {"why": "Too short."}},
        "update": {"response_action": "update", "view": a_modal(title=plain("Sure?"))},
        "push": {"response_action": "push", "view": a_modal(title=plain("More"))},
        "clear": {"response_action": "clear"},
        "nonsense": {"response_action": "errors", "errors": {"nowhere": "x"}},
    }
    id_ = await open_modal(slack, client, receiver, a_modal())

    async def submit(reply: str) -> list[str]:
        receiver.answer = lambda _payload: web.json_response(replies[reply])
        await slack.submit("U0ANNA", slack.views("U0ANNA")[-1].id)
        return [view.title for view in slack.views("U0ANNA")]

    assert await submit("errors") == ["Reply"]
    assert slack.views("U0ANNA")[0].errors == {"why": "Too short."}
    assert await submit("nonsense") == ["Reply"]
    assert await submit("update") == ["Sure?"]
    assert slack.views("U0ANNA")[0].id == id_
    assert slack.views("U0ANNA")[0].errors is None
    assert await submit("push") == ["Sure?", "More"]
    assert slack.views("U0ANNA")[1].root_id == id_
    assert await submit("clear") == []


async def test_a_submission_that_fails_leaves_the_modal_open(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    await open_modal(slack, client, receiver, a_modal())
    receiver.answer = lambda _payload: web.Response(status=500)
    answer = await slack.submit("U0ANNA", "approval_reply")
    assert answer.error == "We had some trouble connecting. Try again?"
    assert len(slack.views("U0ANNA")) == 1


async def test_closing_is_told_only_where_it_was_asked_for(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    await open_modal(slack, client, receiver, a_modal())
    before = len(receiver.received)
    await slack.close_view("U0ANNA", "approval_reply")
    assert len(receiver.received) == before
    await open_modal(slack, client, receiver, a_modal(notify_on_close=True))
    await slack.close_view("U0ANNA", "approval_reply")
    assert receiver.received[-1].payload["type"] == "view_closed"
    with pytest.raises(NotThere, match="there is: none"):
        await slack.close_view("U0ANNA", "approval_reply")


async def test_a_modal_is_updated_unless_somebody_was_faster(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    id_ = await open_modal(slack, client, receiver, a_modal())
    old_hash = slack.views("U0ANNA")[0].hash
    await client.views_update(view_id=id_, hash=old_hash, view=a_modal(title=plain("New")))
    assert slack.views("U0ANNA")[0].title == "New"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=id_, hash=old_hash, view=a_modal())
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V0X", view=a_modal())
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.views_update(view_id=id_, view=a_modal(title=plain("x" * 25)))


async def test_a_modal_is_pushed_from_a_click_in_one(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    more = {"type": "actions", "elements": [button("more", "1")]}
    id_ = await open_modal(slack, client, receiver, a_modal(blocks=[more]))
    await slack.click_in_view("U0ANNA", id_, "more")
    body = receiver.received[-1].payload
    assert body["container"] == {"type": "view", "view_id": id_}
    await client.views_push(trigger_id=body["trigger_id"], view=a_modal(title=plain("More")))
    assert [view.title for view in slack.views("U0ANNA")] == ["Reply", "More"]
    assert slack.views("U0ANNA")[1].previous_id == id_


async def test_the_home_is_clicked(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    blocks = [{"type": "actions", "elements": [button("sign_out", "x")]}]
    answer = await client.views_publish(
        user_id="U0ANNA", view={"type": "home", "callback_id": "home", "blocks": blocks}
    )
    await slack.click_in_view("U0ANNA", "home", "sign_out")
    body = receiver.received[-1].payload
    assert body["view"]["id"] == answer["view"]["id"]
    assert body["actions"][0]["action_id"] == "sign_out"


async def test_an_input_that_dispatches_tells_the_bot_and_keeps_its_value(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    modal = a_modal(blocks=[REASON, {**CHOICE, "dispatch_action": True}], external_id="reply-a1")
    id_ = await open_modal(slack, client, receiver, modal)
    before = len(receiver.received)
    await slack.click_in_view("U0ANNA", id_, "reason", value="quiet")
    assert len(receiver.received) == before
    await slack.click_in_view("U0ANNA", id_, "choice", value="2")
    action = receiver.received[-1].payload["actions"][0]
    assert action["selected_option"] == OPTIONS[1]
    await slack.submit("U0ANNA", id_)
    values = receiver.received[-1].payload["view"]["state"]["values"]
    assert values["why"]["reason"]["value"] == "quiet"
    assert values["which"]["choice"]["selected_option"] == OPTIONS[1]


async def test_a_modal_is_found_by_its_external_id(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    await open_modal(slack, client, receiver, a_modal(external_id="reply-a1"))
    new = a_modal(external_id="reply-a1", title=plain("New"))
    await client.views_update(external_id="reply-a1", view=new)
    assert [view.title for view in slack.views("U0ANNA")] == ["New"]
    await slack.shortcut("U0ANNA", "ask_fusion")
    trigger = receiver.received[-1].payload["trigger_id"]
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await client.views_open(trigger_id=trigger, view=new)
