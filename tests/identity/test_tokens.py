"""One access token that all share."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.agent import Unavailable
from bot.domain.turn import Person
from bot.identity.grants import TokenRefused
from bot.identity.tokens import RENEW_PAUSE, AccessToken, SharedTokens

ANNA, BEN = Person("T1", "U1"), Person("T1", "U2")
START = datetime(2026, 7, 1, 8, tzinfo=UTC)


class Domain:
    """An identity domain and its clock: numbers its tokens, fails or hesitates when told to."""

    def __init__(self, life: timedelta = timedelta(hours=1)) -> None:
        self.now = START
        self.life = life
        self.asked = 0
        self.problem: Exception | None = None
        self.begun = asyncio.Event()
        self.may_reply = asyncio.Event()
        self.may_reply.set()

    async def fetch(self) -> AccessToken:
        self.asked += 1
        self.begun.set()
        await self.may_reply.wait()
        if self.problem is not None:
            raise self.problem
        return AccessToken(f"token-{self.asked}", self.now + self.life)

    @property
    def tokens(self) -> SharedTokens:
        return SharedTokens(self.fetch, lambda: self.now)


@pytest.mark.parametrize(
    ("life", "kept_for"),
    [
        (timedelta(hours=1), timedelta(minutes=55)),
        (timedelta(minutes=25), timedelta(minutes=20)),
        (timedelta(minutes=10), timedelta(minutes=8)),
        (timedelta(seconds=10), timedelta(seconds=8)),
    ],
)
async def test_a_token_is_kept_until_shortly_before_it_expires(
    life: timedelta, kept_for: timedelta
) -> None:
    domain = Domain(life)
    tokens = domain.tokens
    assert await tokens.token(ANNA) == "token-1"
    domain.now = START + kept_for - timedelta(seconds=1)
    assert await tokens.token(BEN) == "token-1"
    domain.now = START + kept_for
    assert await tokens.token(ANNA) == "token-2"
    assert domain.asked == 2


async def test_many_that_wait_cause_one_request() -> None:
    domain = Domain()
    tokens = domain.tokens
    domain.may_reply.clear()
    waiting = [asyncio.create_task(tokens.token(ANNA)) for _ in range(50)]
    waiting += [asyncio.create_task(tokens.renew(BEN, "stale")) for _ in range(50)]
    await domain.begun.wait()
    domain.may_reply.set()
    assert set(await asyncio.gather(*waiting)) == {"token-1"}
    assert domain.asked == 1


async def test_one_that_stops_waiting_takes_nothing_from_the_others() -> None:
    domain = Domain()
    tokens = domain.tokens
    domain.may_reply.clear()
    first, second = (asyncio.create_task(tokens.token(ANNA)) for _ in range(2))
    await domain.begun.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    domain.may_reply.set()
    assert await second == "token-1"
    assert domain.asked == 1


async def test_a_request_that_nobody_waits_for_any_more_may_fail_quietly() -> None:
    domain = Domain()
    tokens = domain.tokens
    domain.may_reply.clear()
    domain.problem = TokenRefused("no")
    only = asyncio.create_task(tokens.token(ANNA))
    await domain.begun.wait()
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    domain.may_reply.set()
    with pytest.raises(TokenRefused):  # joins the request under way
        await tokens.token(ANNA)
    domain.problem = None
    assert await tokens.token(ANNA) == "token-2"


async def test_only_the_token_that_was_not_accepted_is_renewed() -> None:
    domain = Domain()
    tokens = domain.tokens
    assert await tokens.renew(ANNA, "from an earlier life") == "token-1"
    assert await tokens.renew(ANNA, "token-1") == "token-2"
    assert await tokens.renew(BEN, "token-1") == "token-2"
    assert domain.asked == 2
    domain.now += timedelta(hours=2)
    assert await tokens.renew(BEN, "token-1") == "token-3"


async def test_while_renewing_ahead_of_time_fails_the_old_token_serves() -> None:
    domain = Domain()
    tokens = domain.tokens
    await tokens.token(ANNA)
    domain.problem = Unavailable("down")
    domain.now = START + timedelta(minutes=56)
    assert await tokens.token(ANNA) == "token-1"
    assert await tokens.token(ANNA) == "token-1"
    assert domain.asked == 2  # a pause between the tries
    domain.now += RENEW_PAUSE
    assert await tokens.token(ANNA) == "token-1"
    assert domain.asked == 3
    domain.now = START + timedelta(hours=1)
    with pytest.raises(Unavailable):
        await tokens.token(ANNA)
    domain.problem = None
    assert await tokens.token(ANNA) == "token-5"


async def test_a_token_that_expires_during_a_failing_renewal_no_longer_serves() -> None:
    domain = Domain()
    tokens = domain.tokens
    await tokens.token(ANNA)
    domain.now = START + timedelta(minutes=56)
    domain.problem = Unavailable("down")
    domain.begun.clear()
    domain.may_reply.clear()
    waiting = asyncio.create_task(tokens.token(ANNA))
    await domain.begun.wait()
    domain.now = START + timedelta(minutes=61)
    domain.may_reply.set()
    with pytest.raises(Unavailable):
        await waiting


async def test_a_refusal_is_told_at_once() -> None:
    domain = Domain()
    tokens = domain.tokens
    domain.problem = TokenRefused("wrong secret")
    with pytest.raises(TokenRefused):
        await tokens.token(ANNA)


async def test_closing_ends_the_request_and_whoever_waits_is_told() -> None:
    domain = Domain()
    tokens = domain.tokens
    await tokens.close()
    domain.may_reply.clear()
    waiting = asyncio.create_task(tokens.token(ANNA))
    await domain.begun.wait()
    await tokens.close()
    with pytest.raises(Unavailable, match="stopping"):
        await waiting


def test_a_token_does_not_show_itself() -> None:
    assert "secret" not in repr(AccessToken("secret", START))
