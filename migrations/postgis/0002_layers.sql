-- The layers: one table each, which holds the head row of each feature and nothing older. The columns are those of the API;
-- version, rev_from and, where they are left out, id, code and valid_from are filled by triggers (0003_history.sql).
-- Unique codes are checked at commit, so that a transaction may exchange two of them.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE wangge.editions (
    id          text COLLATE "C" PRIMARY KEY,
    code        text NOT NULL,
    name        text,
    "of"        text CHECK ("of" IN ('towns', 'grids', 'communities')),
    official    boolean,
    authority   text,
    document    text,
    survey_date text,
    accuracy_m  double precision,
    version     bigint NOT NULL,
    rev_from    bigint NOT NULL,
    valid_from  timestamptz(3) NOT NULL,
    valid_to    timestamptz(3),
    demo        boolean NOT NULL DEFAULT false,
    CONSTRAINT editions_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT editions_valid CHECK (valid_to > valid_from)
);
COMMENT ON TABLE wangge.editions IS 'Published states of the partitions: which authority drew the borders, by which document';
COMMENT ON COLUMN wangge.editions.code IS 'What people call it, such as 2025-03';
COMMENT ON COLUMN wangge.editions.name IS 'Name';
COMMENT ON COLUMN wangge.editions."of" IS 'The partition: towns, grids or communities';
COMMENT ON COLUMN wangge.editions.official IS 'Official editions name authority, document, survey date and accuracy';
COMMENT ON COLUMN wangge.editions.authority IS 'The authority that published it';
COMMENT ON COLUMN wangge.editions.document IS 'The number of the document';
COMMENT ON COLUMN wangge.editions.survey_date IS 'Date of the survey, year-month-day';
COMMENT ON COLUMN wangge.editions.accuracy_m IS 'Stated accuracy of the survey in metres';

CREATE TABLE wangge.districts (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    geom       geometry(MultiPolygon, 4490) NOT NULL,
    CONSTRAINT districts_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT districts_valid CHECK (valid_to > valid_from)
);
CREATE INDEX districts_geom ON wangge.districts USING gist (geom);
COMMENT ON TABLE wangge.districts IS 'Districts (区)';
COMMENT ON COLUMN wangge.districts.code IS 'GB/T 2260 code, six digits; also the id';
COMMENT ON COLUMN wangge.districts.name IS 'Name';
COMMENT ON COLUMN wangge.districts.name_en IS 'English name';

CREATE TABLE wangge.towns (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    district   text,
    edition    text,
    aliases    jsonb,
    seat       jsonb,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    geom       geometry(MultiPolygon, 4490) NOT NULL,
    CONSTRAINT towns_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT towns_valid CHECK (valid_to > valid_from)
);
CREATE INDEX towns_geom ON wangge.towns USING gist (geom);
COMMENT ON TABLE wangge.towns IS 'Street offices, towns, townships and functional areas (街镇)';
COMMENT ON COLUMN wangge.towns.code IS 'GB/T 10114 code, nine digits; also the id';
COMMENT ON COLUMN wangge.towns.name IS 'Name';
COMMENT ON COLUMN wangge.towns.name_en IS 'English name';
COMMENT ON COLUMN wangge.towns.district IS 'Code of the district';
COMMENT ON COLUMN wangge.towns.edition IS 'Id of the edition';
COMMENT ON COLUMN wangge.towns.aliases IS 'Other names in use, a JSON list';
COMMENT ON COLUMN wangge.towns.seat IS 'Where the government sits: [longitude, latitude]';

CREATE TABLE wangge.units (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    kind       text,
    parent     text,
    town       text,
    grid       text,
    external   boolean,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    CONSTRAINT units_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT units_valid CHECK (valid_to > valid_from)
);
COMMENT ON TABLE wangge.units IS 'Bodies that can be responsible: departments, offices, carriers, property managers';
COMMENT ON COLUMN wangge.units.code IS 'Code';
COMMENT ON COLUMN wangge.units.name IS 'Name';
COMMENT ON COLUMN wangge.units.name_en IS 'English name';
COMMENT ON COLUMN wangge.units.kind IS 'Kind of body';
COMMENT ON COLUMN wangge.units.parent IS 'Id of the unit above';
COMMENT ON COLUMN wangge.units.town IS 'Code of the town';
COMMENT ON COLUMN wangge.units.grid IS 'Code of the grid';
COMMENT ON COLUMN wangge.units.external IS 'Does not belong to the district';

CREATE TABLE wangge.grids (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    town       text,
    edition    text,
    office     text,
    aliases    jsonb,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    geom       geometry(MultiPolygon, 4490) NOT NULL,
    CONSTRAINT grids_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT grids_valid CHECK (valid_to > valid_from)
);
CREATE INDEX grids_geom ON wangge.grids USING gist (geom);
COMMENT ON TABLE wangge.grids IS 'Comprehensive grids (综合网格), the units of management; those valid at one instant tile the district';
COMMENT ON COLUMN wangge.grids.code IS 'Town code, Z and two digits; also the id';
COMMENT ON COLUMN wangge.grids.name IS 'Name';
COMMENT ON COLUMN wangge.grids.name_en IS 'English name';
COMMENT ON COLUMN wangge.grids.town IS 'Code of the town';
COMMENT ON COLUMN wangge.grids.edition IS 'Id of the edition';
COMMENT ON COLUMN wangge.grids.office IS 'Id of the unit that answers when no rule names another';
COMMENT ON COLUMN wangge.grids.aliases IS 'Other names in use, a JSON list';

CREATE TABLE wangge.communities (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    kind       text CHECK (kind IN ('village', 'residential')),
    town       text,
    grid       text,
    edition    text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    geom       geometry(MultiPolygon, 4490) NOT NULL,
    CONSTRAINT communities_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT communities_valid CHECK (valid_to > valid_from)
);
CREATE INDEX communities_geom ON wangge.communities USING gist (geom);
COMMENT ON TABLE wangge.communities IS 'Areas of village and residential organisations (居村)';
COMMENT ON COLUMN wangge.communities.code IS 'Twelve digits; also the id';
COMMENT ON COLUMN wangge.communities.name IS 'Name';
COMMENT ON COLUMN wangge.communities.name_en IS 'English name';
COMMENT ON COLUMN wangge.communities.kind IS 'village or residential';
COMMENT ON COLUMN wangge.communities.town IS 'Code of the town';
COMMENT ON COLUMN wangge.communities.grid IS 'Code of the home grid';
COMMENT ON COLUMN wangge.communities.edition IS 'Id of the edition';

CREATE TABLE wangge.overlays (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    name_en    text,
    kind       text CHECK (kind IN ('block', 'park', 'building', 'police_area')),
    unit       text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    geom       geometry(MultiPolygon, 4490) NOT NULL,
    CONSTRAINT overlays_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT overlays_valid CHECK (valid_to > valid_from)
);
CREATE INDEX overlays_geom ON wangge.overlays USING gist (geom);
COMMENT ON TABLE wangge.overlays IS 'Areas that may overlap: blocks, parks, buildings, police areas';
COMMENT ON COLUMN wangge.overlays.code IS 'Code';
COMMENT ON COLUMN wangge.overlays.name IS 'Name';
COMMENT ON COLUMN wangge.overlays.name_en IS 'English name';
COMMENT ON COLUMN wangge.overlays.kind IS 'block, park, building or police_area';
COMMENT ON COLUMN wangge.overlays.unit IS 'Id of the unit that answers for it';

CREATE TABLE wangge.segments (
    id         text COLLATE "C" PRIMARY KEY,
    code       text NOT NULL,
    name       text,
    road       text,
    from_cross text,
    to_cross   text,
    side       text CHECK (side IN ('left', 'right', 'both')),
    manager    text,
    version    bigint NOT NULL,
    rev_from   bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to   timestamptz(3),
    demo       boolean NOT NULL DEFAULT false,
    geom       geometry(LineString, 4490) NOT NULL,
    CONSTRAINT segments_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT segments_valid CHECK (valid_to > valid_from)
);
CREATE INDEX segments_geom ON wangge.segments USING gist (geom);
COMMENT ON TABLE wangge.segments IS 'Sides of roads between two cross streets, along which kerb zones lie';
COMMENT ON COLUMN wangge.segments.code IS 'Code';
COMMENT ON COLUMN wangge.segments.name IS 'Name';
COMMENT ON COLUMN wangge.segments.road IS 'Name of the road';
COMMENT ON COLUMN wangge.segments.from_cross IS 'Cross street at the start';
COMMENT ON COLUMN wangge.segments.to_cross IS 'Cross street at the end';
COMMENT ON COLUMN wangge.segments.side IS 'left, right or both, seen from start to end';
COMMENT ON COLUMN wangge.segments.manager IS 'Id of the unit that manages the kerb';

CREATE TABLE wangge.zones (
    id           text COLLATE "C" PRIMARY KEY,
    code         text NOT NULL,
    name         text,
    segment      text,
    kind         text CHECK (kind IN ('kerb', 'lot')),
    capacity     bigint,
    default_mode text CHECK (default_mode IN ('travel', 'parking', 'loading', 'closed')),
    manager      text,
    version      bigint NOT NULL,
    rev_from     bigint NOT NULL,
    valid_from   timestamptz(3) NOT NULL,
    valid_to     timestamptz(3),
    demo         boolean NOT NULL DEFAULT false,
    geom         geometry(Polygon, 4490) NOT NULL,
    CONSTRAINT zones_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT zones_valid CHECK (valid_to > valid_from)
);
CREATE INDEX zones_geom ON wangge.zones USING gist (geom);
COMMENT ON TABLE wangge.zones IS 'Kerb zones and lots whose use changes with time (潮汐泊位)';
COMMENT ON COLUMN wangge.zones.code IS 'Code';
COMMENT ON COLUMN wangge.zones.name IS 'Name';
COMMENT ON COLUMN wangge.zones.segment IS 'Id of the segment; empty for a lot';
COMMENT ON COLUMN wangge.zones.kind IS 'kerb or lot';
COMMENT ON COLUMN wangge.zones.capacity IS 'Number of spaces';
COMMENT ON COLUMN wangge.zones.default_mode IS 'travel, parking, loading or closed, where no schedule says otherwise';
COMMENT ON COLUMN wangge.zones.manager IS 'Id of the unit that manages it';

CREATE TABLE wangge.spaces (
    id          text COLLATE "C" PRIMARY KEY,
    code        text NOT NULL,
    name        text,
    zone        text,
    number      bigint,
    length_m    double precision,
    width_m     double precision,
    orientation text CHECK (orientation IN ('parallel', 'perpendicular', 'angled')),
    accessible  boolean,
    charging    boolean,
    version     bigint NOT NULL,
    rev_from    bigint NOT NULL,
    valid_from  timestamptz(3) NOT NULL,
    valid_to    timestamptz(3),
    demo        boolean NOT NULL DEFAULT false,
    geom        geometry(Polygon, 4490) NOT NULL,
    CONSTRAINT spaces_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT spaces_number UNIQUE (zone, number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT spaces_valid CHECK (valid_to > valid_from)
);
CREATE INDEX spaces_geom ON wangge.spaces USING gist (geom);
COMMENT ON TABLE wangge.spaces IS 'Numbered parking spaces of the zones';
COMMENT ON COLUMN wangge.spaces.code IS 'Code';
COMMENT ON COLUMN wangge.spaces.name IS 'Name';
COMMENT ON COLUMN wangge.spaces.zone IS 'Id of the zone';
COMMENT ON COLUMN wangge.spaces.number IS 'Number in the zone, from 1';
COMMENT ON COLUMN wangge.spaces.length_m IS 'Length in metres';
COMMENT ON COLUMN wangge.spaces.width_m IS 'Width in metres';
COMMENT ON COLUMN wangge.spaces.orientation IS 'parallel, perpendicular or angled';
COMMENT ON COLUMN wangge.spaces.accessible IS 'For disabled drivers';
COMMENT ON COLUMN wangge.spaces.charging IS 'Has a charging point';

CREATE TABLE wangge.poles (
    id            text COLLATE "C" PRIMARY KEY,
    code          text NOT NULL,
    name          text,
    plate         text,
    part16        text,
    main_use      text,
    material      text,
    height_m      double precision,
    condition     text CHECK (condition IN ('sound', 'leaning', 'cracked', 'stump', 'unknown')),
    live          text CHECK (live IN ('yes', 'no', 'unknown')),
    road          text,
    side          text,
    site          text,
    batch         bigint,
    state         text,
    claim_state   text CHECK (claim_state IN ('none', 'open', 'claimed', 'disputed', 'unclaimed')),
    ownership     jsonb,
    survey_method text,
    survey_date   text,
    accuracy_m    double precision,
    version       bigint NOT NULL,
    rev_from      bigint NOT NULL,
    valid_from    timestamptz(3) NOT NULL,
    valid_to      timestamptz(3),
    demo          boolean NOT NULL DEFAULT false,
    geom          geometry(Point, 4490) NOT NULL,
    CONSTRAINT poles_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT poles_plate EXCLUDE USING btree (plate WITH =) WHERE (plate <> '') DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT poles_valid CHECK (valid_to > valid_from)
);
CREATE INDEX poles_geom ON wangge.poles USING gist (geom);
CREATE INDEX poles_owner ON wangge.poles USING gin (ownership jsonb_path_ops);
COMMENT ON TABLE wangge.poles IS 'Utility poles (线杆)';
COMMENT ON COLUMN wangge.poles.code IS 'Inventory number';
COMMENT ON COLUMN wangge.poles.name IS 'What a surveyor wrote, often the road and a number';
COMMENT ON COLUMN wangge.poles.plate IS 'Number on the plate (铭牌)';
COMMENT ON COLUMN wangge.poles.part16 IS '16-digit part code';
COMMENT ON COLUMN wangge.poles.main_use IS 'What it is mainly used for';
COMMENT ON COLUMN wangge.poles.material IS 'Material';
COMMENT ON COLUMN wangge.poles.height_m IS 'Height in metres';
COMMENT ON COLUMN wangge.poles.condition IS 'sound, leaning, cracked, stump or unknown';
COMMENT ON COLUMN wangge.poles.live IS 'Whether wires on it are live: yes, no or unknown';
COMMENT ON COLUMN wangge.poles.road IS 'Name of the road';
COMMENT ON COLUMN wangge.poles.side IS 'Side of the road';
COMMENT ON COLUMN wangge.poles.site IS 'The place (处) that its poles share';
COMMENT ON COLUMN wangge.poles.batch IS 'Removal batch, 0 for none';
COMMENT ON COLUMN wangge.poles.state IS 'Where it is in survey, claim, removal and restoration';
COMMENT ON COLUMN wangge.poles.claim_state IS 'none, open, claimed, disputed or unclaimed';
COMMENT ON COLUMN wangge.poles.ownership IS 'Who owned it when: a JSON list of unit, share, basis, from, to';
COMMENT ON COLUMN wangge.poles.survey_method IS 'gnss, total_station, map, photo or unknown';
COMMENT ON COLUMN wangge.poles.survey_date IS 'Date of the survey, year-month-day';
COMMENT ON COLUMN wangge.poles.accuracy_m IS 'Accuracy of the position in metres';

CREATE TABLE wangge.roads (
    id            text COLLATE "C" PRIMARY KEY,
    code          text NOT NULL,
    name          text,
    name_en       text,
    class         text CHECK (class IN ('motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'residential', 'unclassified', 'service', 'track', 'path')),
    ref           text,
    oneway        boolean,
    lanes         bigint,
    max_speed_kmh bigint,
    bridge        boolean,
    version       bigint NOT NULL,
    rev_from      bigint NOT NULL,
    valid_from    timestamptz(3) NOT NULL,
    valid_to      timestamptz(3),
    demo          boolean NOT NULL DEFAULT false,
    geom          geometry(LineString, 4490) NOT NULL,
    CONSTRAINT roads_code UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT roads_valid CHECK (valid_to > valid_from)
);
CREATE INDEX roads_geom ON wangge.roads USING gist (geom);
COMMENT ON TABLE wangge.roads IS 'Stretches of road between two junctions';
COMMENT ON COLUMN wangge.roads.code IS 'Code';
COMMENT ON COLUMN wangge.roads.name IS 'Name';
COMMENT ON COLUMN wangge.roads.name_en IS 'English name';
COMMENT ON COLUMN wangge.roads.class IS 'Class in OpenStreetMap''s words';
COMMENT ON COLUMN wangge.roads.ref IS 'Number of the road, such as G1503';
COMMENT ON COLUMN wangge.roads.oneway IS 'Traffic runs only in the order of the points';
COMMENT ON COLUMN wangge.roads.lanes IS 'Number of lanes';
COMMENT ON COLUMN wangge.roads.max_speed_kmh IS 'Speed limit in km/h';
COMMENT ON COLUMN wangge.roads.bridge IS 'Is a bridge';

-- What the tables share is said once.
DO $$
DECLARE
    _layer text;
    _col   text;
    _says  text;
BEGIN
    FOREACH _layer IN ARRAY ARRAY['editions', 'districts', 'towns', 'units', 'grids', 'communities', 'overlays', 'segments',
        'zones', 'spaces', 'poles', 'roads'] LOOP
        FOR _col, _says IN VALUES
            ('id', 'Stable for the life of the feature, never given to another and never changed'),
            ('version', 'Counts the states of the feature from 1; set by a trigger'),
            ('rev_from', 'The revision at which this state was recorded; set by a trigger'),
            ('valid_from', 'When this state starts to apply'),
            ('valid_to', 'When it stops to apply (not included); NULL for no end'),
            ('demo', 'Marks invented data'),
            ('geom', 'Longitude, latitude in degrees, CGCS2000 (EPSG:4490); read to seven decimals')
        LOOP
            CONTINUE WHEN _col = 'geom' AND NOT EXISTS (SELECT FROM pg_attribute
                WHERE attrelid = format('wangge.%I', _layer)::regclass AND attname = 'geom');
            EXECUTE format('COMMENT ON COLUMN wangge.%I.%I IS %L', _layer, _col, _says);
            IF _col = 'geom' THEN
                EXECUTE format('ALTER TABLE wangge.%1$I ADD CONSTRAINT %2$I CHECK (NOT ST_IsEmpty(geom))', _layer, _layer || '_geom');
            END IF;
        END LOOP;
        -- Years that the service cannot read, infinite times among them.
        EXECUTE format($q$ALTER TABLE wangge.%1$I
            ADD CONSTRAINT %2$I CHECK (valid_from >= '1900-01-01 00:00:00+00' AND valid_from < '10000-01-01 00:00:00+00'),
            ADD CONSTRAINT %3$I CHECK (valid_to < '10000-01-01 00:00:00+00')$q$, _layer, _layer || '_valid_from', _layer || '_valid_to');
    END LOOP;
END
$$;
-- +goose StatementEnd
