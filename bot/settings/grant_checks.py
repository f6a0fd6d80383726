"""What is wrong with the settings of a grant: each names its variable and what to do."""

from collections.abc import Iterator
from pathlib import Path

from bot.settings.urls import check_url
from bot.settings.values import Settings

GRANTS = (
    "client_credentials",
    "password",
    "jwt_bearer",
    "saml2_bearer",
    "authorization_code",
    "device_code",
    "refresh_token",
)
CLIENT_AUTHS = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
USER_NAMES_FROM = ("email", "email_local_part", "users")
_OCI = "https://idcs-….identity.oraclecloud.com/oauth2/v1"


def grant_problems(settings: Settings) -> Iterator[str]:
    """Every problem with how access tokens are had."""
    grant, auth = settings.fusion_grant, settings.fusion_client_auth
    if grant not in GRANTS:
        yield f"FUSION_GRANT: {grant} is no grant. Use one of {', '.join(GRANTS)}."
    yield from check_url("FUSION_TOKEN_URL", settings.fusion_token_url, f"{_OCI}/token")
    if settings.fusion_revoke_url:
        yield from check_url("FUSION_REVOKE_URL", settings.fusion_revoke_url, f"{_OCI}/revoke")
    yield from _client(settings)
    if grant in _NEEDS:
        yield from _NEEDS[grant](settings)
    if grant == "jwt_bearer" or auth == "private_key_jwt":
        yield from _signing(settings)
    yield from _people(settings)


def _client(settings: Settings) -> Iterator[str]:
    auth = settings.fusion_client_auth
    if auth not in CLIENT_AUTHS:
        yield f"FUSION_CLIENT_AUTH: {auth} is not known. Use one of {', '.join(CLIENT_AUTHS)}."
    if not settings.fusion_client_id:
        yield "FUSION_CLIENT_ID: give the client id of your application in the identity domain."
    secret = settings.fusion_client_secret.get_secret_value()
    if auth in {"client_secret_basic", "client_secret_post"} and not secret:
        yield (
            "FUSION_CLIENT_SECRET: give the client secret of your confidential application, or "
            "FUSION_CLIENT_SECRET_FILE."
        )
    if auth == "none" and settings.fusion_grant == "client_credentials":
        yield (
            "FUSION_CLIENT_AUTH: client_credentials proves who the client is, so none will not do. "
            "Use client_secret_basic."
        )
    if not settings.fusion_scope:
        yield "FUSION_SCOPE: give the scope, such as urn:opc:resource:fusion:<pod>:fusion-ai/."


def _password(settings: Settings) -> Iterator[str]:
    if not settings.fusion_username:
        yield "FUSION_USERNAME: give the name of the user as whom everybody acts."
    if not settings.fusion_password.get_secret_value():
        yield "FUSION_PASSWORD: give this user's password, or FUSION_PASSWORD_FILE."


def _saml(settings: Settings) -> Iterator[str]:
    path = settings.fusion_saml_assertion_file
    if not path:
        yield (
            "FUSION_SAML_ASSERTION_FILE: give the path of the SAML assertion; {user} in it stands "
            "for each person's Fusion user name."
        )
    elif "{user}" not in path:
        yield from _readable("FUSION_SAML_ASSERTION_FILE", path)


def _browser(settings: Settings) -> Iterator[str]:
    url = settings.fusion_authorize_url
    yield from check_url("FUSION_AUTHORIZE_URL", url, f"{_OCI}/authorize")
    if not settings.public_url:
        yield (
            "PUBLIC_URL: give the address at which people's browsers reach this bot; the identity "
            "domain sends them back to its /fusion/callback."
        )


def _device(settings: Settings) -> Iterator[str]:
    yield from check_url("FUSION_DEVICE_URL", settings.fusion_device_url, f"{_OCI}/device")
    if not settings.sign_in.must_match:
        yield (
            "bot.toml, sign_in.must_match: with device_code nobody is asked whether both accounts "
            "are theirs, so they must match. Leave it out, or use authorization_code."
        )


def _given_token(settings: Settings) -> Iterator[str]:
    if not settings.fusion_refresh_token.get_secret_value():
        yield "FUSION_REFRESH_TOKEN: give the refresh token, or FUSION_REFRESH_TOKEN_FILE."


def _signing(settings: Settings) -> Iterator[str]:
    path = settings.fusion_private_key_file
    if not path:
        yield "FUSION_PRIVATE_KEY_FILE: give the path of the private key (PEM) that signs assertions."
    else:
        yield from _readable("FUSION_PRIVATE_KEY_FILE", path)
    if settings.fusion_certificate_file:
        yield from _readable("FUSION_CERTIFICATE_FILE", settings.fusion_certificate_file)
    elif not settings.fusion_key_id:
        yield (
            "FUSION_KEY_ID or FUSION_CERTIFICATE_FILE: give the alias under which the certificate "
            "was imported into the identity domain, or the certificate."
        )


def _people(settings: Settings) -> Iterator[str]:
    if settings.fusion_user_name_from not in USER_NAMES_FROM:
        yield (
            f"FUSION_USER_NAME_FROM: {settings.fusion_user_name_from} is not known. Use one of "
            f"{', '.join(USER_NAMES_FROM)}; a [users] table in bot.toml comes before all of them."
        )
    if settings.fusion_user_name_from == "users" and not settings.users:
        yield "bot.toml, users: FUSION_USER_NAME_FROM=users needs this table. List people in it."
    for name in sorted(settings.users):
        if "@" not in name and ":" not in name:
            yield (
                f"bot.toml, users: {name} names nobody. Use an e-mail address, or workspace and "
                'user as in "T012:U034".'
            )


def _readable(variable: str, path: str) -> Iterator[str]:
    try:
        Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path that no system would take
        reason = getattr(error, "strerror", None) or "no path"
        yield (
            f"{variable}: the file {path} cannot be read ({reason}). Check its path and permissions."
        )


_NEEDS = {
    "password": _password,
    "saml2_bearer": _saml,
    "authorization_code": _browser,
    "device_code": _device,
    "refresh_token": _given_token,
}
