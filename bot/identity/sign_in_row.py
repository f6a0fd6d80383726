"""A sign-in that was begun, as it is kept: JSON in the body of a row, sealed by the store.

The row is found by a hash of what the person brings back, so that nobody who reads the database can
bring it back in their place.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.turn import Person
from storage.rows import SignInRow


class Step(StrEnum):
    """How far a sign-in is."""

    BROWSER = "browser"  # a link was given; the person is at the identity domain, or not yet
    CONFIRM = "confirm"  # a token was obtained; the person is asked whether it is them
    DEVICE = "device"  # a code was given; the identity domain is asked whether it was typed


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in of one person. `secrets` depend on the step; `note` is the caller's."""

    person: Person
    step: Step
    key: str = field(repr=False)  # what the person, or the identity domain, brings back
    expires_at: datetime
    secrets: dict[str, Any] = field(repr=False)
    note: str = ""

    @property
    def row(self) -> SignInRow:
        """As it is kept."""
        body = {
            "workspace": self.person.workspace,
            "user": self.person.user,
            "step": self.step,
            "key": self.key,
            "secrets": self.secrets,
            "note": self.note,
        }
        return SignInRow(
            row_id(self.key), self.person.key, json.dumps(body).encode(), self.expires_at
        )


def row_id(key: str) -> str:
    """Under which id a sign-in is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


def read_sign_in(row: SignInRow) -> SignIn:
    """The sign-in of a row. Raises ValueError or KeyError for what another version wrote."""
    body = json.loads(row.body)
    return SignIn(
        person=Person(str(body["workspace"]), str(body["user"])),
        step=Step(body["step"]),
        key=str(body["key"]),
        expires_at=row.expires_at,
        secrets=dict(body["secrets"]),
        note=str(body["note"]),
    )
