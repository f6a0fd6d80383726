"""Connections to the server: how many, how long they are waited for, and what each is set to."""

from typing import Any, TypeAlias

import asyncpg

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"  # generic in the stubs alone

CONNECTIONS = 10
CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 15.0
# A replica that is stopped in a transaction must not keep its locks from the others.
SESSION = {"application_name": "fusion-slack", "idle_in_transaction_session_timeout": "4000"}


async def open_pool(url: str) -> Pool:
    """A pool with one connection open. Raises what asyncpg raises, ValueError for a wrong URL."""
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=CONNECT_WITHIN,
        command_timeout=ANSWER_WITHIN,
        reset=_leave_as_it_is,
        server_settings=SESSION,
    )


async def _leave_as_it_is(_: Any) -> None:
    """Nothing that we do outlives its transaction; asking for a clean session is one more reply to wait for."""
