package impact_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"wangge/data"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
	"wangge/routing/duty"
	"wangge/routing/impact"
)

var now = layers.InstantOf(time.Date(2026, 3, 12, 10, 0, 0, 0, time.FixedZone("", 8*3600)))

// resolution is coarse: some 115 cells.
const resolution = 7

var demo = sync.OnceValues(func() (*layers.Snapshot, error) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		return nil, err
	}
	b := layers.NewBuilder()
	for i, f := range set.Features {
		f.Head().Version, f.Head().Revision = 1, int64(i+1)
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			return nil, err
		}
	}
	return b.Snapshot(layers.Base{Position: layers.Position{Epoch: "e", Revision: 1}, RecordedAt: now, Settings: set.Settings})
})

func side(t *testing.T, s *layers.Snapshot) impact.Side {
	t.Helper()
	return impact.Side{Snapshot: s, Rules: duty.NewRules(s)}
}

// with returns the demo district after features became others.
func with(t *testing.T, changed ...layers.Feature) *layers.Snapshot {
	t.Helper()
	s, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	d := layers.Delta{Base: layers.Base{Position: layers.Position{Epoch: "e", Revision: 2}, RecordedAt: now, Settings: s.Settings()}, From: s.Position()}
	for _, f := range changed {
		f.Head().Version, f.Head().Revision = 2, 2
		d.Keys = append(d.Keys, layers.Key{Layer: f.Layer(), ID: f.Head().ID})
		d.Rows = append(d.Rows, layers.Row{Feature: f})
	}
	next, err := s.With(d)
	if err != nil {
		t.Fatal(err)
	}
	if q := next.Quarantined(); len(q) > 0 {
		t.Fatalf("left out: %v", q)
	}
	return next
}

func compare(t *testing.T, after *layers.Snapshot) *impact.Report {
	t.Helper()
	s, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	r, err := impact.Compare(t.Context(), side(t, s), side(t, after), now, resolution, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Spots < 100 || r.Categories < 50 || r.Poles.Of != 3000 || r.Zones.Of != 4 {
		t.Fatalf("%d spots, %d categories, %d poles, %d zones were asked about", r.Spots, r.Categories, r.Poles.Of, r.Zones.Of)
	}
	return r
}

func feature[T layers.Feature](t *testing.T, l layers.Layer, id string) T {
	t.Helper()
	s, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	f, ok := layers.Get[T](s, l, id, now)
	if !ok {
		t.Fatalf("no %s", id)
	}
	return f
}

func TestNothingChanges(t *testing.T) {
	r := compare(t, with(t))
	if len(r.Changed)+len(r.Cells)+len(r.Poles.Changed)+len(r.Zones.Changed)+len(r.Times)+r.Rules != 0 {
		t.Errorf("between two equal districts: %+v", r)
	}
}

// TestRuleChanges: a rule that names another unit changes its category in every grid, and nothing else.
func TestRuleChanges(t *testing.T) {
	r := *feature[*layers.Rule](t, layers.Rules, "ru_R-301_1")
	r.Then.Primary = "unit:u_water"
	got := compare(t, with(t, &r))
	if len(got.Changed) != got.Spots || len(got.Poles.Changed)+len(got.Zones.Changed) != 0 {
		t.Errorf("%d of %d spots, %d poles, %d zones", len(got.Changed), got.Spots, len(got.Poles.Changed), len(got.Zones.Changed))
	}
	categories, grids := map[string]bool{}, map[string]bool{}
	for _, c := range got.Cells {
		categories[c.Category], grids[c.Grid] = true, true
		if c.Changed != c.Of || c.Before.Unit != "u_greening" || c.After.Unit != "u_water" {
			t.Errorf("%+v", c)
		}
	}
	for c := range categories {
		if c != "part.bin" && c != "part.bin.full" {
			t.Errorf("%s changes hands", c)
		}
	}
	if len(categories) == 0 || len(grids) < 30 {
		t.Errorf("%d categories in %d grids", len(categories), len(grids))
	}
}

// TestBorderChanges: two grids of a town exchange their areas, and with them their poles.
func TestBorderChanges(t *testing.T) {
	a, b := *feature[*layers.Grid](t, layers.Grids, "310116104Z01"), *feature[*layers.Grid](t, layers.Grids, "310116104Z02")
	a.Geometry, b.Geometry = b.Geometry, a.Geometry
	got := compare(t, with(t, &a, &b))
	want := map[string]bool{}
	s, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	for f := range s.Set(layers.Poles).All(now) {
		p := f.(*layers.Pole)
		answer, err := duty.Decide(s, duty.NewRules(s), geo.Converter{}, duty.Question{Lon: p.Geometry[0], Lat: p.Geometry[1], CRS: "cgcs2000", At: now})
		if err != nil {
			t.Fatal(err)
		}
		if answer.Grid != nil && (answer.Grid.Code == a.Code || answer.Grid.Code == b.Code) {
			want[p.ID] = true
		}
	}
	if len(want) < 10 || len(got.Poles.Changed) != len(want) {
		t.Errorf("%d poles change, want %d", len(got.Poles.Changed), len(want))
	}
	for _, m := range got.Poles.Changed {
		if !want[m.ID] || m.Before.Grid == m.After.Grid {
			t.Errorf("%+v", m)
		}
	}
	for _, spot := range got.Changed {
		if pair := []string{spot.Before, spot.After}; !slices.Contains(pair, a.Code) || !slices.Contains(pair, b.Code) || spot.Categories != got.Categories {
			t.Errorf("%+v", spot)
		}
	}
	if len(got.Changed) == 0 || len(got.Cells) != 2*got.Categories {
		t.Errorf("%d spots, %d cells", len(got.Changed), len(got.Cells))
	}
}

// TestDaysOffChange: a make-up workday that becomes a day off changes what zones are used for on that day.
func TestDaysOffChange(t *testing.T) {
	n := *feature[*layers.Notice](t, layers.Notices, "cn-2026")
	n.Days = slices.DeleteFunc(slices.Clone(n.Days), func(d layers.NoticeOfDays) bool { return d.Date == "2026-09-20" })
	got := compare(t, with(t, &n))
	if len(got.Times) == 0 || len(got.Changed)+len(got.Poles.Changed) != 0 {
		t.Fatalf("%+v", got)
	}
	for _, z := range got.Times {
		if !slices.ContainsFunc(z.Dates, func(d string) bool { return d == "2026-09-20" || d == "2026-09-19" || d == "2026-09-21" }) {
			t.Errorf("%+v", z)
		}
	}
}

func TestCompareStops(t *testing.T) {
	s, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err = impact.Compare(ctx, side(t, s), side(t, s), now, resolution, func(share float64) {
		if share > 0.5 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("stopped half-way: %v", err)
	}
}
