"""How an identity domain says no (RFC 6749 section 5.2), as sentences that name the setting.

What it replies is not trusted: it may repeat what it was sent, so every secret of the request is
cut from its words before anybody sees them.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus

from bot.domain.agent import AgentError, NotSignedIn, Unavailable
from bot.identity.grant_types import GrantType

LONGEST_DETAIL = 500
LONGEST_ERROR = 100
LONGEST_RETRY_AFTER = timedelta(hours=1)
# Beyond this, a difference between the clocks may be what is wrong with an assertion.
CLOCK_TOLERANCE = timedelta(seconds=60)

_SECRETS = frozenset(
    {
        "assertion", "client_assertion", "client_secret", "code", "code_verifier", "device_code",
        "password", "refresh_token", "token",
    }
)  # fmt: skip
_JWT = re.compile(r"eyJ[\w-]{8,}\.[\w.-]+")
_ABOUT_AUDIENCE = re.compile(r"\baud\b|audience", re.IGNORECASE)
_BUSY = frozenset({"server_error", "temporarily_unavailable"})  # RFC 6749 section 4.1.2.1
# Only the person can mend these, by signing in (again).
_BY_PERSON = frozenset({"access_denied", "expired_token", "consent_required", "login_required"})
_SIGNED_IN = frozenset(
    {GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN}
)
_SIGNED = frozenset({GrantType.JWT_BEARER, GrantType.SAML2_BEARER})

_ADVICE = {
    "invalid_client": "The identity domain does not know this client, or its secret is wrong: "
    "check FUSION_CLIENT_ID, FUSION_CLIENT_SECRET and FUSION_CLIENT_AUTH.",
    "invalid_scope": "The identity domain does not give this scope to this client: check "
    "FUSION_SCOPE, which ends in a slash, and the client's allowed resources.",
    "invalid_target": "The identity domain does not know what the token is for: check "
    "FUSION_SCOPE, which names the pod and ends in a slash.",
    "unauthorized_client": "The client is not allowed to use this grant: check FUSION_GRANT and "
    "the client's allowed grant types.",
    "unsupported_grant_type": "The token endpoint does not offer this grant: check FUSION_GRANT.",
    "unsupported_response_type": "The client is not allowed to use this grant: check FUSION_GRANT "
    "and the client's allowed grant types.",
    "invalid_grant": "The identity domain did not accept the credentials of this grant: check "
    "FUSION_GRANT and what belongs to it.",
    "invalid_request": "The identity domain did not understand the request: check FUSION_GRANT, "
    "FUSION_SCOPE and FUSION_CLIENT_AUTH.",
    "access_denied": "The sign-in was refused at the identity domain: sign in again and allow it.",
    "expired_token": "Nobody signed in in time, so the code has expired: sign in again.",
    "authorization_pending": "Nobody has signed in with this code yet.",
    "slow_down": "The identity domain was asked too often whether somebody has signed in.",
    "consent_required": "The identity domain wants to be allowed to do this: sign in again.",
    "login_required": "The identity domain wants to know who you are: sign in again.",
}
_INVALID_GRANT = {
    GrantType.PASSWORD: "The identity domain did not accept user name and password: check "
    "FUSION_USERNAME and FUSION_PASSWORD. A user with multi-factor authentication cannot use "
    "this grant.",
    GrantType.JWT_BEARER: "The identity domain did not accept the user assertion: check that "
    "FUSION_USER_NAME_FROM leads to an active user there, that the certificate of "
    "FUSION_PRIVATE_KEY_FILE is imported and named by FUSION_KEY_ID or FUSION_CERTIFICATE_FILE, "
    "and FUSION_ASSERTION_ISSUER, FUSION_ASSERTION_AUDIENCE and FUSION_TENANT_NAME.",
    GrantType.SAML2_BEARER: "The identity domain did not accept the SAML assertion: check that "
    "the one of FUSION_SAML_ASSERTION_FILE has not expired, and its issuer, audience and user.",
    GrantType.AUTHORIZATION_CODE: "This sign-in has expired, or was used before: sign in again.",
    GrantType.DEVICE_CODE: "This sign-in has expired, or was used before: sign in again.",
    GrantType.REFRESH_TOKEN: "The sign-in has ended, since its refresh token has expired, was "
    "revoked or was used before: sign in again. If an administrator gave it, FUSION_REFRESH_TOKEN "
    "must be given anew.",
}
_INVALID_PROOF = (
    "The identity domain did not accept the client's assertion: check FUSION_CLIENT_ID, "
    "FUSION_ASSERTION_AUDIENCE, and that the certificate of FUSION_PRIVATE_KEY_FILE is imported "
    "and named by FUSION_KEY_ID or FUSION_CERTIFICATE_FILE."
)
_INVALID_AUDIENCE = (
    "The identity domain did not accept the audience of the assertion: check "
    "FUSION_ASSERTION_AUDIENCE."
)


class TokenRefused(NotSignedIn):
    """The identity domain gave no access token; `detail` names the setting to look at.

    `error` is OAuth's own code (RFC 6749 section 5.2), "" where there was none. `needs_sign_in`
    means that only the person can mend it, by signing in; otherwise an operator must.
    """

    def __init__(self, detail: str, *, error: str = "", needs_sign_in: bool = False) -> None:
        super().__init__(detail)
        self.error = error
        self.needs_sign_in = needs_sign_in


def read_refusal(
    status: int,
    headers: Mapping[str, str],
    text: str,
    *,
    form: str = "",
    secrets: tuple[str, ...] = (),
    now: datetime | None = None,
    setting: str = "FUSION_TOKEN_URL",
) -> AgentError:
    """The error that a reply stands for which is not 2xx; never raises it.

    `form` is the body that was sent, by which the grant is known; its secrets and `secrets` are cut
    from what the reply says. `now` is when it came, to compare with its Date; `setting` names where
    the endpoint's URL is from.
    """
    reply = read_object(text)
    error = reply.get("error")
    if status in {408, 429} or status >= 500 or (isinstance(error, str) and error in _BUSY):
        return Unavailable(
            f"The identity domain ({setting}) is not available: HTTP status {status}.",
            retry_after=_read_retry_after(headers),
        )
    if not isinstance(error, str) or not error.strip():
        kind = "a web page" if text.lstrip().startswith("<") else "no OAuth reply"
        return TokenRefused(
            f"The identity domain replied with HTTP status {status} and {kind}: check {setting}."
        )
    sent = dict(parse_qsl(form))
    known = (*secrets, *(value for name, value in sent.items() if name in _SECRETS))
    error = _cut(error, known)[:LONGEST_ERROR]
    said = _describe(error, reply.get("error_description"), known)
    advice = _advise(error, said, sent) + _clock_hint(error, sent, headers, now)
    return TokenRefused(
        f"{advice} It says: {said}", error=error, needs_sign_in=_only_by_person(error, sent)
    )


def read_callback_error(error: str, description: str = "") -> TokenRefused:
    """The refusal that an authorization endpoint sent to the callback (RFC 6749 section 4.1.2.1).

    Both texts come from the browser's address and are not to be trusted.
    """
    error = " ".join(error.split())[:LONGEST_ERROR]
    said = _describe(error, description, ())
    if error in _BUSY:
        advice = "The identity domain is not available at the moment: sign in again later."
    else:
        advice = _advise(error, "", {})
    by_person = error in _BY_PERSON | _BUSY
    return TokenRefused(f"{advice} It says: {said}", error=error, needs_sign_in=by_person)


def read_object(text: str) -> dict[str, Any]:
    """The JSON object that a reply is; empty where it is none."""
    try:
        reply = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return reply if isinstance(reply, dict) else {}


def _advise(error: str, said: str, sent: Mapping[str, str]) -> str:
    grant, proven = sent.get("grant_type", ""), "client_assertion" in sent
    is_ours = grant == GrantType.JWT_BEARER or (proven and error == "invalid_client")
    if is_ours and error in {"invalid_grant", "invalid_client"} and _ABOUT_AUDIENCE.search(said):
        return _INVALID_AUDIENCE
    if error == "invalid_client" and proven:
        return _INVALID_PROOF
    if error == "invalid_grant" and grant in _INVALID_GRANT:
        return _INVALID_GRANT[GrantType(grant)]
    return _ADVICE.get(error, "The identity domain refused to give an access token.")


def _only_by_person(error: str, sent: Mapping[str, str]) -> bool:
    by_grant = error == "invalid_grant" and sent.get("grant_type") in _SIGNED_IN
    return by_grant or error in _BY_PERSON


def _clock_hint(
    error: str, sent: Mapping[str, str], headers: Mapping[str, str], now: datetime | None
) -> str:
    """What to say of the clocks where an assertion was refused, for only there they matter."""
    by_grant = error == "invalid_grant" and sent.get("grant_type") in _SIGNED
    by_proof = error == "invalid_client" and "client_assertion" in sent
    if now is None or not (by_grant or by_proof):
        return ""
    try:
        ahead = now - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):  # no date, or one without a time zone
        return ""
    if abs(ahead) <= CLOCK_TOLERANCE:
        return ""
    seconds = round(abs(ahead).total_seconds())
    side = "ahead of" if ahead > timedelta(0) else "behind"
    return (
        f" The clock of this machine is {seconds} s {side} the identity domain's, which alone makes "
        "an assertion invalid: set it."
    )


def _describe(error: str, description: Any, secrets: tuple[str, ...]) -> str:
    """The reply's own words on one line, without secrets."""
    words = _cut(description, secrets) if isinstance(description, str) else ""
    said = f"{error}: {words}" if words else error
    return said[:LONGEST_DETAIL]


def _cut(text: str, secrets: tuple[str, ...]) -> str:
    """A text on one line without these secrets, however a form spells them, and without tokens."""
    spellings = {each for value in secrets for each in (value, quote(value, ""), quote_plus(value))}
    for secret in sorted(filter(None, spellings), key=len, reverse=True):
        text = text.replace(secret, "•••")
    return " ".join(_JWT.sub("•••", text).split())


def _read_retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After (RFC 9110 section 10.2.3), seconds or a date beside the reply's own Date."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), LONGEST_RETRY_AFTER)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST_RETRY_AFTER)
