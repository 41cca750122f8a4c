package mvt_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data/realdata"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestPartitionsStayWhole looks at tiles of the demonstration from zoom 0 to the last.
func TestPartitionsStayWhole(t *testing.T) {
	s, a := demo()
	for _, l := range []layers.Layer{layers.Grids, layers.Towns, layers.Communities} {
		for z := uint8(0); z <= geo.MaxZoom; z++ {
			if l == layers.Communities && z < 8 || raceEnabled && z%4 != 1 {
				continue
			}
			for _, at := range some(tilesOver(boundOf(s, l), z), tilesPerZoom) {
				checkPartition(t, s, a, l, at)
			}
		}
	}
}

// tilesPerZoom is fewer with the race detector, which makes the exact checks ten times as slow.
var tilesPerZoom = map[bool]int{false: 12, true: 3}[raceEnabled]

// some takes about n of a list, spread over it.
func some(tiles []geo.Tile, n int) []geo.Tile {
	step := max(1, len(tiles)/n)
	var out []geo.Tile
	for i := int(tiles[0].Z) % step; i < len(tiles); i += step {
		out = append(out, tiles[i])
	}
	return out
}

// TestAllGridsAtEveryZoom counts the grids of the demonstration over all tiles of each zoom.
func TestAllGridsAtEveryZoom(t *testing.T) {
	s, a := demo()
	for z := uint8(0); z <= 14; z++ {
		grids, labels := map[any]bool{}, map[any]int{}
		for _, at := range tilesOver(boundOf(s, layers.Grids), z) {
			l := tile(t, a, at, layers.Grids)
			for _, f := range l["grids"].Features {
				grids[f.Properties["code"]] = true
			}
			for _, f := range l["grids_label"].Features {
				labels[f.Properties["code"]]++
			}
		}
		if len(grids) != 37 || len(labels) != 37 {
			t.Errorf("zoom %d: %d grids and %d labels, want 37", z, len(grids), len(labels))
		}
		for code, n := range labels {
			if n != 1 {
				t.Errorf("zoom %d: %d labels of %v", z, n, code)
			}
		}
	}
}

// TestLabelsAreInside holds the place of each label against the exact geometry.
func TestLabelsAreInside(t *testing.T) {
	s, a := demo()
	for _, l := range []layers.Layer{layers.Grids, layers.Towns} {
		for _, at := range tilesOver(boundOf(s, l), 14) {
			for _, f := range tile(t, a, at, l)[string(l)+"_label"].Features {
				q := query(t, at, f.Geometry.(orb.MultiPoint)[0])
				if got, _ := s.Locate(l, q, now); got == nil || got.Head().ID != f.Properties["id"] {
					t.Errorf("the label of %v lies in %v", f.Properties["id"], got)
				}
			}
		}
	}
}

// query is the position of a place in a tile.
func query(t testing.TB, at geo.Tile, p orb.Point) geo.Query {
	t.Helper()
	x, y, side := at.Units()
	per := float64(side) / mvt.Extent
	q, err := geo.QueryFrom(geo.FromMercatorUnits(uint32(float64(x)+p[0]*per), uint32(float64(y)+p[1]*per)))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestTilesAgreeWithLookup asks tiles and the exact locator about the same places: beyond 8 units from a border they agree.
func TestTilesAgreeWithLookup(t *testing.T) {
	s, a := demo()
	r := rand.New(rand.NewPCG(7, 7))
	asked := 0
	for _, l := range []layers.Layer{layers.Grids, layers.Towns, layers.Communities} {
		part := s.Partition(l, now)
		for z := uint8(8); z <= 20; z++ {
			for _, at := range some(tilesOver(boundOf(s, l), z), max(2, tilesPerZoom/2)) {
				features := tile(t, a, at, l)[string(l)].Features
				for range 40 {
					p := orb.Point{float64(r.IntN(mvt.Extent)) + 0.5, float64(r.IntN(mvt.Extent)) + 0.5}
					q := query(t, at, p)
					want, _ := part.Locate(q)
					own, _ := part.Nearest(nil, q, 0)
					if unitM := 40_075_000 * 0.86 / float64(uint64(mvt.Extent)<<z); float64(own.Distance) < 8*unitM {
						continue
					}
					asked++
					var in []any
					for _, f := range features {
						if insideMulti(f.Geometry.(orb.MultiPolygon), p) {
							in = append(in, f.Properties["id"])
						}
					}
					if want == nil && len(in) == 0 || want != nil && len(in) == 1 && in[0] == want.Head().ID {
						continue
					}
					t.Errorf("tile %s %s at %v: %v, want %v", at, l, p, in, want)
				}
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d places were far enough from borders", asked)
	}
}

func insideMulti(mp orb.MultiPolygon, p orb.Point) bool {
	in := false
	for _, pg := range mp {
		for _, r := range pg {
			for i := 1; i < len(r); i++ {
				a, b := r[i-1], r[i]
				if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
					in = !in
				}
			}
		}
	}
	return in
}

// TestDistrictFollowsGrids: the outline of the demonstration's district is the outer border of its grids at every zoom.
func TestDistrictFollowsGrids(t *testing.T) {
	s, a := demo()
	for _, z := range []uint8{7, 9, 11, 13} {
		for _, at := range some(tilesOver(boundOf(s, layers.Districts), z), 8) {
			l := tile(t, a, at, layers.Districts, layers.Grids)
			if len(l) == 0 {
				continue
			}
			if d, g := sumOfAreas(l["districts"]), sumOfAreas(l["grids"]); d != g {
				t.Errorf("tile %s: the district has %v square units, its grids %v", at, d/2, g/2)
			}
			for _, f := range l["districts"].Features {
				if why := invalid(f.Geometry); why != "" {
					t.Errorf("tile %s: %s", at, why)
				}
			}
		}
	}
}

// TestAreasAlone: overlays, zones and spaces are valid in every tile that they meet.
func TestAreasAlone(t *testing.T) {
	s, a := demo()
	for _, l := range []layers.Layer{layers.Overlays, layers.Zones, layers.Spaces} {
		info, _ := mvt.Describe(l)
		for z := info.MinZoom; z <= 20; z++ {
			seen := map[any]bool{}
			tiles := map[geo.Tile]bool{}
			for f := range s.Set(l).All(now) {
				if len(tiles) < 12 {
					tiles[geo.TileAt(f.Shape().Bound().Min, z)] = true
				}
			}
			for at := range tiles {
				for _, f := range tile(t, a, at, l)[string(l)].Features {
					seen[f.Properties["id"]] = true
					if why := invalid(f.Geometry); why != "" {
						t.Errorf("tile %s %v: %s", at, f.Properties["id"], why)
					}
				}
			}
			if len(seen) == 0 {
				t.Errorf("zoom %d: no %s", z, l)
			}
		}
	}
}

// coverages are real coverages: some parts as small as rocks, some borders that came from different surveys.
func coverages() []string {
	list := []string{"malta-councils-osm", "neighbourhoods-amsterdam", "neighbourhoods-toronto"}
	if !raceEnabled {
		list = append(list, "neighbourhoods-berlin", "neighbourhoods-seoul", "italy-municipalities-R12", "france-communes-bretagne",
			"france-communes-ile-de-france")
	}
	return list
}

// TestRealCoverages does what TestPartitionsStayWhole does to other people's borders.
func TestRealCoverages(t *testing.T) {
	for _, name := range coverages() {
		t.Run(name, func(t *testing.T) {
			s := realCoverage(t, name)
			a := atlasOf(t, s)
			box := boundOf(s, layers.Grids)
			for z := uint8(5); z <= 18; z++ {
				for _, at := range some(tilesOver(box, z), tilesPerZoom/3) {
					checkPartition(t, s, a, layers.Grids, at)
				}
			}
		})
	}
}

func realCoverage(t *testing.T, name string) *layers.Snapshot {
	t.Helper()
	raw, err := os.ReadFile(realdata.File(t, "coverage/"+name+".geojson"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var areas []geo.FixedMultiPolygon
	for _, f := range file.Features {
		var mp orb.MultiPolygon
		if c := f.Geometry.Coordinates; f.Geometry.Type == "Polygon" {
			mp = make(orb.MultiPolygon, 1)
			err = json.Unmarshal(c, &mp[0])
		} else {
			err = json.Unmarshal(c, &mp)
		}
		if err != nil {
			t.Fatalf("%s: %v", f.Geometry.Type, err)
		}
		if m, err := geo.FixedMultiPolygonFrom(mp); err == nil {
			areas = append(areas, m)
		}
	}
	repaired, _, _ := geo.RepairCoverage(areas, 5)
	var list []layers.Feature
	for i, m := range repaired {
		if len(m) > 0 {
			list = append(list, gridOf(fmt.Sprintf("A%04d", i), m))
		}
	}
	return snapshotOf(t, layers.CodesFree, list)
}

func gridOf(code string, m geo.FixedMultiPolygon) *layers.Grid {
	return &layers.Grid{Meta: layers.Meta{ID: code, ValidFrom: 1}, Code: code, Name: code, Geometry: m.MultiPolygon()}
}
