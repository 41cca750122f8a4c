package source

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wangge/geo"
	"wangge/layers"
)

// geopackageReader reads one table of a GeoPackage.
type geopackageReader struct {
	source  *Source
	options Options
	db      *sql.DB
	table   string
	columns []string
	shape   int // the geometry column, -1 for none
	key     int // the integer primary key, -1 for none
	srs     int32
	done    int64
}

func openGeoPackage(path string, size int64, o Options) (*Source, error) {
	db, err := openForeign(path)
	if err != nil {
		return nil, err
	}
	g := &geopackageReader{options: o, db: db, shape: -1, key: -1,
		source: &Source{format: GeoPackage, known: map[string]bool{}, close: db.Close, total: size}}
	if err := g.open(context.Background()); err != nil {
		_ = db.Close() // what went wrong before matters more
		return nil, err
	}
	g.source.layer, g.source.spatial = g.table, g.shape >= 0
	g.source.done = func() int64 { return g.done }
	g.source.records = g.records
	return g.source, nil
}

func (g *geopackageReader) open(ctx context.Context) error {
	for _, table := range []string{"gpkg_contents", "gpkg_spatial_ref_sys"} {
		if err := plainTable(ctx, g.db, table); err != nil {
			return fmt.Errorf("is no GeoPackage: %w", err)
		}
	}
	if err := g.choose(ctx); err != nil {
		return err
	}
	if err := plainTable(ctx, g.db, g.table); err != nil {
		return err
	}
	shape, err := g.geometryColumn(ctx)
	if err != nil {
		return err
	}
	if err := g.readColumns(ctx, shape); err != nil {
		return err
	}
	return sqliteError(g.db.QueryRowContext(ctx, "SELECT count(*) FROM "+quoted(g.table)).Scan(&g.source.total))
}

// choose finds the table: the one that is named, the only one with features, the preferred one, or the only one.
func (g *geopackageReader) choose(ctx context.Context) error {
	rows, err := g.db.QueryContext(ctx, `SELECT table_name, data_type FROM gpkg_contents ORDER BY table_name`)
	if err != nil {
		return sqliteError(err)
	}
	defer rows.Close()
	var all, features []string
	for rows.Next() {
		var name, kind sql.NullString
		if err := rows.Scan(&name, &kind); err != nil {
			return sqliteError(err)
		}
		switch kind.String {
		case "features":
			features = append(features, name.String)
			all = append(all, name.String)
		case "attributes", "aspatial":
			all = append(all, name.String)
		}
	}
	if err := rows.Err(); err != nil {
		return sqliteError(err)
	}
	want := func(name string) bool { return strings.EqualFold(name, g.options.Layer) }
	prefer := func(name string) bool { return g.options.Prefer != "" && strings.EqualFold(name, g.options.Prefer) }
	switch {
	case g.options.Layer != "":
		i := slices.IndexFunc(all, want)
		if i < 0 {
			return fmt.Errorf("%w: no layer %q; the layers are %s", layers.ErrInvalid, g.options.Layer, strings.Join(all, ", "))
		}
		g.table = all[i]
	case len(features) == 1:
		g.table = features[0]
	case slices.ContainsFunc(all, prefer):
		g.table = all[slices.IndexFunc(all, prefer)]
	case len(all) == 1:
		g.table = all[0]
	case len(all) == 0:
		return fmt.Errorf("%w: has no layer", layers.ErrInvalid)
	default:
		return fmt.Errorf("%w: has several layers, name one with --layer: %s", layers.ErrInvalid, strings.Join(all, ", "))
	}
	return nil
}

// geometryColumn returns the name of the table's geometry column, "" for none, and notes its reference system.
func (g *geopackageReader) geometryColumn(ctx context.Context) (string, error) {
	if err := plainTable(ctx, g.db, "gpkg_geometry_columns"); err != nil {
		return "", nil // a file of attributes alone has no such table
	}
	var column, organization string
	var code int64
	err := g.db.QueryRowContext(ctx, `SELECT c.column_name, c.srs_id FROM gpkg_geometry_columns c WHERE c.table_name = ? COLLATE NOCASE`,
		g.table).Scan(&column, &g.srs)
	if err == sql.ErrNoRows {
		return "", nil
	}
	if err != nil {
		return "", sqliteError(err)
	}
	if g.srs <= 0 { // -1 and 0 mean undefined
		return column, nil
	}
	err = g.db.QueryRowContext(ctx, `SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?`, g.srs).
		Scan(&organization, &code)
	if err != nil {
		return "", fmt.Errorf("%w: srs_id %d is not in gpkg_spatial_ref_sys: %w", layers.ErrInvalid, g.srs, err)
	}
	g.source.declared = strings.ToLower(organization) + ":" + strconv.FormatInt(code, 10)
	return column, nil
}

func (g *geopackageReader) readColumns(ctx context.Context, shape string) error {
	rows, err := g.db.QueryContext(ctx, "PRAGMA table_info("+quoted(g.table)+")")
	if err != nil {
		return sqliteError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var cid, notNull, pk int
		var name, kind string
		var dflt any
		if err := rows.Scan(&cid, &name, &kind, &notNull, &dflt, &pk); err != nil {
			return sqliteError(err)
		}
		switch {
		case shape != "" && strings.EqualFold(name, shape):
			g.shape = len(g.columns)
		case pk == 1 && strings.EqualFold(kind, "INTEGER"):
			g.key = len(g.columns)
		}
		if len(g.columns) != g.shape {
			g.source.sawField(name)
		}
		g.columns = append(g.columns, name)
	}
	if err := rows.Err(); err != nil {
		return sqliteError(err)
	}
	if shape != "" && g.shape < 0 {
		return fmt.Errorf("%w: the table %q has no column %q, which should hold its geometry", layers.ErrInvalid, g.table, shape)
	}
	return nil
}

func (g *geopackageReader) records(ctx context.Context, yield func(Record, error) bool) {
	terms := make([]string, len(g.columns))
	for i, c := range g.columns {
		terms[i] = "+" + quoted(c) // an expression has no declared type, so that the driver hands over what is stored
	}
	rows, err := g.db.QueryContext(ctx, "SELECT "+strings.Join(terms, ", ")+" FROM "+quoted(g.table))
	if err != nil {
		yield(Record{}, sqliteError(err))
		return
	}
	defer rows.Close()
	values := make([]any, len(g.columns))
	targets := make([]any, len(g.columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			yield(Record{}, sqliteError(err))
			return
		}
		g.done++
		if !yield(g.record(values), nil) {
			return
		}
	}
	if err := rows.Err(); err != nil {
		yield(Record{}, sqliteError(err))
	}
}

func (g *geopackageReader) record(values []any) Record {
	r := Record{Row: fmt.Sprintf("row %d", g.done), Number: int(g.done), Fields: make(map[string]any, len(values))}
	if g.key >= 0 {
		r.Row = fmt.Sprintf("fid %v", values[g.key])
	}
	for i, v := range values {
		if i == g.shape {
			g.geometry(&r, v)
			continue
		}
		r.Fields[g.columns[i]] = g.value(&r, g.columns[i], v)
	}
	return r
}

func (g *geopackageReader) geometry(r *Record, v any) {
	switch b := v.(type) {
	case nil:
	case []byte:
		r.blob(b, g.srs, g.options.Vertices)
	default:
		r.problem(KindGeometry, geo.SeverityError, "the geometry column holds %T, not a blob", v)
	}
}

func (g *geopackageReader) value(r *Record, column string, v any) any {
	switch n := v.(type) {
	case int64:
		return json.Number(strconv.FormatInt(n, 10))
	case float64:
		return json.Number(strconv.FormatFloat(n, 'g', -1, 64))
	case string:
		if !utf8.ValidString(n) {
			r.Problems = append(r.Problems, Problem{Kind: KindEncoding, Severity: geo.SeverityError, Row: r.Row, Field: column,
				Detail: fmt.Sprintf("the text %.40q is not UTF-8", n)})
		}
		return n
	}
	return nil // NULL, and blobs, which no field holds
}
