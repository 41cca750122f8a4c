-- The bookkeeping of a store: one counter row, what each revision was, the audit, idempotency keys and tokens.
-- Everything is in the schema wangge, which exists before the first migration because the list of migrations is kept there.

-- +goose Up
-- +goose StatementBegin
CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE wangge.wangge_meta (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch       text NOT NULL,
    revision    bigint NOT NULL CHECK (revision >= 0),
    recorded_at timestamptz(3) NOT NULL,
    settings    jsonb NOT NULL
);
COMMENT ON TABLE wangge.wangge_meta IS 'One row: where the store is. A transaction that writes locks it, which gives the order of commits.';
COMMENT ON COLUMN wangge.wangge_meta.epoch IS 'Changes when the store is restored or replaced';
COMMENT ON COLUMN wangge.wangge_meta.revision IS 'The number of committed transactions of the epoch';
COMMENT ON COLUMN wangge.wangge_meta.recorded_at IS 'When the revision was committed';
COMMENT ON COLUMN wangge.wangge_meta.settings IS 'Name, code space and demo mark of the store';

CREATE TABLE wangge.wangge_revisions (
    revision    bigint PRIMARY KEY,
    recorded_at timestamptz(3) NOT NULL UNIQUE,
    kind        text NOT NULL,
    actor       text NOT NULL,
    role        text NOT NULL DEFAULT '',
    unit        text NOT NULL DEFAULT '',
    token       text NOT NULL DEFAULT '',
    note        text NOT NULL DEFAULT '',
    request_id  text NOT NULL DEFAULT ''
);
COMMENT ON TABLE wangge.wangge_revisions IS 'Who wrote each revision, when and why; recorded_at grows strictly with revision';
COMMENT ON COLUMN wangge.wangge_revisions.kind IS 'edit, import, undo, init, token, or file for a write by another program';
COMMENT ON COLUMN wangge.wangge_revisions.actor IS 'The name of the token, cli, or sql for a write by another program';

CREATE TABLE wangge.wangge_audit (
    revision bigint NOT NULL,
    seq      bigint NOT NULL,
    op       text NOT NULL CHECK (op IN ('create', 'replace', 'delete')),
    layer    text NOT NULL,
    id       text NOT NULL COLLATE "C",
    version  bigint NOT NULL,
    PRIMARY KEY (revision, seq)
);
CREATE INDEX wangge_audit_layer ON wangge.wangge_audit (layer, revision);
COMMENT ON TABLE wangge.wangge_audit IS 'What each revision did to each feature; nothing is ever removed';

CREATE TABLE wangge.wangge_idempotency (
    token      text NOT NULL,
    key        text NOT NULL,
    body       bytea NOT NULL,
    receipt    jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL,
    PRIMARY KEY (token, key)
);
CREATE INDEX wangge_idempotency_created_at ON wangge.wangge_idempotency (created_at);
COMMENT ON TABLE wangge.wangge_idempotency IS 'The answer to each idempotency key, kept for 48 hours';

CREATE TABLE wangge.wangge_tokens (
    id      text PRIMARY KEY COLLATE "C",
    name    text NOT NULL,
    role    text NOT NULL,
    unit    text NOT NULL DEFAULT '',
    town    text NOT NULL DEFAULT '',
    hash    text NOT NULL UNIQUE,
    created timestamptz(3) NOT NULL,
    expires timestamptz(3),
    revoked timestamptz(3)
);
COMMENT ON TABLE wangge.wangge_tokens IS 'Bearer tokens: the SHA-256 of the secret, never the secret';

CREATE FUNCTION wangge.wangge_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wangge, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('wangge.revision', true), '') = '' THEN
        PERFORM FROM wangge.wangge_meta FOR UPDATE;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION wangge.wangge_lock() IS
    'Before a statement on a layer: locks the counter row before any feature row, so that two writers never wait for each other';

CREATE FUNCTION wangge.wangge_revision() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, wangge, pg_temp AS $$
DECLARE
    _n  bigint := nullif(current_setting('wangge.revision', true), '')::bigint;
    _at timestamptz(3);
BEGIN
    IF _n IS NOT NULL THEN
        RETURN _n;
    END IF;
    UPDATE wangge.wangge_meta
    SET revision = revision + 1,
        recorded_at = greatest(date_trunc('milliseconds', clock_timestamp()), recorded_at + interval '1 millisecond')
    RETURNING revision, recorded_at INTO _n, _at;
    IF _n IS NULL THEN
        RAISE EXCEPTION 'this wangge store is not initialised' USING HINT = 'Run: wangge init';
    END IF;
    INSERT INTO wangge.wangge_revisions (revision, recorded_at, kind, actor, note)
    VALUES (_n, _at, 'file', 'sql', 'by database user ' || session_user);
    PERFORM set_config('wangge.revision', _n::text, true);
    PERFORM pg_notify('wangge', _n::text);
    RETURN _n;
END
$$;
COMMENT ON FUNCTION wangge.wangge_revision() IS
    'The revision of this transaction: the one that the service set in wangge.revision, or the next one, raised once, for a write by another program';

CREATE FUNCTION wangge.wangge_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % cannot be truncated: that would leave no history', TG_TABLE_NAME USING HINT = 'Use DELETE.';
END
$$;
-- +goose StatementEnd
