package tileset_test

import (
	"database/sql"
	"errors"
	"testing"

	"wangge/geo"
)

// mbtiles reads MBTiles as any client does: by the names of the specification alone.
type mbtiles struct{ db *sql.DB }

func openMBTiles(t testing.TB, path string) mbtiles {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&immutable=1")
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return mbtiles{db}
}

func (m mbtiles) get(t geo.Tile) (b []byte, err error) {
	err = m.db.QueryRow("SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", t.Z, t.X, int64(1)<<t.Z-1-int64(t.Y)).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return b, err
}

func (m mbtiles) count() (n int) {
	if err := m.db.QueryRow("SELECT count(*) FROM tiles").Scan(&n); err != nil {
		return -1
	}
	return n
}

// value is a line of the metadata, "" for none.
func (m mbtiles) value(t testing.TB, name string) (v string) {
	t.Helper()
	if err := m.db.QueryRow("SELECT value FROM metadata WHERE name = ?", name).Scan(&v); err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	return v
}
