package layers_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// rect is a rectangle on paper whose step is 0.01 degree.
func rect(west, south, east, north int) orb.MultiPolygon {
	at := func(x, y int) orb.Point {
		return orb.Point{float64(1213000000+x*100_000) / 1e7, float64(308000000+y*100_000) / 1e7}
	}
	return orb.MultiPolygon{{{at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)}}}
}

const ladderAt = layers.Instant(1750000000000)

// ladderModel has a town of two grids and four communities, whose middle border is at the given place: at 2 it is that of the grids.
func ladderModel(middle int) *model {
	head := func(id string, version int64) layers.Meta {
		return layers.Meta{ID: id, Version: version, Revision: version, ValidFrom: 1}
	}
	grid := func(code string, west, east int) *layers.Grid {
		return &layers.Grid{Meta: head(code, 1), Code: code, Name: code, Town: code[:9], Geometry: rect(west, 0, east, 2)}
	}
	m := newModel(
		&layers.District{Meta: head("310116", 1), Code: "310116", Name: "区", Geometry: rect(0, 0, 4, 2)},
		&layers.Town{Meta: head("310116101", 1), Code: "310116101", Name: "镇", District: "310116", Geometry: rect(0, 0, 4, 2)},
		grid("310116101Z01", 0, 2), grid("310116101Z02", 2, 4),
	)
	for _, c := range communities(middle) {
		m.put(c)
	}
	return m
}

// communities of the upper and lower half, whose codes run the other way than the grids'.
func communities(middle int) []layers.Feature {
	of := func(code string, g orb.MultiPolygon) layers.Feature {
		return &layers.Community{Meta: layers.Meta{ID: code, Version: 1, Revision: 1, ValidFrom: 1}, Code: code, Name: code, Kind: "village", Town: code[:9], Geometry: g}
	}
	return []layers.Feature{
		of("310116101004", rect(0, 0, middle, 1)), of("310116101003", rect(0, 1, middle, 2)),
		of("310116101002", rect(middle, 0, 4, 1)), of("310116101001", rect(middle, 1, 4, 2)),
	}
}

// asEach compares the ladder with a lookup in each layer.
func asEach(t *testing.T, s *layers.Snapshot) {
	t.Helper()
	r := rand.New(rand.NewPCG(2, 2))
	for range 20_000 {
		q := geo.Query{X: 1212900000*64 + r.Int64N(600_000*64), Y: 307900000*64 + r.Int64N(400_000*64)}
		if r.IntN(3) == 0 { // onto the lines of the paper
			q.X -= q.X % (100_000 * 64)
		}
		if r.IntN(3) == 0 {
			q.Y -= q.Y % (100_000 * 64)
		}
		l := s.Climb(q, ladderAt)
		grid, match := s.Locate(layers.Grids, q, ladderAt)
		community, _ := s.Locate(layers.Communities, q, ladderAt)
		if g, _ := grid.(*layers.Grid); l.Grid != g || l.Match != match {
			t.Fatalf("%v: grid %v %v, want %v %v", q, l.Grid, l.Match, grid, match)
		}
		if c, _ := community.(*layers.Community); l.Grid != nil && l.Community != c {
			t.Fatalf("%v: community %v, want %v", q, l.Community, community)
		}
		if l.Grid != nil && (l.Town == nil || l.District == nil) {
			t.Fatalf("%v: no town or district: %+v", q, l)
		}
	}
}

func TestLadder(t *testing.T) {
	for _, c := range []struct {
		middle int
		nested bool
	}{{2, true}, {1, false}, {3, false}} {
		m := ladderModel(c.middle)
		s := m.full(t)
		if s.Nested(ladderAt) != c.nested {
			t.Errorf("middle at %d: nested %v", c.middle, !c.nested)
		}
		asEach(t, s)
		// After an edit of the borders the ladder is that of the new ones.
		for _, middle := range []int{2, 1, 2} {
			var keys []layers.Key
			for _, f := range communities(middle) {
				m.put(f)
				keys = append(keys, keyOf(f))
			}
			var err error
			if s, err = s.With(m.delta(keys...)); err != nil {
				t.Fatal(err)
			}
			if s.Nested(ladderAt) != (middle == 2) {
				t.Errorf("after an edit with the middle at %d: nested %v", middle, middle != 2)
			}
			asEach(t, s)
		}
	}
}

func TestLadderWithLayersMissing(t *testing.T) {
	m := ladderModel(2)
	for _, l := range []layers.Layer{layers.Communities, layers.Districts, layers.Grids} {
		for k := range m.rows {
			if k.Layer == l {
				delete(m.rows, k)
			}
		}
		s := m.full(t)
		got := s.Climb(geo.Query{X: 1213050000 * 64, Y: 308050000 * 64}, ladderAt)
		if s.Nested(ladderAt) || got.Community != nil || (got.Grid != nil) != (l != layers.Grids) || (got.District != nil) != (l == layers.Communities) {
			t.Errorf("without %s: %+v", l, got)
		}
	}
	if got := m.full(t).Climb(geo.Query{}, 0); got != (layers.Ladder{}) {
		t.Errorf("before anything: %+v", got)
	}
}

// A grid that names no town is in the town that has the position.
func TestLadderFindsTheTown(t *testing.T) {
	m := ladderModel(2)
	m.settings.Codes = layers.CodesFree
	g := *m.rows[layers.Key{Layer: layers.Grids, ID: "310116101Z01"}][0].Feature.(*layers.Grid)
	g.Town = ""
	m.put(&g)
	got := m.full(t).Climb(geo.Query{X: 1213050000 * 64, Y: 308050000 * 64}, ladderAt)
	if got.Town == nil || got.Town.Code != "310116101" || got.District == nil {
		t.Errorf("%+v", got)
	}
}

// The prepared areas follow the edits.
func TestSearchShapesAfterEdits(t *testing.T) {
	overlay := func(id string, west int) *layers.Overlay {
		return &layers.Overlay{Meta: layers.Meta{ID: id, Version: 1, Revision: 1, ValidFrom: 1}, Code: id, Name: id, Kind: layers.Park, Geometry: rect(west, 0, west+2, 2)}
	}
	m := newModel(overlay("o_1", 0), overlay("o_2", 1), overlay("o_3", 1))
	covering := func(s *layers.Snapshot, x float64) (out []string) {
		p := orb.Point{121.3 + x/100, 30.81}
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		s.Set(layers.Overlays).SearchShapes(p.Bound(), ladderAt, func(f layers.Feature, shape *geo.Footprint) bool {
			if shape.Covers(q) {
				out = append(out, f.Head().ID)
			}
			return true
		})
		slices.Sort(out)
		return out
	}
	before := m.full(t)
	if got := covering(before, 1.5); !slices.Equal(got, []string{"o_1", "o_2", "o_3"}) {
		t.Errorf("at 1.5: %v", got)
	}
	m.put(overlay("o_2", 4))
	delete(m.rows, layers.Key{Layer: layers.Overlays, ID: "o_3"})
	after, err := before.With(m.delta(layers.Key{Layer: layers.Overlays, ID: "o_2"}, layers.Key{Layer: layers.Overlays, ID: "o_3"}))
	if err != nil {
		t.Fatal(err)
	}
	if got := covering(after, 1.5); !slices.Equal(got, []string{"o_1"}) {
		t.Errorf("after the edit, at 1.5: %v", got)
	}
	if got := covering(after, 5); !slices.Equal(got, []string{"o_2"}) {
		t.Errorf("after the edit, at 5: %v", got)
	}
	if got := covering(before, 1.5); len(got) != 3 {
		t.Errorf("the old snapshot has changed: %v", got)
	}
}
