"""The port through which people sign in, and how they act at Fusion.

`bot.identity.identities` implements it; Slack's side shows it. What is shared is everybody's, what
is a person's own is never anybody else's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.turn import Person


@dataclass(frozen=True, slots=True)
class Acting:
    """How a person acts at Fusion.

    `user_name` is "" where it is not known, or nobody has signed in. `is_shared` means that
    everybody acts with this one identity. `why_not` is a sentence where they cannot act at all.
    """

    user_name: str = ""
    is_shared: bool = False
    is_signed_in: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class SignInOffer:
    """Where somebody signs in: `url` is for them alone; `user_code` is to be typed there, if any."""

    url: str
    expires_at: datetime
    user_code: str = ""


@dataclass(frozen=True, slots=True)
class SignInEnded:
    """A sign-in came to its end: `user_name` is whose it is now, or `why_not` says why nobody's.

    `note` is what was kept with the offer.
    """

    person: Person
    user_name: str = ""
    why_not: str = ""
    note: str = ""


class Identities(Protocol):
    """Who is signed in, and how they come to be."""

    @property
    def people_sign_in(self) -> bool:
        """Whether people sign in themselves here; else nobody has to."""

    async def acting(self, person: Person) -> Acting:
        """How this person acts at Fusion; asks nobody but Slack and the store."""

    async def is_signed_in(self, person: Person) -> bool:
        """False where only signing in would help; True also where it cannot be told just now."""

    async def offer(self, person: Person, note: str = "") -> SignInOffer:
        """Begin a sign-in, or go on with the one that was begun; `note` comes back at its end.

        Raises NoFusionUser, NotSignedIn (the identity domain refuses) or Unavailable.
        """

    async def keep_note(self, person: Person, note: str) -> None:
        """Replace the note of this person's sign-in, if there is one."""

    async def sign_out(self, person: Person) -> bool:
        """Forget this person's tokens, and take them back at the domain; False if there were none."""
