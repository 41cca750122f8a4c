package duty

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
)

// ErrNoEdition says that no grids were in force at the instant that was asked about.
var ErrNoEdition = errors.New("no edition of the grids at that time")

const (
	// nearby is the least distance in metres within which neighbours and features are listed.
	nearby geo.Metres = 30
	// farthest is the greatest distance within which features are listed, however inaccurate the position is: beyond, there are
	// too many to mean anything.
	farthest geo.Metres = 250
	// mostFeatures bounds the list of features of one layer.
	mostFeatures = 8
	// certain is the least probability of a grid that is not ambiguous.
	certain = 0.90
	// worthNaming is the least probability of a candidate.
	worthNaming = 0.005
)

// Decide answers q from s by r, which are rules of s or fit it. Errors: geo.ErrCoordinate and geo.ErrCRS for a position that cannot be read, geo.ErrFigure for a line or
// an area that is none, ErrNoEdition. A position outside the district is an answer.
func Decide(s *layers.Snapshot, r *Rules, conv geo.Converter, q Question) (Answer, error) {
	var d Decider
	a, err := d.Decide(s, r, conv, q)
	if err != nil {
		return Answer{}, err
	}
	return *a, nil
}

// Decider answers one question after the other and keeps the room that answers need, so that those who ask thousands a second leave
// nothing behind. The zero Decider is ready. One goroutine at a time may use it.
type Decider struct {
	s     *layers.Snapshot
	rules *Rules
	q     Question
	p     orb.Point
	fine  geo.Query
	reach geo.Metres // for neighbours
	near  geo.Metres // for features
	// chances is how the error of the position is shared between the grids; empty where the accuracy is not known.
	chances []layers.Chance
	// lying is how a reported line or area lies; nil for a position.
	lying   *lying
	answer  Answer
	c       Case
	h       held
	allowed string // by what a zone has its mode

	// Room for what the answer points to.
	grid           GridHit
	nearestGrid    Nearest
	responsibility Responsibility
	primary        Party
	supervisor     Party
	crossing       Crossing
	basis          Basis
	clock          Deadlines
	refs           []string
	beside         []layers.Near
	grounds        []layers.Near
	found          []Feature
}

// Decide is the function Decide. The answer and all it leads to may be read until the Decider is used again.
func (d *Decider) Decide(s *layers.Snapshot, r *Rules, conv geo.Converter, q Question) (*Answer, error) {
	p, fine, grids, err := place(s, conv, q)
	if err != nil {
		return nil, err
	}
	d.lying = nil
	if q.Shape != nil {
		if d.lying, fine, err = q.lie(s, r, conv, grids); err != nil {
			return nil, err
		}
		p = fine.Point()
	}
	d.s, d.rules, d.q, d.p, d.fine = s, r, q, p, fine
	d.reach = max(nearby, geo.Metres(q.AccuracyM))
	d.near = min(d.reach, farthest)
	d.chances = d.chances[:0]
	on, _ := calendar.DayAt(int64(q.At))
	was := &d.answer
	d.answer = Answer{
		Query:     q,
		Position:  Position{Lon: round(p[0], 1e7), Lat: round(p[1], 1e7), CRS: "cgcs2000", Converted: q.CRS.Normal() != "wgs84" && q.CRS.Normal() != "cgcs2000", Precision: q.Precision()},
		Hierarchy: emptied(was.Hierarchy), Neighbour: emptied(was.Neighbour), Overlays: emptied(was.Overlays), Features: emptied(was.Features),
		Candidates: was.Candidates[:0], Trace: was.Trace[:0],
		Data: Data{Epoch: s.Position().Epoch, Revision: s.Position().Revision, Rules: r.Version(), Calendar: s.Calendar().Version(on), AsOf: s.RecordedAt()},
		Demo: s.Settings().Demo,
	}
	d.trace("crs", string(q.CRS))
	if d.lying != nil {
		d.trace("shape", d.lying.text())
	}
	d.locate(grids)
	return &d.answer, nil
}

// emptied is a list without what was in it, never nil.
func emptied[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list[:0]
}

// Where returns the position that the answer to q is for: the position asked about, or one of a line or an area in the grid that leads. Errors
// are those of Decide.
func Where(s *layers.Snapshot, r *Rules, conv geo.Converter, q Question) (orb.Point, error) {
	p, _, grids, err := place(s, conv, q)
	if err != nil || q.Shape == nil {
		return p, err
	}
	_, at, err := q.lie(s, r, conv, grids)
	return at.Point(), err
}

// Grid returns the one grid of a position, nil outside the district: Decide without the rest, for those who ask for many. Errors
// are those of Decide.
func Grid(s *layers.Snapshot, r *Rules, conv geo.Converter, q Question) (*layers.Grid, error) {
	_, fine, grids, err := place(s, conv, q)
	if err == nil && q.Shape != nil {
		_, fine, err = q.lie(s, r, conv, grids)
	}
	if err != nil {
		return nil, err
	}
	hit, _ := grids.Locate(fine)
	grid, _ := hit.(*layers.Grid)
	return grid, nil
}

// place reads the position of q and finds the grids in force.
func place(s *layers.Snapshot, conv geo.Converter, q Question) (p orb.Point, fine geo.Query, grids *layers.Partition, err error) {
	if p, err = conv.ToStorage(q.CRS, orb.Point{q.Lon, q.Lat}); err != nil {
		return p, fine, nil, err
	}
	if fine, err = geo.QueryFrom(p); err != nil {
		return p, fine, nil, err
	}
	if grids = s.Partition(layers.Grids, q.At); grids == nil {
		return p, fine, nil, fmt.Errorf("%w: %s", ErrNoEdition, q.At)
	}
	return p, fine, grids, nil
}

func (d *Decider) trace(step, detail string) {
	d.answer.Trace = append(d.answer.Trace, Step{Step: step, Detail: detail})
}

func (d *Decider) locate(grids *layers.Partition) {
	ladder := d.s.Climb(d.fine, d.q.At)
	own, others := grids.Nearest(d.beside[:0], d.fine, max(d.reach, d.rules.borderReach))
	d.beside = others
	if d.lying != nil {
		d.around(grids, ladder.Grid)
	}
	d.weigh(grids)
	if ladder.Grid == nil {
		d.outside(own)
		return
	}
	grid := ladder.Grid
	d.grid = GridHit{Code: grid.Code, Name: grid.Name, NameEn: grid.NameEn, Edition: d.edition(grid.Edition), Version: grid.Version,
		Match: ladder.Match.String(), BoundaryDistance: round(float64(own.Distance), 10), Probability: d.probability(grid)}
	d.answer.Grid = &d.grid
	d.answer.Data.Edition = d.grid.Edition
	d.trace("grid", grid.Code+" "+ladder.Match.String())
	for _, n := range d.beside {
		if n.Distance > d.reach {
			break
		}
		one := d.neighbour(n, grid.Town)
		other, _ := n.Feature.(*layers.Grid)
		one.Border = grids.BorderOf(grid, other)
		d.answer.Neighbour = append(d.answer.Neighbour, one)
	}
	d.hierarchy(ladder)
	d.begin(ladder)
	d.overlays()
	d.features()
	d.border(ladder.Match)
	d.responsible()
	d.doubt(grid)
}

func (d *Decider) outside(own layers.Near) {
	d.answer.Outcome = Outside
	d.trace("grid", "outside")
	if own.Feature != nil {
		d.nearestGrid = d.neighbour(own, "")
		d.answer.Nearest = &d.nearestGrid
	}
	d.besideOutside()
	d.doubt(nil)
}

// weigh finds how the error of the position is shared between the grids.
func (d *Decider) weigh(grids *layers.Partition) {
	if d.q.AccuracyM > 0 && d.q.Shape == nil {
		d.chances = grids.Probabilities(d.chances, d.fine, geo.Metres(d.q.AccuracyM))
	}
}

// probability is that of a grid, nil for the outside, to 0.001; nil where the accuracy is not known.
func (d *Decider) probability(grid *layers.Grid) *float64 {
	if len(d.chances) == 0 {
		return nil
	}
	p := round(d.chance(grid), 1000)
	return &p
}

func (d *Decider) chance(grid *layers.Grid) float64 {
	for _, c := range d.chances {
		if g, _ := c.Feature.(*layers.Grid); g == grid {
			return c.Probability
		}
	}
	return 0
}

// doubt makes an answer ambiguous whose grid, nil for the outside, has too little of the error.
func (d *Decider) doubt(grid *layers.Grid) {
	if len(d.chances) == 0 || d.chance(grid) >= certain {
		return
	}
	if d.answer.Outcome != CrossBorder {
		d.answer.Outcome = Ambiguous
	}
	for _, c := range d.chances {
		if c.Probability < worthNaming {
			continue
		}
		one := Candidate{Probability: round(c.Probability, 1000), External: c.Feature == nil}
		if g, ok := c.Feature.(*layers.Grid); ok {
			one.Code, one.Name, one.NameEn, one.Unit = g.Code, g.Name, g.NameEn, g.Office
		} else {
			one.Unit, one.Name, one.NameEn = d.outsideCandidate(grid)
		}
		d.answer.Candidates = append(d.answer.Candidates, one)
	}
	d.trace("ambiguous", fmt.Sprintf("%d candidates for an error of %v m", len(d.answer.Candidates), d.q.AccuracyM))
}

// edition returns what people call the edition of that id.
func (d *Decider) edition(id string) string {
	if e, ok := layers.Get[*layers.Edition](d.s, layers.Editions, id, d.q.At); ok {
		return e.Code
	}
	return id
}

func (d *Decider) neighbour(n layers.Near, town string) Nearest {
	g, ok := n.Feature.(*layers.Grid)
	out := Nearest{Distance: round(float64(n.Distance), 10), External: n.Feature == nil, Probability: d.probability(g)}
	if ok {
		out.Code, out.Name, out.NameEn, out.Unit = g.Code, g.Name, g.NameEn, g.Office
		out.SameTown = town != "" && g.Town == town
	} else {
		out.Unit, out.Name, out.NameEn = d.beyond(n)
	}
	return out
}

// hierarchy lists district, town, grid and community, each that the store has.
func (d *Decider) hierarchy(l layers.Ladder) {
	if l.District != nil {
		d.level("district", l.District.ID, l.District.Code, l.District.Name, l.District.NameEn, "")
	}
	if l.Town != nil {
		d.level("town", l.Town.ID, l.Town.Code, l.Town.Name, l.Town.NameEn, "")
	}
	d.level("grid", l.Grid.ID, l.Grid.Code, l.Grid.Name, l.Grid.NameEn, l.Grid.Office)
	if l.Community != nil {
		d.level("community", l.Community.ID, l.Community.Code, l.Community.Name, l.Community.NameEn, "")
	}
}

func (d *Decider) level(level, id, code, name, nameEn, unit string) {
	d.answer.Hierarchy = append(d.answer.Hierarchy, Level{level, id, code, name, nameEn, unit})
}

// round rounds to parts of a unit: 10 for tenths.
func round(v, parts float64) float64 { return math.Round(v*parts) / parts }
