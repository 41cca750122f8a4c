package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// columns are the columns that are added to those of the file.
func (l *locating) columns() []string {
	columns := []string{"outcome", "grid_code", "grid_name", "town_code", "unit", "boundary_distance_m"}
	if l.ask.AccuracyM > 0 {
		columns = append(columns, "probability")
	}
	return columns
}

// gridColumns is how many of the columns depend on the grid alone, as long as neither a category nor an error of the position
// matters.
const gridColumns = 5

// cells are the added columns of an answer. Outside, the distance is the one to the nearest grid, and the probability that of being
// outside.
func (l *locating) cells(a *duty.Answer) []string {
	out := make([]string, len(l.columns()))
	out[0] = string(a.Outcome)
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	if a.Grid != nil {
		out[1], out[2], out[5] = a.Grid.Code, a.Grid.Name, number(a.Grid.BoundaryDistance)
	} else if a.Nearest != nil {
		out[5] = number(a.Nearest.Distance)
	}
	for _, level := range a.Hierarchy {
		if level.Level == "town" {
			out[3] = level.Code
		}
	}
	if a.Responsibility != nil && a.Responsibility.Primary != nil {
		out[4] = a.Responsibility.Primary.Unit
	}
	switch {
	case l.ask.AccuracyM <= 0:
	case a.Grid == nil:
		out[6] = number(l.outsideProbability(a.Query))
	case a.Grid.Probability != nil:
		out[6] = number(*a.Grid.Probability)
	}
	return out
}

// outsideProbability is the share of the error of a position that lies in no grid, to 0.001 as in an answer.
func (l *locating) outsideProbability(q duty.Question) float64 {
	fine, ok := l.query(q.Lon, q.Lat)
	if !ok {
		return 0
	}
	for _, c := range l.grids.Probabilities(nil, fine, geo.Metres(q.AccuracyM)) {
		if c.Feature == nil {
			return math.Round(c.Probability*1000) / 1000
		}
	}
	return 0
}

// query reads a position. For one that is not ok, decide says what is wrong.
func (l *locating) query(lon, lat float64) (q geo.Query, ok bool) {
	if l.swapped(lon, lat) {
		return q, false
	}
	p, err := l.conv.ToStorage(l.ask.CRS, orb.Point{lon, lat})
	if err != nil {
		return q, false
	}
	q, err = geo.QueryFrom(p)
	return q, err == nil
}

// answerable reports why no position at all could be answered.
func (l *locating) answerable() error {
	if l.grids == nil {
		return fmt.Errorf("%w: %s", duty.ErrNoEdition, l.ask.At)
	}
	if _, err := l.conv.ToStorage(l.ask.CRS, orb.Point{}); errors.Is(err, geo.ErrCRS) {
		return err
	}
	return nil
}

// quickLocator finds the added columns of many positions with no more work than the columns need. What duty.Decide says of a grid is
// asked once a grid; then only the grid of a position and the distance to its border are found. Decide is asked for the position
// itself where the answer depends on more: a category, a grid that names no town, an error of the position that may reach over a
// border. It is for one goroutine.
type quickLocator struct {
	l *locating
	// known are the cells of a grid, nil for one that is always asked about.
	known map[layers.Feature][]byte
	// byGrid says that the rules give one unit for the whole of a grid.
	byGrid  bool
	outside []byte
	// clear is the distance to the nearest border from which on the error of a position has no share beyond it.
	clear geo.Metres
	near  []layers.Near // room; only a position on a border needs it

	decider duty.Decider
}

// clearOfBorders is the least distance to a border, in radii of 68 % of an error, beyond which layers.Partition.Probabilities finds
// nothing: it looks as far as 5.3 standard deviations, which are 3.52 radii, in a plane that is good to 1 %.
const clearOfBorders = 3.6

func newQuickLocator(l *locating) *quickLocator {
	q := &quickLocator{l: l, known: map[layers.Feature][]byte{}, byGrid: l.ask.Category == "" && l.rules.ByGrid()}
	outside := make([]string, gridColumns)
	outside[0] = string(duty.Outside)
	q.outside = appendCells(nil, outside)
	if l.ask.AccuracyM > 0 {
		const least = 0.001 // metres; Probabilities takes a smaller error for this one
		q.clear = geo.Metres(clearOfBorders * max(l.ask.AccuracyM, least))
	}
	return q
}

// appendAnswer appends the added columns of a position.
func (q *quickLocator) appendAnswer(out []byte, lon, lat float64) ([]byte, error) {
	fine, ok := q.l.query(lon, lat)
	if !ok || !q.byGrid {
		return q.decide(out, lon, lat)
	}
	area, _ := q.l.grids.Locate(fine)
	own, near := q.l.grids.Nearest(q.near[:0], fine, 0)
	q.near = near
	if own.Feature == nil || q.l.ask.AccuracyM > 0 && own.Distance < q.clear {
		return q.decide(out, lon, lat)
	}
	cells := q.outside
	if area != nil {
		var err error
		if cells, err = q.cellsOf(area, lon, lat); err != nil {
			return nil, err
		}
		if cells == nil {
			return q.decide(out, lon, lat)
		}
	}
	out = append(out, cells...)
	out = appendTenths(append(out, ','), float64(own.Distance))
	if q.l.ask.AccuracyM > 0 {
		out = append(out, ",1"...)
	}
	return out, nil
}

// decide asks duty.Decide.
func (q *quickLocator) decide(out []byte, lon, lat float64) ([]byte, error) {
	answer, err := q.l.decide(&q.decider, lon, lat)
	if err != nil {
		return nil, err
	}
	return appendCells(out, q.l.cells(answer)), nil
}

// cellsOf returns the cells of an area, which has the position clear of its borders.
func (q *quickLocator) cellsOf(area layers.Feature, lon, lat float64) ([]byte, error) {
	cells, ok := q.known[area]
	if ok {
		return cells, nil
	}
	if grid, is := area.(*layers.Grid); is && grid.Town != "" {
		answer, err := q.l.decide(&q.decider, lon, lat)
		if err != nil {
			return nil, err
		}
		cells = appendCells(nil, q.l.cells(answer)[:gridColumns])
	}
	q.known[area] = cells
	return cells, nil
}

// appendTenths appends a distance, rounded to 0.1 m, in as few digits as it has.
func appendTenths(out []byte, metres float64) []byte {
	tenths := math.Round(metres * 10)
	if !(tenths < 1e15) {
		return strconv.AppendFloat(out, tenths/10, 'f', -1, 64)
	}
	n := int64(tenths)
	out = strconv.AppendInt(out, n/10, 10)
	if n%10 != 0 {
		out = append(out, '.', byte('0'+n%10))
	}
	return out
}
