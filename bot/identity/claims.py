"""What an access token says of its owner, to show, to warn and to refuse: nothing is verified.

Whether a token is good is for Fusion to say; no right is ever derived from what is read here. Only
tokens straight from the token endpoint are read.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# In this order, the first that is there.
_USER_NAME = ("preferred_username", "upn", "user_name", "username", "email", "sub")


@dataclass(frozen=True, slots=True)
class Claims:
    """A token's claims. `sub_type` is Oracle's: "user", or "client" for an integration."""

    user_name: str = ""
    sub_type: str = ""
    expires_at: datetime | None = None
    audience: tuple[str, ...] = ()
    scope: str = ""

    @property
    def is_shared(self) -> bool:
        """Whether an integration acts, and no user stands behind it."""
        return self.sub_type == "client"


def read_claims(token: str) -> Claims | None:
    """The claims of a JSON Web Token (RFC 7519), unverified; None for an opaque token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(payload)
    except (ValueError, RecursionError):  # no base64, no UTF-8, no JSON
        return None
    if not isinstance(claims, dict):
        return None
    return Claims(
        user_name=next(filter(None, (_text(claims, name) for name in _USER_NAME)), ""),
        sub_type=_text(claims, "sub_type"),
        expires_at=_time(claims.get("exp")),
        audience=_texts(claims.get("aud")),
        scope=" ".join(_texts(claims.get("scope"))),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(each for each in values if isinstance(each, str) and each)


def _time(value: Any) -> datetime | None:
    """Seconds since 1970 (RFC 7519 NumericDate)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):  # beyond what a datetime holds
        return None
