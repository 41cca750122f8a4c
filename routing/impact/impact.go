package impact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/duty"
)

// Side is one state of the district: a snapshot and the rules that decide on it.
type Side struct {
	Snapshot *layers.Snapshot
	Rules    *duty.Rules
}

// Holder is who has something: a grid, and who acts there by which rule. Unit is empty where nobody has to act, Grid outside of all.
type Holder struct {
	Grid string `json:"grid,omitempty"`
	Unit string `json:"unit,omitempty"`
	Name string `json:"name,omitempty"`
	Rule string `json:"rule,omitempty"`
	// Outcome is that of the answer: assigned, no_action, outside and so on.
	Outcome duty.Outcome `json:"outcome"`
}

// same reports whether the same unit acts in the same grid. By which rule makes no difference.
func (h Holder) same(o Holder) bool {
	return h.Grid == o.Grid && h.Unit == o.Unit && h.Outcome == o.Outcome
}

// Move is a pole or a zone that changes hands.
type Move struct {
	Layer  layers.Layer `json:"layer"`
	ID     string       `json:"id"`
	Code   string       `json:"code"`
	Name   string       `json:"name,omitempty"`
	Lon    float64      `json:"lon"` // CGCS2000
	Lat    float64      `json:"lat"`
	Before Holder       `json:"before"`
	After  Holder       `json:"after"`
}

// Point is where it stands, CGCS2000.
func (m *Move) Point() orb.Point { return orb.Point{m.Lon, m.Lat} }

// Moves are the features of a layer that change hands.
type Moves struct {
	Of      int    `json:"of"` // how many there are
	Changed []Move `json:"changed"`
}

// ChangedCell is an H3 cell in which something changes hands.
type ChangedCell struct {
	Cell   string  `json:"cell"`
	Lon    float64 `json:"lon"` // its centre, CGCS2000
	Lat    float64 `json:"lat"`
	Before string  `json:"grid_before,omitempty"` // codes of grids
	After  string  `json:"grid_after,omitempty"`
	// Categories is how many categories have another unit, of Report.Categories.
	Categories int `json:"categories"`
	// Example is one of them.
	Example string `json:"example,omitempty"`
}

// GridCategory is a category in a grid where something changes hands. A grid is the one before.
type GridCategory struct {
	Category string `json:"category"`
	Grid     string `json:"grid"`
	// Changed of Of positions have another unit.
	Changed int    `json:"changed"`
	Of      int    `json:"of"`
	Before  Holder `json:"before"` // those of the first of them
	After   Holder `json:"after"`
}

// Report is what would change hands.
type Report struct {
	At layers.Instant `json:"at"`
	// Resolution is that of the H3 cells, Spots how many there are, Changed those in which something changes hands.
	Resolution int           `json:"resolution"`
	Spots      int           `json:"spots"`
	Changed    []ChangedCell `json:"changed"`
	// Categories is how many categories were asked about, Cells those of category × grid in which something changes hands; CellCount is how
	// many there are.
	Categories int            `json:"categories"`
	CellCount  int            `json:"cell_count"`
	Cells      []GridCategory `json:"cells"`
	Poles      Moves          `json:"poles"`
	Zones      Moves          `json:"zones"`
	// Times are the zones that are used for something else on some days of the year.
	Times []layers.Retiming `json:"times"`
	// Rules counts the categories × grids by another rule, whoever acts.
	Rules int `json:"other_rules"`
}

// The categories that poles and zones are asked about.
const (
	poleCategory = "part.pole.abandoned"
	zoneCategory = "event.parking.illegal"
)

// Compare asks both sides about the whole district at an instant. It ends early with the error of ctx. progress is called with the share that
// is done, 0 to 1, now and then; nil for no such call.
func Compare(ctx context.Context, before, after Side, at layers.Instant, resolution int, progress func(float64)) (*Report, error) {
	c := &comparison{before: asker{Side: before}, after: asker{Side: after}, at: at}
	c.Report = Report{At: at, Resolution: resolution, Changed: []ChangedCell{}, Cells: []GridCategory{}, Poles: Moves{Changed: []Move{}}, Zones: Moves{Changed: []Move{}}, Times: []layers.Retiming{}}
	if progress == nil {
		progress = func(float64) {}
	}
	if err := c.area(ctx, progress); err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	for _, l := range []layers.Layer{layers.Poles, layers.Zones} {
		if err := c.features(ctx, l); err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
	}
	c.times()
	progress(1)
	return &c.Report, nil
}

// comparison is the work on one report.
type comparison struct {
	before, after asker
	at            layers.Instant
	Report
}

// asker asks one side.
type asker struct {
	Side
	d duty.Decider
}

// ask returns who has a position.
func (a *asker) ask(p orb.Point, category string, at layers.Instant) Holder {
	q := duty.Question{Lon: p[0], Lat: p[1], CRS: geo.CGCS2000, Category: category, At: at}
	answer, err := a.d.Decide(a.Snapshot, a.Rules, geo.Converter{}, q)
	if err != nil {
		return Holder{Outcome: duty.Outside} // no position of the earth, which a cell of it is not
	}
	h := Holder{Outcome: answer.Outcome}
	if answer.Grid != nil {
		h.Grid = answer.Grid.Code
	}
	if r := answer.Responsibility; r != nil {
		if r.Primary != nil {
			h.Unit, h.Name, h.Rule = r.Primary.Unit, r.Primary.Name, r.Primary.Rule
		}
	}
	return h
}

// leaves are the codes of the categories of both sides that have none below them, in order; "" for a side without categories.
func (c *comparison) leaves() []string {
	var out []string
	for _, s := range []*layers.Snapshot{c.before.Snapshot, c.after.Snapshot} {
		for _, k := range s.LeafCategories(c.at) {
			out = append(out, k.Code)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) == 0 {
		out = []string{""}
	}
	return out
}

// area asks about every category at the centre of each cell.
func (c *comparison) area(ctx context.Context, progress func(float64)) error {
	cells, err := c.cells()
	if err != nil {
		return err
	}
	categories := c.leaves()
	c.Spots, c.Categories = len(cells), len(categories)
	of := map[[2]string]*GridCategory{}
	for i, cell := range cells {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i%64 == 0 {
			progress(float64(i) / float64(len(cells)+1))
		}
		p := centre(cell)
		spot := ChangedCell{Cell: geo.CellString(cell), Lon: p[0], Lat: p[1]}
		for _, category := range categories {
			before, after := c.before.ask(p, category, c.at), c.after.ask(p, category, c.at)
			spot.Before, spot.After = before.Grid, after.Grid
			key := [2]string{category, before.Grid}
			if of[key] == nil {
				of[key] = &GridCategory{Category: category, Grid: before.Grid}
			}
			of[key].Of++
			if before.Rule != after.Rule {
				c.Rules++
			}
			if before.same(after) {
				continue
			}
			if spot.Categories++; spot.Categories == 1 {
				spot.Example = category
			}
			if of[key].Changed++; of[key].Changed == 1 {
				of[key].Before, of[key].After = before, after
			}
		}
		if spot.Categories > 0 {
			c.Changed = append(c.Changed, spot)
		}
	}
	c.CellCount = len(of)
	for _, one := range of {
		if one.Changed > 0 {
			c.Cells = append(c.Cells, *one)
		}
	}
	slices.SortFunc(c.Cells, func(a, b GridCategory) int {
		if a.Grid != b.Grid {
			return strings.Compare(a.Grid, b.Grid)
		}
		return strings.Compare(a.Category, b.Category)
	})
	return nil
}

// cells are those whose centre lies in a grid of one of the sides, in order.
func (c *comparison) cells() ([]uint64, error) {
	var out []uint64
	for _, s := range []*layers.Snapshot{c.before.Snapshot, c.after.Snapshot} {
		for f := range s.Set(layers.Grids).All(c.at) {
			grid, ok := f.(*layers.Grid)
			if !ok {
				continue
			}
			for _, part := range grid.Geometry {
				cells, err := geo.CellsIn(part, c.Resolution)
				if err != nil {
					return nil, err
				}
				out = append(out, cells...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// centre is the mean of the corners of a cell.
func centre(cell uint64) (p orb.Point) {
	ring := geo.CellBoundary(cell)[0]
	n := float64(len(ring) - 1) // the last corner is the first one
	for _, corner := range ring[:len(ring)-1] {
		p[0] += corner[0] / n
		p[1] += corner[1] / n
	}
	return p
}

// features asks about the poles or the zones that are in force on both sides, at a position of each.
func (c *comparison) features(ctx context.Context, l layers.Layer) error {
	moves, category := &c.Poles, poleCategory
	if l == layers.Zones {
		moves, category = &c.Zones, zoneCategory
	}
	for f := range c.after.Snapshot.Set(l).All(c.at) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, both := c.before.Snapshot.Set(l).Get(f.Head().ID, c.at); !both {
			continue
		}
		moves.Of++
		p := position(f.Shape())
		before, after := c.before.ask(p, category, c.at), c.after.ask(p, category, c.at)
		if before.same(after) {
			continue
		}
		m := Move{Layer: l, ID: f.Head().ID, Lon: p[0], Lat: p[1], Before: before, After: after}
		m.Code, m.Name = f.Label()
		moves.Changed = append(moves.Changed, m)
	}
	return nil
}

// position is that of a point, or the middle of an area.
func position(g orb.Geometry) orb.Point {
	p, _ := planar.CentroidArea(g)
	return p
}

// times compares the use of the zones for a year.
func (c *comparison) times() {
	before, after := c.before.Snapshot, c.after.Snapshot
	if before.Calendar() == after.Calendar() {
		return
	}
	var zones []*layers.Zone
	var schedules []*layers.Schedule
	var orders []*layers.Order
	for f := range after.Set(layers.Zones).All(c.at) {
		if z, ok := f.(*layers.Zone); ok {
			zones = append(zones, z)
			schedules, orders = append(schedules, after.Revisions(z.ID)...), append(orders, after.OrdersOf(z.ID)...)
		}
	}
	today, _ := calendar.DayAt(int64(c.at))
	if changed := layers.Retimings(zones, schedules, orders, before.Calendar(), after.Calendar(), today, today+366); changed != nil {
		c.Times = changed
	}
}
