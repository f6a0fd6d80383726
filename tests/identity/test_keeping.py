"""Tokens: one for each person or one for all, sealed at rest, renewed by one caller at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.agent import NoFusionUser, NotSignedIn, SignInNeeded, Unavailable
from bot.domain.turn import Person
from bot.identity import keeping
from bot.identity.keeping import EVERYBODY, LOCKED_FOR, TRUSTED_FOR, TokenKeeper
from bot.identity.obtaining import ByAsking, ByGivenToken, BySignIn, Obtains
from bot.identity.refusals import TokenRefused
from bot.identity.tokens import AccessToken
from storage.crypto import Sealer
from storage.errors import StorageError
from storage.rows import TokenRow
from storage.sqlite import SqliteStore

ANNA, BEN = Person("T1", "U1"), Person("T1", "U2")
START = datetime(2026, 7, 1, 8, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up
REUSED = TokenRefused("used before", error="invalid_grant", needs_sign_in=True)


@dataclass
class Domain:
    """An identity domain: numbers its tokens, rotates, fails or hesitates when told to."""

    now: datetime = START
    life: timedelta = HOUR
    rotates: bool = True
    asked: list[str] = field(default_factory=list)
    problem: Exception | None = None
    may_reply: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    good: str = "refresh-0"

    def __post_init__(self) -> None:
        self.may_reply.set()

    def clock(self) -> datetime:
        return self.now

    async def ask(self, body: str) -> AccessToken:
        self.asked.append(body)
        self.begun.set()
        number = len(self.asked)
        await self.may_reply.wait()
        if self.problem is not None:
            raise self.problem
        if "refresh_token=" in body:
            if f"refresh_token={self.good}" not in body:
                raise REUSED
            self.good = f"refresh-{number}" if self.rotates else self.good
        return AccessToken(f"token-{number}", self.now + self.life, refresh_token=self.good)


class Verifier:
    """Whose tokens are: everybody is who they should be, unless told otherwise."""

    def __init__(self) -> None:
        self.problem: Exception | None = None
        self.barred: dict[str, Exception] = {}

    async def expect(self, person: Person) -> str:
        if person.user in self.barred:
            raise self.barred[person.user]
        return f"{person.user.lower()}@example.com"

    def owner(self, expected: str, token: AccessToken) -> str:
        del token
        if self.problem is not None:
            raise self.problem
        return expected


async def body(person: Person) -> str:
    return f"grant for {person.user}"


def asking(domain: Domain) -> Obtains:
    return ByAsking(domain.ask, body)


@dataclass
class Kept:
    domain: Domain
    store: SqliteStore
    keeper: TokenKeeper
    verifier: Verifier

    async def sign_in(self, person: Person = ANNA) -> None:
        first = AccessToken("token-0", self.domain.now + HOUR, refresh_token="refresh-0")
        await self.keeper.keep(person, first)


@asynccontextmanager
async def keeper_of(
    domain: Domain,
    way: Callable[[Domain], Obtains] = asking,
    path: Path | str = ":memory:",
    *,
    shared: bool = False,
    origin: str = "settings",
    replica: str = "a",
) -> AsyncIterator[Kept]:
    store = SqliteStore(path, replica=replica, lease=MINUTE, sealer=Sealer([KEY]), exclusive=False)
    await store.open(START)
    verifier = Verifier()
    keeper = TokenKeeper(
        store, way(domain), verifier, is_shared=shared, origin=origin, clock=domain.clock
    )
    try:
        yield Kept(domain, store, keeper, verifier)
    finally:
        await keeper.close()
        await store.close()


def by_sign_in(domain: Domain) -> Obtains:
    return BySignIn(domain.ask)


# Whose


async def test_each_person_has_a_token_of_their_own() -> None:
    async with keeper_of(Domain()) as kept:
        assert await kept.keeper.token(ANNA) == "token-1"
        assert await kept.keeper.token(BEN) == "token-2"
        assert await kept.keeper.token(ANNA) == "token-1"
        assert kept.domain.asked == ["grant for U1", "grant for U2"]


async def test_a_shared_token_is_everybodys_and_asked_for_once() -> None:
    async with keeper_of(Domain(), shared=True) as kept:
        assert await kept.keeper.token(ANNA) == await kept.keeper.token(BEN) == "token-1"
        assert len(kept.domain.asked) == 1
        assert await kept.store.token(EVERYBODY) is not None


async def test_a_token_that_is_not_the_persons_is_neither_given_nor_kept() -> None:
    async with keeper_of(Domain()) as kept:
        kept.verifier.problem = TokenRefused("This access token belongs to somebody else.")
        with pytest.raises(NotSignedIn, match="somebody else"):
            await kept.keeper.token(ANNA)
        assert await kept.store.token(ANNA.key) is None


async def test_somebody_who_has_left_is_refused_although_their_token_is_good() -> None:
    async with keeper_of(Domain()) as kept:
        await kept.keeper.token(ANNA)
        kept.verifier.barred["U1"] = NoFusionUser("This Slack account is deactivated.")
        with pytest.raises(NoFusionUser):
            await kept.keeper.token(ANNA)
        with pytest.raises(NoFusionUser):
            await kept.keeper.renew(ANNA, "token-1")


@pytest.mark.parametrize("who_comes_first", [[ANNA, BEN], [BEN, ANNA]])
async def test_whoever_may_not_use_the_bot_is_refused_what_everybody_shares(
    who_comes_first: list[Person],
) -> None:
    async with keeper_of(Domain(), shared=True) as kept:
        kept.verifier.barred["U2"] = NoFusionUser("You are a guest.")
        got = await asyncio.gather(
            *(kept.keeper.token(each) for each in who_comes_first), return_exceptions=True
        )
        by_person = dict(zip(who_comes_first, got, strict=True))
        assert by_person[ANNA] == "token-1"
        assert isinstance(by_person[BEN], NoFusionUser)
        assert len(kept.domain.asked) == 1


async def test_no_refresh_token_is_spent_on_somebody_who_may_have_no_token() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.sign_in()
        kept.domain.now = START + HOUR
        kept.verifier.barred["U1"] = Unavailable("Slack cannot be asked who you are.")
        with pytest.raises(Unavailable):
            await kept.keeper.token(ANNA)
        assert kept.domain.asked == []
        kept.verifier.barred.clear()
        assert await kept.keeper.token(ANNA) == "token-1"


# How long


@pytest.mark.parametrize(
    ("life", "kept_for"),
    [
        (HOUR, 55 * MINUTE),
        (25 * MINUTE, 20 * MINUTE),
        (10 * MINUTE, 8 * MINUTE),
        (10 * SECOND, 8 * SECOND),
    ],
)
async def test_a_token_is_renewed_shortly_before_it_expires(
    life: timedelta, kept_for: timedelta
) -> None:
    async with keeper_of(Domain(life=life)) as kept:
        assert await kept.keeper.token(ANNA) == "token-1"
        kept.domain.now = START + kept_for - TRUSTED_FOR - SECOND
        if kept.domain.now > START:
            assert await kept.keeper.token(ANNA) == "token-1"
        kept.domain.now = START + max(kept_for, min(TRUSTED_FOR, life))
        assert await kept.keeper.token(ANNA) == "token-2"


async def test_a_token_outlives_a_restart(tmp_path: Path) -> None:
    domain, path = Domain(), tmp_path / "bot.db"
    async with keeper_of(domain, path=path) as kept:
        await kept.keeper.token(ANNA)
    async with keeper_of(domain, path=path, replica="b") as kept:
        assert await kept.keeper.token(ANNA) == "token-1"
        assert len(domain.asked) == 1


async def test_a_token_of_other_settings_is_of_no_use(tmp_path: Path) -> None:
    domain, path = Domain(), tmp_path / "bot.db"
    async with keeper_of(domain, path=path) as kept:
        await kept.keeper.token(ANNA)
    async with keeper_of(domain, path=path, origin="another scope") as kept:
        assert await kept.keeper.kept(ANNA) is None
        assert await kept.keeper.token(ANNA) == "token-2"


async def test_what_another_version_wrote_counts_as_nothing() -> None:
    async with keeper_of(Domain()) as kept:
        await kept.store.keep_token(TokenRow(ANNA.key, b'{"odd": 1}', 1))
        assert await kept.keeper.token(ANNA) == "token-1"


async def test_while_a_renewal_ahead_of_time_fails_the_old_token_serves() -> None:
    async with keeper_of(Domain()) as kept:
        await kept.keeper.token(ANNA)
        kept.domain.problem = Unavailable("503")
        kept.domain.now = START + 56 * MINUTE
        assert await kept.keeper.token(ANNA) == "token-1"
        assert await kept.keeper.token(ANNA) == "token-1"
        assert len(kept.domain.asked) == 2, "it does not ask again at once"
        kept.domain.now = START + HOUR
        with pytest.raises(Unavailable):
            await kept.keeper.token(ANNA)


# By one caller


async def test_twenty_turns_at_expiry_make_one_refresh() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.sign_in()
        kept.domain.now = START + 56 * MINUTE
        tokens = await asyncio.gather(*(kept.keeper.token(ANNA) for _ in range(20)))
        assert set(tokens) == {"token-1"}
        assert len(kept.domain.asked) == 1


async def test_twenty_replies_of_401_make_one_refresh() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.sign_in()
        renewed = await asyncio.gather(*(kept.keeper.renew(ANNA, "token-0") for _ in range(20)))
        assert set(renewed) == {"token-1"}
        assert await kept.keeper.renew(ANNA, "token-0") == "token-1", "somebody has done it already"
        assert len(kept.domain.asked) == 1


async def test_two_replicas_at_expiry_make_one_refresh(tmp_path: Path) -> None:
    domain, path = Domain(), tmp_path / "bot.db"
    async with (
        keeper_of(domain, by_sign_in, path) as one,
        keeper_of(domain, by_sign_in, path, replica="b") as other,
    ):
        await one.sign_in()
        await other.keeper.token(ANNA)
        domain.now = START + 56 * MINUTE
        tokens = await asyncio.gather(
            *(each.keeper.token(ANNA) for each in (one, other) for _ in range(10))
        )
        assert set(tokens) == {"token-1"}
        assert len(domain.asked) == 1
        domain.now += 56 * MINUTE
        assert await other.keeper.token(ANNA) == "token-2"
        assert await one.keeper.token(ANNA) == "token-2"
        assert len(domain.asked) == 2


async def test_a_replica_that_died_while_renewing_is_waited_for_no_longer_than_its_lock(
    tmp_path: Path,
) -> None:
    domain, path = Domain(), tmp_path / "bot.db"
    async with (
        keeper_of(domain, by_sign_in, path) as dead,
        keeper_of(domain, by_sign_in, path, replica="b") as heir,
    ):
        await heir.sign_in()
        domain.now = START + 56 * MINUTE
        assert await dead.store.lock(f"token:{ANNA.key}", domain.now + LOCKED_FOR, domain.now)
        waiting = asyncio.create_task(heir.keeper.token(ANNA))
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        assert not done
        domain.now += LOCKED_FOR
        assert await waiting == "token-1"


async def test_somebody_who_stops_waiting_takes_nothing_from_the_others() -> None:
    domain = Domain()
    async with keeper_of(domain, by_sign_in) as kept:
        await kept.sign_in()
        domain.now = START + 56 * MINUTE
        domain.may_reply.clear()
        first, second = (asyncio.create_task(kept.keeper.token(ANNA)) for _ in range(2))
        await domain.begun.wait()
        first.cancel()
        domain.may_reply.set()
        assert await second == "token-1"
        assert len(domain.asked) == 1


async def test_a_renewal_under_way_is_finished_before_the_bot_stops(tmp_path: Path) -> None:
    domain, path = Domain(), tmp_path / "bot.db"
    async with keeper_of(domain, by_sign_in, path) as kept:
        await kept.sign_in()
        domain.now = START + 56 * MINUTE
        domain.may_reply.clear()
        waiting = asyncio.create_task(kept.keeper.token(ANNA))
        await domain.begun.wait()
        asyncio.get_running_loop().call_later(0.05, domain.may_reply.set)
        await kept.keeper.close()
        assert await waiting == "token-1"
    async with keeper_of(domain, by_sign_in, path) as kept:
        assert await kept.keeper.token(ANNA) == "token-1"


async def test_a_renewal_that_takes_too_long_is_given_up_when_the_bot_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "CLOSES_WITHIN", 0.05)
    domain = Domain()
    async with keeper_of(domain) as kept:
        domain.may_reply.clear()
        waiting = asyncio.create_task(kept.keeper.token(ANNA))
        await domain.begun.wait()
        await kept.keeper.close()
        with pytest.raises(Unavailable, match="stopping"):
            await waiting


# Refresh tokens


async def test_a_refresh_token_that_rotates_is_never_spent_twice() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.sign_in()
        for hour in range(1, 5):
            kept.domain.now = START + hour * HOUR
            assert await kept.keeper.token(ANNA) == f"token-{hour}"
        sent = [each.partition("&refresh_token=")[2] for each in kept.domain.asked]
        assert sent == [f"refresh-{number}" for number in range(4)]


async def test_somebody_who_has_not_signed_in_is_asked_to() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        with pytest.raises(SignInNeeded, match="Sign in"):
            await kept.keeper.token(ANNA)
        assert kept.domain.asked == []


async def test_a_sign_in_that_the_domain_has_ended_is_forgotten() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.sign_in()
        kept.domain.good = "revoked"
        with pytest.raises(SignInNeeded, match="sign in again"):
            await kept.keeper.renew(ANNA, "token-0")
        assert await kept.store.token(ANNA.key) is None
        with pytest.raises(SignInNeeded):
            await kept.keeper.token(ANNA)
        assert len(kept.domain.asked) == 1, "a refused refresh token is not sent again"


async def test_without_a_refresh_token_a_sign_in_ends_with_its_access_token() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.keeper.keep(ANNA, AccessToken("token-0", START + HOUR))
        assert await kept.keeper.token(ANNA) == "token-0"
        kept.domain.now = START + HOUR
        with pytest.raises(SignInNeeded):
            await kept.keeper.token(ANNA)


async def test_a_refusal_that_only_an_operator_can_mend_keeps_the_sign_in() -> None:
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.sign_in()
        kept.domain.problem = TokenRefused("check FUSION_CLIENT_SECRET", error="invalid_client")
        kept.domain.now = START + HOUR
        with pytest.raises(TokenRefused):
            await kept.keeper.token(ANNA)
        kept.domain.problem = None
        assert await kept.keeper.token(ANNA) == "token-2"


async def test_a_given_refresh_token_serves_first_and_then_whatever_replaced_it() -> None:
    async with keeper_of(
        Domain(), lambda domain: ByGivenToken(domain.ask, "refresh-0"), shared=True
    ) as kept:
        assert await kept.keeper.token(ANNA) == "token-1"
        kept.domain.now = START + HOUR
        assert await kept.keeper.token(BEN) == "token-2"
        assert "refresh-0" in kept.domain.asked[0]
        assert "refresh-1" in kept.domain.asked[1]


async def test_a_new_token_is_kept_although_the_store_fails_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "KEEP_PAUSE", 0.0)
    async with keeper_of(Domain(), by_sign_in) as kept:
        await kept.sign_in()
        keep, failures = kept.store.keep_token, [StorageError("The disk is full.")] * 3

        async def fails_at_first(row: TokenRow) -> None:
            if failures:
                raise failures.pop()
            await keep(row)

        monkeypatch.setattr(kept.store, "keep_token", fails_at_first)
        kept.domain.now = START + HOUR
        assert await kept.keeper.token(ANNA) == "token-1"
        assert (await kept.keeper.kept(ANNA)) is not None
        failures.extend([StorageError("The disk is full.")] * keeping.KEEP_TRIES)
        kept.domain.now += HOUR
        with pytest.raises(StorageError):
            await kept.keeper.token(ANNA)


# Signing out


async def test_a_dropped_token_is_gone_here_at_once_and_elsewhere_soon(tmp_path: Path) -> None:
    domain, path = Domain(), tmp_path / "bot.db"
    async with (
        keeper_of(domain, by_sign_in, path) as one,
        keeper_of(domain, by_sign_in, path, replica="b") as other,
    ):
        await one.sign_in()
        assert await other.keeper.token(ANNA) == "token-0"
        dropped = await one.keeper.drop(ANNA)
        assert dropped is not None
        assert dropped.token.refresh_token == "refresh-0"
        with pytest.raises(SignInNeeded):
            await one.keeper.token(ANNA)
        domain.now += TRUSTED_FOR
        with pytest.raises(SignInNeeded):
            await other.keeper.token(ANNA)
        assert await one.keeper.drop(ANNA) is None


async def test_nothing_of_a_token_is_in_clear_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with keeper_of(Domain(), by_sign_in, path) as kept:
        await kept.sign_in()
        found = await kept.keeper.kept(ANNA)
        assert found is not None
        assert "token-0" not in repr(found)
        assert "refresh-0" not in repr(found)
        assert "token-0" not in repr(replace(found, user_name="x"))
        disk = _all_that_is_in(tmp_path)
    assert b"token-0" not in disk
    assert b"refresh-0" not in disk


def _all_that_is_in(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.iterdir())
