package layers

import (
	"math"
	"sync"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// Border is where two grids touch along a line, or one grid and the ground outside of the district (交界). Nobody writes borders down: the grids
// in force make them. Grids that touch in points have none.
type Border struct {
	// ID is b_<code>_<code>, the lower code first, and b_<code>_outside.
	ID string `json:"id"`
	// GridA and GridB are the codes of the grids; GridB is empty outside, and External is true.
	GridA string `json:"grid_a"`
	GridB string `json:"grid_b,omitempty"`
	// TownA and TownB are the codes of their towns.
	TownA string `json:"town_a,omitempty"`
	TownB string `json:"town_b,omitempty"`
	// CrossTown says that the grids are of two towns.
	CrossTown bool `json:"cross_town"`
	External  bool `json:"external,omitempty"`
	// LengthM is the geodesic length of all pieces in metres, to 0.1.
	LengthM float64 `json:"length_m"`
	// Beyond are the units on the other side of a border with the outside, the longest stretch first; none in the sea.
	Beyond []Beyond `json:"beyond,omitempty"`
	// Agreement is the id of the agreement in force, and Lead the code of the grid that leads by it. Lead is empty where the number of the
	// case says who does.
	Agreement string `json:"agreement,omitempty"`
	Lead      string `json:"lead,omitempty"`
	// Geometry are the pieces, each with GridA on its left. It is shared: read only.
	Geometry orb.MultiLineString `json:"geometry"`
}

// outsideBorder stands for the code of what is not a grid.
const outsideBorder = "outside"

// BorderID returns the id of the border of two grids, or of one and the outside for an empty code.
func BorderID(a, b string) string {
	switch {
	case a == "" || b == "":
		return "b_" + a + b + "_" + outsideBorder
	case a > b:
		a, b = b, a
	}
	return "b_" + a + "_" + b
}

// borders are those of a partition, made when somebody asks. What they are depends on the partition alone, so it is the same whoever asks
// first.
type borders struct {
	once sync.Once
	list []Border
}

// touching are the ids of the borders of a partition by the codes of their grids, the lower one first, "" for the outside. They are made when
// somebody asks first.
type touching struct {
	once sync.Once
	ids  map[[2]string]string
}

// BorderOf returns the id of the border between two grids of the partition, or of one and the outside for nil; empty where they touch in points
// alone, or not at all.
func (p *Partition) BorderOf(a, b *Grid) string {
	p.touching.once.Do(func() {
		p.touching.ids = map[[2]string]string{}
		for arc := range p.plan.coverage.Arcs() {
			left, _ := p.codes(arc.Left)
			right, _ := p.codes(arc.Right)
			p.touching.ids[[2]string{min(left, right), max(left, right)}] = BorderID(left, right)
		}
	})
	var codes [2]string
	for i, g := range [...]*Grid{a, b} {
		if g != nil {
			codes[i] = g.Code
		}
	}
	return p.touching.ids[[2]string{min(codes[0], codes[1]), max(codes[0], codes[1])}]
}

// Borders returns the borders of the grids in force at the instant, by the codes of the grids, the outside of each before its neighbours; none
// if no grids are in force. The list is the caller's.
func (s *Snapshot) Borders(at Instant) []Border {
	p := s.Partition(Grids, at)
	if p == nil {
		return nil
	}
	p.borders.once.Do(func() { p.borders.list = p.makeBorders() })
	out := make([]Border, len(p.borders.list))
	agreed, beyond := s.agreedAt(at), s.beyondBorders(p, at)
	for i, b := range p.borders.list {
		if a := agreed[[2]string{b.GridA, b.GridB}]; a != nil {
			b.Agreement = a.ID
			b.Lead, _ = a.Leader(at, "")
		}
		b.Beyond = s.beyond(beyond[i], at)
		out[i] = b
	}
	return out
}

// Border returns the border with the id at the instant.
func (s *Snapshot) Border(id string, at Instant) (Border, bool) {
	for _, b := range s.Borders(at) {
		if b.ID == id {
			return b, true
		}
	}
	return Border{}, false
}

// agreedAt returns the agreements in force at an instant by their grids, of several the one with the lowest id.
func (s *Snapshot) agreedAt(at Instant) map[[2]string]*Agreement {
	out := map[[2]string]*Agreement{}
	for f := range s.Set(Agreements).All(at) {
		a, ok := f.(*Agreement)
		if !ok || !a.InForce(at) {
			continue
		}
		if pair := [2]string{a.GridA, a.GridB}; out[pair] == nil {
			out[pair] = a
		}
	}
	return out
}

// makeBorders makes the borders of a partition of grids from their arrangement, whose areas are in the order of their codes.
func (p *Partition) makeBorders() []Border {
	var out []Border
	for _, b := range p.plan.coverage.Borders() {
		one := Border{LengthM: math.Round(float64(b.Length)*10) / 10, External: b.B == geo.Outside}
		one.GridA, one.TownA = p.codes(b.A)
		one.GridB, one.TownB = p.codes(b.B)
		one.CrossTown = !one.External && one.TownA != one.TownB
		one.ID = BorderID(one.GridA, one.GridB)
		for _, a := range b.Arcs {
			line := make(orb.LineString, len(a.Line))
			for i, f := range a.Line {
				line[i] = f.Point()
			}
			one.Geometry = append(one.Geometry, line)
		}
		out = append(out, one)
	}
	return out
}

// codes returns the code and the town of a grid, empty for the outside.
func (p *Partition) codes(area int) (code, town string) {
	g, ok := p.feature(area).(*Grid)
	if !ok {
		return "", ""
	}
	return g.Code, g.Town
}
