"""Tokens that come from one consent: access tokens, and the chain of refresh tokens.

A refresh token that is used again ends its whole family, since either the client or a thief holds
what the other one had (RFC 9700 section 4.14.2).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import uuid4

from joserfc import jwt

from bot.playground.identity.assertions import ISSUER, TENANT_CLAIM
from bot.playground.identity.clients import Client
from bot.playground.identity.form import not_granted
from bot.playground.identity.keys import signing_key
from bot.playground.identity.users import User

OFFLINE_ACCESS = "offline_access"
REFRESH_LIFE = timedelta(days=7)


@dataclass(slots=True, eq=False)
class Family:
    """All tokens of one consent. Without a `user` the client stands for itself.

    `refresh_token` is the newest, the only one that is good, while `refreshable`.
    """

    client: Client
    user: User | None
    scope: str
    refresh_token: str = field(default="", repr=False)
    ends: datetime | None = None
    revoked: bool = False
    refreshable: bool = True

    @property
    def subject(self) -> str:
        """The user's name, or the client's id."""
        return self.client.id if self.user is None else self.user.name

    @property
    def is_offline(self) -> bool:
        """Whether it has refresh tokens."""
        return self.user is not None and OFFLINE_ACCESS in self.scope.split()


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token that was given, and its claims."""

    family: Family
    claims: dict[str, object]
    ends: datetime


class Tokens:
    """Gives tokens and knows them again. `life` is in seconds; `now` gives aware UTC.

    Access tokens are real signed JWTs, but what counts is the list of those given.
    """

    def __init__(
        self, audience: Callable[[], str], tenant: str, now: Callable[[], datetime]
    ) -> None:
        self.life = 3600
        self._audience = audience
        self._tenant = tenant
        self._now = now
        self._access: dict[str, AccessToken] = {}
        self._refresh: dict[str, Family] = {}

    def new_access_token(self, family: Family) -> str:
        """A signed access token (RFC 9068's idea, Oracle's claims)."""
        now = self._now()
        ends = now + timedelta(seconds=self.life)
        key = signing_key()
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": [self._audience()],
            "client_id": family.client.id,
            "tenant": self._tenant,
            "iat": int(now.timestamp()),
            "exp": int(ends.timestamp()),
            "jti": uuid4().hex,
            "scope": family.scope,
            **_draw_subject(family, self._tenant),
        }
        token = jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.kid}, claims, key)
        self._access[token] = AccessToken(family, claims, ends)
        return token

    def new_refresh_token(self, family: Family) -> str:
        """A refresh token that takes the place of the family's earlier one."""
        token = token_urlsafe(32)
        family.refresh_token = token
        family.ends = self._now() + REFRESH_LIFE
        self._refresh[token] = family
        return token

    def refreshed(self, token: str, client: Client) -> Family:
        """The family of a refresh token that this client may use now. Raises Refused."""
        family = self._refresh.get(token)
        if family is None or family.client is not client:
            raise not_granted("The refresh token is not known.")
        if token != family.refresh_token:
            family.revoked = True
            raise not_granted("The refresh token was used before; all that came of it is revoked.")
        if family.revoked or not family.refreshable:
            raise not_granted("The refresh token was revoked.")
        if family.ends is None or self._now() >= family.ends:
            raise not_granted("The refresh token has expired.")
        return family

    def valid(self, token: str) -> AccessToken | None:
        """What stands behind an access token; None where it is none of ours, expired or revoked."""
        given = self._access.get(token)
        if given is None or given.family.revoked or self._now() >= given.ends:
            return None
        return given

    def family_of(self, token: str) -> Family | None:
        """The family of any token that was ever given and not forgotten."""
        given = self._access.get(token)
        return self._refresh.get(token) if given is None else given.family

    def revoke(self, token: str) -> None:
        """RFC 7009: a refresh token takes its family along, an access token goes alone."""
        if token in self._refresh:
            self._refresh[token].revoked = True
        self._access.pop(token, None)

    def revoke_all(self) -> None:
        """None of the access tokens given so far is valid any more; refresh tokens are."""
        self._access.clear()

    def families(self, user: User) -> Iterator[Family]:
        """All families of a user that still have a token."""
        yield from {
            family
            for family in (
                *self._refresh.values(),
                *(each.family for each in self._access.values()),
            )
            if family.user is user
        }


def _draw_subject(family: Family, tenant: str) -> dict[str, object]:
    user = family.user
    if user is None:
        return {"sub": family.client.id, "sub_type": "client"}
    return {
        "sub": user.name,
        "sub_type": "user",
        "sub_mappingattr": "userName",
        "user_name": user.name,
        "user_displayname": user.display_name,
        TENANT_CLAIM: tenant,
    }
