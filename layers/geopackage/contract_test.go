package geopackage_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/mattn/go-sqlite3"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"wangge/layers"
	"wangge/layers/geopackage"
	"wangge/layers/storetest"
)

func TestContract(t *testing.T) {
	// The migrations take longer than most cases: each case has a copy of one new store.
	fresh := filepath.Join(t.TempDir(), "fresh.gpkg")
	if err := geopackage.Create(fresh, storetest.Settings(), "e1"); err != nil {
		t.Fatal(err)
	}
	empty, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, storetest.Harness{New: func(t *testing.T, settings layers.Settings) *storetest.Subject {
		if settings != storetest.Settings() {
			t.Fatalf("a store with the settings %+v", settings)
		}
		return newSubject(t, empty)
	}})
}

// newSubject makes a store in a temporary file with the content of an empty one.
func newSubject(t *testing.T, empty []byte) *storetest.Subject {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "district.gpkg")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	store := open(t, path, layers.StoreOptions{})
	s := &storetest.Subject{Store: store, Dir: dir}
	s.Reopen = func(opts layers.StoreOptions) error {
		if err := store.Close(); err != nil {
			return err
		}
		again, err := geopackage.Open(path, opts)
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = again.Close() })
		store, s.Store = again, again
		return nil
	}
	s.Restore = func(backup string) (layers.Store, error) {
		target := filepath.Join(dir, "restored.gpkg")
		if left, err := geopackage.Restore(backup, target); err != nil || len(left) > 0 {
			return nil, fmt.Errorf("%w; left out: %v", err, left)
		}
		again, err := geopackage.Open(target, layers.StoreOptions{})
		if err == nil {
			t.Cleanup(func() { _ = again.Close() })
		}
		return again, err
	}
	s.Foreign = &storetest.Foreign{
		Exec: func(statement string) error {
			db := foreign(path)
			defer db.Close()
			_, err := db.Exec(statement)
			return err
		},
		Table:    func(l layers.Layer) string { return string(l) },
		Geometry: func(g orb.Geometry) string { return "X'" + hex.EncodeToString(binaryOf(g)) + "'" },
	}
	s.Poisons = poisons(path)
	return s
}

func open(t *testing.T, path string, opts layers.StoreOptions) *geopackage.Store {
	t.Helper()
	s, err := geopackage.Open(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// foreign opens the file as another program does: a plain connection with functions of its own for the R-tree, like QGIS.
func foreign(path string) *sql.DB {
	db := sql.OpenDB(plain{"file:" + path + "?mode=rw&_busy_timeout=5000"})
	db.SetMaxOpenConns(1)
	return db
}

type plain struct{ dsn string }

func (p plain) Connect(context.Context) (driver.Conn, error) { return p.Driver().Open(p.dsn) }

func (p plain) Driver() driver.Driver {
	return &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		side := func(pick func(orb.Bound) float64) func(any) any {
			return func(v any) any {
				g := shapeOf(v)
				if g == nil {
					return nil
				}
				return pick(g.Bound())
			}
		}
		for name, f := range map[string]any{
			"ST_MinX":    side(func(b orb.Bound) float64 { return b.Min[0] }),
			"ST_MaxX":    side(func(b orb.Bound) float64 { return b.Max[0] }),
			"ST_MinY":    side(func(b orb.Bound) float64 { return b.Min[1] }),
			"ST_MaxY":    side(func(b orb.Bound) float64 { return b.Max[1] }),
			"ST_IsEmpty": func(v any) any { return shapeOf(v) == nil },
		} {
			if err := c.RegisterFunc(name, f, true); err != nil {
				return err
			}
		}
		return nil
	}}
}

// shapeOf decodes with another codec than the store's.
func shapeOf(v any) orb.Geometry {
	b, _ := v.([]byte)
	if len(b) < 8 || b[0] != 'G' {
		return nil
	}
	from := 8
	if b[3]&0x0e == 2 {
		from += 32
	}
	if len(b) < from {
		return nil
	}
	g, err := wkb.Unmarshal(b[from:])
	if _, collection := g.(orb.Collection); err != nil || collection {
		return nil
	}
	return g
}

// binaryOf encodes as other programs may: no envelope.
func binaryOf(g orb.Geometry) []byte {
	head := binary.LittleEndian.AppendUint32([]byte{'G', 'P', 0, 1}, 4490)
	return append(head, wkb.MustMarshal(g, binary.LittleEndian)...)
}

// poisons spoil a row each, past the store's triggers.
func poisons(path string) []storetest.Poison {
	spoil := func(l layers.Layer, set string, args ...any) func(string) error {
		return func(id string) error {
			db := foreign(path)
			defer db.Close()
			for _, statement := range []string{"UPDATE wangge_context SET mode = 'file'", "", "UPDATE wangge_context SET mode = 'idle'"} {
				var err error
				if statement == "" {
					_, err = db.Exec(fmt.Sprintf("UPDATE %s SET %s WHERE id = ?", l, set), append(args, id)...)
				} else {
					_, err = db.Exec(statement)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}
	}
	var out []storetest.Poison
	add := func(name string, l layers.Layer, set string, args ...any) {
		out = append(out, storetest.Poison{Name: name, Layer: l, Spoil: spoil(l, set, args...)})
	}
	for _, c := range []struct {
		name string
		blob any
	}{
		{"no geometry", nil},
		{"a text for a geometry", "POINT(121 30)"},
		{"an empty blob", []byte{}},
		{"no magic", []byte("XX\x00\x01\x8a\x11\x00\x00")},
		{"half a header", []byte("GP\x00")},
		{"another version", spoilt(func(b []byte) { b[2] = 9 })},
		{"an extended geometry", spoilt(func(b []byte) { b[3] |= 0x20 })},
		{"an envelope that is not there", spoilt(func(b []byte) { b[3] |= 0x0e })},
		{"another reference system", spoilt(func(b []byte) { binary.LittleEndian.PutUint32(b[4:], 3857) })},
		{"half a point", binaryOf(orb.Point{121.3, 30.7})[:20]},
		{"bytes after the point", append(binaryOf(orb.Point{121.3, 30.7}), 0)},
		{"not a number", binaryOf(orb.Point{math.NaN(), 30.7})},
		{"infinite", binaryOf(orb.Point{121.3, math.Inf(-1)})},
		{"metres for degrees", binaryOf(orb.Point{13503000, 3593000})},
		{"WKB type 0", spoilt(func(b []byte) { b[9] = 0 })},
		{"a point with Z", spoilt(func(b []byte) { binary.LittleEndian.PutUint32(b[9:], 1001) })},
		{"byte order 7", spoilt(func(b []byte) { b[8] = 7 })},
		{"a line of four milliards of points", append(binaryOf(orb.Point{})[:8], 1, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)},
		{"a line for a point", binaryOf(orb.LineString{{121.3, 30.7}, {121.4, 30.7}})},
		{"a collection", append(binaryOf(orb.Point{})[:8], 1, 7, 0, 0, 0, 1, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0)},
	} {
		add(c.name, layers.Poles, "geom = ?", c.blob)
	}
	add("a hundred thousand rings in no bytes", layers.Zones, "geom = ?", append(binaryOf(orb.Point{})[:8], 1, 3, 0, 0, 0, 0xa0, 0x86, 1, 0))
	add("members of another type", layers.Overlays, "geom = ?", append(binaryOf(orb.Point{})[:8], append([]byte{1, 6, 0, 0, 0, 1, 0, 0, 0}, binaryOf(orb.LineString{{1, 2}, {3, 4}})[8:]...)...))
	add("a text for a version", layers.Roads, "version = 'one'")
	add("no revision", layers.Roads, "rev_from = NULL")
	add("no start", layers.Roads, "valid_from = NULL")
	add("a start that is no time", layers.Roads, "valid_from = 'yesterday'")
	add("an end that is a number", layers.Roads, "valid_to = 20250101")
	add("an end before the start", layers.Roads, "valid_to = '1999-01-01T00:00:00.000Z'")
	add("a text for an integer", layers.Roads, "lanes = 'two'")
	add("a real for an integer", layers.Roads, "lanes = 2.5")
	add("a text for a real", layers.Poles, "height_m = 'high'")
	add("a text for a boolean", layers.Units, "external = 'perhaps'")
	add("a blob for a text", layers.Units, "name = X'ff00'")
	add("no JSON", layers.Poles, "ownership = '[{'")
	add("JSON of another kind", layers.Poles, "ownership = '{\"unit\": 7}'")
	add("a word that is none of the list", layers.Poles, "condition = 'fine'")
	add("text that is not UTF-8", layers.Segments, "road = CAST(X'fffe41' AS TEXT)")
	add("a name with a control character", layers.Segments, "name = 'a' || char(8) || 'b'")
	add("a code that is no code", layers.Editions, "code = 'no code!'")
	add("a share of three", layers.Poles, "ownership = '[{\"unit\":\"x_0\",\"share\":3,\"basis\":\"plate\"}]'")
	return out
}

// spoilt returns the bytes of a point after f has changed them.
func spoilt(f func([]byte)) []byte {
	b := binaryOf(orb.Point{121.3, 30.7})
	f(b)
	return b
}
