"""The embedded engine: SQLite in one file, for one process.

store    the port, each method one piece of work          core        opens, closes, hands work over
turns claims audit reads tokens people keeping            one_thread  one thread, commits shared
         what happens inside a transaction                file        the file, its lock, its settings
migrations  how the schema came to be                     rows errors  values and sentences
"""

from storage.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
