-- What decides about the modes of kerb zones: notices of days off, schedules, and orders over them.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE wangge.notices (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    year       bigint,
    local      boolean,
    papers     jsonb,
    days       jsonb,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT notices_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT notices_valid CHECK (valid_to > valid_from)
);
COMMENT ON TABLE wangge.notices IS 'Days off and make-up work days of a year, by notice';
COMMENT ON COLUMN wangge.notices.code IS 'Code';
COMMENT ON COLUMN wangge.notices.name IS 'Name';
COMMENT ON COLUMN wangge.notices.year IS 'Year of the notice';
COMMENT ON COLUMN wangge.notices.local IS 'A local notice, which goes before that of the State Council';
COMMENT ON COLUMN wangge.notices.papers IS 'Documents by number or address, a JSON list';
COMMENT ON COLUMN wangge.notices.days IS 'The days: date, name, off; a JSON list';

CREATE TABLE wangge.schedules (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    zone       text,
    series     text,
    number     bigint,
    state      text CHECK (state IN ('draft', 'in_review', 'approved', 'published', 'withdrawn', 'superseded')),
    "from"     text,
    until      text,
    windows    jsonb,
    exceptions jsonb,
    documents  jsonb,
    author     text,
    based_on   text,
    calendar   text,
    digest     text,
    sign_offs  jsonb,
    comments   jsonb,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT schedules_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT schedules_valid CHECK (valid_to > valid_from)
);
CREATE INDEX schedules_zone ON wangge.schedules (zone);
COMMENT ON TABLE wangge.schedules IS 'Revisions of what kerb zones are used for, and when';
COMMENT ON COLUMN wangge.schedules.code IS 'Code';
COMMENT ON COLUMN wangge.schedules.name IS 'Name';
COMMENT ON COLUMN wangge.schedules.zone IS 'Id of the zone';
COMMENT ON COLUMN wangge.schedules.series IS 'The series, one for a zone';
COMMENT ON COLUMN wangge.schedules.number IS 'Counts the revisions of the series from 1';
COMMENT ON COLUMN wangge.schedules.state IS 'draft, in_review, approved, published, withdrawn or superseded';
COMMENT ON COLUMN wangge.schedules."from" IS 'First day in force, year-month-day';
COMMENT ON COLUMN wangge.schedules.until IS 'The day after the last one';
COMMENT ON COLUMN wangge.schedules.windows IS 'When which mode applies, a JSON list';
COMMENT ON COLUMN wangge.schedules.exceptions IS 'Days on which something else applies, a JSON list';
COMMENT ON COLUMN wangge.schedules.documents IS 'Orders that it rests on, a JSON list';
COMMENT ON COLUMN wangge.schedules.author IS 'Who drafted it';
COMMENT ON COLUMN wangge.schedules.based_on IS 'Code of the revision that the draft began as';
COMMENT ON COLUMN wangge.schedules.calendar IS 'Notices of days off that it was approved with';
COMMENT ON COLUMN wangge.schedules.digest IS 'SHA-256 of the content that was approved';
COMMENT ON COLUMN wangge.schedules.sign_offs IS 'Consents of units, a JSON list';
COMMENT ON COLUMN wangge.schedules.comments IS 'What was said, a JSON list';

CREATE TABLE wangge.orders (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    zones      jsonb,
    starts     text,
    ends       text,
    band       text CHECK (band IN ('emergency', 'works', 'event')),
    mode       text CHECK (mode IN ('travel', 'parking', 'loading', 'closed')),
    overrides  text,
    reason     text,
    document   text,
    author     text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT orders_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT orders_valid CHECK (valid_to > valid_from)
);
COMMENT ON TABLE wangge.orders IS 'Temporary orders over the schedules of zones';
COMMENT ON COLUMN wangge.orders.code IS 'Code';
COMMENT ON COLUMN wangge.orders.name IS 'Name';
COMMENT ON COLUMN wangge.orders.zones IS 'Ids of the zones, a JSON list';
COMMENT ON COLUMN wangge.orders.starts IS 'From when it holds, RFC 3339';
COMMENT ON COLUMN wangge.orders.ends IS 'Until when, not included';
COMMENT ON COLUMN wangge.orders.band IS 'emergency, works or event';
COMMENT ON COLUMN wangge.orders.mode IS 'The mode while it applies';
COMMENT ON COLUMN wangge.orders.overrides IS 'What it stands over';
COMMENT ON COLUMN wangge.orders.reason IS 'Why';
COMMENT ON COLUMN wangge.orders.document IS 'The document';
COMMENT ON COLUMN wangge.orders.author IS 'Who gave it';

CREATE TABLE wangge.activations (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    zone       text COLLATE "C",
    day        text,
    kind       text,
    happened   text,
    rule       text,
    author     text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT activations_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT activations_valid CHECK (valid_to > valid_from)
);
CREATE INDEX activations_zone ON wangge.activations (zone);
COMMENT ON TABLE wangge.activations IS 'What really happened in zones: cones out, signs changed, lane cleared';
COMMENT ON COLUMN wangge.activations.code IS 'Code';
COMMENT ON COLUMN wangge.activations.name IS 'What was seen, in words';
COMMENT ON COLUMN wangge.activations.zone IS 'Id of the zone';
COMMENT ON COLUMN wangge.activations.day IS 'The day on which the window began, year-month-day';
COMMENT ON COLUMN wangge.activations.kind IS 'cones_out, cones_in, signs_changed, started, ended or lane_cleared';
COMMENT ON COLUMN wangge.activations.happened IS 'When, RFC 3339';
COMMENT ON COLUMN wangge.activations.rule IS 'The window that it is about';
COMMENT ON COLUMN wangge.activations.author IS 'Who reported it';

-- Ground that is kept clear is a kind of overlay.
ALTER TABLE wangge.overlays DROP CONSTRAINT overlays_kind_check,
    ADD CONSTRAINT overlays_kind_check CHECK (kind IN ('block', 'park', 'building', 'police_area', 'kept_clear'));
COMMENT ON COLUMN wangge.overlays.kind IS 'block, park, building, police_area or kept_clear';

ALTER TABLE wangge.segments ADD COLUMN consents jsonb;
COMMENT ON COLUMN wangge.segments.consents IS 'Roles whose consent a schedule needs here, a JSON list';

SELECT wangge.wangge_install('notices', 'NEW.code'),
    wangge.wangge_install('schedules', $q$'sc_' || replace(gen_random_uuid()::text, '-', '')$q$),
    wangge.wangge_install('orders', $q$'or_' || replace(gen_random_uuid()::text, '-', '')$q$),
    wangge.wangge_install('activations', $q$'ac_' || replace(gen_random_uuid()::text, '-', '')$q$),
    wangge.wangge_install('segments', $q$'s_' || replace(gen_random_uuid()::text, '-', '')$q$);
-- +goose StatementEnd
