"""The port on PostgreSQL, put together."""

from storage.postgres.installations import PostgresInstallations
from storage.postgres.keeping import PostgresKeeping
from storage.postgres.people import PostgresPeople
from storage.postgres.reads import PostgresReads
from storage.postgres.tokens import PostgresTokens
from storage.postgres.turns import PostgresTurns


class PostgresStore(
    PostgresTurns,
    PostgresReads,
    PostgresTokens,
    PostgresPeople,
    PostgresInstallations,
    PostgresKeeping,
):
    """A Store on a PostgreSQL server; see PostgresCore for what it is made with."""
