"""Authorization codes (RFC 6749 section 4.1) with PKCE (RFC 7636), S256 alone."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe

from bot.playground.identity.clients import Client
from bot.playground.identity.families import Family
from bot.playground.identity.form import not_granted
from bot.playground.identity.users import User

CODE_LIFE = timedelta(seconds=60)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a browser came to the authorization endpoint with, checked."""

    client: Client
    redirect_uri: str
    scope: str
    challenge: str
    state: str | None
    login_hint: str = ""
    prompt: str = ""


@dataclass(slots=True)
class Code:
    """A code, and the tokens that it brought once it was used."""

    request: AuthorizationRequest
    user: User
    ends: datetime
    used: bool = False
    family: Family | None = None


class Codes:
    """Gives codes and takes them back, each once and for 60 seconds."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._codes: dict[str, Code] = {}

    def give(self, request: AuthorizationRequest, user: User) -> str:
        """A code for the user who signed in."""
        code = token_urlsafe(24)
        self._codes[code] = Code(request, user, self._now() + CODE_LIFE)
        return code

    def use(self, code: str, client: Client, redirect_uri: str, verifier: str) -> Family:
        """The tokens' family that a code stands for.

        One try: a code that was shown is used up, also by a wrong verifier. Shown again, it
        revokes what it brought. Raises Refused.
        """
        known = self._codes.get(code)
        if known is None or known.request.client is not client:
            raise not_granted("The authorization code is not known.")
        if known.used:
            if known.family is not None:
                known.family.revoked = True
            raise not_granted("The authorization code was used before.")
        known.used = True
        if self._now() >= known.ends:
            raise not_granted("The authorization code has expired.")
        if redirect_uri != known.request.redirect_uri:
            raise not_granted("redirect_uri is not the one of the authorization request.")
        if not _matches(verifier, known.request.challenge):
            raise not_granted("The code_verifier does not match the code_challenge.")
        if not known.user.active:
            raise not_granted("The user is deactivated.")
        known.family = Family(client, known.user, known.request.scope)
        return known.family

    def forget(self, user: User) -> None:
        """No code of this user can be used any more."""
        self._codes = {code: each for code, each in self._codes.items() if each.user is not user}


def _matches(verifier: str, challenge: str) -> bool:
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return compare_digest(made, challenge)
