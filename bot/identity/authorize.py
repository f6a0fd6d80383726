"""Signing in in a browser: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636)."""

import secrets

from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]  # has no types
    prepare_grant_uri,
)
from authlib.oauth2.rfc7636.challenge import (  # type: ignore[import-untyped]
    create_s256_code_challenge,
)

from bot.identity.grant_types import with_offline_access

_RANDOM_BYTES = 48  # 64 characters; RFC 7636 section 4.1 wants 43 to 128


def build_authorize_url(
    authorize_url: str,
    client_id: str,
    redirect_uri: str,
    scope: str,
    state: str,
    code_challenge: str,
    *,
    offline_access: bool = False,
) -> str:
    """Where a browser is sent to sign in; with `offline_access` a refresh token is asked for too.

    `state` belongs to one person and one use; what is in `authorize_url` already stays there.
    """
    url: str = prepare_grant_uri(
        authorize_url,
        client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=with_offline_access(scope) if offline_access else scope,
        state=state,
        code_challenge=code_challenge,
        code_challenge_method="S256",
    )
    return url


def code_verifier() -> str:
    """A new secret that only whoever began this sign-in knows; kept until the code comes."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def code_challenge(verifier: str) -> str:
    """What the browser may see of a verifier: its SHA-256 in base64url (method S256)."""
    challenge: str = create_s256_code_challenge(verifier)
    return challenge
