"""How a token is obtained, by the kind of grant: asked for anew, or by a refresh token."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.agent import SignInNeeded
from bot.domain.turn import Person
from bot.identity.grants import refresh_token
from bot.identity.refusals import TokenRefused
from bot.identity.tokens import AccessToken

Ask = Callable[[str], Awaitable[AccessToken]]  # a grant's body to a token, as `fetch_token` does

_SIGN_IN = "Sign in to Fusion, so that this can be asked as you."
_SIGN_IN_AGAIN = "Your sign-in to Fusion has ended: sign in again."


class Obtains(Protocol):
    """A way to a token."""

    async def obtain(self, person: Person, kept: AccessToken | None) -> AccessToken:
        """A new token; `kept` is the one before it, if there is one.

        Raises SignInNeeded where the person has to sign in, another NotSignedIn where the identity
        domain refuses for a reason that only an operator can mend, NoFusionUser, or Unavailable.
        """


@dataclass(frozen=True, slots=True)
class ByAsking:
    """client_credentials, password, jwt_bearer, saml2_bearer: the same request each time."""

    ask: Ask
    body: Callable[[Person], Awaitable[str]]

    async def obtain(self, person: Person, kept: AccessToken | None) -> AccessToken:
        """See Obtains."""
        del kept
        return await self.ask(await self.body(person))


@dataclass(frozen=True, slots=True)
class BySignIn:
    """authorization_code, device_code: the person's refresh token, until they must sign in again."""

    ask: Ask

    async def obtain(self, person: Person, kept: AccessToken | None) -> AccessToken:
        """See Obtains."""
        del person
        if kept is None:
            raise SignInNeeded(_SIGN_IN)
        if kept.refresh_token is None:
            raise SignInNeeded(_SIGN_IN_AGAIN)
        return await refreshed(self.ask, kept.refresh_token)


@dataclass(frozen=True, slots=True)
class ByGivenToken:
    """refresh_token: the one that an administrator gave, then whichever replaced it."""

    ask: Ask
    given: str

    async def obtain(self, person: Person, kept: AccessToken | None) -> AccessToken:
        """See Obtains; nobody can sign in here, so a refusal is for the operator."""
        del person
        current = kept.refresh_token if kept is not None and kept.refresh_token else self.given
        return await self.ask(refresh_token(current))


async def refreshed(ask: Ask, token: str) -> AccessToken:
    """The next token. Raises SignInNeeded where the domain wants the person, else as `Obtains`."""
    try:
        return await ask(refresh_token(token))
    except TokenRefused as refused:
        if refused.needs_sign_in:
            raise SignInNeeded(_SIGN_IN_AGAIN) from refused
        raise
