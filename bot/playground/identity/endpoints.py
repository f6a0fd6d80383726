"""What the endpoints for clients do, without HTTP: token, device, introspect, revoke, userinfo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.playground.identity.clients import Client, Clients
from bot.playground.identity.devices import Devices
from bot.playground.identity.families import Family, Tokens
from bot.playground.identity.form import Refused, needed, not_a_request, not_allowed, read_form
from bot.playground.identity.grants import DEVICE_CODE, REFRESH_TOKEN, Grants, read_scope

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request to the token endpoint; what was not said or did not happen is "".

    `user` is the user name that the tokens are for, or that the password grant claimed; `error`
    is OAuth's code.
    """

    grant: str
    client: str
    user: str
    ok: bool
    error: str
    at: datetime


class Endpoints:
    """The endpoints that clients call. `address` is the domain's, `now` gives aware UTC."""

    def __init__(
        self,
        clients: Clients,
        grants: Grants,
        tokens: Tokens,
        devices: Devices,
        address: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self.refresh_rotates = True
        self.requests: list[TokenRequest] = []
        self._clients = clients
        self._grants = grants
        self._tokens = tokens
        self._devices = devices
        self._address = address
        self._now = now

    def token(self, authorization: str | None, content_type: str, body: str) -> Json:
        """Give tokens (RFC 6749 section 5.1), and keep a record. Raises Refused."""
        form: Mapping[str, str] = {}
        client: Client | None = None
        try:
            form = read_form(content_type, body)
            grant_type = needed(form, "grant_type")
            client = self._clients.authenticate(authorization, form)
            family = self._granted(grant_type, client, form)
        except Refused as refused:
            named = form.get("client_id", "") if client is None else client.id
            self._record(form, named, form.get("username", ""), refused.error)
            raise
        self._record(form, client.id, "" if family.user is None else family.user.name, "")
        return self._draw_tokens(family, renews=grant_type == REFRESH_TOKEN)

    def device(self, authorization: str | None, content_type: str, body: str) -> Json:
        """Begin a sign-in on another device (RFC 8628 section 3.2). Raises Refused.

        As at Oracle, `response_type=device_code` is wanted and `client_id` is enough.
        """
        form = read_form(content_type, body)
        client = self._device_client(authorization, form)
        if needed(form, "response_type") != "device_code":
            raise Refused(400, "unsupported_response_type", "response_type must be device_code.")
        if DEVICE_CODE not in client.grants:
            raise not_allowed("This client may not use device codes.")
        device = self._devices.begin(client, read_scope(client, form))
        page = f"{self._address()}/device"
        return {
            "device_code": device.device_code,
            "user_code": device.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={device.user_code}",
            "expires_in": int((device.ends - self._now()).total_seconds()),
            "interval": int(device.interval.total_seconds()),
        }

    def introspect(self, authorization: str | None, content_type: str, body: str) -> Json:
        """What stands behind a token (RFC 7662), for confidential clients. Raises Refused."""
        form = read_form(content_type, body)
        client = self._clients.authenticate(authorization, form)
        if client.is_public:
            raise not_allowed("A public client may not introspect tokens.")
        given = self._tokens.valid(needed(form, "token"))
        return {"active": False} if given is None else {"active": True, **given.claims}

    def revoke(self, authorization: str | None, content_type: str, body: str) -> None:
        """Revoke a token of one's own (RFC 7009); an unknown one is fine. Raises Refused."""
        form = read_form(content_type, body)
        client = self._clients.authenticate(authorization, form)
        token = needed(form, "token")
        family = self._tokens.family_of(token)
        if family is not None and family.client is not client:
            raise not_allowed("The token was given to another client.")
        self._tokens.revoke(token)

    def userinfo(self, authorization: str) -> Json:
        """Who the bearer is (OpenID Connect Core section 5.3). Raises Refused."""
        scheme, _, token = authorization.partition(" ")
        given = self._tokens.valid(token.strip()) if scheme.lower() == "bearer" else None
        if given is None:
            raise Refused(401, "invalid_token", "The access token is missing or not valid.")
        user = given.family.user
        if user is None:
            raise Refused(403, "insufficient_scope", "There is no user behind this token.")
        return {
            "sub": user.name,
            "name": user.display_name,
            "preferred_username": user.name,
            "email": user.email,
        }

    def _granted(self, grant_type: str, client: Client, form: Mapping[str, str]) -> Family:
        grant = self._grants.find(grant_type)
        if grant is None:
            raise Refused(400, "unsupported_grant_type", "This grant is not offered here.")
        if grant_type not in client.grants:
            raise not_allowed("This client may not use this grant.")
        return grant(client, form)

    def _draw_tokens(self, family: Family, *, renews: bool) -> Json:
        reply: Json = {
            "access_token": self._tokens.new_access_token(family),
            "token_type": "Bearer",
            "expires_in": self._tokens.life,
        }
        may_refresh = REFRESH_TOKEN in family.client.grants
        if family.is_offline and may_refresh and (self.refresh_rotates or not renews):
            reply["refresh_token"] = self._tokens.new_refresh_token(family)
        return reply

    def _device_client(self, authorization: str | None, form: Mapping[str, str]) -> Client:
        """A client that says only its id is taken at its word here; the token endpoint is not."""
        proofs = {"client_secret", "client_assertion", "client_assertion_type"}
        if authorization is not None or proofs & set(form):
            return self._clients.authenticate(authorization, form)
        client = self._clients.find(needed(form, "client_id"))
        if client is None:
            raise not_a_request("The client is not known.")
        return client

    def _record(self, form: Mapping[str, str], client: str, user: str, error: str) -> None:
        grant = form.get("grant_type", "")
        self.requests.append(TokenRequest(grant, client, user, not error, error, self._now()))
