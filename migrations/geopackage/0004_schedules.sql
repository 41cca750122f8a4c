-- What decides about the modes of kerb zones: notices of days off, schedules, and orders over them. The form of the tables is that of
-- 0003_layers.sql.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE notices (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    year       INTEGER,
    local      BOOLEAN,
    papers     TEXT,
    days       TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX notices_code ON notices (code);
CREATE TABLE notices_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    year       INTEGER,
    local      BOOLEAN,
    papers     TEXT,
    days       TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX notices_history_id ON notices_history (id, rev_from);
CREATE INDEX notices_history_open ON notices_history (id) WHERE rev_to IS NULL;
CREATE INDEX notices_history_code ON notices_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('notices', 'attributes', 'notices', 'Days off and make-up work days of a year, by notice');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('notices_history', 'attributes', 'notices_history', 'What was known of notices earlier, and what applied earlier');

CREATE TABLE schedules (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    zone       TEXT,
    series     TEXT,
    number     INTEGER,
    state      TEXT,
    "from"     TEXT,
    until      TEXT,
    windows    TEXT,
    exceptions TEXT,
    documents  TEXT,
    author     TEXT,
    based_on   TEXT,
    calendar   TEXT,
    digest     TEXT,
    sign_offs  TEXT,
    comments   TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX schedules_code ON schedules (code);
CREATE INDEX schedules_zone ON schedules (zone);
CREATE TABLE schedules_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    zone       TEXT,
    series     TEXT,
    number     INTEGER,
    state      TEXT,
    "from"     TEXT,
    until      TEXT,
    windows    TEXT,
    exceptions TEXT,
    documents  TEXT,
    author     TEXT,
    based_on   TEXT,
    calendar   TEXT,
    digest     TEXT,
    sign_offs  TEXT,
    comments   TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX schedules_history_id ON schedules_history (id, rev_from);
CREATE INDEX schedules_history_open ON schedules_history (id) WHERE rev_to IS NULL;
CREATE INDEX schedules_history_code ON schedules_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('schedules', 'attributes', 'schedules', 'Revisions of what kerb zones are used for, and when');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('schedules_history', 'attributes', 'schedules_history', 'What was known of schedules earlier, and what applied earlier');

CREATE TABLE orders (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    zones      TEXT,
    starts     TEXT,
    ends       TEXT,
    band       TEXT,
    mode       TEXT,
    overrides  TEXT,
    reason     TEXT,
    document   TEXT,
    author     TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX orders_code ON orders (code);
CREATE TABLE orders_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    zones      TEXT,
    starts     TEXT,
    ends       TEXT,
    band       TEXT,
    mode       TEXT,
    overrides  TEXT,
    reason     TEXT,
    document   TEXT,
    author     TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX orders_history_id ON orders_history (id, rev_from);
CREATE INDEX orders_history_open ON orders_history (id) WHERE rev_to IS NULL;
CREATE INDEX orders_history_code ON orders_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('orders', 'attributes', 'orders', 'Temporary orders over the schedules of zones');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('orders_history', 'attributes', 'orders_history', 'What was known of orders earlier, and what applied earlier');

CREATE TABLE activations (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    zone       TEXT,
    day        TEXT,
    kind       TEXT,
    happened   TEXT,
    rule       TEXT,
    author     TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX activations_code ON activations (code);
CREATE INDEX activations_zone ON activations (zone);
CREATE TABLE activations_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    zone       TEXT,
    day        TEXT,
    kind       TEXT,
    happened   TEXT,
    rule       TEXT,
    author     TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX activations_history_id ON activations_history (id, rev_from);
CREATE INDEX activations_history_open ON activations_history (id) WHERE rev_to IS NULL;
CREATE INDEX activations_history_code ON activations_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('activations', 'attributes', 'activations', 'What really happened in zones: cones out, signs changed, lane cleared');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('activations_history', 'attributes', 'activations_history', 'What was known of activations earlier, and what applied earlier');

-- The consents that a schedule needs in a street, a JSON list.
ALTER TABLE segments ADD COLUMN consents TEXT;
ALTER TABLE segments_history ADD COLUMN consents TEXT;
-- +goose StatementEnd
