"""The grants: what a token request says, one small function for each.

Each gives a body, which `fetch_token` sends with the client's authentication. The values are
secrets for the most part: a body is never logged.
"""

import base64

from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]  # has no types
    prepare_token_request,
)

from bot.identity.endpoint import ClientAuthMethod, TokenEndpoint
from bot.identity.grant_types import GrantType
from bot.identity.refusals import TokenRefused
from bot.identity.token_request import fetch_token

__all__ = [
    "ClientAuthMethod",
    "TokenEndpoint",
    "TokenRefused",
    "authorization_code",
    "client_credentials",
    "device_code",
    "fetch_token",
    "jwt_bearer",
    "password",
    "refresh_token",
    "saml2_bearer",
]


def client_credentials(scope: str) -> str:
    """The client's own identity (RFC 6749 section 4.4.2): no user stands behind it."""
    return _body(GrantType.CLIENT_CREDENTIALS, scope=scope)


def password(scope: str, username: str, password: str) -> str:
    """A user by name and password (RFC 6749 section 4.3.2); not for multi-factor users."""
    return _body(GrantType.PASSWORD, scope=scope, username=username, password=password)


def jwt_bearer(scope: str, assertion: str) -> str:
    """The user whom a signed assertion names (RFC 7523 section 2.1); see `build_user_assertion`."""
    return _body(GrantType.JWT_BEARER, scope=scope, assertion=assertion)


def saml2_bearer(scope: str, assertion: bytes) -> str:
    """The user whom a SAML 2.0 assertion names (RFC 7522 section 2.1), given as XML."""
    encoded = base64.urlsafe_b64encode(assertion).rstrip(b"=").decode()
    return _body(GrantType.SAML2_BEARER, scope=scope, assertion=encoded)


def authorization_code(code: str, redirect_uri: str, code_verifier: str) -> str:
    """Whoever signed in in the browser (RFC 6749 section 4.1.3), with PKCE (RFC 7636)."""
    return _body(
        GrantType.AUTHORIZATION_CODE,
        code=code,
        redirect_uri=redirect_uri,
        code_verifier=code_verifier,
    )


def refresh_token(refresh_token: str, scope: str = "") -> str:
    """Whoever a refresh token was given for (RFC 6749 section 6); no scope means the same again."""
    return _body(GrantType.REFRESH_TOKEN, refresh_token=refresh_token, scope=scope)


def device_code(device_code: str) -> str:
    """Whoever signed in with a device's user code (RFC 8628 section 3.4)."""
    return _body(GrantType.DEVICE_CODE, device_code=device_code)


def _body(grant: GrantType, **parameters: str) -> str:
    """The form; a parameter that is empty is left out."""
    body: str = prepare_token_request(grant.value, **parameters)
    return body
