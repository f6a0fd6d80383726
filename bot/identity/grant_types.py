"""OAuth's names for the grants, and the audiences at which an identity domain is addressed."""

from enum import StrEnum


class GrantType(StrEnum):
    """The grant types of an OCI IAM identity domain, as a token request names them."""

    CLIENT_CREDENTIALS = "client_credentials"
    PASSWORD = "password"  # noqa: S105 - a grant type
    JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    SAML2_BEARER = "urn:ietf:params:oauth:grant-type:saml2-bearer"
    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a grant type
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


# Every identity domain has these two, whatever its host.
DEFAULT_AUDIENCE = ("oauth.idm.oracle.com", "https://identity.oraclecloud.com/")
OFFLINE_ACCESS = "offline_access"


def with_offline_access(scope: str) -> str:
    """The scope that also asks for a refresh token; unchanged where it does so already."""
    return scope if OFFLINE_ACCESS in scope.split() else f"{scope} {OFFLINE_ACCESS}".strip()
