package tileset_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers/mvt/tileset"
)

var demoPlace = orb.Point{121.34, 30.72}

// run changes a work file that no run has open.
func run(t testing.TB, path string, queries ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	must(t, err)
	defer db.Close()
	for _, q := range queries {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPlantedDefects: what the comparison of TestEveryTile is for: defects that are planted between making and writing are all found.
func TestPlantedDefects(t *testing.T) {
	d := scattered()
	for name, c := range map[string]struct{ query, want string }{
		"nothing":           {"SELECT 1", ""},
		"a tile is skipped": {"DELETE FROM tiles WHERE id = (SELECT id FROM tiles ORDER BY id LIMIT 1 OFFSET 20)", "is missing"},
		"an id is off by one": {`UPDATE tiles SET id = id + 1 WHERE id = (SELECT max(a.id) FROM tiles a WHERE NOT EXISTS (SELECT 1 FROM tiles b WHERE b.id = a.id + 1)
			AND a.id < 20000000)`, "is missing"},
		"two are exchanged":   {"UPDATE tiles SET content = 41 - content WHERE content IN (20, 21)", "bytes, want"},
		"one is of another":   {"UPDATE tiles SET content = 2 WHERE content = 30", "bytes, want"},
		"an offset is wrong":  {"UPDATE contents SET at = at + 1 WHERE content = 30", "tile"},
		"one more than there": {"INSERT INTO tiles SELECT max(id) + 100, 1 FROM tiles", "counts"},
	} {
		p := scatteredPlan(tileset.PMTiles)
		path := filepath.Join(t.TempDir(), "x")
		r, err := tileset.Open(path, p, d)
		must(t, err)
		must(t, r.Make(t.Context(), func(tileset.Progress) {}))
		must(t, r.Close())
		run(t, tileset.WorkFile(path), c.query)
		finish(t, path, p, d)
		file, err := openPMTiles(read(t, path))
		var problems []string
		if err != nil {
			problems = append(problems, err.Error())
		} else {
			problems, _ = compare(file, p, d, boundOf(d), 3)
		}
		got := strings.Join(problems, "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: found %q, want %q", name, got, c.want)
		}
	}
}
