-- Who is responsible: posts and how they are reached, categories, rules, agreements along borders, refusals. The form of the tables is
-- that of 0003_layers.sql.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE posts (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    unit       TEXT,
    grid       TEXT,
    community  TEXT,
    overlay    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX posts_code ON posts (code);
CREATE INDEX posts_unit ON posts (unit);
CREATE TABLE posts_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    unit       TEXT,
    grid       TEXT,
    community  TEXT,
    overlay    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX posts_history_id ON posts_history (id, rev_from);
CREATE INDEX posts_history_open ON posts_history (id) WHERE rev_to IS NULL;
CREATE INDEX posts_history_code ON posts_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('posts', 'attributes', 'posts', 'Offices that somebody holds: chiefs, dispatchers, secretaries; without names of persons');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('posts_history', 'attributes', 'posts_history', 'What was known of posts earlier, and what applied earlier');

CREATE TABLE contacts (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    unit       TEXT,
    post       TEXT,
    kind       TEXT,
    value      TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX contacts_code ON contacts (code);
CREATE INDEX contacts_unit ON contacts (unit);
CREATE INDEX contacts_post ON contacts (post);
CREATE TABLE contacts_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    unit       TEXT,
    post       TEXT,
    kind       TEXT,
    value      TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX contacts_history_id ON contacts_history (id, rev_from);
CREATE INDEX contacts_history_open ON contacts_history (id) WHERE rev_to IS NULL;
CREATE INDEX contacts_history_code ON contacts_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('contacts', 'attributes', 'contacts', 'How units and posts are reached on duty; only those who send or take cases may read it');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('contacts_history', 'attributes', 'contacts_history', 'What was known of contacts earlier, and what applied earlier');

CREATE TABLE categories (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    parent     TEXT,
    codes      TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX categories_code ON categories (code);
CREATE INDEX categories_parent ON categories (parent);
CREATE TABLE categories_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    parent     TEXT,
    codes      TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX categories_history_id ON categories_history (id, rev_from);
CREATE INDEX categories_history_open ON categories_history (id) WHERE rev_to IS NULL;
CREATE INDEX categories_history_code ON categories_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('categories', 'attributes', 'categories', 'What reports are about, a tree');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('categories_history', 'attributes', 'categories_history', 'What was known of categories earlier, and what applied earlier');

CREATE TABLE rules (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    series     TEXT,
    number     INTEGER,
    state      TEXT,
    "from"     TEXT,
    until      TEXT,
    band       TEXT,
    "when"     TEXT,
    "then"     TEXT,
    basis      TEXT,
    clock      TEXT,
    documents  TEXT,
    author     TEXT,
    based_on   TEXT,
    digest     TEXT,
    comments   TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX rules_code ON rules (code);
CREATE TABLE rules_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    series     TEXT,
    number     INTEGER,
    state      TEXT,
    "from"     TEXT,
    until      TEXT,
    band       TEXT,
    "when"     TEXT,
    "then"     TEXT,
    basis      TEXT,
    clock      TEXT,
    documents  TEXT,
    author     TEXT,
    based_on   TEXT,
    digest     TEXT,
    comments   TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX rules_history_id ON rules_history (id, rev_from);
CREATE INDEX rules_history_open ON rules_history (id) WHERE rev_to IS NULL;
CREATE INDEX rules_history_code ON rules_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('rules', 'attributes', 'rules', 'Revisions of rules of responsibility');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('rules_history', 'attributes', 'rules_history', 'What was known of rules earlier, and what applied earlier');

CREATE TABLE agreements (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    grid_a     TEXT,
    grid_b     TEXT,
    lead       TEXT,
    first      TEXT,
    "from"     TEXT,
    until      TEXT,
    document   TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX agreements_code ON agreements (code);
CREATE TABLE agreements_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    grid_a     TEXT,
    grid_b     TEXT,
    lead       TEXT,
    first      TEXT,
    "from"     TEXT,
    until      TEXT,
    document   TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX agreements_history_id ON agreements_history (id, rev_from);
CREATE INDEX agreements_history_open ON agreements_history (id) WHERE rev_to IS NULL;
CREATE INDEX agreements_history_code ON agreements_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('agreements', 'attributes', 'agreements', 'Which of two grids leads along their common border');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('agreements_history', 'attributes', 'agreements_history', 'What was known of agreements earlier, and what applied earlier');

CREATE TABLE refusals (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    answer     TEXT,
    next       TEXT,
    unit       TEXT,
    proposed   TEXT,
    decided    TEXT,
    grid       TEXT,
    category   TEXT,
    rule       TEXT,
    reason     TEXT,
    text       TEXT,
    hop        INTEGER,
    author     TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX refusals_code ON refusals (code);
CREATE TABLE refusals_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    answer     TEXT,
    next       TEXT,
    unit       TEXT,
    proposed   TEXT,
    decided    TEXT,
    grid       TEXT,
    category   TEXT,
    rule       TEXT,
    reason     TEXT,
    text       TEXT,
    hop        INTEGER,
    author     TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX refusals_history_id ON refusals_history (id, rev_from);
CREATE INDEX refusals_history_open ON refusals_history (id) WHERE rev_to IS NULL;
CREATE INDEX refusals_history_code ON refusals_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('refusals', 'attributes', 'refusals', 'What units said is not theirs, and what became of it');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('refusals_history', 'attributes', 'refusals_history', 'What was known of refusals earlier, and what applied earlier');
-- +goose StatementEnd
