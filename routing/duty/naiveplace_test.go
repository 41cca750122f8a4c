package duty_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// spot is a position with what a scan of every row finds there.
type spot struct {
	p               orb.Point
	q               geo.Query
	grid, other     *layers.Grid
	town, community string
	overlays        []*layers.Overlay
	pole, anyPole   *layers.Pole
	poleM, anyPoleM float64
	zone            *layers.Zone
	zoneM, borderM  float64
	chances         map[float64][]layers.Chance // by accuracy
	unsure          bool
	distanceOfRoads map[string]float64
}

// ground is the whole of a snapshot, in plain lists.
type ground struct {
	s        *layers.Snapshot
	grids    []*layers.Grid
	fixed    map[layers.Feature]geo.FixedMultiPolygon
	overlays []*layers.Overlay
	homes    []*layers.Community
	poles    []*layers.Pole
	zones    []*layers.Zone
	roads    []*layers.Road
	units    []*layers.Unit
	posts    []*layers.Post
	signed   []*layers.Agreement
}

func groundOf(t testing.TB, s *layers.Snapshot) *ground {
	g := &ground{s: s, fixed: map[layers.Feature]geo.FixedMultiPolygon{}, grids: rowsOf[*layers.Grid](s, layers.Grids), overlays: rowsOf[*layers.Overlay](s, layers.Overlays),
		homes: rowsOf[*layers.Community](s, layers.Communities), poles: rowsOf[*layers.Pole](s, layers.Poles), zones: rowsOf[*layers.Zone](s, layers.Zones),
		roads: rowsOf[*layers.Road](s, layers.Roads), units: rowsOf[*layers.Unit](s, layers.Units), posts: rowsOf[*layers.Post](s, layers.Posts),
		signed: rowsOf[*layers.Agreement](s, layers.Agreements)}
	keep := func(f layers.Feature) {
		m, err := geo.FixedMultiPolygonFrom(f.Shape())
		if err != nil {
			t.Fatal(err)
		}
		g.fixed[f] = m
	}
	for _, f := range g.grids {
		keep(f)
	}
	for _, f := range g.overlays {
		keep(f)
	}
	for _, f := range g.homes {
		keep(f)
	}
	for _, f := range g.zones {
		keep(f)
	}
	return g
}

// linesOf are the rings of areas.
func linesOf(shape orb.Geometry) (out []orb.LineString) {
	switch g := shape.(type) {
	case orb.Polygon:
		for _, ring := range g {
			out = append(out, orb.LineString(ring))
		}
	case orb.MultiPolygon:
		for _, pg := range g {
			out = append(out, linesOf(pg)...)
		}
	}
	return out
}

func distanceToLines(p orb.Point, lines []orb.LineString) float64 {
	best := 1e9
	for _, l := range lines {
		if d, _, _ := geo.PointToLine(p, l); float64(d) < best {
			best = float64(d)
		}
	}
	return best
}

// far is how far the scans look, in metres: farther than any selector.
const far = 1500

// at finds what there is at a position; false outside the district.
func (g *ground) at(p orb.Point) (*spot, bool) {
	q, err := geo.QueryFrom(p)
	if err != nil {
		return nil, false
	}
	sp := &spot{p: p, q: q, poleM: 1e9, anyPoleM: 1e9, zoneM: 1e9, borderM: 1e9, chances: map[float64][]layers.Chance{}, distanceOfRoads: map[string]float64{}}
	around := geo.Around(p, far)
	for _, f := range g.grids {
		if geo.Contains(g.fixed[f], q) {
			sp.grid, sp.town = f, f.Town
		}
	}
	if sp.grid == nil {
		return nil, false
	}
	for _, f := range g.grids {
		if f == sp.grid || !f.Geometry.Bound().Intersects(around) {
			continue
		}
		if d := distanceToLines(p, linesOf(f.Geometry)); d < sp.borderM {
			sp.other, sp.borderM = f, d
		} else if d == sp.borderM {
			sp.unsure = true
		}
	}
	for _, f := range g.homes {
		if geo.Contains(g.fixed[f], q) {
			sp.community = f.Code
		}
	}
	for _, f := range g.overlays {
		if geo.Contains(g.fixed[f], q) || geo.OnBorder(g.fixed[f], q) {
			sp.overlays = append(sp.overlays, f)
		}
	}
	slices.SortFunc(sp.overlays, func(a, b *layers.Overlay) int {
		kinds := layers.OverlayKinds()
		if a.Kind != b.Kind {
			return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, f := range g.poles {
		d := float64(geo.Distance(p, f.Geometry))
		if d < sp.anyPoleM {
			sp.anyPole, sp.anyPoleM = f, d
		}
		if !slices.Contains([]string{"removed", "restoring", "verified", "closed", "rejected"}, f.State) && d < sp.poleM {
			sp.pole, sp.poleM = f, d
		}
	}
	for _, f := range g.zones {
		d := 0.0
		if !geo.Contains(g.fixed[f], q) && !geo.OnBorder(g.fixed[f], q) {
			d = distanceToLines(p, linesOf(f.Geometry))
		}
		if d < sp.zoneM {
			sp.zone, sp.zoneM = f, d
		}
	}
	return sp, true
}

// roadM is how far away the road of that name is.
func (g *ground) roadM(sp *spot, name string) float64 {
	if d, known := sp.distanceOfRoads[name]; known {
		return d
	}
	var lines []orb.LineString
	for _, r := range g.roads {
		if r.Name == name {
			lines = append(lines, r.Geometry)
		}
	}
	d := distanceToLines(sp.p, lines)
	sp.distanceOfRoads[name] = d
	return d
}

// spots finds random places of every kind: anywhere, by poles and zones, on roads, near borders, in overlays.
func (g *ground) spots(random *rand.Rand, n int) (out []*spot) {
	for len(out) < n {
		var p orb.Point
		switch random.IntN(6) {
		case 0:
			b := pick(random, g.grids).Geometry.Bound()
			p = orb.Point{b.Min[0] + random.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + random.Float64()*(b.Max[1]-b.Min[1])}
		case 1:
			p = pick(random, g.poles).Geometry
		case 2:
			b := pick(random, g.zones).Geometry.Bound()
			p = b.Center()
		case 3:
			p = pick(random, pick(random, g.roads).Geometry)
		case 4:
			p = pick(random, pick(random, pick(random, g.grids).Geometry)[0])
		case 5:
			p = pick(random, g.overlays).Geometry.Bound().Center()
		}
		p = orb.Point{p[0] + random.NormFloat64()*2e-4, p[1] + random.NormFloat64()*2e-4}
		if sp, inside := g.at(p); inside && !sp.unsure {
			out = append(out, sp)
		}
	}
	return out
}
