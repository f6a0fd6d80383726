"""A token as it is kept: JSON in the body of a row, sealed by the store."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from bot.identity.tokens import AccessToken, renewal_time


@dataclass(frozen=True, slots=True)
class KeptToken:
    """A token with whose it is and by which settings it was obtained.

    `origin` is a digest of those settings: a token of other settings is of no use any more.
    """

    token: AccessToken = field(repr=False)
    user_name: str
    origin: str
    obtained_at: datetime

    def serves(self, now: datetime) -> bool:
        """Whether it can be used and need not be renewed yet."""
        return now < renewal_time(self.token.expires_at, self.obtained_at)

    def is_valid(self, now: datetime) -> bool:
        """Whether it can be used at all, as far as we know."""
        return now < self.token.expires_at


def encode_token(kept: KeptToken) -> bytes:
    """The body of its row."""
    token = kept.token
    return json.dumps(
        {
            "access_token": token.value,
            "refresh_token": token.refresh_token,
            "expires_at": token.expires_at.isoformat(),
            "scope": token.scope,
            "user_name": kept.user_name,
            "origin": kept.origin,
            "obtained_at": kept.obtained_at.isoformat(),
        }
    ).encode()


def decode_token(body: bytes) -> KeptToken | None:
    """The token again; None for what another version wrote and this one cannot read."""
    try:
        found = json.loads(body)
        token = AccessToken(
            value=str(found["access_token"]),
            expires_at=datetime.fromisoformat(found["expires_at"]),
            scope=str(found["scope"]),
            refresh_token=found["refresh_token"],
        )
        obtained_at = datetime.fromisoformat(found["obtained_at"])
        return KeptToken(token, str(found["user_name"]), str(found["origin"]), obtained_at)
    except (ValueError, KeyError, TypeError):
        return None
