"""Sealing of bodies at rest: Fernet with rotating keys, newest first.

Fernet is AES-128-CBC with HMAC-SHA256, as in https://github.com/fernet/spec/blob/master/Spec.md.
"""

import os
import secrets
import stat
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.errors import StorageError

PUT_OFF = timedelta(minutes=5)  # work on what cannot be unsealed; the key may be put back


class Unsealable(StorageError):
    """A text at rest cannot be read with any key in ENCRYPTION_KEYS."""

    def __init__(self) -> None:
        super().__init__(
            "A text at rest cannot be read: ENCRYPTION_KEYS lacks the key that it was sealed with,"
            " or the text is damaged. Put the earlier key back, after the newer ones."
        )


class Sealer:
    """Seals with the first key, and unseals with whichever key fits.

    Raises ValueError, naming the key by its place and never by its value, where one is no Fernet
    key (32 bytes as URL-safe base64), or where there is none.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("ENCRYPTION_KEYS: at least one key is needed.")
        self._fernet = MultiFernet([_read_key(place, key) for place, key in enumerate(keys, 1)])

    def seal(self, body: bytes) -> bytes:
        """The body as it may be written down."""
        return self._fernet.encrypt(body)

    def unseal(self, sealed: bytes) -> bytes:
        """The body again; Unsealable where no key fits or the text was altered."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise Unsealable from error

    def rotate(self, sealed: bytes) -> bytes:
        """The same body sealed with the first key; Unsealable as in `unseal`."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken as error:
            raise Unsealable from error


def _read_key(place: int, key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError as error:
        message = f"ENCRYPTION_KEYS: key {place} is no Fernet key (32 bytes as URL-safe base64)."
        raise ValueError(message) from error


def key_beside(database: Path) -> str:
    """The key in `<database>.key`, which is made with mode 0600 where database and key are new.

    The file appears whole or not at all: it is written and synced under another name first. Raises
    StorageError where others can read it, where it holds no key, where it is missing although the
    database is there (a new key could not read what is kept), or where the disk refuses.
    """
    path = database.with_name(database.name + ".key")
    try:
        if not path.exists():
            _make_key(database, path)
        return _read_key_file(path)
    except OSError as error:
        raise StorageError(f"{path.name}: the key file fails: {error.strerror}.") from error


def _read_key_file(path: Path) -> str:
    with path.open(encoding="ascii", errors="replace") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StorageError(
                f"{path.name}: other users may use this key file. Run `chmod 600` on it,"
                " and change the key if they may have read it."
            )
        key = file.read().strip()
    try:
        Fernet(key)
    except ValueError as error:
        raise StorageError(f"{path.name}: this file holds no Fernet key.") from error
    return key


def _make_key(database: Path, path: Path) -> None:
    if database.exists() and database.stat().st_size > 0:
        raise StorageError(
            f"{path.name}: the key file is missing, but the database is there."
            " Restore the file, or set ENCRYPTION_KEYS."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        _write_synced(draft, Fernet.generate_key())
        os.link(draft, path)  # refuses to replace: of two that start at once, one key wins
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _write_synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content + b"\n")
        file.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
