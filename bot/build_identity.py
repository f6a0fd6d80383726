"""How people act at Fusion, from settings: the grant, who keeps its tokens, and how people sign in."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl

import aiohttp

from bot.domain.account import Accounts
from bot.domain.acting import Identities, SignInEnded
from bot.domain.agent import AgentError
from bot.domain.turn import Person
from bot.identity import grants
from bot.identity.assertion_files import assertion_path, read_assertion
from bot.identity.assertions import SigningKey, build_user_assertion, read_signing_key
from bot.identity.browser_sign_in import Application, BrowserSignIn
from bot.identity.device import DeviceSignIn, Pending, poll_device, start_device
from bot.identity.device_sign_in import DeviceSignIns
from bot.identity.endpoint import ClientAuthMethod, TokenEndpoint
from bot.identity.grant_types import DEFAULT_AUDIENCE, with_offline_access
from bot.identity.identities import OwnIdentities, SharedIdentity
from bot.identity.keeping import Ownership, TokenKeeper
from bot.identity.obtaining import ByAsking, ByGivenToken, BySignIn, Obtains
from bot.identity.revocation import Revocation, Revoke, TokenHint, revoke, take_back
from bot.identity.sign_in_routes import SignInRoutes
from bot.identity.tokens import AccessToken
from bot.identity.who import OwnTokens, SharedTokens, UserNameFrom, Who
from bot.observing import Nobody, Observer
from bot.settings import Settings
from storage.store import Store

NOBODY = Nobody()
Clock = Callable[[], datetime]
UserName = Callable[[Person], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class IdentityParts:
    """What the rest of the bot needs of it; the last two only where people sign in that way."""

    keeper: TokenKeeper
    identities: Identities
    routes: SignInRoutes | None = None
    devices: DeviceSignIns | None = None


class Domain:
    """The identity domain, as the settings name it. Raises WrongKey for an unusable signing key."""

    def __init__(
        self,
        settings: Settings,
        session: aiohttp.ClientSession,
        clock: Clock,
        observer: Observer = NOBODY,
    ) -> None:
        self._observer = observer
        self._settings = settings
        self._session = session
        self._clock = clock
        self._key = _signing_key(settings, clock())
        self.endpoint = TokenEndpoint(
            settings.fusion_token_url,
            settings.fusion_client_id,
            settings.fusion_client_secret.get_secret_value(),
            cast("ClientAuthMethod", settings.fusion_client_auth),
            self._key,
            self._audience,
        )

    @property
    def _audience(self) -> tuple[str, ...]:
        given = self._settings.fusion_assertion_audience.replace(",", " ").split()
        return tuple(given) or DEFAULT_AUDIENCE

    async def ask(self, body: str) -> AccessToken:
        """A token for a grant's body."""
        began, result = time.monotonic(), "ok"
        try:
            return await grants.fetch_token(self._session, self.endpoint, body, clock=self._clock)
        except AgentError as error:
            result = type(error).__name__
            raise
        finally:
            grant = dict(parse_qsl(body)).get("grant_type", "").rpartition(":")[2]
            self._observer.called("identity", grant, result, time.monotonic() - began)

    def obtains(self, user_name: UserName) -> Obtains:
        """The way to tokens that FUSION_GRANT names; `user_name` says who a person is at Fusion."""
        settings, scope = self._settings, self._settings.fusion_scope
        password = settings.fusion_password.get_secret_value()
        match settings.fusion_grant:
            case "password":
                body = grants.password(scope, settings.fusion_username, password)
                return ByAsking(self.ask, _always(body))
            case "jwt_bearer":
                return ByAsking(self.ask, partial(self._by_assertion, user_name))
            case "saml2_bearer":
                return ByAsking(self.ask, partial(self._by_saml, user_name))
            case "authorization_code" | "device_code":
                return BySignIn(self.ask)
            case "refresh_token":
                return ByGivenToken(self.ask, settings.fusion_refresh_token.get_secret_value())
            case _:
                return ByAsking(self.ask, _always(grants.client_credentials(scope)))

    async def _by_assertion(self, user_name: UserName, person: Person) -> str:
        settings = self._settings
        if self._key is None:
            raise ValueError("jwt_bearer without a signing key")  # the settings' check forbids it
        assertion = build_user_assertion(
            self._key,
            issuer=settings.fusion_assertion_issuer or settings.fusion_client_id,
            audience=self._audience,
            user_name=await user_name(person),
            tenant=settings.tenant_name or None,
            now=self._clock(),
        )
        return grants.jwt_bearer(settings.fusion_scope, assertion)

    async def _by_saml(self, user_name: UserName, person: Person) -> str:
        template = self._settings.fusion_saml_assertion_file
        name = "" if self._settings.acts_as_one else await user_name(person)
        assertion = await asyncio.to_thread(read_assertion, assertion_path(template, name))
        return grants.saml2_bearer(self._settings.fusion_scope, assertion)

    async def start_device(self) -> DeviceSignIn:
        """Begin a sign-in with a code."""
        scope = with_offline_access(self._settings.fusion_scope)
        url = self._settings.fusion_device_url
        return await start_device(self._session, url, self.endpoint, scope, clock=self._clock)

    async def poll_device(self, device_code: str, interval: timedelta) -> AccessToken | Pending:
        """Whether the code was typed."""
        return await poll_device(
            self._session, self.endpoint, device_code, interval, clock=self._clock
        )

    @property
    def revoke(self) -> Revoke | None:
        """Takes tokens back, where the domain has an endpoint for that."""
        url = self._settings.revoke_url
        if not url:
            return None

        async def revoke_one(token: str, hint: TokenHint) -> Revocation:
            return await revoke(self._session, self.endpoint, url, token, hint, clock=self._clock)

        return revoke_one


def build_identity(
    settings: Settings,
    session: aiohttp.ClientSession,
    store: Store,
    accounts: Accounts,
    ended: Callable[[SignInEnded], Awaitable[None]],
    clock: Clock,
    observer: Observer,
) -> IdentityParts:
    """Everything about identity; `ended` is told of each sign-in. Raises WrongKey."""
    domain = Domain(settings, session, clock, observer)
    rule = cast("UserNameFrom", settings.fusion_user_name_from)
    who = Who(accounts, rule, settings.users, settings.openings)
    if settings.acts_as_one:
        keeper = build_keeper(settings, store, domain, who.user_name, SharedTokens(who), clock)
        return IdentityParts(keeper, SharedIdentity(keeper, who))
    # Only in the browser is anybody asked whether both accounts are theirs.
    asks = settings.fusion_grant == "authorization_code"
    own_tokens = OwnTokens(who, must_match=settings.sign_in.must_match or not asks)
    keeper = build_keeper(settings, store, domain, who.user_name, own_tokens, clock)
    own = partial(OwnIdentities, store, keeper, who, domain.revoke)
    match settings.fusion_grant:
        case "authorization_code":
            by_browser = BrowserSignIn(
                store,
                keeper,
                who,
                own_tokens,
                domain.ask,
                _application(settings),
                take_back=partial(take_back, domain.revoke),
                clock=clock,
                ended=ended,
            )
            https = settings.public_url.startswith("https://")
            return IdentityParts(
                keeper,
                own(by_browser),
                SignInRoutes(by_browser, settings.slack_command, by_https=https),
            )
        case "device_code":
            devices = DeviceSignIns(
                store,
                keeper,
                who,
                domain.start_device,
                domain.poll_device,
                take_back=partial(take_back, domain.revoke),
                clock=clock,
                ended=ended,
            )
            return IdentityParts(keeper, own(devices), devices=devices)
        case _:
            return IdentityParts(keeper, own())


def build_keeper(
    settings: Settings,
    store: Store,
    domain: Domain,
    user_name: UserName,
    ownership: Ownership,
    clock: Clock,
) -> TokenKeeper:
    """Who keeps the tokens of FUSION_GRANT."""
    return TokenKeeper(
        store,
        domain.obtains(user_name),
        ownership,
        is_shared=settings.acts_as_one,
        origin=_origin(settings),
        clock=clock,
    )


def _application(settings: Settings) -> Application:
    return Application(
        settings.fusion_authorize_url,
        settings.fusion_client_id,
        settings.fusion_scope,
        settings.public_url,
    )


def _signing_key(settings: Settings, now: datetime) -> SigningKey | None:
    """The key, where one is needed; the settings' check has seen that its files can be read."""
    signs = settings.fusion_grant == "jwt_bearer"
    if not signs and settings.fusion_client_auth != "private_key_jwt":
        return None
    certificate = settings.fusion_certificate_file
    return read_signing_key(
        Path(settings.fusion_private_key_file).read_bytes(),
        key_id=settings.fusion_key_id,
        certificate=Path(certificate).read_bytes() if certificate else None,
        now=now,
    )


def _origin(settings: Settings) -> str:
    """A digest of what a token depends on: with other settings, it is of no use any more."""
    parts = (
        settings.fusion_grant,
        settings.fusion_token_url,
        settings.fusion_client_id,
        settings.fusion_scope,
        settings.fusion_username,
        settings.fusion_saml_assertion_file,
        settings.fusion_refresh_token.get_secret_value(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _always(body: str) -> Callable[[Person], Awaitable[str]]:
    async def same(_: Person) -> str:
        return body

    return same
