package mvt_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// planted is a defect, and what the judges have to say of the tile that has it.
type planted struct {
	name, say string
	// plant spoils the grids of a tile, and reports whether that tile is one that it can spoil.
	plant func(l *mvt.TileLayer) bool
	// secretly leaves our reader at what the tile was before. Otherwise it agrees with the spoilt tile, so that only a judgement of
	// the judge's own finds the defect.
	secretly bool
}

// plantAll spoils a tile of the demonstration for each defect.
func plantAll(t *testing.T, defects []planted) *judgedSet {
	t.Helper()
	s, a := demo()
	set := &judgedSet{snapshot: s, atlas: a}
	tiles := append(tilesOver(boundOf(s, layers.Grids), 12), tilesOver(boundOf(s, layers.Grids), 13)...)
	for _, d := range defects {
		i := slices.IndexFunc(tiles, func(at geo.Tile) bool {
			bad := gridsIn(t, a, at).read
			if len(bad) == 0 || len(bad[0].Features) < 2 || !d.plant(&bad[0]) {
				return false
			}
			j := judgedTile{at: at, bytes: encode(bad), read: bad}
			if d.secretly {
				j.read = gridsIn(t, a, at).read
			}
			set.tiles = append(set.tiles, j)
			return true
		})
		if i < 0 {
			t.Fatalf("%s: no tile to plant it in", d.name)
		}
		tiles = slices.Delete(tiles, i, i+1)
	}
	return set
}

// gridsIn is a tile of the grids alone.
func gridsIn(t *testing.T, a *mvt.Atlas, at geo.Tile) judgedTile {
	t.Helper()
	j := judgedTile{at: at, bytes: bytesOf(t, a, at, layers.Grids)}
	var err error
	if j.read, err = mvt.Decode(j.bytes); err != nil {
		t.Fatal(err)
	}
	return j
}

// wantFound fails the test for each defect that no problem names.
func wantFound(t *testing.T, set *judgedSet, defects []planted, problems []string) {
	t.Helper()
	for i, d := range defects {
		j := set.tiles[i]
		if !slices.ContainsFunc(problems, func(p string) bool {
			return strings.Contains(p, j.at.String()+":") && strings.Contains(p, d.say)
		}) {
			t.Errorf("%s in tile %s was not found: want %q in\n%s", d.name, j.at, d.say, strings.Join(problems, "\n"))
		}
	}
}

// TestEncode: what encode writes is what was read, so that a planted defect is the only one.
func TestEncode(t *testing.T) {
	_, a := demo()
	want := bytesOf(t, a, geo.TileAt(orb.Point{121.18, 30.83}, 12), mvt.Layers()...)
	list, err := mvt.Decode(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := mvt.Decode(encode(list)); err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("%v: read again it is another tile", err)
	}
}

func TestVectorTileFindsDefects(t *testing.T) {
	needNode(t)
	defects := []planted{
		{name: "another id", say: "our reader finds", secretly: true, plant: func(l *mvt.TileLayer) bool { l.Features[0].ID++; return true }},
		{name: "another attribute", say: "our reader finds", secretly: true, plant: func(l *mvt.TileLayer) bool {
			l.Values[slices.Index(l.Values, l.Features[1].Properties["name"])] = "第〇网格"
			l.Features[1].Properties["name"] = "第〇网格"
			return true
		}},
		{name: "a moved position", say: "our reader finds", secretly: true, plant: func(l *mvt.TileLayer) bool { ring(l, 1)[1][1]++; return true }},
		{name: "a lost feature", say: "our reader finds", secretly: true, plant: loseGrid},
		{name: "a reversed polygon", say: "wound wrongly", plant: reverse},
	}
	set := plantAll(t, defects)
	defects = append(defects, planted{name: "a tile that is cut off", say: "Error"})
	_, a := demo()
	cut := gridsIn(t, a, geo.TileAt(orb.Point{121.18, 30.83}, 11))
	cut.bytes = cut.bytes[:len(cut.bytes)-7]
	set.tiles = append(set.tiles, cut)
	wantFound(t, set, defects, vectorTileProblems(t, set))
}

func TestGDALFindsDefects(t *testing.T) {
	needGDAL(t)
	defects := []planted{
		{name: "a lost feature", say: "GDAL finds", secretly: true, plant: loseGrid},
		{name: "a reversed polygon", say: "by GEOS grids have", plant: reverse},
		{name: "a hole that is an exterior", say: "are valid", plant: func(l *mvt.TileLayer) bool {
			return pierce(l, 40, func(orb.Point) bool { return true }, true)
		}},
		{name: "a polygon that crosses itself", say: "are valid", plant: func(l *mvt.TileLayer) bool {
			r := ring(l, 0)
			r[1], r[len(r)/2] = r[len(r)/2], r[1]
			return len(r) > 20 && ringArea(r) > 0
		}},
		{name: "an absent grid", say: "it has no 3101", plant: loseGrid},
		{name: "ground of an absent grid", say: "ground lack", plant: loseGrid},
		{name: "a gap between grids", say: "ground lack", plant: func(l *mvt.TileLayer) bool {
			return pierce(l, 5, func(p orb.Point) bool { return innerDistance(l, p) > 30 }, false)
		}},
		{name: "a hole of a unit by the outer border", say: "a hole that", plant: func(l *mvt.TileLayer) bool {
			return pierce(l, 1, func(p orb.Point) bool { d := innerDistance(l, p); return d > 5 && d < 9 }, false)
		}},
		{name: "ground of another district", say: "too much", plant: bulge},
	}
	set := plantAll(t, defects)
	database, problems := readByGDAL(t, set)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	problems = append(gdalProblems(t, set, database), wholeProblems(t, set, database, []layers.Layer{layers.Grids})...)
	wantFound(t, set, defects, problems)
}

// TestGDALComplains: a tile that is cut off is named among good ones.
func TestGDALComplains(t *testing.T) {
	needGDAL(t)
	s, a := demo()
	set := &judgedSet{snapshot: s, atlas: a}
	for z := range uint8(3) {
		set.tiles = append(set.tiles, gridsIn(t, a, geo.TileAt(orb.Point{121.18, 30.83}, 11+z)))
	}
	bad := &set.tiles[1]
	bad.bytes = bad.bytes[:len(bad.bytes)-7]
	if _, problems := readByGDAL(t, set); len(problems) == 0 || !strings.Contains(problems[0], bad.at.String()) {
		t.Errorf("tile %s is cut off: %q", bad.at, problems)
	}
}

// TestAbsentAreas loses a grid of one zoom, and flattens one of another.
func TestAbsentAreas(t *testing.T) {
	s, a := demo()
	problems := absentAreas(s, layers.Grids, 1, func(at geo.Tile) mvt.TileLayer {
		l := tile(t, a, at, layers.Grids)["grids"]
		switch at.Z {
		case 9:
			loseGrid(&l)
		case 16:
			p := ring(&l, 0)[0]
			l.Features[0].Geometry = orb.MultiPolygon{{{p, {p[0] + 9, p[1]}, p, p}}}
		}
		return l
	})
	for _, want := range []string{"tile 9/", "tile 16/"} {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.HasPrefix(p, want) }) {
			t.Errorf("nothing about %s in %q", want, problems)
		}
	}
	if slices.ContainsFunc(problems, func(p string) bool { return !strings.HasPrefix(p, "tile 9/") && !strings.HasPrefix(p, "tile 16/") }) {
		t.Errorf("%q", problems)
	}
}

func loseGrid(l *mvt.TileLayer) bool {
	l.Features = l.Features[1:]
	return true
}

func reverse(l *mvt.TileLayer) bool {
	for _, pg := range l.Features[0].Geometry.(orb.MultiPolygon) {
		for _, r := range pg {
			r.Reverse()
		}
	}
	return true
}

// pierce makes a square hole in the first polygon that has room for it at a place that suits; or one that is wound as an exterior.
func pierce(l *mvt.TileLayer, side float64, suits func(orb.Point) bool, wrongly bool) bool {
	for _, f := range l.Features {
		mp := f.Geometry.(orb.MultiPolygon)
		for i := range mp {
			for _, v := range mp[i][0] {
				for _, d := range [][2]float64{{6, 6}, {-6, 6}, {6, -6}, {-6, -6}, {60, 60}, {-60, 60}, {60, -60}, {-60, -60}} {
					p := orb.Point{v[0] + d[0], v[1] + d[1]}
					hole := orb.Ring{p, {p[0], p[1] + side}, {p[0] + side, p[1] + side}, {p[0] + side, p[1]}, p}
					if !roomFor(mp[i], hole) || !suits(p) {
						continue
					}
					if wrongly {
						hole.Reverse()
					}
					mp[i] = append(mp[i], hole)
					return true
				}
			}
		}
	}
	return false
}

// roomFor reports whether a small ring lies inside a polygon and the tile, and no border of the polygon comes nearer than 3 units.
func roomFor(pg orb.Polygon, hole orb.Ring) bool {
	for _, p := range hole {
		if min(p[0], p[1]) < 0 || max(p[0], p[1]) > mvt.Extent || !insideMulti(orb.MultiPolygon{pg}, p) {
			return false
		}
		for _, r := range pg {
			if distance(orb.MultiLineString{orb.LineString(r)}, p) < 3 {
				return false
			}
		}
	}
	return true
}

// innerDistance is how far a place in a grid of a tile is from the next ground without a grid, in units.
func innerDistance(l *mvt.TileLayer, p orb.Point) float64 {
	edges := map[[4]float64]int{}
	for _, f := range l.Features {
		for _, pg := range f.Geometry.(orb.MultiPolygon) {
			for _, r := range pg {
				for i := 1; i < len(r); i++ {
					edges[[4]float64{r[i-1][0], r[i-1][1], r[i][0], r[i][1]}]++
				}
			}
		}
	}
	var outer orb.MultiLineString
	for e := range edges {
		if edges[[4]float64{e[2], e[3], e[0], e[1]}] == 0 && !onRim(e) {
			outer = append(outer, orb.LineString{{e[0], e[1]}, {e[2], e[3]}})
		}
	}
	if len(outer) == 0 {
		return mvt.Extent
	}
	return distance(outer, p)
}

// bulge pushes an edge of the outer border 40 units outwards.
func bulge(l *mvt.TileLayer) bool {
	for _, f := range l.Features {
		mp := f.Geometry.(orb.MultiPolygon)
		for _, pg := range mp {
			r := pg[0]
			for i := 1; i < len(r); i++ {
				a, b := r[i-1], r[i]
				length := distance(orb.MultiLineString{{a, a}}, b)
				mid := orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
				if length < 30 || onRim([4]float64{a[0], a[1], b[0], b[1]}) || innerDistance(l, mid) > 0.5 || min(mid[0], mid[1]) < 200 || max(mid[0], mid[1]) > 3900 {
					continue
				}
				// The inside is on the left of an exterior in a plane whose y grows downwards, that is at (-dy, dx).
				out := orb.Point{float64(int(mid[0] + 40*(b[1]-a[1])/length)), float64(int(mid[1] - 40*(b[0]-a[0])/length))}
				pg[0] = slices.Insert(r, i, out)
				return true
			}
		}
	}
	return false
}
