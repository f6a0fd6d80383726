"""The endpoints for clients over HTTP."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.playground.identity.assertions import ISSUER
from bot.playground.identity.endpoints import Endpoints, Json
from bot.playground.identity.families import OFFLINE_ACCESS
from bot.playground.identity.form import Refused
from bot.playground.identity.grants import GRANTS
from bot.playground.identity.keys import signing_key
from bot.playground.identity.page_routes import AUTHORIZE_PATH, SIGN_OUT_PATH

TOKEN_PATH = "/oauth2/v1/token"  # noqa: S105 - an address
DEVICE_AUTHORIZATION_PATH = "/oauth2/v1/device"
INTROSPECT_PATH = "/oauth2/v1/introspect"
REVOKE_PATH = "/oauth2/v1/revoke"
USERINFO_PATH = "/oauth2/v1/userinfo"
KEYS_PATH = "/admin/v1/SigningCert/jwk"
DISCOVERY_PATH = "/.well-known/openid-configuration"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_REALM = 'realm="identity domain"'

Ask = Callable[[str | None, str, str], Json]


class ClientRoutes:
    """HTTP to calls of the endpoints and back; `told` is called when one was called."""

    def __init__(
        self, endpoints: Endpoints, address: Callable[[], str], told: Callable[[], None]
    ) -> None:
        self._endpoints = endpoints
        self._address = address
        self._told = told

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the endpoints to an application's routes."""
        router.add_post(TOKEN_PATH, self._posted(self._endpoints.token), name="token")
        router.add_post(
            DEVICE_AUTHORIZATION_PATH, self._posted(self._endpoints.device), name="device"
        )
        router.add_post(
            INTROSPECT_PATH, self._posted(self._endpoints.introspect), name="introspect"
        )
        router.add_post(REVOKE_PATH, self._revoke, name="revoke")
        router.add_get(USERINFO_PATH, self._userinfo, name="userinfo")
        router.add_get(KEYS_PATH, self._keys, name="keys")
        router.add_get(DISCOVERY_PATH, self._discovery, name="discovery")

    def _posted(self, ask: Ask) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                reply = ask(*await _read(request))
            except Refused as refused:
                return _refuse(refused)
            finally:
                self._told()
            return web.json_response(reply, headers=_NO_STORE)

        return answer

    async def _revoke(self, request: web.Request) -> web.Response:
        try:
            self._endpoints.revoke(*await _read(request))
        except Refused as refused:
            return _refuse(refused)
        finally:
            self._told()
        return web.Response(headers=_NO_STORE)

    async def _userinfo(self, request: web.Request) -> web.Response:
        try:
            reply = self._endpoints.userinfo(request.headers.get("Authorization", ""))
        except Refused as refused:
            return _refuse(refused, "Bearer")
        return web.json_response(reply, headers=_NO_STORE)

    async def _keys(self, request: web.Request) -> web.Response:
        del request
        key = signing_key().as_dict(private=False, use="sig", alg="RS256")
        return web.json_response({"keys": [key]})

    async def _discovery(self, request: web.Request) -> web.Response:
        """OpenID Connect Discovery 1.0; the issuer is not the address, as at Oracle."""
        del request
        address = self._address()
        methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
        return web.json_response(
            {
                "issuer": ISSUER,
                "authorization_endpoint": f"{address}{AUTHORIZE_PATH}",
                "token_endpoint": f"{address}{TOKEN_PATH}",
                "device_authorization_endpoint": f"{address}{DEVICE_AUTHORIZATION_PATH}",
                "introspect_endpoint": f"{address}{INTROSPECT_PATH}",
                "introspection_endpoint": f"{address}{INTROSPECT_PATH}",
                "revocation_endpoint": f"{address}{REVOKE_PATH}",
                "userinfo_endpoint": f"{address}{USERINFO_PATH}",
                "end_session_endpoint": f"{address}{SIGN_OUT_PATH}",
                "jwks_uri": f"{address}{KEYS_PATH}",
                "scopes_supported": [OFFLINE_ACCESS],
                "response_types_supported": ["code"],
                "grant_types_supported": list(GRANTS),
                "subject_types_supported": ["public"],
                "code_challenge_methods_supported": ["S256"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": methods,
                "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            }
        )


async def _read(request: web.Request) -> tuple[str | None, str, str]:
    """Authorization header, content type and body."""
    return request.headers.get("Authorization"), request.content_type, await request.text()


def _refuse(refused: Refused, scheme: str = "Basic") -> web.Response:
    headers = dict(_NO_STORE)
    if scheme == "Bearer":
        headers["WWW-Authenticate"] = f'Bearer {_REALM}, error="{refused.error}"'
    elif refused.status == 401:
        headers["WWW-Authenticate"] = f"{scheme} {_REALM}"
    error = {"error": refused.error, "error_description": refused.description}
    return web.json_response(error, status=refused.status, headers=headers)
