"""Tokens, the locks under which they are replaced, and the sign-ins that lead to them."""

from datetime import datetime
from typing import Any

from storage.errors import StaleToken
from storage.rows import SignInRow, TokenRow
from storage.sqlite.rows import Here
from storage.times import build_time, read_time


def token(here: Here, owner: str) -> TokenRow | None:
    """See Store.token; raises Unsealable."""
    found = here.connection.execute(
        "SELECT body, version FROM tokens WHERE owner = ?", (owner,)
    ).fetchone()
    return None if found is None else TokenRow(owner, here.sealer.unseal(found[0]), found[1])


def keep_token(here: Here, row: TokenRow) -> None:
    """See Store.keep_token."""
    body = here.sealer.seal(row.body)
    if row.version == 1:
        cursor = here.connection.execute(
            "INSERT INTO tokens (owner, version, body) VALUES (?, 1, ?)"
            " ON CONFLICT (owner) DO NOTHING",
            (row.owner, body),
        )
    else:
        cursor = here.connection.execute(
            "UPDATE tokens SET version = ?, body = ? WHERE owner = ? AND version = ?",
            (row.version, body, row.owner, row.version - 1),
        )
    if cursor.rowcount == 0:
        raise StaleToken("The token has been replaced or dropped since it was read.")


def drop_token(here: Here, owner: str) -> bool:
    """See Store.drop_token."""
    cursor = here.connection.execute("DELETE FROM tokens WHERE owner = ?", (owner,))
    return cursor.rowcount > 0


def lock(here: Here, name: str, until: datetime, now: datetime) -> bool:
    """See Store.lock."""
    cursor = here.connection.execute(
        "INSERT INTO locks (name, holder, held_until) VALUES (?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until"
        " WHERE locks.holder = excluded.holder OR locks.held_until <= ?",
        (name, here.replica, build_time(until), build_time(now)),
    )
    return cursor.rowcount > 0


def unlock(here: Here, name: str) -> None:
    """See Store.unlock."""
    here.connection.execute("DELETE FROM locks WHERE name = ? AND holder = ?", (name, here.replica))


def begin_sign_in(here: Here, row: SignInRow) -> None:
    """See Store.begin_sign_in; the schema refuses another owner's id."""
    here.connection.execute(
        "INSERT INTO sign_ins (id, owner, expires_at, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner) DO UPDATE SET"
        " id = excluded.id, expires_at = excluded.expires_at, body = excluded.body",
        (row.id, row.owner, build_time(row.expires_at), here.sealer.seal(row.body)),
    )


def peek_sign_in(here: Here, id: str, now: datetime) -> SignInRow | None:
    """See Store.peek_sign_in; raises Unsealable."""
    found = here.connection.execute(
        "SELECT id, owner, body, expires_at FROM sign_ins WHERE id = ? AND expires_at > ?",
        (id, build_time(now)),
    ).fetchone()
    return None if found is None else _read_sign_in(here, found)


def take_sign_in(here: Here, id: str, now: datetime) -> SignInRow | None:
    """See Store.take_sign_in."""
    found = peek_sign_in(here, id, now)
    if found is not None:
        end_sign_in(here, id)
    return found


def sign_in_of(here: Here, owner: str) -> SignInRow | None:
    """See Store.sign_in_of; raises Unsealable."""
    found = here.connection.execute(
        "SELECT id, owner, body, expires_at FROM sign_ins WHERE owner = ?", (owner,)
    ).fetchone()
    return None if found is None else _read_sign_in(here, found)


def sign_ins(here: Here) -> list[SignInRow]:
    """See Store.sign_ins; raises Unsealable."""
    found = here.connection.execute(
        "SELECT id, owner, body, expires_at FROM sign_ins ORDER BY expires_at, id"
    )
    return [_read_sign_in(here, values) for values in found]


def end_sign_in(here: Here, id: str) -> bool:
    """See Store.end_sign_in."""
    cursor = here.connection.execute("DELETE FROM sign_ins WHERE id = ?", (id,))
    return cursor.rowcount > 0


def _read_sign_in(here: Here, values: tuple[Any, ...]) -> SignInRow:
    key, owner, body, expires_at = values
    return SignInRow(key, owner, here.sealer.unseal(body), read_time(expires_at))
