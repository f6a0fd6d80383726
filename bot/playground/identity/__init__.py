"""An emulated OCI IAM identity domain over real HTTP, as strict as the real one.

domain          IdentityDomain: what tests look at and steer
endpoints       what the endpoints for clients do; client_routes has their HTTP
grants          what each grant type asks for and checks
clients         who may ask, and how clients prove who they are
assertions      JSON Web Tokens that clients sign, each used once
saml            SAML assertions, and what of them is not checked; saml_signature
codes           authorization codes with PKCE; authorizing reads the browser's request
devices         sign-in on another device: codes, polling, slow_down
families        access tokens, and chains of refresh tokens with reuse detection
keys            the domain's key, the clients' keys and certificates
users           people and their passwords; sessions has their cookies
pages           sign-in, device and message pages; page_routes has their HTTP
browser         signs in on the page without a window
form            parameters, and how OAuth says no
"""

from bot.playground.identity.browser import SignInFailed
from bot.playground.identity.clients import Client
from bot.playground.identity.domain import KEY_CLIENT, PUBLIC_CLIENT, IdentityDomain
from bot.playground.identity.endpoints import TokenRequest
from bot.playground.identity.grants import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    DEVICE_CODE,
    GRANTS,
    JWT_BEARER,
    PASSWORD,
    REFRESH_TOKEN,
    SAML2_BEARER,
)
from bot.playground.identity.keys import KeyPair, signing_key
from bot.playground.identity.users import User

__all__ = [
    "AUTHORIZATION_CODE",
    "CLIENT_CREDENTIALS",
    "DEVICE_CODE",
    "GRANTS",
    "JWT_BEARER",
    "KEY_CLIENT",
    "PASSWORD",
    "PUBLIC_CLIENT",
    "REFRESH_TOKEN",
    "SAML2_BEARER",
    "Client",
    "IdentityDomain",
    "KeyPair",
    "SignInFailed",
    "TokenRequest",
    "User",
    "signing_key",
]
