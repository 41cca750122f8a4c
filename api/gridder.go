package api

import (
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// What stands for a position in a list of areas, and in the list grids of an answer, where there is no area.
const (
	gridOutside = -1 // the position is outside
	gridError   = -2 // the position could not be read
)

// gridder finds the grids of many positions that have a system and an instant in common. It is duty.Grid for lists: it gives the
// same grid for each, and an error for the same ones. It is immutable.
type gridder struct {
	w      *World
	conv   geo.Converter
	common duty.Question
	grids  *layers.Partition
	// stored is set for systems whose numbers are those that are stored, so that there is nothing to convert.
	stored bool
	// low and high are the corners of a box, rounded inwards, in which stored positions are neither swapped nor off the Earth; low is
	// above high where there is none.
	low, high geo.Fixed
}

// gridder returns the gridder for positions that have q in common. Its error is duty.ErrNoEdition where no grids were in force.
func (c *call) gridder(q duty.Question) (*gridder, error) {
	crs := q.CRS.Normal()
	g := &gridder{w: c.w, conv: c.s.Converter, common: q, stored: crs == geo.WGS84 || crs == geo.CGCS2000, grids: c.w.Partition(layers.Grids, q.At)}
	if g.grids == nil {
		return nil, duty.ErrNoEdition
	}
	g.low, g.high = geo.Fixed{X: 1, Y: 1}, geo.Fixed{}
	if e := c.w.extent; g.stored && !e.IsEmpty() {
		g.low = geo.Fixed{X: int32(math.Ceil(max(e.Min[0], -180)*geo.FixedScale) + 1), Y: int32(math.Ceil(max(e.Min[1], -90)*geo.FixedScale) + 1)}
		g.high = geo.Fixed{X: int32(math.Floor(min(e.Max[0], 180)*geo.FixedScale) - 1), Y: int32(math.Floor(min(e.Max[1], 90)*geo.FixedScale) - 1)}
	}
	return g, nil
}

// nearby reports whether a position can be located as it is.
func (g *gridder) nearby(p geo.Fixed) bool {
	return p.X >= g.low.X && p.X <= g.high.X && p.Y >= g.low.Y && p.Y <= g.high.Y
}

// stage is how many positions are located together.
const stage = 256

// locate appends to areas the index of the area of each position, gridOutside or gridError. Positions are longitude and latitude
// in turn.
func (g *gridder) locate(areas []int32, positions []float64) []int32 {
	var queries [stage]geo.Query
	for len(positions) > 0 {
		n := min(stage, len(positions)/2)
		wrong := 0
		for i := range n {
			q, ok := g.query(positions[2*i], positions[2*i+1])
			queries[i] = q
			if !ok {
				wrong++
			}
		}
		areas = g.grids.LocateAll(areas, queries[:n])
		if wrong > 0 {
			g.strike(areas[len(areas)-n:], positions)
		}
		positions = positions[2*n:]
	}
	return areas
}

// strike sets the areas of positions that cannot be read.
func (g *gridder) strike(areas []int32, positions []float64) {
	for i := range areas {
		if _, ok := g.query(positions[2*i], positions[2*i+1]); !ok {
			areas[i] = gridError
		}
	}
}

// query reads one position. ok is false exactly if problem returns an error.
func (g *gridder) query(lon, lat float64) (q geo.Query, ok bool) {
	p := orb.Point{lon, lat}
	if !g.stored {
		return g.converted(p)
	}
	e := &g.w.extent
	if lon >= e.Min[0] && lon <= e.Max[0] && lat >= e.Min[1] && lat <= e.Max[1] { // near the district: neither swapped nor off the Earth
		q, err := geo.QueryFrom(p)
		return q, err == nil
	}
	if g.w.mistaken(g.common.CRS, p) != nil {
		return geo.Query{}, false
	}
	q, err := geo.QueryFrom(p)
	return q, err == nil
}

func (g *gridder) converted(p orb.Point) (geo.Query, bool) {
	if g.w.mistaken(g.common.CRS, p) != nil {
		return geo.Query{}, false
	}
	stored, err := g.conv.ToStorage(g.common.CRS, p)
	if err != nil {
		return geo.Query{}, false
	}
	q, err := geo.QueryFrom(stored)
	return q, err == nil
}

// problem says what is wrong with a position that locate gave gridError.
func (g *gridder) problem(lon, lat float64) error {
	q := g.common
	q.Lon, q.Lat = lon, lat
	if err := g.w.check(q); err != nil {
		return err
	}
	if _, err := duty.Grid(g.w.Snapshot, g.w.Rules, g.conv, q); err != nil {
		return g.w.answerProblem(err, q)
	}
	return nil
}

// tabulate replaces areas by indexes into the list of the codes that occur, which it returns in the order in which they do.
func (g *gridder) tabulate(areas []int32) (codes []string) {
	features := g.grids.Features()
	place := make([]int32, len(features)) // of an area in codes, plus one
	for i, area := range areas {
		if area < 0 {
			continue
		}
		if place[area] == 0 {
			code, _ := features[area].Label()
			codes = append(codes, code)
			place[area] = int32(len(codes))
		}
		areas[i] = place[area] - 1
	}
	return codes
}
