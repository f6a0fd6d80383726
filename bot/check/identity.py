"""What `check` says of the grant: who acts, whether tokens can be had, and what is in them.

No token and no secret is ever printed: of a token, the claims that say who and for what.
"""

from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp

from bot.build import NoDatabase, find_store, now
from bot.build_identity import Domain, build_keeper
from bot.check.agent_teams import look_at_agent_teams, look_at_fusion
from bot.check.finding import Finding
from bot.domain.agent import AgentError
from bot.domain.turn import Person
from bot.identity.assertions import WrongKey
from bot.identity.claims import Claims, read_claims
from bot.identity.grants import refresh_token
from bot.identity.refusals import TokenRefused
from bot.identity.tokens import AccessToken
from bot.settings import Settings
from storage.errors import StorageError

NOBODY = Person("", "")
MEANINGS = {
    "client_credentials": "everybody acts as the client itself; no user stands behind it",
    "password": "everybody acts as the user of FUSION_USERNAME",
    "refresh_token": "everybody acts as the user for whom FUSION_REFRESH_TOKEN was given",
    "jwt_bearer": "each person acts as themselves, by an assertion that the bot signs",
    "saml2_bearer": "each person acts as themselves, by a SAML assertion from a file",
    "authorization_code": "each person acts as themselves, and signs in in a browser",
    "device_code": "each person acts as themselves, and signs in with a code",
}
SHARED = "answers show what this one account may see, whoever asks"
SHORT_LIFE = 600  # seconds; a shorter token is renewed all the time


async def look_at_identity(
    settings: Settings, session: aiohttp.ClientSession, user: str
) -> AsyncIterator[Finding]:
    """The grant, then whether it works; `user` is the Fusion user to try it with, "" for none."""
    grant = settings.fusion_grant
    meaning = MEANINGS[grant]
    if grant == "saml2_bearer" and settings.acts_as_one:
        meaning = "everybody acts as the user of FUSION_SAML_ASSERTION_FILE"
    if settings.acts_as_one:
        yield Finding(True, f"grant {grant}", f"{meaning}; {SHARED}", warning=True)
    else:
        yield Finding(True, f"grant {grant}", f"{meaning}; {_rule(settings)}")
    try:
        domain = Domain(settings, session, now)
    except WrongKey as error:
        yield Finding(False, "signing key", str(error))
        return
    match grant:
        case "authorization_code":
            yield await _client(domain)
            note = (
                f"the identity domain must know {settings.public_url.rstrip('/')}/fusion/callback"
            )
            yield Finding(True, "sign-in page", note)
            yield await look_at_fusion(settings, session)
        case "device_code":
            yield await _device(domain)
            yield await look_at_fusion(settings, session)
        case _ if settings.acts_as_one or user:
            async for finding in _token(settings, session, domain, user):
                yield finding
        case _:
            note = "each person has their own; `check --user NAME` tries one Fusion user"
            yield Finding(True, "access token", note)
            yield await look_at_fusion(settings, session)


def _rule(settings: Settings) -> str:
    rules = {
        "email": "their Fusion user name is their Slack e-mail",
        "email_local_part": "their Fusion user name is their Slack e-mail up to the @",
        "users": "their Fusion user name is in [users] alone",
    }
    rule = rules[settings.fusion_user_name_from]
    listed = len(settings.users)
    return rule if not listed else f"{rule}; [users] comes first and names {listed}"


async def _token(
    settings: Settings, session: aiohttp.ClientSession, domain: Domain, user: str
) -> AsyncIterator[Finding]:
    async def user_name(_: Person) -> str:
        return user

    what = f"access token by {settings.fusion_grant}"
    try:
        if settings.fusion_grant == "refresh_token":
            token = await _kept_token(settings, domain)
        else:
            token = await domain.obtains(user_name).obtain(NOBODY, None)
    except NoDatabase:
        note = "not tried: what replaces a spent token could not be kept until the bot has started once"
        yield Finding(True, what, note, warning=True)
        return
    except StorageError as error:
        yield Finding(False, what, f"{error} Check DATABASE_URL.")
        return
    except AgentError as error:
        yield Finding(False, what, error.detail)
        return
    claims = read_claims(token.value)
    if claims is None:
        yield Finding(True, what, "granted; it is opaque, so nothing more is known of it")
    else:
        scope = token.scope or claims.scope
        yield Finding(True, what, _describe(claims, scope, token.expires_at))
        for warning in _warnings(settings, claims, scope, token.expires_at, user):
            yield Finding(True, what, warning, warning=True)
    whose = user or (claims.user_name if claims else "")
    async for finding in look_at_agent_teams(settings, session, token.value, whose):
        yield finding


async def _kept_token(settings: Settings, domain: Domain) -> AccessToken:
    """By way of the store: a refresh token may be good for one use, and the bot needs the next."""
    store = find_store(settings)
    await store.open(now())
    try:
        keeper = build_keeper(settings, store, domain, _nobody, Anybody(), now)
        await keeper.token(NOBODY)
        kept = await keeper.kept(NOBODY)
    finally:
        await store.close()
    if kept is None:
        raise TokenRefused("The token could not be kept.")
    return kept.token


async def _nobody(_: Person) -> str:
    return ""


class Anybody:
    """A shared token without a person who uses it (bot.identity.keeping.Ownership)."""

    async def expect(self, person: Person) -> str:
        """Nobody in particular."""
        del person
        return ""

    def owner(self, expected: str, token: AccessToken) -> str:
        """The user whom it names."""
        del expected
        claims = read_claims(token.value)
        return "" if claims is None or claims.is_shared else claims.user_name


def _describe(claims: Claims, scope: str, expires_at: datetime) -> str:
    who = claims.user_name or "nobody named"
    kind = "integration" if claims.is_shared else claims.sub_type or "user"
    minutes = round((expires_at - now()).total_seconds() / 60)
    audience = ", ".join(claims.audience) or "none named"
    return (
        f"acts as {who} ({kind}), for {minutes} min; scope {scope or 'not named'}; "
        f"audience {audience}"
    )


def _warnings(
    settings: Settings, claims: Claims, scope: str, expires_at: datetime, user: str
) -> list[str]:
    found = []
    if claims.is_shared:
        found.append("it is an integration's: tools that work on business objects may refuse it")
    wanted = settings.fusion_scope.split()
    if scope and not set(wanted) & set(scope.split()):
        found.append(f"it is for another scope than FUSION_SCOPE ({settings.fusion_scope})")
    if user and not settings.acts_as_one and claims.user_name.lower() != user.lower():
        found.append(f"it is {claims.user_name}'s, but {user} was asked for: the bot refuses that")
    if (expires_at - now()).total_seconds() < SHORT_LIFE:
        found.append("it lives less than 10 minutes, so a new one is asked for all the time")
    return found


async def _client(domain: Domain) -> Finding:
    """Asks with a refresh token that nobody has: the refusal tells whether the client is known."""
    what = "client"
    try:
        await domain.ask(refresh_token("made-up-by-check"))
    except TokenRefused as refused:
        if refused.error == "invalid_grant":
            return Finding(True, what, "the identity domain knows this client")
        return Finding(False, what, refused.detail)
    except AgentError as error:
        return Finding(False, what, error.detail)
    return Finding(False, what, "the identity domain gave a token for a made-up refresh token")


async def _device(domain: Domain) -> Finding:
    what = "device sign-in"
    try:
        begun = await domain.start_device()
    except AgentError as error:
        return Finding(False, what, error.detail)
    return Finding(True, what, f"codes are given; people type them at {begun.verification_uri}")
