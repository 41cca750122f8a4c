package mvt_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

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
