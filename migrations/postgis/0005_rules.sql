-- Who is responsible: posts and how they are reached, categories, rules, agreements along borders, refusals.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE wangge.posts (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    kind       text,
    unit       text COLLATE "C",
    grid       text,
    community  text,
    overlay    text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT posts_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT posts_valid CHECK (valid_to > valid_from)
);
CREATE INDEX posts_unit ON wangge.posts (unit);
COMMENT ON TABLE wangge.posts IS 'Offices that somebody holds: chiefs, dispatchers, secretaries; without names of persons';
COMMENT ON COLUMN wangge.posts.code IS 'Code';
COMMENT ON COLUMN wangge.posts.name IS 'Name';
COMMENT ON COLUMN wangge.posts.name_en IS 'English name';
COMMENT ON COLUMN wangge.posts.kind IS 'chief, deputy, dispatcher, community_secretary, area_secretary, owners_committee or property_manager';
COMMENT ON COLUMN wangge.posts.unit IS 'Id of the unit that it belongs to';
COMMENT ON COLUMN wangge.posts.grid IS 'Code of the grid that it is for';
COMMENT ON COLUMN wangge.posts.community IS 'Code of the community that it is for';
COMMENT ON COLUMN wangge.posts.overlay IS 'Id of the overlay that it is for';

CREATE TABLE wangge.contacts (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    unit       text COLLATE "C",
    post       text COLLATE "C",
    kind       text,
    value      text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT contacts_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT contacts_valid CHECK (valid_to > valid_from)
);
CREATE INDEX contacts_unit ON wangge.contacts (unit);
CREATE INDEX contacts_post ON wangge.contacts (post);
COMMENT ON TABLE wangge.contacts IS 'How units and posts are reached on duty; only those who send or take cases may read it';
COMMENT ON COLUMN wangge.contacts.code IS 'Code';
COMMENT ON COLUMN wangge.contacts.name IS 'Name';
COMMENT ON COLUMN wangge.contacts.unit IS 'Id of the unit';
COMMENT ON COLUMN wangge.contacts.post IS 'Id of the post';
COMMENT ON COLUMN wangge.contacts.kind IS 'duty_phone, radio, message, email or platform';
COMMENT ON COLUMN wangge.contacts.value IS 'The number, address or name';

CREATE TABLE wangge.categories (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    parent     text COLLATE "C",
    codes      jsonb,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT categories_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT categories_valid CHECK (valid_to > valid_from)
);
CREATE INDEX categories_parent ON wangge.categories (parent);
COMMENT ON TABLE wangge.categories IS 'What reports are about, a tree';
COMMENT ON COLUMN wangge.categories.code IS 'Path such as part.pole.abandoned, and the id';
COMMENT ON COLUMN wangge.categories.name IS 'Name';
COMMENT ON COLUMN wangge.categories.name_en IS 'English name';
COMMENT ON COLUMN wangge.categories.parent IS 'The category above';
COMMENT ON COLUMN wangge.categories.codes IS 'What others call it, a JSON list of scheme and code';

CREATE TABLE wangge.rules (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    series     text,
    number     bigint,
    state      text,
    "from"     text,
    until      text,
    band       text,
    "when"     jsonb,
    "then"     jsonb,
    basis      jsonb,
    clock      jsonb,
    documents  jsonb,
    author     text,
    based_on   text,
    digest     text,
    comments   jsonb,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT rules_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT rules_valid CHECK (valid_to > valid_from)
);
COMMENT ON TABLE wangge.rules IS 'Revisions of rules of responsibility';
COMMENT ON COLUMN wangge.rules.code IS 'Series and number';
COMMENT ON COLUMN wangge.rules.name IS 'Name';
COMMENT ON COLUMN wangge.rules.name_en IS 'English name';
COMMENT ON COLUMN wangge.rules.series IS 'The same for all revisions';
COMMENT ON COLUMN wangge.rules.number IS 'Counts the revisions of the series from 1';
COMMENT ON COLUMN wangge.rules.state IS 'draft, in_review, approved, published, withdrawn or superseded';
COMMENT ON COLUMN wangge.rules."from" IS 'First day in force, year-month-day';
COMMENT ON COLUMN wangge.rules.until IS 'The day after the last one';
COMMENT ON COLUMN wangge.rules.band IS 'emergency, special, regular or fallback';
COMMENT ON COLUMN wangge.rules."when" IS 'What it is about, a JSON object';
COMMENT ON COLUMN wangge.rules."then" IS 'Who acts, a JSON object';
COMMENT ON COLUMN wangge.rules.basis IS 'What it rests on, a JSON object';
COMMENT ON COLUMN wangge.rules.clock IS 'Deadlines, a JSON object';
COMMENT ON COLUMN wangge.rules.documents IS 'Documents, a JSON list';
COMMENT ON COLUMN wangge.rules.author IS 'Who drafted it';
COMMENT ON COLUMN wangge.rules.based_on IS 'Code of the revision that the draft began as';
COMMENT ON COLUMN wangge.rules.digest IS 'SHA-256 of the content that was approved';
COMMENT ON COLUMN wangge.rules.comments IS 'What was said, a JSON list';

CREATE TABLE wangge.agreements (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    grid_a     text,
    grid_b     text,
    lead       text,
    first      text,
    "from"     text,
    until      text,
    document   text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT agreements_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT agreements_valid CHECK (valid_to > valid_from)
);
COMMENT ON TABLE wangge.agreements IS 'Which of two grids leads along their common border';
COMMENT ON COLUMN wangge.agreements.code IS 'Code';
COMMENT ON COLUMN wangge.agreements.name IS 'Name';
COMMENT ON COLUMN wangge.agreements.grid_a IS 'Code of one grid';
COMMENT ON COLUMN wangge.agreements.grid_b IS 'Code of the other, the greater one';
COMMENT ON COLUMN wangge.agreements.lead IS 'fixed, month or case';
COMMENT ON COLUMN wangge.agreements.first IS 'The grid that leads, or leads first';
COMMENT ON COLUMN wangge.agreements."from" IS 'First day in force, year-month-day';
COMMENT ON COLUMN wangge.agreements.until IS 'The day after the last one';
COMMENT ON COLUMN wangge.agreements.document IS 'The document';

CREATE TABLE wangge.refusals (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    answer     text,
    next       text,
    unit       text,
    proposed   text,
    decided    text,
    grid       text,
    category   text,
    rule       text,
    reason     text,
    text       text,
    hop        bigint,
    author     text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT refusals_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT refusals_valid CHECK (valid_to > valid_from)
);
COMMENT ON TABLE wangge.refusals IS 'What units said is not theirs, and what became of it';
COMMENT ON COLUMN wangge.refusals.code IS 'The id';
COMMENT ON COLUMN wangge.refusals.name IS 'Name';
COMMENT ON COLUMN wangge.refusals.answer IS 'Id of the answer that was refused';
COMMENT ON COLUMN wangge.refusals.next IS 'Id of the answer that was given instead';
COMMENT ON COLUMN wangge.refusals.unit IS 'Id of the unit that refused';
COMMENT ON COLUMN wangge.refusals.proposed IS 'Id of the unit that it named';
COMMENT ON COLUMN wangge.refusals.decided IS 'Id of the unit that the next answer names';
COMMENT ON COLUMN wangge.refusals.grid IS 'Code of the grid';
COMMENT ON COLUMN wangge.refusals.category IS 'Category of the case';
COMMENT ON COLUMN wangge.refusals.rule IS 'The rule that named the unit';
COMMENT ON COLUMN wangge.refusals.reason IS 'not_our_area, not_our_duty, not_our_property, already_transferred, no_such_thing or other';
COMMENT ON COLUMN wangge.refusals.text IS 'In words';
COMMENT ON COLUMN wangge.refusals.hop IS 'Counts the refusals of the case from 1';
COMMENT ON COLUMN wangge.refusals.author IS 'Who wrote it down';

SELECT wangge.wangge_install('posts', $q$'po_' || replace(gen_random_uuid()::text, '-', '')$q$),
    wangge.wangge_install('contacts', $q$'k_' || replace(gen_random_uuid()::text, '-', '')$q$),
    wangge.wangge_install('categories', 'NEW.code'),
    wangge.wangge_install('rules', $q$'ru_' || replace(gen_random_uuid()::text, '-', '')$q$),
    wangge.wangge_install('agreements', $q$'ag_' || replace(gen_random_uuid()::text, '-', '')$q$),
    wangge.wangge_install('refusals', $q$'re_' || replace(gen_random_uuid()::text, '-', '')$q$);
-- +goose StatementEnd
