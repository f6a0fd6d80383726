"""What comes in a form body (RFC 6749 section 3.2), and how OAuth says no (section 5.2)."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"


class Refused(Exception):
    """The request is refused: HTTP status, OAuth error code and description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


def not_a_request(description: str) -> Refused:
    """invalid_request: a parameter is missing, repeated or malformed."""
    return Refused(400, "invalid_request", description)


def not_the_client(description: str = "Client authentication failed.") -> Refused:
    """invalid_client: nobody knows this client, or it did not prove that it is it."""
    return Refused(401, "invalid_client", description)


def not_granted(description: str) -> Refused:
    """invalid_grant: what stands behind the request is wrong, used, revoked or expired."""
    return Refused(400, "invalid_grant", description)


def not_in_scope(description: str) -> Refused:
    """invalid_scope: more or something else was asked for than this client may have."""
    return Refused(400, "invalid_scope", description)


def not_allowed(description: str) -> Refused:
    """unauthorized_client: the client may not use this grant."""
    return Refused(400, "unauthorized_client", description)


def read_form(content_type: str, body: str) -> dict[str, str]:
    """The parameters of a body, each given once. Raises Refused."""
    if content_type != FORM:
        raise not_a_request(f"The body must be {FORM}.")
    return read_parameters(body)


def read_parameters(query: str) -> dict[str, str]:
    """The parameters of a query or a body; an empty one counts as left out. Raises Refused."""
    pairs = parse_qsl(query, keep_blank_values=True)
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise not_a_request("A parameter is given more than once.")
    return {name: value for name, value in parameters.items() if value}


def needed(form: Mapping[str, str], name: str) -> str:
    """The value of a parameter that must be there. Raises Refused."""
    value = form.get(name)
    if value is None:
        raise not_a_request(f"{name} is missing.")
    return value
