package cds_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/cds"
)

var noon = instantAt("2026-06-01 12:00")

// TestDemoFeed: what the feed says of 海汇街.
func TestDemoFeed(t *testing.T) {
	s := snapshotOf(t, demo(t)...)
	f := cds.New(s, 2026, nil)
	list := f.Zones(noon, false)
	i := slices.IndexFunc(list, func(z *cds.Zone) bool { return z.ID == f.ZoneOf("z_haihui", noon) })
	if i < 0 || len(list) != s.Set(layers.Zones).Len() || len(f.Spaces()) != s.Set(layers.Spaces).Len() || len(list[i].SpaceIDs) != 88 {
		t.Fatalf("%d zones, %d spaces", len(list), len(f.Spaces()))
	}
	z := list[i]
	if z.StreetName != "海汇街" || z.CrossStreetStart != "龙皓路" || z.CrossStreetEnd != "龙翔路" || z.StreetSide != "S" || z.NumSpaces != 88 || z.ParkingAngle != "parallel" || z.EntireRoadway {
		t.Errorf("%+v", z)
	}
	if z.LengthCM < 50_000 || z.LengthCM > 60_000 || z.WidthCM < 200 || z.WidthCM > 400 {
		t.Errorf("%d cm by %d cm", z.LengthCM, z.WidthCM)
	}
	if sp := f.Spaces()[slices.IndexFunc(f.Spaces(), func(s *cds.Space) bool { return s.ZoneID == z.ID })]; sp.LengthCM != 600 || sp.WidthCM != 250 || sp.ZoneID != z.ID || sp.Number != 1 {
		t.Errorf("%+v", sp)
	}
	areas := f.Areas(noon)
	if len(areas) == 0 || !slices.ContainsFunc(areas, func(a *cds.Area) bool {
		return slices.Contains(a.ZoneIDs, z.ID) && slices.Contains(z.AreaIDs, a.ID)
	}) {
		t.Errorf("areas %+v, of the zone %v", areas, z.AreaIDs)
	}
	for _, id := range z.PolicyIDs {
		p := f.Policy(id)
		if p == nil || !cds.IsUUID(id) {
			t.Fatalf("the policy %q is missing", id)
		}
		if len(p.Rules) != 1 || p.Priority == 50 && p.Rules[0].Activity != "parking" || p.Priority == 60 && p.Rules[0].Activity != "travel" || p.Priority != 50 && p.Priority != 60 {
			t.Errorf("%+v", p)
		}
	}
	if got := f.Coverage(); got.From.String() != "2025-01-01" || got.Until.String() != "2027-01-01" || z.End != int64(instantAt("2027-01-01 00:00")) {
		t.Errorf("covers %s to %s, the zone ends at %d", got.From, got.Until, z.End)
	}
}

// TestCentimetres: 300 m are 30,000 cm.
func TestCentimetres(t *testing.T) {
	line := orb.LineString{{121.30, 30.75}}
	line = append(line, geo.Destination(line[0], 90, 300))
	side := geo.Offset(line, 2.5)
	z := zoneOf(1, layers.Travel)
	z.Kind, z.Segment, z.Geometry = "kerb", "s_1", orb.Polygon{{line[0], side[0], side[1], line[1], line[0]}}
	segment := &layers.Segment{Meta: meta("s_1"), Code: "S-1", Name: "路", Road: "路", From: "甲路", To: "乙路", Side: "right", Geometry: line}
	got := cds.New(snapshotOf(t, segment, z), 2026, nil).Zones(noon, false)[0]
	if got.LengthCM != 30_000 || got.WidthCM != 250 || got.StreetSide != "S" || got.CrossStreetStart != "甲路" {
		t.Errorf("%d cm by %d cm on the side %s from %s", got.LengthCM, got.WidthCM, got.StreetSide, got.CrossStreetStart)
	}
	if got.End != 0 {
		t.Errorf("a zone without a schedule ends at %d", got.End)
	}
}

// TestIDsFollowTheOutline: an id is stable until the outline changes; the same outline again after another has another id.
func TestIDsFollowTheOutline(t *testing.T) {
	state := func(from, to string, i int, name string) *layers.Zone {
		z := zoneOf(1, layers.Travel)
		z.ValidFrom, z.Geometry, z.Name = instantAt(from+" 00:00"), square(i), name
		if to != "" {
			z.ValidTo = instantAt(to + " 00:00")
		}
		return z
	}
	b := layers.NewBuilder()
	rows := []*layers.Zone{state("2024-01-01", "2024-06-01", 1, "a"), state("2024-06-01", "2025-01-01", 1, "b"), state("2025-01-01", "2026-01-01", 2, "b"), state("2026-01-01", "", 1, "b")}
	for i, z := range rows {
		if err := b.Add(layers.Row{Feature: z, Slice: i < len(rows)-1}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "0123456789abcdef", Revision: 7}, Settings: layers.Settings{Codes: layers.CodesFree}})
	if err != nil {
		t.Fatal(err)
	}
	f := cds.New(s, 2026, nil)
	var ids []string
	for _, at := range []string{"2024-02-01", "2024-07-01", "2025-02-01", "2026-02-01"} {
		ids = append(ids, f.ZoneOf("z_001", instantAt(at+" 00:00")))
	}
	if ids[0] != ids[1] || ids[1] == ids[2] || ids[2] == ids[3] || ids[3] == ids[0] || !cds.IsUUID(ids[0]) {
		t.Errorf("%v", ids)
	}
	now := f.Zones(noon, false)
	if len(now) != 1 || !slices.Equal(now[0].PrevZoneIDs, []string{ids[2], ids[1]}) || len(f.Zones(noon, true)) != 3 {
		t.Errorf("now %+v, with historic ones %d", now, len(f.Zones(noon, true)))
	}
}

// TestPriorities: orders by band, later ones first, then exceptions, then windows, then the default, no two alike.
func TestPriorities(t *testing.T) {
	z := zoneOf(1, layers.Travel)
	night := layers.ModeWindow{ID: "night", Mode: layers.Parking, Start: "20:00", DurationMin: 660, MaxStayMin: 120, Rate: &layers.Rate{Fen: 300, Per: "hour"}}
	fair := layers.ModeWindow{ID: "fair", Mode: layers.Loading, Start: "06:00", DurationMin: 60}
	first := scheduleOf(z, 1, "2025-06-01", "2026-02-01", night)
	second := scheduleOf(z, 2, "2026-02-01", "", night)
	second.Exceptions = []layers.Exception{{ID: "x", DaysRule: layers.DaysRule{FirstDay: "2026-05-01", UntilDay: "2026-05-03"}, Effect: layers.Extend, Windows: []layers.ModeWindow{fair}, Reason: "fair"}}
	order := func(id string, band layers.Band, from string) *layers.Order {
		return &layers.Order{Meta: meta(id), Code: id, Name: id, Zones: []string{z.ID}, Band: band, Mode: layers.Closed, Starts: from, Ends: "2026-05-09T00:00:30+08:00", Reason: "r", Author: "a"}
	}
	s := snapshotOf(t, z, first, second, order("o1", layers.EventBand, "2026-05-02T00:00:00+08:00"), order("o2", layers.EventBand, "2026-05-03T00:00:00+08:00"), order("o3", layers.EmergencyBand, "2026-05-01T00:00:00+08:00"))
	f := cds.New(s, 2026, nil)
	zone := f.Zones(noon, false)[0]
	var got []int
	for _, id := range zone.PolicyIDs {
		got = append(got, f.Policy(id).Priority)
	}
	if want := []int{10, 30, 31, 40, 50, 51, 60}; !slices.Equal(got, want) {
		t.Errorf("priorities %v, want %v", got, want)
	}
	rule := f.Policy(zone.PolicyIDs[4]).Rules[0]
	if want := (cds.Rule{Activity: "parking", MaxStay: 120, MaxStayUnit: "minute", Rate: []cds.Rate{{Rate: 300, Unit: "hour", Period: "rolling"}}}); !reflect.DeepEqual(rule, want) {
		t.Errorf("%+v, want %+v", rule, want)
	}
	if later := f.Policy(zone.PolicyIDs[1]).TimeSpans[0]; later.Start != int64(instantAt("2026-05-03 00:00")) || later.End != int64(instantAt("2026-05-09 00:00"))+30_000 {
		t.Errorf("the later event is %+v", later)
	}
	if p := zone.PrevPolicies; len(p) != 1 || p[0].Start != int64(instantAt("2025-06-01 00:00")) || p[0].End != int64(instantAt("2026-02-01 00:00")) ||
		!slices.Equal(p[0].PolicyIDs, []string{zone.PolicyIDs[4], zone.PolicyIDs[6]}) {
		t.Errorf("previous policies %+v", p)
	}
	night0 := f.Policy(zone.PolicyIDs[4]).TimeSpans
	if len(night0) != 2 || night0[0].TimeEnd != "07:00" || night0[1].TimeStart != "20:00" || night0[0].End-night0[1].End != 86_400_000 {
		t.Errorf("the night is %+v", night0)
	}
}

// TestPoliciesAreShared: what is the same in two zones is one policy, and a policy is its content.
func TestPoliciesAreShared(t *testing.T) {
	a, b := zoneOf(1, layers.Travel), zoneOf(2, layers.Travel)
	w := layers.ModeWindow{ID: "w", Mode: layers.Parking, Start: "20:00", DurationMin: 60}
	f := cds.New(snapshotOf(t, a, b, scheduleOf(a, 1, "2026-01-01", "", w), scheduleOf(b, 1, "2026-01-01", "", w)), 2026, nil)
	list := f.Zones(noon, false)
	if len(f.Policies()) != 2 || !slices.Equal(list[0].PolicyIDs, list[1].PolicyIDs) {
		t.Errorf("%d policies; %v and %v", len(f.Policies()), list[0].PolicyIDs, list[1].PolicyIDs)
	}
}

// TestFeedStepByStep: a feed made after another is the same as one made at once.
func TestFeedStepByStep(t *testing.T) {
	features := notices()
	for i := range 12 {
		features = append(features, drawn(3, i)...)
	}
	b := square(1).Bound()
	features = append(features, &layers.Overlay{Meta: meta("o_1"), Code: "B-1", Name: "街区", Kind: layers.Block, Geometry: orb.MultiPolygon{b.Pad(0.0001).ToPolygon()}})
	before := cds.New(snapshotOf(t, features...), 2026, nil)
	if len(before.Areas(noon)) != 1 {
		t.Errorf("%d areas", len(before.Areas(noon)))
	}
	z := *features[len(notices())].(*layers.Zone)
	z.Version, z.DefaultMode = 2, layers.Closed
	features[len(notices())] = &z
	s := snapshotOf(t, features...)
	step, whole := cds.New(s, 2026, before), cds.New(s, 2026, nil)
	if again := cds.New(s, 2026, step); !reflect.DeepEqual(again.Areas(noon), whole.Areas(noon)) || !reflect.DeepEqual(again.Zones(noon, false), whole.Zones(noon, false)) {
		t.Error("a feed of the same snapshot differs")
	}
	for name, of := range map[string]func(f *cds.Feed) any{"zones": func(f *cds.Feed) any { return f.Zones(noon, true) }, "policies": func(f *cds.Feed) any { return f.Policies() },
		"areas": func(f *cds.Feed) any { return f.Areas(noon) }, "spaces": func(f *cds.Feed) any { return f.Spaces() }} {
		got, _ := json.Marshal(of(step))
		want, _ := json.Marshal(of(whole))
		if string(got) != string(want) {
			t.Errorf("%s differ", name)
		}
	}
}

// TestBeyondTheCoverage: where the feed cannot know, it says nothing.
func TestBeyondTheCoverage(t *testing.T) {
	z := zoneOf(1, layers.Travel)
	w := layers.ModeWindow{ID: "w", Mode: layers.Parking, Start: "20:00", DurationMin: 60}
	s := snapshotOf(t, z, scheduleOf(z, 1, "2020-01-01", "", w))
	f := cds.New(s, 2026, nil)
	r := readerOf(t, f, noon)
	for at, want := range map[string]string{"2025-12-31 20:30": "", "2026-01-01 20:30": "parking", "2026-12-31 12:00": "travel", "2027-01-01 20:30": ""} {
		if got, _ := r.activity(f.ZoneOf(z.ID, noon), r.moment(int64(instantAt(at)))); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

// BenchmarkFeed makes the feed of a thousand zones with the schedule of nights.
func BenchmarkFeed(b *testing.B) {
	features := notices()
	for i := range 1000 {
		z := zoneOf(i, layers.Travel)
		features = append(features, z, scheduleOf(z, 1, "2025-05-01", "", layers.ModeWindow{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}}, Start: "20:00", DurationMin: 660}))
	}
	s := snapshotOf(b, features...)
	before := cds.New(s, 2026, nil)
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			cds.New(s, 2026, nil)
		}
	})
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			cds.New(s, 2026, before)
		}
	})
}
