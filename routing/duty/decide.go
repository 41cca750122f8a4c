package duty

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"wangge/geo"
	"wangge/layers"
)

// ErrNoEdition: no grids were in force at the instant that was asked about.
var ErrNoEdition = errors.New("no edition of the grids at that time")

const (
	// nearby is the least distance in metres within which neighbours and features are listed.
	nearby geo.Metres = 30
	// mostFeatures bounds the list of features of one layer.
	mostFeatures = 8
)

// Decide answers q from s. Errors: geo.ErrCoordinate and geo.ErrCRS for a position that cannot be read, ErrNoEdition. A position
// outside the district is an answer.
func Decide(s *layers.Snapshot, conv geo.Converter, q Question) (Answer, error) {
	p, fine, grids, err := place(s, conv, q)
	if err != nil {
		return Answer{}, err
	}
	d := &decision{s: s, q: q, p: p, fine: fine, reach: max(nearby, geo.Metres(q.AccuracyM))}
	d.answer = Answer{
		Query:     q,
		Position:  Position{Lon: round(p[0], 7), Lat: round(p[1], 7), CRS: "cgcs2000", Converted: q.CRS.Normal() != "wgs84" && q.CRS.Normal() != "cgcs2000", Precision: "point"},
		Hierarchy: []Level{}, Neighbour: []Nearest{}, Overlays: []Level{}, Features: []Feature{},
		Data: Data{Epoch: s.Position().Epoch, Revision: s.Position().Revision, AsOf: s.RecordedAt()},
		Demo: s.Settings().Demo,
	}
	d.trace("crs", string(q.CRS))
	d.locate(grids)
	return d.answer, nil
}

// Grid returns the one grid of a position, nil outside the district: Decide without the rest, for those who ask for many. Errors
// are those of Decide.
func Grid(s *layers.Snapshot, conv geo.Converter, q Question) (*layers.Grid, error) {
	_, fine, grids, err := place(s, conv, q)
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

// decision is the work on one answer.
type decision struct {
	s      *layers.Snapshot
	q      Question
	p      orb.Point
	fine   geo.Query
	reach  geo.Metres
	answer Answer
}

func (d *decision) trace(step, detail string) {
	d.answer.Trace = append(d.answer.Trace, Step{step, detail})
}

func (d *decision) locate(grids *layers.Partition) {
	hit, match := grids.Locate(d.fine)
	own, others := grids.Nearest(d.fine, d.reach)
	if hit == nil {
		d.answer.Outcome = Outside
		d.trace("grid", "outside")
		if own.Feature != nil {
			n := nearest(own, "")
			d.answer.Nearest = &n
		}
		return
	}
	grid := hit.(*layers.Grid)
	rule := "covers"
	if match == geo.MatchEdge {
		rule = "edge_rule"
	}
	d.answer.Grid = &GridHit{Code: grid.Code, Name: grid.Name, NameEn: grid.NameEn, Edition: grid.Edition, Version: grid.Version,
		Match: rule, BoundaryDistance: round(float64(own.Distance), 1)}
	d.answer.Data.Edition = grid.Edition
	d.trace("grid", grid.Code+" "+rule)
	for _, n := range others {
		d.answer.Neighbour = append(d.answer.Neighbour, nearest(n, grid.Town))
	}
	d.hierarchy(grid)
	d.overlays()
	d.poles()
	d.zones()
	d.responsible(grid)
}

func nearest(n layers.Near, town string) Nearest {
	out := Nearest{Distance: round(float64(n.Distance), 1), External: n.Feature == nil}
	if g, ok := n.Feature.(*layers.Grid); ok {
		out.Code, out.Name, out.NameEn = g.Code, g.Name, g.NameEn
		out.SameTown = town != "" && g.Town == town
	}
	return out
}

// hierarchy lists district, town, grid and community, each that the store has.
func (d *decision) hierarchy(grid *layers.Grid) {
	town, hasTown := layers.Get[*layers.Town](d.s, layers.Towns, grid.Town, d.q.At)
	if hasTown {
		if dist, ok := layers.Get[*layers.District](d.s, layers.Districts, town.District, d.q.At); ok {
			d.level("district", dist.ID, dist.Code, dist.Name, dist.NameEn, "")
		}
		d.level("town", town.ID, town.Code, town.Name, town.NameEn, "")
	}
	d.level("grid", grid.ID, grid.Code, grid.Name, grid.NameEn, grid.Office)
	if f, _ := d.s.Locate(layers.Communities, d.fine, d.q.At); f != nil {
		c := f.(*layers.Community)
		d.level("community", c.ID, c.Code, c.Name, c.NameEn, "")
	}
}

func (d *decision) level(level, id, code, name, nameEn, unit string) {
	d.answer.Hierarchy = append(d.answer.Hierarchy, Level{level, id, code, name, nameEn, unit})
}

// overlays lists the blocks, parks, buildings and police areas that have the position, borders included.
func (d *decision) overlays() {
	d.s.Set(layers.Overlays).Search(d.p.Bound(), d.q.At, func(f layers.Feature) bool {
		o := f.(*layers.Overlay)
		if planar.MultiPolygonContains(o.Geometry, d.p) {
			d.answer.Overlays = append(d.answer.Overlays, Level{o.Kind, o.ID, o.Code, o.Name, o.NameEn, o.Unit})
		}
		return true
	})
	slices.SortFunc(d.answer.Overlays, func(a, b Level) int {
		return cmp.Or(slices.Index(layers.OverlayKinds(), a.Level)-slices.Index(layers.OverlayKinds(), b.Level), strings.Compare(a.ID, b.ID))
	})
}

// poles lists the poles within reach, the nearest first.
func (d *decision) poles() {
	var found []Feature
	d.s.Set(layers.Poles).Search(geo.Around(d.p, d.reach), d.q.At, func(f layers.Feature) bool {
		pole := f.(*layers.Pole)
		dist := geo.Distance(d.p, pole.Geometry)
		if dist > d.reach {
			return true
		}
		one := Feature{Layer: layers.Poles, ID: pole.ID, Code: pole.Code, Name: pole.Name, Distance: round(float64(dist), 1), State: pole.State}
		if owners := pole.Owners(d.q.At); len(owners) > 0 {
			one.Owner = &Owner{Unit: owners[0].Unit, Name: d.unitName(owners[0].Unit), Basis: owners[0].Basis}
		}
		found = append(found, one)
		return true
	})
	d.add(found)
}

// zones lists the kerb zones within reach, with the unit that manages them.
func (d *decision) zones() {
	var found []Feature
	d.s.Set(layers.Zones).Search(geo.Around(d.p, d.reach), d.q.At, func(f layers.Feature) bool {
		z := f.(*layers.Zone)
		dist := geo.Metres(0)
		if !planar.PolygonContains(z.Geometry, d.p) {
			dist, _, _ = geo.PointToLine(d.p, orb.LineString(z.Geometry[0]))
		}
		if dist > d.reach {
			return true
		}
		one := Feature{Layer: layers.Zones, ID: z.ID, Code: z.Code, Name: z.Name, Distance: round(float64(dist), 1), State: string(z.DefaultMode)}
		if z.Manager != "" {
			one.Owner = &Owner{Unit: z.Manager, Name: d.unitName(z.Manager), Basis: "manager"}
		}
		found = append(found, one)
		return true
	})
	d.add(found)
}

// add appends the nearest of the features that were found.
func (d *decision) add(found []Feature) {
	slices.SortFunc(found, func(a, b Feature) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), strings.Compare(a.ID, b.ID))
	})
	d.answer.Features = append(d.answer.Features, found[:min(len(found), mostFeatures)]...)
}

// responsible names the owner of the nearest pole for a category of poles, else the grid's office.
func (d *decision) responsible(grid *layers.Grid) {
	r := &Responsibility{Co: []Party{}, Informed: []Party{}, Fallback: true}
	d.answer.Responsibility = r
	d.answer.Outcome = Assigned
	office := d.party(grid.Office, "dispose")
	if owner := d.poleOwner(); owner != "" {
		r.Primary = d.party(owner, "dispose")
		if office != nil {
			office.Role = "follow_up"
			r.Supervisor = office
		}
		d.trace("owner", owner)
		return
	}
	if office == nil {
		d.answer.Outcome = Unassigned
		d.trace("office", "the grid has none")
		return
	}
	r.Primary = office
	d.trace("office", grid.Office)
}

func (d *decision) poleOwner() string {
	if d.q.Category != "part.pole" && !strings.HasPrefix(d.q.Category, "part.pole.") {
		return ""
	}
	for _, f := range d.answer.Features {
		if f.Layer == layers.Poles {
			if f.Owner == nil {
				return ""
			}
			return f.Owner.Unit
		}
	}
	return ""
}

func (d *decision) party(unit, role string) *Party {
	if unit == "" {
		return nil
	}
	u, ok := layers.Get[*layers.Unit](d.s, layers.Units, unit, d.q.At)
	if !ok {
		return &Party{Unit: unit, Role: role}
	}
	return &Party{Unit: u.ID, Name: u.Name, NameEn: u.NameEn, Role: role}
}

func (d *decision) unitName(id string) string {
	u, ok := layers.Get[*layers.Unit](d.s, layers.Units, id, d.q.At)
	if !ok {
		return ""
	}
	return u.Name
}

func round(v float64, digits int) float64 {
	f := math.Pow10(digits)
	return math.Round(v*f) / f
}
