"""Signing in in a browser: a link for one person, the way back from the identity domain, a question.

1. `offer` makes a link that holds a `state` of 256 random bits; the store keeps its hash, and sealed
   the person and the code verifier (RFC 7636). It is good for ten minutes.
2. `open` leads the browser on to the identity domain with that state.
3. `come_back` takes the sign-in out of the store, so that a state counts once, and exchanges the code.
   Whose the token is must agree with who the link was for. Nothing is kept for use yet.
4. `confirm` keeps the token, after the person has seen both accounts and said that they are theirs.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import reasons
from bot.domain.acting import SignInEnded, SignInOffer
from bot.domain.agent import AgentError, NotSignedIn
from bot.domain.turn import Person
from bot.identity.authorize import build_authorize_url, code_challenge, code_verifier
from bot.identity.grants import authorization_code
from bot.identity.keeping import TokenKeeper
from bot.identity.kept_token import KeptToken, decode_token, encode_token
from bot.identity.obtaining import Ask
from bot.identity.page_words import ENGLISH
from bot.identity.refusals import read_callback_error
from bot.identity.sign_in_row import SignIn, Step, read_sign_in, row_id
from bot.identity.tokens import AccessToken
from bot.identity.who import OwnTokens, Who
from storage.store import Store

TakeBack = Callable[[AccessToken], Awaitable[None]]

LINK_LIFE = timedelta(minutes=10)
WORTH_GOING_ON = timedelta(minutes=3)  # a link with less time left is replaced by a new one
LONGEST_VALUE = 4000  # of what a browser brings back


class SignInFailed(Exception):
    """The sign-in cannot go on; `detail` is a sentence for the page."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Application:
    """What the identity domain knows this bot by, and where the two meet."""

    authorize_url: str
    client_id: str
    scope: str
    public_url: str

    @property
    def redirect_uri(self) -> str:
        """Where the identity domain sends people back to; registered there."""
        return f"{self.public_url.rstrip('/')}/fusion/callback"

    def link(self, state: str) -> str:
        """The address that a person is given in Slack."""
        return f"{self.public_url.rstrip('/')}/fusion/sign-in?state={state}"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Both accounts, as the page names them, and the ticket with which the answer comes."""

    slack_name: str
    slack_email: str
    fusion_user: str
    ticket: str


class BrowserSignIn:
    """Sign-ins by authorization code. `ended` is told what became of each, whichever way."""

    def __init__(
        self,
        store: Store,
        keeper: TokenKeeper,
        who: Who,
        tokens: OwnTokens,
        ask: Ask,
        application: Application,
        *,
        take_back: TakeBack,
        clock: Callable[[], datetime],
        ended: Callable[[SignInEnded], Awaitable[None]],
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._who = who
        self._tokens = tokens
        self._take_back = take_back
        self._ask = ask
        self._application = application
        self._clock = clock
        self._ended = ended

    async def offer(self, person: Person, note: str) -> SignInOffer:
        """A link for this person; the one that they have where it is good for a while yet."""
        await self._who.user_name(person)
        row = await self._store.sign_in_of(person.key)
        begun = read_sign_in(row) if row is not None else None
        now = self._clock()
        unconfirmed = unconfirmed_token(begun) if begun is not None else None
        if unconfirmed is not None:  # its page is left for this: it could not be confirmed any more
            await self._take_back(unconfirmed)
        if (
            begun is None
            or begun.step is not Step.BROWSER
            or begun.expires_at - now < WORTH_GOING_ON
        ):
            begun = SignIn(
                person,
                Step.BROWSER,
                secrets.token_urlsafe(32),
                now + LINK_LIFE,
                {"code_verifier": code_verifier()},
            )
        begun = replace(begun, note=note)
        await self._store.begin_sign_in(begun.row)
        return SignInOffer(self._application.link(begun.key), begun.expires_at)

    async def open(self, state: str) -> str:
        """Where the browser goes next: the identity domain. Raises SignInFailed."""
        row = await self._store.peek_sign_in(row_id(state[:LONGEST_VALUE]), self._clock())
        begun = read_sign_in(row) if row is not None else None
        if begun is None or begun.step is not Step.BROWSER:
            raise SignInFailed(ENGLISH.link_is_over if state else ENGLISH.link_is_wrong)
        application = self._application
        return build_authorize_url(
            application.authorize_url,
            application.client_id,
            application.redirect_uri,
            application.scope,
            begun.key,
            code_challenge(begun.secrets["code_verifier"]),
            offline_access=True,
        )

    async def come_back(self, query: Mapping[str, str]) -> Confirmation:
        """What the identity domain sent along, good or bad; a state is used up by it.

        Raises SignInFailed with a sentence for the page; who asked is told as well.
        """
        begun = await self._taken(query.get("state", ""), Step.BROWSER)
        if "error" in query:
            refusal = read_callback_error(query["error"], query.get("error_description", ""))
            raise await self._fail(begun, refusal.detail)
        code = query.get("code", "")
        if not code or len(code) > LONGEST_VALUE:
            raise await self._fail(begun, reasons.NO_CODE)
        try:
            account = await self._who.account(begun.person)
            expected = await self._who.user_name(begun.person)
            token = await self._exchange(code, begun)
        except NotSignedIn as refused:
            raise await self._fail(begun, refused.detail) from refused
        except AgentError as trouble:
            raise await self._fail(begun, f"{trouble.detail} Sign in again later.") from trouble
        user_name = await self._owner(begun, expected, token)
        ticket = await self._ask_for_confirmation(begun, token, user_name)
        return Confirmation(account.name, account.email, user_name, ticket)

    async def confirm(self, ticket: str) -> SignInEnded:
        """The person says that both accounts are theirs. Raises SignInFailed."""
        asked = await self._taken(ticket, Step.CONFIRM)
        token = unconfirmed_token(asked)
        if token is None:
            raise SignInFailed(ENGLISH.link_is_over)
        try:
            user_name = await self._keeper.keep(asked.person, token)
        except AgentError as refused:
            await self._take_back(token)
            raise await self._fail(asked, refused.detail) from refused
        ended = SignInEnded(asked.person, user_name, note=asked.note)
        await self._ended(ended)
        return ended

    async def decline(self, ticket: str) -> None:
        """They are not: the token is taken back at the domain. Raises SignInFailed."""
        asked = await self._taken(ticket, Step.CONFIRM)
        token = unconfirmed_token(asked)
        if token is not None:
            await self._take_back(token)
        await self._ended(SignInEnded(asked.person, why_not=reasons.NOT_CONFIRMED, note=asked.note))

    async def _owner(self, begun: SignIn, expected: str, token: AccessToken) -> str:
        """Whose the token is, if it is the person's; another's is taken back at once."""
        try:
            return self._tokens.owner(expected, token)
        except NotSignedIn as refused:
            await self._take_back(token)
            raise await self._fail(begun, refused.detail) from refused

    async def _taken(self, key: str, step: Step) -> SignIn:
        """The sign-in with this key, for one caller only."""
        if not key or len(key) > LONGEST_VALUE:
            raise SignInFailed(ENGLISH.link_is_wrong)
        now = self._clock()
        seen = await self._store.peek_sign_in(row_id(key), now)
        if seen is None or read_sign_in(seen).step is not step:
            raise SignInFailed(ENGLISH.link_is_over)
        row = await self._store.take_sign_in(row_id(key), now)
        if row is None:
            raise SignInFailed(ENGLISH.link_is_over)
        return read_sign_in(row)

    async def _exchange(self, code: str, begun: SignIn) -> AccessToken:
        verifier = str(begun.secrets["code_verifier"])
        return await self._ask(authorization_code(code, self._application.redirect_uri, verifier))

    async def _ask_for_confirmation(self, begun: SignIn, token: AccessToken, user_name: str) -> str:
        now = self._clock()
        kept = KeptToken(token, user_name, "", now)
        asked = SignIn(
            begun.person,
            Step.CONFIRM,
            secrets.token_urlsafe(32),
            now + LINK_LIFE,
            {"token": encode_token(kept).decode()},
            begun.note,
        )
        await self._store.begin_sign_in(asked.row)
        return asked.key

    async def _fail(self, begun: SignIn, detail: str) -> SignInFailed:
        await self._ended(SignInEnded(begun.person, why_not=detail, note=begun.note))
        return SignInFailed(detail)


def unconfirmed_token(sign_in: SignIn) -> AccessToken | None:
    """The token that a sign-in has brought and nobody has confirmed."""
    if sign_in.step is not Step.CONFIRM:
        return None
    kept = decode_token(str(sign_in.secrets["token"]).encode())
    return kept.token if kept else None
