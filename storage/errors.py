"""What a store raises; when it does, nothing was changed."""


class StorageError(Exception):
    """What is kept could not be read or written; nothing was changed."""


class AlreadyTaken(StorageError):
    """A turn with this key, or with one of its twins, was taken before as run `run`."""

    def __init__(self, run: str) -> None:
        super().__init__(run)
        self.run = run


class ThreadBusy(StorageError):
    """The thread has a live or queued run; `ahead` of them come before a new one."""

    def __init__(self, ahead: int) -> None:
        super().__init__(str(ahead))
        self.ahead = ahead


class ThreadIdle(StorageError):
    """The thread has neither a live nor a queued run, so nothing can be queued behind one."""


class StaleRun(StorageError):
    """The run has moved on since it was read: read it again."""


class ClaimLost(StorageError):
    """Another replica holds the claim now, or what was owed has been settled or replaced."""


class AlreadyDecided(StorageError):
    """The approval is no longer in the state that the change started from."""


class StaleToken(StorageError):
    """The owner's token was kept, replaced or dropped since it was read: read it again."""
