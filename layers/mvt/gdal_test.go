package mvt_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
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

// slack is how far a border may be from where the source has it, in units of the tile: more than leaving vertices out moves it.
const slack = 12

// wholeProblems says where the areas of one of the partitions in a tile are not what the source, cut to the frame of the tile, asks for: an
// area that meets the tile and is not in it; ground of the source that is in no area, or ground that the source does not have; and
// a hole of the union that lies in the source. Projection (PROJ) and operations (GEOS) are GDAL's.
func wholeProblems(t *testing.T, set *judgedSet, database string, list []layers.Layer) []string {
	t.Helper()
	var out, unions, missing []string
	for _, l := range list {
		if _, drawn := namesIn(set)[string(l)]; !drawn {
			out = append(out, fmt.Sprintf("no tile has %s", l))
			continue
		}
		unions = append(unions, fmt.Sprintf("select '%[1]s' as layer, tile, SetSRID(ST_Union(geometry), 3857) as g from %[1]s group by tile", l))
		missing = append(missing, fmt.Sprintf("select f.tile, s.layer, 'it has no ' || s.id as text, 1.0 as number from frames f join source s on "+
			"s.layer = '%[1]s' and ST_Intersects(s.geometry, BuildMbr(west, south, east, north, 3857)) left join %[1]s d on d.tile = f.tile "+
			"and d.id = s.id where d.id is null", l))
	}
	if len(unions) == 0 {
		return out
	}
	loadSource(t, set, database, list)
	change(t, database, "create table drawn as "+strings.Join(unions, " union all "))
	// The source in units of the tile, somewhat beyond the frame; and that without and with all that is nearer to its border than the slack.
	change(t, database, fmt.Sprintf("create table cut as with whole as materialized (select layer, ST_Union(geometry) as g from source group by layer) "+
		"select layer, tile, ScaleCoords(ShiftCoords(ST_Intersection(g, BuildMbr(west - %[1]d * unit, south - %[1]d * unit, east + %[1]d * unit, "+
		"north + %[1]d * unit, 3857)), -west, -south), 1 / unit) as g from frames, whole", 64+2*slack))
	change(t, database, fmt.Sprintf("create table near as select layer, tile, ST_Intersection(ST_Buffer(g, -%[1]d, 2), "+
		"BuildMbr(-64, -64, 4160, 4160, 3857)) as least, ST_Buffer(g, %[1]d, 2) as most, g from cut where g is not null", slack))
	// An operation of SpatiaLite is null if it fails and if it leaves nothing: what is common is null for neither here.
	queries := append(missing,
		"select tile, layer, 'GEOS makes no union', 1.0 as number from drawn where coalesce(ST_IsValid(g), 0) <> 1",
		"select tile, layer, 'square units of ground lack', ST_Area(least) - coalesce(ST_Area(ST_Intersection(least, drawn.g)), 0) as number "+
			"from near left join drawn using (layer, tile) where ST_Area(least) > 0 and number > 0.01",
		"select tile, layer, 'square units too much', ST_Area(drawn.g) - coalesce(ST_Area(ST_Intersection(drawn.g, most)), 0) as number "+
			"from drawn left join near using (layer, tile) where number > 0.01",
		"select tile, layer, 'a hole that the source lacks, of square units', ST_Area(hole.g) as number "+
			"from hole join near using (layer, tile) where ST_Within(hole.g, ST_Buffer(near.g, -2, 2)) = 1")
	for _, row := range ask(t, database, "with recursive part(layer, tile, g, n, i) as (select layer, tile, g, NumGeometries(g), 1 from drawn "+
		"union all select layer, tile, g, n, i + 1 from part where i < n), "+
		"one as (select layer, tile, ST_GeometryN(g, i) as g from part), "+
		"ring(layer, tile, g, n, i) as (select layer, tile, g, NumInteriorRings(g), 1 from one where NumInteriorRings(g) > 0 "+
		"union all select layer, tile, g, n, i + 1 from ring where i < n), "+
		"hole as (select layer, tile, MakePolygon(InteriorRingN(g, i)) as g from ring) "+
		strings.Join(queries, " union all ")) {
		out = append(out, fmt.Sprintf("tile %s: %s: %s: %s", addressOf(row[0]), row[1], row[2], row[3]))
	}
	return out
}

// partitionsOf are the partition layers that have areas.
func partitionsOf(s *layers.Snapshot) []layers.Layer {
	var out []layers.Layer
	for _, in := range layers.All() {
		if in.Partition && in.Tiles && s.Set(in.Layer).Len() > 0 {
			out = append(out, in.Layer)
		}
	}
	return out
}

// change runs a statement that makes a table.
func change(t *testing.T, database, sql string) {
	t.Helper()
	_, said := gdal(t, "ogrinfo", "-q", database, "-sql", sql)
	refuse(t, said, sql)
}

// refuse fails the test if a statement is no good. What GEOS says of polygons that are not valid is no such thing: rows tell it too.
func refuse(t *testing.T, said, sql string) {
	t.Helper()
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "GEOS ") {
			t.Fatalf("%s\n%s", said, sql)
		}
	}
}

// loadSource adds the exact areas of the partitions, in Mercator metres, and the boxes of the tiles to a database.
func loadSource(t *testing.T, set *judgedSet, database string, list []layers.Layer) {
	t.Helper()
	areas, err := sourceJSON(set.snapshot, list)
	if err != nil {
		t.Fatal(err)
	}
	frames := &strings.Builder{}
	frames.WriteString("tile,west,south,east,north,unit\n")
	for _, j := range set.tiles {
		b := j.at.Bound(0)
		lo, hi := geo.Mercator(b.Min), geo.Mercator(b.Max)
		fmt.Fprintf(frames, "%s,%.6f,%.6f,%.6f,%.6f,%.12f\n", j.name(), lo[0], lo[1], hi[0], hi[1], (hi[0]-lo[0])/mvt.Extent)
	}
	dir := t.TempDir()
	from := func(name string, content []byte, args ...string) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, said := gdal(t, "ogr2ogr", append(args, "-update", database, path)...); said != "" {
			t.Fatal(said)
		}
	}
	from("source.geojson", areas, "-t_srs", "EPSG:3857", "-nlt", "GEOMETRY", "-lco", "SPATIAL_INDEX=NO", "-nln", "source")
	from("frames.csv", []byte(frames.String()), "-oo", "AUTODETECT_TYPE=YES", "-nln", "frames")
}

// sourceJSON is the exact areas of partitions as GeoJSON.
func sourceJSON(s *layers.Snapshot, partitions []layers.Layer) ([]byte, error) {
	type geometry struct {
		Type        string           `json:"type"`
		Coordinates orb.MultiPolygon `json:"coordinates"`
	}
	type feature struct {
		Type       string            `json:"type"`
		Properties map[string]string `json:"properties"`
		Geometry   geometry          `json:"geometry"`
	}
	list := []feature{}
	for _, l := range partitions {
		for f := range s.Set(l).All(now) {
			list = append(list, feature{"Feature", map[string]string{"layer": string(l), "id": f.Head().ID},
				geometry{"MultiPolygon", f.Shape().(orb.MultiPolygon)}})
		}
	}
	return json.Marshal(map[string]any{"type": "FeatureCollection", "features": list})
}
