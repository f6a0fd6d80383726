"""The distributed engine: PostgreSQL, for several replicas on one database.

store   the port, put together from the files below      core        the pool, transactions, news
turns   taking turns and saving steps                    claims      what is owed, and who holds it
reads people tokens keeping                              record      the record of approvals
migrations  how the schema came to be                    errors      sentences
"""

from storage.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
