"""Questions that wait until their person has signed in.

Such a question owes `AWAIT_SIGN_IN`: it is looked at now and then, and at once when somebody has
signed in (`Ledger.wake`), by whichever replica is there.
"""

from datetime import timedelta
from typing import Protocol

from bot.bookkeeping import run_of
from bot.domain import events as e
from bot.domain.acting import Acting
from bot.domain.effects import Effect
from bot.domain.machine import owes
from bot.domain.run import Run
from bot.domain.turn import Person
from bot.ledger import Ledger
from storage.rows import Claim

LOOK_AGAIN = timedelta(seconds=30)  # where nobody was woken, such as after a restart


class SignIns(Protocol):
    """Who has signed in."""

    async def is_signed_in(self, person: Person) -> bool:
        """False where only signing in would help; True also where it cannot be told just now."""

    async def acting(self, person: Person) -> Acting:
        """How this person acts at Fusion."""


class SignInInvitations(Protocol):
    """Invites people to sign in."""

    async def invite(self, run: Run) -> None:
        """Show whoever asked how to sign in, so that only they see it; never fails."""


class SignInWaits:
    """Performs the claims of AwaitSignIn."""

    def __init__(self, ledger: Ledger, sign_ins: SignIns, invitations: SignInInvitations) -> None:
        self._ledger = ledger
        self._sign_ins = sign_ins
        self._invitations = invitations

    async def perform(self, claim: Claim) -> None:
        """Ask on if the person has signed in; else look again later, until patience ends."""
        run = run_of(claim)
        asker = run.turn.asker
        if await self._sign_ins.is_signed_in(asker):
            await self._ledger.record_at_last(run, e.SignedIn(), claim)
            return
        run = await self._ledger.record_at_last(run, e.SignInAwaited(), claim)
        if owes(run) is not Effect.AWAIT_SIGN_IN:
            return
        if claim.attempt == 1:
            await self._invitations.invite(run)
        await self._ledger.defer(claim, LOOK_AGAIN)
        if await self._sign_ins.is_signed_in(asker):  # they did while we held the claim
            await self._ledger.wake(asker)
