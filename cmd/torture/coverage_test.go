package torture_test

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"wangge/data/realdata"
	"wangge/layers/postgis/pgtest"
)

var points = flag.Int("points", 2000, "random points, and a tenth of that in vertices and edge midpoints, to compare with PostGIS for each coverage")

// coverages are real partitions, each with the fields that hold code and name.
var coverages = []struct{ file, code, name string }{
	{"malta-councils-osm", "@id", "name"},
	{"france-communes-bretagne", "code", "nom"},
	{"france-communes-ile-de-france", "code", "nom"},
	{"italy-municipalities-R12", "com_istat_code", "name"},
	{"neighbourhoods-seoul", "adm_cd", "name"},
	{"neighbourhoods-berlin", "sch", "name"},
	{"neighbourhoods-toronto", "name", "name"},
	{"neighbourhoods-amsterdam", "name", "name"},
}

// TestCoverages imports each real partition as grids and compares the program's answers with PostGIS's own on the same rows.
func TestCoverages(t *testing.T) {
	for _, c := range coverages {
		t.Run(c.file, func(t *testing.T) {
			file := realdata.File(t, "coverage/"+c.file+".geojson")
			store := pgtest.Database(t)
			s := prepare(t, store, "--empty")
			report := s.wangge(t, "import", "grids", file, "--store", store, "--crs", "wgs84", "--repair",
				"--code-field", c.code, "--name-field", c.name)
			t.Log(firstLines(report, 4))
			db, err := pgx.Connect(t.Context(), store)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close(context.WithoutCancel(t.Context()))
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			compareRandom(t, s, db, rand.New(rand.NewPCG(seed, 1)))
			compareBorders(t, s, db, rand.New(rand.NewPCG(seed, 2)))
		})
	}
}

// compareRandom asks for random points: where PostGIS names one grid it must be ours, and where it names none we say outside.
func compareRandom(t *testing.T, s setup, db *pgx.Conn, r *rand.Rand) {
	t.Helper()
	var west, south, east, north float64
	if err := db.QueryRow(t.Context(), `SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(geom) AS e FROM wangge.grids) AS b`).
		Scan(&west, &south, &east, &north); err != nil {
		t.Fatal(err)
	}
	asked := make([][2]string, *points)
	for i := range asked {
		asked[i] = [2]string{fmt.Sprintf("%.7f", west+(east-west)*r.Float64()), fmt.Sprintf("%.7f", south+(north-south)*r.Float64())}
	}
	ours := locateAll(t, s, asked)
	theirs := covering(t, db, asked, `ST_Covers(g.geom, p.at)`)
	inside := 0
	for i := range asked {
		switch {
		case len(theirs[i]) == 0 && ours[i] != "":
			t.Fatalf("%v: we say %s, PostGIS names none", asked[i], ours[i])
		case len(theirs[i]) > 0 && !slices.Contains(theirs[i], ours[i]):
			t.Fatalf("%v: we say %q, PostGIS names %v", asked[i], ours[i], theirs[i])
		}
		inside += min(1, len(theirs[i]))
	}
	if inside < *points/20 {
		t.Errorf("only %d of %d points are inside: too few to say anything", inside, *points)
	}
	t.Logf("%d random points agree, %d of them inside", *points, inside)
}

// compareBorders asks for vertices and edge midpoints: exactly one grid, and one of those that PostGIS finds there. A midpoint
// has no exact double, so that PostGIS is asked within 1e-12 degree (0.1 micrometre) of it.
func compareBorders(t *testing.T, s setup, db *pgx.Conn, r *rand.Rand) {
	t.Helper()
	rows, err := db.Query(t.Context(), `
		SELECT ST_X(a), ST_Y(a), ST_X(b), ST_Y(b) FROM (
			SELECT d.geom AS a, lead(d.geom) OVER (PARTITION BY g.id, d.path[1:2] ORDER BY d.path[3]) AS b
			FROM wangge.grids AS g, ST_DumpPoints(g.geom) AS d) AS e
		WHERE b IS NOT NULL ORDER BY random() LIMIT $1`, max(*points/20, 100))
	if err != nil {
		t.Fatal(err)
	}
	edges, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e [4]float64, err error) {
		err = row.Scan(&e[0], &e[1], &e[2], &e[3])
		return e, err
	})
	if err != nil {
		t.Fatal(err)
	}
	var asked [][2]string
	for _, e := range edges {
		asked = append(asked, [2]string{fmt.Sprintf("%.7f", e[0]), fmt.Sprintf("%.7f", e[1])},
			[2]string{fmt.Sprintf("%.8f", (e[0]+e[2])/2), fmt.Sprintf("%.8f", (e[1]+e[3])/2)})
	}
	r.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
	ours := locateAll(t, s, asked)
	theirs := covering(t, db, asked, `ST_DWithin(g.geom, p.at, 1e-12)`)
	for i := range asked {
		if !slices.Contains(theirs[i], ours[i]) {
			t.Fatalf("%v on a border: we say %q, PostGIS names %v", asked[i], ours[i], theirs[i])
		}
	}
	t.Logf("%d vertices and midpoints have one grid each, of those that PostGIS names", len(asked))
}

// locateAll asks the program for the grid of each point, "" for outside.
func locateAll(t *testing.T, s setup, asked [][2]string) []string {
	t.Helper()
	var in strings.Builder
	in.WriteString("lon,lat\n")
	for _, p := range asked {
		in.WriteString(p[0] + "," + p[1] + "\n")
	}
	file := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(file, []byte(in.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out := s.wangge(t, "locate", "--store", s.store, "--crs", "cgcs2000", "--points", file)
	rows, err := csv.NewReader(strings.NewReader(out[strings.Index(out, "lon,lat"):])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(asked)+1 {
		t.Fatalf("%d lines for %d points", len(rows)-1, len(asked))
	}
	column := slices.Index(rows[0], "grid_code")
	outcome := slices.Index(rows[0], "outcome")
	if column < 0 || outcome < 0 {
		t.Fatalf("the columns are %v", rows[0])
	}
	codes := make([]string, len(asked))
	for i, row := range rows[1:] {
		codes[i] = row[column]
		if (codes[i] == "") != (row[outcome] == "outside") {
			t.Fatalf("%v: outcome %q with grid %q", asked[i], row[outcome], codes[i])
		}
	}
	return codes
}

// covering returns the codes of the grids for which PostGIS finds the condition true of each point p.at.
func covering(t *testing.T, db *pgx.Conn, asked [][2]string, condition string) [][]string {
	t.Helper()
	lon, lat := make([]string, len(asked)), make([]string, len(asked))
	for i, p := range asked {
		lon[i], lat[i] = p[0], p[1]
	}
	rows, err := db.Query(t.Context(), `
		SELECT p.n, g.code FROM (
			SELECT n, ST_SetSRID(ST_MakePoint(lon::float8, lat::float8), 4490) AS at
			FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(lon, lat, n)) AS p
		JOIN wangge.grids AS g ON `+condition, lon, lat)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]string, len(asked))
	var n int
	var code string
	if _, err := pgx.ForEachRow(rows, []any{&n, &code}, func() error {
		out[n-1] = append(out[n-1], code)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}
