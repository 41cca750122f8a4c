package layers

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// CoverageTolerance is the width in metres under which a bounded empty space between areas is a gap and not a hole.
const CoverageTolerance geo.Metres = 0.5

// Partition is what a partition layer is during an interval in which no row of it changes: its features by code, the
// arrangement of their borders, and a locator on it. It is immutable.
type Partition struct {
	layer    Layer
	features []Feature
	edition  string
	plan     *plan
	borders  borders
	touching touching
}

// plan is the geometry of a Partition, shared by all intervals with the same areas.
type plan struct {
	key      planKey
	coverage *geo.Coverage
	locator  *geo.Locator
	laid     overlays
	beyond   beyondBorders
}

// Features returns the areas by code; the index is the one of the coverage. The slice is shared and read-only.
func (p *Partition) Features() []Feature { return p.features }

// Coverage returns the arrangement of the borders.
func (p *Partition) Coverage() *geo.Coverage { return p.plan.coverage }

// Locate returns the one area that has q, by the border rule of package geo, or nil and MatchNone outside.
func (p *Partition) Locate(q geo.Query) (Feature, geo.Match) {
	i, m := p.plan.locator.Locate(q)
	if i < 0 {
		return nil, m
	}
	return p.features[i], m
}

// LocateAll appends to dst the index in Features of the area of each of qs, -1 outside, and returns it: Locate for many.
func (p *Partition) LocateAll(dst []int32, qs []geo.Query) []int32 {
	return p.plan.locator.LocateAll(dst, qs)
}

// Near is an area near a position, how far away it is, and where it is so near. Feature is nil for the outside of the partition.
type Near struct {
	Feature  Feature
	Distance geo.Metres
	At       orb.Point
}

// Nearest returns the distance from q to the nearest border of the area that has it (for a position outside: to the nearest
// area, in own), and appends the other areas within reach to dst, the nearest first.
func (p *Partition) Nearest(dst []Near, q geo.Query, within geo.Metres) (own Near, others []Near) {
	var room [8]geo.Neighbour
	o, list := p.plan.locator.AppendNearest(room[:0], q, within)
	own = Near{Distance: o.Distance, Feature: p.feature(o.Area), At: o.At}
	if own.Feature == nil {
		own.Feature = p.feature(o.Beyond)
	}
	for _, n := range list {
		dst = append(dst, Near{Distance: n.Distance, Feature: p.feature(n.Area), At: n.At})
	}
	return own, dst
}

// feature returns the area with the index, nil for the outside.
func (p *Partition) feature(area int) Feature {
	if area < 0 {
		return nil
	}
	return p.features[area]
}

// Chance is how likely an uncertain position is to lie in an area. Feature is nil for the outside of the partition.
type Chance struct {
	Feature     Feature
	Probability float64
}

// Probabilities appends to dst the areas in which a position may lie that is q but for a round Gaussian error, 68 % of it within accuracy
// metres, the most probable first; they add up to 1 (geo.Locator.Probabilities).
func (p *Partition) Probabilities(dst []Chance, q geo.Query, accuracy geo.Metres) []Chance {
	var room [8]geo.AreaProbability
	for _, a := range p.plan.locator.Probabilities(room[:0], q, accuracy) {
		dst = append(dst, Chance{p.feature(a.Area), a.Probability})
	}
	return dst
}

// Portion is what an area has of a figure. Feature is nil for the outside of the partition.
type Portion struct {
	Feature Feature
	Share   float64
}

// Portions returns the areas that have a part of a figure, the greatest share first; the shares add up to 1 (geo.Locator.Portions).
func (p *Partition) Portions(f geo.Figure) []Portion {
	list := p.plan.locator.Portions(f)
	out := make([]Portion, len(list))
	for i, one := range list {
		out[i] = Portion{p.feature(one.Area), one.Share}
	}
	return out
}

// PointIn returns a position of a figure in an area, nil for the outside, far from others; false if there is none (geo.Locator.PointIn).
func (p *Partition) PointIn(f geo.Figure, area Feature) (geo.Query, bool) {
	number := geo.Outside
	if area != nil {
		number = slices.Index(p.features, area)
		if number < 0 {
			return geo.Query{}, false
		}
	}
	return p.plan.locator.PointIn(f, number)
}

// Timeline is a partition layer over time.
type Timeline struct {
	from  []Instant    // the start of each interval, rising
	parts []*Partition // nil where the rows of the interval form no partition or there are none
}

// At returns the partition in force at the instant, or nil.
func (t *Timeline) At(at Instant) *Partition {
	i, found := slices.BinarySearch(t.from, at)
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	return t.parts[i]
}

// planKey identifies the areas of a plan.
type planKey [sha256.Size]byte

// planner makes plans and remembers those in use, so that an edit of a name does not arrange the borders again.
type planner struct {
	old, used map[planKey]*plan
}

// timeline cuts the rows of a partition layer at every start and end, and arranges each interval. Rows that apply at now or
// later must form a partition: if not, the error is *Poisoned and names them.
func (pl *planner) timeline(s *Set, now Instant) (*Timeline, error) {
	type row struct {
		f    Feature
		hash planKey
	}
	var rows []row
	cuts := []Instant{}
	var scratch []byte
	for f := range s.Rows() {
		b, err := appendShape(append(append(scratch[:0], f.Head().ID...), 0), f.Shape())
		if err != nil {
			return nil, err
		}
		scratch = b
		rows = append(rows, row{f, sha256.Sum256(b)})
		cuts = append(cuts, f.Head().ValidFrom)
		if to := f.Head().ValidTo; to != 0 {
			cuts = append(cuts, to)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(codeOf(a.f), codeOf(b.f)) })
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	t := &Timeline{from: cuts, parts: make([]*Partition, len(cuts))}
	for i, at := range cuts {
		p := &Partition{layer: s.info.Layer}
		sum := sha256.New()
		for _, r := range rows {
			if r.f.Head().ValidAt(at) {
				p.features = append(p.features, r.f)
				sum.Write(r.hash[:])
			}
		}
		if len(p.features) == 0 {
			continue
		}
		p.edition = newestEdition(p.features)
		var err error
		p.plan, err = pl.plan(planKey(sum.Sum(nil)), p)
		past := i+1 < len(cuts) && cuts[i+1] <= now
		switch {
		case err == nil:
			t.parts[i] = p
		case !past:
			return nil, err
		}
	}
	return t, nil
}

func codeOf(f Feature) string {
	code, _ := f.Label()
	return cmp.Or(code, f.Head().ID)
}

func (pl *planner) plan(key planKey, p *Partition) (*plan, error) {
	if have := cmp.Or(pl.used[key], pl.old[key]); have != nil {
		pl.used[key] = have
		return have, nil
	}
	coverage, err := Arrange(p.layer, p.features)
	if err != nil {
		return nil, err
	}
	made := &plan{key: key, coverage: coverage, locator: geo.NewLocator(coverage)}
	pl.used[key] = made
	return made, nil
}

// Arrange builds the arrangement of features, which must be in the order of their codes. Rows that overlap, leave a gap or
// are no areas are named in the returned *Poisoned.
func Arrange(l Layer, features []Feature) (*geo.Coverage, error) {
	areas := make([]geo.FixedMultiPolygon, len(features))
	bad := &Poisoned{Layer: l}
	for i, f := range features {
		var err error
		if areas[i], err = geo.FixedMultiPolygonFrom(f.Shape()); err != nil {
			bad.Rows = append(bad.Rows, Quarantined{Layer: l, Row: f.Head().ID, ID: f.Head().ID, Reason: err.Error()})
		}
	}
	if len(bad.Rows) > 0 {
		return nil, bad
	}
	coverage, defects := geo.NewCoverage(areas, CoverageTolerance)
	for _, d := range defects {
		if d.Severity != "error" {
			continue
		}
		q := Quarantined{Layer: l, Reason: fmt.Sprintf("%s: %s", d.Kind, d.Detail), At: &d.At}
		ids := make([]string, 0, len(d.Areas))
		for _, a := range d.Areas {
			if a >= 0 {
				ids = append(ids, features[a].Head().ID)
			}
		}
		q.ID = strings.Join(ids, ",")
		q.Row = q.ID
		bad.Rows = append(bad.Rows, q)
	}
	if len(bad.Rows) > 0 || coverage == nil {
		return nil, bad
	}
	return coverage, nil
}
