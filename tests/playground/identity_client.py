"""What a strict client of the emulated identity domain does, by hand: no code of the bot."""

import base64
import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.playground.identity import (
    AUTHORIZATION_CODE,
    JWT_BEARER,
    KEY_CLIENT,
    REFRESH_TOKEN,
    signing_key,
)
from bot.playground.identity.page_routes import AUTHORIZE_PATH
from tests.playground.fusion_pod import Pod, Reply

ANNA = "anna@playground.example"
BEN = "ben@playground.example"
CHLOE = "chloe@playground.example"
MFA = "mia@playground.example"
GONE = "gone@playground.example"
CLIENT = "playground-client"
BASIC = {"Authorization": aiohttp.encode_basic_auth(CLIENT, "playground-secret")}
CALLBACK = "http://127.0.0.1:3000/fusion/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters"
CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Json = dict[str, Any]


def offline(pod: Pod) -> str:
    return f"{pod.server.scope} offline_access"


async def ask(pod: Pod, form: Json, headers: dict[str, str] | None = None) -> Reply:
    """A token request as the confidential client, unless other headers are given."""
    return await pod.post_form(form, BASIC if headers is None else headers)


async def post(pod: Pod, url: str, form: Json, headers: dict[str, str] | None = None) -> Reply:
    sent = BASIC if headers is None else headers
    async with pod.session.post(url, data=form, headers=sent) as reply:
        body = await reply.json() if reply.content_type == "application/json" else None
        return Reply(reply.status, body, reply.headers)


async def get(pod: Pod, path: str, token: str = "") -> Reply:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with pod.session.get(pod.server.base_url + path, headers=headers) as reply:
        return Reply(reply.status, await reply.json(), reply.headers)


def claims_of(reply: Reply) -> Json:
    assert reply.status == 200, reply.body
    return dict(jwt.decode(reply["access_token"], signing_key(), algorithms=["RS256"]).claims)


def refusal(reply: Reply) -> tuple[int, str]:
    return reply.status, reply["error"]


# Assertions


def a_claim_set(pod: Pod, user: str, **changes: Any) -> Json:
    """A user assertion's claims as Oracle documents them; None leaves one out."""
    now = int(datetime.now(UTC).timestamp() + pod.clock.now - 1000)
    claims = {
        "iss": CLIENT,
        "sub": user,
        "prn": user,
        "aud": ["oauth.idm.oracle.com", "https://identity.oraclecloud.com/"],
        "iat": now,
        "exp": now + 300,
        "jti": uuid.uuid4().hex,
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def sign(pod: Pod, claims: Json, header: Json | None = None, key: RSAKey | None = None) -> str:
    pair = pod.server.identity.key_pair
    used = RSAKey.import_key(pair.private_key) if key is None else key
    sent = {"alg": "RS256", "typ": "JWT"} | ({"kid": pair.kid} if header is None else header)
    return jwt.encode(sent, claims, used, algorithms=[sent["alg"]])


async def ask_for_user(pod: Pod, assertion: str, **changes: str) -> Reply:
    form = {"grant_type": JWT_BEARER, "assertion": assertion, "scope": pod.server.scope}
    return await ask(pod, form | changes)


def client_proof(pod: Pod, **changes: Any) -> dict[str, str]:
    """private_key_jwt as the client that has nothing else."""
    named = {"iss": KEY_CLIENT, "sub": KEY_CLIENT, "prn": None} | changes
    assertion = sign(pod, a_claim_set(pod, KEY_CLIENT, **named))
    return {"client_assertion_type": CLIENT_ASSERTION, "client_assertion": assertion}


# Authorization codes and refresh tokens


def challenge(verifier: str = VERIFIER) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(pod: Pod, **changes: str | None) -> str:
    """A whole authorization URL; the callback is registered."""
    pod.server.identity.register_redirect_uri(CALLBACK)
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "scope": offline(pod),
        "state": "a state",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }
    sent = {name: value for name, value in (parameters | changes).items() if value is not None}
    return f"{pod.server.base_url}{AUTHORIZE_PATH}?{urlencode(sent)}"


def answer(location: str) -> dict[str, str]:
    """What a redirect to the callback says."""
    assert location.startswith(CALLBACK), location
    return dict(parse_qsl(urlsplit(location).query))


async def a_code(pod: Pod, user: str = ANNA) -> str:
    return answer(await pod.server.identity.sign_in_at(authorize_url(pod), user))["code"]


async def exchange(pod: Pod, code: str, **changes: str | None) -> Reply:
    form: dict[str, str | None] = {
        "grant_type": AUTHORIZATION_CODE,
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    sent = {name: value for name, value in (form | changes).items() if value is not None}
    return await ask(pod, sent)


async def signed_in(pod: Pod, user: str = ANNA) -> Reply:
    """The tokens of somebody who signed in on the page."""
    return await exchange(pod, await a_code(pod, user))


async def refresh(pod: Pod, token: str, **changes: str) -> Reply:
    return await ask(pod, {"grant_type": REFRESH_TOKEN, "refresh_token": token} | changes)


async def works(pod: Pod, token: str) -> bool:
    """Whether Fusion takes an access token."""
    pod.token = token
    return (await pod.status("1")).status != 401
