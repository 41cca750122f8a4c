-- The layers. LAYER holds the head row of each feature and nothing older; LAYER_history what was known earlier and what applied
-- earlier (package layers, "Two times"). The columns are those of the API; id, version, rev_from and valid_from are filled by
-- triggers where another program leaves them out. The triggers are made from these tables when the store is opened.

-- +goose Up
-- +goose StatementBegin

CREATE TABLE editions (
    fid         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id          TEXT UNIQUE,
    code        TEXT,
    name        TEXT,
    "of"        TEXT,
    official    BOOLEAN,
    authority   TEXT,
    document    TEXT,
    survey_date TEXT,
    accuracy_m  DOUBLE,
    version     INTEGER,
    rev_from    INTEGER,
    valid_from  DATETIME,
    valid_to    DATETIME,
    demo        BOOLEAN DEFAULT 0
);
CREATE INDEX editions_code ON editions (code);
CREATE TABLE editions_history (
    hid         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op          TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to      INTEGER,
    id          TEXT,
    code        TEXT,
    name        TEXT,
    "of"        TEXT,
    official    BOOLEAN,
    authority   TEXT,
    document    TEXT,
    survey_date TEXT,
    accuracy_m  DOUBLE,
    version     INTEGER,
    rev_from    INTEGER,
    valid_from  DATETIME,
    valid_to    DATETIME,
    demo        BOOLEAN
);
CREATE INDEX editions_history_id ON editions_history (id, rev_from);
CREATE INDEX editions_history_open ON editions_history (id) WHERE rev_to IS NULL;
CREATE INDEX editions_history_code ON editions_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('editions', 'attributes', 'editions', 'Published states of the partitions: which authority drew the borders, by which document');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('editions_history', 'attributes', 'editions_history', 'What was known of editions earlier, and what applied earlier');

CREATE TABLE districts (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0,
    geom       MULTIPOLYGON
);
CREATE INDEX districts_code ON districts (code);
CREATE TABLE districts_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN,
    geom       BLOB
);
CREATE INDEX districts_history_id ON districts_history (id, rev_from);
CREATE INDEX districts_history_open ON districts_history (id) WHERE rev_to IS NULL;
CREATE INDEX districts_history_code ON districts_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('districts', 'features', 'districts', 'Districts (区)', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('districts', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('districts', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_districts_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('districts_history', 'attributes', 'districts_history', 'What was known of districts earlier, and what applied earlier');

CREATE TABLE towns (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    district   TEXT,
    edition    TEXT,
    aliases    TEXT,
    seat       TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0,
    geom       MULTIPOLYGON
);
CREATE INDEX towns_code ON towns (code);
CREATE INDEX towns_district ON towns (district);
CREATE INDEX towns_edition ON towns (edition);
CREATE TABLE towns_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    district   TEXT,
    edition    TEXT,
    aliases    TEXT,
    seat       TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN,
    geom       BLOB
);
CREATE INDEX towns_history_id ON towns_history (id, rev_from);
CREATE INDEX towns_history_open ON towns_history (id) WHERE rev_to IS NULL;
CREATE INDEX towns_history_code ON towns_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('towns', 'features', 'towns', 'Street offices, towns, townships and functional areas (街镇)', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('towns', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('towns', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_towns_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('towns_history', 'attributes', 'towns_history', 'What was known of towns earlier, and what applied earlier');

CREATE TABLE units (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    parent     TEXT,
    town       TEXT,
    grid       TEXT,
    external   BOOLEAN,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0
);
CREATE INDEX units_code ON units (code);
CREATE INDEX units_parent ON units (parent);
CREATE TABLE units_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    parent     TEXT,
    town       TEXT,
    grid       TEXT,
    external   BOOLEAN,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN
);
CREATE INDEX units_history_id ON units_history (id, rev_from);
CREATE INDEX units_history_open ON units_history (id) WHERE rev_to IS NULL;
CREATE INDEX units_history_code ON units_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('units', 'attributes', 'units', 'Bodies that can be responsible: departments, offices, carriers, property managers');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('units_history', 'attributes', 'units_history', 'What was known of units earlier, and what applied earlier');

CREATE TABLE grids (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    town       TEXT,
    edition    TEXT,
    office     TEXT,
    aliases    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0,
    geom       MULTIPOLYGON
);
CREATE INDEX grids_code ON grids (code);
CREATE INDEX grids_town ON grids (town);
CREATE INDEX grids_edition ON grids (edition);
CREATE INDEX grids_office ON grids (office);
CREATE TABLE grids_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    town       TEXT,
    edition    TEXT,
    office     TEXT,
    aliases    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN,
    geom       BLOB
);
CREATE INDEX grids_history_id ON grids_history (id, rev_from);
CREATE INDEX grids_history_open ON grids_history (id) WHERE rev_to IS NULL;
CREATE INDEX grids_history_code ON grids_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('grids', 'features', 'grids', 'Comprehensive grids (综合网格), the units of management; those valid at one instant tile the district', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('grids', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('grids', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_grids_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('grids_history', 'attributes', 'grids_history', 'What was known of grids earlier, and what applied earlier');

CREATE TABLE communities (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    town       TEXT,
    grid       TEXT,
    edition    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0,
    geom       MULTIPOLYGON
);
CREATE INDEX communities_code ON communities (code);
CREATE INDEX communities_town ON communities (town);
CREATE INDEX communities_edition ON communities (edition);
CREATE TABLE communities_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    town       TEXT,
    grid       TEXT,
    edition    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN,
    geom       BLOB
);
CREATE INDEX communities_history_id ON communities_history (id, rev_from);
CREATE INDEX communities_history_open ON communities_history (id) WHERE rev_to IS NULL;
CREATE INDEX communities_history_code ON communities_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('communities', 'features', 'communities', 'Areas of villages and residential organisations (居村)', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('communities', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('communities', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_communities_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('communities_history', 'attributes', 'communities_history', 'What was known of communities earlier, and what applied earlier');

CREATE TABLE overlays (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    unit       TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0,
    geom       MULTIPOLYGON
);
CREATE INDEX overlays_code ON overlays (code);
CREATE INDEX overlays_unit ON overlays (unit);
CREATE TABLE overlays_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    name_en    TEXT,
    kind       TEXT,
    unit       TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN,
    geom       BLOB
);
CREATE INDEX overlays_history_id ON overlays_history (id, rev_from);
CREATE INDEX overlays_history_open ON overlays_history (id) WHERE rev_to IS NULL;
CREATE INDEX overlays_history_code ON overlays_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('overlays', 'features', 'overlays', 'Areas that may overlap: blocks, parks, buildings, police areas', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('overlays', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('overlays', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_overlays_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('overlays_history', 'attributes', 'overlays_history', 'What was known of overlays earlier, and what applied earlier');

CREATE TABLE segments (
    fid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id         TEXT UNIQUE,
    code       TEXT,
    name       TEXT,
    road       TEXT,
    from_cross TEXT,
    to_cross   TEXT,
    side       TEXT,
    manager    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN DEFAULT 0,
    geom       LINESTRING
);
CREATE INDEX segments_code ON segments (code);
CREATE INDEX segments_manager ON segments (manager);
CREATE TABLE segments_history (
    hid        INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op         TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to     INTEGER,
    id         TEXT,
    code       TEXT,
    name       TEXT,
    road       TEXT,
    from_cross TEXT,
    to_cross   TEXT,
    side       TEXT,
    manager    TEXT,
    version    INTEGER,
    rev_from   INTEGER,
    valid_from DATETIME,
    valid_to   DATETIME,
    demo       BOOLEAN,
    geom       BLOB
);
CREATE INDEX segments_history_id ON segments_history (id, rev_from);
CREATE INDEX segments_history_open ON segments_history (id) WHERE rev_to IS NULL;
CREATE INDEX segments_history_code ON segments_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('segments', 'features', 'segments', 'Sides of a road between two cross streets, along which kerb zones lie', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('segments', 'geom', 'LINESTRING', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('segments', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_segments_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('segments_history', 'attributes', 'segments_history', 'What was known of segments earlier, and what applied earlier');

CREATE TABLE zones (
    fid          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id           TEXT UNIQUE,
    code         TEXT,
    name         TEXT,
    segment      TEXT,
    kind         TEXT,
    capacity     INTEGER,
    default_mode TEXT,
    manager      TEXT,
    version      INTEGER,
    rev_from     INTEGER,
    valid_from   DATETIME,
    valid_to     DATETIME,
    demo         BOOLEAN DEFAULT 0,
    geom         POLYGON
);
CREATE INDEX zones_code ON zones (code);
CREATE INDEX zones_segment ON zones (segment);
CREATE INDEX zones_manager ON zones (manager);
CREATE TABLE zones_history (
    hid          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op           TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to       INTEGER,
    id           TEXT,
    code         TEXT,
    name         TEXT,
    segment      TEXT,
    kind         TEXT,
    capacity     INTEGER,
    default_mode TEXT,
    manager      TEXT,
    version      INTEGER,
    rev_from     INTEGER,
    valid_from   DATETIME,
    valid_to     DATETIME,
    demo         BOOLEAN,
    geom         BLOB
);
CREATE INDEX zones_history_id ON zones_history (id, rev_from);
CREATE INDEX zones_history_open ON zones_history (id) WHERE rev_to IS NULL;
CREATE INDEX zones_history_code ON zones_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('zones', 'features', 'zones', 'Kerb zones and lots whose use changes with time (潮汐泊位)', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('zones', 'geom', 'POLYGON', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('zones', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_zones_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('zones_history', 'attributes', 'zones_history', 'What was known of zones earlier, and what applied earlier');

CREATE TABLE spaces (
    fid         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id          TEXT UNIQUE,
    code        TEXT,
    name        TEXT,
    zone        TEXT,
    number      INTEGER,
    length_m    DOUBLE,
    width_m     DOUBLE,
    orientation TEXT,
    accessible  BOOLEAN,
    charging    BOOLEAN,
    version     INTEGER,
    rev_from    INTEGER,
    valid_from  DATETIME,
    valid_to    DATETIME,
    demo        BOOLEAN DEFAULT 0,
    geom        POLYGON
);
CREATE INDEX spaces_code ON spaces (code);
CREATE INDEX spaces_number ON spaces (zone, number);
CREATE TABLE spaces_history (
    hid         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op          TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to      INTEGER,
    id          TEXT,
    code        TEXT,
    name        TEXT,
    zone        TEXT,
    number      INTEGER,
    length_m    DOUBLE,
    width_m     DOUBLE,
    orientation TEXT,
    accessible  BOOLEAN,
    charging    BOOLEAN,
    version     INTEGER,
    rev_from    INTEGER,
    valid_from  DATETIME,
    valid_to    DATETIME,
    demo        BOOLEAN,
    geom        BLOB
);
CREATE INDEX spaces_history_id ON spaces_history (id, rev_from);
CREATE INDEX spaces_history_open ON spaces_history (id) WHERE rev_to IS NULL;
CREATE INDEX spaces_history_code ON spaces_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('spaces', 'features', 'spaces', 'Numbered parking spaces of the zones', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('spaces', 'geom', 'POLYGON', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('spaces', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_spaces_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('spaces_history', 'attributes', 'spaces_history', 'What was known of spaces earlier, and what applied earlier');

CREATE TABLE poles (
    fid           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id            TEXT UNIQUE,
    code          TEXT,
    name          TEXT,
    plate         TEXT,
    part16        TEXT,
    main_use      TEXT,
    material      TEXT,
    height_m      DOUBLE,
    condition     TEXT,
    live          TEXT,
    road          TEXT,
    side          TEXT,
    site          TEXT,
    batch         INTEGER,
    state         TEXT,
    claim_state   TEXT,
    ownership     TEXT,
    survey_method TEXT,
    survey_date   TEXT,
    accuracy_m    DOUBLE,
    version       INTEGER,
    rev_from      INTEGER,
    valid_from    DATETIME,
    valid_to      DATETIME,
    demo          BOOLEAN DEFAULT 0,
    geom          POINT
);
CREATE INDEX poles_code ON poles (code);
CREATE INDEX poles_plate ON poles (plate) WHERE plate IS NOT NULL;
CREATE TABLE poles_history (
    hid           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op            TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to        INTEGER,
    id            TEXT,
    code          TEXT,
    name          TEXT,
    plate         TEXT,
    part16        TEXT,
    main_use      TEXT,
    material      TEXT,
    height_m      DOUBLE,
    condition     TEXT,
    live          TEXT,
    road          TEXT,
    side          TEXT,
    site          TEXT,
    batch         INTEGER,
    state         TEXT,
    claim_state   TEXT,
    ownership     TEXT,
    survey_method TEXT,
    survey_date   TEXT,
    accuracy_m    DOUBLE,
    version       INTEGER,
    rev_from      INTEGER,
    valid_from    DATETIME,
    valid_to      DATETIME,
    demo          BOOLEAN,
    geom          BLOB
);
CREATE INDEX poles_history_id ON poles_history (id, rev_from);
CREATE INDEX poles_history_open ON poles_history (id) WHERE rev_to IS NULL;
CREATE INDEX poles_history_code ON poles_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('poles', 'features', 'poles', 'Utility poles (线杆)', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('poles', 'geom', 'POINT', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('poles', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_poles_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('poles_history', 'attributes', 'poles_history', 'What was known of poles earlier, and what applied earlier');

CREATE TABLE roads (
    fid           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id            TEXT UNIQUE,
    code          TEXT,
    name          TEXT,
    name_en       TEXT,
    class         TEXT,
    ref           TEXT,
    oneway        BOOLEAN,
    lanes         INTEGER,
    max_speed_kmh INTEGER,
    bridge        BOOLEAN,
    version       INTEGER,
    rev_from      INTEGER,
    valid_from    DATETIME,
    valid_to      DATETIME,
    demo          BOOLEAN DEFAULT 0,
    geom          LINESTRING
);
CREATE INDEX roads_code ON roads (code);
CREATE TABLE roads_history (
    hid           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    op            TEXT NOT NULL CHECK (op IN ('replace', 'delete', 'slice')),
    rev_to        INTEGER,
    id            TEXT,
    code          TEXT,
    name          TEXT,
    name_en       TEXT,
    class         TEXT,
    ref           TEXT,
    oneway        BOOLEAN,
    lanes         INTEGER,
    max_speed_kmh INTEGER,
    bridge        BOOLEAN,
    version       INTEGER,
    rev_from      INTEGER,
    valid_from    DATETIME,
    valid_to      DATETIME,
    demo          BOOLEAN,
    geom          BLOB
);
CREATE INDEX roads_history_id ON roads_history (id, rev_from);
CREATE INDEX roads_history_open ON roads_history (id) WHERE rev_to IS NULL;
CREATE INDEX roads_history_code ON roads_history (code);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('roads', 'features', 'roads', 'Stretches of road between two junctions', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('roads', 'geom', 'LINESTRING', 4490, 0, 0);
INSERT INTO gpkg_extensions VALUES
    ('roads', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE rtree_roads_geom USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('roads_history', 'attributes', 'roads_history', 'What was known of roads earlier, and what applied earlier');
-- +goose StatementEnd
