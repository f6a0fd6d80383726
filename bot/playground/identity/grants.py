"""What each grant type asks for and checks; each ends in a family of tokens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.playground.identity.assertions import TENANT_CLAIM, Assertions, NotAccepted
from bot.playground.identity.clients import Client
from bot.playground.identity.codes import Codes
from bot.playground.identity.devices import Devices
from bot.playground.identity.families import OFFLINE_ACCESS, Family, Tokens
from bot.playground.identity.form import (
    needed,
    not_allowed,
    not_granted,
    not_in_scope,
)
from bot.playground.identity.saml import SamlAssertions
from bot.playground.identity.users import NotSignedIn, User, Users

CLIENT_CREDENTIALS = "client_credentials"
PASSWORD = "password"  # noqa: S105 - a grant type
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a grant type
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SAML2_BEARER = "urn:ietf:params:oauth:grant-type:saml2-bearer"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
GRANTS = (
    CLIENT_CREDENTIALS,
    PASSWORD,
    JWT_BEARER,
    SAML2_BEARER,
    AUTHORIZATION_CODE,
    DEVICE_CODE,
    REFRESH_TOKEN,
)

Grant = Callable[[Client, Mapping[str, str]], Family]


@dataclass(slots=True)
class Grants:
    """The grants of a domain. Where `tenant_required`, user assertions must name the tenant."""

    users: Users
    tokens: Tokens
    codes: Codes
    devices: Devices
    assertions: Assertions
    saml: SamlAssertions
    tenant: str
    tenant_required: bool = False

    def find(self, grant_type: str) -> Grant | None:
        """The function for a grant type, None where it is not offered."""
        offered: dict[str, Grant] = {
            CLIENT_CREDENTIALS: self.client_credentials,
            PASSWORD: self.password,
            JWT_BEARER: self.jwt_bearer,
            SAML2_BEARER: self.saml2_bearer,
            AUTHORIZATION_CODE: self.authorization_code,
            DEVICE_CODE: self.device_code,
            REFRESH_TOKEN: self.refresh_token,
        }
        return offered.get(grant_type)

    def client_credentials(self, client: Client, form: Mapping[str, str]) -> Family:
        """The client itself (RFC 6749 section 4.4): never a refresh token."""
        if client.is_public:
            raise not_allowed("A public client cannot act as itself.")
        return Family(client, None, read_scope(client, form, for_user=False))

    def password(self, client: Client, form: Mapping[str, str]) -> Family:
        """A user's name and password (section 4.3); not for users with a second factor."""
        scope = read_scope(client, form)
        name, password = needed(form, "username"), needed(form, "password")
        try:
            user = self.users.check(name, password)
        except NotSignedIn as problem:
            raise not_granted(str(problem)) from problem
        if user.mfa:
            raise not_granted("Multifactor authentication is required for this user.")
        return Family(client, user, scope)

    def jwt_bearer(self, client: Client, form: Mapping[str, str]) -> Family:
        """A user assertion that the client signed (RFC 7523)."""
        scope = read_scope(client, form)
        issuer = client.assertion_issuer or client.id
        try:
            claims = self.assertions.read(needed(form, "assertion"), client.keys, issuer)
        except NotAccepted as problem:
            raise not_granted(str(problem)) from problem
        self._check_tenant(claims)
        name = claims.get("sub")
        if not isinstance(name, str) or claims.get("prn") != name:
            raise not_granted("The assertion's sub and prn must be the same user.")
        return Family(client, self._user(name), scope)

    def saml2_bearer(self, client: Client, form: Mapping[str, str]) -> Family:
        """A SAML assertion of a trusted identity provider (RFC 7522)."""
        scope = read_scope(client, form)
        try:
            name = self.saml.read(needed(form, "assertion"))
        except NotAccepted as problem:
            raise not_granted(str(problem)) from problem
        return Family(client, self._user(name), scope)

    def authorization_code(self, client: Client, form: Mapping[str, str]) -> Family:
        """A code from the browser (RFC 6749 section 4.1.3) with its verifier (RFC 7636)."""
        return self.codes.use(
            needed(form, "code"),
            client,
            needed(form, "redirect_uri"),
            needed(form, "code_verifier"),
        )

    def device_code(self, client: Client, form: Mapping[str, str]) -> Family:
        """A poll of a sign-in on another device (RFC 8628 section 3.4)."""
        return self.devices.poll(needed(form, "device_code"), client)

    def refresh_token(self, client: Client, form: Mapping[str, str]) -> Family:
        """A refresh token (RFC 6749 section 6); a scope, where given, is the one it came with."""
        family = self.tokens.refreshed(needed(form, "refresh_token"), client)
        asked = form.get("scope", family.scope).split()
        if client.scope not in asked or not set(asked) <= set(family.scope.split()):
            raise not_in_scope("The scope is not the one of the refresh token.")
        if family.user is None or not family.user.active:
            raise not_granted("The user is deactivated.")
        return family

    def _check_tenant(self, claims: Mapping[str, object]) -> None:
        tenant = claims.get(TENANT_CLAIM)
        if tenant is None and self.tenant_required:
            raise not_granted(f"The assertion has no {TENANT_CLAIM}.")
        if tenant is not None and tenant != self.tenant:
            raise not_granted(f"The assertion's {TENANT_CLAIM} is another tenant.")

    def _user(self, name: str) -> User:
        user = self.users.find(name)
        if user is None:
            raise not_granted("There is no such user in the identity domain.")
        if not user.active:
            raise not_granted("The user is deactivated.")
        return user


def read_scope(client: Client, form: Mapping[str, str], *, for_user: bool = True) -> str:
    """The scope that is asked for: the client's own, with offline_access where that is allowed.

    Raises Refused.
    """
    asked = form.get("scope", "").split()
    others = set(asked) - {client.scope}
    if client.scope not in asked or not others <= {OFFLINE_ACCESS}:
        raise not_in_scope("This scope is not given to this client.")
    if others and not (for_user and REFRESH_TOKEN in client.grants):
        raise not_in_scope("offline_access is for users, and clients that may refresh tokens.")
    return " ".join(dict.fromkeys(asked))
