"""The domain's own sessions: a cookie that says who signed in with this browser."""

from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe

from aiohttp import web

from bot.playground.identity.users import User

COOKIE = "playground_identity_session"  # cookies know no ports: the name must be ours alone


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's session; `form_token` goes into its forms, so that no other site sends them."""

    id: str
    user: User
    form_token: str

    def sent(self, form_token: str) -> bool:
        """Whether a form came from a page of this session."""
        return compare_digest(self.form_token.encode(), form_token.encode())


class Sessions:
    """All sessions by their cookies."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def of(self, request: web.Request) -> Session | None:
        """The session of the browser that sends this, while its user is active."""
        session = self._sessions.get(request.cookies.get(COOKIE, ""))
        return session if session is not None and session.user.active else None

    def begin(self, response: web.Response, user: User) -> Session:
        """A new session for who signed in; the response sets its cookie."""
        session = Session(token_urlsafe(24), user, token_urlsafe(24))
        self._sessions[session.id] = session
        response.set_cookie(COOKIE, session.id, httponly=True, samesite="Lax")
        return session

    def end(self, request: web.Request, response: web.Response) -> None:
        """Sign out: the session and its cookie are gone."""
        self._sessions.pop(request.cookies.get(COOKIE, ""), None)
        response.del_cookie(COOKIE)

    def forget(self, user: User) -> None:
        """End all sessions of a user."""
        self._sessions = {
            key: each for key, each in self._sessions.items() if each.user is not user
        }
