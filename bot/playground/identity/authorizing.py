"""The authorization endpoint's request (RFC 6749 section 4.1.1), and where its answers go."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from bot.playground.identity.clients import Client, Clients
from bot.playground.identity.codes import AuthorizationRequest
from bot.playground.identity.form import Refused, not_a_request, not_allowed, read_parameters
from bot.playground.identity.grants import AUTHORIZATION_CODE, read_scope

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PROMPTS = frozenset({"", "login", "none"})


class NotRedirectable(Exception):
    """The person is told on a page: where to send them cannot be trusted (section 4.1.2.1)."""


class SentBack(Exception):
    """The request is refused at the client's redirect URI; `location` is where that is."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def read_authorization(query: str, clients: Clients) -> AuthorizationRequest:
    """The checked request in a query string. Raises NotRedirectable or SentBack."""
    try:
        parameters = read_parameters(query)
    except Refused as refused:
        raise NotRedirectable(refused.description) from refused
    client = clients.find(parameters.get("client_id", ""))
    if client is None:
        raise NotRedirectable("This application is not known: client_id is wrong or missing.")
    redirect_uri = parameters.get("redirect_uri", "")
    if redirect_uri not in client.redirect_uris:
        raise NotRedirectable("redirect_uri is not registered for this application, exactly so.")
    try:
        return _read_rest(parameters, client, redirect_uri)
    except Refused as refused:
        error = {"error": refused.error, "error_description": refused.description}
        raise SentBack(build_location(redirect_uri, error, parameters.get("state"))) from refused


def build_location(redirect_uri: str, parameters: Mapping[str, str], state: str | None) -> str:
    """The redirect URI with these parameters and the state, its own query kept."""
    parts = urlsplit(redirect_uri)
    added = dict(parameters) if state is None else {**parameters, "state": state}
    query = "&".join(filter(None, (parts.query, urlencode(added))))
    return urlunsplit(parts._replace(query=query))


def _read_rest(
    parameters: Mapping[str, str], client: Client, redirect_uri: str
) -> AuthorizationRequest:
    if parameters.get("response_type") != "code":
        raise Refused(400, "unsupported_response_type", "response_type must be code.")
    if AUTHORIZATION_CODE not in client.grants:
        raise not_allowed("This client may not use authorization codes.")
    challenge = parameters.get("code_challenge", "")
    if parameters.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise not_a_request("A code_challenge with code_challenge_method S256 is required.")
    prompt = parameters.get("prompt", "")
    if prompt not in _PROMPTS:
        raise not_a_request("prompt may be login or none.")
    return AuthorizationRequest(
        client,
        redirect_uri,
        read_scope(client, parameters),
        challenge,
        parameters.get("state"),
        login_hint=parameters.get("login_hint", ""),
        prompt=prompt,
    )
