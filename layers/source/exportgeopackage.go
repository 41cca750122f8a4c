package source

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
	"github.com/paulmach/orb"

	"wangge/layers"
)

// writeGeoPackage writes a GeoPackage 1.3 (OGC 12-128r17) with one layer and its R-tree. The tree is filled directly and its triggers
// come last: they call functions that only programs for GeoPackages have, and writing here needs none of them.
func (e Export) writeGeoPackage(ctx context.Context, path string) (err error) {
	list, err := e.sorted()
	if err != nil {
		return err
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector{dsn: "file:" + (&url.URL{Path: full}).EscapedPath() + "?mode=rwc", setup: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec("PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300; PRAGMA journal_mode = MEMORY", nil)
		return err
	}})
	db.SetMaxOpenConns(1)
	defer func() {
		if closed := db.Close(); err == nil {
			err = closed
		}
	}()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := e.fillGeoPackage(ctx, tx, list); err != nil {
		_ = tx.Rollback() // what went wrong before matters more
		return err
	}
	return tx.Commit()
}

func (e Export) fillGeoPackage(ctx context.Context, tx *sql.Tx, list []layers.Feature) error {
	if _, err := tx.ExecContext(ctx, geopackageTables); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO gpkg_spatial_ref_sys VALUES ('China Geodetic Coordinate System 2000', ?, 'EPSG', ?, ?, ?)`,
		storageSRID, storageSRID, wkt4490, layers.SystemNote); err != nil {
		return err
	}
	info, _ := e.Layer.Info()
	table := string(e.Layer)
	if _, err := tx.ExecContext(ctx, e.createTable(info, table)); err != nil {
		return err
	}
	box, err := e.insertRows(ctx, tx, info, table, list)
	if err != nil {
		return err
	}
	return e.register(ctx, tx, info, table, list, box)
}

func (e Export) createTable(info layers.Info, table string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", quoted(table))
	if info.Geometry != "" {
		fmt.Fprintf(&b, ", geom %s", strings.ToUpper(info.Geometry))
	}
	kinds := map[string]string{"id": "TEXT NOT NULL UNIQUE", "version": "INTEGER", "revision": "INTEGER", "valid_from": "DATETIME",
		"valid_to": "DATETIME", "demo": "BOOLEAN"}
	for _, name := range headColumns() {
		fmt.Fprintf(&b, ", %s %s", name, kinds[name])
	}
	types := map[layers.Kind]string{layers.KindText: "TEXT", layers.KindJSON: "TEXT", layers.KindInteger: "INTEGER",
		layers.KindReal: "REAL", layers.KindBoolean: "BOOLEAN"}
	for _, c := range layers.Columns(e.Layer) {
		fmt.Fprintf(&b, ", %s %s", quoted(c.Name), types[c.Kind])
	}
	b.WriteString(")")
	return b.String()
}

// insertRows writes the features and the boxes of their geometry, and returns the box of all.
func (e Export) insertRows(ctx context.Context, tx *sql.Tx, info layers.Info, table string, list []layers.Feature) (box *orb.Bound, err error) {
	n := 1 + len(headColumns()) + len(layers.Columns(e.Layer))
	if info.Geometry != "" {
		n++
		if _, err := tx.ExecContext(ctx, `CREATE VIRTUAL TABLE `+quoted("rtree_"+table+"_geom")+` USING rtree(id, minx, maxx, miny, maxy)`); err != nil {
			return nil, err
		}
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+quoted(table)+" VALUES (?"+strings.Repeat(", ?", n-1)+")")
	if err != nil {
		return nil, err
	}
	defer insert.Close()
	for i, f := range list {
		own, err := layers.Values(f)
		if err != nil {
			return nil, err
		}
		row := []any{i + 1}
		g := f.Shape()
		if info.Geometry != "" {
			row = append(row, appendBlob(g, storageSRID))
		}
		row = append(append(row, gpkgHead(f)...), own...)
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Head().ID, err)
		}
		if g == nil || info.Geometry == "" {
			continue
		}
		b := g.Bound()
		if box == nil {
			box = &b
		}
		*box = box.Union(b)
		if _, err := tx.ExecContext(ctx, `INSERT INTO `+quoted("rtree_"+table+"_geom")+` VALUES (?, ?, ?, ?, ?)`,
			i+1, b.Min[0], b.Max[0], b.Min[1], b.Max[1]); err != nil {
			return nil, err
		}
	}
	return box, nil
}

// gpkgHead is headValues with the times as a GeoPackage wants them: always with milliseconds.
func gpkgHead(f layers.Feature) []any {
	values := headValues(f)
	for i, at := range []layers.Instant{f.Head().ValidFrom, f.Head().ValidTo} {
		if at != 0 {
			values[3+i] = at.Time().Format("2006-01-02T15:04:05.000Z")
		}
	}
	return values
}

// register names the table in the catalogue of the file, and adds the triggers of the R-tree.
func (e Export) register(ctx context.Context, tx *sql.Tx, info layers.Info, table string, list []layers.Feature, box *orb.Bound) error {
	kind := "attributes"
	var srs any
	bounds := []any{nil, nil, nil, nil}
	if info.Geometry != "" {
		kind, srs = "features", storageSRID
	}
	if box != nil {
		bounds = []any{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	}
	note := fmt.Sprintf("%s at revision %s", table, e.Position)
	if e.demo(list) {
		note += "; demo: invented data"
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, max_x, max_y, srs_id)
		VALUES (?, ?, ?, ?, '1970-01-01T00:00:00.000Z', ?, ?, ?, ?, ?)`, append([]any{table, kind, table, note}, append(bounds, srs)...)...); err != nil {
		return err
	}
	if info.Geometry == "" {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)`,
		table, strings.ToUpper(info.Geometry), storageSRID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')`,
		table); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, strings.NewReplacer("{t}", table, "{r}", "rtree_"+table+"_geom").Replace(rtreeTriggers))
	return err
}

// geopackageTables is the catalogue that every GeoPackage has.
const geopackageTables = `
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
	organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
	CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
	z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
	CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
	CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
INSERT INTO gpkg_spatial_ref_sys VALUES
	('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
	('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
	('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
`

const wkt4490 = `GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]`

// rtreeTriggers keep the R-tree right when another program edits the file (OGC 12-128r17, annex F.3).
const rtreeTriggers = `
CREATE TRIGGER "{r}_insert" AFTER INSERT ON "{t}" WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
	INSERT OR REPLACE INTO "{r}" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "{r}_update1" AFTER UPDATE OF "geom" ON "{t}" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
	INSERT OR REPLACE INTO "{r}" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "{r}_update2" AFTER UPDATE OF "geom" ON "{t}" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
	DELETE FROM "{r}" WHERE id = OLD."fid"; END;
CREATE TRIGGER "{r}_update3" AFTER UPDATE ON "{t}" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
	DELETE FROM "{r}" WHERE id = OLD."fid";
	INSERT OR REPLACE INTO "{r}" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "{r}_update4" AFTER UPDATE ON "{t}" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
	DELETE FROM "{r}" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "{r}_delete" AFTER DELETE ON "{t}" WHEN old."geom" NOT NULL BEGIN
	DELETE FROM "{r}" WHERE id = OLD."fid"; END;
`
