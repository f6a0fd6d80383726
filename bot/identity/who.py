"""Who is who: which Fusion user a person in Slack is, and whether a token is that user's.

Closed by default: whoever is not certain is refused. What Slack says of a person (`SlackAccount`)
and what a token says of its owner (`Claims`) are compared as text; what they say is believed, since
the one comes from Slack's Web API and the other from the token endpoint.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain import reasons
from bot.domain.account import Accounts, SlackAccount
from bot.domain.agent import NoFusionUser
from bot.domain.openings import ALL_CLOSED, Openings
from bot.domain.turn import Person
from bot.identity.claims import Claims, read_claims
from bot.identity.refusals import TokenRefused
from bot.identity.tokens import AccessToken

UserNameFrom = Literal["email", "email_local_part", "users"]
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")


def fusion_user_name(
    account: SlackAccount,
    rule: UserNameFrom,
    table: Mapping[str, str],
    slack_key: str,
    openings: Openings = ALL_CLOSED,
) -> str:
    """The Fusion user name of a person in Slack. Raises NoFusionUser.

    The [users] table comes first; it names a person by `slack_key` (workspace:user) or by e-mail,
    in any case. Otherwise it is the e-mail or its local part, as `rule` says, and nobody where it
    says "users"; the local part is safe only where all e-mails of a workspace have one domain.
    What another organisation says of its people counts for nothing: its administrators could give them
    any e-mail address. They are named by `slack_key`, or are nobody.
    """
    refuse_strangers(account, openings)
    if account.is_external:
        return _named_one_by_one(table, slack_key)
    email = account.email.strip()
    by_email = {name.lower(): user for name, user in table.items()} if email else {}
    listed = (table.get(slack_key) or by_email.get(email.lower()) or "").strip()
    if listed:
        return listed
    if rule == "users":
        raise NoFusionUser(reasons.NOT_LISTED)
    if not email:
        raise NoFusionUser(reasons.NO_EMAIL)
    if not _EMAIL.fullmatch(email):
        raise NoFusionUser(reasons.BAD_EMAIL)
    return email if rule == "email" else email.partition("@")[0]


def _named_one_by_one(table: Mapping[str, str], slack_key: str) -> str:
    listed = table.get(slack_key, "").strip()
    if not listed:
        raise NoFusionUser(reasons.NOT_NAMED)
    return listed


def refuse_strangers(account: SlackAccount, openings: Openings = ALL_CLOSED) -> None:
    """Deactivated people are refused, and those to whom no channel is open: NoFusionUser."""
    if account.is_deactivated:
        raise NoFusionUser(reasons.DEACTIVATED)
    if openings.admit_anywhere(is_guest=account.is_guest, is_external=account.is_external):
        return
    if account.is_external:
        raise NoFusionUser(reasons.EXTERNAL)
    raise NoFusionUser(reasons.GUEST)


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


class Who:
    """Who people in Slack are at Fusion, in this deployment."""

    def __init__(
        self,
        accounts: Accounts,
        rule: UserNameFrom,
        table: Mapping[str, str],
        openings: Openings = ALL_CLOSED,
    ) -> None:
        self._openings = openings
        self._accounts = accounts
        self._rule = rule
        self._table = table

    async def account(self, person: Person) -> SlackAccount:
        """What Slack says of somebody who may use the bot. Raises NoFusionUser or Unavailable."""
        account = await self._accounts.account(person)
        refuse_strangers(account, self._openings)
        return account

    async def user_name(self, person: Person) -> str:
        """The Fusion user name of this person. Raises NoFusionUser or Unavailable."""
        account = await self._accounts.account(person)
        return fusion_user_name(account, self._rule, self._table, person.key, self._openings)


class OwnTokens:
    """Each token is its person's own (bot.identity.keeping.Ownership)."""

    def __init__(self, who: Who, *, must_match: bool = True) -> None:
        self._who = who
        self._must_match = must_match

    async def expect(self, person: Person) -> str:
        """The Fusion user name of this person. Raises NoFusionUser or Unavailable."""
        return await self._who.user_name(person)

    def owner(self, expected: str, token: AccessToken) -> str:
        """The user whose token it is: the expected one, or TokenRefused, which names both.

        Where accounts need not match, it is whoever the token names; a shared one never passes.
        """
        claims = read_claims(token.value)
        mismatch = check_claims(claims, expected)
        if claims is None or (mismatch and (self._must_match or mismatch.is_shared)):
            raise TokenRefused((mismatch or Mismatch(expected, "")).detail)
        if not claims.user_name:
            raise TokenRefused(Mismatch(expected, "").detail)
        return claims.user_name


class SharedTokens:
    """One token is everybody's, though not everybody may use it (Ownership as well)."""

    def __init__(self, who: Who) -> None:
        self._who = who

    async def expect(self, person: Person) -> str:
        """Nobody in particular. Raises NoFusionUser for who may not use the bot, or Unavailable."""
        await self._who.account(person)
        return ""

    def owner(self, expected: str, token: AccessToken) -> str:
        """The user that everybody acts as, "" where the token is a client's or does not say."""
        del expected
        claims = read_claims(token.value)
        return "" if claims is None or claims.is_shared else claims.user_name
