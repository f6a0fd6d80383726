"""The outbound gate: three kinds of failure told apart, nothing posted twice, waits kept."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack import outbound as gate
from bot.slack.budgets import Budgets
from bot.slack.outbound import (
    AMBIGUOUS,
    NEVER_REPEATED,
    READS,
    TRIES,
    Outbound,
    SlackRefused,
    SlackUnanswered,
    SlackUnavailable,
)
from tests.slack.scripted_slack import (
    Answer,
    client_of,
    cut,
    half,
    limited,
    never,
    outbound_to,
    refusal,
    reply,
    text,
)

POST, EDIT = "chat.postMessage", "chat.update"


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PAUSE", 0.0)


pytestmark = pytest.mark.usefixtures("no_pause")


async def call(outbound: Outbound, method: str = EDIT, **arguments: Any) -> dict[str, Any]:
    return await outbound.call(method, "T1", arguments or {"channel": "C1"})


async def test_a_call_returns_the_body_of_its_reply() -> None:
    async with outbound_to(reply({"ok": True, "ts": "1.2"})) as (outbound, slack):
        assert (await call(outbound, POST, channel="C1", text="hi"))["ts"] == "1.2"
        assert slack.calls == [("POST", POST, {"channel": "C1", "text": "hi"})]


@pytest.mark.parametrize("method", sorted(READS))
async def test_reads_go_as_a_query(method: str) -> None:
    async with outbound_to() as (outbound, slack):
        await call(outbound, method, channel="C1", include_all_metadata=True)
        ((verb, _, given),) = slack.calls
        assert verb == "GET"
        assert given == {"channel": "C1", "include_all_metadata": "1"}


async def test_a_refusal_carries_slacks_word_and_reasons() -> None:
    reasons = {"messages": ["[ERROR] must be less"]}
    answer = refusal("invalid_blocks", response_metadata=reasons)
    async with outbound_to(answer) as (outbound, slack):
        with pytest.raises(SlackRefused) as refused:
            await call(outbound)
        assert refused.value.error == "invalid_blocks"
        assert refused.value.details == ("[ERROR] must be less",)
        assert str(refused.value) == "chat.update: invalid_blocks"
        assert len(slack.calls) == 1, "a refusal is not repeated"


AMBIGUITIES: list[Answer] = [
    cut,
    half,
    *(refusal(word) for word in sorted(AMBIGUOUS)),
    refusal("whatever", 500),
    text("<html>Bad gateway</html>", 502),
    text("<html>Welcome</html>", 200),
    text("", 200),
    text("not json", 200, "application/json"),
    reply([1, 2], 200),
    reply("text", 200),
    reply(None, 503),
]
NAMES = ["cut", "half", *sorted(AMBIGUOUS), "500", "502", "html", "empty", "no json", "list"]
NAMES += ["string", "503"]


@pytest.mark.parametrize("answer", AMBIGUITIES, ids=NAMES)
@pytest.mark.parametrize("method", sorted(NEVER_REPEATED))
async def test_a_post_whose_outcome_nobody_knows_is_not_repeated(
    method: str, answer: Answer
) -> None:
    async with outbound_to(answer) as (outbound, slack):
        with pytest.raises(SlackUnanswered):
            await call(outbound, method)
        assert slack.methods == [method]


@pytest.mark.parametrize("answer", AMBIGUITIES, ids=NAMES)
async def test_an_edit_whose_outcome_nobody_knows_is_repeated(answer: Answer) -> None:
    async with outbound_to(answer, reply({"ok": True, "ts": "1"})) as (outbound, slack):
        assert (await call(outbound))["ts"] == "1"
        assert len(slack.calls) == 2


@pytest.mark.parametrize("answer", [cut, refusal("fatal_error"), text("oops", 500)])
async def test_an_edit_is_given_up_after_some_tries(answer: Answer) -> None:
    async with outbound_to(answer) as (outbound, slack):
        with pytest.raises(SlackUnavailable):
            await call(outbound)
        assert len(slack.calls) == TRIES


async def test_a_reply_that_never_comes_is_unanswered() -> None:
    async with outbound_to(never, timeout=0.05) as (outbound, slack):
        with pytest.raises(SlackUnanswered):
            await call(outbound, POST)
        assert len(slack.calls) == 1


async def test_a_server_that_is_not_there_did_nothing() -> None:
    async with outbound_to() as (_, slack):
        url = slack.url
    async with client_of(url) as client:
        with pytest.raises(SlackUnavailable):
            await call(Outbound(client, Budgets()), POST)


@pytest.mark.parametrize("method", [POST, EDIT])
async def test_a_rate_limited_call_did_nothing_and_is_repeated(method: str) -> None:
    async with outbound_to(limited("0"), limited("0"), reply()) as (outbound, slack):
        await call(outbound, method)
        assert len(slack.calls) == 3


async def test_a_long_wait_is_left_to_the_caller_at_once() -> None:
    async with outbound_to(limited("90")) as (outbound, slack):
        for _ in range(2):
            with pytest.raises(SlackUnavailable) as unavailable:
                await call(outbound, POST)
            assert unavailable.value.retry_after == pytest.approx(90, abs=1)
        assert len(slack.calls) == 1, "who was told to wait does not ask"


@pytest.mark.parametrize(
    "answer",
    [
        limited("60", {"ok": False, "error": "rate_limited"}),
        refusal("ratelimited"),
        text("slow down", 429, "text/plain"),
    ],
)
async def test_being_limited_is_known_in_every_form(answer: Answer) -> None:
    async with outbound_to(answer, answer, reply()) as (outbound, slack):
        budget = outbound._budgets.of(EDIT, "T1")
        task = asyncio.create_task(call(outbound))
        while not budget.blocked_until:
            await asyncio.sleep(0)
            if task.done():
                break
        assert budget.blocked_until > outbound.now()
        assert len(slack.calls) == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# Virtual time: a client of Slack's that replies at once, as it is told to


class ToldClient(AsyncWebClient):
    """Slack's client without a network."""

    def __init__(self, *replies: tuple[int, dict[str, str], Any] | Exception) -> None:
        super().__init__(token="xoxb-test")
        self.replies = list(replies)
        self.times: list[tuple[str, float]] = []

    async def api_call(self, api_method: str, **rest: Any) -> AsyncSlackResponse:
        self.times.append((api_method, asyncio.get_running_loop().time()))
        told = self.replies.pop(0) if self.replies else (200, {}, {"ok": True})
        if isinstance(told, Exception):
            raise told
        status, headers, data = told
        response = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args=rest,
            data=data,
            headers=headers,
            status_code=status,
        )
        validated: AsyncSlackResponse = response.validate()  # type: ignore[no-untyped-call]
        return validated

    @property
    def when(self) -> list[float]:
        return [at for _, at in self.times]


def told_to_wait(seconds: str | None) -> tuple[int, dict[str, str], Any]:
    headers = {} if seconds is None else {"Retry-After": seconds}
    return 429, headers, {"ok": False, "error": "ratelimited"}


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("told", "least"), [("7", 7.0), ("0.5", 0.5), (None, 1.0), ("soon", 1.0), ("-5", 0.0)]
)
async def test_it_waits_as_long_as_it_was_told(told: str | None, least: float) -> None:
    client = ToldClient(told_to_wait(told))
    await call(Outbound(client, Budgets()), POST)
    first, second = client.when
    assert least <= second - first <= least + 1.3


@pytest.mark.looptime
async def test_who_waits_together_does_not_come_back_together() -> None:
    client = ToldClient(told_to_wait("10"))
    outbound = Outbound(client, Budgets())
    await call(outbound)
    asked = len(client.times)
    await asyncio.gather(*(call(outbound) for _ in range(20)))
    assert len(client.times) == asked + 20
    client.replies = [told_to_wait("10")]
    await asyncio.gather(*(call(outbound) for _ in range(20)))
    late = client.when[asked + 20 :]
    assert len(set(late)) > 10


@pytest.mark.looptime
async def test_a_wait_holds_for_one_method_and_workspace_alone() -> None:
    client = ToldClient(told_to_wait("25"))
    outbound = Outbound(client, Budgets())
    first = asyncio.create_task(call(outbound, EDIT))
    await asyncio.sleep(0.1)
    await outbound.call(POST, "T1", {})
    await outbound.call(EDIT, "T2", {})
    assert max(client.when) < 1
    await first
    assert max(client.when) >= 25


@pytest.mark.looptime
@pytest.mark.parametrize("trouble", [aiohttp.ServerDisconnectedError(), TimeoutError()])
async def test_what_may_be_repeated_is_repeated_with_growing_pauses(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "PAUSE", 1.0)
    client = ToldClient(*[trouble] * (TRIES - 1))
    await call(Outbound(client, Budgets()))
    assert len(client.when) == TRIES
    pauses = [b - a for a, b in zip(client.when, client.when[1:], strict=False)]
    for number, pause in enumerate(pauses, 1):
        assert 0.5 * number <= pause <= number


@pytest.mark.looptime
async def test_progress_leaves_room_for_answers() -> None:
    client = ToldClient()
    outbound = Outbound(client, Budgets())
    progress = 0
    while outbound.until_progress("T1") == 0:
        await call(outbound)
        progress += 1
    assert progress == 30
    for _ in range(20):
        await call(outbound)
    assert max(client.when) == 0, "what people wait for was not held back"
    assert outbound.until_progress("T1") > 20
    await asyncio.sleep(outbound.until_progress("T1") + 0.001)
    assert outbound.until_progress("T1") == 0
    assert outbound.until_progress("T1", promised=30) > 0


def test_a_refusal_can_be_read_as_text() -> None:
    assert json.dumps(str(SlackRefused("not_in_channel", POST)))
