"""Where the app is installed, and what is forgotten where it is not any more."""

from storage.postgres.core import RUN, Connection, PostgresCore
from storage.rows import InstallationRow, RunRow


class PostgresInstallations(PostgresCore):
    """The part of Store that keeps installations."""

    async def installation(self, key: str) -> InstallationRow | None:
        """See Store.installation; raises Unsealable."""
        found = await self._fetch("SELECT body FROM installations WHERE key = $1", key)
        return InstallationRow(key, self._sealer.unseal(found[0]["body"])) if found else None

    async def installations(self) -> list[InstallationRow]:
        """See Store.installations; raises Unsealable."""
        found = await self._fetch("SELECT key, body FROM installations ORDER BY key")
        return [InstallationRow(row["key"], self._sealer.unseal(row["body"])) for row in found]

    async def keep_installation(self, row: InstallationRow) -> None:
        """See Store.keep_installation."""
        await self._execute(
            "INSERT INTO installations (key, body) VALUES ($1, $2)"
            " ON CONFLICT (key) DO UPDATE SET body = excluded.body",
            row.key,
            self._sealer.seal(row.body),
        )

    async def drop_installation(self, key: str) -> bool:
        """See Store.drop_installation."""
        return await self._execute("DELETE FROM installations WHERE key = $1", key) > 0

    async def unfinished_of(self, workspace: str) -> list[RunRow]:
        """See Store.unfinished_of."""
        found = await self._fetch(
            f"SELECT {RUN} FROM runs WHERE standing <> 'ended'"  # noqa: S608 - a constant
            " AND starts_with(asker, $1) ORDER BY seq",
            f"{workspace}:",
        )
        return [self._read_run(row) for row in found]

    async def forget_people_of(self, workspace: str) -> int:
        """See Store.forget_people_of."""
        prefix = f"{workspace}:"

        async def work(here: Connection) -> int:
            await here.execute("DELETE FROM sign_ins WHERE starts_with(owner, $1)", prefix)
            await here.execute("DELETE FROM choices WHERE starts_with(person, $1)", prefix)
            gone = await here.fetch(
                "DELETE FROM tokens WHERE starts_with(owner, $1) RETURNING 1", prefix
            )
            return len(gone)

        return await self._transact(work)
