"""An access token, and when it is time for the next one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

RENEW_BEFORE = timedelta(minutes=5)
RENEW_AT_SHARE = 0.8  # of its life, for a token that lives less than 25 minutes


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token, and what brings the next one where there is such a thing.

    `value` and `refresh_token` are secrets and stay out of its repr.
    """

    value: str = field(repr=False)
    expires_at: datetime
    scope: str = ""
    refresh_token: str | None = field(default=None, repr=False)


def renewal_time(expires_at: datetime, obtained_at: datetime) -> datetime:
    """When a token is to be renewed: with five minutes, or a fifth of its life, left."""
    life = expires_at - obtained_at
    return obtained_at + max(life - RENEW_BEFORE, life * RENEW_AT_SHARE)
