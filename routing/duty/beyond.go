package duty

import (
	"wangge/geo"
	"wangge/layers"
)

// besideOutside lists the external units in whose ground a position outside of the district lies, or near whose it is, the nearest first.
func (d *Decider) besideOutside() {
	d.grounds = d.s.Neighbours(d.grounds[:0], d.fine, d.reach, d.q.At)
	for _, n := range d.grounds {
		unit, name, nameEn := d.s.UnitBeyond(n.Feature.(*layers.Overlay), d.q.At)
		d.answer.Neighbour = append(d.answer.Neighbour, Nearest{Unit: unit, Name: name, NameEn: nameEn, Distance: round(float64(n.Distance), 10), External: true})
	}
}

// beyond returns the external unit that lies beyond a point of the district's border, empty where nobody does.
func (d *Decider) beyond(border layers.Near) (unit, name, nameEn string) {
	q, err := geo.QueryFrom(border.At)
	if err != nil {
		return "", "", ""
	}
	return d.nearestGround(q, layers.BeyondReach)
}

// nearestGround returns the unit of the nearest ground of a neighbour within reach.
func (d *Decider) nearestGround(q geo.Query, reach geo.Metres) (unit, name, nameEn string) {
	if d.grounds = d.s.Neighbours(d.grounds[:0], q, reach, d.q.At); len(d.grounds) == 0 {
		return "", "", ""
	}
	return d.s.UnitBeyond(d.grounds[0].Feature.(*layers.Overlay), d.q.At)
}

// tail is how far, in accuracies, the outside may be that has worthNaming of the error of a position: of a round Gaussian error less than
// that reaches so far in all directions together.
const tail = 2.2

// outsideCandidate returns the external unit where the outside is a candidate for a position: that near which the position lies, or for one in
// the grid that which lies beyond the nearest point of the district's border.
func (d *Decider) outsideCandidate(grid *layers.Grid) (unit, name, nameEn string) {
	if grid == nil {
		return d.nearestGround(d.fine, d.reach)
	}
	for _, n := range d.beside {
		if n.Feature == nil {
			return d.beyond(n)
		}
	}
	var room [8]layers.Near
	_, others := d.s.Partition(layers.Grids, d.q.At).Nearest(room[:0], d.fine, geo.Metres(tail*d.q.AccuracyM))
	for _, n := range others {
		if n.Feature == nil {
			return d.beyond(n)
		}
	}
	return "", "", ""
}
