"""How the schema came to be: small named steps, applied in order, never edited afterwards.

What must never be true is made impossible here, by unique and partial unique indexes, not avoided
by an `if` elsewhere. Times are microseconds since 1970 in UTC. The SQL keeps to what SQLite 3.24
knows (no STRICT, no RETURNING): Python 3.11 is built against old libraries too.
"""

from sqlite_utils import Database, Migrations

from storage.errors import StorageError

steps = Migrations("fusion-slack")


def migrate(database: Database) -> None:
    """Bring the schema up to date in one transaction, which locks out every other writer.

    Raises StorageError where a newer version has been here.
    """
    known = {step.name for step in steps.pending(Database(memory=True, execute_plugins=False))}
    database.execute("BEGIN IMMEDIATE")
    try:
        if {step.name for step in steps.applied(database)} - known:
            raise StorageError(
                "The database was written by a newer version of this program. Run that version,"
                " or restore an earlier copy of the database."
            )
        steps.apply(database)
        database.commit()
    finally:
        database.rollback()  # does nothing after the commit


@steps()
def keep_replicas(database: Database) -> None:
    """Who holds claims, and until when that counts; `checks` is written by health checks."""
    database.executescript("""
        CREATE TABLE replicas (
            name TEXT NOT NULL PRIMARY KEY,
            seen_until INTEGER NOT NULL,
            checks INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
    """)


@steps()
def keep_threads(database: Database) -> None:
    """Threads; the first message of two threads is never the same."""
    database.executescript("""
        CREATE TABLE threads (
            id TEXT NOT NULL PRIMARY KEY,
            workspace TEXT NOT NULL,
            channel TEXT NOT NULL,
            ts TEXT,
            conversation_id TEXT
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX one_thread_at_each_place
            ON threads (workspace, channel, ts) WHERE ts IS NOT NULL;
    """)


@steps()
def keep_runs(database: Database) -> None:
    """Runs in the order in which they were taken (`seq`); at most one is live in a thread."""
    database.executescript("""
        CREATE TABLE runs (
            seq INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            thread TEXT NOT NULL REFERENCES threads (id),
            asker TEXT NOT NULL,
            state TEXT NOT NULL,
            standing TEXT NOT NULL CHECK (standing IN ('queued', 'live', 'ended')),
            version INTEGER NOT NULL CHECK (version >= 1),
            created_at INTEGER NOT NULL,
            body BLOB NOT NULL
        );
        CREATE UNIQUE INDEX one_live_run_in_each_thread ON runs (thread) WHERE standing = 'live';
        CREATE INDEX runs_of_a_thread ON runs (thread, standing);
        CREATE INDEX runs_of_an_asker ON runs (asker);
        CREATE INDEX runs_in_a_state ON runs (state);
    """)


@steps()
def keep_turn_keys(database: Database) -> None:
    """Under which keys a turn was taken. A key outlives its run, so it does not refer to it."""
    database.executescript("""
        CREATE TABLE turn_keys (
            key TEXT NOT NULL PRIMARY KEY,
            run TEXT NOT NULL,
            taken_at INTEGER NOT NULL
        ) WITHOUT ROWID;
    """)


@steps()
def keep_what_is_owed(database: Database) -> None:
    """What runs owe; the claims of a replica that goes are nobody's from then on.

    `revision` names what is owed. The other two name the latest claim, which may be one of an
    earlier revision that its holder is still busy with.
    """
    database.executescript("""
        CREATE TABLE owed (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            slot TEXT NOT NULL CHECK (slot IN ('agent', 'show')),
            kind TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            when_idle INTEGER NOT NULL CHECK (when_idle IN (0, 1)),
            revision INTEGER NOT NULL,
            claimed_revision INTEGER NOT NULL,
            claimed_attempt INTEGER NOT NULL,
            holder TEXT REFERENCES replicas (name) ON DELETE SET NULL,
            begun INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1)),
            PRIMARY KEY (run, slot)
        ) WITHOUT ROWID;
        CREATE INDEX owed_and_held_by_nobody ON owed (due_at) WHERE holder IS NULL;
        CREATE INDEX owed_and_held ON owed (holder) WHERE holder IS NOT NULL;
    """)


@steps()
def keep_approvals(database: Database) -> None:
    """Approvals; at most one is pending for each job."""
    database.executescript("""
        CREATE TABLE approvals (
            id TEXT NOT NULL PRIMARY KEY,
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            job TEXT NOT NULL,
            state TEXT NOT NULL,
            pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
            opened_at INTEGER NOT NULL,
            decided_by TEXT,
            decided_at INTEGER
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX one_pending_approval_for_each_job ON approvals (job) WHERE pending = 1;
        CREATE INDEX approvals_of_a_run ON approvals (run);
    """)


@steps()
def keep_messages(database: Database) -> None:
    """Where the parts of a run stand in Slack, in the order in which they were noted (`seq`)."""
    database.executescript("""
        CREATE TABLE messages (
            seq INTEGER NOT NULL PRIMARY KEY,
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            part TEXT NOT NULL,
            channel TEXT NOT NULL,
            ts TEXT NOT NULL,
            digest TEXT NOT NULL,
            UNIQUE (run, part)
        );
        CREATE INDEX messages_at_a_place ON messages (channel, ts);
    """)


@steps()
def keep_tokens(database: Database) -> None:
    """Tokens, one for each owner; `seq` is for sealing them anew in steps."""
    database.executescript("""
        CREATE TABLE tokens (
            seq INTEGER NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL CHECK (version >= 1),
            body BLOB NOT NULL
        );
    """)


@steps()
def keep_sign_ins(database: Database) -> None:
    """Sign-ins that were begun: the latest of each owner alone."""
    database.executescript("""
        CREATE TABLE sign_ins (
            seq INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL UNIQUE,
            expires_at INTEGER NOT NULL,
            body BLOB NOT NULL
        );
    """)


@steps()
def keep_locks(database: Database) -> None:
    """Named locks; those of a replica that goes are free from then on."""
    database.executescript("""
        CREATE TABLE locks (
            name TEXT NOT NULL PRIMARY KEY,
            holder TEXT NOT NULL REFERENCES replicas (name) ON DELETE CASCADE,
            held_until INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX locks_of_a_replica ON locks (holder);
    """)


@steps()
def owe_to_the_clock(database: Database) -> None:
    """A third slot: what a run owes at a date. SQLite changes a CHECK by making the table anew."""
    database.executescript("""
        CREATE TABLE owed_anew (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            slot TEXT NOT NULL CHECK (slot IN ('agent', 'show', 'clock')),
            kind TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            when_idle INTEGER NOT NULL CHECK (when_idle IN (0, 1)),
            revision INTEGER NOT NULL,
            claimed_revision INTEGER NOT NULL,
            claimed_attempt INTEGER NOT NULL,
            holder TEXT REFERENCES replicas (name) ON DELETE SET NULL,
            begun INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1)),
            PRIMARY KEY (run, slot)
        ) WITHOUT ROWID;
        INSERT INTO owed_anew SELECT * FROM owed;
        DROP TABLE owed;
        ALTER TABLE owed_anew RENAME TO owed;
        CREATE INDEX owed_and_held_by_nobody ON owed (due_at) WHERE holder IS NULL;
        CREATE INDEX owed_and_held ON owed (holder) WHERE holder IS NOT NULL;
    """)


@steps()
def keep_deciders(database: Database) -> None:
    """Whom a pending approval waits for."""
    database.executescript("""
        CREATE TABLE deciders (
            person TEXT NOT NULL,
            approval TEXT NOT NULL REFERENCES approvals (id) ON DELETE CASCADE,
            PRIMARY KEY (person, approval)
        ) WITHOUT ROWID;
        CREATE INDEX deciders_of_an_approval ON deciders (approval);
    """)


@steps()
def keep_the_record(database: Database) -> None:
    """The record of approvals: what was said stays, whatever becomes of what it is about."""
    database.executescript("""
        CREATE TABLE audit (
            seq INTEGER NOT NULL PRIMARY KEY,
            approval TEXT NOT NULL,
            at INTEGER NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE,
            body BLOB NOT NULL
        );
        CREATE INDEX audit_of_an_approval ON audit (approval);
        CREATE TRIGGER the_record_is_not_deleted BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END;
        CREATE TRIGGER the_record_is_not_rewritten
            BEFORE UPDATE OF seq, approval, at, previous, hash ON audit
            BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END;
    """)


@steps()
def keep_what_people_say_of_answers(database: Database) -> None:
    """What people have chosen, and their feedback, which goes with its run."""
    database.executescript("""
        CREATE TABLE choices (
            person TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (person, name)
        ) WITHOUT ROWID;
        CREATE TABLE feedback (
            seq INTEGER NOT NULL PRIMARY KEY,
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            person TEXT NOT NULL,
            at INTEGER NOT NULL,
            body BLOB NOT NULL,
            UNIQUE (run, person)
        );
        CREATE INDEX feedback_by_time ON feedback (at);
    """)


@steps()
def find_what_is_unfinished(database: Database) -> None:
    """The few runs that have not ended, among the many that have."""
    database.executescript("""
        CREATE INDEX unfinished_runs ON runs (state, created_at) WHERE standing <> 'ended';
        CREATE INDEX unfinished_runs_of_an_asker ON runs (asker, state) WHERE standing <> 'ended';
    """)


@steps()
def keep_installations(database: Database) -> None:
    """Where the app is installed: by workspace, or by organisation."""
    database.executescript("""
        CREATE TABLE installations (
            seq INTEGER NOT NULL PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            body BLOB NOT NULL
        );
    """)


@steps()
def find_who_has_asked_in_a_thread(database: Database) -> None:
    """Among all that somebody has asked, and all that was asked in a thread."""
    database.executescript("""
        CREATE INDEX runs_of_an_asker_in_a_thread ON runs (thread, asker);
    """)
