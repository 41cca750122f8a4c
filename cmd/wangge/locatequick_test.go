package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// askedAbout are positions of all kinds around the grids: anywhere, on vertices and borders, a little beside them, far outside,
// and what is no position.
func askedAbout(l *locating, count int) []orb.Point {
	r := rand.New(rand.NewPCG(7, 7))
	box := l.extent.Pad(0.05)
	var out []orb.Point
	for range count {
		out = append(out, orb.Point{box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1])})
	}
	var borders []orb.Point
	for arc := range l.grids.Coverage().Arcs() {
		for i, f := range arc.Line {
			p := f.Point()
			borders = append(borders, p)
			if i > 0 {
				q := arc.Line[i-1].Point()
				borders = append(borders, orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2})
			}
		}
	}
	for range count {
		p := borders[r.IntN(len(borders))]
		out = append(out, p)
		reach := math.Pow(10, -8+6*r.Float64()) // 1 mm to 1 km
		out = append(out, orb.Point{p[0] + reach*r.NormFloat64(), p[1] + reach*r.NormFloat64()})
	}
	return append(out, orb.Point{0, 0}, orb.Point{-180, -90}, orb.Point{180, 90}, orb.Point{121.3, 91}, orb.Point{math.NaN(), 30.7}, orb.Point{121.3, math.Inf(1)}, orb.Point{30.75, 121.3},
		orb.Point{1e300, 5}, orb.Point{500_000, 3_400_000})
}

// TestQuickAsDecided: the quick way gives for each position what duty.Decide does, errors among it.
func TestQuickAsDecided(t *testing.T) {
	count := 2000
	if raceDetector {
		count = 120
	}
	demo, district := demoSnapshot(t), districtSnapshot(t)
	for name, c := range map[string]struct {
		snap *layers.Snapshot
		ask  duty.Question
	}{
		"the demo":                {demo, duty.Question{}},
		"an error of 5 m":         {demo, duty.Question{AccuracyM: 5}},
		"an error of 150 m":       {demo, duty.Question{AccuracyM: 150}},
		"an error of 10 km":       {demo, duty.Question{AccuracyM: 10_000}},
		"an error of a nanometre": {demo, duty.Question{AccuracyM: 1e-9}},
		"a category of poles":     {demo, duty.Question{Category: "part.pole.abandoned"}},
		"any category":            {demo, duty.Question{Category: "event.noise", AccuracyM: 30}},
		"gcj02":                   {demo, duty.Question{CRS: geo.GCJ02}},
		"metres":                  {demo, duty.Question{CRS: geo.EPSG4549, AccuracyM: 40}},
		"grids without an office": {district, duty.Question{AccuracyM: 12}},
		"grids without a town":    {townless(t), duty.Question{AccuracyM: 12}},
	} {
		t.Run(name, func(t *testing.T) {
			l := locatingIn(c.snap, c.ask)
			q := newQuickLocator(l)
			seen := map[string]int{}
			count := count
			if c.ask.AccuracyM > 1000 {
				count /= 30 // each takes a millisecond
			}
			for _, p := range askedAbout(l, count) {
				if given, err := l.conv.FromStorage(l.ask.CRS, p); err == nil {
					p = given
				}
				want := decided(l, p)
				out, err := q.appendAnswer(nil, p[0], p[1])
				got := string(out)
				if err != nil {
					got = lastWords(err)
				}
				if got != want {
					t.Fatalf("%v: quick %q, decided %q", p, got, want)
				}
				outcome, _, _ := strings.Cut(strings.TrimPrefix(got, ","), ",")
				if err != nil {
					outcome = "error"
				}
				seen[outcome]++
			}
			t.Log(seen, len(q.known), "grids")
			if seen["outside"] == 0 || seen["error"] == 0 || seen["assigned"]+seen["unassigned"]+seen["ambiguous"] < count/2 || l.ask.AccuracyM > 0 != (seen["ambiguous"] > 0) {
				t.Errorf("outcomes: %v", seen)
			}
		})
	}
}

// townless is a district with a grid that lies in two towns and names none.
func townless(t *testing.T) *layers.Snapshot {
	t.Helper()
	area := func(x, y float64) orb.MultiPolygon {
		return orb.MultiPolygon{orb.Bound{Min: orb.Point{x, 30.7}, Max: orb.Point{y, 30.71}}.ToPolygon()}
	}
	meta := func(id string) layers.Meta {
		return layers.Meta{ID: id, Version: 1, Revision: 1, ValidFrom: 1_700_000_000_000}
	}
	b := layers.NewBuilder()
	for _, f := range []layers.Feature{
		&layers.Town{Meta: meta("west"), Code: "west", Name: "west", Geometry: area(121.3, 121.31)},
		&layers.Town{Meta: meta("east"), Code: "east", Name: "east", Geometry: area(121.31, 121.33)},
		&layers.Grid{Meta: meta("one"), Code: "one", Name: "one", Geometry: area(121.3, 121.32)},
		&layers.Grid{Meta: meta("two"), Code: "two", Name: "two", Town: "east", Geometry: area(121.32, 121.33)},
	} {
		must(t, b.Add(layers.Row{Feature: f}))
	}
	snap, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "0123456789abcdef", Revision: 1}, Settings: layers.Settings{Name: "test", Codes: layers.CodesFree}})
	must(t, err)
	if bad := snap.Quarantined(); len(bad) > 0 {
		t.Fatal(bad)
	}
	return snap
}

// decided is what is added to the row of a position, by duty.Decide.
func decided(l *locating, p orb.Point) string {
	answer, err := l.decide(new(duty.Decider), p[0], p[1])
	if err != nil {
		return lastWords(err)
	}
	return string(appendCells(nil, l.cells(answer)))
}

// TestProbabilityColumn: the column is the probability of what the row says, by the candidates of the answer, and below 0.90 the
// outcome is ambiguous.
func TestProbabilityColumn(t *testing.T) {
	l := locatingIn(demoSnapshot(t), duty.Question{AccuracyM: 60})
	outsides := 0
	for _, p := range askedAbout(l, 300) {
		answer, err := l.decide(new(duty.Decider), p[0], p[1])
		if err != nil {
			continue
		}
		row := l.cells(answer)
		probability, err := strconv.ParseFloat(row[6], 64)
		if err != nil || probability < 0 || probability > 1 {
			t.Fatalf("%v: %q", p, row)
		}
		if ambiguous := row[0] == "ambiguous"; ambiguous != (probability < 0.90) && probability != 0.90 { // rounded
			t.Errorf("%v: %q", p, row)
		}
		for _, c := range answer.Candidates {
			if c.Code == row[1] && c.Probability != probability {
				t.Errorf("%v: %q, as a candidate %v", p, row, c)
			}
			if c.External && row[1] == "" {
				outsides++
			}
		}
	}
	if outsides == 0 {
		t.Error("no ambiguous position outside was asked about")
	}
	file := write(t, "points.csv", "lon,lat\n121.3412,30.7405\n121.6,31.2\nx,y\n")
	got := command(t, "locate", "--crs", "wgs84", "--points", file, "--accuracy-m", "20", "--store", demo(t))
	lines := strings.Split(got.out, "\n")
	for i, want := range []string{",probability", ",1", ",1", "x,y,invalid,,,,,,"} {
		if !strings.HasSuffix(lines[i], want) {
			t.Errorf("line %d: %q, want …%s", i, lines[i], want)
		}
	}
}

// TestTenths: a distance has the digits that an answer has.
func TestTenths(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 20_000 {
		v := math.Pow(10, -3+20*r.Float64())
		if i%3 == 0 {
			v = float64(r.IntN(100_000)) / 20 // ends in halves of a tenth
		}
		want := strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
		if got := string(appendTenths(nil, v)); got != want {
			t.Fatalf("%v: %s, want %s", v, got, want)
		}
	}
	if got := fmt.Sprint(string(appendTenths(nil, 0)), " ", string(appendTenths(nil, math.Inf(1)))); got != "0 +Inf" {
		t.Error(got)
	}
}
