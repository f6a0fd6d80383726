"""Tokens, the locks under which they are replaced, and the sign-ins that lead to them."""

from datetime import datetime

import asyncpg

from storage.errors import StaleToken
from storage.postgres.core import PostgresCore
from storage.rows import SignInRow, TokenRow
from storage.times import build_time, read_time

_SIGN_IN = "id, owner, body, expires_at"


class PostgresTokens(PostgresCore):
    """The part of Store that keeps tokens and sign-ins."""

    async def token(self, owner: str) -> TokenRow | None:
        """See Store.token; raises Unsealable."""
        found = await self._fetch("SELECT body, version FROM tokens WHERE owner = $1", owner)
        if not found:
            return None
        return TokenRow(owner, self._sealer.unseal(found[0]["body"]), found[0]["version"])

    async def keep_token(self, row: TokenRow) -> None:
        """See Store.keep_token."""
        body = self._sealer.seal(row.body)
        if row.version == 1:
            written = await self._execute(
                "INSERT INTO tokens (owner, version, body) VALUES ($1, 1, $2)"
                " ON CONFLICT (owner) DO NOTHING",
                row.owner,
                body,
            )
        else:
            written = await self._execute(
                "UPDATE tokens SET version = $3, body = $2 WHERE owner = $1 AND version = $3 - 1",
                row.owner,
                body,
                row.version,
            )
        if not written:
            raise StaleToken("The token has been replaced or dropped since it was read.")

    async def drop_token(self, owner: str) -> bool:
        """See Store.drop_token."""
        return await self._execute("DELETE FROM tokens WHERE owner = $1", owner) > 0

    async def lock(self, name: str, until: datetime, now: datetime) -> bool:
        """See Store.lock."""
        written = await self._execute(
            "INSERT INTO locks (name, holder, held_until) VALUES ($1, $2, $3) ON CONFLICT (name)"
            " DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until"
            " WHERE locks.holder = excluded.holder OR locks.held_until <= $4",
            *(name, self._replica, build_time(until), build_time(now)),
        )
        return written > 0

    async def unlock(self, name: str) -> None:
        """See Store.unlock."""
        sql = "DELETE FROM locks WHERE name = $1 AND holder = $2"
        await self._execute(sql, name, self._replica)

    async def begin_sign_in(self, row: SignInRow) -> None:
        """See Store.begin_sign_in; the schema refuses another owner's id."""
        await self._execute(
            "INSERT INTO sign_ins (id, owner, expires_at, body) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (owner) DO UPDATE SET"
            " id = excluded.id, expires_at = excluded.expires_at, body = excluded.body",
            *(row.id, row.owner, build_time(row.expires_at), self._sealer.seal(row.body)),
        )

    async def peek_sign_in(self, id: str, now: datetime) -> SignInRow | None:
        """See Store.peek_sign_in; raises Unsealable."""
        sql = f"SELECT {_SIGN_IN} FROM sign_ins WHERE id = $1 AND expires_at > $2"  # noqa: S608
        return self._first(await self._fetch(sql, id, build_time(now)))

    async def take_sign_in(self, id: str, now: datetime) -> SignInRow | None:
        """See Store.take_sign_in; one statement, so that one caller alone gets it."""
        sql = f"DELETE FROM sign_ins WHERE id = $1 AND expires_at > $2 RETURNING {_SIGN_IN}"  # noqa: S608
        return self._first(await self._transact(lambda here: here.fetch(sql, id, build_time(now))))

    async def sign_in_of(self, owner: str) -> SignInRow | None:
        """See Store.sign_in_of; raises Unsealable."""
        sql = f"SELECT {_SIGN_IN} FROM sign_ins WHERE owner = $1"  # noqa: S608
        return self._first(await self._fetch(sql, owner))

    async def sign_ins(self) -> list[SignInRow]:
        """See Store.sign_ins; raises Unsealable."""
        sql = f"SELECT {_SIGN_IN} FROM sign_ins ORDER BY expires_at, id"  # noqa: S608
        return [self._read_sign_in(row) for row in await self._fetch(sql)]

    async def end_sign_in(self, id: str) -> bool:
        """See Store.end_sign_in."""
        return await self._execute("DELETE FROM sign_ins WHERE id = $1", id) > 0

    def _first(self, found: list[asyncpg.Record]) -> SignInRow | None:
        return self._read_sign_in(found[0]) if found else None

    def _read_sign_in(self, row: asyncpg.Record) -> SignInRow:
        body = self._sealer.unseal(row["body"])
        return SignInRow(row["id"], row["owner"], body, read_time(row["expires_at"]))
