"""Sealing, rotating, and the key beside the database."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, strategies as st

from storage.crypto import Sealer, Unsealable, key_beside
from storage.errors import StorageError
from tests.storage.sample_rows import KEY

NEW = Fernet.generate_key().decode()


@given(st.binary())
def test_what_is_sealed_can_be_unsealed_and_is_not_seen(body: bytes) -> None:
    sealer = Sealer([KEY])
    sealed = sealer.seal(body)
    assert sealer.unseal(sealed) == body
    assert len(body) < 4 or body not in sealed


def test_an_earlier_key_still_unseals() -> None:
    assert Sealer([NEW, KEY]).unseal(Sealer([KEY]).seal(b"body")) == b"body"


def test_the_first_key_seals() -> None:
    assert Sealer([NEW]).unseal(Sealer([NEW, KEY]).seal(b"body")) == b"body"


def test_what_is_rotated_needs_the_first_key_alone() -> None:
    rotated = Sealer([NEW, KEY]).rotate(Sealer([KEY]).seal(b"body"))
    assert Sealer([NEW]).unseal(rotated) == b"body"


@given(st.binary())
def test_what_no_key_sealed_is_told_as_such(anything: bytes) -> None:
    for read in (Sealer([KEY]).unseal, Sealer([KEY]).rotate):
        with pytest.raises(Unsealable, match="ENCRYPTION_KEYS lacks the key"):
            read(anything)


def test_an_altered_text_is_told_as_such() -> None:
    sealed = Sealer([KEY]).seal(b"body")
    with pytest.raises(Unsealable):
        Sealer([KEY]).unseal(sealed[:-2] + b"AA")


@pytest.mark.parametrize("wrong", ["", "secret words", KEY[:-8], "é" * 44])
def test_a_wrong_key_is_named_by_its_place_and_not_by_its_value(wrong: str) -> None:
    with pytest.raises(ValueError, match="ENCRYPTION_KEYS: key 2 is no Fernet key") as refusal:
        Sealer([KEY, wrong])
    assert not wrong or wrong not in str(refusal.value)


def test_no_key_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Sealer([])


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    database = tmp_path / "data" / "bot.db"
    key = key_beside(database)
    path = database.with_name("bot.db.key")
    assert Sealer([key]).seal(b"body")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key_beside(database) == key
    assert list(path.parent.iterdir()) == [path]


def test_all_who_start_at_once_read_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(key_beside, [tmp_path / "bot.db"] * 32))
    assert len(keys) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_key_made_by_another_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bot.db.key").write_text(KEY)
    (tmp_path / "bot.db.key").chmod(0o600)
    seen = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: path.suffix != ".key" and seen(path))
    assert key_beside(tmp_path / "bot.db") == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    key_beside(tmp_path / "bot.db")
    (tmp_path / "bot.db.key").chmod(mode)
    with pytest.raises(StorageError, match="chmod 600"):
        key_beside(tmp_path / "bot.db")


@pytest.mark.parametrize("content", ["", "no key", "é" * 44])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bot.db.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(StorageError, match="holds no Fernet key") as refusal:
        key_beside(tmp_path / "bot.db")
    assert not content or content not in str(refusal.value)


def test_no_key_is_made_for_a_database_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"something")
    with pytest.raises(StorageError, match="missing, but the database is there"):
        key_beside(tmp_path / "bot.db")
    assert not (tmp_path / "bot.db.key").exists()
    (tmp_path / "bot.db").write_bytes(b"")
    assert key_beside(tmp_path / "bot.db")


def test_a_folder_that_cannot_be_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"bot.db.key: the key file fails"):
        key_beside(tmp_path / "file" / "bot.db")


def test_no_key_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError, match="No space left"):
        key_beside(tmp_path / "bot.db")
    assert list(tmp_path.iterdir()) == []
