-- The bookkeeping of a store: one counter row, what each revision was, the audit, idempotency keys and tokens. Times are texts
-- in UTC with milliseconds and Z, so that their order as texts is their order in time.

-- +goose Up
-- +goose StatementBegin

-- One row: where the store is. The epoch changes when the store is restored; the revision counts committed transactions.
CREATE TABLE wangge_meta (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    epoch       TEXT NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    recorded_at TEXT NOT NULL,
    settings    TEXT NOT NULL
);

-- Who wrote each revision, when and why; recorded_at grows strictly with revision. The kind is edit, import, undo, init,
-- token, or file for a write by another program, whose actor is file too.
CREATE TABLE wangge_revisions (
    revision    INTEGER PRIMARY KEY NOT NULL,
    recorded_at DATETIME NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    role        TEXT NOT NULL DEFAULT '',
    unit        TEXT NOT NULL DEFAULT '',
    token       TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    request_id  TEXT NOT NULL DEFAULT ''
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('wangge_revisions', 'attributes', 'wangge_revisions', 'Who wrote each revision, when and why');

-- What each revision did to each feature; nothing is ever removed.
CREATE TABLE wangge_audit (
    revision INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    op       TEXT NOT NULL CHECK (op IN ('create', 'replace', 'delete')),
    layer    TEXT NOT NULL,
    id       TEXT NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (revision, seq)
) WITHOUT ROWID;
CREATE INDEX wangge_audit_layer ON wangge_audit (layer, revision);

-- The answer to each idempotency key, kept for 48 hours.
CREATE TABLE wangge_idempotency (
    token      TEXT NOT NULL,
    key        TEXT NOT NULL,
    body       BLOB NOT NULL,
    receipt    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (token, key)
) WITHOUT ROWID;
CREATE INDEX wangge_idempotency_created_at ON wangge_idempotency (created_at);

-- Bearer tokens: the SHA-256 of the secret, never the secret.
CREATE TABLE wangge_tokens (
    id      TEXT PRIMARY KEY NOT NULL,
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    unit    TEXT NOT NULL DEFAULT '',
    town    TEXT NOT NULL DEFAULT '',
    hash    TEXT NOT NULL UNIQUE,
    created TEXT,
    expires TEXT,
    revoked TEXT
) WITHOUT ROWID;

-- One row that tells the triggers who is writing. In the mode idle, nobody has announced himself: the trigger gives the write
-- a revision of its own. The service sets apply, its revision, and ended_at for the deletes that follow, and is back at idle
-- before it commits. In the mode file a trigger is at work for another program.
CREATE TABLE wangge_context (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    mode     TEXT NOT NULL CHECK (mode IN ('idle', 'apply', 'file')),
    revision INTEGER,
    ended_at TEXT
);
INSERT INTO wangge_context (one, mode) VALUES (1, 'idle');
-- +goose StatementEnd
