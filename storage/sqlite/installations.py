"""Where the app is installed, and what is forgotten where it is not any more."""

from storage.rows import InstallationRow, RunRow
from storage.sqlite.rows import Here, read_run


def installation(here: Here, key: str) -> InstallationRow | None:
    """See Store.installation; raises Unsealable."""
    found = here.connection.execute(
        "SELECT body FROM installations WHERE key = ?", (key,)
    ).fetchone()
    return None if found is None else InstallationRow(key, here.sealer.unseal(found[0]))


def installations(here: Here) -> list[InstallationRow]:
    """See Store.installations; raises Unsealable."""
    found = here.connection.execute("SELECT key, body FROM installations ORDER BY key")
    return [InstallationRow(key, here.sealer.unseal(body)) for key, body in found]


def keep_installation(here: Here, row: InstallationRow) -> None:
    """See Store.keep_installation."""
    here.connection.execute(
        "INSERT INTO installations (key, body) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET body = excluded.body",
        (row.key, here.sealer.seal(row.body)),
    )


def drop_installation(here: Here, key: str) -> bool:
    """See Store.drop_installation."""
    return here.connection.execute("DELETE FROM installations WHERE key = ?", (key,)).rowcount > 0


def unfinished_of(here: Here, workspace: str) -> list[RunRow]:
    """See Store.unfinished_of."""
    found = here.connection.execute(
        "SELECT r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM runs AS r WHERE r.standing <> 'ended' AND substr(r.asker, 1, ?) = ? ORDER BY r.seq",
        (len(workspace) + 1, f"{workspace}:"),
    )
    return [read_run(here, values) for values in found]


def forget_people_of(here: Here, workspace: str) -> int:
    """See Store.forget_people_of."""
    prefix = (len(workspace) + 1, f"{workspace}:")
    here.connection.execute("DELETE FROM sign_ins WHERE substr(owner, 1, ?) = ?", prefix)
    here.connection.execute("DELETE FROM choices WHERE substr(person, 1, ?) = ?", prefix)
    return here.connection.execute(
        "DELETE FROM tokens WHERE substr(owner, 1, ?) = ?", prefix
    ).rowcount
