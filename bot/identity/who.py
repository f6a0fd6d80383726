"""Who is who: which Fusion user a person in Slack is, and whether a token is that user's.

Closed by default: whoever is not certain is refused. What Slack says of a person (`SlackAccount`)
and what a token says of its owner (`Claims`) are compared as text; what they say is believed, since
the one comes from Slack's Web API and the other from the token endpoint.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.identity.claims import Claims

UserNameFrom = Literal["email", "email_local_part"]
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")


class NoFusionUser(Exception):
    """This person cannot act at Fusion; `detail` is a sentence that they can be shown."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SlackAccount:
    """What Slack says of a person; `email` is "" where it does not say.

    `is_guest` is a single- or multi-channel guest, `is_external` somebody of another organisation
    (Slack Connect).
    """

    email: str = ""
    is_guest: bool = False
    is_external: bool = False
    is_deactivated: bool = False


def fusion_user_name(
    account: SlackAccount, rule: UserNameFrom, table: Mapping[str, str], slack_key: str
) -> str:
    """The Fusion user name of a person in Slack. Raises NoFusionUser.

    The [users] table comes first; it names a person by `slack_key` (workspace:user) or by e-mail,
    in any case. Otherwise it is the e-mail or its local part, as `rule` says; the local part is
    safe only where all e-mails of a workspace have one domain.
    """
    _refuse_strangers(account)
    email = account.email.strip()
    by_email = {name.lower(): user for name, user in table.items()} if email else {}
    listed = (table.get(slack_key) or by_email.get(email.lower()) or "").strip()
    if listed:
        return listed
    if not email:
        raise NoFusionUser(
            "Your Slack profile has no e-mail address that I can see, so I do not know who you are "
            "at Fusion. Ask an administrator to add you to the [users] table, or to allow me "
            "users:read.email."
        )
    if not _EMAIL.fullmatch(email):
        raise NoFusionUser(
            "The e-mail address in your Slack profile cannot be read, so I do not know who you are "
            "at Fusion. Ask an administrator to mend it, or to add you to the [users] table."
        )
    return email if rule == "email" else email.partition("@")[0]


def _refuse_strangers(account: SlackAccount) -> None:
    if account.is_deactivated:
        raise NoFusionUser("This Slack account is deactivated, so it cannot act at Fusion.")
    if account.is_external:
        raise NoFusionUser(
            "You belong to another organisation in Slack, so you cannot act at Fusion here."
        )
    if account.is_guest:
        raise NoFusionUser("You are a guest in this Slack workspace: guests cannot act at Fusion.")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A token that is not the expected user's; `found` is "" where it does not say whose it is."""

    expected: str
    found: str
    is_shared: bool = False

    @property
    def detail(self) -> str:
        """A sentence that names both accounts."""
        if self.is_shared:
            return (
                f"This access token belongs to an integration, not to {self.expected}: the "
                "identity domain gave a shared identity."
            )
        if not self.found:
            return f"This access token does not say whose it is, and {self.expected} was expected."
        return f"This access token belongs to {self.found}, but {self.expected} was expected."


def check_claims(claims: Claims | None, expected_user: str) -> Mismatch | None:
    """None where a token is the expected user's; a token that does not say is a Mismatch too.

    Letter case does not matter. The user name is the first that there is of preferred_username,
    upn, user_name, username, email and sub (`read_claims`); None stands for an opaque token.
    """
    if claims is None:
        return Mismatch(expected_user, "")
    if claims.is_shared:
        return Mismatch(expected_user, claims.user_name, is_shared=True)
    if claims.user_name and _is_same(claims.user_name, expected_user):
        return None
    return Mismatch(expected_user, claims.user_name)


def _is_same(one: str, other: str) -> bool:
    """Whether two user names are one but for letter case.

    Signs beyond ASCII never turn into ASCII letters on the way: "K" is also the Kelvin sign.
    """
    one, other = one.strip(), other.strip()
    return one.isascii() == other.isascii() and one.lower() == other.lower()
