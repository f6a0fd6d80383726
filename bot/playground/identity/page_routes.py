"""The pages for people over HTTP: authorization, device, sign-out.

Every step's form goes to the address of its own page and is checked anew from there: nothing is
kept between the steps but the session.
"""

from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.playground.identity.authorizing import (
    NotRedirectable,
    SentBack,
    build_location,
    read_authorization,
)
from bot.playground.identity.clients import Clients
from bot.playground.identity.codes import AuthorizationRequest, Codes
from bot.playground.identity.devices import Device, Devices
from bot.playground.identity.form import Refused, read_form
from bot.playground.identity.pages import (
    draw_device_question,
    draw_go_on,
    draw_message,
    draw_sign_in,
    draw_user_code,
)
from bot.playground.identity.sessions import Session, Sessions
from bot.playground.identity.users import NotSignedIn, User, Users

AUTHORIZE_PATH = "/oauth2/v1/authorize"
SIGN_OUT_PATH = "/oauth2/v1/userlogout"
DEVICE_PATH = "/device"
_HEADERS = {
    "Cache-Control": "no-store",
    # No form-action: browsers would apply it to the redirect to the client, too.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PageRoutes:
    """The pages of one domain."""

    def __init__(
        self, clients: Clients, users: Users, codes: Codes, devices: Devices, sessions: Sessions
    ) -> None:
        self._clients = clients
        self._users = users
        self._codes = codes
        self._devices = devices
        self._sessions = sessions

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the pages to an application's routes."""
        router.add_get(AUTHORIZE_PATH, self._authorize, name="authorize")
        router.add_post(AUTHORIZE_PATH, self._authorize_pressed, name="authorize")
        router.add_get(DEVICE_PATH, self._device, name="device_page")
        router.add_post(DEVICE_PATH, self._device_pressed, name="device_page")
        router.add_get(SIGN_OUT_PATH, self._sign_out, name="sign_out")

    # Authorization

    async def _authorize(self, request: web.Request) -> web.Response:
        try:
            asked = read_authorization(request.rel_url.raw_query_string, self._clients)
        except NotRedirectable as problem:
            return _page(draw_message("This link does not work", str(problem)), 400)
        except SentBack as sent:
            return _go_to(sent.location)
        session = None if asked.prompt == "login" else self._sessions.of(request)
        if asked.prompt == "none":
            return self._silently(asked, session)
        if session is not None:
            why = _why(asked)
            return _page(draw_go_on(session, why=why, sign_out=_sign_out_link(request)))
        return _page(draw_sign_in(self._active(), why=_why(asked), user_name=asked.login_hint))

    async def _authorize_pressed(self, request: web.Request) -> web.Response:
        try:
            asked = read_authorization(request.rel_url.raw_query_string, self._clients)
            form = read_form(request.content_type, await request.text())
        except NotRedirectable as problem:
            return _page(draw_message("This link does not work", str(problem)), 400)
        except SentBack as sent:
            return _go_to(sent.location)
        except Refused as refused:
            return _page(draw_message("This form does not work", refused.description), 400)
        match form.get("press"):
            case "cancel":
                return _denied(asked)
            case "go_on":
                session = self._sessions.of(request)
                if session is None or not session.sent(form.get("form_token", "")):
                    return await self._authorize(request)
                return self._with_code(asked, session.user)
            case _:
                return self._sign_in(asked, form)

    def _sign_in(self, asked: AuthorizationRequest, form: dict[str, str]) -> web.Response:
        name = form.get("username", "")
        try:
            user = self._users.check(name, form.get("password", ""))
        except NotSignedIn as problem:
            text = str(problem)
            drawn = draw_sign_in(self._active(), why=_why(asked), user_name=name, problem=text)
            return _page(drawn, 401)
        response = self._with_code(asked, user)
        self._sessions.begin(response, user)
        return response

    def _silently(self, asked: AuthorizationRequest, session: Session | None) -> web.Response:
        if session is not None:
            return self._with_code(asked, session.user)
        error = {"error": "login_required", "error_description": "Nobody is signed in."}
        return _go_to(build_location(asked.redirect_uri, error, asked.state))

    def _with_code(self, asked: AuthorizationRequest, user: User) -> web.Response:
        code = {"code": self._codes.give(asked, user)}
        return _go_to(build_location(asked.redirect_uri, code, asked.state))

    # Devices

    async def _device(self, request: web.Request) -> web.Response:
        """A code from the link is only filled in (RFC 8628 section 3.3.1)."""
        return _page(draw_user_code(user_code=request.query.get("user_code", "")))

    async def _device_pressed(self, request: web.Request) -> web.Response:
        try:
            form = read_form(request.content_type, await request.text())
        except Refused as refused:
            return _page(draw_message("This form does not work", refused.description), 400)
        user_code = form.get("user_code", "")
        device = self._devices.waiting(user_code)
        if device is None:
            problem = "This code is wrong, was used already or has expired."
            return _page(draw_user_code(user_code=user_code, problem=problem), 400)
        session = self._sessions.of(request)
        match form.get("press"):
            case "sign_in":
                return self._sign_in_for(device, form)
            case "deny" if session is None or session.sent(form.get("form_token", "")):
                self._devices.deny(device)
                return _page(draw_message("Denied", "The device was not allowed to act for you."))
            case "allow" if session is not None and session.sent(form.get("form_token", "")):
                self._devices.allow(device, session.user)
                return _page(draw_message("Done", "Your device is connected. Close this page."))
            case _ if session is None:
                return _page(self._draw_sign_in_for(device))
            case _:
                return _page(_draw_question(device, session))

    def _sign_in_for(self, device: Device, form: dict[str, str]) -> web.Response:
        name = form.get("username", "")
        try:
            user = self._users.check(name, form.get("password", ""))
        except NotSignedIn as problem:
            return _page(self._draw_sign_in_for(device, name, str(problem)), 401)
        response = _page("")
        response.text = _draw_question(device, self._sessions.begin(response, user))
        return response

    def _draw_sign_in_for(self, device: Device, name: str = "", problem: str = "") -> str:
        return draw_sign_in(
            self._active(),
            why=f"to connect {device.client.id} with the code {device.user_code}",
            user_name=name,
            problem=problem,
            user_code=device.user_code,
            cancel="deny",
        )

    # Sessions

    async def _sign_out(self, request: web.Request) -> web.Response:
        """Ends the session; goes back to a page of ours, never elsewhere."""
        then = urlsplit(request.query.get("then", ""))
        if then.scheme or then.netloc or then.path not in {AUTHORIZE_PATH, DEVICE_PATH}:
            response = _page(draw_message("Signed out", "You can close this page."))
        else:
            response = _go_to(then.geturl())
        self._sessions.end(request, response)
        return response

    def _active(self) -> list[User]:
        return [each for each in self._users if each.active]


def _why(asked: AuthorizationRequest) -> str:
    return f"to continue to {asked.client.id}"


def _denied(asked: AuthorizationRequest) -> web.Response:
    error = {"error": "access_denied", "error_description": "The user pressed Cancel."}
    return _go_to(build_location(asked.redirect_uri, error, asked.state))


def _draw_question(device: Device, session: Session) -> str:
    then = quote(f"{DEVICE_PATH}?user_code={device.user_code}", safe="")
    return draw_device_question(
        session,
        client=device.client.id,
        user_code=device.user_code,
        sign_out=f"{SIGN_OUT_PATH}?then={then}",
    )


def _sign_out_link(request: web.Request) -> str:
    return f"{SIGN_OUT_PATH}?then={quote(request.path_qs, safe='')}"


def _page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)


def _go_to(location: str) -> web.Response:
    """A redirect that carries cookies where needed; 303, so that no browser posts again."""
    return web.Response(status=303, headers={**_HEADERS, "Location": location})
