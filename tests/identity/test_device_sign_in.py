"""Codes that were given: asked about at the right pace, by one replica, until they are over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import reasons
from bot.domain.account import SlackAccount
from bot.domain.acting import SignInEnded
from bot.domain.agent import NoFusionUser, Unavailable
from bot.domain.turn import Person
from bot.identity.device import DeviceSignIn, Pending
from bot.identity.device_sign_in import LOCKED_FOR, DeviceSignIns
from bot.identity.keeping import TokenKeeper
from bot.identity.obtaining import BySignIn
from bot.identity.refusals import TokenRefused
from bot.identity.tokens import AccessToken
from bot.identity.who import OwnTokens, Who
from storage.crypto import Sealer
from storage.errors import StorageError
from storage.rows import SignInRow
from storage.sqlite import SqliteStore

ANNA = Person("T1", "U1")
START = datetime(2026, 7, 1, 8, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up
FIVE = 5 * SECOND
TOKEN = AccessToken("token", START + timedelta(hours=1), refresh_token="refresh")


@dataclass
class Domain:
    """An identity domain that answers each question about a code as it is told to."""

    now: datetime = START
    answers: list[AccessToken | Pending | Exception] = field(default_factory=list)
    asked: list[tuple[datetime, timedelta]] = field(default_factory=list)
    codes: int = 0

    def clock(self) -> datetime:
        return self.now

    async def start(self) -> DeviceSignIn:
        self.codes += 1
        return DeviceSignIn(
            f"device-{self.codes}", f"CODE-{self.codes}", "https://id.example.com/device", "",
            FIVE, self.now + 5 * MINUTE,
        )  # fmt: skip

    async def poll(self, device_code: str, interval: timedelta) -> AccessToken | Pending:
        assert device_code.startswith("device-")
        self.asked.append((self.now, interval))
        answer = self.answers.pop(0) if self.answers else Pending(interval)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Slack:
    def __init__(self) -> None:
        self.is_guest = False

    async def account(self, person: Person) -> SlackAccount:
        del person
        return SlackAccount("anna@example.com", is_guest=self.is_guest)


class Trusting(OwnTokens):
    """Takes each token for the person's, unless told otherwise."""

    def owner(self, expected: str, token: AccessToken) -> str:
        if token.value == "another's":
            raise TokenRefused("It is somebody else's.")
        return expected


@dataclass
class Signing:
    domain: Domain
    store: SqliteStore
    keeper: TokenKeeper
    slack: Slack
    devices: DeviceSignIns
    ended: list[SignInEnded]
    taken_back: list[AccessToken]

    async def at(self, later: timedelta) -> None:
        """What is due at this time after the start is done."""
        self.domain.now = START + later
        await self.devices.look()


@asynccontextmanager
async def signing(
    domain: Domain, path: Path | str = ":memory:", replica: str = "a"
) -> AsyncIterator[Signing]:
    store = SqliteStore(path, replica=replica, lease=MINUTE, sealer=Sealer([KEY]), exclusive=False)
    await store.open(START)
    slack, ended = Slack(), list[SignInEnded]()

    async def refuses(_: str) -> AccessToken:
        raise Unavailable

    async def note(over: SignInEnded) -> None:
        ended.append(over)

    async def take_back(token: AccessToken) -> None:
        taken_back.append(token)

    who, taken_back = Who(slack, "email", {}), list[AccessToken]()
    keeper = TokenKeeper(
        store, BySignIn(refuses), Trusting(who), is_shared=False, origin="x", clock=domain.clock
    )
    devices = DeviceSignIns(
        store,
        keeper,
        who,
        domain.start,
        domain.poll,
        take_back=take_back,
        clock=domain.clock,
        ended=note,
    )
    try:
        yield Signing(domain, store, keeper, slack, devices, ended, taken_back)
    finally:
        await devices.close()
        await keeper.close()
        await store.close()


async def test_a_code_is_asked_about_at_the_pace_that_the_domain_wants() -> None:
    domain = Domain(answers=[Pending(FIVE), Pending(FIVE + FIVE), TOKEN])
    async with signing(domain) as house:
        offer = await house.devices.offer(ANNA, "note")
        assert (offer.user_code, offer.url) == ("CODE-1", "https://id.example.com/device")
        for second in range(26):
            await house.at(second * SECOND)
        assert domain.asked == [
            (START + 5 * SECOND, FIVE),
            (START + 10 * SECOND, FIVE),
            (START + 20 * SECOND, 2 * FIVE),  # slow_down
        ]
        assert house.ended == [SignInEnded(ANNA, "anna@example.com", note="note")]
        assert await house.keeper.token(ANNA) == "token"
        assert await house.store.sign_ins() == []


async def test_while_the_domain_cannot_be_reached_it_is_asked_less_and_less() -> None:
    domain = Domain(answers=[Unavailable("503"), Unavailable("503"), TOKEN])
    async with signing(domain) as house:
        await house.devices.offer(ANNA, "")
        for second in range(60):
            await house.at(second * SECOND)
        assert [int((at - START).total_seconds()) for at, _ in domain.asked] == [5, 15, 35]
        assert len(house.ended) == 1


@pytest.mark.parametrize("error", ["access_denied", "expired_token"])
async def test_a_refusal_ends_it_and_says_why(error: str) -> None:
    refused = TokenRefused("It was refused.", error=error, needs_sign_in=True)
    async with signing(Domain(answers=[refused])) as house:
        await house.devices.offer(ANNA, "note")
        for seconds in (0 * SECOND, FIVE):
            await house.at(seconds)
        assert house.ended == [SignInEnded(ANNA, why_not="It was refused.", note="note")]
        await house.at(MINUTE)
        assert len(house.domain.asked) == 1


async def test_a_code_that_nobody_typed_expires_also_where_nobody_was_there_to_ask() -> None:
    async with signing(Domain()) as house:
        await house.devices.offer(ANNA, "note")
        await house.at(5 * MINUTE)
        assert house.ended == [SignInEnded(ANNA, why_not=reasons.NOBODY_CAME, note="note")]
        assert house.domain.asked == []


async def test_who_asks_again_goes_on_with_the_code_that_they_have() -> None:
    async with signing(Domain()) as house:
        first = await house.devices.offer(ANNA, "first")
        house.domain.now = START + 3 * MINUTE
        assert await house.devices.offer(ANNA, "second") == first
        house.domain.now = START + 4 * MINUTE + SECOND
        assert (await house.devices.offer(ANNA, "third")).user_code == "CODE-2"


async def test_a_token_of_somebody_else_is_taken_back() -> None:
    stolen = replace(TOKEN, value="another's")
    async with signing(Domain(answers=[stolen])) as house:
        await house.devices.offer(ANNA, "")
        for seconds in (0 * SECOND, FIVE):
            await house.at(seconds)
        assert house.ended == [SignInEnded(ANNA, why_not="It is somebody else's.")]
        assert house.taken_back == [stolen]


async def test_what_another_version_wrote_stops_no_other_code() -> None:
    async with signing(Domain(answers=[TOKEN])) as house:
        await house.store.begin_sign_in(SignInRow("odd", "T1:U9", b"{}", START + MINUTE))
        await house.devices.offer(ANNA, "")
        for seconds in (0 * SECOND, FIVE):
            await house.at(seconds)
        assert len(house.ended) == 1


async def test_a_guest_is_given_no_code() -> None:
    async with signing(Domain()) as house:
        house.slack.is_guest = True
        with pytest.raises(NoFusionUser):
            await house.devices.offer(ANNA, "")
        assert house.domain.codes == 0


async def test_one_of_two_replicas_asks_and_the_other_goes_on_when_it_is_gone(
    tmp_path: Path,
) -> None:
    domain, path = Domain(), tmp_path / "bot.db"
    async with signing(domain, path, "b") as heir:
        async with signing(domain, path) as first:
            await first.devices.offer(ANNA, "")
            for second in range(16):
                domain.now = START + second * SECOND
                await asyncio.gather(first.devices.look(), heir.devices.look())
            assert [int((at - START).total_seconds()) for at, _ in domain.asked] == [5, 10, 15]
        domain.answers = [TOKEN]
        for second in range(16, 30):
            await heir.at(second * SECOND)
        assert len(domain.asked) == 4
        assert len(heir.ended) == 1


async def test_a_replica_that_died_keeps_a_code_no_longer_than_its_lock(tmp_path: Path) -> None:
    domain, path = Domain(answers=[TOKEN]), tmp_path / "bot.db"
    async with signing(domain, path) as dead, signing(domain, path, "b") as heir:
        await dead.devices.offer(ANNA, "")
        (row,) = await dead.store.sign_ins()
        await dead.store.lock(f"device:{row.id}", START + LOCKED_FOR, START)
        for second in range(110):
            await heir.at(second * SECOND)
        assert len(domain.asked) == 1
        assert domain.asked[0][0] >= START + LOCKED_FOR


async def test_it_looks_on_by_itself_although_the_store_fails_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with signing(Domain(answers=[TOKEN])) as house:
        await house.devices.offer(ANNA, "")
        looks: list[bool] = []
        looked, look = asyncio.Event(), house.devices.look

        async def fails_at_first() -> None:
            looks.append(True)
            if len(looks) == 1:
                raise StorageError("The disk is full.")
            await look()
            looked.set()

        monkeypatch.setattr(house.devices, "look", fails_at_first)
        monkeypatch.setattr("bot.identity.device_sign_in.LOOK_INTERVAL", 0.01)
        house.devices.start()
        async with asyncio.timeout(5):
            await looked.wait()
        assert len(looks) >= 2
