package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"wangge/api"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// tilesTold reads what an event says of tiles, by layer.
func tilesTold(t *testing.T, e sse) map[layers.Layer][][4]float64 {
	t.Helper()
	out := map[layers.Layer][][4]float64{}
	for _, one := range e.data.Tiles {
		out[one.Layer] = one.BBoxes
	}
	return out
}

// TestEventsOfTiles: an event says in which boxes tiles have changed, also those of layers that show something of another one.
func TestEventsOfTiles(t *testing.T) {
	s := readServer(t)
	http1 := httptest.NewServer(s.Handler())
	defer http1.Close()
	events, _, stop := stream(t, http1.URL, "")
	defer stop()
	next(t, events)
	settings := s.World().Settings()
	revision := int64(7)
	edit := func(list ...layers.Feature) sse {
		t.Helper()
		revision++
		d := layers.Delta{Base: layers.Base{Position: layers.Position{Epoch: epoch, Revision: revision}, RecordedAt: layers.InstantOf(noon), Settings: settings}}
		for _, f := range list {
			f.Head().Version, f.Head().Revision = revision, revision
			d.Keys, d.Rows = append(d.Keys, layers.Key{Layer: f.Layer(), ID: f.Head().ID}), append(d.Rows, layers.Row{Feature: f})
		}
		snap, err := s.World().With(d)
		must(t, err)
		s.Publish(snap)
		return next(t, events)
	}
	holds := func(boxes [][4]float64, p [2]float64) bool {
		return slices.ContainsFunc(boxes, func(b [4]float64) bool { return b[0] <= p[0] && p[0] <= b[2] && b[1] <= p[1] && p[1] <= b[3] })
	}
	pole := *fixturePoles()[2].(*layers.Pole)
	from := pole.Geometry
	pole.Geometry = at(5, 3)
	told := tilesTold(t, edit(&pole))
	if len(told) != 2 || len(told[mvt.Hexagons]) == 0 || !holds(told[mvt.Hexagons], from) || !holds(told[mvt.Hexagons], pole.Geometry) || len(told[layers.Poles]) != 2 || !holds(told[layers.Poles], from) || !holds(told[layers.Poles], pole.Geometry) || holds(told[layers.Poles], at(3, 2)) {
		t.Errorf("a pole has moved from %v to %v: %v", from, pole.Geometry, told)
	}
	space := &layers.Space{Meta: meta("sp_1"), Code: "1", Name: "泊", Zone: "z_haihui", Number: 1, LengthM: 6, WidthM: 2.5, Orientation: "parallel", Geometry: area(1, 1, 1.01, 1, 1.01, 1.01)[0]}
	if told := tilesTold(t, edit(space)); len(told) != 1 || !holds(told[layers.Spaces], at(1, 1)) {
		t.Errorf("a new space: %v", told)
	}
	zone := *fixtureKerb()[1].(*layers.Zone)
	zone.DefaultMode = layers.Parking
	if told := tilesTold(t, edit(&zone)); len(told) != 2 || !holds(told[layers.Spaces], at(1, 1)) || !holds(told[layers.Zones], at(5.1, 0.492)) {
		t.Errorf("a zone in another mode: %v", told)
	}
	unit := *fixtureUnits()[0].(*layers.Unit)
	unit.Name = "另一个中心"
	if e := edit(&unit); len(tilesTold(t, e)) != 0 || !slices.Equal(e.data.Layers, []string{"units"}) {
		t.Errorf("a unit: %+v", e)
	}
	var many []layers.Feature
	for _, f := range fixturePoles() {
		p := *f.(*layers.Pole)
		p.State = "removed"
		many = append(many, &p)
	}
	told = tilesTold(t, edit(many...))
	for _, f := range many {
		if len(told[layers.Poles]) != 20 || !holds(told[layers.Poles], f.(*layers.Pole).Geometry) {
			t.Fatalf("%d poles in other states: %v", len(many), told)
		}
	}
}

// TestMoments: clients are told when something begins to apply without an edit, also if they were away then.
func TestMoments(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := testOptions(t)
	o.Now = time.Now
	s := &server{Server: api.New(o), t: t}
	features := fixture()
	pole := features[slices.IndexFunc(features, func(f layers.Feature) bool { return f.Head().ID == "p_0003" })].(*layers.Pole)
	begins := layers.InstantOf(time.Now().Add(1500 * time.Millisecond))
	pole.ValidFrom = begins
	s.Publish(snapshotAt(t, 7, features...))
	http1 := httptest.NewServer(s.Handler())
	defer http1.Close()
	path := "/tiles/poles/" + geo.TileAt(pole.Geometry, 15).String() + ".mvt"
	events, _, stop := stream(t, http1.URL, "")
	first := next(t, events)
	same(t, "shown before", s.shows(path, pole.ID, ""), false)
	check := func(e sse) {
		t.Helper()
		told := tilesTold(t, e)
		if e.kind != "moment" || e.data.At != begins || e.id != first.id || e.data.Revision != 7 || len(told) != 2 || len(told[layers.Poles]) != 1 || len(told[mvt.Hexagons]) != 5 || !slices.Equal(e.data.Layers, []string{"poles"}) {
			b, _ := json.Marshal(e.data)
			t.Errorf("%s %s %s", e.kind, e.id, b)
		}
	}
	check(next(t, events))
	same(t, "shown after", s.shows(path, pole.ID, ""), true)
	stop()
	back, _, stop := stream(t, http1.URL, first.id)
	check(next(t, back))
	stop()
	s.Close()
	http.DefaultClient.CloseIdleConnections()
}
