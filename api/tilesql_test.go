package api_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/layers/postgis/pgtest"
)

// crowdDatabase is the crowd in PostGIS as a tile server wants it: in Web Mercator, indexed, with the first zoom of each road.
func crowdDatabase(t testing.TB) *pgxpool.Pool {
	t.Helper()
	dsn := pgtest.Prepared(t, "crowd of tiles, 1", func(ctx context.Context, dsn string) error {
		conn, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		return fillCrowd(ctx, conn, crowd())
	})
	config, err := pgxpool.ParseConfig(dsn)
	must(t, err)
	config.MaxConns = 8
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	must(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func fillCrowd(ctx context.Context, conn *pgx.Conn, s *layers.Snapshot) error {
	if _, err := conn.Exec(ctx, `
		CREATE UNLOGGED TABLE poles_in (fid bigint, id text, code text, name text, state text, claim_state text, main_use text, batch int, shape text);
		CREATE UNLOGGED TABLE roads_in (fid bigint, id text, code text, name text, name_en text, class text, oneway bool, zoom int, shape text);
		CREATE UNLOGGED TABLE grids_in (fid bigint, id text, code text, name text, town text, shape text)`); err != nil {
		return err
	}
	poles, roads, grids := [][]any{}, [][]any{}, [][]any{}
	zooms := map[string]int{"primary": 7, "secondary": 9, "tertiary": 10, "residential": 12, "unclassified": 12}
	for _, l := range crowdLayers {
		for f := range s.Set(l).All(layers.InstantOf(noon)) {
			id, shape := int64(mvt.FeatureID(f.Head().ID)), wkt.MarshalString(f.Shape())
			switch f := f.(type) {
			case *layers.Pole:
				poles = append(poles, []any{id, f.ID, f.Code, f.Name, f.State, f.ClaimState, f.MainUse, f.Batch, shape})
			case *layers.Road:
				zoom, ok := zooms[f.Class]
				if !ok {
					zoom = 13
				}
				roads = append(roads, []any{id, f.ID, f.Code, f.Name, f.NameEn, f.Class, f.Oneway, zoom, shape})
			case *layers.Grid:
				grids = append(grids, []any{id, f.ID, f.Code, f.Name, f.Town, shape})
			}
		}
	}
	for table, rows := range map[string][][]any{"poles": poles, "roads": roads, "grids": grids} {
		columns := map[string][]string{"poles": {"fid", "id", "code", "name", "state", "claim_state", "main_use", "batch", "shape"},
			"roads": {"fid", "id", "code", "name", "name_en", "class", "oneway", "zoom", "shape"}, "grids": {"fid", "id", "code", "name", "town", "shape"}}[table]
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{table + "_in"}, columns, pgx.CopyFromRows(rows)); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		if _, err := conn.Exec(ctx, fmt.Sprintf(`
			CREATE TABLE %[1]s AS SELECT *, ST_Transform(ST_GeomFromText(shape, 4326), 3857) AS geom FROM %[1]s_in ORDER BY ST_GeoHash(ST_GeomFromText(shape, 4326));
			ALTER TABLE %[1]s DROP COLUMN shape;
			DROP TABLE %[1]s_in;
			CREATE INDEX ON %[1]s USING gist (geom);
			ANALYZE %[1]s`, table)); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

// sqlTile makes a tile of the crowd with ST_AsMVT: the same layers and attributes, thinned by the same rules.
func sqlTile(ctx context.Context, db *pgxpool.Pool, t geo.Tile) ([]byte, error) {
	fields, poles := "", `SELECT count(*) AS count, ST_AsMVTGeom(ST_Centroid(ST_Collect(geom)), e, 4096, 0) AS geom FROM poles, b WHERE geom && e
		AND ST_X(geom) >= ST_XMin(e) AND ST_X(geom) < ST_XMax(e) AND ST_Y(geom) > ST_YMin(e) AND ST_Y(geom) <= ST_YMax(e)
		GROUP BY e, floor((ST_X(geom) - ST_XMin(e)) / (ST_XMax(e) - ST_XMin(e)) * 16), floor((ST_Y(geom) - ST_YMin(e)) / (ST_YMax(e) - ST_YMin(e)) * 16)`
	if t.Z >= 14 {
		fields = ", code, name, main_use, nullif(batch, 0) AS batch"
	}
	name := ", 'geom'"
	if t.Z >= 12 {
		poles = `SELECT fid, id, state, claim_state` + fields + `, ST_AsMVTGeom(geom, e, 4096, 64) AS geom FROM poles, b WHERE geom && m`
		name = ", 'geom', 'fid'"
	}
	var out []byte
	err := db.QueryRow(ctx, `WITH b AS MATERIALIZED (SELECT ST_TileEnvelope($1, $2, $3) AS e, ST_TileEnvelope($1, $2, $3, margin => 64.0 / 4096) AS m)
		SELECT coalesce((SELECT ST_AsMVT(q, 'grids', 4096, 'geom', 'fid') FROM (
				SELECT fid, id, code, name, town, ST_AsMVTGeom(geom, e, 4096, 64) AS geom FROM grids, b WHERE geom && m) q WHERE geom IS NOT NULL), '')
			|| coalesce((SELECT ST_AsMVT(q, 'roads', 4096, 'geom', 'fid') FROM (
				SELECT fid, id, code, name, name_en, class, nullif(oneway, false) AS oneway, ST_AsMVTGeom(geom, e, 4096, 64) AS geom FROM roads, b WHERE geom && m AND zoom <= $1) q WHERE geom IS NOT NULL), '')
			|| coalesce((SELECT ST_AsMVT(q, 'poles', 4096`+name+`) FROM (`+poles+`) q WHERE geom IS NOT NULL), '')`, int(t.Z), int(t.X), int(t.Y)).Scan(&out)
	return out, err
}
