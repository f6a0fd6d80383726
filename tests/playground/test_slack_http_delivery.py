"""Deliveries by HTTP, and the receiver that other tests use in the bot's place."""

import json
import urllib.parse
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.playground.slack import SlackServer

Json = dict[str, Any]


@dataclass(slots=True)
class Received:
    """One request as it came; `payload` is its JSON, its form's `payload`, or its form."""

    payload: Json
    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class Receiver:
    """Stands where the bot's HTTP endpoint would; `answer` decides each response."""

    slack: SlackServer
    answer: Callable[[Json], web.Response] = lambda _payload: web.Response()
    received: list[Received] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        payload = read_payload(request.content_type, body)
        self.received.append(Received(payload, body, dict(request.headers)))
        self.slack.changes.wake()
        return self.answer(payload)

    @property
    def events(self) -> list[Json]:
        return [each.payload["event"] for each in self.received if "event" in each.payload]

    def of(self, type_: str) -> list[Json]:
        return [event for event in self.events if event["type"] == type_]


def read_payload(content_type: str, body: bytes) -> Json:
    if content_type == "application/json":
        payload: Json = json.loads(body)
        return payload
    form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    if "payload" in form:
        inner: Json = json.loads(form["payload"])
        return inner
    return form


@asynccontextmanager
async def a_receiver(**settings: Any) -> AsyncIterator[Receiver]:
    """A Slack server that delivers to a receiver; `settings` are the server's."""
    async with SlackServer(**settings) as slack:
        receiver = Receiver(slack)
        app = web.Application()
        app.router.add_post("/slack/events", receiver.take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        try:
            yield receiver
        finally:
            await runner.cleanup()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as receiver:
        yield receiver


def is_signed(received: Received, secret: str) -> bool:
    return SignatureVerifier(secret).is_valid_request(received.body, received.headers)


async def test_events_commands_and_interactions_carry_a_valid_signature(
    receiver: Receiver,
) -> None:
    slack = receiver.slack
    await slack.say("U0ANNA", "C0FINANCE", "hello")
    await slack.command("U0ANNA", "C0FINANCE", "/fusion", "help & more")
    await slack.shortcut("U0ANNA", "ask_fusion")
    await slack.settled()
    assert len(receiver.received) == 3
    assert all(is_signed(each, slack.signing_secret) for each in receiver.received)
    assert not any(is_signed(each, "another secret") for each in receiver.received)


async def test_a_tampered_body_does_not_verify(receiver: Receiver) -> None:
    await receiver.slack.say("U0ANNA", "C0FINANCE", "hello")
    await receiver.slack.settled()
    received = receiver.received[0]
    received.body = received.body.replace(b"hello", b"HELLO")
    assert not is_signed(received, receiver.slack.signing_secret)


async def test_what_was_refused_is_repeated_with_its_number_and_reason(
    receiver: Receiver,
) -> None:
    receiver.slack.retry_after = (0.0, 0.01, 0.01)
    answers = iter([web.Response(status=500), web.Response(status=404), web.Response()])
    receiver.answer = lambda _payload: next(answers)
    await receiver.slack.say("U0ANNA", "C0FINANCE", "hello")
    await receiver.slack.settled()
    numbers = [each.headers.get("X-Slack-Retry-Num") for each in receiver.received]
    reasons = [each.headers.get("X-Slack-Retry-Reason") for each in receiver.received]
    ids = {each.payload["event_id"] for each in receiver.received}
    assert numbers == [None, "1", "2"]
    assert reasons == [None, "http_error", "http_error"]
    assert len(ids) == 1


async def test_an_event_is_given_up_on_after_three_repetitions(receiver: Receiver) -> None:
    receiver.slack.retry_after = (0.0, 0.0, 0.0)
    receiver.answer = lambda _payload: web.Response(status=503)
    await receiver.slack.say("U0ANNA", "C0FINANCE", "hello")
    await receiver.slack.settled()
    assert len(receiver.received) == 4
    assert [delivery.failures for delivery in receiver.slack.lost] == [["http_error"] * 4]


async def test_no_retry_is_honoured(receiver: Receiver) -> None:
    headers = {"X-Slack-No-Retry": "1"}
    receiver.answer = lambda _payload: web.Response(status=500, headers=headers)
    await receiver.slack.say("U0ANNA", "C0FINANCE", "hello")
    await receiver.slack.settled()
    assert len(receiver.received) == 1


async def test_a_redirect_is_no_acknowledgement(receiver: Receiver) -> None:
    receiver.slack.retry_after = ()
    headers = {"Location": receiver.slack.page_url}
    receiver.answer = lambda _payload: web.Response(status=302, headers=headers)
    await receiver.slack.say("U0ANNA", "C0FINANCE", "hello")
    await receiver.slack.settled()
    assert len(receiver.slack.lost) == 1


async def test_nobody_listening_is_a_failed_connection() -> None:
    async with SlackServer() as slack:
        slack.deliver_to("http://127.0.0.1:9/slack/events")
        slack.retry_after = ()
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.settled()
        assert slack.lost[0].failures == ["connection_failed"]
        answer = await slack.command("U0ANNA", "C0FINANCE", "/fusion")
        assert not answer.ok
        assert answer.error is not None
        assert "connection_failed" in answer.error


async def test_an_answer_that_takes_too_long_is_a_time_out() -> None:
    async with a_receiver() as receiver:
        slack = receiver.slack
        slack.ack_within = 0.05
        slack.retry_after = ()

        async def never(_request: web.Request) -> web.Response:
            await slack.changes.until(lambda: False, 5)
            return web.Response()

        app = web.Application()
        app.router.add_post("/", never)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await slack.say("U0ANNA", "C0FINANCE", "hello")
        await slack.settled()
        await runner.cleanup()
        assert slack.lost[0].failures == ["http_timeout"]


async def test_each_event_can_be_delivered_several_times(receiver: Receiver) -> None:
    receiver.slack.deliver_every(times=3)
    await receiver.slack.say("U0ANNA", "C0FINANCE", "hello")
    await receiver.slack.settled()
    assert len(receiver.received) == 3
    assert len({each.payload["event_id"] for each in receiver.received}) == 1


async def test_the_url_is_verified_by_a_challenge(receiver: Receiver) -> None:
    assert not await receiver.slack.verify_url()
    receiver.answer = lambda payload: web.json_response({"challenge": payload["challenge"]})
    assert await receiver.slack.verify_url()
    receiver.answer = lambda payload: web.Response(text=payload["challenge"])
    assert await receiver.slack.verify_url()


async def test_without_a_url_deliveries_go_back_to_sockets(receiver: Receiver) -> None:
    receiver.slack.deliver_to(None)
    await receiver.slack.say("U0ANNA", "C0FINANCE", "hello")
    assert len(receiver.slack.on_the_way) == 1
    assert not receiver.received
