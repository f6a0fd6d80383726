"""The emulated identity domain as a whole: what tests look at and steer."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from secrets import token_urlsafe

from aiohttp import web

from bot.playground.identity.assertions import Assertions
from bot.playground.identity.browser import press_at
from bot.playground.identity.client_routes import (
    DEVICE_AUTHORIZATION_PATH,
    REVOKE_PATH,
    TOKEN_PATH,
    ClientRoutes,
)
from bot.playground.identity.clients import Client, Clients
from bot.playground.identity.codes import Codes
from bot.playground.identity.devices import Device, Devices
from bot.playground.identity.endpoints import Endpoints, TokenRequest
from bot.playground.identity.families import OFFLINE_ACCESS, Family, Tokens
from bot.playground.identity.grants import CLIENT_CREDENTIALS, GRANTS, Grants
from bot.playground.identity.keys import KeyPair, client_key_pair, read_registered_key
from bot.playground.identity.page_routes import AUTHORIZE_PATH, PageRoutes
from bot.playground.identity.saml import SamlAssertions, build_saml_assertion
from bot.playground.identity.sessions import Sessions
from bot.playground.identity.users import PASSWORD, User, playground_users

KEY_CLIENT = "playground-key-client"
PUBLIC_CLIENT = "playground-public-client"


class IdentityDomain:
    """An OCI IAM identity domain with three clients and the playground's people.

    `client` is confidential, with all grants; KEY_CLIENT signs (private_key_jwt); PUBLIC_CLIENT
    has no secret. `address` gives where it is reached, `now` aware UTC; `told` is called after
    each request of a client.
    """

    tenant = "idcs-playground"

    def __init__(
        self,
        client: Client,
        *,
        address: Callable[[], str],
        now: Callable[[], datetime],
        told: Callable[[], None],
    ) -> None:
        self._address = address
        self._now = now
        self._told = told
        self._key_pair: KeyPair | None = None
        assertions = Assertions(now)
        self.users = playground_users()
        self.clients = Clients(assertions)
        self._sessions = Sessions()
        self._codes = Codes(now)
        self._devices = Devices(now)
        self._tokens = Tokens(address, self.tenant, now)
        saml = SamlAssertions(lambda: self.token_url, now)
        self._grants = Grants(
            self.users, self._tokens, self._codes, self._devices, assertions, saml, self.tenant
        )
        self._endpoints = Endpoints(
            self.clients, self._grants, self._tokens, self._devices, address, now
        )
        client.grants = client.grants or GRANTS
        self.client = self.clients.add(client)
        self.add_client(KEY_CLIENT)
        self.add_client(
            PUBLIC_CLIENT,
            is_public=True,
            grants=[each for each in GRANTS if each != CLIENT_CREDENTIALS],
        )

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add everything that is reached over HTTP to an application's routes."""
        ClientRoutes(self._endpoints, self._address, self._told).add_to(router)
        PageRoutes(self.clients, self.users, self._codes, self._devices, self._sessions).add_to(
            router
        )

    # Addresses

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return f"{self._address()}{TOKEN_PATH}"

    @property
    def authorize_url(self) -> str:
        """The authorization endpoint."""
        return f"{self._address()}{AUTHORIZE_PATH}"

    @property
    def device_url(self) -> str:
        """The device authorization endpoint, for clients; people go to the page it names."""
        return f"{self._address()}{DEVICE_AUTHORIZATION_PATH}"

    @property
    def revoke_url(self) -> str:
        """The revocation endpoint."""
        return f"{self._address()}{REVOKE_PATH}"

    # What happened

    @property
    def requests(self) -> list[TokenRequest]:
        """The requests to the token endpoint, oldest first, refused ones included."""
        return self._endpoints.requests

    def requests_of(self, grant: str, *, ok: bool | None = None) -> list[TokenRequest]:
        """Those with this grant type; with `ok`, only those that went well, or only the others."""
        every = (each for each in self.requests if each.grant == grant)
        return [each for each in every if ok is None or each.ok is ok]

    def bearer(self, authorization: str) -> str | None:
        """Whom an Authorization header stands for: a user's name, or a client's id.

        None where the token is none of ours, expired or revoked.
        """
        scheme, _, token = authorization.partition(" ")
        given = self._tokens.valid(token.strip()) if scheme.lower() == "bearer" else None
        return None if given is None else given.family.subject

    # Settings

    @property
    def token_life(self) -> int:
        """How long access tokens live that are given from now on, in seconds."""
        return self._tokens.life

    @token_life.setter
    def token_life(self, seconds: int) -> None:
        self._tokens.life = seconds

    @property
    def refresh_rotates(self) -> bool:
        """Whether each use of a refresh token gives a new one; else the first stays good."""
        return self._endpoints.refresh_rotates

    @refresh_rotates.setter
    def refresh_rotates(self, rotates: bool) -> None:
        self._endpoints.refresh_rotates = rotates

    @property
    def tenant_required(self) -> bool:
        """Whether user assertions must carry `user.tenant.name`; a wrong one never passes."""
        return self._grants.tenant_required

    @tenant_required.setter
    def tenant_required(self, required: bool) -> None:
        self._grants.tenant_required = required

    def set_device_pace(self, interval: timedelta, life: timedelta = timedelta(minutes=5)) -> None:
        """How often devices may poll, and how long their codes live, for those to come."""
        self._devices.interval, self._devices.life = interval, life

    # Clients and users

    def add_client(
        self,
        id: str,
        *,
        secret: str = "",
        scope: str = "",
        grants: Collection[str] = GRANTS,
        redirect_uris: Collection[str] = (),
        keys: Collection[bytes] = (),
        is_public: bool = False,
        assertion_issuer: str = "",
    ) -> Client:
        """Register a client; the scope is that of `client` unless given, keys are PEM.

        Raises ValueError for an id that is taken or a key that cannot be used.
        """
        client = Client(
            id,
            scope or self.client.scope,
            secret,
            grants,
            set(redirect_uris),
            [read_registered_key(each) for each in keys],
            is_public,
            assertion_issuer,
        )
        return self.clients.add(client)

    def register_redirect_uri(self, uri: str, client_id: str = "") -> None:
        """Let a client's sign-ins come back here; it is `client` unless named."""
        self._client(client_id).redirect_uris.add(uri)

    def register_key(self, pem: bytes, *, kid: str = "", client_id: str = "") -> None:
        """Trust a public key or certificate of a client. Raises ValueError if it is neither."""
        self._client(client_id).keys.append(read_registered_key(pem, kid))

    @property
    def key_pair(self) -> KeyPair:
        """A key with its certificate; registered for `client` and KEY_CLIENT when first read."""
        if self._key_pair is None:
            self._key_pair = client_key_pair()
            for each in (self.client.id, KEY_CLIENT):
                certificate, kid = self._key_pair.certificate, self._key_pair.kid
                self.register_key(certificate, kid=kid, client_id=each)
        return self._key_pair

    def add_user(
        self, name: str, *, display_name: str = "", email: str = "", password: str = PASSWORD
    ) -> User:
        """A new user; change `mfa` and `active` on what is returned. Raises ValueError if known."""
        return self.users.add(User(name, display_name or name, email or name, password))

    def change_password(self, name: str, password: str = "") -> str:
        """A new password, a random one unless given: refresh tokens and sessions end.

        Access tokens stay valid until they expire. Raises KeyError for an unknown user.
        """
        user = self.users[name]
        user.password = password or token_urlsafe(12)
        self._end_sign_ins(user)
        for family in self._tokens.families(user):
            family.refreshable = False
        return user.password

    def revoke_user(self, name: str) -> None:
        """All tokens and sessions of a user end now. Raises KeyError for an unknown one."""
        user = self.users[name]
        self._end_sign_ins(user)
        for family in self._tokens.families(user):
            family.revoked = True

    def revoke_all(self) -> None:
        """No access token given so far is valid any more; refresh tokens are."""
        self._tokens.revoke_all()

    # What people and administrators do

    async def sign_in_at(self, authorize_url: str, user: str, password: str = "") -> str:
        """Sign in on the page at a whole authorization URL; the location it redirects to.

        The user's own password unless another is given. Raises SignInFailed with the page's text,
        KeyError for an unknown user without a password.
        """
        typed = {"username": user, "password": password or self.users[user].password}
        return await press_at(authorize_url, "sign_in", typed)

    async def cancel_at(self, authorize_url: str) -> str:
        """Press Cancel on the page; the location it redirects to. Raises SignInFailed."""
        return await press_at(authorize_url, "cancel", {})

    def allow_device(self, user_code: str, user: str) -> None:
        """Allow a device as this user. Raises KeyError for an unknown user or code."""
        self._devices.allow(self._device(user_code), self.users[user])

    def deny_device(self, user_code: str) -> None:
        """Refuse a device. Raises KeyError for an unknown code."""
        self._devices.deny(self._device(user_code))

    def give_refresh_token(self, user: str, client_id: str = "") -> str:
        """A refresh token as an administrator hands it out. Raises KeyError for unknown names."""
        client = self._client(client_id)
        scope = f"{client.scope} {OFFLINE_ACCESS}"
        return self._tokens.new_refresh_token(Family(client, self.users[user], scope))

    def saml_assertion(self, user: str, life: timedelta = timedelta(hours=8)) -> bytes:
        """An assertion in XML by the trusted identity provider; any name can be in it."""
        return build_saml_assertion(user, recipient=self.token_url, now=self._now(), life=life)

    def _client(self, id: str) -> Client:
        return self.clients[id] if id else self.client

    def _device(self, user_code: str) -> Device:
        device = self._devices.waiting(user_code)
        if device is None:
            raise KeyError(f"No device waits with the code {user_code}.")
        return device

    def _end_sign_ins(self, user: User) -> None:
        self._sessions.forget(user)
        self._codes.forget(user)
        self._devices.forget(user)
