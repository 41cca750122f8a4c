package mvt_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers/mvt"
)

// needGDAL skips the test aloud where there is no GDAL, or one without GEOS in its SQL.
func needGDAL(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatal("ogr2ogr is missing: install gdal-bin")
		}
		t.Skip("ogr2ogr is missing (package gdal-bin): GDAL does not read the tiles, GEOS does not judge the polygons")
	}
}

// readByGDAL has GDAL's MVT driver read all tiles into one database with the functions of GEOS, and returns the database and what
// GDAL complained of. A table has the features of one layer of all tiles, with the name of the tile in the column tile.
func readByGDAL(t *testing.T, set *judgedSet) (database string, problems []string) {
	t.Helper()
	dir := writeTiles(t, set)
	all, database := filepath.Join(dir, "tiles.vrt"), filepath.Join(dir, "tiles.sqlite")
	if err := os.WriteFile(all, []byte(unionOf(set, dir)), 0o644); err != nil {
		t.Fatal(err)
	}
	_, said := gdal(t, "ogr2ogr", "-nlt", "GEOMETRY", "-f", "SQLite", "-dsco", "SPATIALITE=YES", "-lco", "SPATIAL_INDEX=NO", database, all)
	if strings.Contains(said, "SPATIALITE") {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatal("this GDAL has no SpatiaLite, which gdal-bin of Debian and Ubuntu has: ", said)
		}
		t.Skip("this GDAL has no SpatiaLite: GEOS does not judge the polygons")
	}
	if said == "" {
		return database, nil
	}
	for _, j := range set.tiles { // which of them?
		if _, said := gdal(t, "ogrinfo", "-ro", "-al", "-so", filepath.Join(dir, j.name()+".mvt")); said != "" {
			problems = append(problems, fmt.Sprintf("tile %s: GDAL says %s", j.at, said))
		}
	}
	return database, append(problems, "GDAL says of all: "+said)
}

// unionOf is a virtual data set: the layers of one name in all tiles are one layer.
func unionOf(set *judgedSet, dir string) string {
	parts := map[string]*strings.Builder{}
	for _, j := range set.tiles {
		for _, l := range j.read {
			if parts[l.Name] == nil {
				parts[l.Name] = &strings.Builder{}
			}
			fmt.Fprintf(parts[l.Name], `<OGRVRTLayer name="%s"><SrcDataSource>%s</SrcDataSource><OpenOptions><OOI key="CLIP">NO</OOI></OpenOptions>`+
				"<SrcLayer>%s</SrcLayer></OGRVRTLayer>\n", j.name(), filepath.Join(dir, j.name()+".mvt"), l.Name)
		}
	}
	out := &strings.Builder{}
	out.WriteString("<OGRVRTDataSource>\n")
	for name, part := range parts {
		fmt.Fprintf(out, "<OGRVRTUnionLayer name=\"%s\"><SourceLayerFieldName>tile</SourceLayerFieldName><FieldStrategy>Union</FieldStrategy>\n%s</OGRVRTUnionLayer>\n",
			name, part)
	}
	out.WriteString("</OGRVRTDataSource>\n")
	return out.String()
}

// gdal runs a program of GDAL, and returns what it wrote to the standard output and what it complained of.
func gdal(t *testing.T, program string, args ...string) (out, said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && stderr.Len() == 0 {
		return stdout.String(), err.Error()
	}
	return stdout.String(), strings.TrimSpace(stderr.String())
}

// ask sends a query to a database that readByGDAL made, and returns the rows without the line of names. A complaint fails the test.
func ask(t *testing.T, database, sql string) [][]string {
	t.Helper()
	out, said := gdal(t, "ogr2ogr", "-f", "CSV", "/vsistdout/", database, "-sql", sql)
	refuse(t, said, sql)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[min(1, len(rows)):]
}

// sums is what a layer of a tile comes to.
type sums struct {
	features, valid int
	area, least     float64
}

// gdalProblems says where GDAL finds other features than our reader, a polygon that GEOS calls invalid, polygons of another area,
// which shows rings wound wrongly, or a polygon without area.
func gdalProblems(t *testing.T, set *judgedSet, database string) []string {
	t.Helper()
	found := sumsByGDAL(t, set, database)
	var out []string
	for _, j := range set.tiles {
		for _, l := range j.read {
			key := [2]string{j.name(), l.Name}
			g, polygons := found[key], isPolygons(l)
			delete(found, key)
			area := 0.0
			for _, f := range l.Features {
				if polygons {
					area += areaOf(f.Geometry) / 2
				}
			}
			switch {
			case g.features != len(l.Features):
				out = append(out, fmt.Sprintf("tile %s: GDAL finds %d %s, our reader %d", j.at, g.features, l.Name, len(l.Features)))
			case polygons && g.valid != g.features:
				out = append(out, fmt.Sprintf("tile %s: GEOS says that %d of %d %s are valid", j.at, g.valid, g.features, l.Name))
			case polygons && g.area != area:
				out = append(out, fmt.Sprintf("tile %s: by GEOS %s have %v square units, by our reader %v", j.at, l.Name, g.area, area))
			case polygons && g.least < 0.5:
				out = append(out, fmt.Sprintf("tile %s: one of %s has only %v square units", j.at, l.Name, g.least))
			}
		}
	}
	for key := range found {
		out = append(out, fmt.Sprintf("tile %s: GDAL finds %s, our reader none", addressOf(key[0]), key[1]))
	}
	return out
}

// sumsByGDAL sums up each layer of each tile; the key is the name of the tile and that of the layer.
func sumsByGDAL(t *testing.T, set *judgedSet, database string) map[[2]string]sums {
	t.Helper()
	var parts []string
	for name, polygons := range namesIn(set) {
		judged := "0 as valid, 0.0 as area, 0.0 as least"
		if polygons {
			judged = "sum(ST_IsValid(geometry) = 1) as valid, sum(ST_Area(geometry)) as area, min(ST_Area(geometry)) as least"
		}
		parts = append(parts, fmt.Sprintf("select tile, '%s' as layer, count(*) as n, %s from %[1]s group by tile", name, judged))
	}
	out := map[[2]string]sums{}
	for _, row := range ask(t, database, strings.Join(parts, " union all ")) {
		var s sums
		if _, err := fmt.Sscan(strings.Join(row[2:], " "), &s.features, &s.valid, &s.area, &s.least); err != nil {
			t.Fatalf("%q: %v", row, err)
		}
		out[[2]string{row[0], row[1]}] = s
	}
	return out
}

// namesIn are the names of the layers in the tiles, and whether they are polygons.
func namesIn(set *judgedSet) map[string]bool {
	out := map[string]bool{}
	for _, j := range set.tiles {
		for _, l := range j.read {
			out[l.Name] = isPolygons(l)
		}
	}
	return out
}

func isPolygons(l mvt.TileLayer) bool {
	_, ok := l.Features[0].Geometry.(orb.MultiPolygon)
	return ok
}
