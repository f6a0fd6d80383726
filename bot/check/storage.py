"""What `check` says of the database: that it can be used, or made. It makes none itself."""

import tempfile
from pathlib import Path

from bot.build import NoDatabase, find_store, now
from bot.check.finding import Finding
from bot.settings import Settings
from storage.errors import StorageError


async def look_at_storage(settings: Settings) -> Finding:
    """Whether the database works; where there is none yet, whether the bot could make it."""
    try:
        store = find_store(settings)
        await store.open(now())
        try:
            await store.healthy()
        finally:
            await store.close()
    except NoDatabase as error:
        return _look_at_place(error.path, settings.database)
    except (StorageError, OSError) as error:
        return Finding(False, "storage", f"{error} Check DATABASE_URL.")
    return Finding(True, "storage", settings.database)


def _look_at_place(path: Path, shown: str) -> Finding:
    """Whether a database could be made there, found out by a file that has no name."""
    try:
        folder = next(each for each in path.parents if each.exists())
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        note = f"there is no database at {path}, and none can be made there: {error.strerror}."
        return Finding(False, "storage", f"{note} Check DATABASE_URL.")
    note = f"there is no database at {path} yet; the bot makes it when it starts"
    return Finding(True, "storage", f"{shown}; {note}")


async def look_at_installations(settings: Settings) -> Finding:
    """In how many workspaces people have installed the app."""
    try:
        store = find_store(settings)
        await store.open(now())
        try:
            count = len(await store.installations())
        finally:
            await store.close()
    except NoDatabase:
        count = 0
    except (StorageError, OSError) as error:
        return Finding(False, "installations", f"{error} Check DATABASE_URL.")
    address = f"{settings.public_url.rstrip('/')}/slack/install"
    return Finding(True, "installations", f"{count}; people install it at {address}")
