"""The users of the identity domain, and who the playground starts with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hmac import compare_digest

PASSWORD = "Playground-1"  # noqa: S105 - made up, and shown on the sign-in page


class NotSignedIn(Exception):
    """The user name or the password is wrong, or the account cannot be used; says which."""


@dataclass(slots=True, eq=False)
class User:
    """A user. `name` is what tokens carry; `aliases` are other names to sign in with.

    One with `mfa` signs in on the page only: the password grant cannot ask for a second factor.
    """

    name: str
    display_name: str
    email: str
    password: str = field(repr=False)
    aliases: tuple[str, ...] = ()
    mfa: bool = False
    active: bool = True


class Users:
    """Everybody whom the domain knows; names are compared without regard to case."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}

    def __iter__(self) -> Iterator[User]:
        return iter(dict.fromkeys(self._users.values()))

    def add(self, user: User) -> User:
        """Make a user known. Raises ValueError where a name is taken."""
        names = [each.casefold() for each in (user.name, *user.aliases)]
        taken = next((each for each in names if each in self._users), None)
        if taken is not None:
            raise ValueError(f"There is a user {taken} already.")
        self._users.update(dict.fromkeys(names, user))
        return user

    def find(self, name: str) -> User | None:
        """The user with this name or alias."""
        return self._users.get(name.casefold())

    def __getitem__(self, name: str) -> User:
        user = self.find(name)
        if user is None:
            raise KeyError(f"There is no user {name}.")
        return user

    def check(self, name: str, password: str) -> User:
        """The user who signs in with this password. Raises NotSignedIn."""
        user = self.find(name)
        known = "" if user is None else user.password
        if not compare_digest(known.encode(), password.encode()) or user is None:
            raise NotSignedIn("You entered an incorrect user name or password.")
        if not user.active:
            raise NotSignedIn("Your account is deactivated. Contact your system administrator.")
        return user


def playground_users() -> Users:
    """The people of the emulated Slack by their e-mail addresses, and two special accounts."""
    users = Users()
    for name, email, alias in (
        ("Anna Schmidt", "anna@playground.example", "anna.schmidt@example.com"),
        ("Ben Carter", "ben@playground.example", "ben.carter@example.com"),
        ("Chloé Martin", "chloe@playground.example", "chloe.martin@example.com"),
        ("Dan Novak", "dan@playground.example", "dan.novak@example.com"),
    ):
        users.add(User(email, name, email, PASSWORD, aliases=(alias,)))
    users.add(
        User("mia@playground.example", "Mia Faktor", "mia@playground.example", PASSWORD, mfa=True)
    )
    users.add(
        User(
            "gone@playground.example", "Gus Gone", "gone@playground.example", PASSWORD, active=False
        )
    )
    return users
