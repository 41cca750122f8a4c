package mvt

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// Touched is where the tiles of a layer have changed.
type Touched struct {
	Layer layers.Layer
	// Everywhere says that any tile may have; Places is then empty.
	Everywhere bool
	// Places are boxes in degrees around what was and is drawn otherwise, without the buffer of tiles; boxes may overlap.
	Places []orb.Bound
	// MinZoom is the first zoom at which there may be a difference.
	MinZoom uint8
}

// Touched lists the layers whose tiles may differ from those of the Atlas before, in the order of the table of layers, and where. It
// is nil for an Atlas that was made from nothing.
func (a *Atlas) Touched() []Touched { return a.differs.touched() }

func (ds differences) touched() []Touched {
	var out []Touched
	for _, sp := range specs {
		d := ds[sp.layer]
		if d == nil || !d.any() {
			continue
		}
		t := Touched{Layer: sp.layer, Everywhere: d.everywhere, MinZoom: sp.min}
		if !d.everywhere {
			t.MinZoom = geo.MaxZoom
			d.each(func(r reach) {
				t.MinZoom = min(t.MinZoom, r.first)
				t.Places = append(t.Places, r.box.degrees())
			})
		}
		out = append(out, t)
	}
	return out
}

// degrees is the box in degrees.
func (b unitBox) degrees() orb.Bound {
	nw, se := geo.FromMercatorUnits(b.lo.X, b.lo.Y), geo.FromMercatorUnits(b.hi.X, b.hi.Y)
	return orb.Bound{Min: orb.Point{nw[0], se[1]}, Max: orb.Point{se[0], nw[1]}}
}

// Next returns the first instant after at, at which tiles change because something begins or ends to apply, and where they do then;
// ok is false when nothing does any more.
func (a *Atlas) Next(at layers.Instant) (next layers.Instant, touched []Touched, ok bool) {
	next = math.MaxInt64
	see := func(change layers.Instant) {
		if change > at {
			next = min(next, change)
		}
	}
	for _, sp := range specs {
		a.unsettled(sp, at, func(r *row) {
			see(r.feature.Head().ValidFrom)
			see(r.feature.Head().ValidTo)
		})
		if i, _ := slices.BinarySearch(a.changes[sp.layer], at+1); i < len(a.changes[sp.layer]) {
			see(a.changes[sp.layer][i])
		}
	}
	for z := range a.snapshot.Timed() {
		see(a.snapshot.Timetable(z).Upcoming(at))
	}
	if next == math.MaxInt64 {
		return 0, nil, false
	}
	return next, a.differing(next).touched(), true
}

// unsettled calls f for the rows of a layer, that is no partition, which may begin or end to apply after the instant.
func (a *Atlas) unsettled(sp *spec, at layers.Instant, f func(*row)) {
	t := a.tables[sp.layer]
	if t == nil {
		return
	}
	for _, page := range t.pages {
		if page.from <= at && page.to == 0 {
			continue
		}
		for i := range page.rows {
			f(&page.rows[i])
		}
	}
}

// differing returns where the tiles at an instant differ from those just before it.
func (a *Atlas) differing(at layers.Instant) differences {
	ds, zones := differences{}, map[string]bool{}
	changes := func(f layers.Feature) bool { return f.Head().ValidFrom == at || f.Head().ValidTo == at }
	for _, sp := range specs {
		a.unsettled(sp, at-1, func(r *row) {
			if !changes(r.feature) {
				return
			}
			d := ds.of(sp.layer)
			d.come = d.addReach(d.come, reach{r.box, r.zoom, geo.MaxZoom})
			if sp.layer == layers.Zones {
				zones[r.feature.Head().ID] = true
			}
		})
		if sp.layer == Hexagons {
			ds.cellsOf(a, at, changes)
		}
		if _, found := slices.BinarySearch(a.changes[sp.layer], at); found {
			ds.partition(sp, a, at, changes)
		}
	}
	if len(zones) > 0 {
		ds.spacesOf(zones, a)
	}
	if turning := a.turning(at); len(turning) > 0 {
		ds.zones(turning, a)
	}
	return ds
}

// cellsOf notes the cells of poles that begin or end to apply at an instant: of those for which changes holds.
func (ds differences) cellsOf(a *Atlas, at layers.Instant, changes func(layers.Feature) bool) {
	poles := a.tables[layers.Poles]
	seen := map[uint64]bool{}
	for i, in := range poles.times {
		if in.endless() && in.from < at {
			continue
		}
		pg := poles.pages[i]
		for j := range pg.rows {
			if !changes(pg.rows[j].feature) {
				continue
			}
			for k := range resolutions {
				if h := a.hexagons[k].find(pg.celled.cell(j, k)); h != nil && !seen[h.cell] {
					seen[h.cell] = true
					d := ds.of(Hexagons)
					d.drawn = d.addReach(d.drawn, h.reachOf(k))
				}
			}
		}
	}
}

// partition notes what of a partition changes at an instant.
func (ds differences) partition(sp *spec, a *Atlas, at layers.Instant, changes func(layers.Feature) bool) {
	d := ds.of(sp.layer)
	for f := range a.snapshot.Set(sp.layer).Rows() {
		if changes(f) {
			d.come = d.add(d.come, sp, f)
		}
	}
	ds.between(sp, a, a, at-1, at)
}
