package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/data"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/layers/source"
	"wangge/routing/duty"
)

// demoSnapshot is the demo district, made once: a Snapshot never changes.
var demoSnapshot = sync.OnceValues(func() (*layers.Snapshot, error) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		return nil, err
	}
	b := layers.NewBuilder()
	for _, f := range set.Features {
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			return nil, err
		}
	}
	return b.Snapshot(layers.Base{Position: layers.Position{Epoch: epoch, Revision: 1}, RecordedAt: layers.InstantOf(noon), Settings: set.Settings})
})

// demoServer shows the demo district.
func demoServer(t testing.TB) *server {
	t.Helper()
	snap, err := demoSnapshot()
	must(t, err)
	s := &server{Server: api.New(testOptions(t)), t: t}
	s.Publish(snap)
	return s
}

// Each town's seat lies in its own town, and the one grid of it is the town's.
func TestDemoSeats(t *testing.T) {
	s := demoServer(t)
	seats := 0
	for f := range s.World().Set(layers.Towns).All(layers.InstantOf(noon)) {
		town := f.(*layers.Town)
		if town.Seat == nil {
			continue
		}
		seats++
		var a duty.Answer
		s.get(lookupPath(*town.Seat)).status(http.StatusOK).json(&a)
		if a.Grid == nil || a.Grid.Code[:9] != town.Code || a.Grid.BoundaryDistance < 300 || a.Outcome != duty.Assigned || len(a.Hierarchy) != 4 {
			t.Errorf("%s: %+v in %+v", town.Name, a.Grid, a.Hierarchy)
		}
	}
	if seats < 10 {
		t.Errorf("%d seats", seats)
	}
}

// Every grid of the demo answers for random positions in it, as a scan says, and names an office.
func TestDemoLookupIsAScan(t *testing.T) {
	s := demoServer(t)
	at := layers.InstantOf(noon)
	areas := map[string]geo.FixedMultiPolygon{}
	for f := range s.World().Set(layers.Grids).All(at) {
		m, err := geo.FixedMultiPolygonFrom(f.Shape())
		must(t, err)
		areas[f.Head().ID] = m
	}
	same(t, "grids", len(areas), 37)
	random := rand.New(rand.NewPCG(37, 1))
	hit := map[string]bool{}
	for range 400 {
		p := orb.Point{120.985 + random.Float64()*0.489, 30.678 + random.Float64()*0.275}
		q, err := geo.QueryFrom(p)
		must(t, err)
		want := ""
		for code, m := range areas {
			if geo.Contains(m, q) {
				want = code
			}
		}
		var a duty.Answer
		s.send(ask{Path: lookupPath(p)}).status(http.StatusOK).json(&a)
		got := ""
		if a.Grid != nil {
			got = a.Grid.Code
			hit[got] = true
			if a.Responsibility.Primary == nil {
				t.Errorf("%s has no office", got)
			}
		}
		if got != want {
			t.Errorf("%v: grid %q, a scan says %q", p, got, want)
		}
	}
	if len(hit) < 30 {
		t.Errorf("only %d grids were met", len(hit))
	}
}

// The words that the article is about are found, the crossings of 海汇街 among them.
func TestDemoSearch(t *testing.T) {
	s := demoServer(t)
	for _, c := range []struct{ q, kind, name string }{
		{"亭林", "town", "亭林镇"}, {"高新区", "town", "金山工业区"}, {"310116104Z05", "grid", "亭林镇第五综合网格"}, {"龙皓路 海汇街", "crossing", "龙皓路与海汇街路口"},
		{"海汇街与龙翔路路口", "crossing", "海汇街与龙翔路路口"}, {"海汇街", "road", "海汇街"},
	} {
		found := s.find(c.q)
		if len(found) == 0 || found[0].Kind != c.kind || found[0].Name != c.name {
			t.Errorf("%q: %+v", c.q, found[:min(3, len(found))])
		}
	}
	segment := s.find("s_haihui")[0]
	for _, cross := range []string{"龙皓路", "龙翔路"} {
		f := s.find(cross + " 海汇街")[0]
		if d := geo.Distance(*f.Point, *segment.Point); d > 1000 {
			t.Errorf("%s is %v m from the segment's middle", f.Name, d)
		}
	}
}

// Tiles of every layer, from the whole district to a street, are as documented and not empty where something is.
func TestDemoTiles(t *testing.T) {
	s := demoServer(t)
	for _, z := range []uint8{0, 6, 9, 12, 14, 17} {
		for _, l := range mvt.Layers() {
			s.get(fmt.Sprintf("/tiles/%s/%s.mvt", l, geo.TileAt(orb.Point{121.335, 30.753}, z))).status(http.StatusOK)
		}
	}
	r := s.get("/tiles/segments,zones,spaces/" + geo.TileAt(orb.Point{121.335, 30.753}, 16).String() + ".mvt").status(http.StatusOK)
	if len(r.bytes) < 500 {
		t.Errorf("海汇街 is %d bytes", len(r.bytes))
	}
}
