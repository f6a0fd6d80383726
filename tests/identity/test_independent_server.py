"""The grants against an OAuth server that none of us wrote: the npm package oidc-provider.

It is installed into a temporary folder each time; without Node, npm or the package index these
tests are skipped.
"""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from bot.identity import grants
from bot.identity.assertions import build_user_assertion, read_signing_key
from bot.identity.authorize import build_authorize_url, code_challenge, code_verifier
from bot.identity.claims import read_claims
from bot.identity.device import Pending, poll_device, start_device
from bot.identity.endpoint import ClientAuthMethod, TokenEndpoint
from bot.identity.refusals import TokenRefused
from bot.identity.revocation import Revocation, revoke
from bot.identity.token_request import fetch_token
from bot.identity.tokens import AccessToken
from bot.identity.who import check_claims
from tests.identity.browser import Browser
from tests.identity.token_endpoint import SCOPE, SECRET, private_pem, public_pem

pytestmark = pytest.mark.timeout(90)

PACKAGE = "oidc-provider@9.13.3"
OLDEST_NODE = 20
INSTALL_SECONDS = 60
REDIRECT = "https://bot.example.com/fusion/callback"
ANNA = "anna.schmidt@example.com"
KEY = read_signing_key(private_pem(), key_id="alias", now=datetime.now(UTC))


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the package is installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("oidc-provider needs Node and npm, and they are not here")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    if not version.stdout.startswith("v") or int(version.stdout[1:].split(".")[0]) < OLDEST_NODE:
        pytest.skip(f"oidc-provider needs Node {OLDEST_NODE} or newer")
    folder = tmp_path_factory.mktemp("oidc-provider")
    flags = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefer-offline"]
    try:
        done = subprocess.run(
            [npm, "install", *flags, "--prefix", folder, PACKAGE],
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm could not install {PACKAGE} within {INSTALL_SECONDS} s")
    if done.returncode:
        pytest.skip(f"npm could not install {PACKAGE}: {done.stderr.strip()[-300:]}")
    shutil.copy(Path(__file__).with_name("independent_server.mjs"), folder / "server.mjs")
    return folder


@pytest.fixture(scope="module")
def address(installed: Path) -> Iterator[str]:
    """A running server's address."""
    public = RSAKey.import_key(public_pem()).as_dict(private=False, kid="alias", use="sig")
    settings = {"scope": SCOPE, "redirectUri": REDIRECT, "secret": SECRET, "keys": [public]}
    with subprocess.Popen(
        ["node", "server.mjs", json.dumps(settings)],
        cwd=installed,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{_read_port(iter(process.stdout))}"
        finally:
            process.stdin.close()
            process.kill()


def _read_port(lines: Iterator[str]) -> int:
    """The port is in the first line that is JSON; there may be warnings before it."""
    for line in lines:
        if line.startswith("{"):
            return int(json.loads(line)["port"])
    raise AssertionError("The server ended before it listened.")


@dataclass(frozen=True, slots=True)
class Server:
    """The server as a client sees it."""

    address: str
    session: aiohttp.ClientSession

    def endpoint(self, client: str, auth: ClientAuthMethod) -> TokenEndpoint:
        return TokenEndpoint(
            f"{self.address}/token",
            client,
            "" if auth in {"none", "private_key_jwt"} else SECRET,
            auth,
            signing_key=KEY,
            assertion_audience=(f"{self.address}/token",),
        )

    async def fetch(self, endpoint: TokenEndpoint, body: str) -> AccessToken:
        return await fetch_token(self.session, endpoint, body, clock=now)

    async def claims(self, token: AccessToken) -> dict[str, Any]:
        """The claims, verified with the server's published keys."""
        async with self.session.get(f"{self.address}/jwks") as reply:
            keys = KeySet.import_key_set(await reply.json())
        return dict(jwt.decode(token.value, keys, algorithms=["RS256"]).claims)


@pytest.fixture
async def server(address: str) -> AsyncIterator[Server]:
    async with aiohttp.ClientSession() as session:
        yield Server(address, session)


CLIENTS: list[tuple[str, ClientAuthMethod]] = [
    ("basic", "client_secret_basic"),
    ("post", "client_secret_post"),
    ("signing", "private_key_jwt"),
    ("public", "none"),
]


@pytest.mark.parametrize(("client", "auth"), CLIENTS[:3])
async def test_client_credentials(server: Server, client: str, auth: ClientAuthMethod) -> None:
    endpoint = server.endpoint(client, auth)
    token = await server.fetch(endpoint, grants.client_credentials(SCOPE))
    claims = await server.claims(token)
    assert (claims["client_id"], claims["scope"]) == (client, SCOPE)
    assert timedelta(minutes=59) < token.expires_at - now() <= timedelta(hours=1)
    assert token.refresh_token is None
    again = await server.fetch(endpoint, grants.client_credentials(SCOPE))
    assert again.value != token.value


async def test_a_client_that_is_not_itself_is_refused(server: Server) -> None:
    wrong = TokenEndpoint(f"{server.address}/token", "basic", "wrong-secret")
    with pytest.raises(TokenRefused, match="FUSION_CLIENT_SECRET") as refused:
        await server.fetch(wrong, grants.client_credentials(SCOPE))
    assert refused.value.error == "invalid_client"
    assert "wrong-secret" not in str(refused.value)
    elsewhere = TokenEndpoint(
        f"{server.address}/token",
        "signing",
        client_auth="private_key_jwt",
        signing_key=KEY,
        assertion_audience=("https://elsewhere.example/",),
    )
    with pytest.raises(TokenRefused, match="FUSION_ASSERTION_AUDIENCE"):
        await server.fetch(elsewhere, grants.client_credentials(SCOPE))


async def sign_in(
    server: Server, endpoint: TokenEndpoint, *, offline_access: bool = True
) -> tuple[str, str]:
    """The code that comes to the callback after signing in, and its verifier."""
    verifier = code_verifier()
    url = build_authorize_url(
        f"{server.address}/auth?prompt=consent",  # this server's condition for offline_access
        endpoint.client_id,
        REDIRECT,
        SCOPE,
        "a state",
        code_challenge(verifier),
        offline_access=offline_access,
    )
    async with Browser() as browser:
        callback = await browser.go_through(url, {"login": ANNA, "password": "any"}, REDIRECT)
    answer = dict(parse_qsl(urlsplit(callback).query))
    assert answer["state"] == "a state"
    return answer["code"], verifier


@pytest.mark.parametrize(("client", "auth"), CLIENTS)
async def test_authorization_code_with_pkce(
    server: Server, client: str, auth: ClientAuthMethod
) -> None:
    endpoint = server.endpoint(client, auth)
    code, verifier = await sign_in(server, endpoint)
    body = grants.authorization_code(code, REDIRECT, verifier)
    token = await server.fetch(endpoint, body)
    assert (await server.claims(token))["sub"] == ANNA
    assert token.refresh_token
    assert check_claims(read_claims(token.value), ANNA.upper()) is None
    assert check_claims(read_claims(token.value), "ben.carter@example.com") is not None
    with pytest.raises(TokenRefused, match="sign in again") as refused:
        await server.fetch(endpoint, body)
    assert (refused.value.error, refused.value.needs_sign_in) == ("invalid_grant", True)


async def test_without_offline_access_there_is_no_refresh_token(server: Server) -> None:
    endpoint = server.endpoint("basic", "client_secret_basic")
    code, verifier = await sign_in(server, endpoint, offline_access=False)
    token = await server.fetch(endpoint, grants.authorization_code(code, REDIRECT, verifier))
    assert token.refresh_token is None


async def test_a_code_is_worth_nothing_without_its_verifier(server: Server) -> None:
    endpoint = server.endpoint("basic", "client_secret_basic")
    code, _ = await sign_in(server, endpoint)
    with pytest.raises(TokenRefused) as refused:
        await server.fetch(endpoint, grants.authorization_code(code, REDIRECT, code_verifier()))
    assert refused.value.error == "invalid_grant"


@pytest.mark.parametrize(("client", "auth"), CLIENTS)
async def test_refresh_tokens_rotate_and_a_used_one_ends_the_sign_in(
    server: Server, client: str, auth: ClientAuthMethod
) -> None:
    endpoint = server.endpoint(client, auth)
    code, verifier = await sign_in(server, endpoint)
    first = await server.fetch(endpoint, grants.authorization_code(code, REDIRECT, verifier))
    assert first.refresh_token is not None
    second = await server.fetch(endpoint, grants.refresh_token(first.refresh_token, SCOPE))
    assert second.refresh_token is not None
    assert second.refresh_token != first.refresh_token
    third = await server.fetch(endpoint, grants.refresh_token(second.refresh_token))
    assert (await server.claims(third))["sub"] == ANNA
    assert third.refresh_token is not None
    for spent in (first.refresh_token, third.refresh_token):  # the whole family is revoked
        with pytest.raises(TokenRefused, match="revoked") as refused:
            await server.fetch(endpoint, grants.refresh_token(spent))
        assert refused.value.needs_sign_in
        assert spent not in str(refused.value)


async def test_a_refresh_token_that_was_taken_back_brings_nothing(server: Server) -> None:
    endpoint = server.endpoint("signing", "private_key_jwt")
    code, verifier = await sign_in(server, endpoint)
    token = await server.fetch(endpoint, grants.authorization_code(code, REDIRECT, verifier))
    assert token.refresh_token is not None
    url = f"{server.address}/token/revocation"
    for _ in range(2):  # one that is not known any more counts as revoked
        outcome = await revoke(
            server.session, endpoint, url, token.refresh_token, "refresh_token", clock=now
        )
        assert outcome == Revocation(is_revoked=True)
    with pytest.raises(TokenRefused) as refused:
        await server.fetch(endpoint, grants.refresh_token(token.refresh_token))
    assert refused.value.needs_sign_in


@pytest.mark.parametrize(("client", "auth"), CLIENTS)
async def test_device_code(server: Server, client: str, auth: ClientAuthMethod) -> None:
    endpoint = server.endpoint(client, auth)
    begun = await start_device(
        server.session,
        f"{server.address}/device/auth",
        endpoint,
        f"{SCOPE} offline_access",
        clock=now,
    )
    assert begun.verification_uri_complete.startswith(begun.verification_uri)
    assert begun.expires_at > now()

    async def poll() -> AccessToken | Pending:
        return await poll_device(
            server.session, endpoint, begun.device_code, begun.interval, clock=now
        )

    assert await poll() == Pending(begun.interval)
    typed = {"user_code": begun.user_code, "login": ANNA, "password": "any"}
    async with Browser() as browser:
        page = await browser.go_through(begun.verification_uri, typed)
    assert "Success" in page
    token = await poll()
    assert isinstance(token, AccessToken)
    claims = await server.claims(token)
    assert (claims["sub"], claims["client_id"], claims["scope"]) == (ANNA, client, SCOPE)
    assert token.refresh_token
    with pytest.raises(TokenRefused) as refused:
        await poll()
    assert refused.value.needs_sign_in


async def test_a_device_code_that_nobody_gave_out_is_over(server: Server) -> None:
    endpoint = server.endpoint("basic", "client_secret_basic")
    with pytest.raises(TokenRefused) as refused:
        await poll_device(server.session, endpoint, "unheard-of", timedelta(seconds=5), clock=now)
    assert (refused.value.error, refused.value.needs_sign_in) == ("invalid_grant", True)


def user_assertion(server: Server, issuer: str = "basic", **changes: Any) -> str:
    given: dict[str, Any] = {
        "audience": (f"{server.address}/token",),
        "user_name": ANNA,
        "tenant": None,
        "now": now(),
    }
    return build_user_assertion(KEY, issuer=issuer, **(given | changes))


@pytest.mark.parametrize(("client", "auth"), CLIENTS[:3])
async def test_jwt_bearer(server: Server, client: str, auth: ClientAuthMethod) -> None:
    endpoint = server.endpoint(client, auth)
    assertion = user_assertion(server, client)
    token = await server.fetch(endpoint, grants.jwt_bearer(SCOPE, assertion))
    claims = await server.claims(token)
    assert (claims["sub"], claims["client_id"], claims["scope"]) == (ANNA, client, SCOPE)
    with pytest.raises(TokenRefused, match="used before"):  # the very same, replayed
        await server.fetch(endpoint, grants.jwt_bearer(SCOPE, assertion))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "post"}, 'unexpected "iss"'),
        ({"audience": ("https://elsewhere.example/",)}, 'unexpected "aud"'),
        ({"now": datetime(2026, 1, 1, tzinfo=UTC)}, '"exp" claim'),
    ],
)
async def test_an_assertion_that_is_wrong_is_refused_by_its_setting(
    server: Server, changes: dict[str, Any], reason: str
) -> None:
    endpoint = server.endpoint("basic", "client_secret_basic")
    assertion = user_assertion(server, **changes)
    with pytest.raises(TokenRefused, match="FUSION_ASSERTION_AUDIENCE") as refused:
        await server.fetch(endpoint, grants.jwt_bearer(SCOPE, assertion))
    assert reason in refused.value.detail
    assert (refused.value.error, refused.value.needs_sign_in) == ("invalid_grant", False)
    assert assertion not in str(refused.value)


async def test_a_scope_that_is_not_offered_is_refused_by_its_setting(server: Server) -> None:
    endpoint = server.endpoint("basic", "client_secret_basic")
    body = grants.jwt_bearer("urn:other", user_assertion(server))
    with pytest.raises(TokenRefused, match="FUSION_SCOPE"):
        await server.fetch(endpoint, body)
