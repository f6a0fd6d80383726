"""The clients that are registered at the identity domain, and how they prove who they are.

RFC 6749 section 2.3: secret by Basic or in the body. RFC 7523 section 2.2: a signed assertion.
A public client has neither and says its id alone. Never two ways in one request.
"""

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import unquote_plus

from bot.playground.identity.assertions import Assertions, NotAccepted, read_unverified
from bot.playground.identity.form import Refused, needed, not_a_request, not_the_client
from bot.playground.identity.keys import RegisteredKey

CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(slots=True, eq=False)
class Client:
    """A client: `scope` is what it may have, `grants` the grant types it may use.

    `assertion_issuer` is the `iss` of its user assertions where that is not its id.
    """

    id: str
    scope: str
    secret: str = field(default="", repr=False)
    grants: Collection[str] = ()
    redirect_uris: set[str] = field(default_factory=set)
    keys: list[RegisteredKey] = field(default_factory=list)
    is_public: bool = False
    assertion_issuer: str = ""


class Clients:
    """All clients by their ids."""

    def __init__(self, assertions: Assertions) -> None:
        self._clients: dict[str, Client] = {}
        self._assertions = assertions

    def add(self, client: Client) -> Client:
        """Register a client. Raises ValueError where the id is taken."""
        if client.id in self._clients:
            raise ValueError(f"There is a client {client.id} already.")
        self._clients[client.id] = client
        return client

    def find(self, id: str) -> Client | None:
        """The client with this id."""
        return self._clients.get(id)

    def __getitem__(self, id: str) -> Client:
        return self._clients[id]

    def authenticate(self, authorization: str | None, form: Mapping[str, str]) -> Client:
        """The client that sends this; `authorization` is the header. Raises Refused."""
        if authorization is not None:
            client = self._by_basic(authorization)
            if "client_secret" in form or "client_assertion" in form:
                raise not_a_request("The client is authenticated in two ways.")
        elif "client_assertion" in form or "client_assertion_type" in form:
            if "client_secret" in form:
                raise not_a_request("The client is authenticated in two ways.")
            client = self._by_assertion(form)
        else:
            client = self._by_body(form)
        if form.get("client_id", client.id) != client.id:
            raise not_a_request("client_id is another client than the one that is authenticated.")
        return client

    def _by_basic(self, authorization: str) -> Client:
        """The parts may be form-encoded (RFC 6749 section 2.3.1) or not, as many clients do."""
        given = _basic(authorization)
        plain = ":".join(map(unquote_plus, given.split(":", 1)))
        for each in (given, plain):
            name, _, secret = each.partition(":")
            client = self._clients.get(name)
            if client is not None and _is_secret(client, secret):
                return client
        raise not_the_client()

    def _by_body(self, form: Mapping[str, str]) -> Client:
        client = self._clients.get(form.get("client_id", ""))
        if client is None:
            raise not_the_client()
        secret = form.get("client_secret")
        if client.is_public and secret is None:
            return client
        if secret is None or not _is_secret(client, secret):
            raise not_the_client()
        return client

    def _by_assertion(self, form: Mapping[str, str]) -> Client:
        assertion = needed(form, "client_assertion")
        if needed(form, "client_assertion_type") != CLIENT_ASSERTION:
            raise not_a_request(f"client_assertion_type must be {CLIENT_ASSERTION}.")
        try:
            subject = read_unverified(assertion)[1].get("sub")
            client = self._clients.get(subject) if isinstance(subject, str) else None
            if client is None:
                raise not_the_client()
            self._assertions.read(assertion, client.keys, client.id)  # so `sub` is signed, too
        except NotAccepted as problem:
            raise _not_authenticated(problem) from problem
        return client


def _not_authenticated(problem: NotAccepted) -> Refused:
    return not_the_client(f"Client authentication failed. {problem}")


def _is_secret(client: Client, secret: str) -> bool:
    return bool(client.secret) and compare_digest(client.secret.encode(), secret.encode())


def _basic(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
