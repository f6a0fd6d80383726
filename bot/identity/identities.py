"""Who is signed in, how they come to be, and how they act: what Slack's side sees of this package."""

import asyncio
from dataclasses import replace
from typing import Protocol
from weakref import WeakValueDictionary

from bot.domain.acting import Acting, SignInOffer
from bot.domain.agent import NoFusionUser, NotSignedIn, SignInNeeded, Unavailable
from bot.domain.turn import Person
from bot.identity.browser_sign_in import unconfirmed_token
from bot.identity.keeping import TokenKeeper
from bot.identity.revocation import Revoke, take_back
from bot.identity.sign_in_row import read_sign_in
from bot.identity.who import Who
from storage.store import Store


class Offers(Protocol):
    """A way to sign in: in a browser, or with a code on another device."""

    async def offer(self, person: Person, note: str) -> SignInOffer:
        """Begin a sign-in, or go on with the one that was begun."""


class OwnIdentities:
    """Everybody acts as themselves. Without `offers` tokens are had without signing in."""

    def __init__(
        self,
        store: Store,
        keeper: TokenKeeper,
        who: Who,
        revoke: Revoke | None,
        offers: Offers | None = None,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._who = who
        self._revoke = revoke
        self._offers = offers
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def people_sign_in(self) -> bool:
        """See Identities."""
        return self._offers is not None

    async def acting(self, person: Person) -> Acting:
        """See Identities."""
        try:
            expected = await self._who.user_name(person)
        except (NoFusionUser, Unavailable) as refused:
            return Acting(why_not=refused.detail)
        kept = await self._keeper.kept(person)
        if kept is not None:
            return Acting(kept.user_name, is_signed_in=True)
        return Acting("" if self.people_sign_in else expected)

    async def is_signed_in(self, person: Person) -> bool:
        """See Identities."""
        try:
            await self._keeper.token(person)
        except SignInNeeded:
            return False
        except (NotSignedIn, Unavailable):
            return True
        return True

    async def offer(self, person: Person, note: str = "") -> SignInOffer:
        """See Identities."""
        if self._offers is None:
            raise NotSignedIn("Nobody has to sign in here.")
        # Of two that begin at once, the second shall go on with what the first began.
        async with self._turns.setdefault(person.key, asyncio.Lock()):
            return await self._offers.offer(person, note)

    async def keep_note(self, person: Person, note: str) -> None:
        """See Identities."""
        row = await self._store.sign_in_of(person.key)
        if row is not None:
            await self._store.begin_sign_in(replace(read_sign_in(row), note=note).row)

    async def sign_out(self, person: Person) -> bool:
        """See Identities."""
        begun = await self._store.sign_in_of(person.key)
        if begun is not None:
            await self._store.end_sign_in(begun.id)
            token = unconfirmed_token(read_sign_in(begun))
            if token is not None:
                await take_back(self._revoke, token)
        kept = await self._keeper.drop(person)
        if kept is None:
            return False
        await take_back(self._revoke, kept.token)
        return True


class SharedIdentity:
    """Everybody acts with one identity, which was chosen knowingly."""

    people_sign_in = False

    def __init__(self, keeper: TokenKeeper, who: Who) -> None:
        self._keeper = keeper
        self._who = who

    async def acting(self, person: Person) -> Acting:
        """See Identities."""
        try:
            await self._who.account(person)
        except (NoFusionUser, Unavailable) as refused:
            return Acting(is_shared=True, why_not=refused.detail)
        kept = await self._keeper.kept(person)
        return Acting(kept.user_name if kept else "", is_shared=True)

    async def is_signed_in(self, person: Person) -> bool:
        """See Identities."""
        del person
        return True

    async def offer(self, person: Person, note: str = "") -> SignInOffer:
        """See Identities."""
        del person, note
        raise NotSignedIn("Nobody has to sign in here.")

    async def keep_note(self, person: Person, note: str) -> None:
        """See Identities."""

    async def sign_out(self, person: Person) -> bool:
        """See Identities: what is everybody's is nobody's to end."""
        del person
        return False
